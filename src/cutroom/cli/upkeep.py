"""What ``cutroom db`` does: the database's schema, backups, and whether all is as it should be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from sqlalchemy import make_url

from cutroom.analysis.reindexing import reindex
from cutroom.app import audit_key, opened
from cutroom.cli.reporting import console_for_output, reporter_for
from cutroom.core import schema
from cutroom.core.database import Database, DatabaseUnusable
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.progress import Reporter, SilentReporter
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line
from cutroom.jobs.execution import Engine
from cutroom.library.backup import Backup, back_up, latest_backup
from cutroom.library.restore import Restored, restore
from cutroom.library.verify import Report, verify
from cutroom.pipelines.seeding.seed import seed
from cutroom.pipelines.seeding.shelf import PEOPLE

T = TypeVar("T")


class NotSound(CutroomError):
    """Something is not as the rows say."""


def go_up(to: str) -> None:
    """Bring the schema up to what this version needs; 'cutroom up' does it by itself."""
    status = with_engine(lambda engine: schema.upgrade(engine.database, to))
    typer.echo(f"The database has schema {status.revision}.")


def go_down(to: str, *, yes: bool) -> None:
    """Bring the schema down, for an older version of Cutroom."""
    if not yes:
        raise InvalidInput("Going down drops what only newer tables hold: make a backup first, then say --yes.")
    status = with_engine(lambda engine: schema.downgrade(engine.database, to))
    typer.echo(f"The database has schema {status.revision or schema.EMPTY}.")


def show_status(*, as_json: bool) -> None:
    """Tell where the database is and whether its schema is the one that this version needs."""
    status, kind, place = with_engine(_status)
    if as_json:
        typer.echo(json.dumps({**asdict(status), "current": status.current, "kind": kind, "place": place}, indent=1))
    else:
        typer.echo(one_line(f"{kind} at {place}"))
        typer.echo(f"schema {status.revision or 'none'}, and this version needs {status.head}")
    if not status.current:
        raise DatabaseUnusable(f"{len(status.pending)} revisions are to be applied: run 'cutroom db upgrade'.")


def add_seed() -> None:
    """Add a small school's library to look around in: people, recordings in every state, clips."""
    reporter = _reporter(quiet=False)

    async def add(engine: Engine) -> int:
        await schema.upgrade(engine.database)
        return await seed(engine, reporter)

    added = with_engine(add)
    if added:
        typer.echo(f"{added} recordings were added; nobody of the school has a password.")
        typer.echo(f"'cutroom users reset \"{PEOPLE[0].name}\"' prints a link to sign in with as an administrator.")
    else:
        typer.echo("The recordings are there already.")


def make_backup(target: Path, *, as_json: bool) -> None:
    """Back up all rows and all files, while everything goes on."""
    reporter = _reporter(quiet=as_json)

    async def make(engine: Engine) -> Backup:
        with reporter.stage("Copy files") as progress:
            return await back_up(engine.database, engine.storage, target, progress=progress)

    made = with_engine(make)
    manifest = made.manifest
    if as_json:
        facts = {"folder": str(made.folder), "copied": made.copied, "linked": made.linked, "took_s": made.took_s}
        typer.echo(json.dumps({**facts, **manifest.model_dump(mode="json", exclude={"tables"})}, indent=1))
    else:
        rows = sum(table.rows for table in manifest.tables)
        typer.echo(
            f"{rows:,} rows and {_files(manifest.files)} ({_size(manifest.files_bytes)}; {made.copied:,} were new) "
            f"in {made.took_s:.1f} s, as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"
        )
        if made.linked:
            typer.echo("Files share the disk with storage: copy the folder to another machine too.")
        typer.echo(one_line(str(made.folder.absolute())))
    if manifest.missing:
        raise NotSound(
            f"The backup is made, but storage does not hold {_files(len(manifest.missing))} that rows name: "
            "'cutroom db verify' lists them."
        )


def index_again(*, again: bool) -> None:
    """Make anew what search looks in, while everything goes on."""
    reporter = _reporter(quiet=False)

    async def write(engine: Engine) -> int:
        await schema.upgrade(engine.database)
        with reporter.stage("Write the index") as progress:
            return await reindex(engine.database, again=again, progress=progress)

    written = with_engine(write)
    typer.echo(f"{written:,} recordings were written." if written else "Everything is in the index already.")


def take_back(backup: Path, *, as_json: bool) -> None:
    """Restore a backup into an empty database and empty storage, of any kind, and verify it."""
    folder = latest_backup(backup)
    reporter = _reporter(quiet=as_json)

    async def take(engine: Engine) -> tuple[Restored, Report]:
        with reporter.stage("Copy files") as progress:
            key = audit_key(engine.settings)
            restored = await restore(engine.database, engine.storage, folder, key, progress=progress)
        with reporter.stage("Write the index") as progress:
            await reindex(engine.database, progress=progress)
        with reporter.stage("Verify") as progress:
            return restored, await verify(engine.database, engine.storage, progress=progress)

    restored, report = with_engine(take)
    if as_json:
        facts = {"rows": restored.rows, "files": restored.files, "lost": restored.lost, "took_s": restored.took_s}
        facts |= {"folder": str(folder), "age_s": restored.age.total_seconds(), "verified": _report(report)}
        typer.echo(json.dumps(facts, indent=1))
    else:
        typer.echo(
            f"{restored.rows:,} rows and {_files(restored.files)} in {restored.took_s:.1f} s, as they were "
            f"{_age(restored.age)} ago; what came after that is lost"
        )
        _print(report)
    if restored.lost:
        raise NotSound(f"The backup has lost {len(restored.lost)} of its files; all others are restored.")
    _judge(report)


def look(*, deep: bool, as_json: bool) -> None:
    """Compare the rows with storage and with each other, while everything goes on."""
    reporter = _reporter(quiet=as_json)

    async def check(engine: Engine) -> Report:
        with reporter.stage("Verify") as progress:
            return await verify(engine.database, engine.storage, deep=deep, progress=progress)

    report = with_engine(check)
    if as_json:
        typer.echo(json.dumps(_report(report), indent=1))
    else:
        _print(report)
    _judge(report)


async def _status(engine: Engine) -> tuple[schema.SchemaStatus, str, str]:
    database: Database = engine.database
    url = make_url(database.url)
    place = url.database if database.kind == "sqlite" else f"{url.host or 'localhost'}/{url.database}"
    return await schema.status(database), database.kind, str(place)


def with_engine(act: Callable[[Engine], Awaitable[T]]) -> T:
    """Do something with what the environment's settings name, and close it."""

    async def whole() -> T:
        async with opened(get_settings()) as engine:
            return await act(engine)

    return asyncio.run(whole())


def _reporter(*, quiet: bool) -> Reporter:
    return SilentReporter() if quiet else reporter_for(Console(stderr=True))


def _report(report: Report) -> dict[str, object]:
    return {"sound": report.sound, **asdict(report)}


def _print(report: Report) -> None:
    how = "read" if report.deep else "looked at"
    console = console_for_output()
    lines = [
        f"{report.rows:,} rows and {_files(report.files)} ({_size(report.files_bytes)}) {how} in {report.took_s:.1f} s"
    ]
    for finding in report.findings:
        lines.append(f"{finding.count:,} × {finding.what} – {finding.advice}")
        lines += [f"    {example}" for example in finding.examples]
        if finding.count > len(finding.examples):
            lines.append(f"    … and {finding.count - len(finding.examples):,} more")
    for line in lines:
        console.print(one_line(line), soft_wrap=True, highlight=False, markup=False)


def _judge(report: Report) -> None:
    if not report.sound:
        what = "; ".join(f"{each.count:,} × {each.what}" for each in report.findings if each.loss)
        raise NotSound(f"Not all is as it should be: {what}.")
    typer.echo("Nothing is missing.", err=True)


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB"


def _files(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"


def _age(age: timedelta) -> str:
    seconds = age.total_seconds()
    for name, length_s in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {name}"
    return f"{seconds:.0f} s"
