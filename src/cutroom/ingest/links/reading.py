"""Ask yt-dlp about a link, or let it download one, in a process of its own: confined, behind a proxy, one JSON a line.

Started by :mod:`cutroom.ingest.links.fetching` alone. What it says is hostile data: the parent checks every word, and
takes files from the folder, never a path from here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Before the import: neither plugins of the user's folders nor the user's settings are loaded.
os.environ["YTDLP_NO_PLUGINS"] = "1"

import yt_dlp
from yt_dlp.utils import DownloadError, unsmuggle_url

from cutroom.media.confine import Unavailable, confine

#: Where Linux and macOS keep the certificates of authorities.
CERTIFICATES = ("/etc/ssl", "/etc/pki", "/usr/share/ca-certificates", "/private/etc/ssl")
_TEXTS = {"title": 300, "description": 5000, "uploader": 200, "license": 200, "webpage_url": 4096, "extractor_key": 64}
_NUMBERS = ("duration", "width", "height", "timestamp", "age_limit")
#: A stretch of sizes up to full HD, with sound apart or together; what plays everywhere is taken first. Streams that
#: come apart stay apart: joining them is the parent's work, so that nothing but it starts ffmpeg.
_FORMAT = "(bv[height<=1080],ba)/b[height<=1080]/bv,ba/b"
_SORT = ("res:1080", "vcodec:h264", "acodec:aac")


def read(request: Mapping[str, Any]) -> None:
    """Do what a request asks for and say what came of it."""
    options = _options(request)
    progress = _Progress()
    options["progress_hooks"] = [progress.note]
    try:
        with yt_dlp.YoutubeDL(options) as downloader:
            found = downloader.extract_info(request["url"], download=request["download"])
            _say(kind="found", **_describe(downloader.sanitize_info(found) or {}, request["most"]))
    except DownloadError as error:
        cause = error.exc_info[1] if error.exc_info else error
        _say(kind="failed", cause=type(cause).__name__, status=getattr(cause, "status", None), said=str(error)[:500])
    except OSError as error:
        _say(kind="failed", cause="OSError", status=error.errno, said=str(error)[:500])


def _options(request: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "proxy": request["proxy"],
        "allowed_extractors": list(request["sites"]),
        "format": _FORMAT,
        "format_sort": list(_SORT),
        "extract_flat": "in_playlist",
        "lazy_playlist": True,
        "noplaylist": True,
        "playlist_items": f"1:{request['most']}",
        "max_filesize": request["size_bytes"],
        # The name is ours: what a site calls a thing never reaches a path.
        "outtmpl": {"default": "%(format_id)#S.%(ext)s"},
        "paths": {"home": request["folder"]},
        "restrictfilenames": True,
        "overwrites": True,
        "cachedir": False,
        "fixup": "never",
        "hls_prefer_native": True,
        "external_downloader": {"default": "native"},
        "enable_file_urls": False,
        "writethumbnail": False,
        "socket_timeout": 20,
        "retries": 3,
        "fragment_retries": 5,
        "skip_unavailable_fragments": False,
        "quiet": True,
        "noprogress": True,
        "no_warnings": True,
        "logger": _Silent(),
        "color": "never",
    }


class _Silent:
    """Takes what yt-dlp would print: a site's text must not look like a line of ours."""

    def debug(self, _: str) -> None: ...

    def warning(self, _: str) -> None: ...

    def error(self, _: str) -> None: ...


class _Progress:
    """Tells how much has come: picture and sound may come one after the other, and sizes may be guesses."""

    def __init__(self) -> None:
        self._done = 0
        self._told = -1.0

    def note(self, event: Mapping[str, Any]) -> None:
        """Take what the downloader tells."""
        info = event.get("info_dict") or {}
        streams = 2 if "none" in {info.get("vcodec"), info.get("acodec")} else 1
        if event["status"] == "finished":
            self._done += 1
            share = 0.0
        else:
            total = event.get("total_bytes") or event.get("total_bytes_estimate") or 0
            share = min(1.0, (event.get("downloaded_bytes") or 0) / total) if total else 0.0
        fraction = min(0.99, (self._done + share) / max(streams, self._done))
        if fraction >= self._told + 0.01:
            self._told = fraction
            _say(kind="progress", fraction=fraction)


def _describe(info: Mapping[str, Any], most: int) -> dict[str, Any]:
    chosen = info.get("requested_formats") or info.get("requested_downloads") or [info]
    sizes = [each.get("filesize") or each.get("filesize_approx") for each in chosen]
    known = [size for size in sizes if isinstance(size, int | float)]
    entries = info.get("entries")
    return {
        **{name: str(info.get(name) or "")[:limit] for name, limit in _TEXTS.items()},
        **{name: info[name] if isinstance(info.get(name), int | float) else None for name in _NUMBERS},
        "live": info.get("live_status") in {"is_live", "is_upcoming"} or bool(info.get("is_live")),
        "size_bytes": int(sum(known)) if len(known) == len(sizes) else None,
        "entries": None if entries is None else [_entry(each) for each in list(entries)[:most] if each],
    }


def _entry(info: Mapping[str, Any]) -> dict[str, Any]:
    # What yt-dlp puts behind an address for itself is not part of it.
    url, _ = unsmuggle_url(str(info.get("webpage_url") or info.get("url") or ""))
    return {
        "url": url[:4096],
        "key": str(info.get("id") or "")[:200],
        "title": str(info.get("title") or "")[:300],
    }


def _say(**values: Any) -> None:  # noqa: ANN401 - JSON
    sys.stdout.buffer.write(json.dumps(values, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Confine this process and do what the request in the named file asks for."""
    split = sys.argv.index("--")
    try:
        # yt-dlp loads the module of a site when it meets one.
        own = [f"read={path}" for path in dict.fromkeys((*sys.path, *CERTIFICATES, str(Path(os.__file__).parent)))]
        confine([*sys.argv[1:split], *own])
        read(json.loads(Path(sys.argv[split + 1]).read_bytes()))
    except Unavailable:
        _say(kind="failed", cause="Unavailable", status=None, said="")


if __name__ == "__main__":
    main()
