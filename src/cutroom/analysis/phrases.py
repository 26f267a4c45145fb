"""Phrases that could name what is talked about, counted over a whole recording.

There is no tagger: a phrase is a run of content words that nothing interrupts, and whether its last word is a
noun is read off the words that stand before it elsewhere in the same recording ("the lens", but "we move").
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cutroom.analysis.phrase_words import AFTER_VERBS, ANNOUNCEMENTS, BEFORE_NOUNS, BEFORE_VERBS, LINKS, WEAK_ENDS
from cutroom.media.lexicon import Token, is_content, pairs, stem, tokens
from cutroom.media.transcript import Transcript

_LONGEST_WORDS: Final = 4
_LONGEST_NAME: Final = 6
_LONGEST_CHARACTERS: Final = 8
#: What may stand between two words of one phrase.
_JOINED: Final = re.compile(r"\s+|['’\-‐‑]")
#: What captions put before or between the words: a speaker's name, a sound.
_LABEL: Final = re.compile(r"^\s*(?:>>\s*)?[A-Z][A-Z .'-]{2,30}:\s|\[[^\]]*\]|\([A-Z ]+\)")
#: Sentences that count as one place when it is asked how widely a word is used.
_PLACE: Final = 8

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One occurrence.

    Attributes:
        key: The stems of its content words.
        text: As it was written.
        announced: Whether the words before it announce a subject, as in "let's talk about".
        led: 1 behind a word that nouns follow, or for a name; -1 behind one that verbs follow; else 0.
    """

    key: Key
    text: str
    announced: bool
    led: int = 0


@dataclass(frozen=True, slots=True)
class Corpus:
    """All phrases of a recording.

    Attributes:
        phrases: By sentence.
        places: In how many places of the recording a stem occurs.
        nouns: How surely a phrase may end with a stem, 0 to 1: it follows words that nouns follow, and it is not
            mostly followed by the noun that it describes.
        size: The number of places.
    """

    language: str
    phrases: tuple[tuple[Phrase, ...], ...]
    places: dict[str, int]
    nouns: dict[str, float]
    size: int

    def rarity(self, word: str) -> float:
        """Measure how few places hold a stem; 0 for one that is everywhere."""
        return math.log((self.size + 1) / min(self.size + 0.5, self.places.get(word, 0) + 0.5))


def read_corpus(transcript: Transcript) -> Corpus:
    """Count the phrases of a whole recording, once, for any number of titles."""
    return count_phrases([sentence.text for sentence in transcript.sentences], transcript.language)


def count_phrases(sentences: Sequence[str], language: str) -> Corpus:
    """Count the phrases of sentences that follow each other."""
    phrases = []
    seen: defaultdict[str, set[int]] = defaultdict(set)
    nouns: Counter[str] = Counter()
    verbs: Counter[str] = Counter()
    uses: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for number, sentence in enumerate(sentences):
        text = without_labels(sentence)
        found = list(tokens(text))
        telling = _telling(text, found, language)
        phrases.append(tuple(_phrases_in(text, found, telling, language)))
        for at, token in enumerate(found):
            if not telling[at]:
                continue
            before = found[at - 1].word if at else ""
            alone = at + 1 == len(found) or not telling[at + 1] or not _joins(text, token, found[at + 1])
            for word in _stems(token, language):
                seen[word].add(number // _PLACE)
                uses[word] += 1
                ends[word] += alone
                nouns[word] += before in BEFORE_NOUNS.get(language, ())
                verbs[word] += before in BEFORE_VERBS.get(language, ())
                verbs[word] += _takes_object(text, found, at, language)
    sureness = {
        word: (nouns[word] + 0.5) / (nouns[word] + verbs[word] + 1) * (ends[word] + 1) / (uses[word] + 1)
        for word in seen
    }
    places = {word: len(numbers) for word, numbers in seen.items()}
    return Corpus(language, tuple(phrases), places, sureness, len(sentences) // _PLACE + 1)


def without_labels(sentence: str) -> str:
    """Take out what captions add to what was said: the speaker's name, sounds."""
    return _LABEL.sub(" ", sentence)


def _telling(text: str, found: list[Token], language: str) -> list[bool]:
    """Tell which words may be part of a phrase: content words, and a stop word in a name: "Pan Am", "New York"."""
    telling = [is_content(token.word, language) for token in found]
    for at in range(2, len(found)):
        before, token = found[at - 1], found[at]
        in_name = text[before.first].isupper() and text[token.first].isupper() and token.stop - token.first > 1
        telling[at] |= in_name and telling[at - 1] and text[before.stop : token.first] == " "
    for at in range(len(found) - 2, 0, -1):
        token, after = found[at], found[at + 1]
        # Not German, which writes "Sie" and "Ihr" so.
        in_name = language != "de" and text[token.first].isupper() and text[after.first].isupper()
        inside = text[found[at - 1].stop : token.first] == text[token.stop : after.first] == " "
        telling[at] |= in_name and inside and telling[at + 1] and token.stop - token.first > 1
    return telling


def _stems(token: Token, language: str) -> list[str]:
    return [stem(token.word, language)] if token.spaced else pairs(token.word)


def _phrases_in(text: str, found: list[Token], telling: list[bool], language: str) -> Iterator[Phrase]:
    for first, token in enumerate(found):
        # Where words end in Thai and its kin would take a dictionary.
        if not telling[first] or not (token.spaced or token.han):
            continue
        announced = _announces([token.word for token in found[max(0, first - 4) : first]], language)
        if token.han:
            yield from _phrases_in_run(text[token.first : token.stop], announced=announced)
            continue
        before = _leads(found[first - 1].word, language) if first else 0
        key: list[str] = []
        for at in range(first, min(len(found), first + 2 * _LONGEST_WORDS)):
            last = found[at]
            if at > first and not _joins(text, found[at - 1], last):
                break
            if telling[at] and last.spaced:
                key.append(stem(last.word, language))
                large = text[token.first].isupper() and text[last.first].isupper()
                if len(key) > (_LONGEST_NAME if large else _LONGEST_WORDS):
                    break
                if last.word not in WEAK_ENDS.get(language, ()):
                    led = 1 if _is_name(text, found[max(0, first - 1) : at + 1], language) else before
                    yield Phrase(tuple(key), text[token.first : last.stop], announced, led)
            elif last.word not in LINKS.get(language, ()):
                break


def _takes_object(text: str, found: list[Token], at: int, language: str) -> bool:
    """Tell whether a word has an object beside it, as verbs do: "protect somebody"."""
    return (
        at + 1 < len(found)
        and found[at + 1].word in AFTER_VERBS.get(language, ())
        and text[found[at].stop : found[at + 1].first] == " "
    )


def _leads(before: str, language: str) -> int:
    return (before in BEFORE_NOUNS.get(language, ())) - (before in BEFORE_VERBS.get(language, ()))


def _is_name(text: str, found: list[Token], language: str) -> bool:
    """Tell whether all content words behind the first token are written large; in German that is a noun."""
    told = [token for token in found[1:] if is_content(token.word, language)]
    return bool(told) and all(text[token.first].isupper() for token in told)


def _joins(text: str, token: Token, after: Token) -> bool:
    return _JOINED.fullmatch(text, token.stop, after.first) is not None


def _phrases_in_run(run: str, *, announced: bool) -> Iterator[Phrase]:
    for first in range(len(run)):
        for stop in range(first + 2, min(len(run), first + _LONGEST_CHARACTERS) + 1):
            yield Phrase(tuple(pairs(run[first:stop])), run[first:stop], announced)


def _announces(before: list[str], language: str) -> bool:
    return any(" ".join(before[-size:]) in ANNOUNCEMENTS.get(language, ()) for size in (1, 2, 3, 4))
