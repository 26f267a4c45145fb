"""A document and what is known of the recording give one timeline; a timeline gives its document back."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cutroom.analysis.facts import PictureFacts, Shot, ShotKind
from cutroom.core.errors import InvalidInput
from cutroom.edit.assembly import Framing, lay_picture, lay_pieces, lay_sound, lay_words
from cutroom.edit.captioning import draw_captions
from cutroom.edit.composing import compose, decompose, lay_parts, say
from cutroom.edit.documents import CaptionChoice, EditDocument, Stretch, WordText, frame_stretch
from cutroom.edit.material import Material, let_say, read_material, write_material
from cutroom.edit.reframing import frame_shots
from cutroom.media.geometry import FULL, Rect
from cutroom.media.presets import PRESETS
from cutroom.media.sources import SOURCE
from cutroom.media.span import Span
from cutroom.media.timeline import Fit, Layout, Media, Placement, Timeline, TrackKind
from cutroom.media.transcript import Word

DURATION_S = 60
UNSEEN = PictureFacts((), ())
LEFT = Layout((Placement(Rect(0.0, 0.0, 0.25, 1.0)),))
RIGHT = Layout((Placement(Rect(0.75, 0.0, 0.25, 1.0)),))
BOTH = Layout((Placement(FULL, Rect(0, 0, 1, 0.5), Fit.CONTAIN), Placement(FULL, Rect(0, 0.5, 1, 0.5))))
RATES = (Fraction(25), Fraction(30000, 1001), Fraction(24))


def material_at(rate: Fraction, words: tuple[Word, ...] = (), *, picture: PictureFacts = UNSEEN) -> Material:
    media = Media(SOURCE, Path("a" * 64), "a" * 64, Fraction(DURATION_S), 1280, 720, rate, 0, 1)
    return Material(media, rate, words, "en", picture, (), ())


def words_every(step_s: float) -> tuple[Word, ...]:
    count = int(DURATION_S / step_s)
    return tuple(Word(f"word{n}", round(n * step_s, 3), round((n + 0.8) * step_s, 3)) for n in range(count))


WORDS = words_every(0.37)


def document_of(*keep: tuple[int, int], **more: object) -> EditDocument:
    parts = [{"start": start, "stop": stop} for start, stop in keep]
    return EditDocument.model_validate({"title": "Sky", "preset": "vertical-1080", "keep": parts, **more})


@st.composite
def timelines(draw: st.DrawFn) -> tuple[Timeline, Material]:
    """A timeline as recipes make them: kept spans, framings by time, captions of what is said."""
    rate = draw(st.sampled_from(RATES))
    material = material_at(rate, WORDS)
    edges = draw(st.lists(st.integers(0, DURATION_S * 10), min_size=2, max_size=12, unique=True))
    ordered = sorted(edges)[: len(edges) // 2 * 2]
    kept = [Span(start / 10, stop / 10) for start, stop in zip(ordered[::2], ordered[1::2], strict=True)]
    pieces = lay_pieces(kept, rate)
    changes = sorted(draw(st.sets(st.integers(1, DURATION_S * 10 - 1), max_size=5)))
    starts = [0, *changes, DURATION_S * 10]
    layouts = draw(st.lists(st.sampled_from([LEFT, RIGHT, BOTH]), min_size=len(starts), max_size=len(starts)))
    framings = [
        Framing(Span(a / 10, b / 10), layout) for (a, b), layout in zip(pairwise(starts), layouts, strict=False)
    ]
    tracks = (lay_picture(pieces, framings, SOURCE, rate), lay_sound(pieces, SOURCE))
    preset = PRESETS[draw(st.sampled_from(sorted(PRESETS)))]
    loudness = draw(st.sampled_from([None, -14.0, -23.0]))
    bare = Timeline("Sky", rate, preset.width, preset.height, (material.media,), tracks, loudness_lufs=loudness)
    style = draw(st.sampled_from(["none", "karaoke", "plain"]))
    return draw_captions(bare, lay_words(WORDS, pieces, rate), style, "en"), material


@given(timelines())
@settings(max_examples=60, deadline=None)
def test_what_is_opened_and_not_changed_is_the_same_programme(made: tuple[Timeline, Material]) -> None:
    timeline, material = made
    document = decompose(timeline, material)
    again = EditDocument.model_validate_json(document.model_dump_json())
    assert compose(again, material).timeline == timeline


@given(timelines(), st.floats(0.1, 0.9))
@settings(max_examples=20, deadline=None)
def test_captions_that_were_moved_stay_where_they_are(made: tuple[Timeline, Material], position: float) -> None:
    timeline, material = made
    moved = decompose(timeline, material).model_copy(
        update={"captions": CaptionChoice(style="plain", position=position)}
    )
    programme = compose(moved, material).timeline
    assert compose(decompose(programme, material), material).timeline == programme


def test_deleting_words_and_restoring_them_gives_the_first_programme_again() -> None:
    material = material_at(Fraction(25), WORDS)
    whole, cut = document_of((100, 500)), document_of((100, 200), (240, 500))
    before, shorter = compose(whole, material), compose(cut, material)
    assert shorter.timeline.duration == before.timeline.duration - 40
    assert {word.text for word in shorter.words} < {word.text for word in before.words}
    assert compose(document_of((100, 200), (200, 240), (240, 500)), material) == before


def test_parts_may_stand_in_another_order_than_they_were_said() -> None:
    material = material_at(Fraction(25), WORDS)
    programme = compose(document_of((500, 600), (100, 200)), material)
    clips = programme.timeline.tracks[1].clips
    assert [(clip.source_start, clip.duration) for clip in clips] == [(500, 100), (100, 100)]
    numbers = [int(word.text.removeprefix("word")) for word in programme.words]
    assert numbers[0] > numbers[-1]
    assert all(one.start + one.duration <= two.start for one, two in pairwise(programme.words))


def test_a_layout_holds_where_it_was_chosen_and_the_picture_asks_elsewhere() -> None:
    camera = Shot(Span(0, DURATION_S), ShotKind.CAMERA, None, None, (), 0.5)
    material = material_at(Fraction(25), picture=PictureFacts((camera,), ()))
    chosen = frame_stretch(150, 250, LEFT).model_dump()
    video = compose(document_of((100, 300), layouts=[chosen]), material).timeline.track(TrackKind.VIDEO)
    assert video is not None
    assert [(clip.source_start, clip.duration) for clip in video.clips] == [(100, 50), (150, 100), (250, 50)]
    assert video.clips[1].layout == LEFT
    automatic = frame_shots([Span(4, 6)], material.picture, (1280, 720), (1080, 1920))[0].layout
    assert video.clips[0].layout == video.clips[2].layout == automatic


def test_a_word_says_something_else_in_its_own_time() -> None:
    words = (Word("one", 0.0, 1.0), Word("two", 1.0, 2.0), Word("three", 2.0, 3.0))
    changed = say(words, [WordText(number=0, text=""), WordText(number=1, text="to be")])
    assert [(word.text, word.start_s, word.end_s) for word in changed] == [
        ("to", 1.0, 1.5),
        ("be", 1.5, 2.0),
        ("three", 2.0, 3.0),
    ]


def test_what_a_clip_says_by_now_is_what_its_edit_says() -> None:
    rate = Fraction(25)
    material = material_at(rate, WORDS)
    pieces = lay_parts([Stretch(start=100, stop=300), Stretch(start=400, stop=500)])
    said = lay_words(WORDS, pieces, rate)
    assert let_say(material, pieces, said) is material
    changed = (said[0].__class__("Wherefore", said[0].start, said[0].duration), *said[1:])
    other = let_say(material, pieces, changed)
    assert lay_words(other.words, pieces, rate) == changed
    assert len(other.words) == len(WORDS)


def test_material_is_the_same_after_it_was_kept() -> None:
    camera = Shot(Span(0, 5), ShotKind.CAMERA, None, None, (), 0.5)
    material = material_at(RATES[1], WORDS, picture=PictureFacts((camera,), ()))
    assert read_material(write_material(material)) == material


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"keep": []}, "at least 1"),
        ({"keep": [{"start": 5, "stop": 5}]}, "must end after it starts"),
        ({"keep": [{"start": 0, "stop": 10}, {"start": 9, "stop": 20}]}, "must not overlap"),
        ({"keep": [{"start": -1, "stop": 10}]}, "greater than or equal to 0"),
        ({"preset": "cinema"}, "choose one of"),
        ({"captions": {"style": "wild"}}, "choose one of"),
        ({"words": [{"number": 1, "text": "a"}, {"number": 1, "text": "b"}]}, "twice"),
        ({"loudness_lufs": 0}, "less than or equal to -5"),
        ({"layouts": [{"start": 0, "stop": 9, "panes": []}]}, "at least 1"),
        ({"colour": "red"}, "not permitted"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused_in_a_sentence(wrong: dict[str, object], why: str) -> None:
    sound = {"title": "Sky", "preset": "vertical-1080", "keep": [{"start": 0, "stop": 50}]}
    with pytest.raises(ValidationError, match=why):
        EditDocument.model_validate(sound | wrong)


def test_a_rectangle_outside_the_picture_is_refused() -> None:
    pane = {
        "source": {"x": 0.6, "y": 0, "width": 0.5, "height": 1},
        "target": {"x": 0, "y": 0, "width": 1, "height": 1},
    }
    with pytest.raises(ValidationError, match="sticks out"):
        document_of((0, 50), layouts=[{"start": 0, "stop": 50, "panes": [pane]}])


def test_a_document_of_another_recording_is_refused() -> None:
    material = material_at(Fraction(25), WORDS)
    with pytest.raises(InvalidInput, match="has 1500"):
        compose(document_of((0, 1501)), material)
    with pytest.raises(InvalidInput, match="no word 99999"):
        compose(document_of((0, 50), words=[{"number": 99999, "text": "x"}]), material)
