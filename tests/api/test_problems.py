"""What the server says when it does not do what was asked."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import httpx2
import pytest
from fastapi.responses import StreamingResponse
from tests.api.studio import Studio, data_settings, make_studio

from cutroom.api.app import MAX_BODY_BYTES
from cutroom.core.database import Database
from cutroom.core.problems import MEDIA_TYPE, Problem
from cutroom.providers.registry import load

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def _problem(answer: httpx2.Response, status: int) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    found = Problem.model_validate_json(answer.text)
    assert found.status == status
    assert found.type.startswith("urn:cutroom:problem:")
    assert found.detail
    assert found.instance == f"urn:uuid:{uuid.UUID(answer.headers['x-request-id'])}"
    return found


async def test_every_refusal_has_the_same_form(studio: Studio) -> None:
    _, client = await studio.person()
    _problem(await client.get("/nowhere"), 404)
    _problem(await client.get("/api/v1/nowhere"), 404)
    _problem(await client.get("/api/v1/runs/0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"), 404)
    wrong_method = await client.put("/api/v1/runs")
    _problem(wrong_method, 405)
    assert set(wrong_method.headers["allow"].replace(",", " ").split()) == {"GET", "POST"}
    _problem(await (await studio.client()).get("/api/v1/runs"), 401)
    _problem(await client.post("/api/v1/schedules", content=b"x" * (MAX_BODY_BYTES + 1)), 413)
    _problem(await client.post("/api/v1/runs", content=b"x" * (MAX_BODY_BYTES + 1)), 422)
    _problem(await client.post("/api/v1/runs", content=b"x" * (16 * MAX_BODY_BYTES + 1)), 413)
    _problem(await client.get("/api/v1/runs", params={"after": "?"}), 422)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'"\\ud800"', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"{}", "text/plain"),
        (b"recipe=double", "application/x-www-form-urlencoded"),
        (b"[" * 100_000, "application/json"),
        (b'{"priority": 1e400}', "application/json"),
        (b'{"priority": ' + b"9" * 5000 + b"}", "application/json"),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused_in_words(studio: Studio, content: bytes, media_type: str) -> None:
    _, client = await studio.person()
    answer = await client.post("/api/v1/runs", content=content, headers={"Content-Type": media_type})
    found = _problem(answer, answer.status_code)
    assert found.status in {400, 422}


async def test_every_part_that_is_wrong_is_named(studio: Studio) -> None:
    _, client = await studio.person()
    answer = await client.post("/api/v1/runs", json={"recipe": "", "priority": 1000})
    found = _problem(answer, 422)
    assert {wrong.where for wrong in found.errors} == {"body.recipe", "body.asset_id", "body.priority"}


async def test_a_password_that_was_sent_wrongly_is_not_sent_back(studio: Studio) -> None:
    client = await studio.client()
    answer = await client.post("/api/v1/session", json={"name": "Ada", "password": "s3cret" * 200})
    _problem(answer, 422)
    assert "s3cret" not in answer.text


async def test_a_fault_is_told_by_its_number_alone(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    @studio.app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("the inside of the server")

    answer = await (await studio.client()).get("/fault")
    found = _problem(answer, 500)
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text
    assert found.instance in found.detail
    assert "the inside of the server" in caplog.text


async def test_a_fault_in_the_middle_of_an_answer_cuts_it_off(studio: Studio) -> None:
    async def pieces() -> object:
        yield b"half"
        raise RuntimeError("gone")

    @studio.app.get("/half")
    async def half() -> StreamingResponse:
        return StreamingResponse(pieces(), headers={"Content-Length": "8"})  # type: ignore[arg-type] # an async generator

    async with studio.served() as address, httpx2.AsyncClient(base_url=address) as client:
        with pytest.raises(httpx2.RemoteProtocolError):
            await client.get("/half")


async def test_a_database_that_does_not_answer_is_a_503_without_its_address(tmp_path: Path, database: Database) -> None:
    settings = data_settings(tmp_path)
    away = Database("postgresql://somebody:hunter2@127.0.0.1:1/nowhere")
    studio = make_studio(away, load("storage", "local")(settings, "local"), settings)
    async with studio.clients:
        client = await studio.client({"Authorization": "Bearer cutroom_x"})
        answer = await client.get("/api/v1/runs")
    await away.close()
    _problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    assert "127.0.0.1" not in answer.text
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("sent", ["", "x", "a" * 500, "5b1f5e0e\r\nX: y", "{5b1f5e0e-70e3-4d4a-9f3a-6f0e5a8f8f1c}"])
async def test_a_number_that_is_none_is_not_taken_over(studio: Studio, sent: str) -> None:
    client = await studio.client()
    try:
        answer = await client.get("/health/live", headers={"X-Request-ID": sent})
    except httpx2.LocalProtocolError:
        return  # nothing such can be sent
    assert answer.headers["x-request-id"] != sent
    assert uuid.UUID(answer.headers["x-request-id"]).version == 4


async def test_a_number_that_was_sent_is_kept_and_stays_with_the_run(studio: Studio) -> None:
    _, client = await studio.person()
    number = uuid.uuid4().hex
    body = {"recipe": "double", "asset_id": await studio.asset(client)}
    answer = await client.post("/api/v1/runs", json=body, headers={"X-Request-ID": number})
    assert answer.headers["x-request-id"] == number
    assert json.loads(answer.text)["state"] == "queued"


async def test_every_answer_carries_the_headers_of_a_careful_server(studio: Studio) -> None:
    client = await studio.client()
    for path in ("/", "/health", "/api/v1/runs", "/nowhere", "/openapi.json", "/setup?token=x"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["cache-control"] == "no-store", path
        assert "unsafe" not in headers["content-security-policy"], path
