"""Decide where captions stand: where the style puts them, unless that is on somebody's mouth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cutroom.media.timeline import Caption, Layout, Track

#: A caption's middle below the seam of two panes: two lines then stand above the eyes of a speaker with head-room.
_BELOW_SEAM = 0.05


def place_captions(captions: Sequence[Caption], picture: Track) -> tuple[Caption, ...]:
    """Move captions to the seam while two panes lie one above the other.

    The lower pane is a face from edge to edge, so no other place leaves both the screen and the mouth free.
    """
    placed = []
    for caption in captions:
        layout = _layout_at(picture, caption.start + caption.duration // 2)
        seam = None if layout is None else seam_of(layout)
        placed.append(caption if seam is None else replace(caption, centre_y=seam + _BELOW_SEAM))
    return tuple(placed)


def seam_of(layout: Layout) -> float | None:
    """Find where one pane ends and another begins below it, a share of the frame's height."""
    tops = sorted(placement.target.y for placement in layout.placements)
    stacked = len(tops) == 2 and all(placement.target.width > 0.99 for placement in layout.placements)
    return tops[1] if stacked and tops[1] > 0 else None


def _layout_at(picture: Track, frame: int) -> Layout | None:
    end = 0
    for clip in picture.clips:
        end += clip.duration
        if frame < end:
            return clip.layout
    return None
