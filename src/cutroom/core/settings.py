"""Settings: read once from the environment (``CUTROOM_…``), with a default that needs nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr
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
        database_url: SQLite in ``data_dir`` when unset; ``postgresql://user@host/name`` for a server.
        storage: ``local`` keeps media in ``data_dir``; ``s3://bucket/prefix`` keeps them in an object store.
        s3_endpoint: The object store's address, where it is not the one that its region names.
        s3_public_endpoint: The same store as browsers reach it, which then download from it directly.
        broker_url: ``redis://…`` or ``amqp://…`` to wake workers through Celery; unset, they look themselves.
        url: How people reach the web server; links in answers start with it.
        host: The address that the web server listens on.
        port: The port that it listens on.
        import_roots: Folders of the server, separated by ``:``, whose recordings an administrator may add by path;
            the home folder when unset. Hidden files and folders never.
        egress_allow: Servers of one's own that links and webhooks may reach although they are not on the public
            internet: ``name:port``, ``address:port`` or networks, separated by commas.
        mail: ``outbox`` writes mails into ``data_dir``; ``smtp://user@host:587`` sends them.
        mail_from: Whom they come from; ``cutroom@`` and the host of ``url`` when unset.
        redis_url: ``redis://…`` for answers that all processes keep together; unset, each keeps its own for 2 s.
        sentry_dsn: Where faults are reported besides the log.
        otel: Send traces where the ``OTEL_…`` variables say.
        session_idle_hours: A browser that is not used so long is signed out; after thirty days it is in any case.
        oidc_issuer: An OpenID Connect provider that people may sign in at, exactly as it names itself.
        oidc_client_id: What the provider knows this instance as.
        oidc_client_secret: Its password there; unset for a public client.
        oidc_name: What people know the provider as.
        oidc_sign_up: Whether people whom nobody invited may come in through it, to watch.
        secret_key: Signs links; made and kept in ``data_dir`` when unset. The same on every machine of one instance.
        encryption_keys: Seal the secrets that are kept, each 32 bytes in base 64, separated by commas; the first is in
            use, the others open what is older. Made and kept in ``data_dir`` when unset; the same on every machine.
        trusted_proxies: How many proxies stand in front of the server, or the networks that they are in, separated by
            commas; one on this machine when unset.
        limit_reads: Requests that an account, or an address without one, may send a minute; 0 for any number.
        limit_writes: The same for requests that change something.
        limit_heavy: The same for those that take much work.
        spare_loopback: Whether this machine's own requests are not counted.
        beat_s: How often a worker says that it is alive, and hears that a run was cancelled.
        lease_s: How long a worker may stay silent before its steps are given to another.
        free_space: Below this share of a disk that is free, no new work starts there.
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
    database_url: str | None = None
    storage: str = "local"
    s3_endpoint: str | None = None
    s3_public_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    broker_url: SecretStr | None = None
    url: str | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8400, ge=0, le=65535)
    import_roots: str | None = None
    egress_allow: str = ""
    mail: str = "outbox"
    mail_from: str | None = None
    mail_password: SecretStr | None = None
    redis_url: SecretStr | None = None
    sentry_dsn: SecretStr | None = None
    otel: bool = False
    secret_key: SecretStr | None = None
    session_idle_hours: int = Field(default=168, ge=1)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "Single sign-on"
    oidc_sign_up: bool = False
    encryption_keys: SecretStr | None = None
    trusted_proxies: str | None = None
    limit_reads: int = Field(default=3000, ge=0)
    limit_writes: int = Field(default=600, ge=0)
    limit_heavy: int = Field(default=120, ge=0)
    spare_loopback: bool = False
    beat_s: float = Field(default=1.0, gt=0)
    lease_s: float = Field(default=15.0, gt=0)
    free_space: float = Field(default=0.05, ge=0, lt=1)

    @property
    def session_idle(self) -> timedelta:
        """How long a browser stays signed in that is not used."""
        return timedelta(hours=self.session_idle_hours)


@cache
def get_settings() -> Settings:
    """Read the settings, once for the process."""
    return Settings()
