"""``cutroom library``: recordings from the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from tests.cli.conftest import Command
from tests.library.search.library import transcript

from cutroom.analysis.models import ChapterRow, TranscriptRow
from cutroom.app import opened
from cutroom.core.settings import get_settings
from cutroom.jobs.blobs import keep_file
from cutroom.library.assets import add_asset
from cutroom.library.models import AssetFile, AssetState
from cutroom.library.search.writing import index_speech

Set = Callable[[str, str], None]
FILM = b"what is played"
WORD = {"text": "Heat", "start_s": 0.0, "end_s": 0.5, "probability": 1.0}
SENTENCE = {"first": 0, "stop": 1, "start_s": 0.0, "end_s": 0.5, "text": "Heat"}


@pytest.fixture
def talk(settings_of: Set, cutroom: Command, tmp_path: Path) -> str:
    """A recording in a data folder of this test alone."""
    settings_of("DATA_DIR", str(tmp_path / "home"))
    settings_of("URL", "https://studio.example/")
    assert cutroom("db", "upgrade").code == 0
    return str(asyncio.run(_make(tmp_path / "film.bin")))


async def _make(path: Path) -> UUID:
    path.write_bytes(FILM)
    async with opened(get_settings()) as engine:
        file = await keep_file(engine.database, engine.storage, path)
        async with engine.database.writing() as session:
            asset = await add_asset(session, None, file, "../../talk.mov", "Heat [b]\x1b[31m")
            asset.state, asset.duration_s = AssetState.READY, 3725.0
            for name in ("play.mp4", "hls/master.m3u8"):
                made = AssetFile(asset_id=asset.id, name=name, sha256=file.sha256, size_bytes=file.size_bytes)
                made.media_type = "video/mp4"
                session.add(made)
            said = transcript(f"{'so ' * 200}. Entropy never decreases .")
            await index_speech(session, asset.id, said)
            content = {"language": "en", "words": [WORD], "sentences": [SENTENCE], "source": "test"}
            session.add(TranscriptRow(asset_id=asset.id, language="en", source="test", content=content))
            session.add(ChapterRow(asset_id=asset.id, position=0, start_s=65.0, end_s=90.0, title="Work"))
    return asset.id


def test_what_is_said_is_found_with_its_second_and_a_link(talk: str, cutroom: Command) -> None:
    found = cutroom("library", "search", '"entropy never decreases"')
    assert found.code == 0, found.err
    (line,) = found.out.splitlines()
    title, time, said, link = line.split("  ")
    assert (title, time) == ("Heat [b] [31m", "1:40")
    assert said.endswith("Entropy never decreases .")
    assert link == f"https://studio.example/watch/{talk}?t=100.5"
    by_title = cutroom("library", "search", "heat").out.splitlines()
    assert by_title == [f"Heat [b] [31m  title  Heat [b] [31m  https://studio.example/watch/{talk}"]
    assert cutroom("library", "search", "nowhere").out == "Nothing was found.\n"
    assert json.loads(cutroom("library", "search", "entropy", "--json").out)["total"] == 1


def test_recordings_are_listed_and_shown(talk: str, cutroom: Command) -> None:
    listed = cutroom("library", "list", "--words", "heat").out
    assert talk in listed
    assert "1:02:05" in listed
    assert cutroom("library", "list", "--state", "failed").out == "There are no such recordings.\n"
    shown = cutroom("library", "show", talk).out.splitlines()
    assert shown[0].endswith("1:02:05  ready")
    assert shown[-2:] == ["1:05  Work", f"https://studio.example/watch/{talk}"]
    missing = cutroom("library", "show", "00000000-0000-7000-8000-000000000000")
    assert (missing.code, "There is no asset" in missing.sentence) == (2, True)


def test_an_export_writes_into_its_folder_alone(talk: str, cutroom: Command, tmp_path: Path) -> None:
    out = tmp_path / "saved" / "here"
    ended = cutroom("library", "export", talk, "--out", out, "--original")
    assert ended.code == 0, ended.err
    names = sorted(str(path.relative_to(tmp_path / "saved")) for path in (tmp_path / "saved").rglob("*"))
    made = [
        "original.mov",
        "play.mp4",
        "recording.json",
        *(f"transcript.{form}" for form in ("json", "srt", "txt", "vtt")),
    ]
    assert names == ["here", *(f"here/{name}" for name in made)]
    assert (out / "original.mov").read_bytes() == (out / "play.mp4").read_bytes() == FILM
    assert "Heat" in (out / "transcript.srt").read_text()
