"""Where a recording came from: a chain of links, oldest first, that only the program writes.

What a person says of a source (licence, attribution, address) stands in columns of its own, and can be changed; a link
says what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from cutroom.core.clock import now
from cutroom.core.text import one_line
from cutroom.library.models import SourceKind

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that happened to a source.

    Attributes:
        what: ``upload``, ``disk``, ``link``, ``recording`` or ``made``.
        at: When.
        tool: What did it, such as a program and its version.
        sha256: Of what came of it.
        where: The address or the file's name that it came from.
        asset_id: What it was made from.
        run_id: The run that made it.
    """

    what: SourceKind
    at: datetime
    tool: str
    sha256: str
    where: str | None = None
    asset_id: UUID | None = None
    run_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a recording when it is brought.

    Attributes:
        tool: What brings it, such as ``yt-dlp 2026.07.04``.
        url: Where it can be seen.
        licence: A key of :data:`cutroom.library.licences.LICENCES`, as the source itself declares it.
        licence_note: The source's own words about it.
        attribution: Whom to name.
        asset_id: What it was made from.
        run_id: The run that made it.
    """

    kind: SourceKind = SourceKind.DISK
    tool: str = "cutroom"
    url: str | None = None
    licence: str | None = None
    licence_note: str = ""
    attribution: str = ""
    asset_id: UUID | None = None
    run_id: UUID | None = None

    def chain(self, sha256: str, file_name: str, before: list[Any] | None = None) -> list[Any]:
        """Give the chain that a source has when it has come, as JSON.

        Args:
            before: The chain of what it was made from.
        """
        where = one_line(self.url or file_name, _LONGEST)
        link = Link(self.kind, now(), self.tool, sha256, where, self.asset_id, self.run_id)
        return [*(before or ()), TypeAdapter(Link).dump_python(link, mode="json")]


#: Of what lay on the server's own disk.
FROM_DISK = Origin()
