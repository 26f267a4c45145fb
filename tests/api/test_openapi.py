"""The description of the API, and that the API keeps to it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.api.matrix import ADMINS, PUBLIC, ROWS
from tests.api.studio import Studio, make_studio

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SOME_ID = "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"


def _operations(studio: Studio) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, operations in studio.app.openapi()["paths"].items()
        for method, operation in operations.items()
    ]


def _address(path: str) -> str:
    return (
        re.sub(r"\{queue\}", "cpu", re.sub(r"\{\w+_id\}", SOME_ID, path))
        .replace("{signed}", "x")
        .replace("{name}", "x")
        .replace("{number}", "1")
    )


async def test_an_operation_says_that_it_wants_an_account_where_it_does(studio: Studio) -> None:
    """Who is refused what is the table's to say, and tried by everybody in the test of the table."""
    nobody = await studio.client()
    for method, path, operation in _operations(studio):
        public = ROWS[operation["operationId"]].rule == PUBLIC
        answer = await nobody.request(method, _address(path))
        assert (answer.status_code != 401) == public, (method, path, answer.status_code)
        assert bool(operation.get("security")) != public, (method, path)
        if ROWS[operation["operationId"]].rule == ADMINS:
            assert "403" in operation["responses"], (method, path)


async def test_every_route_of_the_application_is_described_or_known(studio: Studio) -> None:
    """A route that is added without a place in the description fails here, and so cannot be forgotten above."""
    described = {path for _, path, _ in _operations(studio)}
    hidden = {"/metrics", "/openapi.json"}
    client = await studio.client()
    for path in hidden:
        assert (await client.get(path)).status_code == 200
    assert described.isdisjoint(hidden)
    assert len({operation["operationId"] for _, _, operation in _operations(studio)}) == len(_operations(studio))


async def test_a_client_can_be_generated_from_it(studio: Studio) -> None:
    schema = studio.app.openapi()
    assert schema["openapi"].startswith("3.1")
    tags = {tag["name"] for tag in schema["tags"]}
    for method, path, operation in _operations(studio):
        where = (method, path)
        assert re.fullmatch(r"[a-z][a-z_]+", operation["operationId"]), where
        assert set(operation["tags"]) <= tags, where
        assert len(operation["tags"]) == 1, where
        assert operation["description"].endswith((".", "*")), where
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                assert content.get("schema") is not None, (where, status, media_type)
                if status[0] in "45" and "health" not in path:
                    assert media_type == "application/problem+json", (where, status)
        for parameter in operation.get("parameters", []):
            assert parameter["schema"], where
    names = schema["components"]["schemas"]
    assert "HTTPValidationError" not in names
    refs = set(re.findall(r'"#/components/schemas/([^"]+)"', str(schema).replace("'", '"')))
    assert refs <= set(names)
    assert not [name for name in names if not re.fullmatch(r"[A-Za-z_]+", name)]


async def test_it_is_made_once_for_all_instances_of_a_process(studio: Studio) -> None:
    other = make_studio(studio.database, studio.storage, studio.settings)
    assert other.app.openapi() is studio.app.openapi()


async def test_what_is_shown_as_an_example_is_accepted(studio: Studio) -> None:
    _, client = await studio.person()
    schemas = studio.app.openapi()["components"]["schemas"]
    (example,) = schemas["NewRun"]["examples"]
    answer = await client.post("/api/v1/runs", json=example)
    assert answer.status_code == 404  # everything fits, but this asset is not there
    assert schemas["Problem"]["examples"][0]["status"] == 404
