"""Take a recording's fingerprints when it is made ready, and write them down."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from cutroom.core.errors import UnsupportedMedia
from cutroom.jobs.stages import Recording, Work, record, stage
from cutroom.library.duplicates.models import Fingerprint, FingerprintKey, Sense
from cutroom.library.duplicates.prints import KEYS, STEP_S, VERSION, read_hashes
from cutroom.library.models import Asset
from cutroom.media.audio import decode_audio
from cutroom.media.fingerprints import (
    PICTURE_STEP_S,
    SOUND_RATE,
    Hashes,
    hash_pictures,
    hash_sounds,
    landmarks,
)
from cutroom.media.frames import Frame, keyframes
from cutroom.media.info import MediaInfo
from cutroom.providers.storage import StoredFile

#: Enough for eight rows of nine cells with some pixels in each.
_WIDTH = 72
_DAY_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Prints:
    """Hashes of a recording, base 64; empty for what it does not have."""

    picture: str
    sound: str


@stage(version=VERSION, time_limit_s=_DAY_S, share=0.02)
def fingerprint_recording(work: Work, source: StoredFile, info: MediaInfo) -> Prints:
    """Take its fingerprints."""
    path = work.fetch(source)
    picture = sound = ""

    def watched(frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            work.progress(min(0.8, 0.8 * frame.time_s / max(info.duration_s, 1.0)))
            yield frame

    # What cannot be decoded is told by whoever makes it playable, and has no fingerprint.
    try:
        if info.video:
            frames = keyframes(path, info, width=_WIDTH, interval_s=PICTURE_STEP_S)
            picture = _written(hash_pictures(watched(frames), info.duration_s))
    except UnsupportedMedia as error:
        work.note(str(error))
    try:
        if info.audio:
            sound = _written(hash_sounds(decode_audio(path, info, work.folder / "sound.s16", rate=SOUND_RATE)))
    except UnsupportedMedia as error:
        work.note(str(error))
    return Prints(picture, sound)


@record(version=1)
async def record_fingerprints(recording: Recording, prints: Prints) -> int:
    """Write its fingerprints down; gives how many places of it can be found."""
    session, asset_id = recording.session, recording.subject_id
    held = select(Asset.id).where(Asset.id == asset_id).with_for_update()
    if asset_id is None or await session.scalar(held) is None:
        return 0
    for entity in (Fingerprint, FingerprintKey):
        await session.execute(delete(entity).where(entity.asset_id == asset_id))
    rows = []
    for sense, hashes in ((Sense.PICTURE, prints.picture), (Sense.SOUND, prints.sound)):
        if hashes:
            step_s = STEP_S[sense]
            made = Fingerprint(asset_id=asset_id, sense=sense, version=VERSION, step_s=step_s, hashes=hashes)
            session.add(made)
            quarters, one_of = KEYS[sense]
            found = landmarks(read_hashes(made), quarters=quarters, one_of=one_of)
            rows += [{"sense": sense, "key": key, "asset_id": asset_id, "place": place} for key, place in found]
    if rows:
        await session.execute(insert(FingerprintKey), rows)
    return len(rows)


def _written(hashes: Hashes) -> str:
    return base64.b64encode(hashes.astype(hashes.dtype.newbyteorder("<")).tobytes()).decode()


STAGES = (fingerprint_recording, record_fingerprints)
