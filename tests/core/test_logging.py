"""Lines of the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from cutroom.core.logging import configure_logging

SECRET = "cutroom_84Iwwf03VhS3nMoKOX5V-rcebmJiblzbvjB"  # noqa: S105 - of nobody


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure_logging(stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _fail(error: Exception) -> None:
    raise error


def _only(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo",
        'x\r\n{"event": "forged", "level": "error"}',
        "\x1b[2Jgone",
        "a\u2028b\u2029c\x85d\x0be\x0cf",
        "\0",
        '", "level": "critical',
        "\ud800",
    ],
)
def test_whatever_is_said_is_one_line(lines: io.StringIO, text: str) -> None:
    structlog.get_logger("test").info("title.changed", title=text)
    assert not any(ord(char) < 32 for char in lines.getvalue().rstrip("\n"))
    found = _only(lines)
    assert (found["event"], found["level"]) == ("title.changed", "info")


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "hunter2hunter2"},
        {"api_key": "hunter2hunter2"},
        {"Authorization": "hunter2hunter2"},
        {"settings": {"s3_secret": "hunter2hunter2"}},
        {"url": "postgresql://cutroom:hunter2hunter2@db/cutroom"},
        {"url": "https://host/setup?token=hunter2hunter2&x=1"},
        {"headers": [("authorization", "Bearer hunter2hunter2")]},
        {"text": f"the token {SECRET} was sent"},
        {"error": ValueError("redis://:hunter2hunter2@host:6379/0")},
    ],
)
def test_a_secret_is_hidden_by_its_name_and_by_its_form(lines: io.StringIO, fields: dict[str, Any]) -> None:
    structlog.get_logger("test").info("something", **fields)
    assert "hunter2" not in lines.getvalue()
    assert SECRET not in lines.getvalue()
    assert "***" in lines.getvalue()


def test_what_libraries_say_has_the_same_form(lines: io.StringIO) -> None:
    logging.getLogger("some.library").warning("connect to %s", "amqp://guest:hunter2@host//")
    found = _only(lines)
    assert found["logger"] == "some.library"
    assert found["level"] == "warning"
    assert found["event"] == "connect to amqp://guest:***@host//"


def test_a_fault_tells_where_it_happened_in_one_line(lines: io.StringIO) -> None:
    error = RuntimeError("Bearer abcdefgh")
    try:
        _fail(error)
    except RuntimeError:
        structlog.get_logger("test").exception("failed")
    found = _only(lines)
    assert "test_logging.py" in found["exception"]
    assert "abcdefgh" not in found["exception"]


#: Of nobody, one of each kind; put together here so that no scanner takes them for real ones.
MARKERS = {
    "token": "cutroom_" + "Marker01" * 5,
    "webhook": "whsec_" + "Marker02" * 5 + "+/=",
    "bearer": "Marker03" * 4,
    "database": "Marker04!x",
    "cookie": "Marker05" * 4,
    "model server": "sk-" + "Marker06" * 5,
    "cloud": "AKIA" + "MARKER07" * 2,
    "forge": "ghp_" + "Marker08" * 4,
    "web token": "eyJNYXJrZXIwOQ.eyJNYXJrZXIwOQ." + "Marker09" * 3,
    "private key": "Marker10" * 8,
    "share": "Marker11" * 5,
    "password": "Marker12-pass",
}


def test_twelve_secrets_of_every_kind_are_in_no_line_however_they_are_said(lines: io.StringIO) -> None:
    said = [
        f"made {MARKERS['token']} for Ada",
        f"signing with {MARKERS['webhook']}",
        f"> Authorization: Bearer {MARKERS['bearer']}",
        f"postgresql://cutroom:{MARKERS['database']}@db/cutroom",
        f"Cookie: a=b; __Host-cutroom={MARKERS['cookie']}; c=d",
        f"cutroom={MARKERS['cookie']}",
        f"Incorrect API key provided: {MARKERS['model server']}.",
        f"aws {MARKERS['cloud']} refused",
        f"git clone https://{MARKERS['forge']}@host/x",
        f"id_token {MARKERS['web token']}",
        f"-----BEGIN EC PRIVATE KEY-----\n{MARKERS['private key']}\n-----END EC PRIVATE KEY-----",
        f"GET /api/v1/shared/{MARKERS['share']}/assets/1",
        f"https://host/api/v1/files/{MARKERS['share']}",
        f'{{"password": "{MARKERS["password"]}"}}',
        f"CUTROOM_MAIL_PASSWORD={MARKERS['password']}",
        f"client_secret={MARKERS['password']}&x=1",
    ]
    log = structlog.get_logger("test")
    for text in said:
        log.info(text)
        log.info("said", text=text, inside={"list": [text, (text,)]})
        logging.getLogger("library").warning("said %s", text, extra={"text": text})
        try:
            _fail(RuntimeError(text))
        except RuntimeError:
            log.exception("failed")
    for secret in MARKERS.values():
        log.info("named", password=secret, api_key=secret, webhook_secret=secret, sentry_dsn=secret, private_key=secret)
    written = lines.getvalue()
    assert len(written.splitlines()) == 4 * len(said) + len(MARKERS)
    assert "arker" not in written.replace("MARKER", "Marker").replace("NYXJrZXI", "Marker")


def test_what_is_no_secret_stays_readable(lines: io.StringIO) -> None:
    said = [
        "There is no token 0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11: list those that there are.",
        "The secret 'totp/1' is sealed with the key abc, which is not here.",
        "GET /api/v1/files",
        "a password has at least 12 characters: this one has 5",
        "step transcribe (speech_to_text) failed: basically out of memory",
    ]
    for text in said:
        structlog.get_logger("test").info(text)
    assert [json.loads(line)["event"] for line in lines.getvalue().splitlines()] == said


@pytest.mark.parametrize(
    "piece", ["a", "a-", "password", "Bearer ", "cookie:", "eyJaaaaaaaa.", "?token", "-----BEGIN "]
)
def test_a_long_text_is_masked_in_no_time(lines: io.StringIO, piece: str) -> None:
    structlog.get_logger("test").info(piece * (200_000 // len(piece)))
    assert lines.getvalue()
