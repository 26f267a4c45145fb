"""What ``cutroom audit`` does."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typer
from sqlalchemy import select

from cutroom.accounts.audit.anchors import FILE, read_anchors, sign_head
from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.audit.schemas import AuditEntryView
from cutroom.accounts.audit.verify import Verification, verify_log
from cutroom.app import audit_key
from cutroom.cli.upkeep import NotSound, with_engine
from cutroom.core.errors import InvalidInput
from cutroom.jobs.execution import Engine

_PORTION = 500


def verify_all(anchors: Path | None, *, as_json: bool) -> None:
    """Compare every entry with its digest and with the heads that were signed."""
    if anchors is not None and not anchors.is_file():
        raise InvalidInput(f"There is no file {anchors}: name one of signed heads, or an export.")

    async def look(engine: Engine) -> Verification:
        signed = read_anchors(anchors or engine.settings.data_dir / FILE)
        async with engine.database.reading() as session:
            return await verify_log(session, signed, audit_key(engine.settings))

    found = with_engine(look)
    if as_json:
        typer.echo(json.dumps({"sound": found.sound, **asdict(found)}, indent=1))
    else:
        typer.echo(
            f"{found.entries:,} entries and {found.anchors:,} signed heads; signed up to entry {found.signed_up_to:,}"
        )
        if found.replaced:
            typer.echo(
                f"{found.replaced:,} of the heads are of what a backup took the place of when it was restored: their "
                "entries are gone."
            )
    if not found.sound:
        raise NotSound(f"Entry {found.number} of the audit log is wrong: {found.wrong}.")
    typer.echo("The audit log is whole.", err=True)


def export_all() -> None:
    """Print all entries as lines of JSON, and a signed head at the end."""

    async def export(engine: Engine) -> None:
        reached = 0
        async with engine.database.reading() as session:
            while rows := (
                await session.scalars(
                    select(AuditEntry).where(AuditEntry.number > reached).order_by(AuditEntry.number).limit(_PORTION)
                )
            ).all():
                session.expunge_all()
                for row in rows:
                    typer.echo(AuditEntryView.model_validate(row).model_dump_json())
                reached = rows[-1].number
            anchor = await sign_head(session, audit_key(engine.settings))
        if anchor is not None:
            typer.echo(anchor.line())

    with_engine(export)
