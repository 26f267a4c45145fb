"""Join decisions into a timeline: kept spans, framings and words, all on the programme's frame grid."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cutroom.media.span import Span
from cutroom.media.timeline import CaptionWord, Clip, Layout, Track, TrackKind
from cutroom.media.transcript import Word


@dataclass(frozen=True, slots=True)
class Framing:
    """How a stretch of the source is composed."""

    span: Span
    layout: Layout


@dataclass(frozen=True, slots=True)
class Piece:
    """A kept stretch in frames: where it starts in the source and in the programme."""

    source_start: int
    programme_start: int
    duration: int

    @property
    def source_stop(self) -> int:
        return self.source_start + self.duration


def to_frame(time_s: float, rate: Fraction) -> int:
    """Round a moment to the nearest frame."""
    return round(Fraction(time_s) * rate)


def lay_pieces(kept: Sequence[Span], rate: Fraction) -> tuple[Piece, ...]:
    """Put kept spans one after another on the frame grid.

    Args:
        kept: In order, without overlap, seconds of the source.
        rate: Frames per second of the programme.

    Returns:
        At least one piece of at least one frame; spans that touch after rounding are joined.

    Raises:
        ValueError: If nothing is kept or the spans are out of order.
    """
    ranges: list[tuple[int, int]] = []
    for span in kept:
        start, stop = to_frame(span.start_s, rate), to_frame(span.end_s, rate)
        if ranges and start < ranges[-1][1] - 1:
            raise ValueError(f"kept spans must be in order and apart, and {span} is not")
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(stop, ranges[-1][1]))
        elif stop > start:
            ranges.append((start, stop))
    if not ranges:
        raise ValueError("a programme needs at least one frame")
    pieces = []
    placed = 0
    for start, stop in ranges:
        pieces.append(Piece(start, placed, stop - start))
        placed += stop - start
    return tuple(pieces)


def lay_picture(pieces: Sequence[Piece], framings: Sequence[Framing], media: str, rate: Fraction) -> Track:
    """Make the video track: each piece, split where its framing changes.

    Args:
        pieces: From :func:`lay_pieces`.
        framings: In order of time; a stretch that none covers takes the nearest one's layout.
        media: The source's key.
        rate: Frames per second of the programme.

    Raises:
        ValueError: If there is no framing.
    """
    if not framings:
        raise ValueError("a picture needs at least one framing")
    changes = [to_frame(framing.span.start_s, rate) for framing in framings]
    clips: list[Clip] = []
    for piece in pieces:
        edges = [
            piece.source_start,
            *(c for c in changes if piece.source_start < c < piece.source_stop),
            piece.source_stop,
        ]
        for start, stop in itertools.pairwise(edges):
            layout = _layout_at(framings, float((start + stop) / (2 * rate)))
            last = clips[-1] if clips else None
            if last and last.layout == layout and last.source_start + last.duration == start:
                clips[-1] = Clip(media, last.source_start, last.duration + stop - start, layout)
            elif stop > start:
                clips.append(Clip(media, start, stop - start, layout))
    return Track(TrackKind.VIDEO, tuple(clips))


def lay_sound(pieces: Sequence[Piece], media: str) -> Track:
    """Make the audio track with the picture's own cuts."""
    return Track(TrackKind.AUDIO, tuple(Clip(media, piece.source_start, piece.duration) for piece in pieces))


def lay_words(words: Sequence[Word], pieces: Sequence[Piece], rate: Fraction) -> tuple[CaptionWord, ...]:
    """Move the words that are kept from the source's time to the programme's.

    A word belongs to the piece that holds its middle, and is lit for at least one frame.

    Args:
        words: In order.
        pieces: In the programme's order, which need not be the source's.

    Returns:
        In order, without overlap.
    """
    middles = [to_frame((word.start_s + word.end_s) / 2, rate) for word in words]
    placed: list[CaptionWord] = []
    for piece in pieces:
        shift = piece.programme_start - piece.source_start
        first, stop = (bisect.bisect_left(middles, edge) for edge in (piece.source_start, piece.source_stop))
        for word in words[first:stop]:
            lit = max(to_frame(word.start_s, rate), piece.source_start) + shift
            dark = min(to_frame(word.end_s, rate), piece.source_stop) + shift
            if placed:
                # Words that share a frame are lit one after the other.
                lit = max(lit, placed[-1].start + placed[-1].duration)
            placed.append(CaptionWord(word.text, lit, max(1, dark - lit)))
    return tuple(placed)


def _layout_at(framings: Sequence[Framing], time_s: float) -> Layout:
    def distance(framing: Framing) -> float:
        if framing.span.contains(time_s):
            return 0.0
        return min(abs(framing.span.start_s - time_s), abs(framing.span.end_s - time_s))

    return min(framings, key=distance).layout
