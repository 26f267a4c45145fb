from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel
from tests.pipelines.engine import open_house

from cutroom.core.database import Database
from cutroom.core.errors import UnsupportedMedia
from cutroom.jobs.models import RunState
from cutroom.jobs.recipes import Failed, catalogue_of, each_possible, recipe
from cutroom.jobs.runs import retry_run, start_run
from cutroom.jobs.stages import Recording, Work, record, stage

pytestmark = pytest.mark.anyio


class Where(BaseModel):
    folder: str


@stage(version=1)
def name_files(work: Work, folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in ("one", "two")]


@stage(version=1)
def read_file(work: Work, path: str) -> str:
    if not Path(path).exists():
        raise UnsupportedMedia(f"There is no {path}.")
    return Path(path).read_text()


@record(version=1)
async def count_read(recording: Recording, texts: list[str | Failed]) -> int:
    return sum(isinstance(text, str) for text in texts)


@recipe("reading", "Reading", Where)
def reading(params: Where) -> int:
    return count_read(each_possible(read_file, name_files(params.folder)))


async def test_what_is_written_down_again_after_a_retry_is_what_the_run_gives(
    database: Database, tmp_path: Path
) -> None:
    catalogue = catalogue_of((reading,), (name_files, read_file, count_read))
    house = open_house(database, tmp_path / "house", catalogue)
    (tmp_path / "one").write_text("one")
    async with database.writing() as session:
        run_id = (await start_run(session, reading, Where(folder=str(tmp_path)))).id
    run = await house.work(run_id)
    assert run.state is RunState.SUCCEEDED
    assert await house.output(run) == 1
    (tmp_path / "two").write_text("two")
    async with database.writing() as session:
        await retry_run(session, catalogue, run_id)
    run = await house.work(run_id)
    assert run.state is RunState.SUCCEEDED
    assert await house.output(run) == 2
