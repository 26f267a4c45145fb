"""What sharing looks like over HTTP."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.library.models import Visibility


class GroupGiven(BaseModel):
    """A group that a recording is given to."""

    model_config = ConfigDict(extra="forbid")

    group_id: UUID
    may_edit: bool = Field(default=False, description="Whether the group's editors may change it too.")


class Audience(BaseModel):
    """Who finds a recording, besides its owner and administrators."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility
    groups: list[GroupGiven] = Field(default_factory=list, max_length=100, description="For `group` alone.")


class NewOwner(BaseModel):
    """Whose a recording becomes."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID
