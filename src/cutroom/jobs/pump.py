"""Tell the broker of ready steps: no more at a time than it should hold, and again when nobody came."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import OperationalError
from sqlalchemy import or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.errors import CutroomError
from cutroom.jobs.celery import TASK, queue_name
from cutroom.jobs.models import Queue, Step, StepState

#: What a queue of the broker holds at most: little enough that what comes last and is urgent is not behind much.
WINDOW = 64
#: A step that nobody claimed by then is told of again; the broker may have lost the message.
RESEND_S = 5.0
#: Any number that nothing else locks; the ASCII of "pump".
_LOCK = 0x70756D70


class BrokerUnavailable(CutroomError):
    """The broker cannot be reached."""

    status = 503
    retryable = True


async def send_ready(database: Database, app: Celery) -> int:
    """Tell of the steps that are ready and that nobody was told of lately.

    Returns:
        How many messages were sent.

    Raises:
        DatabaseUnavailable: If the rows cannot be read.
        BrokerUnavailable: If the broker does not answer; what it was not told is told later.
    """
    async with database.reading() as session:
        waiting = (await session.scalars(select(Step.queue).where(*_unsent()).distinct())).all()
    sent = 0
    for queue in waiting:
        room = WINDOW - await asyncio.to_thread(_depth, app, queue)
        if room > 0:
            chosen = await database.write(lambda session: _mark(session, queue, room))  # noqa: B023 - awaited at once
            await asyncio.to_thread(_send, app, queue, chosen)
            sent += len(chosen)
    return sent


async def forget_sent(session: AsyncSession, queues: Collection[Queue]) -> None:
    """Let ready steps be told of again at once: a worker has gone, with the messages that it had taken."""
    lost = update(Step).where(Step.state == StepState.READY, Step.queue.in_(queues), Step.sent_at.is_not(None))
    await session.execute(lost.values(sent_at=None), execution_options={"synchronize_session": False})


async def _mark(session: AsyncSession, queue: Queue, room: int) -> Sequence[UUID]:
    """Choose what to tell of, as the only one who does."""
    if session.get_bind().dialect.name == "postgresql":
        alone = await session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if not alone:
            return ()
    urgent = select(Step.id).where(*_unsent(), Step.queue == queue).order_by(Step.priority.desc(), Step.run_id, Step.id)
    chosen = (await session.scalars(urgent.limit(room))).all()
    await session.execute(
        update(Step).where(Step.id.in_(chosen)).values(sent_at=now()), execution_options={"synchronize_session": False}
    )
    return chosen


def _unsent() -> tuple[ColumnElement[bool], ...]:
    moment = now()
    return (
        Step.state == StepState.READY,
        Step.not_before <= moment,
        or_(Step.sent_at.is_(None), Step.sent_at < moment - timedelta(seconds=RESEND_S)),
    )


def _depth(app: Celery, queue: Queue) -> int:
    """Ask the broker how many messages it holds: it, and nobody else, knows what it lost."""
    with _connected(app) as connection:
        declared = app.amqp.queues[queue_name(queue)](connection.default_channel).queue_declare()
        return int(declared.message_count)


def _send(app: Celery, queue: Queue, chosen: Sequence[UUID]) -> None:
    with _connected(app) as connection:
        for step_id in chosen:
            app.send_task(TASK, (str(step_id),), queue=queue_name(queue), connection=connection, retry=False)


@contextlib.contextmanager
def _connected(app: Celery) -> Iterator[Connection]:
    connection = app.connection_for_write()
    lost = (*connection.connection_errors, *connection.channel_errors, OperationalError)
    try:
        with connection:
            connection.connect()
            yield connection
    except lost as error:
        raise BrokerUnavailable(
            f"The broker does not answer ({error}): ready steps are told of when it does."
        ) from error
