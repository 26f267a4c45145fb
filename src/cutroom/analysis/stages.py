"""The facts of a recording, stage by stage.

What is missing is decided in a stage, not in a recipe: a recording without sound or picture passes through with
nothing heard or seen. Names of providers come in as arguments, so that a result depends on them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cutroom.analysis import versions
from cutroom.analysis.corrections import correct
from cutroom.analysis.facts import Outline, PictureFacts, SoundFacts
from cutroom.analysis.loading import (
    NO_PICTURE,
    NO_SOUND,
    NO_TRANSCRIPT,
    PLAIN_EMBEDDING,
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
from cutroom.core.errors import UnsupportedMedia
from cutroom.core.text import one_line
from cutroom.jobs.models import Queue
from cutroom.jobs.stages import Work, stage
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.correcting import Correction
from cutroom.media.info import MediaInfo
from cutroom.media.probe import probe
from cutroom.media.transcript import Transcript
from cutroom.providers.storage import StoredFile

#: The longest recording is 12 hours, and a small machine may take twice its length for what looks at every frame.
LONG_S: Final = 24 * 3600.0


@stage(version=versions.PROBE, queue=Queue.IO, share=0.003)
def probe_recording(work: Work, source: StoredFile, file_name: str) -> MediaInfo:
    """Find out what the recording is."""
    path = work.fetch(source)
    try:
        return probe(path)
    except UnsupportedMedia as error:
        # The person knows the recording by its own name, and not by where we keep it.
        said = str(error).replace(str(path.absolute()), path.name).replace(path.name, one_line(file_name))
        raise UnsupportedMedia(said) from error


@stage(version=1, queue=Queue.IO)
def measure_length(work: Work, info: MediaInfo, fresh: str) -> float:  # noqa: ARG001 - makes it run in every run
    """Measure how long there is to work.

    Args:
        fresh: Another in every run, so that each run is told.
    """
    work.measure(info.duration_s)
    return info.duration_s


@stage(version=1, queue=Queue.IO)
def pick_reader(work: Work, choice: str, fresh: str) -> str:  # noqa: ARG001 - asks anew in every run
    """Choose who reads slides.

    Args:
        choice: The setting, which may leave it open.
        fresh: Another in every run: what is installed may change between them.
    """
    return choose_ocr(work.settings.model_copy(update={"ocr": choice}))


@stage(version=1, queue=Queue.IO)
def pick_embedding(work: Work, choice: str, fresh: str) -> str:  # noqa: ARG001 - asks anew in every run
    """Choose who compares meanings.

    Args:
        choice: The setting, whose weights may not be here.
        fresh: Another in every run: what is installed may change between them.
    """
    notes: list[str] = []
    load_embedding(choice, work.settings, notes.append)
    for sentence in notes:
        work.note(sentence)
    return PLAIN_EMBEDDING if notes else choice


@stage(version=versions.PCM, share=0.004)
def decode_sound(work: Work, source: StoredFile, info: MediaInfo) -> StoredFile | None:
    """Decode the sound.

    Kept, though it can be made again: two hours take 230 MB and a quarter of a minute, and whoever recognises speech
    may be another machine, which then fetches a tenth of the recording.
    """
    if not info.audio:
        return None
    target = work.folder / "sound.s16"
    decode_audio(work.fetch(source), info, target, rate=versions.PCM_RATE, progress=work.progress)
    return work.keep(target)


@stage(version=versions.SOUND, share=0.01)
def listen_to_sound(work: Work, sound: StoredFile | None) -> SoundFacts:
    """Listen for silence, speech and laughter."""
    return NO_SOUND if sound is None else listen(_pcm(work, sound), progress=work.progress)


@stage(version=versions.TRANSCRIPT, queue=Queue.GPU, time_limit_s=LONG_S, share=0.15)
def transcribe_speech(
    work: Work, sound: StoredFile | None, sounds: SoundFacts, speech: str, language: str | None
) -> Transcript:
    """Recognise speech."""
    if sound is None:
        return NO_TRANSCRIPT
    pcm = _pcm(work, sound)
    recogniser = load_recogniser(speech, work.provider_settings())
    transcript = transcribe(pcm, recogniser, language=language, silences=sounds.silences, progress=work.progress)
    work.spend(f"{recogniser.name}: seconds", round(pcm.duration_s, 1))
    return transcript


@stage(version=1)
def correct_transcript(
    work: Work,  # noqa: ARG001 - every stage has one
    transcript: Transcript,
    corrections: tuple[Correction, ...],
) -> Transcript:
    """Write in what people corrected."""
    return correct(transcript, corrections)


@stage(version=versions.IMPORT)
def import_transcript(work: Work, info: MediaInfo, subtitles: str, language: str | None) -> Transcript:
    """Read the transcript."""
    path = work.folder / ("transcript.vtt" if subtitles.lstrip("\ufeff").startswith("WEBVTT") else "transcript.srt")
    path.write_text(subtitles, encoding="utf-8")
    return import_subtitles(path, info.duration_s, language)


@stage(version=versions.PICTURE, time_limit_s=LONG_S, share=0.05)
def look_at_picture(work: Work, source: StoredFile, info: MediaInfo, faces: str, ocr: str) -> PictureFacts:
    """Look at the picture."""
    if info.video is None:
        return NO_PICTURE
    return look(
        work.fetch(source),
        info,
        faces=load_faces(faces, work.settings),
        ocr=load_ocr(ocr, work.settings),
        progress=work.progress,
    )


@stage(version=versions.VECTORS, share=0.005)
def embed_speech(work: Work, transcript: Transcript, embedding: str) -> StoredFile:
    """Compare what sentences mean.

    Returns:
        NumPy's file of shape (sentences, dimensions).
    """
    texts = [sentence.text for sentence in transcript.sentences]
    target = work.folder / "vectors.npy"
    np.save(target, load_embedding(embedding, work.settings, work.note).embed(texts))
    return work.keep(target)


@stage(version=versions.OUTLINE, share=0.002)
def outline_talk(
    work: Work,
    transcript: Transcript,
    sounds: SoundFacts,
    picture: PictureFacts,
    embedding: str,
    vectors: StoredFile,
) -> Outline:
    """Find topics and chapters."""
    return outline(
        transcript,
        sounds.silences,
        picture.slides,
        load_embedding(embedding, work.settings, work.note),
        language=transcript.language,
        vectors=read_vectors(work, vectors),
    )


def read_vectors(work: Work, vectors: StoredFile) -> NDArray[np.float32]:
    """Read what :func:`embed_speech` kept."""
    found: NDArray[np.float32] = np.load(work.fetch(vectors), allow_pickle=False)
    return found


def _pcm(work: Work, sound: StoredFile) -> Pcm:
    return Pcm(work.fetch(sound), versions.PCM_RATE, sound.size_bytes // 2)


STAGES = (
    probe_recording,
    measure_length,
    pick_reader,
    pick_embedding,
    decode_sound,
    listen_to_sound,
    transcribe_speech,
    correct_transcript,
    import_transcript,
    look_at_picture,
    embed_speech,
    outline_talk,
)
