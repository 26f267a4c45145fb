"""``cutroom db`` as a person meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url
from tests.cli.conftest import Command
from tests.migrations.bare import bare_database

import cutroom.cli.db  # noqa: F401 - joins its commands
from cutroom.app import opened
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import get_settings
from cutroom.jobs.blobs import keep_file
from cutroom.library.models import Asset

Set = Callable[[str, str], None]


@pytest.fixture
def home(settings_of: Set, tmp_path: Path) -> Path:
    """A data folder of this test alone."""
    settings_of("DATA_DIR", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_new_database_says_what_it_needs_and_gets_it(cutroom: Command, home: Path) -> None:
    before = cutroom("db", "status")
    assert before.code == 1
    assert f"sqlite at {home}/cutroom.db" in before.out
    assert "schema none" in before.out
    assert before.sentence.endswith("are to be applied: run 'cutroom db upgrade'.")
    up = cutroom("db", "upgrade")
    assert (up.code, up.out) == (0, f"The database has schema {cutroom('db', 'status', '--json').json['head']}.\n")
    assert cutroom("db", "status", "--json").json["current"] is True


def test_going_down_wants_to_be_meant(cutroom: Command, home: Path) -> None:
    cutroom("db", "upgrade")
    refused = cutroom("db", "downgrade", "base")
    assert refused.code == InvalidInput.exit_code
    assert "make a backup first, then say --yes" in refused.sentence
    assert cutroom("db", "downgrade", "base", "--yes").out == "The database has schema base.\n"
    assert "'nowhere'" in cutroom("db", "downgrade", "nowhere", "--yes").sentence


@pytest.mark.slow
def test_an_instance_moves_from_sqlite_to_postgresql_through_a_backup(
    request: pytest.FixtureRequest, cutroom: Command, home: Path, settings_of: Set, tmp_path: Path
) -> None:
    cutroom("db", "upgrade")
    add_asset(tmp_path)
    made = cutroom("db", "backup", tmp_path / "backups")
    assert made.code == 0
    assert "rows and 1 file (0.0 MB; 1 were new)" in made.out
    assert "copy the folder to another machine too" in made.out
    again = cutroom("db", "backup", tmp_path / "backups", "--json").json
    assert (again["copied"], again["files"], again["missing"]) == (0, 1, [])
    assert "not empty" in cutroom("db", "restore", tmp_path / "backups").sentence

    with bare_database("postgresql", request, tmp_path) as url:
        settings_of("DATABASE_URL", url)
        settings_of("DATA_DIR", str(tmp_path / "other"))
        restored = cutroom("db", "restore", tmp_path / "backups")
        assert restored.code == 0, restored.err
        assert "1 file in" in restored.out
        assert "what came after that is lost" in restored.out
        status = cutroom("db", "status").out
        assert f"/{make_url(url).database}" in status
        verified = cutroom("db", "verify", "--deep", "--json").json
        assert (verified["sound"], verified["files"], verified["findings"]) == (True, 1, [])


@pytest.mark.slow
def test_a_seed_is_added_once(cutroom: Command, home: Path) -> None:
    added = cutroom("db", "seed")
    assert added.out.startswith("20 recordings were added")
    assert cutroom("db", "seed").out == "The recordings are there already.\n"
    assert cutroom("db", "verify", "--json").json["sound"] is True
    assert "/reset?token=" in cutroom("users", "reset", "Amira Haddad").out


def test_what_is_missing_is_named_and_ends_the_command_with_an_error(
    cutroom: Command, home: Path, tmp_path: Path
) -> None:
    cutroom("db", "upgrade")
    sha256 = add_asset(tmp_path)
    assert cutroom("db", "verify").code == 0
    (home / "media" / sha256[:2] / sha256).unlink()
    ended = cutroom("db", "verify")
    assert ended.code == 1
    assert sha256 in ended.out
    assert "put them back from a backup" in ended.out
    assert ended.sentence == "Not all is as it should be: 1 × files are missing or damaged."
    backup = cutroom("db", "backup", tmp_path / "backups")
    assert backup.code == 1
    assert "storage does not hold 1 file" in backup.sentence


def test_what_is_no_backup_is_not_restored(cutroom: Command, home: Path, tmp_path: Path) -> None:
    ended = cutroom("db", "restore", tmp_path)
    assert ended.code == InvalidInput.exit_code
    assert "is not a backup" in ended.sentence


def test_a_database_that_is_not_there_is_one_sentence(cutroom: Command, home: Path, settings_of: Set) -> None:
    settings_of("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    ended = cutroom("db", "status")
    assert ended.code == 1
    assert "The database does not answer" in ended.sentence
    settings_of("DATABASE_URL", "mysql://root@127.0.0.1/cutroom")
    assert "SQLite and PostgreSQL are what there is" in cutroom("db", "status").sentence


def test_a_file_that_is_no_database_is_told(cutroom: Command, home: Path) -> None:
    home.mkdir()
    (home / "cutroom.db").write_bytes(b"this is no database at all" * 100)
    assert "is damaged" in cutroom("db", "verify").sentence


def add_asset(folder: Path) -> str:
    """Add an asset with a file, and give the file's name."""
    path = folder / "recording"
    path.write_bytes(b"a recording")

    async def add() -> str:
        async with opened(get_settings()) as engine:
            file = await keep_file(engine.database, engine.storage, path)
            async with engine.database.writing() as session:
                session.add(Asset(title="A", file_name="a.mp4", sha256=file.sha256, size_bytes=file.size_bytes))
            return file.sha256

    return asyncio.run(add())
