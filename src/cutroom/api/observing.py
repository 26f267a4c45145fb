"""What happens around every request: security headers, one line in the log, metrics, and no answer without words."""

from __future__ import annotations

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutroom.api.metrics import Metrics
from cutroom.api.openapi import V1
from cutroom.api.problems import unexpected
from cutroom.core.tracing import note_correlation_id

_log = logging.getLogger(__name__)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none at all, browsers hide where our own forms come from
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"


class Observing:
    """Wrap an application."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, https: bool) -> None:
        self.app = app
        self.metrics = metrics
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        note_correlation_id()
        began = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.https:
                    headers.setdefault("Strict-Transport-Security", _HSTS)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            if status:
                raise  # the answer has begun: only cutting it off tells the client
            await unexpected(error)(scope, receive, send_with_headers)
        finally:
            took_s = time.perf_counter() - began
            # The route's own form: what stands in an address may be a secret.
            route = getattr(scope.get("route"), "path", "-")
            if route != "-" and scope["path"].startswith(V1):
                route = V1 + route
            self.metrics.count_request(scope["method"], route, status, took_s)
            fields = {
                "method": scope["method"],
                "route": route,
                "status": status,
                "took_ms": round(took_s * 1000, 1),
                "client": scope["client"][0] if scope.get("client") else None,
            }
            _log.info("request", extra=fields)
