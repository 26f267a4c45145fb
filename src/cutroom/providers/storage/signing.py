"""Sign an address so that whoever has it may make that one request for a while.

The library that moves our bytes signs addresses too, but none with parameters, and without those a download would
carry its hash as a file name.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

_METHOD: Final = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Key:
    """What proves who asks.

    Attributes:
        token: Comes with keys that are lent for a while.
    """

    access: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def sign(
    method: str,
    address: str,
    parameters: Mapping[str, str],
    *,
    key: Key,
    region: str,
    at: datetime,
    expires_s: int,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Give an address with its signature.

    Args:
        address: Scheme, host and the path as it is sent, without a query.
        parameters: Of the query; all are signed.
        at: In UTC.
        expires_s: At most a week, says the service.
        headers: That must be sent along, by names in lower case.

    Source: AWS Signature Version 4, "Authenticating Requests: Using Query Parameters".
    """
    parts = urlsplit(address)
    sent = dict(sorted({"host": parts.netloc, **headers}.items()))
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    query = {
        **parameters,
        "X-Amz-Algorithm": _METHOD,
        "X-Amz-Credential": f"{key.access}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(expires_s),
        "X-Amz-SignedHeaders": ";".join(sent),
        **({"X-Amz-Security-Token": key.token} if key.token else {}),
    }
    encoded = "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items()))
    lines = "".join(f"{name}:{value}\n" for name, value in sent.items())
    request = f"{method}\n{parts.path}\n{encoded}\n{lines}\n{';'.join(sent)}\nUNSIGNED-PAYLOAD"
    text = f"{_METHOD}\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    derived = f"AWS4{key.secret}".encode()
    for part in scope.split("/"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return f"{address}?{encoded}&X-Amz-Signature={hmac.digest(derived, text.encode(), 'sha256').hex()}"
