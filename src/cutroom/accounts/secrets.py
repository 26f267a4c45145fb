"""Secrets that we give out and keep only the hashes of."""

from __future__ import annotations

import hashlib
import hmac
import secrets

#: As much as SHA-256 keeps; such a secret needs no slow hash, for nobody can guess it.
_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Make a secret of 256 random bits; a prefix tells people and scanners what it is."""
    return prefix + secrets.token_urlsafe(_BYTES)


def hash_secret(secret: str) -> str:
    """Give what is kept of a secret.

    Returns:
        64 lower-case hexadecimal digits.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def key_for(secret: bytes, purpose: str) -> bytes:
    """Give a key of its own for each use of the instance's secret."""
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)
