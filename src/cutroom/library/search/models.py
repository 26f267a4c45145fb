"""What is searched, as rows: all of it made of other rows, and made again from them by ``cutroom db reindex``."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cutroom.core.database import Base

#: Of a passage's number: what of it counts passages, and what counts recordings.
POSITION_BITS = 20
NUMBER_BITS = 40
LAST = (1 << POSITION_BITS) - 1


class Kind(StrEnum):
    """Where words stand."""

    TITLE = "title"
    TAG = "tag"
    CHAPTER = "chapter"
    DESCRIPTION = "description"
    SPEECH = "speech"


#: What a hit is worth, best first; the words of a whole recording, wherever they stand, come last.
RANKS = {Kind.TITLE: 5, Kind.TAG: 4, Kind.CHAPTER: 3, Kind.DESCRIPTION: 2, Kind.SPEECH: 1}
WHOLE = 0
_KINDS = {rank: kind for kind, rank in RANKS.items()}


class SearchEntry(Base):
    """A recording in the index."""

    __tablename__ = "search_entry"

    #: Counts recordings as they came: what came later is found first.
    number: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"), unique=True)
    #: Of what was said; unset when nothing was heard.
    language: Mapped[str | None] = mapped_column(String(16))
    #: :data:`cutroom.library.search.words.VERSION` when all of it was written.
    version: Mapped[int] = mapped_column(default=0)


class Passage(Base):
    """A few sentences that were said, a title, a tag, a chapter's title, or a part of a description."""

    __tablename__ = "passage"

    #: Kind, recording and position in one number (:func:`passage_id`): what is larger is the better hit.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(ForeignKey("search_entry.number", ondelete="CASCADE"), index=True)
    start_s: Mapped[float | None]
    end_s: Mapped[float | None]
    #: As it is shown; a zero-width space divides words that are written without one.
    text: Mapped[str] = mapped_column(Text)
    #: When each word starts: hundredths of a second after the one before.
    starts: Mapped[list[Any] | None]

    @property
    def kind(self) -> Kind:
        """Where its words stand."""
        return _KINDS[self.id >> (POSITION_BITS + NUMBER_BITS)]


class Stretch(NamedTuple):
    """Numbers of passages from one to another, both included."""

    first: int
    last: int


def passage_id(rank: int, number: int, position: int) -> int:
    """Give a passage's number: a better kind before a later recording before an earlier place in it."""
    return rank << (POSITION_BITS + NUMBER_BITS) | number << POSITION_BITS | (LAST - min(position, LAST))


def passages_of(rank: int, first: int = 0, last: int = (1 << NUMBER_BITS) - 1) -> Stretch:
    """Give the numbers of all passages of a kind, of recordings from one to another."""
    return Stretch(passage_id(rank, first, LAST), passage_id(rank, last, 0))
