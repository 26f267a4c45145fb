"""What happens before a command runs."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest

#: Tells, from within the program's own start, that one of the first of its larger libraries is being imported.
TELL = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background ignores it
class Tell:
    def find_spec(self, name, path=None, target=None):
        if name == {library!r}:
            os.write(1, b"importing\\n")
            import select; select.select([], [], [], 30)
sys.meta_path.insert(0, Tell())
from cutroom.cli.main import main
main()
"""


@pytest.mark.parametrize("library", ["typer", "numpy"])
@pytest.mark.parametrize(("number", "said"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "ended by SIGTERM")])
def test_who_stops_the_program_while_it_starts_reads_one_sentence(
    library: str, number: signal.Signals, said: str
) -> None:
    command = [sys.executable, "-c", TELL.format(library=library), "doctor"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == b"importing\n"
        child.send_signal(number)
        assert child.wait(30) == 128 + number
        assert re.fullmatch(f"cutroom: {said}; .*\n", child.stderr.read().decode())


def test_nothing_large_is_imported_before_signals_are_heeded() -> None:
    listed = (
        "import sys, cutroom.cli.main; print([name for name in sys.modules if name in ('typer', 'numpy', 'pydantic')])"
    )
    ended = subprocess.run([sys.executable, "-c", listed], capture_output=True, check=True)
    assert ended.stdout == b"[]\n"
