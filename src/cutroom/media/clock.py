"""Time 0: one and the same for every run of ffmpeg over a file.

ffmpeg counts from the file's first time stamp. In containers whose counts may restart it takes the first stamp of
the streams *in use* instead, and joins restarts by what it sees of them, so a run over sound alone would count
otherwise than a render of picture and sound.
"""

from __future__ import annotations

from cutroom.media.codecs import RESTARTING
from cutroom.media.info import MediaInfo


def keep_clock(info: MediaInfo, stream: int) -> list[str]:
    """Give the output arguments that make a run over one stream count like a render: it reads along, to nowhere."""
    if info.container not in RESTARTING:
        return []
    rendered = [info.video.index] if info.video else []
    rendered += [track.index for track in info.audio[:1]]
    others = [item for index in rendered if index != stream for item in ("-map", f"0:{index}")]
    return [*others, "-c", "copy", "-f", "null", "-"] if others else []
