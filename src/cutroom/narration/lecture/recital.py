"""The recital: the script spoken line by line on one clock, with pauses of known length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cutroom.media.span import Span
from cutroom.media.transcript import Mark, Sentence, Transcript, Word
from cutroom.narration.lecture.script import FILLERS, Scene
from cutroom.providers.text_to_speech import Speech, TextToSpeech

#: A scene starts this long before its first word: the slide comes, then the voice.
LEAD_S = 0.35
#: Voice kept around a line's words: the ends of breath and of consonants.
_HEAD_S, _TAIL_S = 0.06, 0.15
_ROOM_DB = -62.0
#: Who searches for a word is silent for a moment on both sides of the filler.
_HESITATION_S = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Recital:
    """The script as spoken.

    Attributes:
        samples: Mono, full scale = ±1.0, with the room's own hiss.
        transcript: One sentence for each line; fillers and false starts are marked.
        scenes: When each scene is on, in order, without gaps, on whole frames.
        false_starts: From an abandoned take's first word to the good one's.
    """

    samples: NDArray[np.float32]
    rate: int
    transcript: Transcript
    scenes: tuple[Span, ...]
    false_starts: tuple[Span, ...]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate


def recite(script: tuple[Scene, ...], voice: TextToSpeech, frame_rate: int) -> Recital:
    """Speak a script.

    Args:
        script: At least one scene, at least one line a scene.
        voice: One that tells the times of its words.
        frame_rate: Scenes change on its frames.

    Raises:
        ValueError: If the voice does not tell the times of its words.
    """
    placed: list[tuple[float, NDArray[np.float32]]] = []
    words: list[Word] = []
    sentences: list[Sentence] = []
    starts: list[float] = []
    false_starts: list[Span] = []
    at, rate, open_take = 0.0, 0, None
    for scene in script:
        # The pause before a scene belongs to the scene that ends; the new slide comes just before the voice.
        starts.append(round(max(0.0, at - LEAD_S) * frame_rate) / frame_rate)
        at = max(at, starts[-1] + LEAD_S)
        for line in scene.lines:
            speech = voice.speak(line.text)
            if not speech.words:
                raise ValueError(f"{voice.name} does not tell the times of its words")
            speech, spoken = _hesitant(speech, speech.words)
            rate = speech.rate
            shift = at - spoken[0].start_s
            kept_from = max(0.0, spoken[0].start_s - _HEAD_S)
            kept = speech.samples[round(kept_from * rate) : round((spoken[-1].end_s + _TAIL_S) * rate)]
            placed.append((kept_from + shift, _faded(kept, rate)))
            said = [_marked(word, shift, abandoned=line.false_start) for word in spoken]
            if open_take is not None:
                false_starts.append(Span(open_take, said[0].start_s))
            open_take = said[0].start_s if line.false_start else None
            first = len(words)
            words += said
            sentences.append(Sentence(first, len(words), said[0].start_s, said[-1].end_s, line.text))
            at = said[-1].end_s + line.pause_s
    ends = [*starts[1:], round(at * frame_rate) / frame_rate]
    transcript = Transcript(tuple(words), tuple(sentences), "en", f"script/{voice.name}")
    scenes = tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))
    return Recital(_mixed(placed, ends[-1], rate), rate, transcript, scenes, tuple(false_starts))


def _hesitant(speech: Speech, words: Sequence[Word]) -> tuple[Speech, tuple[Word, ...]]:
    """Put a moment of silence before and after each filler."""
    silence = np.zeros(round(_HESITATION_S * speech.rate), np.float32)
    parts: list[NDArray[np.float32]] = []
    moved: list[Word] = []
    taken, shift = 0, 0.0
    for index, word in enumerate(words):
        before = words[index - 1] if index else None
        # At the edge between two words, one of which is a filler, the voice stops and begins again.
        if before is not None and (_is_filler(before) or _is_filler(word)):
            edge = round((before.end_s + word.start_s) / 2 * speech.rate)
            parts += [_faded(speech.samples[taken:edge], speech.rate), silence]
            taken = edge
            shift += _HESITATION_S
        moved.append(replace(word, start_s=word.start_s + shift, end_s=word.end_s + shift))
    parts.append(_faded(speech.samples[taken:], speech.rate) if taken else speech.samples)
    return replace(speech, samples=np.concatenate(parts), words=tuple(moved)), tuple(moved)


def _is_filler(word: Word) -> bool:
    return word.text.strip(",.").lower() in FILLERS


def _marked(word: Word, shift: float, *, abandoned: bool) -> Word:
    mark = Mark.STUTTER if abandoned else Mark.FILLER if _is_filler(word) else None
    return Word(word.text, word.start_s + shift, word.end_s + shift, mark=mark)


def _faded(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Take the click out of both ends."""
    ramp = np.linspace(0, 1, round(0.02 * rate), dtype=np.float32)
    faded = samples.copy()
    faded[: len(ramp)] *= ramp
    faded[-len(ramp) :] *= ramp[::-1]
    return faded


def _mixed(placed: list[tuple[float, NDArray[np.float32]]], duration_s: float, rate: int) -> NDArray[np.float32]:
    noise = np.random.default_rng(1).standard_normal(round(duration_s * rate), dtype=np.float32)
    mix: NDArray[np.float32] = noise * np.float32(10 ** (_ROOM_DB / 20))
    for start_s, samples in placed:
        first = round(start_s * rate)
        mix[first : first + len(samples)] += samples[: len(mix) - first]
    return mix
