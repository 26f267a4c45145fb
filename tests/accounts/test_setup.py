"""The first administrator."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select
from tests.api.studio import URL, Studio

from cutroom.accounts.errors import LinkUsed
from cutroom.accounts.models import Role, User
from cutroom.accounts.passwords import hash_password
from cutroom.accounts.setup import make_setup_link, set_up
from cutroom.core.database import Database

pytestmark = pytest.mark.anyio


async def _link(database: Database) -> str:
    async with database.writing() as session:
        link = await make_setup_link(session)
    assert link is not None
    return link


async def _people(database: Database) -> int:
    async with database.reading() as session:
        return (await session.execute(select(func.count()).select_from(User))).scalar_one()


async def test_the_link_makes_an_administrator_who_is_signed_in(studio: Studio) -> None:
    client = await studio.client({"Origin": URL})
    body = {"token": await _link(studio.database), "name": "  Ada   Lovelace ", "password": "analytical engine"}
    made = await client.post("/api/v1/setup", json=body)
    assert made.status_code == 201
    assert made.json()["name"] == "Ada Lovelace"
    assert made.json()["role"] == Role.ADMIN
    assert (await client.get("/api/v1/session")).json() == made.json()


async def test_of_fifty_at_once_one_makes_an_account(database: Database) -> None:
    link, kept = await _link(database), await hash_password("analytical engine")

    async def attempt(number: int) -> bool:
        try:
            await database.write(lambda session: set_up(session, link, f"person {number}", kept))
        except LinkUsed:
            return False
        return True

    assert sum(await asyncio.gather(*(attempt(number) for number in range(50)))) == 1
    assert await _people(database) == 1


async def test_of_two_links_that_were_made_at_once_one_makes_an_account(database: Database) -> None:
    links = [link for link in await asyncio.gather(*(database.write(make_setup_link) for _ in range(4))) if link]

    async def attempt(link: str) -> bool:
        try:
            await database.write(lambda session: set_up(session, link, f"person {link}", "hash"))
        except LinkUsed:
            return False
        return True

    await asyncio.gather(*(attempt(link) for link in links))
    assert await _people(database) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_newer_link_replaces_an_older_one(studio: Studio) -> None:
    old, new = await _link(studio.database), await _link(studio.database)
    client = await studio.client()
    body = {"name": "Ada", "password": "analytical engine"}
    assert (await client.post("/api/v1/setup", json={"token": old, **body})).status_code == 404
    assert (await client.post("/api/v1/setup", json={"token": new, **body})).status_code == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_there_is_no_link_once_somebody_has_an_account(studio: Studio) -> None:
    link = await _link(studio.database)
    await studio.account(Role.VIEWER)
    async with studio.database.writing() as session:
        assert await make_setup_link(session) is None
    client = await studio.client()
    body = {"token": link, "name": "Ada", "password": "analytical engine"}
    assert (await client.post("/api/v1/setup", json=body)).status_code == 404


#: Of ten letters and more, as they lead the lists of what leaked: words, rows of keys, dates, letters turned to signs.
FREQUENT = (
    *("1234567890", "qwertyuiop", "password123", "iloveyou12", "P@ssw0rd2024", "q1w2e3r4t5y6", "abcdefghij"),
    *("01/01/1990", "letmein12345"),
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "at least 10"),
        ("aaaaaaaaaaaa", "guess"),
        ("ada lovelace", "guess"),
        ("Lovelace,Ada1", "guess"),
        ("Cutroom2026!", "guess"),
        ("cutroomcutroom", "guess"),
        *((each, "guess") for each in FREQUENT),
        ("ﬃ" * 1024, "longer than"),
    ],
)
async def test_a_password_that_would_be_guessed_is_refused_and_the_link_still_works(
    studio: Studio, password: str, word: str
) -> None:
    link, client = await _link(studio.database), await studio.client()
    body = {"token": link, "name": "Ada Lovelace", "password": password}
    refused = await client.post("/api/v1/setup", json=body)
    assert refused.status_code == 422
    assert word in refused.json()["detail"]
    assert (await client.post("/api/v1/setup", json=body | {"password": "analytical engine"})).status_code == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_another_sites_form_makes_nobody(studio: Studio) -> None:
    link, client = await _link(studio.database), await studio.client({"Sec-Fetch-Site": "cross-site"})
    form = {"token": link, "name": "Eve", "password": "analytical engine"}
    assert (await client.post("/api/v1/setup", json=form)).status_code == 403
    assert await _people(studio.database) == 0
