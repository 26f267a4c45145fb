"""Search and lists at 100,000 recordings and 10 million words, on SQLite and on PostgreSQL.

Words are drawn as they fall in speech (the n-th most common one with a probability of 1/n), a title of five and three
passages of 32 each. Asked are questions of several kinds, each a few dozen times with other words, once for an
administrator and once for somebody who sees one recording in a hundred: what a page of 20 takes within this process,
from reading the question to the passages that are shown. ``CUTROOM_BENCH_RECORDINGS`` asks for another number.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from tests.services.servers import Postgres

from cutroom.accounts.access import Viewer
from cutroom.accounts.models import Role
from cutroom.accounts.users import new_user
from cutroom.core.clock import now
from cutroom.core.database import Database
from cutroom.core.ids import new_id
from cutroom.core.schema import upgrade
from cutroom.jobs.models import Blob
from cutroom.library.assets import AssetOrder, list_assets
from cutroom.library.models import Asset
from cutroom.library.search.finding import Filters, find
from cutroom.library.search.index import put
from cutroom.library.search.models import RANKS, WHOLE, Kind, Passage, SearchEntry, passage_id
from cutroom.library.search.query import read_question
from cutroom.library.search.words import VERSION, words_of

_RECORDINGS = int(os.environ.get("CUTROOM_BENCH_RECORDINGS", "100000"))
_TITLE, _PASSAGES, _LENGTH = 5, 3, 32
_VOCABULARY = 50_000
_PORTION = 1000
_SEEN = 100  # one in so many
_ROUNDS = 30
_ADMIN = Viewer(None, "", Role.ADMIN, "here")


def measure() -> dict[str, Any]:
    """Measure both databases; PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        results = asyncio.run(_measure(f"sqlite:///{folder}/cutroom.db", "sqlite"))
    if Postgres.find():
        server = Postgres.made()
        server.start()
        try:
            results |= asyncio.run(_measure(server.url, "postgresql"))
        finally:
            server.end()
    return results


async def _measure(url: str, name: str) -> dict[str, Any]:
    database = Database(url)
    await upgrade(database)
    rng = random.Random(1)  # noqa: S311 - of nothing that is secret
    vocabulary = _words(rng)
    async with database.writing() as session:
        session.add(Blob(sha256="0" * 64, size_bytes=1))
        few, many = new_user("few", None, Role.EDITOR), new_user("many", None, Role.EDITOR)
        session.add_all([few, many])
    begin = time.perf_counter()
    said = [await _fill(database, rng, vocabulary, first, few.id, many.id) for first in range(0, _RECORDINGS, _PORTION)]
    results: dict[str, Any] = {
        "words_written_per_s": round(_RECORDINGS * (_TITLE + _PASSAGES * _LENGTH) / (time.perf_counter() - begin))
    }
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    results |= {f"{part}_mb": round(size / 1e6) for part, size in (await _sizes(database)).items()}
    viewer = Viewer(few.id, "few", Role.EDITOR, "session")
    for who, asks in (("admin", _ADMIN), ("one_in_100", viewer)):
        for kind, questions in _questions(rng, vocabulary, said).items():
            times = [await _time(database, lambda s, q=q, v=asks: _ask(s, v, q)) for q in questions]
            results |= _spread(f"{who}_{kind}", times)
        for order in (AssetOrder.NEWEST, AssetOrder.TITLE):
            times = [
                await _time(database, lambda s, o=order, v=asks: list_assets(s, v, order=o, after=None, limit=50))
                for _ in range(_ROUNDS)
            ]
            results |= _spread(f"{who}_list_by_{order.name.lower()}", times)
    await database.close()
    return {f"{name}_{key}": value for key, value in results.items()}


def _words(rng: random.Random) -> list[str]:
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    weights = list(accumulate(1 / (place + 2) for place in range(len(letters))))
    made = {"".join(rng.choices(letters, cum_weights=weights, k=rng.randint(3, 10))) for _ in range(2 * _VOCABULARY)}
    return rng.sample(sorted(made), _VOCABULARY)


async def _fill(
    database: Database, rng: random.Random, vocabulary: list[str], first: int, few: UUID, many: UUID
) -> list[str]:
    """Add a portion of recordings, and give one passage of it."""
    weights = list(accumulate(1 / (place + 2.7) for place in range(_VOCABULARY)))
    size = _TITLE + _PASSAGES * _LENGTH
    words = rng.choices(vocabulary, cum_weights=weights, k=_PORTION * size)
    assets, entries, passages, rows, wholes = [], [], [], [], []
    for place in range(_PORTION):
        own, number = words[place * size : (place + 1) * size], first + place + 1
        asset_id = new_id()
        title = " ".join(own[:_TITLE])
        assets.append(
            {
                "id": asset_id,
                "owner_id": few if number % _SEEN == 0 else many,
                "title": title,
                "file_name": "talk.mp4",
                "sha256": "0" * 64,
                "size_bytes": 1,
                "created_at": now(),
            }
        )
        entries.append({"number": number, "asset_id": asset_id, "version": VERSION, "language": "en"})
        parts = [(RANKS[Kind.TITLE], 0, own[:_TITLE], None)]
        for part in range(_PASSAGES):
            start = _TITLE + part * _LENGTH
            parts.append((RANKS[Kind.SPEECH], part, own[start : start + _LENGTH], part * 12.0))
        for rank, position, said, start_s in parts:
            key = passage_id(rank, number, position)
            passages.append(
                {
                    "id": key,
                    "number": number,
                    "text": " ".join(said),
                    "start_s": start_s,
                    "end_s": None if start_s is None else start_s + 12.0,
                    "starts": None if start_s is None else [0, *[37] * (_LENGTH - 1)],
                }
            )
            rows.append((key, words_of(" ".join(said))))
        wholes.append((passage_id(WHOLE, number, 0), list(dict.fromkeys(own))))
    async with database.writing() as session:
        await session.execute(insert(Asset), assets)
        await session.execute(insert(SearchEntry), entries)
        await session.execute(insert(Passage), passages)
        await put(session, sorted(rows))
        await put(session, wholes, ordered=False)
    return rows[-1][1]


def _questions(rng: random.Random, vocabulary: list[str], said: list[list[str]]) -> dict[str, list[str]]:
    """Ask for words by how common they are; the last word of a question stays open unless a space follows."""

    def some(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(_ROUNDS)]

    def phrase() -> str:
        place = rng.randrange(_LENGTH - 1)
        return f'"{" ".join(rng.choice(said)[place : place + 2])}"'

    def word(first: int, stop: int) -> str:
        return vocabulary[rng.randrange(first, stop)]

    return {
        "common": some(lambda: f"{word(0, 30)} "),
        "middling": some(lambda: f"{word(300, 3000)} "),
        "rare": some(lambda: f"{word(30_000, 50_000)} "),
        "two_common": some(lambda: f"{word(0, 30)} {word(0, 30)} "),
        "common_and_rare": some(lambda: f"{word(0, 30)} {word(10_000, 50_000)} "),
        "two_middling": some(lambda: f"{word(300, 3000)} {word(300, 3000)} "),
        "phrase": some(phrase),
        "prefix_of_3": some(lambda: word(0, 5000)[:3]),
        "without": some(lambda: f"{word(300, 3000)} -{word(0, 30)} "),
    }


async def _ask(session: Any, viewer: Viewer, q: str) -> object:  # noqa: ANN401 - a session
    return await find(session, viewer, read_question(q), Filters(), after=None, limit=20)


async def _time(database: Database, act: Callable[[Any], Awaitable[object]]) -> float:
    # SQLite works in this process, so what it takes is known whatever else the machine does.
    clock = time.process_time if database.kind == "sqlite" else time.perf_counter
    begin = clock()
    async with database.reading() as session:
        await act(session)
    return (clock() - begin) * 1000


def _spread(name: str, times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        f"{name}_ms": round(statistics.median(ordered), 1),
        f"{name}_p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
    }


async def _sizes(database: Database) -> dict[str, float]:
    """Give the bytes of the index and of the passages that it finds."""
    if database.kind == "sqlite":
        query = "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE"
    else:
        query = "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
    async with database.reading() as session:
        sizes = dict(_rows(await session.execute(text(query))))
    index = sum(size for name, size in sizes.items() if name.startswith("passage_index"))
    return {"index": index, "passages": sizes["passage"]}


def _rows(found: Any) -> Iterator[tuple[str, float]]:  # noqa: ANN401 - a result
    for row in found:
        yield row[0], row[1]
