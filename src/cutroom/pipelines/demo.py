"""The demonstration's own check: what was found in the sample lecture against what is true of it."""

from __future__ import annotations

import difflib
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cutroom.analysis.facts import PictureFacts, SoundFacts
from cutroom.media.geometry import Rect
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript, Word
from cutroom.narration.lecture import LectureTruth
from cutroom.narration.lecture.script import FILLERS
from cutroom.pipelines.result import Clip

#: What is asked of the default providers on this lecture.
MAX_WORD_ERROR_RATE = 0.05
MAX_WORD_TIME_ERROR_S = 0.25
#: A slide is looked for at keyframes, and encoders put those up to this far apart.
SLIDE_TOLERANCE_S = 2.0
MIN_SILENCE_S = 0.5
MIN_SHARE = 0.95
MIN_CAMERA_OVERLAP = 0.8
#: An edge this far into a word takes nothing of it that is heard.
WORD_TOLERANCE_S = 0.06


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; ``figure`` is what was measured, for a person."""

    what: str
    figure: str
    passed: bool

    def __str__(self) -> str:
        return f"{self.what} {self.figure}"


def check_demo(
    truth: LectureTruth,
    transcript: Transcript,
    picture: PictureFacts,
    sounds: SoundFacts | None,
    clips: Sequence[Clip],
) -> tuple[Finding, ...]:
    """Hold a run on the sample lecture against the lecture's truth.

    Args:
        truth: The lecture as it was made.
        transcript: What was heard of it.
        picture: What was seen of it.
        sounds: How it sounds; ``None`` when nothing was heard at all, which is wrong.
        clips: What was cut from it.

    Returns:
        Every check, failed ones too.
    """
    return (
        *_check_transcript(transcript, truth),
        *_check_picture(picture, truth),
        _check_silences(sounds.silences if sounds else (), truth),
        *_check_clips(clips, transcript, truth),
    )


def _check_transcript(found: Transcript, truth: LectureTruth) -> Iterable[Finding]:
    said, heard = _spoken(truth.transcript.words), _spoken(found.words)
    rate = _distance([text for text, _ in said], [text for text, _ in heard]) / len(said)
    yield Finding("words wrong", f"{rate:.1%}", rate <= MAX_WORD_ERROR_RATE)
    matcher = difflib.SequenceMatcher(None, [text for text, _ in said], [text for text, _ in heard], autojunk=False)
    errors = [
        abs(said[block.a + k][1] - heard[block.b + k][1])
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    ]
    error_s = statistics.median(errors) if errors else float("inf")
    yield Finding("word times off by", f"{error_s:.2f} s", error_s <= MAX_WORD_TIME_ERROR_S)


def _check_picture(found: PictureFacts, truth: LectureTruth) -> Iterable[Finding]:
    changes = [shot.span.start_s for shot in truth.shots[1:]]
    seen = [shot.span.start_s for shot in found.shots] + [slide.span.start_s for slide in found.slides]
    hits = sum(any(abs(time_s - each) <= SLIDE_TOLERANCE_S for each in seen) for time_s in changes)
    yield Finding("picture changes found", f"{hits} of {len(changes)}", hits == len(changes))
    right_s = sum(
        shot.span.overlap_s(each.span) for shot in truth.shots for each in found.shots if each.kind is shot.kind
    )
    share = right_s / truth.duration_s
    yield Finding("layout right for", f"{share:.1%}", share >= MIN_SHARE)
    overlaps = [
        _overlap(shot.camera, each.camera) if each.camera else 0.0
        for shot in truth.shots
        for each in found.shots
        if shot.camera and each.kind is shot.kind and shot.span.overlap_s(each.span) > 0.5 * each.span.duration_s
    ]
    worst = min(overlaps, default=0.0)
    yield Finding("camera inset covered", f"{worst:.0%} at worst", worst >= MIN_CAMERA_OVERLAP)


def _check_silences(found: Sequence[Span], truth: LectureTruth) -> Finding:
    wanted = [span for span in truth.silences if span.duration_s >= MIN_SILENCE_S]
    hits = sum(sum(span.overlap_s(each) for each in found) >= 0.7 * span.duration_s for span in wanted)
    return Finding("silences found", f"{hits} of {len(wanted)}", hits >= MIN_SHARE * len(wanted))


def _check_clips(clips: Sequence[Clip], transcript: Transcript, truth: LectureTruth) -> Iterable[Finding]:
    kept = [_kept(clip) for clip in clips]
    clipped = [Span(clip.start_s, clip.end_s) for clip in clips]
    retakes = [
        sum(span.overlap_s(retake) for span in spans) <= 0.35 * retake.duration_s
        for retake in truth.retakes
        for clip, spans in zip(clipped, kept, strict=True)
        if clip.overlap_s(retake) == retake.duration_s
    ]
    if retakes:
        yield Finding("false starts cut", f"{sum(retakes)} of {len(retakes)}", all(retakes))
    # A recogniser that leaves fillers out of its transcript gives no place to cut: only those it heard can go.
    heard = [word.span for word in transcript.words if _bare(word.text) in FILLERS]
    fillers = [
        sum(span.overlap_s(filler) for span in spans) < 0.1
        for filler in truth.fillers
        for clip, spans in zip(clipped, kept, strict=True)
        if clip.overlap_s(filler) == filler.duration_s and any(filler.overlap_s(each) > 0 for each in heard)
    ]
    if fillers:
        yield Finding("fillers cut", f"{sum(fillers)} of {len(fillers)}", all(fillers))
    words = [word.span for word in truth.transcript.words if word.mark is None]
    broken = sum(_broken(word, clip, spans) for word in words for clip, spans in zip(clipped, kept, strict=True))
    yield Finding("words broken by a cut", str(broken), broken == 0)


def _kept(clip: Clip) -> list[Span]:
    """Give what a clip keeps of the source."""
    kept, at = [], clip.start_s
    for cut in sorted(clip.cuts, key=lambda cut: cut.start_s):
        if cut.start_s > at:
            kept.append(Span(at, cut.start_s))
        at = max(at, cut.end_s)
    return [*kept, Span(at, clip.end_s)] if clip.end_s > at else kept


def _broken(word: Span, clip: Span, kept: Sequence[Span]) -> bool:
    """Tell whether a clip holds a part of a word, or a cut within it took the word."""
    if word.overlap_s(clip) <= WORD_TOLERANCE_S:
        return False
    lost_s = word.duration_s - sum(word.overlap_s(span) for span in kept)
    return lost_s > WORD_TOLERANCE_S


def _overlap(one: Rect, two: Rect) -> float:
    """Measure the intersection of two rectangles over their union."""
    width = min(one.x + one.width, two.x + two.width) - max(one.x, two.x)
    height = min(one.y + one.height, two.y + two.height) - max(one.y, two.y)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one.area + two.area - shared)


_TOKEN = re.compile(r"(?P<dollar>\$)?(?P<number>\d[\d,]*)|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)")
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _spoken(words: Iterable[Word]) -> list[tuple[str, float]]:
    """Spell words as they are said, with their starts: small letters, numbers as words, no fillers."""
    spoken: list[tuple[str, float]] = []
    for word in words:
        for match in _TOKEN.finditer(word.text.lower().replace("’", "'")):
            if match["number"]:
                said = [*_number(int(match["number"].replace(",", ""))), *(["dollars"] if match["dollar"] else [])]
            else:
                said = [match["word"]]
            spoken += [(text, word.start_s) for text in said if text not in FILLERS]
    return spoken


def _number(value: int) -> list[str]:
    """Read a whole number below a thousand million, without ``and``."""
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            return [*_number(value // size), name, *(_number(rest) if rest else [])]
    if value < 20:
        return [_ONES[value]]
    return [_TENS[value // 10 - 2], *([_ONES[value % 10]] if value % 10 else [])]


def _bare(text: str) -> str:
    return text.strip(".,!?…").lower()


def _distance(one: Sequence[str], two: Sequence[str]) -> int:
    """Count the words to change, put in or take out to make one list of the other (Levenshtein)."""
    row = list(range(len(two) + 1))
    for i, left in enumerate(one, 1):
        above, row[0] = row[0], i
        for j, right in enumerate(two, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (left != right))
    return row[-1]
