"""From a chosen highlight to the timeline of its clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cutroom.analysis.facts import Highlight
from cutroom.edit.assembly import Framing, lay_picture, lay_pieces, lay_sound, lay_words
from cutroom.edit.captioning import place_captions
from cutroom.edit.cutting import Tightened, tighten
from cutroom.edit.reframing import frame_shots
from cutroom.media.captions import caption_words
from cutroom.media.info import MediaInfo
from cutroom.media.sources import SOURCE, media_of
from cutroom.media.timeline import Caption, Captions, CaptionWord, Timeline, Track, TrackKind
from cutroom.pipelines.facts import Facts
from cutroom.pipelines.request import Look
from cutroom.render.presets import Preset, find_preset, programme_rate


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
    total = sum(piece.duration for piece in pieces)
    language = facts.transcript.language
    captions = None
    if look.captions != "none" and words:
        drawn = caption_words(words, look.captions, preset.width, preset.height, rate, language, duration=total)
        picture = next((track for track in tracks if track.kind is TrackKind.VIDEO), None)
        captions = Captions(look.captions, language, _placed(drawn, picture, facts.info, preset))
    timeline = Timeline(
        name=highlight.title,
        rate=rate,
        width=preset.width,
        height=preset.height,
        media=(media_of(source, facts.info),),
        tracks=tuple(tracks),
        captions=captions,
    )
    return Plan(highlight, timeline, words, tightened, framings)


def _placed(drawn: tuple[Caption, ...], picture: Track | None, info: MediaInfo, preset: Preset) -> tuple[Caption, ...]:
    if picture is None or info.video is None:
        return drawn
    return place_captions(drawn, picture, shape=(info.video.width / info.video.height) / (preset.width / preset.height))
