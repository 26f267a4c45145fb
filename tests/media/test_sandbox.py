from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.media import hostile
from tests.media.hostile import film

from cutroom.core.errors import MissingCapability, ProcessFailed
from cutroom.core.files import sha256_of
from cutroom.core.settings import get_settings
from cutroom.media import confine, ffmpeg, sandbox
from cutroom.media.probe import probe
from cutroom.media.sandbox import Level

pytestmark = pytest.mark.skipif(
    sandbox.level() is not Level.FULL, reason=f"this machine holds a child only so far: {sandbox.level()}"
)


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    yield monkeypatch
    get_settings.cache_clear()


def remux(source: Path, target: Path, *, reads: list[Path], writes: Path | None) -> None:
    inputs = ["-i", f"file:{source}"]
    ffmpeg.run([*inputs, "-c", "copy", f"file:{target}"], reads=reads, writes=writes, time_limit_s=30)


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_only_what_is_named_can_be_read_and_written(tmp_path: Path) -> None:
    source, out, other = film(tmp_path / "film.mp4", duration_s=1), tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.mkdir()
    readable = film(other / "readable.mp4", duration_s=1)
    before = sha256_of(readable)
    remux(source, out / "a.mp4", reads=[source], writes=out)
    with pytest.raises(ProcessFailed, match="Permission denied"):
        remux(source, out / "b.mp4", reads=[], writes=out)
    with pytest.raises(ProcessFailed, match="Permission denied"):
        remux(source, other / "b.mp4", reads=[source], writes=out)
    with pytest.raises(ProcessFailed, match="Permission denied"):
        remux(source, readable, reads=[source, readable], writes=out)
    assert list(other.iterdir()) == [readable]
    assert sha256_of(readable) == before


def test_no_socket_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.mp4"
        with pytest.raises(ProcessFailed, match="Operation not permitted"):
            ffmpeg.run(["-i", url, "-f", "null", "-"], reads=[], writes=None, time_limit_s=30)
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_other_program_is_started(tmp_path: Path) -> None:
    options = sandbox.Policy().options()
    command = [sys.executable, "-I", "-S", confine.__file__, *options, "run=/bin/sh", "--"]
    shell = subprocess.run(
        [*command, "/bin/sh", "-c", "echo started; /bin/cat /etc/passwd"], capture_output=True, text=True, check=False
    )
    assert shell.stdout == "started\n"
    assert shell.returncode == 126


def test_a_file_grows_no_further_than_allowed(tmp_path: Path) -> None:
    options = sandbox.Policy(writes=tmp_path, file_bytes=1000).options()
    program = shutil.which("head")
    assert program is not None
    target = tmp_path / "big"
    command = [sys.executable, "-I", "-S", confine.__file__, *options, f"run={program}", "--", program, "-c", "9999"]
    with target.open("wb") as file:
        subprocess.run([*command, "/dev/zero"], stdout=file, stderr=subprocess.DEVNULL, check=False)
    assert target.stat().st_size == 1000


def test_memory_is_bounded() -> None:
    code = "import os, sys; from cutroom.media.confine import limit; limit(300_000_000, 1); bytearray(400_000_000)"
    assert "MemoryError" in run_python(code).stderr
    assert run_python(code.replace("400_", "100_")).returncode == 0


def test_the_output_is_the_same_with_and_without(tmp_path: Path, setting: pytest.MonkeyPatch) -> None:
    source = film(tmp_path / "film.mp4", duration_s=2)
    sums = set()
    for mode in ("required", "auto", "off"):
        setting.setenv("CUTROOM_SANDBOX", mode)
        get_settings.cache_clear()
        target = tmp_path / f"{mode}.mp4"
        arguments = [*ffmpeg.input_arguments(source), "-vf", "hflip", "-threads", "2", "-bitexact", f"file:{target}"]
        ffmpeg.run(arguments, reads=[source], writes=tmp_path, time_limit_s=60)
        sums.add(sha256_of(target))
    assert len(sums) == 1


def test_a_machine_without_landlock_is_refused_when_it_is_required(tmp_path: Path) -> None:
    # Landlock's own calls are refused to a process and all its children, as an old kernel would.
    machine = os.uname().machine
    code = f"""
from cutroom.media import confine, sandbox
from cutroom.core.settings import get_settings
architecture, calls = confine._REFUSED_CALLS[{machine!r}]
confine._REFUSED_CALLS[{machine!r}] = (architecture, (444, 445, 446))
confine.restrict_calls()
print(sandbox.level())
try:
    print(sandbox.Policy().options()[-1])
except Exception as error:
    print(type(error).__name__, error)
"""
    environment = {**os.environ, "CUTROOM_SANDBOX": "required"}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.splitlines()
    assert said[0] == "partial"
    assert said[1].startswith(f"{MissingCapability.__name__} This machine cannot confine ffmpeg (partial)")
    environment["CUTROOM_SANDBOX"] = "auto"
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.splitlines()
    assert said == ["partial", "mode=auto"]


def test_a_child_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    code = """
import os, sys
from cutroom.media import ffmpeg
arguments = ["-re", "-f", "lavfi", "-i", "testsrc=s=64x48", "-f", "rawvideo", "pipe:1"]
with ffmpeg.stream(arguments, reads=[], time_limit_s=60) as pipe:
    pipe.read(1)
    print(*open(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read().split(),
          *[c for t in os.listdir("/proc/self/task") for c in open(f"/proc/self/task/{t}/children").read().split()])
    sys.stdout.flush()
    sys.stdin.read()
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline().split()[0])
    assert b"testsrc" in Path(f"/proc/{child}/cmdline").read_bytes()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    if parent.stdin is not None:
        parent.stdin.close()
    for _ in range(100):
        if not is_running(child):
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("ffmpeg ran on for 10 s after its parent was killed")


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_needs_no_privileges() -> None:
    code = """
import os, socket
from cutroom.media import confine
os.setgroups([]); os.setgid(65534); os.setuid(65534)
print(confine.confine(["memory=1000000000", "file=1000", f"parent={os.getppid()}", "mode=required"]))
for attempt in (lambda: open("/etc/hostname"), lambda: open("/tmp/x", "w"), socket.socket):
    try:
        attempt()
    except PermissionError:
        print("refused")
"""
    done = run_python(code)
    assert done.stdout.splitlines() == ["['landlock', 'seccomp']", *["refused"] * 3], done.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("kind", hostile.REFUSED)
def test_reading_a_hostile_file_opens_no_other_and_no_socket(kind: str, tmp_path: Path) -> None:
    path = hostile.REFUSED[kind][0](tmp_path)
    code = f"from pathlib import Path; from cutroom.media.probe import probe; probe(Path({str(path)!r}))"
    log = tmp_path / "strace.log"
    trace = ["strace", "-f", "-qq", "-s", "400", "-e", "trace=open,openat,openat2,socket,connect", "-o", str(log)]
    traced = subprocess.run([*trace, sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "UnsupportedMedia" in traced.stderr
    calls = log.read_text().splitlines()
    assert any(path.name in call for call in calls), "strace must have seen the file itself"
    assert not [call for call in calls if str(tmp_path) in call and str(path) not in call]
    assert not [call for call in calls if "socket(" in call or "connect(" in call]


def test_the_probe_is_held_too(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", duration_s=1)
    command = [sys.executable, "-I", "-m", "cutroom.media.demux", *sandbox.Policy().options(), "--", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == '{"error": "PermissionError"}\n'
    assert probe(source).video is not None


#: Tries every way out, and says which lead somewhere.
WAYS_OUT = """
import os, socket, sys
allowed, other = int(sys.argv[1]), int(sys.argv[2])
def connect(*kind, port=allowed, host="127.0.0.1"):
    with socket.socket(*kind) as tried:
        tried.settimeout(5)
        tried.connect((host, port))
def fast_open(port):
    with socket.socket() as tried:
        tried.sendto(b"x", 0x20000000, ("127.0.0.1", port))
def fast_message(port):
    with socket.socket() as tried:
        tried.sendmsg([b"x"], [], 0x20000000, ("127.0.0.1", port))
def listen():
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
ways = {
    "allowed": lambda: connect(),
    "allowed, without waiting": lambda: socket.socket(socket.AF_INET, stream | socket.SOCK_NONBLOCK).close(),
    "allowed, version 6": lambda: socket.socket(socket.AF_INET6, stream).close(),
    "other port": lambda: connect(port=other),
    "multipath": lambda: connect(socket.AF_INET, stream, 262, port=other),
    "sctp": lambda: socket.socket(socket.AF_INET, stream, 132),
    "udp": lambda: socket.socket(socket.AF_INET, datagram),
    "udp 6": lambda: socket.socket(socket.AF_INET6, datagram),
    "unix": lambda: socket.socket(socket.AF_UNIX, stream),
    "pair": lambda: socket.socketpair(),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "raw": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
    "fast open": lambda: fast_open(other),
    "fast open of the allowed": lambda: fast_open(allowed),
    "fast message": lambda: fast_message(other),
    "listen": listen,
    "name": lambda: socket.getaddrinfo("example.org", 80),
}
for name, way in ways.items():
    try:
        way()
        print(name)
    except OSError:
        pass
"""


@pytest.mark.skipif(not sandbox.holds_connections(), reason="this kernel cannot hold a child to a port")
def test_a_child_that_may_connect_reaches_its_one_port_and_nothing_else() -> None:
    program = str(Path(sys.executable).resolve())
    with socket.create_server(("127.0.0.1", 0)) as proxy, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [server.getsockname()[1] for server in (proxy, other)]
        policy = sandbox.Policy(reads=(Path(program).parent.parent,), connects=(ports[0],))
        command = sandbox.confined([program, "-I", "-S", "-c", WAYS_OUT, *map(str, ports)], policy)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout.splitlines() == ["allowed", "allowed, without waiting", "allowed, version 6"], done.stderr
        other.settimeout(0.2)
        with pytest.raises(TimeoutError):
            other.accept()


def test_where_a_port_cannot_be_held_a_child_that_connects_is_refused_when_it_is_required(
    setting: pytest.MonkeyPatch,
) -> None:
    setting.setenv("CUTROOM_SANDBOX", "required")
    get_settings.cache_clear()
    setting.setattr(confine, "landlock_version", lambda: 3)
    with pytest.raises(MissingCapability, match="hold a download to its proxy"):
        sandbox.Policy(connects=(1234,)).options()
    assert "connect=1234" not in sandbox.Policy().options()
