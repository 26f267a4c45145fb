"""Every refusal and every failure as problem details."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutroom.core.database import DatabaseUnavailable
from cutroom.core.errors import CutroomError
from cutroom.core.problems import MEDIA_TYPE, Problem, Wrong, phrase_of, problem_type
from cutroom.providers.storage import FileMissing, StorageFailed, StorageUnavailable

_log = logging.getLogger(__name__)

#: When to ask again if nobody said.
_RETRY_AFTER_S = 2.0
_SENTENCES = {
    400: "The request cannot be read: send JSON that is whole.",
    404: "There is nothing at this address: /openapi.json lists what there is.",
    405: "This address does not take this method: the Allow header lists those that it takes.",
    413: "The request is larger than this address takes: send less.",
}
#: Their own words name hosts and files, which are not for whoever asks.
_PRIVATE: dict[type[CutroomError], str] = {
    DatabaseUnavailable: "The database does not answer: try again soon.",
    StorageUnavailable: "The store of media does not answer: try again soon.",
    FileMissing: "The file is not in the store any more: 'cutroom db verify' lists what is missing.",
    StorageFailed: "The store of media refused: the server's log says why.",
}


def handle_problems(app: FastAPI) -> None:
    """Make an application answer with problem details, whatever goes wrong in a route."""
    app.add_exception_handler(CutroomError, _on_our_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_refusal)


def problem(
    status: int,
    detail: str,
    *,
    name: str | None = None,
    errors: list[Wrong] | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """Answer with a problem.

    Args:
        name: The kind, as a class is named; the status names it when there is none.
        members: What a program needs to go on, beside what every problem has (RFC 9457, 3.2).
    """
    phrase = phrase_of(status)
    body = Problem(
        type=problem_type(name or phrase.title().replace(" ", "")),
        title=phrase,
        status=status,
        detail=detail,
        instance=_instance(),
        errors=errors or [],
        **(members or {}),
    )
    return Response(body.model_dump_json(), status, headers=headers, media_type=MEDIA_TYPE)


def unexpected(error: Exception) -> Response:
    """Answer for an error that nobody foresaw: the log has all of it, the answer only the request's number."""
    _log.error("request.failed", exc_info=error)
    return problem(
        500,
        f"This is a fault of Cutroom; the server's log tells more under {_instance()}: please report it.",
    )


class LimitInWords:
    """Put the framework's own answer to a request that is too large, plain text, into the form of all others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        replaced = False

        async def send_in_words(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and _is_plain_limit(message):
                replaced = True
                await problem(413, _SENTENCES[413])(scope, receive, send)
            elif not replaced:
                await send(message)

        await self.app(scope, receive, send_in_words)


def _is_plain_limit(message: Message) -> bool:
    media_type = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and media_type.startswith("text/plain")


async def _on_our_error(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the shape of a handler
    if not isinstance(error, CutroomError):
        raise error
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.warning("request.refused", extra={"error": type(error).__name__, "detail": str(error)})
    detail = next((words for kind, words in _PRIVATE.items() if isinstance(error, kind)), str(error))
    headers = dict(getattr(error, "headers", {}))
    if error.retryable:
        headers["Retry-After"] = str(math.ceil(getattr(error, "retry_after_s", _RETRY_AFTER_S)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(
        error.status,
        detail,
        name=type(error).__name__,
        errors=getattr(error, "errors", None),
        headers=headers,
        members=getattr(error, "members", None),
    )


async def _on_invalid_request(request: Request, error: Exception) -> Response:  # noqa: ARG001
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [Wrong(where=".".join(map(str, wrong["loc"])), message=wrong["msg"]) for wrong in error.errors()]
    said = "; ".join(f"{wrong.where}: {wrong.message}" for wrong in errors[:3])
    return problem(422, f"The request cannot be used as it is: {said}.", name="InvalidRequest", errors=errors)


async def _on_refusal(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    detail = _SENTENCES.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request)) or headers.get("Allow", "")
    return problem(error.status_code, detail, headers=headers)


def _methods(request: Request) -> list[str]:
    """List all methods of an address: the framework names those of the first route alone."""
    app: FastAPI = request.app
    return sorted(
        method.upper()
        for path, operations in app.openapi()["paths"].items()
        if compile_path(path)[0].match(request.url.path)
        for method in operations
    )


def _instance() -> str:
    number = correlation_id.get()
    return f"urn:uuid:{UUID(number)}" if number else "urn:uuid:00000000-0000-0000-0000-000000000000"
