"""The recordings that timelines refer to: what they are, and where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from cutroom.media.info import MediaInfo
from cutroom.media.timeline import Media, Timeline

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
    media = tuple(replace(source, path=places.get(source.sha256, Path(source.sha256))) for source in timeline.media)
    logo = timeline.logo
    if logo is not None:
        logo = replace(logo, path=places.get(logo.sha256, Path(logo.sha256)))
    return replace(timeline, media=media, logo=logo)
