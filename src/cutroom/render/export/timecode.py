"""Timecode: frames as hours, minutes, seconds and frames."""

from __future__ import annotations

from fractions import Fraction

from cutroom.render.export.edits import whole_rate


def drops_frames(rate: Fraction) -> bool:
    """Tell whether a rate is counted in drop-frame timecode by custom: 29.97 and 59.94 are."""
    counted, slow = whole_rate(rate)
    return slow and counted % 30 == 0


def timecode(frame: int, rate: Fraction) -> str:
    """Write a frame's timecode, drop-frame (with ``;``) where that is the custom.

    Drop-frame leaves out the first 2 numbers (4 at 59.94) of every minute that does not divide by 10, so that the
    count keeps up with the clock.

    Source: SMPTE ST 12-1.
    """
    counted, _ = whole_rate(rate)
    if not drops_frames(rate):
        return _write(frame, counted, ":")
    dropped = counted // 15
    per_minute = counted * 60 - dropped
    per_ten = per_minute * 10 + dropped
    tens, rest = divmod(frame, per_ten)
    minutes = 0 if rest < counted * 60 else 1 + (rest - counted * 60) // per_minute
    return _write(frame + dropped * (9 * tens + minutes), counted, ";")


def _write(frame: int, counted: int, separator: str) -> str:
    seconds, frames = divmod(frame, counted)
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{separator}{frames:02d}"
