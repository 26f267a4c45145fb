"""Measure how good a recording is, beside making it ready: neither waits for the other."""

from __future__ import annotations

import numpy as np
from pydantic import TypeAdapter

from cutroom.analysis.facts import SoundFacts
from cutroom.analysis.sounds import listen
from cutroom.analysis.versions import PCM_RATE
from cutroom.core.clock import now
from cutroom.core.errors import ProcessFailed, UnsupportedMedia
from cutroom.jobs.stages import Recording, Work, record, stage
from cutroom.jobs.upserts import insert_or
from cutroom.library.models import AssetQuality
from cutroom.library.quality import Part, Quality, Sound, judge
from cutroom.media import ffmpeg
from cutroom.media.audio import decode_audio
from cutroom.media.info import MediaInfo
from cutroom.media.loudness import DIGITAL_SILENCE_DB
from cutroom.media.meter import METER, read_meter
from cutroom.pipelines.stages import hold_asset
from cutroom.providers.storage import StoredFile
from cutroom.render.files import NamedFile
from cutroom.render.storyboard import black_share

_PARTS = TypeAdapter(tuple[Part, ...])
_START_LIMIT_S, _SLOWEST = 120.0, 1.0


@stage(version=1, share=0.02)
def judge_recording(work: Work, source: StoredFile, info: MediaInfo, storyboard: tuple[NamedFile, ...]) -> Quality:
    """Judge picture and sound."""
    black = black_share({each.name: work.fetch(each.file) for each in storyboard}) if storyboard else None
    return judge(info, _hear(work, source, info), black)


@record(version=1)
async def record_quality(recording: Recording, info: MediaInfo, quality: Quality) -> int:
    """Write down how good it is."""
    session, asset_id = recording.session, recording.subject_id
    if asset_id is not None and await hold_asset(session, asset_id) == info.sha256:
        found = {
            "made_of": info.sha256,
            "score": quality.score,
            "parts": _PARTS.dump_python(quality.parts, mode="json"),
            "measured_at": now(),
        }
        row = insert_or(session, AssetQuality).values(asset_id=asset_id, **found)
        await session.execute(row.on_conflict_do_update(index_elements=[AssetQuality.asset_id], set_=found))
    return quality.score


def _hear(work: Work, source: StoredFile, info: MediaInfo) -> Sound | None:
    """Hear how a recording sounds; one whose sound is too damaged to be heard has none."""
    if not info.audio:
        return None
    path, target = work.fetch(source), work.folder / "sound.s16"
    measure = ["-map", f"0:{info.audio[0].index}", "-af", METER, "-f", "null", "-"]
    limit_s = _START_LIMIT_S + _SLOWEST * info.duration_s
    try:
        pcm = decode_audio(path, info, target, rate=PCM_RATE, progress=lambda done: work.progress(0.3 * done))
        facts = listen(pcm, progress=lambda done: work.progress(0.3 + 0.5 * done))
        loudness = read_meter(
            ffmpeg.run([*ffmpeg.input_arguments(path), *measure], reads=[path], writes=None, time_limit_s=limit_s)
        )
    except (UnsupportedMedia, ProcessFailed) as error:
        work.note(f"How it sounds was not measured: {error}")
        return None
    heard_s = sum(span.end_s - span.start_s for span in facts.speech)
    return Sound(loudness, facts.noise_floor_db, _voice_db(facts), heard_s / max(info.duration_s, 0.1))


def _voice_db(facts: SoundFacts) -> float:
    """Give the level of what is heard over the background."""
    level_db = np.array(facts.level_db)
    heard = level_db[level_db >= facts.threshold_db]
    return float(np.median(heard)) if heard.size else DIGITAL_SILENCE_DB


STAGES = (judge_recording, record_quality)
