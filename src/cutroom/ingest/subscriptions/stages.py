"""What a run does to look at a subscription: what is new there becomes imports."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cutroom.core.clock import now
from cutroom.core.errors import NotFound
from cutroom.ingest.imports.imports import import_link
from cutroom.ingest.links.fetching import Entry, LinkInfo
from cutroom.ingest.subscriptions.models import Subscription
from cutroom.ingest.subscriptions.seeing import see
from cutroom.jobs.stages import Recording, record


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a subscription found.

    Attributes:
        entries: How many were there.
        imports: Those that were new and are being brought in.
    """

    entries: int
    imports: tuple[UUID, ...]


@record(version=1)
async def record_found(recording: Recording, subscription_id: UUID, info: LinkInfo) -> Looked:
    """Bring in what is new."""
    session = recording.session
    held = await session.get(Subscription, subscription_id, with_for_update=True)
    if held is None:
        raise NotFound("The subscription was deleted meanwhile.")
    # A link to one recording is a list of one: what is at it may become another.
    entries = info.entries if info.entries is not None else [Entry(url=held.source, key=held.source, title=info.title)]
    first = held.looked_at is None
    made: list[UUID] = []
    for place, entry in enumerate(entries):
        item = await see(session, held.id, entry.key or entry.url, entry.title)
        if item is None or (first and place >= held.backfill):
            continue
        new = await import_link(
            session,
            recording.catalogue,
            held.owner_id,
            entry.url,
            basis=held.basis,
            start=held.start,
            title=entry.title or None,
        )
        item.import_id = new.id
        made.append(new.id)
    held.title = held.title or info.title
    held.looked_at, held.problem = now(), None
    return Looked(len(entries), tuple(made))


STAGES = (record_found,)
