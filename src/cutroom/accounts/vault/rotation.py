"""Seal all secrets anew, while everything goes on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.vault.errors import SecretSealed
from cutroom.accounts.vault.keyring import Keyring
from cutroom.accounts.vault.models import Secret
from cutroom.accounts.vault.secrets import SEALING
from cutroom.core.database import Database

#: Secrets sealed anew in one transaction: no writer waits long for it.
_PORTION = 100


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did.

    Attributes:
        key_id: The key that everything is sealed with now.
        resealed: Secrets that an older key had sealed.
        unreadable: Names of those that nothing here opens; they are as they were.
    """

    key_id: str
    resealed: int
    unreadable: tuple[str, ...]


async def reseal(database: Database, keys: Keyring) -> Rotated:
    """Seal with the key in use whatever another one sealed; safe at any time, in any number of processes.

    When it returns, no secret is sealed with another key, but for what could not be opened: whoever seals from now on
    sees the key that is in use now.
    """
    key_id = keys.current().id
    await database.write(_wait_for_sealers)
    resealed, unreadable, after = 0, list[str](), ""
    while True:
        done, wrong, last = await database.write(partial(_reseal, keys=keys, key_id=key_id, after=after))
        resealed += done
        unreadable += wrong
        if last is None:
            return Rotated(key_id, resealed, tuple(unreadable))
        after = last


async def count_by_key(session: AsyncSession) -> dict[str, int]:
    """Count secrets by the id of the key that they are sealed with."""
    rows = await session.execute(select(Secret.key_id, func.count()).group_by(Secret.key_id).order_by(Secret.key_id))
    return {row[0]: row[1] for row in rows}


async def _wait_for_sealers(session: AsyncSession) -> None:
    """Let those end who looked up the key before it changed; on SQLite, one writes at a time anyway."""
    if (await session.connection()).dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(SEALING)))


async def _reseal(session: AsyncSession, keys: Keyring, key_id: str, after: str) -> tuple[int, list[str], str | None]:
    older = select(Secret).where(Secret.key_id != key_id, Secret.name > after).order_by(Secret.name).limit(_PORTION)
    rows = (await session.scalars(older.with_for_update())).all()
    wrong = []
    for row in rows:
        try:
            row.key_id, row.sealed = keys.seal(row.name, keys.open(row.name, row.key_id, row.sealed))
        except SecretSealed:
            wrong.append(row.name)
    return len(rows) - len(wrong), wrong, rows[-1].name if rows else None
