"""What webhooks look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cutroom.accounts.webhooks.events import KINDS
from cutroom.accounts.webhooks.models import DeliveryState
from cutroom.core.inputs import Line


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"there is no such event: it is one of {', '.join(KINDS)}")
    return kind


_Url = Annotated[Line, Field(max_length=2000, examples=["https://hooks.example.org/cutroom"])]
_About = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$", description="What it is for.")]
_Kind = Annotated[
    str,
    Field(max_length=64, examples=["asset.ready"], json_schema_extra={"enum": list(KINDS)}),
    AfterValidator(_known),
]
_Kinds = Annotated[
    list[_Kind],
    Field(max_length=len(KINDS), description="What it is told of; all when empty."),
]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewWebhook(_Request):
    """An address to be told of events."""

    url: _Url
    description: _About = ""
    kinds: _Kinds = []


class WebhookChange(_Request):
    """What is to be different; the rest stays."""

    url: _Url | None = None
    description: _About | None = None
    kinds: _Kinds | None = None
    enabled: bool | None = Field(default=None, description="Switched off, what is not delivered yet is given up.")


class WebhookView(BaseModel):
    """A webhook, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    owner_id: UUID
    url: str
    description: str
    kinds: list[str]
    everything: bool = Field(description="Whether it is told of everybody's things: an administrator made it.")
    enabled: bool
    problem: str | None = Field(description="Why it was switched off, when nobody did it by hand.")
    failing_since: datetime | None = Field(description="Since when nothing came through.")
    previous_until: datetime | None = Field(description="Until when the secret before this one signs too.")
    created_at: datetime


class MadeWebhook(WebhookView):
    """A webhook that was just made."""

    secret: str = Field(description="Shown this once; receivers verify signatures with it.", examples=["whsec_…"])


class ReplacedSecret(BaseModel):
    """A secret that was just made."""

    secret: str = Field(description="Shown this once.", examples=["whsec_…"])
    previous_until: datetime | None = Field(description="Until when the one before signs too.")


class DeliveryView(BaseModel):
    """An event on its way, and how the last try went."""

    id: UUID
    message_id: str = Field(description="The `webhook-id` of every try.", examples=["evt_0199f1a26c3e7cc18d2b"])
    kind: str
    state: DeliveryState
    tries: int
    status: int | None = Field(description="Of the last answer.")
    took_s: float | None
    answer: str = Field(description="How the last answer begins.")
    problem: str | None = Field(description="Why the last try did not succeed.")
    created_at: datetime
    sent_at: datetime | None
    not_before: datetime | None = Field(description="When the next try is due.")
    ended_at: datetime | None
