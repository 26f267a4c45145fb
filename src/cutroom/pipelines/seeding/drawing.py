"""Make a recording of the seed: slides that are drawn, and a voice that speaks; the lecture's own where one is cut."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis.facts import ShotKind
from cutroom.media import ffmpeg
from cutroom.media.transcript import Transcript
from cutroom.narration.lecture.canvas import (
    AMBER,
    BLUE,
    GREEN,
    HEIGHT,
    INK,
    MUTED,
    RED,
    TEAL,
    VIOLET,
    WHITE,
    WIDTH,
    Canvas,
)
from cutroom.narration.lecture.composition import make_lecture
from cutroom.narration.lecture.recital import recite
from cutroom.narration.lecture.script import SCRIPT, Line, Scene, SlideName
from cutroom.pipelines.seeding.shelf import CATEGORIES, Fate, Talk
from cutroom.providers.text_to_speech import TextToSpeech

_RATE = 10
_CLOCK = f"settb=1/{_RATE}"
_COLOURS = dict(zip(CATEGORIES, (GREEN, BLUE, VIOLET, AMBER, TEAL, RED), strict=True))
_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-tune", "stillimage", "-pix_fmt", "yuv420p", "-g", "20")
_SILENT_S = 8.0
_SOUND_RATE = 24_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A recording that was made, and what is said in it where somebody speaks."""

    path: Path
    transcript: Transcript | None


def file_name(talk: Talk) -> str:
    """Name a talk's file as somebody would who brings it."""
    stem = "".join(each if each.isalnum() else "-" for each in talk.title.lower()).strip("-")
    return f"{stem}{'.m4a' if talk.fate is Fate.HEARD else '.mp4'}"


def draw(talk: Talk, folder: Path, voice: TextToSpeech) -> Drawn:
    """Make a talk's recording.

    Args:
        voice: One that tells the times of its words.

    Raises:
        ProcessFailed: If ffmpeg fails.
        OutputFailed: If the file cannot be written.
    """
    path = folder / file_name(talk)
    if talk.fate is Fate.CUT_UP:
        bees = tuple(scene for scene in SCRIPT if scene.slide is SlideName.BEES)
        return Drawn(path, make_lecture(path, voice, script=bees).transcript)
    transcript, turn_s, end_s = _speak(talk, voice, folder / "voice.wav")
    sound = ["-f", "wav", "-i", f"file:{folder / 'voice.wav'}"]
    encoded = ["-c:a", "aac", "-b:a", "96k", "-fflags", "+bitexact", "-f", "mp4", f"file:{path}"]
    if talk.fate is Fate.HEARD:
        ffmpeg.run([*sound, *encoded], reads=[folder], writes=folder, time_limit_s=120)
        return Drawn(path, transcript)
    pictures: list[str] = []
    chains = ""
    for index, shown_s in enumerate((turn_s, end_s - turn_s)):
        still = folder / f"{index}.png"
        _slide(talk, whole=index == 1).finish().save(still, compress_level=1)
        pictures += ["-framerate", str(_RATE), "-f", "png_pipe", "-i", f"file:{still}"]
        chains += (
            f"[{index}:v]format=yuv420p,loop=loop={round(shown_s * _RATE) - 1}:size=1,setpts=N,{_CLOCK}[s{index}];"
        )
    graph = ["-filter_complex", f"{chains}[s0][s1]concat=n=2[v]", "-map", "[v]", "-map", "2:a", "-r", str(_RATE)]
    ffmpeg.run([*pictures, *sound, *graph, *_H264, *encoded], reads=[folder], writes=folder, time_limit_s=120)
    if talk.fate is Fate.BROKEN:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])
    return Drawn(path, transcript)


def _speak(talk: Talk, voice: TextToSpeech, path: Path) -> tuple[Transcript | None, float, float]:
    """Write the sound; give what is said, when the title goes, and when it ends."""
    if not talk.lines:
        _write(path, np.zeros(round(_SILENT_S * _SOUND_RATE), np.float32), _SOUND_RATE)
        return None, _SILENT_S / 2, _SILENT_S
    lines = tuple(Line(each, 0.5) for each in talk.lines)
    recital = recite((Scene(SlideName.TITLE, ShotKind.SCREEN, lines),), voice, _RATE)
    _write(path, recital.samples, recital.rate)
    turn_s = round(recital.transcript.sentences[0].end_s, 1)
    return recital.transcript, min(turn_s, recital.duration_s - 1.0), recital.duration_s


def _write(path: Path, samples: NDArray[np.float32], rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def _slide(talk: Talk, *, whole: bool) -> Canvas:
    """Draw a title in its category's colour, and below it what it is about."""
    colour = _COLOURS[talk.category]
    canvas = Canvas()
    canvas.panel(0, 0, WIDTH, 300 if whole else HEIGHT, colour)
    size, y = (56, 170.0) if whole else (66, 330.0)
    canvas.write(talk.category.upper(), (96, y - 80), 26, WHITE)
    canvas.write(talk.title, (94, y), size, WHITE, heading=True)
    canvas.circle((1150, y - 40), 74, None, WHITE, 6)
    canvas.polygon([(1128, y - 80), (1128, y), (1192, y - 40)], WHITE)
    if not whole:
        canvas.write("Cutroom Secondary School", (96, 640), 26, WHITE)
    for row, point in enumerate(talk.points if whole else ()):
        canvas.circle((116, 390 + 92 * row), 12, colour)
        canvas.write(point, (152, 390 + 92 * row), 44, INK)
    if whole:
        canvas.write("Cutroom Secondary School", (96, 680), 22, MUTED)
    return canvas
