"""Edits over HTTP: from a clip, a candidate or any stretch to a clip as somebody wants it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.studio import Studio
from tests.pipelines.editing import EDITS, Room, make_room

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
async def room(real_studio: Studio, recording: Path, subtitles: Path) -> Room:
    return await make_room(real_studio, recording, subtitles)


@pytest.mark.slow
async def test_a_clip_is_opened_as_it_is_cut_by_its_words_and_rendered_anew(room: Room) -> None:
    clip = room.clips[0]
    edit = await room.open(clip_id=clip["id"])
    assert (edit["version"], edit["document"]["preset"], edit["title"]) == (1, "square-1080", clip["title"])
    again = await room.open(clip_id=clip["id"])
    assert again == edit, "a clip has one edit"

    same = await room.render(edit)
    assert (same["id"], same["edit_id"], same["edit_version"]) == (clip["id"], edit["id"], 1)
    before = {file["name"]: file["sha256"] for file in clip["files"]}
    assert {file["name"]: file["sha256"] for file in same["files"]} == before, "unchanged is the same"

    source = (await room.client.get(f"{EDITS}/{edit['id']}/source")).json()
    [kept] = edit["document"]["keep"]
    inside = [word for word in source["words"] if kept["start"] <= word["start"] and word["stop"] <= kept["stop"]]
    gone = inside[2]
    cut = [{"start": kept["start"], "stop": gone["start"]}, {"start": gone["stop"], "stop": kept["stop"]}]
    saved = await room.save(
        edit, keep=cut, title="Shorter", words=[{"number": inside[0]["number"], "text": "Wherefore"}]
    )
    made = await room.render(saved, exports=["otio", "fcpxml", "edl"])
    assert (made["id"], made["title"], made["edit_version"]) == (clip["id"], "Shorter", 2)
    frames = sum(part["stop"] - part["start"] for part in cut)
    assert round(made["duration_s"] * 25) == frames
    names = {file["name"] for file in made["files"]}
    assert {"clip.mp4", "poster.jpg", "clip.srt", "clip.vtt", "project.otio", "project.fcpxml", "project.edl"} == names
    said = (await room.client.get(f"/api/v1/clips/{clip['id']}/files/clip.srt")).text
    assert "Wherefore" in said
    assert (await room.client.get(f"{EDITS}/{edit['id']}/files/srt")).text == said, "the same without rendering"
