"""How loud a programme is, after ITU-R BS.1770 and EBU R 128, as ffmpeg's meter reads it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from cutroom.core.errors import ProcessFailed

#: The filter; it says what it read in the messages of its run.
METER = "ebur128=peak=true:framelog=quiet"
_GATE_LUFS = -70.0
_SUMMARY = re.compile(r"I:\s+(-?[\d.]+|-?inf|nan) LUFS.*?Peak:\s+(-?[\d.]+|-?inf|nan) dBFS", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud a programme is.

    Attributes:
        integrated_lufs: ``-inf`` for silence.
        peak_dbtp: True peak; ``-inf`` for digital silence.
    """

    integrated_lufs: float
    peak_dbtp: float


def read_meter(messages: str) -> Loudness:
    """Read what :data:`METER` said.

    Args:
        messages: Of ffmpeg, at level ``info``.

    Raises:
        ProcessFailed: If it said nothing.
    """
    values = _SUMMARY.findall(messages)
    if not values:
        raise ProcessFailed("ffmpeg did not tell how loud the programme is: use the ffmpeg that comes with Cutroom.")
    integrated, peak = (float(value) for value in values[-1])
    # The meter writes -70 for a programme of which nothing passed its gate.
    return Loudness(-math.inf if integrated <= _GATE_LUFS else integrated, peak)
