"""The documents are held to the code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import UUID

import pytest
from typer.main import get_command

from cutroom.app import CATALOGUE, make_web, open_engine
from cutroom.cli.program import COMMANDS
from cutroom.cli.root import app
from cutroom.core.settings import Settings
from cutroom.library.starting import open_schema, recipes_on_assets
from cutroom.media.caption_styles import STYLES
from cutroom.media.presets import PRESETS
from cutroom.pipelines.diagram import draw_graph
from cutroom.pipelines.result import HighlightsResult
from cutroom.providers.storage import StoredFile

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = DOCS / "reference"


def test_the_schema_of_the_result_is_the_one_in_the_docs() -> None:
    written = json.loads((REFERENCE / "result.schema.json").read_text())
    assert written == HighlightsResult.model_json_schema()


def test_the_description_of_the_interface_is_the_one_in_the_docs(tmp_path: Path) -> None:
    engine = open_engine(Settings(data_dir=tmp_path))
    described = make_web(engine, url="http://127.0.0.1:8400").openapi()
    assert json.loads((REFERENCE / "openapi.json").read_text()) == json.loads(json.dumps(described))


def test_every_command_and_option_is_in_the_reference() -> None:
    assert COMMANDS
    text = (REFERENCE / "commands.md").read_text()
    root = get_command(app)
    missing = []
    commands = dict(getattr(root, "commands"))  # noqa: B009 - a Typer group's attribute that its types do not name
    for name, command in commands.items():
        commands_here = getattr(command, "commands", {name: command})
        for sub_name, sub in commands_here.items():
            title = f"cutroom {name}" if sub is command else f"cutroom {name} {sub_name}"
            missing += [title] if f"## `{title}`" not in text else []
            for parameter in sub.params:
                missing += [
                    f"{title} {option}"
                    for option in parameter.opts
                    if option.startswith("--") and f"`{option}" not in text
                ]
    assert missing == []


def test_every_setting_is_in_the_reference() -> None:
    text = (REFERENCE / "settings.md").read_text()
    assert [name for name in Settings.model_fields if f"`CUTROOM_{name.upper()}`" not in text] == []


def test_every_recipe_is_drawn_and_every_parameter_of_it_named() -> None:
    text = (REFERENCE / "recipes.md").read_text()
    needed: dict[str, dict[str, object]] = {
        "clip": {"clip_id": UUID(int=0), "version": 1},
        "edit": {"edit_id": UUID(int=0), "version": 1},
    }
    for name, recipe in recipes_on_assets(CATALOGUE).items():
        params = recipe.params(source=StoredFile("0" * 64, 1), **needed.get(name, {}))
        assert draw_graph(recipe.trace(params)) in text, name
        assert [each for each in open_schema(recipe)["properties"] if f"| `{each}` |" not in text] == []


@pytest.mark.parametrize("names", [STYLES, PRESETS], ids=["styles", "presets"])
def test_every_style_and_preset_is_in_the_reference(names: dict[str, object]) -> None:
    text = (REFERENCE / "commands.md").read_text()
    assert [name for name in names if f"`{name}`" not in text] == []


def test_no_link_in_the_docs_is_broken() -> None:
    root = DOCS.parent
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in [*root.glob("*.md"), *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
