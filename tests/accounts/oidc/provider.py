"""An identity provider on loopback that checks what clients must send, and lies in whichever way it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

CLIENT, SECRET = "cutroom & co", "p%ss:word+/="
CALLBACK = "http://studio.test/oidc/callback"
ADA: dict[str, Any] = {
    "sub": "248289761001",
    "name": "Ada Lovelace",
    "email": "ada@school.example",
    "email_verified": True,
}


@cache
def _first_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


@dataclass
class FakeProvider:
    """A provider; people are who ``person`` says.

    Attributes:
        person: What it says of whoever comes.
        lies: Claims that replace the true ones in the token; ``None`` leaves one out.
        said: Members that replace those of its description.
        answers_issuer: Whether answers name the issuer (RFC 9207).
        forge: Makes the token instead, from the claims.
        requests: Paths that were asked for.
    """

    server: HTTPServer
    person: dict[str, Any] = field(default_factory=lambda: dict(ADA))
    lies: dict[str, Any] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    answers_issuer: bool = True
    secret: str | None = SECRET
    forge: Callable[[FakeProvider, dict[str, Any]], str] | None = None
    key: RSAKey = field(default_factory=_first_key)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    userinfo: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        for path, handler in (
            ("/.well-known/openid-configuration", self._describe),
            ("/keys", self._keys),
            ("/token", self._token),
            ("/userinfo", self._userinfo),
        ):
            self.server.expect_request(path).respond_with_handler(handler)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def authorize(self, address: str, **changes: str) -> str:
        """Sign the person in as a page of the provider would; give the query that the browser comes back with."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        asked = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == CALLBACK
        assert asked["scope"].split() == ["openid", "profile", "email"]
        assert asked["code_challenge_method"] == "S256"
        assert min(len(asked["state"]), len(asked["nonce"]), len(asked["code_challenge"])) >= 43
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        issuer = {"iss": self.issuer} if self.answers_issuer else {}
        return urlencode({"code": code, "state": asked["state"], **issuer, **changes})

    def _describe(self, _: Request) -> Response:
        self.requests.append("description")
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "authorization_response_iss_parameter_supported": self.answers_issuer,
                **self.said,
            }
        )

    def _keys(self, _: Request) -> Response:
        self.requests.append("keys")
        return _json({"keys": [self.key.as_dict(private=False), {"kty": "not-yet-invented", "kid": "x"}]})

    def _token(self, request: Request) -> Response:
        self.requests.append("token")
        form = request.form
        if self.secret is None:
            assert "Authorization" not in request.headers
            assert form["client_id"] == CLIENT
        elif self.said.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            assert (form["client_id"], form["client_secret"]) == (CLIENT, self.secret)
        else:
            name, _, password = base64.b64decode(request.headers["Authorization"].split()[1]).decode().partition(":")
            assert (unquote(name), unquote(password)) == (CLIENT, self.secret)
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form["grant_type"] != "authorization_code" or form["redirect_uri"] != asked["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        made = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if made != asked["code_challenge"]:
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            **self.person,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = (
            self.forge(self, claims)
            if self.forge
            else jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        )
        return _json({"access_token": "of-ada", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _userinfo(self, request: Request) -> Response:
        self.requests.append("userinfo")
        assert request.headers["Authorization"] == "Bearer of-ada"
        return _json(self.userinfo or {})


def truly_signed(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Sign as the provider does."""
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key)


def unsigned(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Sign with ``none``."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


def signed_with_public_key(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Sign with HS256 and the public key for a secret, as who knows both algorithms could."""
    secret = OctKey.import_key(provider.key.as_pem(private=False), {"kid": str(provider.key.kid)})
    return jwt.encode({"alg": "HS256", "kid": provider.key.kid}, claims, secret, algorithms=["HS256"])


def signed_with_another_key(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Sign with a key that the provider does not have, under the name of one that it has."""
    key = RSAKey.generate_key(2048, {"kid": str(provider.key.kid)})
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, key)


def signed_with_its_own_key(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Sign with a key that comes in the token itself."""
    key = RSAKey.generate_key(2048, {"kid": str(provider.key.kid)})
    header = {"alg": "RS256", "kid": provider.key.kid, "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key)


def changed(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Change what was signed."""
    head, _, signature = truly_signed(provider, claims).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "another"}).encode()).decode().rstrip("=")
    return f"{head}.{body}.{signature}"


def no_token(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Give what is no token."""
    return "x.y"


def _json(content: object, status: int = 200) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")
