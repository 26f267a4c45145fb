"""Small stages and recipes, and a worker that goes through the rows as a real one does, without a process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.database import Database
from cutroom.jobs.claims import Claimed, claim_step, fail_step, finish_step
from cutroom.jobs.events import read_events
from cutroom.jobs.failures import failure_of
from cutroom.jobs.kept import keep_result, own_key, resolve_arguments, result_key
from cutroom.jobs.models import Queue, Run, Step
from cutroom.jobs.recipes import Catalogue, Failed, Recipe, catalogue_of, each, each_possible, recipe
from cutroom.jobs.runs import describe_run, start_run
from cutroom.jobs.schemas import RunStatus
from cutroom.jobs.stages import Recording, Retry, Work, record, stage
from cutroom.jobs.workers import register_worker

EVERY = tuple(Queue)
#: Tried again at once.
SOON = Retry(attempts=3, first_wait_s=0.0)


class Counted(BaseModel):
    """How many items, and what they are called."""

    count: int = 3
    name: str = "item"


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    number: int


@stage(version=1, share=0.5)
def look(work: Work, name: str) -> float:
    """Look at the medium."""
    return float(len(name))


@stage(version=1, share=0.5)
def listen(work: Work, name: str) -> str:
    """Listen to the medium."""
    return name.upper()


@stage(version=1, share=0.1)
def choose(work: Work, seen: float, heard: str, count: int) -> tuple[Item, ...]:
    """Choose items."""
    return tuple(Item(f"{heard}{seen:.0f}", number) for number in range(count))


@stage(version=1, share=0.2, retry=Retry(attempts=2))
def draw(work: Work, item: Item, style: str) -> str:
    """Draw an item."""
    return f"{style} {item.name} {item.number}"


@stage(version=1)
def frame(work: Work, drawn: str) -> str:
    return f"[{drawn}]"


@stage(version=1, queue=Queue.IO)
def count_drawn(work: Work, drawn: list[str | Failed]) -> int:
    return sum(isinstance(each, str) for each in drawn)


@record(version=1)
async def write_down(recording: Recording, drawn: list[str], seen: float) -> int:
    """Write rows."""
    return len(drawn)


@recipe("drawings", "Drawings", Counted)
def drawings(params: Counted) -> object:
    seen = look(params.name)
    chosen = choose(seen, listen(params.name), params.count)
    drawn = each(draw, chosen, "bold")
    framed = each(frame, drawn)
    write_down(framed, seen)
    return framed


@recipe("tries", "Tries", Counted)
def tries(params: Counted) -> object:
    chosen = choose(look(params.name), listen(params.name), params.count)
    return count_drawn(each_possible(draw, chosen, "faint"))


@recipe("one", "One", Counted)
def one(params: Counted) -> object:
    return look(params.name)


@recipe("nothing", "Nothing", Counted)
def nothing(params: Counted) -> object:
    return None


STAGES = (look, listen, choose, draw, frame, count_drawn, write_down)
CATALOGUE: Catalogue = catalogue_of((drawings, tries, one, nothing), STAGES)


async def start(
    database: Database,
    chosen: Recipe[Any],
    params: BaseModel | None = None,
    *,
    owner_id: UUID | None = None,
    subject_id: UUID | None = None,
    priority: int = 0,
) -> UUID:
    """Start a run and give its id."""
    async with database.writing() as session:
        run = await start_run(
            session, chosen, params or Counted(), owner_id=owner_id, subject_id=subject_id, priority=priority
        )
        return run.id


async def enter(database: Database, queues: Sequence[Queue] = EVERY) -> UUID:
    """Enter a worker and give its id."""
    async with database.writing() as session:
        return await register_worker(session, host="here", pid=1, process_started="boot 1", queues=queues, version="1")


async def claim(
    database: Database, worker_id: UUID, queues: Sequence[Queue] = EVERY, *, step_id: UUID | None = None
) -> Claimed | None:
    """Claim a step in a transaction of its own."""
    async with database.writing() as session:
        return await claim_step(session, worker_id, queues, step_id=step_id)


async def do(database: Database, claimed: Claimed, *, catalogue: Catalogue = CATALOGUE, cpu_s: float = 0.5) -> bool:
    """Compute a claimed step's value and finish it."""
    known = catalogue.stages[claimed.stage]
    async with database.reading() as session:
        given = await resolve_arguments(session, catalogue, claimed)
    async with database.writing() as session:
        if known.records:
            recording = Recording(session, claimed.run_id, claimed.run_owner_id, claimed.run_subject_id, CATALOGUE)
            value, key = await known.function(recording, **given.values), own_key(claimed.step_id)
        else:
            value, key = known.function(None, **given.values), result_key(known, given.digests)
        await keep_result(session, known, key, value)
        return await finish_step(session, claimed, result_key=key, reused=False, cpu_s=cpu_s, units={"letters": 2})


async def fail(database: Database, claimed: Claimed, error: Exception, *, retry: Retry = SOON) -> bool:
    """Fail a claimed step."""
    async with database.writing() as session:
        return await fail_step(session, claimed, failure_of(error, claimed.stage), retry=retry)


async def tell(database: Database, run_id: UUID) -> RunStatus:
    """Tell how a run stands."""
    async with database.reading() as session:
        return await describe_run(session, run_id)


async def log_of(database: Database, run_id: UUID) -> list[str]:
    """Give what happened to a run, and to which step."""
    async with database.reading() as session:
        events = await read_events(session, run_id, limit=1000)
        return [" ".join([event.kind, *([event.data["step"]] if "step" in event.data else [])]) for event in events]


async def do_all(database: Database, worker_id: UUID, *, until: str | None = None) -> Claimed | None:
    """Do steps until none is ready, or the one with key ``until`` is claimed, which is given."""
    while (claimed := await claim(database, worker_id)) is not None:
        if claimed.key == until:
            return claimed
        assert await do(database, claimed)
    return None


async def run_of(session: AsyncSession, run_id: UUID) -> Run:
    """Read a run."""
    return await session.get_one(Run, run_id, populate_existing=True)


async def states(database: Database, run_id: UUID) -> dict[str, str]:
    """Give the state of each step by its key."""
    async with database.reading() as session:
        rows = await session.execute(select(Step.key, Step.state).where(Step.run_id == run_id).order_by(Step.id))
        return {row.key: row.state.value for row in rows}
