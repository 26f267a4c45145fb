"""Words into the captions of one style and frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from cutroom.media.caption_layout import gap_width, letter_size, line_room, shown, word_width
from cutroom.media.caption_styles import PLAIN_DRESS, CaptionStyle, Dress, dress, find_style
from cutroom.media.graphemes import clean, clusters
from cutroom.media.grouping import CHARACTERWISE, Limits, Piece, group, hold, keep_together
from cutroom.media.timeline import Caption, Captions, CaptionWord, Clip, Media, Timeline, Track, TrackKind
from cutroom.media.transcript import has_gap

_SHRINK = 1.3  # a word a little too long is drawn smaller; only beyond this it is cut
_MANY_LETTERS = 8  # a Chinese or Japanese "word" that is longer is a phrase
_PREVIEW_RATE = Fraction(30)
_PREVIEW_WORD = 8  # frames


def caption_words(
    words: Sequence[CaptionWord],
    style: str,
    width: int,
    height: int,
    rate: Fraction,
    language: str = "und",
    *,
    duration: int | None = None,
    own: Dress = PLAIN_DRESS,
) -> tuple[Caption, ...]:
    """Group spoken words into captions for one style and frame.

    A word too long for a line is shown in parts, which share its time by length.

    Args:
        words: In the programme's frames and in order.
        width: Of the frame, in pixels.
        height: Of the frame, in pixels.
        rate: Frames per second of the programme.
        language: ISO 639-1, or ``"und"``.
        duration: Of the programme in frames; no caption outlasts it.
        own: Colours and letters over the style.

    Returns:
        In order, without overlap, each on screen for at least one frame.

    Raises:
        InvalidInput: If there is no style of that name.
    """
    look = dress(find_style(style), own)
    room = line_room(look, width, height) / letter_size(look, width, height)
    parts = [part for word in words for part in _split(word, look, room, language)]
    limits = Limits(room, look.max_words, look.max_lines, look.min_s)
    blocks = [
        tuple(tuple(parts[first:stop]) for first, stop in pairwise(cut))
        for cut in group(_measured(parts, look, room, rate, language), limits, language)
    ]
    return tuple(_timed(blocks, look, rate, duration))


def preview_timeline(style: str, text: str, width: int, height: int, language: str = "und") -> Timeline:
    """Make a timeline without a source that shows one caption in a style, over black.

    Its middle frame shows a word lit.

    Raises:
        InvalidInput: If there is no style of that name.
    """
    words = [CaptionWord(word, _PREVIEW_WORD * n, _PREVIEW_WORD) for n, word in enumerate(clean(text).split())]
    duration = _PREVIEW_WORD * max(1, len(words))
    captions = caption_words(words, style, width, height, _PREVIEW_RATE, language, duration=duration)
    nothing = Media("nothing", Path(), "", duration / _PREVIEW_RATE, 0, 0, Fraction(0), None, None)
    track = Track(TrackKind.VIDEO, (Clip(nothing.key, 0, duration),))
    return Timeline(style, _PREVIEW_RATE, width, height, (nothing,), (track,), Captions(style, language, captions))


def _split(word: CaptionWord, style: CaptionStyle, room: float, language: str) -> Iterator[CaptionWord]:
    """Cut a word that no line can hold, and a Chinese or Japanese phrase into characters; time is shared by length."""
    text = clean(word.text)
    if not text:
        return
    letters = clusters(text)
    if language in CHARACTERWISE and len(letters) > _MANY_LETTERS and not text.isascii():
        parts = keep_together(letters)
    elif word_width(shown(text, style, language), style) > _SHRINK * room:
        parts = _fill(letters, style, room, language)
    else:
        parts = [text]
    total, done = sum(len(clusters(part)) for part in parts), 0
    for part in parts:
        start = word.start + word.duration * done // total
        done += len(clusters(part))
        yield CaptionWord(part, start, max(1, word.start + word.duration * done // total - start))


def _fill(letters: Sequence[str], style: CaptionStyle, room: float, language: str) -> list[str]:
    """Cut into parts that each fill a line, so that two of them never share one."""
    parts = [letters[0]]
    for letter in letters[1:]:
        if word_width(shown(parts[-1] + letter, style, language), style) <= room:
            parts[-1] += letter
        else:
            parts.append(letter)
    return [part for part in parts if part.strip()]


def _measured(
    words: Sequence[CaptionWord], style: CaptionStyle, room: float, rate: Fraction, language: str
) -> list[Piece]:
    pieces = []
    before = ""
    for word in words:
        width = min(room, word_width(shown(word.text, style, language), style))
        gap = gap_width(style) if has_gap(before, word.text, language) else 0.0
        start, stop = word.start / rate, (word.start + word.duration) / rate
        pieces.append(Piece(word.text, float(start), float(stop), width, gap))
        before = word.text
    return pieces


def _timed(
    blocks: Sequence[tuple[tuple[CaptionWord, ...], ...]], style: CaptionStyle, rate: Fraction, duration: int | None
) -> Iterator[Caption]:
    starts: list[int] = []
    for block in blocks:
        starts.append(max(block[0][0].start, starts[-1] + 1 if starts else 0))
    spoken = []
    for start, block in zip(starts, blocks, strict=True):
        last = block[-1][-1]
        letters = sum(len(word.text) + 1 for line in block for word in line)
        spoken.append((float(start / rate), float((last.start + last.duration) / rate), letters))
    until_s = None if duration is None else float(duration / rate)
    for start, block, (_, end_s) in zip(starts, blocks, hold(spoken, style.min_s, until_s), strict=True):
        yield Caption(start, max(1, round(end_s * float(rate)) - start), block)
