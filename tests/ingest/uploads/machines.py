"""Several processes of one instance behind one address, as a proxy has them."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from tests.faults.instance import Process, instance

from cutroom.accounts.models import Role
from cutroom.accounts.tokens import make_token
from cutroom.accounts.users import new_user
from cutroom.app import open_engine
from cutroom.core.schema import upgrade
from cutroom.core.settings import Settings


async def make_bearer(settings: Settings) -> str:
    """Make the tables and an editor in them, and give the header that proves who it is."""
    engine = open_engine(settings)
    await upgrade(engine.database)
    async with engine.database.writing() as session:
        user = new_user("bringer", None, Role.EDITOR)
        user.quota_bytes = 1 << 40
        session.add(user)
        await session.flush()
        _, secret = await make_token(session, user.id, "test")
    await engine.database.close()
    return f"Bearer {secret}"


@contextlib.contextmanager
def processes(folder: Path, environment: Mapping[str, str], command: str, count: int) -> Iterator[list[Process]]:
    """Start a command so many times on one data folder, and wait until each answers."""
    commands = {f"{command}{number}": [command, "--port", "0"] for number in range(count)}
    with instance(folder, environment, commands) as started:
        yield list(started.values())


def address_of(process: Process) -> str:
    """Give where a process answers, as it said when it started last."""
    return process.said(r"(?s).*Cutroom is at (\S+)")


@contextlib.contextmanager
def in_turn(addresses: Sequence[str]) -> Iterator[str]:
    """Give an address whose every connection goes to the next of these."""
    turns = itertools.cycle([(urlsplit(each).hostname, urlsplit(each).port) for each in addresses])
    loop, known = asyncio.new_event_loop(), threading.Event()
    found: list[str] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                writer.write(piece)
                await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection(*next(turns))
        await asyncio.gather(pass_on(reader, ahead), pass_on(behind, writer))
        for each in (writer, ahead):
            each.close()

    async def listen_until(end: asyncio.Event) -> None:
        # Tasks of their own, which are ended with the group: those of a server outlive it.
        lines: set[asyncio.Task[None]] = set()

        def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = asyncio.ensure_future(connected(reader, writer))
            lines.add(line)
            line.add_done_callback(lines.discard)

        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        found.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        known.set()
        await end.wait()
        server.close()
        for line in list(lines):
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    end = asyncio.Event()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(listen_until(end))

    thread = threading.Thread(target=run)
    thread.start()
    known.wait()
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
