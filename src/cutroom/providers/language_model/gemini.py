"""Google's Gemini API for developers."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from cutroom.core.errors import MissingCapability
from cutroom.core.http import Server
from cutroom.core.settings import Settings
from cutroom.providers.language_model import AnswerCut, AnswerRefused, AnswerUnusable
from cutroom.providers.language_model.answering import (
    LIMITS,
    LONGEST_ANSWER,
    Client,
    Prompt,
    connector,
    reading,
)


class Gemini(Client):
    """A client of ``:generateContent``."""

    provider = "gemini"
    models_path = "/v1beta/models?pageSize=1000"

    def _names_in(self, listed: Any) -> list[str]:  # noqa: ANN401 - foreign JSON
        able = [m for m in listed["models"] if "generateContent" in m.get("supportedGenerationMethods", [])]
        return [str(m["name"]).removeprefix("models/") for m in able]

    def _ask(self, server: Server, model: str, prompt: Prompt) -> str:
        roles = {"user": "user", "assistant": "model"}
        body = {
            "systemInstruction": {"parts": [{"text": prompt.system}]},
            "contents": [{"role": roles[role], "parts": [{"text": text}]} for role, text in prompt.turns],
            "generationConfig": {
                "maxOutputTokens": LONGEST_ANSWER,
                "responseMimeType": "application/json",
                "responseJsonSchema": prompt.schema,
            },
        }
        path = f"/v1beta/models/{quote(model, safe='')}:generateContent"
        reply = server.ask("POST", path, json=body).json()
        with reading(server):
            return _text(reply)


def _text(reply: Any) -> str:  # noqa: ANN401 - foreign JSON
    if not reply.get("candidates"):
        reason = reply.get("promptFeedback", {}).get("blockReason", "no reason given")
        raise AnswerRefused(f"Gemini would not answer ({str(reason)[:60]}): try another model.")
    candidate = reply["candidates"][0]
    match candidate.get("finishReason"):
        case "STOP":
            parts = candidate["content"]["parts"]
            return "".join(part.get("text", "") for part in parts if not part.get("thought"))
        case "MAX_TOKENS":
            raise AnswerCut("Gemini's answer was cut at its limit of length: try another model.")
        case "OTHER" | "LANGUAGE" | "MALFORMED_FUNCTION_CALL" | None:
            raise AnswerUnusable("Gemini broke off its answer without a reason: try again.")
        case reason:
            raise AnswerRefused(f"Gemini would not answer ({str(reason)[:60]}): try another model.")


def create(settings: Settings, model: str | None) -> Gemini:
    """Make a client from the settings.

    Raises:
        MissingCapability: If no key is set.
    """
    if settings.gemini_api_key is None:
        raise MissingCapability("Gemini wants a key: set CUTROOM_GEMINI_API_KEY.")
    key = settings.gemini_api_key.get_secret_value()
    # In a header: an address ends up in logs, a header does not.
    headers = {"x-goog-api-key": key}
    return Gemini(connector(partial(Server, "Gemini", settings.gemini_base_url, headers, [key], LIMITS)), model)
