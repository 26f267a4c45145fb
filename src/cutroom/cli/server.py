"""``cutroom up``, ``cutroom api`` and ``cutroom worker``: everything in one command, or its parts on many machines."""

# What a server is made of takes a second to load, which no other command should wait for: hence the imports inside.

from __future__ import annotations

from typing import Annotated

import typer

from cutroom.cli.root import app
from cutroom.core.loading import loading

Host = Annotated[str | None, typer.Option(help="The address to listen on; CUTROOM_HOST when left out.")]
Port = Annotated[int | None, typer.Option(help="The port to listen on; CUTROOM_PORT when left out, 0 for any.")]
Queues = Annotated[
    str | None, typer.Option(help="Steps at a time by queue, like cpu=2,io=4; what suits the machine when left out.")
]


@app.command()
def up(
    host: Host = None,
    port: Port = None,
    queues: Queues = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill it with the sample lecture and make clips of it.")] = False,
) -> None:
    """Start everything on this machine: the interface, its workers and the scheduler."""
    with loading():
        from cutroom.cli.serving import run_all

    run_all(host, port, queues, demo=demo)


@app.command()
def api(host: Host = None, port: Port = None) -> None:
    """Serve the interface alone; workers run elsewhere."""
    with loading():
        from cutroom.cli.serving import run_api

    run_api(host, port)


@app.command()
def worker(queues: Queues = None) -> None:
    """Do the steps of runs, here and on any number of machines; Celery wakes them where a broker is set."""
    with loading():
        from cutroom.cli.serving import run_worker

    run_worker(queues)
