"""``cutroom run`` and ``cutroom runs``: durable runs, on a server or on this machine."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cutroom.cli.connection import Connection, NotThere, connected, named
from cutroom.cli.reporting import console_for_output, reporter_for
from cutroom.cli.root import app
from cutroom.core.errors import CutroomError, InvalidInput
from cutroom.core.files import write_whole
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line
from cutroom.pipelines.names import clip_name

#: Often enough for a person, seldom enough for a server.
_POLL_S = 0.5
_FINAL = frozenset({"succeeded", "failed", "canceled"})

Server = Annotated[
    str | None, typer.Option(envvar="CUTROOM_SERVER", help="A server's address; this machine's own data when left out.")
]
Token = Annotated[str | None, typer.Option(envvar="CUTROOM_TOKEN", help="An API token of that server.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print for machines.")]
Identifier = Annotated[str, typer.Argument(help="The run's id.")]

runs = typer.Typer(name="runs", help="Look at durable runs, cancel them, try them again.", no_args_is_help=False)
app.add_typer(runs)


class RunFailed(CutroomError):
    """A run ended without a result; the message is its own."""


@app.command()
def run(
    recipe: Annotated[str, typer.Argument(help="What to do: highlights, share …; `cutroom runs recipes` lists them.")],
    source: Annotated[
        str, typer.Argument(help="A recording: a file, on the server's own disk where there is one, or an asset's id.")
    ],
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="A parameter, like count=3; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Save what was made into this folder.")] = None,
    priority: Annotated[int, typer.Option(help="Higher ones go first.")] = 0,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the end, or only start it.")] = True,
    as_json: AsJson = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Start a durable run: it survives whatever happens to this command, this process or this machine."""
    with connected(get_settings(), server, token, workers=wait) as connection:
        asset = _asset(connection, source, local=server is None)
        body = {"recipe": recipe, "asset_id": asset, "params": read_params(param or []), "priority": priority}
        started = connection.ask("POST", "/runs", body)
        if not wait:
            print_run(started, as_json=as_json)
            return
        _finish(connection, started, out, as_json=as_json)


@runs.callback(invoke_without_command=True)
def listing(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many, newest first.")] = 20,
    as_json: AsJson = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """List runs, newest first."""
    if context.invoked_subcommand:
        return
    query = f"?limit={limit}" + (f"&state={named(state)}" if state else "")
    with connected(get_settings(), server, token, workers=False) as connection:
        page = connection.ask("GET", f"/runs{query}")
    if as_json:
        print_json(page)
        return
    table = table_of("id", "recipe", "state", "%", "what")
    for each in page["items"]:
        row_of(table, each["id"], each["recipe"], each["state"], f"{each['percent']:.0f}", each["message"])
    console_for_output().print(table if page["items"] else "There are no runs yet.")


@runs.command()
def show(run_id: Identifier, as_json: AsJson = False, server: Server = None, token: Token = None) -> None:
    """Show a run and its steps."""
    with connected(get_settings(), server, token, workers=False) as connection:
        found = connection.ask("GET", f"/runs/{named(run_id)}")
        steps = connection.ask("GET", f"/runs/{named(run_id)}/steps")
    if as_json:
        print_json({**found, "steps": items_of(steps)})
        return
    print_run(found, as_json=False)
    table = table_of("step", "state", "%", "tries", "CPU s", "what")
    for step in items_of(steps):
        row_of(
            table,
            step["key"],
            f"{step['state']}{' (kept)' if step.get('reused') else ''}",
            f"{100 * step['progress']:.0f}",
            str(step["attempt"]),
            f"{step['cpu_s']:.1f}",
            (step.get("error") or {}).get("message") or step.get("message") or "",
        )
    console_for_output().print(table)


@runs.command()
def watch(
    run_id: Identifier,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Save what was made into this folder.")] = None,
    as_json: AsJson = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Follow a run to its end; without a server this machine works on it meanwhile."""
    with connected(get_settings(), server, token, workers=True) as connection:
        _finish(connection, connection.ask("GET", f"/runs/{named(run_id)}"), out, as_json=as_json)


@runs.command()
def cancel(run_id: Identifier, as_json: AsJson = False, server: Server = None, token: Token = None) -> None:
    """End a run; what it finished is kept."""
    with connected(get_settings(), server, token, workers=False) as connection:
        print_run(connection.ask("POST", f"/runs/{named(run_id)}/cancel"), as_json=as_json)


@runs.command()
def retry(run_id: Identifier, as_json: AsJson = False, server: Server = None, token: Token = None) -> None:
    """Try what failed again; what was finished is not done twice."""
    with connected(get_settings(), server, token, workers=False) as connection:
        print_run(connection.ask("POST", f"/runs/{named(run_id)}/retry"), as_json=as_json)


@runs.command()
def recipes(as_json: AsJson = False, server: Server = None, token: Token = None) -> None:
    """List what can be run, with its parameters."""
    with connected(get_settings(), server, token, workers=False) as connection:
        found = connection.ask("GET", "/recipes")
    if as_json:
        print_json(found)
        return
    table = table_of("recipe", "parameter", "default", "what")
    for each in items_of(found):
        row_of(table, each["name"], "", "", each["title"])
        for name, schema in each["params"].get("properties", {}).items():
            default = json.dumps(schema["default"], ensure_ascii=False) if "default" in schema else ""
            row_of(table, "", name, default, schema.get("description", ""))
    console_for_output().print(table)


def read_params(given: Sequence[str]) -> dict[str, Any]:
    """Read ``name=value`` pairs; a value that is JSON is taken as that, anything else as text.

    Raises:
        InvalidInput: If one has no name.
    """
    params: dict[str, Any] = {}
    for pair in given:
        name, found, value = pair.partition("=")
        if not found or not name:
            raise InvalidInput(f"--param '{pair}' has no value: write it like count=3.")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
    return params


def _asset(connection: Connection, source: str, *, local: bool) -> str:
    """Give the asset's id: of the file on this machine, else of what a server has under this path or id."""
    path = Path(source)
    if path.is_file() if local else "/" in source:
        created: str = connection.ask("POST", "/assets", {"path": str(path.absolute() if local else path)})["id"]
        return created
    return source


def _finish(connection: Connection, started: Mapping[str, Any], out: Path | None, *, as_json: bool) -> None:
    """Follow a run to its end, save what it made, and say how it ended."""
    now = _followed(connection, started)
    if now["state"] == "succeeded" and out is not None:
        _save(connection, now, out)
    print_run(now, as_json=as_json)
    _must_succeed(now)


def follow(connection: Connection, started: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a run to its end.

    Raises:
        RunFailed: If it ends without a result.
    """
    ended = _followed(connection, started)
    _must_succeed(ended)
    return ended


def _followed(connection: Connection, started: Mapping[str, Any]) -> Mapping[str, Any]:
    reporter = reporter_for(Console(stderr=True))
    now = started
    with reporter.stage(f"{started['recipe']} {started['id']}") as progress:
        while now["state"] not in _FINAL:
            progress(now["percent"] / 100)
            time.sleep(_POLL_S)
            now = connection.ask("GET", f"/runs/{named(started['id'])}")
    return now


def _must_succeed(run: Mapping[str, Any]) -> None:
    if run["state"] != "succeeded":
        why = (run.get("error") or {}).get("message") or run["message"] or run["state"]
        raise RunFailed(f"{why} 'cutroom runs retry {run['id']}' tries again.")


def _save(connection: Connection, run: Mapping[str, Any], out: Path) -> None:
    """Save what a run made: its clips by their titles, what was said, and the result as it stands in the rows."""
    for clip in items_of(connection.ask("GET", f"/runs/{named(run['id'])}/clips?limit=100")):
        stem = clip_name(clip["rank"], clip["title"])
        for file in clip["files"]:
            connection.save(file["url"], out / f"{stem}{Path(file['name']).suffix}")
    result = connection.ask("GET", f"/runs/{named(run['id'])}/result")["value"]
    write_whole(out / "result.json", json.dumps(result, ensure_ascii=False, indent=1))
    asset = connection.ask("GET", f"/assets/{named(run['subject_id'])}")
    for file in asset["files"]:
        connection.save(file["url"], out / file["name"])
    with contextlib.suppress(NotThere):  # nobody speaks in it, or the recipe did not listen
        for form in ("json", "srt", "vtt", "txt"):
            connection.save(f"/assets/{named(asset['id'])}/transcript?form={form}", out / f"transcript.{form}")


def items_of(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Give the items of a list's answer."""
    items: list[dict[str, Any]] = answer["items"] if isinstance(answer, dict) else answer
    return items


def print_json(answer: object) -> None:
    """Print for machines what the interface answered."""
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def print_run(run: Mapping[str, Any], *, as_json: bool) -> None:
    """Say how a run stands."""
    if as_json:
        print_json(run)
        return
    console = console_for_output()
    line = f"{run['id']}  {run['recipe']}  {run['state']}  {run['percent']:.0f} %  {run['message']}"
    console.print(one_line(line), soft_wrap=True, highlight=False, markup=False)


def table_of(*names: str) -> Table:
    """Make a table with these columns."""
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold", justify="right" if name in {"%", "tries", "CPU s"} else "left")
    return table


def row_of(table: Table, *cells: str) -> None:
    """Add a row to a table."""
    table.add_row(*(Text(one_line(cell)) for cell in cells))  # what people wrote is neither markup nor an escape
