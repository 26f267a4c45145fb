"""Rank the phrases of a stretch by how well they name it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cutroom.analysis.phrases import Corpus, Key
from cutroom.media.transcript import UNSPACED

MOST_KEYWORDS: Final = 8
#: What an announced phrase ("let's talk about …") counts beside one in passing.
_ANNOUNCED: Final = 3.0
#: A longer phrase stands for a part of it that is said this often within it.
_STANDS_FOR: Final = 0.6
#: English participles and adverbs pass for nouns by their company; only a sure one is taken for a noun.
_PARTICIPLE: Final = 0.4
_SURE_NOUN: Final = 0.7
#: More than the half that a word without any company has.
_LED_NOUN: Final = 0.55
#: Phrases whose written form is looked at.
_CONSIDERED: Final = 40
#: A phrase of several words that no word for nouns leads is likely a piece of a sentence, one with "of" or behind a
#: word that verbs follow all but surely.
_UNLED: Final = 0.6
_UNLED_LINK: Final = 0.2
#: A German noun is written large. Where adjectives follow nouns, words side by side are as often noun and verb.
_NO_NOUN: Final = 0.2
_ADJECTIVES_LAST: Final = frozenset({"fr", "es", "it", "pt"})
_TELLING_CHARACTERS: Final = 3


@dataclass(frozen=True, slots=True)
class RankedPhrase:
    """A phrase with its worth as a title.

    Attributes:
        is_name: Whether it surely is one phrase of several words.
        is_led: Whether words that lead nouns, such as an article, stand before it.
    """

    worth: float
    key: Key
    text: str
    is_name: bool
    is_led: bool


def keywords_of(corpus: Corpus, first: int, stop: int, *, limit: int = MOST_KEYWORDS) -> tuple[str, ...]:
    """List the phrases that tell ``sentences[first:stop]`` from the rest of the recording, most telling first."""
    chosen: list[str] = []
    used: set[str] = set()
    for phrase in rank_phrases(corpus, first, stop):
        if used.isdisjoint(phrase.key):
            chosen.append(phrase.text)
            used.update(phrase.key)
        if len(chosen) == limit:
            break
    return tuple(chosen)


def count_said(corpus: Corpus, first: int, stop: int) -> dict[Key, float]:
    """Count phrases, those said early or announced for more."""
    counts: defaultdict[Key, float] = defaultdict(float)
    for number in range(first, stop):
        early = 1.5 - 0.5 * (number - first) / (stop - first)
        for phrase in corpus.phrases[number]:
            counts[phrase.key] += early * (_ANNOUNCED if phrase.announced else 1)
    return counts


def weigh_words(counts: Mapping[Key, float], corpus: Corpus) -> dict[str, float]:
    """Weigh single words: said often here, and rarely elsewhere."""
    # The root, because people title with words that are common in the whole recording too (measured).
    return {
        key[0]: math.log1p(count) * math.sqrt(corpus.rarity(key[0])) for key, count in counts.items() if len(key) == 1
    }


def rank_phrases(corpus: Corpus, first: int, stop: int) -> list[RankedPhrase]:
    """Rank the best phrases: said often, early and rarely elsewhere, and ending like a noun."""
    counts = count_said(corpus, first, stop)
    weight = weigh_words(counts, corpus)
    scores: dict[Key, float] = {}
    led: Counter[Key] = Counter()
    for number in range(first, stop):
        for phrase in corpus.phrases[number]:
            led[phrase.key] += phrase.led
    for key in counts.keys() - _parts(counts, led):
        if corpus.language not in UNSPACED and len(set(key)) < len(key):
            continue
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
        worth = scores[key] * (_PARTICIPLE if is_participle(corpus, key, form) else 1)
        if len(key) > 1 and led[key] <= 0:
            worth *= _UNLED_LINK if len(form.split()) > len(key) or led[key] < 0 else _UNLED
        is_name = _is_one(corpus, key, form, forms[key].total(), led[key])
        if not is_name and _is_no_noun(corpus.language, key, form):
            worth *= _NO_NOUN
        ranked.append(RankedPhrase(worth, key, form, is_name, led[key] > 0))
    return sorted(ranked, key=lambda phrase: -phrase.worth)


def _is_one(corpus: Corpus, key: Key, form: str, said: int, led: int) -> bool:
    """Tell whether a phrase of several words is surely one: a proper name, or a noun's that is said again."""
    if corpus.language in UNSPACED:
        return said > 1 and len(form) >= _TELLING_CHARACTERS
    large = sum(word[0].isupper() for word in form.split())
    noun = said > 1 and corpus.nouns.get(key[-1], 0.5) >= _LED_NOUN
    return led > 0 and len(key) > 1 and (noun or (large == len(key) and corpus.language != "de"))


def _is_no_noun(language: str, key: Key, form: str) -> bool:
    if language == "de":
        return form.split()[-1][0].islower()
    return language in _ADJECTIVES_LAST and len(key) == len(form.split()) > 1


def is_participle(corpus: Corpus, key: Key, form: str) -> bool:
    """Tell whether a phrase ends with what looks like an English participle or adverb, and no noun for sure."""
    return (
        corpus.language == "en" and form.endswith(("ed", "ing", "ly")) and corpus.nouns.get(key[-1], 0.5) < _SURE_NOUN
    )


def _parts(counts: Mapping[Key, float], led: Mapping[Key, int]) -> set[Key]:
    """Find phrases that are said mostly within one longer phrase, which then stands for them."""
    parts: set[Key] = set()
    for longer, count in counts.items():
        # "Could steal credit card numbers": a verb does not belong to what follows.
        if count < 2 or len(longer) == 1 or led[longer] < 0:
            continue
        for first in range(len(longer)):
            for stop in range(first + 1, len(longer) + 1):
                part = longer[first:stop]
                if len(part) < len(longer) and count >= _STANDS_FOR * counts.get(part, math.inf):
                    parts.add(part)
    return parts
