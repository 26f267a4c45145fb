"""Which tables a transaction changed."""

from __future__ import annotations

from sqlalchemy import UpdateBase, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

_CHANGED = "changed tables"


class ChangingSession(Session):
    """A session that notes the tables that it changes; rows that the database itself changes along are not seen."""


def changed_tables(session: Session) -> frozenset[str]:
    """Give the tables that a session changed."""
    return frozenset(session.info.get(_CHANGED, ()))


@event.listens_for(ChangingSession, "after_flush")
def _note_rows(session: Session, _context: UOWTransaction) -> None:
    changed = session.info.setdefault(_CHANGED, set())
    for row in (*session.new, *session.dirty, *session.deleted):
        changed.update(str(table) for table in type(row).__mapper__.tables)


@event.listens_for(ChangingSession, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    if isinstance(state.statement, UpdateBase):
        state.session.info.setdefault(_CHANGED, set()).add(str(state.statement.table))
