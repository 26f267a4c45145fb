"""The identity provider: what it says of itself, where people are sent, and what it says of them.

Sources: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

import httpx2
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from cutroom.accounts.oidc.errors import IdentityProviderFailed, SignInOver
from cutroom.accounts.schemas import Email
from cutroom.core.clock import now
from cutroom.core.egress.addresses import AddressRefused, Allowed, Guard
from cutroom.core.egress.fetching import Bounds, Fetched, Fetcher
from cutroom.core.errors import InvalidInput, ProviderFailed
from cutroom.core.settings import Settings

_EMAIL = TypeAdapter[str](Email)
_log = logging.getLogger(__name__)

#: Signatures that only the provider can make; with the others, whoever can check one can make one.
_ALGORITHMS = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
)
_KEPT = timedelta(hours=1)
#: Keys that we do not know are asked for so often at most, whoever makes them up.
_PAUSE = timedelta(minutes=1)
#: A provider that has just failed is left alone so long.
_DOWN = timedelta(seconds=5)
_LEEWAY_S = 60
_BOUNDS = Bounds(time_s=10.0, connect_s=5.0, silence_s=10.0, size_bytes=1024 * 1024)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_FAILED = "The identity provider does not answer as it should: try again later, or sign in otherwise."
_BEGIN_AGAIN = "The identity provider did not accept this sign-in any more: begin again."


class Metadata(BaseModel):
    """What a provider says of itself, as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    id_token_signing_alg_values_supported: list[str] = ["RS256"]
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class _Tokens(BaseModel):
    access_token: Annotated[str, Field(min_length=1)]
    id_token: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the provider says that somebody is.

    Attributes:
        email: Folded; only if the provider has verified it.
        name: What the person is called; empty when it does not say.
    """

    issuer: str
    subject: str
    email: str | None
    name: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Something that was fetched, and when."""

    metadata: Metadata
    keys: KeySet
    at: datetime


@dataclass(slots=True)
class Provider:
    """The one identity provider of this instance; what it says of itself is asked once an hour.

    Attributes:
        name: What people know it as.
        sign_up: Whether people whom nobody invited may come in, to watch.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    name: str
    sign_up: bool
    guard: Guard
    _known: _Known | None = field(default=None, init=False, repr=False)
    _renewed_at: datetime | None = field(default=None, init=False, repr=False)
    _down_until: datetime | None = field(default=None, init=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Provider | None:
        """Give the provider that the settings name, if they do.

        Raises:
            InvalidInput: If they name it by half, or by an address that is not safe.
        """
        issuer, client_id = settings.oidc_issuer, settings.oidc_client_id
        if issuer is None:
            return None
        parts = urlsplit(issuer)
        if not client_id:
            raise InvalidInput("CUTROOM_OIDC_ISSUER is set and CUTROOM_OIDC_CLIENT_ID is not: set both.")
        if not _is_safe(issuer) or parts.query or parts.fragment:
            raise InvalidInput(
                f"CUTROOM_OIDC_ISSUER is '{issuer}': write its https address, exactly as it names itself."
            )
        guard = Guard.of(settings)
        target = guard.parse(issuer)
        # Whoever runs this server chose this host, which may well be in their own network; where it sends us may not.
        allowed = Allowed.parse(str(target))
        secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
        return cls(
            issuer,
            client_id,
            secret,
            settings.oidc_name,
            settings.oidc_sign_up,
            Guard((*guard.allowed, allowed), guard.resolver),
        )

    async def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Give where to send a browser.

        Raises:
            IdentityProviderFailed: If the provider does not answer.
        """
        metadata = (await self._ask()).metadata
        sent: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            self.client_id,
            "code",
            redirect_uri,
            "openid profile email",
            state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return sent

    async def check_issuer(self, said: str | None) -> None:
        """Refuse an answer that another provider sent (RFC 9207, against mix-up).

        Raises:
            SignInOver: If it is another's, or says nothing although this provider's always do.
        """
        metadata = (await self._ask()).metadata
        if said is None and not metadata.authorization_response_iss_parameter_supported:
            return
        if said != self.issuer:
            raise SignInOver("This answer is not the identity provider's that you were sent to: begin again.")

    async def profile(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Profile:
        """Give who a code is about.

        Raises:
            SignInOver: If the provider does not take the code.
            IdentityProviderFailed: If it does not answer, or its answer proves nothing.
        """
        known = await self._ask()
        tokens = await self._redeem(known.metadata, code, redirect_uri, verifier)
        claims = await self._verify(known, tokens, nonce)
        if "email" not in claims and known.metadata.userinfo_endpoint:
            more = await self._get(known.metadata.userinfo_endpoint, {"Authorization": f"Bearer {tokens.access_token}"})
            if more.get("sub") != claims["sub"]:
                raise _failed("what it says of the person is about another one")
            claims = {**more, **claims}
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\0" in subject:
            raise _failed("it names nobody")
        name = claims.get("name") or claims.get("preferred_username")
        return Profile(self.issuer, subject, _address(claims), name if isinstance(name, str) else "")

    async def _redeem(self, metadata: Metadata, code: str, redirect_uri: str, verifier: str) -> _Tokens:
        form = prepare_token_request("authorization_code", redirect_uri=redirect_uri, code=code, code_verifier=verifier)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        methods = metadata.token_endpoint_auth_methods_supported
        if self.client_secret is None:
            form += f"&client_id={quote(self.client_id, safe='')}"
        elif "client_secret_basic" in methods or "client_secret_post" not in methods:
            # Each is encoded first (RFC 6749, 2.3.1).
            pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form += f"&client_id={quote(self.client_id, safe='')}&client_secret={quote(self.client_secret, safe='')}"
        async with Fetcher(self.guard, verify=_tls()) as fetcher:
            try:
                answer = await fetcher.send(
                    metadata.token_endpoint, form.encode(), headers, time_s=10.0, kept_bytes=_BOUNDS.size_bytes
                )
            except (ProviderFailed, AddressRefused) as error:
                raise _failed(str(error)) from error
        said = _json(answer)
        if answer.status == 400 and said.get("error") == "invalid_grant":
            raise SignInOver(_BEGIN_AGAIN)
        try:
            if answer.status != 200:
                raise _failed(f"HTTP {answer.status} for a code, error {said.get('error')!r}")
            return _Tokens.model_validate(said)
        except ValidationError as error:
            raise _failed("its answer to a code has no tokens") from error

    async def _verify(self, known: _Known, tokens: _Tokens, nonce: str) -> dict[str, Any]:
        try:
            token = self._decode(known, tokens.id_token)
        except (InvalidKeyIdError, BadSignatureError):
            # Its keys may have changed since.
            known = await self._ask(newer_than=known)
            try:
                token = self._decode(known, tokens.id_token)
            except (JoseError, ValueError) as error:
                raise _failed(f"its token is not signed by it: {error}") from error
        except (JoseError, ValueError) as error:
            raise _failed(f"its token cannot be read: {error}") from error
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
            },
            params={"nonce": nonce, "client_id": self.client_id, "access_token": tokens.access_token},
        )
        try:
            claims.validate(leeway=_LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise _failed(f"its token is not for this sign-in: {error}") from error
        return dict(claims)

    def _decode(self, known: _Known, token: str) -> jwt.Token:
        allowed = _ALGORITHMS.intersection(known.metadata.id_token_signing_alg_values_supported)
        return jwt.decode(token, known.keys, algorithms=sorted(allowed))

    async def _ask(self, newer_than: _Known | None = None) -> _Known:
        """Give what the provider says of itself, asked again when that is old, or not newer than it must be."""
        async with self._turn:
            known, moment = self._known, now()
            if known is not None and moment - known.at <= _KEPT:
                renewed = self._renewed_at is not None and moment - self._renewed_at <= _PAUSE
                if known is not newer_than or renewed:
                    return known
            if self._down_until is not None and moment < self._down_until:
                raise IdentityProviderFailed(_FAILED)
            if newer_than is not None:
                self._renewed_at = moment
            try:
                self._known = await self._describe()
            except IdentityProviderFailed:
                # Those who wait here would otherwise all wait for it in turn.
                self._down_until = now() + _DOWN
                raise
            return self._known

    async def _describe(self) -> _Known:
        found = await self._get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        try:
            metadata = Metadata.model_validate(found)
        except ValidationError as error:
            raise _failed(f"its description is not whole: {error.errors()[0]['loc']}") from error
        if metadata.issuer != self.issuer:
            raise _failed(f"it calls itself {metadata.issuer!r}")
        ends = [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri]
        for url in [*ends, metadata.userinfo_endpoint or metadata.issuer]:
            if not _is_safe(url):
                raise _failed(f"it sends people to {url!r}")
        try:
            keys = KeySet.import_key_set(await self._get(metadata.jwks_uri))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _failed(f"its keys cannot be read: {error}") from error
        return _Known(metadata, keys, now())

    async def _get(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        async with Fetcher(self.guard, verify=_tls()) as fetcher:
            try:
                return _json(
                    await fetcher.fetch(url, _BOUNDS, headers={"Accept": "application/json", **(headers or {})})
                )
            except (ProviderFailed, AddressRefused) as error:
                raise _failed(str(error)) from error


@cache
def _tls() -> ssl.SSLContext:
    """Read the known authorities once, with the one that ``SSL_CERT_FILE`` adds for a provider of one's own."""
    return httpx2.create_ssl_context()


def _address(claims: dict[str, Any]) -> str | None:
    if claims.get("email_verified") is not True:
        return None
    try:
        return _EMAIL.validate_python(claims.get("email"), strict=True).lower()
    except ValidationError:
        return None


def _json(answer: Fetched) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise _failed(f"{answer.url} is not JSON") from error
    if not isinstance(found, dict):
        raise _failed(f"{answer.url} is no object")
    return found


def _failed(why: str) -> IdentityProviderFailed:
    # What exactly is for whoever runs the server: it may tell of their network.
    _log.warning("identity provider failed", extra={"why": why})
    return IdentityProviderFailed(_FAILED)


def _is_safe(url: str) -> bool:
    """Tell whether nobody on the way can read or change what is sent there."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in _LOOPBACK)
