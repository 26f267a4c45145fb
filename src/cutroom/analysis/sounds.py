"""Listen to a recording once: levels, silences, speech, applause and laughter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis import laughter
from cutroom.analysis.facts import SoundEventKind, SoundFacts
from cutroom.core.progress import Progress, ignore_progress
from cutroom.media.audio import Pcm
from cutroom.media.loudness import coarser, levels
from cutroom.media.silence import find_background, find_silences
from cutroom.media.span import Span

#: How a voice is found: by level alone, or by the neural detector that comes with the speech recogniser.
Detector = Literal["level", "neural"]

_FINE_S = 0.01
_BLOCK_S = 30.0
#: What the neural detector hears at once; its state starts anew after each, which costs it nothing measurable.
_HEARD_AT_ONCE_S = 300.0


def listen(pcm: Pcm, *, detector: Detector = "level", progress: Progress = ignore_progress) -> SoundFacts:
    """Measure how a recording sounds.

    The samples pass through in blocks; what stays in memory is 100 levels a second.

    Args:
        pcm: Mono, 16 kHz.
        detector: ``level`` takes everything above the background for speech. ``neural`` also tells speech from music
            and noise, at twice the time.
    """
    fine: list[NDArray[np.float32]] = []
    textures: list[laughter.Texture] = []
    heard = 0
    for block in pcm.blocks(_BLOCK_S):
        fine.append(levels(block, pcm.rate, _FINE_S))
        textures.append(laughter.describe(block, pcm.rate))
        heard += block.size
        progress(min(1.0, heard / max(1, pcm.samples)))
    level_db = _joined(fine)
    background = find_background(level_db)
    silences = find_silences(level_db, _FINE_S, background.threshold_db)
    steps_db = coarser(level_db, round(laughter.HOP_S / _FINE_S))
    texture = laughter.Texture(_joined(t.flatness_db for t in textures), _joined(t.pitch for t in textures))
    events = laughter.find_events(steps_db, texture, background.threshold_db)
    if detector == "neural":
        speech = find_voice(pcm)
    else:
        applause = [event.span for event in events if event.kind is SoundEventKind.APPLAUSE]
        speech = speech_between(silences, applause, pcm.duration_s)
    return SoundFacts(
        hop_s=laughter.HOP_S,
        level_db=tuple(np.round(steps_db.astype(np.float64), 1).tolist()),
        noise_floor_db=round(background.floor_db, 1),
        threshold_db=round(background.threshold_db, 1),
        silences=silences,
        speech=speech,
        events=events,
    )


def speech_between(silences: Iterable[Span], applause: Iterable[Span], duration_s: float) -> tuple[Span, ...]:
    """Take what lies between silences and applause for speech, from 0.1 s on."""
    found: list[Span] = []
    clock_s = 0.0
    for gap in [*sorted([*silences, *applause]), Span(duration_s, duration_s)]:
        if gap.start_s - clock_s >= 0.1:
            found.append(Span(clock_s, gap.start_s))
        clock_s = max(clock_s, gap.end_s)
    return tuple(found)


def find_voice(pcm: Pcm) -> tuple[Span, ...]:
    """Find speech with a neural detector, in order.

    Source: Silero VAD v6, as packed with faster-whisper.
    """
    # Imported late: it takes longer than everything else here, and most runs do not ask for it.
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=200, speech_pad_ms=30)
    found: list[Span] = []
    start = 0
    for samples in pcm.blocks(_HEARD_AT_ONCE_S):
        for voice in get_speech_timestamps(samples, options, sampling_rate=pcm.rate):
            span = Span((start + voice["start"]) / pcm.rate, (start + voice["end"]) / pcm.rate)
            if found and span.start_s - found[-1].end_s < 0.05:
                span = Span(found.pop().start_s, span.end_s)
            found.append(span)
        start += samples.size
    return tuple(found)


def _joined(parts: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    blocks = list(parts)
    return np.concatenate(blocks) if blocks else np.empty(0, np.float32)
