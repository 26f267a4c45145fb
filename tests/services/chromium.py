"""A real browser without a window, spoken to over a pipe: what it asks for and what is stopped is written down."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.services.browsers import MISSING, find_chromium

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--remote-debugging-pipe",
)
#: What a page begins when it has loaded has been asked for by then; its own clock cannot be asked, for a page in a
#: sandbox has none.
_SETTLING_S = 0.3


@dataclass
class Visit:
    """What came of opening an address.

    Attributes:
        asked: Addresses that the page asked for, its own first.
        stopped: What the page's own policy did not let it do.
    """

    session: str
    target: str
    asked: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    loaded: asyncio.Event = field(default_factory=asyncio.Event)


class Chromium:
    """A browser that runs until the test ends."""

    def __init__(self, write: int) -> None:
        self._write = write
        self._number = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._visits: dict[str, Visit] = {}

    async def visit(self, url: str) -> Visit:
        """Open an address in a tab of its own, and stay until it has loaded or was found to be a download."""
        target = (await self._send("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self._send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        visit = self._visits[session] = Visit(session, target)
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self._send(f"{domain}.enable", session=session)
        gone = await self._send("Page.navigate", session=session, url=url)
        if not gone.get("errorText"):
            async with asyncio.timeout(60):
                await visit.loaded.wait()
        await asyncio.sleep(_SETTLING_S)
        return visit

    async def run(self, visit: Visit, program: str) -> Any:  # noqa: ANN401 - any JSON
        """Run a program in a page, as its developer would, and give what it promises."""
        answer = await self._send(
            "Runtime.evaluate", session=visit.session, expression=program, awaitPromise=True, returnByValue=True
        )
        return answer.get("result", {}).get("value")

    async def leave(self, visit: Visit) -> None:
        """Close a tab."""
        await self._send("Target.closeTarget", targetId=visit.target)

    async def read(self, stream: asyncio.StreamReader) -> None:
        """Take what the browser says until it ends."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                self._take(json.loads((await stream.readuntil(b"\0"))[:-1]))

    def _take(self, said: dict[str, Any]) -> None:
        if "id" in said:
            self._answers.pop(said["id"]).set_result(said.get("result", {}))
            return
        visit = self._visits.get(said.get("sessionId", ""))
        if visit is None:
            return
        about = said["params"]
        match said["method"]:
            case "Page.loadEventFired":
                visit.loaded.set()
            case "Network.requestWillBeSent":
                visit.asked.append(about["request"]["url"])
            case "Log.entryAdded" if "Content Security Policy" in about["entry"]["text"]:
                visit.stopped.append(about["entry"]["text"])

    async def _send(self, method: str, *, session: str | None = None, **params: Any) -> dict[str, Any]:  # noqa: ANN401
        self._number += 1
        number = self._number
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        said = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._write, json.dumps(said).encode() + b"\0")
        async with asyncio.timeout(120):
            told: dict[str, Any] = await answer
        return told


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """Start a browser with a profile of its own."""
    program = find_chromium()
    if program is None:
        if os.environ.get("CUTROOM_TEST_REQUIRE_SERVICES"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    to_it, ours = os.pipe()
    theirs, from_it = os.pipe()
    folder = tempfile.mkdtemp(prefix=f"cutroom-test-{os.getpid()}-chromium-")
    # It reads from 3 and writes to 4: https://chromedevtools.github.io/devtools-protocol/
    shell = f'exec "$0" "$@" 3<&{to_it} 4>&{from_it}'
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", shell, program, *_FLAGS, f"--user-data-dir={folder}", pass_fds=(to_it, from_it),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_it)
    os.close(from_it)
    stream = asyncio.StreamReader(limit=1 << 26)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(theirs, "rb")
    )
    browser = Chromium(ours)
    reading = asyncio.create_task(browser.read(stream))
    try:
        yield browser
    finally:
        process.kill()
        await process.wait()
        os.close(ours)
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        transport.close()
        shutil.rmtree(folder, ignore_errors=True)
