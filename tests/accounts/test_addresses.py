"""Where a request came from: what a client writes about itself changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request

from cutroom.accounts.addresses import address_of, believed, is_loopback, network_of
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings


class _Holder:
    """As much of an instance as is asked for."""

    def __init__(self, trusted_proxies: str | None) -> None:
        self.settings = Settings(trusted_proxies=trusted_proxies)


def _address(peer: str, *told: str, proxies: str | None = None) -> str:
    app = Starlette()
    app.state.instance = _Holder(proxies)
    headers = [(b"x-forwarded-for", each.encode("latin-1", "replace")) for each in told]
    return address_of(Request({"type": "http", "app": app, "client": (peer, 1), "headers": headers}))


@pytest.mark.parametrize(
    ("proxies", "peer", "told", "expected"),
    [
        (None, "203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # nobody asked it to speak for others
        (None, "127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (None, "127.0.0.1", ["198.51.100.1, 127.0.0.1"], "127.0.0.1"),
        (None, "127.0.0.1", ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),  # a line for each proxy
        (None, "127.0.0.1", [], "127.0.0.1"),
        ("0", "127.0.0.1", ["203.0.113.7"], "127.0.0.1"),
        ("1", "10.0.0.2", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("2", "10.0.0.2", ["198.51.100.1, 203.0.113.7, 10.0.0.3"], "203.0.113.7"),
        ("2", "10.0.0.2", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.0/8", "10.0.0.2", ["198.51.100.1, 203.0.113.7, 10.9.9.9"], "203.0.113.7"),
        ("10.0.0.0/8, 192.0.2.1", "192.0.2.1", ["203.0.113.7, 10.0.0.1"], "203.0.113.7"),
        ("10.0.0.0/8", "203.0.113.7", ["10.0.0.1"], "203.0.113.7"),  # past the proxies
        ("1", "10.0.0.2", ["203.0.113.7:4711"], "203.0.113.7"),
        ("1", "10.0.0.2", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("1", "10.0.0.2", ["::ffff:203.0.113.7"], "203.0.113.7"),
        ("1", "10.0.0.2", ["fe80::1%eth0"], "fe80::1"),
        ("1", "10.0.0.2", ["unknown"], "10.0.0.2"),
        ("1", "testclient", ["203.0.113.7"], ""),
    ],
)
def test_the_last_that_a_believed_proxy_adds_is_where_it_came_from(
    proxies: str | None, peer: str, told: list[str], expected: str
) -> None:
    assert _address(peer, *told, proxies=proxies) == expected


@given(
    st.lists(st.ip_addresses().map(str) | st.text(max_size=60), max_size=5),
    st.sampled_from([None, "1", "127.0.0.1/32"]),
)
def test_no_chain_that_a_client_sends_changes_its_address(chain: list[str], proxies: str | None) -> None:
    assert _address("127.0.0.1", ", ".join([*chain, "203.0.113.7"]), proxies=proxies) == "203.0.113.7"
    assert _address("203.0.113.7", ", ".join(chain), proxies=None) == "203.0.113.7"


def test_a_household_is_one_client() -> None:
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert network_of("203.0.113.7") == "203.0.113.7/32"
    assert network_of("") == network_of("x" * 500) == "elsewhere"
    assert [is_loopback(each) for each in ("127.9.9.9", "::1", "::ffff:127.0.0.1", "10.0.0.1", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("setting", ["all", "10.0.0.0/99", "-1", "10.0.0.1/8"])
def test_a_setting_that_means_nothing_is_refused(setting: str) -> None:
    with pytest.raises(InvalidInput, match="CUTROOM_TRUSTED_PROXIES is neither"):
        believed(setting)
