"""Runs: started, cancelled and retried within the caller's own transaction."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.core.errors import InvalidInput
from cutroom.core.ids import new_id
from cutroom.jobs.advancing import FINAL_RUN, advance, cancel_held, release
from cutroom.jobs.describing import describe_run, list_runs, list_steps
from cutroom.jobs.errors import NothingToRetry, RunNotFound, StepOutdated
from cutroom.jobs.estimates import ITEMS, rates_of, weight_of
from cutroom.jobs.events import lock_run, log, without_nul
from cutroom.jobs.holds import UNSYNCED
from cutroom.jobs.kept import output_of
from cutroom.jobs.models import Run, RunState, Step, StepEdge, StepKind, StepState
from cutroom.jobs.recipes import Catalogue, Handle, Node, Recipe, write_value
from cutroom.jobs.stages import Stage

__all__ = ["cancel_run", "describe_run", "list_runs", "list_steps", "output_of", "retry_run", "start_run"]


async def start_run(
    session: AsyncSession,
    recipe: Recipe[Any],
    params: BaseModel,
    *,
    owner_id: UUID | None = None,
    subject_id: UUID | None = None,
    priority: int = 0,
    correlation_id: str | None = None,
) -> Run:
    """Start a run: it exists, and workers see it, when the caller's transaction commits.

    Args:
        params: Of the recipe's own type.
        owner_id: The user who starts it.
        subject_id: What it works on.
        priority: Higher ones go first.
        correlation_id: Of the request that started it.

    Raises:
        InvalidInput: If a parameter holds what no row can keep: a NUL character, or a number without a value.
    """
    if recipe.prepare is not None:
        params = await recipe.prepare(session, params)
    graph = recipe.trace(params)
    run = Run(
        id=new_id(),
        recipe=recipe.name,
        params=_kept(params.model_dump(mode="json")),
        owner_id=owner_id,
        subject_id=subject_id,
        priority=priority,
        output=graph.output,
        correlation_id=correlation_id,
        state=RunState.QUEUED,
        last_event=0,
    )
    rates = await rates_of(session, {node.stage.name for node in graph.nodes.values()})
    items = getattr(params, "count", None)
    expected = items if isinstance(items, int) and items > 0 else ITEMS
    steps = {key: _step(run, node, rates, expected) for key, node in graph.nodes.items()}
    session.add_all([run, *steps.values()])
    await session.flush()
    session.add_all(
        StepEdge(before_id=steps[key].id, after_id=steps[node.key].id)
        for node in graph.nodes.values()
        for key in node.waits_for()
    )
    log(session, run, "run.queued", recipe=recipe.name)
    if not steps:
        await advance(session, run, [])
    await session.flush()
    return run


async def cancel_run(session: AsyncSession, run_id: UUID) -> Run:
    """End a run for good, now; workers hear of it with their next beat. A run that has ended stays as it is.

    Raises:
        RunNotFound: If there is no such run.
    """
    run = await _held(session, run_id)
    if run.state not in FINAL_RUN:
        await cancel_held(session, run)
    return run


async def retry_run(session: AsyncSession, catalogue: Catalogue, run_id: UUID) -> Run:
    """Do what failed, was cancelled or was skipped again, and all that follows from it; the rest is kept.

    Raises:
        RunNotFound: If there is no such run.
        NothingToRetry: If it is at work, or nothing of it failed.
        StepOutdated: If a stage of it is not known any more.
    """
    run = await _held(session, run_id)
    if run.state not in FINAL_RUN:
        raise NothingToRetry(f"The run is {run.state}: cancel it first, or wait for its end.")
    plan = await _to_redo(session, run)
    if not plan.steps:
        raise NothingToRetry("Nothing of the run failed: start a new one to do it all again.")
    await _reset(session, catalogue, run, plan)
    run.state, run.error, run.ended_at, run.announced_at = RunState.QUEUED, None, None, None
    log(session, run, "run.retried", steps=len(plan.steps))
    await release(session, run, plan.steps - plan.items, plan.joined)
    await session.flush()
    return run


@dataclass(frozen=True, slots=True)
class _Redo:
    """What a retry does again.

    Attributes:
        steps: All of them, without those of ``joined``.
        items: Those of ``steps`` that belong to one of ``joined``.
        joined: Expanded ``each`` steps that keep the items that succeeded.
        folded: Those of ``steps`` that are expanded anew, because what they go over is made again.
    """

    steps: set[UUID]
    items: set[UUID]
    joined: set[UUID]
    folded: set[UUID]


async def _to_redo(session: AsyncSession, run: Run) -> _Redo:
    rows = (
        await session.execute(
            select(Step.id, Step.parent_id, Step.kind, Step.state, Step.started_at).where(Step.run_id == run.id)
        )
    ).all()
    edges = await session.execute(
        select(StepEdge.before_id, StepEdge.after_id)
        .join(Step, Step.id == StepEdge.before_id)
        .where(Step.run_id == run.id)
    )
    followers: dict[UUID, list[UUID]] = {}
    for before_id, after_id in edges:
        followers.setdefault(before_id, []).append(after_id)
    expanded = {row.id for row in rows if row.kind is StepKind.EACH and row.started_at is not None}
    # Items of an ``each`` that is not expanded now become steps again with it.
    undone = {
        row.id: row.parent_id
        for row in rows
        if row.state is not StepState.SUCCEEDED and (row.parent_id is None or row.parent_id in expanded)
    }
    items = {step_id: parent_id for step_id, parent_id in undone.items() if parent_id is not None}
    alone = undone.keys() - items.keys()
    joined = (alone & expanded) | set(items.values())
    # Whatever follows from what is done again is done again too.
    following = deque(alone | joined)
    after: set[UUID] = set()
    nested = {row.id for row in rows if row.parent_id is not None}
    while following:
        # An item that waited for a value to be made again follows with its ``each``.
        new = set(followers.get(following.popleft(), ())) - after - nested
        after.update(new)
        following.extend(new)
    joined -= after
    kept = {step_id for step_id, parent_id in items.items() if parent_id in joined}
    steps = (alone | after) - joined
    return _Redo(steps=steps | kept, items=kept, joined=joined, folded=steps & expanded)


async def _reset(session: AsyncSession, catalogue: Catalogue, run: Run, redo: _Redo) -> None:
    fresh = {
        "started_at": None,
        "ended_at": None,
        "failures": 0,
        "progress": 0.0,
        "message": "",
        "error": None,
        "result_key": None,
        "reused": False,
        "worker_id": None,
        "sent_at": None,
    }
    for parent_id in redo.folded:
        items = [Step.parent_id == parent_id]
        whole = await session.scalar(select(func.coalesce(func.sum(Step.weight), 0.0)).where(*items)) or 0.0
        await _change(session, *items, state=StepState.SKIPPED, weight=0.0, **fresh)
        await _change(session, Step.id == parent_id, weight=Step.weight + whole)
    again = Step.id.in_(redo.steps)
    await _change(session, again, state=StepState.PENDING, **fresh)
    await _change(session, Step.id.in_(redo.items), state=StepState.READY, not_before=now())
    await _change(session, Step.id.in_(redo.joined), state=StepState.PENDING, ended_at=None, progress=0.0, error=None)
    # What is done again is done by the stages as they are now.
    names = await session.scalars(select(Step.stage).where(Step.run_id == run.id, again).distinct())
    for name in names.all():
        stage = catalogue.stages.get(name)
        if stage is None:
            raise StepOutdated(f"The stage '{name}' is not known to this version of Cutroom: start a new run.")
        now_called = {"version": stage.version, "queue": stage.queue, "title": title_of(stage)}
        await _change(session, again, Step.stage == name, **now_called)


async def _change(session: AsyncSession, *which: ColumnElement[bool], **values: Any) -> None:  # noqa: ANN401 - columns
    await session.execute(update(Step).where(*which).values(**values), execution_options=UNSYNCED)


def _step(run: Run, node: Node, rates: dict[str, float], items: int) -> Step:
    stage, need = node.stage, len(node.waits_for())
    one = StepKind.RECORD if stage.records else StepKind.STAGE
    kind = one if node.items is None else StepKind.EACH
    arguments = {name: _argument(stage, name, value) for name, value in node.arguments.items()}
    if node.items is not None:
        first, *_ = stage.reads
        # What an item becomes stands with it: rows alone must tell, whatever version reads them.
        arguments[first] = {"step": node.items.key, "each": one.value}
    return Step(
        id=new_id(),
        run_id=run.id,
        key=node.key,
        kind=kind,
        stage=stage.name,
        version=stage.version,
        title=title_of(stage),
        weight=weight_of(stage, kind, rates, items),
        queue=stage.queue,
        priority=run.priority,
        arguments=arguments,
        partial=node.partial,
        state=StepState.PENDING if need else StepState.READY,
        need=need,
    )


def _argument(stage: Stage[Any, Any], name: str, value: object) -> dict[str, Any]:
    if isinstance(value, Handle):
        return {"step": value.key}
    return {"value": _kept(write_value(stage.reads[name], value))}


def title_of(stage: Stage[Any, Any]) -> str:
    """Say what a stage does: its function's first sentence, else its name."""
    said = (stage.function.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    return (said or stage.name.replace("_", " ").capitalize())[:200]


def _kept(content: Any) -> Any:  # noqa: ANN401 - any JSON
    """Refuse what a JSON column cannot keep."""
    if without_nul(content) != content:
        raise InvalidInput("A parameter holds a NUL character: leave it out.")
    try:
        json.dumps(content, allow_nan=False)
    except ValueError as error:
        raise InvalidInput("A parameter is infinite or not a number: give it a value.") from error
    return content


async def _held(session: AsyncSession, run_id: UUID) -> Run:
    run = await lock_run(session, run_id)
    if run is None:
        raise RunNotFound(f"There is no run {run_id}.")
    return run
