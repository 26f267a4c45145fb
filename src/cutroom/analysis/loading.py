"""The providers that analysis works with, loaded by name; what is not installed gives way with a sentence."""

from __future__ import annotations

from collections.abc import Callable

from cutroom.analysis.facts import PictureFacts, SoundFacts
from cutroom.core.errors import MissingCapability
from cutroom.core.settings import Settings
from cutroom.media.transcript import Transcript
from cutroom.providers import registry
from cutroom.providers.embedding import Embedding
from cutroom.providers.face_detection import FaceDetection
from cutroom.providers.language_model import LanguageModel
from cutroom.providers.ocr import Ocr
from cutroom.providers.speech_to_text import SpeechToText

#: The embedding that needs no weights.
PLAIN_EMBEDDING = "hashed"

#: What is known of a recording without sound, without speech and without picture.
NO_SOUND = SoundFacts(0.05, (), -120.0, -120.0, (), (), ())
NO_TRANSCRIPT = Transcript((), (), "und", "none")
NO_PICTURE = PictureFacts((), ())


def load_embedding(choice: str, settings: Settings, note: Callable[[str], None]) -> Embedding:
    """Load an embedding, or the one that needs no weights when those are absent.

    Args:
        choice: ``provider`` or ``provider/model``.
        note: Told why it gave way.
    """
    name, model = registry.split(choice)
    try:
        found: Embedding = registry.load("embedding", name)(settings, model)
    except MissingCapability as error:
        note(f"{error} Until then, words are compared instead of meanings.")
        found = registry.load("embedding", PLAIN_EMBEDDING)(settings, None)
    return found


def choose_ocr(settings: Settings) -> str:
    """Name the provider that reads slides; none when the setting leaves it open and none is installed."""
    if settings.ocr != "auto":
        return settings.ocr
    try:
        registry.load("ocr", "rapidocr")(settings, None)
    except MissingCapability:
        return "none"
    return "rapidocr"


def load_faces(name: str, settings: Settings) -> FaceDetection:
    """Load a face detector."""
    found: FaceDetection = registry.load("face_detection", name)(settings, None)
    return found


def load_ocr(name: str, settings: Settings) -> Ocr:
    """Load a reader of slides."""
    found: Ocr = registry.load("ocr", name)(settings, None)
    return found


def load_recogniser(choice: str, settings: Settings) -> SpeechToText:
    """Load a recogniser of speech, ``provider`` or ``provider/model``."""
    name, model = registry.split(choice)
    found: SpeechToText = registry.load("speech_to_text", name)(settings, model)
    return found


def load_language_model(choice: str, settings: Settings) -> LanguageModel:
    """Load a language model, ``provider`` or ``provider/model``."""
    name, model = registry.split(choice)
    found: LanguageModel = registry.load("language_model", name)(settings, model)
    return found
