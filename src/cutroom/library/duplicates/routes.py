"""Duplicates over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from cutroom.accounts.access import SignedIn
from cutroom.accounts.instance import Reading
from cutroom.core.problems import problems
from cutroom.library.assets import find_asset
from cutroom.library.duplicates.queries import find_duplicates
from cutroom.library.duplicates.schemas import Duplicates

router = APIRouter(tags=["assets"])


@router.get("/assets/{asset_id}/duplicates", responses=problems(404))
async def list_duplicates(asset_id: UUID, viewer: SignedIn, session: Reading) -> Duplicates:
    """List recordings that you may see and that are the same: the file, what is seen, or what is heard.

    What is seen and heard is known once `share` was run on both.
    """
    asset = await find_asset(session, viewer, asset_id)
    return Duplicates(items=await find_duplicates(session, viewer, asset))
