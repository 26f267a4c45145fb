"""Every requirement of the security standard has its tests, or a written reason."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
#: Of ASVS 5.0.0, by level.
REQUIREMENTS = {"1": 70, "2": 183}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with (PROJECT / "docs" / "security" / "asvs.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_requirement_has_one_row(rows: list[dict[str, str]]) -> None:
    assert Counter(row["level"] for row in rows) == REQUIREMENTS
    names = [row["requirement"] for row in rows]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"V\d+\.\d+\.\d+", name) for name in names)


def test_every_test_that_is_named_is_there(rows: list[dict[str, str]]) -> None:
    missing = []
    for row in rows:
        if row["verdict"] != "tested":
            continue
        assert row["evidence"], row
        for name in row["evidence"].split():
            path, _, test = name.partition("::")
            file = PROJECT / path
            there = file.is_file() and (
                not test or re.search(rf"^(async )?def {test}\(", file.read_text(), re.MULTILINE)
            )
            missing += [] if there else [f"{row['requirement']}: {name}"]
    assert missing == []


def test_every_other_row_says_why(rows: list[dict[str, str]]) -> None:
    told = [row for row in rows if row["verdict"] != "tested"]
    assert {row["verdict"] for row in told} == {"reason", "open"}
    assert [row["requirement"] for row in told if len(row["evidence"]) < 15] == []
