"""Uploads on lines that break and in processes that die."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import os
import socket
import struct
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.api.studio import Studio
from tests.ingest.uploads.bringing import FILM, OCTETS, TUS, Bringer, bringer, told, used_bytes
from tests.ingest.uploads.machines import address_of, make_bearer, processes

from cutroom.accounts.models import Role
from cutroom.core.database import Database
from cutroom.core.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SIZE = 20_000_003
CONTENT = (FILM + os.urandom(1 << 16)).ljust(SIZE, b"\7")


def _half_sent(url: str, address: str, bearer: str, offset: int, piece: bytes, announced: int) -> socket.socket:
    """Begin a PATCH whose rest never comes."""
    place = urlsplit(url)
    line = socket.create_connection((place.hostname, place.port), timeout=60)
    headers = {**TUS, **OCTETS, "Upload-Offset": str(offset), "Content-Length": str(announced), "Authorization": bearer}
    written = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
    line.sendall(f"PATCH {address} HTTP/1.1\r\nHost: {place.netloc}\r\n{written}\r\n".encode() + piece)
    return line


def _reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


async def test_a_line_that_is_cut_23_times_brings_every_byte_once(studio: Studio) -> None:
    _, token = await studio.account(Role.EDITOR)
    bearer = f"Bearer {token}"
    async with studio.served() as url, httpx2.AsyncClient(base_url=url, headers={"Authorization": bearer}) as client:
        one = Bringer(studio, client)
        address = await one.begin(SIZE)
        cuts = 0
        while cuts < 23:
            offset = await one.offset(address)
            piece = CONTENT[offset : offset + SIZE // 24]
            line = await asyncio.to_thread(_half_sent, url, address, bearer, offset, piece, SIZE - offset)
            await asyncio.sleep(0.02)
            (_reset if cuts % 2 else socket.socket.close)(line)
            cuts += 1
        offset = await one.offset(address)
        assert 0 < offset <= SIZE
        assert (await one.add(address, offset, CONTENT[offset:])).status_code == 204
        assert await one.finish() == 1
        (asset,) = await one.assets()
        got = await client.get(asset["original_url"])
    assert hashlib.sha256(got.content).digest() == hashlib.sha256(CONTENT).digest()
    assert await used_bytes(studio.database) == SIZE


@pytest.mark.slow
async def test_200_lines_that_say_next_to_nothing_keep_nobody_waiting(studio: Studio) -> None:
    one = await bringer(studio)
    bearer = one.client.headers["authorization"]
    async with studio.served() as url, httpx2.AsyncClient(base_url=url, headers={"Authorization": bearer}) as client:
        theirs = Bringer(studio, client)
        addresses = [await one.begin(1000) for _ in range(200)]
        lines = [await asyncio.to_thread(_half_sent, url, each, bearer, 0, b"a", 1000) for each in addresses]
        try:
            address = await theirs.begin(len(FILM))
            assert (await theirs.add(address, 0, FILM)).status_code == 204
            assert (await client.get("/api/v1/session")).status_code == 200
            # Whoever comes back to one of them gets it, with the byte that came.
            begin = time.monotonic()
            assert await theirs.offset(addresses[0]) == 1
            assert time.monotonic() - begin < 6
        finally:
            for line in lines:
                _reset(line)


async def test_of_eight_who_send_the_same_bytes_at_once_one_is_taken(studio: Studio) -> None:
    one = await bringer(studio)
    address = await one.begin(200_000)
    bodies = [bytes([number]) * 200_000 for number in range(8)]
    answers = await asyncio.gather(*(one.add(address, 0, body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [204, *[409] * 7]
    files = [path.read_bytes() for path in (studio.settings.data_dir / "uploads").glob("*")]
    assert [each in bodies for each in files] == [True]


class _Instance:
    """The program in a process that is killed, and somebody who brings a file to it."""

    def __init__(self, url: str, bearer: str) -> None:
        self.place = urlsplit(url)
        self.headers = {**TUS, "Authorization": bearer}

    def ask(self, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(str(self.place.hostname), self.place.port, timeout=60)
        connection.request(method, path, headers={**self.headers, "Content-Length": "0", **headers})
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined] # for who looks at it
        connection.close()
        return answer

    def json(self, path: str) -> Any:  # noqa: ANN401 - JSON
        return httpx2.get(f"{self.place.geturl()}{path}", headers=self.headers, timeout=60).json()


@pytest.mark.slow
@pytest.mark.parametrize("percent", [1, 50, 99, 100])
async def test_a_server_that_is_killed_has_what_it_acknowledged_and_makes_one_asset(
    database_url: str, tmp_path: Path, percent: int
) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url)
    bearer = await make_bearer(settings)
    environment = {
        "CUTROOM_DATA_DIR": str(settings.data_dir),
        "CUTROOM_DATABASE_URL": database_url,
        "CUTROOM_FREE_SPACE": "0",
    }

    def walk() -> tuple[int, bytes, list[Any]]:
        with processes(tmp_path, environment, "up", 1) as (server,):
            one = _Instance(address_of(server), bearer)
            metadata = told(filename="talk.mp4", start="")
            made = one.ask("POST", "/api/v1/uploads", **{"Upload-Length": str(SIZE), "Upload-Metadata": metadata})
            address = str(made.getheader("Location"))
            sent = SIZE * percent // 100
            line = _half_sent(one.place.geturl(), address, bearer, 0, CONTENT[:sent], SIZE)
            if percent == 100:
                assert line.recv(100).startswith(b"HTTP/1.1 204")
            else:
                path = settings.data_dir / "uploads" / address.rpartition("/")[2]
                end = time.monotonic() + 60
                while path.stat().st_size == 0:
                    assert time.monotonic() < end, "nothing was written"
                    time.sleep(0.01)
            server.child.kill()
            server.child.wait()
            line.close()
            server.log.write_text("")
            server.start()
            one = _Instance(address_of(server), bearer)
            offset = int(str(one.ask("HEAD", address).getheader("Upload-Offset")))
            assert 0 < offset <= sent
            if offset < SIZE:
                with httpx2.Client(base_url=one.place.geturl(), headers=one.headers, timeout=60) as client:
                    told_offset = {**OCTETS, "Upload-Offset": str(offset)}
                    answer = client.patch(address, headers=told_offset, content=CONTENT[offset:])
                    assert answer.status_code == 204, answer.text
            end = time.monotonic() + 60
            while (state := one.json(f"{address}/state"))["state"] != "finished":
                assert time.monotonic() < end, state
                time.sleep(0.05)
            assets = one.json("/api/v1/assets")["items"]
            got = httpx2.get(f"{one.place.geturl()}{assets[0]['original_url']}", headers=one.headers, timeout=60)
            return offset, got.content, assets

    _, content, assets = await asyncio.to_thread(walk)
    assert len(assets) == 1
    assert hashlib.sha256(content).digest() == hashlib.sha256(CONTENT).digest()
    database = Database(database_url)
    try:
        assert await used_bytes(database) == SIZE
    finally:
        await database.close()
    assert list((settings.data_dir / "uploads").glob("*")) == []
