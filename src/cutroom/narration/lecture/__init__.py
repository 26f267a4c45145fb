"""The sample lecture: made at run time, the same each time, with all that is true of it known."""

from __future__ import annotations

from cutroom.narration.lecture.composition import make_lecture
from cutroom.narration.lecture.truth import LectureTruth, ShotTruth, SlideTruth, read_truth, write_truth

__all__ = ["LectureTruth", "ShotTruth", "SlideTruth", "make_lecture", "read_truth", "write_truth"]
