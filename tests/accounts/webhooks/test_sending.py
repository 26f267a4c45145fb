"""Sending: signed, to public addresses alone, once by one process, again where it fails, and not for ever."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from tests.accounts.webhooks.house import (
    HOOKS,
    Post,
    audited,
    deliveries,
    happen,
    hook,
    make_due,
    pass_time,
    posting,
    the_webhook,
)
from tests.api.studio import Studio
from tests.core.egress.servers import PUBLIC, Site, say, site

from cutroom.accounts.models import Role
from cutroom.accounts.vault.keyring import open_keyring
from cutroom.accounts.vault.secrets import drop_secret
from cutroom.accounts.webhooks.deliveries import LEASE, WAITS, Outcome, claim, settle
from cutroom.accounts.webhooks.models import DeliveryState, WebhookDelivery
from cutroom.accounts.webhooks.sending import keep_delivering
from cutroom.accounts.webhooks.webhooks import secret_name
from cutroom.core.clock import now
from cutroom.core.settings import Settings

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
async def test_what_happens_arrives_signed(studio: Studio, receiver: Site, post: Post) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver, "/hook?x=1")
    await happen(studio, ada, asset_id="1", title="Größe \u2028 <b>")
    assert await post.send() == 1
    assert receiver.requests == ["POST /hook?x=1"]
    head, body = receiver.heads[0], receiver.bodies[0]
    read = Verifier(made["secret"]).verify(body, head)
    assert head["content-type"] == "application/json"
    assert read["id"] == head["webhook-id"]
    assert (read["type"], read["data"]) == ("asset.ready", {"asset_id": "1", "title": "Größe \u2028 <b>"})
    assert abs(read["created"] - now().timestamp()) < 60
    (row,) = await deliveries(studio)
    assert (row.state, row.status, row.tries, row.answer) == (DeliveryState.DELIVERED, 200, 1, "thanks")
    assert await post.send() == 0


@on_sqlite
async def test_what_fails_is_sent_again_under_the_same_id_until_it_arrives(
    studio: Studio, receiver: Site, post: Post
) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver)
    receiver.answer = say(b"broken \x00 inside", status=500)
    await happen(studio, ada)
    waits = []
    for tries in (1, 2, 3):
        assert await post.send() == 1
        (row,) = await deliveries(studio)
        assert (row.state, row.status, row.tries) == (DeliveryState.PENDING, 500, tries)
        assert "HTTP 500" in (row.problem or "")
        assert row.answer == "broken inside"
        assert (await the_webhook(studio, made["id"])).failing_since is not None
        waits.append((row.not_before - now()).total_seconds())
        assert await post.send() == 0, "its time has not come"
        await make_due(studio)
    assert [round(wait / due.total_seconds()) for wait, due in zip(waits, WAITS, strict=False)] == [1, 1, 1]
    receiver.answer = say(b"thanks", status=204)
    assert await post.send() == 1
    (row,) = await deliveries(studio)
    assert (row.state, row.status, row.problem) == (DeliveryState.DELIVERED, 204, None)
    assert (await the_webhook(studio, made["id"])).failing_since is None
    assert len({head["webhook-id"] for head in receiver.heads}) == 1
    assert len(set(receiver.bodies)) == 1
    for head, body in zip(receiver.heads, receiver.bodies, strict=True):
        Verifier(made["secret"]).verify(body, head)


@on_sqlite
async def test_a_server_that_asks_for_time_gets_it(studio: Studio, receiver: Site, post: Post) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)
    for asked, most in (("1000", 1000), ("999999999", 8 * 3600), ("soon", WAITS[2].total_seconds() * 1.2)):
        receiver.answer = say(b"", status=429, Retry_After=asked)
        if not await deliveries(studio):
            await happen(studio, ada)
        assert await post.send() == 1
        (row,) = await deliveries(studio)
        assert most * 0.6 < (row.not_before - now()).total_seconds() <= most + 1
        await make_due(studio)


@on_sqlite
async def test_what_fails_for_a_day_switches_the_webhook_off_and_is_written_down(
    studio: Studio, receiver: Site, post: Post
) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver)
    receiver.answer = say(b"", status=500)
    await happen(studio, ada)
    for wait in (*WAITS, timedelta(0)):
        assert (await the_webhook(studio, made["id"])).enabled
        assert await post.send() == 1
        await pass_time(studio, wait * 1.3)
    (row,) = await deliveries(studio)
    assert (row.state, row.tries) == (DeliveryState.FAILED, len(WAITS) + 1)
    seen = (await as_ada.get(f"{HOOKS}/{made['id']}")).json()
    assert not seen["enabled"]
    assert seen["problem"].startswith("Nothing came through for a day")
    (entry,) = await audited(studio, "webhook.switched_off")
    assert (entry.subject_id, entry.details["url"]) == (made["id"], receiver.url())
    assert 20 * 3600 < sum(WAITS, timedelta()).total_seconds() < 26 * 3600


@on_sqlite
async def test_one_event_that_never_arrives_does_not_switch_off_what_others_come_through(
    studio: Studio, receiver: Site, post: Post
) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver)
    await happen(studio, ada)
    for wait in (*WAITS, timedelta(0)):
        receiver.answer = say(b"", status=500)
        assert await post.send() == 1
        receiver.answer = say(b"")
        await happen(studio, ada)
        assert await post.send() == 1
        await pass_time(studio, wait * 1.3)
    assert (await deliveries(studio))[0].state is DeliveryState.FAILED
    assert (await the_webhook(studio, made["id"])).enabled


@on_sqlite
async def test_a_server_that_says_gone_is_told_nothing_more(studio: Studio, receiver: Site, post: Post) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver)
    receiver.answer = say(b"", status=410)
    await happen(studio, ada)
    assert await post.send() == 1
    await happen(studio, ada)
    assert await post.send() == 0
    seen = (await as_ada.get(f"{HOOKS}/{made['id']}")).json()
    assert (seen["enabled"], "410" in seen["problem"]) == (False, True)
    assert len(await audited(studio, "webhook.switched_off")) == 1
    assert len(receiver.requests) == 1


@on_sqlite
async def test_a_redirect_is_not_followed(studio: Studio, receiver: Site, post: Post) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)
    with site(say(b"secret"), "127.0.0.1") as inside:
        receiver.answer = say(b"", status=307, Location=inside.url())
        await happen(studio, ada)
        assert await post.send() == 1
    assert inside.connections == 0
    (row,) = await deliveries(studio)
    assert "write its final address" in (row.problem or "")


@on_sqlite
async def test_an_address_that_has_become_private_gets_nothing(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)
    await happen(studio, ada)
    studio.settings.egress_allow = ""
    async with posting(studio) as strict:
        assert await strict.send() == 1
    (row,) = await deliveries(studio)
    assert (row.status, row.state) == (None, DeliveryState.PENDING)
    assert "not on the public internet" in (row.problem or "")
    assert receiver.connections == 0


async def test_several_processes_send_each_delivery_once(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    for _ in range(3):
        await hook(as_ada, receiver)
    for _ in range(10):
        await happen(studio, ada)
    async with posting(studio) as first, posting(studio) as second, posting(studio) as third:
        counts = await asyncio.gather(*(each.send() for each in (first, second, third) * 2))
    assert sum(counts) == 30
    assert len(receiver.requests) == 30
    assert len({head["webhook-id"] for head in receiver.heads}) == 10
    assert {row.state for row in await deliveries(studio)} == {DeliveryState.DELIVERED}


async def test_what_a_process_took_along_when_it_died_is_sent_by_another(
    studio: Studio, receiver: Site, post: Post
) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)
    await happen(studio, ada)
    (lost,) = await claim(studio.database, 16, 4, {})
    assert await post.send() == 0
    await pass_time(studio, LEASE)
    assert await post.send() == 1
    assert len(receiver.requests) == 1
    # It was not dead after all: what it has to say comes too late.
    await studio.database.write(lambda session: settle(session, lost, Outcome(500, 1.0, problem="late")))
    (row,) = await deliveries(studio)
    assert (row.state, row.status) == (DeliveryState.DELIVERED, 200)


@on_sqlite
async def test_a_slow_receiver_does_not_hold_up_the_others(studio: Studio, receiver: Site, post: Post) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    done = threading.Event()

    def wait(request: BaseHTTPRequestHandler) -> None:
        done.wait(20)
        say(b"")(request)

    with site(wait) as slow:
        await hook(as_ada, slow)
        for _ in range(12):
            await happen(studio, ada)
        await hook(as_ada, receiver)
        await happen(studio, ada)
        assert await post.sender.start_due() == 4 + 1
        async with asyncio.timeout(10):
            while not receiver.requests:
                await asyncio.sleep(0.01)
        assert await post.sender.start_due() == 0, "four are on their way to the slow one"
        done.set()
        await post.sender.finish()
        assert await post.send() == 9
    assert {row.state for row in await deliveries(studio)} == {DeliveryState.DELIVERED}


@on_sqlite
async def test_the_loop_sends_until_it_is_told_to_stop(studio: Studio, receiver: Site) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    await hook(as_ada, receiver)
    stop = asyncio.Event()
    settings = Settings(data_dir=studio.settings.data_dir, egress_allow=PUBLIC)
    loop = asyncio.create_task(keep_delivering(studio.database, open_keyring(settings), settings, stop))
    await happen(studio, ada)
    async with asyncio.timeout(20):
        while [row.state for row in await deliveries(studio)] != [DeliveryState.DELIVERED]:
            await asyncio.sleep(0.02)
    stop.set()
    await loop
    assert json.loads(receiver.bodies[0])["type"] == "asset.ready"


@on_sqlite
async def test_a_webhook_without_its_secret_says_so(studio: Studio, receiver: Site, post: Post) -> None:
    ada, as_ada = await studio.person(Role.EDITOR)
    made = await hook(as_ada, receiver)
    await happen(studio, ada)
    async with studio.database.writing() as session:
        await drop_secret(session, secret_name((await the_webhook(studio, made["id"])).id))
    assert await post.send() == 1
    rows: list[WebhookDelivery] = await deliveries(studio)
    assert "secret is gone" in (rows[0].problem or "")
    assert receiver.connections == 0
