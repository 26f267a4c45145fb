"""The highlights recipe: a long recording becomes ranked candidates and captioned clips."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cutroom.analysis import versions
from cutroom.analysis.facts import Highlight
from cutroom.analysis.loading import load_embedding, load_language_model
from cutroom.analysis.reranking import rerank
from cutroom.core.errors import CutroomError, OutputFailed
from cutroom.core.files import held, place, remove_parts, sha256_of, write_whole
from cutroom.core.progress import Reporter
from cutroom.core.settings import Settings
from cutroom.jobs.results import Results, Stage
from cutroom.media.caption_styles import find_style
from cutroom.media.presets import find_preset
from cutroom.media.sources import bare
from cutroom.media.timeline import Timeline
from cutroom.pipelines import report
from cutroom.pipelines.deciding import choose, choose_finalists, find_answers, find_candidates, join_compared
from cutroom.pipelines.facts import Facts, embed_sentences, gather_facts, look_at_clips
from cutroom.pipelines.names import clip_name
from cutroom.pipelines.outputs import remove_stale, write_chapters, write_clip_subtitles, write_transcript
from cutroom.pipelines.planning import Plan, plan_clip
from cutroom.pipelines.request import HighlightsRequest
from cutroom.pipelines.result import Clip, Failure, HighlightsResult
from cutroom.providers import registry
from cutroom.render.batch import RenderJob, render_all
from cutroom.render.clip import VERSION, Rendition
from cutroom.render.export import write_exports
from cutroom.render.poster import write_poster

RENDITION = Stage("rendition", VERSION)
RERANKING = Stage("reranking", versions.RERANKING)
POSTER = Stage("poster", 1)
KEPT = ".cutroom"
SCRATCH = "scratch"
RESULT = "result.json"


@dataclass(slots=True)
class _Run:
    """What one run has made so far; it survives an interruption."""

    clips: list[Clip] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def make_highlights(request: HighlightsRequest, *, settings: Settings, reporter: Reporter) -> HighlightsResult:
    """Run the recipe.

    Finished clips are kept whatever happens to later ones; a second run goes on from what was made.

    Returns:
        What stands in ``result.json``.

    Raises:
        CutroomError: One clear sentence; nothing half-made lies under a final name.
    """
    find_preset(request.preset)
    if request.captions != "none":
        find_style(request.captions)
    with held(request.out / KEPT):
        _prepare(request.out)
        return _make(request, settings, reporter)


def _make(request: HighlightsRequest, settings: Settings, reporter: Reporter) -> HighlightsResult:
    results = Results(request.out / KEPT)
    before = report.read_result(request.out / RESULT)
    run = _Run()
    facts = gather_facts(request, results, settings, reporter)
    with reporter.stage("Score highlights"):
        candidates = _candidates(request, facts, settings, results, reporter)
    ranked = _compared(candidates, request, facts, settings, results, reporter)
    selection = choose(ranked, facts, request.limits)
    run.notes += selection.notes
    for sentence in run.notes:
        reporter.note(sentence)
    run.files += write_transcript(facts.transcript, request.out)
    run.files += write_chapters(facts.outline.chapters, request.out)
    status: report.Status = "candidates" if request.dry_run else "interrupted"
    try:
        if not request.dry_run:
            spans = [highlight.span for highlight in selection.accepted]
            facts = look_at_clips(facts, spans, request, results, settings, reporter)
            plans = [
                plan_clip(highlight, facts, request.look, request.source.absolute()) for highlight in selection.accepted
            ]
            _render(plans, facts, request, results, run, reporter)
            named = {clip_name(rank, plan.highlight.title): plan.timeline for rank, plan in enumerate(plans, start=1)}
            run.exports += [path.name for path in write_exports(named, request.exports, request.out)]
            status = "finished"
    except CutroomError:
        status = "failed"
        raise
    finally:
        run.clips.sort(key=lambda clip: clip.rank)
        result = report.describe(
            request.source.name, facts, selection, run.clips, run.failures, run.exports, run.notes, status
        )
        write_whole(request.out / RESULT, result.model_dump_json(indent=1))
    if not request.dry_run:
        remove_stale(request.out, report.files_of(before), report.files_of(result))
    results.forget_unused()
    return result


def _candidates(
    request: HighlightsRequest, facts: Facts, settings: Settings, results: Results, reporter: Reporter
) -> tuple[Highlight, ...]:
    found = None
    if request.find is not None:
        embedding = load_embedding(settings.embedding, settings, reporter.note)
        vectors = embed_sentences(facts.transcript, embedding, results)
        found = find_answers(request.find, facts.transcript, request.limits, embedding, vectors)
    return find_candidates(facts, request.limits, found)


def _compared(
    highlights: tuple[Highlight, ...],
    request: HighlightsRequest,
    facts: Facts,
    settings: Settings,
    results: Results,
    reporter: Reporter,
) -> tuple[Highlight, ...]:
    """Let a language model compare and title the finalists, where one is configured."""
    if registry.split(request.language_model)[0] == "none":
        return highlights
    finalists = choose_finalists(highlights, facts, request.limits)
    inputs: dict[str, object] = {"finalists": finalists, "by": request.language_model, "source": facts.info.sha256}
    kept = results.read(RERANKING, inputs, tuple[Highlight, ...])
    if kept is None:
        language_model = load_language_model(request.language_model, settings)
        with reporter.stage("Compare highlights") as progress:
            reranked = rerank(finalists, facts.transcript, language_model, progress=progress)
        for sentence in reranked.notes:
            reporter.note(sentence)
        kept = reranked.highlights
        if not reranked.notes:  # a model that failed may do better next time
            results.write(RERANKING, inputs, tuple[Highlight, ...], kept)
    return join_compared(highlights, finalists, kept)


def _render(
    plans: Sequence[Plan], facts: Facts, request: HighlightsRequest, results: Results, run: _Run, reporter: Reporter
) -> None:
    missing: list[tuple[int, Plan]] = []
    finish = _finisher(facts, request, results, run)
    for rank, plan in enumerate(plans, start=1):
        kept = _kept_rendition(plan.timeline, results)
        if kept:
            finish(rank, plan, kept)
        else:
            missing.append((rank, plan))
    if not missing:
        return
    jobs = [
        RenderJob(plan.timeline, results.path(RENDITION, {"timeline": bare(plan.timeline)}, ".mp4"))
        for _, plan in missing
    ]
    by_target = {job.target: number for job, number in zip(jobs, missing, strict=True)}

    def done(job: RenderJob, outcome: Rendition | CutroomError) -> None:
        rank, plan = by_target[job.target]
        if isinstance(outcome, CutroomError):
            run.failures.append(Failure(rank=rank, title=plan.highlight.title, error=str(outcome)))
            reporter.note(f"Clip {rank} could not be made: {outcome}")
        else:
            # The folder may be moved, and its name need not be text.
            record = replace(outcome, path=Path(outcome.path.name))
            results.write(RENDITION, {"timeline": bare(plan.timeline)}, Rendition, record)
            finish(rank, plan, outcome)

    with reporter.stage(f"Render {len(jobs)} clips") as progress:
        render_all(jobs, scratch=results.folder / SCRATCH, progress=progress, on_done=done)
    if run.failures and not run.clips:
        raise OutputFailed(run.failures[0].error)


def _finisher(
    facts: Facts, request: HighlightsRequest, results: Results, run: _Run
) -> Callable[[int, Plan, Rendition], None]:
    def finish(rank: int, plan: Plan, rendition: Rendition) -> None:
        stem = request.out / clip_name(rank, plan.highlight.title)
        timeline = plan.timeline
        poster = results.file(
            POSTER,
            {"clip": rendition.sha256},
            ".jpg",
            lambda part: write_poster(
                rendition.path,
                part,
                width=timeline.width,
                height=timeline.height,
                duration_s=float(timeline.duration_s),
            ),
        )
        place(rendition.path, stem.with_name(f"{stem.name}.mp4"))
        place(poster, stem.with_name(f"{stem.name}.jpg"))
        subtitles = write_clip_subtitles(plan.words, timeline, facts.transcript.language, stem)
        run.clips.append(report.describe_clip(rank, plan, rendition, stem.name, subtitles))

    return finish


def _kept_rendition(timeline: Timeline, results: Results) -> Rendition | None:
    inputs = {"timeline": bare(timeline)}
    record = results.read(RENDITION, inputs, Rendition)
    path = results.path(RENDITION, inputs, ".mp4")
    if record is None or not path.is_file() or sha256_of(path) != record.sha256:
        return None
    return replace(record, path=path)


def _prepare(out: Path) -> None:
    """Find out before an hour of work whether the folder can be written, and clear what a killed run left."""
    write_whole(out / KEPT / "README.txt", "Kept results: a second run does only what changed. Safe to delete.\n")
    shutil.rmtree(out / KEPT / SCRATCH, ignore_errors=True)
    for folder in (out, *(path for path in (out / KEPT).iterdir() if path.is_dir())):
        remove_parts(folder)
