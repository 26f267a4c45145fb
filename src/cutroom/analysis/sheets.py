"""Look for faces in several pictures at once: a detector takes as long for one picture as for a sheet of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cutroom.media.geometry import Rect
from cutroom.providers.face_detection import Face, FaceDetection

#: The side of a sheet, in pixels; what a detector makes of larger ones is its own affair.
_SIDE = 640


class Sheet:
    """Pictures of one size that wait for being looked at together.

    Args:
        faces: Looks at the sheet.
        width: In pixels, of each picture on it; the height follows. Faces of less than a dozen pixels are missed.
    """

    def __init__(self, faces: FaceDetection, width: int) -> None:
        self._faces, self._width = faces, width
        self._tiles: list[tuple[int, NDArray[np.uint8]]] = []

    def add(self, number: int, pixels: NDArray[np.uint8]) -> list[tuple[int, tuple[Face, ...]]]:
        """Put a picture on the sheet.

        Args:
            number: The caller's own, to know the picture by.

        Returns:
            The faces of every picture on the sheet when it is full; empty until then.
        """
        height, width = pixels.shape[:2]
        scale = min(self._width / width, _SIDE / height)
        size = max(1, round(scale * width)), max(1, round(scale * height))
        self._tiles.append((number, np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))))
        return self.finish() if len(self._tiles) == _rows(size[1]) * _rows(size[0]) else []

    def finish(self) -> list[tuple[int, tuple[Face, ...]]]:
        """Look at what is on the sheet, and begin a new one."""
        tiles, self._tiles = self._tiles, []
        if not tiles:
            return []
        height, width = tiles[0][1].shape[:2]
        columns = _rows(width)
        sheet = np.zeros((_SIDE, _SIDE, 3), np.uint8)
        for place, (_, tile) in enumerate(tiles):
            row, column = divmod(place, columns)
            sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = tile
        found: list[list[Face]] = [[] for _ in tiles]
        for face in self._faces.find(sheet):
            row, column = int(face.box.centre_y * _SIDE / height), int(face.box.centre_x * _SIDE / width)
            place = row * columns + column
            if column < columns and place < len(tiles):
                found[place].append(Face(_on_tile(face.box, row, column, width, height), face.confidence))
        return [(number, tuple(own)) for (number, _), own in zip(tiles, found, strict=True)]


def find_all(faces: FaceDetection, pictures: Sequence[NDArray[np.uint8]], width: int) -> list[tuple[Face, ...]]:
    """Find the faces in each of several pictures of one size."""
    sheet = Sheet(faces, width)
    found = [pair for number, pixels in enumerate(pictures) for pair in sheet.add(number, pixels)]
    return [own for _, own in [*found, *sheet.finish()]]


def _rows(size: int) -> int:
    return max(1, _SIDE // size)


def _on_tile(box: Rect, row: int, column: int, width: int, height: int) -> Rect:
    """Say where a face is on its own picture, and leave out what reaches into the next one."""
    left, top = max(0.0, box.x * _SIDE / width - column), max(0.0, box.y * _SIDE / height - row)
    right, bottom = (box.x + box.width) * _SIDE / width - column, (box.y + box.height) * _SIDE / height - row
    return Rect(left, top, min(1.0, right) - left, min(1.0, bottom) - top)
