from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError
from tests.pipelines.engine import CATALOGUE

from cutroom.library.starting import recipes_on_assets
from cutroom.media.presets import PRESETS
from cutroom.pipelines.params import AssetParams, ClipParams, Export, HighlightsParams
from cutroom.pipelines.request import EXPORT_FORMATS, HighlightsRequest
from cutroom.providers.storage import StoredFile
from cutroom.render.export import FORMATS

SOURCE = StoredFile("0" * 64, 1)


@pytest.mark.parametrize("name", recipes_on_assets(CATALOGUE))
def test_every_parameter_is_told_in_words(name: str) -> None:
    params = CATALOGUE.recipes[name].params
    assert issubclass(params, AssetParams)
    for field, schema in params.model_json_schema()["properties"].items():
        assert schema["title"], field
        assert schema["description"].endswith("."), field


def test_a_person_may_choose_from_what_there_is() -> None:
    properties = HighlightsParams.model_json_schema()["properties"]
    assert properties["preset"]["enum"] == list(PRESETS)
    assert "none" in properties["captions"]["enum"]
    assert set(get_args(Export)) == set(EXPORT_FORMATS) == set(FORMATS)


def test_the_recipe_chooses_what_the_command_chooses(tmp_path: Path) -> None:
    params, request = HighlightsParams(source=SOURCE), HighlightsRequest(tmp_path, tmp_path)
    assert params.limits == request.limits
    assert params.look == request.look


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 51},
        {"min_s": 90, "max_s": 20},
        {"preset": "huge"},
        {"captions": "crayon"},
        {"layout": "upside-down"},
        {"language": "english"},
        {"exports": ["pdf"]},
        {"find": "  "},
        {"speech": "faster_whisper/../../etc"},
        {"speech": "faster_whisper/somebody/model"},
        {"language_model": "/bin/sh"},
        {"unknown": 1},
        {"min_s": float("nan")},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        HighlightsParams.model_validate({"source": SOURCE, **wrong})


def test_an_edit_names_a_clip_and_its_version() -> None:
    with pytest.raises(ValidationError, match="version"):
        ClipParams.model_validate({"source": SOURCE, "clip_id": "0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11"})
