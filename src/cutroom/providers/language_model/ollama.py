"""Ollama, on this machine or another."""

from __future__ import annotations

from functools import partial
from typing import Any

from cutroom.core.errors import MissingCapability, ProviderFailed
from cutroom.core.http import RequestRefused, Server
from cutroom.core.settings import Settings
from cutroom.providers.language_model import AnswerCut, AnswerUnusable
from cutroom.providers.language_model.answering import (
    LIMITS,
    LONGEST_ANSWER,
    Client,
    Prompt,
    connector,
    reading,
)

#: Few tokens are shorter than two characters, in any script that matters here; too small a context is cut in silence.
_CHARACTERS_PER_TOKEN = 2
_SMALLEST_CONTEXT = 4096
_LARGEST_CONTEXT = 32768


class Ollama(Client):
    """A client of ``/api/chat``."""

    provider = "ollama"
    models_path = "/api/tags"

    def _names_in(self, listed: Any) -> list[str]:  # noqa: ANN401 - foreign JSON
        return [str(item["name"]) for item in listed["models"]]

    def _ask(self, server: Server, model: str, prompt: Prompt) -> str:
        length = len(prompt.system) + sum(len(text) for _, text in prompt.turns)
        context = max(_SMALLEST_CONTEXT, min(_LARGEST_CONTEXT, length // _CHARACTERS_PER_TOKEN + LONGEST_ANSWER))
        turns = [{"role": role, "content": text} for role, text in prompt.turns]
        body = {
            "model": model,
            "messages": [{"role": "system", "content": prompt.system}, *turns],
            "stream": False,
            "format": prompt.schema,
            "options": {"temperature": 0, "num_ctx": context, "num_predict": LONGEST_ANSWER},
        }
        try:
            reply = server.ask("POST", "/api/chat", json=body).json()
        except RequestRefused as error:
            if error.answer_status == 404:
                raise MissingCapability(f"Ollama has no model '{model}': get it with 'ollama pull {model}'.") from error
            raise
        with reading(server):
            return _text(reply, context)


def _text(reply: Any, context: int) -> str:  # noqa: ANN401 - foreign JSON
    if "error" in reply:
        # Some failures come after the answer's status was sent.
        raise ProviderFailed(f"Ollama failed while it answered ('{str(reply['error'])[:200]}'): try again.")
    if reply.get("done_reason") == "length":
        raise AnswerCut("The language model's answer was cut at its limit of length: try another one.")
    if int(reply.get("prompt_eval_count") or 0) >= context:
        raise AnswerUnusable(f"The question was longer than the {context} tokens that Ollama was given.")
    return str(reply["message"]["content"])


def create(settings: Settings, model: str | None) -> Ollama:
    """Make a client from the settings."""
    return Ollama(connector(partial(Server, "Ollama", settings.ollama_base_url, limits=LIMITS)), model)
