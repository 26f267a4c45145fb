"""Change the settings of the instance, and bring back what they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.config.errors import SettingsChanged, SettingsRefused, VersionNotFound
from cutroom.accounts.config.models import Config, ConfigChange
from cutroom.accounts.config.providers import ProviderChoices, is_known
from cutroom.accounts.config.settings import InstanceSettings, settings_of
from cutroom.core.problems import Wrong
from cutroom.jobs.upserts import insert_or
from cutroom.providers import registry


async def change_settings(session: AsyncSession, viewer: Viewer, version: int, changes: Mapping[str, Any]) -> Config:
    """Change settings; ``None`` brings one back to its default.

    Args:
        version: The one that was looked at; where the settings have another by now, nothing changes.

    Raises:
        SettingsRefused: If a setting is not known, or its value is not one that it takes.
        SettingsChanged: If somebody else was faster.
    """
    config = await _hold(session)
    return await _put(session, viewer, config, version, checked(config.values, changes))


async def revert_settings(session: AsyncSession, viewer: Viewer, version: int, to: int) -> Config:
    """Bring back the settings of an earlier version; 0 brings back the defaults.

    Raises:
        VersionNotFound: If there never was such a version.
        SettingsChanged: If somebody else was faster.
    """
    config = await _hold(session)
    earlier = await session.get(ConfigChange, to)
    if earlier is None and to != 0:
        raise VersionNotFound(f"There is no version {to} of the settings: the history lists those that there are.")
    return await _put(session, viewer, config, version, _kept(settings_of(earlier.values if earlier else {})), to)


def checked(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is kept of settings once they were changed.

    Raises:
        SettingsRefused: If a setting is not known, or its value is not one that it takes.
    """
    known = {name: value for name, value in values.items() if name in InstanceSettings.model_fields}
    reset = {name for name, value in changes.items() if value is None and name in InstanceSettings.model_fields}
    merged = {name: value for name, value in {**known, **changes}.items() if name not in reset}
    try:
        settings = InstanceSettings.model_validate(merged)
    except ValidationError as error:
        raise SettingsRefused(
            [Wrong(where=".".join(map(str, each["loc"])), message=each["msg"]) for each in error.errors()]
        ) from error
    wrong = [
        Wrong(
            where=name,
            message=f"there is no provider {choice!r}: choose one of {', '.join(sorted(registry.available(name)))}",
        )
        for name in ProviderChoices.model_fields
        if name in changes and (choice := getattr(settings, name)) is not None and not is_known(name, choice)
    ]
    if wrong:
        raise SettingsRefused(wrong)
    return _kept(settings)


async def _hold(session: AsyncSession) -> Config:
    first = insert_or(session, Config).values(id=1, version=0, values={})
    await session.execute(first.on_conflict_do_nothing())
    return (await session.execute(select(Config).where(Config.id == 1).with_for_update())).scalar_one()


async def _put(
    session: AsyncSession, viewer: Viewer, config: Config, version: int, values: dict[str, Any], to: int | None = None
) -> Config:
    if config.version != version:
        if config.version == version + 1 and config.values == values:
            return config  # the same change, sent again
        raise SettingsChanged(
            f"The settings are at version {config.version} by now, and this changes version {version}: look at them "
            "again, and change them then."
        )
    if config.values == values:
        return config
    before, after = (settings_of(each).model_dump(mode="json") for each in (config.values, values))
    differences = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    config.version, config.values = version + 1, values
    session.add(
        ConfigChange(version=config.version, values=values, author_id=viewer.user_id, author=viewer.name, reverts_to=to)
    )
    about = {"version": config.version, "changed": differences} | ({} if to is None else {"reverts_to": to})
    await record(session, viewer, "settings.changed", ("settings", str(config.version)), **about)
    await session.flush()
    return config


def _kept(settings: InstanceSettings) -> dict[str, Any]:
    return settings.model_dump(mode="json", exclude_defaults=True)
