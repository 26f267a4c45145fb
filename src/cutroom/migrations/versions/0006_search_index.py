"""Search index.

Follows: 0005. Written by hand: it is no table of a model.

Both databases get the same words at the same numbers (``cutroom/library/search``). What is in it goes with the
recording's entry: by a trigger on SQLite, whose virtual tables refer to nothing, and by a foreign key on PostgreSQL.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE passage_index ("
            "rowid bigint PRIMARY KEY, "
            "terms tsvector NOT NULL, "
            "number integer GENERATED ALWAYS AS (((rowid >> 20) & 1099511627775)::integer) STORED NOT NULL "
            "REFERENCES search_entry (number) ON DELETE CASCADE)"
        )
        op.execute("CREATE INDEX passage_index_number ON passage_index (number)")
        # Changes are written into the index at once: what waits in its list would be gone through by every search.
        op.execute("CREATE INDEX passage_index_terms ON passage_index USING gin (terms) WITH (fastupdate = off)")
        return
    # The words arrive ready and divided by spaces; this tokenizer leaves them as they are.
    op.execute("CREATE VIRTUAL TABLE passage_index USING fts5(terms, tokenize = 'ascii', columnsize = 0)")
    # Six statements of one stretch each: for stretches joined by OR it would go through all of the table.
    dropped = " ".join(
        f"DELETE FROM passage_index WHERE rowid BETWEEN {first} AND {first} | 1048575;"  # noqa: S608 - our own numbers
        for first in (f"(({rank} << 40 | old.number) << 20)" for rank in range(6))
    )
    op.execute(f"CREATE TRIGGER passage_index_dropped AFTER DELETE ON search_entry BEGIN {dropped} END")


def downgrade() -> None:
    """Go down."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER passage_index_dropped")
    op.execute("DROP TABLE passage_index")
