"""Fill an instance with a small school's library, made here with no network; what is there already stays."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.config.settings import read_config
from cutroom.accounts.models import Role, User
from cutroom.accounts.quotas.reservations import read_used, reserve
from cutroom.accounts.users import add_user, fold_name, new_user
from cutroom.analysis.models import TranscriptRow
from cutroom.core.clock import now
from cutroom.core.ids import new_id
from cutroom.core.progress import Progress, Reporter
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.execution import Engine
from cutroom.jobs.models import Queue, Run, RunState
from cutroom.jobs.runs import cancel_run
from cutroom.jobs.slots import run_slot
from cutroom.library.assets import add_asset, delete_asset, find_asset
from cutroom.library.curation.categories import create_category
from cutroom.library.curation.collections import create_collection, put_item, show_collection
from cutroom.library.curation.describing import describe_asset
from cutroom.library.models import Asset, AssetState, Category, Collection, SourceKind, Visibility
from cutroom.library.provenance import Origin
from cutroom.library.search.writing import index_speech
from cutroom.library.settling import settle_assets
from cutroom.library.starting import start_on_asset
from cutroom.media.subtitles import cues_of, write_vtt
from cutroom.media.transcript import Transcript
from cutroom.pipelines.seeding.drawing import Drawn, draw, file_name
from cutroom.pipelines.seeding.shelf import CATEGORIES, COLLECTION, PEOPLE, TALKS, Fate, Talk
from cutroom.providers import registry
from cutroom.providers.text_to_speech import TextToSpeech

_HERE = Viewer(None, "", Role.ADMIN, "here")
_SHARE, _HIGHLIGHTS = "share", "highlights"
#: What is made of the one that is cut up: it is half a minute long.
_WANTED = {
    "count": 2, "min_s": 5.0, "max_s": 9.0, "preset": "vertical-1080", "language": "en", "language_model": "none",
}  # fmt: skip
_SLOTS = 2
_LOOK_S = 0.2
_OPEN = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class _Known:
    """Whom and what the talks belong to."""

    people: tuple[UUID, ...]
    categories: dict[str, UUID]


@dataclass(frozen=True, slots=True)
class _Made:
    """A recording that was added, and what was started on it."""

    talk: Talk
    asset_id: UUID
    run_ids: tuple[UUID, ...]


async def seed(engine: Engine, reporter: Reporter, talks: Sequence[Talk] = TALKS) -> int:
    """Add what is not there yet, and do what has to be done on it.

    Nobody of the school has a password: a link from ``cutroom users reset`` gives them one.

    Returns:
        How many recordings were added.

    Raises:
        CutroomError: As ffmpeg, the voice, the disk or the database say.
    """
    known = await engine.database.write(_add_people)
    async with engine.database.reading() as session:
        names = select(Asset.file_name).where(Asset.owner_id.in_(known.people))
        there = set(await session.scalars(names))
    missing = [talk for talk in talks if file_name(talk) not in there]
    if not missing:
        return 0
    name, model = registry.split(engine.settings.text_to_speech)
    voice: TextToSpeech = await asyncio.to_thread(registry.load("text_to_speech", name), engine.settings, model)
    made: list[_Made] = []
    async with _working(engine):
        with reporter.stage("Make recordings") as progress:
            for count, talk in enumerate(missing, start=1):
                made.append(await _bring(engine, known, talk, voice))
                progress(count / len(missing))
        with reporter.stage("Make them ready") as progress:
            await _ended(engine, [run_id for each in made for run_id in each.run_ids], progress)
    await engine.database.write(lambda session: _arrange(session, engine, known, made))
    await settle_assets(engine.database)
    return len(made)


async def _add_people(session: AsyncSession) -> _Known:
    config = await read_config(session)
    people: list[UUID] = []
    for person in PEOPLE:
        user = await session.scalar(select(User).where(User.name == fold_name(person.name)))
        if user is None:
            user = new_user(person.name, None, person.role)
            await add_user(session, user)
            await record(session, _HERE, "user.created", ("user", user.id), name=person.name, role=person.role.value)
        people.append(user.id)
        used = await read_used(session, config, user.id)
        more = round(person.used * used.limit_bytes) - used.used_bytes
        if more > 0:
            await reserve(session, config, user.id, new_id(), more)
    for name in CATEGORIES:
        if await session.scalar(select(Category.id).where(Category.name == fold_name(name))) is None:
            await create_category(session, _HERE, name)
    rows = {row.name: row.id for row in await session.execute(select(Category.name, Category.id))}
    return _Known(tuple(people), {name: rows[fold_name(name)] for name in CATEGORIES})


async def _bring(engine: Engine, known: _Known, talk: Talk, voice: TextToSpeech) -> _Made:
    """Make a recording, add it, and start what is to be done on it."""
    with tempfile.TemporaryDirectory(dir=engine.settings.data_dir, prefix="seed-") as folder:
        drawn = await asyncio.to_thread(draw, talk, Path(folder), voice)
        file = await keep_file(engine.database, engine.storage, drawn.path)

    async def add(session: AsyncSession) -> _Made:
        owner_id = known.people[talk.owner]
        asset = await add_asset(session, owner_id, file, drawn.path.name, talk.title, origin=Origin(SourceKind.UPLOAD))
        said = {"tags": talk.tags, "description": talk.description, "licence": talk.licence}
        await describe_asset(session, _HERE, asset.id, said | {"category_id": known.categories[talk.category]})
        asset.visibility = talk.visibility
        asset.created_at = asset.brought_at = now() - timedelta(days=talk.days_ago)
        if drawn.transcript is not None and talk.fate is not Fate.CUT_UP:
            await _write_down(session, asset, drawn.transcript)
        started = []
        for name, given in _work_on(talk, drawn):
            run = await start_on_asset(session, engine.catalogue, name, given, asset, owner_id=owner_id)
            started.append(run.id)
            if talk.fate is Fate.CANCELED:
                asset.state = AssetState.PROCESSING  # as if it had begun
                await cancel_run(session, run.id)
        return _Made(talk, asset.id, tuple(started))

    return await engine.database.write(add)


def _work_on(talk: Talk, drawn: Drawn) -> list[tuple[str, dict[str, Any]]]:
    """Tell which recipes are run on a recording now, and how."""
    if talk.fate in {Fate.NEW, Fate.WAITING}:
        return []
    if talk.fate is not Fate.CUT_UP or drawn.transcript is None:
        return [(_SHARE, {})]
    heard = drawn.transcript
    subtitles = write_vtt(cues_of(heard.words, heard.language), word_times=True)
    return [(_SHARE, {}), (_HIGHLIGHTS, _WANTED | {"subtitles": subtitles})]


async def _write_down(session: AsyncSession, asset: Asset, transcript: Transcript) -> None:
    session.add(
        TranscriptRow(
            asset_id=asset.id,
            language=transcript.language,
            source=transcript.source,
            made_of=asset.sha256,
            content=TypeAdapter(Transcript).dump_python(transcript, mode="json"),
        )
    )
    await index_speech(session, asset.id, transcript)


@contextlib.asynccontextmanager
async def _working(engine: Engine) -> AsyncIterator[None]:
    """Do steps until the block ends."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(_SLOTS):
            group.create_task(
                run_slot(
                    engine.database,
                    engine.catalogue,
                    engine.storage,
                    engine.settings,
                    tuple(Queue),
                    stop=stop,
                    unlock=engine.unlock,
                )
            )
        try:
            yield
        finally:
            stop.set()


async def _ended(engine: Engine, run_ids: Sequence[UUID], progress: Progress) -> None:
    """Wait until these runs have ended."""
    still = select(func.count()).select_from(Run).where(Run.id.in_(run_ids), Run.state.in_(_OPEN))
    while True:
        async with engine.database.reading() as session:
            left = await session.scalar(still) or 0
        if not left:
            return
        progress(1 - left / len(run_ids))
        await asyncio.sleep(_LOOK_S)


async def _arrange(session: AsyncSession, engine: Engine, known: _Known, made: Sequence[_Made]) -> None:
    """Do what comes once all is ready: the trash, what waits for its turn, a collection."""
    for each in made:
        if each.talk.fate is Fate.DELETED:
            await delete_asset(session, _HERE, each.asset_id)
        elif each.talk.fate is Fate.WAITING:
            asset = await find_asset(session, _HERE, each.asset_id)
            asset.state = AssetState.PROCESSING
            await start_on_asset(session, engine.catalogue, _SHARE, {}, asset, owner_id=asset.owner_id)
    title, description, titles = COLLECTION
    shown = {each.talk.title: each.asset_id for each in made if each.talk.title in titles}
    there = select(Collection.id).where(Collection.title == title, Collection.owner_id.in_(known.people))
    if shown and await session.scalar(there) is None:
        curator = Viewer(known.people[1], PEOPLE[1].name, PEOPLE[1].role, "here")
        shelf = await create_collection(session, curator, title, description)
        await show_collection(session, curator, shelf.id, Visibility.INSTANCE, {})
        for name in titles:
            if name in shown:
                await put_item(session, curator, shelf.id, shown[name])
