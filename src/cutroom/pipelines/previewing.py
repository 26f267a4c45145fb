"""The exact frame of an export, before it is rendered: through the same graph, captions and sandbox."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import TypeAdapter

from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings
from cutroom.jobs.work import FETCHED
from cutroom.media.sources import bare, located
from cutroom.media.timeline import Timeline
from cutroom.pipelines.edit_schemas import FrameForm
from cutroom.providers.storage import Storage
from cutroom.render import clip
from cutroom.render.clip import draw_frame

_TIMELINE = TypeAdapter(Timeline)
#: However many people edit, so many frames are drawn at once; each is a run of ffmpeg with a decoder's memory.
_AT_ONCE = ThreadPoolExecutor(2, thread_name_prefix="frame")
#: Fine lines and letters keep their edges.
_QUALITY = 92
_MOST_BYTES = 64 << 20

#: Frames by what they show, those asked for last at the end: scrubbing back and forth draws none twice.
_drawn: OrderedDict[str, bytes] = OrderedDict()


def name_frame(timeline: Timeline, frame: int, form: FrameForm) -> str:
    """Name a frame by all that it depends on.

    Raises:
        InvalidInput: If the programme has no such frame.
    """
    if not 0 <= frame < timeline.duration:
        raise InvalidInput(f"The clip has the frames 0 to {timeline.duration - 1}, and no frame {frame}.")
    shown = _TIMELINE.dump_json(bare(timeline))
    return hashlib.sha256(b"%d %d %s " % (clip.VERSION, frame, form.encode()) + shown).hexdigest()


async def give_frame(storage: Storage, settings: Settings, timeline: Timeline, frame: int, form: FrameForm) -> bytes:
    """Draw a frame, or give it again.

    Raises:
        InvalidInput: If the programme has no such frame.
        FileMissing: If a source is not here.
    """
    name = name_frame(timeline, frame, form)
    if (found := _drawn.get(name)) is None:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(_AT_ONCE, _draw, storage, settings, timeline, frame, form)
        while _drawn and sum(map(len, _drawn.values())) + len(found) > _MOST_BYTES:
            _drawn.popitem(last=False)
    _drawn[name] = found
    _drawn.move_to_end(name)
    return found


def _draw(storage: Storage, settings: Settings, timeline: Timeline, frame: int, form: FrameForm) -> bytes:
    places = {media.sha256: _find(storage, settings, media.sha256) for media in timeline.media}
    if timeline.logo:
        places[timeline.logo.sha256] = _find(storage, settings, timeline.logo.sha256)
    image = draw_frame(located(timeline, places), frame, scratch=settings.data_dir / "incoming")
    written = io.BytesIO()
    image.save(written, form.upper(), quality=_QUALITY, subsampling=0)
    return written.getvalue()


def _find(storage: Storage, settings: Settings, sha256: str) -> Path:
    """Give a local file: storage's own, or the copy that workers use too."""
    return storage.local(sha256) or storage.fetch(sha256, settings.data_dir / FETCHED / sha256)
