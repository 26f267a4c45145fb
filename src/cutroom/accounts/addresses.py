"""Where a request came from, past the proxies that stand in front of us and are believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import cache

from fastapi import Request

from cutroom.core.errors import InvalidInput

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: One household or one attacker has 2⁶⁴ addresses of version 6.
_PREFIX = {4: 32, 6: 64}


def address_of(request: Request) -> str:
    """Tell where a request came from; empty when that is unknown.

    Every proxy adds last for whom it asks; what stands before that may be the client's own. How many are believed says
    ``CUTROOM_TRUSTED_PROXIES``; when it is unset, one, if it is on this machine.
    """
    peer = _parse(request.client.host if request.client else "")
    if peer is None:
        return ""
    told = [each.strip() for line in request.headers.getlist("x-forwarded-for") for each in line.split(",")]
    return str(_client(peer, told, believed(request.app.state.instance.settings.trusted_proxies)))


def network_of(address: str) -> str:
    """Give what is counted as one client."""
    parsed = _parse(address)
    return "elsewhere" if parsed is None else str(ipaddress.ip_network((parsed, _PREFIX[parsed.version]), strict=False))


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    parsed = _parse(address)
    return parsed is not None and parsed.is_loopback


@cache
def believed(setting: str | None) -> int | tuple[_Network, ...] | None:
    """Read the setting: how many proxies there are, or the networks that they are in.

    Raises:
        InvalidInput: If it is neither.
    """
    if setting is None or not setting.strip():
        return None
    if setting.strip().isdecimal():
        return int(setting)
    try:
        return tuple(ipaddress.ip_network(each.strip()) for each in setting.split(","))
    except ValueError as error:
        raise InvalidInput(
            "CUTROOM_TRUSTED_PROXIES is neither the number of proxies in front of the server nor their networks: write "
            "1, or 10.0.0.0/8,192.0.2.7."
        ) from error


def _client(peer: _Address, told: Sequence[str], proxies: int | tuple[_Network, ...] | None) -> _Address:
    """Go back from the peer, as far as who says whence is believed."""
    if proxies is None:
        proxies = 1 if peer.is_loopback else 0
    address = peer
    for steps, entry in enumerate(reversed(told)):
        is_believed = steps < proxies if isinstance(proxies, int) else any(address in network for network in proxies)
        before = _parse(entry) if is_believed else None
        if before is None:
            break
        address = before
    return address


def _parse(text: str) -> _Address | None:
    # Some proxies add the port.
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
