"""``cutroom db``: the database's schema, backups, and whether all is as it should be."""

# The database layer takes a while to load, which no other command should wait for: hence the imports inside.

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cutroom.cli.root import app

AsJson = Annotated[bool, typer.Option("--json", help="Print for machines.")]

db = typer.Typer(name="db", help="Look after the database: schema, backups, checks.", no_args_is_help=True)
app.add_typer(db)


@db.callback()
def group() -> None:
    """Look after the database: schema, backups, checks."""


@db.command()
def upgrade(to: Annotated[str, typer.Option(help="A revision of the schema.")] = "head") -> None:
    """Bring the schema up to what this version needs; 'cutroom up' does it by itself."""
    from cutroom.cli.upkeep import go_up

    go_up(to)


@db.command()
def downgrade(
    to: Annotated[str, typer.Argument(help="A revision of the schema, or base for an empty database.")],
    yes: Annotated[bool, typer.Option("--yes", help="Drop what only newer tables and columns hold.")] = False,
) -> None:
    """Bring the schema down, for an older version of Cutroom."""
    from cutroom.cli.upkeep import go_down

    go_down(to, yes=yes)


@db.command()
def status(as_json: AsJson = False) -> None:
    """Tell where the database is and whether its schema is the one that this version needs."""
    from cutroom.cli.upkeep import show_status

    show_status(as_json=as_json)


@db.command()
def seed() -> None:
    """Add a small school's library to look around in: people, recordings in every state, clips."""
    from cutroom.cli.upkeep import add_seed

    add_seed()


@db.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A folder of backups; a further one copies only what is new.")],
    as_json: AsJson = False,
) -> None:
    """Back up all rows and all files, while everything goes on."""
    from cutroom.cli.upkeep import make_backup

    make_backup(target, as_json=as_json)


@db.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="A backup, or a folder of backups for its newest one.")],
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty database and empty storage, of any kind, and verify it."""
    from cutroom.cli.upkeep import take_back

    take_back(backup, as_json=as_json)


@db.command()
def reindex(
    again: Annotated[bool, typer.Option("--all", help="Write all of it, not only what is missing or old.")] = False,
) -> None:
    """Make anew what search looks in, while everything goes on."""
    from cutroom.cli.upkeep import index_again

    index_again(again=again)


@db.command()
def verify(
    deep: Annotated[bool, typer.Option("--deep", help="Read every file and compare its hash.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compare the rows with storage and with each other, while everything goes on."""
    from cutroom.cli.upkeep import look

    look(deep=deep, as_json=as_json)
