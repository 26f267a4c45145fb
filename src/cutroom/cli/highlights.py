"""``cutroom highlights``: a recording becomes captioned clips."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cutroom.cli.reporting import console_for_output, reporter_for
from cutroom.cli.root import app
from cutroom.core.errors import OutputFailed
from cutroom.core.progress import SilentReporter
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line
from cutroom.pipelines.highlights import RESULT, make_highlights
from cutroom.pipelines.outputs import clock
from cutroom.pipelines.request import EXPORT_FORMATS, HighlightsRequest
from cutroom.pipelines.result import HighlightsResult


class PresetName(StrEnum):
    """The frames that clips are made in."""

    VERTICAL = "vertical-1080"
    SQUARE = "square-1080"
    WIDE = "wide-1080"
    PORTRAIT = "portrait-4x5"


class Layout(StrEnum):
    """How the picture is arranged."""

    AUTO = "auto"
    SPLIT = "split"
    SPEAKER = "speaker"
    SCREEN = "screen"
    FIT = "fit"


@app.command()
def highlights(
    source: Annotated[Path, typer.Argument(help="The recording: any common video or sound file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for clips, transcript and result.")] = Path(
        "clips"
    ),
    count: Annotated[int, typer.Option(help="How many clips at most.")] = 8,
    min_s: Annotated[float, typer.Option("--min", help="The shortest clip, seconds.")] = 20.0,
    max_s: Annotated[float, typer.Option("--max", help="The longest clip, seconds.")] = 90.0,
    preset: Annotated[PresetName, typer.Option(help="The frame of the clips.")] = PresetName.VERTICAL,
    layout: Annotated[Layout, typer.Option(help="How the picture is arranged.")] = Layout.AUTO,
    captions: Annotated[str, typer.Option(help="A caption style (see 'cutroom captions'), or none.")] = "karaoke",
    transcript: Annotated[Path | None, typer.Option(help="SRT or VTT to use instead of recognising speech.")] = None,
    language: Annotated[str | None, typer.Option(help="The language spoken, such as en; heard when left out.")] = None,
    speech: Annotated[str | None, typer.Option(help="Who recognises speech, as provider or provider/model.")] = None,
    language_model: Annotated[
        str | None, typer.Option(help="Who ranks and titles, as provider or provider/model; none by default.")
    ] = None,
    tighten: Annotated[bool, typer.Option(help="Remove silence, fillers and retakes.")] = True,
    find: Annotated[str | None, typer.Option(help="Make clips about this phrase or question.")] = None,
    export: Annotated[
        str | None, typer.Option(help=f"Projects for other editors, from {','.join(EXPORT_FORMATS)}.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print result.json instead of a table.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Stop at the candidates; render nothing.")] = False,
) -> None:
    """Cut a long recording into its best moments: captioned clips, chapters and a transcript."""
    settings = get_settings()
    request = HighlightsRequest(
        source=source,
        out=out,
        count=count,
        min_s=min_s,
        max_s=max_s,
        preset=preset,
        layout=layout.value,
        captions=captions,
        transcript=transcript,
        language=language.lower() if language else None,
        speech=speech or settings.speech_to_text,
        language_model=language_model or settings.language_model,
        tighten=tighten,
        find=find,
        exports=tuple(name.strip() for name in export.split(",") if name.strip()) if export else (),
        dry_run=dry_run,
    )
    reporter = SilentReporter() if as_json else reporter_for(Console(stderr=True))
    result = make_highlights(request, settings=settings, reporter=reporter)
    if as_json:
        typer.echo(result.model_dump_json(indent=1))
    else:
        print_result(result, out, console_for_output())
    if result.failures:
        raise OutputFailed(
            f"{len(result.failures)} of {len(result.failures) + len(result.clips)} clips could not be made: "
            f"{result.failures[0].error} The same command tries again."
        )


def print_result(result: HighlightsResult, out: Path, console: Console) -> None:
    """Print a table of clips, or of candidates where nothing was rendered, and where they are."""
    table = Table(box=None, pad_edge=False)
    dry = result.status == "candidates"
    for name in ("#", "title" if dry else "file", "from", "to", "length", "score", "why"):
        table.add_column(
            name, justify="right" if name in {"#", "from", "to", "length", "score"} else "left", overflow="fold"
        )
    rows = [c for c in result.candidates if c.accepted]
    for rank, candidate in enumerate(rows, start=1):
        clip = next((clip for clip in result.clips if clip.rank == rank), None)
        if clip is None and not dry:
            continue
        best = sorted(candidate.parts, key=lambda part: -part.weight * part.percentile)[:2]
        length_s = clip.duration_s if clip else candidate.end_s - candidate.start_s
        cells = (
            str(rank),
            clip.file if clip else candidate.title,
            clock(candidate.start_s),
            clock(candidate.end_s),
            f"{length_s:.0f} s",
            f"{candidate.score:.0f}",
            "; ".join(part.reason for part in best),
        )
        table.add_row(*(Text(one_line(cell)) for cell in cells))  # what was said is neither markup nor an escape
    if rows:
        console.print(table)
    else:
        console.print("Nothing in this recording makes a clip; result.json says what was looked at.")
    folder, count = one_line(str(out.absolute())), len(result.clips)
    for line in (f"{folder}/{RESULT}", f"{count} {'clip' if count == 1 else 'clips'} in {folder}"):
        console.print(line, soft_wrap=True, highlight=False, markup=False)
