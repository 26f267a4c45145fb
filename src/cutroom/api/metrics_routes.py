"""Metrics over HTTP: for a collector on this machine, or one with an administrator's token."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from cutroom.accounts.access import must_be_admin, viewer_of
from cutroom.accounts.addresses import is_loopback
from cutroom.accounts.instance import Here
from cutroom.api.metrics import Metrics

router = APIRouter(tags=["health"])
#: A proxy on this machine says for whom it asks.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, here: Here) -> Response:
    """Give the metrics in the form that Prometheus reads."""
    async with here.database.reading() as session:
        if not _is_local(request):
            must_be_admin(await viewer_of(request, here, session))
        metrics: Metrics = request.app.state.metrics
        return Response(await metrics.render(session), media_type=CONTENT_TYPE_LATEST)


def _is_local(request: Request) -> bool:
    forwarded = any(name in request.headers for name in _FORWARDED)
    return request.client is not None and not forwarded and is_loopback(request.client.host)
