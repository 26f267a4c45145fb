"""Walk the audit log and name the first entry that is not as it was written."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.audit.anchors import Anchor
from cutroom.accounts.audit.log import BEGINNING, digest_of
from cutroom.accounts.audit.models import AuditEntry, AuditHead
from cutroom.accounts.audit.restores import RestoreEntry, read_restore

#: Entries read at a time.
_PORTION = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk through the log found.

    Attributes:
        entries: How many are there.
        anchors: How many signed heads they were compared with.
        signed_up_to: The last entry that a signed head covers; 0 for none.
        restores: How many entries tell of a backup that was restored, with this instance's signature.
        replaced: How many signed heads are of what such a backup took the place of: those entries are gone.
        number: The first entry that is wrong or missing; unset when all is well.
        wrong: What is wrong with it.
    """

    entries: int
    anchors: int
    signed_up_to: int
    restores: int = 0
    replaced: int = 0
    number: int | None = None
    wrong: str | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.wrong is None


async def verify_log(session: AsyncSession, anchors: Sequence[Anchor], key: bytes) -> Verification:
    """Compare every entry with its digest, with the entry before it, and with what was signed.

    Args:
        session: One state of the database; the anchors were read before it.
        key: What they are signed with.
    """
    signed = defaultdict[int, list[Anchor]](list)
    for anchor in anchors:
        signed[anchor.number].append(anchor)
    walk = _Walk(signed, key)
    while portion := (
        await session.scalars(
            select(AuditEntry).where(AuditEntry.number > walk.reached).order_by(AuditEntry.number).limit(_PORTION)
        )
    ).all():
        session.expunge_all()  # a long log is not kept in memory
        wrong = await asyncio.to_thread(walk.check, portion)
        if wrong is not None:
            return walk.found(*wrong)
    wrong = walk.check_end(await session.get(AuditHead, 1))
    return walk.found(*wrong) if wrong else walk.found()


class _Walk:
    """How far a walk has come."""

    def __init__(self, signed: dict[int, list[Anchor]], key: bytes) -> None:
        self.reached = 0
        self._digest = BEGINNING
        self._signed = signed
        self._key = key
        self._covered = 0
        self._restores: list[RestoreEntry] = []
        self._replaced = 0

    def check(self, entries: Iterable[AuditEntry]) -> tuple[int, str] | None:
        """Go on over these; give the first that is wrong."""
        for entry in entries:
            if entry.number != self.reached + 1:
                return self.reached + 1, "it is missing, and later ones are there"
            if entry.digest != digest_of(entry):
                return entry.number, "it was changed after it was written"
            if entry.previous != self._digest:
                return max(1, self.reached), "it was replaced: the entry after it follows another one"
            if restore := read_restore(entry, self._key):
                self._restores.append(restore)
            for anchor in self._signed.get(entry.number, ()):
                if not anchor.is_signed(self._key):
                    return entry.number, f"the signed head of {anchor.at} does not have this instance's signature"
                if self._is_replaced(anchor):
                    continue
                if anchor.digest != entry.digest:
                    return entry.number, f"it or one before it is not what was signed at {anchor.at}"
                self._covered = entry.number
            self.reached, self._digest = entry.number, entry.digest
        return None

    def check_end(self, head: AuditHead | None) -> tuple[int, str] | None:
        """Tell whether entries are missing after the last one."""
        later = [anchor for number in sorted(self._signed) if number > self.reached for anchor in self._signed[number]]
        forged = next((anchor for anchor in later if not anchor.is_signed(self._key)), None)
        if forged:
            return forged.number, f"the signed head of {forged.at} does not have this instance's signature"
        beyond = [anchor for anchor in later if not self._is_replaced(anchor)]
        if beyond:
            return self.reached + 1, (
                f"it and all up to entry {beyond[-1].number}, which was signed at {beyond[-1].at}, are missing: they "
                "were taken off, or the database was put back by other means than 'cutroom db restore'"
            )
        if (head.number, head.digest) != (self.reached, self._digest) if head else self.reached > 0:
            return self.reached + 1, "the log says that it ends elsewhere: entries at its end were taken off or added"
        return None

    def found(self, number: int | None = None, wrong: str | None = None) -> Verification:
        """Give what was found."""
        count = sum(map(len, self._signed.values()))
        restores = len(self._restores)
        return Verification(self.reached, count, self._covered, restores, self._replaced, number, wrong)

    def _is_replaced(self, anchor: Anchor) -> bool:
        replaced = any(restore.replaced(anchor) for restore in self._restores)
        self._replaced += replaced
        return replaced
