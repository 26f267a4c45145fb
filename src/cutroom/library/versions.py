"""Sources under one address: a recording gets another source, and has the earlier ones still.

The asset keeps its id, title, shares and places in collections. What was made of the earlier source is shown until it
is made anew. Clips stay with the source that they were cut from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.core.clock import now
from cutroom.core.errors import Conflict
from cutroom.core.text import one_line
from cutroom.jobs.models import Run
from cutroom.jobs.recipes import Catalogue
from cutroom.library.assets import end_work, find_asset, find_changeable
from cutroom.library.errors import VersionNotFound
from cutroom.library.models import Asset, AssetState, AssetVersion, SourceKind
from cutroom.library.provenance import FROM_DISK, Origin
from cutroom.library.settling import RECIPE
from cutroom.library.starting import start_on_asset
from cutroom.providers.storage import StoredFile

_NAME = 300


@dataclass(frozen=True, slots=True)
class _Source:
    """What an asset is from now on made of."""

    file: StoredFile
    file_name: str
    kind: SourceKind
    url: str | None
    provenance: list[Any]


async def replace_source(
    session: AsyncSession,
    catalogue: Catalogue,
    viewer: Viewer,
    asset_id: UUID,
    file: StoredFile,
    file_name: str,
    *,
    origin: Origin = FROM_DISK,
    expected: int | None = None,
) -> tuple[Asset, Run]:
    """Give an asset another source whose bytes are in storage, and start making it ready.

    Args:
        expected: The number of the source that is replaced; another is refused.

    Returns:
        The asset, and the run that makes its files anew.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs to change.
        Conflict: If it has another source than was expected, or these very bytes already.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    _check(asset, expected)
    name = one_line(file_name, _NAME) or asset.file_name
    source = _Source(file, name, origin.kind, origin.url or asset.source_url, origin.chain(file.sha256, name))
    return asset, await _replace(session, catalogue, viewer, asset, source)


async def check_replaceable(
    session: AsyncSession, viewer: Viewer, asset_id: UUID, *, expected: int | None = None, sha256: str | None = None
) -> None:
    """Refuse a source before its bytes flow, where it could not be put in the present one's place.

    Args:
        expected: The number of the source that is replaced; another is refused.
        sha256: Of its bytes, where that is known.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs to change.
        Conflict: If it has another source than was expected, or these very bytes already.
    """
    asset = await find_changeable(session, viewer, asset_id)
    _check(asset, expected)
    _check_other(asset, sha256)


async def bring_back(
    session: AsyncSession,
    catalogue: Catalogue,
    viewer: Viewer,
    asset_id: UUID,
    number: int,
    *,
    expected: int | None = None,
) -> tuple[Asset, Run]:
    """Give an asset a source that it had before, as its newest.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs to change.
        VersionNotFound: If it had no source of that number.
        Conflict: If it has another source than was expected, or these very bytes already.
    """
    asset = await find_asset(session, viewer, asset_id, to_change=True)
    _check(asset, expected)
    version = await session.get(AssetVersion, (asset_id, number))
    if version is None:
        raise VersionNotFound(f"'{asset.title}' had no source {number} before: list those that it had.")
    file = StoredFile(version.sha256, version.size_bytes)
    source = _Source(file, version.file_name, version.source_kind, version.source_url, version.provenance)
    return asset, await _replace(session, catalogue, viewer, asset, source)


async def list_versions(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> tuple[Asset, Sequence[AssetVersion]]:
    """Give an asset and the sources that it had before, newest first, to who may change it.

    Raises:
        AssetNotFound: If the viewer sees no such asset.
        NotAllowed: If it is not theirs to change: an earlier source may hold what was to be taken away.
    """
    asset = await find_changeable(session, viewer, asset_id)
    query = select(AssetVersion).where(AssetVersion.asset_id == asset_id).order_by(AssetVersion.number.desc())
    return asset, (await session.scalars(query)).all()


async def _replace(session: AsyncSession, catalogue: Catalogue, viewer: Viewer, asset: Asset, source: _Source) -> Run:
    """Put another source in the present one's place; the caller holds the asset."""
    _check_other(asset, source.file.sha256)
    # What was measured may be an earlier source's still, when this one was never made ready.
    measured = asset.info is not None and asset.info.get("sha256") == asset.sha256
    session.add(
        AssetVersion(
            asset_id=asset.id,
            number=asset.source_version,
            sha256=asset.sha256,
            size_bytes=asset.size_bytes,
            file_name=asset.file_name,
            duration_s=asset.duration_s if measured else 0.0,
            width=asset.width if measured else None,
            height=asset.height if measured else None,
            info=asset.info if measured else None,
            source_kind=asset.source_kind,
            source_url=asset.source_url,
            provenance=asset.provenance,
            brought_by_id=asset.brought_by_id,
            brought_at=asset.brought_at,
            replaced_by_id=viewer.user_id,
        )
    )
    asset.source_version += 1
    asset.sha256, asset.size_bytes, asset.file_name = source.file.sha256, source.file.size_bytes, source.file_name
    asset.source_kind, asset.source_url, asset.provenance = source.kind, source.url, source.provenance
    asset.brought_by_id, asset.brought_at = viewer.user_id, now()
    asset.state, asset.reason = AssetState.PROCESSING, None
    await session.flush()
    await end_work(session, asset.id)  # what it would give is of the earlier source
    subject, number = ("asset", asset.id), asset.source_version
    await record(session, viewer, "asset.replaced", subject, title=asset.title, source=number, sha256=asset.sha256)
    return await start_on_asset(session, catalogue, RECIPE, {}, asset, owner_id=viewer.user_id)


def _check(asset: Asset, expected: int | None) -> None:
    if expected is not None and expected != asset.source_version:
        raise Conflict(
            f"'{asset.title}' has source {asset.source_version} by now, not {expected}: look at it again first."
        )


def _check_other(asset: Asset, sha256: str | None) -> None:
    if sha256 == asset.sha256:
        raise Conflict(f"'{asset.title}' has this very source already: nothing was changed.")
