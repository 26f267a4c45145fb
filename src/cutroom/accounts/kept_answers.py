"""Answers to one viewer, kept for a moment; nobody else ever gets them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.instance import Instance
from cutroom.core.answers import Kind


async def answer(
    request: Request,
    here: Instance,
    viewer: Viewer,
    session: AsyncSession,
    kind: Kind,
    make: Callable[[], Awaitable[BaseModel]],
) -> Response:
    """Answer what this viewer, with this role and these scopes, asked in these words.

    Only for whoever is known already: it stands behind the route's check of who asks, never before it.

    Args:
        session: What the answer is made with.
    """
    asked = "\0".join(
        [
            *(str(viewer.user_id), viewer.role.value, viewer.by, ",".join(sorted(viewer.scopes))),
            *(request.method, request.url.path, request.url.query),
        ]
    )

    async def written() -> bytes:
        # What the session has seen so far may be older than the generation that the answer is kept under.
        await session.close()
        return (await make()).model_dump_json().encode()

    return Response(await here.answers.give(kind, asked, written), media_type="application/json")
