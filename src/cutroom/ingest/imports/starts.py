"""What starts on a recording once it is here: recipes with their parameters, checked when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cutroom.jobs.recipes import Catalogue
from cutroom.library.models import Asset
from cutroom.library.starting import fill_params, find_recipe


class Start(BaseModel):
    """A recipe to start, with what differs from its defaults."""

    model_config = ConfigDict(extra="forbid")

    recipe: Annotated[str, Field(min_length=1, max_length=64, examples=["highlights"])]
    params: dict[str, Any] = Field(default_factory=dict, examples=[{"preset": "square-1080"}])


#: What is done with a recording when nobody says.
Starts = Annotated[list[Start], Field(max_length=8)]
SHARE = Start(recipe="share")


def check_starts(catalogue: Catalogue, starts: Iterable[Start]) -> list[dict[str, Any]]:
    """Refuse what could not start, before there is anything to start it on.

    Returns:
        What a row keeps of it.

    Raises:
        RecipeNotFound: If there is no such recipe.
        InvalidInput: If its parameters cannot be used.
    """
    some = Asset(id=UUID(int=0), sha256="0" * 64, size_bytes=1, file_name="recording")
    for start in starts:
        fill_params(find_recipe(catalogue, start.recipe), start.params, some)
    return [start.model_dump(mode="json") for start in starts]
