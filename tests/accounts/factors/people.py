"""People who have a password, and what their browsers send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2
import pyotp
from sqlalchemy import select
from tests.api.studio import PAGE, URL, Studio

from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.models import Role
from cutroom.accounts.passwords import hash_password
from cutroom.accounts.users import new_user
from cutroom.core.clock import now

PASSWORD = "a password of some length"  # noqa: S105 - of nobody
#: A name reached over TLS: browsers keep passkeys for no other, but this machine's own.
SECURE = "https://studio.test"
#: What the wrong person knows.
WRONG = "another password, as long"


async def signed_up(studio: Studio, name: str = "Ada", role: Role = Role.EDITOR) -> UUID:
    """Make an account with a password."""
    kept = await hash_password(PASSWORD)
    async with studio.database.writing() as session:
        user = new_user(name, kept, role)
        session.add(user)
    return user.id


async def page(studio: Studio, url: str = URL) -> httpx2.AsyncClient:
    """Open a browser that nobody is signed in with."""
    client = await studio.client({**PAGE, "Origin": url})
    client.base_url = httpx2.URL(url)
    return client


async def sign_in(client: httpx2.AsyncClient, name: str = "Ada", password: str = PASSWORD) -> httpx2.Response:
    """Send a name and a password."""
    return await client.post("/api/v1/session", json={"name": name, "password": password})


async def challenged(client: httpx2.AsyncClient) -> dict[str, Any]:
    """Send the right password of an account that has a factor."""
    answer = await sign_in(client)
    assert answer.status_code == 401, answer.text
    found: dict[str, Any] = answer.json()
    assert found["type"] == "urn:cutroom:problem:second-factor-needed", found
    assert not client.cookies
    return found


async def second(client: httpx2.AsyncClient, challenge: str, **given: Any) -> httpx2.Response:  # noqa: ANN401
    """Answer the password's challenge."""
    return await client.post("/api/v1/session/second-factor", json={"challenge": challenge, **given})


async def with_totp(client: httpx2.AsyncClient) -> tuple[str, list[str]]:
    """Set up one-time passwords for whoever is signed in; give the seed and the recovery codes."""
    begun = await client.post("/api/v1/factors/totp")
    assert begun.status_code == 201, begun.text
    seed: str = begun.json()["secret"]
    confirmed = await client.post("/api/v1/factors/totp/confirmation", json={"code": code_of(seed, -1)})
    assert confirmed.status_code == 200, confirmed.text
    return seed, confirmed.json()["recovery_codes"]


def code_of(seed: str, off: int = 0) -> str:
    """Give the code of now, or of steps from now."""
    return pyotp.TOTP(seed).at(now(), counter_offset=off)


async def audit(studio: Studio) -> list[tuple[str, str, dict[str, Any]]]:
    """Give what the audit log says: action, subject, details."""
    async with studio.database.reading() as session:
        rows = await session.execute(select(AuditEntry).order_by(AuditEntry.number))
        return [(row.action, row.subject_id, row.details) for row in rows.scalars()]
