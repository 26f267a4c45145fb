"""An object store that looks at every signature, and breaks what it is told to break.

It stands before a real one and hands on what is right: the request's signature, the hash of its bytes, the age of a
link. What the service would refuse is refused here, in the service's words.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import httpx2
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth  # type: ignore[import-untyped]  # ships no types
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]  # ships no types
from botocore.credentials import Credentials  # type: ignore[import-untyped]  # ships no types

ACCESS, SECRET, REGION = "AKIATESTTESTTEST", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-north-1"

What = Literal["status", "lose_answer", "reset", "end_early", "wrong_byte", "wrong_upload", "silence"]


@dataclass
class Fault:
    """Something that goes wrong with requests of a kind.

    Attributes:
        what: ``lose_answer`` does what was asked and never says so; ``reset`` and ``end_early`` break off after
            ``value`` bytes; ``wrong_byte`` changes one of an answer, ``wrong_upload`` one of a request;
            ``silence`` answers nothing for ``value`` seconds.
        method: Of the request.
        query: A parameter that the request must have; ``-`` for none at all.
        value: A status, a count of bytes, or seconds.
        code: The service's name of the error.
        times: How often.
    """

    what: What
    method: str = "GET"
    query: str = ""
    value: int = 0
    code: str = "InternalError"
    times: int = 1

    def fits(self, method: str, query: dict[str, list[str]]) -> bool:
        """Whether it is this request's turn."""
        wanted = not query if self.query == "-" else not self.query or self.query in query
        return self.times > 0 and self.method == method and wanted


@dataclass
class _Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


class StrictStore(ThreadingHTTPServer):
    """Stands before a real object store."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.faults: list[Fault] = []
        self.asked: list[_Asked] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def ranges(self) -> list[str]:
        """List the ranges that were asked for, ``""`` for all of a file."""
        return [asked.headers.get("range", "") for asked in self.asked if asked.method == "GET" and not asked.query]

    def take(self, method: str, query: dict[str, list[str]]) -> Fault | None:
        """Give the fault whose turn it is."""
        with self.lock:
            fault = next((fault for fault in self.faults if fault.fits(method, query)), None)
            if fault:
                fault.times -= 1
            return fault

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Say nothing: connections break here on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StrictStore

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the base class
        """Say nothing."""

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(_Asked(self.command, urlsplit(self.path).path, query, headers))
        body = self.rfile.read(int(headers.get("content-length", 0)))
        fault = self.server.take(self.command, query)
        match fault.what if fault else None:
            case "status" if fault:
                self._refuse(fault.value, fault.code)
                return
            case "silence" if fault:
                time.sleep(fault.value)
                self.close_connection = True
                return
            case "wrong_upload":
                body = _changed(body)
        if refusal := self._refusal(query, headers, body):
            self._refuse(*refusal)
            return
        answer = httpx2.request(
            self.command,
            self.server.behind + self.path,
            content=body,
            headers={**headers, "host": urlsplit(self.server.behind).netloc},
        )
        if fault and fault.what == "lose_answer":
            self._reset()
            return
        self._answer(answer, fault)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 - names of the base class

    def _answer(self, answer: httpx2.Response, fault: Fault | None) -> None:
        content = _changed(answer.content) if fault and fault.what == "wrong_byte" else answer.content
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in {"connection", "transfer-encoding", "content-encoding", "date", "server"}:
                self.send_header(name, value)
        if "content-length" not in answer.headers:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if fault and fault.what in {"reset", "end_early"}:
            self.wfile.write(content[: fault.value])
            self.wfile.flush()
            if fault.what == "reset":
                time.sleep(0.05)  # or what was sent is lost with the connection
                self._reset()
            self.close_connection = True
            return
        self.wfile.write(content)

    def _refusal(self, query: dict[str, list[str]], headers: dict[str, str], body: bytes) -> tuple[int, str] | None:
        """Give what the service would say against a request."""
        signed = "X-Amz-Signature" in query
        if not signed and "authorization" not in headers:
            return 403, "AccessDenied"
        given = dict(
            part.strip().split("=", 1)
            for part in headers.get("authorization", "").partition(" ")[2].split(",")
            if "=" in part
        )
        credential = (query["X-Amz-Credential"][0] if signed else given["Credential"]).split("/")
        names = (query["X-Amz-SignedHeaders"][0] if signed else given["SignedHeaders"]).split(";")
        moment = query["X-Amz-Date"][0] if signed else headers["x-amz-date"]
        if any(name.startswith("x-amz-") and name not in names for name in headers):
            return 403, "AccessDenied"
        if credential[0] != ACCESS:
            return 403, "InvalidAccessKeyId"
        if credential[2] != REGION:
            return 400, "AuthorizationHeaderMalformed"
        begun = datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if signed and datetime.now(UTC) > begun + timedelta(seconds=int(query["X-Amz-Expires"][0])):
            return 403, "AccessDenied"
        # As the service reads it: a plus is a space there, and it writes it in its own way before it looks.
        path, _, rest = (self.server.url + self.path).partition("?")
        kept = [(name, value) for name, value in parse_qsl(rest, keep_blank_values=True) if name != "X-Amz-Signature"]
        address = f"{path}?{urlencode(kept, quote_via=quote)}"
        request = AWSRequest(self.command, address, {name: headers[name] for name in names}, body)
        request.context["timestamp"] = moment
        auth = (S3SigV4QueryAuth if signed else S3SigV4Auth)(Credentials(ACCESS, SECRET), "s3", REGION)
        expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        if expected != (query["X-Amz-Signature"][0] if signed else given["Signature"]):
            return 403, "SignatureDoesNotMatch"
        if not signed and headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return 400, "XAmzContentSHA256Mismatch"
        return None

    def _refuse(self, status: int, code: str) -> None:
        body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>as ordered</Message></Error>'.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


def _changed(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@contextlib.contextmanager
def strict_store(behind: str) -> Iterator[StrictStore]:
    """Serve until the block ends."""
    with StrictStore(behind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
