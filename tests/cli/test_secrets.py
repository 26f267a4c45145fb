"""``cutroom secrets`` as a person meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Command

import cutroom.cli.secrets  # noqa: F401 - joins its commands
from cutroom.accounts.vault.keyring import open_keyring
from cutroom.accounts.vault.secrets import put_secret
from cutroom.app import opened
from cutroom.core.settings import get_settings


@pytest.fixture
def home(settings_of: Callable[[str, str], None], tmp_path: Path, cutroom: Command) -> Path:
    """A data folder of this test alone, with one secret."""
    settings_of("DATA_DIR", str(tmp_path))
    cutroom("db", "upgrade")
    asyncio.run(_seal())
    return tmp_path


async def _seal() -> None:
    settings = get_settings()
    async with opened(settings) as engine:
        await engine.database.write(lambda session: put_secret(session, open_keyring(settings), "totp/1", "hidden"))


def _keys(cutroom: Command) -> list[tuple[bool, int]]:
    found = cutroom("secrets", "status", "--json").json["keys"]
    assert isinstance(found, list)
    return [(key["here"], key["secrets"]) for key in found]


def test_a_rotation_says_when_the_old_key_may_go(cutroom: Command, home: Path) -> None:
    assert _keys(cutroom) == [(True, 1)]
    rotated = cutroom("secrets", "rotate")
    assert rotated.code == 0
    assert rotated.out.startswith("1 secret sealed anew; the key in use is ")
    assert "remove it from" in rotated.out
    assert _keys(cutroom) == [(True, 1), (True, 0)]
    assert "2 older keys were removed" in cutroom("secrets", "rotate", "--forget").out
    assert _keys(cutroom) == [(True, 1)]


def test_a_lost_key_is_named(cutroom: Command, home: Path) -> None:
    (home / "encryption.keys").unlink()
    status = cutroom("secrets", "status")
    assert status.code == 1
    assert "missing  1 secret" in status.out
    assert "is not here: put it back, or set anew what it sealed." in status.sentence
    rotated = cutroom("secrets", "rotate")
    assert rotated.code == 1
    assert "Nothing here opens totp/1" in rotated.sentence
