"""From a chosen highlight to the timeline of its clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cutroom.analysis.facts import Highlight
from cutroom.edit.assembly import Framing, lay_picture, lay_pieces, lay_sound, lay_words
from cutroom.edit.captioning import place_captions
from cutroom.edit.cutting import Tightened, tighten
from cutroom.edit.reframing import frame_shots
from cutroom.media.captions import caption_words
from cutroom.media.sources import SOURCE, media_of
from cutroom.media.timeline import Captions, CaptionWord, Timeline, TrackKind
from cutroom.pipelines.facts import Facts
from cutroom.pipelines.request import Look
from cutroom.render.presets import find_preset, programme_rate


@dataclass(frozen=True, slots=True)
class Plan:
    """A clip that is decided and not yet rendered.

    Attributes:
        words: All that is said in the clip, in the programme's frames, also when no captions are drawn.
        cuts: What is left out and why.
    """

    highlight: Highlight
    timeline: Timeline
    words: tuple[CaptionWord, ...]
    tightened: Tightened
    framings: tuple[Framing, ...]


def plan_clip(highlight: Highlight, facts: Facts, look: Look, source: Path) -> Plan:
    """Decide cuts, framing and captions of a highlight and lay them on a timeline.

    Args:
        source: Where the recording lies.
    """
    preset = find_preset(look.preset)
    rate = programme_rate(facts.info.video)
    tightened = tighten(highlight.span, facts.transcript, facts.sounds, tighten=look.tighten)
    pieces = lay_pieces(tightened.kept, rate)
    tracks = []
    framings: tuple[Framing, ...] = ()
    if facts.info.video:
        size = (facts.info.video.width, facts.info.video.height)
        framings = frame_shots(tightened.kept, facts.picture, size, (preset.width, preset.height), mode=look.layout)
        tracks.append(lay_picture(pieces, framings, SOURCE, rate))
    if facts.info.audio:
        tracks.append(lay_sound(pieces, SOURCE))
    words = lay_words(facts.transcript.words, pieces, rate)
    timeline = Timeline(
        name=highlight.title,
        rate=rate,
        width=preset.width,
        height=preset.height,
        media=(media_of(source, facts.info),),
        tracks=tuple(tracks),
    )
    captioned = draw_captions(timeline, words, look.captions, facts.transcript.language)
    return Plan(highlight, captioned, words, tightened, framings)


def draw_captions(timeline: Timeline, words: Sequence[CaptionWord], style: str, language: str) -> Timeline:
    """Give a timeline captions instead of those that it has.

    Args:
        words: All that is said, in the programme's frames.
        style: A caption style's name, or ``none``.
    """
    if style == "none" or not words:
        return replace(timeline, captions=None)
    width, height = timeline.width, timeline.height
    drawn = caption_words(words, style, width, height, timeline.rate, language, duration=timeline.duration)
    picture, source = timeline.track(TrackKind.VIDEO), timeline.source(SOURCE)
    if picture is not None:
        drawn = place_captions(drawn, picture, shape=(source.width / source.height) / (width / height))
    return replace(timeline, captions=Captions(style, language, drawn))
