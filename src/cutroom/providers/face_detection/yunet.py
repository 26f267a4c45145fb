"""YuNet, on the processor, through ONNX Runtime; its 0.2 MB of weights are vendored beside this module (MIT).

Source: Wu et al. 2023, *YuNet: A Tiny Millisecond-level Face Detector*; ``face_detection_yunet_2023mar``.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from cutroom.core.errors import MissingCapability
from cutroom.core.settings import Settings
from cutroom.media.geometry import Rect
from cutroom.providers.face_detection import Face, FaceDetection

_FILE = "face_detection_yunet_2023mar.onnx"
_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
#: The graph's input is fixed to a square of this side.
_SIDE = 640
_STRIDES = (8, 16, 32)
_OUTPUTS = tuple(f"{part}_{stride}" for part in ("cls", "obj", "bbox") for stride in _STRIDES)
#: Below it hands, clocks and clouds become faces; the authors' own demo uses 0.9, made for close faces.
_MIN_CONFIDENCE = 0.6
_MAX_OVERLAP = 0.3


class YuNet:
    """The model, loaded."""

    def __init__(self, weights: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # One frame takes 6 ms; more threads cost more in waiting than they give.
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])

    @property
    def name(self) -> str:
        return "yunet/2023mar"

    def find(self, pixels: NDArray[np.uint8]) -> tuple[Face, ...]:
        """Find the faces in one picture; see :class:`~cutroom.providers.face_detection.FaceDetection`."""
        height, width = pixels.shape[:2]
        scale = _SIDE / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = pixels
        if size != (width, height):
            small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
        canvas = np.zeros((1, 3, _SIDE, _SIDE), np.float32)
        canvas[0, :, : size[1], : size[0]] = small[:, :, ::-1].transpose(2, 0, 1)  # the model was trained on BGR
        outputs = self._session.run(_OUTPUTS, {"input": canvas})
        boxes, scores = _decode(dict(zip(_OUTPUTS, outputs, strict=True)))
        faces = []
        for box, score in zip(boxes, scores, strict=True):
            left, right = np.clip(box[[0, 2]] / size[0], 0, 1)
            top, bottom = np.clip(box[[1, 3]] / size[1], 0, 1)
            if right > left and bottom > top:
                rect = Rect(float(left), float(top), float(right - left), float(bottom - top))
                faces.append(Face(rect, float(score)))
        return tuple(faces)


def _decode(outputs: dict[str, NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Turn the three grids into boxes (left, top, right, bottom; model pixels), the surest first, without doubles."""
    boxes, scores = [], []
    for stride in _STRIDES:
        score = np.sqrt(
            np.clip(outputs[f"cls_{stride}"][0, :, 0], 0, 1) * np.clip(outputs[f"obj_{stride}"][0, :, 0], 0, 1)
        )
        keep = np.flatnonzero(score >= _MIN_CONFIDENCE)
        offset = outputs[f"bbox_{stride}"][0, keep]
        row, column = np.divmod(keep, _SIDE // stride)
        centre = (np.stack([column, row], axis=1) + offset[:, :2]) * stride
        half = np.exp(offset[:, 2:]) * stride / 2
        boxes.append(np.concatenate([centre - half, centre + half], axis=1))
        scores.append(score[keep])
    return _without_doubles(np.concatenate(boxes).astype(np.float32), np.concatenate(scores))


def _without_doubles(
    boxes: NDArray[np.float32], scores: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    order = np.argsort(-scores, kind="stable")
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    kept: list[int] = []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        sides = np.minimum(boxes[best, 2:], boxes[rest, 2:]) - np.maximum(boxes[best, :2], boxes[rest, :2])
        shared = np.prod(np.maximum(sides, 0), axis=1)
        order = rest[shared <= _MAX_OVERLAP * (area[best] + area[rest] - shared)]
    return boxes[kept], scores[kept]


def create(settings: Settings, model: str | None) -> FaceDetection:
    """Load the model.

    Raises:
        MissingCapability: If the vendored file is not what was published.
    """
    del settings, model  # one model, in the package
    weights = resources.files(__package__).joinpath("data", _FILE).read_bytes()
    if hashlib.sha256(weights).hexdigest() != _SHA256:
        raise MissingCapability(f"The face detector's file {_FILE} is damaged: install cutroom again.")
    return YuNet(weights)
