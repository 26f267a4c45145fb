"""``cutroom users``: whoever has the machine gets people in again."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from cutroom.accounts.invitations import accept_invitation, read_invitation
from cutroom.accounts.models import Role
from cutroom.accounts.resets import read_reset_link
from cutroom.api.serving import listen
from cutroom.app import opened, serve
from cutroom.core.settings import get_settings

Set = Callable[[str, str], None]


@pytest.fixture
def home(settings_of: Set, tmp_path: Path) -> Path:
    """A data folder of this test alone."""
    settings_of("DATA_DIR", str(tmp_path / "home"))
    settings_of("URL", "https://studio.example/")
    return tmp_path / "home"


def _secret(link: str, path: str) -> str:
    before, _, secret = link.strip().partition("?token=")
    assert before == f"https://studio.example{path}"
    return secret


def _join(link: str, name: str) -> None:
    async def join() -> None:
        async with opened(get_settings()) as engine, engine.database.writing() as session:
            await accept_invitation(session, _secret(link, "/join"), name, "hash")

    asyncio.run(join())


def test_links_lead_to_the_instance_that_runs_in_the_data_folder(
    home: Path, cutroom: Command, settings_of: Set
) -> None:
    settings_of("URL", "")
    assert cutroom("users", "invite").out.startswith("http://127.0.0.1:8400/join?token=")

    async def live() -> str:
        stop, known = asyncio.Event(), asyncio.get_running_loop().create_future()
        async with opened(get_settings()) as engine:
            serving = asyncio.create_task(
                serve(engine, listener=listen("127.0.0.1", 0), stop=stop, ready=known.set_result, sends_mail=True)
            )
            url = str(await known)
            link = await asyncio.to_thread(cutroom, "users", "invite")
            assert link.out.startswith(f"{url}/join?token=")
            stop.set()
            await serving
        return url

    url = asyncio.run(live())
    # What one that was killed left behind leads nowhere.
    assert (home / "server.url").read_text() == url
    assert cutroom("users", "invite").out.startswith("http://127.0.0.1:8400/join?token=")


def test_people_are_invited_listed_and_looked_after_without_a_server(home: Path, cutroom: Command) -> None:
    _join(cutroom("users", "invite", "--role", "admin").out, "Grace Hopper")
    _join(cutroom("users", "invite", "--email", "Ada@School.example").out, "Ada")
    listed = json.loads(cutroom("users", "list", "--json").out)
    assert [(each["name"], each["role"], each["email"], each["active"]) for each in listed] == [
        ("Ada", "editor", "ada@school.example", True),
        ("Grace Hopper", "admin", None, True),
    ]
    assert cutroom("users", "role", "ada", "viewer").out == "Ada is viewer from now on.\n"
    assert cutroom("users", "disable", "ADA@school.example").code == 0
    assert "disabled" in cutroom("users", "list").out
    assert cutroom("users", "reset", "ada").sentence.startswith("Ada is disabled")
    assert cutroom("users", "enable", "ada").code == 0
    link = cutroom("users", "reset", "grace hopper").out

    async def whose() -> tuple[str, Role]:
        async with opened(get_settings()) as engine, engine.database.reading() as session:
            user = await read_reset_link(session, _secret(link, "/reset"))
            return user.display_name, user.role

    assert asyncio.run(whose()) == ("Grace Hopper", Role.ADMIN)


def test_the_last_administrator_stays_and_nobody_is_made_up(home: Path, cutroom: Command) -> None:
    _join(cutroom("users", "invite", "--role", "admin").out, "Grace")
    for arguments in (("disable", "grace"), ("role", "grace", "editor")):
        refused = cutroom("users", *arguments)
        assert (refused.code, "only administrator" in refused.sentence) == (2, True)
    assert cutroom("users", "reset", "Eve\x1b[31m").sentence.startswith("Nobody is called 'Eve")
    assert cutroom("users", "invite", "--email", "nowhere").code == 2
    assert cutroom("users", "invite", "--days", "91").code == 2


def test_an_invitation_lasts_as_long_as_was_said(home: Path, cutroom: Command) -> None:
    secret = _secret(cutroom("users", "invite", "--role", "viewer", "--days", "90").out, "/join")

    async def days() -> int:
        async with opened(get_settings()) as engine, engine.database.reading() as session:
            made = (await read_invitation(session, secret)).invitation
            return round((made.expires_at - made.created_at).total_seconds() / 86400)

    assert asyncio.run(days()) == 90


def test_all_that_is_somebodys_is_written_to_a_file(home: Path, cutroom: Command, tmp_path: Path) -> None:
    _join(cutroom("users", "invite", "--role", "admin").out, "Grace Hopper")
    target = tmp_path / "grace.zip"
    assert cutroom("users", "export", "Grace Hopper", target).out == f"{target}\n"
    with zipfile.ZipFile(target) as archive:
        (user,) = json.loads(archive.read("user.json"))
    assert user["display_name"] == "Grace Hopper"
    assert "password_hash" not in user
    assert "Nobody is called" in cutroom("users", "export", "Ada", target).sentence
