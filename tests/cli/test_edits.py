"""``cutroom edits``: the documents of the browser, from the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from cutroom.analysis.facts import PictureFacts
from cutroom.app import opened
from cutroom.core.settings import get_settings
from cutroom.edit.documents import EditDocument
from cutroom.edit.keeping import keep_material
from cutroom.edit.material import Material
from cutroom.edit.models import Edit, EditVersion
from cutroom.jobs.blobs import keep_file
from cutroom.library.models import Asset
from cutroom.media.sources import SOURCE
from cutroom.media.timeline import Media
from cutroom.media.transcript import Word

Set = Callable[[str, str], None]
DOCUMENT = {"title": "Sky", "preset": "square-1080", "keep": [{"start": 0, "stop": 50}]}


@pytest.fixture
def edit_id(settings_of: Set, cutroom: Command, tmp_path: Path) -> str:
    """An edit in a data folder of this test alone."""
    settings_of("DATA_DIR", str(tmp_path / "home"))
    assert cutroom("db", "upgrade").code == 0
    return asyncio.run(_make(tmp_path / "recording.bin"))


async def _make(recording: Path) -> str:
    recording.write_bytes(b"no film")
    async with opened(get_settings()) as engine:
        file = await keep_file(engine.database, engine.storage, recording)
        media = Media(SOURCE, Path(file.sha256), file.sha256, Fraction(4), 100, 100, Fraction(25), 0, 1)
        material = Material(media, Fraction(25), (Word("blue", 0.5, 1.0),), "en", PictureFacts((), ()), (), ())
        kept = await keep_material(engine.database, engine.storage, engine.settings, material)
        async with engine.database.writing() as session:
            asset = Asset(title="Sky", file_name="sky.mp4", sha256=file.sha256, size_bytes=file.size_bytes)
            session.add(asset)
            await session.flush()
            made = Edit(
                asset_id=asset.id,
                title="Sky",
                source_sha256=file.sha256,
                source_size_bytes=file.size_bytes,
                material_sha256=kept.sha256,
                material_size_bytes=kept.size_bytes,
            )
            session.add(made)
            await session.flush()
            document = EditDocument.model_validate(DOCUMENT).model_dump(mode="json")
            session.add(EditVersion(edit_id=made.id, number=1, document=document))
    return str(made.id)


def test_what_show_prints_is_changed_and_set_and_a_late_one_is_refused(
    edit_id: str, cutroom: Command, tmp_path: Path
) -> None:
    shown = json.loads(cutroom("edits", "show", edit_id).out)
    shown["document"]["keep"] = [{"start": 0, "stop": 20}, {"start": 30, "stop": 50}]
    file = tmp_path / "edit.json"
    file.write_text(json.dumps(shown))
    saved = json.loads(cutroom("edits", "set", edit_id, str(file), "--name", "Shorter").out)
    assert (saved["version"], len(saved["document"]["keep"])) == (2, 2)
    late = cutroom("edits", "set", edit_id, str(file))
    assert late.code != 0
    assert "at version 2 by now" in late.sentence
    assert edit_id in cutroom("edits", "list").out
    listed = json.loads(cutroom("edits", "list", "--json").out)
    assert [(each["id"], each["version"]) for each in listed["items"]] == [(edit_id, 2)]


def test_a_file_that_is_no_edit_is_refused_in_a_sentence(edit_id: str, cutroom: Command, tmp_path: Path) -> None:
    file = tmp_path / "edit.json"
    for content, why in (("{", "cannot be read as JSON"), ("[]", "holds no document"), ("{}", "names no version")):
        file.write_text(content)
        refused = cutroom("edits", "set", edit_id, str(file))
        assert (refused.code, why in refused.sentence) == (2, True), refused.sentence
    assert cutroom("edits", "open", edit_id, "--start", "1").code == 2
