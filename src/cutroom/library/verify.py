"""Whether what the rows say is so: files against storage, references, and the rules that the engine keeps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Select, and_, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.schema import SchemaStatus, status_on
from cutroom.jobs.advancing import FINAL_RUN, UNFINISHED
from cutroom.jobs.blobs import hashes_in_use, naming_columns
from cutroom.jobs.kept import digest_of
from cutroom.jobs.models import Blob, Event, Result, ResultBlob, Run, RunState, Step, StepEdge, StepState
from cutroom.library.rows import tables_of
from cutroom.providers.storage import Storage

#: A file that is younger may be about to get its row.
_YOUNG = timedelta(days=1)
#: As many are named; the rest is counted.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        what: In a few words.
        advice: What to do about it.
        count: How often it was found.
        examples: Names of the first ones.
        loss: Whether something a person made may be lost or stuck; otherwise it mends itself.
    """

    what: str
    advice: str
    count: int
    examples: tuple[str, ...]
    loss: bool = True


@dataclass(slots=True)
class Report:
    """What was looked at, and what was found."""

    deep: bool
    schema: SchemaStatus
    rows: int = 0
    files: int = 0
    files_bytes: int = 0
    took_s: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing may be lost or stuck."""
        return not any(finding.loss for finding in self.findings)

    def add(self, found: Sequence[object], what: str, advice: str, *, loss: bool = True) -> None:
        """Note something, if it was found at all."""
        if found:
            self.findings.append(Finding(what, advice, len(found), tuple(map(str, found[:_NAMED])), loss))


async def verify(
    database: Database, storage: Storage, *, deep: bool = False, progress: Progress = ignore_progress
) -> Report:
    """Compare rows with storage and with each other, while everything goes on.

    Args:
        deep: Read every file and every kept value and compare its hash, which takes as long as the disk needs.
        progress: Told the share of the files that was looked at.

    Raises:
        SchemaUnknown: If the database's schema is newer than this version.
        DatabaseUnusable: If it is older, or the database's file is damaged beyond reading.
        StorageUnavailable: If storage cannot be reached.
        DatabaseUnavailable: If the database does not answer.
    """
    started = time.monotonic()
    async with database.reading() as session:
        report = Report(deep, await (await session.connection()).run_sync(status_on))
        if database.kind == "sqlite":
            await _look_at_file(session, report)
        for table in await tables_of(session):
            report.rows += await session.scalar(select(func.count()).select_from(table)) or 0
        await _look_at_runs(session, report)
        await _look_at_steps(session, report)
        if deep:
            await _look_at_values(session, report)
        await _look_at_sizes(session, report)
        sizes = {row.sha256: row.size_bytes for row in await session.execute(select(Blob.sha256, Blob.size_bytes))}
        needed, wanted = await _named(session)
    # Rows first: a file that a row names was there before the row.
    await _look_at_storage(database, storage, sizes, needed, wanted, report, progress)
    report.took_s = time.monotonic() - started
    return report


async def _look_at_file(session: AsyncSession, report: Report) -> None:
    check = "integrity_check" if report.deep else "quick_check"
    said = [each for each in await session.scalars(text(f"PRAGMA {check}")) if each != "ok"]
    report.add(said, "the database's file is damaged", "restore a backup into a new data folder")
    broken = [f"{row[0]} {row[1]} → {row[2]}" for row in await session.execute(text("PRAGMA foreign_key_check"))]
    report.add(broken, "rows refer to rows that are not there", "restore a backup, or report it")


async def _look_at_runs(session: AsyncSession, report: Report) -> None:
    busy = exists().where(Step.run_id == Run.id, Step.state.in_(UNFINISHED))
    log = (
        select(Event.run_id, func.max(Event.number).label("last"), func.min(Event.number).label("first"))
        .add_columns(func.count().label("count"))
        .group_by(Event.run_id)
        .subquery()
    )
    for found, what, advice in (
        (
            select(Run.id).where(Run.state.in_(FINAL_RUN), busy),
            "runs have ended and have unfinished steps",
            "cancel them, then retry them",
        ),
        (
            select(Run.id).where(Run.state.not_in(FINAL_RUN), ~busy),
            "runs have not ended and have nothing left to do",
            "cancel them, then retry them",
        ),
        (
            select(Run.id).where(Run.state == RunState.FAILED, Run.error.is_(None)),
            "runs failed and do not say why",
            "report it with the log",
        ),
        (
            select(Run.id)
            .join(log, log.c.run_id == Run.id)
            .where(or_(log.c.last != Run.last_event, log.c.count != log.c.last - log.c.first + 1)),
            "runs have a log with gaps",
            "report it with the log",
        ),
    ):
        report.add((await session.scalars(found)).all(), what, advice)


async def _look_at_steps(session: AsyncSession, report: Report) -> None:
    before, item = aliased(Step), aliased(Step)
    waits_for = (
        select(func.count())
        .select_from(StepEdge)
        .join(before, before.id == StepEdge.before_id)
        .where(StepEdge.after_id == Step.id, before.state != StepState.SUCCEEDED)
        .scalar_subquery()
    )
    items = select(func.count()).where(item.parent_id == Step.id, item.state.in_(UNFINISHED)).scalar_subquery()
    stuck = or_(
        and_(Step.started_at.is_(None), or_(waits_for == 0, waits_for != Step.need)),
        and_(Step.started_at.is_not(None), or_(items == 0, items != Step.need)),
    )
    report.add(
        await _keys(session, select(Step.run_id, Step.key).where(Step.state == StepState.PENDING, stuck)),
        "steps wait for nothing",
        "cancel their runs, then retry them",
    )
    report.add(
        await _keys(
            session, select(Step.run_id, Step.key).where(Step.state == StepState.RUNNING, Step.beat_at.is_(None))
        ),
        "steps run and nobody says so",
        "start a worker: it gives them to another",
    )


async def _look_at_values(session: AsyncSession, report: Report) -> None:
    rows = await session.stream(select(Result.key, Result.stage, Result.digest, Result.value))
    damaged = [f"{row.stage} {row.key}" async for row in rows if digest_of(row.value) != row.digest]
    report.add(damaged, "kept values are damaged", "nothing: they are made again when wanted", loss=False)


async def _look_at_sizes(session: AsyncSession, report: Report) -> None:
    for name in naming_columns():
        if "size_bytes" in name.table.columns:
            wrong = (
                select(*name.table.primary_key.columns)
                .join(Blob, Blob.sha256 == name)
                .where(Blob.size_bytes != name.table.columns["size_bytes"])
            )
            report.add(
                await _keys(session, wrong), f"rows of '{name.table.name}' give another size than the file", "report it"
            )


async def _look_at_storage(
    database: Database,
    storage: Storage,
    sizes: dict[str, int],
    needed: set[str],
    wanted: set[str],
    report: Report,
    progress: Progress,
) -> None:
    held = await asyncio.to_thread(lambda: {each.sha256: each for each in storage.list()})
    report.files = len(held)
    report.files_bytes = sum(each.size_bytes for each in held.values())
    # A name that nothing refers to may have been taken for a file that is on its way.
    named = sorted((needed | wanted) & sizes.keys())
    wrong = []
    for count, sha256 in enumerate(named, start=1):
        there = sha256 in held and held[sha256].size_bytes == sizes[sha256]
        if not there or (report.deep and not await asyncio.to_thread(storage.check, sha256)):
            wrong.append(sha256)
        progress(count / len(named))
    old = now() - _YOUNG
    strays = [each.sha256 for each in held.values() if each.sha256 not in sizes and each.modified_at < old]
    async with database.reading() as session:  # housekeeping and workers were at it meanwhile
        still = set(await session.scalars(select(Blob.sha256)))
    wrong = [sha256 for sha256 in wrong if sha256 in still]
    report.add(
        [sha256 for sha256 in wrong if sha256 in needed],
        "files are missing or damaged",
        "put them back from a backup's 'files' folder, or make them again from their source",
    )
    report.add(
        [sha256 for sha256 in wrong if sha256 not in needed],
        "files between steps are missing or damaged",
        "nothing: they are made again when wanted",
        loss=False,
    )
    report.add(
        [sha256 for sha256 in strays if sha256 not in still],
        "files in storage belong to no row",
        "nothing: housekeeping removes them",
        loss=False,
    )


async def _named(session: AsyncSession) -> tuple[set[str], set[str]]:
    """Tell the files that nobody can make again from the rows alone, and those that the engine made for itself."""
    needed: set[str] = set()
    wanted = await hashes_in_use(session, now())
    for name in naming_columns():
        found = wanted if name.table is ResultBlob.__table__ else needed
        found.update(await session.scalars(select(name)))
    return needed, wanted


async def _keys(session: AsyncSession, found: Select[*tuple[object, ...]]) -> list[str]:
    return [" ".join(map(str, row)) for row in await session.execute(found)]
