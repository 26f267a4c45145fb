"""What edits look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.core.inputs import Line
from cutroom.edit.documents import EditDocument
from cutroom.edit.models import Edit, EditVersion

VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1, description="The newest that you know; another is refused.")]
VersionName = Annotated[Line, Field(max_length=100, examples=["Before the intro was cut"])]


class EditSummary(BaseModel):
    """An edit, as lists have it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    asset_id: UUID
    candidate_id: UUID | None = Field(description="The proposal that it was opened from.")
    owner_id: UUID | None = Field(description="Who opened it.")
    title: str
    version: int = Field(description="The newest; send it with the next save.")
    created_at: datetime
    changed_at: datetime


class EditView(EditSummary):
    """An edit with what it says."""

    document: EditDocument


class EditSave(BaseModel):
    """An edit as it is from now on."""

    model_config = ConfigDict(extra="forbid")

    version: VersionNumber
    document: EditDocument
    name: VersionName | None = Field(default=None, description="What to call this version; it then stays as it is.")


class EditRestore(BaseModel):
    """Which version the edit has now."""

    model_config = ConfigDict(extra="forbid")

    version: VersionNumber


class EditVersionSummary(BaseModel):
    """A version of an edit, as lists have it."""

    model_config = ConfigDict(from_attributes=True)

    number: int = Field(description="From 1; quick saves of one person become one, so there are gaps.")
    name: str | None
    rendered: bool = Field(description="Whether a clip was made of it.")
    author_id: UUID | None
    created_at: datetime
    saved_at: datetime


class EditVersions(BaseModel):
    """The versions of an edit, newest first."""

    items: list[EditVersionSummary]


class EditVersionView(EditVersionSummary):
    """A version of an edit with what it said."""

    document: EditDocument


def view_edit(edit: Edit, document: EditDocument) -> EditView:
    """Put an edit into words."""
    return EditView(**_own(EditSummary, edit), document=document)


def view_summary(edit: Edit) -> EditSummary:
    """Put an edit into a line of a list."""
    return EditSummary.model_validate(edit)


def view_version(version: EditVersion) -> EditVersionView:
    """Put a version into words."""
    return EditVersionView(**_own(EditVersionSummary, version), document=EditDocument.model_validate(version.document))


def _own(kind: type[BaseModel], row: object) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.model_fields}
