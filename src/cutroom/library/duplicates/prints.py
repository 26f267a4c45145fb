"""Lay two fingerprints over each other and tell how much of them is the same."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cutroom.library.duplicates.models import Fingerprint, Sense
from cutroom.media.fingerprints import PICTURE_STEP_S, SOUND_STEP_S, Hashes, distances, overlap

#: Of how they are made: raised whenever the same recording would have others.
VERSION: Final = 1
STEP_S: Final = {Sense.PICTURE: PICTURE_STEP_S, Sense.SOUND: SOUND_STEP_S}
#: Quarters of a hash in a key, and of how many keys one is kept: some ten thousand rows for two hours at most.
KEYS: Final = {Sense.PICTURE: (2, 4), Sense.SOUND: (3, 16)}

_TYPES: Final = {Sense.PICTURE: "<u8", Sense.SOUND: "<u4"}
#: Pictures that differ in no more bits than this of 64 are one; two of different films differ in 20 to 30.
_SAME_PICTURE: Final = 10
#: A picture is another than the last one that was counted when it differs in more bits than this.
_ANOTHER: Final = 6
#: A film in which less changes proves nothing by its picture: every lecture in one hall looks like every other.
_PICTURES: Final = 3
#: Sounds are compared over three seconds; the mean of what differs is 16 of 32 bits between different ones.
_BLOCK: Final = 30
_SAME_SOUND: Final = 10.0
#: Found by their keys, two films lie this many steps off at most.
_SLACK: Final = 2
#: Less in common than this is a jingle.
_LEAST_S: Final = 5.0
_LEAST_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Match:
    """How much of two recordings is the same.

    Attributes:
        seconds: That they have in common.
        share: Of the first one.
        share_of_other: Of the other one.
        offset_s: Where the first one begins in the other; negative when it begins before.
    """

    seconds: float
    share: float
    share_of_other: float
    offset_s: float


def read_hashes(made: Fingerprint) -> Hashes:
    """Give the hashes of a fingerprint."""
    return np.frombuffer(base64.b64decode(made.hashes), _TYPES[made.sense])


def compare(one: Fingerprint, other: Fingerprint, shift: int) -> Match | None:
    """Tell what two recordings have in common.

    Args:
        shift: How many steps the other one begins before the first, nearly.

    Returns:
        ``None`` when that is too little to speak of.
    """
    mine, theirs = read_hashes(one), read_hashes(other)
    same = _same_pictures if one.sense is Sense.PICTURE else _same_sounds
    steps, best = max((same(mine, theirs, each), each) for each in range(shift - _SLACK, shift + _SLACK + 1))
    step_s = STEP_S[one.sense]
    match = Match(
        seconds=steps * step_s,
        share=min(1.0, steps / max(1, int(np.count_nonzero(mine)))),
        share_of_other=min(1.0, steps / max(1, int(np.count_nonzero(theirs)))),
        offset_s=best * step_s,
    )
    if match.seconds < _LEAST_S or max(match.share, match.share_of_other) < _LEAST_SHARE:
        return None
    return match


def _same_pictures(mine: Hashes, theirs: Hashes, shift: int) -> int:
    one, other = (hashes[part] for hashes, part in zip((mine, theirs), overlap(mine, theirs, shift), strict=True))
    same = (one != 0) & (other != 0) & (distances(one, other) <= _SAME_PICTURE)
    seen: list[Hashes] = []
    for hashes in one[same]:
        if not seen or distances(seen[-1], hashes[None])[0] > _ANOTHER:
            seen.append(hashes[None])
            if len(seen) == _PICTURES:
                return int(np.count_nonzero(same))
    return 0


def _same_sounds(mine: Hashes, theirs: Hashes, shift: int) -> int:
    one, other = (hashes[part] for hashes, part in zip((mine, theirs), overlap(mine, theirs, shift), strict=True))
    heard = (one != 0) & (other != 0)
    differing = np.where(heard, distances(one, other), 0).astype(np.float64)
    blocks = range(0, len(one), _BLOCK)
    return sum(_same_in(differing[start : start + _BLOCK], heard[start : start + _BLOCK]) for start in blocks)


def _same_in(differing: NDArray[np.float64], heard: NDArray[np.bool_]) -> int:
    count = int(np.count_nonzero(heard))
    return count if count and differing.sum() / count <= _SAME_SOUND else 0
