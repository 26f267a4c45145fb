"""Let a language model compare the finalists and name them; what it says changes their order and their titles only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, Field

from cutroom.analysis.facts import Highlight, ScorePart
from cutroom.core.errors import CutroomError
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media.lexicon import content_words
from cutroom.media.transcript import Transcript
from cutroom.providers.language_model import LanguageModel

#: Small models give nearly the same mark to everything, and still tell which of a few is best.
_GROUP = 4
#: The measured scores of finalists lie close together: with more than this the measure would not count at all.
WEIGHT = 0.15
LONGEST_TITLE = 60
_LONGEST_EXCERPT = 1200
#: A title whose words were not said is an invention.
_SAID_SHARE = 0.5
#: Addresses, paths and markup have no place in a title, even where they were said.
_NO_TITLE = re.compile(r"://|\.\.|^[/~.]|[<>{}\\|]")

_INSTRUCTIONS = """\
You are an editor who picks short clips from a long recording for people who have not seen it. You are given a few
numbered excerpts of its transcript. Put the excerpts in order, the best clip first. A good clip is understood without
the rest, makes one point or tells one story to its end, and opens with something that makes a viewer stay. Give each
one a title of at most eight words, in the language of the excerpt, that says what it is about, using words that are
said in it. List every excerpt once, by its number."""


class Named(BaseModel):
    """One excerpt in the model's order."""

    number: int
    title: str = Field(max_length=400)


class Order(BaseModel):
    """The model's answer: all excerpts of a group, the best first."""

    excerpts: list[Named] = Field(max_length=3 * _GROUP)


@dataclass(frozen=True, slots=True)
class Reranked:
    """The finalists in their new order, best first, and why it is the old one where the model failed."""

    highlights: tuple[Highlight, ...]
    notes: tuple[str, ...] = ()
    failure: CutroomError | None = None


def rerank(
    finalists: Sequence[Highlight],
    transcript: Transcript,
    model: LanguageModel,
    *,
    progress: Progress = ignore_progress,
) -> Reranked:
    """Compare finalists in small groups, twice in different company, and join the places with the measured scores.

    A model that fails, for whatever reason, changes nothing: the measured order stands, with a note.

    Args:
        finalists: About twice as many as will be chosen, best first; those without sentences are left as they are.
    """
    told = [highlight for highlight in finalists if highlight.stop > highlight.first]
    if not told:
        return Reranked(tuple(finalists))
    places: dict[int, list[float]] = {index: [] for index in range(len(told))}
    titles: dict[int, str] = {}
    groups = _groups(len(told))
    try:
        for done, group in enumerate(groups):
            order = model.answer(_INSTRUCTIONS, _excerpts([told[k] for k in group], transcript), Order)
            named = _clamp(order, len(group))
            for place, (number, title) in enumerate(named):
                highlight = told[group[number]]
                places[group[number]].append(1 - place / max(1, len(group) - 1))
                if clean := clean_title(title, highlight, transcript):
                    titles.setdefault(group[number], clean)
            progress((done + 1) / len(groups))
    except CutroomError as error:
        return Reranked(tuple(finalists), (unranked(error),), error)
    judged = {
        id(highlight): _joined(highlight, sum(places[k]) / len(places[k]), titles.get(k), model.name)
        for k, highlight in enumerate(told)
    }
    ranked = [judged.get(id(highlight), highlight) for highlight in finalists]
    return Reranked(tuple(sorted(ranked, key=lambda highlight: (-highlight.score, highlight.span))))


def unranked(why: object) -> str:
    """Say that the measured order stands."""
    return f"Ranked as measured, without the language model: {why}"


def clean_title(title: str, highlight: Highlight, transcript: Transcript) -> str | None:
    """Make a model's title fit to show: one line, 60 characters, about what was said; ``None`` if it cannot be."""
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", title))
    text = re.sub(r"\s+", " ", re.sub(r"[*_#`]+", "", text)).strip(" \"'“”‘’«»")
    if _NO_TITLE.search(text):
        return None
    if len(text) > LONGEST_TITLE:
        text = text[: LONGEST_TITLE + 1].rpartition(" ")[0].rstrip(" ,;:-–—") or text[:LONGEST_TITLE]
    said = {
        word
        for sentence in transcript.sentences[highlight.first : highlight.stop]
        for word in content_words(sentence.text, transcript.language)
    }
    claimed = content_words(text, transcript.language)
    if not claimed or sum(word in said for word in claimed) < _SAID_SHARE * len(claimed):
        return None
    return text


def _groups(count: int) -> list[list[int]]:
    """Deal finalists into groups twice: neighbours in score together, then each in new company.

    Small models prefer what they read first. Whoever stood first in the first round stands last in the second, so that
    a model that only repeats what it was given changes nothing.
    """
    hands = -(-count // _GROUP)
    size = -(-count // hands)
    first = [list(range(start, min(count, start + size))) for start in range(0, count, size)]
    second: list[list[int]] = [[] for _ in range(hands)]
    # By columns from the last: every group gets one of each place, and gets them in reverse.
    for k in sorted(range(count), key=lambda k: -(k % size)):
        second[(k % size + k // size) % hands].append(k)
    return [group for group in (*first, *second) if group]


def _excerpts(highlights: Sequence[Highlight], transcript: Transcript) -> str:
    """Write a group's transcripts down, long ones without their middle."""
    written = []
    for number, highlight in enumerate(highlights, start=1):
        text = " ".join(sentence.text for sentence in transcript.sentences[highlight.first : highlight.stop])
        if len(text) > _LONGEST_EXCERPT:
            text = f"{text[: _LONGEST_EXCERPT * 2 // 3]} […] {text[-_LONGEST_EXCERPT // 3 :]}"
        written.append(f"Excerpt {number} ({highlight.span.duration_s:.0f} seconds):\n{text}")
    return "\n\n".join(written)


def _clamp(order: Order, count: int) -> list[tuple[int, str]]:
    """Bring an answer to what was asked: every excerpt once; those that were left out follow in their old order."""
    named: dict[int, str] = {}
    for item in order.excerpts:
        if 1 <= item.number <= count:
            named.setdefault(item.number - 1, item.title)
    for number in range(count):
        named.setdefault(number, "")
    return list(named.items())


def _joined(highlight: Highlight, place: float, title: str | None, name: str) -> Highlight:
    part = ScorePart("judgement", round(place, 3), round(place, 3), WEIGHT, (), f"compared with others by {name}")
    measured = tuple(replace(p, weight=round(p.weight * (1 - WEIGHT), 4)) for p in highlight.parts)
    score = (1 - WEIGHT) * highlight.score + WEIGHT * 100 * place
    return replace(highlight, score=round(score, 1), parts=(*measured, part), title=title or highlight.title)
