"""Make, change and use brand kits. Whoever edits may use each; its owner and administrators change it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.errors import NotAllowed
from cutroom.core.clock import now
from cutroom.core.errors import InvalidInput
from cutroom.edit.brands.films import Film, columns_of, film_of
from cutroom.edit.brands.logos import DrawnLogo
from cutroom.edit.brands.models import BrandKit, Corner, End
from cutroom.edit.composing import NO_BRAND, Brand
from cutroom.edit.errors import BrandNotFound
from cutroom.media.caption_styles import Dress
from cutroom.media.geometry import Rect
from cutroom.media.presets import find_preset
from cutroom.media.timeline import Logo


async def add_brand(session: AsyncSession, viewer: Viewer, values: Mapping[str, Any]) -> BrandKit:
    """Add a brand kit, its maker's."""
    brand = BrandKit(owner_id=viewer.user_id, **values)
    session.add(brand)
    await session.flush()
    return brand


def all_brands() -> Select[BrandKit]:
    """List the brand kits that there are."""
    return select(BrandKit).where(BrandKit.deleted_at.is_(None))


async def find_brand(
    session: AsyncSession, brand_id: UUID, *, viewer: Viewer | None = None, to_change: bool = False
) -> BrandKit:
    """Give a brand kit.

    Args:
        viewer: Who must be allowed to change it, if anybody.
        to_change: Whether the row is kept to this transaction.

    Raises:
        BrandNotFound: If there is none.
        NotAllowed: If it is somebody else's to change.
    """
    query = all_brands().where(BrandKit.id == brand_id)
    brand = await session.scalar(query.with_for_update() if to_change else query)
    if brand is None:
        raise BrandNotFound(f"There is no brand kit {brand_id}: list those that there are.")
    if viewer is not None and not viewer.sees(brand.owner_id):
        raise NotAllowed(f"The brand kit '{brand.name}' is somebody else's: use it as it is, or make your own.")
    return brand


async def change_brand(session: AsyncSession, brand: BrandKit, values: Mapping[str, Any]) -> None:
    """Change a brand kit; edits that use it look so from now on, and clips when they are rendered again."""
    for name, value in values.items():
        setattr(brand, name, value)
    brand.changed_at = now()
    await session.flush()


async def set_logo(session: AsyncSession, brand: BrandKit, logo: DrawnLogo | None) -> None:
    """Give a brand kit a logo, or take it away."""
    values: dict[str, Any] = {
        "logo_sha256": logo.file.sha256 if logo else None,
        "logo_size_bytes": logo.file.size_bytes if logo else 0,
        "logo_width": logo.width if logo else 0,
        "logo_height": logo.height if logo else 0,
    }
    await change_brand(session, brand, values)


async def set_film(session: AsyncSession, brand: BrandKit, end: End, film: Film | None) -> None:
    """Give a brand kit an intro or an outro, or take it away."""
    await change_brand(session, brand, columns_of(end, film))


async def delete_brand(session: AsyncSession, viewer: Viewer, brand: BrandKit) -> None:
    """Delete a brand kit; clips that were made with it stay as they are."""
    brand.deleted_at = now()
    await record(session, viewer, "brand.deleted", ("brand", brand.id), name=brand.name)


async def brand_of(session: AsyncSession, brand_id: UUID | None, preset: str) -> Brand:
    """Give what a document's brand kit puts into a clip.

    Args:
        preset: The frame's name: margins are those of its safe area.

    Raises:
        InvalidInput: If the kit is not there any more.
    """
    if brand_id is None:
        return NO_BRAND
    kit = await session.scalar(all_brands().where(BrandKit.id == brand_id))
    if kit is None:
        raise InvalidInput(f"There is no brand kit {brand_id} any more: choose another one, or none.")
    logo = None
    if kit.logo_sha256:
        place = _place(kit.logo_corner, kit.logo_share, kit.logo_height / kit.logo_width, preset)
        path = Path(kit.logo_sha256)
        logo = Logo(path, kit.logo_sha256, kit.logo_width, kit.logo_height, place, kit.logo_opacity)
    intro, outro = (film_of(kit, end) for end in End)
    return Brand(
        dress=Dress(kit.fill, kit.lit, kit.face),
        logo=logo,
        intro=intro.media if intro else None,
        outro=outro.media if outro else None,
    )


async def known_brand(session: AsyncSession, brand_id: str | None) -> UUID | None:
    """Give a brand kit's id where there is still such a kit."""
    if brand_id is None:
        return None
    return await session.scalar(all_brands().with_only_columns(BrandKit.id).where(BrandKit.id == UUID(brand_id)))


def _place(corner: Corner, share: float, shape: float, preset: str) -> Rect:
    """Put a logo into a corner of the part of the frame that no player covers.

    Args:
        share: Of the frame's width.
        shape: The logo's height over its width.
    """
    frame = find_preset(preset)
    area = frame.safe_area
    width = min(share, area.width)
    height = min(width * shape * frame.width / frame.height, area.height)
    right = corner in {Corner.TOP_RIGHT, Corner.BOTTOM_RIGHT}
    below = corner in {Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT}
    x = area.x + area.width - width if right else area.x
    y = area.y + area.height - height if below else area.y
    return Rect(x, y, width, height)
