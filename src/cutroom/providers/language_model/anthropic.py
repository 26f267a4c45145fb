"""Anthropic's messages protocol."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from cutroom.core.errors import MissingCapability
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

_VERSION = "2023-06-01"
_TOOL = "give_answer"


class Anthropic(Client):
    """A client of ``/v1/messages``."""

    provider = "anthropic"
    models_path = "/v1/models?limit=1000"

    def __init__(self, connect: Callable[[], Server], model: str | None) -> None:
        super().__init__(connect, model)
        self._by_tool = False

    def _names_in(self, listed: Any) -> list[str]:  # noqa: ANN401 - foreign JSON
        return [str(item["id"]) for item in listed["data"]]

    def _ask(self, server: Server, model: str, prompt: Prompt) -> str:
        try:
            reply = server.ask("POST", "/v1/messages", json=self._body(model, prompt)).json()
        except RequestRefused as error:
            # Older models know no output format; all of them fill in a tool's form.
            if error.answer_status != 400 or self._by_tool or "output" not in error.reason:
                raise
            self._by_tool = True
            reply = server.ask("POST", "/v1/messages", json=self._body(model, prompt)).json()
        with reading(server):
            return _text(reply)

    def _body(self, model: str, prompt: Prompt) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": LONGEST_ANSWER,
            "system": prompt.system,
            "messages": [{"role": role, "content": text} for role, text in prompt.turns],
        }
        if self._by_tool:
            body["tools"] = [{"name": _TOOL, "description": "Give the answer.", "input_schema": prompt.schema}]
            body["tool_choice"] = {"type": "tool", "name": _TOOL}
        else:
            body["output_config"] = {"format": {"type": "json_schema", "schema": prompt.schema}}
        return body


def _text(reply: Any) -> str:  # noqa: ANN401 - foreign JSON
    match reply["stop_reason"]:
        case "refusal":
            raise AnswerRefused("The language model would not answer: try another one.")
        case "max_tokens" | "model_context_window_exceeded":
            raise AnswerCut("The language model's answer was cut at its limit of length: try another one.")
    blocks = reply["content"]
    for block in blocks:
        if block.get("type") == "tool_use" and block.get("name") == _TOOL:
            return json.dumps(block.get("input"))
    # Thoughts may stand before the text.
    return "".join(block.get("text", "") for block in blocks if block.get("type") == "text")


def create(settings: Settings, model: str | None) -> Anthropic:
    """Make a client from the settings; a key is only needed where the server asks for one."""
    headers = {"anthropic-version": _VERSION}
    key = settings.anthropic_api_key.get_secret_value() if settings.anthropic_api_key else ""
    if key:
        headers["x-api-key"] = key
    elif settings.anthropic_base_url == Settings.model_fields["anthropic_base_url"].default:
        raise MissingCapability("Anthropic wants a key: set CUTROOM_ANTHROPIC_API_KEY.")
    secrets = [key] if key else []
    connect = connector(partial(Server, "Anthropic", settings.anthropic_base_url, headers, secrets, LIMITS))
    return Anthropic(connect, model)
