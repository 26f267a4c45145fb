"""Name a stretch of a recording with its own words: what was shown, else what was said. No model writes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from cutroom.analysis.clauses import Clause, standing_clauses
from cutroom.analysis.facts import Slide
from cutroom.analysis.phrase_ranks import (
    RankedPhrase,
    count_said,
    is_participle,
    keywords_of,
    rank_phrases,
    weigh_words,
)
from cutroom.analysis.phrase_words import BLAND
from cutroom.analysis.phrases import Corpus, count_phrases, read_corpus
from cutroom.media.lexicon import content_words, is_content, tokens
from cutroom.media.span import Span
from cutroom.media.transcript import UNSPACED, Sentence, Transcript, join_words

__all__ = ["LONGEST_TITLE", "Corpus", "count_phrases", "keywords_of", "read_corpus", "subject_of", "title_of"]

#: Characters.
LONGEST_TITLE: Final = 60
_AND: Final = {
    "en": " and ",
    "de": " und ",
    "fr": " et ",
    "es": " y ",
    "it": " e ",
    "pt": " e ",
    "nl": " en ",
    "ru": " и ",
}
#: A slide names a stretch when it is shown for this share of it.
_SLIDE_SHARE: Final = 0.4
#: A line on more than this share of the slides is a header or a footer.
_REPEATED_LINE: Final = 0.4
_LONGEST_SLIDE_TITLE_WORDS: Final = 9
_MOST_PHRASES: Final = 4
_LIKELY_NOUN: Final = 0.4
#: Words that name nothing alone still make a title when there is nothing else.
_BLAND: Final = 0.3
#: How much of the best phrase's worth lets one of several words go before it.
_PHRASE_FIRST: Final = 0.4
#: See :func:`_spoken_titles`.
_WIDER: Final = 0.25
_WIDEST: Final = 3
#: How much of a noun a word is that has no company.
_UNKNOWN: Final = 0.5
#: What makes a clause a title, beside the share of the stretch's telling words that it holds. Set by reading titles of
#: lectures, talks and meetings.
_TELLING_WORDS: Final = 5
_EARLY: Final = 0.15
_WHOLE: Final = 0.1
_ASKS: Final = 0.2
_TELLS: Final = 0.2
_LEANS: Final = 0.08
_BROKEN: Final = 0.1
_PERSONAL: Final = 0.15
_USUAL_CLAUSE: Final = 25
_LONG: Final = 0.005
_GOOD_CLAUSE: Final = 0.65
_GOOD_QUESTION: Final = 0.8
_FAIR_CLAUSE: Final = 0.33
_TOLD_BY_CLAUSE: Final = 0.2
_TOLD_BY_QUESTION: Final = 0.4


def title_of(
    transcript: Transcript,
    first: int,
    stop: int,
    *,
    corpus: Corpus,
    slides: Sequence[Slide] = (),
    taken: Collection[str] = (),
) -> str:
    """Write above ``sentences[first:stop]`` what would make somebody watch them.

    Args:
        corpus: Of the whole transcript, from :func:`read_corpus`.
        slides: All of the recording's; only those with text help.
        taken: Titles that are not to be given again, as long as there is another.

    Returns:
        1 to 60 characters: a slide's title line, else a question or a short clause that stands alone, else the most
        telling phrases, else the start of the most telling sentence. Without any words, the time.
    """
    return _name(transcript, first, stop, corpus, slides, taken, _headlines)


def subject_of(
    transcript: Transcript,
    first: int,
    stop: int,
    *,
    corpus: Corpus,
    slides: Sequence[Slide] = (),
    taken: Collection[str] = (),
) -> str:
    """Name what ``sentences[first:stop]`` are about, as a table of contents does.

    The arguments and the result are those of :func:`title_of`, with phrases before clauses: of these only a question
    that says nearly all counts more.
    """
    return _name(transcript, first, stop, corpus, slides, taken, _subjects)


def _name(
    transcript: Transcript,
    first: int,
    stop: int,
    corpus: Corpus,
    slides: Sequence[Slide],
    taken: Collection[str],
    write: Callable[[Sequence[str], Corpus, int, int], list[str]],
) -> str:
    sentences = transcript.sentences[first:stop]
    if not sentences:
        return "Untitled"
    span = Span(sentences[0].start_s, max(sentence.end_s for sentence in sentences))
    texts = [_fluent(transcript, sentence) for sentence in sentences]
    shown = _shown_title(slides, span, transcript.language)
    ways = [*([shown] if shown else []), *write(texts, corpus, first, stop), _clipped_sentence(texts, corpus)]
    ways = [title for title in ways if title]
    new = [title for title in ways if title not in taken]
    different = (title for title in new if not any(_alike(title, other) for other in taken))
    return next(different, None) or next(iter(new or ways), _clock(span.start_s))


def _alike(title: str, other: str) -> bool:
    """Tell whether one of two titles is the other cut short."""
    shorter, longer = sorted((title.casefold().rstrip("?？"), other.casefold().rstrip("?？")), key=len)
    return longer.startswith(shorter)


def _fluent(transcript: Transcript, sentence: Sentence) -> str:
    """Write a sentence without its fillers and false starts."""
    words = transcript.words[sentence.first : sentence.stop]
    if all(word.mark is None for word in words):
        return sentence.text
    return join_words([word.text for word in words if word.mark is None], transcript.language)


def _headlines(texts: Sequence[str], corpus: Corpus, first: int, stop: int) -> list[str]:
    """Make titles that may be clauses, best first."""
    spoken = _spoken_titles(corpus, first, stop, _WIDER)
    names = [title for title, name in spoken if name]
    good = _GOOD_CLAUSE if names[:1] == [title for title, _ in spoken[:1]] else _FAIR_CLAUSE
    clauses = [
        text
        for worth, told, _, text in _rated_clauses(texts, corpus, first, stop)
        if worth >= good and told >= _TOLD_BY_CLAUSE
    ]
    return [*clauses, *(title for title, _ in spoken)]


def _subjects(texts: Sequence[str], corpus: Corpus, first: int, stop: int) -> list[str]:
    """Make titles that name a subject, best first."""
    clauses = [entry for entry in _rated_clauses(texts, corpus, first, stop) if entry[0] >= _GOOD_CLAUSE]
    questions = [
        text
        for worth, told, clause, text in clauses
        if worth >= _GOOD_QUESTION
        and told >= _TOLD_BY_QUESTION
        and clause.lead
        and clause.question
        and clause.breaks < 2
    ]
    spoken = _spoken_titles(corpus, first, stop)
    if corpus.language in UNSPACED:
        # Where words end takes a dictionary; what is said once is better left in its sentence.
        questions += [text for text, name in spoken if name] + [text for *_, text in clauses]
    return [*questions, *(title for title, _ in spoken)]


def _rated_clauses(
    texts: Sequence[str], corpus: Corpus, first: int, stop: int
) -> list[tuple[float, float, Clause, str]]:
    """Rate the clauses that stand alone by how much they tell and how they invite, best first."""
    weight = weigh_words(count_said(corpus, first, stop), corpus)
    most = sum(sorted(weight.values())[-_TELLING_WORDS:]) or 1.0
    rated = []
    for number, text in enumerate(texts):
        early = 1 - number / len(texts)
        for clause in standing_clauses(text, corpus.language):
            told = sum(weight.get(word, 0.0) for word in set(clause.words)) / most
            if corpus.language in UNSPACED and clause.question:
                told = max(told, _TOLD_BY_QUESTION)  # a word of one character is not counted
            worth = min(told, 1.0) + _EARLY * early + _WHOLE * clause.whole
            worth += _ASKS * clause.question + _TELLS * clause.lead - _LEANS * clause.leaning
            worth -= (
                _BROKEN * max(0, clause.breaks - 1)
                + _PERSONAL * clause.personal
                + _LONG * max(0, len(clause.text) - _USUAL_CLAUSE)
            )
            rated.append((worth, told, clause, _cased(clause.text)))
    return sorted(rated, key=lambda entry: -entry[0])


def _spoken_titles(corpus: Corpus, first: int, stop: int, wider: float = math.inf) -> list[tuple[str, bool]]:
    """Make titles of the best phrases, best first; a single word takes a second phrase beside it.

    Args:
        wider: A single word gives way to a phrase that holds it when that is worth this share of it. It reads better
            above a clip, and a table of contents tells more with both words.

    Returns:
        With each, whether it is a phrase that surely is one.
    """
    bland = BLAND.get(corpus.language, frozenset())
    phrases = []
    for phrase in rank_phrases(corpus, first, stop):
        if len(phrase.text) <= LONGEST_TITLE:
            words = phrase.text.casefold().split()
            # "Bunch of questions" names no more than "bunch" does.
            empty = bland.issuperset(words) or (words[0] in bland and len(words) > len(phrase.key) > 1)
            phrases.append(replace(phrase, worth=phrase.worth * (_BLAND if empty else 1)))
    phrases.sort(key=lambda phrase: -phrase.worth)
    # A phrase that is one names better than two words side by side.
    good = _PHRASE_FIRST * phrases[0].worth if phrases else 0.0
    name = next((phrase for phrase in phrases if phrase.is_name and phrase.worth >= good), None)
    chosen: list[RankedPhrase] = []
    used: set[str] = set()
    for phrase in [*([name] if name else []), *phrases]:
        if used.isdisjoint(phrase.key):
            chosen.append(phrase)
            used.update(phrase.key)
        if len(chosen) == _MOST_PHRASES:
            break
    titles = []
    for number, phrase in enumerate(chosen):
        # Beside another, a weak word shows; alone it would still be the best there is.
        others = [
            other.text
            for other in (*chosen[number + 1 :], *chosen[:number])
            if corpus.nouns.get(other.key[-1], 0.5) >= _LIKELY_NOUN
            and not is_participle(corpus, other.key, other.text)
            and other.text.casefold() not in bland
        ]
        closer = next((other.text for other in phrases if _holds(corpus, other, phrase, wider)), None)
        if closer is not None:
            titles.append((_cased(closer), False))
            continue
        both = phrase.text + _AND.get(corpus.language, ", ") + others[0] if others else phrase.text
        alone = phrase.is_name or (len(phrase.key) > 1 and corpus.language not in UNSPACED) or len(both) > LONGEST_TITLE
        titles.append((_cased(phrase.text if alone else both), phrase.is_name))
    return titles


def _holds(corpus: Corpus, wider: RankedPhrase, phrase: RankedPhrase, share: float) -> bool:
    """Tell whether a phrase of a few words says what a single word says, and closer."""
    if len(phrase.key) > 1 or corpus.language in UNSPACED or wider.worth < share * phrase.worth:
        return False
    last = wider.key[-1]
    return (
        1 < len(wider.key) <= _WIDEST
        and wider.is_led
        and phrase.key[0] in wider.key
        and (last == phrase.key[0] or corpus.nouns.get(last, _UNKNOWN) > _UNKNOWN)
        and not is_participle(corpus, wider.key, wider.text)
    )


def _cased(text: str) -> str:
    text = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    if len(text) > 5 and text.isupper():
        text = text.lower()
    # Spanish questions open with a sign.
    first = 1 if text[:1] in {"¿", "¡"} else 0
    return text[: first + 1].upper() + text[first + 1 :]


def _shown_title(slides: Sequence[Slide], span: Span, language: str) -> str | None:
    """Take the title line of the slide that is shown longest during the span."""
    lines = Counter(line.strip() for slide in slides for line in set(slide.text))
    best, longest_s = None, _SLIDE_SHARE * span.duration_s
    for slide in slides:
        shown_s = slide.span.overlap_s(span)
        # A slide that stays far longer than the span names something larger.
        if shown_s <= longest_s or slide.span.duration_s > 4 * span.duration_s:
            continue
        for line in slide.text[:3]:
            repeated = len(slides) >= 4 and lines[line.strip()] > _REPEATED_LINE * len(slides)
            if not repeated and _is_title(line, language):
                best, longest_s = _cased(line), shown_s
                break
    return best


def _is_title(line: str, language: str) -> bool:
    line = line.strip()
    letters = sum(character.isalpha() or character.isspace() for character in line)
    found = [token.word for token in tokens(line)]
    return (
        3 <= len(line) <= LONGEST_TITLE
        and len(found) <= _LONGEST_SLIDE_TITLE_WORDS
        and letters >= 0.7 * len(line)
        and any(is_content(word, language) for word in found)
        and not re.search(r"www\.|://|@|©", line)
    )


def _clipped_sentence(texts: Sequence[str], corpus: Corpus) -> str:
    def telling(text: str) -> float:
        found = content_words(text, corpus.language)
        return sum(corpus.rarity(word) for word in found) / (len(found) + 3)

    text = _cased(max(texts, key=telling)).rstrip(".,;:!?。，、！？…-– ")
    if len(text) <= LONGEST_TITLE:
        return text
    clipped = text[: LONGEST_TITLE - 1]
    if corpus.language not in UNSPACED and " " in clipped:
        clipped = clipped[: clipped.rindex(" ")]
    return clipped.rstrip(",;:-– ") + "…"


def _clock(time_s: float) -> str:
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
