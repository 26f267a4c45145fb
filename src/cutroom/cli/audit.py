"""``cutroom audit``: what was done and by whom, and whether that record is whole."""

# The database layer takes a while to load, which no other command should wait for: hence the imports inside.

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutroom.cli.root import app

audit = typer.Typer(name="audit", help="Look at the audit log, and see that it is whole.", no_args_is_help=True)
app.add_typer(audit)


@audit.callback()
def group() -> None:
    """Look at the audit log, and see that it is whole."""


@audit.command()
def verify(
    anchors: Annotated[
        Path | None, typer.Option(help="Signed heads kept elsewhere, or an export; the data folder's when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
) -> None:
    """Compare every entry with its digest and with the heads that were signed; names the first that is wrong."""
    from cutroom.cli.auditing import verify_all

    verify_all(anchors, as_json=as_json)


@audit.command()
def export() -> None:
    """Print all entries as lines of JSON, and a signed head at the end: keep it where nobody changes it."""
    from cutroom.cli.auditing import export_all

    export_all()
