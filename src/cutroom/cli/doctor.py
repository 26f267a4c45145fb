"""``cutroom doctor``: what is here, what is missing, and the command that adds it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.metadata import version

import typer
from rich.table import Table
from rich.text import Text

from cutroom import __version__
from cutroom.cli.reporting import console_for_output
from cutroom.cli.root import app
from cutroom.core.errors import CutroomError, MissingCapability
from cutroom.core.settings import Settings, get_settings
from cutroom.core.text import one_line
from cutroom.ingest.links.versions import is_current
from cutroom.media import ffmpeg, sandbox
from cutroom.providers import registry

#: What a recording becomes clips with; all of these must work, the others may be absent.
PROVIDERS = ("speech_to_text", "embedding", "face_detection")
NEEDED = ("ffmpeg", *PROVIDERS)
OPTIONAL = ("text_to_speech", "ocr", "language_model")


@dataclass(frozen=True, slots=True)
class Capability:
    """One row: what is used, or what to do."""

    name: str
    state: str
    detail: str


@app.command()
def doctor() -> None:
    """List every capability: what is used, what is missing and the command that adds it."""
    settings = get_settings()
    providers = [describe_provider(name, settings) for name in (*PROVIDERS, *OPTIONAL)]
    rows = [*describe_machine(), *providers, describe_mail(settings)]
    table = Table(box=None, pad_edge=False)
    for title in ("capability", "state", "detail"):
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(row.name, row.state, Text(one_line(row.detail)))
    console = console_for_output()
    console.print(f"cutroom {__version__}", highlight=False)
    console.print(table)
    missing = [row.name for row in rows if row.state == "missing" and row.name in NEEDED]
    if missing:
        raise MissingCapability(f"{', '.join(missing)} cannot be used; the table says what to do.")
    typer.echo("Recordings can become clips on this machine.")


def describe_machine() -> list[Capability]:
    """Tell which ffmpeg and which sandbox are used, and what is known to be wrong with them."""
    try:
        found = ffmpeg.describe()
    except CutroomError as error:
        return [Capability("ffmpeg", "missing", str(error))]
    rows = [Capability("ffmpeg", "used", f"{found.version} at {found.path}")]
    rows += [Capability("ffmpeg", "fault", fault) for fault in found.faults]
    return [*rows, Capability("sandbox", "used", sandbox.level()), describe_links()]


def describe_links() -> Capability:
    """Tell whether recordings can be brought in from links, and how well the program that does is held."""
    name = f"yt-dlp {version('yt-dlp')}"
    if not is_current():
        return Capability("links", "fault", f"{name} is too old to be safe: pip install --upgrade yt-dlp")
    held = "held to a proxy" if sandbox.holds_connections() else "not held to a proxy: Linux 6.7 or newer can"
    return Capability("links", "used", f"{name}, {held}")


def describe_provider(capability: str, settings: Settings) -> Capability:
    """Load the configured provider of a capability and tell what came of it."""
    choice: str = getattr(settings, capability)
    if choice == "none":
        others = ", ".join(sorted(registry.available(capability)))
        return Capability(capability, "off", f"set CUTROOM_{capability.upper()} to one of {others}")
    name, model = registry.split("rapidocr" if choice == "auto" else choice)
    try:
        registry.load(capability, name)(settings, model)
    except CutroomError as error:
        return Capability(capability, "missing", str(error))
    return Capability(capability, "used", choice if choice != "auto" else name)


def describe_mail(settings: Settings) -> Capability:
    """Tell where mail goes, and whether its server lets us in."""
    try:
        mail = registry.load("mail", settings.mail.partition("://")[0])(settings, settings.mail)
        asyncio.run(mail.probe())
    except CutroomError as error:
        return Capability("mail", "fault", str(error))
    if settings.mail == "outbox":
        return Capability("mail", "off", f"written into {settings.data_dir / 'outbox'}: set CUTROOM_MAIL to a server")
    return Capability("mail", "used", settings.mail)
