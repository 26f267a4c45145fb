"""A passkey's device in software: real keys, real attestation objects and real signatures, and lies when told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "===")


@dataclass
class Key:
    """A pair of keys for one server."""

    rp_id: str
    user_handle: bytes
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0

    def public(self) -> bytes:
        """Give the public half as COSE has it: EC2, ES256, P-256 (RFC 9053)."""
        numbers = self.private.public_key().public_numbers()
        parts = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps(parts)


@dataclass
class Device:
    """A device at a browser that shows a page of ``origin``.

    Attributes:
        counts: Whether it counts its signatures; many do not.
        verifies: Whether it knows its person.
        rp_id: The server that it says it signs for; what is asked when unset.
    """

    origin: str
    counts: bool = True
    verifies: bool = True
    rp_id: str | None = None
    cross_origin: bool = False
    keys: list[Key] = field(default_factory=list)

    def create(self, options: dict[str, Any], *, key: Key | None = None) -> dict[str, Any]:
        """Do ``navigator.credentials.create``, with a key that there is already when one is given."""
        known = {plain(each["id"]) for each in options["excludeCredentials"]}
        assert not any(key.id in known for key in self.keys), "the device has a key of this account"
        assert {"type": "public-key", "alg": -7} in options["pubKeyCredParams"]
        key = key or Key(self.rp_id or options["rp"]["id"], plain(options["user"]["id"]))
        self.keys.append(key)
        attested = bytes(16) + len(key.id).to_bytes(2, "big") + key.id + key.public()
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(key, ATTESTED) + attested}
        client_data = self._client_data("webauthn.create", options["challenge"])
        response = {
            "clientDataJSON": b64(client_data),
            "attestationObject": b64(cbor2.dumps(attestation)),
            "transports": ["internal", "not-yet-invented"],
        }
        return self._credential(key, response)

    def get(self, options: dict[str, Any], *, key: Key | None = None) -> dict[str, Any]:
        """Do ``navigator.credentials.get``."""
        asked = {plain(each["id"]) for each in options.get("allowCredentials", [])}
        key = key or next(each for each in self.keys if not asked or each.id in asked)
        key.count += self.counts
        data, client_data = self._data(key, 0), self._client_data("webauthn.get", options["challenge"])
        signature = key.private.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": b64(client_data),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(key.user_handle),
        }
        return self._credential(key, response)

    def _data(self, key: Key, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        name = hashlib.sha256((self.rp_id or key.rp_id).encode()).digest()
        return name + bytes([flags]) + key.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin}
        return json.dumps(said).encode()

    def _credential(self, key: Key, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64(key.id),
            "rawId": b64(key.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        }
