"""How often a password may be tried: counted in rows, so over all processes together."""

from __future__ import annotations

import hashlib
from functools import partial

from cutroom.accounts.addresses import network_of
from cutroom.accounts.errors import TooManyAttempts
from cutroom.accounts.users import fold_name
from cutroom.core.database import Database
from cutroom.jobs.budgets import take

#: From one address: ten at once, then one every six seconds.
_BY_ADDRESS = (1 / 6, 10.0)
#: For one name, from wherever: thirty at once, then one every ten seconds.
_BY_NAME = (1 / 10, 30.0)


async def count_attempt(
    database: Database, address: str | None, name: str | None = None, *, purpose: str = "attempt"
) -> None:
    """Count an attempt, before anything is compared.

    Args:
        address: Left out where many people behind one address do this at the same time, as a class does.
        purpose: Attempts at other things than a password are counted apart, so that these lock nobody out.

    Raises:
        TooManyAttempts: If there were too many from this address or for this name.
    """
    budgets = []
    if address is not None:
        budgets.append((f"{purpose} {network_of(address)}", _BY_ADDRESS))
    if name is not None:
        budgets.append((f"{purpose} {hashlib.sha256(fold_name(name).encode()).hexdigest()[:32]}", _BY_NAME))
    for key, (per_s, burst) in budgets:
        wait_s = await database.write(partial(take, key=key, units=1.0, per_s=per_s, burst=burst))
        if wait_s > 0:
            raise TooManyAttempts(f"That was tried too often: try again in {wait_s:.0f} s.", wait_s)
