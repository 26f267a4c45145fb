"""Make a recording ready to be watched: a file that plays everywhere, a poster, a storyboard, a ladder of sizes."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import delete, update

from cutroom.analysis.stages import LONG_S
from cutroom.analysis.versions import PCM_RATE
from cutroom.jobs.stages import Recording, Work, record, stage
from cutroom.library.announcing import announce_changed
from cutroom.library.models import Asset, AssetFile, AssetState
from cutroom.media.audio import Pcm, decode_audio
from cutroom.media.info import MediaInfo
from cutroom.pipelines.stages import hold_asset
from cutroom.providers.storage import StoredFile
from cutroom.render.files import NamedFile, keep_named
from cutroom.render.hls import write_hls
from cutroom.render.hosting import Hosted, host, write_still
from cutroom.render.storyboard import write_storyboard
from cutroom.render.wave import write_wave

_INFO = TypeAdapter(MediaInfo)


@dataclass(frozen=True, slots=True)
class HostedFile:
    """What is played, and what it is."""

    hosted: Hosted
    file: StoredFile


@dataclass(frozen=True, slots=True)
class Shared:
    """What a recording is watched by.

    Attributes:
        copied: Whether its picture is the recording's own, bit for bit.
        files: Names by which the asset has them.
    """

    duration_s: float
    width: int
    height: int
    copied: bool
    files: tuple[str, ...]


@record(version=2)
async def begin_sharing(recording: Recording, source: StoredFile) -> bool:
    """Get ready."""
    own = (Asset.id == recording.subject_id, Asset.sha256 == source.sha256)  # or it has another source by now
    changed = await recording.session.execute(
        update(Asset)
        .where(*own, Asset.state != AssetState.READY)
        .values(state=AssetState.PROCESSING, reason=None)
        .returning(Asset.id)
        .execution_options(synchronize_session=False)
    )
    return changed.scalar_one_or_none() is not None


@stage(version=1, time_limit_s=LONG_S, share=0.2)
def host_recording(work: Work, source: StoredFile, info: MediaInfo) -> HostedFile:
    """Make it playable everywhere."""
    target = work.folder / ("play.mp4" if info.video else "play.m4a")
    made = host(work.fetch(source), info, target, threads=work.threads, progress=work.progress)
    return HostedFile(made, work.keep(target))


@stage(version=1, share=0.005)
def draw_poster(work: Work, source: StoredFile, info: MediaInfo) -> StoredFile:
    """Draw the poster."""
    target = work.folder / "poster.jpg"
    if info.video:
        write_still(work.fetch(source), info, target, scratch=work.folder)
    else:
        sound = work.folder / "sound.s16"
        decode_audio(work.fetch(source), info, sound, rate=PCM_RATE, progress=work.progress)
        write_wave(Pcm(sound, PCM_RATE, sound.stat().st_size // 2), target)
    return work.keep(target)


@stage(version=1, share=0.01)
def draw_storyboard(work: Work, played: HostedFile) -> tuple[NamedFile, ...]:
    """Draw the storyboard."""
    if not played.hosted.width:
        return ()
    made = write_storyboard(work.fetch(played.file), played.hosted, work.folder, progress=work.progress)
    return tuple(keep_named(work, path.name, path) for path in (*made.sheets, made.track))


@stage(version=1, time_limit_s=LONG_S, share=0.3)
def make_ladder(work: Work, played: HostedFile, info: MediaInfo) -> tuple[NamedFile, ...]:
    """Make the ladder of sizes."""
    if not played.hosted.width:
        return ()
    folder = work.folder / "hls"
    files = write_hls(
        work.fetch(played.file),
        played.hosted,
        folder,
        sound=bool(info.audio),
        threads=work.threads,
        progress=work.progress,
    )
    return tuple(keep_named(work, path.relative_to(work.folder).as_posix(), path) for path in files)


@record(version=2)
async def record_shared(
    recording: Recording,
    info: MediaInfo,
    played: HostedFile,
    poster: StoredFile,
    storyboard: tuple[NamedFile, ...],
    ladder: tuple[NamedFile, ...],
) -> Shared:
    """Write down what it is watched by."""
    hosted = played.hosted
    play = NamedFile("play.mp4" if hosted.width else "play.m4a", played.file)
    files = (play, NamedFile("poster.jpg", poster), *storyboard, *ladder)
    session, asset_id = recording.session, recording.subject_id
    if asset_id is not None and await hold_asset(session, asset_id) == info.sha256:
        await session.execute(delete(AssetFile).where(AssetFile.asset_id == asset_id))
        session.add_all(
            AssetFile(
                asset_id=asset_id,
                name=each.name,
                sha256=each.file.sha256,
                size_bytes=each.file.size_bytes,
                media_type=each.media_type,
                made_of=info.sha256,
            )
            for each in files
        )
        video = info.video
        await session.execute(
            update(Asset)
            .where(Asset.id == asset_id)
            .values(
                state=AssetState.READY,
                reason=None,
                duration_s=info.duration_s,
                width=video.width if video else None,
                height=video.height if video else None,
                info=_INFO.dump_python(info, mode="json"),
            )
            .execution_options(synchronize_session=False)
        )
        await announce_changed(session, "asset.ready", asset_id)
    names = tuple(each.name for each in files)
    return Shared(hosted.duration_s, hosted.width, hosted.height, hosted.copied, names)


STAGES = (begin_sharing, host_recording, draw_poster, draw_storyboard, make_ladder, record_shared)
