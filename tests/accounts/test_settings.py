"""What administrators set while the instance runs."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select, update
from tests.api.studio import Studio, data_settings, make_studio

from cutroom.accounts.audit.models import AuditEntry
from cutroom.accounts.config.models import Config
from cutroom.accounts.config.settings import read_config
from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.library.housekeeping import drop_rows
from cutroom.library.models import Asset
from cutroom.providers.registry import load

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SETTINGS = "/api/v1/settings"


async def _change(client: httpx2.AsyncClient, version: int, **changes: object) -> httpx2.Response:
    return await client.patch(SETTINGS, json={"version": version, "changes": changes})


@on_sqlite
async def test_a_change_is_in_force_kept_with_its_author_and_taken_back(studio: Studio) -> None:
    ada, client = await studio.person(name="Ada")
    before = (await client.get(SETTINGS)).json()
    assert (before["version"], before["changed"]) == (0, [])
    assert before["values"]["max_file_bytes"] == 2 << 30
    first = (await _change(client, 0, max_file_bytes=10, quota_zone="Europe/Berlin")).json()
    assert (first["version"], first["changed"]) == (1, ["max_file_bytes", "quota_zone"])
    second = (await _change(client, 1, max_file_bytes=None, accepted_formats=["mp4"])).json()
    assert second["changed"] == ["accepted_formats", "quota_zone"]
    async with studio.database.reading() as session:
        config = await read_config(session)
    assert (config.max_file_bytes, config.accepted_formats, str(config.zone)) == (2 << 30, ("mp4",), "Europe/Berlin")
    third = (await client.post(f"{SETTINGS}/revert", json={"version": 2, "to": 1})).json()
    assert third == {**first, "version": 3}
    fourth = (await client.post(f"{SETTINGS}/revert", json={"version": 3, "to": 0})).json()
    assert fourth == {**before, "version": 4}
    changes = (await client.get(f"{SETTINGS}/history")).json()["items"]
    assert [(each["version"], each["reverts_to"]) for each in changes] == [(4, 0), (3, 1), (2, None), (1, None)]
    assert {(each["author"], each["author_id"]) for each in changes} == {("Ada", str(ada))}
    assert (await client.post(f"{SETTINGS}/revert", json={"version": 4, "to": 9})).status_code == 404


async def test_of_two_who_looked_at_the_same_version_one_is_told_to_look_again(studio: Studio) -> None:
    _, client = await studio.person()
    answers = await asyncio.gather(*(_change(client, 0, keep_deleted_days=days) for days in range(1, 9)))
    assert sorted(answer.status_code for answer in answers) == [200] + 7 * [409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "at version 1 by now, and this changes version 0: look at them again" in refused.json()["detail"]
    assert len((await client.get(f"{SETTINGS}/history")).json()["items"]) == 1


@on_sqlite
async def test_the_same_change_sent_again_is_one_change(studio: Studio) -> None:
    _, client = await studio.person()
    answers = [await _change(client, 0, keep_deleted_days=7) for _ in range(2)]
    assert [answer.json()["version"] for answer in answers] == [1, 1]


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "where", "said"),
    [
        ({"max_file_bytes": 0}, "max_file_bytes", "greater than or equal to 1"),
        ({"max_file_bytes": "all"}, "max_file_bytes", "valid integer"),
        ({"accepted_formats": []}, "accepted_formats", "at least 1 item"),
        ({"accepted_formats": ["mp4", "exe"]}, "accepted_formats.1", "should be 'mp4'"),
        ({"quota_zone": "Mars/Olympus"}, "quota_zone", "there is no time zone 'Mars/Olympus'"),
        ({"speech_to_text": "../../etc"}, "speech_to_text", "should match pattern"),
        ({"speech_to_text": "oracle/x"}, "speech_to_text", "choose one of faster_whisper, openai"),
        ({"colour": "red"}, "colour", "not permitted"),
        ({"colour": None}, "colour", "not permitted"),
    ],
)
async def test_what_no_setting_takes_is_refused_with_the_settings_name(
    studio: Studio, changes: dict[str, Any], where: str, said: str
) -> None:
    _, client = await studio.person()
    refused = await _change(client, 0, **changes)
    assert refused.status_code == 422
    (wrong,) = refused.json()["errors"]
    assert wrong["where"] == where
    assert said in wrong["message"]
    assert f"{where}: " in refused.json()["detail"]
    assert (await client.get(SETTINGS)).json()["version"] == 0


@on_sqlite
async def test_a_form_can_be_drawn_from_the_schema(studio: Studio) -> None:
    _, client = await studio.person()
    schema = (await client.get(f"{SETTINGS}/schema")).json()
    values = (await client.get(SETTINGS)).json()["values"]
    assert set(schema["properties"]) == set(values)
    for name, about in schema["properties"].items():
        assert about["description"], name
        assert about["default"] == values[name], name


@on_sqlite
async def test_settings_of_another_version_of_cutroom_do_no_harm(studio: Studio) -> None:
    _, client = await studio.person()
    await _change(client, 0, keep_deleted_days=7)
    async with studio.database.writing() as session:
        await session.execute(update(Config).values(values={"keep_deleted_days": 7, "from_the_future": 1}))
    assert (await client.get(SETTINGS)).json()["changed"] == ["keep_deleted_days"]
    assert (await _change(client, 1, max_file_bytes=5)).json()["changed"] == ["keep_deleted_days", "max_file_bytes"]


async def test_what_was_deleted_is_kept_as_long_as_is_set(studio: Studio) -> None:
    _, client = await studio.person()
    asset = await studio.asset(client)
    assert (await client.delete(f"/api/v1/assets/{asset}")).status_code == 204
    async with studio.database.writing() as session:
        await session.execute(update(Asset).values(deleted_at=now() - timedelta(days=8)))
    await drop_rows(studio.database)
    assert await _assets(studio) == 1
    await _change(client, 0, keep_deleted_days=7)
    await drop_rows(studio.database)
    assert await _assets(studio) == 0


async def _assets(studio: Studio) -> int:
    async with studio.database.reading() as session:
        return len((await session.scalars(select(Asset.id))).all())


@on_sqlite
async def test_a_change_holds_for_every_process_at_once_and_is_in_the_audit_log(studio: Studio, tmp_path: Path) -> None:
    _, client = await studio.person(name="Ada")
    settings = data_settings(tmp_path)
    other = make_studio(Database(studio.database.url), load("storage", "local")(settings, "local"), settings)
    async with other.clients:
        reader = await other.client(client.headers)
        await _change(client, 0, keep_deleted_days=7)
        assert (await reader.get(SETTINGS)).json()["values"]["keep_deleted_days"] == 7
    await other.database.close()
    async with studio.database.reading() as session:
        (entry,) = (await session.scalars(select(AuditEntry))).all()
    assert (entry.action, entry.actor) == ("settings.changed", "Ada")
    assert entry.details == {"version": 1, "changed": {"keep_deleted_days": [30, 7]}}


# Keys of providers


@on_sqlite
async def test_a_providers_key_is_taken_and_never_given_out(studio: Studio, tmp_path: Path) -> None:
    _, client = await studio.person()
    key = {"value": "sk-marker-of-this-test"}
    assert (await client.put(f"{SETTINGS}/secrets/openai", json=key)).status_code == 204
    listed = await client.get(f"{SETTINGS}/secrets")
    openai, anthropic, _ = listed.json()["items"]
    assert (openai["name"], openai["set"], anthropic["set"]) == ("openai", True, False)
    said = [(await client.get(f"{SETTINGS}{path}")).text for path in ("", "/history", "/secrets")]
    assert not [text for text in said if "sk-marker" in text]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [content for content in files if b"sk-marker" in content]
    refused = await client.put(f"{SETTINGS}/secrets/openai", json={"value": "sk-marker with spaces"})
    assert refused.status_code == 422
    assert "sk-marker" not in refused.text
    assert (await client.delete(f"{SETTINGS}/secrets/openai")).status_code == 204
    assert not (await client.get(f"{SETTINGS}/secrets")).json()["items"][0]["set"]
    assert (await client.put(f"{SETTINGS}/secrets/oracle", json=key)).status_code == 422
    async with studio.database.reading() as session:
        entries = (await session.scalars(select(AuditEntry).order_by(AuditEntry.number))).all()
    assert [(each.action, each.subject_id) for each in entries] == [
        ("secret.set", "provider/openai"),
        ("secret.dropped", "provider/openai"),
    ]


@on_sqlite
async def test_a_provider_is_asked_with_the_key_that_was_set(
    database: Database, tmp_path: Path, httpserver: HTTPServer
) -> None:
    settings = data_settings(tmp_path).model_copy(update={"openai_base_url": httpserver.url_for("/v1")})
    studio = make_studio(database, load("storage", "local")(settings, "local"), settings)
    async with studio.clients:
        _, client = await studio.person()
        await client.put(f"{SETTINGS}/secrets/openai", json={"value": "sk-of-the-vault"})
        await _change(client, 0, language_model="openai/m")
        answer = {"choices": [{"message": {"content": '{"ready": true}'}, "finish_reason": "stop"}]}
        httpserver.expect_request(
            "/v1/chat/completions", headers={"Authorization": "Bearer sk-of-the-vault"}
        ).respond_with_json(answer)
        good = (await client.post(f"{SETTINGS}/providers/test", json={"capability": "language_model"})).json()
        assert (good["provider"], good["works"], good["message"]) == ("openai/m", True, "openai/m answered.")
        httpserver.clear()
        httpserver.expect_request("/v1/chat/completions").respond_with_json(
            {"error": {"message": "Incorrect API key provided: sk-of-the-vault"}}, status=401
        )
        bad = (await client.post(f"{SETTINGS}/providers/test", json={"capability": "language_model"})).json()
        assert bad["works"] is False
        assert "key" in bad["message"]
        assert "sk-of-the-vault" not in bad["message"]
        for body in ({"capability": "ocr", "provider": "none"}, {"capability": "embedding", "provider": "hashed"}):
            assert (await client.post(f"{SETTINGS}/providers/test", json=body)).json()["works"] is True
        gone = {"capability": "embedding", "provider": "oracle"}
        missing = (await client.post(f"{SETTINGS}/providers/test", json=gone)).json()
        assert "There is no embedding provider 'oracle': choose one of hashed, minilm" in missing["message"]


@on_sqlite
async def test_others_see_nothing_of_the_settings(studio: Studio) -> None:
    _, client = await studio.person(Role.EDITOR)
    assert (await client.get(SETTINGS)).status_code == 403
    assert (await _change(client, 0, weekly_quota_bytes=1 << 40)).status_code == 403
