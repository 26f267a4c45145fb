"""What people correct of a transcript reaches search, captions and whatever is made later."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from pydantic import TypeAdapter
from tests.api.studio import Studio

from cutroom.accounts.models import Role
from cutroom.analysis.corrections import record_transcript
from cutroom.analysis.models import TranscriptRow
from cutroom.library.models import Asset
from cutroom.library.search.writing import index_speech
from cutroom.media.sentences import split_sentences
from cutroom.media.transcript import Transcript, Word

pytestmark = pytest.mark.anyio

ASSETS = "/api/v1/assets"
_WORDS = [
    Word(text, 0.5 * number, 0.5 * number + 0.4)
    for number, text in enumerate(["Bees", "dans", "in", "circles.", "The", "hive", "hums.", "Nobody", "knows", "why."])
]


def _heard(source: str = "test/heard") -> Transcript:
    words = tuple(_WORDS)
    return Transcript(words, split_sentences(words, "en"), "en", source)


@pytest.fixture
def studio(real_studio: Studio) -> Studio:
    return real_studio


async def _transcribed(studio: Studio, client: httpx2.AsyncClient) -> str:
    asset_id = await studio.asset(client)
    async with studio.database.writing() as session:
        content = TypeAdapter(Transcript).dump_python(_heard(), mode="json")
        asset = await session.get_one(Asset, UUID(asset_id))
        row = TranscriptRow(asset_id=asset.id, language="en", source="test", made_of=asset.sha256, content=content)
        session.add(row)
        await session.flush()
        await index_speech(session, asset.id, _heard())
    return asset_id


async def _found(client: httpx2.AsyncClient, words: str) -> int:
    return len((await client.get("/api/v1/search", params={"q": words})).json()["items"])


def _change(version: int, texts: dict[int, str]) -> dict[str, Any]:
    return {"version": version, "sentences": [{"number": number, "text": text} for number, text in texts.items()]}


async def test_a_corrected_sentence_is_told_found_and_captioned_with_who_wrote_it(studio: Studio) -> None:
    _, client = await studio.person(name="Ada")
    asset = await _transcribed(studio, client)
    address = f"{ASSETS}/{asset}/transcript"
    assert (await client.get(address)).json()["corrected_by"] is None
    assert (await _found(client, "dans circles"), await _found(client, "dance circles")) == (1, 0)
    answer = await client.patch(address, json=_change(1, {0: "Bees dance in circles.", 2: "Nobody quite knows why."}))
    assert answer.status_code == 200, answer.text
    corrected = answer.json()
    assert (corrected["version"], corrected["corrected_by"]["name"]) == (2, "Ada")
    assert [each["text"] for each in corrected["sentences"]] == [
        "Bees dance in circles.", "The hive hums.", "Nobody quite knows why."
    ]  # fmt: skip
    assert [(each["start_s"], each["end_s"]) for each in corrected["words"][:7]] == [
        (word.start_s, word.end_s) for word in _WORDS[:7]
    ]
    assert (await client.get(address)).json() == corrected
    assert (await _found(client, "dans circles"), await _found(client, "dance circles")) == (0, 1)
    assert "dance" in (await client.get(address, params={"form": "vtt"})).text
    audit = (await client.get("/api/v1/audit", params={"action": "transcript.corrected"})).json()["items"]
    assert [(each["subject_id"], each["details"]["version"]) for each in audit] == [(asset, 2)]


async def test_a_correction_of_another_version_or_of_no_sentence_is_refused(studio: Studio) -> None:
    _, client = await studio.person()
    address = f"{ASSETS}/{await _transcribed(studio, client)}/transcript"
    assert (await client.patch(address, json=_change(2, {0: "x"}))).status_code == 409
    assert (await client.patch(address, json=_change(1, {9: "x"}))).status_code == 422
    assert (await client.patch(address, json=_change(1, {0: "a\x00b"}))).status_code == 422
    same = await client.patch(address, json=_change(1, {1: "The hive  hums."}))
    assert same.json()["version"] == 1
    _, viewer = await studio.person(Role.VIEWER)
    assert (await viewer.patch(address, json=_change(1, {0: "x"}))).status_code in {403, 404}
    untold = f"{ASSETS}/{await studio.asset(client)}/transcript"
    assert (await client.patch(untold, json=_change(1, {0: "x"}))).status_code == 404


async def test_of_two_who_correct_one_version_at_once_one_is_told_so(studio: Studio) -> None:
    _, client = await studio.person()
    address = f"{ASSETS}/{await _transcribed(studio, client)}/transcript"
    answers = await asyncio.gather(*(client.patch(address, json=_change(1, {1: f"Hive {n}."})) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_what_was_corrected_stays_when_speech_is_recognised_anew_and_goes_for_what_is_brought(
    studio: Studio,
) -> None:
    _, client = await studio.person()
    asset = await _transcribed(studio, client)
    address = f"{ASSETS}/{asset}/transcript"
    await client.patch(address, json=_change(1, {0: "Bees dance in a circle, always."}))
    run = await client.post("/api/v1/runs", json={"recipe": "highlights", "asset_id": asset})
    assert run.status_code == 201, run.text
    assert "corrections" not in run.json()["params"]
    steps = (await client.get(run.json()["steps_url"])).json()["items"]
    assert "correct_transcript" in {step["stage"] for step in steps}
    for source, said in (("test/heard", "Bees dance in a circle, always."), ("import/srt", "Bees dans in circles.")):
        async with studio.database.writing() as session:
            row = await session.get_one(Asset, UUID(asset))
            await record_transcript(session, UUID(run.json()["id"]), row.id, row.sha256, _heard(source))
        told = (await client.get(address)).json()
        assert told["sentences"][0]["text"] == said
    assert told["version"] == 4
    assert told["corrected_by"] is None
