"""Fetch a model's files from a hub that speaks Hugging Face's addresses.

Our own client and not ``huggingface_hub``: that one compares a file's size and never its hash, reports progress to
a terminal only, and takes its address from the environment at import. What is needed here is two addresses:
``/api/models/{repo}/revision/{revision}?blobs=true`` and ``/{repo}/resolve/{revision}/{file}``.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from cutroom.core.errors import OutputFailed, ProviderFailed, ProviderUnavailable
from cutroom.core.http import Limits, RequestRefused, RequestUnanswered, Server
from cutroom.core.progress import Progress, ignore_progress

#: Tries in a row that bring less than ``_GAIN`` before a download is given up; what is there stays for next time.
_ATTEMPTS = 4
_GAIN = 1_000_000
#: What may become a name on our disk.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_DIGEST = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file as a hub describes it.

    Attributes:
        digest: SHA-256 (64 digits), or for small files the git blob id (40 digits).
    """

    name: str
    size_bytes: int
    digest: str


def hub_at(base_url: str, *, limits: Limits | None = None) -> Server:
    """Name a hub; without limits, 30 s of silence end a try."""
    return Server("the model hub", base_url, limits=limits or Limits(time_limit_s=30.0))


def digest_of(path: Path, like: str) -> str:
    """Hash a file as ``like`` was hashed: SHA-256 for 64 digits, a git blob id for 40."""
    if len(like) == 64:
        digest = hashlib.sha256()
    else:
        # Git's name for a file's bytes: no secret rests on it, the hub names small files so.
        digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def list_files(hub: Server, repo: str, revision: str, patterns: Sequence[str]) -> tuple[str, tuple[HubFile, ...]]:
    """Ask a hub for a repository's commit and for the files whose names fit a pattern.

    Raises:
        RequestRefused: If there is no such repository, or the answer is not a hub's.
        RequestUnanswered: If the hub cannot be reached.
    """
    answer = hub.ask("GET", f"/api/models/{quote(repo)}/revision/{quote(revision, safe='')}?blobs=true").json()
    try:
        files = [
            HubFile(entry["rfilename"], int(entry["size"]), (entry.get("lfs") or {}).get("sha256") or entry["blobId"])
            for entry in answer["siblings"]
            if any(fnmatch.fnmatchcase(entry["rfilename"], pattern) for pattern in patterns)
        ]
        # A name becomes a path of ours and a digest a file's name.
        return str(answer["sha"]), tuple(
            file for file in files if _NAME.fullmatch(file.name) and _DIGEST.fullmatch(file.digest)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RequestRefused(f"The model hub at {hub.base_url} describes {repo} in a way we do not know.") from error


def fetch(
    hub: Server, repo: str, revision: str, file: HubFile, target: Path, *, progress: Progress = ignore_progress
) -> None:
    """Download a file, going on where an earlier try ended, and put it in place once its hash is right.

    Raises:
        ProviderFailed: If the hub refuses, or gives other bytes than it or we announced, twice.
        ProviderUnavailable: If it cannot be reached or keeps breaking off; what came stays for the next call.
        OutputFailed: If the disk is full or the folder cannot be written.
    """
    part = target.with_name(f".{target.name}.{file.digest[:12]}.part")
    told = 0.0

    def forward(fraction: float) -> None:
        nonlocal told
        told = max(told, fraction)  # a download that starts anew does not take back what it told
        progress(told)

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for fresh in (False, True):
            if fresh:
                part.unlink(missing_ok=True)
            _fill(hub, f"/{quote(repo)}/resolve/{quote(revision, safe='')}/{quote(file.name)}", file, part, forward)
            if digest_of(part, file.digest) == file.digest:
                part.replace(target)
                return
        part.unlink(missing_ok=True)
    except OSError as error:
        raise _disk_failed(target.parent, error) from error
    raise ProviderFailed(
        f"The model hub at {hub.base_url} gave other bytes for {file.name} of {repo} than announced: nothing was kept."
    )


def _fill(hub: Server, path: str, file: HubFile, part: Path, progress: Progress) -> None:
    """Bring ``part`` to the file's full size, in as many tries as bring something."""
    failures = 0
    while True:
        before = _size(part)
        if before == file.size_bytes:
            return
        free, needed = shutil.disk_usage(part.parent).free, file.size_bytes - before
        if free < needed:
            raise OutputFailed(
                f"{part.parent} has {free / 1e6:,.0f} MB free and the model needs {needed / 1e6:,.0f} MB: "
                "free some space, or set CUTROOM_DATA_DIR to a folder with more."
            )
        try:
            _append(hub, path, file, part, progress)
            failures = 0 if _size(part) - before >= _GAIN else failures + 1
            reason = "the connection keeps ending early"
        except RequestUnanswered as error:
            failures = 1 if _size(part) - before >= _GAIN else failures + 1
            reason = str(error)
            rest_s = error.retry_after_s or 0.0
            if rest_s > hub.limits.longest_wait_s:
                failures = _ATTEMPTS
            time.sleep(min(rest_s, hub.limits.longest_wait_s))
        if _size(part) < file.size_bytes:
            if failures >= _ATTEMPTS:
                share = f"{_size(part) / 1e6:,.1f} of {file.size_bytes / 1e6:,.1f} MB"
                raise ProviderUnavailable(
                    f"The download of {file.name} stopped at {share} ({reason.rstrip('.')}): "
                    "run it again to go on from there."
                )
            time.sleep(hub.limits.first_wait_s * 2 ** max(0, failures - 1))


def _append(hub: Server, path: str, file: HubFile, part: Path, progress: Progress) -> None:
    """Ask for what is missing and write it behind what is there."""
    have = _size(part)
    # Compressed, the bytes could not be counted, and a range would be one of other bytes.
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with contextlib.ExitStack() as stack:
        try:
            response = stack.enter_context(hub.open(path, headers=headers))
        except RequestRefused as error:
            if error.answer_status != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
            part.unlink(missing_ok=True)
            return
        goes_on = response.status_code == HTTPStatus.PARTIAL_CONTENT and response.headers.get(
            "content-range", ""
        ).startswith(f"bytes {have}-")
        if not goes_on:
            have = 0
            if response.status_code == HTTPStatus.PARTIAL_CONTENT:
                raise RequestRefused(f"The model hub at {hub.base_url} sent a part of {file.name} nobody asked for.")
        with part.open("ab" if goes_on else "wb") as out:
            # Blocks as they come: a chosen size would hold back bytes and lose them when the connection breaks.
            for block in _until(response.iter_raw(), file.size_bytes - have):
                out.write(block)
                have += len(block)
                progress(have / file.size_bytes)
            out.flush()
            os.fsync(out.fileno())


def _until(blocks: Iterator[bytes], size_bytes: int) -> Iterator[bytes]:
    """Give the blocks, and stop a server that sends more than it announced."""
    for block in blocks:
        yield block[:size_bytes]
        size_bytes -= len(block)
        if size_bytes < 0:
            return


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _disk_failed(folder: Path, error: OSError) -> OutputFailed:
    return OutputFailed(
        f"The model cannot be kept in {folder} ({error.strerror or error}): set CUTROOM_DATA_DIR to another folder."
    )
