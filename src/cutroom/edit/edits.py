"""Open, save and take back edits. Whoever may change a recording may edit clips of it; others find no edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.core.clock import now
from cutroom.edit.documents import EditDocument
from cutroom.edit.errors import EditConflict, EditNotFound, EditVersionNotFound
from cutroom.edit.models import Edit, EditVersion
from cutroom.library.assets import find_changeable
from cutroom.library.errors import AssetNotFound
from cutroom.library.models import Asset
from cutroom.library.visibility import changeable_by, only_visible
from cutroom.providers.storage import StoredFile

#: Saves of one person within this time of the first are one version.
ONE_VERSION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What an edit cuts, and what is known of it."""

    source: StoredFile
    material: StoredFile


async def add_edit(
    session: AsyncSession,
    viewer: Viewer,
    asset: Asset,
    document: EditDocument,
    made_of: MadeOf,
    *,
    candidate_id: UUID | None = None,
) -> Edit:
    """Add an edit with its first version."""
    edit = Edit(
        asset_id=asset.id,
        candidate_id=candidate_id,
        owner_id=viewer.user_id,
        title=document.title,
        version=1,
        source_sha256=made_of.source.sha256,
        source_size_bytes=made_of.source.size_bytes,
        material_sha256=made_of.material.sha256,
        material_size_bytes=made_of.material.size_bytes,
    )
    session.add(edit)
    await session.flush()
    session.add(_version(edit, document, viewer.user_id))
    await session.flush()
    return edit


async def find_edit(session: AsyncSession, viewer: Viewer, edit_id: UUID, *, to_change: bool = False) -> Edit:
    """Give an edit of a recording that the viewer may change.

    Args:
        to_change: Whether the row is kept to this transaction.

    Raises:
        EditNotFound: If there is none, it was deleted, or the viewer does not see its recording.
        NotAllowed: If the viewer may see the recording and not change it.
    """
    query = select(Edit).where(Edit.id == edit_id, Edit.deleted_at.is_(None))
    edit = await session.scalar(query.with_for_update() if to_change else query)
    missing = EditNotFound(f"There is no edit {edit_id}: list those that there are.")
    if edit is None:
        raise missing
    try:
        await find_changeable(session, viewer, edit.asset_id)
    except AssetNotFound:
        raise missing from None
    return edit


def edits_of(viewer: Viewer, asset_id: UUID | None = None) -> Select[Edit]:
    """List the edits that a viewer may go on with."""
    query = select(Edit).join(Asset, Asset.id == Edit.asset_id).where(Edit.deleted_at.is_(None), changeable_by(viewer))
    query = only_visible(query, viewer)
    return query if asset_id is None else query.where(Edit.asset_id == asset_id)


async def edits_of_candidates(session: AsyncSession, candidate_ids: Iterable[UUID]) -> dict[UUID, Edit]:
    """Give the edits that somebody saved of candidates, by candidate; of several the one that was saved last.

    One that was opened and left as it was says no more than its candidate.
    """
    query = select(Edit).where(Edit.candidate_id.in_(candidate_ids), Edit.deleted_at.is_(None), Edit.version > 1)
    edits = await session.scalars(query.order_by(Edit.changed_at, Edit.id))
    return {edit.candidate_id: edit for edit in edits if edit.candidate_id is not None}


async def edit_of_candidate(session: AsyncSession, candidate_id: UUID) -> Edit | None:
    """Give the edit that somebody saved of a candidate."""
    return (await edits_of_candidates(session, [candidate_id])).get(candidate_id)


async def read_document(session: AsyncSession, edit: Edit, number: int | None = None) -> EditDocument:
    """Give what an edit says, or said.

    Raises:
        EditVersionNotFound: If it has no version of that number.
    """
    return EditDocument.model_validate((await find_version(session, edit, number)).document)


async def find_version(session: AsyncSession, edit: Edit, number: int | None = None) -> EditVersion:
    """Give a version of an edit, the newest when none is named.

    Raises:
        EditVersionNotFound: If it has none of that number.
    """
    wanted = edit.version if number is None else number
    query = select(EditVersion).where(EditVersion.edit_id == edit.id, EditVersion.number == wanted)
    version = await session.scalar(query.options(undefer(EditVersion.document)))
    if version is None:
        raise EditVersionNotFound(
            f"'{edit.title}' has no version {wanted}: list those that it has. Quick saves become one."
        )
    return version


async def list_versions(session: AsyncSession, edit: Edit) -> Sequence[EditVersion]:
    """Give an edit's versions, newest first, without their documents."""
    query = select(EditVersion).where(EditVersion.edit_id == edit.id).order_by(EditVersion.number.desc())
    return (await session.scalars(query)).all()


async def save_edit(
    session: AsyncSession,
    viewer: Viewer,
    edit: Edit,
    document: EditDocument,
    *,
    version: int,
    name: str | None = None,
) -> Edit:
    """Save an edit as a new version; saves of one person that follow each other quickly become one.

    Args:
        edit: Kept to this transaction.
        version: The one that was changed.
        name: What the person calls the new one.

    Raises:
        EditConflict: If it has another version by now.
    """
    check_version(edit, version)
    newest = await find_version(session, edit)
    if newest.document == document.model_dump(mode="json") and name is None:
        return edit  # nothing was changed
    moment = now()
    begun = None
    if _goes_on(newest, viewer, moment - ONE_VERSION):
        # The number counts on: who has the one before must not save over this one.
        begun = newest.created_at
        await session.execute(
            delete(EditVersion).where(EditVersion.edit_id == edit.id, EditVersion.number == newest.number)
        )
    edit.version, edit.title, edit.changed_at = edit.version + 1, document.title, moment
    session.add(_version(edit, document, viewer.user_id, name=name, begun=begun or moment))
    await session.flush()
    return edit


async def restore_version(session: AsyncSession, viewer: Viewer, edit: Edit, number: int, *, version: int) -> Edit:
    """Let an edit say again what it said, as its newest version.

    Raises:
        EditVersionNotFound: If it has no version of that number.
        EditConflict: If it has another newest version by now.
    """
    check_version(edit, version)
    document = await read_document(session, edit, number)
    edit.version, edit.title, edit.changed_at = edit.version + 1, document.title, now()
    session.add(_version(edit, document, viewer.user_id))
    await session.flush()
    return edit


async def delete_edit(session: AsyncSession, viewer: Viewer, edit: Edit) -> None:
    """Delete an edit; what was rendered of it stays."""
    edit.deleted_at = now()
    await record(session, viewer, "edit.deleted", ("edit", edit.id), title=edit.title)


async def mark_rendered(session: AsyncSession, edit_id: UUID, number: int) -> None:
    """Let a version stay as it is, because a clip is made of it."""
    ours = (EditVersion.edit_id == edit_id, EditVersion.number == number)
    await session.execute(update(EditVersion).where(*ours).values(rendered=True))


def check_version(edit: Edit, version: int) -> None:
    """Refuse a change of another version than the newest.

    Raises:
        EditConflict: If it is another.
    """
    if edit.version != version:
        raise EditConflict(edit.title, version, edit.version)


def made_of(edit: Edit) -> MadeOf:
    """Tell what an edit cuts."""
    return MadeOf(
        StoredFile(edit.source_sha256, edit.source_size_bytes),
        StoredFile(edit.material_sha256, edit.material_size_bytes),
    )


def _goes_on(newest: EditVersion, viewer: Viewer, since: datetime) -> bool:
    """Tell whether a save goes into the newest version; the first one is what was opened, and stays."""
    loose = newest.number > 1 and not newest.rendered and newest.name is None
    return loose and newest.author_id == viewer.user_id and newest.created_at >= since


def _version(
    edit: Edit,
    document: EditDocument,
    author_id: UUID | None,
    *,
    name: str | None = None,
    begun: datetime | None = None,
) -> EditVersion:
    return EditVersion(
        edit_id=edit.id,
        number=edit.version,
        document=document.model_dump(mode="json"),
        name=name,
        author_id=author_id,
        created_at=begun or edit.changed_at,
        saved_at=edit.changed_at,
    )
