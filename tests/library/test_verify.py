"""What is not as the rows say is found, named, and comes with what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from tests.jobs.engine import do_all, drawings, enter, start

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.files import sha256_of
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.models import Event, Result, ResultBlob, Run, RunState, Step, StepState
from cutroom.library.models import Asset
from cutroom.library.verify import Report, verify
from cutroom.providers.storage import Storage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("storage_settings", ["local"], indirect=True)]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Break = Callable[[AsyncSession], Awaitable[Any]]


async def _end_run(session: AsyncSession) -> None:
    await session.execute(update(Run).values(state=RunState.SUCCEEDED))


async def _end_steps(session: AsyncSession) -> None:
    await session.execute(update(Step).values(state=StepState.SUCCEEDED))


async def _fail_silently(session: AsyncSession) -> None:
    await session.execute(update(Step).values(state=StepState.SKIPPED))
    await session.execute(update(Run).values(state=RunState.FAILED))


async def _drop_event(session: AsyncSession) -> None:
    await session.delete((await session.scalars(select(Event).limit(1).offset(2))).one())


async def _drop_last_event(session: AsyncSession) -> None:
    await session.delete((await session.scalars(select(Event).order_by(Event.number.desc()).limit(1))).one())


async def _wait_for_nothing(session: AsyncSession) -> None:
    await session.execute(update(Step).where(Step.key == "each_frame").values(need=0))


async def _lose_an_item(session: AsyncSession) -> None:
    await session.execute(update(Step).where(Step.key == "each_draw[2]").values(state=StepState.SUCCEEDED))


async def _run_silently(session: AsyncSession) -> None:
    await session.execute(update(Step).where(Step.key == "each_draw[2]").values(state=StepState.RUNNING))


@on_sqlite
@pytest.mark.parametrize(
    ("break_", "what"),
    [
        (_end_run, "runs have ended and have unfinished steps"),
        (_end_steps, "runs have not ended and have nothing left to do"),
        (_fail_silently, "runs failed and do not say why"),
        (_drop_event, "runs have a log with gaps"),
        (_drop_last_event, "runs have a log with gaps"),
        (_wait_for_nothing, "steps wait for nothing"),
        (_lose_an_item, "steps wait for nothing"),
        (_run_silently, "steps run and nobody says so"),
    ],
)
async def test_a_run_that_breaks_the_rules_is_found(
    database: Database, storage: Storage, break_: Break, what: str
) -> None:
    """The run has done half of its items; all is well until a rule is broken."""
    run_id = await start(database, drawings)
    await do_all(database, await enter(database), until="each_draw[1]")
    assert (await verify(database, storage)).findings == []
    await database.write(break_)
    report = await verify(database, storage)
    [finding] = [each for each in report.findings if each.what == what]
    assert finding.count == 1
    assert finding.examples[0].startswith(str(run_id))
    assert not report.sound


async def test_missing_and_damaged_files_are_told_apart_by_who_needs_them(
    database: Database, storage: Storage, tmp_path: Path
) -> None:
    names = {}
    for name in ("gone", "short", "flipped", "between", "whole"):
        path = tmp_path / name
        path.write_text(name * 100)
        names[name] = (await keep_file(database, storage, path)).sha256
    async with database.writing() as session:
        for name in ("gone", "short", "flipped", "whole"):
            size_bytes = len(name) * 100
            session.add(Asset(title=name, file_name=name, sha256=names[name], size_bytes=size_bytes))
        session.add(Result(key="r", stage="test", version=1, digest="wrong", value="1"))
        await session.flush()
        session.add(ResultBlob(result_key="r", sha256=names["between"]))
    assert _found(await verify(database, storage)) == {}
    for name, change in (("gone", None), ("between", None), ("short", b""), ("flipped", b"x" * 700)):
        kept = storage.local(names[name])
        assert kept is not None
        kept.chmod(0o600)
        kept.write_bytes(change) if change is not None else kept.unlink()
    quick, deep = await verify(database, storage), await verify(database, storage, deep=True)
    missing, mended = "files are missing or damaged", "files between steps are missing or damaged"
    assert _found(quick) == {missing: {names["gone"], names["short"]}, mended: {names["between"]}}
    assert _found(deep) == {
        missing: {names["gone"], names["short"], names["flipped"]},
        mended: {names["between"]},
        "kept values are damaged": {"test r"},
    }
    assert [each.loss for each in quick.findings] == [True, False]


async def test_a_file_that_no_row_knows_is_no_loss(database: Database, storage: Storage, tmp_path: Path) -> None:
    stray = tmp_path / "stray"
    stray.write_text("stray")
    storage.put(stray, sha256_of(stray))
    assert (await verify(database, storage)).findings == []
    with time_machine.travel(now().timestamp() + 25 * 3600):
        report = await verify(database, storage)
    assert _found(report) == {"files in storage belong to no row": {sha256_of(stray)}}
    assert report.sound


async def test_a_row_that_gives_another_size_than_its_file_is_found(
    database: Database, storage: Storage, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("file")
    file = await keep_file(database, storage, path)
    async with database.writing() as session:
        session.add(Asset(title="a", file_name="a", sha256=file.sha256, size_bytes=5))
    assert _found(await verify(database, storage)).keys() == {"rows of 'asset' give another size than the file"}


@on_sqlite
async def test_rows_that_refer_to_nothing_are_found(database: Database, storage: Storage) -> None:
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("COMMIT")
        await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        await connection.exec_driver_sql("INSERT INTO result_blob VALUES ('nothing', 'nothing')")
        await connection.invalidate()
    found = _found(await verify(database, storage))
    assert found["rows refer to rows that are not there"] == {"result_blob 1 → blob", "result_blob 1 → result"}


def _found(report: Report) -> dict[str, set[str]]:
    return {finding.what: set(finding.examples) for finding in report.findings}
