"""Sign messages as Standard Webhooks says: HMAC-SHA256 over ``id.timestamp.body``.

Source: the specification of Standard Webhooks, https://www.standardwebhooks.com.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
#: Within the 24 to 64 that the specification wants.
_BYTES = 32


def new_secret() -> str:
    """Make a secret, as the libraries of receivers read it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """Give a signature such as ``v1,K5oZ…``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(signers: Iterable[str], message_id: str, timestamp: int, body: str) -> dict[str, str]:
    """Give what is sent along with a body.

    Args:
        signers: The secret, and the one before while it is being replaced: a receiver is content with either.
    """
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(each, message_id, timestamp, body) for each in signers),
    }
