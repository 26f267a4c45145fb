"""Ask a provider for a sign of life."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cutroom.core.errors import CutroomError
from cutroom.core.settings import Settings
from cutroom.media.audio import Pcm
from cutroom.providers import registry

#: Whoever asks waits no longer; a provider that is slower than this is not one to work with.
PATIENCE_S = 60.0
_RATE = 16_000


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it.

    Attributes:
        message: What is wrong and what to do, or that it answered.
    """

    works: bool
    message: str
    took_s: float


async def check_provider(capability: str, choice: str, settings: Settings) -> Checked:
    """Load a provider and have it do as little as it can; what it needs may be fetched by that.

    Args:
        choice: ``provider`` or ``provider/model``.
    """
    started, works = time.monotonic(), False
    try:
        message = await asyncio.wait_for(asyncio.to_thread(_try, capability, choice, settings), PATIENCE_S)
        works = True
    except CutroomError as error:
        message = str(error)
    except TimeoutError:
        message = f"{choice} did not answer within {PATIENCE_S:.0f} s."
    return Checked(works, message, time.monotonic() - started)


def _try(capability: str, choice: str, settings: Settings) -> str:
    if choice in {"none", "auto"}:
        return f"{choice} asks nobody." if choice == "none" else "It is chosen anew for every run."
    name, model = registry.split(choice)
    provider = registry.load(capability, name)(settings, model)
    use = _USES.get(capability)
    if use is None:
        return f"{choice} is here."
    use(provider)
    return f"{choice} answered."


class _Answer(BaseModel):
    """What a language model is asked for."""

    ready: bool


def _hear(provider: Any) -> None:  # noqa: ANN401 - the registry has no type for it
    with tempfile.TemporaryDirectory(prefix="cutroom-") as folder:
        path = Path(folder) / "silence.s16"
        path.write_bytes(bytes(2 * _RATE))
        provider.transcribe(Pcm(path, _RATE, _RATE))


def _ask(provider: Any) -> None:  # noqa: ANN401
    provider.answer("Say that you are ready.", "Are you ready?", _Answer)


def _embed(provider: Any) -> None:  # noqa: ANN401
    provider.embed(["ready"])


#: The others are tried by loading them.
_USES: dict[str, Callable[[Any], None]] = {"speech_to_text": _hear, "language_model": _ask, "embedding": _embed}
