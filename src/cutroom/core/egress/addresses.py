"""Where one may connect to for somebody else: to the public internet, and to what the setting allows.

A name is resolved once and the address that passed is the one to connect to: who resolves it a second time may be
told another. Sources: the special-purpose registries of IANA (RFC 6890), RFC 6052 for NAT64, RFC 6598 for carriers.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

import psutil

from cutroom.core.errors import InvalidInput, ProviderUnavailable
from cutroom.core.settings import Settings
from cutroom.core.text import one_line

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Finds the addresses of a name, as text.
Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

DEFAULT_PORTS = {"http": 80, "https": 443}
#: Below these are the well-known services, which would take a request for commands of theirs.
_FREE_PORTS = 1024
_URL_LENGTH = 4096
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?$")
#: Library functions read such a last part as an address: `127.1`, `2130706433`, `0x7f.1`.
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\.?$")

_LOOPBACK = "127.0.0.1"
_UNICAST = ipaddress.IPv6Network("2000::/3")
#: The last four bytes of these are the IPv4 address that is reached.
_CARRIERS = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::ffff:0:0/96"))
#: What ``is_global`` of some Python versions, or of the registries, takes for the public internet.
_OURS = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",  # relays of 6to4
            "168.63.129.16/32",  # the servers inside Azure's machines
            "2001::/23",  # Teredo and other tunnels
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)


class AddressRefused(InvalidInput):
    """An address is not one that Cutroom goes to for somebody else."""


class NameUnknown(ProviderUnavailable):
    """A name has no address, now."""


@dataclass(frozen=True, slots=True)
class Target:
    """Who is asked, as an address of the web names it.

    Attributes:
        host: A name or an address in small letters, without brackets.
        port: The one that is written, or the scheme's.
    """

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A server of one's own that may be reached although it is not on the public internet.

    Attributes:
        where: Its name, or a network; an address is a network of one.
        port: The one port, or any.
    """

    where: str | Network
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Allowed:
        """Read ``name:port``, ``address:port``, ``[address]:port``, a name, or a network like ``10.0.0.0/8``.

        Raises:
            InvalidInput: If it is none of them.
        """
        wrong = InvalidInput(
            f"CUTROOM_EGRESS_ALLOW holds '{text}': write name:port, address:port or a network like 10.0.0.0/8, "
            "separated by commas."
        )
        try:
            return cls(ipaddress.ip_network(text.strip("[]")), None)
        except ValueError:
            pass
        host, colon, port = text.rpartition(":")
        if not colon:
            host, port = text, ""
        if colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise wrong
        number = int(port) if port else None
        try:
            return cls(ipaddress.ip_network(host.strip("[]")), number)
        except ValueError:
            if _NAME.match(host.lower()) is None or _NUMBER.match(host.lower().rpartition(".")[2]):
                raise wrong from None
            return cls(host.lower().rstrip("."), number)

    def covers(self, host: str, port: int, address: Address) -> bool:
        """Tell whether this server is meant."""
        if self.port not in {None, port}:
            return False
        if isinstance(self.where, str):
            return self.where == host.rstrip(".")
        return address in self.where


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name.

    Raises:
        NameUnknown: If it has none, now.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameUnknown(f"There is no server called '{host}': check the address.") from error
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Guard:
    """The rule on where to connect to, the same for everything that goes out for somebody.

    Attributes:
        allowed: What may be reached on top of the public internet.
        resolver: Finds the addresses of a name.
    """

    allowed: tuple[Allowed, ...] = ()
    resolver: Resolver = field(default=resolve)

    @classmethod
    def of(cls, settings: Settings) -> Guard:
        """Make it by the settings.

        Raises:
            InvalidInput: If ``CUTROOM_EGRESS_ALLOW`` cannot be read.
        """
        return cls(tuple(Allowed.parse(item.strip()) for item in settings.egress_allow.split(",") if item.strip()))

    def parse(self, url: str) -> Target:
        """Read an address of the web; nothing is resolved.

        Raises:
            AddressRefused: If it is not one of ``http`` or ``https``, or carries a name and a password.
        """
        shown = one_line(url, 200)
        if len(url) > _URL_LENGTH or not url.isprintable() or " " in url or "\\" in url:
            raise AddressRefused(f"'{shown}' is not an address: copy it again from the browser.")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise AddressRefused(f"'{shown}' is not an address: copy it again from the browser.") from None
        if parts.scheme not in DEFAULT_PORTS:
            raise AddressRefused(f"'{shown}' does not begin with https:// or http://: give an address that does.")
        if "@" in parts.netloc:
            raise AddressRefused("The address holds a name or a password: give it without them.")
        return Target(parts.scheme, _plain(host), DEFAULT_PORTS[parts.scheme] if port is None else port)

    async def find(self, host: str, port: int) -> list[str]:
        """Find the addresses to connect to; connect to these and to no other.

        Raises:
            AddressRefused: If it is not on the public internet, by one of its addresses, and not allowed.
            NameUnknown: If the name has no address, now.
        """
        host = _plain(host)
        try:
            found: list[Address] = [ipaddress.ip_address(host)]
        except ValueError:
            # RFC 6761 §6.3: such a name is this machine, whatever a resolver would say.
            here = f".{host}".rstrip(".").endswith(".localhost")
            answers = [_LOOPBACK] if here else await self.resolver(host, port)
            found = [ipaddress.ip_address(text.partition("%")[0]) for text in answers]
        if not found:
            raise NameUnknown(f"There is no server called '{host}': check the address.")
        for address in found:
            if not any(entry.covers(host, port, address) for entry in self.allowed):
                _check(host, port, address)
        return list(dict.fromkeys(map(str, found)))

    async def check(self, url: str) -> Target:
        """Refuse an address of the web that nobody will be able to reach; whoever connects checks again.

        Raises:
            AddressRefused: As for :meth:`parse` and :meth:`find`.
            NameUnknown: As for :meth:`find`.
        """
        target = self.parse(url)
        await self.find(target.host, target.port)
        return target


def is_public(address: Address) -> bool:
    """Tell whether an address is one computer's on the public internet, and not this one's."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _CARRIERS):
            return is_public(ipaddress.IPv4Address(address.packed[-4:]))
        if address not in _UNICAST:
            return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _OURS) and str(address) not in _own()


def _check(host: str, port: int, address: Address) -> None:
    if not is_public(address):
        # Which address it has is not said: who asks must not learn the names of a network that is not theirs.
        raise AddressRefused(
            f"'{host}' is not on the public internet: give a public address, or have whoever runs this server name it "
            "in CUTROOM_EGRESS_ALLOW."
        )
    if port not in DEFAULT_PORTS.values() and port < _FREE_PORTS:
        raise AddressRefused(f"Port {port} of '{host}' is not one of the web: use 80, 443, or one from 1024 up.")


def _plain(host: str) -> str:
    """Write a host in its one form.

    Raises:
        AddressRefused: If it is a name that cannot be, or an address in one of the forms that only some programs read.
    """
    refused = AddressRefused(f"'{one_line(host, 100)}' is not the name or the address of a server: check it.")
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        # The codec also joins other forms of the letters, as in ｌocalhost, before anybody looks at the name.
        name = host.encode("idna").decode().lower()
    except UnicodeError:
        raise refused from None
    if _NAME.match(name) is None or _NUMBER.match(name.rstrip(".").rpartition(".")[2]):
        raise refused
    return name


def _own() -> set[str]:
    """Give the addresses of this machine: a firewall does not stand between it and itself."""
    return {entry.address.partition("%")[0] for entries in psutil.net_if_addrs().values() for entry in entries}
