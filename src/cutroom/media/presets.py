"""The frames that programmes are made in: sizes, safe areas and frame rates."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cutroom.core.errors import InvalidInput
from cutroom.media.caption_layout import safe_area
from cutroom.media.geometry import Rect
from cutroom.media.info import VideoStream


@dataclass(frozen=True, slots=True)
class Preset:
    """A frame for a place where clips are shown.

    Attributes:
        width: Pixels, even.
        height: Pixels, even.
    """

    name: str
    width: int
    height: int

    @property
    def safe_area(self) -> Rect:
        """The part that no player covers with its own buttons and texts: captions stand in it."""
        return safe_area(self.width, self.height)


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("vertical-1080", 1080, 1920),
        Preset("portrait-4x5", 1080, 1350),
        Preset("square-1080", 1080, 1080),
        Preset("wide-1080", 1920, 1080),
    )
}
DEFAULT_PRESET = "vertical-1080"
DEFAULT_RATE = Fraction(30)

_RATES = tuple(
    Fraction(*pair)
    for pair in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
)
#: A source further than this from every multiple of a standard rate gets the default one.
_TOLERANCE = 0.005


def find_preset(name: str) -> Preset:
    """Find a preset by name.

    Raises:
        InvalidInput: If there is none; the message lists them.
    """
    try:
        return PRESETS[name]
    except KeyError:
        raise InvalidInput(f"There is no preset {name!r}: choose one of {', '.join(PRESETS)}.") from None


def programme_rate(video: VideoStream | None, *, highest: Fraction = DEFAULT_RATE) -> Fraction:
    """Choose the standard rate that repeats or drops a source's frames most evenly.

    A source that runs faster than ``highest`` is halved or thirded (50 → 25, 59.94 → 29.97), a slow one is repeated
    whole (15 → 30), and one of variable rate, or without picture, gets 30.

    Args:
        highest: The fastest rate wanted, frames per second.
    """
    if video is None or video.variable_rate or video.rate <= 0:
        return min(DEFAULT_RATE, highest)

    def unevenness(rate: Fraction) -> tuple[float, float]:
        ratio = max(video.rate / rate, rate / video.rate)
        return abs(float(ratio / round(ratio)) - 1.0), float(ratio)

    best = min((rate for rate in _RATES if rate <= highest), key=unevenness, default=highest)
    return best if unevenness(best)[0] <= _TOLERANCE else min(DEFAULT_RATE, highest)
