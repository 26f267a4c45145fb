"""``cutroom library``: recordings of a server's or of this machine's, looked for, looked at and saved."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from cutroom.cli.connection import NotThere, connected, instance_url, named
from cutroom.cli.reporting import console_for_output
from cutroom.cli.root import app
from cutroom.cli.runs import AsJson, Server, Token, items_of, print_json, row_of, table_of
from cutroom.core.files import write_whole
from cutroom.core.settings import get_settings
from cutroom.core.text import one_line

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")
_FORMS = ("json", "srt", "vtt", "txt")

Identifier = Annotated[str, typer.Argument(help="The recording's id.")]

library = typer.Typer(name="library", help="Look for recordings, look at one, save it.", no_args_is_help=True)
app.add_typer(library)


@library.callback()
def group() -> None:
    """Look for recordings, look at one, save it."""


@library.command("list")
def listing(
    words: Annotated[str | None, typer.Option(help="Only those with this in their title.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only those with this tag.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many, newest first.")] = 20,
    as_json: AsJson = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """List recordings, newest first."""
    query = _query(q=words, tag=tag, state=state, limit=limit)
    with connected(get_settings(), server, token, workers=False) as connection:
        page = connection.ask("GET", f"/assets?{query}")
    if as_json:
        print_json(page)
        return
    table = table_of("id", "title", "length", "state")
    for each in page["items"]:
        row_of(table, each["id"], each["title"], _time(each["duration_s"]), each["state"])
    console_for_output().print(table if page["items"] else "There are no such recordings.")


@library.command()
def search(
    phrase: Annotated[str, typer.Argument(help='What is said: words, "words in this order", -without.')],
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many recordings, the best first.")] = 10,
    as_json: AsJson = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Find what is said: prints title, time, sentence and a link to that second."""
    with connected(get_settings(), server, token, workers=False) as connection:
        page = connection.ask("GET", f"/search?{_query(q=phrase, limit=limit)}")
    if as_json:
        print_json(page)
        return
    lines = [_line(found["asset"], hit, _at(server)) for found in page["items"] for hit in found["hits"]]
    _print(lines or ["Nothing was found."])


@library.command()
def show(asset_id: Identifier, as_json: AsJson = False, server: Server = None, token: Token = None) -> None:
    """Show a recording: what it is, what is in it and what was made of it."""
    with connected(get_settings(), server, token, workers=False) as connection:
        found = connection.ask("GET", f"/assets/{named(asset_id)}")
        chapters = items_of(connection.ask("GET", f"/assets/{named(asset_id)}/chapters"))
    if as_json:
        print_json({**found, "chapters": chapters})
        return
    _print([*_facts(found), *(_joined(_time(each["start_s"]), each["title"]) for each in chapters)])
    _print([f"{_at(server)}/watch/{found['id']}"])


@library.command()
def export(
    asset_id: Identifier,
    out: Annotated[Path, typer.Option("--out", "-o", help="Save into this folder.")] = Path("recording"),
    original: Annotated[bool, typer.Option("--original", help="Save what was brought too.")] = False,
    server: Server = None,
    token: Token = None,
) -> None:
    """Save a recording: to play, its poster, what is said in it, and what is known of it."""
    with connected(get_settings(), server, token, workers=False) as connection:
        found = connection.ask("GET", f"/assets/{named(asset_id)}")
        for file in found["files"]:
            if "/" not in file["name"]:  # a playlist is nothing without its parts
                connection.save(file["url"], out / file["name"])
        with contextlib.suppress(NotThere):  # nobody speaks in it, or nobody listened yet
            for form in _FORMS:
                connection.save(f"/assets/{named(found['id'])}/transcript?form={form}", out / f"transcript.{form}")
        if original:
            suffix = PurePath(found["file_name"]).suffix  # what people call a file is no path of ours
            connection.save(found["original_url"], out / f"original{suffix if _SUFFIX.fullmatch(suffix) else ''}")
    write_whole(out / "recording.json", json.dumps(found, ensure_ascii=False, indent=1))
    typer.echo(one_line(str(out.absolute())))


def _at(server: str | None) -> str:
    return (server or instance_url(get_settings())).rstrip("/")


def _line(asset: Mapping[str, Any], hit: Mapping[str, Any], at: str) -> str:
    said = hit["start_s"] is not None
    link = f"{at}/watch/{asset['id']}" + (f"?t={hit['start_s']:.1f}" if said else "")
    return _joined(asset["title"], _time(hit["start_s"]) if said else hit["kind"], hit["text"], link)


def _facts(asset: Mapping[str, Any]) -> Iterator[str]:
    yield _joined(asset["title"], _time(asset["duration_s"]), asset["state"])
    yield from (one_line(asset[name]) for name in ("reason", "description") if asset[name])
    for name, said in (
        ("category", (asset["category"] or {}).get("name")),
        ("tags", ", ".join(asset["tags"])),
        ("licence", (asset["licence"] or {}).get("key")),
        ("files", ", ".join(file["name"] for file in asset["files"])),
    ):
        if said:
            yield one_line(f"{name}: {said}")


def _joined(*parts: str) -> str:
    return "  ".join(map(one_line, parts))  # what people wrote is no escape


def _print(lines: list[str]) -> None:
    for line in lines:  # nor is it markup; and a link is never broken in two
        console_for_output().print(line, soft_wrap=True, highlight=False, markup=False)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _query(**values: str | int | None) -> str:
    return urlencode({name: value for name, value in values.items() if value is not None})
