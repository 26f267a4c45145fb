"""Asking a server: what is tried again, what is not, and what a message may show."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cutroom.core.errors import InvalidInput
from cutroom.core.http import Limits, RequestRefused, RequestUnanswered, Server

QUICK = Limits(time_limit_s=5.0, connect_s=2.0, answer_bytes=10_000, attempts=3, first_wait_s=0.001)


def server_at(httpserver: HTTPServer, *, key: str = "", limits: Limits = QUICK) -> Server:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Server("the test server", httpserver.url_for("/v1"), headers, (key,) if key else (), limits)


def answers(httpserver: HTTPServer, *given: Response) -> list[Request]:
    """Give the answers one after the other, the last for ever, and keep what was asked."""
    asked: list[Request] = []

    def handle(request: Request) -> Response:
        request.get_data()
        asked.append(request)
        return given[min(len(asked), len(given)) - 1]

    httpserver.expect_request("/v1/thing").respond_with_handler(handle)
    return asked


@contextmanager
def raw_server(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve connections by hand, for what no well-behaved server does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                handle(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_passing_error_is_tried_again(httpserver: HTTPServer, status: int) -> None:
    asked = answers(httpserver, Response(status=status), Response('{"fine": true}'))

    assert server_at(httpserver).ask("POST", "/thing", json={"a": 1}).json() == {"fine": True}
    assert [request.get_json() for request in asked] == [{"a": 1}, {"a": 1}]


def test_the_last_try_is_the_last(httpserver: HTTPServer) -> None:
    asked = answers(httpserver, Response(status=503))

    with pytest.raises(RequestUnanswered, match="503") as caught:
        server_at(httpserver).ask("GET", "/thing")
    assert len(asked) == 3
    assert caught.value.retryable


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 501])
def test_a_refusal_is_not_tried_again_and_says_what_the_server_said(httpserver: HTTPServer, status: int) -> None:
    asked = answers(httpserver, Response('{"error": {"message": "no such\\nluck", "code": "bad_luck"}}', status=status))

    with pytest.raises(RequestRefused, match=rf"{status}.*no such luck") as caught:
        server_at(httpserver).ask("GET", "/thing")
    assert len(asked) == 1
    assert (caught.value.answer_status, caught.value.code) == (status, "bad_luck")


def test_no_credit_left_is_not_mended_by_waiting(httpserver: HTTPServer) -> None:
    spent = '{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'
    asked = answers(httpserver, Response(spent, status=429))

    with pytest.raises(RequestRefused, match="credit"):
        server_at(httpserver).ask("GET", "/thing")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "body", ['{"error": "no model"}', '{"detail": "no model"}', '{"message": "no model"}', "no model"]
)
def test_every_known_envelope_is_read(httpserver: HTTPServer, body: str) -> None:
    answers(httpserver, Response(body, status=400))

    with pytest.raises(RequestRefused, match="'no model'"):
        server_at(httpserver).ask("GET", "/thing")


def test_an_html_error_page_is_not_shown(httpserver: HTTPServer) -> None:
    answers(httpserver, Response("<html><script>alert(1)</script>", status=400))

    with pytest.raises(RequestRefused) as caught:
        server_at(httpserver).ask("GET", "/thing")
    assert "script" not in str(caught.value)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "3600"},
        {"Retry-After-Ms": "3600000"},
        {"Retry-After": "in an hour"},
    ],
)
def test_a_server_that_wants_a_long_rest_is_reported_at_once(httpserver: HTTPServer, headers: dict[str, str]) -> None:
    # A date is written when the test runs: examples are made when all tests are collected, minutes before.
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    sent = {name: later if value == "in an hour" else value for name, value in headers.items()}
    asked = answers(httpserver, Response(status=429, headers=sent))

    with pytest.raises(RequestUnanswered) as caught:
        server_at(httpserver).ask("GET", "/thing")
    assert len(asked) == 1
    assert caught.value.retry_after_s == pytest.approx(3600, abs=60)


def test_a_short_rest_is_kept(httpserver: HTTPServer) -> None:
    asked = answers(httpserver, Response(status=429, headers={"Retry-After": "0.01"}), Response("{}"))

    assert server_at(httpserver).ask("GET", "/thing").json() == {}
    assert len(asked) == 2


def test_a_key_that_a_server_repeats_is_hidden(httpserver: HTTPServer) -> None:
    answers(httpserver, Response('{"error": {"message": "Incorrect API key provided: sk-secret-1"}}', status=401))
    server = server_at(httpserver, key="sk-secret-1")

    with pytest.raises(RequestRefused, match="Incorrect API key") as caught:
        server.ask("GET", "/thing")
    assert "sk-secret-1" not in f"{caught.value!r} {caught.value} {caught.value.reason} {server!r}"


def test_no_part_of_a_key_is_left_where_a_long_message_is_cut(httpserver: HTTPServer) -> None:
    key = "sk-" + "0123456789" * 5
    answers(httpserver, Response(f"{'x' * 280} {key}", status=400))

    with pytest.raises(RequestRefused) as caught:
        server_at(httpserver, key=key).ask("GET", "/thing")
    assert "sk-0" not in str(caught.value)


def test_a_key_that_cannot_be_sent_is_refused_without_showing_it(httpserver: HTTPServer) -> None:
    with pytest.raises(InvalidInput) as caught:
        server_at(httpserver, key="sk-ключ")
    assert "ключ" not in str(caught.value)


def test_a_redirect_does_not_carry_the_key_elsewhere(httpserver: HTTPServer) -> None:
    answers(httpserver, Response(status=307, headers={"Location": httpserver.url_for("/elsewhere")}))
    httpserver.expect_request("/elsewhere").respond_with_json({})

    with pytest.raises(RequestRefused, match="another address"):
        server_at(httpserver, key="sk-1").ask("POST", "/thing")
    assert [request.path for request, _ in httpserver.log] == ["/v1/thing"]


def test_an_answer_beyond_the_limit_is_not_read(httpserver: HTTPServer) -> None:
    answers(httpserver, Response(b"x" * 10_001))

    with pytest.raises(RequestRefused, match="10,000"):
        server_at(httpserver).ask("GET", "/thing")


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(RequestUnanswered, match=rf"The test server at 127\.0\.0\.1:{port} cannot be reached"):
        Server("the test server", f"http://127.0.0.1:{port}", limits=QUICK).ask("GET", "/")


def test_an_answer_that_breaks_off_is_not_taken_for_whole() -> None:
    def half(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")

    with raw_server(half) as url, pytest.raises(RequestUnanswered, match="broke"):
        Server("the test server", url, limits=QUICK).ask("GET", "/")


def test_a_server_that_drips_is_left_in_the_end() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        pause = threading.Event()
        try:
            while not pause.wait(0.02):
                connection.sendall(b" ")
        except OSError:
            return

    hasty = Limits(time_limit_s=0.2, attempts=1)
    with raw_server(drip) as url, pytest.raises(RequestUnanswered, match=r"0\.2 s"):
        Server("the test server", url, limits=hasty).ask("GET", "/")


@pytest.mark.parametrize("address", ["ftp://host", "host/v1", "", "http://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="is not an address"):
        Server("the test server", address)
