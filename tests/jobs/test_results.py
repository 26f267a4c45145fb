from __future__ import annotations

import math
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from cutroom.jobs.results import Results, Stage

STAGE = Stage("measure", 1)


@dataclass(frozen=True, slots=True)
class Measured:
    rate: Fraction
    names: tuple[str, ...]
    level_db: float = -math.inf


class Maker:
    """Counts how often it had to work."""

    def __init__(self) -> None:
        self.calls = 0

    def value(self) -> Measured:
        self.calls += 1
        return Measured(Fraction(30000, 1001), ("one", "two"))

    def file(self, path: Path) -> None:
        self.calls += 1
        path.write_bytes(b"made")


@pytest.fixture
def maker() -> Maker:
    return Maker()


def test_a_value_is_made_once_and_read_back_equal(tmp_path: Path, maker: Maker) -> None:
    first = Results(tmp_path).value(STAGE, {"source": "a"}, Measured, maker.value)
    second = Results(tmp_path).value(STAGE, {"source": "a"}, Measured, maker.value)
    assert first == second
    assert maker.calls == 1


@pytest.mark.parametrize(
    ("stage", "inputs"),
    [(STAGE, {"source": "b"}), (Stage("measure", 2), {"source": "a"}), (Stage("other", 1), {"source": "a"})],
)
def test_another_input_version_or_stage_is_made_anew(
    tmp_path: Path, maker: Maker, stage: Stage, inputs: dict[str, str]
) -> None:
    results = Results(tmp_path)
    results.value(STAGE, {"source": "a"}, Measured, maker.value)
    results.value(stage, inputs, Measured, maker.value)
    assert maker.calls == 2


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_value_is_made_again(tmp_path: Path, maker: Maker, damage: bytes | None) -> None:
    results = Results(tmp_path)
    good = results.value(STAGE, {}, Measured, maker.value)
    path = results.path(STAGE, {}, ".json")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"one", b"won") if damage is None else damage)
    assert results.value(STAGE, {}, Measured, maker.value) == good
    assert maker.calls == 2


@pytest.mark.parametrize("damage", [b"", b"mad", b"fake"])
def test_a_damaged_file_is_never_served(tmp_path: Path, maker: Maker, damage: bytes) -> None:
    results = Results(tmp_path)
    path = results.file(STAGE, {}, ".bin", maker.file)
    path.write_bytes(damage)
    assert results.file(STAGE, {}, ".bin", maker.file).read_bytes() == b"made"
    assert maker.calls == 2


def test_a_failed_make_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        Results(tmp_path).file(STAGE, {}, ".bin", fail)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_results_that_no_run_used_are_forgotten_and_used_ones_stay(tmp_path: Path, maker: Maker) -> None:
    results = Results(tmp_path)
    old = results.file(STAGE, {"n": 1}, ".bin", maker.file)
    used = results.file(STAGE, {"n": 2}, ".bin", maker.file)
    for path in (old, used):
        os.utime(path, (0, 0))
    results.file(STAGE, {"n": 2}, ".bin", maker.file)
    results.forget_unused(keep_s=60)
    assert used.exists()
    assert not old.exists()
