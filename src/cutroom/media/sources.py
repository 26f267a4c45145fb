"""The recordings that timelines refer to: what they are, and where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from cutroom.media.info import MediaInfo
from cutroom.media.timeline import Logo, Media, Timeline

File = TypeVar("File", Media, Logo)

#: The key of the one recording that a timeline is cut from.
SOURCE = "source"


def media_of(source: Path, info: MediaInfo) -> Media:
    """Describe a recording for timelines.

    Args:
        source: Where it lies.
    """
    video = info.video
    return Media(
        key=SOURCE,
        path=source,
        sha256=info.sha256,
        duration_s=Fraction(info.duration_s).limit_denominator(90_000),
        width=video.width if video else 0,
        height=video.height if video else 0,
        rate=video.rate if video else Fraction(0),
        video_stream=video.index if video else None,
        audio_stream=info.audio[0].index if info.audio else None,
        hdr=video.hdr if video else False,
        interlaced=video.interlaced if video else False,
        matrix=video.matrix if video else "bt709",
    )


def bare(timeline: Timeline) -> Timeline:
    """Leave out what a rendition does not depend on: the title, and where sources lie; their content names them."""
    return located(replace(timeline, name=""), {})


def located(timeline: Timeline, places: Mapping[str, Path]) -> Timeline:
    """Tell where sources lie.

    Args:
        places: By the hash of their content; one that is missing is named by it.
    """
    media = tuple(_placed(source, places) for source in timeline.media)
    logo = _placed(timeline.logo, places) if timeline.logo else None
    intro = _placed(timeline.intro, places) if timeline.intro else None
    outro = _placed(timeline.outro, places) if timeline.outro else None
    return replace(timeline, media=media, logo=logo, intro=intro, outro=outro)


def _placed(file: File, places: Mapping[str, Path]) -> File:
    return replace(file, path=places.get(file.sha256, Path(file.sha256)))
