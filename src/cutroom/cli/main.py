"""Where the program starts: every failure that we can explain ends in one sentence and its own exit code."""

from __future__ import annotations

import sys

import typer

from cutroom.cli import bench, captions, demo, doctor, highlights
from cutroom.cli.root import app
from cutroom.core.errors import CutroomError
from cutroom.core.settings import get_settings

#: Importing them is what joins the commands to the root.
COMMANDS = (highlights, demo, captions, doctor, bench)

#: What a shell expects of a program that was interrupted: 128 + SIGINT.
INTERRUPTED = 130
#: What sysexits calls an internal software error.
FAULT = 70


def main() -> None:
    """Run the command line."""
    try:
        app()
    except CutroomError as error:
        typer.echo(f"cutroom: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo(
            "cutroom: interrupted; what was finished is kept, and the same command goes on from there.", err=True
        )
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if get_settings().debug:
            raise
        typer.echo(
            f"cutroom: this is a fault of Cutroom ({type(error).__name__}: {error}); what was finished is kept. "
            "CUTROOM_DEBUG=1 shows where it happened: please report it.",
            err=True,
        )
        sys.exit(FAULT)
