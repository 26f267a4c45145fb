"""What a captioned vertical clip costs against the bare encode of its frames, and against MoviePy.

The clip: 12 cuts, a screen above a camera, a caption for every word, even loudness; the
encoder's settings are the same for all.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from cutroom.media import ffmpeg
from cutroom.media.captions import caption_words
from cutroom.media.fonts import fonts_dir
from cutroom.media.geometry import Rect
from cutroom.media.timeline import (
    Captions,
    CaptionWord,
    Clip,
    Layout,
    Media,
    Placement,
    Timeline,
    Track,
    TrackKind,
)
from cutroom.render import clip as rendering
from cutroom.render.graph import compile_picture

RATE = Fraction(30)
WIDTH, HEIGHT = 1080, 1920
CUTS, KEPT, STEP = 12, 25, 40  # frames: 10 s are kept of 16 s
FONT = "CutroomSans.ttf"
PEERS = Path(__file__).parent.parent / ".venv-peers" / "bin" / "python"
PEER_SCRIPT = Path(__file__).with_name("_moviepy_clip.py")
SCREEN, CAMERA = Rect(0, 0, 0.75, 1), Rect(0.75, 0.6, 0.25, 0.4)


def measure() -> dict[str, Any]:
    """Render the clip in each way; processor seconds of all child processes."""
    threads = 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timeline = make_timeline(make_source(folder))
        frames = folder / "frames.yuv"
        draw_frames(timeline, frames, folder, threads)
        encoding = rendering._encoding(RATE, threads)  # noqa: SLF001 - the floor must encode by the same settings
        floor_input = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE)]
        floor = processor_s(
            lambda: run([*floor_input, "-i", f"file:{frames}", *encoding, f"file:{folder / 'floor.mp4'}"], folder)
        )
        graph = processor_s(lambda: draw_and_encode(timeline, folder, encoding, threads))
        whole = processor_s(
            lambda: rendering.render_clip(timeline, folder / "clip.mp4", scratch=folder, threads=threads)
        )
        results: dict[str, Any] = {
            "clip_s": float(timeline.duration_s),
            "floor_cpu_s": floor,
            "graph_cpu_over_floor": round(graph / floor, 3),
            "render_clip_cpu_over_floor": round(whole / floor, 3),
            "render_clip_size_over_floor": round(
                (folder / "clip.mp4").stat().st_size / (folder / "floor.mp4").stat().st_size, 3
            ),
        }
        if PEERS.exists():
            command = [str(PEERS), str(PEER_SCRIPT), str(timeline.media[0].path), str(folder / "moviepy.mp4")]
            command += [str(fonts_dir() / FONT), rendering.PRESET, str(rendering.CRF), str(threads)]
            started = time.monotonic()
            peer = processor_s(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
            results["moviepy_wall_s"] = round(time.monotonic() - started, 2)
            results["moviepy_cpu_over_render_clip"] = round(peer / whole, 2)
        else:
            print("no .venv-peers: MoviePy is left out", file=sys.stderr)
    return results


def make_source(folder: Path) -> Path:
    """Make a piece of a lecture: slides that change, a camera beside them, a voice-like sound."""
    picture = (
        "testsrc=s=1440x1080:r=1/8,fps=30[slides];gradients=s=480x432:r=30:speed=0.03:seed=1,noise=alls=3:allf=t[camera];color=c=0x202830:s=480x648:r=30"
        "[wall];[wall][camera]vstack[side];[slides][side]hstack,format=yuv420p"
    )
    sound = "anoisesrc=color=pink:r=48000:seed=1,tremolo=f=4:d=0.9"
    duration = ["-t", str((CUTS * STEP + 60) // int(RATE))]
    source = folder / "lecture.mp4"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    run([*inputs, *duration, "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac", f"file:{source}"], folder)
    return source


def make_timeline(source: Path) -> Timeline:
    """Cut it 12 times and give it a caption for every word."""
    above, below = Rect(0, 0, 1, 0.5), Rect(0, 0.5, 1, 0.5)
    split = Layout((Placement(SCREEN, above), Placement(CAMERA, below)))
    picture = tuple(Clip("lecture", number * STEP, KEPT, split) for number in range(CUTS))
    media = Media("lecture", source, "", Fraction(18), 1920, 1080, RATE, 0, 1)
    words = [CaptionWord(f"word{number}", number * 12, 12) for number in range(CUTS * KEPT // 12)]
    captions = Captions("spotlight", "en", caption_words(words, "spotlight", WIDTH, HEIGHT, RATE, "en"))
    tracks = (Track(TrackKind.VIDEO, picture), Track(TrackKind.AUDIO, picture))
    return Timeline("benchmark", RATE, WIDTH, HEIGHT, (media,), tracks, captions)


def draw_frames(timeline: Timeline, target: Path, folder: Path, threads: int) -> None:
    """Write the composed frames bare, for the floor."""
    with rendering._workplace(timeline, folder) as place:  # noqa: SLF001 - the same frames by the same graph
        picture = compile_picture(timeline)
        graph = rendering._graph_arguments(picture, "[picture]null[out]", place)  # noqa: SLF001
        output = [*graph, "-map", "[out]", "-frames:v", str(picture.frames), "-f", "rawvideo", f"file:{target}"]
        rendering._run(picture, output, folder=place, writes=folder, threads=threads, duration_s=20)  # noqa: SLF001


def draw_and_encode(timeline: Timeline, folder: Path, encoding: list[str], threads: int) -> None:
    """Run the picture's graph and the encoder, without sound or checks."""
    with rendering._workplace(timeline, folder) as place:  # noqa: SLF001
        picture = compile_picture(timeline)
        graph = rendering._graph_arguments(picture, "[picture]null[out]", place)  # noqa: SLF001
        output = [*graph, "-map", "[out]", "-frames:v", str(picture.frames), *encoding, f"file:{folder / 'graph.mp4'}"]
        rendering._run(picture, output, folder=place, writes=folder, threads=threads, duration_s=20)  # noqa: SLF001


def run(arguments: list[str], folder: Path) -> None:
    """Run ffmpeg in a folder."""
    ffmpeg.run(arguments, reads=[folder], writes=folder, time_limit_s=600)


def processor_s(work: Callable[[], object]) -> float:
    """Measure the processor time of the children that some work starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2)
