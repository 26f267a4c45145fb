"""Every provider of mail does the same; each against what it really speaks to."""

from __future__ import annotations

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from pydantic import SecretStr
from tests.providers.mail.smtp_on_loopback import SmtpServer, certificate

from cutroom.accounts.letters import Letter, make_message
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings
from cutroom.providers.mail import Mail, MailRefused, MailUnavailable
from cutroom.providers.registry import load

pytestmark = pytest.mark.anyio

URL = "https://studio.example"


def _open(settings: Settings) -> Mail:
    opened: Mail = load("mail", settings.mail.partition("://")[0])(settings, settings.mail)
    return opened


def _message(**change: str) -> EmailMessage:
    letter = Letter(**({"to": "ada@school.example", "subject": "Größe", "text": "Über\n.\n.dots\nall"} | change))
    return make_message(letter, sender="Cutroom <cutroom@studio.example>", url=URL)


@dataclass
class Delivery:
    """A provider, and where what it sends arrives."""

    mail: Mail
    folder: Path
    server: SmtpServer

    def arrived(self) -> list[EmailMessage]:
        """Read what has arrived."""
        contents = [each.content for each in self.server.received]
        contents += [path.read_bytes() for path in sorted(self.folder.glob("*.eml"))]
        return [message_from_bytes(content, policy=default) for content in contents]


@pytest.fixture(params=["outbox", "smtp"])
async def delivery(request: pytest.FixtureRequest, anyio_backend: str, tmp_path: Path) -> AsyncIterator[Delivery]:
    """Each of the providers."""
    server = SmtpServer()
    async with server.running():
        chosen = "outbox" if request.param == "outbox" else f"smtp://127.0.0.1:{server.port}?tls=none"
        settings = Settings(data_dir=tmp_path, mail=chosen)
        yield Delivery(_open(settings), tmp_path / "outbox", server)


async def test_a_message_arrives_as_it_was_written(delivery: Delivery) -> None:
    await delivery.mail.send(_message())
    (message,) = delivery.arrived()
    assert (message["To"], message["Subject"]) == ("ada@school.example", "Größe")
    assert message["From"] == "Cutroom <cutroom@studio.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@studio.example>")
    assert message.get_content().replace("\r\n", "\n") == "Über\n.\n.dots\nall\n"


async def test_twenty_messages_at_once_all_arrive(delivery: Delivery) -> None:
    await asyncio.gather(*(delivery.mail.send(_message(subject=str(number))) for number in range(20)))
    assert sorted(int(message["Subject"]) for message in delivery.arrived()) == list(range(20))


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "x\r\nBcc: eve@evil.example\r\n\r\nbody"},
        {"subject": "x\nBcc: eve@evil.example"},
        {"text": "x\r\n.\r\nMAIL FROM:<eve@evil.example>\r\nRCPT TO:<eve@evil.example>\r\nDATA"},
    ],
)
async def test_no_text_becomes_a_header_a_recipient_or_a_command(delivery: Delivery, change: dict[str, str]) -> None:
    await delivery.mail.send(_message(**change))
    (message,) = delivery.arrived()
    assert message["Bcc"] is None
    assert message["To"] == "ada@school.example"
    assert [each.recipients for each in delivery.server.received] in ([], [["ada@school.example"]])


@pytest.mark.parametrize("to", ["a@b\r\nBcc: eve@evil.example", "a@b, eve@evil.example", "a b@c", "a@b@c"])
def test_an_address_that_is_none_makes_no_message(to: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        _message(to=to)


async def test_what_the_outbox_keeps_is_for_its_owner_alone(tmp_path: Path) -> None:
    await _open(Settings(data_dir=tmp_path)).send(_message())
    (path,) = (tmp_path / "outbox").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_an_outbox_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(MailUnavailable, match="could not be written"):
        await _open(Settings(data_dir=tmp_path)).send(_message())


async def test_a_probe_sends_nothing_and_says_what_is_wrong(delivery: Delivery) -> None:
    await delivery.mail.probe()
    assert delivery.arrived() == []
    assert "MAIL" not in delivery.server.verbs


async def test_a_server_that_does_not_let_us_in_is_told_before_there_is_a_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, public = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    async with SmtpServer(login=("robot", "wort"), context=context).running() as server:
        address = f"smtp://robot@localhost:{server.port}"
        await _open(Settings(mail=address, mail_password=SecretStr("wort"))).probe()
        with pytest.raises(MailUnavailable, match="does not let us in"):
            await _open(Settings(mail=address, mail_password=SecretStr("falsch"))).probe()
    with pytest.raises(MailUnavailable, match="CUTROOM_MAIL"):
        await _open(Settings(mail=f"smtp://127.0.0.1:{server.port}?tls=none")).probe()


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_password_goes_over_an_encrypted_connection_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    context, public = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    server = SmtpServer(login=("robot", "wort"), context=None if scheme == "smtps" else context)
    async with server.running(context if scheme == "smtps" else None):
        settings = Settings(mail=f"{scheme}://robot@localhost:{server.port}", mail_password=SecretStr("wort"))
        await _open(settings).send(_message())
        (message,) = server.received
        assert (message.encrypted, message.user) == (True, "robot")
        wrong = Settings(mail=settings.mail, mail_password=SecretStr("falsch"))
        with pytest.raises(MailUnavailable, match="does not let us in") as refused:
            await _open(wrong).send(_message())
        assert "falsch" not in str(refused.value)


async def test_a_server_that_offers_no_encryption_or_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    for server in (SmtpServer(login=("robot", "wort")), SmtpServer(login=("robot", "wort"), context=context)):
        async with server.running():
            settings = Settings(mail=f"smtp://robot@localhost:{server.port}", mail_password=SecretStr("wort"))
            with pytest.raises(MailUnavailable):
                await _open(settings).send(_message())
        assert server.received == []
        assert "AUTH" not in server.verbs


@pytest.mark.parametrize(
    ("refusals", "kind"),
    [
        ({"RCPT": "550 5.1.1 no such person\x1b[31m"}, MailRefused),
        ({"RCPT": "451 4.7.1 come back later"}, MailUnavailable),
        ({"MAIL": "553 5.7.1 not from you"}, MailRefused),
        ({"END": "554 5.6.0 spam"}, MailRefused),
        ({"END": "452 4.3.1 full"}, MailUnavailable),
    ],
)
async def test_a_refusal_says_whether_to_try_again(refusals: dict[str, str], kind: type[Exception]) -> None:
    async with SmtpServer(refusals=refusals).running() as server:
        with pytest.raises(kind, match="mail server") as refused:
            await _open(Settings(mail=f"smtp://127.0.0.1:{server.port}?tls=none")).send(_message())
    assert str(refused.value).isprintable()


async def test_a_server_that_is_away_or_hangs_up_is_tried_again_later() -> None:
    async with SmtpServer(silent=True).running() as server:
        mail = _open(Settings(mail=f"smtp://127.0.0.1:{server.port}?tls=none"))
        with pytest.raises(MailUnavailable, match="CUTROOM_MAIL"):
            await mail.send(_message())
    with contextlib.suppress(OSError), pytest.raises(MailUnavailable, match="CUTROOM_MAIL"):
        await mail.send(_message())


@pytest.mark.parametrize(
    "address",
    ["smtp://", "smtp://user:word@host", "smtp://user@host", "smtp://host?tls=maybe", "smtp://host:x", "smtp://h/?x=1"],
)
def test_an_address_of_a_server_that_cannot_be_used_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(InvalidInput, match="CUTROOM_MAIL"):
        _open(Settings(mail=address))
    with pytest.raises(InvalidInput, match="in the clear"):
        _open(Settings(mail="smtp://user@host?tls=none", mail_password=SecretStr("wort")))
