"""Review over HTTP: what a person thinks of candidates, and clips of those that were accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, Viewer
from cutroom.accounts.instance import Here
from cutroom.accounts.limits import heavy
from cutroom.accounts.request_keys import Once
from cutroom.analysis.models import CandidateRow, Decision
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, InvalidInput
from cutroom.core.problems import problems
from cutroom.edit.edits import edits_of_candidates
from cutroom.jobs.models import Run, Step
from cutroom.library.assets import find_asset
from cutroom.library.starting import FILLED, start_on_asset
from cutroom.pipelines.edit_routes import EDIT
from cutroom.pipelines.params import HighlightsParams, Pick
from cutroom.pipelines.results import find_candidate, show_candidates
from cutroom.pipelines.schemas import CandidateChange, CandidateView, RenderCandidates, StartedRuns
from cutroom.pipelines.showing import show_run
from cutroom.pipelines.watching import find_run

router = APIRouter(tags=["results"])

_HIGHLIGHTS = "highlights"
#: What a run that only renders does not look for.
_LOOKED_FOR = ("find", "dry_run", "picks")


@router.patch("/candidates/{candidate_id}", responses=problems(404))
async def change_candidate(candidate_id: UUID, change: CandidateChange, viewer: Editor, here: Here) -> CandidateView:
    """Accept a candidate, reject it, or take back what was said; what the recipe chose stays as it is."""

    async def write(session: AsyncSession) -> CandidateView:
        candidate = await find_candidate(session, viewer, candidate_id)
        candidate.decision = change.decision
        candidate.decided_by_id = viewer.user_id if change.decision else None
        candidate.decided_at = now() if change.decision else None
        await session.flush()
        (shown,) = await show_candidates(session, [candidate])
        return shown

    return await here.database.write(write)


@router.post("/runs/{run_id}/render-candidates", status_code=202, dependencies=[heavy], responses=problems(404, 409))
async def render_candidates(
    run_id: UUID, wanted: RenderCandidates, viewer: Editor, here: Here, once: Once
) -> StartedRuns:
    """Render the candidates that were accepted, or those named, in one run; what was measured is not measured again.

    Each that somebody edited has a run of its own, as if its edit were rendered.
    """

    async def start(session: AsyncSession) -> StartedRuns:
        run = await find_run(session, viewer, run_id)
        candidates = await _chosen(session, viewer, run, wanted)
        asset = await find_asset(session, viewer, candidates[0].asset_id, to_change=True)
        edits = await edits_of_candidates(session, [each.id for each in candidates])
        asked: list[tuple[str, dict[str, Any]]] = []
        as_proposed = [each for each in candidates if each.id not in edits]
        if as_proposed:
            if run.params.get("source", {}).get("sha256") != asset.sha256:
                raise Conflict(f"'{asset.title}' has another source by now: run 'highlights' on it anew.")
            asked.append((_HIGHLIGHTS, await _params_of(session, run, as_proposed, wanted)))
        asked += [
            (EDIT, {"edit_id": edit.id, "version": edit.version, "exports": wanted.exports or ()})
            for each in candidates
            if (edit := edits.get(each.id))
        ]
        started = [
            await start_on_asset(session, here.catalogue, recipe, given, asset, owner_id=viewer.user_id)
            for recipe, given in asked
        ]
        return StartedRuns(items=[await show_run(session, viewer, each.id) for each in started])

    return await once(StartedRuns, start)


async def _chosen(session: AsyncSession, viewer: Viewer, run: Run, wanted: RenderCandidates) -> list[CandidateRow]:
    """Give the candidates that are rendered, in the order of their clips."""
    of_run = select(CandidateRow).where(CandidateRow.run_id == run.id).order_by(CandidateRow.position)
    rows = {row.id: row for row in await session.scalars(of_run)}
    if wanted.candidate_ids is None:
        chosen = [row for row in rows.values() if row.decision is Decision.ACCEPTED]
        if not chosen:
            raise InvalidInput("No candidate of the run is accepted: accept some, or name those that you want.")
        return chosen
    for each in wanted.candidate_ids:
        if each not in rows:
            await find_candidate(session, viewer, each)  # says that it is not there
            raise InvalidInput(f"The candidate {each} is of another run: render those of one run together.")
    return [rows[each] for each in dict.fromkeys(wanted.candidate_ids)]


async def _params_of(
    session: AsyncSession, run: Run, candidates: Sequence[CandidateRow], wanted: RenderCandidates
) -> dict[str, Any]:
    """Give what a person chose of a run, with the transcript that was brought: facts are found again by these."""
    given = {
        name: value
        for name, value in run.params.items()
        if name in HighlightsParams.model_fields and name not in {*FILLED, *_LOOKED_FOR}
    }
    brought = select(Step.arguments).where(Step.run_id == run.id, Step.stage == "import_transcript")
    arguments = await session.scalar(brought.limit(1))
    if arguments is not None:
        given["subtitles"] = arguments["subtitles"]["value"]
    given |= wanted.model_dump(exclude_none=True, exclude={"candidate_ids"})
    given["picks"] = [
        Pick(start_s=each.start_s, end_s=each.end_s, title=each.title, score=each.score) for each in candidates
    ]
    return given
