"""Edits over HTTP: from a clip, a candidate or any stretch to a clip as somebody wants it."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.api.studio import Studio, finished
from tests.pipelines.editing import EDITS, Room, make_room
from tests.render.conftest import make, read_pixels

from cutroom.core.files import sha256_of
from cutroom.render.models import ClipRow

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


WHOLE = {"x": 0, "y": 0, "width": 1, "height": 1}


@pytest.fixture
async def room(real_studio: Studio, recording: Path, subtitles: Path) -> Room:
    """With candidates, of which none was rendered."""
    return await make_room(real_studio, recording, subtitles, dry_run=True)


@pytest.mark.slow
async def test_a_clip_is_opened_as_it_is_cut_by_its_words_and_rendered_anew(
    real_studio: Studio, recording: Path, subtitles: Path
) -> None:
    room = await make_room(real_studio, recording, subtitles)
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


@pytest.mark.slow
async def test_the_preview_of_a_frame_is_the_frame_of_the_export(room: Room, tmp_path: Path) -> None:
    """Golden frames: cuts, a crop that changes within the clip, captions and a logo, asked for and in the file."""
    edit = await room.open(asset_id=room.asset, start_s=3.0, end_s=8.0, preset="square-1080", captions="karaoke")
    kept = {"keep": [{"start": 80, "stop": 110}, {"start": 120, "stop": 150}]}
    left, right = ({"source": {"x": x, "y": 0.1, "width": 0.4, "height": 0.7}, "target": WHOLE} for x in (0.0, 0.55))
    layouts = [{"start": 80, "stop": 130, "panes": [left]}, {"start": 130, "stop": 150, "panes": [right]}]
    kit = (await room.client.post("/api/v1/brands", json={"name": "House", "lit": "#35e04b", "face": "Anton"})).json()
    logo = io.BytesIO()
    Image.new("RGB", (60, 30), (255, 0, 255)).save(logo, "PNG")
    sent = await room.client.put(f"/api/v1/brands/{kit['id']}/logo", content=logo.getvalue())
    assert sent.status_code == 200, sent.text
    edit = await room.save(edit, **kept, layouts=layouts, brand_id=kit["id"])
    clip = await room.render(edit)
    path = tmp_path / "clip.mp4"
    path.write_bytes((await room.client.get(f"/api/v1/clips/{clip['id']}/files/clip.mp4")).content)
    exported = read_pixels(path, 1080, 1080)
    assert len(exported) == 60
    for frame in (0, 11, 29, 30, 39, 40, 59):
        answer = await room.client.get(f"{EDITS}/{edit['id']}/frame", params={"at": frame, "form": "png"})
        assert answer.status_code == 200, answer.text
        shown = np.asarray(Image.open(io.BytesIO(answer.content)))
        assert psnr(shown, exported[frame]) > GOLDEN_DB, frame
        assert (np.abs(exported[frame][LOGO].astype(int) - (255, 0, 255)) < 12).all(), "the logo stands in its corner"
        others = [psnr(shown, exported[other]) for other in (frame - 12, frame + 12) if 0 <= other < 60]
        assert max(others) < psnr(shown, exported[frame]) - 6, "another frame is another picture"


@pytest.mark.slow
async def test_a_clip_of_a_kit_begins_with_its_intro_and_its_files_know(room: Room, tmp_path: Path) -> None:
    """Golden frames: the file is intro, clip and outro; what is kept beside it is in the file's time."""
    edit = await room.open(asset_id=room.asset, start_s=3.0, end_s=6.0, preset="square-1080", captions="karaoke")
    bare = await room.render(edit)
    said = (await room.client.get(f"{EDITS}/{edit['id']}/files/vtt")).text
    kit = (await room.client.post("/api/v1/brands", json={"name": "House"})).json()
    for end, colour, rate in (("intro", "red", 30), ("outro", "blue", 50)):
        path = make(tmp_path, f"{end}.mkv", ["-f", "lavfi", "-i", f"color={colour}:s=320x180:r={rate}:d=1"])
        sent = await room.client.put(
            f"/api/v1/brands/{kit['id']}/{end}", params={"name": path.name}, content=path.read_bytes()
        )
        assert sent.status_code == 200, sent.text
    edit = await room.save(edit, brand_id=kit["id"])
    programme = (await room.client.get(f"{EDITS}/{edit['id']}/programme")).json()
    assert (programme["intro_s"], programme["outro_s"]) == (1.0, 1.0)
    assert programme["duration"] == round(bare["duration_s"] * 25), "the clip itself plays"

    clip = await room.render(edit, exports=["otio"])
    assert clip["duration_s"] == bare["duration_s"] + 2
    files = {}
    for name in ("clip.mp4", "poster.jpg", "clip.vtt", "project.otio"):
        files[name] = (await room.client.get(f"/api/v1/clips/{clip['id']}/files/{name}")).content
    assert files["clip.vtt"].decode() == (await room.client.get(f"{EDITS}/{edit['id']}/files/vtt")).text
    stamps = [re.findall(r"(\d+):(\d+\.\d+) -->", text) for text in (said, files["clip.vtt"].decode())]
    assert [float(later[1]) - float(first[1]) for first, later in zip(*stamps, strict=True)] == pytest.approx(
        [1.0] * len(stamps[0])
    )
    ends = re.findall(r"--> (?:\d+:)?(\d+):(\d+\.\d+)", files["clip.vtt"].decode())
    assert max(60 * int(minutes) + float(rest) for minutes, rest in ends) <= clip["duration_s"] - 1, "not over an outro"
    assert b"intro" not in files["project.otio"], "a project is of the clip's own cuts"

    (tmp_path / "clip.mp4").write_bytes(files["clip.mp4"])
    shown = read_pixels(tmp_path / "clip.mp4", 1080, 1080)
    assert len(shown) == 25 + programme["duration"] + 25
    for frame, pixel in ((0, (254, 0, 0)), (24, (254, 0, 0)), (-25, (0, 0, 254)), (-1, (0, 0, 254))):
        assert np.abs(shown[frame][540, 540].astype(int) - pixel).max() < 12
    for frame in (0, 1, programme["duration"] - 1):
        answer = await room.client.get(f"{EDITS}/{edit['id']}/frame", params={"at": frame, "form": "png"})
        exact = np.asarray(Image.open(io.BytesIO(answer.content)))
        assert psnr(exact, shown[25 + frame]) > GOLDEN_DB
    poster = np.asarray(Image.open(io.BytesIO(files["poster.jpg"])).convert("RGB"))
    assert max(psnr(poster, each) for each in shown[25:-25:5]) > 25
    assert max(psnr(poster, each) for each in (shown[0], shown[-1])) < 15

    # Another title renders nothing; another intro renders the clip, and what was found out before stays.
    named = await room.render(await room.save(edit, title="Another title"))
    assert sha256s(named)["clip.mp4"] == sha256s(clip)["clip.mp4"]
    other = make(tmp_path, "other.mkv", ["-f", "lavfi", "-i", "color=green:s=180x320:r=25:d=0.4"])
    await room.client.put(f"/api/v1/brands/{kit['id']}/intro", params={"name": "x"}, content=other.read_bytes())
    edit = (await room.client.get(f"{EDITS}/{edit['id']}")).json()
    anew = await room.render(edit)
    assert anew["duration_s"] == bare["duration_s"] + 1.4
    # A clip keeps the intro that it was made with, whatever becomes of the kit.
    await room.client.delete(f"/api/v1/brands/{kit['id']}")
    async with room.studio.database.reading() as session:
        row = await session.get_one(ClipRow, UUID(anew["id"]))
    assert (row.intro_sha256, row.outro_sha256) == (sha256_of(other), sha256_of(path)), "what it names is not swept"
    change = {"version": anew["version"], "captions": "plain"}
    started = await room.client.patch(f"/api/v1/clips/{anew['id']}", json=change)
    assert started.status_code == 202, started.text
    async with room.studio.working():
        assert (await finished(room.client, started.json()["id"]))["state"] == "succeeded"
    kept = (await room.client.get(f"/api/v1/clips/{anew['id']}")).json()
    assert kept["duration_s"] == anew["duration_s"]
    assert sha256s(kept)["clip.mp4"] != sha256s(anew)["clip.mp4"]


@pytest.mark.slow
async def test_highlights_are_made_with_a_kit_and_opened_with_it(
    real_studio: Studio, recording: Path, subtitles: Path, tmp_path: Path
) -> None:
    _, client = await real_studio.person()
    kit = (await client.post("/api/v1/brands", json={"name": "House", "lit": "#35e04b", "face": "Anton"})).json()["id"]
    logo = io.BytesIO()
    Image.new("RGB", (60, 30), (255, 0, 255)).save(logo, "PNG")
    await client.put(f"/api/v1/brands/{kit}/logo", content=logo.getvalue())
    intro = make(tmp_path, "intro.mkv", ["-f", "lavfi", "-i", "color=red:s=320x180:r=30:d=1"])
    await client.put(f"/api/v1/brands/{kit}/intro", params={"name": "x"}, content=intro.read_bytes())
    room = await make_room(real_studio, recording, subtitles, brand_id=kit, count=1)

    (clip,) = room.clips
    path = tmp_path / "clip.mp4"
    path.write_bytes((await room.client.get(f"/api/v1/clips/{clip['id']}/files/clip.mp4")).content)
    shown = read_pixels(path, 1080, 1080)
    assert len(shown) == round(clip["duration_s"] * 25)
    assert np.abs(shown[12][540, 540].astype(int) - (254, 0, 0)).max() < 12, "its intro"
    assert np.abs(shown[40][LOGO].astype(int) - (255, 0, 255)).max() < 12, "its logo"
    async with room.studio.database.reading() as session:
        row = await session.get_one(ClipRow, UUID(clip["id"]))
    assert row.intro_sha256 == sha256_of(intro), "what it names is not swept"

    edit = await room.open(clip_id=clip["id"])
    assert edit["document"]["brand_id"] == kit
    same = await room.render(edit)
    assert sha256s(same) == sha256s(clip), "unchanged is the same"
    proposed = room.candidates[0]["id"]
    preview = (await room.client.get(f"/api/v1/candidates/{proposed}/preview")).json()
    assert (preview["document"]["brand_id"], preview["programme"]["intro_s"]) == (kit, 1.0)

    await room.client.delete(f"/api/v1/brands/{kit}")
    preview = (await room.client.get(f"/api/v1/candidates/{proposed}/preview")).json()
    assert preview["document"]["brand_id"] is None
    body = {"recipe": "highlights", "asset_id": room.asset, "params": {"brand_id": kit}}
    refused = await room.client.post("/api/v1/runs", json=body)
    assert (refused.status_code, "no brand kit" in refused.json()["detail"]) == (422, True), refused.text


def sha256s(clip: dict[str, Any]) -> dict[str, str]:
    """Give a clip's files, by name."""
    return {file["name"]: file["sha256"] for file in clip["files"]}


#: A pixel of the logo: in the upper right corner of the safe area.
LOGO = (100, 940)
#: What is left of a frame after H.264 at the quality of exports, and of nothing else.
GOLDEN_DB = 38.0


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Compare two pictures: the peak signal-to-noise ratio, decibels."""
    error = float(np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2))
    return 10 * math.log10(255**2 / max(error, 1e-9))


async def test_a_candidate_and_what_search_found_are_opened_without_having_been_rendered(room: Room) -> None:
    candidate = room.candidates[1]
    edit = await room.open(candidate_id=candidate["id"], captions="plain")
    document = edit["document"]
    assert (edit["candidate_id"], edit["title"]) == (candidate["id"], candidate["title"])
    assert (document["preset"], document["captions"]["style"]) == ("square-1080", "plain"), "as its run, or as asked"
    start, stop = (document["keep"][at][name] / 25 for at, name in ((0, "start"), (-1, "stop")))
    assert abs(start - candidate["start_s"]) < 0.5
    assert abs(stop - candidate["end_s"]) < 0.5

    found = await room.client.get(f"/api/v1/assets/{room.asset}/search", params={"q": "angle of the dance"})
    hit = found.json()["items"][0]
    edit = await room.open(asset_id=room.asset, start_s=hit["start_s"], end_s=hit["end_s"])
    said = (await room.client.get(f"{EDITS}/{edit['id']}/files/vtt")).text
    assert "angle" in said

    late = await room.client.post(EDITS, json={"asset_id": room.asset, "start_s": 5, "end_s": 9999})
    assert (late.status_code, "ends at 27.0 s" in late.json()["detail"]) == (422, True), late.text
    twice = await room.client.post(EDITS, json={"asset_id": room.asset, "candidate_id": candidate["id"]})
    assert (twice.status_code, "name one of" in twice.json()["detail"]) == (422, True), twice.text
