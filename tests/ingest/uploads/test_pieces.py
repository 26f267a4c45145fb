"""How long the pieces of a file are that goes to storage directly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cutroom.ingest.uploads.direct import piece_bytes_for, pieces_of
from cutroom.ingest.uploads.models import Upload
from cutroom.providers.storage.direct import MOST_BYTES

#: What a store takes: no piece but the last that is shorter, none that is longer, and so many of one file.
SHORTEST, LONGEST, MOST = 5 << 20, 5 << 30, 10_000


@given(st.integers(1, MOST_BYTES))
def test_pieces_grow_so_that_a_store_takes_all_of_them(size_bytes: int) -> None:
    pieces = pieces_of(Upload(length=size_bytes, piece_bytes=piece_bytes_for(size_bytes)))
    assert sum(piece.size_bytes for piece in pieces) == size_bytes
    assert [piece.number for piece in pieces] == list(range(1, len(pieces) + 1))
    assert len(pieces) <= MOST
    assert all(SHORTEST <= piece.size_bytes <= LONGEST for piece in pieces[:-1])
    assert 0 < pieces[-1].size_bytes <= LONGEST
