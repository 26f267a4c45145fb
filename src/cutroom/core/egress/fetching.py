"""Ask a server that somebody named: at the address that was checked, and for no more than is wanted."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpcore2
import httpx2

from cutroom import __version__
from cutroom.core.egress.addresses import Guard
from cutroom.core.http import RequestRefused, RequestUnanswered
from cutroom.core.text import one_line

#: How many redirects are followed; each is checked as the first address was.
_REDIRECTS = 5
_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request may take.

    Attributes:
        time_s: From resolving the name to the last byte.
        connect_s: For reaching the server.
        silence_s: Between two pieces of an answer.
        size_bytes: The largest answer.
        types: How the answer's ``Content-Type`` may begin; any when empty.
    """

    time_s: float = 60.0
    connect_s: float = 10.0
    silence_s: float = 20.0
    size_bytes: int = 4 * 1024 * 1024
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whole.

    Attributes:
        url: Where it came from in the end.
        headers: With names in small letters.
        body: Empty when it was written to a file.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    size_bytes: int

    @property
    def content_type(self) -> str:
        """Name the type of its content, without parameters, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher:
    """Ask servers that people name; close it, or use it as a block.

    No proxy of the environment is used: it would resolve the name anew.
    """

    def __init__(self, guard: Guard, *, verify: ssl.SSLContext | bool = True) -> None:
        self._guard = guard
        self._client = httpx2.AsyncClient(
            transport=_GuardedTransport(guard, verify=verify),
            headers={"User-Agent": f"cutroom/{__version__}"},
            event_hooks={"request": [self._check]},
            max_redirects=_REDIRECTS,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def fetch(self, url: str, bounds: Bounds = Bounds(), *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Get what is there into memory.

        Raises:
            AddressRefused: If this address, or one that it sends us to, may not be connected to.
            NameUnknown: If there is no such server.
            RequestRefused: If the answer is not a success, is too large or of another type.
            RequestUnanswered: If the server cannot be reached, breaks off or is too slow.
        """
        async with self._exchange("GET", url, bounds, headers=headers) as response:
            body = b"".join([block async for block in _blocks(response, bounds)])
            return _fetched(response, body, len(body))

    async def fetch_to(
        self,
        url: str,
        path: Path,
        bounds: Bounds = Bounds(),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Get what is there into a new file, which is removed again when that fails.

        Raises:
            FileExistsError: If there is such a file.
            AddressRefused, NameUnknown, RequestRefused, RequestUnanswered: As for :meth:`fetch`.
        """
        async with self._exchange("GET", url, bounds, headers=headers) as response:
            file = await asyncio.to_thread(path.open, "xb")
            try:
                size = await _write(response, bounds, file)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            finally:
                file.close()
            return _fetched(response, b"", size)

    async def send(
        self, url: str, body: bytes, headers: Mapping[str, str], *, time_s: float, kept_bytes: int
    ) -> Fetched:
        """Post a body once and give whatever is answered; no redirect is followed.

        Args:
            kept_bytes: How much of the answer is read.

        Raises:
            AddressRefused, NameUnknown: As for :meth:`fetch`.
            RequestUnanswered: If nothing is answered in time.
        """
        bounds = Bounds(time_s=time_s, connect_s=time_s, silence_s=time_s)
        async with self._exchange("POST", url, bounds, headers=headers, content=body, accepted=False) as response:
            kept = bytearray()
            # The status stands; what comes after it is for a person to read.
            with contextlib.suppress(httpx2.TransportError):
                async with contextlib.aclosing(response.aiter_raw()) as blocks:
                    async for block in blocks:
                        kept += block
                        if len(kept) >= kept_bytes:
                            break
            return _fetched(response, bytes(kept[:kept_bytes]), len(kept))

    async def _check(self, request: httpx2.Request) -> None:
        """Look at each address before it is asked, those of redirects too."""
        self._guard.parse(str(request.url))

    @contextlib.asynccontextmanager
    async def _exchange(
        self,
        method: str,
        url: str,
        bounds: Bounds,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        accepted: bool = True,
    ) -> AsyncIterator[httpx2.Response]:
        """Send once and give the answer unread; put every failure into our words.

        Args:
            accepted: Whether redirects are followed and only an answer that is wanted is given.
        """
        target = self._guard.parse(url)
        try:
            async with asyncio.timeout(bounds.time_s):
                request = self._client.build_request(
                    method,
                    url,
                    # Asked plainly, an answer is as large as it is; one that is compressed all the same is refused.
                    headers={"Accept-Encoding": "identity", **(headers or {})},
                    content=content,
                    timeout=httpx2.Timeout(bounds.silence_s, connect=bounds.connect_s),
                )
                response = await self._client.send(request, stream=True, follow_redirects=accepted)
                try:
                    if accepted:
                        _accept(response, bounds)
                    yield response
                finally:
                    await response.aclose()
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise RequestUnanswered(f"{target.host} did not answer in time: try again later.") from error
        except httpx2.ConnectError as error:
            raise RequestUnanswered(
                f"{target.host} cannot be reached: check the address, or try again later."
            ) from error
        except (httpx2.TooManyRedirects, httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise RequestRefused(f"{target.host} sends us on to an address that leads nowhere.") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise RequestUnanswered(f"The connection to {target.host} broke ({type(error).__name__}).") from error


class _GuardedTransport(httpx2.AsyncHTTPTransport):
    """The client's own transport, with connections that are made at checked addresses."""

    def __init__(self, guard: Guard, *, verify: ssl.SSLContext | bool) -> None:
        super().__init__(verify=verify, trust_env=False)
        context = verify if isinstance(verify, ssl.SSLContext) else httpx2.create_ssl_context(verify, trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=32,
            max_keepalive_connections=8,
            keepalive_expiry=5.0,
            network_backend=GuardedNetwork(guard),
        )


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """Connect to the address that was checked; the name stays the one that TLS asks for and proves."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Find, check and connect; of several addresses the first that answers."""
        end = None if timeout is None else time.monotonic() + timeout
        failure: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in await self._guard.find(host, port):
            left = None if end is None else max(0.1, end - time.monotonic())
            try:
                return await self._network.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore2.ConnectError("no address")

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002 - the interface of the library
        socket_options: Iterable[_SocketOption] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: no address of the web means one."""
        raise httpcore2.ConnectError("no sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


def _accept(response: httpx2.Response, bounds: Bounds) -> None:
    """Refuse an answer by its head.

    Raises:
        RequestRefused: If it is not a success, is said to be too large, or is of another kind.
        RequestUnanswered: If the server is busy.
    """
    host, status = response.url.host, response.status_code
    if status in {408, 425, 429} or status >= 500:
        raise RequestUnanswered(f"{host} is busy or broken, HTTP {status}: try again later.")
    if not response.is_success:
        said = "has nothing there" if status in {404, 410} else "does not give it out"
        raise RequestRefused(f"{host} {said}, HTTP {status}: check the address.", answer_status=status)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise RequestRefused(f"{host} sends its answer packed as '{one_line(encoding, 40)}' although asked not to.")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if bounds.types and not kind.startswith(bounds.types):
        raise RequestRefused(
            f"{host} answered with '{one_line(kind, 80) or 'an unnamed type'}': "
            f"give the address of {_alternatives(bounds.types)}."
        )
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > bounds.size_bytes:
        raise _too_large(host, bounds)


async def _blocks(response: httpx2.Response, bounds: Bounds) -> AsyncIterator[bytes]:
    size = 0
    async for block in response.aiter_raw():
        size += len(block)
        if size > bounds.size_bytes:
            raise _too_large(response.url.host, bounds)
        yield block


async def _write(response: httpx2.Response, bounds: Bounds, file: IO[bytes]) -> int:
    size = 0
    async for block in _blocks(response, bounds):
        await asyncio.to_thread(file.write, block)
        size += len(block)
    await asyncio.to_thread(file.flush)
    return size


def _fetched(response: httpx2.Response, body: bytes, size: int) -> Fetched:
    return Fetched(response.status_code, str(response.url), dict(response.headers), body, size)


def _too_large(host: str, bounds: Bounds) -> RequestRefused:
    return RequestRefused(f"What {host} sends is larger than {bounds.size_bytes:,} bytes, the most that is taken.")


def _alternatives(types: Sequence[str]) -> str:
    return " or ".join(f"{kind}…" if kind.endswith("/") else kind for kind in types)
