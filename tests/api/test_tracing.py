"""Traces of requests and steps, as a collector gets them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from pytest_httpserver import HTTPServer
from tests.api.studio import Studio, data_settings, finished, make_studio
from werkzeug import Request, Response

from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.core.tracing import provider, start_tracing, stop_tracing
from cutroom.providers.registry import load

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SECRET = "marker" * 8


@pytest.fixture
def collected(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Span]]:
    """The spans that a collector on loopback was sent, once tracing was stopped."""
    spans: list[Span] = []

    def take(request: Request) -> Response:
        raw = request.get_data()
        body = gzip.decompress(raw) if request.headers.get("Content-Encoding") == "gzip" else raw
        sent = ExportTraceServiceRequest.FromString(body)
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                spans.extend(scope.spans)
        return Response(b"", content_type="application/x-protobuf")

    httpserver.expect_request("/v1/traces", method="POST").respond_with_handler(take)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", httpserver.url_for("/").rstrip("/"))
    yield spans
    stop_tracing()


def attributes(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value or str(each.value.int_value) for each in span.attributes}


async def test_requests_and_the_steps_that_they_start_have_one_number(
    database: Database, tmp_path: Path, collected: list[Span]
) -> None:
    settings = data_settings(tmp_path)
    start_tracing(settings.model_copy(update={"otel": True}), "server")
    studio: Studio = make_studio(database, load("storage", "local")(settings, "local"), settings)
    async with studio.clients:
        _, client = await studio.person()
        asset = await studio.asset(client)
        started = await client.post("/api/v1/runs", json={"recipe": "double", "asset_id": asset})
        failing = await client.post("/api/v1/runs", json={"recipe": "refuse", "asset_id": asset})
        await client.get(f"/api/v1/shared/{SECRET}?token={SECRET}")
        async with studio.working():
            for answer in (started, failing):
                await finished(client, answer.json()["id"])
    stop_tracing()

    number = started.headers["x-request-id"]
    of_request = [each for each in collected if attributes(each).get("cutroom.correlation_id") == number]
    names = {each.name for each in of_request}
    assert "POST /api/v1/runs" in names
    assert {"step measure", "step double"} <= names
    measured = next(each for each in of_request if each.name == "step measure")
    assert attributes(measured)["cutroom.run_id"] == started.json()["id"]
    failed = next(each for each in collected if each.name == "step refuse")
    assert attributes(failed)["cutroom.failure"] == "ValueError"
    assert SECRET not in str(collected)
    assert "a secret of the inside" not in str(collected)
    assert "http.route" in attributes(next(each for each in collected if each.name == "POST /api/v1/runs"))


async def test_without_the_setting_nothing_is_traced(
    database: Database, tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", httpserver.url_for("/").rstrip("/"))
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    settings: Settings = data_settings(tmp_path)
    start_tracing(settings, "server")
    assert provider() is None
    studio = make_studio(database, load("storage", "local")(settings, "local"), settings)
    async with studio.clients:
        _, client = await studio.person()
        await client.get("/api/v1/session")
    assert httpserver.log == []
