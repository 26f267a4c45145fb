"""Recipes and runs over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_jsonable_python
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor, SignedIn, signed_in, viewer_of
from cutroom.accounts.instance import Here, Reading
from cutroom.accounts.limits import heavy
from cutroom.accounts.models import Role
from cutroom.accounts.request_keys import Once
from cutroom.core.errors import Conflict
from cutroom.core.pagination import PAGE, After, Limit, Page
from cutroom.core.problems import problems
from cutroom.jobs.advancing import FINAL_RUN
from cutroom.jobs.models import RunState
from cutroom.jobs.runs import cancel_run, describe_run, list_runs, list_steps, output_of, retry_run
from cutroom.library.assets import find_asset
from cutroom.library.starting import open_schema, recipes_on_assets, start_on_asset
from cutroom.pipelines.schemas import Events, NewRun, Recipes, RecipeView, RunView, Steps
from cutroom.pipelines.showing import show_run, show_runs
from cutroom.pipelines.watching import events_after, find_run, not_found, stream

router = APIRouter()

Number = Annotated[int, Query(ge=0, le=2**31 - 1, description="The number of the last event that you have.")]
_STREAM = "text/event-stream"
#: A parameter may hold the text of a long recording's subtitles.
_WITH_SUBTITLES = 16 * 1024 * 1024
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON, or server-sent events where the request accepts those.",
        "content": {_STREAM: {"schema": {"type": "string"}}},
    },
    204: {"description": "The run has ended and you have its last event: do not connect again."},
}


@router.get("/recipes", tags=["recipes"], dependencies=[signed_in])
async def list_recipes(here: Here) -> Recipes:
    """List what can be made, with the parameters of each as a JSON schema."""
    return Recipes(
        items=[
            RecipeView(name=recipe.name, title=recipe.title, params=open_schema(recipe))
            for recipe in recipes_on_assets(here.catalogue).values()
        ]
    )


@router.post(
    "/runs",
    status_code=201,
    tags=["runs"],
    dependencies=[heavy],
    responses=problems(404, 409),
    max_body_size=_WITH_SUBTITLES,
)
async def start_run(new: NewRun, viewer: Editor, here: Here, once: Once) -> RunView:
    """Start a recipe on an asset; with an Idempotency-Key, once however often it is sent."""

    async def start(session: AsyncSession) -> RunView:
        asset = await find_asset(session, viewer, new.asset_id, to_change=True)  # so that nobody deletes it meanwhile
        run = await start_on_asset(
            session,
            here.catalogue,
            new.recipe,
            new.params,
            asset,
            owner_id=viewer.user_id,
            priority=new.priority,
        )
        return await show_run(session, viewer, run.id)

    return await once(RunView, start)


@router.get("/runs", tags=["runs"])
async def list_all_runs(
    viewer: SignedIn,
    session: Reading,
    state: RunState | None = None,
    recipe: Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]*$")] = None,
    asset_id: UUID | None = None,
    after: After = None,
    limit: Limit = PAGE,
) -> Page[RunView]:
    """List runs, newest first."""
    page = await list_runs(
        session,
        owner_id=None if viewer.role is Role.ADMIN else viewer.user_id,
        subject_id=asset_id,
        state=state,
        recipe=recipe,
        after=after,
        limit=limit,
    )
    return Page(items=await show_runs(session, viewer, page.items), next=page.next)


@router.get("/runs/{run_id}", tags=["runs"], responses=problems(404))
async def read_run(run_id: UUID, viewer: SignedIn, session: Reading) -> RunView:
    """Tell how a run stands; made to be asked again and again."""
    status = await describe_run(session, run_id)
    if not viewer.sees(status.owner_id):
        raise not_found(run_id)
    (shown,) = await show_runs(session, viewer, [status])
    return shown


@router.get("/runs/{run_id}/steps", tags=["runs"], responses=problems(404))
async def list_run_steps(run_id: UUID, viewer: SignedIn, session: Reading) -> Steps:
    """List a run's steps."""
    await find_run(session, viewer, run_id)
    return Steps(items=await list_steps(session, run_id))


@router.get("/runs/{run_id}/result", tags=["results"], responses=problems(404, 409))
async def read_result(run_id: UUID, viewer: SignedIn, session: Reading, here: Here) -> dict[str, Any]:
    """Give what the recipe gave at its end, under ``value``; its schema is the recipe's own."""
    run = await find_run(session, viewer, run_id)
    if run.state is not RunState.SUCCEEDED:
        raise Conflict(f"The run is {run.state}: its result is there once it has succeeded.")
    # An infinite level of silence is no JSON; as a text it can be read back.
    return {"value": to_jsonable_python(await output_of(session, here.catalogue, run), inf_nan_mode="strings")}


@router.post("/runs/{run_id}/cancel", tags=["runs"], responses=problems(404))
async def cancel(run_id: UUID, viewer: Editor, here: Here) -> RunView:
    """End a run for good, now; one that has ended stays as it is."""

    async def end(session: AsyncSession) -> RunView:
        await find_run(session, viewer, run_id, to_change=True)
        await cancel_run(session, run_id)
        return await show_run(session, viewer, run_id)

    return await here.database.write(end)


@router.post("/runs/{run_id}/retry", tags=["runs"], dependencies=[heavy], responses=problems(404, 409))
async def retry(run_id: UUID, viewer: Editor, here: Here, once: Once) -> RunView:
    """Do again what failed or was cancelled; what was finished is kept."""

    async def again(session: AsyncSession) -> RunView:
        await find_run(session, viewer, run_id, to_change=True)
        await retry_run(session, here.catalogue, run_id)
        return await show_run(session, viewer, run_id)

    return await once(RunView, again)


@router.get("/runs/{run_id}/events", tags=["runs"], response_model=Events, responses={**_EVENTS, **problems(404)})
async def read_run_events(
    run_id: UUID,
    request: Request,
    viewer: SignedIn,
    session: Reading,
    here: Here,
    after: Number = 0,
    limit: Limit = 100,
    last_event_id: Annotated[str | None, Header(description="Sent by browsers that connect again.")] = None,
) -> Events | Response:
    """Give a run's events: a page of them as JSON, or all that follow, as they happen, as server-sent events.

    Between them the stream tells how far the run is (``progress``, without an id); it ends with the run's last event.
    """
    run = await find_run(session, viewer, run_id)
    if _STREAM not in request.headers.get("accept", ""):
        return await events_after(session, run, after, limit)
    if last_event_id and last_event_id.isascii() and last_event_id.isdigit():
        after = max(after, int(last_event_id[:18]))
    if run.state in FINAL_RUN and after >= run.last_event:
        return Response(status_code=204)
    headers = {"X-Accel-Buffering": "no"}  # or a proxy would hand them out in one piece at the end
    return StreamingResponse(
        stream(here.database, run_id, after, lambda later: viewer_of(request, here, later)),
        media_type=_STREAM,
        headers=headers,
    )
