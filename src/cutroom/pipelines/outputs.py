"""Write what a person takes away: transcripts, chapters, clips' subtitles and the result."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from cutroom.analysis.facts import Chapter
from cutroom.core.files import write_whole
from cutroom.media.subtitles import Cue, cues_of, write_srt, write_vtt
from cutroom.media.timeline import CaptionWord, Timeline
from cutroom.media.transcript import Transcript, Word


def write_transcript(transcript: Transcript, out: Path) -> list[str]:
    """Write ``transcript.json``, ``.srt``, ``.vtt`` and ``.txt``; nothing when nobody speaks.

    Returns:
        The names of the files written.
    """
    if not transcript.words:
        return []
    cues = cues_of(transcript.words, transcript.language)
    content: dict[str, str | bytes] = {
        "transcript.json": TypeAdapter(Transcript).dump_json(transcript, indent=1),
        "transcript.srt": write_srt(cues),
        "transcript.vtt": write_vtt(cues),
        "transcript.txt": "".join(f"{sentence.text}\n" for sentence in transcript.sentences),
    }
    return _write_all(content, out)


def write_chapters(chapters: Sequence[Chapter], out: Path) -> list[str]:
    """Write ``chapters.json`` and ``chapters.txt``, the latter in the form that video sites read.

    Returns:
        The names of the files written.
    """
    if not chapters:
        return []
    rows = [{"start_s": c.span.start_s, "end_s": c.span.end_s, "title": c.title} for c in chapters]
    # A site takes a list of chapters only when the first is at 0:00.
    starts = [0.0, *(chapter.span.start_s for chapter in chapters[1:])]
    lines = [f"{clock(start)} {chapter.title}\n" for start, chapter in zip(starts, chapters, strict=True)]
    content = {"chapters.json": json.dumps(rows, ensure_ascii=False, indent=1), "chapters.txt": "".join(lines)}
    return _write_all(content, out)


def write_clip_subtitles(words: Sequence[CaptionWord], timeline: Timeline, language: str, stem: Path) -> list[str]:
    """Write a clip's own SRT and VTT, in the time of its file.

    Returns:
        The names of the files written; none when nothing is said.
    """
    if not words:
        return []
    texts = subtitles_of(words, timeline, language)
    return _write_all({f"{stem.name}{suffix}": text for suffix, text in texts.items()}, stem.parent)


def subtitles_of(words: Sequence[CaptionWord], timeline: Timeline, language: str) -> dict[str, str]:
    """Write a clip's subtitles, by the ending of their files' names; an intro comes before the first word.

    Args:
        words: In the clip's frames.
    """
    before, rate = timeline.intro_duration, timeline.rate
    edges = ((word.text, before + word.start, before + word.start + word.duration) for word in words)
    spoken = [Word(text, float(start / rate), float(stop / rate)) for text, start, stop in edges]
    # The last one would stand over an outro else.
    cues: list[Cue] = cues_of(spoken, language, until_s=float((before + timeline.duration) / rate))
    return {".srt": write_srt(cues), ".vtt": write_vtt(cues)}


def clock(time_s: float) -> str:
    """Write a moment as ``1:02:03`` or ``2:03``."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def remove_stale(out: Path, before: Iterable[str], now: Iterable[str]) -> None:
    """Remove files that an earlier run wrote and this one did not."""
    for name in set(before) - set(now):
        if Path(name).name == name:
            (out / name).unlink(missing_ok=True)


def _write_all(content: Mapping[str, str | bytes], folder: Path) -> list[str]:
    for name, data in content.items():
        write_whole(folder / name, data)
    return list(content)
