"""Layouts in whole pixels, and the filters that draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cutroom.media.geometry import FULL, Rect
from cutroom.media.timeline import Background, Fit, Layout, Media, Placement
from cutroom.render.expression import changes_only, step_expression

#: The matrices that the scaler knows; anything else is taken for the one of HD.
_MATRICES = frozenset({"bt709", "smpte170m", "bt470bg", "smpte240m", "fcc", "bt2020nc", "bt2020c"})
#: A blurred background is drawn at this share of the frame's size, where a blur costs nothing.
_BLUR_SHRINK = 10

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pane:
    """A cut of the source and its place in the frame; all numbers are even pixels, so chroma stays aligned.

    Attributes:
        crop_width: Of the source as shown.
        crop_height: Of the source as shown.
        place: x, y, width and height in the frame.
    """

    crop_width: int
    crop_height: int
    place: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """All of a layout but where its cuts lie: layouts of one shape are drawn by one chain of filters."""

    panes: tuple[Pane, ...]
    background: Background


def measure_layout(layout: Layout, media: Media, width: int, height: int) -> tuple[Shape, tuple[Position, ...]]:
    """Put a layout into pixels.

    Args:
        media: The source, for its size.
        width: Of the frame.
        height: Of the frame.

    Returns:
        The shape, and the corner of each pane's cut in the source.
    """
    panes, positions = zip(*(_measure_placement(p, media, width, height) for p in layout.placements), strict=True)
    return Shape(panes, layout.background), positions


def draw_shape(
    shape: Shape,
    positions: Sequence[tuple[int, tuple[Position, ...]]],
    media: Media,
    size: tuple[int, int],
    *,
    source: str,
    result: str,
) -> list[str]:
    """Write the filters that compose a stretch of frames.

    Args:
        positions: The frame from which the panes' cuts lie at these corners, in order, the first 0.
        size: Of the frame.
        source: The label that gives the source's frames.
        result: The label to give the composed frames.
    """
    panes = [
        _draw_pane(pane, [(frame, corners[number]) for frame, corners in positions], media)
        for number, pane in enumerate(shape.panes)
    ]
    places = [pane.place for pane in shape.panes]
    if _fill_in_rows(places, size):
        return _layers(panes, source, result, [f"{{}}vstack=inputs={len(panes)}"])
    if shape.background is Background.BLUR:
        layers, placed = [_draw_blur(media, *size), *panes], places
    else:
        x, y, _, _ = places[0]
        layers, placed = [f"{panes[0]},pad={size[0]}:{size[1]}:{x}:{y}:black", *panes[1:]], places[1:]
    return _layers(layers, source, result, [f"{{}}overlay={x}:{y}" for x, y, _, _ in placed])


def _layers(layers: Sequence[str], source: str, result: str, joins: Sequence[str]) -> list[str]:
    """Draw layers from one source and join them, all at once or each onto those before it."""
    if len(layers) == 1:
        return [f"[{source}]{layers[0]}[{result}]"]
    numbers = range(len(layers))
    lines = [f"[{source}]split={len(layers)}" + "".join(f"[{result}in{number}]" for number in numbers)]
    lines += [f"[{result}in{number}]{layers[number]}[{result}layer{number}]" for number in numbers]
    if len(joins) == 1:
        return [*lines, joins[0].format("".join(f"[{result}layer{number}]" for number in numbers)) + f"[{result}]"]
    below = f"{result}layer0"
    for number, join in enumerate(joins, start=1):
        above = result if number == len(joins) else f"{result}over{number}"
        lines.append(join.format(f"[{below}][{result}layer{number}]") + f"[{above}]")
        below = above
    return lines


def _measure_placement(placement: Placement, media: Media, width: int, height: int) -> tuple[Pane, Position]:
    part, target = placement.source, placement.target
    left, right = _even(target.x * width), _even((target.x + target.width) * width)
    top, bottom = _even(target.y * height), _even((target.y + target.height) * height)
    place_width, place_height = max(2, right - left), max(2, bottom - top)
    part_width, part_height = part.width * media.width, part.height * media.height
    scales = place_width / part_width, place_height / part_height
    if placement.fit is Fit.COVER:
        scale = max(scales)
        crop_width = min(_even(place_width / scale), _even(media.width, down=True))
        crop_height = min(_even(place_height / scale), _even(media.height, down=True))
    else:
        scale = min(scales)
        shown_width, shown_height = max(2, _even(part_width * scale)), max(2, _even(part_height * scale))
        left += _even((place_width - shown_width) / 2, down=True)
        top += _even((place_height - shown_height) / 2, down=True)
        place_width, place_height = shown_width, shown_height
        crop_width = min(_even(part_width), _even(media.width, down=True))
        crop_height = min(_even(part_height), _even(media.height, down=True))
    pane = Pane(max(2, crop_width), max(2, crop_height), (left, top, place_width, place_height))
    x = _even(part.centre_x * media.width - pane.crop_width / 2)
    y = _even(part.centre_y * media.height - pane.crop_height / 2)
    return pane, (
        max(0, min(x, media.width - pane.crop_width)),
        max(0, min(y, media.height - pane.crop_height)),
    )


def _draw_pane(pane: Pane, corners: Sequence[tuple[int, Position]], media: Media) -> str:
    _, _, width, height = pane.place
    scale = _scale(media, width, height)
    if (pane.crop_width, pane.crop_height) == (media.width, media.height):
        return scale
    x = step_expression(changes_only([(frame, corner[0]) for frame, corner in corners]))
    y = step_expression(changes_only([(frame, corner[1]) for frame, corner in corners]))
    return f"crop={pane.crop_width}:{pane.crop_height}:x='{x}':y='{y}',{scale}"


def _draw_blur(media: Media, width: int, height: int) -> str:
    small_width, small_height = _even(width / _BLUR_SHRINK), _even(height / _BLUR_SHRINK)
    cover = Pane(*_covering_crop(media, width, height), (0, 0, small_width, small_height))
    corner = _even((media.width - cover.crop_width) / 2), _even((media.height - cover.crop_height) / 2)
    # Darkened, so that what lies on it stands out; limited-range black is 16, no colour is 128.
    dark = "lutyuv=y='16+(val-16)*0.6':u='128+(val-128)*0.6':v='128+(val-128)*0.6'"
    soft = f"gblur=sigma={small_width / 20:.1f}:steps=2,{dark}"
    return f"{_draw_pane(cover, [(0, corner)], media)},{soft},zscale=w={width}:h={height}:f=bilinear,setsar=1"


def _scale(media: Media, width: int, height: int) -> str:
    """Resize and bring colours to BT.709, 8 bits, limited range."""
    if media.hdr:
        # Scaled first: tone mapping is the dearest step and works on fewer pixels then. Files often leave out the
        # colours, and all such files have these.
        return (
            "setparams=colorspace=bt2020nc:color_primaries=bt2020,"
            f"zscale=w={width}:h={height}:f=bicubic:t=linear:npl=100,format=gbrpf32le,tonemap=hable:desat=0,"
            "zscale=p=bt709:t=bt709:m=bt709:r=limited,format=yuv420p,setsar=1"
        )
    matrix = media.matrix if media.matrix in _MATRICES else "bt709"
    return f"zscale=w={width}:h={height}:f=bicubic:min={matrix}:m=bt709:r=limited,format=yuv420p,setsar=1"


def _covering_crop(media: Media, width: int, height: int) -> tuple[int, int]:
    pane, _ = _measure_placement(Placement(FULL, Rect(0, 0, 1, 1)), media, width, height)
    return pane.crop_width, pane.crop_height


def _fill_in_rows(places: Sequence[tuple[int, int, int, int]], size: tuple[int, int]) -> bool:
    """Tell whether panes lie one under another, in order, and cover the frame: stacking is cheaper than overlaying."""
    below = 0
    for x, y, width, height in places:
        if (x, y, width) != (0, below, size[0]):
            return False
        below += height
    return below == size[1]


def _even(value: float, *, down: bool = False) -> int:
    return 2 * (int(value // 2) if down else round(value / 2))
