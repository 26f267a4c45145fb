"""What speech recognition costs against the bare recogniser on the same sound, with the same model and settings.

Ours adds voice detection over blocks, the language from several places, repeated text heard again, and words settled
on silences. Models are loaded before.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel

from benchmarks._material import lecture
from benchmarks._measure import processor_s
from cutroom.analysis.sounds import listen
from cutroom.analysis.transcripts import transcribe
from cutroom.core.settings import Settings
from cutroom.media.audio import decode_audio
from cutroom.media.probe import probe
from cutroom.providers import registry
from cutroom.providers.weights import find_weights, whisper_weights

_WARM_UP_S = 12.0


def measure() -> dict[str, Any]:
    """Hear the sample lecture in both ways; processor seconds."""
    settings = Settings()
    name, model = registry.split(settings.speech_to_text)
    source, _ = lecture()
    with tempfile.TemporaryDirectory() as folder:
        pcm = decode_audio(source, probe(source), Path(folder) / "sound.s16")
        samples = pcm.read(0.0, pcm.duration_s)
        recogniser = registry.load("speech_to_text", name)(settings, model)
        bare: Any = BatchedInferencePipeline(
            WhisperModel(
                str(find_weights(whisper_weights("Systran/faster-whisper-base"), settings=settings)),
                compute_type="int8",
                cpu_threads=os.cpu_count() or 1,
            )
        )

        def hear_bare(until_s: float) -> int:
            segments, _ = bare.transcribe(
                samples[: round(until_s * pcm.rate)], batch_size=4, beam_size=5, word_timestamps=True
            )
            return sum(len(segment.words) for segment in segments)

        silences = listen(pcm).silences
        hear_bare(_WARM_UP_S)
        words: list[int] = []
        floor = processor_s(lambda: words.append(hear_bare(pcm.duration_s)))
        ours = processor_s(lambda: words.append(len(transcribe(pcm, recogniser, silences=silences).words)))
    return {
        "sound_s": round(pcm.duration_s, 1),
        "bare_cpu_s": round(floor, 2),
        "speech_cpu_over_bare": round(ours / floor, 3),
        "bare_words": words[0],
        "words": words[1],
    }
