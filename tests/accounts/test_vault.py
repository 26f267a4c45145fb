"""Secrets at rest: sealed under their own names, and sealed anew while everything goes on."""

from __future__ import annotations

import asyncio
import base64
import secrets
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from cutroom.accounts.vault.errors import SecretSealed
from cutroom.accounts.vault.keyring import Keyring, open_keyring
from cutroom.accounts.vault.models import Secret
from cutroom.accounts.vault.rotation import count_by_key, reseal
from cutroom.accounts.vault.secrets import drop_secret, put_secret, read_secret
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return open_keyring(Settings(data_dir=tmp_path))


async def _put(database: Database, keys: Keyring, name: str, value: str) -> None:
    await database.write(lambda session: put_secret(session, keys, name, value))


async def _read(database: Database, keys: Keyring, name: str) -> str | None:
    async with database.reading() as session:
        return await read_secret(session, keys, name)


async def test_a_secret_is_read_again_changed_and_dropped(database: Database, keyring: Keyring) -> None:
    assert await _read(database, keyring, "totp/1") is None
    await _put(database, keyring, "totp/1", "JBSWY3DPEHPK3PXP – ü")
    assert await _read(database, keyring, "totp/1") == "JBSWY3DPEHPK3PXP – ü"
    await _put(database, keyring, "totp/1", "another")
    assert await _read(database, keyring, "totp/1") == "another"
    await database.write(lambda session: drop_secret(session, "totp/1"))
    assert await _read(database, keyring, "totp/1") is None


@on_sqlite
async def test_neither_the_secret_nor_its_key_is_in_the_database(
    database: Database, keyring: Keyring, tmp_path: Path
) -> None:
    await _put(database, keyring, "provider/openai", "sk-marker-of-this-test")
    files = [path.read_bytes() for path in tmp_path.glob("cutroom.db*")]
    assert files
    key = (tmp_path / "encryption.keys").read_text().strip()
    for secret in (b"sk-marker-of-this-test", key.encode(), base64.b64decode(key)):
        assert not [content for content in files if secret in content]
    assert (tmp_path / "encryption.keys").stat().st_mode & 0o777 == 0o600


@on_sqlite
async def test_the_rows_of_two_secrets_that_were_swapped_do_not_open(database: Database, keyring: Keyring) -> None:
    await _put(database, keyring, "totp/1", "of one")
    await _put(database, keyring, "totp/2", "of two")
    async with database.writing() as session:
        rows = {row.name: row.sealed for row in await session.scalars(select(Secret))}
        for name, other in (("totp/1", "totp/2"), ("totp/2", "totp/1")):
            await session.execute(update(Secret).where(Secret.name == name).values(sealed=rows[other]))
    for name in rows:
        with pytest.raises(SecretSealed, match=f"'{name}' is not the one that was sealed under this name"):
            await _read(database, keyring, name)


@on_sqlite
async def test_a_secret_whose_key_is_gone_says_which_key_and_what_to_do(
    database: Database, keyring: Keyring, tmp_path: Path
) -> None:
    await _put(database, keyring, "totp/1", "of one")
    lost = keyring.current().id
    (tmp_path / "encryption.keys").unlink()
    keyring = open_keyring(Settings(data_dir=tmp_path))  # a process that started since
    with pytest.raises(SecretSealed, match=f"sealed with the key {lost}, which is not here: put that key back"):
        await _read(database, keyring, "totp/1")


async def test_a_rotation_under_load_leaves_nothing_sealed_with_the_old_key(
    database: Database, keyring: Keyring, tmp_path: Path
) -> None:
    """Other processes, each with a keyring of its own, write and read all the while."""
    for number in range(150):
        await _put(database, keyring, f"kept/{number}", f"value {number}")
    old = keyring.current().id
    stop, rounds = asyncio.Event(), [0] * 4

    async def go_on(worker: int) -> None:
        other, keys = Database(database.url), open_keyring(Settings(data_dir=tmp_path))
        while not stop.is_set():
            number = rounds[worker] = rounds[worker] + 1
            await _put(other, keys, f"changing/{worker}", f"round {number}")
            assert await _read(other, keys, f"changing/{worker}") == f"round {number}"
            assert await _read(other, keys, f"kept/{number % 150}") == f"value {number % 150}"
        await other.close()

    load = [asyncio.ensure_future(go_on(worker)) for worker in range(4)]
    while min(rounds) < 2:
        await asyncio.sleep(0.01)
    rotator = open_keyring(Settings(data_dir=tmp_path))
    rotator.add_key()
    done = await reseal(database, rotator)
    async with database.reading() as session:
        counts = await count_by_key(session)
    assert rotator.forget_keys() == 1
    after = list(rounds)
    while any(now < then + 2 for now, then in zip(rounds, after, strict=True)) and not any(
        each.done() for each in load
    ):
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*load)
    assert done.resealed >= 150
    assert done.unreadable == ()
    assert old not in counts
    assert counts == {done.key_id: 154}
    for number in range(150):
        assert await _read(database, keyring, f"kept/{number}") == f"value {number}"


async def test_a_key_that_is_lost_is_named_and_the_rest_is_sealed_anew(database: Database, tmp_path: Path) -> None:
    gone, kept = (open_keyring(Settings(data_dir=tmp_path / name)) for name in ("gone", "kept"))
    await _put(database, gone, "totp/1", "of one")
    await _put(database, kept, "totp/2", "of two")
    kept.add_key()
    done = await reseal(database, kept)
    assert (done.resealed, done.unreadable) == (1, ("totp/1",))
    assert await _read(database, kept, "totp/2") == "of two"


@on_sqlite
async def test_keys_of_the_environment_are_rotated_by_putting_another_one_first(database: Database) -> None:
    old, new = (base64.b64encode(secrets.token_bytes(32)).decode() for _ in range(2))
    before = open_keyring(Settings(encryption_keys=SecretStr(old)))
    both = open_keyring(Settings(encryption_keys=SecretStr(f"{new}, {old}")))
    await _put(database, before, "totp/1", "of one")
    assert await _read(database, both, "totp/1") == "of one"
    assert (await reseal(database, both)).resealed == 1
    alone = open_keyring(Settings(encryption_keys=SecretStr(new)))
    assert await _read(database, alone, "totp/1") == "of one"
    with pytest.raises(InvalidInput, match="change them there, on every machine"):
        both.add_key()


@pytest.mark.parametrize("text", ["short", "", base64.b64encode(b"x" * 31).decode(), "ü" * 44])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    good = base64.b64encode(bytes(32)).decode()
    with pytest.raises(InvalidInput) as refused:
        open_keyring(Settings(encryption_keys=SecretStr(f"{good},{text}" if text else "")))
    assert "CUTROOM_ENCRYPTION_KEYS" in str(refused.value)
    assert good not in str(refused.value)
    assert not text or text not in str(refused.value)


def test_processes_that_start_together_use_one_key(tmp_path: Path) -> None:
    rings = [open_keyring(Settings(data_dir=tmp_path)) for _ in range(8)]
    assert len({ring.current().id for ring in rings}) == 1
