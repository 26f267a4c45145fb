"""What browsers call themselves."""

from __future__ import annotations

import pytest

from cutroom.accounts.browsers import browser_name

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 15) {KIT} Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {KIT} Version/18.5 Safari/604.1", "Safari on iPhone"),
        ("curl/8.9.1", "curl"),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_words(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_what_a_browser_calls_itself_stays_one_short_line() -> None:
    name = browser_name("\x1b[31m\r\nSet-Cookie: x Linux" * 100)
    assert name.isprintable()
    assert len(name) <= 60
