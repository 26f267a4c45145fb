"""Idempotency keys: a request that is sent again gets the answer that it got the first time."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import SignedIn
from cutroom.accounts.instance import Here
from cutroom.accounts.models import RequestKey
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput

M = TypeVar("M", bound=BaseModel)

_ABOUT = "A key of yours, new for every new request: sent again with it, the same answer is given and nothing is done."


@dataclass(frozen=True, slots=True)
class Change:
    """A request that changes something, in one transaction and at most once for its key.

    Attributes:
        key: ``None`` when the request may be done as often as it is sent.
        request_hash: Of what was asked.
    """

    database: Database
    user_id: UUID | None
    key: str | None
    request_hash: str

    async def __call__(self, kind: type[M], make: Callable[[AsyncSession], Awaitable[M]]) -> M:
        """Make the change and give its answer, or give the answer that it had.

        An answer is kept in the transaction of the change itself: while the first request is at work, a second one
        waits for the unique key, and a change that failed leaves no answer.

        Raises:
            InvalidInput: If the key came with another request before.
        """
        if self.key is None:
            return await self.database.write(make)
        try:
            body = await self.database.write(lambda session: self._once(session, make))
        except IntegrityError:
            # Another request with the key was committed while ours waited for it.
            async with self.database.reading() as session:
                kept = await self._kept(session)
            if kept is None:
                raise
            body = kept
        return kind.model_validate(body)

    async def answered(self, kind: type[M]) -> M | None:
        """Give the answer that the request had, before work that the transaction cannot undo.

        Raises:
            InvalidInput: If the key came with another request before.
        """
        if self.key is None:
            return None
        async with self.database.reading() as session:
            kept = await self._kept(session)
        return None if kept is None else kind.model_validate(kept)

    async def _once(self, session: AsyncSession, make: Callable[[AsyncSession], Awaitable[M]]) -> dict[str, object]:
        kept = await self._kept(session)
        if kept is not None:
            return kept
        if self.user_id is None:
            raise InvalidInput("An Idempotency-Key belongs to an account, and nobody has one yet: leave it out.")
        row = RequestKey(user_id=self.user_id, key=self.key or "", request_hash=self.request_hash)
        session.add(row)
        await session.flush()
        row.body = body = (await make(session)).model_dump(mode="json")
        return body

    async def _kept(self, session: AsyncSession) -> dict[str, object] | None:
        row = (
            await session.execute(
                select(RequestKey).where(RequestKey.user_id == self.user_id, RequestKey.key == self.key)
            )
        ).scalar_one_or_none()
        if row is None:
            return None
        if row.request_hash != self.request_hash:
            raise InvalidInput(
                "This Idempotency-Key came with another request before: take a new key for a new request."
            )
        return row.body


async def _change(
    request: Request,
    here: Here,
    viewer: SignedIn,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$", description=_ABOUT),
    ] = None,
) -> Change:
    asked = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    asked.update(await request.body())
    return Change(here.database, viewer.user_id, key, asked.hexdigest())


#: What a route that makes something runs its change through.
Once = Annotated[Change, Depends(_change)]
