"""Follow faces through a shot, and tell the main one from those that pass by."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from cutroom.analysis.facts import FaceSample

#: Between two samples a face moves less than this, as a share of the picture, plus its own width.
_REACH = 0.06
#: And does not grow or shrink by more than this.
_GROWTH = 1.8


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """One face through a shot; samples in order of time."""

    samples: tuple[FaceSample, ...]

    @property
    def height(self) -> float:
        """The median height, a share of the picture."""
        return statistics.median(sample.box.height for sample in self.samples)

    @property
    def centre_x(self) -> float:
        return statistics.median(sample.box.centre_x for sample in self.samples)

    @property
    def weight(self) -> float:
        """How much the face matters: how large it is, how often it is there, how sure it is one."""
        return self.height * sum(sample.confidence for sample in self.samples)


def follow_faces(samples: Iterable[FaceSample]) -> tuple[FaceTrack, ...]:
    """Join samples to tracks, each sample to the nearest face that it can be.

    Args:
        samples: In order of time, of one shot.

    Returns:
        The main face first.
    """
    tracks: list[list[FaceSample]] = []
    for _, group in groupby(samples, key=lambda sample: sample.time_s):
        free = list(range(len(tracks)))
        for sample in group:
            near = [index for index in free if _can_be(tracks[index][-1], sample)]
            if near:
                best = min(near, key=lambda index: abs(tracks[index][-1].box.centre_x - sample.box.centre_x))
                tracks[best].append(sample)
                free.remove(best)
            else:
                tracks.append([sample])
    return tuple(sorted((FaceTrack(tuple(track)) for track in tracks), key=lambda track: -track.weight))


def main_first(samples: Sequence[FaceSample]) -> tuple[FaceSample, ...]:
    """Order samples by time, and within a time the main face of the shot first."""
    rank = {id(sample): number for number, track in enumerate(follow_faces(samples)) for sample in track.samples}
    return tuple(sorted(samples, key=lambda sample: (sample.time_s, rank[id(sample)])))


def _can_be(before: FaceSample, after: FaceSample) -> bool:
    reach = _REACH + before.box.width
    if abs(before.box.centre_x - after.box.centre_x) > reach or abs(before.box.centre_y - after.box.centre_y) > reach:
        return False
    return 1 / _GROWTH < after.box.height / before.box.height < _GROWTH
