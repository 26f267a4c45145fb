"""Servers that speak each language model's protocol as its contract says, with the answers decided by a test."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from cutroom.core.settings import Settings
from cutroom.providers import registry
from cutroom.providers.language_model import LanguageModel

KEY = "sk-test-0123456789"
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request in words common to all protocols."""

    system: str
    turns: list[tuple[str, str]]
    schema: Json | None


@dataclass(frozen=True)
class Dialect:
    """One protocol: where it is asked, how a request is read, how answers and errors are written."""

    name: str
    path: str
    models_path: str
    settings: Callable[[str], Settings]
    read: Callable[[Request], Asked]
    reply: Callable[[str], Json]
    cut: Json
    refusal: Json
    error: Callable[[int, str, str], Json]
    models: Callable[[list[str]], Json]

    def client(self, server: HTTPServer, model: str | None = "m") -> LanguageModel:
        made: LanguageModel = registry.load("language_model", self.name)(self.settings(server.url_for("")), model)
        return made


@dataclass
class Script:
    """Answers in order, the last for ever; what was asked is kept."""

    dialect: Dialect
    answers: list[Json | tuple[int, Json, dict[str, str]]]
    asked: list[Asked] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append(self.dialect.read(request))
        found = self.answers[min(len(self.asked), len(self.answers)) - 1]
        status, body, headers = found if isinstance(found, tuple) else (200, found, {})
        return Response(json.dumps(body), status, headers, content_type="application/json")


def play(server: HTTPServer, dialect: Dialect, *answers: Json | tuple[int, Json, dict[str, str]]) -> Script:
    script = Script(dialect, list(answers))
    server.expect_request(dialect.path, method="POST").respond_with_handler(script)
    return script


def _only(body: Json, *allowed: str) -> None:
    assert set(body) <= set(allowed), f"the protocol knows no {set(body) - set(allowed)}"


def _read_openai(request: Request) -> Asked:
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    body = request.get_json()
    _only(body, "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "response_format")
    system, *turns = body["messages"]
    assert system["role"] == "system"
    schema = None
    if "response_format" in body and body["response_format"]["type"] == "json_schema":
        shape = body["response_format"]["json_schema"]
        assert shape["strict"] is True
        schema = shape["schema"]
    return Asked(system["content"], [(turn["role"], turn["content"]) for turn in turns], schema)


def _openai_reply(text: str | None, finish: str = "stop", refusal: str | None = None) -> Json:
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1790000000,
        "model": "m",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {"prompt_tokens": 20, "completion_tokens": 9, "total_tokens": 29},
    }


def _read_ollama(request: Request) -> Asked:
    body = request.get_json()
    _only(body, "model", "messages", "stream", "format", "options")
    assert body["stream"] is False
    assert body["options"]["num_ctx"] >= 4096
    system, *turns = body["messages"]
    return Asked(system["content"], [(turn["role"], turn["content"]) for turn in turns], body["format"])


def _ollama_reply(text: str, done: str = "stop") -> Json:
    return {
        "model": "m",
        "created_at": "2027-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": text},
        "done": True,
        "done_reason": done,
        "total_duration": 5191566416,
        "prompt_eval_count": 26,
        "eval_count": 29,
    }


def _read_gemini(request: Request) -> Asked:
    assert request.headers["x-goog-api-key"] == KEY
    assert "key" not in request.args
    body = request.get_json()
    _only(body, "systemInstruction", "contents", "generationConfig")
    config = body["generationConfig"]
    _only(config, "maxOutputTokens", "responseMimeType", "responseJsonSchema")
    assert config["responseMimeType"] == "application/json"
    roles = {"user": "user", "model": "assistant"}
    turns = [(roles[turn["role"]], turn["parts"][0]["text"]) for turn in body["contents"]]
    return Asked(body["systemInstruction"]["parts"][0]["text"], turns, config["responseJsonSchema"])


def _gemini_reply(text: str, finish: str = "STOP") -> Json:
    parts = [{"text": "Let me think.", "thought": True}, {"text": text}]
    return {
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}],
        "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 8, "totalTokenCount": 18},
        "modelVersion": "m",
        "responseId": "r1",
    }


def _read_anthropic(request: Request) -> Asked:
    assert request.headers["x-api-key"] == KEY
    assert request.headers["anthropic-version"] == "2023-06-01"
    body = request.get_json()
    _only(body, "model", "max_tokens", "system", "messages", "output_config", "tools", "tool_choice")
    assert body["max_tokens"] > 0
    assert body["messages"][0]["role"] == "user"
    schema = body["output_config"]["format"]["schema"] if "output_config" in body else body["tools"][0]["input_schema"]
    return Asked(body["system"], [(turn["role"], turn["content"]) for turn in body["messages"]], schema)


def _anthropic_reply(text: str, stop: str = "end_turn") -> Json:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [
            {"type": "thinking", "thinking": "Let me think.", "signature": "s"},
            {"type": "text", "text": text},
        ],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": 12, "output_tokens": 9},
    }


OPENAI = Dialect(
    name="openai",
    path="/v1/chat/completions",
    models_path="/v1/models",
    settings=lambda url: Settings.model_validate({"openai_base_url": url.rstrip("/") + "/v1", "openai_api_key": KEY}),
    read=_read_openai,
    reply=_openai_reply,
    cut=_openai_reply('{"title": "Be', "length"),
    refusal=_openai_reply(None, refusal="I cannot help with that."),
    error=lambda _, kind, said: {"error": {"message": said, "type": kind, "param": None, "code": kind}},
    models=lambda names: {"object": "list", "data": [{"id": name, "object": "model"} for name in names]},
)
OLLAMA = Dialect(
    name="ollama",
    path="/api/chat",
    models_path="/api/tags",
    settings=lambda url: Settings.model_validate({"ollama_base_url": url}),
    read=_read_ollama,
    reply=_ollama_reply,
    cut=_ollama_reply('{"title": "Be', "length"),
    # This protocol has no word for a refusal: the model says so, in no shape.
    refusal=_ollama_reply("I cannot help with that."),
    error=lambda _, __, said: {"error": said},
    models=lambda names: {"models": [{"name": name, "model": name} for name in names]},
)
GEMINI = Dialect(
    name="gemini",
    path="/v1beta/models/m:generateContent",
    models_path="/v1beta/models",
    settings=lambda url: Settings.model_validate({"gemini_base_url": url, "gemini_api_key": KEY}),
    read=_read_gemini,
    reply=_gemini_reply,
    cut=_gemini_reply('{"title": "Be', "MAX_TOKENS"),
    refusal={"promptFeedback": {"blockReason": "SAFETY"}, "modelVersion": "m"},
    error=lambda status, kind, said: {
        "error": {"code": status, "message": said, "status": kind.upper(), "details": []}
    },
    models=lambda names: {
        "models": [
            *({"name": f"models/{name}", "supportedGenerationMethods": ["generateContent"]} for name in names),
            {"name": "models/embedder", "supportedGenerationMethods": ["embedContent"]},
        ]
    },
)
ANTHROPIC = Dialect(
    name="anthropic",
    path="/v1/messages",
    models_path="/v1/models",
    settings=lambda url: Settings.model_validate({"anthropic_base_url": url, "anthropic_api_key": KEY}),
    read=_read_anthropic,
    reply=_anthropic_reply,
    cut=_anthropic_reply('{"title": "Be', "max_tokens"),
    refusal=_anthropic_reply("", "refusal"),
    error=lambda _, kind, said: {
        "type": "error",
        "error": {"type": kind, "message": said},
        "request_id": "req_1",
    },
    models=lambda names: {"data": [{"id": name, "type": "model"} for name in names], "has_more": False},
)
ALL = (OPENAI, OLLAMA, GEMINI, ANTHROPIC)
