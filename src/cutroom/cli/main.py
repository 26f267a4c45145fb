"""The command line's root: every failure that we can explain ends in one sentence and its own exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cutroom import __version__
from cutroom.core.errors import CutroomError

app = typer.Typer(
    name="cutroom",
    help="Turn recordings into captioned clips, on this machine alone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

#: What a shell expects of a program that was interrupted: 128 + SIGINT.
INTERRUPTED = 130


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Turn recordings into captioned clips, on this machine alone."""


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
