"""Which providers an administrator chose, and the keys that they are asked with."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.vault.keyring import Keyring
from cutroom.accounts.vault.secrets import read_secret
from cutroom.core.database import Database
from cutroom.core.inputs import ProviderName
from cutroom.core.settings import Settings
from cutroom.providers import registry

#: What stands for no provider, or leaves the choice open, and is none that could be loaded.
_OPEN = {"language_model": {"none"}, "ocr": {"auto"}}


class ProviderChoices(BaseModel):
    """Who does what; where one is unset, the environment's setting holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speech_to_text: ProviderName | None = Field(
        default=None, title="Speech recognition", description="Such as faster_whisper/base or openai/whisper-1."
    )
    language_model: ProviderName | None = Field(
        default=None, title="Language model", description="Such as ollama/llama3.2, or none."
    )
    embedding: ProviderName | None = Field(default=None, title="Meaning", description="minilm or hashed.")
    face_detection: ProviderName | None = Field(default=None, title="Faces", description="yunet or none.")
    ocr: ProviderName | None = Field(default=None, title="Slides", description="auto, rapidocr or none.")

    def over(self, settings: Settings) -> Settings:
        """Give settings with these choices in place of their own."""
        return settings.model_copy(update=self.model_dump(include=set(ProviderChoices.model_fields), exclude_none=True))


class ProviderKey(StrEnum):
    """A provider that is asked with a key."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"

    @property
    def secret(self) -> str:
        """What the vault knows it by."""
        return f"provider/{self.value}"

    @property
    def setting(self) -> str:
        """The environment's setting that holds one."""
        return f"{self.value}_api_key"


def is_known(capability: str, choice: str) -> bool:
    """Tell whether a provider of that name is there to be loaded."""
    return choice in _OPEN.get(capability, ()) or registry.split(choice)[0] in registry.available(capability)


async def with_keys(database: Database, settings: Settings, keyring: Keyring) -> Settings:
    """Give settings with the keys of the vault in place of the environment's.

    Raises:
        SecretSealed: If one is there and cannot be opened.
    """
    async with database.reading() as session:
        return await unlocked(session, settings, keyring)


async def unlocked(session: AsyncSession, settings: Settings, keyring: Keyring) -> Settings:
    """Do the same in a session that is open."""
    found = {key.setting: await read_secret(session, keyring, key.secret) for key in ProviderKey}
    return settings.model_copy(update={name: SecretStr(value) for name, value in found.items() if value is not None})
