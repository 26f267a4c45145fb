"""Ways to sign in, and accounts of one's own at the identity provider, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import SignedIn, set_cookie
from cutroom.accounts.audit.log import record
from cutroom.accounts.factors.errors import NoPasskeys
from cutroom.accounts.factors.passkeys import site_of
from cutroom.accounts.factors.proof import Proved, person
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.oidc.flow import COOKIE, LIFE, AtProvider, begin, provider_of
from cutroom.accounts.oidc.linking import identities_of, unlink
from cutroom.accounts.oidc.models import Identity
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems

router = APIRouter(tags=["sign-in"])


class AtIdentityProvider(BaseModel):
    """An identity provider to sign in at."""

    name: str
    url: str = Field(description="Open it in the browser; `next` in its query says where to go on.")


class WaysIn(BaseModel):
    """How people sign in here."""

    password: bool
    passkeys: bool = Field(description="Whether browsers keep passkeys for this server's address.")
    identity_provider: AtIdentityProvider | None


class NewIdentity(BaseModel):
    """Where to go on once the account is linked."""

    model_config = ConfigDict(extra="forbid")

    next: Annotated[str, Field(max_length=2000, examples=["/settings"], description="A path on this server.")] = "/"


class Begun(BaseModel):
    """Where the browser must go."""

    url: str


class IdentityView(BaseModel):
    """An account at the identity provider that signs you in here."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    issuer: str
    email: str | None
    created_at: datetime
    used_at: datetime | None


@router.get("/sign-in")
async def read_ways_in(request: Request, here: Here) -> WaysIn:
    """Tell how people sign in here."""
    provider = provider_of(request)
    try:
        site_of(here.url)
        passkeys = True
    except NoPasskeys:
        passkeys = False
    at = AtIdentityProvider(name=provider.name, url="/oidc/start") if provider else None
    return WaysIn(password=True, passkeys=passkeys, identity_provider=at)


@router.get("/identities")
async def list_identities(
    viewer: SignedIn, session: Reading, after: After = None, limit: Limit = PAGE
) -> Page[IdentityView]:
    """List the accounts at the identity provider that sign you in, oldest first."""
    rows, following = await read_page(session, identities_of(viewer.user_id), [Identity.id], after=after, limit=limit)
    return Page(items=[IdentityView.model_validate(row) for row in rows], next=following)


@router.post("/identities", responses=problems(409, 502))
async def begin_identity(
    new: NewIdentity, viewer: Proved, provider: AtProvider, request: Request, response: Response, here: Here
) -> Begun:
    """Begin to link an account at the identity provider: the page opens the address of the answer."""
    url, secret = await begin(here, provider, new.next, viewer)
    set_cookie(request, response, secret, COOKIE, LIFE)
    return Begun(url=url)


@router.delete("/identities/{identity_id}", status_code=204, responses=problems(404, 409))
async def delete_identity(identity_id: UUID, viewer: Proved, here: Here) -> None:
    """Have an account at the identity provider sign you in no more."""
    user_id = person(viewer)

    async def remove(session: AsyncSession) -> None:
        await unlink(session, user_id, identity_id)
        await record(session, viewer, "identity.unlinked", ("user", user_id), identity=str(identity_id))

    await here.database.write(remove)
