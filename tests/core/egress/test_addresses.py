"""Where one may connect to for somebody else."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.core.egress.addresses import AddressRefused, Guard, NameUnknown, is_public
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings

pytestmark = pytest.mark.anyio

#: What reaches this machine or a private network, in the forms that programs read.
INSIDE = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",  # noqa: S104
    "localhost", "localhost.", "a.localhost", "LOCALHOST", "ｌocalhost", "１２７.0.0.1", "127。0。0。1", "127.0.0.1.",
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.254",
    "192.0.0.192", "198.18.0.1", "192.0.2.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "192.88.99.1",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]",
    "[3fff::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:0:127.0.0.1]",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.215.14", "[2606:4700:4700::1111]", "[64:ff9b::1.1.1.1]", "[::ffff:1.1.1.1]"]


def told(*answers: Sequence[str]) -> Guard:
    """Make a rule with a resolver that gives these answers, the last for ever."""
    asked = 0

    async def resolver(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return answers[min(asked, len(answers)) - 1]

    return Guard(resolver=resolver)


@pytest.mark.parametrize("host", INSIDE)
async def test_what_is_inside_is_refused_in_every_form(host: str) -> None:
    with pytest.raises(AddressRefused):
        await Guard().check(f"http://{host}:8080/x")
    with pytest.raises((AddressRefused, NameUnknown)):
        await Guard().find(host.strip("[]"), 8080)


@pytest.mark.parametrize("host", OUTSIDE)
async def test_what_is_outside_is_allowed(host: str) -> None:
    target = await Guard().check(f"https://{host}/x")
    assert (target.scheme, target.port) == ("https", 443)
    assert await Guard().find(target.host, 443) == [target.host]


@pytest.mark.parametrize("address", [host.strip("[]").partition("%")[0] for host in INSIDE])
async def test_a_name_that_resolves_to_what_is_inside_is_refused(address: str) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return  # not an address, so no answer of a resolver
    with pytest.raises(AddressRefused, match=r"video\.example' is not on the public internet"):
        await told([address]).check("https://video.example/film.mp4")
    with pytest.raises(AddressRefused):
        await told(["1.1.1.1", address]).check("https://video.example/film.mp4")


async def test_a_refusal_does_not_tell_what_a_name_resolved_to() -> None:
    with pytest.raises(AddressRefused) as refused:
        await told(["10.4.5.6"]).check("https://wiki.corp.example/")
    assert "10.4.5.6" not in str(refused.value)


async def test_this_machine_is_refused_by_its_own_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = psutil.net_if_addrs().popitem()[1][0]
    own = entry._replace(family=socket.AF_INET, address="1.2.3.4")
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"eth0": [own]})
    assert not is_public(ipaddress.ip_address("1.2.3.4"))
    assert is_public(ipaddress.ip_address("1.2.3.5"))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/x", "gopher://example.org", "javascript:alert(1)", "//example.org/x",
        "example.org", "", "http://", "http:///x", "https://user@example.org/", "https://user:word@example.org/",
        "https://example.org:99999/", "https://example.org:x/", "http://exa mple.org/", "http://example.org\\@127.0.0.1/",
        "http://example.org/\r\nHost: x", "http://[::1", "http://exam_ple..org/", "--exec=touch x",
        "http://a/" + "x" * 5000,
        "http://1.1.1.1.1/", "http://1.1.1.256/", "http://example.0x1/", "http://\x00.example/",
    ],
)  # fmt: skip
async def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().parse(url)


async def test_the_ports_of_other_services_are_refused() -> None:
    guard = told(["1.1.1.1"])
    for port in (80, 443, 1024, 8443):
        assert await guard.find("example.org", port) == ["1.1.1.1"]
    for port in (0, 22, 25, 110, 445, 1023):
        with pytest.raises(AddressRefused, match=f"Port {port}"):
            await guard.find("example.org", port)


@pytest.mark.parametrize(
    ("allow", "host", "port", "outcome"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, "reached"),
        ("127.0.0.1:8080", "127.0.0.1", 8081, "refused"),
        ("127.0.0.1:8080", "127.0.0.2", 8080, "refused"),
        ("127.0.0.1:22", "127.0.0.1", 22, "reached"),
        ("localhost:8080", "localhost", 8080, "reached"),
        ("Localhost.:8080", "localhost.", 8080, "reached"),
        ("localhost:8080", "127.0.0.1", 8080, "refused"),
        ("127.0.0.0/8, 10.0.0.0/8", "localhost", 5000, "reached"),
        ("10.0.0.0/8", "localhost", 5000, "refused"),
        ("[::1]:80", "::1", 80, "reached"),
        ("::1", "::1", 81, "reached"),
        ("localhost", "localhost", 81, "reached"),
        ("", "localhost", 81, "refused"),
    ],
)  # fmt: skip
async def test_only_what_the_setting_names_is_allowed(allow: str, host: str, port: int, outcome: str) -> None:
    guard = Guard.of(Settings(egress_allow=allow))

    async def resolver(name: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    guard = Guard(guard.allowed, resolver)
    if outcome == "reached":
        await guard.find(host, port)
    else:
        with pytest.raises(AddressRefused):
            await guard.find(host, port)


@pytest.mark.parametrize("allow", ["a b", "host:0", "host:x", "http://x", "10.0.0.0/99", "127.1:80", "*.example.org"])
async def test_a_setting_that_cannot_be_read_is_refused(allow: str) -> None:
    with pytest.raises(InvalidInput, match="CUTROOM_EGRESS_ALLOW"):
        Guard.of(Settings(egress_allow=allow))


async def test_a_name_without_an_address_is_said_to_be_unknown() -> None:
    with pytest.raises(NameUnknown, match=r"no server called 'nothing\.invalid'"):
        await Guard().check("http://nothing.invalid/")
    with pytest.raises(NameUnknown):
        await told([]).find("example.org", 80)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_inside(address: ipaddress.IPv4Address) -> None:
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        carried = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address))
        assert is_public(carried) == is_public(address)


@given(st.ip_addresses())
def test_nothing_that_the_registries_keep_apart_is_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address):
        assert not address.is_private or getattr(address, "ipv4_mapped", None)
        for kind in ("is_loopback", "is_link_local", "is_multicast", "is_unspecified"):
            assert not getattr(address, kind)
