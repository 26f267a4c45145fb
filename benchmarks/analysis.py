"""What analysis without speech recognition costs, against decoding what it looks at and listens to.

The floor is two bare runs of ffmpeg: the keyframes to 320 pixels, the sound to 16 kHz. On top of them analysis finds
shots, faces, layouts, slides, levels, silences, laughter and applause; slides are not read, as in an installation
without OCR. ``CUTROOM_BENCH_FILM`` names a recording of your own.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benchmarks._material import film
from benchmarks._measure import processor_s
from cutroom.analysis.pictures import look
from cutroom.analysis.sounds import listen
from cutroom.analysis.versions import PCM_RATE
from cutroom.core.settings import Settings
from cutroom.media import ffmpeg
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.frames import keyframes
from cutroom.media.info import MediaInfo
from cutroom.media.probe import probe
from cutroom.providers import registry

_WIDTH = 320


def measure() -> dict[str, float]:
    """Measure each step; processor seconds of whole process trees."""
    source = film()
    settings = Settings()
    faces = registry.load("face_detection", settings.face_detection)(settings, None)
    reader = registry.load("ocr", "none")(settings, None)
    infos: list[MediaInfo] = []
    spent = {"probe": processor_s(lambda: infos.append(probe(source)))}
    info = infos[0]
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "sound.s16"
        spent["bare_keyframes"] = processor_s(lambda: _bare("-skip_frame", "nokey", "-i", source, *_picture()))
        spent["bare_sound"] = processor_s(lambda: _bare("-i", source, *_sound(target)))
        spent["keyframes"] = processor_s(lambda: [None for _ in keyframes(source, info, width=_WIDTH)])
        spent["sound"] = processor_s(lambda: decode_audio(source, info, target, rate=PCM_RATE))
        pcm = Pcm(target, PCM_RATE, target.stat().st_size // 2)
        spent["listen"] = processor_s(lambda: listen(pcm))
        spent["look"] = processor_s(lambda: look(source, info, faces=faces, ocr=reader))
    floor = spent["bare_keyframes"] + spent["bare_sound"]
    return {
        "source_s": round(info.duration_s, 1),
        "floor_cpu_s": round(floor, 2),
        "analysis_cpu_over_floor": round(sum(spent[step] for step in ("probe", "sound", "listen", "look")) / floor, 2),
        "decoding_cpu_over_floor": round((spent["keyframes"] + spent["sound"]) / floor, 2),
    } | {f"{step}_cpu_s": round(seconds, 2) for step, seconds in spent.items()}


def _picture() -> list[str]:
    return ["-map", "0:v:0", "-vf", f"scale={_WIDTH}:-2", "-fps_mode", "passthrough", "-f", "null", "-"]


def _sound(target: Path) -> list[str]:
    return ["-map", "0:a:0", "-ar", str(PCM_RATE), "-ac", "1", "-f", "s16le", str(target)]


def _bare(*arguments: str | Path) -> None:
    command = [ffmpeg.find_ffmpeg(), "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
