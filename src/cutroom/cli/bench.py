"""``cutroom bench``: quality measured on public data."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cutroom.analysis.editorial.scoring import score
from cutroom.analysis.editorial.table import write_table
from cutroom.analysis.loading import load_embedding
from cutroom.cli.reporting import reporter_for
from cutroom.cli.root import app
from cutroom.core.settings import get_settings

bench = typer.Typer(name="bench", help="Measure quality on public data.", no_args_is_help=True)
app.add_typer(bench)


@bench.callback()
def group() -> None:
    """Measure quality on public data."""


@bench.command()
def editorial(
    data: Annotated[Path, typer.Option(help="The folder that holds the sets, one folder each.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
) -> None:
    """Score topics and the search for highlights beside published figures."""
    reporter = reporter_for(Console(stderr=True))
    embedding = load_embedding(get_settings().embedding, get_settings(), reporter.note)
    with reporter.stage("Score") as progress:
        report = score(data, embedding, progress=progress)
    typer.echo(json.dumps(asdict(report), indent=1) if as_json else write_table(report))
