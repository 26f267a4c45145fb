"""The engine in this process: rows, storage and one slot after another until a run is final."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, select

from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.claims import claim_step
from cutroom.jobs.execution import execute
from cutroom.jobs.models import Queue, Run, RunState, Step, StepKind, StepState
from cutroom.jobs.recipes import Catalogue, catalogue_of
from cutroom.jobs.runs import output_of, start_run
from cutroom.jobs.work import Unlock
from cutroom.jobs.workers import register_worker
from cutroom.library.models import Asset
from cutroom.pipelines.catalogue import RECIPES, STAGES
from cutroom.providers.registry import load
from cutroom.providers.storage import Storage, StoredFile

T = TypeVar("T")

CATALOGUE: Catalogue = catalogue_of(RECIPES, STAGES)
FINAL = (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELED)


@dataclass(frozen=True, slots=True)
class House:
    """A database, storage and the folder of one instance."""

    database: Database
    storage: Storage
    settings: Settings
    catalogue: Catalogue = CATALOGUE
    unlock: Unlock | None = None

    async def add(self, path: Path) -> Asset:
        """Bring a recording."""
        file = await keep_file(self.database, self.storage, path, "")
        async with self.database.writing() as session:
            asset = Asset(title=path.stem, file_name=path.name, sha256=file.sha256, size_bytes=file.size_bytes)
            session.add(asset)
            await session.flush()
            return asset

    async def start(self, recipe: str, asset: Asset, **params: object) -> UUID:
        """Start a recipe on a recording, as the interface does."""
        chosen = self.catalogue.recipes[recipe]
        source = StoredFile(asset.sha256, asset.size_bytes)
        filled: BaseModel = chosen.params.model_validate({**params, "source": source, "file_name": asset.file_name})
        async with self.database.writing() as session:
            return (await start_run(session, chosen, filled, subject_id=asset.id)).id

    async def work(self, run_id: UUID) -> Run:
        """Do steps until the run is final."""
        async with self.database.writing() as session:
            worker = await register_worker(
                session, host="here", pid=1, process_started="now", queues=tuple(Queue), version="test"
            )
        async with asyncio.timeout(300):
            while (run := await self.run(run_id)).state not in FINAL:
                claimed = await self.database.write(lambda session: claim_step(session, worker, tuple(Queue)))
                if claimed is None:
                    await asyncio.sleep(0.05)
                    continue
                here = (self.database, self.catalogue, self.storage, self.settings)
                await execute(*here, claimed, threads=2, unlock=self.unlock)
        return run

    async def do(self, recipe: str, asset: Asset, **params: object) -> Run:
        """Start a recipe and work until it is done."""
        return await self.work(await self.start(recipe, asset, **params))

    async def run(self, run_id: UUID) -> Run:
        async with self.database.reading() as session:
            return await session.get_one(Run, run_id)

    async def output(self, run: Run) -> object:
        async with self.database.reading() as session:
            return await output_of(session, self.catalogue, run)

    async def rows(self, query: Select[T]) -> list[T]:
        async with self.database.reading() as session:
            return list((await session.scalars(query)).all())

    async def steps(self, run: Run) -> dict[str, Step]:
        """Give a run's steps by key."""
        return {step.key: step for step in await self.rows(select(Step).where(Step.run_id == run.id))}

    async def computed(self, run: Run) -> set[str]:
        """Name the steps of a run that were computed and not reused, without those that write rows."""
        return {
            key
            for key, step in (await self.steps(run)).items()
            if step.kind is StepKind.STAGE and step.state is StepState.SUCCEEDED and not step.reused
        }

    def read(self, sha256: str) -> bytes:
        return b"".join(self.storage.read(sha256))


def open_house(database: Database, folder: Path, catalogue: Catalogue = CATALOGUE) -> House:
    """Open an instance that needs no model."""
    settings = Settings(
        data_dir=folder, embedding="hashed", face_detection="none", ocr="none", offline=True, beat_s=0.2
    )
    return House(database, load("storage", "local")(settings, "local"), settings, catalogue)
