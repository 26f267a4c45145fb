"""Mail through an SMTP server, encrypted unless the address says otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from pydantic import SecretStr

from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings
from cutroom.core.text import one_line
from cutroom.providers.mail import MailRefused, MailUnavailable

_TIMEOUT_S = 30.0
_PORTS = {"tls": 465, "starttls": 587, "none": 25}
#: From here on a server means for ever what it says (RFC 5321, 4.2.1).
_FOR_EVER = 500
_LONGEST = 300
_FORM = "smtp://user@host:587, smtps://user@host or smtp://host:25?tls=none"


@dataclass(frozen=True, slots=True)
class Smtp:
    """A server.

    Attributes:
        tls: From the beginning, after a greeting in the clear, or not at all.
    """

    host: str
    port: int
    tls: Literal["tls", "starttls", "none"]
    user: str | None = None
    password: SecretStr | None = None

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over; it has been taken when this returns.

        Raises:
            MailRefused: If the server will never take it.
            MailUnavailable: If the server cannot be reached, will not let us in, or may take it later.
        """
        with self._told():
            async with self._connected() as server:
                await server.send_message(message)

    async def probe(self) -> None:
        """See that the server lets us in.

        Raises:
            MailUnavailable: If it cannot be reached or does not.
        """
        with self._told():
            async with self._connected() as server:
                await server.noop()

    def _connected(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password.get_secret_value() if self.password else None,
            use_tls=self.tls == "tls",
            start_tls=self.tls == "starttls",
            timeout=_TIMEOUT_S,
        )

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except aiosmtplib.SMTPAuthenticationError as error:
            raise MailUnavailable(self._said(error.code, error.message, "does not let us in")) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            raise _kind(first.code)(self._said(first.code, first.message, "does not take the recipient")) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _kind(error.code)(self._said(error.code, error.message, "does not take the message")) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailUnavailable(
                f"The mail server {self.host}:{self.port} did not take the message "
                f"({one_line(str(error), _LONGEST) or type(error).__name__}): see that CUTROOM_MAIL is right."
            ) from error

    def _said(self, code: int, words: str, what: str) -> str:
        return f"The mail server {self.host}:{self.port} {what} ({code} {one_line(words, _LONGEST)})."


def create(settings: Settings, address: str) -> Smtp:
    """Read a server's address.

    Raises:
        InvalidInput: If it cannot be read.
    """
    try:
        parts = urlsplit(address)
        host, port, query = parts.hostname, parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise InvalidInput(f"CUTROOM_MAIL is no address of a mail server: write {_FORM}.") from error
    tls = query.pop("tls", ["tls" if parts.scheme == "smtps" else "starttls"])[0]
    if not host or query or parts.password or parts.path not in {"", "/"} or tls not in _PORTS:
        raise InvalidInput(f"CUTROOM_MAIL is not read: write {_FORM}; its password goes into CUTROOM_MAIL_PASSWORD.")
    user = unquote(parts.username) if parts.username else None
    if user and settings.mail_password is None:
        raise InvalidInput(f"CUTROOM_MAIL names the user {user}: set CUTROOM_MAIL_PASSWORD too.")
    if user and tls == "none":
        raise InvalidInput("CUTROOM_MAIL would send a password in the clear: leave out the user, or tls=none.")
    return Smtp(host, port or _PORTS[tls], tls, user, settings.mail_password)  # type: ignore[arg-type] # checked above


def _kind(code: int) -> type[MailRefused | MailUnavailable]:
    return MailRefused if code >= _FOR_EVER else MailUnavailable
