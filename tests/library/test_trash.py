"""What was deleted: had back while it is there, and gone for good when its time has come."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select, update
from tests.api.studio import LOCAL_KEY, Studio, finished

from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.config.models import Config
from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.core.database import Base
from cutroom.jobs.models import Blob, Result, Run
from cutroom.library.housekeeping import tidy
from cutroom.library.models import Asset

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ASSETS, TRASH = "/api/v1/assets", "/api/v1/trash"


async def _asset(studio: Studio, owner_id: UUID, content: bytes = b"\x00\xff" * 500) -> str:
    local = await studio.client({"Authorization": f"Bearer {LOCAL_KEY}"})
    asset_id = await studio.asset(local, content=content)
    async with studio.database.writing() as session:
        await session.execute(update(Asset).where(Asset.id == UUID(asset_id)).values(owner_id=owner_id))
    return asset_id


async def _count(studio: Studio, entity: type[Base]) -> int:
    async with studio.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(entity)) or 0


@on_sqlite
async def test_the_trash_tells_who_deleted_what_and_when_it_goes(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    _, other = await studio.person(Role.EDITOR)
    _, admin = await studio.person(name="Grace")
    first, second = await _asset(studio, owner_id), await _asset(studio, owner_id)
    await owner.delete(f"{ASSETS}/{first}")
    await admin.delete(f"{ASSETS}/{second}")
    async with studio.database.writing() as session:
        session.add(Config(id=1, version=1, values={"keep_deleted_days": 3}))
    page = (await owner.get(TRASH, params={"limit": 1})).json()
    rest = (await owner.get(TRASH, params={"limit": 1, "after": page["next"]})).json()
    for text in ("2026-01-01T00:00:00", "yesterday", ""):
        forged = json.dumps(["-Asset.deleted_at,Asset.id", text, first])
        asked = {"after": base64.urlsafe_b64encode(forged.encode()).decode().rstrip("=")}
        assert (await owner.get(TRASH, params=asked)).status_code == 422, text
    [newest], [older] = page["items"], rest["items"]
    assert (newest["id"], newest["deleted_by"]["name"], older["id"]) == (second, "Grace", first)
    kept = [each["gone_at"] > each["deleted_at"] for each in (newest, older)]
    assert kept == [True, True]
    assert newest["gone_at"][:10] == (now() + timedelta(days=3)).date().isoformat()
    assert (await other.get(TRASH)).json()["items"] == []
    assert len((await admin.get(TRASH)).json()["items"]) == 2
    assert (await other.post(f"{ASSETS}/{first}/restore")).status_code == 404
    assert (await other.delete(f"{TRASH}/{first}")).status_code == 404


@on_sqlite
async def test_what_is_had_back_is_as_it_was(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    asset = await _asset(studio, owner_id)
    await owner.patch(f"{ASSETS}/{asset}", json={"tags": ["physics"], "description": "x"})
    shared = await owner.post(f"{ASSETS}/{asset}/shares", json={"downloads": True})
    before = (await owner.get(f"{ASSETS}/{asset}")).json()
    assert (await owner.post(f"{ASSETS}/{asset}/restore")).status_code == 404
    await owner.delete(f"{ASSETS}/{asset}")
    assert (await owner.get(f"{ASSETS}/{asset}")).status_code == 404
    restored = await owner.post(f"{ASSETS}/{asset}/restore")
    assert restored.status_code == 200
    assert (await owner.get(f"{ASSETS}/{asset}")).json() == before == restored.json()
    assert (await owner.post(f"{ASSETS}/{asset}/restore")).status_code == 404
    assert shared.status_code == 201, shared.text
    share = (await owner.get(f"/api/v1/shares/{shared.json()['id']}")).json()
    assert share["revoked_at"] is None
    async with studio.database.reading() as session:
        told = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
    assert [each for each in told if each.startswith("asset.")] == ["asset.deleted", "asset.restored"]


async def test_what_goes_for_good_takes_its_runs_and_what_they_gave_along(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    asset, twin = await _asset(studio, owner_id), await _asset(studio, owner_id)
    alone = await _asset(studio, owner_id, b"\x01\xfe" * 500)
    async with studio.working():
        for each in (asset, twin, alone):
            run = await owner.post("/api/v1/runs", json={"recipe": "double", "asset_id": each})
            await finished(owner, run.json()["id"])
    results = await _count(studio, Result)
    assert (await owner.delete(f"{TRASH}/{asset}")).status_code == 404  # it was not deleted yet
    for each in (asset, alone):
        await owner.delete(f"{ASSETS}/{each}")
        assert (await owner.delete(f"{TRASH}/{each}")).status_code == 204
        assert (await owner.delete(f"{TRASH}/{each}")).status_code == 404
        assert (await owner.post(f"{ASSETS}/{each}/restore")).status_code == 404
    # The twin has the same bytes, and its run the same results: they stay.
    assert await _count(studio, Asset) == await _count(studio, Run) == 1
    assert 0 < await _count(studio, Result) < results
    async with studio.database.reading() as session:
        names = set(await session.scalars(select(Blob.sha256)))
    for days in (2, 4):
        with time_machine.travel(now() + timedelta(days=days)):
            await tidy(studio.database, studio.storage, studio.settings)
    async with studio.database.reading() as session:
        kept = await session.scalar(select(Asset.sha256))
    assert kept is not None
    assert {each for each in names if studio.storage.size(each) is not None} == {kept}


@on_sqlite
async def test_what_was_deleted_goes_when_the_instance_says(studio: Studio) -> None:
    owner_id, owner = await studio.person(Role.EDITOR)
    kept, restored, gone = [await _asset(studio, owner_id) for _ in range(3)]
    async with studio.database.writing() as session:
        session.add(Config(id=1, version=1, values={"keep_deleted_days": 7}))
    for each in (restored, gone):
        await owner.delete(f"{ASSETS}/{each}")
    for days, left in ((6, 3), (8, 2)):
        with time_machine.travel(now() + timedelta(days=days)):
            await tidy(studio.database, studio.storage, studio.settings)
        assert await _count(studio, Asset) == left
        if days == 6:
            await owner.post(f"{ASSETS}/{restored}/restore")
    assert {each["id"] for each in (await owner.get(ASSETS)).json()["items"]} == {kept, restored}
