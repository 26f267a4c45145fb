"""What somebody made here and what is kept of them, as JSON in a ZIP file: never a secret, never another's thing."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.core.database import Base
from cutroom.library.views.counting import viewer_key

#: By table, which of its columns name the person.
OF_PERSON: Final[dict[str, tuple[str, ...]]] = {
    "user": ("id",),
    **dict.fromkeys(("session", "api_token", "passkey", "totp", "identity", "member"), ("user_id",)),
    **dict.fromkeys(("quota_week", "quota_entry"), ("user_id",)),
    **dict.fromkeys(("asset", "collection", "share", "upload", "import", "subscription"), ("owner_id",)),
    **dict.fromkeys(("run", "schedule", "webhook", "edit", "brand_kit"), ("owner_id",)),
    **dict.fromkeys(("edit_version", "correction"), ("author_id",)),
    "invitation": ("made_by", "used_by"),
    "audit_entry": ("actor_id",),
}
#: By table, which of its columns names a thing that is theirs: a table above, and a column of that.
OF_THING: Final[dict[str, tuple[str, str, str]]] = {
    **dict.fromkeys(
        ("asset_version", "asset_tag", "asset_group", "asset_quality", "transcript", "chapter", "candidate", "clip"),
        ("asset_id", "asset", "id"),
    ),
    **dict.fromkeys(("collection_item", "collection_group"), ("collection_id", "collection", "id")),
    "tag": ("id", "asset_tag", "tag_id"),
    "group": ("id", "member", "group_id"),
    "clip_file": ("clip_id", "clip", "id"),
    "share_link": ("share_id", "share", "id"),
}
VIEWING: Final = "viewing"
#: Tables that have to do with a person, or with a thing of theirs, and are left out.
LEFT_OUT: Final[dict[str, str]] = {
    "challenge": "a secret, for some minutes",
    "recovery_code": "a secret",
    "request_key": "answers that were given already",
    "reset_link": "a secret, for an hour",
    "config_change": "the instance's own",
    "asset_file": "made of the recording",
    "fingerprint": "made of the recording",
    "fingerprint_key": "made of the recording",
    "search_entry": "made of what is written and said",
    "view_day": "of all viewers together",
    "watch_edge": "of all viewers together",
}
#: Never written, whatever the table: what opens something, and how the instance keeps it.
SECRET: Final = frozenset(
    {
        *("password_hash", "token_hash", "mailed_hash", "credential_id", "public_key", "sign_count", "last_step"),
        *("viewer_key", "remote", "previous", "digest"),
    }
)
_AT_ONCE = 100
_README = """What Cutroom keeps of you and what you made: a file of JSON for each kind of thing, times in UTC.

user.json is your account, asset.json lists your recordings. Their pictures and sound are not in here:
/api/v1/assets/{id}/original gives each. Of passwords, passkeys and tokens there are only the names.
"""


def tables() -> list[str]:
    """Give the tables that are written."""
    return [*OF_PERSON, *OF_THING, VIEWING]


async def write_own_data(session: AsyncSession, user_id: UUID, target: IO[bytes]) -> None:
    """Write all that is a person's into a ZIP file, as it was at one moment.

    Args:
        target: Can be written and read again.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        for name in tables():
            await _write_table(session, user_id, name, archive)


async def _write_table(session: AsyncSession, user_id: UUID, name: str, archive: zipfile.ZipFile) -> None:
    table = Base.metadata.tables[name]
    columns = [column for column in table.columns if column.name not in SECRET]
    query = select(*columns).where(_theirs(name, user_id)).order_by(*table.primary_key)
    found = await session.stream(query, execution_options={"yield_per": _AT_ONCE})
    with archive.open(f"{name}.json", "w", force_zip64=True) as file:
        before = "[\n"
        async for rows in found.mappings().partitions():
            text = ",\n".join(json.dumps(dict(row), default=_plain, ensure_ascii=False) for row in rows)
            await asyncio.to_thread(file.write, f"{before}{text}".encode())
            before = ",\n"
        file.write(b"[]\n" if before == "[\n" else b"\n]\n")


def _theirs(name: str, user_id: UUID) -> ColumnElement[bool]:
    """Tell which rows of a table are a person's."""
    columns = Base.metadata.tables[name].c
    if name == VIEWING:
        return columns.viewer_key == viewer_key(Viewer(user_id, "", Role.VIEWER, "session"))
    if name in OF_PERSON:
        return or_(*(columns[each] == user_id for each in OF_PERSON[name]))
    column, above, key = OF_THING[name]
    return columns[column].in_(select(Base.metadata.tables[above].c[key]).where(_theirs(above, user_id)))


def _plain(value: Any) -> str:  # noqa: ANN401 - what a column may hold
    return value.isoformat() if isinstance(value, datetime) else str(value)
