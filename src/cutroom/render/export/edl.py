"""EDL in the CMX 3600 form: cuts only, read by nearly every editor."""

from __future__ import annotations

import re
import unicodedata

from cutroom.media.timeline import Timeline, TrackKind
from cutroom.render.export.edits import joined, one_line
from cutroom.render.export.timecode import drops_frames, timecode

_CHANNELS = {TrackKind.VIDEO: "V", TrackKind.AUDIO: "A"}
_REEL_LENGTH = 8
#: By custom a programme starts at one hour.
_RECORD_START_S = 3600


def to_edl(timeline: Timeline) -> str:
    """Write a timeline as an EDL; layouts, captions and gains have no place in one.

    Raises:
        InvalidInput: If the format cannot hold the timeline's frame rate.
    """
    rate = timeline.rate
    reels = _name_reels(timeline)
    hour = _frame_of_hour(timeline)
    events: list[tuple[int, str, str]] = []
    for track in timeline.tracks:
        at = 0
        for clip in joined(track):
            source = f"{timecode(clip.source_start, rate)} {timecode(clip.source_start + clip.duration, rate)}"
            record = f"{timecode(hour + at, rate)} {timecode(hour + at + clip.duration, rate)}"
            line = f"{reels[clip.media]:<8} {_CHANNELS[track.kind]:<5} C        {source} {record}"
            events.append((at, line, one_line(timeline.source(clip.media).path.name)))
            at += clip.duration
    events.sort(key=lambda event: event[0])  # stable: picture before its sound
    mode = "DROP FRAME" if drops_frames(rate) else "NON-DROP FRAME"
    lines = [f"TITLE: {one_line(timeline.name)[:70]}", f"FCM: {mode}", ""]
    for number, (_, line, name) in enumerate(events, 1):
        lines += [f"{number:03d}  {line}", f"* FROM CLIP NAME: {name}"]
    return "\n".join(lines) + "\n"


def _frame_of_hour(timeline: Timeline) -> int:
    """Count the frames to the timecode 01:00:00:00."""
    counted = round(timeline.rate)
    return counted * _RECORD_START_S - (counted // 15 * 54 if drops_frames(timeline.rate) else 0)


def _name_reels(timeline: Timeline) -> dict[str, str]:
    """Name each source's reel: at most 8 capital letters, digits and underscores, no two alike."""
    reels: dict[str, str] = {}
    for media in timeline.media:
        ascii_name = unicodedata.normalize("NFKD", media.path.stem).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^A-Z0-9]+", "_", ascii_name.upper()).strip("_") or "REEL"
        reel, number = stem[:_REEL_LENGTH], 1
        while reel in {*reels.values(), "AX", "BL"}:  # these two mean no reel and black
            number += 1
            reel = f"{stem[: _REEL_LENGTH - len(str(number))]}{number}"
        reels[media.key] = reel
    return reels
