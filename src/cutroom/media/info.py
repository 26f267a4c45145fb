"""What a file holds, as measured by the probe."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The picture that will be used.

    Attributes:
        index: The stream's number in the file.
        width: Pixels as shown: square, after rotation.
        height: Pixels as shown: square, after rotation.
        rate: The nominal frame rate; of a variable-rate file, the rate that keeps its typical frame distance.
        variable_rate: Whether frame distances differ.
        rotation: Degrees clockwise to turn the stored picture: 0, 90, 180 or 270.
        hdr: Whether it must be tone-mapped for an ordinary screen.
        interlaced: Whether frames hold two fields.
        codec: The decoder's name, such as ``h264``.
        keyframe_interval_s: The mean distance between keyframes.
        pixel_format: As ffmpeg names it, such as ``yuv420p``.
        matrix: From YCbCr to RGB, as ffmpeg names it: the file's own word, else what players take for this size.
        pixel_aspect: How wide a stored pixel is for its height.
    """

    index: int
    width: int
    height: int
    rate: Fraction
    variable_rate: bool
    rotation: int
    hdr: bool
    interlaced: bool
    codec: str
    keyframe_interval_s: float
    pixel_format: str = ""
    matrix: str = "bt709"
    pixel_aspect: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One track of sound.

    Attributes:
        index: The stream's number in the file.
        language: As the file says, or ``None``.
    """

    index: int
    codec: str
    sample_rate: int
    channels: int
    language: str | None


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """A file that passed the gate.

    Attributes:
        duration_s: Measured from packets, never taken from the header.
        container: The demuxer's name.
        video: ``None`` for sound alone; an attached cover picture is not video.
        audio: All tracks, the one to use first.
        chapters: Start seconds and titles that the file carries.
        size_bytes: Of the whole file.
        sha256: Of the whole file.
        notes: Sentences about what was unusual and how it is handled.
    """

    duration_s: float
    container: str
    video: VideoStream | None
    audio: tuple[AudioStream, ...]
    chapters: tuple[tuple[float, str], ...]
    size_bytes: int
    sha256: str
    notes: tuple[str, ...] = ()
