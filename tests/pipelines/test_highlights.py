from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.pipelines.conftest import DURATION_S, QUICK, SENTENCE_S, make_recording

from cutroom.core.errors import InvalidInput, OutputFailed, UnsupportedMedia
from cutroom.core.progress import Progress, SilentReporter, ignore_progress
from cutroom.core.settings import Settings
from cutroom.media.probe import probe
from cutroom.pipelines.highlights import KEPT, RESULT, make_highlights
from cutroom.pipelines.request import HighlightsRequest
from cutroom.pipelines.result import HighlightsResult


class Stages:
    """Remembers which stages ran."""

    def __init__(self, interrupt_after: str | None = None) -> None:
        self.labels: list[str] = []
        self.notes: list[str] = []
        self.interrupt_after = interrupt_after

    @contextmanager
    def stage(self, label: str, /) -> Iterator[Progress]:
        self.labels.append(label)
        yield ignore_progress

    def note(self, sentence: str, /) -> None:
        self.notes.append(sentence)


@pytest.fixture
def request_for(recording: Path, subtitles: Path, tmp_path: Path, quick_frame: str) -> HighlightsRequest:
    return HighlightsRequest(
        source=recording,
        out=tmp_path / "clips",
        transcript=subtitles,
        count=1,
        min_s=3,
        max_s=6,
        language="en",
        preset=quick_frame,
    )


@pytest.fixture(scope="module")
def kept(recording: Path, subtitles: Path, tmp_path_factory: pytest.TempPathFactory, quick_frame: str) -> Path:
    """What a first run kept: rendering is what takes time here."""
    out = tmp_path_factory.mktemp("kept")
    request = HighlightsRequest(
        source=recording,
        out=out,
        transcript=subtitles,
        count=1,
        min_s=3,
        max_s=6,
        language="en",
        preset=quick_frame,
    )
    make_highlights(request, settings=QUICK, reporter=SilentReporter())
    return out / KEPT


@pytest.fixture
def request_again(request_for: HighlightsRequest, kept: Path) -> HighlightsRequest:
    """The same request in a folder where a first run has been."""
    shutil.copytree(kept, request_for.out / KEPT)
    return request_for


def test_a_recording_becomes_clips_with_posters_subtitles_and_a_result(
    request_for: HighlightsRequest, settings: Settings
) -> None:
    exports = ("otio", "fcpxml", "edl", "premiere")
    request = replace(request_for, count=2, min_s=2, max_s=3, exports=exports, preset="vertical-1080")
    result = make_highlights(request, settings=settings, reporter=SilentReporter())
    assert result.status == "finished"
    assert len(result.clips) == 2
    for clip in result.clips:
        info = probe(request.out / clip.file)
        assert info.video is not None
        assert (info.video.width, info.video.height) == (1080, 1920)
        assert info.duration_s == pytest.approx(clip.duration_s, abs=0.1)
        assert info.sha256 == clip.sha256
        assert clip.srt is not None
        assert clip.vtt is not None
        for name in (clip.poster, clip.srt, clip.vtt):
            assert (request.out / name).stat().st_size > 0
        for ending in (".otio", ".fcpxml", ".edl", ".xml"):
            assert (request.out / clip.file).with_suffix(ending).is_file()
    written = HighlightsResult.model_validate_json((request.out / RESULT).read_bytes())
    assert written == result
    for name in (
        "transcript.json",
        "transcript.srt",
        "transcript.vtt",
        "transcript.txt",
        "chapters.json",
        "chapters.txt",
    ):
        assert (request.out / name).is_file()


def test_every_candidate_tells_its_score_and_a_rejected_one_why(
    request_again: HighlightsRequest, settings: Settings
) -> None:
    result = make_highlights(replace(request_again, dry_run=True), settings=settings, reporter=SilentReporter())
    assert result.status == "candidates"
    assert result.clips == []
    accepted = [candidate for candidate in result.candidates if candidate.accepted]
    rejected = [candidate for candidate in result.candidates if not candidate.accepted]
    assert len(accepted) == 1
    assert rejected
    assert all(candidate.why_not for candidate in rejected)
    for candidate in result.candidates:
        assert 0 <= candidate.start_s < candidate.end_s <= DURATION_S + 0.1
        assert candidate.parts
        assert sum(part.weight for part in candidate.parts) == pytest.approx(1.0, abs=0.01)


def test_a_second_run_renders_nothing_again_and_gives_the_same(
    request_again: HighlightsRequest, settings: Settings
) -> None:
    first = make_highlights(request_again, settings=settings, reporter=SilentReporter())
    clip = request_again.out / first.clips[0].file
    before = clip.stat()
    stages = Stages()
    second = make_highlights(request_again, settings=settings, reporter=stages)
    assert second == first
    assert not any("Render" in label for label in stages.labels)
    assert (clip.stat().st_ino, clip.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_another_caption_style_renders_again_and_old_files_do_not_stay_behind(
    request_again: HighlightsRequest, settings: Settings
) -> None:
    first = make_highlights(request_again, settings=settings, reporter=SilentReporter())
    stages = Stages()
    second = make_highlights(replace(request_again, captions="boxed"), settings=settings, reporter=stages)
    assert "Render 1 clips" in stages.labels
    assert second.clips[0].sha256 != first.clips[0].sha256
    assert len(list(request_again.out.glob("*.mp4"))) == 1


def test_a_damaged_kept_clip_is_made_again(request_again: HighlightsRequest, settings: Settings) -> None:
    first = make_highlights(request_again, settings=settings, reporter=SilentReporter())
    clip = request_again.out / first.clips[0].file
    data = bytearray(clip.read_bytes())
    data[len(data) // 2] ^= 0xFF
    clip.write_bytes(data)  # the kept file is the same one
    second = make_highlights(request_again, settings=settings, reporter=SilentReporter())
    assert second == first
    assert probe(clip).sha256 == first.clips[0].sha256


def test_find_makes_clips_about_what_was_asked(request_again: HighlightsRequest, settings: Settings) -> None:
    request = replace(request_again, find="how do bees show the way to flowers", dry_run=True)
    result = make_highlights(request, settings=settings, reporter=SilentReporter())
    best = result.candidates[0]
    assert best.proposed_by == "find"
    assert best.start_s < 5 * SENTENCE_S
    assert best.end_s > 3 * SENTENCE_S


def test_find_without_speech_is_refused(tmp_path: Path, settings: Settings) -> None:
    source = make_recording(tmp_path / "silent.mp4", duration_s=6, sound=False)
    request = HighlightsRequest(source=source, out=tmp_path / "clips", find="bees")
    with pytest.raises(InvalidInput, match="nobody speaks"):
        make_highlights(request, settings=settings, reporter=SilentReporter())


@pytest.mark.parametrize(("sound", "picture"), [(False, True), (True, False)], ids=["no sound", "no picture"])
def test_a_recording_without_speech_still_gives_a_clip(
    tmp_path: Path, settings: Settings, quick_frame: str, *, sound: bool, picture: bool
) -> None:
    name = "wordless.mp4" if picture else "wordless.m4a"
    source = make_recording(tmp_path / name, duration_s=7, sound=sound, picture=picture)
    request = HighlightsRequest(source=source, out=tmp_path / "clips", count=1, min_s=2, max_s=4, preset=quick_frame)
    result = make_highlights(request, settings=settings, reporter=SilentReporter())
    assert result.clips
    assert all(1.5 <= clip.duration_s <= 4.5 for clip in result.clips)


def test_a_folder_that_cannot_be_made_is_refused_before_any_work(
    request_for: HighlightsRequest, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    stages = Stages()
    request = replace(request_for, out=tmp_path / "file" / "clips")
    with pytest.raises(OutputFailed, match="--out"):
        make_highlights(request, settings=settings, reporter=stages)
    assert stages.labels == []


def test_a_file_that_is_not_media_leaves_no_result(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "notes.mp4"
    source.write_text("not a video at all\n" * 50)
    request = HighlightsRequest(source=source, out=tmp_path / "clips")
    with pytest.raises(UnsupportedMedia, match=r"notes\.mp4"):
        make_highlights(request, settings=settings, reporter=SilentReporter())
    assert [path.name for path in request.out.iterdir()] == [".cutroom"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"count": 0}, "--count"),
        ({"min_s": 30.0, "max_s": 20.0}, "--min and --max"),
        ({"layout": "diagonal"}, "--layout"),
        ({"exports": ("avid",)}, "--export"),
        ({"language": "english"}, "--language"),
        ({"find": " "}, "--find"),
    ],
)
def test_a_parameter_out_of_range_is_named(change: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        HighlightsRequest(source=Path("a"), out=Path("b"), **change)  # type: ignore[arg-type]  # wrong on purpose


def test_the_result_is_json_without_surprises(request_for: HighlightsRequest, settings: Settings) -> None:
    make_highlights(replace(request_for, dry_run=True), settings=settings, reporter=SilentReporter())

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is not JSON")

    json.loads((request_for.out / RESULT).read_text(), parse_constant=refuse)
