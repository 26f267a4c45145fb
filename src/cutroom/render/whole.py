"""All that a file shows: what a house puts before a programme, the programme, and what it puts after it.

Each is a programme of its own, with its own sound brought to the same loudness; cuts between them are hard.
"""

from __future__ import annotations

from cutroom.media.timeline import Clip, Fit, Layout, Media, Placement, Timeline, Track, TrackKind
from cutroom.render.graph import COLOURS, PICTURE, PictureGraph, Run, compile_picture

_FITTED = Layout((Placement(fit=Fit.CONTAIN),))


def parts_of(timeline: Timeline) -> tuple[Timeline, ...]:
    """Give what is shown one after another; the programme itself is the very object that was given."""
    before = [_film(timeline, timeline.intro, timeline.intro_duration)] if timeline.intro else []
    after = [_film(timeline, timeline.outro, timeline.outro_duration)] if timeline.outro else []
    return (*before, timeline, *after)


def compile_whole(timeline: Timeline) -> PictureGraph:
    """Write the graph for all frames of a file."""
    parts = parts_of(timeline)
    if len(parts) == 1:
        return compile_picture(timeline)
    names = [f"{PICTURE}{number}" for number in range(len(parts))]
    graphs: list[PictureGraph] = []
    runs: tuple[Run, ...] = ()
    # The programme last: its logo is the input after all runs.
    for name, part in sorted(zip(names, parts, strict=True), key=lambda each: each[1] is timeline):
        graphs.append(compile_picture(part, first=len(runs), result=name))
        runs += graphs[-1].runs
    rate = timeline.rate
    join = "".join(f"[{name}]" for name in names) + f"concat=n={len(names)}"
    end = f"{join},settb={rate.denominator}/{rate.numerator},setpts=N,{COLOURS}[{PICTURE}]"
    text = ";\n".join([*(graph.text for graph in graphs), end])
    return PictureGraph(runs, text, sum(graph.frames for graph in graphs), graphs[-1].logo)


def _film(timeline: Timeline, media: Media, duration: int) -> Timeline:
    clip = Clip(media.key, 0, duration, _FITTED)
    return Timeline(
        name="",
        rate=timeline.rate,
        width=timeline.width,
        height=timeline.height,
        media=(media,),
        tracks=(Track(TrackKind.VIDEO, (clip,)), Track(TrackKind.AUDIO, (clip,))),
        loudness_lufs=timeline.loudness_lufs,
    )
