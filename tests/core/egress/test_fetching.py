"""Fetching what somebody named: from the address that was checked, and no more than is wanted."""

from __future__ import annotations

import gzip
import shutil
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.core.egress.servers import PUBLIC, Answer, guard_with, say, site

from cutroom.core.egress.addresses import AddressRefused, Guard
from cutroom.core.egress.fetching import Bounds, Fetcher
from cutroom.core.http import RequestRefused, RequestUnanswered

pytestmark = pytest.mark.anyio


def send_on(location: str, status: int = 302) -> Answer:
    return say(b"", status=status, Location=location)


async def test_a_public_address_is_fetched() -> None:
    with site(say(b"hello", kind="Text/Plain; charset=utf-8")) as public:
        async with Fetcher(guard_with({"site.example": [[PUBLIC]]})) as fetcher:
            got = await fetcher.fetch(public.url("/a?b=c", "site.example"), headers={"X-Own": "1"})
    assert (got.status, got.body, got.size_bytes, got.content_type) == (200, b"hello", 5, "text/plain")
    assert public.requests == ["GET /a?b=c"]
    assert public.heads[0]["host"] == f"site.example:{public.port}"
    assert public.heads[0]["x-own"] == "1"
    assert public.heads[0]["accept-encoding"] == "identity"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "[::ffff:127.0.0.1]"])
async def test_what_is_inside_gets_no_request(host: str) -> None:
    with site(say(b"secret"), "127.0.0.1") as inside:
        async with Fetcher(Guard()) as fetcher:
            with pytest.raises(AddressRefused):
                await fetcher.fetch(inside.url(host=host))
    assert inside.connections == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_inside_is_not_followed(status: int) -> None:
    with site(say(b"secret"), "127.0.0.1") as inside:
        for host in ("127.0.0.1", "rebound.example"):
            with site(send_on(inside.url("/admin", host), status)) as public:
                async with Fetcher(guard_with({"rebound.example": [["127.0.0.1"]]})) as fetcher:
                    with pytest.raises(AddressRefused):
                        await fetcher.fetch(public.url())
                assert public.requests == ["GET /"]
    assert inside.connections == 0


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.2/x", "http://u:p@127.0.0.2/", "//u@127.0.0.2/"]
)
async def test_a_redirect_to_what_is_no_address_of_the_web_is_refused(location: str) -> None:
    with site(send_on(location)) as public:
        async with Fetcher(guard_with()) as fetcher:
            with pytest.raises((AddressRefused, RequestRefused)):
                await fetcher.fetch(public.url())


async def test_a_name_that_changes_its_address_leads_nowhere() -> None:
    # The first answer is public; the server then ends the connection, so that the second request needs a new one.
    with site(say(b"secret"), "127.0.0.1") as inside, site(say(b"")) as public:

        def once_more(request: BaseHTTPRequestHandler) -> None:
            request.send_response(302)
            request.send_header("Location", f"http://rebinding.example:{inside.port}/admin")
            request.send_header("Content-Length", "0")
            request.send_header("Connection", "close")
            request.end_headers()

        public.answer = once_more
        guard = guard_with({"rebinding.example": [[PUBLIC], ["127.0.0.1"]]})
        async with Fetcher(guard) as fetcher:
            with pytest.raises(AddressRefused):
                await fetcher.fetch(public.url(host="rebinding.example"))
        assert public.requests == ["GET /"]
        assert inside.connections == 0


async def test_a_name_is_resolved_once_for_a_connection() -> None:
    # Were it resolved again to connect, the second answer would lead inside.
    with site(say(b"hello")) as public, site(say(b"secret"), "127.0.0.1") as inside:
        guard = guard_with({"site.example": [[PUBLIC], ["127.0.0.1"]]})
        async with Fetcher(guard) as fetcher:
            assert (await fetcher.fetch(public.url(host="site.example"))).body == b"hello"
    assert inside.connections == 0


async def test_redirects_are_followed_so_far_and_no_further() -> None:
    def count_down(request: BaseHTTPRequestHandler) -> None:
        left = int(request.path[1:])
        (send_on(f"/{left - 1}") if left else say(b"there"))(request)

    with site(count_down) as public:
        async with Fetcher(guard_with()) as fetcher:
            got = await fetcher.fetch(public.url("/5"))
            assert (got.body, got.url) == (b"there", public.url("/0"))
            with pytest.raises(RequestRefused, match="leads nowhere"):
                await fetcher.fetch(public.url("/6"))


async def test_a_key_does_not_travel_to_another_server() -> None:
    with site(say(b"hello")) as second, site(send_on(second.url(host="other.example"))) as first:
        guard = guard_with({"first.example": [[PUBLIC]], "other.example": [[PUBLIC]]})
        async with Fetcher(guard) as fetcher:
            await fetcher.fetch(first.url(host="first.example"), headers={"Authorization": "Bearer key"})
    assert first.heads[0]["authorization"] == "Bearer key"
    assert "authorization" not in second.heads[0]


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "video/mp4")
    request.send_header("Connection", "close")
    request.end_headers()
    for _ in range(1 << 14):
        request.wfile.write(bytes(1 << 16))


async def test_no_more_is_taken_than_is_wanted(tmp_path: Path) -> None:
    target = tmp_path / "film"
    with site(endless) as public:
        async with Fetcher(guard_with()) as fetcher:
            with pytest.raises(RequestRefused, match="larger than 1,000,000 bytes"):
                await fetcher.fetch(public.url(), Bounds(size_bytes=1_000_000))
            with pytest.raises(RequestRefused, match="larger than 1,000,000 bytes"):
                await fetcher.fetch_to(public.url(), target, Bounds(size_bytes=1_000_000))
    assert not target.exists()


async def test_an_answer_that_says_it_is_too_large_is_not_read() -> None:
    def claim(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(1 << 30))
        request.end_headers()

    with site(claim) as public:
        async with Fetcher(guard_with()) as fetcher:
            with pytest.raises(RequestRefused, match="larger than"):
                await fetcher.fetch(public.url())


async def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    with site(say(bomb, Content_Encoding="gzip")) as public:
        async with Fetcher(guard_with()) as fetcher:
            with pytest.raises(RequestRefused, match="packed as 'gzip'"):
                await fetcher.fetch(public.url())


async def test_a_server_that_drips_is_left(tmp_path: Path) -> None:
    left = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        for _ in range(600):
            try:
                request.wfile.write(b"x")
            except OSError:
                left.set()
                return
            time.sleep(0.05)

    with site(drip) as public:
        async with Fetcher(guard_with()) as fetcher:
            with pytest.raises(RequestUnanswered, match="did not answer in time"):
                await fetcher.fetch_to(public.url(), tmp_path / "film", Bounds(time_s=0.5))
        assert left.wait(10)
    assert not list(tmp_path.iterdir())


async def test_only_the_types_that_are_wanted_are_taken() -> None:
    with site(say(b"<html>", kind="text/html")) as public:
        async with Fetcher(guard_with()) as fetcher:
            with pytest.raises(
                RequestRefused, match=r"answered with 'text/html': give the address of video/… or audio/…"
            ):
                await fetcher.fetch(public.url(), Bounds(types=("video/", "audio/")))
            assert (await fetcher.fetch(public.url(), Bounds(types=("text/html",)))).body == b"<html>"


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (404, RequestRefused, "has nothing there"),
        (403, RequestRefused, "does not give"),
        (503, RequestUnanswered, "busy"),
    ],
)
async def test_an_answer_that_is_no_success_says_why(status: int, error: type[Exception], message: str) -> None:
    with site(say(b"", status=status)) as public:
        async with Fetcher(guard_with()) as fetcher:
            with pytest.raises(error, match=message):
                await fetcher.fetch(public.url())


async def test_a_server_that_is_away_cannot_be_reached() -> None:
    with site(say(b"")) as public:
        pass
    async with Fetcher(guard_with()) as fetcher:
        with pytest.raises(RequestUnanswered, match="cannot be reached"):
            await fetcher.fetch(public.url())


async def test_a_file_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    body = bytes(range(256)) * 4096
    with site(say(body, kind="video/mp4")) as public:
        async with Fetcher(guard_with()) as fetcher:
            got = await fetcher.fetch_to(public.url(), tmp_path / "film")
            assert (got.size_bytes, got.body) == (len(body), b"")
            with pytest.raises(FileExistsError):
                await fetcher.fetch_to(public.url(), tmp_path / "film")
    assert (tmp_path / "film").read_bytes() == body


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(say(b"from the proxy"), "127.0.0.1") as proxy, site(say(b"hello")) as public:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        async with Fetcher(guard_with()) as fetcher:
            assert (await fetcher.fetch(public.url())).body == b"hello"
    assert proxy.connections == 0


async def test_a_post_is_sent_once_and_follows_nothing() -> None:
    with site(say(b"x" * 5000, status=500)) as public:
        async with Fetcher(guard_with()) as fetcher:
            got = await fetcher.send(public.url("/hook"), b"{}", {"X-Id": "1"}, time_s=5, kept_bytes=100)
    assert (got.status, got.body) == (500, b"x" * 100)
    assert public.requests == ["POST /hook"]
    with site(say(b"secret"), "127.0.0.1") as inside, site(send_on(inside.url(), 307)) as public:
        async with Fetcher(guard_with()) as fetcher:
            assert (await fetcher.send(public.url(), b"{}", {}, time_s=5, kept_bytes=100)).status == 307
    assert inside.connections == 0


async def test_tls_asks_for_the_name_and_proves_it(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    names = ["-subj", "/CN=secure.example", "-addext", "subjectAltName=DNS:secure.example"]
    made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", *names]
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    subprocess.run([program, "req", *made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _stream, name, _context: asked.append(name)
    guard = guard_with({"secure.example": [[PUBLIC]], "other.example": [[PUBLIC]]})
    trust = ssl.create_default_context(cafile=str(certificate))
    with site(say(b"secure"), context=context) as public:
        async with Fetcher(guard, verify=trust) as fetcher:
            url = public.url(host="secure.example").replace("http:", "https:")
            assert (await fetcher.fetch(url)).body == b"secure"
            with pytest.raises(RequestUnanswered, match="cannot be reached"):
                await fetcher.fetch(url.replace("secure.example", "other.example"))
    assert asked == ["secure.example", "other.example"]
