"""Values of steps, kept as rows by the hash of what they were made from.

A value is kept as canonical JSON, a text, with the text's hash. What is read back is verified first, and the files
that it names by whoever uses them: damaged is the same as absent, so it is made again.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.clock import now
from cutroom.jobs.blobs import name_blob
from cutroom.jobs.errors import StepOutdated, ValueLost
from cutroom.jobs.holds import Claimed
from cutroom.jobs.models import Blob, Result, ResultBlob, Run, Step, StepKind, StepState
from cutroom.jobs.recipes import Catalogue, Failed, read_value, write_value
from cutroom.jobs.stages import Stage
from cutroom.jobs.upserts import insert_or
from cutroom.providers.storage import Storage, StoredFile


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that was found.

    Attributes:
        files: What it names; whoever uses the value checks them first.
    """

    key: str
    value: Any
    files: tuple[StoredFile, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A step's arguments.

    Attributes:
        values: By parameter, of the parameter's type; one that is missing has a default.
        digests: By parameter, of the value as canonical JSON.
    """

    values: dict[str, Any]
    digests: dict[str, str]


def canonical(content: Any) -> str:  # noqa: ANN401 - any JSON
    """Write JSON in the one way that its hash is taken of: ASCII, sorted, without spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Hash a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def result_key(stage: Stage[Any, Any], digests: Mapping[str, str]) -> str:
    """Name the result of a stage for arguments with these digests."""
    return digest_of(canonical([stage.name, stage.version, dict(digests)]))


def own_key(step_id: UUID) -> str:
    """Name the result of a step that writes rows: it is never used for another one."""
    return digest_of(f"step {step_id}")


async def find_result(session: AsyncSession, stage: Stage[Any, Any], key: str) -> Kept | None:
    """Give a kept value, or ``None`` when there is none, or it is damaged or of another type.

    Its files are not looked at: :func:`damaged_files` does that, outside of any transaction.
    """
    row = (await session.execute(select(Result.digest, Result.value).where(Result.key == key))).one_or_none()
    if row is None or digest_of(row.value) != row.digest:
        return None
    try:
        value = read_value(stage.gives, json.loads(row.value))
    except (ValueError, ValidationError):
        return None
    return Kept(key, value, tuple(files_in(value)))


def damaged_files(storage: Storage, files: Iterable[StoredFile]) -> list[StoredFile]:
    """Give those files that storage does not hold whole; reads every byte, so it belongs into a thread."""
    return [file for file in files if storage.size(file.sha256) != file.size_bytes or not storage.check(file.sha256)]


async def keep_result(
    session: AsyncSession, stage: Stage[Any, Any], key: str, value: object, files: Iterable[StoredFile] = ()
) -> None:
    """Keep a value; a computed one that is there already and whole stays as it is.

    Args:
        files: In storage by now; those that the value names are found in it.
    """
    content = write_value(stage.gives, value)
    text = canonical(content)
    # In one order everywhere, so that two workers never wait for each other's rows.
    named = {file.sha256: file for file in (*files_in(value), *files)}
    moment = now()
    for sha256 in sorted(named):
        await name_blob(session, sha256, named[sha256].size_bytes)
    there = (await session.execute(select(Result.digest, Result.value).where(Result.key == key))).one_or_none()
    # Others may have used what was computed before; of rows that were written again, the newest are what stands.
    if not stage.records and there is not None and digest_of(there.value) == there.digest:
        await touch_result(session, key)
        return
    made = {
        "stage": stage.name,
        "version": stage.version,
        "digest": digest_of(text),
        "value": text,
        "length": len(content) if isinstance(content, list) else None,
        "created_at": moment,
        "used_at": moment,
    }
    row = insert_or(session, Result).values(key=key, **made)
    await session.execute(row.on_conflict_do_update(index_elements=["key"], set_=made))
    if there is not None:
        await session.execute(delete(ResultBlob).where(ResultBlob.result_key == key))
    for sha256 in sorted(named):
        link = insert_or(session, ResultBlob).values(result_key=key, sha256=sha256)
        await session.execute(link.on_conflict_do_nothing())


async def touch_result(session: AsyncSession, key: str) -> bool:
    """Tell that a result and its files are in use; ``False`` when it is not here."""
    moment = now()
    used = await session.scalar(update(Result).where(Result.key == key).values(used_at=moment).returning(Result.key))
    files = select(ResultBlob.sha256).where(ResultBlob.result_key == key)
    await session.execute(update(Blob).where(Blob.sha256.in_(files)).values(used_at=moment, unnamed_at=None))
    return used is not None


async def spoil_result(session: AsyncSession, key: str) -> None:
    """Let a result count as absent, because files that it names are damaged."""
    await session.execute(update(Result).where(Result.key == key).values(digest=""))


async def resolve_arguments(session: AsyncSession, catalogue: Catalogue, claimed: Claimed) -> Resolved:
    """Read the values that a step works on.

    Raises:
        StepOutdated: If the stage is not known, or no longer takes what the step has for it.
        ValueLost: If what another step gave is lost or damaged.
    """
    stage = catalogue.stages.get(claimed.stage)
    if stage is None:
        raise StepOutdated(f"The stage '{claimed.stage}' is not known to this version of Cutroom: start a new run.")
    # An argument that the stage no longer has is left out, one that it has now takes its default.
    given = {name: claimed.arguments[name] for name in stage.reads if name in claimed.arguments}
    contents = await _contents(session, claimed.run_id, {each["step"] for each in given.values() if "step" in each})
    values: dict[str, Any] = {}
    digests: dict[str, str] = {}
    for name, each in given.items():
        kind = stage.reads[name]
        content = contents[each["step"]] if "step" in each else each["value"]
        if "item" in each:
            content = content[each["item"]]
        try:
            values[name] = read_value(kind, content)
        except ValidationError as error:
            raise StepOutdated(
                f"'{name}' of the stage '{claimed.stage}' was made by another version of Cutroom: start a new run."
            ) from error
        # Written again by its type: a JSON column may have turned 1.0 into 1.
        digests[name] = digest_of(canonical(write_value(kind, values[name])))
    return Resolved(values, digests)


async def output_of(session: AsyncSession, catalogue: Catalogue, run: Run) -> object | None:
    """Give the value of the step that a run's recipe returned; ``None`` while it has none.

    Raises:
        ValueLost: If it is no longer here.
        StepOutdated: If its stage is not known, or gives something else by now.
    """
    if run.output is None:
        return None
    step = (
        await session.execute(
            select(Step.kind, Step.stage, Step.state, Step.partial).where(Step.run_id == run.id, Step.key == run.output)
        )
    ).one()
    if step.state is not StepState.SUCCEEDED:
        return None
    stage = catalogue.stages.get(step.stage)
    if stage is None:
        raise StepOutdated(f"The stage '{step.stage}' is not known to this version of Cutroom.")
    kind: Any = stage.gives
    if step.kind is StepKind.EACH:
        kind = list[kind | Failed] if step.partial else list[kind]
    content = (await _contents(session, run.id, {run.output}))[run.output]
    try:
        value: object = read_value(kind, content)
    except ValidationError as error:
        raise StepOutdated(f"What '{run.output}' gave was made by another version of Cutroom.") from error
    return value


async def values_of(
    session: AsyncSession, catalogue: Catalogue, run_id: UUID, stages: Collection[str]
) -> dict[str, Any]:
    """Give what some stages of a run gave, by their names, as far as it is still kept and whole."""
    query = (
        select(Step.stage, Result.digest, Result.value)
        .join(Result, Result.key == Step.result_key)
        .where(Step.run_id == run_id, Step.kind == StepKind.STAGE, Step.stage.in_(stages))
        .order_by(Step.id)
    )
    rows = (await session.execute(query)).all()
    return await asyncio.to_thread(_read_values, catalogue, rows)


def _read_values(catalogue: Catalogue, rows: Iterable[Any]) -> dict[str, Any]:
    values = {}
    for row in rows:
        if digest_of(row.value) == row.digest and row.stage in catalogue.stages:
            with contextlib.suppress(ValueError):  # of another version
                values[row.stage] = read_value(catalogue.stages[row.stage].gives, json.loads(row.value))
    return values


def files_in(value: object) -> Iterator[StoredFile]:
    """Find the stored files that a value names, by their type."""
    match value:
        case StoredFile():
            yield value
        case BaseModel():
            yield from files_in([each for _, each in value])
        case Mapping():
            yield from files_in([*value.keys(), *value.values()])
        case str() | bytes():
            return
        case list() | tuple() | set() | frozenset():
            for each in value:
                yield from files_in(each)
        case _ if is_dataclass(value):
            yield from files_in([getattr(value, field.name) for field in dataclasses.fields(value)])


async def _contents(session: AsyncSession, run_id: UUID, keys: set[str]) -> dict[str, Any]:
    """Read what steps gave, as JSON; an ``each`` gave a list of what its items gave."""
    if not keys:
        return {}
    rows = await session.execute(select(Step.id, Step.key, Step.kind).where(Step.run_id == run_id, Step.key.in_(keys)))
    steps = {row.key: row for row in rows}
    if lost := keys - steps.keys():
        raise ValueLost(steps=lost)
    parents = {row.id: row.key for row in steps.values() if row.kind is StepKind.EACH}
    made = await session.execute(
        select(Step.key, Step.parent_id, Step.state, Step.error, Result.digest, Result.value)
        .outerjoin(Result, Result.key == Step.result_key)
        .where(Step.run_id == run_id, Step.key.in_(keys - set(parents.values())) | Step.parent_id.in_(parents))
        .order_by(Step.id)
    )
    contents: dict[str, Any] = {key: [] for key in parents.values()}
    damaged: set[str] = set()
    for row in made:
        if row.state is StepState.FAILED:
            error = row.error or {}
            content: Any = write_value(Failed, Failed(error.get("message", ""), error.get("kind", "")))
        elif row.value is None or digest_of(row.value) != row.digest:
            damaged.add(row.key)
            continue
        else:
            content = json.loads(row.value)
        if row.parent_id in parents:
            contents[parents[row.parent_id]].append(content)
        else:
            contents[row.key] = content
    if damaged:
        raise ValueLost(steps=damaged)
    return contents
