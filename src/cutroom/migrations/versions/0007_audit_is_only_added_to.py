"""Audit is only added to.

Follows: 0006. Written by hand: no model has triggers.

A slip, or a program that only has the rights of ours, changes nothing of the audit log. Whoever may drop a trigger can:
the chain of digests and the signed heads are what tells then.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SAID = "the audit log is only added to"


def upgrade() -> None:
    """Go up."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_entry_no_{change.lower()} BEFORE {change} ON audit_entry "
            f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        )


def downgrade() -> None:
    """Go down."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entry_stays ON audit_entry")
        op.execute("DROP FUNCTION audit_entry_stays()")
        return
    for change in ("update", "delete"):
        op.execute(f"DROP TRIGGER audit_entry_no_{change}")
