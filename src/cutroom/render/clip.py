"""A timeline rendered into a file that was checked, or into one picture."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image

from cutroom.core.cores import count_cores
from cutroom.core.files import sha256_of, written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import ffmpeg
from cutroom.media.ass import write_ass
from cutroom.media.fonts import fonts_dir
from cutroom.media.timeline import Timeline
from cutroom.media.verify import check_output
from cutroom.render.graph import (
    CAPTIONS_NAME,
    FONTS_NAME,
    LOGO_NAME,
    PICTURE,
    WAVE_NAME,
    PictureGraph,
    compile_picture,
    shows_picture,
)
from cutroom.render.logo import draw_logo
from cutroom.render.sound import SAMPLE_RATE, cut_sound, master_sound
from cutroom.render.wave import draw_wave
from cutroom.render.whole import compile_whole, parts_of

#: Raised whenever the same timeline would give another file.
VERSION = 3
#: As many bytes as ``faster`` at 21 and 0.6 of its processor time, for 0.65 of a point of VMAF; docs/benchmarks.md.
PRESET = "veryfast"
CRF = 20
AUDIO_BITRATE = 160_000
_KEYFRAME_INTERVAL_S = 2
#: Shares of a render's time: sound comes first, the check of the file last.
_SOUND_DONE, _PICTURE_DONE = 0.08, 0.9
#: Far beyond what any source needs: seconds to begin, and seconds for each second of programme.
_START_LIMIT_S = 300.0
_SLOWEST = 60.0
#: Linux takes 128 KiB an argument.
_LONGEST_ARGUMENT = 100_000


@dataclass(frozen=True, slots=True)
class Rendition:
    """A finished file.

    Attributes:
        loudness_lufs: Integrated, of the file's own sound; ``-inf`` for silence.
        peak_dbtp: True peak of the file's own sound.
    """

    path: Path
    sha256: str
    size_bytes: int
    duration_s: Fraction
    loudness_lufs: float
    peak_dbtp: float


def render_clip(
    timeline: Timeline,
    target: Path,
    *,
    scratch: Path,
    progress: Progress = ignore_progress,
    threads: int | None = None,
) -> Rendition:
    """Render a timeline into an MP4 file that plays everywhere: H.264 and AAC, constant rate, index first.

    The same timeline and ffmpeg give the same bytes, however many threads there are.

    Args:
        target: Written whole or not at all.
        scratch: A folder for what is only needed meanwhile; left as it was.
        threads: For decoding; the cores that exist when left out.

    Raises:
        ProcessFailed: If ffmpeg could not do it.
        OutputFailed: If the file cannot be written or did not pass the check.
    """
    threads = threads or count_cores()
    with _workplace(timeline, scratch) as folder:
        sounds = _finish_sounds(timeline, folder, _share(progress, 0.0, _SOUND_DONE))
        picture, duration_s = compile_whole(timeline), timeline.whole_duration_s
        with written_whole(target) as part:
            _run(
                picture,
                [
                    *(argument for sound in sounds for argument in ffmpeg.input_arguments(sound)),
                    *_graph_arguments(picture, f"[{PICTURE}]null[out]", folder),
                    *("-map", "[out]", *_sound_arguments(picture.inputs, len(sounds))),
                    *("-frames:v", str(picture.frames), *_encoding(timeline.rate), *_key_frames(timeline)),
                    f"file:{part.absolute()}",
                ],
                folder=folder,
                writes=part.parent,
                threads=threads,
                progress=_share(progress, _SOUND_DONE, _PICTURE_DONE),
                duration_s=float(duration_s),
            )
            loudness = check_output(
                part,
                duration_s=float(duration_s),
                width=timeline.width,
                height=timeline.height,
                rate=timeline.rate,
                audio=True,
            )
            assert loudness is not None  # noqa: S101 - every clip has sound
            sha256, size_bytes = sha256_of(part), part.stat().st_size
    progress(1.0)
    return Rendition(target, sha256, size_bytes, duration_s, loudness.integrated_lufs, loudness.peak_dbtp)


def render_frame(timeline: Timeline, frame: int, target: Path, *, scratch: Path) -> None:
    """Write one frame as a PNG; see :func:`draw_frame`."""
    image = draw_frame(timeline, frame, scratch=scratch)
    with written_whole(target) as part:
        image.save(part, "PNG")


def draw_frame(timeline: Timeline, frame: int, *, scratch: Path) -> Image.Image:
    """Draw one frame, by the graph that the whole clip is drawn by.

    Args:
        frame: Of the programme, from 0.

    Raises:
        ValueError: If the programme has no such frame.
    """
    if not 0 <= frame < timeline.duration:
        raise ValueError(f"the programme has frames 0 to {timeline.duration - 1}, not {frame}")
    with _workplace(timeline, scratch) as folder:
        if not shows_picture(timeline):
            _cut_sound(timeline, folder, ignore_progress)
        picture = compile_picture(timeline, start=frame, stop=frame + 1)
        raw = folder / "frame.rgb"
        colours = f"[{PICTURE}]zscale=min=bt709:m=gbr:r=full,format=gbrp,format=rgb24[out]"
        output = ["-map", "[out]", "-frames:v", "1", "-f", "rawvideo", f"file:{raw}"]
        arguments = [*_graph_arguments(picture, colours, folder), *output]
        _run(picture, arguments, folder=folder, writes=folder, threads=count_cores())
        return Image.frombytes("RGB", (timeline.width, timeline.height), raw.read_bytes())


@contextmanager
def _workplace(timeline: Timeline, scratch: Path) -> Iterator[Path]:
    """Make the folder that ffmpeg is started in: everything a graph names lies there under a name of ours."""
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="render-", dir=scratch) as name:
        folder = Path(name).absolute()
        if timeline.captions:
            (folder / CAPTIONS_NAME).write_text(write_ass(timeline), encoding="utf-8")
            (folder / FONTS_NAME).symlink_to(fonts_dir(), target_is_directory=True)
        if timeline.logo:
            (folder / LOGO_NAME).write_bytes(draw_logo(timeline.logo, timeline.width, timeline.height))
        yield folder


def _cut_sound(timeline: Timeline, folder: Path, progress: Progress, *, name: str = "cut") -> Path:
    cut = folder / f"{name}.wav"
    cut_sound(timeline, cut, progress=progress)
    if not shows_picture(timeline):
        (folder / WAVE_NAME).write_text(draw_wave(timeline, cut), encoding="ascii")
    return cut


def _finish_sounds(timeline: Timeline, folder: Path, progress: Progress) -> list[Path]:
    """Write the sound of each part: one that is loud does not make the others quiet."""
    finished = []
    for number, part in enumerate(parts_of(timeline)):
        cut = _cut_sound(part, folder, progress if part is timeline else ignore_progress, name=f"cut{number}")
        if timeline.loudness_lufs is not None:
            master = folder / f"master{number}.wav"
            master_sound(cut, master, loudness_lufs=timeline.loudness_lufs)
            cut.unlink()
            cut = master
        finished.append(cut)
    return finished


def _sound_arguments(first: int, count: int) -> list[str]:
    """Put sounds one after another, to the sample; ``first`` is the number of the first one's input."""
    if count == 1:
        return ["-map", f"{first}:a"]
    inputs = "".join(f"[{first + number}:a]" for number in range(count))
    return ["-filter_complex", f"{inputs}concat=n={count}:v=0:a=1[sound]", "-map", "[sound]"]


def _share(progress: Progress, start: float, stop: float) -> Progress:
    """Tell a part's progress as a share of the whole."""

    def tell(fraction: float) -> None:
        progress(start + fraction * (stop - start))

    return tell


def _run(
    picture: PictureGraph,
    arguments: Sequence[str],
    *,
    folder: Path,
    writes: Path,
    threads: int,
    progress: Progress = ignore_progress,
    duration_s: float | None = None,
) -> None:
    # A graph that is built anew when the source changes its size would count frames from 0 again.
    decoding = ("-threads", str(threads), "-reinit_filter", "0")
    inputs = [
        argument
        for run in picture.runs
        for argument in ffmpeg.input_arguments(run.media.path, before=[*decoding, *run.seek_options()])
    ]
    if picture.logo:
        width, height = picture.logo
        pixels = ("-f", "rawvideo", "-pixel_format", "rgba", "-video_size", f"{width}x{height}", "-framerate", "1")
        inputs += [*pixels, "-i", f"file:{folder / LOGO_NAME}"]
    clocks = [
        argument
        for number, run in enumerate(picture.runs)
        for argument in run.clock_options(number, used=run.media.video_stream)
    ]
    ffmpeg.run(
        ["-filter_complex_threads", "1", *inputs, *arguments, *clocks],
        reads=[folder, fonts_dir(), *(run.media.path for run in picture.runs)],
        writes=writes,
        time_limit_s=_START_LIMIT_S + _SLOWEST * (duration_s or 1.0),
        progress=progress,
        duration_s=duration_s,
        cwd=folder,
    )


def _graph_arguments(picture: PictureGraph, end: str, folder: Path) -> list[str]:
    text = f"{picture.text};\n{end}"
    if len(text) < _LONGEST_ARGUMENT:
        return ["-filter_complex", text]
    (folder / "picture.graph").write_text(text, encoding="ascii")
    return ["-/filter_complex", "picture.graph"]


def _key_frames(timeline: Timeline) -> list[str]:
    """Let each part begin with a picture of its own, which posters are taken from."""
    starts = list(itertools.accumulate(part.duration for part in parts_of(timeline)))[:-1]
    # Half a frame early: the first frame after it is meant.
    times = ",".join(f"{float((frame - Fraction(1, 2)) / timeline.rate):.6f}" for frame in starts)
    return ["-force_key_frames", times] if times else []


def _encoding(rate: Fraction) -> list[str]:
    return [
        # More threads give other bytes, x264's now and then, the graph's always; clips side by side use the cores.
        *("-threads:v", "1"),
        *("-c:v", "libx264", "-preset", PRESET, "-crf", str(CRF), "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *("-g", str(round(rate * _KEYFRAME_INTERVAL_S)), "-fps_mode", "passthrough"),
        *("-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-c:a", "aac", "-b:a", str(AUDIO_BITRATE), "-ar", str(SAMPLE_RATE), "-ac", "2"),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4"),
        # Bytes must not depend on the day or the build that wrote them.
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
    ]
