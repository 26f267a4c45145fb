"""What the recipes that bring recordings in are told; nobody but Cutroom itself starts them."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict


class LinkParams(BaseModel):
    """A link to bring a recording in from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    import_id: UUID
    url: str
    sites: tuple[str, ...]


class FileParams(BaseModel):
    """A file of the server to bring in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    import_id: UUID
    path: str
    size_bytes: int


class CheckParams(BaseModel):
    """A subscription to look at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subscription_id: UUID
    url: str
    sites: tuple[str, ...]
