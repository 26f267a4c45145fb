"""What imports look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.core.inputs import Line
from cutroom.ingest.imports.models import Basis, Import, ImportKind
from cutroom.ingest.imports.starts import SHARE, Start, Starts
from cutroom.jobs.models import Run, RunState

Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4096,
        pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[\x21-\x7e]+$",
        examples=["https://example.org/lectures/4.mp4"],
    ),
]


class NewImport(BaseModel):
    """A link to bring a recording in from, or a list of recordings."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    basis: Basis = Field(description="By what right you use it. Many sites' terms forbid downloads: mind them.")
    title: Annotated[Line, Field(max_length=300)] | None = Field(default=None, description="The site's when left out.")
    start: Starts = Field(default=[SHARE], description="What starts on the recording once it is here.")


class SiteInfo(BaseModel):
    """What the site said, before anything was downloaded."""

    title: str
    uploader: str
    license: str
    webpage_url: str
    duration: float | None
    width: float | None
    height: float | None
    size_bytes: int | None


class ImportView(BaseModel):
    """An import and how it stands."""

    id: UUID
    kind: ImportKind
    source: str
    basis: Basis
    title: str | None
    start: list[Start]
    state: RunState | None = Field(description="Of its run; null where that was removed long ago.")
    reason: str | None = Field(description="Why it failed, and what to do.")
    info: SiteInfo | None = Field(description="Null until the site was asked, and for a list.")
    parent_id: UUID | None = Field(description="The import of the list that it was in.")
    run_id: UUID | None = Field(description="Tells progress, and can be cancelled and tried again.")
    asset_id: UUID | None = Field(description="What it brought.")
    owner_id: UUID | None
    created_at: datetime


def view_import(row: Import, run: Run | None) -> ImportView:
    """Put an import into words."""
    return ImportView(
        id=row.id,
        kind=row.kind,
        source=row.source,
        basis=row.basis,
        title=row.title,
        start=[Start.model_validate(each) for each in row.start],
        state=run.state if run else None,
        reason=(run.error or {}).get("message") if run else None,
        info=SiteInfo.model_validate(row.info) if row.info else None,
        parent_id=row.parent_id,
        run_id=row.run_id,
        asset_id=row.asset_id,
        owner_id=row.owner_id,
        created_at=row.created_at,
    )
