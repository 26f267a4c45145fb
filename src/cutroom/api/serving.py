"""Serve the web application on a socket, until somebody asks for the end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from cutroom.core.errors import InvalidInput

#: What a stopping server gives to answers that are under way; an open event stream would take for ever.
_FAREWELL_S = 3
#: A connection without a request is kept so long: longer than a proxy does, which else asks while we hang up.
_IDLE_S = 75


def address_of(listener: socket.socket) -> str:
    """Give the address that a socket answers at."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def serve_web(web: FastAPI, listener: socket.socket, stop: asyncio.Event, ready: Callable[[], object]) -> None:
    """Serve until ``stop`` is set; a server that ends by itself sets it.

    Args:
        ready: Called once requests are answered.
    """
    config = uvicorn.Config(
        web,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # a client on the same machine could otherwise say it is anybody
        timeout_graceful_shutdown=_FAREWELL_S,
        timeout_keep_alive=_IDLE_S,
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    ready()
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stop.set()
    stopping.cancel()
    await serving
    await web.state.instance.answers.close()


def listen(host: str, port: int) -> socket.socket:
    """Take an address to listen on.

    Raises:
        InvalidInput: If it is taken or is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise InvalidInput(
            f"Nothing can listen on {host}:{port} ({getattr(error, 'strerror', None) or error}): "
            "choose another with --host and --port."
        ) from error


class _Server(uvicorn.Server):
    """A server that leaves signals to the program around it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
