"""Describe a run in the schema of ``result.json``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from cutroom import __version__
from cutroom.analysis.facts import Highlight
from cutroom.core.text import well_formed
from cutroom.edit.selection import Selection
from cutroom.media.geometry import Rect
from cutroom.media.timeline import Layout
from cutroom.media.transcript import Transcript
from cutroom.pipelines import result as schema
from cutroom.pipelines.facts import Facts
from cutroom.pipelines.planning import Plan
from cutroom.render.clip import Rendition

Status = Literal["finished", "interrupted", "failed", "candidates"]

#: Enough to see why; a whole sentence can be a minute long.
_QUOTE = 300


def describe(
    name: str,
    facts: Facts,
    selection: Selection,
    clips: Sequence[schema.Clip],
    failures: Sequence[schema.Failure],
    exports: Sequence[str],
    notes: Sequence[str],
    status: Status,
) -> schema.HighlightsResult:
    """Put everything that one run found, decided and made into the schema.

    Args:
        name: Of the recording's file.
    """
    info, outline, transcript = facts.info, facts.outline, facts.transcript
    chosen = [(highlight, None) for highlight in selection.accepted]
    return schema.HighlightsResult(
        cutroom=__version__,
        status=status,
        source=schema.Source(
            name=well_formed(name),
            sha256=info.sha256,
            size_bytes=info.size_bytes,
            duration_s=info.duration_s,
            container=info.container,
            width=info.video.width if info.video else None,
            height=info.video.height if info.video else None,
            rate=str(info.video.rate) if info.video else None,
            audio_tracks=len(info.audio),
            notes=list(info.notes),
        ),
        language=transcript.language if transcript.words else None,
        transcript=transcript.source if transcript.words else None,
        words=len(transcript.words),
        shots=len(facts.picture.shots),
        slides=len(facts.picture.slides),
        topics=[
            schema.Topic(start_s=t.span.start_s, end_s=t.span.end_s, title=t.title, keywords=list(t.keywords))
            for t in outline.topics
        ],
        chapters=[schema.Chapter(start_s=c.span.start_s, end_s=c.span.end_s, title=c.title) for c in outline.chapters],
        candidates=[_describe_candidate(h, why, facts) for h, why in [*chosen, *selection.rejected]],
        clips=list(clips),
        failures=list(failures),
        exports=list(exports),
        notes=list(notes),
    )


def describe_clip(rank: int, plan: Plan, rendition: Rendition, name: str, subtitles: Sequence[str]) -> schema.Clip:
    """Describe a finished clip."""
    highlight, timeline = plan.highlight, plan.timeline
    return schema.Clip(
        rank=rank,
        file=f"{name}.mp4",
        poster=f"{name}.jpg",
        srt=next((file for file in subtitles if file.endswith(".srt")), None),
        vtt=next((file for file in subtitles if file.endswith(".vtt")), None),
        title=highlight.title,
        score=highlight.score,
        start_s=highlight.span.start_s,
        end_s=highlight.span.end_s,
        duration_s=float(rendition.duration_s),
        width=timeline.width,
        height=timeline.height,
        rate=str(timeline.rate),
        size_bytes=rendition.size_bytes,
        sha256=rendition.sha256,
        loudness_lufs=finite(rendition.loudness_lufs),
        peak_dbtp=finite(rendition.peak_dbtp),
        cuts=[
            schema.Cut(start_s=cut.span.start_s, end_s=cut.span.end_s, reason=cut.reason, text=cut.text)
            for cut in plan.tightened.cuts
        ],
        crops=[
            crop
            for framing in plan.framings
            for crop in describe_crops(framing.span.start_s, framing.span.end_s, framing.layout)
        ],
    )


def describe_crops(start_s: float, end_s: float, layout: Layout) -> list[schema.Crop]:
    """Describe how a stretch of the source is composed, placement by placement."""
    return [
        schema.Crop(
            start_s=start_s,
            end_s=end_s,
            source=_box(placement.source),
            target=_box(placement.target),
            fit=placement.fit,
            background=layout.background,
        )
        for placement in layout.placements
    ]


def read_result(path: Path) -> schema.HighlightsResult | None:
    """Read what an earlier run wrote; ``None`` when there is none that can be read."""
    try:
        return schema.HighlightsResult.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def files_of(result: schema.HighlightsResult | None) -> set[str]:
    """Name the clips' files that a result speaks of."""
    clips = result.clips if result else []
    return {name for clip in clips for name in (clip.file, clip.poster, clip.srt, clip.vtt) if name}


def _describe_candidate(highlight: Highlight, why: str | None, facts: Facts) -> schema.Candidate:
    transcript = facts.transcript
    topic = None if highlight.topic is None else facts.outline.topics[highlight.topic].title
    return schema.Candidate(
        start_s=highlight.span.start_s,
        end_s=highlight.span.end_s,
        score=highlight.score,
        title=highlight.title,
        topic=topic,
        proposed_by=highlight.source,
        parts=[
            schema.ScorePart(
                name=part.name,
                value=part.value,
                percentile=part.percentile,
                weight=part.weight,
                reason=part.reason,
                sentences=[_quote(transcript, index) for index in part.sentences],
            )
            for part in highlight.parts
        ],
        text=" ".join(sentence.text for sentence in transcript.sentences[highlight.first : highlight.stop]),
        accepted=why is None,
        why_not=why,
    )


def _quote(transcript: Transcript, index: int) -> str:
    text = transcript.sentences[index].text
    return text if len(text) <= _QUOTE else f"{text[: _QUOTE - 1]}…"


def _box(rect: Rect) -> schema.Box:
    return schema.Box(x=rect.x, y=rect.y, width=rect.width, height=rect.height)


def finite(value: float) -> float | None:
    """Leave out what JSON has no number for: the loudness of silence."""
    return value if abs(value) != float("inf") else None
