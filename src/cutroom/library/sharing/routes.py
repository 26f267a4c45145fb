"""Sharing over HTTP, for those who share: who finds a recording, its shares, their links and receipts."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor
from cutroom.accounts.instance import Here
from cutroom.core.problems import problems
from cutroom.library.assets import files_of
from cutroom.library.schemas import AssetView, view_asset
from cutroom.library.sharing.audience import give_away, set_audience
from cutroom.library.sharing.schemas import Audience, NewOwner
from cutroom.library.visibility import rights_of

router = APIRouter(tags=["sharing"])


@router.put("/assets/{asset_id}/audience", responses=problems(404))
async def change_audience(asset_id: UUID, audience: Audience, viewer: Editor, here: Here) -> AssetView:
    """Say who finds a recording: its owner alone, groups, everybody here, or whoever has a link."""
    groups = {each.group_id: each.may_edit for each in audience.groups}

    async def change(session: AsyncSession) -> AssetView:
        asset = await set_audience(session, viewer, asset_id, audience.visibility, groups)
        await session.flush()
        files, rights = await files_of(session, [asset]), await rights_of(session, viewer, [asset])
        return view_asset(asset, files[asset_id], rights[asset_id])

    return await here.database.write(change)


@router.put("/assets/{asset_id}/owner", status_code=204, responses=problems(404))
async def change_owner(asset_id: UUID, new: NewOwner, viewer: Editor, here: Here) -> None:
    """Make a recording another user's, with what was shared of it."""
    await here.database.write(lambda session: give_away(session, viewer, asset_id, new.user_id))
