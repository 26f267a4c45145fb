"""What uploads look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.core.inputs import Line
from cutroom.ingest.uploads.models import Upload, UploadKind, UploadState


class UploadView(BaseModel):
    """Bytes that somebody brings, or brought."""

    id: UUID
    kind: UploadKind
    state: UploadState
    file_name: str
    length: int | None = Field(description="In bytes; null until it is told.")
    received_bytes: int = Field(description="As of the last pause.")
    reason: str | None = Field(description="Why nothing came of it.")
    replaces_id: UUID | None = Field(description="The recording whose source it becomes; null for a new recording.")
    asset_id: UUID | None = Field(description="What it became, once it is finished.")
    created_at: datetime
    expires_at: datetime = Field(description="An unfinished upload is given up then; one that ended is forgotten.")


class SameFile(BaseModel):
    """A recording with the same bytes, which was here before."""

    id: UUID
    title: str


class UploadStatus(UploadView):
    """How far an upload is, and what else has the same bytes."""

    same_files: list[SameFile] = Field(description="Recordings with the same bytes that you may see.")


class NewDirectUpload(BaseModel):
    """A file that is to go to storage in pieces."""

    model_config = ConfigDict(extra="forbid")

    file_name: Annotated[Line, Field(max_length=300, examples=["lecture 4.mp4"])]
    size_bytes: Annotated[int, Field(ge=1, le=1 << 50)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="What the bytes hash to; others are refused then."
    )
    title: Annotated[Line, Field(max_length=300)] | None = None
    start: list[Annotated[str, Field(min_length=1, max_length=64, examples=["share"])]] | None = Field(
        default=None, max_length=8, description="Recipes to start on it; `share` when left out."
    )
    replaces: UUID | None = Field(
        default=None,
        description="A recording whose source it becomes: that keeps its address and title, and is made ready anew.",
    )
    source_version: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="The source that is replaced; another is refused."
    )


class PieceAddress(BaseModel):
    """Where a piece goes."""

    number: int = Field(ge=1)
    start: int = Field(description="Its first byte in the file.")
    size_bytes: int
    url: str = Field(description="Send its bytes here with PUT, once.")


class DirectUpload(BaseModel):
    """A promised upload and where its pieces go."""

    id: UUID
    media_type: str = Field(description="The Content-Type of every piece.", examples=["application/octet-stream"])
    expires_at: datetime = Field(description="Of the addresses.")
    pieces: list[PieceAddress]


def view_upload(upload: Upload) -> UploadView:
    """Put an upload into words."""
    return UploadView.model_validate(upload, from_attributes=True)
