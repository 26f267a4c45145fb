"""Propose stretches of a recording without speech, by what is seen and heard."""

from __future__ import annotations

import numpy as np

from cutroom.analysis.facts import Highlight, PictureFacts, ScorePart, SoundFacts
from cutroom.analysis.scores import Values, percentiles
from cutroom.media.span import Span

_MOST = 60
_SAME = 0.5
#: Candidate starts are no nearer than this, seconds.
_STEP_S = 2.0
_WEIGHTS = {"loudness": 0.4, "motion": 0.4, "cuts": 0.2}
_REASONS = {"loudness": "the sound rises here", "motion": "much moves here", "cuts": "many shots in short time"}


def propose_from_signals(
    sounds: SoundFacts, picture: PictureFacts | None, *, duration_s: float, min_s: float, max_s: float
) -> tuple[Highlight, ...]:
    """Propose stretches that begin where a shot or a sound begins, best first.

    Args:
        duration_s: Of the recording; a shorter one than ``min_s`` is proposed whole.
        min_s: Seconds at least.
        max_s: Seconds at most.

    Returns:
        At most 60 with ``source`` ``signal``; none of an empty recording.
    """
    if duration_s <= 0:
        return ()
    spans = _windows(sounds, picture, duration_s, min_s, max_s)
    measured = {name: values for name, values in _measure(sounds, picture, spans).items() if np.ptp(values) > 1e-9}
    whole = sum(_WEIGHTS[name] for name in measured)
    ranks = {name: percentiles(values) for name, values in measured.items()}
    scores = sum((_WEIGHTS[name] / whole * rank for name, rank in ranks.items()), np.zeros(len(spans)))
    if not measured:
        scores = np.full(len(spans), 0.5)
    highlights: list[Highlight] = []
    for window in np.argsort(-scores, kind="stable").tolist():
        span = spans[window]
        if any(span.overlap_s(h.span) > _SAME * min(span.duration_s, h.span.duration_s) for h in highlights):
            continue
        parts = tuple(
            ScorePart(
                name,
                round(float(measured[name][window]), 3),
                round(float(rank[window]), 3),
                round(_WEIGHTS[name] / whole, 4),
                (),
                _REASONS[name],
            )
            for name, rank in ranks.items()
        )
        title = f"Scene at {int(span.start_s) // 60}:{int(span.start_s) % 60:02d}"
        highlights.append(Highlight(span, 0, 0, round(100 * float(scores[window]), 1), parts, None, title, "signal"))
        if len(highlights) == _MOST:
            break
    return tuple(highlights)


def _windows(
    sounds: SoundFacts, picture: PictureFacts | None, duration_s: float, min_s: float, max_s: float
) -> list[Span]:
    """Lay windows from each beginning to the later ones that fit."""
    if duration_s <= min_s:
        return [Span(0.0, duration_s)]
    shots = [shot.span.start_s for shot in picture.shots] if picture else []
    sounding = [silence.end_s for silence in sounds.silences if silence.end_s < duration_s]
    edges: list[float] = []
    for edge in sorted({0.0, *shots, *sounding}):
        if not edges or edge - edges[-1] >= _STEP_S:
            edges.append(edge)
    # A single long shot without a pause offers no beginning: any will do.
    if len(edges) < 3:
        edges = np.arange(0.0, duration_s, max(_STEP_S, min_s / 2)).tolist()
    spans = []
    for start_s in edges:
        ends = {edge for edge in (*edges, duration_s) if min_s <= edge - start_s <= max_s}
        if not ends and start_s + min_s <= duration_s:
            ends = {min(duration_s, start_s + (min_s + max_s) / 2)}
        # Three lengths tell enough apart; all of them would be thousands.
        ordered = sorted(ends)
        spans += [Span(start_s, ordered[k]) for k in sorted({0, len(ordered) // 2, len(ordered) - 1}) if ordered]
    return spans or [Span(0.0, min(duration_s, max_s))]


def _measure(sounds: SoundFacts, picture: PictureFacts | None, spans: list[Span]) -> dict[str, Values]:
    measured: dict[str, Values] = {}
    level = np.array(sounds.level_db)
    if level.size and level.max() > sounds.threshold_db:
        total = np.concatenate(([0.0], np.cumsum(np.maximum(level, sounds.threshold_db))))
        low = np.clip([int(span.start_s / sounds.hop_s) for span in spans], 0, level.size)
        high = np.clip([int(span.end_s / sounds.hop_s) for span in spans], 0, level.size)
        measured["loudness"] = (total[high] - total[low]) / np.maximum(high - low, 1)
    if picture and picture.shots:
        motion, cuts = np.zeros(len(spans)), np.zeros(len(spans))
        for index, span in enumerate(spans):
            for shot in picture.shots:
                motion[index] += shot.motion * shot.span.overlap_s(span)
                cuts[index] += span.contains(shot.span.start_s)
            motion[index] /= max(span.duration_s, 1e-9)
            cuts[index] /= max(span.duration_s, 1e-9)
        measured |= {"motion": motion, "cuts": cuts}
    return measured
