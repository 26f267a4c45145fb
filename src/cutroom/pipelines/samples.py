"""The sample lecture: a recording that Cutroom makes itself, to try everything with."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Editor
from cutroom.accounts.instance import Here
from cutroom.accounts.limits import heavy
from cutroom.accounts.request_keys import Once
from cutroom.core.settings import get_settings
from cutroom.jobs.recipes import recipe
from cutroom.jobs.runs import start_run
from cutroom.jobs.stages import Recording, Work, record, stage
from cutroom.library.assets import add_asset
from cutroom.library.models import SourceKind
from cutroom.library.provenance import Origin
from cutroom.library.starting import start_on_asset
from cutroom.narration.lecture import make_lecture
from cutroom.pipelines.schemas import RunView
from cutroom.pipelines.showing import show_run
from cutroom.providers import registry
from cutroom.providers.storage import StoredFile

router = APIRouter(tags=["recipes"])

RECIPE = "sample"
_FILE = "sample-lecture.mp4"


class SampleParams(BaseModel):
    """The sample lecture has nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class SampleAdded:
    """The sample lecture, in the library."""

    asset_id: UUID


@stage(version=1, time_limit_s=600.0)
def make_sample_lecture(work: Work, voice: str) -> StoredFile:
    """Make the sample lecture."""
    name, model = registry.split(voice)
    path = work.folder / _FILE
    make_lecture(path, registry.load("text_to_speech", name)(work.settings, model), progress=work.progress)
    return work.keep(path)


@record(version=1)
async def add_sample_lecture(recording: Recording, lecture: StoredFile) -> SampleAdded:
    """Add it to the library, and make it ready to watch and its highlights."""
    session, owner_id = recording.session, recording.owner_id
    origin = Origin(SourceKind.MADE, run_id=recording.run_id)
    asset = await add_asset(session, owner_id, lecture, _FILE, "Sample lecture: five small ideas", origin=origin)
    for made in ("share", "highlights"):  # watching it, and its clips
        await start_on_asset(session, recording.catalogue, made, {}, asset, owner_id=owner_id)
    return SampleAdded(asset.id)


@recipe(RECIPE, "Sample lecture", SampleParams, on_asset=False)
def sample(params: SampleParams) -> SampleAdded:  # noqa: ARG001 - every recipe has them
    """Make a lecture of slides, a spoken script and a presenter, and bring it in."""
    return add_sample_lecture(make_sample_lecture(get_settings().text_to_speech))


@router.post("/samples", status_code=202, dependencies=[heavy])
async def make_sample(viewer: Editor, here: Here, once: Once) -> RunView:
    """Make the sample lecture, bring it in and start its highlights; its run tells how that goes."""

    async def start(session: AsyncSession) -> RunView:
        run = await start_run(session, here.catalogue.recipes[RECIPE], SampleParams(), owner_id=viewer.user_id)
        return await show_run(session, viewer, run.id)

    return await once(RunView, start)


RECIPES = (sample,)
STAGES = (make_sample_lecture, add_sample_lecture)
