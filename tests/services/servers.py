"""The servers that a scaled instance uses, as Debian and wheels carry them."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import httpx2
import psycopg
from tests.services.server import Server, absent, free_port, greets


class Postgres(Server):
    """A PostgreSQL cluster that forgets what it holds when the power goes, and is fast for it."""

    name = "PostgreSQL"
    package = "postgresql (Debian) or set CUTROOM_TEST_POSTGRES_URL"
    account = "postgres"
    farewell = signal.SIGINT

    @classmethod
    def find(cls) -> Path | None:
        """Find the newest one's programs."""
        found = sorted(
            Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True
        )
        on_path = shutil.which("initdb")
        return found[0].parent if found else Path(on_path).resolve().parent if on_path else None

    @classmethod
    def made(cls) -> Self:
        """Make one that is not started yet."""
        programs = cls.find()
        if programs is None:
            absent(cls)
        server = cls()
        server.prepare()
        return server

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def command(self) -> Sequence[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "autovacuum": "off",
            "max_connections": 200,
            "shared_buffers": "32MB",
        }
        return [
            str(self._program("postgres")),
            *("-D", str(self.folder / "data")),
            *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
        ]

    def prepare(self) -> None:
        """Make the cluster."""
        where = ("-D", str(self.folder / "data"))
        how = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.run([str(self._program("initdb")), *where, *how, "--no-instructions"])

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        return False

    def _program(self, name: str) -> Path:
        folder = self.find()
        assert folder is not None
        return folder / name


class Redis(Server):
    """A Redis that keeps nothing: killed, it comes back empty."""

    name = "Redis"
    package = "redis-server (Debian) or set CUTROOM_TEST_REDIS_URL"

    @classmethod
    def made(cls) -> Self:
        """Make one that is not started yet."""
        if shutil.which("redis-server") is None:
            absent(cls)
        return cls()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def command(self) -> Sequence[str]:
        address = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder))
        return [str(shutil.which("redis-server")), *address, "--save", "", "--appendonly", "no"]

    def answers(self) -> bool:
        return greets(self.port, b"PING\r\n", b"+PONG")


class RabbitMQ(Server):
    """A RabbitMQ node with a name service of its own; its queues live through a restart."""

    name = "RabbitMQ"
    package = "rabbitmq-server (Debian) or set CUTROOM_TEST_RABBITMQ_URL"

    def __init__(self) -> None:
        super().__init__()
        self._names_port, self._nodes_port = free_port(), free_port()

    @classmethod
    def find(cls) -> Path | None:
        """Find the program itself: the one on the path would want to be a system service."""
        program = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
        on_path = shutil.which("rabbitmq-server")
        return program if program.exists() else Path(on_path) if on_path else None

    @classmethod
    def made(cls) -> Self:
        """Make one that is not started yet."""
        if cls.find() is None or shutil.which("epmd") is None:
            absent(cls)
        server = cls()
        server.prepare()
        return server

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    @property
    def command(self) -> Sequence[str]:
        return [str(self.find())]

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "ERL_EPMD_PORT": str(self._names_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"cutroom{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._nodes_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            # The shell becomes the node, so that whoever ends the one ends the other.
            "RUNNING_UNDER_SYSTEMD": "1",
            # Two schedulers that sleep while there is nothing to do: other tests want the cores.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        }

    def prepare(self) -> None:
        """Write its settings: no plugins, and a disk that is nearly full is none of its business."""
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text("disk_free_limit.absolute = 1MB\nlog.console = false\n")
        for name in ("mnesia", "logs"):
            (self.folder / name).mkdir()

    def start(self) -> None:
        """Start the name service in front, because the node would leave one behind, then the node."""
        self._start([str(shutil.which("epmd")), "-port", str(self._names_port), "-address", "127.0.0.1"])
        super().start()

    def answers(self) -> bool:
        return greets(self.port, b"AMQP\x00\x00\x09\x01", b"\x01\x00\x00")


class ObjectStore(Server):
    """An S3 server from a wheel: it holds what it gets in memory and does not look at signatures."""

    name = "moto"
    package = "requirements/dev.txt"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]

    def answers(self) -> bool:
        return greets(self.port, b"GET / HTTP/1.0\r\n\r\n", b"HTTP/1.")

    def make_bucket(self, name: str) -> None:
        """Make an empty bucket."""
        signature = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"
        answer = httpx2.put(f"{self.url}/{name}", headers={"Authorization": signature})
        assert answer.status_code == 200, answer.text
