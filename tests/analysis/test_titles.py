from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.analysis.facts import Slide
from cutroom.analysis.titles import count_phrases, keywords_of, read_corpus, subject_of, title_of
from cutroom.media.span import Span
from cutroom.media.transcript import Mark, Sentence, Transcript, Word

LECTURE = (
    "So this is what I want to show you.",
    "I now want to talk about the angular momentum of a wheel.",
    "The angular momentum of the wheel points along its axis.",
    "You move it, and the angular momentum stays.",
    "Let me now go to another thing.",
    "Atmospheric pressure holds up a column of mercury.",
    "The mercury stands at 76 centimetres, because of the atmospheric pressure.",
    "With water the atmospheric pressure would hold ten metres.",
)
SKY = (
    "So, why is the sky blue and not green or simply white?",
    "Sunlight carries every color of the rainbow.",
    "Blue light bounces around far more than red light.",
    "And that is the light of the sky.",
)
SMALLPOX = (
    "It runs out of dry wood.",
    "That is how the world got rid of smallpox, one arm at a time.",
    "They gave the smallpox vaccine to the world.",
)
CREDIT = (
    "Well, you know how it is.",
    "If a company hires you, they're going to check your credit.",
    "They check credit at the company.",
)
FUNDY = (
    "The water climbs 16 meters in the Bay of Fundy.",
    "It is in Canada, and the Bay of Fundy is long.",
    "This goes on twice a day.",
)


def say(texts: tuple[str, ...], language: str = "en") -> Transcript:
    words = []
    sentences = []
    for number, text in enumerate(texts):
        words.append(Word(text or "…", number * 5.0, number * 5.0 + 4.5))
        sentences.append(Sentence(number, number + 1, number * 5.0, number * 5.0 + 4.5, text))
    return Transcript(tuple(words), tuple(sentences), language, "import/test")


def name(texts: tuple[str, ...], first: int, stop: int, language: str = "en", **more: object) -> str:
    transcript = say(texts, language)
    return title_of(transcript, first, stop, corpus=read_corpus(transcript), **more)  # type: ignore[arg-type]  # passed through as they are


def subject(texts: tuple[str, ...], first: int, stop: int, language: str = "en", **more: object) -> str:
    transcript = say(texts, language)
    return subject_of(transcript, first, stop, corpus=read_corpus(transcript), **more)  # type: ignore[arg-type]  # passed through as they are


def test_a_subject_is_named_by_its_most_telling_phrase() -> None:
    assert subject(LECTURE, 0, 4) == "Angular momentum"
    assert subject(LECTURE, 4, 8) == "Atmospheric pressure"


def test_a_title_that_is_taken_gives_way_to_the_next() -> None:
    assert subject(LECTURE, 0, 4, taken={"Angular momentum"}) not in {"", "Angular momentum"}
    assert name(SKY, 0, 4, taken={"Why is the sky blue?"}) == "Blue light bounces around far more than red light"
    everything = {name(SKY, 0, 1)}
    for _ in range(20):
        everything.add(name(SKY, 0, 1, taken=everything))
    assert name(SKY, 0, 1, taken=everything) in everything


def test_a_title_that_is_another_cut_short_is_not_given() -> None:
    title = name(SKY, 0, 4, taken={"Why is the sky blue and not green or simply white?"})
    assert not title.startswith("Why is the sky")


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (SKY, "Why is the sky blue?"),
        (SMALLPOX, "How the world got rid of smallpox"),
        (CREDIT, "If a company hires you, they're going to check your credit"),
    ],
)
def test_a_title_is_a_question_or_a_clause_that_stands_alone(texts: tuple[str, ...], title: str) -> None:
    assert name(texts, 0, len(texts)) == title


def test_a_subject_is_a_phrase_or_a_question_and_no_statement() -> None:
    assert subject(SKY, 0, 4) == "Why is the sky blue?"
    assert subject(CREDIT, 0, 3) == "Credit and company"
    assert subject(FUNDY, 0, 3) == "Bay of Fundy"


@pytest.mark.parametrize(
    ("texts", "never"),
    [
        (("We got rid of smallpox with a vaccine.", "They got rid of smallpox one arm at a time."), "Rid of smallpox"),
        (("He could steal credit card numbers.", "Thieves steal credit card numbers there."), "Steal credit card"),
    ],
)
def test_a_piece_of_a_sentence_is_no_name(texts: tuple[str, ...], never: str) -> None:
    transcript = say(texts)
    corpus = read_corpus(transcript)
    assert not subject_of(transcript, 0, 2, corpus=corpus).startswith(never)


def test_fillers_and_false_starts_are_left_out_of_a_title() -> None:
    texts = ["The", "fire", "dies", "because", "it", "the", "fire", "needs", "um", "dry", "wood."]
    marks = {"it": Mark.STUTTER, "um": Mark.FILLER}
    words = tuple(Word(text, n * 0.3, n * 0.3 + 0.2, mark=marks.get(text)) for n, text in enumerate(texts))
    sentence = Sentence(0, len(words), 0, words[-1].end_s, " ".join(texts))
    transcript = Transcript(words, (sentence,), "en", "import/test")
    assert "um" not in title_of(transcript, 0, 1, corpus=read_corpus(transcript)).split()


def test_keywords_come_most_telling_first_and_share_no_word() -> None:
    corpus = count_phrases(LECTURE, "en")
    keywords = keywords_of(corpus, 0, 4)
    assert keywords[0] == "angular momentum"
    assert "wheel" in keywords
    stems = [word for keyword in keywords for word in keyword.split()]
    assert len(stems) == len(set(stems))
    assert len(keywords_of(corpus, 0, 8, limit=3)) == 3


def test_what_a_speaker_announces_counts_more_than_what_is_said_in_passing() -> None:
    texts = ("Let's talk about enzymes and some bread and a kitchen.", "A kitchen has bread.", "It is warm there.")
    assert "nzymes" in name(texts, 0, 1)


def test_a_slide_names_what_is_said_while_it_is_shown() -> None:
    slides = (
        Slide(Span(0, 20), ("WHEELS AND TOPS", "8.01 Lecture 24", "angular momentum")),
        Slide(Span(20, 40), ("76 / 112", "https://example.org", "Why mercury rises")),
    )
    assert name(LECTURE, 0, 4, slides=slides) == "Wheels and tops"
    assert name(LECTURE, 4, 8, slides=slides) == "Why mercury rises"


def test_a_line_on_most_slides_names_none_of_them() -> None:
    slides = tuple(
        Slide(Span(10 * n, 10 * n + 10), ("University of Physics", f"Wheel number {'abcd'[n]}")) for n in range(4)
    )
    assert name(LECTURE, 0, 2, slides=slides) == "Wheel number a"


def test_a_slide_that_stays_for_all_names_no_part() -> None:
    assert subject(LECTURE, 0, 2, slides=(Slide(Span(0, 400), ("My whole lecture",)),)) == "Angular momentum"


def test_a_name_keeps_its_small_words_and_its_capitals() -> None:
    texts = ("I flew for Pan Am in New York.", "At Pan Am they knew me.", "The uniform of Pan Am was blue.")
    assert "Pan Am" in name(texts, 0, 3)


def test_a_name_that_begins_with_a_small_word_is_whole() -> None:
    texts = ("It went well in New York City.", "Then New York City called.", "So I saw New York City.")
    assert subject(texts, 0, 3) == "New York City"


def test_captions_labels_are_not_subjects() -> None:
    texts = (
        "[MUSIC PLAYING]",
        "FRANK ABAGNALE: The bank gave me checks.",
        "FRANK ABAGNALE: The checks were good checks.",
    )
    title = name(texts, 0, 3)
    assert "ABAGNALE" not in title.upper()
    assert "MUSIC" not in title.upper()


@pytest.mark.parametrize(
    ("language", "texts", "within"),
    [
        ("de", ("Die Photosynthese braucht Licht.", "Bei der Photosynthese entsteht Zucker."), "Photosynthese"),
        ("fr", ("La photosynthèse demande de la lumière.", "Pendant la photosynthèse naît du sucre."), "hotosynthèse"),
        ("ru", ("Фотосинтез требует света.", "При фотосинтезе возникает сахар."), "отосинтез"),
        ("zh", ("今天我们讲机器学习的基础。", "机器学习需要数据。", "没有数据就没有机器学习。"), "机器学习"),
        (
            "ja",
            ("今日は機械学習について話します。", "機械学習にはデータが必要です。", "機械学習は楽しいです。"),
            "機械学習",
        ),
        ("hi", ("प्रकाश संश्लेषण को प्रकाश चाहिए।", "प्रकाश संश्लेषण में शर्करा बनती है।"), "संश्लेषण"),
        ("th", ("วันนี้เราจะพูดถึงการเรียนรู้ของเครื่อง",), "การเรียนรู้"),
        ("und", ("Photosynthesis needs light.", "Photosynthesis makes sugar."), "hotosynthesis"),
    ],
)
def test_other_languages_are_named_by_their_own_words(language: str, texts: tuple[str, ...], within: str) -> None:
    assert within in name(texts, 0, len(texts), language)


def test_a_stretch_without_a_phrase_is_named_by_its_words_and_one_without_words_by_its_time() -> None:
    assert name(("Well, so it is.", "There you are."), 0, 2) in {"Well, so it is", "There you are"}
    assert name(("", "", "?!"), 1, 3) == "0:05"


@settings(deadline=None)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=8), st.sampled_from(["en", "de", "zh", "und"]))
def test_any_text_gets_a_title_of_1_to_60_characters_on_one_line(texts: list[str], language: str) -> None:
    title = name(tuple(texts), 0, len(texts), language)
    assert 1 <= len(title) <= 60
    assert title.strip() == title
    assert not any(character in title for character in "\n\r\t\x00")


def test_a_bare_word_gives_way_to_the_phrase_that_holds_it_above_a_clip() -> None:
    texts = (
        "So it has laws, and we look at laws.",
        "And these are the conservation laws, as I said.",
        "But then laws, or the instant of it, because of that.",
        "And the instant goes on like that.",
    )
    assert name(texts, 0, 4) == "Conservation laws"
    assert subject(texts, 0, 4) == "Laws and instant"
