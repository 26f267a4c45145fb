"""Words → sentences, in any language, with or without punctuation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from cutroom.media.transcript import UNSPACED, Sentence, Word, join_words

#: Marks that end a sentence in the scripts of Unicode that recognisers write.
_ENDS: Final = frozenset(".!?…。！？｡．؟۔۔।॥։።፧၊။។៕༎᠃᠉⸮‽⁇⁈⁉")
_PAUSES_MARKS: Final = frozenset(",;:，、；：،؛·–—-")
_CLOSING: Final = "\"'”’»›」』）)]}】》"
#: A dot after these ends no sentence, unless a breath follows.
_ABBREVIATIONS: Final = """
    vs etc approx dept fig figs eq eqs vol vols chap al cf ca pp nr nos inc ltd corp bros jr
    jan feb apr jun jul aug sep sept oct nov dec
    bzw usw ggf evtl inkl exkl bspw vgl dipl ing abb str tel max min env apr réf ud uds ee uu pág págs núm aprox ecc pag
    bijv enz blz tzv tj např č obr itd np tzn ul т.е т.д т.п др г гг руб тыс млн млрд стр рис
"""
#: A name follows these, even after a breath.
_TITLES: Final = """
    dr mr mrs ms prof rev gen sen gov capt col lt sgt st hon messrs mt hr fr mme mlle sra srta dña sig dott exmo exma
    dra dhr mevr drs проф
"""
_TITLE: Final = frozenset(_TITLES.split())
_ABBREVIATION: Final = frozenset(_ABBREVIATIONS.split()) | _TITLE
#: Languages that write an ordinal with a dot, as in ``am 3. Mai``.
_DOTTED_ORDINALS: Final = frozenset(
    {"de", "da", "no", "nn", "fi", "cs", "sk", "pl", "hu", "hr", "sl", "et", "lv", "tr"}
)

_INITIAL: Final = re.compile(r"(?:\w\.)+")
_NUMBER: Final = re.compile(r"\d{1,4}\.")

#: A pause that ends a sentence even where the text goes on: nobody reads across it.
_LONG_PAUSE_S: Final = 2.0
#: A pause that ends one where the source writes no punctuation.
_BREATH_S: Final = 0.9
#: Fewer marks than one in this many words is no punctuation.
_WORDS_A_MARK: Final = 80
_LONGEST_S: Final = 30.0
_LONGEST_WORDS: Final = 50
_LONGEST_LETTERS: Final = 90  # where each letter is a word


def split_sentences(words: Sequence[Word], language: str) -> tuple[Sentence, ...]:
    """Split words into sentences.

    A sentence ends at a mark that ends one (not at the dot of an abbreviation, an initial or an ordinal), at a pause
    of 2 s, and where the source has no punctuation at a pause of 0.9 s. What is still longer than 30 s or 50 words
    is split at its longest pause, near commas for preference.

    Returns:
        Sentences in order; each word lies in exactly one.
    """
    if not words:
        return ()
    punctuated = sum(_ends(word.text) for word in words) * _WORDS_A_MARK >= len(words)
    longest_pause_s = _LONG_PAUSE_S if punctuated else _BREATH_S
    bounds = [0]
    for index, word in enumerate(words[:-1]):
        following = words[index + 1]
        if following.start_s - word.end_s >= longest_pause_s or _ends_before(word, following, language):
            bounds.append(index + 1)
    bounds.append(len(words))
    sentences = []
    for first, stop in itertools.pairwise(bounds):
        for part_first, part_stop in _short_enough(words, first, stop, language):
            texts = [word.text for word in words[part_first:part_stop]]
            start_s, end_s = words[part_first].start_s, words[part_stop - 1].end_s
            sentences.append(Sentence(part_first, part_stop, start_s, end_s, join_words(texts, language)))
    return tuple(sentences)


def _ends(text: str) -> bool:
    """Tell whether a word carries a mark that may end a sentence."""
    return text.rstrip(_CLOSING)[-1:] in _ENDS


def _ends_before(word: Word, following: Word, language: str) -> bool:
    """Tell whether a sentence ends between two words."""
    if not _ends(word.text):
        return False
    opened = following.text.lstrip("\"'“‘«‹「『（([{¿¡-–—")
    # Scripts without capitals are neither upper nor lower, and pass.
    if opened[:1].islower():
        return False
    bare = word.text.rstrip(_CLOSING)
    if not bare.endswith(".") or bare.endswith(".."):
        return True
    stem = bare[:-1].lstrip("\"'“‘«‹([{¿¡").lower()
    pause_s = following.start_s - word.end_s
    if stem in _ABBREVIATION or _INITIAL.fullmatch(bare):
        # "… at 3 p.m. Then …": with a breath behind it the dot does both. A title or an initial wants a longer one.
        return pause_s >= (1.0 if len(stem) == 1 or stem in _TITLE else 0.5)
    return not (language in _DOTTED_ORDINALS and _NUMBER.fullmatch(bare) and pause_s < 0.4)


def _short_enough(words: Sequence[Word], first: int, stop: int, language: str) -> list[tuple[int, int]]:
    """Split a run of words until each piece can be read in one go."""
    done: list[tuple[int, int]] = []
    waiting = [(first, stop)]
    longest = _LONGEST_LETTERS if language in UNSPACED else _LONGEST_WORDS
    while waiting:
        first, stop = waiting.pop()
        fits = stop - first <= longest and words[stop - 1].end_s - words[first].start_s <= _LONGEST_S
        if fits or stop - first < 2:
            if first < stop:
                done.append((first, stop))
            continue
        middle = _best_split(words, first, stop)
        waiting += [(middle, stop), (first, middle)]
    return done


def _best_split(words: Sequence[Word], first: int, stop: int) -> int:
    """Find where a run is best split: a long pause or a comma, and not too near an end."""

    def worth(index: int) -> float:
        pause_s = words[index].start_s - words[index - 1].end_s
        comma = words[index - 1].text[-1:] in _PAUSES_MARKS
        centred = min(index - first, stop - index) / (stop - first)
        return (max(0.0, pause_s) + 0.3 * comma + 0.05) * min(1.0, 4 * centred)

    return max(range(first + 1, stop), key=worth)
