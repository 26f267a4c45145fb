"""Signing in, all of it: the password, and after it what else the account wants."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.errors import TooManyAttempts
from cutroom.accounts.factors.challenges import count_try, new_challenge, use_challenge
from cutroom.accounts.factors.errors import FactorRefused, SecondFactorNeeded
from cutroom.accounts.factors.models import Purpose
from cutroom.accounts.factors.passkeys import (
    challenge_of,
    check_assertion,
    passkeys_of,
    remove_passkeys,
    second_factor_options,
)
from cutroom.accounts.factors.recovery import codes_left, remove_codes, use_code
from cutroom.accounts.factors.totp import code_fits, has_totp, remove_totp
from cutroom.accounts.instance import Instance
from cutroom.accounts.models import User
from cutroom.accounts.schemas import SignIn
from cutroom.accounts.sessions import Browser
from cutroom.accounts.signing_in import begin_session, refuse_session, verify
from cutroom.core.database import Database
from cutroom.jobs.budgets import take

#: Codes of one account, from wherever: ten at once, then one in five minutes. Three of a million fit, so who knows the
#: password gets in on one day in a thousand; and whoever this locks out has recovery codes and passkeys, which nobody
#: guesses.
_CODES = (1 / 300, 10.0)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives after the password; one of them.

    Attributes:
        code: A one-time password.
        passkey: What ``PublicKeyCredential.toJSON`` gave.
    """

    code: str | None = None
    recovery_code: str | None = None
    passkey: dict[str, Any] | None = None

    @property
    def means(self) -> str:
        """Name what it is."""
        if self.code is not None:
            return "one-time password"
        return "recovery code" if self.recovery_code is not None else "passkey"


async def sign_in(here: Instance, given: SignIn, browser: Browser) -> tuple[User, str]:
    """Sign in with a name and a password; give the user and the secret for the cookie.

    Raises:
        NotSignedIn: If they do not go together.
        SecondFactorNeeded: If they do, and the account has a factor.
        TooManyAttempts: If too many were tried.
    """
    user = await verify(here, given, browser)

    async def go_on(session: AsyncSession) -> str | SecondFactorNeeded:
        return await _ask(session, here, user) or await begin_session(session, user, browser, means="password")

    outcome = await here.database.write(go_on)
    if isinstance(outcome, SecondFactorNeeded):  # raised here, or the challenge would be undone
        raise outcome
    return user, outcome


async def finish_sign_in(here: Instance, challenge: str, given: Given, browser: Browser) -> tuple[User, str]:
    """Sign in whoever has given the password before, and a second factor now.

    Raises:
        FactorRefused: If it does not fit, or was used before.
        ChallengeOver: If the password was given too long ago, or too many were tried.
        TooManyAttempts: If too many codes were tried for this account.
    """
    user_id = await here.database.write(partial(count_try, secret=challenge, purpose=Purpose.SECOND_FACTOR))
    if user_id is None:
        raise FactorRefused(_REFUSED)
    if given.code is not None:
        await count_code(here.database, user_id)

    async def finish(session: AsyncSession) -> tuple[User, str]:
        user = await session.get_one(User, user_id)
        if user.disabled_at is not None or not await _fits(session, here, user_id, challenge, given):
            raise FactorRefused(_REFUSED)
        await use_challenge(session, challenge, Purpose.SECOND_FACTOR)
        return user, await begin_session(session, user, browser, means=f"password and {given.means}")

    try:
        return await here.database.write(finish)
    except FactorRefused:
        await note_refusal(here.database, user_id, browser, given.means)
        raise


async def sign_in_with_passkey(here: Instance, sent: dict[str, Any], browser: Browser) -> tuple[User, str]:
    """Sign in with a passkey alone, whose device has verified the person.

    Raises:
        FactorRefused: If it is no passkey of anybody's here.
        ChallengeOver: If it answers no challenge of ours.
        TooManyAttempts: If too many were tried.
    """
    await count_attempt(here.database, browser.address)
    secret = challenge_of(sent)
    # A transaction of its own: a challenge is over when it was answered, also when it was answered wrongly.
    await here.database.write(partial(use_challenge, secret=secret, purpose=Purpose.PASSKEY_SIGN_IN))

    async def finish(session: AsyncSession) -> tuple[User, str]:
        passkey = await check_assertion(session, here.url, sent, secret, user_id=None, alone=True)
        user = await session.get_one(User, passkey.user_id)
        if user.disabled_at is not None:
            raise FactorRefused(_REFUSED)
        return user, await begin_session(session, user, browser, means="passkey")

    try:
        return await here.database.write(finish)
    except FactorRefused:
        await note_refusal(here.database, None, browser, "passkey")
        raise


async def count_code(database: Database, user_id: UUID) -> None:
    """Count a one-time password that somebody gives for an account, before it is compared.

    Raises:
        TooManyAttempts: If there were too many.
    """
    per_s, burst = _CODES
    wait_s = await database.write(partial(take, key=f"codes {user_id}", units=1.0, per_s=per_s, burst=burst))
    if wait_s > 0:
        raise TooManyAttempts(
            f"Too many codes were tried for this account: wait {wait_s:.0f} s, or take a recovery code or a passkey.",
            wait_s,
        )


async def note_refusal(database: Database, user_id: UUID | None, browser: Browser, means: str) -> None:
    """Write into the audit log that a sign-in was refused."""

    async def note(session: AsyncSession) -> None:
        user = await session.get(User, user_id) if user_id is not None else None
        await refuse_session(session, user, browser, means)

    await database.write(note)


async def has_factor(session: AsyncSession, user_id: UUID) -> bool:
    """Tell whether the password alone does not sign this user in."""
    return await has_totp(session, user_id) or await _has_passkey(session, user_id)


async def remove_all(session: AsyncSession, user_id: UUID) -> bool:
    """Forget all factors of a user; tell whether there were any."""
    codes, keys = await remove_totp(session, user_id), await remove_passkeys(session, user_id)
    await remove_codes(session, user_id)
    return codes or keys > 0


async def drop_unused_codes(session: AsyncSession, user_id: UUID) -> None:
    """Forget the recovery codes of a user whose last factor is gone."""
    if not await has_factor(session, user_id):
        await remove_codes(session, user_id)


_REFUSED = "This was not taken: codes work once and for half a minute. Try the next one."


async def _ask(session: AsyncSession, here: Instance, user: User) -> SecondFactorNeeded | None:
    codes = await has_totp(session, user.id)
    if not codes and not await _has_passkey(session, user.id):
        return None
    secret, end = await new_challenge(session, Purpose.SECOND_FACTOR, user.id)
    options = await second_factor_options(session, here.url, secret, user.id)
    means = ["code"] * codes + ["passkey"] * (options is not None)
    means += ["recovery_code"] * (await codes_left(session, user.id) > 0)
    return SecondFactorNeeded(
        "The password is right, and this account wants a second factor: send it to "
        "/api/v1/session/second-factor with this challenge.",
        {"challenge": secret, "expires_at": end.isoformat(), "means": means, "passkey": options},
    )


async def _fits(session: AsyncSession, here: Instance, user_id: UUID, challenge: str, given: Given) -> bool:
    if given.code is not None:
        return await code_fits(session, here.keyring, user_id, given.code)
    if given.recovery_code is not None:
        return await use_code(session, user_id, given.recovery_code)
    sent = given.passkey or {}
    if challenge_of(sent) != challenge:
        return False
    await check_assertion(session, here.url, sent, challenge, user_id=user_id, alone=False)
    return True


async def _has_passkey(session: AsyncSession, user_id: UUID) -> bool:
    return (await session.execute(passkeys_of(user_id).limit(1))).first() is not None
