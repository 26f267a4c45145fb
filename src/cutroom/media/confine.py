"""Give up rights in this process, for good, and become another program.

Run as a script by :mod:`cutroom.media.sandbox`, and imported by children of ours that confine themselves. It
leans on little of the standard library, because it starts before every run of ffmpeg. Being a program of its own
it is safe where threads run; code between ``fork`` and ``exec`` is not.

Nothing here needs privileges. Sources: Linux ``Documentation/userspace-api/landlock.rst`` and
``seccomp_filter.rst``; system call numbers from ``asm/unistd.h``.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import sys

#: Read by any program that starts, decodes and draws text; nothing here is private.
SYSTEM_READS = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/nix/store",
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/usr/share/zoneinfo",
    "/etc/fonts", "/usr/share/fontconfig", "/usr/share/fonts", "/usr/local/share/fonts", "/var/cache/fontconfig",
    "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo",
    "/sys/devices/system/cpu", "/sys/fs/cgroup",
)  # fmt: skip
#: Where the dynamic loaders are, there or one folder down: the kernel runs one of them to start a program.
LOADERS_IN = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
#: What a program says when it must not start unconfined; no program of ours ends with this status otherwise.
REFUSED = 125

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # one number on every architecture
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_MAKE_AND_REMOVE = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13  # plain files and folders, and moving them
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
#: Rights that each version of Landlock knows.
_FS_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP_RIGHTS, _CONNECT_TCP, _SCOPES = 0b11, 0b10, 0b11  # bind and connect; abstract sockets and signals
#: The version of Landlock that first holds TCP connections to ports (Linux 6.7).
TCP_RULES = 4

#: What ``sendto``, ``sendmsg`` and ``sendmmsg`` would connect with, past the hook on ``connect``.
_FAST_OPEN = 0x20000000

#: Calls that are looked into where a child may connect: socket, then those that send, with where their flags stand.
_SOCKET_CALLS = {"x86_64": (41, {44: 3, 46: 2, 307: 3}), "aarch64": (198, {206: 3, 211: 2, 269: 3})}
#: Audit architecture and refused system calls: the network, other processes, the kernel, names of other places.
_REFUSED_CALLS = {
    "x86_64": (0xC000003E, (
        41, 53,  # socket, socketpair
        101, 310, 311, 438,  # ptrace, process_vm_readv, process_vm_writev, pidfd_getfd
        425, 426, 427,  # io_uring: it opens sockets without the call
        321, 298, 323, 248, 249, 250,  # bpf, perf_event_open, userfaultfd, add_key, request_key, keyctl
        165, 166, 155, 161, 272, 308, 304,  # mount, umount2, pivot_root, chroot, unshare, setns, open_by_handle_at
        428, 429, 430, 442, 175, 313, 246, 320, 169,  # the newer mounts, modules, kexec, reboot
    )),
    "aarch64": (0xC00000B7, (
        198, 199, 117, 270, 271, 438, 425, 426, 427, 280, 241, 282, 217, 218, 219, 40, 39, 41, 51, 97, 268, 265,
        428, 429, 430, 442, 105, 273, 104, 294, 142,
    )),
}  # fmt: skip


class Unavailable(Exception):
    """This kernel, or a rule of this machine, does not allow a confinement."""


def landlock_version() -> int:
    """Ask the kernel; 0 when there is none."""
    if sys.platform != "linux":
        return 0
    version: int = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, version)


def die_with(parent: int) -> None:
    """End this process when the thread that started it ends, or now if it already has."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(REFUSED)


def limit(memory_bytes: int, file_bytes: int) -> None:
    """Cap memory, the size of a written file and open files, and leave no core."""
    limits = (
        (resource.RLIMIT_DATA, memory_bytes),
        # Address space is cheap to reserve: an arena and a stack for each thread.
        (resource.RLIMIT_AS, 4 * memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, wanted in limits:
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # macOS refuses some of them
            continue


def restrict_files(reads: list[str], writes: list[str], runs: list[str], connects: list[str]) -> None:
    """Open nothing but what is named, and connect to no other port, from now on (Landlock).

    Args:
        reads: Files, or folders with all they hold.
        writes: Folders in which files may also be made, changed and removed.
        runs: Programs that may be started.
        connects: TCP ports, whoever listens there; the rule holds from Landlock 4 (Linux 6.7) on.

    Raises:
        Unavailable: If the kernel has no Landlock.
    """
    version = landlock_version()
    if version < 1:
        raise Unavailable("the kernel has no Landlock")
    rights = _FS_RIGHTS[min(version, max(_FS_RIGHTS))]
    words = [rights, *([_TCP_RIGHTS] if version >= TCP_RULES else []), *([_SCOPES] if version > 5 else [])]
    attributes = (ctypes.c_uint64 * len(words))(*words)
    ruleset = _check(_libc().syscall(_CREATE_RULESET, attributes, ctypes.sizeof(attributes), 0))
    for path in [*SYSTEM_READS, *reads]:
        _allow(ruleset, path, rights & (_READ_FILE | _READ_DIR))
    _allow(ruleset, "/dev/null", rights & (_READ_FILE | _WRITE_FILE | _TRUNCATE))
    for path in writes:
        _allow(ruleset, path, rights & (_READ_FILE | _READ_DIR | _WRITE_FILE | _TRUNCATE | _MAKE_AND_REMOVE))
    for path in [*runs, *_loaders()]:
        _allow(ruleset, path, rights & (_READ_FILE | _EXECUTE))
    if version >= TCP_RULES:
        for port in connects:
            _check(_libc().syscall(_ADD_RULE, ruleset, 2, (ctypes.c_uint64 * 2)(_CONNECT_TCP, int(port)), 0))
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(_libc().syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def restrict_calls(*, connects: bool = False) -> None:
    """Make no socket and touch no other process, from now on (seccomp).

    Args:
        connects: Whether sockets for TCP may be made; no others, so that no name is asked for and no other protocol
            goes round the rule on ports.

    Raises:
        Unavailable: If the kernel has no filters or the machine is of another kind.
    """
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in _REFUSED_CALLS:
        raise Unavailable(f"no system call filter is written for {sys.platform} on {machine}")
    architecture, listed = _REFUSED_CALLS[machine]
    refused = list(listed)
    kill, allow, refuse = (0x06, 0, 0, 0x80000000), (0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050000 | errno.EPERM)
    load_number = (0x20, 0, 0, 0)
    looked_into: list[tuple[int, int, int, int]] = []
    if connects:
        socket_call, sends = _SOCKET_CALLS[machine]
        refused.remove(socket_call)
        for number, body in (
            (socket_call, _for_tcp_only(allow, refuse)),
            *((call, [_load(flags), (0x45, 0, 1, _FAST_OPEN), refuse, allow]) for call, flags in sends.items()),
        ):
            looked_into += [(0x15, 0, len(body), number), *body]
    program = [
        (0x20, 0, 0, 4),  # load the architecture
        (0x15, 1, 0, architecture),
        kill,
        load_number,
        *looked_into,
        # The x32 numbers would go round the list. Jumps count from the next line; the refusal is the last.
        (0x35, len(refused) + 1, 0, 0x40000000),
        *((0x15, len(refused) - position, 0, number) for position, number in enumerate(refused)),
        allow,
        refuse,
    ]
    code = b"".join(
        operation.to_bytes(2, sys.byteorder) + bytes((true, false)) + value.to_bytes(4, sys.byteorder)
        for operation, true, false, value in program
    )
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    block = Program(len(program), ctypes.cast(buffer, ctypes.c_void_p))
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(_libc().prctl(_PR_SET_SECCOMP, 2, ctypes.byref(block), 0, 0))


def _load(argument: int) -> tuple[int, int, int, int]:
    """Load the half of an argument that the kernel reads as an ``int``."""
    return (0x20, 0, 0, 16 + 8 * argument + (0 if sys.byteorder == "little" else 4))


def _for_tcp_only(
    allow: tuple[int, int, int, int], refuse: tuple[int, int, int, int]
) -> list[tuple[int, int, int, int]]:
    """Look at what ``socket`` is asked for; MPTCP and SCTP are streams too, and no rule of Landlock holds them."""
    return [
        _load(0),  # the family: AF_INET or AF_INET6
        (0x15, 2, 0, 2),
        (0x15, 1, 0, 10),
        refuse,
        _load(1),  # the type, without its flags: SOCK_STREAM
        (0x54, 0, 0, 0xF),
        (0x15, 1, 0, 1),
        refuse,
        _load(2),  # the protocol: the default or TCP
        (0x15, 1, 0, 0),
        (0x15, 0, 1, 6),
        allow,
        refuse,
    ]


def confine(options: list[str]) -> list[str]:
    """Apply what the options name.

    Args:
        options: ``name=value``: ``read``, ``write``, ``run``, ``connect`` (each any number of times), ``memory``,
            ``file``, ``parent``, and ``mode``: ``required``, ``auto`` or ``off``.

    Returns:
        What is in force, of ``landlock`` and ``seccomp``.

    Raises:
        Unavailable: If the mode is ``required`` and not all of it is.
    """
    named: dict[str, list[str]] = {}
    for option in options:
        name, _, value = option.partition("=")
        named.setdefault(name, []).append(value)
    die_with(int(named["parent"][0]))
    limit(int(named["memory"][0]), int(named["file"][0]))
    mode = named["mode"][0]
    if mode == "off":
        return []
    force: list[str] = []
    connects = named.get("connect", [])

    def files() -> None:
        restrict_files(named.get("read", []), named.get("write", []), named.get("run", []), connects)

    def calls() -> None:
        restrict_calls(connects=bool(connects))

    for name, restrict in (("landlock", files), ("seccomp", calls)):
        try:
            restrict()
            force.append(name)
        except (Unavailable, OSError):
            if mode == "required":
                raise
    return force


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _loaders() -> list[str]:
    found = []
    for folder in LOADERS_IN:
        for below in [folder, *(path for path in _list(folder) if "-linux-" in path)]:
            found += [path for path in _list(below) if "/ld-" in path]
    return found


def _list(folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in os.listdir(folder)]  # noqa: PTH208 - pathlib would cost the start 10 ms
    except OSError:
        return []


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - as above
            rights &= _FILE_RIGHTS
        rule = rights.to_bytes(8, sys.byteorder) + handle.to_bytes(4, sys.byteorder)
        _check(_libc().syscall(_ADD_RULE, ruleset, 1, rule, 0))
    finally:
        os.close(handle)


def main() -> None:
    """Confine this process and become the program after ``--``; without one, say what is in force."""
    split = sys.argv.index("--")
    try:
        force = confine(sys.argv[1:split])
        command = sys.argv[split + 1 :]
        if not command:
            print("\n".join(force))  # noqa: T201 - the answer to the parent
            return
        os.execv(command[0], command)  # noqa: S606 - it is what this script is for
    except (Unavailable, OSError) as error:
        print(f"not started: {error}", file=sys.stderr)  # noqa: T201 - likewise
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
