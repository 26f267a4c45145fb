"""The way to the identity provider and back, as a browser walks it."""

from __future__ import annotations

import httpx2
from sqlalchemy import select
from tests.accounts.factors.people import signed_up
from tests.accounts.oidc.provider import FakeProvider
from tests.api.studio import Studio

from cutroom.accounts.models import Role, User
from cutroom.accounts.oidc.models import Identity
from cutroom.accounts.users import change_email


async def begun(client: httpx2.AsyncClient, path: str = "/library?view=grid") -> str:
    """Open the start; give where the browser is sent."""
    answer = await client.get("/oidc/start", params={"next": path})
    assert answer.status_code == 303, answer.text
    sent: str = answer.headers["location"]
    return sent


async def back(client: httpx2.AsyncClient, query: str) -> httpx2.Response:
    """Come back from the provider."""
    return await client.get(f"/oidc/callback?{query}")


async def through(client: httpx2.AsyncClient, provider: FakeProvider) -> httpx2.Response:
    """Go there and come back."""
    return await back(client, provider.authorize(await begun(client)))


async def invited(studio: Studio, email: str = "ada@school.example", role: Role = Role.EDITOR) -> None:
    """Invite somebody by mail."""
    _, admin = await studio.person(Role.ADMIN)
    answer = await admin.post("/api/v1/invitations", json={"role": role, "email": email})
    assert answer.status_code == 201, answer.text


async def with_address(studio: Studio, *, proved: bool) -> None:
    """Give Ada an account with a password and her address."""
    user_id = await signed_up(studio)
    async with studio.database.writing() as session:
        user = await session.get_one(User, user_id)
        await change_email(session, user, "Ada@School.example", proved=proved)


async def identities(studio: Studio) -> list[Identity]:
    async with studio.database.reading() as session:
        return list((await session.execute(select(Identity))).scalars())
