"""What the instance's settings look like over HTTP."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from cutroom.accounts.config.providers import ProviderKey
from cutroom.accounts.config.settings import InstanceSettings
from cutroom.core.inputs import ProviderName

Version = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="The version that you looked at; another is refused.", examples=[3])
]


def _fit_for_a_header(key: SecretStr) -> SecretStr:
    if re.fullmatch(r"[\x21-\x7e]+", key.get_secret_value()) is None:
        raise ValueError("a key has visible characters and no spaces: copy it again from where it was given out")
    return key


Key = Annotated[SecretStr, Field(min_length=1, max_length=500), AfterValidator(_fit_for_a_header)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SettingsView(BaseModel):
    """The settings that are in force."""

    version: int = Field(description="Counts changes; send it with the next one.")
    values: InstanceSettings
    changed: list[str] = Field(description="Those that differ from their defaults.")


class SettingsPatch(_Request):
    """What is changed of the settings; what is left out stays."""

    version: Version
    changes: dict[str, Any] = Field(
        min_length=1,
        description="Values by name, as the schema describes them; null brings one back to its default.",
        examples=[{"weekly_quota_bytes": 8589934592, "quota_zone": "Europe/Berlin"}],
    )


class SettingsRevert(_Request):
    """Which version is brought back."""

    version: Version
    to: int = Field(ge=0, le=2**31 - 1, description="The earlier version; 0 for the defaults.", examples=[1])


class SettingsChangeView(BaseModel):
    """A change of the settings."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    values: dict[str, Any] = Field(description="All that differed from the defaults from then on.")
    author_id: UUID | None
    author: str
    reverts_to: int | None = Field(description="The version that was brought back, where it was no new change.")
    at: datetime


class SecretView(BaseModel):
    """Whether a provider's key is set; never the key."""

    name: ProviderKey
    set: bool = Field(description="Whether one is kept here; it goes before the environment's.")
    changed_at: datetime | None
    in_environment: bool = Field(description="Whether the environment of the web server holds one.")


class Secrets(BaseModel):
    """The keys of all providers that are asked with one."""

    items: list[SecretView]


class NewSecret(_Request):
    """A provider's key."""

    value: Key


class ProviderTest(_Request):
    """Whom to ask for a sign of life."""

    capability: Literal["speech_to_text", "language_model", "embedding", "face_detection", "ocr"]
    provider: ProviderName | None = Field(
        default=None, description="The one that is set up, when left out.", examples=["openai/gpt-4.1-mini"]
    )


class ProviderTested(BaseModel):
    """What came of it."""

    provider: str
    works: bool
    message: str = Field(description="What it said, or what is wrong and what to do.")
    took_s: float
