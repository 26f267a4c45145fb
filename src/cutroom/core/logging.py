"""Logs: one line of JSON for each event, with fields, and never a secret."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from asgi_correlation_id import correlation_id

HIDDEN = "***"

_SECRET_NAMES = re.compile(
    r"(?i)(passwor[dt]|passphrase|secret|token|authorization|cookie|api[_-]?key|private[_-]?key|credential|signature|dsn)"
    r"s?$"
)
_SECRET_TEXTS = (
    (re.compile(r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 " + HIDDEN),
    (re.compile(r"(?i)\b((?:set-)?cookie:\s*)[^\r\n]+"), r"\1" + HIDDEN),
    # Ours: tokens, cookies, secrets of webhooks, links that are keys.
    (re.compile(r"\bcutroom_[\w-]{20,}"), HIDDEN),
    (re.compile(r"\b((?:__Host-)?cutroom=)[^\s;,\"']+"), r"\1" + HIDDEN),
    (re.compile(r"\bwhsec_[\w+/=-]{16,}"), HIDDEN),
    (re.compile(r"(/(?:shared|files)/)[\w.~=-]{24,}"), r"\1" + HIDDEN),
    # Others': keys of model servers, clouds and forges, and JSON web tokens.
    (re.compile(r"\b(?:sk|rk|gh[opsu]|glpat|xox[abprs]|hf)[_-][\w-]{16,}"), HIDDEN),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), HIDDEN),
    (re.compile(r"\bAIza[\w-]{30,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), HIDDEN),
    # A name and its value, as programs print them.
    (
        re.compile(r"(?i)((?:password|passphrase|secret|token|api_?key)[\"']?(?:=|:\s?[\"'])[\"']?)[^\s\"',;&]+"),
        r"\1" + HIDDEN,
    ),
    # A name and a password in an address.
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), rf"\1:{HIDDEN}@"),
    (
        re.compile(r"(?i)([?&](?:[\w-]{0,40}(?:token|secret|password|signature|credential|key))=)[^&\s\"']+"),
        r"\1" + HIDDEN,
    ),
)


def configure_logging(*, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every log of this process, ours and the libraries', to one stream as lines of JSON.

    Args:
        stream: Standard error when unset.
        level: The least that is written.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_correlation_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                mask_secrets,
                # A line ends where some reader thinks it does: all but ASCII is escaped.
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def mask_secrets(
    logger: object,  # noqa: ARG001 - the shape of a processor
    method: str,  # noqa: ARG001
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    """Hide what a field's name or a text's form shows to be secret."""
    for name, value in event.items():
        event[name] = HIDDEN if value and _SECRET_NAMES.search(name) else mask(value)
    return event


def mask(value: Any) -> Any:  # noqa: ANN401 - whatever was logged
    """Hide secrets in what JSON can hold; anything else becomes text first."""
    match value:
        case str():
            for pattern, shown in _SECRET_TEXTS:
                value = pattern.sub(shown, value)
            return value
        case dict():
            return {
                name: HIDDEN if inner and _SECRET_NAMES.search(str(name)) else mask(inner)
                for name, inner in value.items()
            }
        case list() | tuple():
            return [mask(inner) for inner in value]
        case int() | float() | None:
            return value
        case _:
            return mask(str(value))


def _add_correlation_id(
    logger: object,  # noqa: ARG001 - the shape of a processor
    method: str,  # noqa: ARG001
    event: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    number = correlation_id.get()
    if number is not None:
        event.setdefault("correlation_id", number)
    return event
