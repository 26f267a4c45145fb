"""Look at links and download what they lead to, in a confined child that reaches nothing but a proxy of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from cutroom.core.egress.addresses import Guard
from cutroom.core.egress.proxy import Allowance, running
from cutroom.core.errors import MissingCapability
from cutroom.core.progress import Progress, ignore_progress
from cutroom.ingest.links.errors import LinkRefused, SiteChanged, SiteUnavailable
from cutroom.ingest.links.failures import explain
from cutroom.ingest.links.versions import is_current
from cutroom.media import ffmpeg
from cutroom.media.info import MediaInfo
from cutroom.media.probe import probe
from cutroom.media.process import Child
from cutroom.media.sandbox import GIB, Policy

#: How many entries of a list are looked at.
MOST_ENTRIES = 50
_LOOK_S = 120.0
_DOWNLOAD_S = 6 * 3600.0
#: Pages, playlists and thumbnails, on top of the recording itself.
_OVERHEAD_BYTES = 256 << 20
_ANSWER_BYTES = 1 << 20
_JOIN_S = 1800.0


class Entry(BaseModel):
    """One of a list: a recording that it leads to.

    Attributes:
        key: What the site calls it, for ever.
    """

    url: Annotated[str, Field(min_length=1, max_length=4096)]
    key: Annotated[str, Field(max_length=200)] = ""
    title: Annotated[str, Field(max_length=300)] = ""


class LinkInfo(BaseModel):
    """What a site says of a link; any of it may be missing, and none of it is believed.

    Attributes:
        size_bytes: Of what would be downloaded; ``None`` where the site does not tell.
        live: Whether it has no end yet.
        entries: Where it leads to a list: what is in it, the first so many.
    """

    title: Annotated[str, Field(max_length=300)] = ""
    description: Annotated[str, Field(max_length=5000)] = ""
    uploader: Annotated[str, Field(max_length=200)] = ""
    license: Annotated[str, Field(max_length=200)] = ""
    webpage_url: Annotated[str, Field(max_length=4096)] = ""
    extractor_key: Annotated[str, Field(max_length=64)] = ""
    duration: float | None = None
    width: float | None = None
    height: float | None = None
    timestamp: float | None = None
    age_limit: float | None = None
    live: bool = False
    size_bytes: int | None = None
    entries: list[Entry] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a link may be.

    Attributes:
        guard: Where one may connect to.
        sites: Names of the readers that may be used, as regular expressions; ``default`` is all of them.
    """

    guard: Guard
    sites: tuple[str, ...] = ("default",)


def look(url: str, folder: Path, rules: Rules) -> LinkInfo:
    """Ask what is at a link, without downloading it.

    Raises:
        LinkRefused: If it leads nowhere, or to nothing that can be brought in.
        AddressRefused: If it is not an address that may be reached.
        SiteChanged: If the site cannot be read.
        SiteUnavailable: If it does not answer.
        MissingCapability: If yt-dlp is too old, or its child cannot be confined as it must be.
    """
    return _ask(url, folder, rules, download=False, size_bytes=GIB, progress=ignore_progress)


def download(
    url: str, folder: Path, rules: Rules, *, size_bytes: int, progress: Progress = ignore_progress
) -> tuple[LinkInfo, Path]:
    """Download what is at a link.

    Args:
        folder: Empty; what comes lies in it.
        size_bytes: No file may be larger.

    Returns:
        What the site said then, and the one file.

    Raises:
        LinkRefused: If there is nothing, or more of it than allowed.
        AddressRefused, SiteChanged, SiteUnavailable, MissingCapability: As for :func:`look`.
        UnsupportedMedia: If what came is no recording.
        DiskFull: If there is no room.
    """
    info = _ask(url, folder, rules, download=True, size_bytes=size_bytes, progress=progress)
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix not in {".part", ".ytdl"})
    if not files:
        raise LinkRefused(
            f"Nothing came from the link: it is larger than the {size_bytes / 1e6:,.0f} MB that are allowed, or empty."
        )
    return info, _joined(files, folder)


def _ask(url: str, folder: Path, rules: Rules, *, download: bool, size_bytes: int, progress: Progress) -> LinkInfo:
    rules.guard.parse(url)  # one sentence at once; where it leads is for the proxy to judge
    url = url.partition("#__youtubedl_smuggle")[0]  # what follows would be orders for yt-dlp
    if not is_current():
        raise MissingCapability("yt-dlp is too old to be safe: pip install --upgrade yt-dlp.")
    with running(rules.guard, Allowance(size_bytes=2 * size_bytes + _OVERHEAD_BYTES)) as proxy:
        asked = folder.with_name(folder.name + ".request.json")  # a file: the proxy's key is not for the process list
        asked.touch(0o600)
        request = {
            "url": url,
            "proxy": proxy.url,
            "sites": rules.sites,
            "folder": str(folder),
            "download": download,
            "size_bytes": size_bytes,
            "most": MOST_ENTRIES,
        }
        asked.write_text(json.dumps(request))
        try:
            policy = Policy(
                reads=(asked,),
                writes=folder,
                memory_bytes=2 * GIB,
                file_bytes=size_bytes,
                connects=(proxy.port,),
            )
            command = [sys.executable, "-I", "-m", "cutroom.ingest.links.reading", *policy.options(), "--", str(asked)]
            with Child(command, time_limit_s=_DOWNLOAD_S if download else _LOOK_S) as child:
                answer = _last(_lines(child), progress)
                status = child.wait() if child.ended else 0
                if child.timed_out:
                    raise SiteUnavailable("The site was too slow: try again later.")
        finally:
            asked.unlink(missing_ok=True)
        if answer is None:
            raise SiteChanged(f"Reading the site failed (status {status}): a newer yt-dlp may mend it.")
        if answer["kind"] == "failed":
            raise explain(answer, proxy, size_bytes)
        try:
            return LinkInfo.model_validate(answer)
        except ValidationError as error:
            raise SiteChanged("The site gave something that cannot be read: a newer yt-dlp may mend it.") from error


def _lines(child: Child) -> Iterator[dict[str, Any]]:
    while (line := child.stdout.readline(_ANSWER_BYTES)).endswith(b"\n"):
        yield TypeAdapter(dict[str, Any]).validate_json(line)


def _last(lines: Iterator[dict[str, Any]], progress: Callable[[float], None]) -> dict[str, Any] | None:
    """Pass progress on and give what came of it."""
    for line in lines:
        if line.get("kind") == "progress":
            progress(float(line["fraction"]))
        elif line.get("kind") in {"found", "failed"}:
            return line
    return None


def _joined(files: list[Path], folder: Path) -> Path:
    """Give the one recording: picture and sound that came apart are put together, bit for bit."""
    if len(files) == 1:
        return files[0]
    probed: list[tuple[Path, MediaInfo]] = [(path, probe(path)) for path in files[:4]]
    whole = next((path for path, info in probed if info.video and info.audio), None)
    picture = next((path for path, info in probed if info.video), None)
    sound = next((path for path, info in probed if info.audio and not info.video), None)
    if whole or picture is None or sound is None:
        return whole or picture or files[0]
    target = folder / "joined.mkv"  # it takes any codec
    ffmpeg.run(
        [
            *ffmpeg.input_arguments(picture),
            *ffmpeg.input_arguments(sound),
            *("-map", "0:v:0", "-map", "1:a:0", "-c", "copy", f"file:{target.absolute()}"),
        ],
        reads=[picture, sound],
        writes=folder,
        time_limit_s=_JOIN_S,
    )
    return target
