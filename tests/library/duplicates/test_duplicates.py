"""Films that people made of films are found again, and others are not."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from pydantic import BaseModel
from tests.api.studio import Studio, finished, make_studio
from tests.library.duplicates.films import again, film

from cutroom.accounts.models import Role
from cutroom.analysis.stages import probe_recording
from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.jobs.recipes import catalogue_of, recipe
from cutroom.library.duplicates.stages import STAGES, fingerprint_recording, record_fingerprints
from cutroom.library.models import Asset, Visibility
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage, StoredFile

pytestmark = pytest.mark.anyio

SMALLER = ("-vf", "scale=160:90", "-c:v", "libx264", "-crf", "34", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "32k")
OTHERWISE = ("-c:v", "mpeg4", "-b:v", "250k", "-r", "8", "-c:a", "libmp3lame", "-b:a", "48k", "-ar", "22050")
PLAIN = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")


class _Fingerprinting(BaseModel):
    source: StoredFile
    file_name: str


@recipe("fingerprint", "Take fingerprints", _Fingerprinting)
def fingerprint(params: _Fingerprinting) -> int:
    """Do of sharing what duplicates are found by."""
    info = probe_recording(params.source, params.file_name)
    return record_fingerprints(fingerprint_recording(params.source, info))


CATALOGUE = catalogue_of([fingerprint], [probe_recording, *STAGES])


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One film, what was made of it, and others."""
    folder = tmp_path_factory.mktemp("films")
    first = film(folder / "first.mp4", 1)
    return {
        "first": first,
        "smaller": again(folder / "smaller.mp4", first, *SMALLER),
        "otherwise": again(folder / "otherwise.mkv", first, *OTHERWISE),
        "later": again(folder / "later.mp4", first, *PLAIN, before=("-ss", "7.26")),
        "dubbed": film(folder / "dubbed.mp4", 1, sound_seed=77),
        "shown anew": film(folder / "shown.mp4", 5, sound_seed=1),
        "another": film(folder / "another.mp4", 2),
    }


async def _library(studio: Studio, client: httpx2.AsyncClient, films: dict[str, Path]) -> dict[str, str]:
    ids: dict[str, str] = {}
    async with studio.working():
        runs = []
        for name, path in films.items():
            ids[name] = await studio.asset(client, path.name, path.read_bytes())
            body = {"recipe": "fingerprint", "asset_id": ids[name], "params": {}}
            runs.append((await client.post("/api/v1/runs", json=body)).json()["id"])
        for run in runs:
            assert (await finished(client, run))["state"] == "succeeded"
    return ids


@pytest.mark.slow
async def test_what_was_made_of_a_film_is_found_by_picture_and_sound(
    database: Database, tmp_path: Path, films: dict[str, Path]
) -> None:
    settings = Settings(data_dir=tmp_path, import_roots=str(tmp_path / "brought"), free_space=0.0, beat_s=0.2)
    storage: Storage = load("storage", "local")(settings, "local")
    studio = make_studio(database, storage, settings, catalogue=CATALOGUE)
    async with studio.clients:
        _, client = await studio.person(Role.ADMIN)
        ids = await _library(studio, client, films)
        again_id = await studio.asset(client, "copy.mp4", films["first"].read_bytes())
        names = {asset_id: name for name, asset_id in ids.items()} | {again_id: "the same file"}
        answer = await client.get(f"/api/v1/assets/{ids['first']}/duplicates")
        found = {(names[each["asset_id"]], each["kind"]): each for each in answer.json()["items"]}
        assert set(found) == {
            ("the same file", "file"),
            ("smaller", "picture"),
            ("smaller", "sound"),
            ("otherwise", "picture"),
            ("otherwise", "sound"),
            ("later", "picture"),
            ("later", "sound"),
            ("dubbed", "picture"),
            ("shown anew", "sound"),
        }
        for name in ("smaller", "otherwise"):
            assert found[name, "sound"]["share"] > 0.9
            assert found[name, "picture"]["share"] > 0.7
            assert abs(found[name, "sound"]["offset_s"]) < 0.3
        assert found["later", "sound"]["offset_s"] == pytest.approx(-7.26, abs=0.3)
        assert found["later", "sound"]["share"] == pytest.approx(22.74 / 30, abs=0.1)
        assert found["later", "sound"]["share_of_other"] > 0.9
        nothing = (await client.get(f"/api/v1/assets/{ids['another']}/duplicates")).json()["items"]
        assert nothing == []
        # Only what somebody may see is named to them.
        _, stranger = await studio.person(Role.EDITOR)
        assert (await stranger.get(f"/api/v1/assets/{ids['first']}/duplicates")).status_code == 404
        await _show(database, ids["first"], ids["smaller"])
        seen = (await stranger.get(f"/api/v1/assets/{ids['first']}/duplicates")).json()["items"]
        assert {names[each["asset_id"]] for each in seen} == {"smaller"}


async def _show(database: Database, *ids: str) -> None:
    async with database.writing() as session:
        for asset in [await session.get_one(Asset, UUID(each)) for each in ids]:
            asset.visibility = Visibility.INSTANCE
