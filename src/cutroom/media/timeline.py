"""The timeline: the only thing that upstream makes and downstream reads.

All times are whole frames at the timeline's own rate, for picture and for sound, so a cut falls on one clock
and nothing drifts. A source is first brought to that constant rate, starting at 0; ``source_start`` counts its
frames from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from cutroom.media.caption_styles import PLAIN_DRESS, Dress
from cutroom.media.geometry import FULL, Rect


class Fit(StrEnum):
    """How a part of a picture fills its place."""

    COVER = "cover"  # fill the place, lose what sticks out
    CONTAIN = "contain"  # show all, leave the rest to the background


class Background(StrEnum):
    """What lies under the placements."""

    BLACK = "black"
    BLUR = "blur"  # the source itself, enlarged and blurred


@dataclass(frozen=True, slots=True)
class Placement:
    """A part of the source put into a part of the frame.

    Attributes:
        source: The part of the source's shown picture.
        target: The part of the output frame.
    """

    source: Rect = FULL
    target: Rect = FULL
    fit: Fit = Fit.COVER


@dataclass(frozen=True, slots=True)
class Layout:
    """How one stretch of picture is composed; placements are drawn in order."""

    placements: tuple[Placement, ...]
    background: Background = Background.BLACK


class TrackKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Media:
    """A source that clips refer to by ``key``.

    Attributes:
        width: Pixels as shown, 0 without picture.
        height: Pixels as shown, 0 without picture.
        rate: The source's own nominal rate; 0 without picture.
        duration_s: Measured.
        video_stream: Stream number, or ``None``.
        audio_stream: Stream number, or ``None``.
        matrix: The colour matrix of its pixels by ffmpeg's name; where the file is silent, what players assume.
    """

    key: str
    path: Path
    sha256: str
    duration_s: Fraction
    width: int
    height: int
    rate: Fraction
    video_stream: int | None
    audio_stream: int | None
    hdr: bool = False
    interlaced: bool = False
    matrix: str = "bt709"


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of a source, placed by the editor.

    Attributes:
        media: The key of a :class:`Media`.
        source_start: Frames from the source's start, at the timeline's rate.
        duration: Frames, at least 1.
        layout: For video tracks.
        gain_db: For audio tracks.
    """

    media: str
    source_start: int
    duration: int
    layout: Layout | None = None
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Track:
    """Clips that follow each other without gaps."""

    kind: TrackKind
    clips: tuple[Clip, ...]

    @property
    def duration(self) -> int:
        return sum(clip.duration for clip in self.clips)


@dataclass(frozen=True, slots=True)
class CaptionWord:
    """A word on screen, lit from ``start`` for ``duration`` frames of the timeline."""

    text: str
    start: int
    duration: int


@dataclass(frozen=True, slots=True)
class Caption:
    """What is on screen at one time: at most two lines of words.

    Attributes:
        centre_y: Where its middle should stand, a share of the frame's height, or ``None`` for the style's own place.
    """

    start: int
    duration: int
    lines: tuple[tuple[CaptionWord, ...], ...]
    centre_y: float | None = None


@dataclass(frozen=True, slots=True)
class Captions:
    """The captions of a timeline, the name of the style that draws them, and what is one's own over it."""

    style: str
    language: str
    captions: tuple[Caption, ...]
    dress: Dress = PLAIN_DRESS


@dataclass(frozen=True, slots=True)
class Logo:
    """A still picture over the whole programme, under its captions.

    Attributes:
        path: A PNG of ours.
        width: Pixels of the picture.
        height: Pixels of the picture.
        place: Where it stands: it is as large as fits, in the middle.
        opacity: 0 to 1.
    """

    path: Path
    sha256: str
    width: int
    height: int
    place: Rect
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """One programme: what is shown and heard, frame by frame.

    Attributes:
        rate: Frames per second of the programme.
        width: Pixels, even.
        height: Pixels, even.
        tracks: At most one video track and one audio track today; both as long as the programme.
        loudness_lufs: The programme's target loudness, or ``None`` to leave it.
        intro: Shown whole before the programme in the file that is made of it, and no part of it: whatever counts the
            programme's frames counts from the first one after it.
        outro: Shown whole after it.
    """

    name: str
    rate: Fraction
    width: int
    height: int
    media: tuple[Media, ...]
    tracks: tuple[Track, ...]
    captions: Captions | None = None
    loudness_lufs: float | None = -14.0
    logo: Logo | None = None
    intro: Media | None = None
    outro: Media | None = None

    @property
    def duration(self) -> int:
        """Frames of the longest track."""
        return max((track.duration for track in self.tracks), default=0)

    @property
    def duration_s(self) -> Fraction:
        return self.duration / self.rate

    @property
    def intro_duration(self) -> int:
        """Frames that come before the programme."""
        return self._whole(self.intro)

    @property
    def outro_duration(self) -> int:
        """Frames that come after the programme."""
        return self._whole(self.outro)

    @property
    def whole_duration_s(self) -> Fraction:
        """Seconds of the file that is made."""
        return (self.intro_duration + self.duration + self.outro_duration) / self.rate

    def _whole(self, film: Media | None) -> int:
        return max(1, round(film.duration_s * self.rate)) if film else 0

    def track(self, kind: TrackKind) -> Track | None:
        """Find the track of one kind."""
        return next((track for track in self.tracks if track.kind is kind), None)

    def source(self, key: str) -> Media:
        """Find a source by key.

        Raises:
            KeyError: If no media has that key.
        """
        for media in self.media:
            if media.key == key:
                return media
        raise KeyError(key)
