"""``cutroom captions``: the caption styles, and how one looks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cutroom.cli.highlights import PresetName
from cutroom.cli.reporting import console_for_output
from cutroom.cli.root import app
from cutroom.core.errors import InvalidInput
from cutroom.media.caption_styles import STYLES
from cutroom.media.captions import preview_timeline
from cutroom.media.presets import find_preset
from cutroom.render.clip import render_frame


@app.command()
def captions(
    style: Annotated[str | None, typer.Argument(help="Draw this style; list all when left out.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The picture to write, PNG.")] = Path("captions.png"),
    text: Annotated[str, typer.Option(help="What the captions say.")] = "This is how your words will look on screen",
    preset: Annotated[PresetName, typer.Option(help="The frame to draw.")] = PresetName.VERTICAL,
) -> None:
    """List the caption styles, or draw one frame of a style."""
    if style is None:
        table = Table("style", "what it is", box=None, pad_edge=False)
        for name, look in STYLES.items():
            table.add_row(name, look.title)
        console_for_output().print(table)
        return
    if out.suffix.lower() != ".png":
        raise InvalidInput(f"{out} must end in .png.")
    frame = find_preset(preset)
    timeline = preview_timeline(style, text, frame.width, frame.height)
    with tempfile.TemporaryDirectory() as scratch:
        render_frame(timeline, timeline.duration // 2, out, scratch=Path(scratch))
    typer.echo(str(out.absolute()))
