"""Write the parts of docs/reference that are made from the code; tests hold them to it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from cutroom.app import CATALOGUE, make_web, open_engine
from cutroom.core.settings import Settings
from cutroom.jobs.recipes import Recipe
from cutroom.library.starting import open_schema, recipes_on_assets
from cutroom.pipelines.diagram import draw_graph
from cutroom.pipelines.result import HighlightsResult
from cutroom.providers.storage import StoredFile

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"
_INTRODUCTION = """# Recipes

What can be run on a recording: `cutroom run RECIPE …`, or `POST /api/v1/runs`. Steps that do not wait for each other
run side by side; a doubled box is one step for each item, a drum writes rows. A step whose inputs are those of an
earlier one takes that one's value, so a second run does only what changed.
"""
#: What a recipe cannot be drawn without.
_NEEDED: Mapping[str, Mapping[str, object]] = {
    "clip": {"clip_id": UUID(int=0), "version": 1},
    "edit": {"edit_id": UUID(int=0), "version": 1},
}


def main() -> None:
    """Write them all."""
    (REFERENCE / "result.schema.json").write_text(json.dumps(HighlightsResult.model_json_schema(), indent=1) + "\n")
    (REFERENCE / "openapi.json").write_text(json.dumps(describe_interface(), indent=1, sort_keys=True) + "\n")
    sections = [describe_recipe(recipe) for recipe in recipes_on_assets(CATALOGUE).values()]
    (REFERENCE / "recipes.md").write_text("\n".join([_INTRODUCTION, *sections]))


def describe_interface() -> dict[str, Any]:
    """Give the OpenAPI description of an instance."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Settings(data_dir=Path(folder)))
        return make_web(engine, url="http://127.0.0.1:8400").openapi()


def describe_recipe(recipe: Recipe[Any]) -> str:
    """Write a recipe's parameters and its graph."""
    rows = ["| parameter | meaning | default |", "|---|---|---|"]
    for name, schema in open_schema(recipe)["properties"].items():
        default = json.dumps(schema.get("default"), ensure_ascii=False)
        shown = "needed" if "default" not in schema else "" if default == "null" else f"`{default}`"
        rows.append(f"| `{name}` | {schema.get('description', '')} | {shown} |")
    params = recipe.params(source=StoredFile("0" * 64, 1), **_NEEDED.get(recipe.name, {}))
    graph = f"```mermaid\n{draw_graph(recipe.trace(params))}```\n"
    return "\n".join([f"## `{recipe.name}`", "", f"{recipe.title}.", "", *rows, "", graph])


if __name__ == "__main__":
    main()
