"""However a run is ended, what was finished is whole, nothing runs on, and the same command goes on from there."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

import pytest
from tests.faults.conftest import Program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

Moment = Callable[[Program], Callable[[], bool]]


def after_listening(program: Program) -> Callable[[], bool]:
    return program.said("Listen")


def after_looking(program: Program) -> Callable[[], bool]:
    return program.said("Score highlights")


def in_a_render(program: Program) -> Callable[[], bool]:
    return program.renders


def in_the_second_render(program: Program) -> Callable[[], bool]:
    return program.renders_the_second


def go_on(program: Program, undisturbed: dict[str, str]) -> None:
    ended = program.run()
    assert ended.code == 0, ended.err
    assert program.clips() == undisturbed
    assert program.halves() == []
    assert program.status() == "finished"


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, after_listening),
        (signal.SIGINT, after_looking),
        (signal.SIGINT, in_the_second_render),
        (signal.SIGTERM, in_a_render),
    ],
    ids=lambda each: getattr(each, "name", None) or each.__name__,
)
def test_a_stopped_run_puts_everything_away_and_goes_on(
    number: signal.Signals, moment: Moment, program: Program, undisturbed: dict[str, str]
) -> None:
    child = program.start()
    program.until(child, moment(program))
    child.send_signal(number)
    ended = program.wait(child)
    assert ended.code == 128 + number
    assert "what was finished is kept" in ended.sentence
    assert program.orphans() == []
    assert program.halves() == []
    assert program.clips().items() <= undisturbed.items()
    if moment in {in_a_render, in_the_second_render}:
        assert program.status() == "interrupted"
        assert len(program.clips()) == int(moment is in_the_second_render)
    go_on(program, undisturbed)


@pytest.mark.parametrize("moment", [after_listening, in_a_render, in_the_second_render], ids=lambda each: each.__name__)
def test_a_killed_run_leaves_no_half_clip_and_no_child(
    moment: Moment, program: Program, undisturbed: dict[str, str]
) -> None:
    child = program.start()
    program.until(child, moment(program))
    child.kill()
    child.wait()
    assert program.orphans() == []
    assert program.clips().items() <= undisturbed.items()
    go_on(program, undisturbed)


def test_a_second_signal_ends_it_at_once(program: Program, undisturbed: dict[str, str]) -> None:
    child = program.start()
    program.until(child, program.renders)
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGINT)
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) in {-signal.SIGINT, -signal.SIGTERM, 128 + signal.SIGINT}
    assert program.orphans() == []
    go_on(program, undisturbed)


def test_a_killed_ffmpeg_costs_one_clip(program: Program, undisturbed: dict[str, str]) -> None:
    child = program.start()
    program.until(child, lambda: program.renders() and bool(program.encoders()))
    for pid in program.encoders():
        os.kill(pid, signal.SIGKILL)
    ended = program.wait(child)
    assert ended.code == 7
    assert "1 of 2 clips could not be made: ffmpeg was ended by SIGKILL" in ended.sentence
    assert len(program.clips()) == 1
    assert program.clips().items() <= undisturbed.items()
    assert program.halves() == []
    go_on(program, undisturbed)


def test_a_frozen_run_goes_on_when_it_thaws(program: Program, undisturbed: dict[str, str]) -> None:
    child = program.start()
    program.until(child, program.renders)
    child.send_signal(signal.SIGSTOP)
    program_again = program.run()
    assert program_again.code == 2, "the folder is still held"
    child.send_signal(signal.SIGCONT)
    assert child.wait(60) == 0
    assert program.clips() == undisturbed
