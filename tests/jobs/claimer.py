"""A process in which two workers do every step that they can get, and tell which attempts they made."""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import exists, select
from tests.jobs.engine import do, enter

from cutroom.core.database import Database
from cutroom.jobs.claims import anything_ready, claim_step
from cutroom.jobs.models import Queue, Run


async def work(url: str) -> None:
    database = Database(url)
    worker = await enter(database)
    while True:
        async with database.reading() as session:
            ready = await anything_ready(session, tuple(Queue))
            unfinished = not ready and await session.scalar(select(exists().where(Run.ended_at.is_(None))))
        if not ready and not unfinished:
            break
        claimed = await database.write(lambda session: claim_step(session, worker, tuple(Queue))) if ready else None
        if claimed is None:
            await asyncio.sleep(0.01)
            continue
        done = await do(database, claimed)
        sys.stdout.write(f"{claimed.step_id} {claimed.attempt} {done}\n")
    await database.close()


async def main(url: str) -> None:
    await asyncio.gather(work(url), work(url))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
