"""Where each word of a caption stands on the frame."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from cutroom.media.caption_styles import CaptionStyle
from cutroom.media.fonts import Run, measure, metrics, runs
from cutroom.media.geometry import Rect
from cutroom.media.graphemes import clean, clusters
from cutroom.media.timeline import Caption, CaptionWord
from cutroom.media.transcript import has_gap

#: Languages written from right to left (ISO 639-1).
RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi"})

_MAX_WORD = 120  # characters; speech has none so long, a hostile file has


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word on the frame, in pixels.

    Attributes:
        gap: Whether a space stands before it (in reading order).
    """

    word: CaptionWord
    runs: tuple[Run, ...]
    gap: bool
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line on the frame, in pixels; words in reading order.

    Attributes:
        em: The letter size.
        baseline: Where the letters stand.
        top: The upper edge of the room that the line was given.
        bottom: The lower edge of it.
    """

    words: tuple[PlacedWord, ...]
    em: float
    left: float
    width: float
    baseline: float
    top: float
    bottom: float

    @property
    def font_ascent(self) -> float:
        """The height above the baseline that the renderer gives a line of these fonts."""
        return max(metrics(run.face).ascent for word in self.words for run in word.runs) * self.em


def safe_area(width: int, height: int) -> Rect:
    """Give the part of a frame that no player's controls and no platform's buttons cover.

    Upright clips are played under a caption, a column of buttons and a top bar; the sides are kept equal so that
    captions stay centred. Others keep the 90 % "graphics safe" area of EBU R 95 and room for a control bar.
    """
    shape = height / width
    if shape >= 1.5:
        return Rect(0.12, 0.12, 0.76, 0.66)
    if shape >= 0.8:
        return Rect(0.07, 0.07, 0.86, 0.82)
    return Rect(0.1, 0.07, 0.8, 0.85)


def letter_size(style: CaptionStyle, width: int, height: int) -> float:
    """Give the em in pixels: a share of the short side, less on wide frames, where lines are long anyway."""
    return style.size * min(width, height) * min(1.0, math.sqrt(height / width))


def line_room(style: CaptionStyle, width: int, height: int) -> float:
    """Give the pixels that a line of letters may take at full size."""
    return safe_area(width, height).width * width - 2 * style.reach * letter_size(style, width, height)


@lru_cache(maxsize=8192)
def shown(text: str, style: CaptionStyle, language: str) -> tuple[Run, ...]:
    """Give what is drawn for a word: cleaned, cut when absurdly long, in capitals if the style says so."""
    kept = clean(text)
    if len(kept) > _MAX_WORD:
        kept = "".join(clusters(kept)[:_MAX_WORD])[: 4 * _MAX_WORD] + "…"
    if style.upper:
        kept = clean(kept.replace("i", "İ").upper() if language in ("tr", "az") else kept.upper())
    return runs(kept, style.font, language)


def word_width(drawn: tuple[Run, ...], style: CaptionStyle) -> float:
    """Measure a word, in ems."""
    spaced = sum(len(clusters(run.text)) for run in drawn if run.face == style.font) if style.spacing else 0
    return sum(measure(run.text, run.face).advance for run in drawn) + spaced * style.spacing


def gap_width(style: CaptionStyle) -> float:
    """Measure the space between two words, in ems."""
    return measure(" ", style.font).advance + style.spacing + style.word_spacing


def is_right_to_left(texts: Sequence[str], language: str) -> bool:
    """Tell which way a line runs: as its language does, or else as its first letter does."""
    if language in RIGHT_TO_LEFT:
        return True
    return language == "und" and _direction("".join(texts)) == "R"


def place(caption: Caption, style: CaptionStyle, width: int, height: int, language: str) -> tuple[PlacedLine, ...]:
    """Place a caption inside the safe area, made smaller if it is too large for it.

    Args:
        width: Of the frame, in pixels.
        height: Of the frame, in pixels.
    """
    lines = [
        drawn
        for words in caption.lines
        if (drawn := [_Drawn(w, shown(w.text, style, language)) for w in words if clean(w.text)])
    ]
    if not lines:
        return ()
    area = safe_area(width, height)
    em = letter_size(style, width, height)
    widths = [_line_width(line, style, language) for line in lines]
    rooms = [_line_room(line, style) for line in lines]
    pitches = [max(style.line_height, above[1] + below[0] + 0.08) for above, below in pairwise(rooms)]
    block = rooms[0][0] + sum(pitches) + rooms[-1][1]
    reach = 2 * style.reach
    em = min(em, area.width * width / (max(widths) + reach), area.height * height / (block + reach))
    free_height = area.height * height - (block + reach) * em
    top = style.anchor * free_height
    if caption.centre_y is not None:
        top = min(max(0.0, (caption.centre_y - area.y) * height - (block + reach) * em / 2), free_height)
    baseline = area.y * height + top + (style.reach + rooms[0][0]) * em
    placed = []
    for line, line_width, room, pitch in zip(lines, widths, rooms, [*pitches, 0.0], strict=True):
        free = area.width * width - line_width * em
        left = area.x * width + free / 2
        if style.left:
            start = (
                free - style.reach * em if is_right_to_left([w.word.text for w in line], language) else style.reach * em
            )
            left = area.x * width + start
        placed.append(
            PlacedLine(
                words=_place_words(line, left, em, style, language),
                em=em,
                left=left,
                width=line_width * em,
                baseline=baseline,
                top=baseline - room[0] * em,
                bottom=baseline + room[1] * em,
            )
        )
        baseline += pitch * em
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class _Drawn:
    word: CaptionWord
    runs: tuple[Run, ...]


def _line_width(line: Sequence[_Drawn], style: CaptionStyle, language: str) -> float:
    gaps = sum(has_gap(a.word.text, b.word.text, language) for a, b in pairwise(line))
    return sum(word_width(drawn.runs, style) for drawn in line) + gaps * gap_width(style)


def _line_room(line: Sequence[_Drawn], style: CaptionStyle) -> tuple[float, float]:
    """Measure ems above and below the baseline.

    At least those of the face's own letters and in steps of a tenth, so that captions do not jump up and down
    by what letters they happen to have.
    """
    extents = [measure(run.text, run.face) for drawn in line for run in drawn.runs]
    own = measure("Hg", style.font)
    top = max(own.top, *(math.ceil(10 * extent.top - 0.5) / 10 for extent in extents))
    bottom = max(own.bottom, *(math.ceil(10 * extent.bottom - 0.5) / 10 for extent in extents))
    return top, bottom


def _place_words(
    line: Sequence[_Drawn], left: float, em: float, style: CaptionStyle, language: str
) -> tuple[PlacedWord, ...]:
    texts = [drawn.word.text for drawn in line]
    gaps = [False, *(has_gap(a, b, language) for a, b in pairwise(texts))]
    order = visual_order(texts, right_to_left=is_right_to_left(texts, language))
    placed: dict[int, PlacedWord] = {}
    x = left
    for position, index in enumerate(order):
        if position and gaps[max(index, order[position - 1])]:
            x += gap_width(style) * em
        drawn = line[index]
        width = word_width(drawn.runs, style) * em
        placed[index] = PlacedWord(drawn.word, drawn.runs, gaps[index], x, width)
        x += width
    return tuple(placed[index] for index in range(len(line)))


def visual_order(texts: Sequence[str], *, right_to_left: bool) -> list[int]:
    """Order the words of one line from left to right.

    The Unicode bidirectional algorithm (Annex 9) at the grain of words, which is exact when no word mixes
    directions: words against the line's direction form groups that run their own way; a number goes with a
    left-to-right word before it, and otherwise with the words around it.
    """
    kinds = [_direction(text) for text in texts]
    against = "L" if right_to_left else "R"
    groups: list[list[int]] = []
    strong = "R" if right_to_left else "L"
    for index, kind in enumerate(kinds):
        following = next((k for k in kinds[index + 1 :] if k != "N"), None)
        member = kind == against
        if kind == "E":
            member = strong == against
        elif kind == "N":
            member = strong == against and following in (against, "E" if against == "R" else against)
        if kind in "LR":
            strong = kind
        if member and groups and _direction_of(groups[-1], kinds) == against:
            groups[-1].append(index)
        else:
            groups.append([index])
    if right_to_left:
        return [index for group in reversed(groups) for index in group]
    return [index for group in groups for index in (reversed(group) if _direction_of(group, kinds) == "R" else group)]


def _direction_of(group: Sequence[int], kinds: Sequence[str]) -> str:
    return kinds[group[0]]


def _direction(text: str) -> str:
    """Tell the direction of a text: its first letter's (L or R), E for a number, N for punctuation alone."""
    number = False
    for char in text:
        match unicodedata.bidirectional(char):
            case "L":
                return "L"
            case "R" | "AL":
                return "R"
            case "EN" | "AN":
                number = True
    return "E" if number else "N"
