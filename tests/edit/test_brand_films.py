"""Brand kits have an intro and an outro: short videos of any format, measured, named, replaced and taken away."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.api.studio import Studio
from tests.render.conftest import make

from cutroom.accounts.models import Role, User
from cutroom.core.errors import UnsupportedMedia
from cutroom.edit.brands.brands import brand_of
from cutroom.edit.brands.films import MOST_BYTES, measure
from cutroom.edit.brands.models import BrandKit, End
from cutroom.jobs.models import Blob
from cutroom.media.sources import bare, located
from cutroom.media.timeline import Clip, Timeline, Track, TrackKind

BRANDS = "/api/v1/brands"
pytestmark = [pytest.mark.anyio]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LAVFI = ("-f", "lavfi", "-i")
Filming = Callable[..., Path]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Filming:
    """Make a film; ``name`` chooses the format."""
    folder = tmp_path_factory.mktemp("films")

    def build(name: str, *, seconds: float = 1, picture: bool = True, sound: bool = True) -> Path:
        path = folder / name
        if not path.exists():
            inputs = [*LAVFI, "testsrc2=s=64x48:r=25"] if picture else []
            inputs += [*LAVFI, "sine=f=300"] if sound else []
            make(folder, name, [*inputs, "-t", str(seconds)])
        return path

    return build


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mkv", "a.avi", "a.mov"])
def test_a_film_of_any_format_that_is_read_is_measured(name: str, film: Filming) -> None:
    media = measure(film(name), End.INTRO)
    assert (media.key, media.width, media.height, media.rate) == ("intro", 64, 48, Fraction(25))
    assert abs(media.duration_s - 1) < Fraction(1, 10)
    assert media.path == Path(media.sha256), "where it lay is forgotten"


def test_fifteen_seconds_are_an_intro_and_more_are_none(film: Filming) -> None:
    assert round(measure(film("15.mp4", seconds=15), End.INTRO).duration_s) == 15
    with pytest.raises(UnsupportedMedia, match=r"^The intro lasts 16\.0 seconds: cut it to at most 15 "):
        measure(film("16.mkv", seconds=16), End.INTRO)


def test_sound_alone_is_no_intro(film: Filming) -> None:
    with pytest.raises(UnsupportedMedia, match=r"^The outro has no picture: send a video of at most 15 seconds\.$"):
        measure(film("sound.m4a", picture=False), End.OUTRO)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%PDF-1.7\n" + bytes(99), b"\x89PNG\r\n\x1a\n" + bytes(99), b"#EXTM3U\n/etc/passwd\n"]
)
def test_what_is_no_video_is_refused_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "The intro"
    path.write_bytes(content)
    with pytest.raises(UnsupportedMedia, match=r"^The intro is [^.]*\.$") as refused:
        measure(path, End.INTRO)
    assert str(tmp_path) not in str(refused.value)


async def send(client: Any, address: str, path: Path, name: str = "Opening.mp4") -> Any:  # noqa: ANN401 - as httpx has it
    return await client.put(address, params={"name": name}, content=path.read_bytes())


async def test_a_kit_has_an_intro_and_an_outro_that_are_replaced_and_taken_away(studio: Studio, film: Filming) -> None:
    _, owner = await studio.person(Role.EDITOR)
    _, other = await studio.person(Role.EDITOR)
    _, watcher = await studio.person(Role.VIEWER)
    kit = (await owner.post(BRANDS, json={"name": "House"})).json()
    address = f"{BRANDS}/{kit['id']}"
    assert (kit["intro"], kit["outro"]) == (None, None)
    assert (await watcher.get(f"{address}/intro")).status_code == 404
    for client, status in ((other, 403), (watcher, 403)):
        assert (await send(client, f"{address}/intro", film("a.mp4"))).status_code == status

    sent = await send(owner, f"{address}/intro", film("a.mp4"))
    assert sent.status_code == 200, sent.text
    intro = sent.json()["intro"]
    assert (intro["name"], intro["width"], intro["height"], round(intro["duration_s"])) == ("Opening.mp4", 64, 48, 1)
    assert sent.json()["outro"] is None
    given = await watcher.get(intro["url"])
    assert given.content == film("a.mp4").read_bytes()
    assert given.headers["content-disposition"].startswith("attachment"), "it is nobody's to run"

    assert (await send(owner, f"{address}/outro", film("a.webm"), "../../Ende „gut“.webm")).status_code == 200
    again = await send(owner, f"{address}/intro", film("2.mov", seconds=2), "Other.mov")
    assert (again.json()["intro"]["name"], round(again.json()["intro"]["duration_s"])) == ("Other.mov", 2)
    assert again.json()["outro"]["name"] == "../../Ende „gut“.webm", "a label, and no path"
    async with studio.database.reading() as session:
        row = (await session.scalars(select(BrandKit))).one()
        brand = await brand_of(session, row.id, "square-1080")
        named = {row.intro_sha256, row.outro_sha256}
        kept = set(await session.scalars(select(Blob.sha256).where(Blob.sha256.in_(named))))
    assert brand.intro is not None
    assert brand.outro is not None
    assert {brand.intro.sha256, brand.outro.sha256} == kept, "what a kit names is not tidied away"

    for end in End:
        taken = await owner.delete(f"{address}/{end}")
        assert (taken.status_code, taken.json()[end]) == (200, None)
    async with studio.database.reading() as session:
        brand = await brand_of(session, UUID(kit["id"]), "square-1080")
    assert (brand.intro, brand.outro) == (None, None)


@on_sqlite
async def test_an_intro_counts_against_its_senders_quota(studio: Studio, film: Filming) -> None:
    person_id, owner = await studio.person(Role.EDITOR)
    async with studio.database.writing() as session:
        (await session.get_one(User, person_id)).quota_bytes = film("a.mp4").stat().st_size + 10
    kit = (await owner.post(BRANDS, json={"name": "House"})).json()
    assert (await send(owner, f"{BRANDS}/{kit['id']}/intro", film("a.mp4"))).status_code == 200
    refused = await send(owner, f"{BRANDS}/{kit['id']}/outro", film("a.mp4"))
    assert (refused.status_code, refused.json()["detail"][:10]) == (413, "This needs"), refused.text
    assert (await owner.get(f"{BRANDS}/{kit['id']}")).json()["outro"] is None


@on_sqlite
async def test_a_hostile_intro_is_refused_and_the_one_before_stays(studio: Studio, film: Filming) -> None:
    _, owner = await studio.person(Role.EDITOR)
    kit = (await owner.post(BRANDS, json={"name": "House"})).json()
    address = f"{BRANDS}/{kit['id']}/intro"
    await send(owner, address, film("a.mp4"))
    for path in (film("16.mkv", seconds=16), film("sound.m4a", picture=False), Path(__file__)):
        refused = await send(owner, address, path)
        assert refused.status_code == 415, path
        assert refused.json()["detail"].startswith("The intro "), refused.text
    for name in ("", "a\nb", "x" * 201):
        assert (await send(owner, address, film("a.mp4"), name)).status_code == 422, name
    large = await owner.put(address, params={"name": "x"}, content=bytes(MOST_BYTES + 1))
    assert large.status_code == 413
    assert (await owner.get(f"{BRANDS}/{kit['id']}")).json()["intro"]["name"] == "Opening.mp4"
    assert not list(studio.settings.data_dir.glob("film-*")), "nothing is left lying about"


def test_another_film_is_another_timeline_and_where_it_lies_is_not(film: Filming) -> None:
    tracks = (Track(TrackKind.VIDEO, (Clip("source", 0, 10),)),)
    one, other = (measure(film(name), End.INTRO) for name in ("a.mp4", "a.mkv"))
    first = Timeline("x", Fraction(25), 270, 480, (), tracks, intro=one)
    second = Timeline("x", Fraction(25), 270, 480, (), tracks, intro=other)
    assert bare(first) != bare(second)
    assert bare(located(first, {one.sha256: Path("/somewhere")})) == bare(first)
    assert (first.duration, first.intro_duration, first.outro_duration) == (10, 25, 0)
