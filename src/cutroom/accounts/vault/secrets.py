"""Secrets that must be read again: sealed rows, opened by name."""

from __future__ import annotations

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.vault.keyring import Keyring
from cutroom.accounts.vault.models import Secret
from cutroom.core.clock import now
from cutroom.jobs.upserts import insert_or

#: One number for all processes of an instance: who changes the keys waits for those who seal.
SEALING = 0x63_75_74_73_65_61_6C


async def put_secret(session: AsyncSession, keys: Keyring, name: str, value: str) -> None:
    """Keep a secret in place of any other of this name."""
    # The key is looked up once the transaction has begun, so that a rotation sees every row that an older one sealed:
    # it waits for all writers, which PostgreSQL has to be told.
    if (await session.connection()).dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock_shared(SEALING)))
    key_id, sealed = keys.seal(name, value)
    kept = insert_or(session, Secret).values(name=name, key_id=key_id, sealed=sealed, changed_at=now())
    new = {each: kept.excluded[each] for each in ("key_id", "sealed", "changed_at")}
    await session.execute(kept.on_conflict_do_update(index_elements=[Secret.name], set_=new))


async def read_secret(session: AsyncSession, keys: Keyring, name: str) -> str | None:
    """Open a secret; ``None`` when there is none of this name.

    Raises:
        SecretSealed: If it is here and cannot be opened.
    """
    row = (await session.execute(_sealed(name))).one_or_none()
    return keys.open(name, *row) if row else None


async def drop_secret(session: AsyncSession, name: str) -> None:
    """Forget a secret, if there is one of this name."""
    await session.execute(delete(Secret).where(Secret.name == name))


def _sealed(name: str) -> Select[str, str]:
    return select(Secret.key_id, Secret.sealed).where(Secret.name == name)
