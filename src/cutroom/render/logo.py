"""A logo in whole pixels of a frame."""

from __future__ import annotations

from PIL import Image

from cutroom.media.timeline import Logo


def place_logo(logo: Logo, width: int, height: int) -> tuple[int, int, int, int]:
    """Fit a logo into its place.

    Args:
        width: Of the frame.
        height: Of the frame.

    Returns:
        Left, top, width and height; even, so that its colours meet those of the picture.
    """
    place = logo.place
    scale = min(place.width * width / logo.width, place.height * height / logo.height)
    own_width, own_height = max(2, _even(logo.width * scale)), max(2, _even(logo.height * scale))
    left, top = _even(place.centre_x * width - own_width / 2), _even(place.centre_y * height - own_height / 2)
    return max(0, min(left, width - own_width)), max(0, min(top, height - own_height)), own_width, own_height


def draw_logo(logo: Logo, width: int, height: int) -> bytes:
    """Draw a logo at its size in a frame: red, green, blue and opacity, a byte each."""
    _, _, own_width, own_height = place_logo(logo, width, height)
    with Image.open(logo.path, formats=["PNG"]) as image:
        drawn = image.convert("RGBA").resize((own_width, own_height), Image.Resampling.LANCZOS)
    alpha = drawn.getchannel("A").point(lambda value: round(value * logo.opacity))
    drawn.putalpha(alpha)
    return drawn.tobytes()


def _even(value: float) -> int:
    return 2 * round(value / 2)
