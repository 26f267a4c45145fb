"""Servers on loopback: one that stands for the public internet, and one inside that nobody may reach."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cutroom.core.egress.addresses import Allowed, Guard

#: Stands for a public address: Linux takes the whole of 127.0.0.0/8 for its own.
PUBLIC = "127.0.0.2"

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A server that runs.

    Attributes:
        requests: ``method path`` of each, in order.
        heads: The headers of each.
        bodies: What was sent with each.
        connections: How many were made.
    """

    host: str
    port: int
    answer: Answer
    requests: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"http://{host or self.host}:{self.port}{path}"


def say(body: bytes, *, status: int = 200, kind: str = "text/plain", **headers: str) -> Answer:
    """Answer everything with this."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


@contextmanager
def site(answer: Answer, host: str = PUBLIC, *, context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Run a server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:
                self.close_connection = True

        def serve(self) -> None:
            running.requests.append(f"{self.command} {self.path}")
            running.heads.append({name.lower(): value for name, value in self.headers.items()})
            running.bodies.append(self.rfile.read(int(self.headers.get("content-length", 0))))
            running.answer(self)

        do_GET = do_POST = do_HEAD = serve  # noqa: N815 - the library's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def process_request(self, request: object, client_address: object) -> None:
            running.connections += 1
            super().process_request(request, client_address)  # type: ignore[arg-type]

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server((host, 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    running = Site(host, server.server_address[1], answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def guard_with(names: dict[str, Sequence[Sequence[str]]] | None = None, *, also: Sequence[str] = ()) -> Guard:
    """Make a rule by which :data:`PUBLIC` is the internet.

    Args:
        names: The addresses of each name, for the first time that it is asked for, the second, and so on.
    """
    asked: dict[str, int] = {}

    async def resolver(host: str, port: int) -> Sequence[str]:
        answers = (names or {})[host]
        asked[host] = asked.get(host, 0) + 1
        return answers[min(asked[host], len(answers)) - 1]

    return Guard(tuple(map(Allowed.parse, [PUBLIC, *also])), resolver)
