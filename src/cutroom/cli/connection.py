"""How commands reach the interface: a server's, or one that runs inside the command for as long as it takes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cutroom.core.address import read_address
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.files import written_whole
from cutroom.core.http import Limits, RequestRefused, Server
from cutroom.core.loading import loading
from cutroom.core.settings import Settings

_BLOCK = 1024 * 1024
_API = "/api/v1"


class Refused(CutroomError):
    """The interface said no, in its own words."""


class NotThere(Refused):
    """There is no such thing, or it is somebody else's."""

    exit_code = InvalidInput.exit_code


class Connection:
    """An interface that is asked."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Ask, and read the answer's JSON; ``None`` where there is none."""
        with _spoken():
            answer = self._server.ask(method, _API + path, json=body, headers=headers)
            return answer.json() if answer.body else None

    def save(self, path: str, target: Path) -> None:
        """Save an answer as a file, whole or not at all."""
        path = path.removeprefix(_API)
        with (
            _spoken(),
            written_whole(target) as part,
            part.open("wb") as file,
            self._server.open(_API + path) as response,
        ):
            for block in response.iter_bytes(_BLOCK):
                file.write(block)


def named(identifier: str) -> str:
    """Make what a person typed safe within a path."""
    return quote(identifier, safe="")


def instance_url(settings: Settings) -> str:
    """Give where people reach this machine's instance: as it is set, where it runs now, or where it would."""
    running = settings.url or read_address(settings.data_dir)
    return (running or f"http://{settings.host}:{settings.port}").rstrip("/")


@contextlib.contextmanager
def connected(settings: Settings, server: str | None, token: str | None, *, workers: bool) -> Iterator[Connection]:
    """Connect to a server, or be one until the block ends.

    Args:
        server: Its address; none to work in this machine's own data folder.
        token: An API token of the server.
        workers: Whether steps must be done here when there is no server.
    """
    if server:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with _server(server, headers, token or "") as found:
            yield Connection(found)
        return
    with loading():
        from cutroom.cli.embedded import embedded  # what a server is made of takes a second to load

    with (
        embedded(settings, workers=workers) as (url, key),
        _server(url, {"Authorization": f"Bearer {key}"}, key) as own,
    ):
        yield Connection(own)


@contextlib.contextmanager
def _server(url: str, headers: Mapping[str, str], secret: str) -> Iterator[Server]:
    limits = Limits(time_limit_s=60.0, attempts=4)
    with Server("the Cutroom server", url, headers, (secret,), limits) as server:
        yield server


@contextlib.contextmanager
def _spoken() -> Iterator[None]:
    """Give an answer's own sentence instead of one about an answer."""
    try:
        yield
    except RequestRefused as error:
        if not error.reason:
            raise
        kind = {404: NotThere, 422: InvalidInput, 415: InvalidInput, 409: InvalidInput}.get(
            error.answer_status, Refused
        )
        raise kind(error.reason) from error
