"""Traces of requests and steps for OpenTelemetry, where somebody collects them; without that, nothing is imported."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from asgi_correlation_id import correlation_id

from cutroom import __version__
from cutroom.core.errors import MissingCapability
from cutroom.core.logging import HIDDEN
from cutroom.core.settings import Settings

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig
    from opentelemetry.sdk.trace import TracerProvider

#: Attributes of a request's span that hold what a person sent: a path may be a link's secret. Its route stays.
_PRIVATE = ("url.path", "url.query", "url.full")
#: How long the end of a program waits for what was not sent yet.
_FLUSH_MS = 5_000

_providers: list[TracerProvider] = []


def start_tracing(settings: Settings, part: str) -> None:
    """Send traces where the ``OTEL_…`` variables say, if ``CUTROOM_OTEL`` is set.

    Args:
        part: What this process is, such as ``worker``.

    Raises:
        MissingCapability: If the packages for it are not installed.
    """
    if not settings.otel or _providers:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise MissingCapability(f"CUTROOM_OTEL needs {error.name}: pip install 'cutroom[otel]'.") from error

    class Masking(SpanProcessor):
        """Hide what a person sent before anything is sent on."""

        def on_start(self, span: Span, parent_context: object = None) -> None:  # noqa: ARG002
            for name in _PRIVATE:
                if span.attributes and name in span.attributes:
                    span.set_attribute(name, HIDDEN)

        def on_end(self, span: ReadableSpan) -> None:
            """Leave it as it is."""

    # What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say comes on top of these.
    about = Resource.create({"service.name": "cutroom", "service.version": __version__, "cutroom.part": part})
    provider = TracerProvider(resource=about)
    provider.add_span_processor(Masking())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _providers.append(provider)


def stop_tracing() -> None:
    """Send what was not sent yet, for a few seconds at most."""
    while _providers:
        provider = _providers.pop()
        provider.force_flush(_FLUSH_MS)
        provider.shutdown()


def provider() -> TracerProvider | None:
    """Give what makes traces, if they are sent anywhere."""
    return _providers[0] if _providers else None


@contextlib.contextmanager
def span(name: str, **attributes: str | int) -> Iterator[None]:
    """Trace what the block does; an error is named, and what it says is left to the log."""
    if not _providers:
        yield
        return
    from opentelemetry.trace import SpanKind, StatusCode

    tracer = _providers[0].get_tracer("cutroom", __version__)
    with tracer.start_as_current_span(
        name, kind=SpanKind.CONSUMER, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(StatusCode.ERROR)
            raise


def note(**attributes: str | int) -> None:
    """Add to the trace of what is being done."""
    if _providers:
        from opentelemetry.trace import get_current_span

        get_current_span().set_attributes({f"cutroom.{name}": value for name, value in attributes.items()})


def note_correlation_id() -> None:
    """Write the request's number into its trace, as it stands in the log and in problem details."""
    if number := correlation_id.get():
        note(correlation_id=number)


def telemetry() -> TelemetryConfig:
    """Give FastAPI's settings: spans of requests, if they are sent anywhere; no metrics and no logs of its own."""
    found = provider()
    return {"tracing": found is not None, "tracer_provider": found, "metrics": False, "logs": False}
