"""A mail server on loopback that speaks as RFC 5321 and RFC 3207 have it, and refuses what it is told to."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Received:
    """A message as it came."""

    sender: str
    recipients: list[str]
    content: bytes
    encrypted: bool
    user: str | None


@dataclass
class SmtpServer:
    """A server, and what it was given.

    Attributes:
        context: With it the server offers STARTTLS.
        login: A user and a password, without which it takes nothing.
        refusals: Answers by the verb that gets them.
        silent: Whether it closes every connection at once.
    """

    context: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    refusals: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    received: list[Received] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    port: int = 0

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            if not self.silent:
                await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        encrypted, user, sender = writer.get_extra_info("ssl_object") is not None, None, ""
        recipients: list[str] = []

        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        await say("220 loopback ESMTP")
        while line := (await reader.readline()).decode():
            verb, _, rest = line.strip().partition(" ")
            verb = verb.upper()
            self.verbs.append(verb)
            if verb in self.refusals:
                await say(self.refusals[verb])
                continue
            match verb:
                case "EHLO" | "HELO":
                    offers = ["SIZE 1000000", "8BITMIME"]
                    offers += ["STARTTLS"] if self.context and not encrypted else []
                    offers += ["AUTH PLAIN"] if self.login and encrypted else []
                    writer.writelines(f"250-{offer}\r\n".encode() for offer in ["loopback", *offers])
                    await say("250 HELP")
                case "STARTTLS" if self.context:
                    await say("220 go ahead")
                    await writer.start_tls(self.context)
                    encrypted = True
                case "AUTH":
                    _, name, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                    user = name if (name, password) == self.login else None
                    await say("235 welcome" if user else "535 5.7.8 wrong password")
                case "MAIL" if self.login and user is None:
                    await say("530 5.7.0 sign in first")
                case "MAIL":
                    sender, recipients = rest.partition("<")[2].partition(">")[0], []
                    await say("250 ok")
                case "RCPT":
                    recipients.append(rest.partition("<")[2].partition(">")[0])
                    await say("250 ok")
                case "DATA":
                    await say("354 go on")
                    content = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                    self.received.append(Received(sender, recipients, content, encrypted, user))
                    await say(self.refusals.get("END", "250 taken"))
                case "QUIT":
                    await say("221 bye")
                    return
                case _:
                    await say("250 ok")

    @contextlib.asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[SmtpServer]:
        """Serve until the block ends.

        Args:
            tls: Encrypt from the beginning.
        """
        server = await asyncio.start_server(self.speak, "127.0.0.1", self.port, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """Make a certificate that vouches for itself; give the server's context and the file that clients trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public
