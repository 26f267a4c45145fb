"""Runs go by what administrators set: which provider, and with which key."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import select
from tests.pipelines.engine import House, open_house
from werkzeug import Request, Response

from cutroom.accounts.access import Viewer
from cutroom.accounts.config.changes import change_settings
from cutroom.accounts.config.providers import ProviderKey, with_keys
from cutroom.accounts.models import Role
from cutroom.accounts.vault.keyring import open_keyring
from cutroom.accounts.vault.secrets import put_secret
from cutroom.core.database import Database
from cutroom.core.settings import get_settings
from cutroom.jobs.models import Event, Run, RunState, Step

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

KEY = "sk-marker-of-this-test"


async def test_a_run_asks_the_provider_that_is_set_with_the_key_of_the_vault(
    database: Database,
    recording: Path,
    subtitles: Path,
    tmp_path: Path,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CUTROOM_OPENAI_API_KEY", "sk-of-the-environment")
    get_settings.cache_clear()
    opened = open_house(database, tmp_path)
    settings = opened.settings.model_copy(update={"openai_base_url": httpserver.url_for("/v1")})
    keyring = open_keyring(settings)
    unlock = partial(with_keys, settings=settings, keyring=keyring)
    house = House(database, opened.storage, settings, unlock=unlock)
    asked: list[str] = []

    def refuse(request: Request) -> Response:
        asked.append(request.headers["Authorization"])
        return Response(json.dumps({"error": {"message": f"not with {KEY}"}}), 401, content_type="application/json")

    httpserver.expect_request("/v1/chat/completions").respond_with_handler(refuse)
    choices = {"language_model": "openai/m", "embedding": "hashed", "face_detection": "none", "ocr": "none"}
    ada = Viewer(None, "Ada", Role.ADMIN, "here")
    await database.write(lambda session: change_settings(session, ada, 0, choices))
    await database.write(lambda session: put_secret(session, keyring, ProviderKey.OPENAI.secret, KEY))
    asset = await house.add(recording)
    run = await house.do("highlights", asset, count=2, min_s=2, max_s=3, subtitles=subtitles.read_text(), dry_run=True)
    get_settings.cache_clear()
    assert run.state is RunState.SUCCEEDED, run.error
    assert asked
    assert set(asked) == {f"Bearer {KEY}"}
    assert run.params["providers"]["language_model"] == "openai/m"
    rows = [str(vars(row)) for kind in (Run, Step, Event) for row in await house.rows(select(kind))]
    assert "not with" in str(rows)
    assert KEY not in str(rows)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert files == []


async def test_what_a_run_is_told_goes_before_what_is_set(database: Database, recording: Path, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    ada = Viewer(None, "Ada", Role.ADMIN, "here")
    choices = {"speech_to_text": "openai/whisper-1", "ocr": "none"}
    await database.write(lambda session: change_settings(session, ada, 0, choices))
    asset = await house.add(recording)
    asked = {
        speech: (await _steps(house, await house.start("highlights", asset, speech=speech)))["transcribe_speech"]
        for speech in (None, "faster_whisper/base")
    }
    assert asked[None].arguments["speech"] == {"value": "openai/whisper-1"}
    assert asked["faster_whisper/base"].arguments["speech"] == {"value": "faster_whisper/base"}


async def _steps(house: House, run_id: object) -> dict[str, Step]:
    return {step.key: step for step in await house.rows(select(Step).where(Step.run_id == run_id))}
