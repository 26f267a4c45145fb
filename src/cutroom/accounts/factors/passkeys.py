"""Passkeys: made by a browser for this server alone, and asked for a signature ever after (WebAuthn level 3).

Which server this is, is what ``CUTROOM_URL`` says, never what a request says.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cutroom.accounts.factors.challenges import LIFE, new_challenge
from cutroom.accounts.factors.errors import FactorRefused, NoPasskeys, PasskeyRefused
from cutroom.accounts.factors.models import Passkey, Purpose
from cutroom.accounts.models import User
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, NotFound

#: A person has a few; this bounds what a challenge lists.
MOST = 20
_TIME_MS = int(LIFE.total_seconds() * 1000)
#: What the library raises on what it cannot read.
_UNFIT = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)
_UNREAD = "What the browser sent is not an answer of a passkey to a page of this server: try again."
_REFUSED = "This passkey was not taken: try again, or sign in in another way."


def site_of(url: str) -> tuple[str, str]:
    """Give the name that passkeys are bound to, and the origin of our pages.

    Raises:
        NoPasskeys: If browsers keep no passkeys for this address: it is a number, or a name reached without TLS.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        secure = parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
    else:
        secure = False
    if not secure:
        raise NoPasskeys(
            f"Browsers keep no passkeys for {parts.scheme}://{parts.netloc}: set CUTROOM_URL to an https address "
            "with a name, or to http://localhost and its port."
        )
    return host, f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def challenge_of(sent: dict[str, Any]) -> str:
    """Read which challenge a browser answers.

    Args:
        sent: What ``PublicKeyCredential.toJSON`` gave.

    Raises:
        PasskeyRefused: If it is not that, or a page inside another site's page asked for it.
    """
    try:
        data = parse_client_data_json(base64url_to_bytes(sent["response"]["clientDataJSON"]))
    except _UNFIT as error:
        raise PasskeyRefused(_UNREAD) from error
    if data.cross_origin:
        raise PasskeyRefused(_UNREAD)
    return bytes_to_base64url(data.challenge)


def passkeys_of(user_id: UUID | None) -> Select[Passkey]:
    """List a user's passkeys."""
    return select(Passkey).where(Passkey.user_id == user_id)


async def begin_passkey(session: AsyncSession, url: str, user: User) -> dict[str, Any]:
    """Give what a page hands to ``navigator.credentials.create``.

    Raises:
        NoPasskeys: If this server cannot have any.
        Conflict: If the user has as many as there may be.
    """
    host, _ = site_of(url)
    there = (await session.execute(passkeys_of(user.id))).scalars().all()
    if len(there) >= MOST:
        raise Conflict(f"This account has {MOST} passkeys: remove one before you add another.")
    secret, _ = await new_challenge(session, Purpose.PASSKEY_NEW, user.id)
    options = generate_registration_options(
        rp_id=host,
        rp_name="Cutroom",
        user_id=user.id.bytes,
        user_name=user.name,
        user_display_name=user.display_name,
        challenge=base64url_to_bytes(secret),
        timeout=_TIME_MS,
        exclude_credentials=_named(there),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return options_to_json_dict(options)


async def add_passkey(
    session: AsyncSession, url: str, user_id: UUID, name: str, sent: dict[str, Any], secret: str
) -> Passkey:
    """Keep a passkey that a browser has made.

    Args:
        sent: What ``PublicKeyCredential.toJSON`` gave.
        secret: The challenge, which was this user's.

    Raises:
        PasskeyRefused: If it is not whole, or not for this server.
        Conflict: If it is here already.
    """
    host, origin = site_of(url)
    try:
        credential = parse_registration_credential_json(sent)
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(secret),
            expected_rp_id=host,
            expected_origin=origin,
        )
    except _UNFIT as error:
        raise PasskeyRefused(f"This passkey is not one for {host}: try again from a page of this server.") from error
    passkey = Passkey(
        user_id=user_id,
        name=name,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=[transport.value for transport in credential.response.transports or []],
        backed_up=made.credential_backed_up,
    )
    known = select(Passkey.id).where(Passkey.credential_id == passkey.credential_id)
    if (await session.execute(known)).first() is not None:
        raise Conflict("This passkey is here already: take another device, or another place to keep it.")
    session.add(passkey)
    await session.flush()
    return passkey


async def begin_sign_in(session: AsyncSession, url: str) -> dict[str, Any]:
    """Give what a page hands to ``navigator.credentials.get``, for whoever it is.

    Raises:
        NoPasskeys: If this server cannot have any.
    """
    host, _ = site_of(url)
    secret, _ = await new_challenge(session, Purpose.PASSKEY_SIGN_IN)
    options = generate_authentication_options(
        rp_id=host,
        challenge=base64url_to_bytes(secret),
        timeout=_TIME_MS,
        # It stands in for the password as well, so a device that anybody may use is not enough.
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


async def second_factor_options(session: AsyncSession, url: str, secret: str, user_id: UUID) -> dict[str, Any] | None:
    """Give what a page hands to ``navigator.credentials.get`` after the password, if there is a key."""
    there = (await session.execute(passkeys_of(user_id))).scalars().all()
    if not there:
        return None
    try:
        host, _ = site_of(url)
    except NoPasskeys:
        return None
    options = generate_authentication_options(
        rp_id=host,
        challenge=base64url_to_bytes(secret),
        timeout=_TIME_MS,
        allow_credentials=_named(there),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json_dict(options)


async def check_assertion(
    session: AsyncSession, url: str, sent: dict[str, Any], secret: str, *, user_id: UUID | None, alone: bool
) -> Passkey:
    """Find the passkey that has answered a challenge, and note its use.

    Args:
        sent: What ``PublicKeyCredential.toJSON`` gave.
        secret: The challenge.
        user_id: Whose passkey it must be, where that is known.
        alone: Whether it stands in for the password too: then its device has verified the person.

    Raises:
        FactorRefused: If it is no such answer, or the key's counter says that there is a copy of it.
        NoPasskeys: If this server cannot have any.
    """
    host, origin = site_of(url)
    try:
        credential = parse_authentication_credential_json(sent)
        found = select(Passkey).where(Passkey.credential_id == bytes_to_base64url(credential.raw_id))
        passkey = (await session.execute(found)).scalar_one_or_none()
        if passkey is None or user_id not in {None, passkey.user_id}:
            raise WebAuthnException("no passkey of this user")
        if credential.response.user_handle not in {None, b"", passkey.user_id.bytes}:
            raise WebAuthnException("another user's handle")
        made = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(secret),
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=alone,
        )
    except _UNFIT as error:
        raise FactorRefused(_REFUSED) from error
    # Two answers at the same moment have read one count, and only one of them may raise it.
    counted = await session.execute(
        update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=made.new_sign_count, backed_up=made.credential_backed_up, used_at=now())
        .returning(Passkey.id)
    )
    if counted.first() is None:
        raise FactorRefused(_REFUSED)
    return passkey


async def rename_passkey(session: AsyncSession, user_id: UUID, passkey_id: UUID, name: str) -> Passkey:
    """Give a passkey another name.

    Raises:
        NotFound: If the user has no such passkey.
    """
    passkey = await _find(session, user_id, passkey_id)
    passkey.name = name
    await session.flush()
    return passkey


async def remove_passkey(session: AsyncSession, user_id: UUID, passkey_id: UUID) -> Passkey:
    """Forget a passkey.

    Raises:
        NotFound: If the user has no such passkey.
    """
    passkey = await _find(session, user_id, passkey_id)
    await session.delete(passkey)
    await session.flush()
    return passkey


async def remove_passkeys(session: AsyncSession, user_id: UUID) -> int:
    """Forget all of a user's passkeys, and tell how many they were."""
    gone = await session.execute(delete(Passkey).where(Passkey.user_id == user_id).returning(Passkey.id))
    return len(gone.all())


async def _find(session: AsyncSession, user_id: UUID, passkey_id: UUID) -> Passkey:
    passkey = (await session.execute(passkeys_of(user_id).where(Passkey.id == passkey_id))).scalar_one_or_none()
    if passkey is None:
        raise NotFound(f"There is no passkey {passkey_id}: list those that there are.")
    return passkey


def _named(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(name) for name in passkey.transports],
        )
        for passkey in passkeys
    ]
