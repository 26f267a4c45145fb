"""Webhooks: make, find, change and remove them; somebody else's is not found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_address
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.models import Role, User
from cutroom.accounts.vault.keyring import Keyring
from cutroom.accounts.vault.secrets import drop_secret, put_secret, read_secret
from cutroom.accounts.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from cutroom.accounts.webhooks.signing import new_secret
from cutroom.core.clock import now
from cutroom.core.egress.addresses import Guard, NameUnknown, is_public
from cutroom.core.errors import Conflict, InvalidInput, NotFound

#: Both secrets sign for so long after one was replaced.
OVERLAP = timedelta(hours=24)
#: Of one user.
_MOST = 20


def secret_name(webhook_id: UUID) -> str:
    """Name a webhook's secret in the vault."""
    return f"webhook/{webhook_id}"


def previous_name(webhook_id: UUID) -> str:
    """Name the secret that it had before."""
    return f"webhook/{webhook_id}/previous"


async def check_address(guard: Guard, url: str) -> None:
    """Refuse an address to which nothing could be sent, or only where others can read it; each try checks again.

    Raises:
        InvalidInput: If it is not on the public internet and not allowed, has no server, or is not of ``https``.
    """
    target = guard.parse(url)
    try:
        found = await guard.find(target.host, target.port)
    except NameUnknown as error:
        raise InvalidInput(str(error)) from error
    if target.scheme != "https" and any(is_public(ip_address(each)) for each in found):
        raise InvalidInput("Events go over https alone: give an address that begins with https://.")


def webhooks_of(viewer: Viewer) -> Select[Webhook]:
    """List the viewer's webhooks; for an administrator, everybody's."""
    return viewer.only_own(select(Webhook), Webhook.owner_id)


async def find_webhook(session: AsyncSession, viewer: Viewer, webhook_id: UUID) -> Webhook:
    """Give a webhook, kept to this transaction where it is one that writes.

    Raises:
        NotFound: If the viewer has no such webhook.
    """
    query = webhooks_of(viewer).where(Webhook.id == webhook_id)
    webhook = (await session.execute(query)).scalar_one_or_none()
    if webhook is None:
        raise NotFound(f"There is no webhook {webhook_id}: list those that there are.")
    return webhook


async def make_webhook(
    session: AsyncSession, keys: Keyring, viewer: Viewer, url: str, description: str, kinds: Iterable[str]
) -> tuple[Webhook, str]:
    """Make a webhook; its secret is given here and never again.

    Raises:
        InvalidInput: If the viewer has no account.
        Conflict: If the viewer has as many as one may.
    """
    if viewer.user_id is None:
        raise InvalidInput("A webhook belongs to an account, and nobody has one yet: make one first.")
    # Whoever makes several at the same time is counted one after the other.
    await session.execute(select(User.id).where(User.id == viewer.user_id).with_for_update())
    own = select(func.count()).select_from(Webhook).where(Webhook.owner_id == viewer.user_id)
    if (await session.scalar(own) or 0) >= _MOST:
        raise Conflict(f"You have {_MOST} webhooks, the most that one may have: remove one first.")
    everything = viewer.role is Role.ADMIN
    webhook = Webhook(
        owner_id=viewer.user_id, url=url, description=description, kinds=sorted(set(kinds)), everything=everything
    )
    session.add(webhook)
    await session.flush()
    secret = new_secret()
    await put_secret(session, keys, secret_name(webhook.id), secret)
    await record(session, viewer, "webhook.created", ("webhook", webhook.id), url=url, everything=everything)
    return webhook, secret


async def set_enabled(session: AsyncSession, webhook: Webhook, *, enabled: bool) -> None:
    """Switch a webhook on, as if nothing had failed, or off."""
    if enabled:
        webhook.enabled, webhook.problem, webhook.failing_since = True, None, None
    elif webhook.enabled:
        webhook.enabled, webhook.problem = False, None
        await _give_up(session, webhook)


async def switch_off(session: AsyncSession, webhook: Webhook, reason: str) -> None:
    """Switch a webhook off because of what its server does."""
    if webhook.enabled:
        webhook.enabled, webhook.problem = False, reason
        await _give_up(session, webhook)
        itself = Viewer(None, "Cutroom", Role.ADMIN, "here")
        await record(session, itself, "webhook.switched_off", ("webhook", webhook.id), url=webhook.url, reason=reason)


async def rotate_secret(session: AsyncSession, keys: Keyring, viewer: Viewer, webhook: Webhook) -> str:
    """Replace a webhook's secret; for a day, both sign, so that the receiver has time to change over."""
    before = await read_secret(session, keys, secret_name(webhook.id))
    if before is not None:
        await put_secret(session, keys, previous_name(webhook.id), before)
        webhook.previous_until = now() + OVERLAP
    secret = new_secret()
    await put_secret(session, keys, secret_name(webhook.id), secret)
    await record(session, viewer, "webhook.secret_replaced", ("webhook", webhook.id))
    return secret


async def remove_webhook(session: AsyncSession, viewer: Viewer, webhook: Webhook) -> None:
    """Remove a webhook with its secret and its deliveries."""
    await drop_secret(session, secret_name(webhook.id))
    await drop_secret(session, previous_name(webhook.id))
    await record(session, viewer, "webhook.removed", ("webhook", webhook.id), url=webhook.url)
    await session.delete(webhook)


async def _give_up(session: AsyncSession, webhook: Webhook) -> None:
    """End what is not delivered yet: switched on again, a server is not flooded with what is old."""
    await session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == DeliveryState.PENDING)
        .values(state=DeliveryState.FAILED, ended_at=now(), problem="The webhook was switched off.")
        .execution_options(synchronize_session=False)
    )
