"""A proxy on this machine that holds a program of others to our rule on where to connect to.

The program is told of it as its HTTP proxy, and is started so that it can connect nowhere else
(:class:`cutroom.media.sandbox.Policy`). It then resolves no name itself: the proxy does, checks what it finds and
connects to what it checked, for each connection anew, so that a redirect, a playlist or a name that changes its address
in between leads nowhere. TLS passes through unread.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import re
import secrets
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cutroom.core.egress.addresses import AddressRefused, Guard, NameUnknown
from cutroom.core.text import one_line

_HEAD_BYTES = 64 * 1024
_PIECE = 64 * 1024
#: What speaks of the connection to us and is not passed on (RFC 9110 §7.6.1).
_OF_THE_HOP = (b"connection", b"proxy-connection", b"proxy-authorization", b"keep-alive", b"te", b"trailer", b"upgrade")
_CONNECT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/@\s]+):([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Allowance:
    """What all that passes one proxy may take.

    Attributes:
        size_bytes: Received, over all connections.
        sent_bytes: Sent, over all connections.
        time_s: For one connection.
        silence_s: For one connection, without a byte in either direction.
        connect_s: For reaching a server.
        connections: At the same time.
    """

    size_bytes: int = 16 << 30
    sent_bytes: int = 64 << 20
    time_s: float = 6 * 3600.0
    silence_s: float = 60.0
    connect_s: float = 10.0
    connections: int = 64


@dataclass(slots=True)
class Proxy:
    """A proxy that runs, and what it saw.

    Attributes:
        port: On 127.0.0.1.
        url: With the name and password that it wants; a secret, so never an argument of a command.
        refused: Servers that it did not connect to, as ``host:port``, in order; the first hundred.
        refusals: How many there were.
        connections: How many it made.
        received_bytes: From servers.
        sent_bytes: To servers.
        exhausted: Whether the allowance was used up.
    """

    guard: Guard
    allowance: Allowance
    port: int = 0
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    refused: list[str] = field(default_factory=list)
    refusals: int = 0
    connections: int = 0
    received_bytes: int = 0
    sent_bytes: int = 0
    exhausted: bool = False
    _open: int = 0

    @property
    def url(self) -> str:
        """Give the address for the program's setting."""
        return f"http://cutroom:{self.key}@127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the program."""
        if self._open >= self.allowance.connections:
            await _answer(writer, 503, "Too many connections at once.")
            return
        self._open += 1
        try:
            async with asyncio.timeout(self.allowance.time_s):
                await self._serve(reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the program or the server went away, or was too slow: the connection ends, which says it
        finally:
            self._open -= 1
            await _close(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(self.allowance.silence_s):
            head = await reader.readuntil(b"\r\n\r\n")
        method, target, _, fields = _parse(head)
        if not self._knows(fields):
            await _answer(writer, 407, "This proxy is another program's.", 'Proxy-Authenticate: Basic realm="cutroom"')
            return
        tunnel = method == "CONNECT"
        place = _place_of_tunnel(target) if tunnel else _place_of_request(target)
        if place is None:
            await _answer(writer, 400, "Write host:port after CONNECT, or a whole http:// address.")
            return
        host, port = place
        if self.exhausted:
            await _answer(writer, 403, "The allowance of this download is used up.")
            return
        try:
            server = await self._connect(host, port)
        except AddressRefused as error:
            self._note(host, port)
            await _answer(writer, 403, str(error))
            return
        except (NameUnknown, OSError, TimeoutError):
            await _answer(writer, 502, f"{one_line(host, 100)} cannot be reached.")
            return
        try:
            if tunnel:
                writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                request = _request(method, target, fields)
                self.sent_bytes += len(request)
                server[1].write(request)
            await self._join((reader, writer), server, plain=not tunnel)
        finally:
            await _close(server[1])

    def _knows(self, fields: list[tuple[bytes, bytes]]) -> bool:
        wanted = b"Basic " + base64.b64encode(f"cutroom:{self.key}".encode())
        return any(
            name.lower() == b"proxy-authorization" and hmac.compare_digest(value, wanted) for name, value in fields
        )

    def _note(self, host: str, port: int) -> None:
        self.refusals += 1
        if len(self.refused) < 100:
            self.refused.append(f"{one_line(host, 100)}:{port}")

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        failure: OSError | None = None
        async with asyncio.timeout(self.allowance.connect_s):
            for address in await self.guard.find(host, port):
                try:
                    # The address that was checked, not the name.
                    server = await asyncio.open_connection(address, port, limit=_HEAD_BYTES)
                except OSError as error:
                    failure = error
                else:
                    self.connections += 1
                    return server
        raise failure or OSError("no address")

    async def _join(
        self,
        program: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        *,
        plain: bool,
    ) -> None:
        """Pass bytes on in both directions until the server ends, or all is silent, or too much."""
        heard = asyncio.get_running_loop().time()

        async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, received: bool) -> None:
            nonlocal heard
            while piece := await reader.read(_PIECE):
                heard = asyncio.get_running_loop().time()
                if not self._count(len(piece), received=received):
                    return
                writer.write(piece)
                await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()

        async def answer() -> None:
            if plain:
                await self._pass_head(server[0], program[1])
            await pass_on(server[0], program[1], received=True)

        async def listen() -> None:
            while asyncio.get_running_loop().time() - heard < self.allowance.silence_s and not self.exhausted:
                await asyncio.sleep(min(1.0, self.allowance.silence_s / 4))

        asking = asyncio.create_task(pass_on(program[0], server[1], received=False))
        tasks = {asyncio.create_task(answer()), asyncio.create_task(listen())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            tasks.add(asking)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pass_head(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass an answer's head on, saying that the connection ends with it: the next may be for another server."""
        interim = True
        while interim:
            head = await reader.readuntil(b"\r\n\r\n")
            self._count(len(head), received=True)
            status, *lines = head.split(b"\r\n")
            interim = status[9:10] == b"1"
            kept = [line for line in lines if line.partition(b":")[0].strip().lower() not in _OF_THE_HOP and line]
            writer.write(b"\r\n".join([status, *kept, b"Connection: close", b"", b""]))

    def _count(self, size: int, *, received: bool) -> bool:
        if received:
            self.received_bytes += size
        else:
            self.sent_bytes += size
        if self.received_bytes > self.allowance.size_bytes or self.sent_bytes > self.allowance.sent_bytes:
            self.exhausted = True
        return not self.exhausted


@contextlib.asynccontextmanager
async def opened(guard: Guard, allowance: Allowance = Allowance()) -> AsyncIterator[Proxy]:
    """Run a proxy for one job, until the block ends."""
    proxy = Proxy(guard, allowance)
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - the server makes one for each connection
        serving.add(task)
        try:
            await proxy.serve(reader, writer)
        finally:
            serving.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=_HEAD_BYTES)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in tuple(serving):
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


@contextlib.contextmanager
def running(guard: Guard, allowance: Allowance = Allowance()) -> Iterator[Proxy]:
    """Run a proxy from a thread that has no event loop, such as a stage's, on a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="egress proxy", daemon=True)
    thread.start()
    try:
        block = opened(guard, allowance)
        proxy = asyncio.run_coroutine_threadsafe(block.__aenter__(), loop).result()
        try:
            yield proxy
        finally:
            asyncio.run_coroutine_threadsafe(block.__aexit__(None, None, None), loop).result()
            asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _parse(head: bytes) -> tuple[str, str, bytes, list[tuple[bytes, bytes]]]:
    first, *lines = head[:-4].split(b"\r\n")
    method, _, rest = first.decode("latin-1").partition(" ")
    target, _, version = rest.rpartition(" ")
    fields = []
    for line in lines:
        name, _, value = line.partition(b":")
        fields.append((name, value.strip()))
    return method, target, version.encode("latin-1"), fields


def _place_of_tunnel(target: str) -> tuple[str, int] | None:
    found = _CONNECT.fullmatch(target)
    return (found[1].strip("[]"), int(found[2])) if found else None


def _place_of_request(target: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(target)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (host, port or 80) if parts.scheme == "http" and host and "@" not in parts.netloc else None


def _request(method: str, target: str, fields: list[tuple[bytes, bytes]]) -> bytes:
    """Write a request as the server itself is asked."""
    parts = urlsplit(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {path} HTTP/1.1".encode("latin-1"), b"Host: " + parts.netloc.encode("latin-1")]
    lines += [name + b": " + value for name, value in fields if name.lower() not in {*_OF_THE_HOP, b"host"}]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


async def _answer(writer: asyncio.StreamWriter, status: int, sentence: str, *fields: str) -> None:
    body = sentence.encode()
    head = [
        f"HTTP/1.1 {status} {'Refused' if status < 500 else 'Unreachable'}",
        *fields,
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
    with contextlib.suppress(OSError):
        await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
