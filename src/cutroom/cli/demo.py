"""``cutroom demo``: a lecture made and cut here, from nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cutroom.cli.highlights import print_result
from cutroom.cli.reporting import console_for_output, reporter_for
from cutroom.cli.root import app
from cutroom.core.errors import OutputFailed
from cutroom.core.settings import get_settings
from cutroom.pipelines.sample import make_sample


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the lecture and its clips.")] = Path("demo"),
) -> None:
    """Make a short lecture on this machine, cut it into clips, and check them against what is known of it."""
    sample = make_sample(out, settings=get_settings(), reporter=reporter_for(Console(stderr=True)))
    print_result(sample.result, out / "clips", console_for_output())
    typer.echo("Checked against the lecture's own truth: " + "; ".join(str(finding) for finding in sample.findings))
    wrong = [str(finding) for finding in sample.findings if not finding.passed]
    if wrong:
        raise OutputFailed(f"The demonstration did not pass its own check: {'; '.join(wrong)}.")
