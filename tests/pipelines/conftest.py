"""A small recording with words, made once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.api.studio import Studio, data_settings, make_studio
from tests.pipelines.engine import CATALOGUE

from cutroom.core.database import Database
from cutroom.core.settings import Settings, get_settings
from cutroom.media import ffmpeg
from cutroom.media.presets import PRESETS, Preset
from cutroom.providers.registry import load

#: Without models: what is tested here is how the parts are joined.
QUICK = Settings(embedding="hashed", face_detection="none", ocr="none", offline=True)

SENTENCES = (
    "Why does the sky turn red in the evening?",
    "Because the light crosses ten times more air, and the blue is scattered away on its path.",
    "So what is left for your eye is orange and red.",
    "Bees tell each other where the flowers are with a dance on the wall of wax.",
    "The angle of the dance is the angle between the sun and the flowers.",
    "One second of shaking means about one kilometer of flight.",
    "A penny that doubles every day becomes five million dollars in a month.",
    "Nobody believes it, because our minds love straight lines.",
    "The curve stays flat for weeks, and then it climbs higher than any house.",
)
SENTENCE_S = 3.0
DURATION_S = SENTENCE_S * len(SENTENCES)


def make_recording(path: Path, *, duration_s: float = DURATION_S, sound: bool = True, picture: bool = True) -> Path:
    """Make a moving picture with bursts of tone where the sentences are."""
    said = f"sine=frequency=220:sample_rate=16000:duration={duration_s}"
    bursts = f"[0:a]volume='if(lt(mod(t,{SENTENCE_S}),{SENTENCE_S - 0.5}),0.5,0.0005)':eval=frame[a]"
    arguments = ["-f", "lavfi", "-i", said]
    if picture:
        arguments += ["-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=25:duration={duration_s}"]
    arguments += ["-filter_complex", bursts]
    if sound:
        arguments += ["-map", "[a]", "-c:a", "aac"]
    else:
        arguments += ["-map", "[a]", "-f", "null", "-"]
    if picture:
        arguments += ["-map", "1:v", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50"]
    ffmpeg.run([*arguments, f"file:{path}"], reads=[], writes=path.parent, time_limit_s=60)
    return path


def write_subtitles(path: Path) -> Path:
    """Write the sentences as SRT, one every three seconds."""

    def clock(time_s: float) -> str:
        return f"00:{int(time_s) // 60:02d}:{int(time_s) % 60:02d},{round(time_s % 1 * 1000):03d}"

    cues = [
        f"{n}\n{clock((n - 1) * SENTENCE_S)} --> {clock(n * SENTENCE_S - 0.5)}\n{text}\n"
        for n, text in enumerate(SENTENCES, start=1)
    ]
    path.write_text("\n".join(cues))
    return path


@pytest.fixture(scope="module")
def quick_frame() -> Iterator[str]:
    """A preset whose frame is rendered at once: how clips look in all others is proved where they are rendered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "square-1080", Preset("square-1080", 270, 270))
        yield "square-1080"


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("recording") / "talk.mp4")


@pytest.fixture(scope="session")
def subtitles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_subtitles(tmp_path_factory.mktemp("subtitles") / "talk.srt")


@pytest.fixture
def settings() -> Settings:
    return QUICK


@pytest.fixture
def without_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workers that need no model."""
    for name, value in {"EMBEDDING": "hashed", "FACE_DETECTION": "none", "OCR": "none", "OFFLINE": "1"}.items():
        monkeypatch.setenv(f"CUTROOM_{name}", value)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
async def real_studio(database: Database, tmp_path: Path, without_models: None) -> AsyncIterator[Studio]:
    """An instance with the real recipes."""
    settings = data_settings(tmp_path).model_copy(
        update={"embedding": "hashed", "face_detection": "none", "ocr": "none", "offline": True}
    )
    made = make_studio(database, load("storage", "local")(settings, "local"), settings, catalogue=CATALOGUE)
    async with made.clients:
        yield made
