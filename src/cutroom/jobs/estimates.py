"""How long things take: rates measured from real work, the share that is finished, the time that is left.

A step's weight is fixed when the step is made, and the items of an ``each`` share its weight, so the finished share
never goes back. The time that is left is reckoned anew each time from the rates as they are now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.jobs.models import Rate, StepKind
from cutroom.jobs.stages import Stage
from cutroom.jobs.upserts import insert_or

#: How much the newest measurement counts.
_NEWEST = 0.3
#: What a step weighs at least: also one that takes no time is a step.
_LEAST = 1e-4
#: Items that are expected where the parameters do not say.
ITEMS = 4


async def measure_rate(session: AsyncSession, stage: str, seconds: float) -> None:
    """Take a measurement into a stage's rate.

    Args:
        seconds: Of work for a second of medium.
    """
    measured = insert_or(session, Rate).values(stage=stage, seconds=seconds, measured=1)
    await session.execute(
        measured.on_conflict_do_update(
            index_elements=["stage"],
            set_={
                "seconds": Rate.seconds + _NEWEST * (measured.excluded.seconds - Rate.seconds),
                "measured": Rate.measured + 1,
            },
        )
    )


async def rates_of(session: AsyncSession, stages: Collection[str]) -> dict[str, float]:
    """Give the measured rates of stages: seconds of work for a second of medium."""
    rows = await session.execute(select(Rate.stage, Rate.seconds).where(Rate.stage.in_(stages)))
    return {row.stage: row.seconds for row in rows}


def weight_of(stage: Stage[..., object], kind: StepKind, rates: Mapping[str, float], items: int) -> float:
    """Choose what a new step weighs: what its stage took so far, else its own guess; for each item that is expected."""
    one = max(_LEAST, rates.get(stage.name, stage.share))
    return one * items if kind is StepKind.EACH else one
