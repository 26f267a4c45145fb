"""What ``cutroom users`` does: straight in the database, so that whoever is locked out gets in again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import typer
from pydantic import TypeAdapter, ValidationError
from rich.table import Table
from rich.text import Text
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts import users
from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.invitations import invite
from cutroom.accounts.models import Role, User
from cutroom.accounts.resets import make_reset_link
from cutroom.accounts.schemas import Email
from cutroom.app import opened
from cutroom.cli.connection import instance_url
from cutroom.cli.reporting import console_for_output
from cutroom.core import schema
from cutroom.core.errors import Conflict, InvalidInput, NotFound
from cutroom.core.files import written_whole
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line
from cutroom.pipelines.own_data import write_own_data

T = TypeVar("T")

#: Whoever has the machine.
_HERE = Viewer(None, "", Role.ADMIN, "here")


def show_users(*, as_json: bool) -> None:
    """List everybody who has an account."""

    async def read(session: AsyncSession) -> list[User]:
        return list(await session.scalars(users.select_users().order_by(User.name)))

    found = _write(read)
    if as_json:
        facts = [
            {
                "id": str(each.id),
                "name": each.display_name,
                "role": each.role,
                "email": each.email,
                "active": each.disabled_at is None,
            }
            for each in found
        ]
        typer.echo(json.dumps(facts, indent=1))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("name", "role", "state", "mail"):
        table.add_column(title, overflow="fold")
    for each in found:
        state = "active" if each.disabled_at is None else "disabled"
        table.add_row(Text(one_line(each.display_name)), each.role, state, Text(each.email or ""))
    console_for_output().print(table)


def print_invitation(role: str, email: str | None, days: int) -> None:
    """Print a link with which somebody makes an account, once."""
    try:
        address = TypeAdapter(Email | None).validate_python(email)
    except ValidationError as error:
        raise InvalidInput(f"--email '{email}' is no mail address: write it like ada@school.example.") from error

    async def make(session: AsyncSession) -> str:
        made, secret = await invite(session, _HERE, Role(role), email=address, life=timedelta(days=days))
        await record(session, _HERE, "invitation.created", ("invitation", made.id), role=role, email=made.email)
        return secret

    typer.echo(f"{instance_url(get_settings())}/join?token={_write(make)}")


def print_reset_link(name: str) -> None:
    """Print a link with which somebody sets a new password, once, within an hour."""

    async def make(session: AsyncSession) -> str:
        user = await _find(session, name)
        if user.disabled_at is not None:
            raise Conflict(f"{user.display_name} is disabled: run 'cutroom users enable' first.")
        secret, _ = await make_reset_link(session, user)
        await record(session, _HERE, "user.reset_link_made", ("user", user.id), name=user.display_name)
        return secret

    typer.echo(f"{instance_url(get_settings())}/reset?token={_write(make)}")


def write_export(name: str, target: Path) -> None:
    """Write all that is somebody's."""

    async def write() -> None:
        async with opened(get_settings()) as engine:
            await schema.upgrade(engine.database)
            with written_whole(target) as part, part.open("w+b") as file:
                async with engine.database.reading() as session:
                    user = await _find(session, name)
                    await write_own_data(session, user.id, file)
            subject = ("user", user.id)
            await engine.database.write(lambda session: record(session, _HERE, "account.exported", subject))

    asyncio.run(write())
    typer.echo(one_line(str(target.absolute())))


def keep_out(name: str) -> None:
    """Disable an account."""

    async def disable(session: AsyncSession) -> str:
        user = await _find(session, name)
        await users.disable_user(session, user)
        await record(session, _HERE, "user.disabled", ("user", user.id), name=user.display_name)
        return user.display_name

    typer.echo(f"{one_line(_write(disable))} is out: sessions and tokens have ended.")


def let_in(name: str) -> None:
    """Enable an account."""

    async def enable(session: AsyncSession) -> str:
        user = await _find(session, name)
        await users.enable_user(session, user)
        await record(session, _HERE, "user.enabled", ("user", user.id), name=user.display_name)
        return user.display_name

    typer.echo(f"{one_line(_write(enable))} may sign in again.")


def give_role(name: str, role: str) -> None:
    """Give somebody another role."""

    async def change(session: AsyncSession) -> str:
        user = await _find(session, name)
        before = user.role
        await users.change_role(session, user, Role(role))
        await record(session, _HERE, "user.changed", ("user", user.id), role=[before, role])
        return user.display_name

    typer.echo(f"{one_line(_write(change))} is {role} from now on.")


async def _find(session: AsyncSession, name: str) -> User:
    """Give the user of that name, or else of that address, disabled or not."""
    same = or_(User.name == users.fold_name(name), User.email == name.strip().lower())
    found = list(await session.scalars(select(User).where(same).order_by(User.id)))
    named = [each for each in found if each.name == users.fold_name(name)] or found
    if not named:
        raise NotFound(f"Nobody is called '{name}': 'cutroom users list' shows who there is.")
    return named[0]


def _write(change: Callable[[AsyncSession], Awaitable[T]]) -> T:
    async def whole() -> T:
        async with opened(get_settings()) as engine:
            await schema.upgrade(engine.database)
            return await engine.database.write(change)

    return asyncio.run(whole())
