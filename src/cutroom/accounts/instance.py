"""What the routes of one instance work with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.secrets import key_for
from cutroom.accounts.vault.keyring import Keyring
from cutroom.core.answers import Answers
from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.jobs.recipes import Catalogue
from cutroom.providers.storage import Storage


@dataclass(frozen=True, slots=True)
class Instance:
    """The parts that the composition root joined.

    Attributes:
        url: How people reach it, without a slash at the end.
        secret: Signs links; the same in every process of one instance.
        keyring: Opens what the vault holds.
        answers: Keeps answers for a moment.
        local_key: A bearer token that only this process knows; who sends it is whoever runs the program.
    """

    database: Database
    storage: Storage
    settings: Settings
    catalogue: Catalogue
    url: str
    secret: bytes
    keyring: Keyring
    answers: Answers
    local_key: str | None = None

    def key_for(self, purpose: str) -> bytes:
        """Give a key of its own for each use of the secret."""
        return key_for(self.secret, purpose)


def instance_of(request: Request) -> Instance:
    """Give the instance that a request came to."""
    return cast(Instance, request.app.state.instance)


Here = Annotated[Instance, Depends(instance_of)]


async def _reading(here: Here) -> AsyncIterator[AsyncSession]:
    async with here.database.reading() as session:
        yield session


#: One state of the database for the whole request; its connection is free again before the answer is sent.
Reading = Annotated[AsyncSession, Depends(_reading, scope="function")]
