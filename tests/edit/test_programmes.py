"""A page plays an edit as the export will have it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from cutroom.analysis.facts import PictureFacts
from cutroom.edit.composing import Brand, compose
from cutroom.edit.documents import EditDocument
from cutroom.edit.material import Material
from cutroom.edit.programmes import view_looks, view_programme
from cutroom.media.caption_styles import STYLES, Dress
from cutroom.media.geometry import Rect
from cutroom.media.sources import SOURCE
from cutroom.media.timeline import Logo, Media
from cutroom.media.transcript import Word

MATERIAL = Material(
    media=Media(SOURCE, Path("x"), "x", Fraction(8), 1920, 1080, Fraction(25), 0, 1),
    rate=Fraction(25),
    words=(Word("hello", 0.5, 1.0), Word("there", 1.2, 1.8), Word("again", 5.0, 5.5)),
    language="en",
    picture=PictureFacts((), ()),
    silences=(),
    levels_db=(),
)


def document(**more: object) -> EditDocument:
    keep = [{"start": 0, "stop": 50}, {"start": 110, "stop": 150}]
    return EditDocument.model_validate({"title": "x", "preset": "square-1080", "keep": keep, **more})


def test_every_kept_frame_has_a_picture_and_every_word_a_caption() -> None:
    programme = compose(document(), MATERIAL)
    shown = view_programme(programme)
    assert shown.duration == 90
    assert [(each.start, each.stop) for each in shown.pictures] == [(0, 50), (110, 150)]
    assert all(each.panes for each in shown.pictures)
    words = [word for caption in shown.captions for line in caption.lines for word in line]
    assert [(word.text, word.start) for word in words] == [(word.text, word.start) for word in programme.words]
    assert 0 < shown.em < 0.2


def test_without_captions_there_is_none_and_the_chosen_height_is_told() -> None:
    assert view_programme(compose(document(captions={"style": "none"}), MATERIAL)).captions == []
    placed = view_programme(compose(document(captions={"style": "pop", "position": 0.3}), MATERIAL))
    assert {caption.centre_y for caption in placed.captions} == {0.3}


def test_the_colours_and_the_logo_of_a_brand_kit_are_told() -> None:
    logo = Logo(Path("x"), "x", 100, 50, Rect(0.7, 0.1, 0.2, 0.1), 0.8)
    brand = Brand(Dress(fill="#ff0000", face="Anton"), logo)
    shown = view_programme(compose(document(), MATERIAL, brand))
    assert shown.look is not None
    assert (shown.look.fill, shown.look.lit, shown.look.family) == ("#ff0000", "#ffd60a", "Cutroom Anton")
    assert shown.logo is not None
    assert (shown.logo.place.x, shown.logo.opacity) == (0.7, 0.8)
    assert view_programme(compose(document(captions={"style": "none"}), MATERIAL)).look is None


def test_every_style_tells_what_it_looks_like() -> None:
    looks = {look.name: look for look in view_looks().items}
    assert looks.keys() == STYLES.keys()
    plates = {name: look.plate.opacity for name, look in looks.items() if look.plate}
    assert plates == {name: style.plate.opacity for name, style in STYLES.items() if style.plate}
    assert looks["karaoke"].lit == "#ffd60a"
