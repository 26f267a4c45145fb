"""Workers, queues and schedules over HTTP, for administrators."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Admin, admin_only
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.request_keys import Once
from cutroom.api.engine_schemas import NewSchedule, QueueChange, Queues, ScheduleChange, Schedules, Workers
from cutroom.core.problems import problems
from cutroom.jobs import schedules
from cutroom.jobs.models import Queue
from cutroom.jobs.queues import limit_queue, list_queues
from cutroom.jobs.schemas import QueueStatus, ScheduleView
from cutroom.jobs.workers import list_workers

router = APIRouter(tags=["engine"], dependencies=[admin_only], responses=problems(403))


@router.get("/workers")
async def list_all_workers(session: Reading, *, ended: bool = False) -> Workers:
    """List the processes that do steps, newest first, and what each does now."""
    return Workers(items=await list_workers(session, ended=ended))


@router.get("/queues")
async def list_all_queues(session: Reading) -> Queues:
    """List the queues: how deep they are, who serves them, what limits them."""
    return Queues(items=await list_queues(session))


@router.patch("/queues/{queue}", responses=problems(404))
async def change_queue(queue: Queue, change: QueueChange, here: Here) -> QueueStatus:
    """Pause a queue, let it go on, or limit how many of its steps run at a time."""
    unlimited = "limit" in change.model_fields_set and change.limit is None

    async def limit(session: AsyncSession) -> QueueStatus:
        await limit_queue(session, queue, paused=change.paused, running=change.limit, unlimited=unlimited)
        await session.flush()
        return next(each for each in await list_queues(session) if each.queue is queue)

    return await here.database.write(limit)


@router.get("/schedules")
async def list_all_schedules(session: Reading) -> Schedules:
    """List the recipes that start by the clock."""
    found = await schedules.list_schedules(session)
    return Schedules(items=[ScheduleView.model_validate(each) for each in found])


@router.post("/schedules", status_code=201)
async def create_schedule(new: NewSchedule, viewer: Admin, here: Here, once: Once) -> ScheduleView:
    """Have a recipe start by the clock; each of its times starts one run, however many servers there are."""

    async def create(session: AsyncSession) -> ScheduleView:
        made = await schedules.create_schedule(
            session,
            here.catalogue,
            name=new.name,
            cron=new.cron,
            zone=new.zone,
            recipe=new.recipe,
            params=new.params,
            owner_id=viewer.user_id,
            enabled=new.enabled,
        )
        await session.flush()
        return ScheduleView.model_validate(made)

    return await once(ScheduleView, create)


@router.get("/schedules/{schedule_id}", responses=problems(404))
async def read_schedule(schedule_id: UUID, session: Reading) -> ScheduleView:
    """Give a schedule."""
    return ScheduleView.model_validate(await schedules.read_schedule(session, schedule_id))


@router.patch("/schedules/{schedule_id}", responses=problems(404))
async def change_schedule(schedule_id: UUID, change: ScheduleChange, here: Here) -> ScheduleView:
    """Change a schedule; it fires next as the changed one says."""
    changes = {name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None}

    async def update(session: AsyncSession) -> ScheduleView:
        changed = await schedules.update_schedule(session, here.catalogue, schedule_id, changes)
        await session.flush()
        return ScheduleView.model_validate(changed)

    return await here.database.write(update)


@router.delete("/schedules/{schedule_id}", status_code=204, responses=problems(404))
async def delete_schedule(schedule_id: UUID, here: Here) -> None:
    """Forget a schedule; the runs that it started stay."""
    await here.database.write(lambda session: schedules.delete_schedule(session, schedule_id))
