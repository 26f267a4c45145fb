"""Find recordings that are the same; whoever may not see one is not told of it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from cutroom.accounts.access import Viewer
from cutroom.library.duplicates.models import Fingerprint, FingerprintKey, Sense
from cutroom.library.duplicates.prints import VERSION, Match, compare
from cutroom.library.duplicates.schemas import Duplicate, SameKind
from cutroom.library.models import Asset
from cutroom.library.visibility import only_visible

#: Of one recording, at most so many others are told.
MOST = 50
#: Keys in common, all at one distance, that make a recording worth a closer look.
_VOTES = 4
#: Distances of which that is asked, best first.
_DISTANCES = 400


async def find_duplicates(session: AsyncSession, viewer: Viewer, asset: Asset) -> list[Duplicate]:
    """Give other recordings that are the same file, or have the same picture or sound, in whole or in part."""
    same = await same_files(session, viewer, asset.id)
    found = [
        Duplicate(asset_id=each.id, title=each.title, kind=SameKind.FILE, share=1, share_of_other=1, offset_s=0)
        for each in same
    ]
    known = {each.id for each in same}  # a file that is the same looks the same, which goes without saying
    for sense in Sense:
        for other, match in await _alike(session, viewer, asset.id, sense):
            if other.id not in known:
                found.append(
                    Duplicate(
                        asset_id=other.id,
                        title=other.title,
                        kind=SameKind(sense.value),
                        share=match.share,
                        share_of_other=match.share_of_other,
                        offset_s=match.offset_s,
                    )
                )
    return sorted(found, key=lambda each: (each.kind is not SameKind.FILE, -max(each.share, each.share_of_other)))


async def same_files(session: AsyncSession, viewer: Viewer, asset_id: UUID) -> list[Asset]:
    """Give other recordings with the same bytes, oldest first."""
    own = select(Asset.sha256).where(Asset.id == asset_id).scalar_subquery()
    query = only_visible(select(Asset).where(Asset.sha256 == own, Asset.id != asset_id), viewer)
    return list((await session.execute(query.order_by(Asset.id).limit(MOST))).scalars())


async def _alike(session: AsyncSession, viewer: Viewer, asset_id: UUID, sense: Sense) -> list[tuple[Asset, Match]]:
    shifts = await _candidates(session, viewer, asset_id, sense)
    if not shifts:
        return []
    wanted = (Fingerprint.sense == sense, Fingerprint.version == VERSION)
    own = (
        await session.execute(select(Fingerprint).where(Fingerprint.asset_id == asset_id, *wanted))
    ).scalar_one_or_none()
    query = select(Asset, Fingerprint).join(Fingerprint, Fingerprint.asset_id == Asset.id)
    rows = (await session.execute(query.where(Asset.id.in_(shifts), *wanted))).all()
    if own is None:
        return []
    made: Fingerprint = own

    def look() -> list[tuple[Asset, Match]]:
        matches = ((other, compare(made, theirs, shifts[other.id])) for other, theirs in rows)
        return [(other, match) for other, match in matches if match is not None]

    return await asyncio.to_thread(look)


async def _candidates(session: AsyncSession, viewer: Viewer, asset_id: UUID, sense: Sense) -> dict[UUID, int]:
    """Give recordings that have many keys in common at one distance, and that distance in steps."""
    mine, theirs = aliased(FingerprintKey), aliased(FingerprintKey)
    shift = (theirs.place - mine.place).label("shift")
    votes = func.count().label("votes")
    query = (
        select(theirs.asset_id, shift, votes)
        .select_from(mine)
        .join(theirs, (theirs.sense == mine.sense) & (theirs.key == mine.key) & (theirs.asset_id != asset_id))
        .join(Asset, Asset.id == theirs.asset_id)
        .where(mine.asset_id == asset_id, mine.sense == sense)
        .group_by(theirs.asset_id, shift)
        .having(votes > 1)
        .order_by(votes.desc(), theirs.asset_id, shift)
        .limit(_DISTANCES)
    )
    counted: defaultdict[UUID, Counter[int]] = defaultdict(Counter)
    for other, at, count in await session.execute(only_visible(query, viewer)):
        for near in (at - 1, at, at + 1):  # a picture that is shown between two steps votes for both
            counted[other][near] += count
    best = {other: votes.most_common(1)[0] for other, votes in counted.items()}
    strong = sorted((item for item in best.items() if item[1][1] >= _VOTES), key=lambda item: -item[1][1])
    return {other: at for other, (at, _) in strong[:MOST]}
