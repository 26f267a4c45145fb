"""Expressions that ffmpeg evaluates for each frame."""

from __future__ import annotations

from collections.abc import Sequence


def step_expression(steps: Sequence[tuple[int, int]]) -> str:
    """Write a value that changes at known frames.

    The tree is balanced: a sum of ``between()`` fails at 400 cuts, this one grows by a level when cuts double.

    Args:
        steps: The frame from which each value holds, in order; the first holds from the start.
    """
    if len(steps) == 1:
        return str(steps[0][1])
    middle = len(steps) // 2
    return f"if(lt(n,{steps[middle][0]}),{step_expression(steps[:middle])},{step_expression(steps[middle:])})"


def changes_only(steps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out the steps that repeat the value before them."""
    return [step for before, step in zip([None, *steps], steps, strict=False) if before is None or before[1] != step[1]]
