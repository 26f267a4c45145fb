"""Gather the facts of a recording, each kept by content so that a second run reads it back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis import versions
from cutroom.analysis.closer import look_closer
from cutroom.analysis.facts import Outline, PictureFacts, SoundFacts
from cutroom.analysis.loading import (
    NO_PICTURE,
    NO_SOUND,
    NO_TRANSCRIPT,
    choose_ocr,
    load_embedding,
    load_faces,
    load_ocr,
    load_recogniser,
)
from cutroom.analysis.pictures import look
from cutroom.analysis.sounds import listen
from cutroom.analysis.topics import outline
from cutroom.analysis.transcripts import import_subtitles, transcribe
from cutroom.core.errors import InvalidInput, UnsupportedMedia
from cutroom.core.files import sha256_of
from cutroom.core.progress import Reporter
from cutroom.core.settings import Settings
from cutroom.jobs.results import Results, Stage
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.info import MediaInfo
from cutroom.media.probe import probe
from cutroom.media.span import Span
from cutroom.media.transcript import Transcript
from cutroom.pipelines.request import HighlightsRequest
from cutroom.providers.embedding import Embedding

PROBE = Stage("probe", versions.PROBE)
SOUND = Stage("sound", versions.SOUND)
PCM = Stage("pcm", versions.PCM)
TRANSCRIPT = Stage("transcript", versions.TRANSCRIPT)
IMPORT = Stage("import", versions.IMPORT)
PICTURE = Stage("picture", versions.PICTURE)
CLOSER = Stage("closer", versions.CLOSER)
VECTORS = Stage("vectors", versions.VECTORS)
OUTLINE = Stage("outline", versions.OUTLINE)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was measured of one recording; ``transcript`` is empty without speech."""

    info: MediaInfo
    sounds: SoundFacts
    transcript: Transcript
    picture: PictureFacts
    outline: Outline


def gather_facts(request: HighlightsRequest, results: Results, settings: Settings, reporter: Reporter) -> Facts:
    """Measure a recording.

    Raises:
        CutroomError: One clear sentence when the recording or a provider cannot be used.
    """
    with reporter.stage("Probe"):
        info = probe_once(request.source, results)
    for sentence in info.notes:
        reporter.note(sentence)
    if not info.audio and info.video is None:
        raise UnsupportedMedia(f"{request.source.name} holds neither picture nor sound.")
    pcm, sounds = None, NO_SOUND
    if info.audio:
        with reporter.stage("Decode sound") as progress:
            path = results.file(
                PCM,
                {"source": info.sha256, "stream": info.audio[0].index, "rate": versions.PCM_RATE},
                ".s16",
                lambda part: decode_audio(request.source, info, part, rate=versions.PCM_RATE, progress=progress),
            )
            pcm = Pcm(path, versions.PCM_RATE, path.stat().st_size // 2)
        with reporter.stage("Listen") as progress:
            audible = pcm
            sounds = results.value(
                SOUND, {"source": info.sha256}, SoundFacts, lambda: listen(audible, progress=progress)
            )
    transcript = _transcript(request, info, pcm, sounds, results, settings, reporter)
    picture = _picture(request.source, info, results, settings, reporter)
    embedding = load_embedding(settings.embedding, settings, reporter.note)
    with reporter.stage("Find topics"):
        topics = results.value(
            OUTLINE,
            {"transcript": transcript, "silences": sounds.silences, "slides": picture.slides, "by": embedding.name},
            Outline,
            lambda: outline(
                transcript,
                sounds.silences,
                picture.slides,
                embedding,
                language=transcript.language,
                vectors=embed_sentences(transcript, embedding, results),
            ),
        )
    return Facts(info, sounds, transcript, picture, topics)


def look_at_clips(
    facts: Facts,
    spans: Sequence[Span],
    request: HighlightsRequest,
    results: Results,
    settings: Settings,
    reporter: Reporter,
) -> Facts:
    """Look again, closer, at what clips will show: their framing depends on it."""
    info = facts.info
    if info.video is None or not spans:
        return facts
    with reporter.stage("Look closer") as progress:
        picture = results.value(
            CLOSER,
            {"source": info.sha256, "picture": facts.picture, "spans": spans, "faces": settings.face_detection},
            PictureFacts,
            lambda: look_closer(
                request.source,
                info,
                facts.picture,
                spans,
                faces=load_faces(settings.face_detection, settings),
                progress=progress,
            ),
        )
    return replace(facts, picture=picture)


def probe_once(source: Path, results: Results) -> MediaInfo:
    """Probe a file, or read back what the probe said while the file is the same."""
    try:
        state = source.stat()
    except OSError:
        return probe(source)  # says in one sentence what is wrong with it
    identity = {
        "path": os.fsencode(source.absolute()).hex(),  # a name need not be text
        "size": state.st_size,
        "modified": state.st_mtime_ns,
        "inode": state.st_ino,
    }
    return results.value(PROBE, identity, MediaInfo, lambda: probe(source))


def embed_sentences(transcript: Transcript, embedding: Embedding, results: Results) -> NDArray[np.float32]:
    """Embed what is said, once for the topics and for every question.

    Returns:
        Shape (sentences, dimensions).
    """
    texts = [sentence.text for sentence in transcript.sentences]
    kept = results.file(
        VECTORS, {"texts": texts, "by": embedding.name}, ".npy", lambda part: np.save(part, embedding.embed(texts))
    )
    vectors: NDArray[np.float32] = np.load(kept)
    return vectors


def _transcript(
    request: HighlightsRequest,
    info: MediaInfo,
    pcm: Pcm | None,
    sounds: SoundFacts,
    results: Results,
    settings: Settings,
    reporter: Reporter,
) -> Transcript:
    if request.transcript is not None:
        subtitles = request.transcript
        with reporter.stage("Read transcript"):
            if not subtitles.is_file():
                raise InvalidInput(f"{subtitles} is not a file: give an SRT or VTT file with --transcript.")
            inputs = {"file": sha256_of(subtitles), "suffix": subtitles.suffix.lower(), "language": request.language}
            return results.value(
                IMPORT,
                {**inputs, "duration": info.duration_s},
                Transcript,
                lambda: import_subtitles(subtitles, info.duration_s, request.language),
            )
    if pcm is None:
        return NO_TRANSCRIPT
    with reporter.stage("Recognise speech") as progress:
        return results.value(
            TRANSCRIPT,
            {"source": info.sha256, "silences": sounds.silences, "by": request.speech, "language": request.language},
            Transcript,
            lambda: transcribe(
                pcm,
                load_recogniser(request.speech, settings),
                language=request.language,
                silences=sounds.silences,
                progress=progress,
            ),
        )


def _picture(source: Path, info: MediaInfo, results: Results, settings: Settings, reporter: Reporter) -> PictureFacts:
    if info.video is None:
        return NO_PICTURE
    faces, ocr = settings.face_detection, choose_ocr(settings)
    with reporter.stage("Look at the picture") as progress:
        return results.value(
            PICTURE,
            {"source": info.sha256, "faces": faces, "ocr": ocr},
            PictureFacts,
            lambda: look(
                source,
                info,
                faces=load_faces(faces, settings),
                ocr=load_ocr(ocr, settings),
                progress=progress,
            ),
        )
