"""The web application: routers, problem details, headers, logs and metrics, joined for one instance."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import APIRouter, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from cutroom import __version__
from cutroom.accounts.addresses import believed
from cutroom.accounts.audit.routes import router as audit
from cutroom.accounts.config.routes import router as settings_routes
from cutroom.accounts.factors.routes import router as factors
from cutroom.accounts.factors.sign_in_routes import router as sign_in
from cutroom.accounts.group_routes import router as groups
from cutroom.accounts.instance import Instance
from cutroom.accounts.joining_routes import router as joining
from cutroom.accounts.limits import Limiter, limited
from cutroom.accounts.oidc.provider import Provider
from cutroom.accounts.oidc.routes import router as identities
from cutroom.accounts.own_routes import router as own
from cutroom.accounts.quotas.routes import router as quotas
from cutroom.accounts.routes import router as accounts
from cutroom.accounts.user_routes import router as users
from cutroom.accounts.vault.keyring import Keyring
from cutroom.accounts.webhooks.routes import router as webhooks
from cutroom.api import health, sign_in_pages, watch_pages
from cutroom.api.engine_routes import router as engine
from cutroom.api.metrics import Metrics
from cutroom.api.metrics_routes import router as metrics_routes
from cutroom.api.observing import Observing
from cutroom.api.openapi import TAGS, V1, describe, operation_id
from cutroom.api.problems import LimitInWords, handle_problems
from cutroom.core.answers import Answers
from cutroom.core.database import Database
from cutroom.core.settings import Settings
from cutroom.core.tracing import telemetry
from cutroom.edit.brands.routes import router as brands
from cutroom.edit.routes import router as edits
from cutroom.ingest.imports.routes import router as imports
from cutroom.ingest.subscriptions.routes import router as subscriptions
from cutroom.ingest.uploads.routes import router as uploads
from cutroom.jobs.recipes import Catalogue
from cutroom.library.curation.routes import router as curation
from cutroom.library.duplicates.routes import router as duplicates
from cutroom.library.keeping_routes import router as keeping
from cutroom.library.routes import router as library
from cutroom.library.search.routes import router as search
from cutroom.library.sharing.guest_routes import router as guests
from cutroom.library.sharing.routes import router as sharing
from cutroom.library.views.routes import router as views
from cutroom.pipelines.candidate_routes import router as candidates
from cutroom.pipelines.edit_routes import router as editor
from cutroom.pipelines.own_data_routes import router as own_data
from cutroom.pipelines.result_routes import router as results
from cutroom.pipelines.review_routes import router as review
from cutroom.pipelines.routes import router as pipelines
from cutroom.pipelines.samples import router as samples
from cutroom.pipelines.shared_routes import router as shared_results
from cutroom.providers.storage import Storage

#: JSON larger than this is nobody's request, but where a route says so.
MAX_BODY_BYTES = 1024 * 1024


def make_api(
    database: Database,
    storage: Storage,
    settings: Settings,
    catalogue: Catalogue,
    *,
    secret_key: str,
    keyring: Keyring,
    url: str,
    local_key: str | None = None,
    checks: Mapping[str, health.Check] | None = None,
) -> FastAPI:
    """Make the web application of an instance; whoever opened its parts closes them.

    Args:
        secret_key: Signs links; the same in every process of one instance.
        keyring: Opens what the vault holds.
        url: How people reach it.
        local_key: A bearer token that only this process knows, for whoever runs it.
        checks: Further parts of its health by name; each raises when something is wrong.
    """
    metrics = Metrics()
    answers = Answers(settings, metrics.count_answer)
    database.on_change.append(answers.forget)
    instance = Instance(
        database, storage, settings, catalogue, url.rstrip("/"), secret_key.encode(), keyring, answers, local_key
    )
    app = _routed()
    app.state.instance = instance
    app.state.identity_provider = Provider.of(settings)
    app.state.metrics = metrics
    app.state.watches = health.watches(instance, checks or {})
    app.state.limiter = Limiter(database, settings)
    believed(settings.trusted_proxies)  # what cannot be read is told at the start
    handle_problems(app)
    app.openapi = _described  # type: ignore[method-assign] # as FastAPI's guide extends it
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES)
    app.add_middleware(LimitInWords)
    app.add_middleware(Observing, metrics=metrics, https=instance.url.startswith("https:"))
    app.add_middleware(
        CorrelationIdMiddleware, header_name="X-Request-ID", generator=lambda: uuid.uuid4().hex, validator=_is_number
    )
    return app


def _routed() -> FastAPI:
    """Make an application that knows its routes, and nothing of an instance."""
    app = FastAPI(
        title="Cutroom",
        summary="A self-hosted video studio: recordings go in, captioned clips come out.",
        version=__version__,
        license_info={"name": "AGPL-3.0-only", "identifier": "AGPL-3.0-only"},
        openapi_tags=TAGS,
        docs_url=None,  # those pages load their programs from elsewhere
        redoc_url=None,
        generate_unique_id_function=operation_id,
        telemetry=telemetry(),
    )
    # Joining them takes a second: a second application in this process reuses them.
    app.router.routes.extend(_joined().routes)
    return app


@cache
def _described() -> dict[str, Any]:
    """Describe the interface, once for the process: that takes seconds, and is the same for every instance."""
    return describe(_routed())


@cache
def _joined() -> APIRouter:
    """Join all routers, once for the process."""
    joined = APIRouter(generate_unique_id_function=operation_id)
    v1 = APIRouter(prefix=V1, dependencies=[limited])
    routers = (
        accounts,
        settings_routes,
        audit,
        sign_in,
        factors,
        identities,
        own,
        joining,
        users,
        groups,
        quotas,
        uploads,
        library,
        curation,
        keeping,
        search,
        views,
        duplicates,
        sharing,
        guests,
        imports,
        subscriptions,
        pipelines,
        results,
        samples,
        shared_results,
        review,
        candidates,
        edits,
        editor,
        brands,
        engine,
        webhooks,
        own_data,
    )
    for router in routers:
        v1.include_router(router)
    joined.include_router(v1)
    joined.include_router(health.router)
    joined.include_router(metrics_routes)
    joined.include_router(watch_pages.router)
    joined.include_router(watch_pages.described)
    joined.include_router(sign_in_pages.router)
    return joined


def _is_number(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return len(text) <= 36
