"""What was found and made, over HTTP: from a recording to an edited clip."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from pydantic import TypeAdapter
from tests.api.studio import RECORDING, Studio, finished

from cutroom.accounts.models import Role
from cutroom.analysis.models import CandidateRow, ChapterRow, TranscriptRow
from cutroom.jobs.blobs import keep_file
from cutroom.library.models import Asset
from cutroom.media.subtitles import read_subtitles
from cutroom.media.transcript import Sentence, Transcript, Word
from cutroom.render.models import ClipFile, ClipRow

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

RUNS, CLIPS, ASSETS = "/api/v1/runs", "/api/v1/clips", "/api/v1/assets"
CHOSEN: dict[str, Any] = {"count": 2, "min_s": 2, "max_s": 3, "language": "en", "preset": "square-1080"}


@pytest.fixture
def studio(real_studio: Studio) -> Studio:
    return real_studio


async def _all(client: httpx2.AsyncClient, address: str, **query: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a query
    answer = await client.get(address, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.slow
async def test_a_recording_becomes_clips_that_can_be_fetched_and_edited(
    studio: Studio, recording: Path, subtitles: Path, tmp_path: Path
) -> None:
    _, client = await studio.person()
    brought = tmp_path / "brought"
    brought.mkdir()
    shutil.copy(recording, brought / "talk.mp4")
    asset = (await client.post(ASSETS, json={"path": str(brought / "talk.mp4")})).json()["id"]
    for missing in ("transcript", "chapters"):
        answer = await client.get(f"{ASSETS}/{asset}/{missing}")
        assert answer.status_code == (404 if missing == "transcript" else 200)
    body = {"recipe": "highlights", "asset_id": asset, "params": CHOSEN | {"subtitles": subtitles.read_text()}}
    run = (await client.post(RUNS, json=body)).json()
    async with studio.working():
        ended = await finished(client, run["id"])
    assert ended["state"] == "succeeded", ended

    candidates = await _all(client, ended["result"]["candidates"])
    assert [each["position"] for each in candidates] == list(range(len(candidates)))
    assert sum(each["accepted"] for each in candidates) == 2
    assert (await client.get(ended["result"]["output"])).json()["value"]["status"] == "finished"
    clips = await _all(client, ended["result"]["clips"])
    assert [each["rank"] for each in clips] == [1, 2]
    assert {"clip.mp4", "poster.jpg", "clip.srt"} <= {file["name"] for file in clips[0]["files"]}
    page = (await client.get(ended["result"]["clips"], params={"limit": 1})).json()
    assert (page["items"], bool(page["next"])) == (clips[:1], True)

    for file in clips[0]["files"]:
        whole = await client.get(file["url"])
        assert (whole.headers["etag"], len(whole.content)) == (f'"{file["sha256"]}"', file["size_bytes"])
        assert whole.headers["content-type"].split(";")[0] == file["media_type"].split(";")[0]
        part = await client.get(file["url"], headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
    signed = await client.post(f"{CLIPS}/{clips[0]['id']}/link", json={"file": "clip.mp4"})
    assert (await (await studio.client()).get(signed.json()["url"])).status_code == 200

    await _check_transcript(client, asset, tmp_path)
    await _check_edit(studio, client, clips)


async def _check_transcript(client: httpx2.AsyncClient, asset: str, folder: Path) -> None:
    address = f"{ASSETS}/{asset}/transcript"
    as_json = (await client.get(address)).json()
    said = " ".join(word["text"] for word in as_json["words"])
    assert said.startswith("Why does the sky turn red")
    assert (await client.get(address, params={"form": "txt"})).text.startswith("Why does the sky turn red")
    for form in ("srt", "vtt"):
        answer = await client.get(address, params={"form": form})
        (folder / f"again.{form}").write_bytes(answer.content)
        read = " ".join(cue.text for cue in read_subtitles(folder / f"again.{form}"))
        assert read.split()[:6] == said.split()[:6]
    by_header = await client.get(address, headers={"Accept": "text/vtt, text/plain;q=0.5"})
    assert by_header.text.startswith("WEBVTT")
    assert by_header.headers["vary"] == "Accept"
    assert (await client.get(address, params={"form": "docx"})).status_code == 422


async def _check_edit(studio: Studio, client: httpx2.AsyncClient, clips: list[dict[str, Any]]) -> None:
    address = f"{CLIPS}/{clips[0]['id']}"
    before = (await client.get(address)).json()
    caption = {"number": 0, "text": "Evenings are red"}
    edit = {"version": before["version"], "title": "Another title", "texts": [caption]}
    accepted = await client.patch(address, json=edit)
    assert accepted.status_code == 202, accepted.text
    async with studio.working():
        assert (await finished(client, accepted.json()["id"]))["state"] == "succeeded"
    after = (await client.get(address)).json()
    assert (after["version"], after["title"]) == (before["version"] + 1, "Another title")
    srt = next(file for file in after["files"] if file["name"] == "clip.srt")
    assert "Evenings are red" in (await client.get(srt["url"])).text
    other = (await client.get(f"{CLIPS}/{clips[1]['id']}")).json()
    assert other["files"] == clips[1]["files"]

    assert (await client.patch(address, json=edit)).status_code == 409
    for wrong in (
        {"captions": "no style of ours"},
        {"title": ""},
        {"texts": [{"number": -1, "text": ""}]},
        {"score": 1},
    ):
        assert (await client.patch(address, json={"version": after["version"]} | wrong)).status_code == 422
    _, stranger = await studio.person(Role.EDITOR)
    for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/files/clip.mp4"), ("POST", "/link")):
        body = {"version": 1} if method == "PATCH" else {"file": "clip.mp4"} if method == "POST" else None
        assert (await stranger.request(method, address + path, json=body)).status_code == 404
    assert (await client.get(f"{address}/files/nothing.mp4")).status_code == 404


TRANSCRIPT = Transcript(
    words=(Word("Hello,", 0.0, 0.4), Word("world.", 0.5, 1.0)),
    sentences=(Sentence(0, 2, 0.0, 1.0, "Hello, world."),),
    language="en",
    source="import/srt",
)


async def _fill(studio: Studio, client: httpx2.AsyncClient) -> tuple[str, str, str]:
    """Write the rows that a run writes, with one real file."""
    asset_id = await studio.asset(client)
    run = (await client.post(RUNS, json={"recipe": "highlights", "asset_id": asset_id})).json()
    made = studio.settings.data_dir / "clip.mp4"
    made.write_bytes(bytes(range(100)))
    file = await keep_file(studio.database, studio.storage, made)
    asset, run_id = UUID(asset_id), UUID(run["id"])
    async with studio.database.writing() as session:
        clip = ClipRow(
            run_id=run_id, asset_id=asset, rank=1, title='A "title" / ünï', score=90.0, start_s=1.0, end_s=9.0,
            duration_s=8.0, width=1080, height=1920, details={"rank": 1}, timeline={"tracks": []}, words=[],
            language="en",
        )  # fmt: skip
        session.add(clip)
        await session.flush()
        session.add(
            ClipFile(
                clip_id=clip.id, name="clip.mp4", sha256=file.sha256, size_bytes=file.size_bytes, media_type="video/mp4"
            )
        )
        session.add_all(
            CandidateRow(
                run_id=run_id, asset_id=asset, position=position, start_s=1.0, end_s=9.0, score=90.0 - position,
                title="A title", topic=None, text="Hello", parts=[], proposed_by="topic", accepted=position == 0,
                why_not=None if position == 0 else "It overlaps a better one.",
            )
            for position in range(3)
        )  # fmt: skip
        content = TypeAdapter(Transcript).dump_python(TRANSCRIPT, mode="json")
        session.add(
            TranscriptRow(asset_id=asset, run_id=run_id, language="en", source=TRANSCRIPT.source, content=content)
        )
        session.add(ChapterRow(asset_id=asset, position=0, start_s=0.0, end_s=9.0, title="Beginning"))
    return asset_id, run["id"], str(clip.id)


async def test_what_rows_hold_is_told_and_handed_out(studio: Studio) -> None:
    _, client = await studio.person()
    asset, run, clip = await _fill(studio, client)
    first = (await client.get(f"{RUNS}/{run}/candidates", params={"limit": 2})).json()
    rest = (await client.get(f"{RUNS}/{run}/candidates", params={"limit": 2, "after": first["next"]})).json()
    assert [each["position"] for each in first["items"] + rest["items"]] == [0, 1, 2]
    assert rest["items"][0]["why_not"] == "It overlaps a better one."
    (listed,) = await _all(client, f"{RUNS}/{run}/clips")
    assert (listed["id"], listed["version"]) == (clip, 1)
    details = (await client.get(f"{CLIPS}/{clip}")).json()
    assert (details["details"], details["timeline"]) == ({"rank": 1}, {"tracks": []})
    saved = await client.get(listed["files"][0]["url"], params={"download": "true"})
    assert saved.content == bytes(range(100))
    assert "filename*=UTF-8''01%20A%20%22title%22%20-%20%C3%BCn%C3%AF.mp4" in saved.headers["content-disposition"]
    assert await _all(client, f"{ASSETS}/{asset}/chapters") == [{"start_s": 0.0, "end_s": 9.0, "title": "Beginning"}]
    spoken = f"{ASSETS}/{asset}/transcript"
    assert TypeAdapter(Transcript).validate_json((await client.get(spoken)).content) == TRANSCRIPT
    assert (await client.get(spoken, params={"form": "txt"})).text == "Hello, world.\n"
    assert "00:00:00,000 --> " in (await client.get(spoken, params={"form": "srt"})).text
    accepted = {"Accept": "text/vtt, text/plain;q=0.5"}
    assert (await client.get(spoken, headers=accepted)).text.startswith("WEBVTT")
    assert (await client.get(spoken, params={"form": "docx"})).status_code == 422


async def test_an_edit_of_another_version_is_refused_at_once(studio: Studio) -> None:
    _, client = await studio.person()
    asset, _, clip = await _fill(studio, client)
    assert (await client.patch(f"{CLIPS}/{clip}", json={"version": 2, "title": "x"})).status_code == 409
    started = await client.patch(f"{CLIPS}/{clip}", json={"version": 1, "title": "x"})
    assert started.status_code == 202
    assert (started.json()["recipe"], started.json()["subject_id"]) == ("clip", asset)
    assert "source" not in started.json()["params"]


async def test_nothing_of_a_deleted_recording_is_found(studio: Studio) -> None:
    _, client = await studio.person()
    asset, _, clip = await _fill(studio, client)
    await client.delete(f"{ASSETS}/{asset}")
    for address in (f"{CLIPS}/{clip}", f"{CLIPS}/{clip}/files/clip.mp4", f"{ASSETS}/{asset}/transcript"):
        assert (await client.get(address)).status_code == 404


async def test_a_clip_carries_its_recordings_licence_as_it_is_now(studio: Studio) -> None:
    _, client = await studio.person()
    asset, run, clip = await _fill(studio, client)
    assert (await client.get(f"{CLIPS}/{clip}")).json()["licence"] is None
    said = {"licence": "CC-BY-4.0", "licence_note": "Except the music.", "attribution": "A. Reader"}
    assert (await client.patch(f"{ASSETS}/{asset}", json=said)).status_code == 200
    (listed,) = await _all(client, f"{RUNS}/{run}/clips")
    for told in (listed, (await client.get(f"{CLIPS}/{clip}")).json()):
        assert (told["licence"]["key"], told["licence_note"], told["attribution"]) == tuple(said.values())


async def test_a_clip_of_an_earlier_source_is_stale_until_that_source_is_back(studio: Studio) -> None:
    _, client = await studio.person()
    asset, run, clip = await _fill(studio, client)

    async def stale() -> bool:
        (listed,) = await _all(client, f"{RUNS}/{run}/clips")
        alone = (await client.get(f"{CLIPS}/{clip}")).json()["stale"]
        assert listed["stale"] is alone
        return bool(alone)

    assert await stale() is False  # nobody noted what it was cut from
    async with studio.database.writing() as session:
        row = await session.get_one(ClipRow, UUID(clip))
        row.cut_from = (await session.get_one(Asset, UUID(asset))).sha256
    assert await stale() is False
    other = studio.settings.data_dir / "brought" / "other.mp4"
    other.write_bytes(RECORDING[1:])
    assert (await client.post(f"{ASSETS}/{asset}/source", json={"path": str(other)})).status_code == 202
    assert await stale() is True
    assert (await client.post(f"{ASSETS}/{asset}/versions/1/restore", json={})).status_code == 202
    assert await stale() is False
