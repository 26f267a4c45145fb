"""``cutroom users``: people and their accounts, for whoever has the machine, also when nobody can sign in."""

# The database layer takes a while to load, which no other command should wait for: hence the imports inside.

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cutroom.cli.root import app


class RoleName(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


Name = Annotated[str, typer.Argument(help="The name that they sign in with, or their mail address.")]

users = typer.Typer(name="users", help="Look after people and their accounts.", no_args_is_help=True)
app.add_typer(users)


@users.callback()
def group() -> None:
    """Look after people and their accounts."""


@users.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False) -> None:
    """List everybody who has an account."""
    from cutroom.cli.people import show_users

    show_users(as_json=as_json)


@users.command()
def invite(
    role: Annotated[RoleName, typer.Option(help="What they may do.")] = RoleName.EDITOR,
    email: Annotated[str | None, typer.Option(help="Their mail address; a link is mailed there too.")] = None,
    days: Annotated[int, typer.Option(min=1, max=90, help="How long it can be used.")] = 7,
) -> None:
    """Print a link with which somebody makes an account, once."""
    from cutroom.cli.people import print_invitation

    print_invitation(role, email, days)


@users.command()
def reset(name: Name) -> None:
    """Print a link with which somebody sets a new password, once, within an hour."""
    from cutroom.cli.people import print_reset_link

    print_reset_link(name)


@users.command()
def export(
    name: Name, target: Annotated[Path | None, typer.Argument(help="The ZIP file; export.zip when left out.")] = None
) -> None:
    """Write all that is kept of somebody and that they made, as JSON in a ZIP file."""
    from cutroom.cli.people import write_export

    write_export(name, target or Path("export.zip"))


@users.command()
def disable(name: Name) -> None:
    """Keep somebody out: sessions and tokens end at once."""
    from cutroom.cli.people import keep_out

    keep_out(name)


@users.command()
def enable(name: Name) -> None:
    """Let somebody sign in again."""
    from cutroom.cli.people import let_in

    let_in(name)


@users.command()
def role(name: Name, role: Annotated[RoleName, typer.Argument(help="What they may do from now on.")]) -> None:
    """Give somebody another role."""
    from cutroom.cli.people import give_role

    give_role(name, role)
