"""A new group moves in: people are invited, bring footage, share it, find what was said, and see nothing else."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cli.conftest import QUICK
from tests.faults.instance import PASSWORD, PATIENCE_S, Process, instance
from tests.ingest.site_on_loopback import Site, serving
from tests.pipelines.conftest import make_recording, write_subtitles

from cutroom.accounts.access import PAGE_HEADER
from cutroom.core.clock import now

pytestmark = pytest.mark.slow

V1 = "/api/v1"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


class Person:
    """Somebody with a browser."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        headers = {"Origin": url, PAGE_HEADER: "1"}
        self.browser = stack.enter_context(httpx2.Client(base_url=url, headers=headers, timeout=60))

    def ask(self, method: str, path: str, body: object = None, *, status: int | None = None) -> Any:  # noqa: ANN401
        """Ask, and give the answer's JSON."""
        answer = self.browser.request(method, V1 + path, json=body)
        expected = answer.is_success if status is None else answer.status_code == status
        assert expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def items(self, path: str) -> list[dict[str, Any]]:
        """Give a page of a list."""
        found: list[dict[str, Any]] = self.ask("GET", path)["items"]
        return found

    def promise(self, name: str, size: int) -> httpx2.Response:
        """Promise an upload."""
        told = base64.b64encode(name.encode()).decode()
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {told}"}
        return self.browser.post(f"{V1}/uploads", headers=headers)

    def upload(self, path: Path, name: str, *, broken_at: int | None = None) -> dict[str, Any]:
        """Bring a file, in two goes where the line breaks, and give what became of it."""
        content = path.read_bytes()
        location = self.promise(name, len(content)).headers["Location"]
        if broken_at is not None:

            def half() -> Iterator[bytes]:
                yield content[:broken_at]
                time.sleep(1)  # a line that breaks loses what is still on its way
                raise ConnectionError("the line broke")

            with pytest.raises(ConnectionError):
                self.browser.patch(location, headers={**BYTES, "Upload-Offset": "0"}, content=half())
        offset = int(self.browser.head(location, headers=TUS).headers["Upload-Offset"])
        assert (offset > 0) == (broken_at is not None)
        sent = self.browser.patch(location, headers={**BYTES, "Upload-Offset": str(offset)}, content=content[offset:])
        assert sent.status_code == 204, sent.text
        address = location.removeprefix(V1) + "/state"
        found: dict[str, Any] = until(
            lambda: self.ask("GET", address), lambda it: it["state"] in {"finished", "failed"}
        )
        return found


def until(ask: Callable[[], Any], good: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - JSON
    """Ask again and again until the answer is the one that is waited for."""
    end = time.monotonic() + PATIENCE_S
    while True:
        found = ask()
        if good(found):
            return found
        assert time.monotonic() < end, found
        time.sleep(0.2)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recording(tmp_path_factory.mktemp("walk") / "talk.mp4")


@pytest.fixture
def site(tmp_path: Path, talk: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    with serving(folder) as found:
        (folder / "clip.mp4").write_bytes(talk.read_bytes())
        (folder / "feed.xml").write_text(
            '<?xml version="1.0"?><rss version="2.0"><channel><title>Lectures</title></channel></rss>'
        )
        yield found


def _publish(site: Site, name: str) -> None:
    (site.folder / f"{name}.mp4").write_bytes((site.folder / "clip.mp4").read_bytes())
    (site.folder / "feed.xml").write_text(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Lectures</title><item><title>{name}</title>'
        f"<link>{site.url(name)}.mp4</link></item></channel></rss>"
    )


def test_a_group_moves_in(talk: Path, site: Site, database_url: str, tmp_path: Path) -> None:
    words = write_subtitles(tmp_path / "talk.srt").read_text()
    environment = {
        **{f"CUTROOM_{name}": value for name, value in QUICK.items()},
        "CUTROOM_DATABASE_URL": database_url,
        "CUTROOM_DATA_DIR": str(tmp_path / "data"),
        "CUTROOM_EGRESS_ALLOW": site.host,
    }
    with instance(tmp_path / "log", environment, {"up": ["up", "--port", "0"]}) as processes, ExitStack() as stack:
        up = processes["up"]
        url = up.said(r"Cutroom is at (\S+)")
        admin = _administrator(url, up, stack)

        # Invite and join: the link works once, and the role is the one that it was made with.
        group = admin.ask("POST", "/groups", {"name": "Physics"})
        ada = _join(admin, url, stack, "Ada", group["id"])
        ben = _join(admin, url, stack, "Ben", group["id"])
        eve = _join(admin, url, stack, "Eve", None)

        # Upload: one that breaks and goes on, one that the quota refuses, one that is here already.
        brought = ada.upload(talk, "../../Lecture 1.mp4", broken_at=talk.stat().st_size // 2)
        assert brought["state"] == "finished", brought
        asset = brought["asset_id"]
        until(lambda: ada.ask("GET", f"/assets/{asset}"), lambda it: it["state"] == "ready")
        me = ada.ask("GET", "/session")["id"]
        admin.ask("PATCH", f"/users/{me}", {"quota_bytes": 3 * talk.stat().st_size})
        refused = ada.promise("large.mp4", 10 * talk.stat().st_size)
        assert refused.status_code == 413, refused.text
        assert "a week" in refused.json()["detail"]
        again = ada.upload(talk, "the same.mp4")
        assert [each["id"] for each in again["same_files"]] == [asset]
        used = ada.ask("GET", "/quota")
        assert used["used_bytes"] == 2 * talk.stat().st_size

        # What is said is found, to the second.
        params = {"subtitles": words, "dry_run": True, "count": 1, "min_s": 3, "max_s": 6}
        run = ada.ask("POST", "/runs", {"recipe": "highlights", "asset_id": asset, "params": params})
        ended = until(lambda: ada.ask("GET", f"/runs/{run['id']}"), lambda it: it["state"] in {"succeeded", "failed"})
        assert ended["state"] == "succeeded", ended
        found = ada.ask("GET", '/search?q="doubles every day"')
        assert [each["asset"]["id"] for each in found["items"]] == [asset]
        hit = found["items"][0]["hits"][0]
        assert hit["kind"] == "speech"
        assert 18.0 <= hit["start_s"] < 20.5

        # A stranger, and another member, see nothing that they should not.
        nobody = Person(url, stack)
        for who, status in ((ben, 404), (eve, 404), (nobody, 401)):
            for path in (f"/assets/{asset}", f"/runs/{run['id']}", f"/uploads/{brought['id']}/state"):
                who.ask("GET", path, status=status)
            who.ask("DELETE", f"/assets/{asset}", status=status)
        for member in (ben, eve):
            assert member.items("/assets") == []
            assert member.ask("GET", "/search?q=doubles")["total"] == 0
            assert member.items("/shares") == []
        audience = {"visibility": "group", "groups": [{"group_id": group["id"]}]}
        ada.ask("PUT", f"/assets/{asset}/audience", audience)
        assert [each["id"] for each in ben.items("/assets")] == [asset]
        assert ben.ask("GET", "/search?q=doubles")["total"] == 1
        ben.ask("PATCH", f"/assets/{asset}", {"title": "Mine now"}, status=403)
        assert eve.items("/assets") == []

        # A link for one person, which expires and tells when it was opened.
        expires_at = (now() + timedelta(days=1)).isoformat()
        wanted = {"expires_at": expires_at, "recipients": [{"name": "Grandmother"}]}
        share = ada.ask("POST", f"/assets/{asset}/shares", wanted)
        secret = share["made"][0]["url"].rpartition("/")[2]
        opened = nobody.ask("POST", "/shared", {"secret": secret})
        assert [each["id"] for each in opened["items"]] == [asset]
        play = next(file for file in opened["items"][0]["files"] if file["name"] == "play.mp4")
        part = nobody.browser.get(play["url"], headers={"Range": "bytes=0-99"})
        assert (part.status_code, len(part.content)) == (206, 100)
        assert opened["items"][0]["original_url"] is None
        receipt = ada.items(f"/shares/{share['id']}/links")[0]
        assert (receipt["name"], receipt["times_opened"]) == ("Grandmother", 1)
        soon = (now() + timedelta(seconds=2)).isoformat()
        ada.ask("PATCH", f"/shares/{share['id']}", {"expires_at": soon})
        time.sleep(2.5)
        nobody.ask("POST", "/shared", {"secret": secret}, status=404)
        assert nobody.browser.get(play["url"]).status_code == 404

        # A feed that makes clips by itself.
        start = [{"recipe": "highlights", "params": {**params, "dry_run": False, "preset": "square-1080"}}]
        rule = {"url": site.url("feed.xml"), "basis": "own", "start": start}
        admin.ask("PATCH", f"/users/{me}", {"quota_bytes": None})
        feed = ada.ask("POST", "/subscriptions", rule)
        address = f"/subscriptions/{feed['id']}"
        until(lambda: ada.ask("GET", address), lambda it: it["looked_at"] is not None)
        assert ada.items("/imports") == []
        _publish(site, "week-2")
        ada.ask("POST", f"{address}/look")
        new = until(lambda: ada.items("/imports"), lambda items: bool(items) and items[0]["asset_id"] is not None)
        runs = until(
            lambda: ada.items(f"/runs?asset_id={new[0]['asset_id']}"),
            lambda items: bool(items) and items[0]["state"] in {"succeeded", "failed"},
        )
        assert runs[0]["state"] == "succeeded", runs
        clips = ada.items(f"/runs/{runs[0]['id']}/clips")
        assert len(clips) == 1
        assert "clip.mp4" in {file["name"] for file in clips[0]["files"]}
        for member in (ben, eve):
            member.ask("GET", address, status=404)
            member.ask("GET", f"/imports/{new[0]['id']}", status=404)
            member.ask("GET", f"/clips/{clips[0]['id']}", status=404)

        # Who is not wanted any more is out at once.
        admin.ask("POST", f"/users/{ben.ask('GET', '/session')['id']}/disable")
        ben.ask("GET", "/session", status=401)


def _administrator(url: str, up: Process, stack: ExitStack) -> Person:
    person = Person(url, stack)
    token = up.said(r"/setup\?token=(\S+)")
    person.ask("POST", "/setup", {"token": token, "name": "Head", "password": PASSWORD})
    return person


def _join(admin: Person, url: str, stack: ExitStack, name: str, group_id: str | None) -> Person:
    made = admin.ask("POST", "/invitations", {"role": "editor", "group_id": group_id})
    token = made["link"].rpartition("token=")[2]
    person = Person(url, stack)
    person.ask("POST", "/join", {"token": token, "name": name, "password": PASSWORD})
    assert person.ask("GET", "/session")["role"] == "editor"
    Person(url, stack).ask("POST", "/join", {"token": token, "name": "Another", "password": PASSWORD}, status=404)
    return person
