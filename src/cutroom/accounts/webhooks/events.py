"""Enter what happened, in the transaction in which it happens, for the webhooks that want to know."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.models import Role, User
from cutroom.accounts.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from cutroom.core.clock import now
from cutroom.core.ids import new_id

#: What can happen, and what it means; whatever is emitted stands here.
KINDS = {
    "asset.created": "A recording was brought in.",
    "asset.ready": "A recording can be watched.",
    "asset.failed": "A recording could not be made ready.",
    "asset.deleted": "A recording was deleted; for some time it can be had back.",
    "asset.restored": "A deleted recording was had back.",
    "upload.finished": "All bytes of an upload are here.",
    "upload.failed": "An upload was refused or could not be kept.",
    "import.finished": "A link was brought in.",
    "import.failed": "A link could not be brought in.",
    "run.succeeded": "A recipe came to its end.",
    "run.failed": "A recipe failed.",
    "run.canceled": "A recipe was cancelled.",
    "share.opened": "Somebody opened a link to a recording.",
}
#: Asked for by a person, to see whether a webhook works; it cannot be subscribed to.
TEST = "webhook.test"
#: The largest body that is sent: it names things, and whoever wants them asks for them.
BODY_BYTES = 256 * 1024
_VALUE = 1000


async def emit(session: AsyncSession, kind: str, data: dict[str, Any], *, owner_id: UUID | None) -> None:
    """Tell the webhooks that want to know; they hear of it when the caller's transaction commits.

    Those of administrators hear of everything, those of others of what is their own.

    Args:
        kind: Of :data:`KINDS`.
        data: JSON; ids, names and paths, never a secret.
        owner_id: Whose thing it happened to.

    Raises:
        ValueError: If there is no such kind of event.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no event {kind!r}: enter it in KINDS")
    whose = or_(Webhook.owner_id == owner_id, and_(Webhook.everything, User.role == Role.ADMIN))
    query = select(Webhook.id, Webhook.kinds).join(User, User.id == Webhook.owner_id)
    rows = await session.execute(query.where(Webhook.enabled, User.disabled_at.is_(None), whose))
    wanted = [row.id for row in rows if not row.kinds or kind in row.kinds]
    if wanted:
        await enter(session, kind, data, wanted)


async def enter(
    session: AsyncSession, kind: str, data: dict[str, Any], webhook_ids: Iterable[UUID]
) -> list[WebhookDelivery]:
    """Enter an event for these webhooks."""
    event = WebhookEvent(id=new_id(), kind=kind, created_at=now())
    event.body = _body(event, data)
    session.add(event)
    await session.flush()
    deliveries = [WebhookDelivery(event_id=event.id, webhook_id=webhook_id) for webhook_id in webhook_ids]
    session.add_all(deliveries)
    await session.flush()
    return deliveries


def message_id(event_id: UUID) -> str:
    """Name an event as its receiver knows it: the same with each try."""
    return f"evt_{event_id.hex}"


def _body(event: WebhookEvent, data: dict[str, Any]) -> str:
    about = {"id": message_id(event.id), "type": event.kind, "created": int(event.created_at.timestamp())}
    body = json.dumps({**about, "data": data}, separators=(",", ":"))
    if len(body) <= BODY_BYTES:
        return body
    # ASCII alone, so that its length is that of its bytes. What is long is left out; ids are short.
    short = {name: value for name, value in data.items() if len(json.dumps(value)) <= _VALUE}
    return json.dumps({**about, "data": short, "shortened": True}, separators=(",", ":"))
