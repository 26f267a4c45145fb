"""Shares: made, opened by people without an account, and taken back."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from tests.api.studio import LOCAL_KEY, RECORDING, Studio, make_studio
from tests.library.sharing.sharer import ASSETS, PLAYED, SHARED, SHARES, opened, secret_of, sharer

from cutroom.accounts.attempts import count_attempt
from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.config.models import Config
from cutroom.accounts.models import Role, User
from cutroom.core.clock import now
from cutroom.core.database import Base, Database
from cutroom.library.models import Asset
from cutroom.library.sharing.guests import PASS_S, make_pass
from cutroom.library.sharing.models import Share, ShareLink

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PASSWORD = "heat flows"  # noqa: S105 - of nobody
SOME_ID = "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"


async def test_whoever_has_the_link_watches_without_an_account(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset, message="For Tuesday.\nWatch it all.")
    anybody = await studio.client()
    told = await opened(anybody, secret_of(share))
    assert (told["title"], told["message"]) == ("Thermodynamics", "For Tuesday.\nWatch it all.")
    (item,) = told["items"]
    assert (item["id"], item["ready"], item["duration_s"], item["original_url"]) == (asset, True, 90.0, None)
    files = {file["name"]: file["url"] for file in item["files"]}
    assert set(files) == {"play.mp4", "poster.jpg"}
    part = await anybody.get(files["play.mp4"], headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, PLAYED[5:10])
    assert part.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert part.headers["referrer-policy"] == "same-origin"
    segment = await anybody.get(files["play.mp4"].replace("play.mp4", "hls/720p/0.ts"))
    assert segment.content == PLAYED
    again = (await anybody.get(f"{SHARED}/{told['key']}")).json()
    assert again == {name: value for name, value in told.items() if name != "key"}


@on_sqlite
async def test_a_guest_learns_nothing_of_whose_it_is_or_how_it_came(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset())
    told = await (await studio.client()).post(SHARED, json={"secret": secret_of(share)})
    for kept in (str(teacher.user_id), "the secret name", "owner", "sha256", "visibility", share["id"]):
        assert kept not in told.text, kept


@on_sqlite
@pytest.mark.parametrize("downloads", [False, True])
async def test_a_guest_of_one_share_gets_that_recording_and_nothing_else(studio: Studio, *, downloads: bool) -> None:
    """Everything that may be asked of a recording, of the one that is shared and of two that are not."""
    teacher, other = await sharer(studio), await sharer(studio)
    asset, second, foreign = await teacher.asset(), await teacher.asset("Second"), await other.asset("Foreign")
    await other.share(foreign, downloads=True)
    anybody = await studio.client()
    key = (await opened(anybody, secret_of(await teacher.share(asset, downloads=downloads))))["key"]
    saving = 200 if downloads else 403
    expected = {
        "/files/play.mp4": 200,
        "/files/hls/720p/0.ts": 200,
        "/files/play.mp4?download=true": saving,
        "/files/original": 404,
        "/files/..%2f..%2foriginal": 404,
        "/original": saving,
        "/transcript": 200,
        "/transcript?form=vtt": 200,
        "/chapters": 200,
        "": 404,
        "/link": 404,
        "/shares": 404,
    }
    for path, status in expected.items():
        for asset_id, wanted in ((asset, status), (second, 404), (foreign, 404)):
            answer = await anybody.get(f"{SHARED}/{key}/assets/{asset_id}{path}")
            assert answer.status_code == wanted, (path, asset_id, answer.text)
        head = await anybody.head(f"{SHARED}/{key}/assets/{asset}{path}")
        assert head.status_code in {status, 405}, path
    for path in ("", "/original", "/files/play.mp4", "/transcript"):
        assert (await anybody.get(f"{ASSETS}/{asset}{path}")).status_code == 401
    as_token = await studio.client({"Authorization": f"Bearer {key}"})
    assert (await as_token.get(f"{ASSETS}/{asset}")).status_code == 401


@on_sqlite
async def test_a_member_who_sees_a_recording_may_not_hand_it_on(studio: Studio) -> None:
    teacher, colleague = await sharer(studio), await sharer(studio)
    asset = await teacher.asset()
    await teacher.client.put(f"{ASSETS}/{asset}/audience", json={"visibility": "instance"})
    assert (await colleague.client.get(f"{ASSETS}/{asset}")).status_code == 200
    assert (await colleague.client.post(f"{ASSETS}/{asset}/shares", json={})).status_code == 403
    share = await teacher.share(asset)
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/links")):
        answer = await colleague.client.request(
            method, f"{SHARES}/{share['id']}{path}", json={} if method == "PATCH" else None
        )
        assert answer.status_code == 404
    assert (await colleague.client.get(SHARES)).json()["items"] == []
    assert [each["id"] for each in (await teacher.client.get(SHARES)).json()["items"]] == [share["id"]]


async def _closed(studio: Studio, closed: str, share: dict[str, Any], teacher_id: UUID, asset: str) -> None:
    async with studio.database.writing() as session:
        row = await session.get_one(Share, UUID(share["id"]))
        link = await session.get_one(ShareLink, UUID(share["made"][0]["id"]))
        match closed:
            case "revoked":
                row.revoked_at = now()
            case "link revoked":
                link.revoked_at = now()
            case "expired":
                row.expires_at = now() - timedelta(seconds=1)
            case "recording deleted":
                (await session.get_one(Asset, UUID(asset))).deleted_at = now()
            case "sharer disabled":
                (await session.get_one(User, teacher_id)).disabled_at = now()
            case "sharer may only watch":
                (await session.get_one(User, teacher_id)).role = Role.VIEWER
            case "given away by an administrator":
                (await session.get_one(Asset, UUID(asset))).owner_id = None


@on_sqlite
@pytest.mark.parametrize(
    "closed",
    [
        "wrong",
        "revoked",
        "link revoked",
        "expired",
        "recording deleted",
        "sharer disabled",
        "sharer may only watch",
        "given away by an administrator",
    ],
)
async def test_what_opens_nothing_is_not_found_in_the_same_words(
    studio: Studio, database: Database, closed: str
) -> None:
    """A second process, with its own connections, knows at once."""
    teacher = await sharer(studio)
    asset = await teacher.asset()
    await teacher.share(await teacher.asset("Another, which stays"))
    share = await teacher.share(asset, downloads=True)
    secret = secret_of(share)
    second = make_studio(Database(database.url), studio.storage, studio.settings)
    try:
        async with second.clients:
            anybody = await second.client()
            told = await opened(anybody, secret)
            asked = [f"{SHARED}/{told['key']}", *(file["url"] for file in told["items"][0]["files"])]
            asked += [told["items"][0][name] for name in ("original_url", "transcript_url", "chapters_url")]
            assert [(await anybody.get(each)).status_code for each in asked] == [200] * len(asked)
            await _closed(studio, closed, share, teacher.user_id, asset)
            if closed == "wrong":
                secret, asked = secret[:-1], [each.replace(told["key"], told["key"][:-1]) for each in asked]
            answers = [await anybody.get(each) for each in asked]
            answers += [await anybody.post(SHARED, json={"secret": secret})]
    finally:
        await second.database.close()
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["detail"] for answer in answers} == {
        "This link opens nothing: it has expired or was taken back. Ask whoever sent it to you."
    }
    assert {answer.json()["type"] for answer in answers} == {"urn:cutroom:problem:share-not-found"}


@on_sqlite
async def test_a_share_is_revoked_once_and_for_good(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset())
    address = f"{SHARES}/{share['id']}"
    anybody = await studio.client()
    key = (await opened(anybody, secret_of(share)))["key"]
    assert (await teacher.client.delete(address)).status_code == 204
    assert (await anybody.get(f"{SHARED}/{key}")).status_code == 404
    assert (await teacher.client.get(address)).json()["revoked_at"] is not None
    for method, path, body in (
        ("DELETE", "", None),
        ("PATCH", "", {"expires_at": None}),
        ("POST", "/links", {"recipients": [{"name": "Eve"}]}),
        ("DELETE", f"/links/{share['made'][0]['id']}", None),
    ):
        assert (await teacher.client.request(method, address + path, json=body)).status_code == 409
    async with studio.database.reading() as session:
        actions = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
        told = str([each.details for each in await session.scalars(select(AuditEntry))])
    assert actions == ["share.created", "share.revoked"]
    assert secret_of(share) not in told


@on_sqlite
async def test_each_recipient_has_a_link_that_can_be_taken_back_alone(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset, recipients=[{"name": "Ada", "email": "Ada@School.example"}, {"name": "Ben"}])
    assert [each["name"] for each in share["made"]] == ["Ada", "Ben"]
    anybody, links = await studio.client(), f"{SHARES}/{share['id']}/links"
    ada, ben = [(await opened(anybody, secret_of(share, number)))["key"] for number in (0, 1)]
    assert (await teacher.client.delete(f"{links}/{share['made'][0]['id']}")).status_code == 204
    assert (await teacher.client.delete(f"{links}/{share['made'][0]['id']}")).status_code == 404
    assert (await anybody.get(f"{SHARED}/{ada}")).status_code == 404
    assert (await anybody.get(f"{SHARED}/{ben}")).status_code == 200
    added = await teacher.client.post(links, json={"recipients": [{"name": "Cleo"}]})
    assert [each["name"] for each in added.json()] == ["Cleo"]
    await opened(anybody, added.json()[0]["url"].rpartition("/")[2])
    page = (await teacher.client.get(links, params={"limit": 2})).json()
    rest = (await teacher.client.get(links, params={"limit": 2, "after": page["next"]})).json()
    assert [each["name"] for each in page["items"] + rest["items"]] == ["Ada", "Ben", "Cleo"]
    assert page["items"][0]["email"] == "ada@school.example"
    assert "url" not in page["items"][0]


async def test_a_receipt_tells_what_came_of_a_link(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset, downloads=True, recipients=[{"name": "Ada"}, {"name": "Ben"}])
    anybody = await studio.client()
    for _ in range(2):
        told = await opened(anybody, secret_of(share))
    at = f"{SHARED}/{told['key']}/assets/{asset}"
    whole = await anybody.get(f"{at}/original")
    assert whole.content == RECORDING + b"Thermodynamics"
    await anybody.get(f"{at}/original", headers={"Range": "bytes=100-"})  # goes on where it broke off
    await anybody.head(f"{at}/original")
    for seconds in (30, 12.5):
        assert (await anybody.post(f"{at}/watched", json={"seconds": seconds})).status_code == 204
    for wrong in (0, -1, 121, "many"):
        assert (await anybody.post(f"{at}/watched", json={"seconds": wrong})).status_code == 422
    ada, ben = (await teacher.client.get(f"{SHARES}/{share['id']}/links")).json()["items"]
    assert (ada["times_opened"], ada["watched_s"], ada["times_saved"]) == (2, 42.5, 1)
    assert ada["first_opened_at"] < ada["last_opened_at"]
    assert (ben["times_opened"], ben["first_opened_at"], ben["watched_s"], ben["times_saved"]) == (0, None, 0.0, 0)
    (listed,) = (await teacher.client.get(SHARES, params={"asset_id": asset})).json()["items"]
    assert (listed["links"], listed["times_opened"], listed["watched_s"]) == (2, 2, 42.5)
    assert (await teacher.client.get(SHARES, params={"asset_id": SOME_ID})).json()["items"] == []


async def test_a_guest_who_watches_is_a_view_once_a_pass_and_day_and_no_person(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset)
    anybody = await studio.client()
    passes = [await opened(anybody, secret_of(share)) for _ in range(2)]
    assert passes[0]["key"] != passes[1]["key"]

    async def watch(told: dict[str, Any]) -> None:
        at = f"{SHARED}/{told['key']}/assets/{asset}/watched"
        assert (await anybody.post(at, json={"seconds": 5})).status_code == 204

    await asyncio.gather(*(watch(told) for told in passes for _ in range(6)))
    counted = {"views": 2, "guest_views": 2, "viewers": 0}
    assert (await teacher.client.get(f"{ASSETS}/{asset}/views")).json() == counted
    await teacher.client.post(f"{ASSETS}/{asset}/views")
    assert (await teacher.client.get(f"{ASSETS}/{asset}/views")).json() == counted | {"views": 3, "viewers": 1}
    retention = (await teacher.client.get(f"{ASSETS}/{asset}/retention")).json()
    assert [each["views"] for each in retention["days"]] == [3]
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        again = await opened(anybody, secret_of(share))
        await watch(again)
        await watch(again)
    assert (await teacher.client.get(f"{ASSETS}/{asset}/views")).json()["guest_views"] == 3


@on_sqlite
async def test_openings_at_the_same_time_are_all_counted(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset())
    anybody = await studio.client()
    await asyncio.gather(*(opened(anybody, secret_of(share)) for _ in range(12)))
    assert (await teacher.client.get(f"{SHARES}/{share['id']}")).json()["times_opened"] == 12


@on_sqlite
async def test_a_password_is_asked_for_and_counted(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset, password=PASSWORD, embeds=True)
    assert share["has_password"] is True
    assert PASSWORD not in str(share)
    anybody, secret = await studio.client(), secret_of(share)
    without = await anybody.post(SHARED, json={"secret": secret})
    wrong = await anybody.post(SHARED, json={"secret": secret, "password": "heat stays"})
    assert (without.status_code, wrong.status_code) == (403, 403)
    assert "key" not in without.json()
    told = await opened(anybody, secret, PASSWORD)
    assert (await anybody.get(f"{SHARED}/{told['key']}")).status_code == 200
    assert (await teacher.client.get(f"{SHARES}/{share['id']}")).json()["times_opened"] == 1
    for _ in range(26):
        await count_attempt(studio.database, None, share["id"], purpose="share")
    tried = [
        (await anybody.post(SHARED, json={"secret": secret, "password": f"guess {n}"})).status_code for n in range(6)
    ]
    assert tried[0] == 403
    assert tried[-1] == 429
    right = await anybody.post(SHARED, json={"secret": secret, "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0
    # A pass that lasts as long as the link is none where a password is wanted.
    lasting = make_pass(studio.app.state.instance, UUID(share["made"][0]["id"]), lasting=True)
    assert (await anybody.get(f"{SHARED}/{lasting}")).status_code == 404


@on_sqlite
async def test_who_guesses_links_is_slowed_down_and_nobody_else(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset())
    anybody = await studio.client()
    tried = [(await anybody.post(SHARED, json={"secret": f"cutroom_{n}"})).status_code for n in range(15)]
    assert (tried[0], tried[-1]) == (404, 429)
    await opened(anybody, secret_of(share))  # a link that is right opens for the neighbours all the same


@on_sqlite
async def test_a_pass_lasts_half_a_day_and_cannot_be_made_by_others(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset())
    anybody = await studio.client()
    key = (await opened(anybody, secret_of(share)))["key"]
    for at in range(0, len(key), 5):
        changed = key[:at] + ("A" if key[at] != "A" else "B") + key[at + 1 :]
        assert (await anybody.get(f"{SHARED}/{changed}")).status_code == 404, at
    signed = (await teacher.client.post(f"{ASSETS}/{share['asset_id']}/link", json={"file": "play.mp4"})).json()["url"]
    assert (await anybody.get(f"{SHARED}/{signed.rpartition('/')[2]}")).status_code in {404, 422}
    with time_machine.travel(time.time() + PASS_S - 60):
        assert (await anybody.get(f"{SHARED}/{key}")).status_code == 200
    with time_machine.travel(time.time() + PASS_S + 1):
        assert (await anybody.get(f"{SHARED}/{key}")).status_code == 404


@on_sqlite
async def test_a_share_ends_when_it_says_and_no_later_than_the_instance_allows(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    past, soon = (now() - timedelta(minutes=1)).isoformat(), (now() + timedelta(hours=1)).isoformat()
    at = f"{ASSETS}/{asset}/shares"
    assert (await teacher.client.post(at, json={"expires_at": past})).status_code == 422
    assert (await teacher.client.post(at, json={"expires_at": "2030-01-01T00:00:00"})).status_code == 422
    share = await teacher.share(asset, expires_at=soon)
    anybody = await studio.client()
    await opened(anybody, secret_of(share))
    with time_machine.travel(time.time() + 3601):
        assert (await anybody.post(SHARED, json={"secret": secret_of(share)})).status_code == 404
        later = (now() + timedelta(days=1)).isoformat()
        changed = await teacher.client.patch(f"{SHARES}/{share['id']}", json={"expires_at": later})
        assert changed.status_code == 200
        await opened(anybody, secret_of(share))
    async with studio.database.writing() as session:
        session.add(Config(id=1, version=1, values={"share_days_max": 7}))
    assert (await teacher.share(asset))["expires_at"] is not None
    month = (now() + timedelta(days=30)).isoformat()
    refused = await teacher.client.post(at, json={"expires_at": month})
    assert refused.status_code == 422
    assert "7 days" in refused.json()["detail"]


@on_sqlite
async def test_what_was_shared_goes_with_the_recording_to_its_new_owner(studio: Studio) -> None:
    teacher, heir = await sharer(studio), await sharer(studio)
    asset = await teacher.asset()
    share = await teacher.share(asset)
    await teacher.client.put(f"{ASSETS}/{asset}/owner", json={"user_id": str(heir.user_id)})
    await opened(await studio.client(), secret_of(share))
    assert (await teacher.client.get(f"{SHARES}/{share['id']}")).status_code == 404
    assert (await heir.client.delete(f"{SHARES}/{share['id']}")).status_code == 204


@on_sqlite
async def test_an_owner_finds_and_ends_what_an_administrator_shared(studio: Studio) -> None:
    teacher, head = await sharer(studio), await sharer(studio, Role.ADMIN)
    asset = await teacher.asset()
    share = await head.share(asset)
    await opened(await studio.client(), secret_of(share))
    assert (await teacher.client.delete(f"{SHARES}/{share['id']}")).status_code == 204


@on_sqlite
async def test_a_share_that_nobody_answers_for_is_not_made(studio: Studio) -> None:
    program = await studio.client({"Authorization": f"Bearer {LOCAL_KEY}"})
    asset = await studio.asset(program)
    answer = await program.post(f"{ASSETS}/{asset}/shares", json={})
    assert answer.status_code == 403


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {"owner_id": SOME_ID},
        {"revoked_at": None},
        {"token_hash": "0"},
        {"password": "short"},
        {"title": "two\nlines"},
        {"message": "a\0b"},
        {"message": "x" * 2001},
        {"recipients": [{"name": "Ada", "email": "ada@x\r\nBcc: eve@x"}]},
        {"recipients": [{"name": "a\nb"}]},
        {"recipients": [{"name": "Ada", "token_hash": "0"}]},
        {"recipients": [{"name": "Ada"}] * 101},
    ],
)
async def test_terms_that_cannot_be_are_refused(studio: Studio, body: dict[str, Any]) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset()
    assert (await teacher.client.post(f"{ASSETS}/{asset}/shares", json=body)).status_code == 422
    share = await teacher.share(asset)
    for wrong in ({"owner_id": SOME_ID}, {"password": "another one"}, {"asset_id": SOME_ID}, {"revoked_at": None}):
        assert (await teacher.client.patch(f"{SHARES}/{share['id']}", json=wrong)).status_code == 422


@on_sqlite
async def test_no_secret_of_a_link_is_kept_or_logged(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset(), password=PASSWORD)
    told = await opened(await studio.client(), secret_of(share), PASSWORD)
    await (await studio.client()).get(told["items"][0]["files"][0]["url"])
    own = [record for record in caplog.records if record.name.startswith("cutroom")]
    assert "/api/v1/shared/{key}/assets/{asset_id}/files/{name:path}" in str([record.__dict__ for record in own])
    written = str([(record.getMessage(), record.__dict__) for record in own])
    async with studio.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            written += str((await session.execute(select(table))).all())
    for secret in (secret_of(share), told["key"], PASSWORD):
        assert secret not in written
