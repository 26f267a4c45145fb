"""OpenAI's chat protocol, as its own service and many local servers speak it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from cutroom.core.http import RequestRefused, Server
from cutroom.core.settings import Settings
from cutroom.providers.language_model import AnswerCut, AnswerRefused
from cutroom.providers.language_model.answering import (
    LIMITS,
    LONGEST_ANSWER,
    Client,
    Prompt,
    connector,
    reading,
)

#: How the shape is asked for, the strictest way first; servers differ in which they take.
_WAYS: Final = ("json_schema", "json_object", "prompt")
#: Refusals that another way of asking does not mend.
_FINAL: Final = frozenset({"context_length_exceeded", "model_not_found", "invalid_api_key", "content_policy_violation"})


class OpenAI(Client):
    """A client of ``/chat/completions``."""

    provider = "openai"
    models_path = "/models"

    def __init__(self, connect: Callable[[], Server], model: str | None, *, official: bool) -> None:
        super().__init__(connect, model)
        self._way = 0
        # The service renamed the field and refuses the old one for newer models; others know only the old one.
        self._official = official

    def _names_in(self, listed: Any) -> list[str]:  # noqa: ANN401 - foreign JSON
        return [str(item["id"]) for item in listed["data"]]

    def _ask(self, server: Server, model: str, prompt: Prompt) -> str:
        while True:
            try:
                reply = server.ask("POST", "/chat/completions", json=self._body(model, prompt)).json()
            except RequestRefused as error:
                # Which way a server takes is learnt once, from its own refusal.
                if error.answer_status not in {400, 422} or error.code in _FINAL or self._way + 1 == len(_WAYS):
                    raise
                self._way += 1
            else:
                with reading(server):
                    return _text(reply)

    def _body(self, model: str, prompt: Prompt) -> dict[str, Any]:
        turns = [{"role": role, "content": text} for role, text in prompt.turns]
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": "system", "content": prompt.system}, *turns],
        }
        if self._official:
            body["max_completion_tokens"] = LONGEST_ANSWER
        else:
            body |= {"max_tokens": LONGEST_ANSWER, "temperature": 0}
        match _WAYS[self._way]:
            case "json_schema":
                shape = {"name": "answer", "strict": True, "schema": prompt.schema}
                body["response_format"] = {"type": "json_schema", "json_schema": shape}
            case "json_object":
                body["response_format"] = {"type": "json_object"}
        return body


def _text(reply: Any) -> str:  # noqa: ANN401 - foreign JSON
    choice = reply["choices"][0]
    message = choice["message"]
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        raise AnswerRefused("The language model would not answer: try another one.")
    if choice.get("finish_reason") == "length":
        raise AnswerCut("The language model's answer was cut at its limit of length: try another one.")
    return str(message.get("content") or "")


def create(settings: Settings, model: str | None) -> OpenAI:
    """Make a client from the settings; a key is only needed where the server asks for one."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    name, secrets = "the language model server", [key] if key else []
    connect = connector(partial(Server, name, settings.openai_base_url, headers, secrets, LIMITS))
    return OpenAI(connect, model, official=urlsplit(settings.openai_base_url).hostname == "api.openai.com")
