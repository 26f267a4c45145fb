"""Who is told of what happens."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from tests.accounts.webhooks.house import deliveries, happen, hook
from tests.api.studio import Studio
from tests.core.egress.servers import Site

from cutroom.accounts.models import Role, Scope, User
from cutroom.accounts.tokens import make_token
from cutroom.accounts.webhooks.events import BODY_BYTES, KINDS, emit
from cutroom.accounts.webhooks.models import WebhookEvent
from cutroom.core.clock import now

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


async def told(studio: Studio) -> dict[str, int]:
    """Count deliveries by webhook."""
    counts: dict[str, int] = {}
    for row in await deliveries(studio):
        counts[str(row.webhook_id)] = counts.get(str(row.webhook_id), 0) + 1
    return counts


async def test_people_hear_of_their_own_things_and_administrators_of_everybodys(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    bob, as_bob = await studio.person(Role.EDITOR)
    _, as_admin = await studio.person(Role.ADMIN)
    of_ada, of_bob, of_all = [(await hook(each, receiver))["id"] for each in (as_ada, as_bob, as_admin)]
    await happen(studio, ada)
    assert await told(studio) == {of_ada: 1, of_all: 1}
    await happen(studio, bob)
    await happen(studio, None)
    assert await told(studio) == {of_ada: 1, of_bob: 1, of_all: 3}


async def test_an_administrator_no_more_hears_of_own_things_alone(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.ADMIN)
    other, _ = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver)
    assert made["everything"]
    async with studio.database.writing() as session:
        (await session.get_one(User, ada)).role = Role.EDITOR
    await happen(studio, other)
    assert await told(studio) == {}
    await happen(studio, ada)
    assert await told(studio) == {made["id"]: 1}


async def test_a_token_that_is_no_administrators_makes_no_webhook_that_is(studio: Studio, receiver: Site) -> None:
    ada, _ = await studio.person(Role.ADMIN)
    other, _ = await studio.person(Role.EDITOR)
    async with studio.database.writing() as session:
        _, secret = await make_token(session, ada, "for webhooks", scopes=[Scope.READ, Scope.WRITE])
    made = await hook(await studio.client({"Authorization": f"Bearer {secret}"}), receiver)
    assert not made["everything"]
    await happen(studio, other)
    assert await told(studio) == {}


async def test_who_may_not_sign_in_hears_nothing(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)
    async with studio.database.writing() as session:
        (await session.get_one(User, ada)).disabled_at = now()
    await happen(studio, ada)
    assert await told(studio) == {}


async def test_a_webhook_hears_of_the_kinds_that_it_wants(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver, kinds=["run.failed", "run.succeeded"])
    off = await hook(as_ada, receiver)
    await as_ada.patch(f"/api/v1/webhooks/{off['id']}", json={"enabled": False})
    for kind in KINDS:
        await happen(studio, ada, kind)
    assert await told(studio) == {made["id"]: 2}


async def test_what_is_undone_is_not_told(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)

    async def fail(session: AsyncSession) -> None:
        await emit(session, "asset.ready", {}, owner_id=ada)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await studio.database.write(fail)
    assert await told(studio) == {}


async def test_nothing_is_kept_that_nobody_wants_to_hear(studio: Studio) -> None:
    ada, _ = await studio.person(Role.EDITOR)
    await happen(studio, ada)
    async with studio.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(WebhookEvent)) == 0


async def test_an_event_that_is_not_declared_is_a_mistake(studio: Studio) -> None:
    with pytest.raises(ValueError, match="KINDS"):
        await happen(studio, None, "asset.redy")


async def test_a_body_is_never_too_large(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)
    await happen(studio, ada, asset_id="1", title="ü" * BODY_BYTES)
    async with studio.database.reading() as session:
        body = await session.scalar(select(WebhookEvent.body))
    assert body is not None
    assert len(body.encode()) < BODY_BYTES
    read = json.loads(body)
    assert (read["data"], read["shortened"], read["type"]) == ({"asset_id": "1"}, True, "asset.ready")
