"""Factors over HTTP: what guards an account besides its password."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Admin, SignedIn, Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.factors import passkeys, recovery, totp
from cutroom.accounts.factors.challenges import use_challenge
from cutroom.accounts.factors.errors import PasskeyRefused
from cutroom.accounts.factors.models import Passkey, Purpose
from cutroom.accounts.factors.proof import Proved, lately, person
from cutroom.accounts.factors.schemas import (
    AddedFactor,
    AddedPasskey,
    Factors,
    NewPasskey,
    Options,
    PasskeyChange,
    PasskeyOut,
    RecoveryCodes,
    TotpConfirmation,
    TotpSeed,
)
from cutroom.accounts.factors.second import drop_unused_codes, has_factor, remove_all
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.mails import tell
from cutroom.accounts.models import User
from cutroom.accounts.sessions import end_sessions
from cutroom.accounts.ways_in import keep_a_way_in
from cutroom.core.errors import Conflict, NotFound
from cutroom.core.problems import problems

router = APIRouter(tags=["sign-in"])


@router.get("/factors")
async def read_factors(viewer: SignedIn, session: Reading) -> Factors:
    """Tell what signs you in besides the password."""
    mine = passkeys.passkeys_of(viewer.user_id).order_by(Passkey.id)
    rows = (await session.execute(mine)).scalars().all()
    return Factors(
        one_time_passwords=viewer.user_id is not None and await totp.has_totp(session, viewer.user_id),
        passkeys=[PasskeyOut.model_validate(row) for row in rows],
        recovery_codes_left=await recovery.codes_left(session, viewer.user_id) if viewer.user_id else 0,
        proof_needed=not await lately(session, viewer),
    )


@router.post("/factors/totp", status_code=201, responses=problems(409))
async def begin_totp(viewer: Proved, here: Here) -> TotpSeed:
    """Begin to set up one-time passwords; they count once their first code was confirmed."""
    user_id = person(viewer)
    seed = await here.database.write(partial(totp.begin_totp, keys=here.keyring, user_id=user_id))
    host = urlsplit(here.url).hostname or "localhost"
    return TotpSeed(secret=seed, url=totp.address_of(seed, viewer.name, host))


@router.post("/factors/totp/confirmation", responses=problems(409))
async def confirm_totp(given: TotpConfirmation, viewer: Proved, here: Here) -> AddedFactor:
    """Have one-time passwords count from now on."""
    user_id = person(viewer)

    async def confirm(session: AsyncSession) -> AddedFactor:
        await totp.confirm_totp(session, here.keyring, user_id, given.code)
        await record(session, viewer, "factor.added", ("user", user_id), kind="one-time passwords")
        await _tell(session, user_id, "One-time passwords were set up for your account.")
        return AddedFactor(recovery_codes=await _first_codes(session, user_id))

    return await here.database.write(confirm)


@router.delete("/factors/totp", status_code=204)
async def remove_totp(viewer: Proved, here: Here) -> None:
    """Remove one-time passwords, also those that still wait for their first code."""
    user_id = person(viewer)

    async def remove(session: AsyncSession) -> None:
        if await totp.remove_totp(session, user_id):
            await drop_unused_codes(session, user_id)
            await record(session, viewer, "factor.removed", ("user", user_id), kind="one-time passwords")
            await _tell(session, user_id, "One-time passwords were removed from your account.")

    await here.database.write(remove)


@router.post("/factors/recovery-codes", status_code=201, responses=problems(409))
async def make_recovery_codes(viewer: Proved, here: Here) -> RecoveryCodes:
    """Make ten new recovery codes; the old ones are good for nothing any more."""
    user_id = person(viewer)

    async def make(session: AsyncSession) -> RecoveryCodes:
        if not await has_factor(session, user_id):
            raise Conflict("This account has no second factor that a code could stand in for: set one up first.")
        codes = await recovery.new_codes(session, user_id)
        await record(session, viewer, "recovery_codes.made", ("user", user_id))
        await _tell(session, user_id, "New recovery codes were made for your account.")
        return RecoveryCodes(recovery_codes=codes)

    return await here.database.write(make)


@router.post("/factors/passkeys/options", responses=problems(409))
async def begin_passkey(viewer: Proved, here: Here) -> Options:
    """Begin to add a passkey: a page hands the answer to `navigator.credentials.create`."""
    user_id = person(viewer)

    async def begin(session: AsyncSession) -> Options:
        return await passkeys.begin_passkey(session, here.url, await session.get_one(User, user_id))

    return await here.database.write(begin)


@router.post("/factors/passkeys", status_code=201, responses=problems(409))
async def add_passkey(new: NewPasskey, viewer: Proved, here: Here) -> AddedPasskey:
    """Keep a passkey that the browser has made."""
    user_id = person(viewer)
    secret = passkeys.challenge_of(new.credential)
    taken = await here.database.write(partial(use_challenge, secret=secret, purpose=Purpose.PASSKEY_NEW))
    if taken.user_id != user_id:
        raise PasskeyRefused("This passkey was asked for by somebody else: begin again.")

    async def add(session: AsyncSession) -> AddedPasskey:
        made = await passkeys.add_passkey(session, here.url, user_id, new.name, new.credential, secret)
        await record(session, viewer, "factor.added", ("user", user_id), kind="passkey", passkey=str(made.id))
        await _tell(session, user_id, "A passkey was added to your account.")
        codes = await _first_codes(session, user_id)
        return AddedPasskey(passkey=PasskeyOut.model_validate(made), recovery_codes=codes)

    return await here.database.write(add)


@router.patch("/factors/passkeys/{passkey_id}", responses=problems(404))
async def rename_passkey(passkey_id: UUID, change: PasskeyChange, viewer: SignedIn, here: Here) -> PasskeyOut:
    """Give a passkey another name."""
    user_id = person(viewer)

    async def rename(session: AsyncSession) -> PasskeyOut:
        row = await passkeys.rename_passkey(session, user_id, passkey_id, change.name)
        return PasskeyOut.model_validate(row)

    return await here.database.write(rename)


@router.delete("/factors/passkeys/{passkey_id}", status_code=204, responses=problems(404, 409))
async def remove_passkey(passkey_id: UUID, viewer: Proved, here: Here) -> None:
    """Remove a passkey; the device that has it may keep it, and it opens nothing here any more."""
    user_id = person(viewer)

    async def remove(session: AsyncSession) -> None:
        user = await session.get_one(User, user_id, with_for_update=True)
        await passkeys.remove_passkey(session, user_id, passkey_id)
        await keep_a_way_in(session, user, here.settings.oidc_issuer)
        await drop_unused_codes(session, user_id)
        await record(session, viewer, "factor.removed", ("user", user_id), kind="passkey", passkey=str(passkey_id))
        await tell(session, user, "A passkey was removed from your account.")

    await here.database.write(remove)


@router.delete("/users/{user_id}/factors", status_code=204, responses=problems(404))
async def reset_factors(user_id: UUID, viewer: Admin, here: Here) -> None:
    """Remove all second factors of a person who has lost them, and sign them out everywhere."""
    await here.database.write(lambda session: _reset(session, viewer, user_id))


async def _reset(session: AsyncSession, viewer: Viewer, user_id: UUID) -> None:
    if (await session.execute(select(User.id).where(User.id == user_id))).first() is None:
        raise NotFound(f"There is no user {user_id}: list those that there are.")
    await remove_all(session, user_id)
    ended = await end_sessions(session, user_id)
    await record(session, viewer, "factors.reset", ("user", user_id), sessions_ended=ended)
    await _tell(session, user_id, "An administrator removed all second factors of your account.")


async def _tell(session: AsyncSession, user_id: UUID, sentence: str) -> None:
    await tell(session, await session.get_one(User, user_id), sentence)


async def _first_codes(session: AsyncSession, user_id: UUID) -> list[str] | None:
    if await recovery.codes_left(session, user_id):
        return None
    return await recovery.new_codes(session, user_id)
