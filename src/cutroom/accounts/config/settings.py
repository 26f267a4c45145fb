"""What an administrator may set while the instance runs, and what is in force now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.config.models import Config
from cutroom.accounts.config.providers import ProviderChoices

GIB = 1 << 30


def _known(zone: str) -> str:
    if zone not in available_timezones():
        raise ValueError(f"there is no time zone {zone!r}: write one like Europe/Berlin")
    return zone


#: A site as a policy of browsers names it; all that it has below itself with ``*.``.
Origin = Annotated[str, Field(pattern=r"^https?://(\*\.)?[a-z0-9.-]{1,253}(:[0-9]{1,5})?$")]


class InstanceSettings(ProviderChoices):
    """Settings of the instance: what differs from these defaults is kept as a row, with its history."""

    max_file_bytes: int = Field(default=2 * GIB, ge=1, le=1 << 50, description="The largest file that is taken.")
    weekly_quota_bytes: int = Field(default=4 * GIB, ge=0, le=1 << 50, description="What each user may bring a week.")
    quota_zone: Annotated[str, AfterValidator(_known)] = Field(
        default="UTC", description="Where a week begins, Sunday 00:00."
    )
    accepted_formats: tuple[Literal["mp4", "mov", "avi", "mkv", "webm"], ...] = Field(
        default=("mp4", "mov", "avi", "mkv", "webm"), min_length=1, description="Containers that uploads may have."
    )
    keep_deleted_days: int = Field(default=30, ge=0, le=3650, description="What was deleted can be had back so long.")
    view_window_minutes: int = Field(
        default=30, ge=1, le=7 * 24 * 60, description="A viewer of a recording is counted once in so long."
    )
    keep_uploads_hours: int = Field(default=48, ge=1, le=24 * 30, description="An unfinished upload waits so long.")
    share_days_max: int | None = Field(
        default=None, ge=1, le=3650, description="A share lasts so long at most; as its maker wants when unset."
    )
    embed_origins: tuple[Origin, ...] = Field(
        default=(),
        max_length=50,
        description="Sites that may show shared recordings in their pages, such as https://school.example.",
    )

    link_sites: tuple[Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")], ...] = Field(
        default=("default",),
        max_length=100,
        description="Sites that links may lead to, as regular expressions of yt-dlp's names; `default` is all.",
    )

    @property
    def providers(self) -> ProviderChoices:
        """Who does what no setting of the environment decides."""
        return ProviderChoices(**{name: getattr(self, name) for name in ProviderChoices.model_fields})

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of weeks."""
        return ZoneInfo(self.quota_zone)


async def read_config(session: AsyncSession) -> InstanceSettings:
    """Give the settings that are in force."""
    return settings_of(await session.scalar(select(Config.values).where(Config.id == 1)) or {})


def settings_of(values: Mapping[str, Any]) -> InstanceSettings:
    """Give the settings that a row means; what another version of Cutroom knew is left out."""
    known = values.keys() & InstanceSettings.model_fields.keys()
    return InstanceSettings.model_validate({name: values[name] for name in known})
