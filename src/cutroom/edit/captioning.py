"""Give a timeline captions, and decide where they stand: where the style says, unless that is on somebody's mouth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cutroom.media.caption_styles import PLAIN_DRESS, Dress
from cutroom.media.captions import caption_words
from cutroom.media.sources import SOURCE
from cutroom.media.timeline import Caption, Captions, CaptionWord, Fit, Layout, Timeline, Track, TrackKind

#: A caption's middle below the seam of two panes: two lines then stand above the eyes of a speaker with head-room.
_BELOW_SEAM = 0.05
#: Below this the players' own controls begin, and the style's own place is no worse.
_LOWEST = 0.75


def draw_captions(
    timeline: Timeline, words: Sequence[CaptionWord], style: str, language: str, own: Dress = PLAIN_DRESS
) -> Timeline:
    """Give a timeline captions instead of those that it has.

    Args:
        words: All that is said, in the programme's frames.
        style: A caption style's name, or ``none``.
        own: Colours and letters over the style.
    """
    if style == "none" or not words:
        return replace(timeline, captions=None)
    width, height = timeline.width, timeline.height
    drawn = caption_words(words, style, width, height, timeline.rate, language, duration=timeline.duration, own=own)
    picture, source = timeline.track(TrackKind.VIDEO), timeline.source(SOURCE)
    if picture is not None:
        drawn = place_captions(drawn, picture, shape=(source.width / source.height) / (width / height))
    return replace(timeline, captions=Captions(style, language, drawn, own))


def place_captions(captions: Sequence[Caption], picture: Track, *, shape: float) -> tuple[Caption, ...]:
    """Move captions to the seam of two panes, or below a picture that is shown whole with room beneath it.

    The lower of two panes is a face from edge to edge, so no other place leaves both the screen and the mouth free.
    A slide shown whole is there to be read.

    Args:
        shape: The source's width over its height, divided by the frame's.
    """
    placed = []
    for caption in captions:
        layout = _layout_at(picture, caption.start + caption.duration // 2)
        edge = None if layout is None else seam_of(layout) or bottom_of(layout, shape)
        placed.append(caption if edge is None else replace(caption, centre_y=edge + _BELOW_SEAM))
    return tuple(placed)


def bottom_of(layout: Layout, shape: float) -> float | None:
    """Find where a picture that is shown whole ends, a share of the frame's height, when it leaves room below."""
    if len(layout.placements) != 1 or layout.placements[0].fit is not Fit.CONTAIN:
        return None
    source, target = layout.placements[0].source, layout.placements[0].target
    height = min(target.height, target.width * source.height / (source.width * shape))
    bottom = target.centre_y + height / 2
    return bottom if bottom < _LOWEST else None


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
