"""One-time passwords by the clock (RFC 6238): six digits, thirty seconds, each taken once."""

from __future__ import annotations

import hmac
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.factors.errors import ProofWrong
from cutroom.accounts.factors.models import Totp
from cutroom.accounts.vault.keyring import Keyring
from cutroom.accounts.vault.secrets import drop_secret, put_secret, read_secret
from cutroom.core.clock import now
from cutroom.core.errors import Conflict
from cutroom.jobs.upserts import insert_or

STEP_S = 30
#: Clocks may be apart by a step (RFC 6238, 5.2).
_DRIFT = (0, -1, 1)
#: 160 bits, as RFC 4226 recommends.
_SEED_LETTERS = 32


async def begin_totp(session: AsyncSession, keys: Keyring, user_id: UUID) -> str:
    """Make a seed, which proves nothing until a code has confirmed it; one that waits for its code is replaced.

    Returns:
        The seed in base 32; given here and never again.

    Raises:
        Conflict: If the user has one-time passwords.
    """
    found = await session.get(Totp, user_id)
    if found is not None and found.confirmed_at is not None:
        raise Conflict("This account has one-time passwords already: remove them before you set up others.")
    if found is None:
        # Somebody who presses the button twice begins twice at the same moment.
        await session.execute(insert_or(session, Totp).values(user_id=user_id).on_conflict_do_nothing())
    seed = pyotp.random_base32(_SEED_LETTERS)
    await put_secret(session, keys, _name(user_id), seed)
    return seed


def address_of(seed: str, user_name: str, host: str) -> str:
    """Give what a program for codes reads, most often as a picture: ``otpauth://totp/…``."""
    return pyotp.TOTP(seed, interval=STEP_S).provisioning_uri(name=user_name, issuer_name=f"Cutroom ({host})")


async def confirm_totp(session: AsyncSession, keys: Keyring, user_id: UUID, code: str) -> None:
    """Have one-time passwords count from now on.

    Raises:
        ProofWrong: If the code is not one of this seed, now.
        Conflict: If none wait for a code.
    """
    if not await _take_code(session, keys, user_id, code, confirmed=False):
        waiting = select(Totp.user_id).where(Totp.user_id == user_id, Totp.confirmed_at.is_(None))
        if (await session.execute(waiting)).first() is None:
            raise Conflict("No one-time passwords wait for their first code: begin with setting them up.")
        raise ProofWrong("This code is not right: see that the clock of the device is, and take the next code.")
    await session.execute(update(Totp).where(Totp.user_id == user_id).values(confirmed_at=now()))


async def code_fits(session: AsyncSession, keys: Keyring, user_id: UUID, code: str) -> bool:
    """Take a code if it is one of the user's, now, that was not taken before."""
    return await _take_code(session, keys, user_id, code, confirmed=True)


async def has_totp(session: AsyncSession, user_id: UUID) -> bool:
    """Tell whether the user has one-time passwords that count."""
    found = select(Totp.user_id).where(Totp.user_id == user_id, Totp.confirmed_at.is_not(None))
    return (await session.execute(found)).first() is not None


async def remove_totp(session: AsyncSession, user_id: UUID) -> bool:
    """Forget a user's one-time passwords and their seed; tell whether any counted."""
    gone = await session.execute(delete(Totp).where(Totp.user_id == user_id).returning(Totp.confirmed_at))
    await drop_secret(session, _name(user_id))
    row = gone.first()
    return row is not None and row[0] is not None


async def _take_code(session: AsyncSession, keys: Keyring, user_id: UUID, code: str, *, confirmed: bool) -> bool:
    seed = await read_secret(session, keys, _name(user_id))
    if seed is None:
        return False
    step = _step_of(seed, code)
    if step is None:
        return False
    taken = await session.execute(
        update(Totp)
        .where(
            Totp.user_id == user_id,
            Totp.last_step < step,
            Totp.confirmed_at.is_not(None) if confirmed else Totp.confirmed_at.is_(None),
        )
        .values(last_step=step)
        .returning(Totp.user_id)
    )
    return taken.first() is not None


def _step_of(seed: str, code: str) -> int | None:
    """Find the step of time, near now, that a code belongs to; as slow whichever it is."""
    codes, current = pyotp.HOTP(seed), int(now().timestamp()) // STEP_S
    fits = [current + off for off in _DRIFT if hmac.compare_digest(codes.at(current + off), code)]
    return fits[0] if fits else None


def _name(user_id: UUID) -> str:
    return f"totp/{user_id}"
