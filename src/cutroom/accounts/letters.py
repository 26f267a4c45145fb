"""What mails say: written when they are sent, so that the secrets of their links are kept nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.invitations import renew_mailed_link
from cutroom.accounts.models import Mail, MailKind
from cutroom.accounts.resets import make_reset_link, may_mail
from cutroom.accounts.users import find_by_name_or_email
from cutroom.core.clock import now
from cutroom.core.text import one_line

_INVITATION = """{by} invites you to Cutroom at {url}.

Make your account, once, until {until}:
{link}

If you did not expect this, there is nothing to do."""
_RESET = """Hello {name},

somebody asked for a new password for your account at {url}. Your name there is {name}.

Set it within an hour:
{link}

If it was not you, there is nothing to do: the password stays as it is."""
_NOTICE = """Hello {name},

{sentence} It is at {url}.

If it was not you, ask an administrator to look into it at once."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, before it has its form."""

    to: str
    subject: str
    text: str


#: Writes what is to be sent, of a mail and how people reach the instance.
Writer = Callable[[AsyncSession, Mail, str], Awaitable[list[Letter]]]


async def write_letters(session: AsyncSession, mail: Mail, url: str, others: Mapping[MailKind, Writer]) -> list[Letter]:
    """Write what is to be sent; nothing when nobody wants it any more.

    Args:
        others: What writes of things that accounts know nothing of.
        url: How people reach the instance; links start with it.
    """
    match mail.kind:
        case MailKind.INVITATION:
            return await _invitation(session, UUID(mail.about["invitation_id"]), url)
        case MailKind.RESET:
            return await _reset(session, mail.about["name"], url, again=mail.attempts > 1)
        case MailKind.NOTICE:
            text = _NOTICE.format(name=mail.about["name"], sentence=mail.about["sentence"], url=url)
            return [Letter(mail.about["to"], "Your Cutroom account was changed", text)]
        case MailKind.SHARE:
            return await others[mail.kind](session, mail, url)


def make_message(letter: Letter, *, sender: str, url: str) -> EmailMessage:
    """Give a letter the form of a message; a line break cannot become a header.

    Args:
        sender: An address, or ``Name <address>``.

    Raises:
        ValueError: If an address is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    try:
        message["To"] = Address(addr_spec=letter.to)
    except (MessageError, IndexError) as error:  # as the standard library refuses some
        raise ValueError(f"{letter.to!r} is no mail address") from error
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=host_of(url))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
    # In quoted-printable a link has other letters, for whoever reads the file.
    message.set_content(letter.text + "\n", cte="7bit" if letter.text.isascii() else None)
    return message


def host_of(url: str) -> str:
    """Give the name by which mail knows the instance."""
    return urlsplit(url).hostname or "localhost"


async def _invitation(session: AsyncSession, invitation_id: UUID, url: str) -> list[Letter]:
    renewed = await renew_mailed_link(session, invitation_id)
    if renewed is None or renewed[0].invitation.email is None:
        return []
    invited, secret = renewed
    text = _INVITATION.format(
        by=invited.by or "An administrator",
        url=url,
        until=_day(invited.invitation.expires_at),
        link=f"{url}/join?token={secret}",
    )
    return [Letter(renewed[0].invitation.email, "You are invited to Cutroom", text)]


async def _reset(session: AsyncSession, name: str, url: str, *, again: bool) -> list[Letter]:
    letters = []
    for user in await find_by_name_or_email(session, name):
        if user.email and (again or await may_mail(session, user)):
            secret, _ = await make_reset_link(session, user)
            text = _RESET.format(name=user.display_name, url=url, link=f"{url}/reset?token={secret}")
            letters.append(Letter(user.email, "A new password for Cutroom", text))
    return letters


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
