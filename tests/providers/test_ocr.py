from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.media.drawing import draw_slide

from cutroom.core.errors import MissingCapability
from cutroom.core.settings import Settings
from cutroom.providers.ocr.none import create as create_none
from cutroom.providers.ocr.rapidocr import create, in_reading_order


def test_lines_beside_each_other_are_read_from_left_to_right() -> None:
    corners = np.array([[300, 12], [10, 10], [10, 60]], np.float32)
    sizes = np.array([[80, 20], [80, 20], [80, 20]], np.float32)
    assert in_reading_order(["right", "left", "below"], corners, sizes) == ("left", "right", "below")
    assert in_reading_order(["", "x", "y"], corners, sizes) == ("x", "y")


@pytest.mark.slow
def test_a_real_slide_is_read_line_by_line(shared_media: Path) -> None:
    pytest.importorskip("rapidocr")
    page = Image.open(shared_media / "slides" / "slide-con_004.png").convert("RGB").crop((0, 200, 1280, 620))
    lines = create(Settings(), None).read(np.asarray(page))
    assert "A genotype matrix G." in lines
    assert lines.index("Inputs") < lines.index("A genotype matrix G.")


def test_a_missing_extra_names_the_command_that_adds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(MissingCapability, match=r"pip install 'cutroom\[ocr\]'"):
        create(Settings(), None)


def test_none_reads_nothing() -> None:
    assert create_none(Settings(), None).read(draw_slide(1)) == ()
