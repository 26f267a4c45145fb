"""Subtitle files: read from strangers, written for players.

Our own small parser, because it must give plain text and the times of words whatever a file holds, in one pass
over bytes of a known size: markup is dropped, never kept, and nothing in a file can choose a font, a size or a
place.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from cutroom.core.errors import InvalidInput
from cutroom.media.graphemes import clean, clusters
from cutroom.media.grouping import CHARACTERWISE, Limits, Piece, group, hold, keep_together
from cutroom.media.transcript import Word, has_gap

MAX_BYTES = 20_000_000  # a ten-hour talk with a time for every word has a tenth of it
MAX_CUES = 100_000
MAX_CUE_LETTERS = 10_000

_LINE = 42.0  # characters on a line: the usual limit of subtitle guidelines
_WIDE = 42 / 18  # what a full-width character takes of it
_LIMITS = Limits(_LINE, max_words=18, max_lines=2, min_s=0.8, max_s=6.0)
_MANY_LETTERS = 8

_CLOCK = r"(-?)(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?"
_TIMING = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s|$)")
_EVENTS = re.compile(r"^\[Events\]", re.IGNORECASE | re.MULTILINE)
_TIME = re.compile(rf"\s*{_CLOCK}\s*")
_DRAWING = re.compile(r"\\p[1-9]")
_WORD_TIME = re.compile(rf"<{_CLOCK}>")
_TAG = re.compile(r"</?(?:[biuscvp]|br|em|font|lang|rt|ruby|span|strong)(?:[\s.][^<>]*)?/?>", re.IGNORECASE)
_OVERRIDE = re.compile(r"\{\\[^{}\r\n]*\}")  # ASS commands, which some programs leave in SRT
_JOINER = "\u2060"  # zero width; dropped when read back
_MARKUP = re.compile(r"(?<=[<&{])(?=[A-Za-z0-9/#\\])|(?<=--)(?=>)")


@dataclass(frozen=True, slots=True)
class Cue:
    """Text for one stretch of time.

    Attributes:
        start_s: Cues are in order of it.
        end_s: After ``start_s`` and not after the next cue's start.
        text: Plain, cleaned, lines parted by a newline.
        words: The words with their times where these are known, else empty.
    """

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()


def read_subtitles(path: Path) -> list[Cue]:
    """Read SRT, WebVTT or ASS, whichever it is, in UTF-8, UTF-16 or Windows-1252.

    Cues without text are left out; those that are out of order, overlap or end before they begin are put right.

    Raises:
        InvalidInput: If the file cannot be read, is too large, or is none of the three.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read ({error.strerror}): give another subtitle file.") from error
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB: give a plain SRT or VTT file.")
    text = _decoded(data).removeprefix("\ufeff")
    webvtt = text.startswith("WEBVTT")
    if _EVENTS.search(text):
        blocks = list(_events(text, path.name))
    else:
        blocks = list(_blocks(text if webvtt else _OVERRIDE.sub("", text), path.name))
    if not blocks and text.strip() and not webvtt:
        raise InvalidInput(f"{path.name} is not SRT, WebVTT or ASS: it has no line like 00:00:01,000 --> 00:00:04,000.")
    rolling = any(_WORD_TIME.search(line) for _, _, lines in blocks for line in lines)
    cues: list[Cue] = []
    previous: list[str] = []
    for start_s, end_s, lines in blocks:
        kept = lines
        if rolling:
            # Live captions roll: each cue says the line before it once more. Only the new line counts.
            kept = [line for line in lines if _WORD_TIME.search(line) or _plain(line) not in previous]
            previous = [plain for line in lines if (plain := _plain(line))] or previous
        if cue := _cue(start_s, end_s, kept):
            cues.append(cue)
    return _in_order(cues, path.name)


def write_srt(cues: Sequence[Cue]) -> str:
    """Write SubRip; what a player would take for markup is kept apart by a zero-width joiner."""
    blocks = []
    for number, cue in enumerate(cues, 1):
        text = _MARKUP.sub(_JOINER, _lines(cue.text))
        blocks.append(f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{text}\n")
    return "\n".join(blocks)


def write_vtt(cues: Sequence[Cue], *, word_times: bool = False) -> str:
    """Write WebVTT.

    Args:
        word_times: Whether to time each word, for players that light them and for reading back.
    """
    blocks = []
    for cue in cues:
        text = _timed_text(cue) if word_times and cue.words else html.escape(_lines(cue.text), quote=False)
        blocks.append(f"{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{text}\n")
    return "\n".join(["WEBVTT\n", *blocks])


def cues_of(words: Sequence[Word], language: str = "und", *, until_s: float | None = None) -> list[Cue]:
    """Make readable subtitles: at most two lines of 42 characters, 18 where they are full width.

    Args:
        words: In order.
        language: ISO 639-1, or ``"und"``.
        until_s: When what is said in them ends; the last one does not stay longer.
    """
    parts = [part for word in words for part in _split(word, language)]
    pieces = []
    before = ""
    for word in parts:
        gap = 1.0 if has_gap(before, word.text, language) else 0.0
        pieces.append(Piece(word.text, word.start_s, word.end_s, min(_LINE, _columns(word.text)), gap))
        before = word.text
    cuts = group(pieces, _LIMITS, language)
    blocks = [[parts[first:stop] for first, stop in pairwise(cut)] for cut in cuts]
    texts = ["\n".join(_joined(line, language) for line in block) for block in blocks]
    spoken = [(block[0][0].start_s, block[-1][-1].end_s, len(text)) for block, text in zip(blocks, texts, strict=True)]
    times = hold(spoken, _LIMITS.min_s, until_s)
    return [
        Cue(start_s, end_s, text, tuple(word for line in block for word in line))
        for block, text, (start_s, end_s) in zip(blocks, texts, times, strict=True)
    ]


def _decoded(data: bytes) -> str:
    """Decode by the mark at the start, else as UTF-8, else as what Windows wrote in the West."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    sample = data[:2000]
    if sample.count(0) > len(sample) // 4:  # UTF-16 without a mark: every other byte of Latin text is 0
        return data.decode("utf-16-be" if sample[:1] == b"\0" else "utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _blocks(text: str, name: str) -> Iterator[tuple[float, float, list[str]]]:
    """Find the cues: a line with two times, and the lines under it up to an empty one."""
    count, letters = 0, 0
    current: tuple[float, float, list[str]] | None = None
    for line in re.split(r"\r\n|\r|\n", text):
        if timing := _TIMING.match(line[:200]):
            count += 1
            if count > MAX_CUES:
                raise _too_many(name)
            if current:
                if current[2] and current[2][-1].strip().isdigit():  # the number of the cue that begins here
                    current[2].pop()
                yield current
            fields = timing.groups()
            current, letters = (_seconds(fields[:5]), _seconds(fields[5:]), []), 0
        elif current and (not line or (current[2] and not line.strip("\0 \t"))):
            yield current
            current = None
        elif current:
            letters += len(line)
            if letters > MAX_CUE_LETTERS:
                raise _too_long(name)
            current[2].append(line)
    if current:
        yield current


def _events(text: str, name: str) -> Iterator[tuple[float, float, list[str]]]:
    """Find the events of an ASS or SSA document; commands go, and with them what is a drawing."""
    fields: list[str] = []
    count = 0
    for line in re.split(r"\r\n|\r|\n", text):
        key, _, rest = line.partition(":")
        if key == "Format":
            fields = [field.strip().lower() for field in rest[:500].split(",")]
        if key != "Dialogue" or not {"start", "end"} < set(fields) or fields[-1] != "text":
            continue
        count += 1
        values = rest.split(",", len(fields) - 1)
        if count > MAX_CUES:
            raise _too_many(name)
        if len(values[-1]) > MAX_CUE_LETTERS:
            raise _too_long(name)
        times = [
            _TIME.fullmatch(values[fields.index(field)][:40])
            for field in ("start", "end")
            if len(values) == len(fields)
        ]
        if len(times) == 2 and times[0] and times[1] and not _DRAWING.search(values[-1]):
            lines = re.split(r"\\[Nn]", _OVERRIDE.sub("", values[-1]).replace("\\h", " "))
            yield _seconds(times[0].groups()), _seconds(times[1].groups()), lines


def _too_many(name: str) -> InvalidInput:
    return InvalidInput(f"{name} holds more than {MAX_CUES} cues: give the subtitles of one recording.")


def _too_long(name: str) -> InvalidInput:
    return InvalidInput(
        f"{name} shows more than {MAX_CUE_LETTERS} characters at one time: give subtitles in lines that can be read."
    )


def _cue(start_s: float, end_s: float, lines: Sequence[str]) -> Cue | None:
    text = "\n".join(plain for line in lines if (plain := _plain(line)))
    if not text or max(start_s, end_s) < 0:
        return None
    start_s = max(0.0, start_s)
    end_s = end_s if end_s > start_s else start_s + 2.0
    return Cue(start_s, end_s, text, _timed_words(start_s, end_s, lines))


def _timed_words(start_s: float, end_s: float, lines: Sequence[str]) -> tuple[Word, ...]:
    """Read the times inside a cue; words between two of them share the time by length."""
    parts: list[tuple[float, str]] = []
    for line in lines:
        at_s, begin = parts[-1][0] if parts else start_s, 0
        for mark in _WORD_TIME.finditer(line):
            parts.append((at_s, _plain(line[begin : mark.start()])))
            # Times that run back or past the cue are brought into it.
            at_s, begin = min(end_s, max(at_s, _seconds(mark.groups()))), mark.end()
        parts.append((at_s, _plain(line[begin:])))
    if not any(_WORD_TIME.search(line) for line in lines):
        return ()
    words: list[Word] = []
    for index, (at_s, text) in enumerate(parts):
        until_s = parts[index + 1][0] if index + 1 < len(parts) else end_s
        texts = text.split()
        total, done = sum(map(len, texts)), 0
        for one in texts:
            first_s = at_s + (until_s - at_s) * done / total
            done += len(one)
            words.append(Word(one, first_s, at_s + (until_s - at_s) * done / total))
    return tuple(words)


def _plain(line: str) -> str:
    """Take the markup out of a line."""
    bare = _TAG.sub("", _WORD_TIME.sub("", line))
    return clean(html.unescape(bare))


def _in_order(cues: Sequence[Cue], name: str) -> list[Cue]:
    ordered: list[Cue] = []
    for cue in sorted(cues, key=lambda cue: cue.start_s):
        last = ordered[-1] if ordered else None
        if last and last.start_s == cue.start_s:
            text, words = f"{last.text}\n{cue.text}", last.words + cue.words
            if len(text) > MAX_CUE_LETTERS:
                raise _too_long(name)
            both = bool(last.words) == bool(cue.words)
            ordered[-1] = Cue(last.start_s, max(last.end_s, cue.end_s), text, words if both else ())
            continue
        if last and last.end_s > cue.start_s:
            words = tuple(
                replace(word, start_s=min(word.start_s, cue.start_s), end_s=min(word.end_s, cue.start_s))
                for word in last.words
            )
            ordered[-1] = replace(last, end_s=cue.start_s, words=words)
        ordered.append(cue)
    return ordered


def _split(word: Word, language: str) -> Iterator[Word]:
    """Cut a Chinese or Japanese phrase into characters, and what is longer than a line into lines."""
    text = clean(word.text)
    letters = clusters(text)
    if not letters:
        return
    if language in CHARACTERWISE and len(letters) > _MANY_LETTERS and not text.isascii():
        parts = keep_together(letters)
    elif _columns(text) > _LINE:
        parts = [letters[0]]
        for letter in letters[1:]:
            if _columns(parts[-1] + letter) <= _LINE:
                parts[-1] += letter
            else:
                parts.append(letter)
        parts = [part.strip() for part in parts if part.strip()]
    else:
        parts = [text]
    total, done = sum(map(len, parts)), 0
    length_s = word.end_s - word.start_s
    for part in parts:
        start_s = word.start_s + length_s * done / total
        done += len(part)
        end_s = word.start_s + length_s * done / total if done < total else word.end_s
        yield replace(word, text=part, start_s=start_s, end_s=end_s)


def _columns(text: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(cluster[0]) in "WF" else 1.0 for cluster in clusters(text))


def _joined(words: Sequence[Word], language: str) -> str:
    text = ""
    for word in words:
        text += (" " if has_gap(text, word.text, language) else "") + word.text
    return text


def _timed_text(cue: Cue) -> str:
    """Write a cue's words with their times, its lines kept."""
    left = list(cue.words)
    lines = []
    for line in cue.text.split("\n"):
        text, rest = "", line
        while left and rest.startswith(left[0].text):
            word = left.pop(0)
            rest = rest.removeprefix(word.text)
            space = rest[: len(rest) - len(rest.lstrip())]
            rest = rest.lstrip()
            text += f"<{_clock(word.start_s, '.')}>{html.escape(word.text, quote=False)}{space}"
        lines.append(text + html.escape(rest, quote=False))
    return "\n".join(lines)


def _lines(text: str) -> str:
    """Leave no empty line inside a cue: it would end it."""
    return "\n".join(plain for line in text.splitlines() if (plain := clean(line)))


def _seconds(fields: Sequence[str | None]) -> float:
    sign, hours, minutes, seconds, fraction = fields
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    total = whole + float(f"0.{fraction or 0}")
    return -total if sign else total


def _clock(time_s: float, point: str) -> str:
    milliseconds = round(time_s * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"
