"""Report to Sentry, or to what speaks its protocol: where a fault happened, and nothing that a person sent."""

from __future__ import annotations

import logging
from typing import Any, cast

import sentry_sdk
from asgi_correlation_id import correlation_id
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import BadDsn

from cutroom import __version__
from cutroom.core.errors import InvalidInput
from cutroom.core.logging import mask
from cutroom.core.settings import Settings

_FLUSH_S = 5.0
#: Parts of an event that hold what a person sent, or who it was.
_PRIVATE = ("request", "user", "breadcrumbs", "extra")


class Sentry:
    """Reports what is logged as an error, and what ends a thread or the program."""

    def __init__(self, dsn: str, part: str) -> None:
        try:
            sentry_sdk.init(
                dsn=dsn,
                release=f"cutroom@{__version__}",
                default_integrations=False,
                auto_enabling_integrations=False,
                integrations=[
                    LoggingIntegration(level=None, event_level=logging.ERROR),
                    ExcepthookIntegration(),
                    ThreadingIntegration(propagate_scope=False),
                    DedupeIntegration(),
                ],
                send_default_pii=False,
                include_local_variables=False,
                max_request_body_size="never",
                max_breadcrumbs=0,
                auto_session_tracking=False,
                shutdown_timeout=_FLUSH_S,
                before_send=clean,
            )
        except BadDsn as error:
            raise InvalidInput("CUTROOM_SENTRY_DSN is not an address that Sentry gives out: copy it again.") from error
        sentry_sdk.set_tag("part", part)

    def close(self) -> None:
        """Send what was not sent yet."""
        sentry_sdk.get_client().close(timeout=_FLUSH_S)


def clean(event: Event, hint: Hint) -> Event:  # noqa: ARG001 - the shape of a hook
    """Hide secrets as the log does, and leave out what a person sent."""
    kept: dict[str, Any] = {name: value for name, value in event.items() if name not in _PRIVATE}
    if number := correlation_id.get():
        kept["tags"] = {**(kept.get("tags") or {}), "correlation_id": number}
    return cast(Event, mask(kept))


def create(settings: Settings, part: str) -> Sentry:
    """Begin to report."""
    return Sentry(settings.sentry_dsn.get_secret_value() if settings.sentry_dsn else "", part)
