"""The composition root: the one module that knows every part and joins them."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import cutroom.tables  # noqa: F401 - whoever opens the database knows every table
from cutroom.accounts.audit.anchors import FILE, PURPOSE, keep_anchored
from cutroom.accounts.config.providers import with_keys
from cutroom.accounts.mailing import Postman
from cutroom.accounts.models import MailKind
from cutroom.accounts.secrets import key_for
from cutroom.accounts.vault.keyring import open_keyring
from cutroom.accounts.webhooks.ended_runs import keep_runs_announced
from cutroom.core.address import told_address
from cutroom.core.database import open_database
from cutroom.core.egress.addresses import Guard
from cutroom.core.errors import OutputFailed
from cutroom.core.files import made_once
from cutroom.core.loading import loading
from cutroom.core.settings import Settings, get_settings
from cutroom.ingest.imports.imports import keep_imports_settled
from cutroom.ingest.subscriptions.looking import keep_looking
from cutroom.ingest.uploads.finishing import keep_uploads_finished
from cutroom.jobs.execution import Engine
from cutroom.jobs.models import Queue
from cutroom.jobs.recipes import Catalogue, catalogue_of
from cutroom.jobs.supervisor import Supervisor
from cutroom.library.housekeeping import tidy
from cutroom.library.settling import keep_assets_settled
from cutroom.library.sharing.letters import write_share_letter
from cutroom.pipelines.catalogue import RECIPES, STAGES
from cutroom.providers import registry
from cutroom.providers.mail import Mail
from cutroom.providers.storage import Storage

if TYPE_CHECKING:
    from fastapi import FastAPI

CATALOGUE: Catalogue = catalogue_of(RECIPES, STAGES)

#: Mails about what accounts know nothing of.
LETTERS = {MailKind.SHARE: write_share_letter}


def open_engine(settings: Settings | None = None) -> Engine:
    """Open what every process works with, by the settings of its environment.

    Raises:
        OutputFailed: If the data folder cannot be made or written.
        InvalidInput: If a setting cannot be used.
    """
    settings = settings or get_settings()
    Guard.of(settings)  # what it cannot read is said at the start
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if not os.access(settings.data_dir, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise OutputFailed(
            f"{settings.data_dir} cannot be written ({error.strerror}): change its rights, or set CUTROOM_DATA_DIR to "
            "a folder that can."
        ) from error
    unlock = partial(with_keys, settings=settings, keyring=open_keyring(settings))
    database = open_database(settings)
    if settings.redis_url is not None:
        from cutroom.core.answers import Answers

        database.on_change.append(Answers(settings).forget)  # what a worker changes is seen by all web servers
    return Engine(database, CATALOGUE, open_storage(settings), settings, unlock)


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Engine]:
    """Open it, and close it when the block ends."""
    engine = open_engine(settings)
    try:
        yield engine
    finally:
        await engine.database.close()


def open_storage(settings: Settings) -> Storage:
    """Open the storage that the settings name.

    Raises:
        MissingCapability: If nothing is installed that can.
        InvalidInput: If its address cannot be used.
    """
    name = settings.storage.partition("://")[0]
    storage: Storage = registry.load("storage", name)(settings, settings.storage)
    return storage


def open_mail(settings: Settings) -> Mail:
    """Open what sends mail.

    Raises:
        MissingCapability: If nothing is installed that can.
        InvalidInput: If its address cannot be used.
    """
    name = settings.mail.partition("://")[0]
    mail: Mail = registry.load("mail", name)(settings, settings.mail)
    return mail


def secret_key(settings: Settings) -> str:
    """Give the key that signs links: the one that is set, or one made once for this data folder."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value()
    return made_once(settings.data_dir / "secret.key", lambda: secrets.token_urlsafe(48)).strip()


def audit_key(settings: Settings) -> bytes:
    """Give the key that signs heads of the audit log."""
    return key_for(secret_key(settings).encode(), PURPOSE)


def make_web(engine: Engine, *, url: str, local_key: str | None = None) -> FastAPI:
    """Make the web application.

    Args:
        url: How people reach it.
        local_key: A bearer token that this process alone knows and that is an administrator's.
    """
    with loading():
        from cutroom.api.app import make_api  # a worker has no use for a web framework
        from cutroom.web.serving import make_router

    web = make_api(
        engine.database,
        engine.storage,
        engine.settings,
        engine.catalogue,
        secret_key=secret_key(engine.settings),
        keyring=open_keyring(engine.settings),
        url=url,
        local_key=local_key,
    )
    web.include_router(make_router())
    return web


async def serve(
    engine: Engine,
    *,
    listener: socket.socket | None,
    stop: asyncio.Event,
    workers: Mapping[Queue, int] | None = None,
    local_key: str | None = None,
    ready: Callable[[str], object] = str,
    sends_mail: bool = False,
) -> None:
    """Serve the interface, or do steps, or both, until ``stop`` is set.

    Args:
        listener: What the web server listens on; none to do steps alone.
        workers: Slots by queue; none to serve alone.
        ready: Told the address once it answers.
        sends_mail: Whether its address is one that links in mails, and those that commands print, may lead to.
    """
    from cutroom.accounts.webhooks.sending import keep_delivering
    from cutroom.api.serving import address_of, serve_web

    async with contextlib.AsyncExitStack() as stack:
        own = address_of(listener) if listener is not None else ""
        if sends_mail:
            stack.enter_context(told_address(engine.settings.data_dir, own))
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        if workers is not None:
            supervisor = Supervisor(
                engine.database, engine.catalogue, engine.storage, engine.settings, workers, tidy=tidy
            )
            tasks.create_task(supervisor.run(stop))
            tasks.create_task(keep_assets_settled(engine.database, stop))
            tasks.create_task(keep_imports_settled(engine.database, stop))
            tasks.create_task(keep_looking(engine.database, engine.catalogue, engine.settings, stop))
            tasks.create_task(keep_runs_announced(engine.database, stop))
            keyring = open_keyring(engine.settings)
            tasks.create_task(keep_delivering(engine.database, keyring, engine.settings, stop))
        if listener is not None:
            tasks.create_task(keep_uploads_finished(engine, stop))
            url = engine.settings.url or own
            web = make_web(engine, url=url, local_key=local_key)
            key = audit_key(engine.settings)
            tasks.create_task(keep_anchored(engine.database, key, engine.settings.data_dir / FILE, stop))
            tasks.create_task(serve_web(web, listener, stop, lambda: ready(own)))
            if sends_mail:
                postman = Postman(engine.database, open_mail(engine.settings), engine.settings, url, LETTERS)
                tasks.create_task(postman.run(stop))
