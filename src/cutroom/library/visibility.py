"""Who sees which assets and collections, and who may change them: said here once, asked by every query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.accounts.access import Viewer
from cutroom.accounts.errors import NotAllowed
from cutroom.accounts.models import Group, Member, Role, User
from cutroom.core.clock import now
from cutroom.library.models import Asset, AssetGroup, Collection, CollectionGroup, CollectionItem, Visibility
from cutroom.library.sharing.models import Share, ShareLink

Ts = TypeVar("Ts", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Guest:
    """Whoever has a link of a share, and with it no account: sees what the share shows, and changes nothing.

    Attributes:
        may_save: Whether the share lets one download.
    """

    link_id: UUID
    share_id: UUID
    may_save: bool


#: Somebody who asks for a recording.
Onlooker = Viewer | Guest


@dataclass(frozen=True, slots=True)
class GivenTo:
    """A group that an asset was given to."""

    group_id: UUID
    name: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """What a viewer may do with an asset.

    Attributes:
        groups: Whom it was given to; empty for who may not change it.
    """

    may_change: bool
    groups: tuple[GivenTo, ...] = ()


#: Of who just brought a recording.
OWN = Rights(may_change=True)


def visible_to(onlooker: Onlooker) -> ColumnElement[bool]:
    """Tell which assets somebody finds: their own, and what others let them see."""
    if isinstance(onlooker, Guest):
        item = aliased(CollectionItem)  # the query may be one over the items itself
        listed = exists().where(item.collection_id == Share.collection_id, item.asset_id == Asset.id)
        shown = or_(Share.asset_id == Asset.id, listed.correlate(Asset, Share), _filed())
        of_link = (ShareLink.id == onlooker.link_id, ShareLink.share_id == Share.id)
        return exists().where(*of_link, is_open(), shown, _still_given(Asset)).correlate(Asset)
    return _seen_by(onlooker, Asset)


def ways_to_see(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions of which any lets a viewer find an asset, each with an index; none for who finds all.

    They are what :func:`visible_to` says, for a query that looks for assets and does not have one in hand.
    """
    if viewer.role is Role.ADMIN:
        return ()
    given = select(AssetGroup.asset_id).join(Member, Member.group_id == AssetGroup.group_id)
    return (
        Asset.owner_id == viewer.user_id,
        Asset.visibility == Visibility.INSTANCE,
        (Asset.visibility == Visibility.GROUP) & Asset.id.in_(given.where(Member.user_id == viewer.user_id)),
    )


def changeable_by(onlooker: Onlooker) -> ColumnElement[bool]:
    """Tell which assets somebody may change: their own, and what a group of theirs may edit."""
    return false() if isinstance(onlooker, Guest) else _changed_by(onlooker, Asset)


def only_visible(statement: Ts, onlooker: Onlooker) -> Ts:
    """Leave out of a query over assets what somebody may not see, and what was deleted."""
    return statement.where(Asset.deleted_at.is_(None), visible_to(onlooker))


def must_own(viewer: Viewer, asset: Asset) -> None:
    """Refuse who may not say who sees an asset: that is its owner's, and administrators'.

    Raises:
        NotAllowed: If the viewer is neither.
    """
    if viewer.role is not Role.ADMIN and asset.owner_id != viewer.user_id:
        raise NotAllowed(f"Who sees '{asset.title}' is its owner's to say: ask them.")


async def rights_of(session: AsyncSession, viewer: Viewer, assets: Iterable[Asset]) -> dict[UUID, Rights]:
    """Tell what a viewer may do with each of some assets."""
    ids = [asset.id for asset in assets]
    if not ids:
        return {}
    changeable = set(await session.scalars(select(Asset.id).where(Asset.id.in_(ids), changeable_by(viewer))))
    given: dict[UUID, list[GivenTo]] = {}
    if changeable:
        query = (
            select(AssetGroup, Group.display_name)
            .join(Group, Group.id == AssetGroup.group_id)
            .where(AssetGroup.asset_id.in_(changeable))
            .order_by(Group.name)
        )
        for row, name in await session.execute(query):
            given.setdefault(row.asset_id, []).append(GivenTo(row.group_id, name, row.may_edit))
    return {each: Rights(each in changeable, tuple(given.get(each, ()))) for each in ids}


def is_open() -> ColumnElement[bool]:
    """Tell of a link and its share whether they show anything now."""
    asset, collection = aliased(Asset), aliased(Collection)
    lasts = or_(Share.expires_at.is_(None), Share.expires_at > now())
    there: list[ColumnElement[bool]] = [
        exists().where(thing.id == wanted, thing.deleted_at.is_(None), _still_given(thing)).correlate(Share)
        for thing, wanted in ((asset, Share.asset_id), (collection, Share.collection_id))
    ]
    maker = (User.id == Share.owner_id, User.disabled_at.is_(None), User.role != Role.VIEWER)
    there.append(Share.category_id.is_not(None) & exists().where(*maker).correlate(Share))
    return and_(ShareLink.revoked_at.is_(None), Share.revoked_at.is_(None), lasts, or_(*there))


def _filed() -> ColumnElement[bool]:
    """Tell whether an asset is in a shared category, and was not filed there by somebody who keeps it to themselves."""
    open_here = or_(Asset.owner_id == Share.owner_id, Asset.owner_id.is_(None), Asset.visibility == Visibility.INSTANCE)
    return and_(Share.category_id == Asset.category_id, open_here)


def _still_given(thing: type[Asset] | type[Collection]) -> ColumnElement[bool]:
    """Tell whether who answers for a share may give a thing away now."""
    may = or_(User.role == Role.ADMIN, and_(User.role == Role.EDITOR, User.id == thing.owner_id))
    # Said outright what stands in the queries around: two levels in, SQLAlchemy would take the whole table anew.
    return exists().where(User.id == Share.owner_id, User.disabled_at.is_(None), may).correlate(thing, Share)


def collections_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Tell which collections a viewer finds; what is in them is another question."""
    return _seen_by(viewer, Collection)


def collections_changeable_by(viewer: Viewer) -> ColumnElement[bool]:
    """Tell which collections a viewer may change: their own, and what a group of theirs may edit."""
    return _changed_by(viewer, Collection)


def only_visible_collections(statement: Ts, viewer: Viewer) -> Ts:
    """Leave out of a query over collections what the viewer may not see, and what was deleted."""
    return statement.where(Collection.deleted_at.is_(None), collections_visible_to(viewer))


def _seen_by(viewer: Viewer, thing: type[Asset] | type[Collection]) -> ColumnElement[bool]:
    if viewer.role is Role.ADMIN:
        return true()
    return or_(
        thing.owner_id == viewer.user_id,
        thing.visibility == Visibility.INSTANCE,
        (thing.visibility == Visibility.GROUP) & _given(viewer, thing),
    )


def _changed_by(viewer: Viewer, thing: type[Asset] | type[Collection]) -> ColumnElement[bool]:
    if viewer.role is Role.VIEWER:
        return false()
    if viewer.role is Role.ADMIN:
        return true()
    given = _given(viewer, thing, to_edit=True)
    return or_(thing.owner_id == viewer.user_id, (thing.visibility == Visibility.GROUP) & given)


def _given(viewer: Viewer, thing: type[Asset] | type[Collection], *, to_edit: bool = False) -> ColumnElement[bool]:
    """Tell whether a thing was given to a group of the viewer's."""
    groups: type[AssetGroup] | type[CollectionGroup] = AssetGroup if thing is Asset else CollectionGroup
    of_thing = AssetGroup.asset_id if thing is Asset else CollectionGroup.collection_id
    query = exists().where(of_thing == thing.id, Member.group_id == groups.group_id, Member.user_id == viewer.user_id)
    return query.where(groups.may_edit) if to_edit else query
