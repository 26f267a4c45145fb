"""The composition: slides, presenter and voice made into one recording, with its truth."""

from __future__ import annotations

import io
import itertools
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.facts import ShotKind
from cutroom.core.files import written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media import ffmpeg
from cutroom.media.geometry import Rect
from cutroom.media.span import Span
from cutroom.media.transcript import Mark, Word
from cutroom.narration.lecture.canvas import HEIGHT, WIDTH
from cutroom.narration.lecture.presenter import Pose, Presenter, mouths_of, pose_at
from cutroom.narration.lecture.recital import Recital, recite
from cutroom.narration.lecture.script import SCRIPT, Scene, SlideName
from cutroom.narration.lecture.slides import Drawing, draw_slide
from cutroom.narration.lecture.truth import LectureTruth, ShotTruth, SlideTruth
from cutroom.providers.text_to_speech import TextToSpeech

FRAME_RATE = 25
#: The camera inset in pixels: left, top, width, height.
_INSET = (872, 480, 384, 216)
_VIDEO = "scale=out_range=tv:out_color_matrix=bt709,format=yuv420p"
#: A camera's picture is never twice the same: grain of a fixed seed, and an exposure that breathes by three levels.
_SENSOR = "noise=alls=2:allf=t:all_seed=1,hue=b=0.12*sin(2*PI*t/3.1)"
_CLOCK = f"setsar=1,settb=1/{FRAME_RATE}"
_TIME_LIMIT_S = 600.0
_MIN_SILENCE_S = 0.2


def make_lecture(
    target: Path, voice: TextToSpeech, *, script: tuple[Scene, ...] = SCRIPT, progress: Progress = ignore_progress
) -> LectureTruth:
    """Make the sample lecture: 1280 × 720 at 25 frames a second, H.264 and AAC in MP4.

    Args:
        target: The file to write, ``….mp4``.
        voice: One that tells the times of its words.
        script: What is said over what.

    Returns:
        What is true of it, from the words to the place of the camera.

    Raises:
        ValueError: If the voice does not tell the times of its words.
        ProcessFailed: If ffmpeg fails.
        OutputFailed: If the file cannot be written.
    """
    recital = recite(script, voice, FRAME_RATE)
    progress(0.2)
    drawings = {name: draw_slide(name) for name in {scene.slide for scene in script}}
    with tempfile.TemporaryDirectory(prefix="cutroom-lecture-") as name, written_whole(target) as part:
        folder = Path(name)
        _write_sound(recital, folder / "voice.wav")
        for slide, drawing in drawings.items():
            drawing.picture.save(folder / f"{slide}.png", compress_level=1)
        for index, frames in enumerate(_camera_frames(script, recital)):
            with (folder / f"camera{index}.mjpeg").open("wb") as file:
                file.writelines(frames)
        progress(0.35)
        ffmpeg.run(
            [*_arguments(folder, script, recital), f"file:{part}"],
            reads=[folder],
            writes=part.parent,
            time_limit_s=_TIME_LIMIT_S,
            progress=lambda fraction: progress(0.35 + 0.65 * fraction),
            duration_s=recital.duration_s,
        )
    return _truth(script, recital, drawings)


def _camera_frames(script: tuple[Scene, ...], recital: Recital) -> Iterator[Iterator[bytes]]:
    """Give each scene's camera frames as JPEG; a scene without camera has none."""
    mouths = mouths_of(recital.samples, recital.rate, FRAME_RATE)
    inset, close = _Camera(*_INSET[2:]), _Camera(WIDTH, HEIGHT)
    for scene, span in zip(script, recital.scenes, strict=True):
        if scene.kind is ShotKind.SCREEN:
            yield iter(())
        else:
            camera = close if scene.kind is ShotKind.TALKING_HEAD else inset
            yield (camera.jpeg(pose_at(frame, FRAME_RATE, mouths[frame])) for frame in _frames(span))


class _Camera:
    """Pictures of the presenter at one size; a pose that comes back is not drawn again."""

    def __init__(self, width: int, height: int) -> None:
        self._presenter = Presenter(width, height)
        self._seen: dict[Pose, bytes] = {}

    def jpeg(self, pose: Pose) -> bytes:
        if pose not in self._seen:
            data = io.BytesIO()
            self._presenter.draw(pose).save(data, "JPEG", quality=88)
            self._seen[pose] = data.getvalue()
        return self._seen[pose]


def _frames(span: Span) -> range:
    return range(round(span.start_s * FRAME_RATE), round(span.end_s * FRAME_RATE))


def _arguments(folder: Path, script: tuple[Scene, ...], recital: Recital) -> list[str]:
    """Write the command without its target.

    The inputs are ours, so they are opened by their exact format and not through the lists for strangers' files.
    """
    inputs: list[Path] = []
    chains: list[str] = []
    joined = ""
    for index, (scene, span) in enumerate(zip(script, recital.scenes, strict=True)):
        count = len(_frames(span))
        if scene.kind is not ShotKind.SCREEN:
            chains.append(f"[{len(inputs)}:v]{_VIDEO},{_SENSOR},{_CLOCK}[camera{index}]")
            inputs.append(folder / f"camera{index}.mjpeg")
        if scene.kind is not ShotKind.TALKING_HEAD:
            chains.append(f"[{len(inputs)}:v]{_VIDEO},loop=loop={count - 1}:size=1,setpts=N,{_CLOCK}[slide{index}]")
            inputs.append(folder / f"{scene.slide}.png")
        match scene.kind:
            case ShotKind.SCREEN:
                joined += f"[slide{index}]"
            case ShotKind.TALKING_HEAD:
                joined += f"[camera{index}]"
            case _:
                x, y = _INSET[:2]
                chains.append(f"[slide{index}][camera{index}]overlay={x}:{y}:format=yuv420[scene{index}]")
                joined += f"[scene{index}]"
    graph = ";".join([*chains, f"{joined}concat=n={len(script)}:v=1:a=0[picture]"])
    return [
        *itertools.chain.from_iterable(map(_input, inputs)), "-f", "wav", "-i", f"file:{folder / 'voice.wav'}",
        "-filter_complex", graph, "-map", "[picture]", "-map", f"{len(inputs)}:a",
        "-c:v", "libx264", "-preset", "superfast", "-crf", "24", "-g", str(4 * FRAME_RATE), "-r", str(FRAME_RATE),
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "mp4",
    ]  # fmt: skip


def _input(path: Path) -> list[str]:
    demuxer = {".mjpeg": "mjpeg", ".png": "png_pipe"}[path.suffix]
    return ["-framerate", str(FRAME_RATE), "-f", demuxer, "-i", f"file:{path}"]


def _write_sound(recital: Recital, path: Path) -> None:
    pcm: NDArray[np.int16] = (np.clip(recital.samples, -1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(recital.rate)
        file.writeframes(pcm.tobytes())


def _truth(script: tuple[Scene, ...], recital: Recital, drawings: dict[SlideName, Drawing]) -> LectureTruth:
    words = recital.transcript.words
    shown = [
        (scene.slide, span)
        for scene, span in zip(script, recital.scenes, strict=True)
        if scene.kind is not ShotKind.TALKING_HEAD
    ]
    return LectureTruth(
        duration_s=recital.scenes[-1].end_s,
        width=WIDTH,
        height=HEIGHT,
        frame_rate=FRAME_RATE,
        transcript=recital.transcript,
        silences=tuple(_silences(words, recital.scenes[-1].end_s)),
        fillers=tuple(word.span for word in words if word.mark is Mark.FILLER),
        retakes=recital.false_starts,
        slides=tuple(SlideTruth(span, drawings[slide].text) for slide, span in shown),
        shots=tuple(_shot(scene, span) for scene, span in zip(script, recital.scenes, strict=True)),
    )


def _silences(words: tuple[Word, ...], end_s: float) -> Iterator[Span]:
    edges = [0.0, *itertools.chain.from_iterable((word.start_s, word.end_s) for word in words), end_s]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start >= _MIN_SILENCE_S:
            yield Span(start, end)


def _shot(scene: Scene, span: Span) -> ShotTruth:
    left, top, width, height = _INSET
    match scene.kind:
        case ShotKind.SCREEN:
            return ShotTruth(span, scene.kind, None, None)
        case ShotKind.TALKING_HEAD:
            return ShotTruth(span, scene.kind, None, Presenter(WIDTH, HEIGHT).face)
        case _:
            camera = Rect(left / WIDTH, top / HEIGHT, width / WIDTH, height / HEIGHT)
            face = Presenter(width, height).face
            return ShotTruth(
                span,
                scene.kind,
                camera,
                Rect(
                    camera.x + face.x * camera.width,
                    camera.y + face.y * camera.height,
                    face.width * camera.width,
                    face.height * camera.height,
                ),
            )
