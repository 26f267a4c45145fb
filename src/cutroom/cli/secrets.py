"""``cutroom secrets``: the keys that secrets are sealed with."""

# The database layer takes a while to load, which no other command should wait for: hence the imports inside.

from __future__ import annotations

from typing import Annotated

import typer

from cutroom.cli.root import app

AsJson = Annotated[bool, typer.Option("--json", help="Print for machines.")]

secrets = typer.Typer(name="secrets", help="Look after the keys that secrets are sealed with.", no_args_is_help=True)
app.add_typer(secrets)


@secrets.callback()
def group() -> None:
    """Look after the keys that secrets are sealed with."""


@secrets.command()
def status(as_json: AsJson = False) -> None:
    """Tell which keys there are, and how many secrets each one seals."""
    from cutroom.cli.sealing import show_keys

    show_keys(as_json=as_json)


@secrets.command()
def rotate(
    forget: Annotated[
        bool, typer.Option("--forget", help="Remove older keys from the file once they seal nothing.")
    ] = False,
) -> None:
    """Seal every secret with a new key, while everything goes on; from the environment, with the first one there."""
    from cutroom.cli.sealing import rotate_keys

    rotate_keys(forget=forget)
