"""A podcast feed: what a collection or a category shows, as RSS that podcast programs read."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

_ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST: Final = "https://podcastindex.org/namespace/1.0"
_ATOM: Final = "http://www.w3.org/2005/Atom"
for _prefix, _space in (("itunes", _ITUNES), ("podcast", _PODCAST), ("atom", _ATOM)):
    register_namespace(_prefix, _space)
#: Feeds are numbered below it (https://podcastindex.org/namespace/1.0, the tag ``guid``).
_FEEDS: Final = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
#: What XML 1.0 cannot hold.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Episode:
    """A recording in a feed; addresses are whole.

    Attributes:
        id: Never changes, so that programs know it again.
        url: Of what is played.
        transcripts: Address by media type.
    """

    id: UUID
    title: str
    description: str
    published_at: datetime
    url: str
    size_bytes: int
    media_type: str
    duration_s: float
    image: str | None
    transcripts: dict[str, str]
    chapters: str | None
    licence: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed.

    Attributes:
        url: Its own address.
        site: Where people find whoever gives it.
        subject: What it is of, whatever its address: by it the feed is known again.
        serial: Whether somebody chose the order; else what came last is first.
    """

    title: str
    description: str
    url: str
    site: str
    subject: str
    changed_at: datetime
    language: str
    serial: bool
    episodes: Sequence[Episode]


def write_feed(feed: Feed) -> bytes:
    """Write RSS 2.0 with the namespaces of iTunes and of Podcasting 2.0; the same feed gives the same bytes."""
    rss = Element("rss", version="2.0")
    channel = SubElement(rss, "channel")
    _add(channel, "title", feed.title)
    _add(channel, "link", feed.site)
    _add(channel, "description", feed.description or feed.title)
    _add(channel, "language", feed.language)
    _add(channel, "generator", "Cutroom")
    _add(channel, f"{{{_ATOM}}}link", rel="self", type="application/rss+xml", href=feed.url)
    _add(channel, "lastBuildDate", format_datetime(feed.changed_at, usegmt=True))
    image = next((each.image for each in feed.episodes if each.image), None)
    if image:
        picture = SubElement(channel, "image")
        for name, value in (("url", image), ("title", feed.title), ("link", feed.site)):
            _add(picture, name, value)
        _add(channel, f"{{{_ITUNES}}}image", href=image)
    _add(channel, f"{{{_ITUNES}}}type", "serial" if feed.serial else "episodic")
    _add(channel, f"{{{_ITUNES}}}explicit", "false")
    _add(channel, f"{{{_ITUNES}}}block", "Yes")  # its address is a secret, and no directory's
    _add(channel, f"{{{_PODCAST}}}locked", "yes")
    _add(channel, f"{{{_PODCAST}}}guid", str(uuid.uuid5(_FEEDS, feed.subject)))
    videos = any(each.media_type.startswith("video/") for each in feed.episodes)
    _add(channel, f"{{{_PODCAST}}}medium", "video" if videos else "podcast")
    for number, episode in enumerate(feed.episodes, 1):
        _add_episode(channel, number if feed.serial else None, episode)
    written: bytes = tostring(rss, encoding="utf-8", xml_declaration=True)
    return written


def _add_episode(channel: Element, number: int | None, episode: Episode) -> None:
    item = SubElement(channel, "item")
    _add(item, "title", episode.title)
    _add(item, "description", episode.description)
    _add(item, "pubDate", format_datetime(episode.published_at, usegmt=True))
    _add(item, "guid", f"urn:uuid:{episode.id}", isPermaLink="false")
    _add(item, "enclosure", url=episode.url, length=str(episode.size_bytes), type=episode.media_type)
    _add(item, f"{{{_ITUNES}}}duration", str(round(episode.duration_s)))
    if number is not None:
        _add(item, f"{{{_ITUNES}}}episode", str(number))
    _add(item, f"{{{_ITUNES}}}episodeType", "full")
    if episode.image:
        _add(item, f"{{{_ITUNES}}}image", href=episode.image)
    for media_type, url in episode.transcripts.items():
        _add(item, f"{{{_PODCAST}}}transcript", url=url, type=media_type)
    if episode.chapters:
        _add(item, f"{{{_PODCAST}}}chapters", url=episode.chapters, type="application/json+chapters")
    if episode.licence:
        _add(item, f"{{{_PODCAST}}}license", episode.licence.lower())


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> None:
    child = SubElement(parent, name, attributes)
    if text is not None:
        child.text = _NO_XML.sub("\ufffd", text)
