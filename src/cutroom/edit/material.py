"""What an edit is made of: the recording and what was heard and seen in it. It never changes, however it is edited."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from pydantic import TypeAdapter

from cutroom.analysis.facts import PictureFacts, SoundFacts
from cutroom.edit.assembly import Piece, lay_words, to_frame
from cutroom.media.span import Span
from cutroom.media.timeline import CaptionWord, Media
from cutroom.media.transcript import Word

#: Values of the waveform for each second: one for each pixel where a minute fills a screen.
LEVELS_PER_S = 20


@dataclass(frozen=True, slots=True)
class Material:
    """A recording as an edit knows it.

    Attributes:
        media: Named by its content; where it lies is told when it is rendered.
        rate: Frames per second of the programme, and of every count of frames.
        words: All that is said in the recording, in order.
        language: ISO 639-1, or ``"und"``.
        picture: Empty where nobody looked.
        silences: In order.
        levels_db: Whole decibels below full scale, :data:`LEVELS_PER_S` each second; empty where nobody listened.
    """

    media: Media
    rate: Fraction
    words: tuple[Word, ...]
    language: str
    picture: PictureFacts
    silences: tuple[Span, ...]
    levels_db: tuple[int, ...]

    @property
    def frames(self) -> int:
        """The recording's length."""
        return math.ceil(self.media.duration_s * self.rate)


_MATERIAL = TypeAdapter(Material)


def write_material(material: Material) -> bytes:
    """Write it for storage; the same material gives the same bytes."""
    named = replace(material, media=replace(material.media, path=Path(material.media.sha256)))
    return _MATERIAL.dump_json(named)


def read_material(content: bytes) -> Material:
    """Read it back.

    Raises:
        ValueError: If it is none.
    """
    return _MATERIAL.validate_json(content)


def levels_of(sounds: SoundFacts) -> tuple[int, ...]:
    """Draw a recording's sound in few values: the loudest of each, as a waveform shows it."""
    count = math.ceil(len(sounds.level_db) * sounds.hop_s * LEVELS_PER_S)
    each = 1 / (LEVELS_PER_S * sounds.hop_s) if sounds.hop_s else 1.0
    levels = []
    for number in range(count):
        first = min(int(number * each), len(sounds.level_db) - 1)
        part = sounds.level_db[first : max(first + 1, int((number + 1) * each))]
        levels.append(round(max(part)))
    return tuple(levels)


def let_say(material: Material, pieces: Sequence[Piece], words: Sequence[CaptionWord]) -> Material:
    """Let the words of kept pieces be those that a clip has, because somebody changed them before.

    Args:
        words: All that the clip says, in the programme's frames.
    """
    if lay_words(material.words, pieces, material.rate) == tuple(words):
        return material
    rate = material.rate
    others = [word for word in material.words if not any(_lies_in(word, piece, rate) for piece in pieces)]
    said = []
    for word in words:
        piece = next(each for each in reversed(pieces) if each.programme_start <= word.start)
        start = word.start - piece.programme_start + piece.source_start
        stop = min(start + word.duration, piece.source_stop)
        said.append(Word(word.text, float(start / rate), float(stop / rate)))
    return replace(material, words=tuple(sorted([*others, *said], key=lambda word: (word.start_s, word.end_s))))


def _lies_in(word: Word, piece: Piece, rate: Fraction) -> bool:
    return piece.source_start <= to_frame((word.start_s + word.end_s) / 2, rate) < piece.source_stop
