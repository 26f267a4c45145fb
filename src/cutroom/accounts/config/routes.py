"""The instance's settings over HTTP; all of it for administrators."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Admin, admin_only
from cutroom.accounts.audit.log import record
from cutroom.accounts.config.changes import change_settings, revert_settings
from cutroom.accounts.config.models import Config, ConfigChange
from cutroom.accounts.config.providers import ProviderKey, unlocked
from cutroom.accounts.config.schemas import (
    NewSecret,
    ProviderTest,
    ProviderTested,
    Secrets,
    SecretView,
    SettingsChangeView,
    SettingsPatch,
    SettingsRevert,
    SettingsView,
)
from cutroom.accounts.config.settings import InstanceSettings, read_config, settings_of
from cutroom.accounts.instance import Here, Instance, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.vault.models import Secret
from cutroom.accounts.vault.secrets import drop_secret, put_secret
from cutroom.core.pagination import PAGE, After, Limit, Page, read_page
from cutroom.core.problems import problems
from cutroom.core.settings import Settings
from cutroom.providers.checking import check_provider

router = APIRouter(prefix="/settings", tags=["settings"])


@router.get("", dependencies=[admin_only])
async def read_settings(session: Reading) -> SettingsView:
    """Give the settings that are in force."""
    return _view(await session.get(Config, 1))


@router.get("/schema", dependencies=[admin_only])
async def read_settings_schema() -> dict[str, Any]:
    """Give the JSON schema of the settings: what there is, its limits and its defaults."""
    return InstanceSettings.model_json_schema()


@router.patch("", responses=problems(409))
async def change_settings_of_instance(patch: SettingsPatch, viewer: Admin, here: Here) -> SettingsView:
    """Change settings; every process goes by them at once."""
    return _view(
        await here.database.write(lambda session: change_settings(session, viewer, patch.version, patch.changes))
    )


@router.get("/history", dependencies=[admin_only])
async def list_settings_changes(session: Reading, after: After = None, limit: Limit = PAGE) -> Page[SettingsChangeView]:
    """List changes of the settings, newest first."""
    rows, following = await read_page(
        session, select(ConfigChange), [ConfigChange.version], after=after, limit=limit, descending=True
    )
    return Page(items=[SettingsChangeView.model_validate(row) for row in rows], next=following)


@router.post("/revert", responses=problems(404, 409))
async def revert_settings_of_instance(back: SettingsRevert, viewer: Admin, here: Here) -> SettingsView:
    """Bring back the settings of an earlier version, as a change of its own."""
    return _view(await here.database.write(lambda session: revert_settings(session, viewer, back.version, back.to)))


@router.get("/secrets", dependencies=[admin_only])
async def list_provider_keys(here: Here, session: Reading) -> Secrets:
    """Tell which providers' keys are set, and since when."""
    rows = await session.execute(select(Secret.name, Secret.changed_at))
    kept = {row.name: row.changed_at for row in rows}
    return Secrets(
        items=[
            SecretView(
                name=key,
                set=key.secret in kept,
                changed_at=kept.get(key.secret),
                in_environment=getattr(here.settings, key.setting) is not None,
            )
            for key in ProviderKey
        ]
    )


@router.put("/secrets/{name}", status_code=204)
async def set_provider_key(name: ProviderKey, new: NewSecret, viewer: Admin, here: Here) -> None:
    """Keep a provider's key, sealed; it is used from the next step on and never shown."""

    async def keep(session: AsyncSession) -> None:
        await put_secret(session, here.keyring, name.secret, new.value.get_secret_value())
        await record(session, viewer, "secret.set", ("secret", name.secret))

    await here.database.write(keep)


@router.delete("/secrets/{name}", status_code=204)
async def delete_provider_key(name: ProviderKey, viewer: Admin, here: Here) -> None:
    """Forget a provider's key; the environment's is used where there is one."""

    async def forget(session: AsyncSession) -> None:
        await drop_secret(session, name.secret)
        await record(session, viewer, "secret.dropped", ("secret", name.secret))

    await here.database.write(forget)


@router.post("/providers/test", dependencies=[admin_only, heavy])
async def test_provider(asked: ProviderTest, here: Here) -> ProviderTested:
    """Ask a provider for a sign of life, with the settings and keys that are in force."""
    settings = await _effective(here)
    choice = asked.provider or getattr(settings, asked.capability)
    tested = await check_provider(asked.capability, choice, settings)
    return ProviderTested(provider=choice, works=tested.works, message=tested.message, took_s=round(tested.took_s, 3))


async def _effective(here: Instance) -> Settings:
    async with here.database.reading() as session:
        chosen = (await read_config(session)).providers.over(here.settings)
        return await unlocked(session, chosen, here.keyring)


def _view(config: Config | None) -> SettingsView:
    values = config.values if config else {}
    return SettingsView(
        version=config.version if config else 0,
        values=settings_of(values),
        changed=sorted(values.keys() & InstanceSettings.model_fields.keys()),
    )
