"""What a film looks and sounds like in a few bits a step, so that another encoding of it is found again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cutroom.media.audio import Pcm
from cutroom.media.frames import Frame

Hashes = NDArray[np.unsignedinteger[Any]]

#: Seconds between the hashes of pictures, and of sounds.
PICTURE_STEP_S: Final = 1.0
SOUND_STEP_S: Final = 0.1
#: Samples a second that sound is listened to with: speech and most of music lie below half of it.
SOUND_RATE: Final = 8000

#: Neighbours must differ by so much, of 255: less is noise of the encoder.
_CONTRAST: Final = 2.0
#: A picture with fewer set bits than this shows nothing, such as a blank slide.
_PLAIN_BITS: Final = 6
#: A frame of sound, half a second; what differs over so many steps is heard.
_FRAME: Final = 4096
_BACK: Final = 4
_BANDS: Final = 33
_LOWEST_HZ, _HIGHEST_HZ = 300.0, 2000.0
#: Softer than this, -60 dB of full scale, it is silence.
_SILENCE: Final = 1e-3


def hash_pictures(frames: Iterable[Frame], duration_s: float) -> NDArray[np.uint64]:
    """Hash what is shown at every step: whether each part of the picture is brighter than the one to its left.

    Args:
        frames: In order of time, as often as steps are or less.
        duration_s: Of the film.

    Returns:
        64 bits a step; 0 where nothing is shown, or nothing that could be told from another picture.

    Source: N. Krawetz, "Kind of Like That" (2013), the difference hash.
    """
    hashes = np.zeros(max(1, int(duration_s / PICTURE_STEP_S)), np.uint64)
    for frame in frames:
        # What is shown from here on, until another picture is.
        hashes[max(0, int(np.ceil(frame.time_s / PICTURE_STEP_S - 1e-6))) :] = _difference_hash(frame.pixels)
    return hashes


def _difference_hash(pixels: NDArray[np.uint8]) -> np.uint64:
    grey = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    rows = [part.mean(axis=0) for part in np.array_split(grey, 8, axis=0)]
    cells = np.array([[part.mean() for part in np.array_split(row, 9)] for row in rows])
    bits = np.diff(cells, axis=1) > _CONTRAST
    if bits.sum() < _PLAIN_BITS:
        return np.uint64(0)
    return np.uint64(int.from_bytes(np.packbits(bits).tobytes()))


def hash_sounds(pcm: Pcm) -> NDArray[np.uint32]:
    """Hash what is heard at every step: which of two neighbouring bands grew more over the last moments.

    Args:
        pcm: With :data:`SOUND_RATE` samples a second.

    Returns:
        32 bits a step; 0 where it is silent.

    Source: J. Haitsma and T. Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002), with a longer
        difference in time.
    """
    hop = round(SOUND_STEP_S * pcm.rate)
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS + 1) * _FRAME / pcm.rate
    window = np.hanning(_FRAME).astype(np.float32)
    energies: list[NDArray[np.float32]] = []
    loud: list[bool] = []
    rest = np.zeros(0, np.float32)
    for block in pcm.blocks(60.0):
        samples = np.concatenate([rest, block])
        count = max(0, (len(samples) - _FRAME) // hop + 1)
        if count:
            frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::hop][:count]
            power = np.square(np.abs(np.fft.rfft(frames * window, axis=1))).astype(np.float32)
            starts = np.round(edges).astype(int)
            energies.extend(np.add.reduceat(power[:, : starts[-1]], starts[:-1], axis=1))
            loud.extend(np.sqrt(np.square(frames).mean(axis=1)) > _SILENCE)
        rest = samples[count * hop :]
    if len(energies) <= _BACK:
        return np.zeros(0, np.uint32)
    levels = np.log(np.array(energies) + 1e-9)
    slopes = np.diff(levels, axis=1)
    bits = slopes[_BACK:] - slopes[:-_BACK] > 0
    hashes = np.packbits(bits, axis=1).view(">u4")[:, 0].astype(np.uint32)
    heard = np.array(loud)
    hashes[~(heard[_BACK:] & heard[:-_BACK])] = 0
    return hashes


def landmarks(hashes: Hashes, *, quarters: int, one_of: int) -> list[tuple[int, int]]:
    """Choose what to find a film by: parts of hashes that another encoding most likely has as well.

    A hash is cut into quarters, and any so many of them are a key. Which keys are kept depends on the key alone, so
    that two films which have one in common keep it both.

    Args:
        hashes: 32 or 64 bits a step.
        quarters: In a key; its bits, 56 at most, say how seldom two films have one in common by chance.
        one_of: Of so many keys, one is kept.

    Returns:
        Keys and the steps that they are at; of a picture that stays, its first step.
    """
    bits = hashes.dtype.itemsize * 2
    wide = hashes.astype(np.uint64)
    parts = [(wide >> np.uint64(bits * place)) & np.uint64((1 << bits) - 1) for place in range(4)]
    found: list[tuple[int, int]] = []
    for number, chosen in enumerate(combinations(parts, quarters)):
        keys = np.full(len(wide), number, np.uint64)
        for part in chosen:
            keys = (keys << np.uint64(bits)) | part
        new = np.ones(len(keys), bool)
        new[1:] = keys[1:] != keys[:-1]
        mixed = keys * np.uint64(0x9E3779B97F4A7C15)  # Knuth's multiplicative hash: neighbours fall far apart
        kept = new & (wide != 0) & ((mixed >> np.uint64(40)) % np.uint64(one_of) == 0)
        found.extend((int(keys[step]), int(step)) for step in np.flatnonzero(kept))
    return found


def distances(one: Hashes, other: Hashes) -> NDArray[np.uint8]:
    """Count the bits in which hashes differ, step by step."""
    counted: NDArray[np.uint8] = np.bitwise_count(one ^ other)
    return counted


def overlap(one: Hashes, other: Hashes, shift: int) -> tuple[slice, slice]:
    """Give what of two films lies over each other, when ``other`` begins ``shift`` steps before ``one``."""
    start = max(0, -shift)
    stop = min(len(one), len(other) - shift)
    return slice(start, max(start, stop)), slice(start + shift, max(start, stop) + shift)
