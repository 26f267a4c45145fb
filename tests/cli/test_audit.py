"""``cutroom audit`` as a person meets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from tests.cli.conftest import Command

import cutroom.cli.audit  # noqa: F401 - joins its commands
from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import BEGINNING, record
from cutroom.accounts.audit.models import AuditEntry, AuditHead
from cutroom.accounts.models import Role
from cutroom.app import opened
from cutroom.core.settings import get_settings


@pytest.fixture
def home(settings_of: Callable[[str, str], None], tmp_path: Path, cutroom: Command) -> Path:
    """A data folder of this test alone, with an audit log of three entries."""
    settings_of("DATA_DIR", str(tmp_path / "home"))
    cutroom("db", "upgrade")
    asyncio.run(_record())
    return tmp_path


async def _record() -> None:
    async with opened(get_settings()) as engine, engine.database.writing() as session:
        for number in range(3):
            await record(session, Viewer(None, "Ada", Role.ADMIN, "here"), "test.done", ("thing", str(number)))


async def _cut() -> None:
    async with opened(get_settings()) as engine, engine.database.writing() as session:
        await session.execute(text("DROP TRIGGER audit_entry_no_delete"))
        await session.execute(delete(AuditEntry))
        await session.execute(update(AuditHead).values(number=0, digest=BEGINNING))


def test_an_export_that_was_kept_elsewhere_tells_that_the_end_was_taken_off(cutroom: Command, home: Path) -> None:
    exported = cutroom("audit", "export").out
    *entries, last = [json.loads(line) for line in exported.splitlines()]
    assert [entry["number"] for entry in entries] == [1, 2, 3]
    assert last["anchor"]["number"] == 3
    (home / "kept.jsonl").write_text(exported)
    whole = cutroom("audit", "verify", "--anchors", home / "kept.jsonl")
    assert (whole.code, whole.out) == (0, "3 entries and 1 signed heads; signed up to entry 3\n")
    asyncio.run(_cut())
    assert cutroom("audit", "verify").code == 0  # here, nothing was signed
    found = cutroom("audit", "verify", "--anchors", home / "kept.jsonl")
    assert found.code == 1
    assert found.sentence.startswith("Entry 1 of the audit log is wrong: it and all up to entry 3, which was signed at")
    assert cutroom("audit", "verify", "--json", "--anchors", home / "kept.jsonl").json["number"] == 1
    assert "There is no file" in cutroom("audit", "verify", "--anchors", home / "gone").sentence
