"""The audit log: only added to, and whoever gets at the rows all the same is found out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from tests.api.studio import Studio

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit import anchors as anchoring
from cutroom.accounts.audit.anchors import Anchor, append_anchor, keep_anchored, read_anchors, sign_head
from cutroom.accounts.audit.log import digest_of, record
from cutroom.accounts.audit.models import AuditEntry, AuditHead
from cutroom.accounts.audit.restores import record_restore
from cutroom.accounts.audit.verify import Verification, verify_log
from cutroom.accounts.models import Role
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.errors import InvalidInput

pytestmark = pytest.mark.anyio
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADA = Viewer(UUID(int=1), "Ada", Role.ADMIN, "session", address="203.0.113.7")
KEY = b"a key of tests alone"


async def _record(database: Database, count: int) -> None:
    for number in range(count):
        await database.write(partial(record, viewer=ADA, action="test.done", subject=("thing", str(number)), é="ü"))


async def _anchor(database: Database) -> Anchor:
    async with database.reading() as session:
        anchor = await sign_head(session, KEY)
    assert anchor is not None
    return anchor


async def _verify(database: Database, *anchors: Anchor) -> Verification:
    async with database.reading() as session:
        return await verify_log(session, anchors, KEY)


async def test_the_database_itself_refuses_to_change_or_drop_an_entry(database: Database) -> None:
    await _record(database, 2)
    changes: Sequence[Callable[[AsyncSession], Awaitable[object]]] = (
        lambda session: session.execute(update(AuditEntry).values(action="nothing.done")),
        lambda session: session.execute(delete(AuditEntry).where(AuditEntry.number == 2)),
    )
    for change in changes:
        with pytest.raises(DBAPIError, match="the audit log is only added to"):
            async with database.writing() as session:
                await change(session)
    assert (await _verify(database)).entries == 2


async def test_many_at_once_leave_no_gap_and_a_whole_chain(database: Database) -> None:
    others = [Database(database.url) for _ in range(4)]
    await asyncio.gather(*(_record(other, 10) for other in others))
    for other in others:
        await other.close()
    found = await _verify(database, await _anchor(database))
    assert found == Verification(entries=40, anchors=1, signed_up_to=40)
    assert found.sound


async def test_what_is_undone_leaves_no_entry(database: Database) -> None:
    async def fail(session: AsyncSession) -> None:
        await record(session, ADA, "test.done", ("thing", "1"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(fail)
    await _record(database, 1)
    async with database.writing() as session:  # several in one transaction
        for number in (1, 2):
            await record(session, ADA, "test.done", ("thing", str(number)))
    assert await _verify(database) == Verification(3, 0, 0)


# Whoever may drop a trigger


@pytest.fixture
async def written(database: Database) -> Database:
    """A log of twelve entries that nothing protects any more."""
    await _record(database, 12)
    async with database.writing() as session:
        await session.execute(text("DROP TRIGGER audit_entry_no_update"))
        await session.execute(text("DROP TRIGGER audit_entry_no_delete"))
    return database


@on_sqlite
async def test_an_entry_that_was_edited_is_named(written: Database) -> None:
    async with written.writing() as session:
        await session.execute(update(AuditEntry).where(AuditEntry.number == 5).values(actor="Eve"))
    found = await _verify(written)
    assert (found.number, found.wrong) == (5, "it was changed after it was written")


@on_sqlite
@pytest.mark.parametrize(
    "column", [each.key for each in AuditEntry.__table__.columns if each.key not in {"number", "digest"}]
)
async def test_no_part_of_an_entry_can_be_edited(written: Database, column: str) -> None:
    other = {
        "at": now() + timedelta(days=1),
        "actor_id": UUID(int=2),
        "details": {"n": 4, "é": "u"},
    }
    async with written.writing() as session:
        await session.execute(update(AuditEntry).where(AuditEntry.number == 5).values({column: other.get(column, "x")}))
    assert (await _verify(written)).number == 5


@on_sqlite
async def test_an_entry_that_was_taken_out_of_the_middle_is_named(written: Database) -> None:
    async with written.writing() as session:
        await session.execute(delete(AuditEntry).where(AuditEntry.number.in_([4, 5])))
    found = await _verify(written)
    assert (found.number, found.wrong) == (4, "it is missing, and later ones are there")


@on_sqlite
async def test_an_entry_whose_digest_was_made_anew_is_named(written: Database) -> None:
    await _replace(written, 5, 5)
    found = await _verify(written)
    assert found.number == 5
    assert found.wrong is not None
    assert found.wrong.startswith("it was replaced")


@on_sqlite
async def test_entries_taken_off_the_end_are_named_though_the_head_was_set_back(written: Database) -> None:
    anchor = await _anchor(written)
    async with written.writing() as session:
        await session.execute(delete(AuditEntry).where(AuditEntry.number > 9))
    cut = await _verify(written)
    assert cut.number == 10  # the head still names the last one
    async with written.writing() as session:
        last = await session.get_one(AuditEntry, 9)
        await session.execute(update(AuditHead).values(number=9, digest=last.digest))
    assert (await _verify(written)).sound  # a chain alone misses it
    found = await _verify(written, anchor)
    assert found.number == 10
    assert found.wrong is not None
    assert "all up to entry 12, which was signed at" in found.wrong
    await _record(written, 3)  # and it does not help to fill them up
    found = await _verify(written, anchor)
    assert found.number == 12


@on_sqlite
async def test_a_log_that_was_written_anew_from_an_entry_on_is_not_the_one_that_was_signed(written: Database) -> None:
    anchor = await _anchor(written)
    await _replace(written, 5, 12)
    assert (await _verify(written)).sound
    found = await _verify(written, anchor)
    assert (found.number, found.wrong) == (12, f"it or one before it is not what was signed at {anchor.at}")


@on_sqlite
async def test_a_head_that_was_signed_with_another_key_counts_for_nothing(written: Database) -> None:
    for number in (12, 15):
        forged = Anchor(number, "0" * 64, now().isoformat(), "0" * 64)
        found = await _verify(written, forged)
        assert found.number == number
        assert found.wrong is not None
        assert "does not have this instance's signature" in found.wrong


async def _replace(database: Database, first: int, last: int) -> None:
    """Change an entry, and write the digests and the head anew as far as the last one."""
    async with database.writing() as session:
        entries = await session.scalars(
            select(AuditEntry).where(AuditEntry.number.between(first, last)).order_by(AuditEntry.number)
        )
        digest = None
        for entry in entries:
            entry.actor = "Eve"
            entry.previous = digest or entry.previous
            entry.digest = digest = digest_of(entry)
        head = await session.get_one(AuditHead, 1)
        if last == head.number and digest:
            head.digest = digest


# An older backup


async def _cut(database: Database, last: int) -> None:
    """Have the log as it was when an entry was its last, as a backup has it."""
    async with database.writing() as session:
        await session.execute(delete(AuditEntry).where(AuditEntry.number > last))
        entry = await session.get_one(AuditEntry, last)
        await session.execute(update(AuditHead).values(number=last, digest=entry.digest))


async def _restored(database: Database, last: int, key: bytes = KEY) -> None:
    await _cut(database, last)
    await database.write(lambda session: record_restore(session, key, now()))


@on_sqlite
async def test_a_log_that_was_restored_is_whole_and_says_so(written: Database) -> None:
    before = await _anchor(written)
    await _restored(written, 9)
    assert await _verify(written, before) == Verification(10, 1, 0, restores=1, replaced=1)
    await _record(written, 5)  # other entries have the numbers now that were signed before
    after = await _anchor(written)
    assert await _verify(written, before, after) == Verification(15, 2, 15, restores=1, replaced=1)
    await _restored(written, 7)  # a backup from before the first restore
    assert await _verify(written, before, after) == Verification(8, 2, 0, restores=1, replaced=2)


@on_sqlite
async def test_a_restore_excuses_nothing_that_was_in_the_backup_and_nothing_that_came_after_it(
    written: Database,
) -> None:
    early = await _anchor(written)
    await _record(written, 3)
    await _restored(written, 13)
    await _record(written, 3)
    late = await _anchor(written)
    assert (await _verify(written, early, late)).sound
    await _cut(written, 15)
    assert (await _verify(written, early, late)).number == 16
    await _replace(written, 12, 15)
    found = await _verify(written, early)
    assert (found.number, found.restores) == (12, 0)


@on_sqlite
async def test_who_has_no_key_makes_no_restore_of_a_log_that_was_cut(written: Database) -> None:
    anchor = await _anchor(written)
    await _restored(written, 5, key=b"another key")
    found = await _verify(written, anchor)
    assert (found.number, found.restores) == (7, 0)
    # Nor from what was signed as a head when the log was as short.
    await _cut(written, 5)
    short = await _anchor(written)
    subject = ("backup", now().isoformat())
    async with written.writing() as session:
        await record(session, ADA, "instance.restored", subject, restored_at=short.at, signature=short.signature)
    assert (await _verify(written, anchor)).number == 7


# Anchors


@on_sqlite
async def test_the_server_signs_new_entries_and_once_more_when_it_ends(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchoring, "EVERY_S", 0.05)
    file, stop = tmp_path / "audit.anchors", asyncio.Event()
    await _record(database, 2)
    keeping = asyncio.create_task(keep_anchored(database, KEY, file, stop))
    async with asyncio.timeout(30):
        while not file.exists():
            await asyncio.sleep(0.02)
    monkeypatch.setattr(anchoring, "EVERY_S", 60.0)
    await asyncio.sleep(0.2)
    await _record(database, 1)
    stop.set()
    await keeping
    found = read_anchors(file)
    assert [anchor.number for anchor in found] == [2, 3]
    assert file.stat().st_mode & 0o777 == 0o600
    assert await _verify(database, *found) == Verification(3, 2, 3)


def test_a_file_that_is_no_list_of_anchors_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "audit.anchors"
    append_anchor(file, Anchor(1, "0" * 64, "now", "0" * 64))
    with file.open("a") as lines:
        lines.write("what?\n")
    with pytest.raises(InvalidInput, match=r"Line 2 of .* is no anchor"):
        read_anchors(file)


# Over HTTP


@on_sqlite
async def test_administrators_look_for_what_was_done_and_see_that_the_log_is_whole(studio: Studio) -> None:
    ada, client = await studio.person(name="Ada")
    _, bob = await studio.person(name="Bob")
    moments = []
    for version, who in enumerate((client, bob, client)):
        moments.append(now())
        change = {"version": version, "changes": {"keep_deleted_days": 100 + version}}
        assert (await who.patch("/api/v1/settings", json=change)).status_code == 200
    await client.put("/api/v1/settings/secrets/openai", json={"value": "sk-1"})

    async def numbers(**filters: str) -> list[int]:
        answer = await client.get("/api/v1/audit", params=filters)
        assert answer.status_code == 200, answer.text
        return [entry["number"] for entry in answer.json()["items"]]

    assert await numbers() == [4, 3, 2, 1]
    assert await numbers(actor_id=str(ada)) == [4, 3, 1]
    assert await numbers(action="settings.changed", actor_id=str(ada)) == [3, 1]
    assert await numbers(subject_kind="secret", subject_id="provider/openai") == [4]
    assert await numbers(since=moments[1].isoformat(), until=moments[2].isoformat()) == [2]
    page = (await client.get("/api/v1/audit", params={"limit": 3})).json()
    assert await numbers(after=page["next"]) == [1]
    assert (await client.get("/api/v1/audit", params={"since": "yesterday"})).status_code == 422
    whole = (await client.get("/api/v1/audit/verification")).json()
    found = {"sound": True, "entries": 4, "anchors": 0, "signed_up_to": 0, "number": None, "wrong": None}
    assert whole == {**found, "restores": 0, "replaced": 0}
