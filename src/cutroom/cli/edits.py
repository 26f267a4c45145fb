"""``cutroom edits``: the same documents as in the browser, as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cutroom.cli.connection import connected, named
from cutroom.cli.reporting import console_for_output
from cutroom.cli.root import app
from cutroom.cli.runs import AsJson, Server, Token, follow, items_of, print_json, print_run, row_of, table_of
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import get_settings
from cutroom.pipelines.names import clip_name

edits = typer.Typer(name="edits", help="Clips in the making: look at them, change them, render them.")
app.add_typer(edits)

Identifier = Annotated[str, typer.Argument(help="The edit's id.")]


@edits.command(name="list")
def listing(
    asset: Annotated[str | None, typer.Option(help="Only those of this recording.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many, newest first.")] = 20,
    as_json: AsJson = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """List edits, newest first."""
    query = f"?limit={limit}" + (f"&asset_id={named(asset)}" if asset else "")
    with connected(get_settings(), server, token, workers=False) as connection:
        page = connection.ask("GET", f"/edits{query}")
    if as_json:
        print_json(page)
        return
    table = table_of("id", "version", "changed", "title")
    for each in items_of(page):
        row_of(table, each["id"], str(each["version"]), each["changed_at"][:16].replace("T", " "), each["title"])
    console_for_output().print(table if page["items"] else "There are no edits yet.")


@edits.command(name="open")
def open_edit(
    what: Annotated[str, typer.Argument(help="The id of a clip, or of a recording with --start and --end.")],
    start_s: Annotated[float | None, typer.Option("--start", min=0, help="Seconds of the recording.")] = None,
    end_s: Annotated[float | None, typer.Option("--end", min=0, help="Seconds of the recording.")] = None,
    server: Server = None,
    token: Token = None,
) -> None:
    """Open an edit of a clip, or of a stretch of a recording, and print it."""
    if (start_s is None) != (end_s is None):
        raise InvalidInput("--start and --end belong together: give both for a stretch, and none for a clip.")
    body = {"clip_id": what} if start_s is None else {"asset_id": what, "start_s": start_s, "end_s": end_s}
    with connected(get_settings(), server, token, workers=False) as connection:
        print_json(connection.ask("POST", "/edits", body))


@edits.command()
def show(edit_id: Identifier, server: Server = None, token: Token = None) -> None:
    """Print an edit with its document, to be changed and given to `cutroom edits set`."""
    with connected(get_settings(), server, token, workers=False) as connection:
        print_json(connection.ask("GET", f"/edits/{named(edit_id)}"))


@edits.command(name="set")
def save(
    edit_id: Identifier,
    file: Annotated[Path, typer.Argument(help="What `cutroom edits show` printed, changed; - reads standard input.")],
    version: Annotated[int | None, typer.Option(min=1, help="That was changed; the file's own else.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call the new version.")] = None,
    server: Server = None,
    token: Token = None,
) -> None:
    """Save an edit; it is refused when somebody else saved another version meanwhile."""
    given = _read(file)
    document = given.get("document", given)
    changed = version or given.get("version")
    if changed is None:
        raise InvalidInput("The file names no version: give --version, the one that you changed.")
    with connected(get_settings(), server, token, workers=False) as connection:
        body = {"version": changed, "document": document, "name": name}
        print_json(connection.ask("PUT", f"/edits/{named(edit_id)}", body))


@edits.command()
def render(
    edit_id: Identifier,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Save the clip's files into this folder.")] = None,
    export: Annotated[list[str] | None, typer.Option(help="A project for another editor: otio, fcpxml, edl …")] = None,
    as_new: Annotated[bool, typer.Option("--as-new", help="Make another clip.")] = False,
    as_json: AsJson = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Render the newest version of an edit, and wait for its clip."""
    with connected(get_settings(), server, token, workers=True) as connection:
        version = connection.ask("GET", f"/edits/{named(edit_id)}")["version"]
        body = {"version": version, "exports": export or [], "as_new": as_new}
        ended = follow(connection, connection.ask("POST", f"/edits/{named(edit_id)}/render", body))
        if out is not None:
            made = connection.ask("GET", f"/runs/{named(ended['id'])}/result")["value"]
            clip = connection.ask("GET", f"/clips/{named(made['clip_id'])}")
            stem = clip_name(clip["rank"], clip["title"])
            for each in clip["files"]:
                connection.save(each["url"], out / f"{stem}{Path(each['name']).suffix}")
        print_run(ended, as_json=as_json)


def _read(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        given = json.loads(text)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{file} cannot be read as JSON: give what 'cutroom edits show' printed.") from error
    if not isinstance(given, dict):
        raise InvalidInput(f"{file} holds no document: give what 'cutroom edits show' printed.")
    return given
