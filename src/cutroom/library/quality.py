"""How good a recording is, as far as a measurement can tell: parts of 0 to 100, each with what would mend it.

A number is no judgement of what is said or shown. The parts ask what a viewer is bothered by: a picture that is small,
jerky, squeezed or dark, and sound that is soft, overdriven, noisy or not there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.library.assets import find_asset
from cutroom.library.errors import FileNotFound
from cutroom.library.models import Asset, AssetQuality
from cutroom.media.info import MediaInfo, VideoStream
from cutroom.media.meter import Loudness

#: Below it nothing is to be mended.
_GOOD = 80


@dataclass(frozen=True, slots=True)
class Sound:
    """How a recording sounds.

    Attributes:
        loudness: Over the whole.
        noise_floor_db: The level of the recording's own background, below full scale.
        voice_db: The level of what is said over it, below full scale.
        speech_share: How much of the time something is said, 0 to 1.
    """

    loudness: Loudness
    noise_floor_db: float
    voice_db: float
    speech_share: float


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that was measured.

    Attributes:
        score: 0 to 100.
        weight: Its share of the whole, before what does not apply is left out.
        value: With its unit, for a person.
        advice: What would mend it; ``None`` where nothing is to be mended.
    """

    name: str
    score: int
    weight: float
    value: str
    advice: str | None


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a recording is."""

    score: int
    parts: tuple[Part, ...]


async def quality_of(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> tuple[Asset, AssetQuality]:
    """Give how good an asset is.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        FileNotFound: If it was not measured yet.
    """
    asset = await find_asset(session, viewer, asset_id)
    row = await session.get(AssetQuality, asset_id)
    if row is None:
        raise FileNotFound("The recording was not measured yet: run 'share' on it.")
    return asset, row


def judge(info: MediaInfo, sound: Sound | None, black_share: float | None) -> Quality:
    """Judge a recording by what was measured of it.

    Args:
        sound: ``None`` where it has none.
        black_share: How much of the time the picture is black, 0 to 1; ``None`` where there is no picture.

    Returns:
        The mean of the parts by their weights; 0 where there is neither picture nor sound.
    """
    parts: list[Part] = []
    if info.video is not None:
        parts += _picture(info, info.video)
        if black_share is not None:
            parts.append(_black(black_share))
    if sound is not None:
        parts += _sound(sound)
    elif info.video is not None:
        parts.append(Part("sound", 0, 0.3, "no sound", "It has no sound: see that the microphone is recorded too."))
    total = sum(part.weight for part in parts)
    return Quality(round(sum(part.score * part.weight for part in parts) / total) if total else 0, tuple(parts))


def _picture(info: MediaInfo, video: VideoStream) -> list[Part]:
    lines, rate = min(video.width, video.height), float(video.rate)
    # Of H.264 for the same look, by how many pixels a second there are; what is drawn or stands still needs less.
    bits = 8 * info.size_bytes / max(info.duration_s, 0.1) / max(1.0, video.width * video.height * rate)
    return [
        _part(
            "resolution",
            _between(lines, 240, 1080),
            0.2,
            f"{video.width} × {video.height}",
            "Record in 1080p, or bring the file that was recorded and not one that was sent around.",
        ),
        _part(
            "frame rate",
            _between(rate, 8, 24),
            0.1,
            f"{rate:.4g} frames a second",
            "Record at least 24 frames a second.",
        ),
        _part(
            "bit rate",
            _between(math.log10(max(bits, 1e-6)), math.log10(0.004), math.log10(0.03)),
            0.1,
            f"{8 * info.size_bytes / max(info.duration_s, 0.1) / 1e6:.2f} Mbit/s",
            "The picture was squeezed hard: bring the file as the camera wrote it.",
        ),
    ]


def _black(share: float) -> Part:
    return _part(
        "black picture",
        _between(share, 0.5, 0.03),
        0.1,
        f"black for {share:.0%}",
        "Much of it shows nothing: cut the black parts away, or see that the camera's lid is off.",
    )


def _sound(sound: Sound) -> list[Part]:
    lufs, peak = sound.loudness.integrated_lufs, sound.loudness.peak_dbtp
    if not math.isfinite(lufs):
        return [Part("loudness", 0, 0.3, "silent", "Nothing is to be heard: see that the microphone is switched on.")]
    apart = sound.voice_db - sound.noise_floor_db
    return [
        _part(
            "loudness",
            _between(lufs, -45, -27),
            0.15,
            f"{lufs:.1f} LUFS",
            "It is soft: come nearer to the microphone, or turn it up. Clips are made louder by themselves.",
        ),
        _part(
            "overdrive",
            _between(peak, 1.5, 0.0),
            0.15,
            f"peak at {peak:.1f} dBTP",
            "It is overdriven, and what was cut off cannot be had back: turn the microphone down.",
        ),
        _part(
            "noise",
            _between(apart, 6, 24),
            0.15,
            f"background {apart:.0f} dB below the voice",
            "The background is loud: come nearer to the microphone, and switch off what hums.",
        ),
        _part(
            "speech",
            _between(sound.speech_share, 0.02, 0.25),
            0.05,
            f"something is said for {sound.speech_share:.0%}",
            "Little is said: highlights are found by what is said, so choose clips by hand.",
        ),
    ]


def _part(name: str, score: float, weight: float, value: str, advice: str) -> Part:
    whole = round(100 * score)
    return Part(name, whole, weight, value, advice if whole < _GOOD else None)


def _between(value: float, worst: float, best: float) -> float:
    """Give 0 at the worst and 1 at the best, and what lies between on a line."""
    return min(1.0, max(0.0, (value - worst) / (best - worst)))
