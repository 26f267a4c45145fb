"""Whether memory grows with a recording's length: ten minutes of a lecture on slides against two hours of it.

Measured are the most that all processes together have resident, for all facts but recognition (the words are
imported), and for a clip cut from the recording's end.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks._material import clip_timeline, lecture, looped
from benchmarks._measure import peak_mb
from cutroom.core.progress import SilentReporter
from cutroom.core.settings import Settings
from cutroom.jobs.results import Results
from cutroom.media.span import Span
from cutroom.media.subtitles import Cue, write_vtt
from cutroom.media.timeline import Timeline
from cutroom.pipelines.facts import gather_facts
from cutroom.pipelines.request import HighlightsRequest
from cutroom.render.clip import render_clip

_LENGTHS = {"10_min": 600.0, "2_h": 7200.0}
#: What is repeated, of the sample lecture: slides with the camera beside them, seconds.
_REPEATED = Span(22.0, 121.0)
_STRETCHES = 2


def measure() -> dict[str, float | None]:
    """Measure both lengths, each in a process of its own."""
    source, _ = lecture()
    results: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory() as name:
        for length, duration_s in _LENGTHS.items():
            folder = Path(name) / length
            folder.mkdir()
            recording = looped(source, _REPEATED, folder / "recording.mp4", duration_s)
            words = folder / "words.vtt"
            words.write_text(write_vtt(_cues(duration_s)), encoding="utf-8")
            for job in ("facts", "clip"):
                command = [sys.executable, "-m", "benchmarks.memory", job, str(recording), str(words), str(duration_s)]
                results[f"{job}_{length}_mb"] = peak_mb(command)
    for job in ("facts", "clip"):
        short, long = (results[f"{job}_{length}_mb"] for length in _LENGTHS)
        results[f"{job}_2_h_over_10_min"] = round(long / short, 3) if short and long else None
    return results


def main() -> None:
    """Do the job that the arguments name, and nothing else, so that its memory can be measured."""
    job, recording, words, duration_s = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4])
    if job == "facts":
        request = HighlightsRequest(recording, recording.parent, transcript=words, language="en")
        gather_facts(request, Results(recording.parent / "kept"), Settings(ocr="none"), SilentReporter())
    else:
        timeline = _at_end(clip_timeline(_STRETCHES), recording, duration_s)
        render_clip(timeline, recording.with_name("clip.mp4"), scratch=recording.parent, threads=2)


def _cues(duration_s: float) -> list[Cue]:
    """Repeat what is said in the lecture as subtitles."""
    _, truth = lecture()
    said = [sentence for sentence in truth.transcript.sentences if sentence.end_s <= _REPEATED.end_s]
    return [
        Cue(sentence.start_s + shift_s, sentence.end_s + shift_s, sentence.text)
        for number in range(int(duration_s // _REPEATED.duration_s))
        for shift_s in [number * _REPEATED.duration_s - _REPEATED.start_s]
        for sentence in said
        if sentence.start_s >= _REPEATED.start_s
    ]


def _at_end(timeline: Timeline, recording: Path, duration_s: float) -> Timeline:
    """Cut the clip from the last minute."""
    media = replace(timeline.media[0], path=recording)
    later = round((duration_s - 60) * timeline.rate) - timeline.tracks[0].clips[0].source_start
    tracks = tuple(
        replace(track, clips=tuple(replace(clip, source_start=clip.source_start + later) for clip in track.clips))
        for track in timeline.tracks
    )
    return replace(timeline, media=(media,), tracks=tracks)


if __name__ == "__main__":
    main()
