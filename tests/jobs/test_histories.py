"""Whatever happens to a run, in any order: nothing is lost, nothing is done for nothing, and it ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from tests.jobs.engine import claim, do, enter, start

from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput, ProviderUnavailable
from cutroom.jobs.claims import Claimed, beat, fail_step, finish_step, hand_back, reap_step
from cutroom.jobs.errors import NothingToRetry, ValueLost
from cutroom.jobs.failures import failure_of
from cutroom.jobs.models import Event, Result, Run, RunState, Step, StepEdge, StepKind, StepState
from cutroom.jobs.recipes import Catalogue, Handle, Recipe, catalogue_of
from cutroom.jobs.runs import cancel_run, describe_run, retry_run
from cutroom.jobs.stages import Retry, Work, stage, tracing

UNFINISHED = {StepState.PENDING, StepState.READY, StepState.RUNNING}
FINAL = {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELED}
SOON = Retry(attempts=3, first_wait_s=0.0)


@stage(version=1)
def node(work: Work, number: int, first: object = None, second: object = None, third: object = None) -> list[int]:
    """Give a list whose length depends on the node."""
    return [number] * (number % 4)


@stage(version=1)
def leaf(work: Work, item: object, shared: object = None) -> int:
    """Take an item."""
    return 1


class Shape(BaseModel):
    """A graph: what each node goes over or waits for, by number.

    Attributes:
        nodes: ``(waits for, goes over, whether items may fail)``.
    """

    salt: int
    nodes: list[tuple[list[int], int | None, bool]]


def build(shape: Shape) -> object:
    """Trace a graph of any shape."""
    made: list[Handle] = []
    graph: Any = tracing()
    for number, (before, over, partial) in enumerate(shape.nodes):
        handles = [made[index] for index in before]
        if over is None:
            names = ("first", "second", "third")
            made.append(graph.add(node, {"number": number + shape.salt * 4, **dict(zip(names, handles, strict=False))}))
        else:
            made.append(graph.add_each(leaf, made[over], handles[:1], partial=partial))
    return made[-1]


SHAPES: Recipe[Shape] = Recipe("shapes", "Shapes", Shape, build)
CATALOGUE: Catalogue = catalogue_of([SHAPES], [node, leaf])


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    nodes: list[tuple[list[int], int | None, bool]] = []
    for number in range(draw(st.integers(1, 6))):
        earlier = st.integers(0, number - 1)
        before = draw(st.lists(earlier, max_size=3, unique=True)) if number else []
        over = draw(st.none() | earlier) if number else None
        nodes.append((before, over, draw(st.booleans())))
    return Shape(salt=draw(st.integers(0, 10**6)), nodes=nodes)


@dataclass
class Story:
    """A run, who works on it, and what has been told of it."""

    database: Database
    run_id: UUID
    worker_id: UUID
    held: list[Claimed] = field(default_factory=list)
    stale: list[Claimed] = field(default_factory=list)
    percent: float = 0.0
    lost: bool = False

    async def act(self, draw: st.DataObject) -> None:
        deeds = ["claim", "claim", "claim", "finish", "finish", "finish", "fail", "break", "lose", "hand back", "beat"]
        deeds += ["stale", "cancel", "retry", "damage", "vanish"]
        deed = draw.draw(st.sampled_from(deeds), label="deed")
        held = self.held.pop(draw.draw(st.integers(0, len(self.held) - 1))) if self.held and deed != "claim" else None
        match deed:
            case "claim":
                if (claimed := await claim(self.database, self.worker_id)) is not None:
                    self.held.append(claimed)
            case "finish" if held:
                await self.finish(held)
            case "fail" if held:
                await self.fail(held, ProviderUnavailable("busy"))
            case "break" if held:
                await self.fail(held, InvalidInput("wrong"))
            case "lose" if held:
                async with self.database.writing() as session:
                    await reap_step(session, held.step_id, held.attempt, reason="killed")
                self.stale.append(held)
            case "hand back" if held:
                async with self.database.writing() as session:
                    await hand_back(session, held)
                self.stale.append(held)
            case "beat" if held:
                async with self.database.writing() as session:
                    await beat(session, held, progress=0.5, message="", cpu_s=1.0, units={})
                self.held.append(held)
            case _:
                if held:
                    self.held.append(held)
                await self.meddle(deed)

    async def meddle(self, deed: str) -> None:
        self.lost = self.lost or deed in {"damage", "vanish"}
        async with self.database.writing() as session:
            match deed:
                case "stale":
                    for claimed in self.stale:
                        assert not await beat(session, claimed, progress=1.0, message="", cpu_s=0.0, units={})
                        await hand_back(session, claimed)
                        await finish_step(session, claimed, result_key=None, reused=False, cpu_s=0.0, units={})
                case "cancel":
                    await cancel_run(session, self.run_id)
                case "retry":
                    await self.retry(session)
                case "damage":
                    await session.execute(update(Result).values(digest=""))
                case "vanish":
                    await session.execute(update(Step).values(result_key=None).where(Step.run_id == self.run_id))

    async def retry(self, session: AsyncSession) -> None:
        try:
            await retry_run(session, CATALOGUE, self.run_id)
        except NothingToRetry:
            return
        self.percent = 0.0

    async def finish(self, claimed: Claimed) -> None:
        try:
            await do(self.database, claimed, catalogue=CATALOGUE)
        except ValueLost as lost:
            await self.fail(claimed, lost)
        self.stale.append(claimed)

    async def fail(self, claimed: Claimed, error: Exception) -> None:
        async with self.database.writing() as session:
            await fail_step(session, claimed, failure_of(error, claimed.stage), retry=SOON)
        self.stale.append(claimed)

    async def check(self) -> None:
        async with self.database.reading() as session:
            run = await session.get_one(Run, self.run_id)
            steps = {step.id: step for step in await session.scalars(select(Step).where(Step.run_id == run.id))}
            rows = await session.execute(select(StepEdge.before_id, StepEdge.after_id))
            edges = [(steps[a], steps[b]) for a, b in rows if a in steps]
            numbers = (await session.scalars(select(Event.number).where(Event.run_id == run.id))).all()
            told = await describe_run(session, run.id)
        unfinished = {step.id for step in steps.values() if step.state in UNFINISHED}
        assert bool(unfinished) == (run.state not in FINAL), (run.state, [(s.key, s.state) for s in steps.values()])
        if unfinished:
            moving = {StepState.READY, StepState.RUNNING}
            assert any(step.state in moving for step in steps.values()), [
                (s.key, s.state, s.need) for s in steps.values()
            ]
        for step in steps.values():
            missing = sum(before.state is not StepState.SUCCEEDED for before, after in edges if after is step)
            items = [each for each in steps.values() if each.parent_id == step.id]
            assert step.need >= 0
            if step.state is StepState.PENDING:
                open_items = sum(each.state in UNFINISHED for each in items)
                expanded = step.kind is StepKind.EACH and step.started_at is not None
                # Counted anew whenever some of what it waits for ends: too few is mended then, none would stay so.
                assert 0 < step.need <= (open_items if expanded else missing), (step.key, step.need)
            elif step.state is StepState.READY and not self.lost:  # later it finds out when it asks for the value
                assert not missing, step.key
            if step.kind is StepKind.EACH and step.state is StepState.SUCCEEDED:
                assert not any(each.state in UNFINISHED for each in items)
        assert sorted(numbers) == list(range(1, run.last_event + 1))
        assert told.percent >= self.percent
        assert (told.percent == 100) == (run.state is RunState.SUCCEEDED)
        assert told.error is None or run.state is RunState.FAILED
        self.percent = told.percent

    async def end(self) -> RunState:
        """Let all workers do what is left, without further harm."""
        for held in self.held:
            async with self.database.writing() as session:
                await hand_back(session, held)
        for _ in range(200):
            claimed = await claim(self.database, self.worker_id)
            if claimed is None:
                break
            await self.finish(claimed)
            await self.check()
        async with self.database.reading() as session:
            state: RunState = (await session.get_one(Run, self.run_id)).state
        return state


async def clear(database: Database) -> None:
    """End what an example left that was broken off in the middle."""
    async with database.writing() as session:
        for run_id in await session.scalars(select(Run.id).where(Run.ended_at.is_(None))):
            await cancel_run(session, run_id)


async def play(url: str, shape: Shape, draw: st.DataObject) -> None:
    database = Database(url)
    if database.kind == "sqlite":
        event.listen(database.engine.sync_engine, "connect", lambda c, _: c.execute("PRAGMA synchronous=OFF"))
    try:
        await clear(database)
        story = Story(database, await start(database, SHAPES, shape), await enter(database))
        await story.check()
        for _ in range(draw.draw(st.integers(0, 25), label="deeds")):
            await story.act(draw)
            await story.check()
        assert await story.end() in FINAL
        async with database.writing() as session:
            await story.retry(session)
        await story.check()
        # Without further harm, whatever was lost is made again.
        assert await story.end() is RunState.SUCCEEDED
    finally:
        await database.close()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(shape=shapes(), draw=st.data())
def test_a_run_ends_whatever_happens_and_a_retry_finishes_it(
    database_url: str, shape: Shape, draw: st.DataObject
) -> None:
    asyncio.run(play(database_url, shape, draw))


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(shape=shapes(), draw=st.data())
def test_a_run_ends_in_many_histories(database_url: str, shape: Shape, draw: st.DataObject) -> None:
    asyncio.run(play(database_url, shape, draw))
