"""A timeline's picture as one filter graph.

Each source is read forward once, brought to the programme's constant rate, and cut by frame number; nothing in
between is counted in seconds, so cuts cannot drift.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.media.timeline import Clip, Layout, Media, Placement, Timeline, TrackKind
from cutroom.render.expression import changes_only, step_expression
from cutroom.render.layout import Position, Shape, draw_shape, measure_layout
from cutroom.render.logo import place_logo

#: Names in the folder that ffmpeg is started in: no path of a user ever stands in a graph.
CAPTIONS_NAME = "captions.ass"
FONTS_NAME = "fonts"
WAVE_NAME = "wave.ass"
LOGO_NAME = "logo.rgba"
PICTURE = "picture"

#: A decoder starts this long before the first frame wanted: containers without an index are entered between
#: keyframes, and what follows is broken until the next one.
_RUN_UP_S = 4
#: Frames between two clips that are rather decoded and dropped than jumped over with another input.
_LONGEST_GAP_S = 20
#: Every input costs a decoder's memory; beyond this many, longer gaps are decoded.
_MOST_INPUTS = 12
_NEXT_TO_NOTHING = ("-c", "copy", "-t", "0.01", "-f", "null", "-")
_CARD_COLOUR = "0x14181f"
_WHOLE = Layout((Placement(),))
#: What every frame that comes out says of itself.
COLOURS = "setparams=range=limited:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


@dataclass(frozen=True, slots=True)
class Run:
    """Clips of one source that are met by reading it forward once.

    Attributes:
        seek: The frame that reading starts at, so placed that its time is a whole number of milliseconds.
    """

    media: Media
    clips: tuple[Clip, ...]
    seek: int
    rate: Fraction

    @property
    def duration(self) -> int:
        return sum(clip.duration for clip in self.clips)

    def seek_options(self) -> list[str]:
        """Give the input's options.

        An accurate seek drops the frame that is on screen at the moment sought when it began earlier, as it did
        in a recording of a still screen; the ``fps`` filter drops what comes too early by itself.
        """
        if self.seek == 0:
            return []
        milliseconds = int(self.seek * 1000 / self.rate)
        return ["-noaccurate_seek", "-ss", f"{milliseconds // 1000}.{milliseconds % 1000:03d}"]

    def clock_options(self, number: int, *, used: int | None) -> list[str]:
        """Give an output that takes next to nothing of the stream that is not used.

        In containers whose counts may restart, ffmpeg counts from the first stamp of the streams in use: picture and
        sound are read by two runs, and both must count alike.

        Args:
            number: Of the input.
            used: The stream that this run of ffmpeg reads.
        """
        other = ({self.media.video_stream, self.media.audio_stream} - {used, None}) or set()
        return [item for index in other for item in ("-map", f"{number}:{index}", *_NEXT_TO_NOTHING)]


@dataclass(frozen=True, slots=True)
class PictureGraph:
    """What ffmpeg needs to draw a programme.

    Attributes:
        runs: The inputs, by number.
        text: The graph; it ends in ``[picture]``.
        frames: How many come out.
        logo: Pixels of the logo, which is the input after the runs; ``None`` without one.
    """

    runs: tuple[Run, ...]
    text: str
    frames: int
    logo: tuple[int, int] | None = None

    @property
    def inputs(self) -> int:
        """How many there are."""
        return len(self.runs) + (self.logo is not None)


@dataclass(frozen=True, slots=True)
class _Section:
    """Neighbouring clips whose layouts have one shape, in frames of their run; corners from the section's start."""

    start: int
    stop: int
    shape: Shape
    corners: tuple[tuple[int, tuple[Position, ...]], ...]


def compile_picture(
    timeline: Timeline, *, start: int = 0, stop: int | None = None, first: int = 0, result: str = PICTURE
) -> PictureGraph:
    """Write the graph for the frames ``start`` to ``stop`` of a programme, without intro and outro.

    A frame looks the same in every such window: captions keep the programme's own time.

    Args:
        first: The number of the first input, where others stand before it.
        result: The label that it ends in, which its own labels begin with.
    """
    stop = timeline.duration if stop is None else stop
    track = timeline.track(TrackKind.VIDEO)
    lines: list[str] = []
    parts: list[str] = []

    def name_part() -> str:
        parts.append(f"{result}part{len(parts)}")
        return parts[-1]

    runs = cut_runs(_window(track.clips, start, stop), timeline) if track else ()
    read: list[Run] = []
    for run in runs:
        if run.media.video_stream is None:
            lines.append(_blank(timeline, run.duration, name_part()))
            continue
        number = first + len(read)
        source = f"run{number}"
        lines.append(_read(run, number, source))
        read.append(run)
        for name, section in _split(list(_sections(run, timeline)), source, lines):
            size = timeline.width, timeline.height
            lines += draw_shape(section.shape, section.corners, run.media, size, source=name, result=name_part())
    if not runs:
        lines.append(_blank(timeline, stop - start, name_part()))
    rate = timeline.rate
    join = "".join(f"[{part}]" for part in parts) + (f"concat=n={len(parts)}," if len(parts) > 1 else "")
    wave = "" if shows_picture(timeline) else f"ass=filename={WAVE_NAME},"
    captions = f"ass=filename={CAPTIONS_NAME}:fontsdir={FONTS_NAME}," if timeline.captions else ""
    logo, over = None, ""
    if timeline.logo:
        left, top, *logo = place_logo(timeline.logo, timeline.width, timeline.height)
        # Its one picture lasts as long as the programme.
        lines.append(f"[{first + len(read)}:v]scale=out_color_matrix=bt709:out_range=tv,format=yuva420p[logo]")
        over = f"null[under];[under][logo]overlay=x={left}:y={top}:eof_action=repeat:format=yuv420,"
    lines.append(
        f"{join}settb={rate.denominator}/{rate.numerator},setpts=N+{start},{wave}{over}{captions}"
        f"setpts=N,{COLOURS}[{result}]"
    )
    return PictureGraph(tuple(read), ";\n".join(lines), stop - start, (logo[0], logo[1]) if logo else None)


def shows_picture(timeline: Timeline) -> bool:
    """Tell whether any clip has a picture; a programme of sound alone is drawn as a card with its wave."""
    track = timeline.track(TrackKind.VIDEO)
    return any(timeline.source(clip.media).video_stream is not None for clip in (track.clips if track else ()))


def cut_runs(clips: Sequence[Clip], timeline: Timeline) -> tuple[Run, ...]:
    """Group clips into stretches that are read forward once each."""
    gap_s = _LONGEST_GAP_S
    runs = _group(clips, timeline, gap_s)
    while len(runs) > _MOST_INPUTS and gap_s < 12 * 3600:
        gap_s *= 4
        runs = _group(clips, timeline, gap_s)
    return tuple(runs)


def _group(clips: Sequence[Clip], timeline: Timeline, gap_s: int) -> list[Run]:
    groups: list[list[Clip]] = []
    for clip in clips:
        last = groups[-1][-1] if groups else None
        ahead = clip.source_start - last.source_start - last.duration if last else 0
        if last and last.media == clip.media and 0 <= ahead <= gap_s * timeline.rate:
            groups[-1].append(clip)
        else:
            groups.append([clip])
    return [
        Run(timeline.source(group[0].media), tuple(group), _seek(group[0].source_start, timeline.rate), timeline.rate)
        for group in groups
    ]


def _seek(frame: int, rate: Fraction) -> int:
    """Choose the frame to start reading at: early enough, and at a whole millisecond."""
    unit = rate.numerator // math.gcd(rate.numerator, 1000 * rate.denominator)
    return max(0, frame - math.ceil(_RUN_UP_S * rate)) // unit * unit


def _window(clips: Sequence[Clip], start: int, stop: int) -> list[Clip]:
    kept = []
    at = 0
    for clip in clips:
        first, last = max(start, at), min(stop, at + clip.duration)
        if first < last:
            kept.append(replace(clip, source_start=clip.source_start + first - at, duration=last - first))
        at += clip.duration
    return kept


def _read(run: Run, number: int, result: str) -> str:
    """Bring a source to one size and a constant rate and keep the frames of its clips, numbered from 0.

    A conference changes its size as it goes; the scaler follows, and passes on what has the right size at no cost.
    """
    deinterlace = "bwdif=mode=send_frame:deint=interlaced," if run.media.interlaced else ""
    steps = [(0, 0)]
    for clip in run.clips:
        start = clip.source_start - run.seek
        steps += [(start, 1), (start + clip.duration, 0)]
    # Open at its end: one frame more tells ``trim`` that the last one passed, and reading stops there. Frames that
    # the source lacks at its end are filled with its last one, as a player does.
    kept = step_expression(changes_only(_last_of_each_frame(steps[:-1])))
    return (
        f"[{number}:{run.media.video_stream}]scale={run.media.width}:{run.media.height},{deinterlace}fps={run.rate}:start_time=0,"
        f"select='{kept}',setpts=N,tpad=stop=-1:stop_mode=clone,trim=end_frame={run.duration}[{result}]"
    )


def _last_of_each_frame(steps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep the last of several steps at one frame, as where a clip starts at the frame that ends another."""
    return list(dict(steps).items())


def _sections(run: Run, timeline: Timeline) -> Iterator[_Section]:
    start = 0
    measured = [
        (clip, *measure_layout(clip.layout or _WHOLE, run.media, timeline.width, timeline.height)) for clip in run.clips
    ]
    for shape, group in itertools.groupby(measured, key=lambda entry: entry[1]):
        length = 0
        corners = []
        for clip, _, positions in group:
            corners.append((length, positions))
            length += clip.duration
        yield _Section(start, start + length, shape, tuple(corners))
        start += length


def _split(sections: list[_Section], source: str, lines: list[str]) -> Iterator[tuple[str, _Section]]:
    """Give each section a label of its own frames."""
    if len(sections) == 1:
        yield source, sections[0]
        return
    names = [f"{source}section{number}" for number in range(len(sections))]
    lines.append(f"[{source}]split={len(sections)}" + "".join(f"[{name}all]" for name in names))
    for name, section in zip(names, sections, strict=True):
        lines.append(f"[{name}all]trim=start_frame={section.start}:end_frame={section.stop},setpts=N[{name}]")
        yield name, section


def _blank(timeline: Timeline, frames: int, result: str) -> str:
    size = f"{timeline.width}x{timeline.height}"
    return f"color=c={_CARD_COLOUR}:s={size}:r={timeline.rate},trim=end_frame={frames},format=yuv420p[{result}]"
