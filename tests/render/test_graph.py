from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cutroom.media.geometry import Rect
from cutroom.media.timeline import (
    Caption,
    Captions,
    CaptionWord,
    Clip,
    Layout,
    Media,
    Placement,
    Timeline,
    Track,
    TrackKind,
)
from cutroom.render.expression import changes_only, step_expression
from cutroom.render.graph import compile_picture, cut_runs

NASTY = "x',drawtext=textfile=/etc/passwd:y='[in]; %{pts}\\"
MEDIA = Media("a", Path(f"/{NASTY}.mp4"), "", Fraction(9000), 1920, 1080, Fraction(30), 0, 1)
LEFT, RIGHT = (Layout((Placement(Rect(x, 0, 0.3, 1)),)) for x in (0.0, 0.7))
SPLIT = Layout((Placement(target=Rect(0, 0, 1, 0.5)), Placement(target=Rect(0, 0.5, 1, 0.5))))


def timeline(*clips: Clip, rate: Fraction = Fraction(30)) -> Timeline:
    return Timeline("test", rate, 1080, 1920, (MEDIA,), (Track(TrackKind.VIDEO, clips),))


def evaluate(expression: str, n: int) -> int:
    """Read an expression as ffmpeg does."""
    functions = {"if": None, "lt": lambda a, b: a < b, "n": n, "choose": lambda c, a, b: a if c else b}
    return int(eval(expression.replace("if(", "choose("), {"__builtins__": {}}, functions))  # noqa: S307 - our own text


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5)), min_size=1, max_size=300), st.integers(0, 20000))
def test_a_step_expression_gives_the_value_of_the_last_step_passed(steps: list[tuple[int, int]], n: int) -> None:
    starts = [sum(gap for gap, _ in steps[:number]) for number in range(len(steps))]
    table = [(start, value) for start, (_, value) in zip(starts, steps, strict=True)]
    wanted = next(value for start, value in reversed(table) if start <= n)
    assert evaluate(step_expression(table), n) == wanted
    assert evaluate(step_expression(changes_only(table)), n) == wanted


def test_an_expression_of_4000_cuts_is_twelve_deep() -> None:
    expression = step_expression([(number, number % 2) for number in range(4096)])
    depth = deepest = 0
    for character in expression:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    assert deepest == 12 + 1


def test_no_text_of_a_user_stands_in_a_graph() -> None:
    word = CaptionWord(NASTY, 0, 10)
    captions = Captions("plain", "en", (Caption(0, 10, ((word,),)),))
    named = replace(timeline(Clip("a", 0, 30, LEFT)), name=NASTY, captions=captions)
    graph = compile_picture(named).text
    assert "passwd" not in graph
    assert graph == compile_picture(replace(named, name="plain", captions=Captions("plain", "en", ()))).text


def test_moves_of_one_cut_are_one_chain_and_other_layouts_another() -> None:
    moves = compile_picture(timeline(*(Clip("a", 50 * n, 30, (LEFT, RIGHT)[n % 2]) for n in range(20)))).text
    assert moves.count("zscale") == 1
    assert "concat" not in moves
    both = compile_picture(timeline(Clip("a", 0, 30, LEFT), Clip("a", 50, 30, SPLIT), Clip("a", 90, 30, SPLIT))).text
    assert both.count("zscale") == 3
    assert "concat=n=2" in both


def test_far_apart_clips_are_jumped_to_and_near_ones_are_read_through() -> None:
    clips = [Clip("a", start, 30) for start in (3000, 3200, 90000, 60)]
    runs = cut_runs(clips, timeline(*clips))
    assert [len(run.clips) for run in runs] == [2, 1, 1]
    assert [run.seek for run in runs] == [2880, 89880, 0]


def test_many_far_clips_do_not_open_many_inputs() -> None:
    clips = [Clip("a", 1000 * number, 30) for number in range(250)]
    assert len(cut_runs(clips, timeline(*clips))) <= 12


@given(
    st.integers(0, 400_000), st.sampled_from(["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"])
)
def test_reading_starts_on_a_frame_at_a_whole_millisecond(start: int, rate: str) -> None:
    clip = Clip("a", start, 1)
    (run,) = cut_runs([clip], timeline(clip, rate=Fraction(rate)))
    assert run.seek <= start
    assert (run.seek * 1000 / run.rate).denominator == 1
    assert run.seek == 0 or 4 <= (start - run.seek) / run.rate <= 6
