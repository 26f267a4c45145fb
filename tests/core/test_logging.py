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
