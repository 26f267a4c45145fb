"""Where the program starts: what must stand before the rest is imported, which takes a second or two."""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings
from types import FrameType

from cutroom.core.loading import loading

#: What a shell adds to the number of the signal that ended a program.
BY_SIGNAL = 128
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked the program to end; no library takes it for a failure of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main() -> None:
    """Run the command line as the whole program, and end it."""
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks for
            signal.signal(number, _stop)
    if not os.environ.get("CUTROOM_DEBUG"):
        # Standard error is ours: what matters of what libraries say there, our errors say.
        logging.getLogger().addHandler(logging.NullHandler())
        warnings.simplefilter("ignore")
    try:
        # Imported late: whoever thinks better of it meanwhile is answered like anybody else.
        with loading():
            from cutroom.cli.program import run

        code = run(sys.argv[1:])
    except Stopped as stop:
        name = "interrupted" if stop.number == signal.SIGINT else f"ended by {signal.Signals(stop.number).name}"
        sys.stderr.write(f"cutroom: {name}; what was finished is kept, and the same command goes on from there.\n")
        code = BY_SIGNAL + stop.number
    sys.exit(code)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the shape that signal asks for
    for each in STOPS:
        signal.signal(each, signal.SIG_DFL)  # a second one does not wait for anything to be put away
    raise Stopped(number)
