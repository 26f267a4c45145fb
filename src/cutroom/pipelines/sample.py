"""The demonstration: make the sample lecture, cut it, and hold the result against the lecture's own truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cutroom.core.files import held
from cutroom.core.progress import Reporter, SilentReporter
from cutroom.core.settings import Settings
from cutroom.jobs.results import Results, Stage
from cutroom.narration.lecture import LectureTruth, make_lecture, write_truth
from cutroom.pipelines.demo import Finding, check_demo
from cutroom.pipelines.facts import gather_facts
from cutroom.pipelines.highlights import KEPT, make_highlights
from cutroom.pipelines.request import HighlightsRequest
from cutroom.pipelines.result import HighlightsResult
from cutroom.providers import registry

LECTURE = Stage("lecture", 3)
NAME = "lecture.mp4"


@dataclass(frozen=True, slots=True)
class Sample:
    """A finished demonstration."""

    lecture: Path
    result: HighlightsResult
    findings: Sequence[Finding]


def make_sample(out: Path, *, settings: Settings, reporter: Reporter) -> Sample:
    """Make the sample lecture in ``out``, its clips in ``out/clips``, and check them.

    Raises:
        CutroomError: As the voice, the recipe or the disk say.
    """
    with held(out / KEPT):
        return _make(out, settings, reporter)


def _make(out: Path, settings: Settings, reporter: Reporter) -> Sample:
    lecture = out / NAME
    truth = _lecture(lecture, Results(out / KEPT), settings, reporter)
    request = HighlightsRequest(
        source=lecture,
        out=out / "clips",
        speech=settings.speech_to_text,
        language_model=settings.language_model,
    )
    result = make_highlights(request, settings=settings, reporter=reporter)
    with reporter.stage("Check against the truth"):
        facts = gather_facts(request, Results(request.out / KEPT), settings, SilentReporter())
        findings = check_demo(truth, facts.transcript, facts.picture, facts.sounds, result.clips)
    return Sample(lecture, result, findings)


def _lecture(target: Path, results: Results, settings: Settings, reporter: Reporter) -> LectureTruth:
    name, model = registry.split(settings.text_to_speech)

    def make() -> LectureTruth:
        with reporter.stage("Make the lecture") as progress:
            return make_lecture(target, registry.load("text_to_speech", name)(settings, model), progress=progress)

    inputs = {"voice": settings.text_to_speech}
    truth = results.read(LECTURE, inputs, LectureTruth)
    if truth is None or not target.is_file():
        truth = make()
        results.write(LECTURE, inputs, LectureTruth, truth)
        write_truth(truth, target.with_suffix(".truth.json"))
    return truth
