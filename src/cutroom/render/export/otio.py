"""OpenTimelineIO: tracks, clips, ranges and sources as every reader knows them, the rest in our own metadata."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import opentimelineio
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Clip as OtioClip
from opentimelineio.schema import ExternalReference
from opentimelineio.schema import Timeline as OtioTimeline
from opentimelineio.schema import Track as OtioTrack
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from cutroom.core.errors import InvalidInput
from cutroom.media.timeline import Captions, Clip, Layout, Media, Timeline, Track, TrackKind
from cutroom.render.export.edits import media_frames, one_line

_OURS = "cutroom"
_KINDS = {
    TrackKind.VIDEO: opentimelineio.schema.TrackKind.Video,
    TrackKind.AUDIO: opentimelineio.schema.TrackKind.Audio,
}
_LAYOUT: TypeAdapter[Layout | None] = TypeAdapter(Layout | None)
_CAPTIONS: TypeAdapter[Captions | None] = TypeAdapter(Captions | None)
_LOUDNESS: TypeAdapter[float | None] = TypeAdapter(float | None)
_MEDIA: TypeAdapter[Media] = TypeAdapter(Media)


def to_otio(timeline: Timeline) -> str:
    """Write a timeline as OpenTimelineIO's JSON; :func:`from_otio` gives the same timeline back.

    Sources are named by absolute ``file:`` addresses.
    """
    rate = float(timeline.rate)
    ours = OtioTimeline(timeline.name, global_start_time=RationalTime(0, rate))
    ours.metadata[_OURS] = {
        "rate": str(timeline.rate),
        "width": timeline.width,
        "height": timeline.height,
        "loudness_lufs": _exact(timeline.loudness_lufs),
        "captions": _exact(to_jsonable_python(timeline.captions)),
        "media": [_describe(media) for media in timeline.media],
    }
    for number, track in enumerate(timeline.tracks, 1):
        theirs = OtioTrack(f"{track.kind.value} {number}", kind=_KINDS[track.kind])
        for clip in track.clips:
            theirs.append(_to_clip(clip, timeline))
        ours.tracks.append(theirs)
    return str(ours.to_json_string(indent=1))


def from_otio(text: str) -> Timeline:
    """Read a timeline that :func:`to_otio` wrote, with the cuts and sources as they stand in it now.

    Raises:
        InvalidInput: If it is not OpenTimelineIO, was not written by Cutroom, or holds what a timeline cannot.
    """
    try:
        theirs = opentimelineio.adapters.read_from_string(text, "otio_json")
        ours = _plain(theirs.metadata)[_OURS]
        rate = Fraction(ours["rate"])
        sources: dict[str, str] = {}
        tracks = tuple(_from_track(track, rate, sources) for track in theirs.tracks)
        return Timeline(
            name=theirs.name,
            rate=rate,
            width=int(ours["width"]),
            height=int(ours["height"]),
            media=tuple(_restore(media, sources) for media in ours["media"]),
            tracks=tracks,
            captions=_CAPTIONS.validate_python(ours["captions"]),
            loudness_lufs=_LOUDNESS.validate_python(ours["loudness_lufs"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError, ValidationError) as error:
        raise InvalidInput("This is not a timeline that Cutroom wrote as OpenTimelineIO: export it again.") from error
    except opentimelineio.exceptions.OTIOError as error:
        raise InvalidInput("This file is not OpenTimelineIO or is damaged: export it again.") from error


def _to_clip(clip: Clip, timeline: Timeline) -> Any:  # noqa: ANN401 - opentimelineio ships no types
    media, rate = timeline.source(clip.media), float(timeline.rate)
    name = one_line(media.path.stem)
    reference = ExternalReference(
        target_url=media.path.absolute().as_uri(),
        available_range=TimeRange(RationalTime(0, rate), RationalTime(media_frames(media, timeline), rate)),
        metadata={_OURS: {"media": media.key}},
    )
    reference.name = name
    return OtioClip(
        name=name,
        media_reference=reference,
        source_range=TimeRange(RationalTime(clip.source_start, rate), RationalTime(clip.duration, rate)),
        metadata={_OURS: {"layout": _exact(to_jsonable_python(clip.layout)), "gain_db": repr(clip.gain_db)}},
    )


def _from_track(track: Any, rate: Fraction, sources: dict[str, str]) -> Track:  # noqa: ANN401
    kinds = {theirs: kind for kind, theirs in _KINDS.items()}
    clips = []
    for clip in track:
        ours = _plain(clip.metadata).get(_OURS, {})
        key = _plain(clip.media_reference.metadata)[_OURS]["media"]
        sources[key] = clip.media_reference.target_url
        clips.append(
            Clip(
                key,
                _frames(clip.source_range.start_time, rate),
                _frames(clip.source_range.duration, rate),
                _LAYOUT.validate_python(ours.get("layout")),
                float(ours.get("gain_db", 0.0)),
            )
        )
    return Track(kinds[track.kind], tuple(clips))


def _frames(time: Any, rate: Fraction) -> int:  # noqa: ANN401
    """Count frames at the timeline's rate; another editor may have counted at its own."""
    return round(Fraction(time.value) * rate / Fraction(time.rate).limit_denominator(1001))


def _describe(media: Media) -> dict[str, Any]:
    return {**to_jsonable_python(media, exclude={"path"}), "path": media.path.absolute().as_uri()}


def _restore(described: dict[str, Any], sources: dict[str, str]) -> Media:
    """Read a source; a clip's own address wins, because another editor may have linked it anew."""
    address = sources.get(described["key"], described["path"])
    path = Path(os.fsdecode(unquote_to_bytes(urlsplit(address).path)))
    return _MEDIA.validate_python({**described, "path": path})


def _exact(value: Any) -> Any:  # noqa: ANN401 - metadata holds anything
    """Turn floats into text: OpenTimelineIO's reader rounds the last digit of a number."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items()}
    return [_exact(each) for each in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:  # noqa: ANN401 - metadata holds anything
    """Turn OpenTimelineIO's own mappings and lists into Python's."""
    if hasattr(value, "items"):
        return {key: _plain(each) for key, each in value.items()}
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
