"""Mails that are to be sent: written down in the transaction of what they tell of, and sent afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import Mail, MailKind, User


async def queue_mail(session: AsyncSession, kind: MailKind, **about: Any) -> None:  # noqa: ANN401 - any JSON
    """Have a mail sent once this transaction is committed.

    Args:
        about: JSON that its text is made of; no secrets.
    """
    session.add(Mail(kind=kind, about=about))
    await session.flush()


async def tell(session: AsyncSession, user: User, sentence: str, *, email: str | None = None) -> None:
    """Tell a user of a change of their account by mail, so that one who did not make it hears of it.

    Args:
        email: Where to, when not to the address that they have now.
    """
    if email or user.email:
        await queue_mail(session, MailKind.NOTICE, to=email or user.email, name=user.display_name, sentence=sentence)


def select_mails() -> Select[Mail]:
    """Select the mails that wait or were given up."""
    return select(Mail)
