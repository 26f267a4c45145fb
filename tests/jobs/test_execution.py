"""One step at a time, done by the very loop that a slot's process runs."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest
from pydantic import BaseModel
from sqlalchemy import delete, select, update
from tests.jobs import workshop
from tests.jobs.workshop import Asking, Film, Hang, Publishing, Rest, Sum

from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.jobs import execution
from cutroom.jobs.claims import Claimed, claim_step, reap_step
from cutroom.jobs.events import read_events
from cutroom.jobs.execution import execute
from cutroom.jobs.models import Effect, Queue, Result, ResultBlob, Run, RunState, Step, StepState, Worker
from cutroom.jobs.recipes import Recipe
from cutroom.jobs.runs import cancel_run, describe_run, output_of, start_run
from cutroom.jobs.schemas import RunStatus
from cutroom.jobs.slots import run_slot
from cutroom.jobs.work import SCRATCH, sweep_scratch
from cutroom.jobs.workers import register_worker
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage
from cutroom.providers.storage.local import LocalStorage

pytestmark = pytest.mark.anyio

#: Longer than anything here takes on a busy machine.
PATIENCE_S = 60.0


class Bench(NamedTuple):
    """Everything that a slot works with, in this process."""

    database: Database
    storage: Storage
    settings: Settings

    async def start(self, recipe: Recipe[Any], params: BaseModel) -> Run:
        async with self.database.writing() as session:
            return await start_run(session, recipe, params)

    async def status(self, run: Run) -> RunStatus:
        async with self.database.reading() as session:
            return await describe_run(session, run.id)

    async def steps(self, run: Run) -> dict[str, Step]:
        async with self.database.reading() as session:
            return {step.key: step for step in await session.scalars(select(Step).where(Step.run_id == run.id))}

    async def value(self, run: Run) -> object:
        async with self.database.reading() as session:
            return await output_of(session, workshop.CATALOGUE, run)

    async def until(self, so: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not await so():
                await asyncio.sleep(0.02)

    async def ended(self, run: Run) -> RunStatus:
        async def final() -> bool:
            return (await self.status(run)).ended_at is not None

        await self.until(final)
        return await self.status(run)

    async def running(self, run: Run) -> None:
        async def so() -> bool:
            return any(step.state is StepState.RUNNING for step in (await self.steps(run)).values())

        await self.until(so)

    def slot(self, stop: asyncio.Event) -> asyncio.Task[None]:
        return asyncio.create_task(
            run_slot(self.database, workshop.CATALOGUE, self.storage, self.settings, list(Queue), stop=stop)
        )

    async def claim(self) -> Claimed:
        async with self.database.writing() as session:
            worker_id = await register_worker(
                session, host="test", pid=1, process_started="", queues=list(Queue), version="0"
            )
            claimed = await claim_step(session, worker_id, list(Queue))
        assert claimed is not None
        return claimed

    async def do(self, claimed: Claimed) -> None:
        await execute(self.database, workshop.CATALOGUE, self.storage, self.settings, claimed)

    def scratch(self) -> list[Path]:
        folder = self.settings.data_dir / SCRATCH
        return list(folder.iterdir()) if folder.is_dir() else []

    def stored(self) -> list[Path]:
        return [path for path in (self.settings.data_dir / "media").glob("??/*") if path.is_file()]


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    settings = Settings(data_dir=tmp_path / "data", beat_s=0.05, lease_s=3.0)
    return Bench(database, load("storage", "local")(settings, "local"), settings)


@pytest.fixture
async def slot(bench: Bench) -> AsyncIterator[Bench]:
    """The bench with a slot at work."""
    stop = asyncio.Event()
    task = bench.slot(stop)
    yield bench
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_run_is_done_to_its_end(slot: Bench, tmp_path: Path) -> None:
    run = await slot.start(workshop.add_squares, Sum(count=4, book=str(tmp_path / "book")))
    status = await slot.ended(run)
    assert status.state is RunState.SUCCEEDED
    assert await slot.value(run) == "14 in all"
    assert sorted((tmp_path / "book").read_text().split()) == ["0", "1", "2", "3"]
    async with slot.database.reading() as session:
        events = await read_events(session, run.id, after=0, limit=100)
    assert [event.data for event in events if event.kind == "total"] == [{"total": 14}]
    assert slot.scratch() == []


async def test_a_second_run_does_only_what_is_new(slot: Bench, tmp_path: Path) -> None:
    book = str(tmp_path / "book")
    await slot.ended(await slot.start(workshop.add_squares, Sum(count=3, book=book)))
    again = await slot.start(workshop.add_squares, Sum(count=3, book=book))
    assert (await slot.ended(again)).steps.reused == 5
    assert len((tmp_path / "book").read_text().split()) == 3
    assert await slot.value(again) == "5 in all"


@on_sqlite
async def test_files_go_through_storage_and_a_kept_one_is_not_made_twice(slot: Bench) -> None:
    first = await slot.start(workshop.make_film, Film(duration_s=0.4))
    await slot.ended(first)
    kept = {path: path.stat().st_mtime_ns for path in slot.stored()}
    assert len(kept) == 2
    second = await slot.start(workshop.make_film, Film(duration_s=0.4))
    assert (await slot.ended(second)).steps.reused == 4
    assert {path: path.stat().st_mtime_ns for path in slot.stored()} == kept


@on_sqlite
@pytest.mark.parametrize("harm", ["flip", "truncate", "empty", "remove"])
async def test_a_damaged_file_is_made_again_by_the_next_run(harm: str, slot: Bench) -> None:
    first = await slot.start(workshop.make_film, Film(duration_s=0.4))
    await slot.ended(first)
    whole = {path: path.read_bytes() for path in slot.stored()}
    for path in whole:
        damage(path, harm)
    second = await slot.start(workshop.make_film, Film(duration_s=0.4))
    status = await slot.ended(second)
    assert status.state is RunState.SUCCEEDED, status.error
    assert {path: path.read_bytes() for path in slot.stored()} == whole
    assert await slot.value(second) == await slot.value(first)


@on_sqlite
async def test_a_file_that_is_damaged_between_two_steps_is_made_again_within_the_run(bench: Bench) -> None:
    run = await bench.start(workshop.make_film, Film(duration_s=0.4))
    for _ in range(3):
        await bench.do(await bench.claim())
    damage(bench.stored()[0], "flip")
    stop = asyncio.Event()
    task = bench.slot(stop)
    status = await bench.ended(run)
    stop.set()
    await task
    assert status.state is RunState.SUCCEEDED, status.error
    attempts = {key: step.attempt for key, step in (await bench.steps(run)).items()}
    assert sorted(attempts[f"each_encode[{item}]"] for item in range(2)) == [1, 2]
    assert attempts["weigh"] == 2


async def test_a_cancelled_run_ends_its_children_and_frees_its_slot(slot: Bench, tmp_path: Path) -> None:
    run = await slot.start(workshop.make_film, Film(count=1, duration_s=120.0))

    async def encoding() -> bool:
        return bool(children())

    await slot.until(encoding)
    async with slot.database.writing() as session:
        await cancel_run(session, run.id)

    async def gone() -> bool:
        return not children() and not slot.scratch()

    await slot.until(gone)
    assert (await slot.status(run)).state is RunState.CANCELED
    other = await slot.start(workshop.add_squares, Sum(count=1, book=str(tmp_path / "book")))
    assert (await slot.ended(other)).state is RunState.SUCCEEDED


async def test_a_stage_hears_of_the_end_from_its_next_word(slot: Bench) -> None:
    run = await slot.start(workshop.take_rest, Rest(seconds=300))
    await slot.running(run)
    async with slot.database.writing() as session:
        await cancel_run(session, run.id)
    other = await slot.start(workshop.take_rest, Rest(seconds=0.0))
    assert (await slot.ended(other)).state is RunState.SUCCEEDED


async def test_a_stage_that_reports_after_its_end_is_told_so_before_the_next_beat(bench: Bench) -> None:
    run = await bench.start(workshop.talk, Rest(seconds=300))
    deaf = Bench(bench.database, bench.storage, bench.settings.model_copy(update={"beat_s": 300.0}))
    doing = asyncio.create_task(deaf.do(await bench.claim()))

    async def noted() -> bool:
        async with bench.database.reading() as session:
            return any(event.kind == "note" for event in await read_events(session, run.id, after=0, limit=100))

    await bench.until(noted)
    async with bench.database.writing() as session:
        await cancel_run(session, run.id)
    await asyncio.wait_for(doing, PATIENCE_S)
    assert (await bench.status(run)).state is RunState.CANCELED


async def test_a_kept_value_that_is_dropped_while_its_files_are_checked_is_made_again(bench: Bench) -> None:
    film = Film(count=1, duration_s=0.2)
    meanwhile = HousekeepingMeanwhile(bench)
    stop = asyncio.Event()
    task = Bench(bench.database, meanwhile, bench.settings).slot(stop)
    await bench.ended(await bench.start(workshop.make_film, film))
    meanwhile.armed = True
    second = await bench.start(workshop.make_film, film)
    assert (await bench.ended(second)).state is RunState.SUCCEEDED
    step = (await bench.steps(second))["each_encode[0]"]
    assert (step.attempt, step.failures, step.reused) == (2, 0, False)
    stop.set()
    await task


async def test_what_a_worker_made_after_it_lost_its_step_is_thrown_away(bench: Bench, tmp_path: Path) -> None:
    run = await bench.start(workshop.take_rest, Rest(seconds=0.5))
    first = await bench.claim()
    late = Bench(bench.database, bench.storage, bench.settings.model_copy(update={"beat_s": 60.0}))
    doing = asyncio.create_task(late.do(first))  # it does not hear that it was taken for dead
    async with bench.database.writing() as session:
        assert await reap_step(session, first.step_id, first.attempt, reason="a test says so.")
    second = await bench.claim()
    assert second.attempt == first.attempt + 1
    await doing
    step = (await bench.steps(run))["dawdle"]
    assert (step.state, step.attempt) == (StepState.RUNNING, 2)
    await bench.do(second)
    assert (await bench.status(run)).state is RunState.SUCCEEDED


async def test_a_stopping_worker_hands_its_step_back_uncounted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "GRACE_S", 0.1)
    run = await bench.start(workshop.take_rest, Rest(seconds=300))
    stop = asyncio.Event()
    task = bench.slot(stop)
    await bench.running(run)
    stop.set()
    await asyncio.wait_for(task, PATIENCE_S)
    step = (await bench.steps(run))["dawdle"]
    assert (step.state, step.failures, step.worker_id) == (StepState.READY, 0, None)
    assert bench.scratch() == []
    async with bench.database.reading() as session:
        assert all(worker.ended_at for worker in await session.scalars(select(Worker)))


async def test_a_step_of_a_stage_that_is_not_known_fails_in_words(slot: Bench) -> None:
    run = await slot.start(workshop.take_rest, Rest(seconds=300))
    await slot.running(run)
    async with slot.database.writing() as session:
        await cancel_run(session, run.id)
    async with slot.database.writing() as session:
        other = await start_run(session, workshop.take_rest, Rest(seconds=0.0))
        await session.execute(update(Step).where(Step.run_id == other.id).values(stage="forgotten"))
    status = await slot.ended(other)
    assert status.state is RunState.FAILED
    assert status.error is not None
    assert "'forgotten' is not known to this version" in status.error.message


async def test_a_full_disk_is_waited_for_and_not_counted(slot: Bench, tmp_path: Path) -> None:
    run = await slot.start(workshop.fill_it, Hang(book=str(tmp_path / "tried")))

    async def put_off() -> bool:
        step = (await slot.steps(run))["fill_disk"]
        return step.state is StepState.READY and "disk is full" in step.message

    await slot.until(put_off)
    assert (await slot.steps(run))["fill_disk"].failures == 0
    async with slot.database.writing() as session:
        await session.execute(update(Step).where(Step.run_id == run.id).values(not_before=run.created_at))
    assert (await slot.ended(run)).state is RunState.SUCCEEDED


async def test_no_work_starts_on_a_disk_that_is_nearly_full(
    slot: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage._replace(free=int(usage.total * 0.04)))
        run = await slot.start(workshop.add_squares, Sum(count=1, book=str(tmp_path / "book")))
        other = await slot.start(workshop.ask_around, Asking(book=str(tmp_path / "asked")))
        assert (await slot.ended(other)).state is RunState.SUCCEEDED, "what writes little goes on"
        assert (await slot.status(run)).state is RunState.QUEUED
    assert (await slot.ended(run)).state is RunState.SUCCEEDED


async def test_a_budget_holds_and_notes_stay_with_the_run(slot: Bench, tmp_path: Path) -> None:
    run = await slot.start(workshop.ask_around, Asking(book=str(tmp_path / "asked"), per_s=20.0, times=3))
    status = await slot.ended(run)
    assert status.state is RunState.SUCCEEDED
    assert status.cost.units == {"asking": 3}
    async with slot.database.reading() as session:
        events = await read_events(session, run.id, after=0, limit=100)
        stored = await session.get_one(Run, run.id)
    assert [event.data["note"] for event in events if event.kind == "note"] == ["The provider was asked."]
    assert stored.media_s == 12.5


async def test_a_budget_that_is_spent_for_long_puts_the_step_off(slot: Bench, tmp_path: Path) -> None:
    run = await slot.start(workshop.ask_around, Asking(book=str(tmp_path / "asked"), per_s=0.001, times=2))

    async def put_off() -> bool:
        step = (await slot.steps(run))["ask"]
        return step.state is StepState.READY and "asking allows no more" in step.message

    await slot.until(put_off)
    assert (await slot.steps(run))["ask"].failures == 0


async def test_an_effect_whose_answer_was_lost_is_looked_up_and_not_done_again(slot: Bench, tmp_path: Path) -> None:
    run = await slot.start(workshop.publish_it, Publishing(book=str(tmp_path / "posts"), breaks="after"))
    assert (await slot.ended(run)).state is RunState.SUCCEEDED
    assert len((tmp_path / "posts").read_text().splitlines()) == 1
    step = (await slot.steps(run))["publish"]
    assert (step.attempt, step.failures) == (2, 1)
    async with slot.database.reading() as session:
        (effect,) = await session.scalars(select(Effect))
    assert (effect.state, effect.reference) == ("settled", {"id": str(step.id)})


async def test_an_effect_that_nobody_can_look_up_asks_a_person(bench: Bench, tmp_path: Path) -> None:
    run = await bench.start(workshop.publish_it, Publishing(book=str(tmp_path / "posts"), breaks="blind"))
    claimed = await bench.claim()
    async with bench.database.writing() as session:
        session.add(Effect(key=f"publish:{claimed.step_id}", state="armed"))
    await bench.do(claimed)
    status = await bench.status(run)
    assert status.state is RunState.FAILED
    assert status.error is not None
    assert "Whether 'publish' was done is unknown" in status.error.message
    assert not (tmp_path / "posts").exists()


async def test_scratch_that_nobody_owns_is_swept(bench: Bench) -> None:
    await bench.start(workshop.take_rest, Rest())
    claimed = await bench.claim()
    owned = bench.settings.data_dir / SCRATCH / f"{claimed.step_id}-{claimed.attempt}"
    stale = bench.settings.data_dir / SCRATCH / f"{claimed.step_id}-0"
    for folder in (owned, stale):
        folder.mkdir(parents=True)
        (folder / "half.mp4").write_bytes(b"half")
    await sweep_scratch(bench.database, bench.settings)
    assert bench.scratch() == [owned]


class HousekeepingMeanwhile(LocalStorage):
    """Storage on disk; while a file of it is checked, housekeeping drops the result that names it."""

    def __init__(self, bench: Bench) -> None:
        folder = bench.settings.data_dir.absolute()
        super().__init__(folder / "media", folder)
        self.armed = False
        self._url = bench.database.url

    def check(self, sha256: str) -> bool:
        if self.armed:
            self.armed = False
            asyncio.run(self._drop(sha256))
        return super().check(sha256)

    async def _drop(self, sha256: str) -> None:
        database = Database(self._url)
        keys = select(ResultBlob.result_key).where(ResultBlob.sha256 == sha256)
        async with database.writing() as session:
            await session.execute(delete(Result).where(Result.key.in_(keys)))
        await database.close()


def damage(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    path.chmod(0o644)
    match how:
        case "flip":
            content[len(content) // 2] ^= 0x01
            path.write_bytes(content)
        case "truncate":
            path.write_bytes(content[: len(content) // 2])
        case "empty":
            path.write_bytes(b"")
        case "remove":
            path.unlink()


def children() -> list[str]:
    """Name the programs that this process has started."""
    names = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            names.append(child.name())
    return [name for name in names if "ffmpeg" in name]
