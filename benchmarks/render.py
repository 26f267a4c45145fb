"""What a captioned vertical clip costs against the bare encode of its frames, and against MoviePy.

The clip: a minute of the sample lecture, its slides above its camera, ten stretches joined by cuts, every word
captioned, even loudness. All encode by the same settings in one thread, as clips are rendered.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks._material import clip_timeline
from benchmarks._measure import processor_s
from cutroom.media import ffmpeg
from cutroom.media.fonts import fonts_dir
from cutroom.media.timeline import Layout, Timeline, TrackKind
from cutroom.render import clip as rendering
from cutroom.render.graph import compile_picture
from cutroom.render.layout import measure_layout

#: For decoding.
THREADS = 2
FONT = "CutroomSans.ttf"
PEERS = Path(__file__).parent.parent / ".venv-peers" / "bin" / "python"
PEER_SCRIPT = Path(__file__).with_name("_moviepy_clip.py")
#: MoviePy takes a quarter of an hour for the whole minute: it makes the first stretches, and so do we.
PEER_STRETCHES = 2


def measure() -> dict[str, Any]:
    """Render the clip in each way; processor seconds of whole process trees."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timeline = clip_timeline()
        frames = folder / "frames.yuv"
        _draw(timeline, folder, ["-f", "rawvideo", f"file:{frames}"])
        encoding = rendering._encoding(timeline.rate)  # noqa: SLF001 - the floor encodes by the same settings
        raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{timeline.width}x{timeline.height}"]
        raw += ["-r", str(timeline.rate), "-i", f"file:{frames}"]
        floor = processor_s(lambda: _run(folder, [*raw, *encoding, f"file:{folder / 'floor.mp4'}"]))
        reading = processor_s(lambda: _run(folder, [*raw, "-f", "null", "-"]))
        frames.unlink()
        graph = processor_s(lambda: _draw(timeline, folder, [*encoding, f"file:{folder / 'graph.mp4'}"]))
        started = time.monotonic()
        whole = processor_s(lambda: _render(timeline, folder / "clip.mp4"))
        wall_s = time.monotonic() - started
        sizes = {name: (folder / f"{name}.mp4").stat().st_size for name in ("floor", "clip")}
        return {
            "clip_s": float(timeline.duration_s),
            "preset": f"{rendering.PRESET}, crf {rendering.CRF}",
            "floor_cpu_s": round(floor, 2),
            "floor_reading_cpu_s": round(reading, 2),
            "graph_cpu_over_floor": round(graph / floor, 3),
            "render_clip_cpu_over_floor": round(whole / floor, 3),
            "render_clip_cpu_over_floor_without_reading": round(whole / (floor - reading), 3),
            "render_clip_wall_s": round(wall_s, 2),
            "render_clip_bytes_over_floor": round(sizes["clip"] / sizes["floor"], 3),
        } | _compare_peer(folder)


def _compare_peer(folder: Path) -> dict[str, Any]:
    if not PEERS.exists():
        print("no .venv-peers: MoviePy is left out", file=sys.stderr)
        return {}
    timeline = clip_timeline(PEER_STRETCHES)
    order = folder / "order.json"
    order.write_text(json.dumps(_order(timeline, folder / "moviepy.mp4")))
    ours = processor_s(lambda: _render(timeline, folder / "ours.mp4"))
    peer = processor_s(lambda: subprocess.run([PEERS, PEER_SCRIPT, order], check=True, stdout=subprocess.DEVNULL))
    return {
        "peer_clip_s": float(timeline.duration_s),
        "peer_render_clip_cpu_s": round(ours, 2),
        "moviepy_cpu_over_render_clip": round(peer / ours, 2),
    }


def _order(timeline: Timeline, target: Path) -> dict[str, Any]:
    """Describe a clip of one layout to another program, in pixels and seconds."""
    track = timeline.track(TrackKind.VIDEO)
    assert track is not None  # noqa: S101 - the clip was cut here
    assert timeline.captions is not None  # noqa: S101
    media, rate = timeline.media[0], timeline.rate
    shape, corners = measure_layout(track.clips[0].layout or Layout(()), media, timeline.width, timeline.height)
    panes = [
        ((*corner, pane.crop_width, pane.crop_height), pane.place)
        for pane, corner in zip(shape.panes, corners, strict=True)
    ]
    words = [word for caption in timeline.captions.captions for line in caption.lines for word in line]
    return {
        "source": str(media.path),
        "target": str(target),
        "size": (timeline.width, timeline.height),
        "rate": float(rate),
        "stretches": [
            (float(clip.source_start / rate), float((clip.source_start + clip.duration) / rate)) for clip in track.clips
        ],
        "panes": panes,
        "words": [(word.text, float(word.start / rate), float(word.duration / rate)) for word in words],
        "font": str(fonts_dir() / FONT),
        "preset": rendering.PRESET,
        "crf": str(rendering.CRF),
        "threads": 1,
    }


def _draw(timeline: Timeline, folder: Path, output: list[str]) -> None:
    """Draw a clip's frames, without sound or checks."""
    with rendering._workplace(timeline, folder) as place:  # noqa: SLF001 - the same frames by the same graph
        picture = compile_picture(timeline)
        graph = rendering._graph_arguments(picture, "[picture]null[out]", place)  # noqa: SLF001
        arguments = [*graph, "-map", "[out]", "-frames:v", str(picture.frames), *output]
        rendering._run(  # noqa: SLF001
            picture, arguments, folder=place, writes=folder, threads=THREADS, duration_s=float(timeline.duration_s)
        )


def _run(folder: Path, arguments: list[str]) -> None:
    ffmpeg.run(arguments, reads=[folder], writes=folder, time_limit_s=1200)


def _render(timeline: Timeline, target: Path) -> None:
    rendering.render_clip(timeline, target, scratch=target.parent, threads=THREADS)
