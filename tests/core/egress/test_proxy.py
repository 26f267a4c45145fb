"""A proxy that holds programs of others to our rule."""

from __future__ import annotations

import asyncio
import base64
import http.client
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.core.egress.servers import PUBLIC, guard_with, say, site

from cutroom.core.egress import proxy
from cutroom.core.egress.proxy import Allowance, Proxy


def ask(
    running: Proxy, url: str, *, method: str = "GET", key: str | None = None, body: bytes | None = None
) -> tuple[int, bytes]:
    """Send one request through the proxy."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    known = base64.b64encode(f"cutroom:{running.key if key is None else key}".encode()).decode()
    connection.request(method, url, body=body, headers={"Proxy-Authorization": f"Basic {known}"})
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, read


def send(running: Proxy, line: str) -> int:
    """Send a request as it stands, and give the status."""
    known = base64.b64encode(f"cutroom:{running.key}".encode()).decode()
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        connection.sendall(f"{line}\r\nProxy-Authorization: Basic {known}\r\n\r\n".encode())
        return int(connection.recv(4096).split()[1])


def tunnel(running: Proxy, host: str, port: int) -> tuple[int, socket.socket]:
    """Open a tunnel by hand."""
    connection = socket.create_connection(("127.0.0.1", running.port), timeout=20)
    known = base64.b64encode(f"cutroom:{running.key}".encode()).decode()
    connection.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nProxy-Authorization: Basic {known}\r\n\r\n".encode())
    return int(connection.recv(4096).split()[1]), connection


def test_a_public_server_is_reached_and_the_proxys_own_fields_stay_here() -> None:
    with site(say(b"hello")) as public, proxy.running(guard_with({"site.example": [[PUBLIC]]})) as running:
        assert ask(running, public.url("/a?b=c", "site.example")) == (200, b"hello")
        assert ask(running, public.url("/post"), method="POST", body=b"12345") == (200, b"hello")
        assert public.requests == ["GET /a?b=c", "POST /post"]
        assert public.heads[0]["host"] == f"site.example:{public.port}"
        assert not [name for name in public.heads[0] if name.startswith("proxy-")]
        assert (running.connections, running.refusals) == (2, 0)
        assert running.received_bytes > 10


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "[::ffff:127.0.0.1]", "inner.example"],
)
def test_what_is_inside_gets_no_connection(host: str) -> None:
    guard = guard_with({"inner.example": [["127.0.0.1"]], "localhost": [["127.0.0.1"]], "localhost.": [["127.0.0.1"]]})
    with site(say(b"secret"), "127.0.0.1") as inside, proxy.running(guard) as running:
        status, said = ask(running, inside.url(host=host))
        assert status == 403, said
        status, connection = tunnel(running, host, inside.port)
        connection.close()
        assert status == 403
        assert running.refused == [f"{host.strip('[]')}:{inside.port}"] * 2
    assert inside.connections == 0


def test_a_name_that_changes_its_address_leads_nowhere() -> None:
    with site(say(b"hello")) as public, site(say(b"secret"), "127.0.0.1") as inside:
        guard = guard_with({"rebinding.example": [[PUBLIC], ["127.0.0.1"]]})
        with proxy.running(guard) as running:
            assert ask(running, public.url(host="rebinding.example")) == (200, b"hello")
            assert ask(running, inside.url(host="rebinding.example"))[0] == 403
    assert inside.connections == 0


def test_a_tunnel_passes_bytes_unread_in_both_directions() -> None:
    with site(say(b"hello")) as public, proxy.running(guard_with()) as running:
        status, connection = tunnel(running, PUBLIC, public.port)
        assert status == 200
        with connection:
            for _ in range(3):
                connection.sendall(b"GET /x HTTP/1.1\r\nHost: site\r\n\r\n")
                received = b""
                while not received.endswith(b"hello"):
                    received += connection.recv(4096)
        assert public.requests == ["GET /x"] * 3
        assert public.connections == 1


def test_nobody_else_may_use_it() -> None:
    with site(say(b"hello")) as public, proxy.running(guard_with()) as running:
        for key in ("", "x", running.key[:-1]):
            assert ask(running, public.url(), key=key)[0] == 407
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
            connection.sendall(f"CONNECT {PUBLIC}:{public.port} HTTP/1.1\r\n\r\n".encode())
            assert b"407" in connection.recv(4096)
    assert public.connections == 0
    assert running.key not in repr(running)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "/x", "https://127.0.0.2/", "http://u:p@127.0.0.2/", "http://[::1", "*"]
)
def test_what_is_no_request_for_a_proxy_is_refused(target: str) -> None:
    with proxy.running(guard_with()) as running:
        assert send(running, f"GET {target} HTTP/1.1") == 400
        for place in ("127.0.0.2", "127.0.0.2:x", "[::1", "a@b:80"):
            assert send(running, f"CONNECT {place} HTTP/1.1") == 400
    assert running.connections == 0


def test_many_segments_pass_and_one_that_leads_inside_does_not() -> None:
    # What a playlist does: one request after the other, several at once, one of them for another server.
    with site(say(bytes(10_000))) as public, site(say(b"secret"), "127.0.0.1") as inside:
        with proxy.running(guard_with()) as running, ThreadPoolExecutor(8) as pool:
            urls = [public.url(f"/segment/{number}") for number in range(60)]
            urls[30] = inside.url("/segment/30")
            answers = list(pool.map(lambda url: ask(running, url), urls))
        assert [number for number, (status, _) in enumerate(answers) if status != 200] == [30]
        assert all(body == bytes(10_000) for status, body in answers if status == 200)
        assert (running.connections, running.refusals) == (59, 1)
    assert inside.connections == 0


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(1 << 14):
        request.wfile.write(bytes(1 << 16))


def test_no_more_passes_than_is_allowed() -> None:
    with site(endless) as public, proxy.running(guard_with(), Allowance(size_bytes=1 << 20)) as running:
        status, body = ask(running, public.url())
        assert status == 200
        assert len(body) <= 1 << 20
        assert running.exhausted
        assert ask(running, public.url()) == (403, b"The allowance of this download is used up.")


def test_a_silent_or_slow_server_is_left() -> None:
    def wait(request: BaseHTTPRequestHandler) -> None:
        done.wait(20)

    done = threading.Event()
    with site(wait) as public:
        for allowance in (Allowance(silence_s=0.3), Allowance(time_s=0.3)):
            with proxy.running(guard_with(), allowance) as running, pytest.raises(http.client.RemoteDisconnected):
                ask(running, public.url())
        done.set()


def test_a_server_that_is_away_is_said_to_be() -> None:
    with site(say(b"")) as public:
        pass
    with proxy.running(guard_with({"none.example": [[]]})) as running:
        assert ask(running, public.url())[0] == 502
        assert ask(running, "http://none.example/")[0] == 502


def test_it_ends_with_its_block_and_takes_its_connections_along() -> None:
    with site(say(b"hello")) as public:
        with proxy.running(guard_with()) as running:
            _, connection = tunnel(running, PUBLIC, public.port)
        with connection:
            assert connection.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            ask(running, public.url())


@pytest.mark.anyio
async def test_it_runs_within_a_loop_too() -> None:
    with site(say(b"hello")) as public:
        async with proxy.opened(guard_with()) as running:
            assert await asyncio.to_thread(ask, running, public.url()) == (200, b"hello")


def test_a_downloader_is_held_by_it(tmp_path: Path) -> None:
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{inside}\n#EXTINF:1,\n/own.ts\n#EXT-X-ENDLIST\n"
    with site(say(b"secret"), "127.0.0.1") as inside, site(say(b"")) as public:

        def answer(request: BaseHTTPRequestHandler) -> None:
            match request.path:
                case "/film.mp4":
                    say(b"\0\0\0\x18ftypmp42" + bytes(2000), kind="video/mp4")(request)
                case "/sent-on.mp4":
                    say(b"", status=302, Location=inside.url("/x.mp4"))(request)
                case "/list.m3u8":
                    body = playlist.format(inside=inside.url("/x.ts")).encode()
                    say(body, kind="application/vnd.apple.mpegurl")(request)
                case _:
                    say(bytes(188 * 10), kind="video/mp2t")(request)

        public.answer = answer
        code = (
            "import sys, yt_dlp\n"
            "for number, url in enumerate(sys.argv[3:]):\n"
            "    options = dict(proxy=sys.argv[1], outtmpl=sys.argv[2] + '/%d' % number, quiet=True, noprogress=True,\n"
            "        retries=0, fragment_retries=0, skip_unavailable_fragments=False, cachedir=False, fixup='never')\n"
            "    try:\n"
            "        yt_dlp.YoutubeDL(options).extract_info(url)\n"
            "        print('came')\n"
            "    except yt_dlp.utils.DownloadError:\n"
            "        print('failed')\n"
        )
        urls = [
            public.url("/film.mp4"),
            public.url("/sent-on.mp4"),
            public.url("/list.m3u8"),
            inside.url("/x.mp4"),
            inside.url("/", "127.1"),
        ]
        with proxy.running(guard_with()) as running:
            command = [sys.executable, "-c", code, running.url, str(tmp_path), *urls]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            assert done.stdout.split() == ["came", *["failed"] * 4], done.stderr
            assert running.refusals >= 4
    assert (tmp_path / "0").stat().st_size == 2012
    assert inside.connections == 0
