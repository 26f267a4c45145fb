"""What search looks like over HTTP."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from cutroom.library.schemas import AssetView
from cutroom.library.search.models import Kind
from cutroom.library.search.query import LONGEST
from cutroom.library.search.showing import Shown

Asked = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        pattern=r"^[^\x00]*$",
        description='Words that must all be there, in any order; `"words one after the other"`; `-without`. The last '
        "word may be unfinished.",
        examples=['entropy "heat engine" -exam'],
    ),
]


class HitView(BaseModel):
    """A place where the words stand."""

    kind: Kind
    start_s: float | None = Field(description="The second at which the words are said; null in titles and the like.")
    end_s: float | None = Field(description="Where the passage ends.")
    text: str = Field(description="The passage: plain text.")
    marks: list[tuple[int, int]] = Field(
        description="What of the text was asked for: first and last (exclusive) character, in Unicode code points.",
        examples=[[[4, 15]]],
    )


class ResultView(BaseModel):
    """A recording that was found."""

    asset: AssetView
    hits: list[HitView] = Field(description="The best places, best first.")
    count: int = Field(description="In how many places of the recording the words stand.")


class Results(BaseModel):
    """Some of what was found: titles first, then tags, chapters, descriptions, what is said; in each, the newest."""

    items: list[ResultView]
    next: str | None = Field(description="Ask with `after` set to it for what follows; null at the end.")
    total: int | None = Field(description="Recordings in all, of those that you may see; null after the first page.")
    more: bool = Field(description="Whether there are more than `total`, which were not counted.")


class Hits(BaseModel):
    """Some of the places in one recording, in its order."""

    items: list[HitView]
    next: str | None = Field(description="Ask with `after` set to it for what follows; null at the end.")
    total: int


def view_hit(shown: Shown) -> HitView:
    """Put a passage into words."""
    return HitView(kind=shown.kind, start_s=shown.start_s, end_s=shown.end_s, text=shown.text, marks=list(shown.marks))
