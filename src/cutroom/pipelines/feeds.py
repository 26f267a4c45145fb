"""Gather what a podcast feed tells of a shared collection or category."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.instance import Instance
from cutroom.analysis.models import ChapterRow, TranscriptRow
from cutroom.library.assets import files_of
from cutroom.library.models import Asset, AssetFile
from cutroom.library.sharing.errors import ShareNotFound
from cutroom.library.sharing.feed import Episode, Feed
from cutroom.library.sharing.guests import Opened, shelf_of, shown_by, title_of

#: Episodes of a feed: programs read all of it each time.
MOST = 500


async def gather_feed(here: Instance, session: AsyncSession, opened: Opened, key: str) -> Feed:
    """Give the feed of a shared collection or category.

    Args:
        key: The pass that its addresses carry.

    Raises:
        ShareNotFound: If it is one recording that is shared.
    """
    shelf = await shelf_of(session, opened)
    if shelf is None:
        raise ShareNotFound("A feed is of a collection or a category, and this is one recording: open its page.")
    assets, _ = await shown_by(session, opened, limit=MOST)
    ids = [asset.id for asset in assets]
    files = await files_of(session, assets)
    spoken = select(TranscriptRow.asset_id, TranscriptRow.language).where(TranscriptRow.asset_id.in_(ids))
    languages = {row.asset_id: row.language for row in await session.execute(spoken)}
    divided = set(await session.scalars(select(ChapterRow.asset_id).where(ChapterRow.asset_id.in_(ids)).distinct()))
    at = f"{here.url}/api/v1/shared/{key}"
    episodes = [
        _episode(
            asset,
            files[asset.id],
            f"{at}/assets/{asset.id}",
            spoken=asset.id in languages,
            divided=asset.id in divided,
        )
        for asset in assets
    ]
    return Feed(
        title=await title_of(session, opened),
        description=opened.share.message or shelf.description,
        url=f"{at}/feed",
        site=here.url,
        subject=f"{urlsplit(here.url).netloc}/{shelf.place}",
        changed_at=max(shelf.changed_at, opened.share.created_at, *(asset.brought_at for asset in assets)),
        language=next(iter(languages.values()), "en"),
        serial=shelf.chosen,
        episodes=[each for each in episodes if each is not None],
    )


def _episode(asset: Asset, files: Sequence[AssetFile], at: str, *, spoken: bool, divided: bool) -> Episode | None:
    named = {file.name: file for file in files}
    played = named.get("play.mp4") or named.get("play.m4a")
    if played is None:
        return None
    said = f"{at}/transcript?form="
    credit = f"\n\n{asset.attribution}" if asset.attribution else ""
    return Episode(
        id=asset.id,
        title=asset.title,
        description=asset.description + credit,
        published_at=asset.created_at,
        url=f"{at}/files/{played.name}",
        size_bytes=played.size_bytes,
        media_type=played.media_type,
        duration_s=asset.duration_s,
        image=f"{at}/files/poster.jpg" if "poster.jpg" in named else None,
        transcripts={"text/vtt": f"{said}vtt", "application/x-subrip": f"{said}srt"} if spoken else {},
        chapters=f"{at}/chapters.json" if divided else None,
        licence=asset.licence,
    )
