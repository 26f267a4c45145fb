"""People of an instance, and what they hold."""

from __future__ import annotations

from uuid import UUID

import httpx2
from tests.api.studio import PAGE, Studio

from cutroom.accounts.models import Role
from cutroom.accounts.passwords import hash_password
from cutroom.accounts.users import new_user

PASSWORD = "analytical engine"  # noqa: S105 - of nobody


async def with_password(studio: Studio, name: str = "Ada", role: Role = Role.EDITOR, email: str | None = None) -> UUID:
    """Make an account that signs in with :data:`PASSWORD`."""
    kept = await hash_password(PASSWORD)
    async with studio.database.writing() as session:
        user = new_user(name, kept, role)
        user.email = email
        session.add(user)
        await session.flush()
    return user.id


async def signed_in(studio: Studio, name: str = "Ada", password: str = PASSWORD) -> httpx2.AsyncClient:
    """Sign in with a browser of its own."""
    client = await studio.client(PAGE)
    answer = await client.post("/api/v1/session", json={"name": name, "password": password})
    assert answer.status_code == 201, answer.text
    return client


def secret_in(link: str) -> str:
    """Take the secret out of a link."""
    return link.partition("token=")[2]
