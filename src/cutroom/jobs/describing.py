"""Runs as they are told to people and programs: what is done, what is left, what is waited for."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.core.pagination import PAGE, Page, read_page
from cutroom.jobs.advancing import FINAL_RUN
from cutroom.jobs.errors import RunNotFound
from cutroom.jobs.estimates import rates_of
from cutroom.jobs.models import Queue, QueueLimit, Run, RunState, Step, StepKind, StepState, Worker
from cutroom.jobs.schemas import Cost, ErrorView, RunStatus, StepCounts, StepStatus
from cutroom.jobs.workers import live_workers

_WAITING = (StepState.PENDING, StepState.READY)
#: A step that has done less than this of its work says nothing yet of how long it takes.
_TELLING = 0.05


@dataclass(slots=True)
class _Figures:
    """Sums over a run's steps."""

    counts: StepCounts = field(default_factory=StepCounts)
    weight: float = 0.0
    done: float = 0.0
    cpu_s: float = 0.0
    units: dict[str, float] = field(default_factory=dict)


async def describe_run(session: AsyncSession, run_id: UUID) -> RunStatus:
    """Tell how a run stands.

    Raises:
        RunNotFound: If there is no such run.
    """
    run = await session.get(Run, run_id, populate_existing=True)
    if run is None:
        raise RunNotFound(f"There is no run {run_id}.")
    figures = (await _figures(session, [run.id]))[run.id]
    if run.state in FINAL_RUN:
        return _status(run, figures, stage=None, message=_ending(run), eta_s=None)
    running = await _running(session, [run.id])
    workers = await live_workers(session)
    message = _doing(running) if running else await _why_waiting(session, run, workers)
    return _status(
        run,
        figures,
        stage=running[0].title if running else None,
        message=message,
        eta_s=await _left_s(session, run, running, workers),
    )


async def list_runs(
    session: AsyncSession,
    *,
    owner_id: UUID | None = None,
    subject_id: UUID | None = None,
    state: RunState | None = None,
    recipe: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> Page[RunStatus]:
    """List runs, newest first, without the time that is left.

    Args:
        after: The ``next`` of the page before.

    Raises:
        InvalidInput: If ``after`` is not of this list.
    """
    filters = {Run.owner_id: owner_id, Run.subject_id: subject_id, Run.state: state, Run.recipe: recipe}
    asked = select(Run).where(*(column == wanted for column, wanted in filters.items() if wanted is not None))
    runs, following = await read_page(session, asked, [Run.id], after=after, limit=limit, descending=True)
    figures = await _figures(session, [run.id for run in runs])
    doing: dict[UUID, list[Any]] = {}
    for step in await _running(session, [run.id for run in runs if run.state not in FINAL_RUN]):
        doing.setdefault(step.run_id, []).append(step)
    return Page(
        items=[
            _status(
                run,
                figures[run.id],
                stage=doing[run.id][0].title if run.id in doing else None,
                message=_doing(doing[run.id]) if run.id in doing else _ending(run),
                eta_s=None,
            )
            for run in runs
        ],
        next=following,
    )


async def list_steps(session: AsyncSession, run_id: UUID) -> list[StepStatus]:
    """List a run's steps in the order of their making."""
    steps = await session.scalars(
        select(Step).where(Step.run_id == run_id).order_by(Step.id), execution_options={"populate_existing": True}
    )
    return [StepStatus.model_validate(step) for step in steps]


def _status(run: Run, figures: _Figures, *, stage: str | None, message: str, eta_s: float | None) -> RunStatus:
    share = figures.done / figures.weight if figures.weight else 0.0
    # Only the end itself is the whole.
    percent = 100.0 if run.state is RunState.SUCCEEDED else min(99.0, math.floor(1000 * share + 1e-6) / 10)
    return RunStatus(
        id=run.id,
        recipe=run.recipe,
        params=run.params,
        owner_id=run.owner_id,
        subject_id=run.subject_id,
        priority=run.priority,
        state=run.state,
        stage=stage,
        percent=percent,
        eta_s=eta_s,
        message=message,
        error=ErrorView.model_validate(run.error) if run.error else None,
        steps=figures.counts,
        cost=Cost(cpu_s=round(figures.cpu_s, 3), units=figures.units),
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        last_event=run.last_event,
    )


def _ending(run: Run) -> str:
    match run.state:
        case RunState.SUCCEEDED:
            return "Finished."
        case RunState.CANCELED:
            return "Canceled."
        case RunState.FAILED:
            return str((run.error or {}).get("message", "Failed."))
        case _:
            return "Waiting for a worker."


def _doing(running: Sequence[Any]) -> str:
    first = running[0]
    said = first.message or first.title
    alike = [step.progress for step in running if step.title == first.title]
    percent = math.floor(100 * sum(alike) / len(alike))
    return f"{said}, {percent} %" if percent else said


async def _figures(session: AsyncSession, run_ids: Collection[UUID]) -> dict[UUID, _Figures]:
    figures = {run_id: _Figures() for run_id in run_ids}
    if not figures:
        return figures
    # An expanded ``each`` is told as its items are.
    spread = (Step.kind == StepKind.EACH) & Step.started_at.is_not(None)
    over = Step.state.in_((StepState.SUCCEEDED, StepState.FAILED))
    rows = await session.execute(
        select(
            Step.run_id,
            Step.state,
            Step.reused,
            func.sum(case((spread, 0), else_=1)).label("number"),
            func.sum(Step.weight).label("weight"),
            func.sum(case((over, Step.weight), else_=Step.weight * Step.progress)).label("done"),
            func.sum(Step.cpu_s).label("cpu_s"),
        )
        .where(Step.run_id.in_(figures))
        .group_by(Step.run_id, Step.state, Step.reused)
    )
    numbers: dict[UUID, dict[str, int]] = {run_id: {} for run_id in figures}
    names = {state: state.value for state in StepState} | dict.fromkeys(_WAITING, "waiting")
    names[StepState.SKIPPED] = "canceled"
    for row in rows:
        each, number = figures[row.run_id], numbers[row.run_id]
        each.weight += row.weight
        each.done += row.done
        each.cpu_s += row.cpu_s
        told = ["total", names[row.state], *(["reused"] if row.reused else [])]
        for name in told:
            number[name] = number.get(name, 0) + int(row.number)
    spent = await session.execute(
        select(Step.run_id, Step.units).where(Step.run_id.in_(figures), cast(Step.units, String) != "{}")
    )
    for run_id, units in spent:
        total = figures[run_id].units
        for name, count in units.items():
            total[name] = total.get(name, 0) + count
    for run_id, number in numbers.items():
        figures[run_id].counts = StepCounts(**number)
    return figures


async def _running(session: AsyncSession, run_ids: Collection[UUID]) -> Sequence[Any]:
    if not run_ids:
        return ()
    found = await session.execute(
        select(Step.run_id, Step.stage, Step.title, Step.message, Step.progress, Step.queue, Step.started_at)
        .where(Step.run_id.in_(run_ids), Step.state == StepState.RUNNING)
        .order_by(Step.id)
    )
    return found.all()


async def _why_waiting(session: AsyncSession, run: Run, workers: Sequence[Worker]) -> str:
    """Say why nothing of a run is at work, of what could be first."""
    first = (
        await session.execute(
            select(Step.title, Step.queue, Step.not_before, Step.message)
            .where(Step.run_id == run.id, Step.state == StepState.READY)
            .order_by(Step.not_before, Step.id)
            .limit(1)
        )
    ).first()
    if first is None:
        return "Waiting for a worker."
    serving = [worker for worker in workers if first.queue in worker.queues]
    limit = await session.get(QueueLimit, first.queue, populate_existing=True)
    if limit is not None and limit.paused:
        return f"{first.title}: waiting, the {first.queue} queue is paused."
    if not serving:
        return f"{first.title}: waiting, no worker serves the {first.queue} queue."
    wait_s = (first.not_before - now()).total_seconds()
    if wait_s > 0:
        said = f"{first.title}: waiting, tried again in {_duration(wait_s)}."
        return f"{said} {first.message}".rstrip()
    if all(worker.message for worker in serving):
        return f"{first.title}: waiting. {serving[0].message}"
    return f"{first.title}: waiting for a free worker."


async def _left_s(session: AsyncSession, run: Run, running: Sequence[Any], workers: Sequence[Worker]) -> float | None:
    """Reckon the seconds that are left: what running steps show, what rates say of the others, side by side."""
    if not run.media_s:
        return None
    rows = (
        await session.execute(
            select(
                Step.stage,
                Step.queue,
                Step.kind,
                func.count().label("number"),
                func.sum(Step.weight).label("weight"),
            )
            .where(Step.run_id == run.id, Step.state.in_(_WAITING))
            .where(~((Step.kind == StepKind.EACH) & Step.started_at.is_not(None)))
            .group_by(Step.stage, Step.queue, Step.kind)
        )
    ).all()
    rates = await rates_of(session, {row.stage for row in rows} | {step.stage for step in running})
    moment = now()
    longest = [_running_left_s(step, rates, run.media_s, moment) for step in running]
    work: dict[Queue, list[float]] = {}
    for step, left_s in zip(running, longest, strict=True):
        work.setdefault(step.queue, []).append(left_s)
    for row in rows:
        known = row.stage in rates and row.kind is not StepKind.EACH
        each_s = (rates[row.stage] if known else row.weight / row.number) * run.media_s
        work.setdefault(row.queue, []).extend([each_s] * row.number)
    total_s = 0.0
    for queue, pieces in work.items():
        slots = sum(queue in worker.queues for worker in workers)
        if not slots:
            return None
        total_s += sum(pieces) / min(slots, len(pieces))
    return round(max([total_s, *longest]), 1)


def _running_left_s(step: Any, rates: dict[str, float], media_s: float, moment: datetime) -> float:  # noqa: ANN401 - a row
    spent_s: float = max(0.0, (moment - step.started_at).total_seconds())
    progress: float = step.progress
    if progress >= _TELLING:
        return spent_s / progress * (1 - progress)
    return max(0.0, rates.get(step.stage, 0.0) * media_s - spent_s)


def _duration(seconds: float) -> str:
    whole = math.ceil(seconds)
    return f"{whole} s" if whole < 120 else f"{math.ceil(whole / 60)} min"
