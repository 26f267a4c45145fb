"""What people without an account see in a browser: pages that need no program and load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, tostring

from cutroom.api.markup import source_hash, tag, write_page
from cutroom.library.licences import LICENCES
from cutroom.library.sharing.schemas import SharedAsset, SharedView
from cutroom.pipelines.schemas import ChapterView

_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b1e24;--soft:#5b616c;--paper:#fbfbfa;--card:#fff;--line:#d9dce1;--link:#1f5fbf;
--wrong:#a11717}
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e6;--soft:#a3a9b4;--paper:#17191d;--card:#20232a;--line:#363b45;
--link:#8ab4f8;--wrong:#ff9d9d}}
*{box-sizing:border-box}
body{font:1rem/1.55 system-ui,sans-serif;margin:0;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:clamp(.75rem,3vw,2rem)}
a{color:var(--link)}
h1{font-size:clamp(1.25rem,4vw,1.7rem);line-height:1.25;margin:1rem 0 .4rem}
h2{font-size:1.05rem;margin:1.6rem 0 .5rem}
.text{white-space:pre-line;margin:.6rem 0}
.soft{color:var(--soft);font-size:.9rem}
.note{border-left:3px solid var(--link);padding:.1rem 0 .1rem .8rem}
video{display:block;width:100%;aspect-ratio:16/9;max-height:80vh;background:#000;border-radius:.5rem}
audio{display:block;width:100%;margin-top:.6rem}
img{display:block;width:100%;border-radius:.5rem}
ol{list-style:none;margin:0;padding:0;border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
ol a{display:flex;gap:.9rem;padding:.55rem .8rem;text-decoration:none;color:var(--ink)}
ol li+li{border-top:1px solid var(--line)}
ol a:hover,ol a:focus-visible{color:var(--link)}
time{color:var(--soft);font-variant-numeric:tabular-nums;min-width:3.4rem}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));margin-top:1.2rem}
.card{text-decoration:none;color:var(--ink)}
.card .still{position:relative;aspect-ratio:16/9;background:var(--line);border-radius:.5rem;overflow:hidden}
.card img{width:100%;height:100%;object-fit:cover;border-radius:0}
.card .still span{position:absolute;right:.4rem;bottom:.4rem;padding:0 .4rem;border-radius:.25rem;font-size:.8rem;
background:rgb(0 0 0/.75);color:#fff}
.card strong{display:block;margin-top:.4rem;font-weight:500}
.button,button{display:inline-block;font:inherit;padding:.5rem 1.1rem;border:0;border-radius:.4rem;cursor:pointer;
background:#1f5fbf;color:#fff;text-decoration:none}
form{max-width:24rem}
label{display:block;margin:1rem 0 .25rem}
input{font:inherit;width:100%;padding:.5rem;border:1px solid #8a8f98;border-radius:.4rem;margin-bottom:1rem;
background:var(--card);color:inherit}
.wrong{color:var(--wrong)}
.narrow{max-width:34rem;margin-top:10vh}
footer{margin-top:2.5rem}
.embed{margin:0;height:100vh;background:#000;color:#e8e8e6;display:grid;align-items:center}
.embed video{width:100%;height:100vh;max-height:none;aspect-ratio:auto;border-radius:0}
.embed img{height:calc(100vh - 4rem);object-fit:contain}
.embed p{text-align:center;padding:1rem}
.embed a{color:#8ab4f8}
"""
#: Only adds to what works without it: chapters jump without loading the page again, and the link's owner is told
#: how much was played.
_PROGRAM: Final = """
(() => {
  const player = document.querySelector("[data-watched]");
  if (!player) return;
  let before = null, played = 0;
  const tell = () => {
    if (played < 1) return;
    const seconds = Math.min(played, 120);
    played = 0;
    fetch(player.dataset.watched, {method: "POST", headers: {"Content-Type": "application/json"},
      body: JSON.stringify({seconds}), keepalive: true, credentials: "omit"}).catch(() => {});
  };
  player.addEventListener("timeupdate", () => {
    const passed = player.currentTime - before;
    if (before !== null && passed > 0 && passed < 3 * player.playbackRate) played += passed;
    before = player.currentTime;
    if (played >= 30) tell();
  });
  player.addEventListener("seeking", () => { before = null; });
  for (const end of ["pause", "ended"]) player.addEventListener(end, tell);
  addEventListener("pagehide", tell);
  for (const chapter of document.querySelectorAll("[data-start]")) {
    chapter.addEventListener("click", (event) => {
      event.preventDefault();
      player.currentTime = Number(chapter.dataset.start);
      player.play().catch(() => {});
      player.scrollIntoView({block: "nearest"});
    });
  }
})();
"""
_NOTHING_ELSE: Final = (
    f"default-src 'none'; style-src {source_hash(_STYLE)}; script-src {source_hash(_PROGRAM)}; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is.

    Attributes:
        server: How people reach the server, without a slash at the end.
        path: Of what the link shows, such as ``/s/…``.
        public: Whether other sites may show it, and previews may be made of it.
    """

    server: str
    path: str
    public: bool

    @property
    def url(self) -> str:
        """The whole address."""
        return self.server + self.path

    @property
    def oembed(self) -> str:
        """Where programs ask how to embed it."""
        return f"{self.server}/oembed?{urlencode({'url': self.url, 'format': 'json'})}"

    @property
    def embed(self) -> str:
        """The page for a frame of another site."""
        return self.server + "/embed/" + self.path.rpartition("/")[2]


def policy(frames: Iterable[str] = ()) -> str:
    """Say what such a page may do.

    Args:
        frames: Who may show it in a frame; nobody else.
    """
    return _NOTHING_ELSE + (" ".join(frames) or "'none'")


def watch_page(
    item: SharedAsset,
    chapters: Sequence[ChapterView],
    language: str | None,
    at: Address,
    *,
    message: str,
    start_s: float,
    back: str | None,
) -> str:
    """Show a recording.

    Args:
        language: Of its captions; none and it has none.
        message: Of who shared it.
        start_s: Where it begins to play.
        back: Where the list is that it is one of.
    """
    marks = [
        tag(
            "li",
            tag(
                "a",
                tag("time", clock(each.start_s)),
                tag("span", each.title),
                href=f"{at.path}?t={each.start_s:g}#player",
                data_start=f"{each.start_s:g}",
            ),
        )
        for each in chapters
    ]
    download = tag("a", "Download", href=item.original_url, class_="button") if item.original_url else None
    return _page(
        item.title,
        tag(
            "main",
            tag("p", tag("a", "← All recordings", href=back), class_="soft") if back else None,
            _player(item, language, start_s),
            tag("h1", item.title),
            _length(item),
            _text(message, "text note"),
            _text(item.description, "text"),
            tag("p", download) if download is not None else None,
            tag("h2", "Chapters") if marks else None,
            tag("ol", *marks) if marks else None,
            _credits(item),
            _footer(),
        ),
        _previews(item, at) if at.public and back is None else [],
    )


def list_page(shown: SharedView, at: Address) -> str:
    """Show the recordings of a collection or a category."""
    feed = tag("p", tag("a", "Podcast feed", href=shown.feed_url)) if shown.feed_url else None
    more = f"{at.path}?{urlencode({'after': shown.next})}" if shown.next else None
    head = [tag("link", rel="alternate", type="application/rss+xml", href=shown.feed_url)] if shown.feed_url else []
    return _page(
        shown.title,
        tag(
            "main",
            tag("h1", shown.title),
            _text(shown.message, "text note"),
            _text(shown.description, "text"),
            feed,
            tag("div", *(_card(each, at) for each in shown.items), class_="grid"),
            None if shown.items else tag("p", "There is nothing in it yet.", class_="soft"),
            tag("p", tag("a", "More", href=more)) if more else None,
            _footer(),
        ),
        head,
    )


def embed_page(item: SharedAsset, language: str | None) -> str:
    """Show a recording in a frame of another site, which is all player."""
    return _page(item.title, _player(item, language), (), kind="embed")


def sentence_page(heading: str, sentence: str, link: tuple[str, str] | None = None, *, kind: str | None = None) -> str:
    """Say one thing.

    Args:
        link: An address to go on from, and its words; opened outside of a frame.
    """
    on = tag("p", tag("a", link[1], href=link[0], target="_blank", rel="noopener")) if link else None
    return _page(heading, tag("main", tag("h1", heading), tag("p", sentence), on, class_="narrow"), (), kind=kind)


def password_page(path: str, wrong: str | None) -> str:
    """Ask for a password, and tell nothing of what it is for."""
    form = tag(
        "form",
        tag("label", "Password", for_="password"),
        tag(
            "input",
            id="password",
            name="password",
            type="password",
            maxlength="1024",
            autocomplete="off",
            required="",
            autofocus="",
        ),
        tag("button", "Open"),
        method="post",
        action=path,
    )
    heading = "This opens with a password"
    asked = tag("p", "Whoever sent you the link knows it.")
    said = tag("p", wrong, class_="wrong", role="alert") if wrong else asked
    return _page(heading, tag("main", tag("h1", heading), said, form, class_="narrow"), ())


def embed_code(item: SharedAsset, at: Address, width: int, height: int) -> str:
    """Write the frame by which another site shows a recording."""
    frame = tag(
        "iframe",
        src=at.embed,
        title=item.title,
        width=str(width),
        height=str(height),
        loading="lazy",
        allow="fullscreen; picture-in-picture",
        allowfullscreen="",
        referrerpolicy="no-referrer",
        sandbox="allow-scripts allow-same-origin allow-popups",
        style="border:0",
    )
    # As XML writes it, which is HTML too: some readers stumble over a plain < in an attribute.
    return tostring(frame, encoding="unicode", short_empty_elements=False)


def file_named(item: SharedAsset, *names: str) -> str | None:
    """Give the address of the first of these files that a recording has."""
    urls = {each.name: each.url for each in item.files}
    return next((urls[name] for name in names if name in urls), None)


def clock(seconds: float) -> str:
    """Write a time as players do: ``1:02:03`` or ``4:05``."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def _page(title: str, body: Element, head: Iterable[Element], kind: str | None = None) -> str:
    return write_page(
        tag(
            "html",
            tag(
                "head",
                tag("meta", charset="utf-8"),
                tag("title", title),
                tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
                tag("meta", name="robots", content="noindex"),
                *head,
                tag("style", _STYLE),
            ),
            tag("body", body, tag("script", _PROGRAM), class_=kind),
            lang="en",
        )
    )


def _player(item: SharedAsset, language: str | None, start_s: float = 0.0) -> Element:
    played, poster = file_named(item, "play.mp4", "play.m4a"), file_named(item, "poster.jpg")
    if played is None:
        return tag("p", "This recording is being prepared: come back in a while.", class_="soft", id="player")
    source = f"{played}#t={start_s:g}" if start_s else played
    # Receipts are of links: what somebody with an account plays is not counted.
    of_link = item.transcript_url.startswith("/api/v1/shared/")
    told = f"{item.transcript_url.removesuffix('transcript')}watched" if of_link else None
    track = (
        tag("track", kind="captions", src=f"{item.transcript_url}?form=vtt", srclang=language, label="Captions")
        if language
        else None
    )
    if played.endswith(".mp4"):
        return tag(
            "video",
            track,
            src=source,
            poster=poster,
            controls="",
            playsinline="",
            preload="metadata",
            id="player",
            data_watched=told,
        )
    sound = tag("audio", src=source, controls="", preload="metadata", data_watched=told)
    return tag("div", tag("img", src=poster, alt="") if poster else None, sound, id="player")


def _previews(item: SharedAsset, at: Address) -> list[Element]:
    """What other sites read to show a link: Open Graph, and where oEmbed is asked (ogp.me, oembed.com)."""
    about = {"og:site_name": "Cutroom", "og:type": "video.other", "og:title": item.title, "og:url": at.url}
    if item.description:
        about["og:description"] = item.description[:300]
    if poster := file_named(item, "poster.jpg"):
        about["og:image"] = at.server + poster
    if item.width and item.height:
        about |= {
            "og:video": at.embed,
            "og:video:type": "text/html",
            "og:video:width": str(item.width),
            "og:video:height": str(item.height),
        }
    discovered = tag("link", rel="alternate", type="application/json+oembed", href=at.oembed, title=item.title)
    return [*(tag("meta", property=name, content=value) for name, value in about.items()), discovered]


def _card(item: SharedAsset, at: Address) -> Element:
    poster = file_named(item, "poster.jpg")
    length = tag("span", clock(item.duration_s)) if item.duration_s else None
    still = tag("div", tag("img", src=poster, alt="", loading="lazy") if poster else None, length, class_="still")
    return tag("a", still, tag("strong", item.title), class_="card", href=f"{at.path}/{quote(str(item.id))}")


def _length(item: SharedAsset) -> Element | None:
    return tag("p", clock(item.duration_s), class_="soft") if item.duration_s else None


def _credits(item: SharedAsset) -> Element | None:
    licence = LICENCES.get(item.licence or "")
    if not item.attribution and licence is None:
        return None
    name = tag("a", licence.name, href=licence.url, rel="noreferrer") if licence and licence.url else None
    said = [each for each in (item.attribution, licence.name if licence and name is None else None) if each]
    return tag("p", " · ".join(said), " · " if said and name is not None else None, name, class_="soft text")


def _text(text: str, kind: str) -> Element | None:
    return tag("p", text, class_=kind) if text else None


def _footer() -> Element:
    return tag("footer", tag("p", "Shared with Cutroom", class_="soft"))
