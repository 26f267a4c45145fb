"""The command line's root, which the commands join."""

from __future__ import annotations

from typing import Annotated

import typer

from cutroom import __version__

app = typer.Typer(
    name="cutroom",
    help="Turn recordings into captioned clips, on this machine alone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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
