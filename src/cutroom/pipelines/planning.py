"""From a chosen highlight to the timeline of its clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cutroom.analysis.facts import Highlight
from cutroom.edit.assembly import Framing, lay_picture, lay_pieces, lay_sound, lay_words
from cutroom.edit.captioning import draw_captions
from cutroom.edit.composing import NO_BRAND, Brand
from cutroom.edit.cutting import Tightened, tighten
from cutroom.edit.reframing import frame_shots
from cutroom.media.presets import find_preset, programme_rate
from cutroom.media.sources import SOURCE, media_of
from cutroom.media.timeline import CaptionWord, Timeline
from cutroom.pipelines.facts import Facts
from cutroom.pipelines.request import Look


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


def plan_clip(highlight: Highlight, facts: Facts, look: Look, source: Path, brand: Brand = NO_BRAND) -> Plan:
    """Decide cuts, framing and captions of a highlight and lay them on a timeline.

    Args:
        source: Where the recording lies.
        brand: What a brand kit gives it.
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
        logo=brand.logo,
        intro=brand.intro,
        outro=brand.outro,
    )
    captioned = draw_captions(timeline, words, look.captions, facts.transcript.language, brand.dress)
    return Plan(highlight, captioned, words, tightened, framings)
