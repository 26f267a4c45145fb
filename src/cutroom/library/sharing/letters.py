"""What a mail to a recipient of a share says: written when it is sent, so that its link's secret is kept nowhere."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.letters import Letter
from cutroom.accounts.models import Mail, User
from cutroom.accounts.secrets import hash_secret, new_secret
from cutroom.core.text import one_line
from cutroom.library.models import Asset, Category, Collection
from cutroom.library.sharing.models import Share, ShareLink
from cutroom.library.sharing.shares import PREFIX
from cutroom.library.visibility import is_open

_SHARED = """Hello {name},

{by} shares "{title}" with you at {url}:
{link}
{password}{until}{message}"""


async def write_share_letter(session: AsyncSession, mail: Mail, url: str) -> list[Letter]:
    """Write to a recipient; nothing when the link shows nothing any more.

    The link in a mail has a secret of its own; that of an older mail stops working.
    """
    query = (
        select(ShareLink, Share, User.display_name, Asset.title, Collection.title, Category.display_name)
        .join(Share, Share.id == ShareLink.share_id)
        .join(User, User.id == Share.owner_id)
        .outerjoin(Asset, Asset.id == Share.asset_id)
        .outerjoin(Collection, Collection.id == Share.collection_id)
        .outerjoin(Category, Category.id == Share.category_id)
        .where(ShareLink.id == UUID(mail.about["link_id"]), is_open())
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return []
    link, share, by, *titles = row
    if link.email is None:
        return []
    secret = new_secret(PREFIX)
    link.mailed_hash = hash_secret(secret)
    title = share.title or next(filter(None, titles), "")
    text = _SHARED.format(
        name=link.name or "there",
        by=by,
        title=title,
        url=url,
        link=f"{url}/s/{secret}",
        password="\nIt opens with a password, which comes another way.\n" if share.password_hash else "",
        until=f"\nUntil {share.expires_at:%Y-%m-%d %H:%M} UTC.\n" if share.expires_at else "",
        message=f"\n{share.message}\n" if share.message else "",
    )
    return [Letter(link.email, one_line(f"{by} shares “{title}” with you", 200), text)]
