"""The command line as a person meets it: arguments in; words, files and an exit code out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.pipelines.conftest import make_recording, write_subtitles

from cutroom.cli.program import run
from cutroom.core.settings import get_settings

#: Without models: what is tested here is what a person sees.
QUICK = {"EMBEDDING": "hashed", "FACE_DETECTION": "none", "OCR": "none", "OFFLINE": "1"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The last line on standard error, which must be ours."""
        line = self.err.splitlines()[-1]
        assert line.startswith("cutroom: "), self.err
        assert line.isprintable(), "an escape would reach the terminal"
        assert "Traceback" not in self.err
        return line.removeprefix("cutroom: ")

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.out)
        return found


Command = Callable[..., Ended]


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Set what is read from the environment."""
    for name, value in QUICK.items():
        monkeypatch.setenv(f"CUTROOM_{name}", value)
    get_settings.cache_clear()

    def change(name: str, value: str) -> None:
        monkeypatch.setenv(f"CUTROOM_{name}", value)
        get_settings.cache_clear()

    yield change
    get_settings.cache_clear()


@pytest.fixture
def cutroom(settings_of: object, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process."""

    def command(*arguments: object) -> Ended:
        capsys.readouterr()
        code = run([str(each) for each in arguments])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return command


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("talk") / "talk.mp4")


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_subtitles(tmp_path_factory.mktemp("words") / "talk.srt")
