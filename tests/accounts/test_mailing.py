"""Mails that wait as rows are sent, whatever happens to whoever sends them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select, update
from tests.api.studio import Studio
from tests.providers.mail.smtp_on_loopback import SmtpServer

from cutroom.accounts.mailing import Postman
from cutroom.accounts.mails import tell
from cutroom.accounts.models import Mail, User
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings
from cutroom.providers.registry import load

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADA = User(name="ada", display_name="Ada", email="ada@school.example")
URL = "https://studio.example"


def _postman(database: Database, mail: str, folder: Path) -> Postman:
    settings = Settings(data_dir=folder, mail=mail)
    return Postman(database, load("mail", mail.partition("://")[0])(settings, mail), settings, URL)


async def _queue(database: Database, count: int = 1) -> None:
    for number in range(count):
        await database.write(lambda session, number=number: tell(session, ADA, f"Change {number} was made."))  # type: ignore[misc]


async def _waiting(database: Database) -> list[Mail]:
    async with database.reading() as session:
        return list(await session.scalars(select(Mail)))


async def test_four_who_send_at_once_send_each_mail_once(database: Database, tmp_path: Path) -> None:
    await _queue(database, 12)
    postmen = [_postman(database, "outbox", tmp_path) for _ in range(4)]

    async def work(postman: Postman) -> None:
        while await postman.send_next():
            pass

    await asyncio.gather(*(work(each) for each in postmen))
    sent = [path.read_text() for path in (tmp_path / "outbox").glob("*.eml")]
    assert sorted(next(line for line in text.splitlines() if "was made" in line) for text in sent) == sorted(
        f"Change {number} was made. It is at {URL}." for number in range(12)
    )
    assert await _waiting(database) == []


async def test_a_mail_whose_server_was_away_is_sent_when_it_is_back(database: Database, tmp_path: Path) -> None:
    await _queue(database)
    server = SmtpServer(silent=True)
    async with server.running():
        postman = _postman(database, f"smtp://127.0.0.1:{server.port}?tls=none", tmp_path)
        assert await postman.send_next()
        assert not await postman.send_next()  # not at once again
        (mail,) = await _waiting(database)
        assert (mail.attempts, mail.failed_at) == (1, None)
        assert "CUTROOM_MAIL" in str(mail.reason)
        server.silent = False
        with time_machine.travel(mail.due_at + timedelta(seconds=1)):
            assert await postman.send_next()
        assert [each.recipients for each in server.received] == [["ada@school.example"]]
    assert await _waiting(database) == []


@on_sqlite
async def test_a_mail_is_given_up_after_a_day_and_at_once_when_it_is_refused(
    database: Database, tmp_path: Path
) -> None:
    await _queue(database)
    async with SmtpServer(refusals={"RCPT": "450 4.2.1 later"}).running() as server:
        postman = _postman(database, f"smtp://127.0.0.1:{server.port}?tls=none", tmp_path)
        pauses = []
        while (mail := (await _waiting(database))[0]).failed_at is None:
            with time_machine.travel(mail.due_at + timedelta(seconds=1)):
                assert await postman.send_next()
                pauses.append(round(((await _waiting(database))[0].due_at - now()) / timedelta(seconds=30)))
    assert timedelta(hours=22) < mail.due_at - mail.created_at < timedelta(hours=26)
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 64, 120]
    assert "later" in str(mail.reason)
    await _queue(database)
    async with SmtpServer(refusals={"RCPT": "550 5.1.1 nobody"}).running() as server:
        postman = _postman(database, f"smtp://127.0.0.1:{server.port}?tls=none", tmp_path)
        assert await postman.send_next()
        assert not await postman.send_next()
    assert all(each.failed_at for each in await _waiting(database))


async def test_a_mail_that_was_taken_by_a_process_that_died_is_sent_by_another(
    database: Database, tmp_path: Path
) -> None:
    await _queue(database)

    class Dying:
        async def send(self, message: EmailMessage) -> None:  # noqa: ARG002 - it dies before it looks
            raise asyncio.CancelledError

        async def probe(self) -> None:
            raise asyncio.CancelledError

    dead = Postman(database, Dying(), Settings(data_dir=tmp_path), URL)
    with pytest.raises(asyncio.CancelledError):
        await dead.send_next()
    living = _postman(database, "outbox", tmp_path)
    assert not await living.send_next()
    async with database.writing() as session:
        await session.execute(update(Mail).values(due_at=now() - timedelta(seconds=1)))
    assert await living.send_next()
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


@on_sqlite
async def test_a_mail_of_a_change_that_failed_is_never_sent(database: Database) -> None:
    async def fail(session: object) -> None:
        await tell(session, ADA, "Nothing was made.")  # type: ignore[arg-type] # as write gives it
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await _waiting(database) == []


@on_sqlite
async def test_an_invitation_that_was_withdrawn_before_it_was_sent_is_not_sent(studio: Studio, tmp_path: Path) -> None:
    _, admin = await studio.person()
    made = (await admin.post("/api/v1/invitations", json={"email": "eve@school.example"})).json()
    (waiting,) = (await admin.get("/api/v1/mails")).json()["items"]
    assert (waiting["kind"], waiting["attempts"]) == ("invitation", 0)
    await admin.delete(f"/api/v1/invitations/{made['id']}")
    postman = _postman(studio.database, "outbox", tmp_path)
    assert await postman.send_next()
    assert not list(tmp_path.glob("outbox/*"))


@on_sqlite
async def test_the_mailed_link_and_the_one_that_was_shown_make_one_account(studio: Studio, tmp_path: Path) -> None:
    _, admin = await studio.person()
    made = (await admin.post("/api/v1/invitations", json={"email": "eve@school.example"})).json()
    assert await _postman(studio.database, "outbox", tmp_path).send_next()
    (path,) = tmp_path.glob("outbox/*.eml")
    mailed = path.read_text().partition("token=")[2].split()[0]
    client = await studio.client()
    body = {"name": "Eve", "password": "difference engine"}
    assert (await client.post("/api/v1/join", json={**body, "token": mailed})).status_code == 201
    shown = made["link"].partition("token=")[2]
    assert shown != mailed
    assert (await client.post("/api/v1/join", json={**body, "name": "Eva", "token": shown})).status_code == 404


@on_sqlite
async def test_the_loop_sends_what_comes_and_ends_when_asked(database: Database, tmp_path: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.create_task(_postman(database, "outbox", tmp_path).run(stop))
    await _queue(database)
    async with asyncio.timeout(60):
        while await _waiting(database):
            await asyncio.sleep(0.05)
    stop.set()
    await loop


@on_sqlite
@pytest.mark.parametrize("sender", ["Cutroom", "a@b\r\nBcc: eve@evil.example"])
def test_a_sender_that_is_no_address_is_refused_at_the_start(sender: str, database: Database, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, mail_from=sender)
    with pytest.raises(InvalidInput, match="CUTROOM_MAIL_FROM"):
        Postman(database, load("mail", "outbox")(settings, "outbox"), settings, URL)


@on_sqlite
async def test_a_mail_that_cannot_be_written_is_given_up_and_the_next_one_is_sent(
    database: Database, tmp_path: Path
) -> None:
    await database.write(lambda session: tell(session, ADA, "It was made.", email="a@b@c"))
    await _queue(database)
    postman = _postman(database, "outbox", tmp_path)
    assert await postman.send_next()
    assert await postman.send_next()
    (mail,) = await _waiting(database)
    assert "is no mail address" in str(mail.reason)
    assert len(list(tmp_path.glob("outbox/*.eml"))) == 1
