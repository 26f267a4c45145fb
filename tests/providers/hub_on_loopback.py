"""A model hub on this machine: it speaks the hub's addresses, serves real files, and breaks them on demand."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
#: Larger files are kept beside the repository and named by SHA-256, smaller ones in it, named by git.
LARGE_BYTES = 1_000_000


@dataclass
class Faults:
    """What goes wrong, each as often as its number says.

    Attributes:
        end_after: Close politely after so many bytes.
        reset_after: Reset the connection after so many bytes.
        statuses: Answers to give first.
        wrong_bytes: Change a byte.
        no_ranges: Send everything whatever is asked.
        wrong_range: Answer a range with another one.
        pause_s: Before each block.
    """

    end_after: list[int] = field(default_factory=list)
    reset_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    wrong_bytes: int = 0
    no_ranges: bool = False
    wrong_range: bool = False
    too_long: bool = False
    pause_s: float = 0.0


class Hub(ThreadingHTTPServer):
    """Serves one repository."""

    daemon_threads = True

    def __init__(self, repo: str, files: dict[str, Path], faults: Faults) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repo = repo
        self.files = files
        self.faults = faults
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def ranges(self, name: str) -> list[str]:
        """List the ranges that were asked of a file, ``""`` for all of it."""
        return [asked for path, asked in self.asked if path.endswith(f"/{name}") and path.startswith("/cdn/")]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Say nothing: connections break here on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base class
        """Say nothing."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append((path, self.headers.get("Range", "")))
        if self.server.faults.statuses:
            self._answer(self.server.faults.statuses.pop(0), b'{"error": "as ordered"}')
        elif path == f"/api/models/{self.server.repo}/revision/main":
            self._answer(200, json.dumps(self._describe()).encode())
        elif found := re.fullmatch(rf"/{self.server.repo}/resolve/([0-9a-z]+)/(.+)", path):
            self._resolve(found[1], found[2])
        elif path.startswith("/cdn/"):
            self._send_file(self.server.files[path.removeprefix("/cdn/")])
        else:
            self._answer(404, b'{"error": "Repository not found"}')

    def _describe(self) -> dict[str, object]:
        siblings = []
        for name, path in {"README.md": None, **self.server.files}.items():
            data = path.read_bytes() if path else b"# A model"
            blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
            entry: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": blob}
            if len(data) >= LARGE_BYTES:
                entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
            siblings.append(entry)
        return {"id": self.server.repo, "sha": COMMIT, "siblings": siblings}

    def _resolve(self, revision: str, name: str) -> None:
        path = self.server.files.get(name)
        if path is None:
            self._answer(404, b"Entry not found")
            return
        self.send_response(302)
        self.send_header("Location", f"/cdn/{name}")
        self.send_header("X-Repo-Commit", COMMIT if revision == "main" else revision)
        self.send_header("X-Linked-Size", str(path.stat().st_size))
        self.send_header("X-Linked-ETag", f'"{hashlib.sha256(path.read_bytes()).hexdigest()}"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_file(self, path: Path) -> None:
        faults = self.server.faults
        data = bytearray(path.read_bytes())
        start = 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and not faults.no_ranges:
            start = int(asked[1])
            if start >= len(data):
                self._answer(416, b"")
                return
        if faults.wrong_bytes:
            faults.wrong_bytes -= 1
            data[-1] ^= 1
        if faults.too_long:
            data += b"more"
        body = bytes(data[start:])
        self.send_response(206 if start else 200)
        if start:
            first = start + 1 if faults.wrong_range else start
            self.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send_body(body)

    def _send_body(self, body: bytes) -> None:
        faults = self.server.faults
        reset = bool(faults.reset_after)
        cut = (faults.reset_after or faults.end_after or [len(body)])[0]
        for queue in (faults.reset_after, faults.end_after):
            if queue:
                queue.pop(0)
                break
        pause = threading.Event()
        for at in range(0, min(cut, len(body)), 1 << 18):
            self.wfile.write(body[at : min(cut, at + (1 << 18))])
            pause.wait(faults.pause_s)
        if cut < len(body):
            self.close_connection = True
            if reset:
                # With a linger of 0 s the kernel sends RST in place of FIN.
                self.wfile.flush()
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def hub_on_loopback(repo: str, files: dict[str, Path], faults: Faults | None = None) -> Iterator[Hub]:
    """Run a hub until the block ends."""
    with Hub(repo, files, faults or Faults()) as hub:
        thread = threading.Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()
