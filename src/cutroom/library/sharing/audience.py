"""Who finds a recording here, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.models import Group, Member, Role, User
from cutroom.core.errors import InvalidInput, NotFound
from cutroom.library.assets import find_asset
from cutroom.library.models import Asset, AssetGroup, Visibility
from cutroom.library.sharing.errors import GroupNotFound
from cutroom.library.sharing.models import Share
from cutroom.library.visibility import must_own


async def set_audience(
    session: AsyncSession, viewer: Viewer, asset_id: UUID, visibility: Visibility, groups: Mapping[UUID, bool]
) -> Asset:
    """Say who finds an asset.

    Args:
        groups: Whom it is given to, and whether its editors may change it; for the visibility ``group`` alone.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs.
        GroupNotFound: If a group is not there, or is new to the asset and the viewer is not in it.
        InvalidInput: If groups and visibility do not go together.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    must_own(viewer, asset)
    if (visibility is Visibility.GROUP) != bool(groups):
        raise InvalidInput("Groups go with the visibility 'group' and with no other: give both or neither.")
    kept = set(await session.scalars(select(AssetGroup.group_id).where(AssetGroup.asset_id == asset_id)))
    known = select(Group.id).where(Group.id.in_(groups))
    if viewer.role is not Role.ADMIN:
        own = select(Member.group_id).where(Member.user_id == viewer.user_id)
        known = known.where(Group.id.in_(own) | Group.id.in_(kept))
    missing = set(groups) - set(await session.scalars(known))
    if missing:
        raise GroupNotFound(f"There is no group {min(missing)} that you are in: give it to one of yours.")
    asset.visibility = visibility
    await session.execute(delete(AssetGroup).where(AssetGroup.asset_id == asset_id))
    session.add_all(
        AssetGroup(asset_id=asset_id, group_id=group_id, may_edit=may_edit) for group_id, may_edit in groups.items()
    )
    given = {str(group_id): may_edit for group_id, may_edit in groups.items()}
    await record(session, viewer, "asset.audience", ("asset", asset_id), visibility=visibility.value, groups=given)
    return asset


async def give_away(session: AsyncSession, viewer: Viewer, asset_id: UUID, user_id: UUID) -> None:
    """Make an asset somebody else's; what the owner shared of it stays shared, and is theirs to revoke.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs.
        NotFound: If there is no such user, or it is one who may not own recordings.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    must_own(viewer, asset)
    able = select(User.id).where(User.id == user_id, User.disabled_at.is_(None), User.role != Role.VIEWER)
    if await session.scalar(able) is None:
        raise NotFound(f"There is no user {user_id} who may own recordings: choose an editor or an administrator.")
    before = asset.owner_id
    asset.owner_id = user_id
    own = (Share.asset_id == asset_id, Share.owner_id == before)
    await session.execute(update(Share).where(*own).values(owner_id=user_id))
    was = str(before) if before else None
    await record(session, viewer, "asset.owner", ("asset", asset_id), owner=str(user_id), before=was)
