"""Who sees which assets, and who may change them: said here once, asked by every query."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, false, or_, true

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Member, Role
from cutroom.library.models import Asset, AssetGroup, Visibility

Ts = TypeVar("Ts", bound=Select[*tuple[Any, ...]])


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Tell which assets a viewer finds: their own, and what others let them see."""
    if viewer.role is Role.ADMIN:
        return true()
    return or_(
        Asset.owner_id == viewer.user_id,
        Asset.visibility == Visibility.INSTANCE,
        (Asset.visibility == Visibility.GROUP) & exists().where(*_given(viewer)),
    )


def changeable_by(viewer: Viewer) -> ColumnElement[bool]:
    """Tell which assets a viewer may change: their own, and what a group of theirs may edit."""
    if viewer.role is Role.ADMIN:
        return true()
    if viewer.role is Role.VIEWER:
        return false()
    given = exists().where(*_given(viewer), AssetGroup.may_edit)
    return or_(Asset.owner_id == viewer.user_id, (Asset.visibility == Visibility.GROUP) & given)


def only_visible(statement: Ts, viewer: Viewer) -> Ts:
    """Leave out of a query over assets what the viewer may not see, and what was deleted."""
    return statement.where(Asset.deleted_at.is_(None), visible_to(viewer))


def _given(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    return (
        AssetGroup.asset_id == Asset.id,
        Member.group_id == AssetGroup.group_id,
        Member.user_id == viewer.user_id,
    )
