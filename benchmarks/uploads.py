"""What bringing a file over loopback takes: through tus, against ``cp`` and against nginx receiving the same bytes.

Ours is on the disk when it is answered (fsync), as it must be; ``cp`` and nginx are measured as they are and, for the
disk's own share, ``cp`` with a sync. Meanwhile somebody else asks for their session, and how long that takes is told
beside what it takes on an idle server.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2

from benchmarks._instance import serving

_BYTES = 512 << 20
_PIECE = 1 << 20
_ROUNDS = 3
_OCTETS = "application/offset+octet-stream"
_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; client_max_body_size 0; client_body_temp_path {folder}/body;
  server {{ listen 127.0.0.1:{port}; root {folder}/root; location / {{ dav_methods PUT; }} }}
}}
"""


def measure() -> dict[str, Any]:
    """Give seconds and ratios of the best of several rounds, and the 99th percentile of other requests in ms."""
    results: dict[str, Any] = {"bytes": _BYTES}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        with source.open("wb") as file:
            for _ in range(_BYTES // _PIECE):
                file.write(os.urandom(_PIECE))
        best: dict[str, float] = {}
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(serving(folder / "data"))
            web = _nginx(stack, folder)
            ways: dict[str, Callable[[], float]] = {
                "tus": lambda: _through_tus(server.url, server.headers, source),
                "cp": lambda: _copy(source, folder / "copy", sync=False),
                "cp_and_sync": lambda: _copy(source, folder / "copy", sync=True),
            }
            if web is not None:
                port = web
                ways["nginx"] = lambda: _put(port, source)
            else:
                results["nginx"] = "skipped: nginx is not installed"
            for _ in range(_ROUNDS):  # in turn, so that a busy moment of the machine meets all of them
                for way, run in ways.items():
                    best[way] = min(best.get(way, 1e9), run())
            idle = _p99_ms(server.url, server.headers, lambda: time.sleep(4))
            busy = _p99_ms(server.url, server.headers, lambda: [ways["tus"]() for _ in range(3)])
            if "nginx" in ways:  # what the machine alone makes of it
                beside = _p99_ms(server.url, server.headers, lambda: [ways["nginx"]() for _ in range(3)])
                results["session_p99_nginx_receiving_ms"] = round(beside, 1)
    for way, took_s in best.items():
        results[f"{way}_mb_per_s"] = round(_BYTES / 1e6 / took_s)
    for way in best:
        if way != "tus":
            results[f"tus_over_{way}"] = round(best[way] / best["tus"], 2)
    results |= {"session_p99_idle_ms": round(idle, 1), "session_p99_uploading_ms": round(busy, 1)}
    return results


def _through_tus(url: str, headers: Mapping[str, str], source: Path) -> float:
    """Bring a file and give it up again; gives how long the bytes took until they were answered."""
    told = {**headers, "Tus-Resumable": "1.0.0"}
    with httpx2.Client(base_url=url, headers=told) as client:
        address = client.post("/api/v1/uploads", headers={"Upload-Length": str(_BYTES)}).headers["location"]
        sent = {**told, "Content-Type": _OCTETS, "Upload-Offset": "0"}
        took_s, status = _send(url.rpartition(":")[2], "PATCH", address, sent, source)
        if status != 204:
            raise RuntimeError(f"the upload was answered with {status}")
        client.delete(address)
    return took_s


def _put(port: int, source: Path) -> float:
    took_s, status = _send(port, "PUT", "/file", {}, source)
    if status not in {201, 204}:
        raise RuntimeError(f"nginx answered with {status}")
    return took_s


def _send(port: int | str, method: str, path: str, headers: Mapping[str, str], source: Path) -> tuple[float, int]:
    """Send a file with the kernel's own copying, so that the client costs next to nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    with source.open("rb") as file:
        begin = time.perf_counter()
        connection.putrequest(method, path)
        for key, value in {**headers, "Content-Length": str(_BYTES)}.items():
            connection.putheader(key, value)
        connection.endheaders()
        connection.sock.sendfile(file)
        answer = connection.getresponse()
        answer.read()
        took_s = time.perf_counter() - begin
    connection.close()
    return took_s, answer.status


def _copy(source: Path, target: Path, *, sync: bool) -> float:
    begin = time.perf_counter()
    subprocess.run(["/bin/cp", str(source), str(target)], check=True)
    if sync:
        with target.open("rb") as file:
            os.fsync(file.fileno())
    took_s = time.perf_counter() - begin
    target.unlink()
    return took_s


def _nginx(stack: contextlib.ExitStack, folder: Path) -> int | None:
    """Start nginx on loopback, where it is installed, and give its port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        return None
    for each in ("root", "body"):
        (folder / each).mkdir()
        (folder / each).chmod(0o777)
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port))
    child = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=sys.stderr)
    stack.callback(child.wait)
    stack.callback(child.terminate)
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return port
        time.sleep(0.1)
    raise RuntimeError("nginx does not answer")


def _p99_ms(url: str, headers: Mapping[str, str], meanwhile: Callable[[], object]) -> float:
    """Ask for a session again and again while something goes on."""
    os.sync()  # what was written before would wait for the disk in the middle of it
    took_ms: list[float] = []
    done = threading.Event()

    def ask() -> None:
        with httpx2.Client(base_url=url, headers=dict(headers)) as client:
            while not done.is_set():
                begin = time.perf_counter()
                client.get("/api/v1/session").raise_for_status()
                took_ms.append((time.perf_counter() - begin) * 1000)
                time.sleep(0.01)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        meanwhile()
    finally:
        done.set()
        asking.join()
    return statistics.quantiles(took_ms, n=100)[98]
