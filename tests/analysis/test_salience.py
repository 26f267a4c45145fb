from __future__ import annotations

import numpy as np
import pytest

from cutroom.analysis import salience
from cutroom.analysis.salience import measure_salience

TALK = [
    "Good morning and welcome.",
    "Today we look at how a volcano erupts.",
    "Magma rises in the volcano because gas makes it light.",
    "My car broke down on the way here.",
    "When the magma meets the air, the gas leaves and the volcano erupts.",
    "Ash and lava are what magma becomes when a volcano erupts.",
    "I had soup for lunch.",
    "Some lava is slow and some ash is fast.",
]


def test_what_the_talk_is_about_outranks_what_it_is_not() -> None:
    scores = measure_salience(TALK, "en").scores
    about, aside = scores[[1, 2, 4, 5]], scores[[0, 3, 6]]
    assert about.min() > aside.max()


def test_the_telling_words_of_a_run_are_words_that_were_said() -> None:
    measured = measure_salience(TALK, "en")
    assert set(measured.telling_words(1, 6)[:3]) <= {"volcano", "magma", "gas", "erupts", "ash", "lava"}
    assert measured.telling_words(6, 7) == ()


def test_long_texts_are_counted_in_blocks_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    texts = [" ".join(f"word{n}" for n in rng.integers(0, 60, 8)) for _ in range(300)]
    in_blocks = measure_salience(texts, "und").scores
    monkeypatch.setattr(salience, "_BLOCK", 7)
    # Far votes are left out at another distance, where they have faded to a twentieth.
    assert np.corrcoef(in_blocks, measure_salience(texts, "und").scores)[0, 1] > 0.999


@pytest.mark.parametrize("texts", [[], [""], ["a", "b"], ["…", "!"], ["word"], ["one two"] * 3])
def test_texts_that_say_nothing_are_measured_as_nothing(texts: list[str]) -> None:
    measured = measure_salience(texts, "en")
    assert measured.scores.shape == (len(texts),)
    assert np.isfinite(measured.scores).all()
