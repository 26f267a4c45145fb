"""Webhooks over HTTP."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError
from tests.accounts.webhooks.house import HOOKS, Post, audited, deliveries, happen, hook, pass_time
from tests.api.studio import Studio
from tests.core.egress.servers import Site, say

from cutroom.accounts.models import Role
from cutroom.accounts.vault.models import Secret
from cutroom.accounts.webhooks.models import WebhookEvent
from cutroom.library.housekeeping import drop_rows

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


async def test_a_secret_is_shown_once_and_kept_sealed(studio: Studio, receiver: Site) -> None:
    _, client = await studio.person(Role.EDITOR)
    made = await hook(client, receiver, description="Chat", kinds=["asset.ready", "asset.ready"])
    assert made["kinds"] == ["asset.ready"]
    for path in (HOOKS, f"{HOOKS}/{made['id']}", f"{HOOKS}/{made['id']}/deliveries"):
        assert "whsec_" not in (await client.get(path)).text
    async with studio.database.reading() as session:
        sealed = await session.scalar(select(Secret.sealed))
    assert made["secret"] not in str(sealed)
    (entry,) = await audited(studio, "webhook.created")
    assert made["secret"] not in json.dumps(entry.details)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8400/", "https://localhost/", "https://10.0.0.1/hook", "https://[::1]/", "https://127.1/",
        "https://169.254.169.254/latest/meta-data", "ftp://example.org/", "https://user:word@1.1.1.1/", "http://1.1.1.1/",
        "https://nothing.invalid/", "https://1.1.1.1:22/", "not an address", "https://1.1.1.1/\x00",
    ],
)  # fmt: skip
async def test_an_address_to_which_nothing_may_be_sent_is_refused(studio: Studio, receiver: Site, url: str) -> None:
    _, client = await studio.person(Role.EDITOR)
    assert (await client.post(HOOKS, json={"url": url})).status_code == 422
    made = await hook(client, receiver)
    assert (await client.patch(f"{HOOKS}/{made['id']}", json={"url": url})).status_code == 422


async def test_only_events_that_there_are_can_be_wanted(studio: Studio, receiver: Site) -> None:
    _, client = await studio.person(Role.EDITOR)
    for kinds in (["asset.redy"], ["webhook.test"], ["*"], "asset.ready", [1]):
        answer = await client.post(HOOKS, json={"url": receiver.url(), "kinds": kinds})
        assert answer.status_code == 422, kinds
    assert "asset.ready" in (await client.post(HOOKS, json={"url": receiver.url(), "kinds": ["x"]})).text


async def test_a_webhook_is_changed_and_removed(studio: Studio, receiver: Site, post: Post) -> None:
    ada, client = await studio.person(Role.EDITOR)
    made = await hook(client, receiver)
    await happen(studio, ada)
    changed = (await client.patch(f"{HOOKS}/{made['id']}", json={"description": "x", "enabled": False})).json()
    assert (changed["description"], changed["enabled"], changed["problem"]) == ("x", False, None)
    (row,) = await deliveries(studio)
    assert (row.state, row.problem) == ("failed", "The webhook was switched off.")
    assert (await client.patch(f"{HOOKS}/{made['id']}", json={"enabled": True})).json()["enabled"]
    assert await post.send() == 0
    assert (await client.patch(f"{HOOKS}/{made['id']}", json={"owner_id": str(ada)})).status_code == 422
    assert (await client.delete(f"{HOOKS}/{made['id']}")).status_code == 204
    assert (await client.get(f"{HOOKS}/{made['id']}")).status_code == 404
    assert (await client.get(HOOKS)).json() == {"items": [], "next": None}
    assert await deliveries(studio) == []
    async with studio.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Secret)) == 0


async def test_an_administrator_sees_everybodys_and_others_their_own(studio: Studio, receiver: Site) -> None:
    _, as_ada = await studio.person(Role.EDITOR)
    _, as_admin = await studio.person(Role.ADMIN)
    made, own = await hook(as_ada, receiver), await hook(as_admin, receiver)
    assert [each["id"] for each in (await as_admin.get(HOOKS)).json()["items"]] == [own["id"], made["id"]]
    assert [each["id"] for each in (await as_ada.get(HOOKS)).json()["items"]] == [made["id"]]


async def test_a_test_event_arrives_whatever_is_wanted(studio: Studio, receiver: Site, post: Post) -> None:
    _, client = await studio.person(Role.EDITOR)
    made = await hook(client, receiver, kinds=["run.failed"])
    answer = await client.post(f"{HOOKS}/{made['id']}/test")
    assert (answer.status_code, answer.json()["kind"], answer.json()["state"]) == (202, "webhook.test", "pending")
    assert await post.send() == 1
    assert Verifier(made["secret"]).verify(receiver.bodies[0], receiver.heads[0])["type"] == "webhook.test"
    (seen,) = (await client.get(f"{HOOKS}/{made['id']}/deliveries")).json()["items"]
    assert (seen["state"], seen["status"], seen["answer"], seen["not_before"]) == ("delivered", 200, "thanks", None)
    assert seen["message_id"] == receiver.heads[0]["webhook-id"]
    await client.patch(f"{HOOKS}/{made['id']}", json={"enabled": False})
    assert (await client.post(f"{HOOKS}/{made['id']}/test")).status_code == 409


async def test_a_delivery_is_sent_again_under_its_own_id(studio: Studio, receiver: Site, post: Post) -> None:
    ada, client = await studio.person(Role.EDITOR)
    made, other = await hook(client, receiver), await hook(client, receiver, kinds=["run.failed"])
    await happen(studio, ada)
    (row,) = await deliveries(studio)
    path = f"{HOOKS}/{made['id']}/deliveries/{row.id}/replay"
    assert (await client.post(path)).status_code == 409
    await post.send()
    answers = await asyncio.gather(*(client.post(path) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409, 409]
    assert await post.send() == 1
    assert len({head["webhook-id"] for head in receiver.heads}) == 1
    assert len(receiver.heads) == 2
    assert (await client.post(path.replace(made["id"], other["id"]))).status_code == 404
    assert (await client.get(f"{HOOKS}/{made['id']}/deliveries?state=failed")).json()["items"] == []


async def test_both_secrets_sign_for_a_day_after_one_was_replaced(studio: Studio, receiver: Site, post: Post) -> None:
    ada, client = await studio.person(Role.EDITOR)
    made = await hook(client, receiver)
    replaced = (await client.post(f"{HOOKS}/{made['id']}/secret")).json()
    assert replaced["secret"] != made["secret"]
    await happen(studio, ada)
    await post.send()
    Verifier(made["secret"]).verify(receiver.bodies[-1], receiver.heads[-1])
    Verifier(replaced["secret"]).verify(receiver.bodies[-1], receiver.heads[-1])
    await pass_time(studio, timedelta(hours=24))
    for _ in range(2):
        await happen(studio, ada)
        await post.send()
        Verifier(replaced["secret"]).verify(receiver.bodies[-1], receiver.heads[-1])
        with pytest.raises(WebhookVerificationError):
            Verifier(made["secret"]).verify(receiver.bodies[-1], receiver.heads[-1])
    async with studio.database.reading() as session:
        names = (await session.scalars(select(Secret.name))).all()
    assert names == [f"webhook/{made['id']}"]
    assert (await client.get(f"{HOOKS}/{made['id']}")).json()["previous_until"] is None


async def test_nobody_has_more_webhooks_than_one_may(studio: Studio, receiver: Site) -> None:
    _, client = await studio.person(Role.EDITOR)
    for _ in range(18):
        await hook(client, receiver)
    answers = await asyncio.gather(*(client.post(HOOKS, json={"url": receiver.url()}) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]


async def test_what_happens_to_assets_is_told(studio: Studio, receiver: Site, post: Post) -> None:
    _, client = await studio.person(Role.ADMIN)
    await hook(client, receiver)
    asset = await studio.asset(client)
    await client.delete(f"/api/v1/assets/{asset}")
    await post.send()
    told = {read["type"]: read["data"] for read in map(json.loads, receiver.bodies)}
    assert set(told) == {"asset.created", "asset.deleted"}
    assert all(data["asset_id"] == asset and data["title"] == "talk" for data in told.values())


async def test_old_events_are_dropped_with_their_deliveries(studio: Studio, receiver: Site, post: Post) -> None:
    ada, client = await studio.person(Role.EDITOR)
    await hook(client, receiver)
    await happen(studio, ada)
    await happen(studio, ada)
    receiver.answer = say(b"")
    await post.send()
    async with studio.database.writing() as session:
        first = (await session.scalars(select(WebhookEvent).order_by(WebhookEvent.id).limit(1))).one()
        first.created_at -= timedelta(days=31)
    await drop_rows(studio.database)
    assert len(await deliveries(studio)) == 1
