from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.analysis.editorial.data import read_sets
from cutroom.analysis.editorial.measures import boundary_f1, pk, shared_part, window_diff
from cutroom.analysis.editorial.scoring import Report, score
from cutroom.analysis.editorial.table import write_table
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings
from cutroom.providers import registry

PROJECT = Path(__file__).resolve().parents[2]


def inner(*masses: int) -> list[int]:
    """Boundaries of segments by their sizes, the form in which published examples are given."""
    return [sum(masses[:count]) for count in range(1, len(masses))]


def marked(marks: str) -> list[int]:
    """Boundaries by marks after units."""
    return [place + 1 for place, mark in enumerate(marks) if mark == "1"]


@pytest.mark.parametrize(
    ("guess", "reference", "wrong"),
    [
        # As SegEval's own tests have them: (errors, windows) of segmentations of 11 and of 13 units.
        ((2, 3, 6), (2, 2, 7), 2 / 9),
        ((5, 3, 5), (4, 4, 5), 2 / 11),
        ((4, 4, 5), (5, 3, 5), 2 / 11),
        ((5, 3, 5), (5, 1, 2, 5), 1 / 11),
        ((4, 4, 5), (5, 1, 2, 5), 3 / 11),
        ((13,), (4, 4, 5), 4 / 11),
    ],
)
def test_pk_gives_published_values(guess: tuple[int, ...], reference: tuple[int, ...], wrong: float) -> None:
    assert pk(inner(*reference), inner(*guess), sum(reference)) == pytest.approx(wrong)


def test_window_diff_gives_values_counted_by_hand() -> None:
    # Ten units, two segments of five: windows reach over two units and start at 0 to 7.
    assert window_diff([5], [5], 10) == 0
    assert window_diff([5], [6], 10) == pytest.approx(2 / 8)  # those that start at 3 and at 5 (crossing 5; crossing 6)
    # A second boundary within the reach of the first changes no "crossed or not" there, but the count.
    assert pk([5], [4, 5], 10) == pytest.approx(1 / 8)
    assert window_diff([5], [4, 5], 10) == pytest.approx(2 / 8)


@given(st.sets(st.integers(1, 59), max_size=12), st.sets(st.integers(1, 59), max_size=12))
def test_pk_is_never_above_window_diff_and_zero_for_the_same(reference: set[int], guess: set[int]) -> None:
    assert pk(reference, reference, 60) == window_diff(reference, reference, 60) == 0
    assert 0 <= pk(reference, guess, 60) <= window_diff(reference, guess, 60) <= 1


def test_a_found_boundary_counts_once_and_only_within_its_tolerance() -> None:
    assert boundary_f1([10, 20], [10.5, 9.5], 1) == pytest.approx(0.5)
    assert boundary_f1([10, 20], [12, 21], 1) == pytest.approx(0.5)
    assert boundary_f1([10, 11], [11, 12], 1) == 1
    assert boundary_f1([], [], 1) == 1
    assert boundary_f1([10], [], 1) == 0


def test_shared_part_is_intersection_over_union() -> None:
    assert shared_part((2, 6), [(4, 8)]) == pytest.approx(2 / 6)
    assert shared_part((0, 10), [(0, 2), (8, 12)]) == pytest.approx(4 / 12)
    assert shared_part((0, 3), [(5, 6)]) == 0


def write_small_sets(data: Path) -> None:
    topics = {
        "bees": "The bee dances for the hive. Honey comes from flowers. A bee finds flowers by scent.",
        "tides": "The moon pulls the ocean. High tide follows the moon. The ocean falls at low tide.",
        "vaccines": "A vaccine trains the immune system. The immune system meets a virus. Cells remember the virus.",
    }
    parts = [text.replace(". ", ".\n").splitlines() * 4 for text in topics.values()]
    (data / "mit-physics").mkdir(parents=True)
    rule = "==========\n"
    ruled = rule + rule.join("\n".join(part) + "\n" for part in parts) + rule
    (data / "mit-physics" / "L02.ref").write_text(ruled)
    (data / "qmsum").mkdir()
    turns = [{"speaker": "A", "content": sentence} for part in parts for sentence in part]
    spans = [("Bees and honey", 0, 11), ("The moon and tides", 12, 23), ("Vaccines", 24, 35)]
    meeting = {
        "topic_list": [{"topic": t, "relevant_text_span": [[str(a), str(b)]]} for t, a, b in spans],
        "general_query_list": [],
        "specific_query_list": [{"query": "How does the moon move the ocean?", "relevant_text_span": [["12", "23"]]}],
        "meeting_transcripts": turns,
    }
    (data / "qmsum" / "product-ES1.json").write_text(json.dumps(meeting))


def test_sets_are_read_as_their_authors_divide_them(tmp_path: Path) -> None:
    write_small_sets(tmp_path)
    sets = read_sets(tmp_path)
    assert list(sets) == ["MIT physics", "QMSum product"]
    assert sets["MIT physics"][0].boundaries == sets["QMSum product"][0].boundaries == (12, 24)
    assert sets["QMSum product"][0].titles == ("Bees and honey", "The moon and tides", "Vaccines")
    assert sets["QMSum product"][0].questions[0].answers == ((12, 24),)


def test_a_clear_text_is_divided_and_searched_without_a_fault(tmp_path: Path) -> None:
    write_small_sets(tmp_path)
    report = score(tmp_path, registry.load("embedding", "hashed")(Settings(), None))
    for part in report.sets:
        rows = {row.method: row for row in part.divisions}
        assert rows["ours, number given"].pk == 0
        assert rows["ours, number given"].f1 == 1
        assert rows["none"].f1 == 0
        assert rows["even"].pk == 0  # three equal parts are also what needs no thought
    searches = {row.method: row.shared for row in report.sets[1].searches}
    assert searches["ours"] > 0.6
    text = write_table(report)
    assert "BayesSeg 2008 (published)  0.321" in text
    assert "none" in text


def test_a_folder_without_sets_and_a_damaged_set_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds none of the sets"):
        read_sets(tmp_path)
    (tmp_path / "qmsum").mkdir()
    (tmp_path / "qmsum" / "product-1.json").write_text("{}")
    with pytest.raises(InvalidInput, match=r"product-1\.json is not in the form"):
        read_sets(tmp_path)


def editorial_data() -> Path:
    folder = Path(os.environ.get("CUTROOM_TEST_EDITORIAL", PROJECT.parent / "shared" / "editorial"))
    if not folder.is_dir():
        pytest.skip(f"no editorial data at {folder}: set CUTROOM_TEST_EDITORIAL to a folder that has them")
    return folder


@pytest.mark.slow
def test_lectures_are_divided_better_than_by_the_published_methods() -> None:
    data = editorial_data()
    report: Report = score(data, registry.load("embedding", "hashed")(Settings(), None))
    lectures = {row.method: row for part in report.sets if part.name == "MIT physics" for row in part.divisions}
    assert lectures["ours, number given"].pk < 0.321
    assert lectures["ours"].pk < lectures["none"].pk
    answers = {
        row.method: row.shared for part in report.sets if part.name == "QMSum committee" for row in part.searches
    }
    assert answers["ours"] > answers["BM25, window of 20"] > answers["random window"]
