"""Faults are reported where the setting says, without what people sent, and nowhere without it."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

#: Fails as a part of ours does, with secrets in all places where they could be.
FAULTS = """
import logging, sys, threading
from asgi_correlation_id import correlation_id
from cutroom.core.logging import configure_logging
from cutroom.core.settings import Settings
from cutroom.jobs.observing import observed
configure_logging()
log = logging.getLogger("cutroom.test")
def fail():
    own_password = "hunter2hunter2"
    raise RuntimeError("postgresql://cutroom:hunter2hunter2@db/cutroom and Bearer hunter2hunter2")
with observed(Settings(), "worker"):
    correlation_id.set("5b1f5e0e70e34d4a9f3a6f0e5a8f8f1c")
    log.warning("nobody is told of this")
    try:
        fail()
    except RuntimeError as error:
        log.error("request.failed", exc_info=error, extra={"title": "hunter2hunter2", "api_key": "hunter2hunter2"})
    log.error("step failed: ?token=hunter2hunter2")
print("sentry_sdk" in sys.modules)
"""


def run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CUTROOM_", "SENTRY_"))}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**own, "CUTROOM_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def read(request: Request) -> list[dict[str, Any]]:
    """Read the events of an envelope: a line for the envelope, then one for each item's head and one for its body."""
    raw = request.get_data()
    lines = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).split(b"\n")
    items = [json.loads(line) for line in lines[1:] if line]
    return [body for head, body in zip(items[::2], items[1::2], strict=True) if head["type"] == "event"]


def test_a_fault_is_told_with_its_place_and_number_and_without_secrets(httpserver: HTTPServer, tmp_path: Path) -> None:
    asked: list[Request] = []

    def take(request: Request) -> Response:
        request.get_data()
        asked.append(request)
        return Response("{}")

    httpserver.expect_request("/api/7/envelope/", method="POST").respond_with_handler(take)
    dsn = f"http://public@{httpserver.host}:{httpserver.port}/7"
    done = run(FAULTS, tmp_path, CUTROOM_SENTRY_DSN=dsn)
    assert done.stdout == "True\n", done.stderr
    events = [event for request in asked for event in read(request)]
    assert [event["logger"] for event in events] == ["cutroom.test"] * 2
    first = events[0]
    (exception,) = first["exception"]["values"]
    assert exception["type"] == "RuntimeError"
    assert exception["stacktrace"]["frames"][-1]["function"] == "fail"
    assert "vars" not in exception["stacktrace"]["frames"][-1]
    assert first["tags"]["part"] == "worker"
    assert first["tags"]["correlation_id"] == "5b1f5e0e70e34d4a9f3a6f0e5a8f8f1c"
    assert first["release"].startswith("cutroom@")
    for event in events:
        assert "hunter2" not in json.dumps({**event, "exception": _without_source(event)})
        assert not {"request", "user", "breadcrumbs", "extra"} & set(event)


def _without_source(event: dict[str, Any]) -> list[dict[str, Any]]:
    # The lines of the program itself are not what a person sent.
    return [
        {name: value for name, value in each.items() if name != "stacktrace"}
        for each in event.get("exception", {}).get("values", [])
    ]


def test_without_the_setting_nothing_is_even_imported(tmp_path: Path) -> None:
    done = run(FAULTS, tmp_path, SENTRY_DSN="http://public@127.0.0.1:9/7")
    assert done.stdout == "False\n", done.stderr


def test_an_address_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    done = run(FAULTS, tmp_path, CUTROOM_SENTRY_DSN="not an address")
    assert "CUTROOM_SENTRY_DSN is not an address" in done.stderr


def test_a_server_that_is_away_holds_nothing_up(tmp_path: Path) -> None:
    done = run(FAULTS, tmp_path, CUTROOM_SENTRY_DSN="http://public@127.0.0.1:9/7")
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize(("setting", "module", "extra"), [
    ("CUTROOM_SENTRY_DSN", "sentry_sdk", "sentry"),
    ("CUTROOM_OTEL", "opentelemetry.sdk", "otel"),
])  # fmt: skip
def test_what_is_not_installed_is_named_with_the_command_that_installs_it(
    tmp_path: Path, setting: str, module: str, extra: str
) -> None:
    missing = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r} or name.startswith({module!r} + "."):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""
    done = run(missing + FAULTS, tmp_path, **{setting: "1"})
    assert f"pip install 'cutroom[{extra}]'" in done.stderr
