"""Schedules: recipes that start by the clock, once for each time whoever looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterError
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.jobs.errors import ScheduleNotFound
from cutroom.jobs.models import Run, Schedule, ScheduleFire
from cutroom.jobs.recipes import Catalogue
from cutroom.jobs.runs import start_run
from cutroom.jobs.upserts import insert_or


async def create_schedule(
    session: AsyncSession,
    catalogue: Catalogue,
    *,
    name: str,
    cron: str,
    recipe: str,
    params: Mapping[str, Any],
    zone: str = "UTC",
    owner_id: UUID | None = None,
    enabled: bool = True,
) -> Schedule:
    """Enter a schedule.

    Args:
        cron: Five fields: minute, hour, day of month, month, day of week.
        zone: Whose clock they are read by, such as ``Europe/Berlin``.

    Raises:
        InvalidInput: If the recipe, its parameters, the fields or the zone are not valid.
    """
    next_at = next_fire(cron, zone, now())
    schedule = Schedule(
        name=name,
        cron=cron,
        zone=zone,
        recipe=recipe,
        params=_params(catalogue, recipe, params).model_dump(mode="json"),
        owner_id=owner_id,
        enabled=enabled,
        next_at=next_at if enabled else None,
    )
    session.add(schedule)
    await session.flush()
    return schedule


async def update_schedule(
    session: AsyncSession, catalogue: Catalogue, schedule_id: UUID, changes: Mapping[str, Any]
) -> Schedule:
    """Change a schedule; it fires next as the changed one says.

    Args:
        changes: Any of ``name``, ``cron``, ``zone``, ``recipe``, ``params`` and ``enabled``.

    Raises:
        ScheduleNotFound: If there is no such schedule.
        InvalidInput: If the changed one is not valid.
    """
    schedule = await read_schedule(session, schedule_id, hold=True)
    for name in {"name", "cron", "zone", "recipe", "params", "enabled"} & changes.keys():
        setattr(schedule, name, changes[name])
    schedule.params = _params(catalogue, schedule.recipe, schedule.params).model_dump(mode="json")
    next_at = next_fire(schedule.cron, schedule.zone, now())
    schedule.next_at = next_at if schedule.enabled else None
    schedule.problem = None
    await session.flush()
    return schedule


async def delete_schedule(session: AsyncSession, schedule_id: UUID) -> None:
    """Forget a schedule; the runs that it started stay.

    Raises:
        ScheduleNotFound: If there is no such schedule.
    """
    await session.delete(await read_schedule(session, schedule_id, hold=True))


async def read_schedule(session: AsyncSession, schedule_id: UUID, *, hold: bool = False) -> Schedule:
    """Give a schedule.

    Args:
        hold: Take its row until the transaction ends.

    Raises:
        ScheduleNotFound: If there is no such schedule.
    """
    schedule = await session.get(Schedule, schedule_id, with_for_update=hold or None, populate_existing=True)
    if schedule is None:
        raise ScheduleNotFound(f"There is no schedule {schedule_id}.")
    return schedule


async def list_schedules(session: AsyncSession, *, owner_id: UUID | None = None) -> Sequence[Schedule]:
    """List schedules, oldest first."""
    asked = select(Schedule).order_by(Schedule.id)
    found = await session.scalars(asked if owner_id is None else asked.where(Schedule.owner_id == owner_id))
    return found.all()


async def fire_due(session: AsyncSession, catalogue: Catalogue) -> list[Run]:
    """Start what is due; any number of processes may ask, each time starts one run.

    Times that passed while nothing looked are made up for by one run. A schedule that cannot start says why in its
    row, and does not keep the others from starting.
    """
    due = await session.scalars(
        select(Schedule)
        .where(Schedule.enabled, Schedule.next_at <= now())
        .order_by(Schedule.next_at, Schedule.id)
        .with_for_update(skip_locked=True),
        execution_options={"populate_existing": True},
    )
    runs = [await _fire(session, catalogue, schedule) for schedule in due.all()]
    return [run for run in runs if run is not None]


def next_fire(cron: str, zone: str, after: datetime) -> datetime:
    """Give the first time after ``after`` at which a schedule fires.

    A time that the clock skips in spring fires right after the gap. An hour that comes twice in autumn counts twice
    only for schedules that fire in every hour.

    Raises:
        InvalidInput: If the fields or the zone are not valid, or no such time ever comes.
    """
    try:
        local = after.astimezone(ZoneInfo(zone))
    except (ValueError, OSError, KeyError) as error:  # KeyError: of a name that is none
        raise InvalidInput(f"'{zone}' is no time zone: write it like Europe/Berlin or UTC.") from error
    refused = f"'{cron}' is no schedule: write minute, hour, day of month, month and day of week, like '30 6 * * 1-5'."
    if len(cron.split()) != 5:
        raise InvalidInput(refused)
    try:
        times = croniter(cron, local)
        hourly = times.expanded[1] == ["*"]
        fire: datetime = times.get_next(datetime)
        while fire.fold and not hourly:
            fire = times.get_next(datetime)
    except CroniterError as error:
        raise InvalidInput(refused) from error
    return fire.astimezone(now().tzinfo)


async def _fire(session: AsyncSession, catalogue: Catalogue, schedule: Schedule) -> Run | None:
    if schedule.next_at is None:
        raise AssertionError  # only due ones are asked for; this tells the type checker
    fire_at, run = schedule.next_at, None
    entered = insert_or(session, ScheduleFire).values(schedule_id=schedule.id, fire_at=fire_at)
    first = await session.scalar(entered.on_conflict_do_nothing().returning(ScheduleFire.schedule_id))
    schedule.problem = None
    try:
        if first is not None:
            params = _params(catalogue, schedule.recipe, schedule.params)
            recipe = catalogue.recipes[schedule.recipe]
            run = await start_run(session, recipe, params, owner_id=schedule.owner_id)
            fire = await session.get_one(ScheduleFire, (schedule.id, fire_at))
            fire.run_id = run.id
    except CutroomError as error:
        schedule.problem = str(error)
    schedule.next_at = next_fire(schedule.cron, schedule.zone, now())
    await session.flush()
    return run


def _params(catalogue: Catalogue, recipe: str, params: Mapping[str, Any]) -> BaseModel:
    if recipe not in catalogue.recipes:
        raise InvalidInput(f"There is no recipe '{recipe}': choose one of {', '.join(sorted(catalogue.recipes))}.")
    try:
        given: BaseModel = catalogue.recipes[recipe].params.model_validate(params)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"The recipe '{recipe}' cannot take '{where}': {first['msg']}.") from error
    return given
