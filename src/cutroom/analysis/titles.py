"""Name a stretch of a recording with its own words: what was shown, else what was said. No model writes."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from cutroom.analysis.facts import Slide
from cutroom.analysis.phrases import Corpus, Key, count_phrases, read_corpus
from cutroom.media.lexicon import content_words, is_content, tokens
from cutroom.media.span import Span
from cutroom.media.transcript import UNSPACED, Transcript

__all__ = ["LONGEST_TITLE", "Corpus", "count_phrases", "keywords_of", "read_corpus", "title_of"]

#: Characters.
LONGEST_TITLE: Final = 60
MOST_KEYWORDS: Final = 8
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
#: What an announced phrase ("let's talk about …") counts beside one in passing.
_ANNOUNCED: Final = 3.0
#: A longer phrase stands for a part of it that is said this often within it.
_STANDS_FOR: Final = 0.6
#: English participles and adverbs pass for nouns by their company; only a sure one is taken for a noun.
_PARTICIPLE: Final = 0.4
_SURE_NOUN: Final = 0.7
_LIKELY_NOUN: Final = 0.4
#: Phrases whose written form is looked at.
_CONSIDERED: Final = 40


def title_of(
    transcript: Transcript,
    first: int,
    stop: int,
    *,
    corpus: Corpus,
    slides: Sequence[Slide] = (),
    taken: Collection[str] = (),
) -> str:
    """Name what ``sentences[first:stop]`` are about.

    Args:
        corpus: Of the whole transcript, from :func:`read_corpus`.
        slides: All of the recording's; only those with text help.
        taken: Titles that are not to be given again, as long as there is another.

    Returns:
        1 to 60 characters: a slide's title line, else the most telling phrases, else the start of the most telling
        sentence. Without any words, the time.
    """
    sentences = transcript.sentences[first:stop]
    if not sentences:
        return "Untitled"
    span = Span(sentences[0].start_s, max(sentence.end_s for sentence in sentences))
    spoken = _spoken_titles(corpus, first, stop)
    shown = _shown_title(slides, span, transcript.language)
    clipped = _clipped_sentence([sentence.text for sentence in sentences], corpus)
    for title in (shown, *spoken, clipped):
        if title and title not in taken:
            return title
    return shown or (spoken[0] if spoken else clipped) or _clock(span.start_s)


def keywords_of(corpus: Corpus, first: int, stop: int, *, limit: int = MOST_KEYWORDS) -> tuple[str, ...]:
    """List the phrases that tell ``sentences[first:stop]`` from the rest of the recording, most telling first."""
    chosen: list[str] = []
    used: set[str] = set()
    for _, key, text in _ranked(corpus, first, stop):
        if used.isdisjoint(key):
            chosen.append(text)
            used.update(key)
        if len(chosen) == limit:
            break
    return tuple(chosen)


def _ranked(corpus: Corpus, first: int, stop: int) -> list[tuple[float, Key, str]]:
    """Rank the best phrases: said often, early and rarely elsewhere, and ending like a noun."""
    counts: defaultdict[Key, float] = defaultdict(float)
    for number in range(first, stop):
        early = 1.5 - 0.5 * (number - first) / (stop - first)
        for phrase in corpus.phrases[number]:
            counts[phrase.key] += early * (_ANNOUNCED if phrase.announced else 1)
    # The root, because people title with words that are common in the whole recording too (measured).
    weight = {
        key[0]: math.log1p(count) * math.sqrt(corpus.rarity(key[0])) for key, count in counts.items() if len(key) == 1
    }
    scores: dict[Key, float] = {}
    for key in counts.keys() - _parts(counts):
        telling = sum(weight.get(word, 0.0) for word in key) / math.sqrt(len(key))
        scores[key] = telling * math.log1p(counts[key]) * corpus.nouns.get(key[-1], 0.5)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:_CONSIDERED]
    forms: dict[Key, Counter[str]] = {key: Counter() for key in best}
    for number in range(first, stop):
        for phrase in corpus.phrases[number]:
            if phrase.key in forms:
                forms[phrase.key][phrase.text] += 1
    ranked = []
    for key in best:
        form = forms[key].most_common(1)[0][0]
        ranked.append((scores[key] * (_PARTICIPLE if _is_participle(corpus, key, form) else 1), key, form))
    return sorted(ranked, key=lambda entry: -entry[0])


def _is_participle(corpus: Corpus, key: Key, form: str) -> bool:
    return (
        corpus.language == "en" and form.endswith(("ed", "ing", "ly")) and corpus.nouns.get(key[-1], 0.5) < _SURE_NOUN
    )


def _parts(counts: Mapping[Key, float]) -> set[Key]:
    """Find phrases that are said mostly within one longer phrase, which then stands for them."""
    parts: set[Key] = set()
    for longer, count in counts.items():
        if count < 2 or len(longer) == 1:
            continue
        for first in range(len(longer)):
            for stop in range(first + 1, len(longer) + 1):
                part = longer[first:stop]
                if len(part) < len(longer) and count >= _STANDS_FOR * counts.get(part, math.inf):
                    parts.add(part)
    return parts


def _spoken_titles(corpus: Corpus, first: int, stop: int) -> list[str]:
    """Make titles of the best phrases, best first; a single word takes a second phrase beside it."""
    phrases: list[tuple[Key, str]] = []
    used: set[str] = set()
    for _, key, text in _ranked(corpus, first, stop):
        if used.isdisjoint(key) and len(text) <= LONGEST_TITLE:
            phrases.append((key, text))
            used.update(key)
        if len(phrases) == 4:
            break
    titles = []
    for number, (key, text) in enumerate(phrases):
        # Beside another, a weak word shows; alone it would still be the best there is.
        partners = [*phrases[number + 1 :], *phrases[:number]]
        others = [
            form
            for words, form in partners
            if corpus.nouns.get(words[-1], 0.5) >= _LIKELY_NOUN and not _is_participle(corpus, words, form)
        ]
        both = text + _AND.get(corpus.language, ", ") + others[0] if others else text
        titles.append(_cased(both if len(key) == 1 and len(both) <= LONGEST_TITLE else text))
    return titles


def _cased(text: str) -> str:
    text = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    if len(text) > 5 and text.isupper():
        text = text.lower()
    return text[:1].upper() + text[1:]


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


def _clipped_sentence(texts: list[str], corpus: Corpus) -> str:
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
