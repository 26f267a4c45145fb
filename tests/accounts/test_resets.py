"""New passwords for those who forgot theirs."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select, update
from tests.accounts.people import PASSWORD, secret_in, signed_in, with_password
from tests.api.studio import PAGE, URL, Studio

from cutroom.accounts.mailing import Postman
from cutroom.accounts.models import Mail, ResetLink, Role
from cutroom.core.clock import now
from cutroom.providers.registry import load

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORGOTTEN = "/api/v1/password/forgotten"
NEW = "difference engine"


async def _post(studio: Studio) -> list[tuple[str, str]]:
    """Have all waiting mail sent; give whom each went to and what it says."""
    outbox = load("mail", "outbox")(studio.settings, "outbox")
    postman = Postman(studio.database, outbox, studio.settings, URL)
    while await postman.send_next():
        pass
    folder: Path = studio.settings.data_dir / "outbox"
    sent = []
    for path in sorted(folder.glob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        body = message.get_body()
        assert body is not None
        sent.append((str(message["To"]), body.get_content()))
        path.unlink()
    return sent


def _link(text: str) -> str:
    return next(line for line in text.splitlines() if "token=" in line)


async def _reset(client: httpx2.AsyncClient, secret: str, password: str = NEW) -> int:
    return (await client.post("/api/v1/password", json={"token": secret, "password": password})).status_code


@pytest.mark.parametrize("asked", ["ada", " ADA@School.example"])
async def test_a_link_is_mailed_and_sets_a_password_once_and_ends_every_session(studio: Studio, asked: str) -> None:
    await with_password(studio, "Ada", email="ada@school.example")
    browser, client = await signed_in(studio), await studio.client({"Host": "evil.test"})
    answer = await client.post(FORGOTTEN, json={"name": asked})
    assert (answer.status_code, answer.text) == (202, "null")
    ((to, text),) = await _post(studio)
    assert to == "ada@school.example"
    assert _link(text).startswith(f"{URL}/reset?token=")
    assert "evil.test" not in text
    secret = secret_in(_link(text))
    assert await _reset(client, secret) == 204
    assert (await browser.get("/api/v1/session")).status_code == 401
    assert await _reset(client, secret) == 400
    assert (await client.post("/api/v1/session", json={"name": "Ada", "password": PASSWORD})).status_code == 401
    await signed_in(studio, password=NEW)
    ((to, text),) = await _post(studio)
    assert (to, "password of your account was changed" in text) == ("ada@school.example", True)


@on_sqlite
async def test_who_is_unknown_has_no_address_or_is_disabled_gets_the_same_answer_and_no_mail(studio: Studio) -> None:
    await with_password(studio, "Ada", email="ada@school.example")
    await with_password(studio, "Bob")
    gone = await with_password(studio, "Eve", email="eve@school.example")
    _, admin = await studio.person()
    await admin.post(f"/api/v1/users/{gone}/disable")
    client = await studio.client(PAGE)
    answers = [await client.post(FORGOTTEN, json={"name": name}) for name in ("Ada", "Bob", "Eve", "Nobody", "x@y.z")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, "null")}
    async with studio.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Mail)) == 5  # known and unknown do the same work
        assert await session.scalar(select(func.count()).select_from(ResetLink)) == 0
    assert [to for to, _ in await _post(studio)] == ["ada@school.example"]
    async with studio.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Mail)) == 0


@on_sqlite
async def test_nobodys_letter_box_is_flooded(studio: Studio) -> None:
    await with_password(studio, "Ada", email="ada@school.example")
    client = await studio.client(PAGE)
    for _ in range(8):
        assert (await client.post(FORGOTTEN, json={"name": "Ada"})).status_code == 202
    assert len(await _post(studio)) == 3


@on_sqlite
async def test_asking_too_often_is_refused(studio: Studio) -> None:
    client = await studio.client(PAGE)
    answers = [await client.post(FORGOTTEN, json={"name": f"name {n}"}) for n in range(13)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"]


async def test_of_twenty_who_use_a_link_at_once_one_sets_the_password(studio: Studio) -> None:
    user_id = await with_password(studio, "Ada")
    _, admin = await studio.browser()
    made = (await admin.post(f"/api/v1/users/{user_id}/reset-link")).json()
    client = await studio.client(PAGE)
    secret = secret_in(made["link"])
    statuses = await asyncio.gather(*(_reset(client, secret, f"{NEW} {n}") for n in range(8)))
    assert sorted(statuses) == [204] + [400] * 7


@on_sqlite
async def test_an_administrators_link_is_refused_when_it_is_old_and_ends_with_another_password(studio: Studio) -> None:
    user_id = await with_password(studio, "Ada")
    _, admin = await studio.browser()
    address = f"/api/v1/users/{user_id}/reset-link"
    old, other, used = [secret_in((await admin.post(address)).json()["link"]) for _ in range(3)]
    async with studio.database.writing() as session:
        links = await session.scalars(select(ResetLink))
        assert all(timedelta(0) < link.expires_at - now() <= timedelta(hours=1) for link in links)
    client = await studio.client(PAGE)
    assert await _reset(client, used, "short") == 422
    assert await _reset(client, used) == 204
    assert [await _reset(client, secret) for secret in (used, other, "guessed")] == [400, 400, 400]
    late = secret_in((await admin.post(address)).json()["link"])
    async with studio.database.writing() as session:
        await session.execute(update(ResetLink).values(expires_at=now() - timedelta(seconds=1)))
    assert [await _reset(client, secret) for secret in (late, old)] == [400, 400]


@on_sqlite
async def test_no_link_is_kept_that_could_be_used(studio: Studio) -> None:
    user_id = await with_password(studio, "Ada", email="ada@school.example")
    _, admin = await studio.browser()
    secret = secret_in((await admin.post(f"/api/v1/users/{user_id}/reset-link")).json()["link"])
    invitation = secret_in(
        (await admin.post("/api/v1/invitations", json={"email": "eve@school.example"})).json()["link"]
    )
    await (await studio.client(PAGE)).post(FORGOTTEN, json={"name": "Ada"})
    sent = await _post(studio)
    secrets = [secret, invitation, *(secret_in(_link(text)) for _, text in sent)]
    assert len(set(secrets)) == 4
    folder = Path(studio.database.url.partition("///")[2]).parent
    kept = b"".join(path.read_bytes() for path in folder.glob("cutroom.db*"))
    assert not [each for each in secrets if each.encode() in kept]


@on_sqlite
async def test_a_token_makes_no_link_for_a_new_password(studio: Studio) -> None:
    user_id = await with_password(studio, "Ada")
    _, program = await studio.person(Role.ADMIN)
    assert (await program.post(f"/api/v1/users/{user_id}/reset-link")).status_code == 403
