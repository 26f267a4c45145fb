"""Mark words that can go without loss: fillers, stutters, starts that are started again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cutroom.media.transcript import UNSPACED, Mark, Word

#: Sounds that are a word in no sentence of their language. ``um`` is one in English and a word in German and
#: Portuguese, so there is no table for a language nobody filled in.
_FILLERS: Final = {
    language: re.compile(pattern)
    for language, pattern in {
        "en": r"u+m+|u+h+|u+h+m+|er|e+rm+|h+m{2,}|hm+|m{2,}",
        "de": r"ä+h+|ä+h+m+|ö+h+|ö+h+m+|e+h+m+|h+m+|m{2,}",
        "fr": r"e+u+h+|h+e+u+|e+u+m+|h+m+|m{2,}",
        "es": r"e+h+m+|e+m{2,}|m{2,}|h+m+",
        "it": r"e+h+m+|u+h+m+|m{2,}|h+m+",
        "pt": r"ã+h+|a+h+n+|e+h+m+|h+u+m{2,}|m{2,}|h+m+",
        "nl": r"u+h+|u+h+m+|e+h+m+|h+m+|m{2,}",
        "sv": r"ö+h+|e+h+m+|ö+h+m+|h+m+|m{2,}",
        "no": r"ø+h+|e+h+m+|ø+h+m+|h+m+|m{2,}",
        "da": r"ø+h+|ø+h+m+|e+h+m+|h+m+|m{2,}",
        "fi": r"ö+h+|ö{2,}|h+m+|m{2,}",
        "pl": r"y{2,}|e{2,}|y+m+|h+m+|m{2,}",
        "cs": r"e{2,}|e+h+m+|h+m+|m{2,}",
        "ru": r"э{2,}|э+-э+|э+м+|м{2,}|м-м+|хм+",
        "uk": r"е{3,}|е+м+|м{2,}|хм+",
        "tr": r"ı{2,}|e{2,}|ı+h+|h+m+|m{2,}",
        "zh": r"呃+|嗯+",
    }.items()
}
#: Said to win time, when commas stand on both sides; with fewer, they may be meant.
_PHRASES: Final = {"en": (("you", "know"), ("i", "mean"))}

#: Words that nobody says twice in a row on purpose. Not here: "that", "had", "so", "no", "very", "is", "you".
_NEVER_TWICE: Final = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the a an i we he she they and but or of to for with from by at as if into because my your our their its "
        "it's i'm we're they're there's this these those",
        "de": "der die das ein eine einen dem den des und oder aber von zu mit für ich wir er es ist im in auf dass",
        "fr": "le la les un une des de du et ou mais que qui je il elle on dans pour avec sur par ce cette c'est",
        "es": "el la los las un una de del y o pero que yo en por para con se su es",
        "it": "il lo la gli le un una di del della e o ma che io in per con si è",
        "pt": "o a os as um uma de do da e ou mas que eu em por para com se é",
        "nl": "de het een en of maar van te voor met ik we hij ze in op aan is",
    }.items()
}
_LONGEST_REPEAT: Final = 10
#: Said again after more than this, it was meant.
_AGAIN_S: Final = 1.5


def mark_disfluencies(words: Sequence[Word], language: str) -> tuple[Word, ...]:
    """Mark fillers, and of words said twice in a row the first.

    Careful before thorough: a word is marked only where leaving it out changes no meaning, so reduplication
    ("very very", 谢谢, Italian "piano piano") stays, and a language without a table gets broken-off words only.

    Returns:
        The same words, some with a mark; marks that are there stay.
    """
    marks: list[Mark | None] = [word.mark for word in words]
    bare = [_bare(word.text) for word in words]
    _mark_fillers(words, bare, marks, language)
    # A filler in between does not make two starts one.
    heard = [index for index, mark in enumerate(marks) if mark is None]
    _mark_broken(words, bare, marks, heard)
    heard = [index for index in heard if marks[index] is None]
    if language not in UNSPACED:
        _mark_repeats(words, bare, marks, heard, _NEVER_TWICE.get(language, frozenset()))
    return tuple(
        word if word.mark is mark else replace(word, mark=mark) for word, mark in zip(words, marks, strict=True)
    )


def _bare(text: str) -> str:
    """Bring a word to what it sounds like: lower case, without the punctuation around it."""
    return re.sub(r"^\W+|\W+$", "", text.replace("’", "'")).lower()


def _mark_fillers(words: Sequence[Word], bare: list[str], marks: list[Mark | None], language: str) -> None:
    pattern = _FILLERS.get(language)
    for index, word in enumerate(words):
        # "ER" and "UM" are names.
        shouted = len(bare[index]) > 1 and word.text.strip(".,!?").isupper() and word.text.isascii()
        if pattern and pattern.fullmatch(bare[index]) and not shouted:
            marks[index] = Mark.FILLER
    for phrase in _PHRASES.get(language, ()):
        size = len(phrase)
        for index in range(1, len(words) - size):
            ends = words[index - 1].text[-1:] == "," and words[index + size - 1].text[-1:] == ","
            if ends and tuple(bare[index : index + size]) == phrase:
                marks[index : index + size] = [Mark.FILLER] * size


def _mark_broken(words: Sequence[Word], bare: list[str], marks: list[Mark | None], heard: list[int]) -> None:
    """Mark "pho-" before "photo"."""
    for index, following in itertools.pairwise(heard):
        broken = words[index].text.endswith(("-", "–", "—")) and bare[index] and bare[index].isalpha()
        if broken and bare[following].startswith(bare[index]):
            marks[index] = Mark.STUTTER


def _mark_repeats(
    words: Sequence[Word], bare: list[str], marks: list[Mark | None], heard: list[int], never_twice: frozenset[str]
) -> None:
    """Mark the first of two equal runs that follow each other, the longest runs first."""
    at = 0
    while at < len(heard):
        for size in range(min(_LONGEST_REPEAT, (len(heard) - at) // 2), 0, -1):
            first, again = heard[at : at + size], heard[at + size : at + 2 * size]
            if not all(bare[left] and bare[left] == bare[right] for left, right in zip(first, again, strict=True)):
                continue
            around = {bare[index] for index in heard[max(0, at - 1) : at]}
            around |= {bare[index] for index in heard[at + 2 * size : at + 2 * size + 1]}
            if _is_restart(words, bare, around, first, again, never_twice):
                for index in first:
                    marks[index] = Mark.STUTTER
                at += size - 1
                break
        at += 1


def _is_restart(
    words: Sequence[Word],
    bare: list[str],
    around: set[str],
    first: list[int],
    again: list[int],
    never_twice: frozenset[str],
) -> bool:
    """Tell whether a run that is said twice was started again, and not said twice on purpose."""
    run = [bare[index] for index in first]
    if words[again[0]].start_s - words[first[-1]].end_s > _AGAIN_S:
        return False
    # "It works. It works." is meant; "It works… It works" and "It works, it works" may be either: the run decides.
    if any(words[index].text[-1:] in ".!?。！？" and words[index].text[-2:] != ".." for index in first):
        return False
    if len(run) == 1:
        return run[0] in never_twice
    if len(set(run)) == 1:
        return run[0] in never_twice
    if len(run) == 2:
        # "Again and again and again" goes on with a word of its own and is meant.
        return any(word in never_twice for word in run) and not around.intersection(run)
    return any(not word.isdigit() for word in run)
