"""A web site on loopback: recordings as files, playlists and pages, and everything that can be wrong with one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cutroom.media.ffmpeg import find_ffmpeg

_TYPES = {
    ".mp4": "video/mp4",
    ".m4s": "video/mp4",
    ".ts": "video/mp2t",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".html": "text/html",
    ".xml": "application/rss+xml",
}


@dataclass
class Site:
    """A site that runs.

    Attributes:
        folder: What it serves.
        redirects: Paths that lead elsewhere.
        asked: The paths that were asked for, in order.
    """

    folder: Path
    port: int = 0
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """What the setting that allows it holds."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """Give the address of a path."""
        return f"http://{self.host}/{path}"


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Serve a folder until the block ends."""
    site = Site(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            site.asked.append(path)
            if path in site.redirects:
                self.send_response(302)
                self.send_header("Location", site.redirects[path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if path.startswith("/endless"):
                self.send_response(200)
                self.send_header("Content-Type", "video/mp4")
                self.end_headers()
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.wfile.write((folder / "clip.mp4").read_bytes())
                    while True:
                        self.wfile.write(bytes(1 << 20))
                return
            file = folder / path.lstrip("/")
            if not file.is_file():
                self.send_error(404)
                return
            content = file.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", _TYPES.get(file.suffix, "application/octet-stream"))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        do_HEAD = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def make_site(folder: Path) -> None:
    """Fill a folder: a recording as a file, as HLS, as DASH, in a page and in a feed."""
    import subprocess

    for name in ("hls", "dash"):
        (folder / name).mkdir(parents=True)
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=4", "-f", "lavfi", "-i", "sine=duration=4"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    for output in (
        ["clip.mp4"],
        ["-hls_time", "1", "-hls_playlist_type", "vod", "hls/index.m3u8"],
        ["-f", "dash", "-seg_duration", "1", "dash/manifest.mpd"],
    ):
        subprocess.run(
            [str(find_ffmpeg()), "-loglevel", "error", "-y", *source, *codecs, *output],
            cwd=folder,
            check=True,
            timeout=60,
        )


def write_feed(site: Site, titles: list[str], *, title: str = "Lectures") -> None:
    """Write a feed of recordings, newest first, each with a file of its own."""
    items = []
    for each in titles:
        name = f"{each}.mp4"
        (site.folder / name).write_bytes((site.folder / "clip.mp4").read_bytes())
        items.append(
            f"<item><title>{each}</title><guid>{each}</guid>"
            f'<enclosure url="{site.url(name)}" length="1" type="video/mp4"/><link>{site.url(name)}</link></item>'
        )
    (site.folder / "feed.xml").write_text(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>{site.url('')}</link>{''.join(items)}</channel></rss>"
    )
