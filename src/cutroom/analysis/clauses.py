"""Clauses that make sense alone: what of a sentence could stand above it.

There is no parser. A clause is cut at commas and small words, loses the words by which speakers get going, and is
refused when something in it points outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cutroom.analysis.clause_words import (
    NO_WORDS,
    TABLES,
    UNSPACED_LEADS,
    UNSPACED_LEANING,
    UNSPACED_OPENERS,
    ClauseWords,
)
from cutroom.analysis.openings import is_finished, is_housekeeping, is_question
from cutroom.analysis.phrase_words import ANNOUNCEMENTS
from cutroom.analysis.phrases import without_labels
from cutroom.media.lexicon import Token, content_words, is_content, tokens
from cutroom.media.transcript import UNSPACED

#: Characters.
LONGEST_CLAUSE: Final = 60
_LONGEST_UNSPACED: Final = 30
_SHORTEST: Final = 10
_SHORTEST_UNSPACED: Final = 5
_FEWEST_WORDS: Final = 3
_MOST_WORDS: Final = 14
_LONGEST_OPENER: Final = 5
#: A clause may begin behind one of these, or end before it.
_BREAK: Final = re.compile(r"[,;:—–]\s|\s-\s|—|\.\.\.|…")
_STRONG_BREAK: Final = re.compile(r"[;:]\s|—")
#: With more commas than this a sentence lists things, and no part of it is a clause.
_MOST_COMMAS: Final = 1
#: What reads badly in a title, or is somebody else's speech without its quotation marks.
_UNREADABLE: Final = re.compile(r"[:;]\s|[\[\](){}<>|=*\\/@#\"“”„«»]|://")
_UNSPACED_BREAK: Final = re.compile(r"[，、；：。！？!?,;:…\s]+")
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?…])(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bMrs\.)\s+(?=[^\W\d_]|[¿¡\d$])"
)
_SPACED_MARK: Final = re.compile(r"\s+([,.;:?!])")


@dataclass(frozen=True, slots=True)
class Clause:
    """Some of a sentence.

    Attributes:
        text: Without its full stop, with its question mark; at most 60 characters.
        words: Its content words' stems.
        question: Whether it asks.
        lead: Whether it begins with a word that asks, directly or not.
        whole: Whether nothing but an opener is missing of the sentence.
        leaning: How many of its words could point outside.
        breaks: How many commas and their like it has.
        personal: Whether the speaker speaks of himself.
    """

    text: str
    words: tuple[str, ...]
    question: bool
    lead: bool
    whole: bool
    leaning: int
    breaks: int
    personal: bool


@lru_cache(maxsize=8192)
def standing_clauses(sentence: str, language: str) -> tuple[Clause, ...]:
    """Find the clauses of a sentence that are understood without the rest.

    Returns:
        In no order of worth; none for a sentence that is not finished. In a language without a table of function
        words only whole questions.
    """
    text = " ".join(without_labels(sentence).split())
    if language != "fr":  # where they are written so
        text = _SPACED_MARK.sub(r"\1", text)
    if language in UNSPACED:
        return tuple(_unspaced(text, language)) if is_finished(text) else ()
    known = TABLES.get(language, NO_WORDS)
    # A caption or a turn of a meeting may hold several.
    parts = [part for part in _SENTENCE_END.split(text) if is_finished(part) and part.count('"') % 2 == 0]
    parts = [part for part in parts if not is_housekeeping(part, language)]
    return tuple(clause for part in parts for clause in _spaced(_without_hollow(part, known), known, language))


def _without_hollow(text: str, known: ClauseWords) -> str:
    """Leave out words that add nothing, with the comma behind them."""
    for token in reversed(list(tokens(text))):
        if token.word in known.hollow:
            text = text[: token.first] + text[token.stop :].lstrip(", ")
    return text


def _spaced(text: str, known: ClauseWords, language: str) -> Iterator[Clause]:
    found = list(tokens(text))
    asks = is_question(text)
    first = _skip_openers(found, 0, known)
    if first == len(found):
        return
    for start in _starts(text, found, first, known, asks=asks):
        for stop in (*_stops(text, found, first, known, asks=asks), len(found)):
            whole = start == first and stop == len(found)
            if not _FEWEST_WORDS <= stop - start <= _MOST_WORDS or (known is NO_WORDS and not (whole and asks)):
                continue
            clause = _judge(text, found, start, stop, first=first, asks=asks, known=known, language=language)
            if clause:
                yield clause


def _starts(text: str, found: list[Token], first: int, known: ClauseWords, *, asks: bool) -> list[int]:
    """List where clauses may begin: with the sentence, behind a conjunction or what goes before, with "why"."""
    starts = [first]
    subjects = known.before_objects | known.speaker | known.leads
    for at in range(first + 1, len(found)):
        if not asks and found[at].word in known.tells:
            starts.append(at)
        gap = text[found[at - 1].stop : found[at].first]
        if not _BREAK.search(gap):
            continue
        begin = _skip_openers(found, at, known)
        after_lesser = found[first].word in known.unfinished and not any(begin > start > first for start in starts)
        begins = begin > at or after_lesser or _STRONG_BREAK.search(gap)
        if begin < len(found) and begins and found[begin].word in subjects:
            starts.append(begin)
    return sorted(set(starts))


def _stops(text: str, found: list[Token], first: int, known: ClauseWords, *, asks: bool) -> list[int]:
    """List where clauses may end before the sentence does: at a comma outside of a list, before a conjunction."""
    gaps = {at: text[found[at - 1].stop : found[at].first] for at in range(first + 1, len(found))}
    listed = sum(bool(_BREAK.search(gap)) for gap in gaps.values()) > _MOST_COMMAS
    stops = []
    for at, gap in gaps.items():
        joint = found[at].word in known.joints
        # "And" in a question joins nouns as often as clauses.
        if asks and found[at].word not in known.unfinished and not _is_sharpened(text, found, at, known):
            continue
        broken = bool(_BREAK.search(gap))
        # ", one arm" of ", one arm at a time" is no part to end with.
        if not broken and any(_BREAK.search(gaps[near]) for near in (at - 1, at - 2) if near in gaps):
            continue
        if (joint and not (broken and listed)) or (broken and not listed and not asks):
            stops.append(at)
    return stops


def _skip_openers(found: list[Token], at: int, known: ClauseWords) -> int:
    """Find where a clause begins when all that only gets it going is dropped."""
    while True:
        for size in range(min(_LONGEST_OPENER, len(found) - at), 0, -1):
            if " ".join(token.word for token in found[at : at + size]) in known.openers:
                at += size
                break
        else:
            return at


def _judge(
    text: str,
    found: list[Token],
    start: int,
    stop: int,
    *,
    first: int,
    asks: bool,
    known: ClauseWords,
    language: str,
) -> Clause | None:
    """Take ``found[start:stop]`` as a clause, or refuse it."""
    said = [token.word for token in found[start:stop]]
    whole = start == first and stop == len(found)
    lead = said[0] in known.leads
    question = asks and (lead or said[0] in known.verbs or whole)
    # "When" begins half of a sentence as often as a question.
    sure = start == first and said[0] not in known.joints
    if question and not sure and not (lead and said[1] in known.verbs):
        return None
    written = text[_with_sign(text, found[start].first) : found[stop - 1].stop] + _question_mark(language) * question
    if not _SHORTEST <= len(written) <= LONGEST_CLAUSE or _UNREADABLE.search(written):
        return None
    telling = [is_content(word, language) for word in said]
    indirect = lead and not question
    if (asks and not question) or (not asks and said[0] in known.auxiliaries):
        return None
    if sum(telling) < 2 - question or not known.here.isdisjoint(said):
        return None
    # A sentence may begin with its lesser half, as in "If it rains, the ground gets wet".
    unfinished = said[0] in known.unfinished and not (lead and (question or said[0] in known.tells))
    if unfinished and not (whole and _BREAK.search(written)):
        return None
    # A sentence may end with "is" or "it", and no clause with "that".
    if said[-1] in known.never_last and (stop < len(found) or said[-1] in known.dangling):
        return None
    if indirect and said[0] not in known.tells:
        return None
    named = telling.index(True)
    if any(word in known.dangling for word in said[:named]) or " ".join(said[:2]) in known.pointing:
        return None
    if not question and _announces(said, language):
        return None
    verb = _has_verb(text, found, start, stop, telling, known)
    if not verb and not (whole and (question or stop - start > _FEWEST_WORDS)):
        return None
    # "Why is the sky blue and not green?" is all in its first half.
    sharpened = question and _is_sharpened(text, found, stop, known)
    meant = text[found[start].first :] if sharpened else written
    return Clause(
        text=written,
        words=tuple(content_words(meant, language)),
        question=question,
        lead=lead,
        whole=whole or sharpened,
        leaning=sum(word in known.dangling for word in said[named:]) + (not question and not verb),
        breaks=len(_BREAK.findall(written)),
        personal=not known.speaker.isdisjoint(said),
    )


def _announces(said: list[str], language: str) -> bool:
    """Tell whether a clause says what comes next and not the thing itself, as "I want to talk about" does."""
    spoken = f" {' '.join(said)} "
    return any(f" {phrase} " in spoken for phrase in ANNOUNCEMENTS.get(language, ()))


def _is_sharpened(text: str, found: list[Token], stop: int, known: ClauseWords) -> bool:
    """Tell whether what follows only sharpens a question: "and not green", ", or one penny"."""
    words = [token.word for token in found[stop : stop + 2]]
    if len(words) < 2 or known.contrasts.isdisjoint({words[0], " ".join(words)}):
        return False
    return " ".join(words) in known.contrasts or "," in text[found[stop - 1].stop : found[stop].first]


def _question_mark(language: str) -> str:
    return " ?" if language == "fr" else "?"


def _with_sign(text: str, first: int) -> int:
    """Go back over what belongs to a first word: an opened question, a currency."""
    while first and text[first - 1] in "¿¡$€£":
        first -= 1
    return first


def _has_verb(text: str, found: list[Token], start: int, stop: int, telling: list[bool], known: ClauseWords) -> bool:
    """Look for a finite verb: a small one, or a content word with an object."""
    for at in range(start, stop):
        if found[at].word in known.verbs:
            return True
        beside = at + 1 < stop and text[found[at].stop : found[at + 1].first] == " "
        if at > start and telling[at - start] and beside and found[at + 1].word in known.before_objects:
            return True
    return False


def _unspaced(text: str, language: str) -> Iterator[Clause]:
    """Find whole sentences and their parts between commas, short ones only."""
    asks = is_question(text)
    parts = [part for part in _UNSPACED_BREAK.split(text) if part]
    wholes = [_UNSPACED_BREAK.sub("，", text).strip("，")] if len(parts) > 1 else []
    for number, part in enumerate([*wholes, *parts]):
        bare = _without_opener(part, UNSPACED_OPENERS.get(language, ()))
        question = asks and (number == 0 or number == len(wholes) + len(parts) - 1)
        words = tuple(content_words(bare, language))
        leans = bare.startswith(UNSPACED_LEANING.get(language, ()))
        if (
            _SHORTEST_UNSPACED <= len(bare) <= _LONGEST_UNSPACED
            and (words or question)
            and not leans
            and not _UNREADABLE.search(bare)
        ):
            whole = number == 0
            lead = question and any(word in bare for word in UNSPACED_LEADS.get(language, ()))
            yield Clause(
                bare + "？" * question, words, question, lead, whole=whole, leaning=0, breaks=0, personal=False
            )


def _without_opener(text: str, openers: tuple[str, ...]) -> str:
    while opener := next((each for each in openers if text.startswith(each)), ""):
        text = text[len(opener) :].lstrip("，、 ")
    return text
