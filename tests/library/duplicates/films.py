"""Films with known truth: scenes and sounds that a seed chooses, and what people make of such films."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.media.hostile import make

RATE = 16000
SCENE_S = 3


def film(
    target: Path, seed: int, *, sound_seed: int | None = None, duration_s: int = 30, size: str = "320x180"
) -> Path:
    """Make a film of moving scenes, with sounds that are as unlike those of another seed as speech is."""
    sound = target.with_suffix(".wav")
    write_sound(sound, seed if sound_seed is None else sound_seed, duration_s)
    chance = np.random.default_rng(seed)
    scenes = duration_s // SCENE_S
    inputs: list[str] = []
    for _ in range(scenes):
        colours = ":".join(f"c{each}=0x{chance.integers(0, 1 << 24):06x}" for each in range(6))
        x0, y0, x1, y1 = (int(each) for each in chance.integers(0, 180, 4))
        points = f"x0={x0}:y0={y0}:x1={x1}:y1={y1}"
        source = (
            f"gradients=s={size}:r=12:d={SCENE_S}:n=6:speed=0.02:seed={chance.integers(1, 9999)}:{colours}:{points}"
        )
        inputs += ["-f", "lavfi", "-i", source]
    joined = "".join(f"[{each}:v]" for each in range(scenes)) + f"concat=n={scenes}[v]"
    return make(
        target,
        *inputs,
        *("-i", f"file:{sound}", "-filter_complex", joined, "-map", "[v]", "-map", f"{scenes}:a"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k"),
        reads=[sound],
    )


def write_sound(target: Path, seed: int, duration_s: int) -> None:
    """Write syllables: short chords that rise and fall, with pauses between them."""
    chance = np.random.default_rng(seed)
    parts: list[NDArray[np.float64]] = []
    length = 0
    while length < duration_s * RATE:
        size = int(RATE * chance.uniform(0.08, 0.4))
        at = np.arange(size) / RATE
        tones = sum(
            chance.uniform(0.1, 1) * np.sin(2 * np.pi * chance.uniform(150, 2500) * at + chance.uniform(0, 6))
            for _ in range(6)
        )
        noise = chance.normal(0, 0.05, size)
        parts.append((tones / 8 + noise) * np.hanning(size))
        length += size
    samples = np.concatenate(parts)[: duration_s * RATE]
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32000).astype("<i2").tobytes())


def again(target: Path, source: Path, *options: str, before: tuple[str, ...] = ()) -> Path:
    """Encode a film anew."""
    return make(target, *before, "-i", f"file:{source}", *options, reads=[source])
