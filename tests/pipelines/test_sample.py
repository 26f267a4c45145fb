from __future__ import annotations

from pathlib import Path

import pytest
from tests.pipelines.conftest import QUICK

from cutroom.core.errors import InvalidInput
from cutroom.core.files import held
from cutroom.core.progress import SilentReporter
from cutroom.pipelines.highlights import KEPT
from cutroom.pipelines.sample import make_sample


def test_two_demonstrations_are_not_made_in_one_folder(tmp_path: Path) -> None:
    with held(tmp_path / KEPT), pytest.raises(InvalidInput, match="at work in"):
        make_sample(tmp_path, settings=QUICK, reporter=SilentReporter())
    assert [path.name for path in tmp_path.iterdir()] == [KEPT]
