"""Review over HTTP: accept, reject, ask for more, and render what was accepted in one run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.studio import Studio, finished
from tests.pipelines.editing import CHOSEN, Room, make_room

from cutroom.accounts.models import Role

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

#: What takes long on a long recording.
FACTS = {"probe_recording", "decode_sound", "listen_to_sound", "import_transcript", "look_at_picture", "embed_speech"}


@pytest.fixture
async def room(real_studio: Studio, recording: Path, subtitles: Path) -> Room:
    """With candidates, of which none was rendered."""
    return await make_room(real_studio, recording, subtitles, dry_run=True)


async def _steps(room: Room, run: dict[str, Any]) -> dict[str, bool]:
    """Tell of each stage of a run whether its result was there already."""
    steps = (await room.client.get(f"/api/v1/runs/{run['id']}/steps")).json()["items"]
    return {step["stage"]: step["reused"] for step in steps}


@pytest.mark.slow
async def test_what_was_accepted_is_rendered_in_one_run_and_nothing_is_measured_again(room: Room) -> None:
    for number, decision in ((0, "rejected"), (2, "accepted"), (1, "accepted")):
        address = f"/api/v1/candidates/{room.candidates[number]['id']}"
        answer = await room.client.patch(address, json={"decision": decision})
        assert (answer.status_code, answer.json()["decision"]) == (200, decision), answer.text
        assert answer.json()["decided_by_id"]
    run_id = room.run["id"]
    started = await room.client.post(f"/api/v1/runs/{run_id}/render-candidates", json={"exports": ["otio"]})
    assert started.status_code == 202, started.text
    async with room.studio.working():
        (run,) = started.json()["items"]
        ended = await finished(room.client, run["id"])
    assert ended["state"] == "succeeded", ended
    clips = (await room.client.get(ended["result"]["clips"])).json()["items"]
    accepted = [room.candidates[1], room.candidates[2]]
    assert [(clip["title"], clip["score"]) for clip in clips] == [(each["title"], each["score"]) for each in accepted]
    assert all("project.otio" in {file["name"] for file in clip["files"]} for clip in clips)
    reused = await _steps(room, ended)
    assert {name for name in FACTS if not reused[name]} == set()
    assert "propose_highlights" not in reused


@pytest.mark.slow
async def test_a_candidate_that_was_edited_is_shown_and_rendered_as_it_was_edited(room: Room) -> None:
    edited, left, plain = (each["id"] for each in room.candidates[:3])
    await room.open(candidate_id=left, preset="wide-1080")  # and left as it was: it is still the proposal
    edit = await room.open(candidate_id=edited)
    kept = edit["document"]["keep"][:1]
    edit |= await room.save(edit, title="In my words", keep=kept)
    again = await room.open(candidate_id=edited, preset="wide-1080")
    assert (again["id"], again["document"]) == (edit["id"], edit["document"])

    shown = (await room.client.get(f"/api/v1/runs/{room.run['id']}/candidates")).json()["items"]
    of = {each["id"]: each["edit"] for each in shown}
    assert (of[edited], of[left]) == ({"id": edit["id"], "version": edit["version"]}, None)
    look = {"preset": "wide-1080", "captions": "boxed"}
    preview = (await room.client.get(f"/api/v1/candidates/{edited}/preview", params=look)).json()
    frame = await room.client.get(f"/api/v1/candidates/{edited}/frame", params={**look, "at": 12})
    own = await room.client.get(f"/api/v1/edits/{edit['id']}/frame", params={"at": 12})
    assert (preview["document"], frame.content) == (edit["document"], own.content)

    body = {"candidate_ids": [plain, edited], "exports": ["otio"]}
    started = await room.client.post(f"/api/v1/runs/{room.run['id']}/render-candidates", json=body)
    assert started.status_code == 202, started.text
    async with room.studio.working():
        runs = [await finished(room.client, run["id"]) for run in started.json()["items"]]
    assert [(run["recipe"], run["state"]) for run in runs] == [("highlights", "succeeded"), ("edit", "succeeded")]
    clips = [(await room.client.get(run["result"]["clips"])).json()["items"] for run in runs]
    assert [[clip["title"] for clip in each] for each in clips] == [[room.candidates[2]["title"]], ["In my words"]]
    assert clips[1][0]["edit_id"] == edit["id"]
    assert all("project.otio" in {file["name"] for file in clip["files"]} for (clip,) in clips)


async def test_more_candidates_of_the_same_recording_cost_no_measurement(room: Room, subtitles: Path) -> None:
    params = CHOSEN | {"subtitles": subtitles.read_text(), "dry_run": True, "count": 5}
    body = {"recipe": "highlights", "asset_id": room.asset, "params": params}
    started = await room.client.post("/api/v1/runs", json=body)
    async with room.studio.working():
        ended = await finished(room.client, started.json()["id"])
    more = (await room.client.get(ended["result"]["candidates"])).json()["items"]
    assert sum(each["accepted"] for each in more) > sum(each["accepted"] for each in room.candidates)
    reused = await _steps(room, ended)
    assert {name for name in FACTS if not reused[name]} == set()


async def test_a_decision_can_be_taken_back_and_nothing_accepted_is_nothing_to_render(room: Room) -> None:
    address = f"/api/v1/candidates/{room.candidates[0]['id']}"
    await room.client.patch(address, json={"decision": "accepted"})
    answer = (await room.client.patch(address, json={"decision": None})).json()
    assert (answer["decision"], answer["decided_by_id"], answer["decided_at"]) == (None, None, None)
    refused = await room.client.post(f"/api/v1/runs/{room.run['id']}/render-candidates", json={})
    assert (refused.status_code, "accept some" in refused.json()["detail"]) == (422, True)
    _, other = await room.studio.person(Role.EDITOR)
    assert (await other.patch(address, json={"decision": "accepted"})).status_code == 404


async def test_a_candidate_is_previewed_as_an_edit_of_it_would_be_and_nothing_is_made(room: Room) -> None:
    candidate = room.candidates[0]["id"]
    look = {"preset": "vertical-1080", "captions": "boxed"}
    preview = await room.client.get(f"/api/v1/candidates/{candidate}/preview", params=look)
    frame = await room.client.get(f"/api/v1/candidates/{candidate}/frame", params={**look, "at": 12})
    assert (preview.status_code, frame.status_code) == (200, 200), preview.text
    assert (await room.client.get("/api/v1/edits")).json()["items"] == []
    edit = await room.open(candidate_id=candidate, **look)
    assert preview.json()["document"] == edit["document"]
    assert preview.json()["programme"] == (await room.client.get(f"/api/v1/edits/{edit['id']}/programme")).json()
    same = await room.client.get(f"/api/v1/edits/{edit['id']}/frame", params={"at": 12})
    assert (frame.content, frame.headers["etag"]) == (same.content, same.headers["etag"])
    wrong = await room.client.get(f"/api/v1/candidates/{candidate}/preview", params={"preset": "round"})
    assert wrong.status_code == 422
