"""Mails to the recipients of a share, and what webhooks hear when they open it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from tests.api.studio import URL, Studio
from tests.library.sharing.sharer import SHARED, SHARES, opened, secret_of, sharer

from cutroom.accounts.mailing import Postman
from cutroom.accounts.models import Mail
from cutroom.accounts.webhooks.models import Webhook, WebhookEvent
from cutroom.app import LETTERS
from cutroom.providers.registry import load

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

ADA = {"name": "Ada", "email": "ada@school.example"}


async def _sent(studio: Studio) -> list[EmailMessage]:
    """Have all that waits sent into the outbox, and give what lies there, oldest first."""
    outbox = load("mail", "outbox")(studio.settings, "outbox")
    postman = Postman(studio.database, outbox, studio.settings, URL, LETTERS)
    while await postman.send_next():
        pass
    files = sorted((studio.settings.data_dir / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


async def test_a_recipient_with_an_address_gets_the_link_by_mail(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset(), recipients=[ADA, {"name": "Ben"}], message="For Tuesday.")
    async with studio.database.reading() as session:
        waiting = str([each.about for each in await session.scalars(select(Mail))])
    assert secret_of(share) not in waiting
    (mail,) = await _sent(studio)
    assert mail["To"] == ADA["email"]
    text = mail.get_content()
    assert "For Tuesday." in text
    (link,) = re.findall(rf"{URL}/s/\S+", text)
    anybody = await studio.client()
    for secret in (link.rpartition("/")[2], secret_of(share)):
        assert (await opened(anybody, secret))["title"] == "Thermodynamics"
    ada, _ = (await teacher.client.get(f"{SHARES}/{share['id']}/links")).json()["items"]
    assert ada["times_opened"] == 2
    await teacher.client.delete(f"{SHARES}/{share['id']}/links/{ada['id']}")
    answer = await anybody.post(SHARED, json={"secret": link.rpartition("/")[2]})
    assert answer.status_code == 404


async def test_nothing_is_sent_of_what_was_taken_back(studio: Studio) -> None:
    teacher = await sharer(studio)
    share = await teacher.share(await teacher.asset(), recipients=[ADA])
    await teacher.client.delete(f"{SHARES}/{share['id']}")
    assert await _sent(studio) == []


async def test_what_people_write_is_no_header_of_a_mail(studio: Studio) -> None:
    teacher = await sharer(studio)
    asset = await teacher.asset("A title\nBcc: eve@elsewhere.example\n\n<b>", description="x")
    await teacher.share(asset, recipients=[ADA], message="\nBcc: eve@elsewhere.example", password="heat flows")  # noqa: S106
    (mail,) = await _sent(studio)
    assert mail["Bcc"] is None
    assert "A title Bcc: eve@elsewhere.example" in mail["Subject"]
    assert mail.get_content_type() == "text/plain"
    assert "heat flows" not in str(mail)


async def test_webhooks_hear_of_a_links_first_opening(studio: Studio) -> None:
    teacher = await sharer(studio)
    async with studio.database.writing() as session:
        session.add(Webhook(owner_id=teacher.user_id, url="https://hooks.example/x", kinds=["share.opened"]))
    share = await teacher.share(await teacher.asset(), recipients=[ADA, {"name": "Ben"}])
    anybody = await studio.client()
    for number in (0, 0, 1):
        await opened(anybody, secret_of(share, number))
    async with studio.database.reading() as session:
        bodies = [each.body for each in await session.scalars(select(WebhookEvent).order_by(WebhookEvent.id))]
    assert len(bodies) == 2
    assert '"recipient":"Ada"' in bodies[0]
    assert secret_of(share) not in "".join(bodies)
