"""A recipe is a function that is traced: every call of a stage becomes a step, every value handed on an edge."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from cutroom.jobs.recipes import Failed, Handle, catalogue_of, each, each_possible, recipe
from cutroom.jobs.stages import Recording, Work, record, stage


class Params(BaseModel):
    """What is chosen."""

    count: int = 3


@stage(version=1)
def count_up(work: Work, count: int) -> tuple[int, ...]:
    """Count."""
    return tuple(range(count))


@stage(version=1)
def multiply(work: Work, number: int, by: int = 2) -> int:
    """Multiply."""
    return number * by


@record(version=1)
async def write_sum(recording: Recording, numbers: list[int | Failed]) -> int:
    """Write the sum."""
    return sum(number for number in numbers if isinstance(number, int))


@recipe("sums", "Sums", Params)
def sums(params: Params) -> int:
    return write_sum(each_possible(multiply, count_up(params.count), by=5))


def test_calls_become_steps_and_values_edges() -> None:
    graph = sums.trace(Params(count=4))
    assert list(graph.nodes) == ["count_up", "each_multiply", "write_sum"]
    assert graph.nodes["count_up"].arguments == {"count": 4}
    assert graph.nodes["each_multiply"].waits_for() == {"count_up"}
    assert graph.nodes["each_multiply"].arguments == {"by": 5}
    assert graph.nodes["each_multiply"].partial
    assert graph.nodes["write_sum"].stage.records
    assert graph.output == "write_sum"


def test_a_stage_that_is_called_twice_is_two_steps() -> None:
    @recipe("twice", "Twice", Params)
    def twice(params: Params) -> int:
        return multiply(multiply(params.count))

    graph = twice.trace(Params())
    assert list(graph.nodes) == ["multiply", "multiply_2"]
    assert graph.nodes["multiply_2"].waits_for() == {"multiply"}


def test_what_stands_for_a_value_decides_nothing() -> None:
    @recipe("curious", "Curious", Params)
    def curious(params: Params) -> int:
        return 1 if multiply(params.count) else 0

    @recipe("greedy", "Greedy", Params)
    def greedy(params: Params) -> int:
        return sum(count_up(params.count))

    with pytest.raises(TypeError, match="decide inside a stage"):
        curious.trace(Params())
    with pytest.raises(TypeError, match=r"use each\(\)"):
        greedy.trace(Params())


def test_each_goes_over_what_is_not_known_yet() -> None:
    @recipe("known", "Known", Params)
    def known(params: Params) -> list[int]:
        return each(multiply, (1, 2, 3))

    with pytest.raises(TypeError, match="value of a step"):
        known.trace(Params())


def test_a_stage_outside_a_recipe_says_where_it_belongs() -> None:
    with pytest.raises(RuntimeError, match="inside a recipe"):
        multiply(3)


def test_a_trace_leaves_nothing_behind_when_the_recipe_raises() -> None:
    @recipe("broken", "Broken", Params)
    def broken(params: Params) -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        broken.trace(Params())
    with pytest.raises(RuntimeError):
        multiply(3)


def test_two_stages_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        catalogue_of([sums], [multiply, multiply])
    assert set(catalogue_of([sums], [multiply, count_up]).stages) == {"multiply", "count_up"}


def test_a_handle_has_no_value_to_compare() -> None:
    assert Handle("a") != Handle("a")
