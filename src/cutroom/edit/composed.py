"""An edit as it plays: its document, what that is about, and what the two give."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.edit.brands.brands import brand_of
from cutroom.edit.composing import Programme, compose
from cutroom.edit.documents import EditDocument
from cutroom.edit.edits import made_of, read_document
from cutroom.edit.keeping import load_material
from cutroom.edit.material import Material
from cutroom.edit.models import Edit
from cutroom.providers.storage import Storage


@dataclass(frozen=True, slots=True)
class Composed:
    """What an edit comes to at one of its versions."""

    document: EditDocument
    material: Material
    programme: Programme


async def compose_edit(session: AsyncSession, storage: Storage, edit: Edit, version: int | None = None) -> Composed:
    """Compose an edit at a version, the newest when none is named; the session is closed before the long part.

    Raises:
        EditVersionNotFound: If it has no such version.
        FileMissing: If storage does not hold its material whole.
    """
    document, files = await read_document(session, edit, version), made_of(edit)
    brand = await brand_of(session, document.brand_id, document.preset)
    await session.close()
    material = await load_material(storage, files.material)
    return Composed(document, material, await asyncio.to_thread(compose, document, material, brand))
