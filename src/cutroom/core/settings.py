"""Settings: read once from the environment (``CUTROOM_…``), with a default that needs nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a person may change without touching code.

    Attributes:
        data_dir: Where joined model weights and other things made once are kept.
        models_dir: A folder searched first for model weights, by hash.
        ffmpeg: The program to use; found by itself when unset.
        sandbox: ``required`` refuses to run ffmpeg without it, ``off`` is for diagnosis only.
        offline: Never fetch a model from a hub.
        speech_to_text: A provider, or ``provider/model``.
        ocr: A provider; ``auto`` reads slides when ``cutroom[ocr]`` is installed.
        language_model: A provider, ``provider/model``, or ``none``.
        openai_base_url: Any server that speaks the same protocol.
        max_duration_s: Longer recordings are refused.
        debug: Show where a fault of Cutroom itself happened.
    """

    model_config = SettingsConfigDict(env_prefix="CUTROOM_", extra="ignore")

    data_dir: Path = Path(platformdirs.user_data_dir("cutroom"))
    models_dir: Path | None = None
    ffmpeg: Path | None = None
    sandbox: Literal["auto", "required", "off"] = "auto"
    offline: bool = False
    speech_to_text: str = "faster_whisper/base"
    text_to_speech: str = "hibari"
    embedding: str = "minilm"
    face_detection: str = "yunet"
    ocr: str = "auto"
    language_model: str = "none"
    openai_base_url: str = "https://api.openai.com/v1"
    openai_api_key: SecretStr | None = None
    anthropic_base_url: str = "https://api.anthropic.com"
    anthropic_api_key: SecretStr | None = None
    gemini_base_url: str = "https://generativelanguage.googleapis.com"
    gemini_api_key: SecretStr | None = None
    ollama_base_url: str = "http://127.0.0.1:11434"
    hub_base_url: str = "https://huggingface.co"
    max_duration_s: float = 12 * 3600.0
    debug: bool = False


@cache
def get_settings() -> Settings:
    """Read the settings, once for the process."""
    return Settings()
