"""Start a recipe on an asset: what the recipe needs to know of it is filled in here, never by who asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from asgi_correlation_id import correlation_id
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.errors import InvalidInput, NotFound
from cutroom.jobs.models import Run
from cutroom.jobs.recipes import Catalogue, Recipe
from cutroom.jobs.runs import start_run
from cutroom.library.models import Asset
from cutroom.providers.storage import StoredFile

#: Parameters that nobody chooses: what the asset is, and what the instance is set up with.
FILLED = ("source", "file_name", "asset_id", "providers", "corrections")


class RecipeNotFound(NotFound):
    """There is no recipe of that name."""


def find_recipe(catalogue: Catalogue, name: str) -> Recipe[Any]:
    """Give a recipe by name.

    Raises:
        RecipeNotFound: If there is none.
    """
    known = recipes_on_assets(catalogue)
    if name not in known:
        raise RecipeNotFound(f"There is no recipe {name!r}: choose one of {', '.join(sorted(known))}.")
    return known[name]


def recipes_on_assets(catalogue: Catalogue) -> dict[str, Recipe[Any]]:
    """Give the recipes that people start, by name."""
    return {name: recipe for name, recipe in catalogue.recipes.items() if recipe.on_asset}


@cache
def open_schema(recipe: Recipe[Any]) -> dict[str, Any]:
    """Give the JSON schema of the parameters that people choose."""
    schema: dict[str, Any] = recipe.params.model_json_schema()
    properties = schema.get("properties", {})
    schema["properties"] = {name: each for name, each in properties.items() if name not in FILLED}
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if name not in FILLED]
    return schema


def fill_params(recipe: Recipe[Any], given: Mapping[str, Any], asset: Asset) -> BaseModel:
    """Put what was chosen and what the asset is together.

    Raises:
        InvalidInput: If a parameter is not the recipe's, or of a wrong kind.
    """
    wrong = [name for name in given if name in FILLED or name not in recipe.params.model_fields]
    if wrong:
        open_names = [name for name in recipe.params.model_fields if name not in FILLED]
        raise InvalidInput(
            f"The recipe {recipe.name!r} has no parameter {wrong[0]!r}: it has {', '.join(open_names) or 'none'}."
        )
    own = {
        "source": StoredFile(asset.sha256, asset.size_bytes),
        "file_name": asset.file_name,
        "asset_id": asset.id,
    }
    filled = {name: value for name, value in own.items() if name in recipe.params.model_fields}
    try:
        params: BaseModel = recipe.params.model_validate({**given, **filled})
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False)[:3]
        )
        raise InvalidInput(f"The parameters of {recipe.name!r} cannot be used: {said}.") from error
    return params


async def start_on_asset(
    session: AsyncSession,
    catalogue: Catalogue,
    name: str,
    given: Mapping[str, Any],
    asset: Asset,
    *,
    owner_id: UUID | None,
    priority: int = 0,
) -> Run:
    """Start a recipe on an asset.

    Raises:
        RecipeNotFound: If there is no such recipe.
        InvalidInput: If its parameters cannot be used.
    """
    recipe = find_recipe(catalogue, name)
    return await start_run(
        session,
        recipe,
        fill_params(recipe, given, asset),
        owner_id=owner_id,
        subject_id=asset.id,
        priority=priority,
        correlation_id=correlation_id.get(),
    )
