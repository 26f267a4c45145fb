"""Recovery codes: ten, each good once, for who has lost the device."""

from __future__ import annotations

import base64
import secrets
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.factors.models import RecoveryCode
from cutroom.accounts.secrets import hash_secret
from cutroom.core.clock import now

COUNT = 10
#: 120 bits: nobody guesses one, so a fast hash keeps it (OWASP ASVS 5.0, 6.5.2: 112).
_BYTES = 15
_GROUP = 4


async def new_codes(session: AsyncSession, user_id: UUID) -> list[str]:
    """Make ten codes; those that there were are good for nothing any more.

    Returns:
        Six groups of four letters and digits each; given here and never again.
    """
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [base64.b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(COUNT)]
    session.add_all(RecoveryCode(code_hash=hash_secret(code), user_id=user_id) for code in codes)
    await session.flush()
    return ["-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)) for code in codes]


async def use_code(session: AsyncSession, user_id: UUID, code: str) -> bool:
    """Use a code up if it is one of the user's, however it is written."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    used = await session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == hash_secret(plain),
            RecoveryCode.user_id == user_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.user_id)
    )
    return used.first() is not None


async def codes_left(session: AsyncSession, user_id: UUID) -> int:
    """Count the codes that were not used."""
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return (await session.execute(left)).scalar_one()


async def remove_codes(session: AsyncSession, user_id: UUID) -> None:
    """Forget a user's codes."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
