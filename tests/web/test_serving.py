"""The built studio is served as files that never change, and as one page for each of its own addresses."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest
from tests.api.studio import Studio

from cutroom.core.settings import Settings
from cutroom.web.serving import PAGES, make_router, media_origin, policy

pytestmark = pytest.mark.anyio

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def browser(studio: Studio, tmp_path: Path) -> httpx2.AsyncClient:
    """A browser at an instance that has a built studio."""
    built = tmp_path / "built"
    (built / "static").mkdir(parents=True)
    (built / "index.html").write_text('<!doctype html><style nonce="__NONCE__"></style>')
    (built / "static" / "app-0123.js").write_text("export {}")
    (tmp_path / "secret.js").write_text("secret")
    studio.app.include_router(make_router(built))
    return await studio.client()


@on_sqlite
async def test_every_page_has_a_number_of_its_own_that_its_policy_names(browser: httpx2.AsyncClient) -> None:
    seen = set()
    for path in ("/", "/library?q=x", *(f"/{name}/a/b" for name in PAGES)):
        page = await browser.get(path)
        found = re.search(r'nonce="([\w-]{20,})"', page.text)
        assert found, path
        assert f"'nonce-{found[1]}'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        seen.add(found[1])
    assert len(seen) == len(PAGES) + 2


@on_sqlite
async def test_files_of_the_program_are_kept_for_ever(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/static/app-0123.js")
    assert answer.text == "export {}"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["none.js", "../index.html", "..%2f..%2fsecret.js", "%2fetc%2fpasswd", ""])
@on_sqlite
async def test_nothing_but_files_of_the_program_is_given(browser: httpx2.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/static/{name}")).status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/none", "/none", "/libraryx"])
@on_sqlite
async def test_an_unknown_address_is_a_mistake_and_no_page(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@on_sqlite
async def test_a_studio_that_is_not_built_says_how_to_build_it(studio: Studio, tmp_path: Path) -> None:
    studio.app.include_router(make_router(tmp_path / "none"))
    answer = await (await studio.client()).get("/")
    assert (answer.status_code, "make ui" in answer.text) == (503, True)


def test_the_studio_knows_the_same_addresses_as_the_server() -> None:
    source = Path(__file__).parents[2] / "ui" / "src"
    own = {name for file in source.glob("*/routes.tsx") for name in re.findall(r'path: "/([a-z]+)', file.read_text())}
    assert own == set(PAGES)


def test_media_come_from_where_browsers_are_sent() -> None:
    assert media_origin(Settings()) is None
    assert media_origin(Settings(storage="s3://b", s3_endpoint="http://store:9000")) is None
    assert media_origin(Settings(storage="s3://b", s3_region="eu-west-3")) == "https://s3.eu-west-3.amazonaws.com"
    public = Settings(storage="s3://b", s3_endpoint="http://store:9000", s3_public_endpoint="https://media.example/")
    assert media_origin(public) == "https://media.example"
    assert "media-src 'self' https://media.example blob:" in policy("n", media_origin(public))
    assert "script-src 'self';" in policy("n", media_origin(public))
