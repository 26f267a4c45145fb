from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer
from tests.pipelines.conftest import QUICK, make_recording
from tests.pipelines.engine import CATALOGUE, House, open_house

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.analysis.models import CandidateRow, ChapterRow, TranscriptRow
from cutroom.core.database import Database
from cutroom.core.progress import SilentReporter
from cutroom.core.settings import get_settings
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.models import Event, Run, RunState
from cutroom.library.models import Asset
from cutroom.library.versions import bring_back, replace_source
from cutroom.pipelines.clips import ClipContent
from cutroom.pipelines.diagram import draw_graph
from cutroom.pipelines.highlights import make_highlights
from cutroom.pipelines.params import HighlightsParams
from cutroom.pipelines.request import HighlightsRequest
from cutroom.pipelines.result import HighlightsResult
from cutroom.providers.storage import StoredFile
from cutroom.render.models import ClipFile, ClipRow

pytestmark = pytest.mark.anyio

#: Short clips of a small recording: rendering is what takes time here.
CHOSEN: dict[str, Any] = {"count": 2, "min_s": 2, "max_s": 3, "language": "en", "preset": "square-1080"}
ALWAYS_ASKED = {"measure_length", "pick_reader", "pick_embedding"}


@dataclass(frozen=True, slots=True)
class Studio:
    """An instance in which highlights were made of one recording."""

    house: House
    asset: Asset
    recording: Path
    subtitles: str
    run: Run

    async def highlights(self, **params: object) -> Run:
        return await self.house.do("highlights", self.asset, **{**CHOSEN, "subtitles": self.subtitles, **params})

    async def clips(self) -> list[ClipRow]:
        query = select(ClipRow).where(ClipRow.run_id == self.run.id).order_by(ClipRow.rank)
        return await self.house.rows(
            query.options(undefer(ClipRow.timeline), undefer(ClipRow.words), undefer(ClipRow.details))
        )

    async def files(self, clip: ClipRow) -> dict[str, ClipFile]:
        return {each.name: each for each in await self.house.rows(select(ClipFile).where(ClipFile.clip_id == clip.id))}

    async def edit(self, clip: ClipRow, **params: object) -> Run:
        return await self.house.do("clip", self.asset, **{"clip_id": clip.id, "version": clip.version, **params})


@pytest.fixture(scope="module")
def without_models(quick_frame: str) -> Iterator[None]:
    """Let recipes choose providers that need no weights."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("embedding", "face_detection", "ocr"):
            patch.setenv(f"CUTROOM_{name.upper()}", getattr(QUICK, name))
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


@pytest.fixture(scope="module")
async def studio(
    anyio_backend: str,
    without_models: None,
    empty_sqlite: Path,
    recording: Path,
    subtitles: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Studio]:
    folder = tmp_path_factory.mktemp("studio")
    shutil.copyfile(empty_sqlite, folder / "cutroom.db")
    database = Database(f"sqlite:///{folder / 'cutroom.db'}")
    house = open_house(database, folder)
    asset, said = await house.add(recording), subtitles.read_text()
    run = await house.do("highlights", asset, **CHOSEN, subtitles=said, exports=["otio", "edl"])
    yield Studio(house, asset, recording, said, run)
    await database.close()


async def test_a_run_makes_the_clips_that_the_command_makes(studio: Studio, subtitles: Path, tmp_path: Path) -> None:
    request = HighlightsRequest(source=studio.recording, out=tmp_path, transcript=subtitles, **CHOSEN)
    made = make_highlights(request, settings=QUICK, reporter=SilentReporter())
    result = await studio.house.output(studio.run)
    assert isinstance(result, HighlightsResult)
    assert studio.run.state is RunState.SUCCEEDED, studio.run.error
    assert len(result.clips) == 2
    for mine, theirs in zip(result.clips, made.clips, strict=True):
        assert mine == theirs
    assert result.model_copy(update={"exports": []}) == made
    for clip in await studio.clips():
        files = await studio.files(clip)
        for name in ("clip.mp4", "poster.jpg", "clip.srt", "clip.vtt"):
            beside = (tmp_path / made.clips[clip.rank - 1].file).with_suffix(Path(name).suffix)
            assert studio.house.read(files[name].sha256) == beside.read_bytes()


async def test_rows_tell_what_was_found_and_made(studio: Studio) -> None:
    house, asset = studio.house, studio.asset
    result = await house.output(studio.run)
    assert isinstance(result, HighlightsResult)
    said = select(TranscriptRow).where(TranscriptRow.asset_id == asset.id).options(undefer(TranscriptRow.content))
    [transcript] = await house.rows(said)
    assert len(transcript.content["words"]) == result.words
    chapters = await house.rows(select(ChapterRow).where(ChapterRow.asset_id == asset.id).order_by(ChapterRow.position))
    assert [chapter.title for chapter in chapters] == [chapter.title for chapter in result.chapters]
    query = select(CandidateRow).where(CandidateRow.run_id == studio.run.id).order_by(CandidateRow.position)
    candidates = await house.rows(query)
    assert [(row.title, row.accepted) for row in candidates] == [(c.title, c.accepted) for c in result.candidates]
    for clip in await studio.clips():
        files = await studio.files(clip)
        assert set(files) == {"clip.mp4", "poster.jpg", "clip.srt", "clip.vtt", "project.otio", "project.edl"}
        for file in files.values():
            assert len(house.read(file.sha256)) == file.size_bytes
        assert clip.details == result.clips[clip.rank - 1].model_dump(mode="json")


async def test_what_is_found_is_written_down_on_either_database(
    database: Database, without_models: None, recording: Path, subtitles: Path, tmp_path: Path
) -> None:
    house = open_house(database, tmp_path)
    asset = await house.add(recording)
    run = await house.do("highlights", asset, **CHOSEN, subtitles=subtitles.read_text(), dry_run=True)
    assert run.state is RunState.SUCCEEDED, run.error
    result = await house.output(run)
    assert isinstance(result, HighlightsResult)
    assert len(await house.rows(select(CandidateRow.id).where(CandidateRow.run_id == run.id))) == len(result.candidates)
    assert len(await house.rows(select(TranscriptRow.language))) == 1
    assert "subtitles" not in run.params


async def test_a_project_for_another_editor_names_the_recording_and_not_our_folders(studio: Studio) -> None:
    files = await studio.files((await studio.clips())[0])
    project = studio.house.read(files["project.otio"].sha256).decode()
    assert "file:///talk.mp4" in project
    assert str(studio.house.settings.data_dir) not in project


async def test_the_same_again_computes_nothing_and_keeps_its_own_clips(studio: Studio) -> None:
    again = await studio.highlights(exports=["otio", "edl"])
    assert await studio.house.computed(again) == ALWAYS_ASKED
    assert await studio.house.output(again) == await studio.house.output(studio.run)
    rows = await studio.house.rows(select(ClipRow.id).where(ClipRow.run_id == again.id))
    assert len(rows) == 2


async def test_other_lengths_measure_nothing_again(studio: Studio) -> None:
    run = await studio.highlights(max_s=6, dry_run=True)
    assert await studio.house.computed(run) - ALWAYS_ASKED == {
        "propose_highlights",
        "choose_highlights",
        "finish_highlights",
    }
    result = await studio.house.output(run)
    assert isinstance(result, HighlightsResult)
    assert result.status == "candidates"
    assert not result.clips


async def test_a_silent_recording_passes_through(studio: Studio, tmp_path: Path) -> None:
    asset = await studio.house.add(make_recording(tmp_path / "silent.mkv", duration_s=4, sound=False))
    run = await studio.house.do("highlights", asset, **CHOSEN, dry_run=True)
    assert run.state is RunState.SUCCEEDED, run.error
    assert run.media_s == pytest.approx(4, abs=0.1)
    asked = await studio.house.do("highlights", asset, **CHOSEN, dry_run=True, find="bees")
    assert asked.state is RunState.FAILED
    assert asked.error is not None
    assert asked.error["stage"] == "propose_highlights"
    assert "nobody speaks" in asked.error["message"]


async def test_sound_alone_passes_through(studio: Studio, tmp_path: Path) -> None:
    asset = await studio.house.add(make_recording(tmp_path / "sound.m4a", duration_s=9, picture=False))
    run = await studio.house.do("highlights", asset, **CHOSEN, subtitles=studio.subtitles, dry_run=True)
    result = await studio.house.output(run)
    assert isinstance(result, HighlightsResult)
    assert result.shots == 0
    assert any(candidate.accepted for candidate in result.candidates)


async def test_a_recogniser_that_is_not_there_is_named(studio: Studio) -> None:
    run = await studio.highlights(subtitles=None, speech="nobody/small", dry_run=True)
    assert run.error is not None
    assert run.error["kind"] == "MissingCapability"
    assert "nobody" in run.error["message"]


@pytest.mark.slow  # it is waited for as long as a model may be away
async def test_without_its_language_model_the_measured_order_stands(studio: Studio) -> None:
    measured = await studio.house.output(await studio.highlights(dry_run=True))
    run = await studio.highlights(dry_run=True, language_model="openai/nobody")
    assert run.state is RunState.SUCCEEDED, run.error
    result = await studio.house.output(run)
    assert isinstance(result, HighlightsResult)
    assert isinstance(measured, HighlightsResult)
    assert result.candidates == measured.candidates
    assert any(note.startswith("Ranked as measured, without the language model: ") for note in result.notes)


async def test_a_broken_file_is_named_as_the_person_calls_it(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "my talk.mp4"
    path.write_bytes(b"this is no recording")
    run = await studio.house.do("highlights", await studio.house.add(path))
    assert run.error is not None
    assert "my talk.mp4" in run.error["message"]
    assert run.error["kind"] == "UnsupportedMedia"
    assert "/" not in run.error["message"].replace("SRT/", "")


async def test_an_edited_caption_renders_its_clip_alone(studio: Studio) -> None:
    first, second = await studio.clips()
    before, other = await studio.files(first), await studio.files(second)
    content = ClipContent.of(first)
    assert content.timeline.captions is not None
    run = await studio.edit(first, texts=[{"number": 0, "text": "Something else"}])
    assert run.state is RunState.SUCCEEDED, run.error
    assert await studio.house.computed(run) == {
        "edit_clip",
        "find_source",
        "bare_timeline",
        "render_timeline",
        "finish_clip",
    }
    first, second = await studio.clips()
    assert first.version == 2
    assert ClipContent.of(first).timeline.captions != content.timeline.captions
    assert [word.text for word in ClipContent.of(first).words][:2] == ["Something", "else"]
    after = await studio.files(first)
    assert set(after) == set(before)
    assert after["clip.mp4"].sha256 != before["clip.mp4"].sha256
    assert "Something else" in studio.house.read(after["clip.srt"].sha256).decode()
    assert first.details["sha256"] == after["clip.mp4"].sha256
    assert second.version == 1
    assert {name: file.sha256 for name, file in (await studio.files(second)).items()} == {
        name: file.sha256 for name, file in other.items()
    }


async def test_another_title_renders_nothing(studio: Studio) -> None:
    _, clip = await studio.clips()
    before = await studio.files(clip)
    run = await studio.edit(clip, title="What bees say")
    assert "render_timeline" not in await studio.house.computed(run)
    _, clip = await studio.clips()
    assert clip.title == "What bees say"
    assert clip.details["title"] == "What bees say"
    assert (await studio.files(clip))["clip.mp4"].sha256 == before["clip.mp4"].sha256


async def test_an_edit_of_an_older_version_is_refused_and_changes_nothing(studio: Studio) -> None:
    _, clip = await studio.clips()
    run = await studio.edit(clip, version=clip.version + 1, title="Too late")
    assert run.error is not None
    assert run.error["kind"] == "Conflict"
    _, after = await studio.clips()
    assert (after.title, after.version) == (clip.title, clip.version)


async def test_of_two_edits_side_by_side_one_is_refused(studio: Studio) -> None:
    _, clip = await studio.clips()
    house = studio.house
    one, two = [
        await house.start("clip", studio.asset, clip_id=clip.id, version=clip.version, title=title)
        for title in ("One", "Two")
    ]
    states = {(await house.work(each)).state for each in (one, two)}
    assert states == {RunState.SUCCEEDED, RunState.FAILED}
    _, after = await studio.clips()
    assert after.version == clip.version + 1
    assert after.title in {"One", "Two"}


async def test_a_clip_stays_with_the_source_that_it_was_cut_from(studio: Studio, tmp_path: Path) -> None:
    _, clip = await studio.clips()
    house, asset = studio.house, studio.asset
    assert clip.cut_from == asset.sha256
    path = make_recording(tmp_path / "another.mp4", duration_s=3)
    file = await keep_file(house.database, house.storage, path)
    viewer = Viewer(None, "Ada", Role.ADMIN, "here")
    async with house.database.writing() as session:
        replaced, _ = await replace_source(session, house.catalogue, viewer, asset.id, file, path.name)
    # As the interface does, the edit names the recording's source, which is another by now.
    run = await house.do("clip", replaced, clip_id=clip.id, version=clip.version, captions="boxed")
    assert run.state is RunState.SUCCEEDED, run.error
    _, after = await studio.clips()
    assert (after.version, after.cut_from) == (clip.version + 1, asset.sha256)
    async with house.database.writing() as session:
        await bring_back(session, house.catalogue, viewer, asset.id, 1)


async def test_a_clip_of_another_recording_is_not_found(studio: Studio, tmp_path: Path) -> None:
    clip, _ = await studio.clips()
    foreign = await studio.house.add(make_recording(tmp_path / "foreign.mp4", duration_s=1))
    run = await studio.house.do("clip", foreign, clip_id=clip.id, version=clip.version, title="Mine now")
    assert run.error is not None
    assert run.error["kind"] == "NotFound"
    assert (await studio.clips())[0].title != "Mine now"


async def test_a_note_is_told_in_every_run_that_it_belongs_to(studio: Studio) -> None:
    for _ in range(2):
        run = await studio.highlights(min_s=500, max_s=600, dry_run=True)
        query = select(Event).where(Event.run_id == run.id, Event.kind == "note")
        assert any("shorter ones were taken" in event.data["note"] for event in await studio.house.rows(query))


async def test_sound_and_picture_are_measured_side_by_side() -> None:
    params = HighlightsParams(source=StoredFile("0" * 64, 1), language_model="openai/small")
    graph = CATALOGUE.recipes["highlights"].trace(params)

    def before(key: str) -> set[str]:
        near = graph.nodes[key].waits_for()
        return near.union(*(before(each) for each in near))

    assert "transcribe_speech" not in before("look_at_picture")
    assert "look_at_picture" not in before("transcribe_speech")
    drawn = draw_graph(graph)
    assert '    each_render_timeline[["Render the clip"]]\n' in drawn
    assert "    list_timelines --> each_render_timeline\n" in drawn
    assert "probe_recording --> record_highlights" not in drawn
