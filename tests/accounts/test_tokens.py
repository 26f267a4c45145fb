"""What a token may do is what it was made for, within what its owner may."""

from __future__ import annotations

import re

import httpx2
import pytest
from sqlalchemy import select
from tests.api.studio import Studio

from cutroom.accounts.access import SAFE
from cutroom.accounts.models import ApiToken, Role, Scope, User
from cutroom.accounts.tokens import make_token
from cutroom.accounts.users import new_user

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SOME_ID = "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"


async def _program(studio: Studio, role: Role, *scopes: Scope) -> httpx2.AsyncClient:
    async with studio.database.writing() as session:
        user = new_user(f"{role} {'-'.join(scopes)}", None, role)
        session.add(user)
        await session.flush()
        _, secret = await make_token(session, user.id, "test", scopes=scopes)
    return await studio.client({"Authorization": f"Bearer {secret}"})


def _operations(studio: Studio) -> list[tuple[str, str]]:
    return [
        (method.upper(), re.sub(r"\{\w+_id\}", SOME_ID, path).replace("{queue}", "cpu").replace("{name}", "x"))
        for path, operations in studio.app.openapi()["paths"].items()
        for method, operation in operations.items()
        if operation.get("security")
    ]


async def _forbidden(studio: Studio, client: httpx2.AsyncClient) -> tuple[set[str], set[str]]:
    """Give what a program is refused for its scopes, and what it is not."""
    refused: set[str] = set()
    others: set[str] = set()
    for method, path in _operations(studio):
        if path.endswith("/events"):
            continue
        answer = await client.request(method, path)
        for_scope = answer.status_code == 403 and "This token may only" in answer.json()["detail"]
        (refused if for_scope else others).add(f"{method} {path}")
    return refused, others


async def test_a_token_to_read_changes_nothing_at_all(studio: Studio) -> None:
    refused, others = await _forbidden(studio, await _program(studio, Role.ADMIN, Scope.READ))
    assert refused
    assert {each for each in refused | others if each.partition(" ")[0] in SAFE} == others


async def test_a_token_to_upload_reaches_uploads_and_nothing_else(studio: Studio) -> None:
    _, others = await _forbidden(studio, await _program(studio, Role.EDITOR, Scope.UPLOAD))
    assert others == {each for each in others if re.search(r"/api/v1/(uploads|assets|imports)\b", each)}, others
    assert not [each for each in others if each.startswith(("DELETE /api/v1/assets", "PATCH /api/v1/assets"))]


async def test_an_administrators_token_administers_with_the_scope_alone(studio: Studio) -> None:
    editor = await _program(studio, Role.ADMIN, Scope.READ, Scope.WRITE)
    admin = await _program(studio, Role.ADMIN, Scope.READ, Scope.WRITE, Scope.ADMIN)
    forged = await _program(studio, Role.EDITOR, Scope.READ, Scope.WRITE, Scope.ADMIN)
    for path in ("/api/v1/users", "/api/v1/invitations", "/api/v1/workers", "/api/v1/mails"):
        assert [(await each.get(path)).status_code for each in (editor, admin, forged)] == [403, 200, 403]
    new = {"name": "Group"}
    assert [(await each.post("/api/v1/groups", json=new)).status_code for each in (editor, forged, admin)] == [
        403,
        403,
        201,
    ]


async def test_a_viewers_token_makes_nothing_whatever_it_is_for(studio: Studio) -> None:
    program = await _program(studio, Role.VIEWER, *Scope)
    body = {"recipe": "double", "asset_id": SOME_ID, "params": {}}
    assert (await program.post("/api/v1/runs", json=body)).status_code == 403


@pytest.mark.parametrize("scopes", [[], ["root"], ["read", "everything"]])
async def test_a_token_for_nothing_or_for_what_there_is_not_is_not_made(studio: Studio, scopes: list[str]) -> None:
    _, browser = await studio.browser()
    assert (await browser.post("/api/v1/tokens", json={"name": "x", "scopes": scopes})).status_code == 422


async def test_a_token_tells_when_and_from_where_it_was_used_and_keeps_a_hash_alone(studio: Studio) -> None:
    _, browser = await studio.browser()
    made = (await browser.post("/api/v1/tokens", json={"name": "nightly", "expires_in_days": 2})).json()
    assert made["used_at"] is None
    program = await studio.client({"Authorization": f"Bearer {made['secret']}", "X-Forwarded-For": "203.0.113.9"})
    assert (await program.get("/api/v1/me")).status_code == 200
    (listed,) = (await browser.get("/api/v1/tokens")).json()["items"]
    assert listed["used_at"]
    assert listed["used_from"] == "203.0.113.9"
    async with studio.database.reading() as session:
        kept = (await session.scalars(select(ApiToken))).one()
    assert made["secret"] not in str(vars(kept))
    assert len(kept.token_hash) == 64


async def test_a_token_neither_ends_sessions_nor_changes_the_account(studio: Studio) -> None:
    user_id, program = await studio.person(Role.EDITOR)
    assert (await program.delete("/api/v1/sessions")).status_code == 403
    assert (await program.patch("/api/v1/me", json={"name": "Other"})).status_code == 403
    assert (await program.put("/api/v1/me/password", json={"old": "x", "new": "y"})).status_code == 403
    async with studio.database.reading() as session:
        assert (await session.get_one(User, user_id)).display_name != "Other"
