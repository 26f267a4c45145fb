"""Open an edit: of a clip as it is, of a stretch that was proposed, or of any other one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.analysis.facts import PictureFacts, SoundFacts
from cutroom.analysis.loading import NO_PICTURE, NO_SOUND, NO_TRANSCRIPT
from cutroom.analysis.models import CandidateRow, TranscriptRow
from cutroom.core.errors import InvalidInput, NotFound
from cutroom.edit.brands.brands import known_brand
from cutroom.edit.composing import decompose, lay_parts
from cutroom.edit.documents import EditDocument, Stretch
from cutroom.edit.material import Material, let_say, levels_of
from cutroom.jobs.kept import values_of
from cutroom.jobs.models import Blob, Run
from cutroom.jobs.recipes import Catalogue
from cutroom.library.assets import find_changeable
from cutroom.library.models import Asset
from cutroom.media.info import MediaInfo
from cutroom.media.presets import programme_rate
from cutroom.media.sources import SOURCE, media_of
from cutroom.media.span import Span
from cutroom.media.timeline import TrackKind
from cutroom.media.transcript import Transcript
from cutroom.pipelines.clips import ClipContent
from cutroom.pipelines.deciding import take
from cutroom.pipelines.facts import Facts
from cutroom.pipelines.params import HighlightsParams
from cutroom.pipelines.planning import plan_clip
from cutroom.pipelines.request import Look
from cutroom.pipelines.stages import NO_OUTLINE
from cutroom.providers.storage import StoredFile

_TRANSCRIPT = TypeAdapter(Transcript)
_INFO = TypeAdapter(MediaInfo)
#: The stages whose values are facts, by what they tell.
_PROBE, _SOUND, _CLOSER, _PICTURE = "probe_recording", "listen_to_sound", "look_closer", "look_at_picture"
_SPEECH = ("transcribe_speech", "import_transcript")
_HIGHLIGHTS = "highlights"
_LOOK = ("preset", "layout", "captions", "tighten")
#: Runs that are asked for facts, newest first.
_RUNS = 3
#: A stretch may end this much after the recording, seconds: times are rounded.
_ROUNDED_S = 0.05


@dataclass(frozen=True, slots=True)
class Known:
    """What the instance knows of a source.

    Attributes:
        info: ``None`` where nobody measured it, or that is not kept.
    """

    source: StoredFile
    info: MediaInfo | None
    sounds: SoundFacts
    transcript: Transcript
    picture: PictureFacts


@dataclass(frozen=True, slots=True)
class Opened:
    """An edit as it begins."""

    document: EditDocument
    material: Material
    source: StoredFile


async def gather_known(
    session: AsyncSession, catalogue: Catalogue, asset: Asset, sha256: str, run_id: UUID | None = None
) -> Known:
    """Gather what is known of a source of an asset: nothing is measured anew.

    Args:
        sha256: Of the source, the asset's own or one that it had before.
        run_id: The run whose facts are wanted before those of others.

    Raises:
        NotFound: If the source is not here any more.
    """
    size_bytes = await session.scalar(select(Blob.size_bytes).where(Blob.sha256 == sha256))
    if size_bytes is None:
        raise NotFound("What it is cut from is not here any more: start with the recording as it is now.")
    found = await _facts(session, catalogue, asset, sha256, run_id)
    info = found.get(_PROBE)
    if info is None and asset.info is not None and asset.info.get("sha256") == sha256:
        info = _INFO.validate_python(asset.info)
    row = select(TranscriptRow.content).where(TranscriptRow.asset_id == asset.id, TranscriptRow.made_of == sha256)
    content = await session.scalar(row)
    transcript = next((found[name] for name in _SPEECH if name in found), NO_TRANSCRIPT)
    if content is not None:  # somebody may have corrected it since
        transcript = await asyncio.to_thread(_TRANSCRIPT.validate_python, content)
    picture = found.get(_CLOSER) or found.get(_PICTURE) or NO_PICTURE
    return Known(StoredFile(sha256, size_bytes), info, found.get(_SOUND, NO_SOUND), transcript, picture)


def open_clip(content: ClipContent, known: Known) -> Opened:
    """Open a clip as it is: rendered unchanged, it is the same.

    Raises:
        InvalidInput: If it has a frame that is no preset.
    """
    timeline = content.timeline
    material = Material(
        media=timeline.source(SOURCE),
        rate=timeline.rate,
        words=known.transcript.words,
        language=content.language,
        picture=known.picture,
        silences=known.sounds.silences,
        levels_db=levels_of(known.sounds),
    )
    track = timeline.track(TrackKind.AUDIO) or timeline.track(TrackKind.VIDEO)
    if track is None:
        raise InvalidInput("The clip shows and plays nothing, so there is nothing to edit.")
    parts = [Stretch(start=clip.source_start, stop=clip.source_start + clip.duration) for clip in track.clips]
    material = let_say(material, lay_parts(parts), content.words)
    return Opened(decompose(timeline, material), material, known.source)


def open_stretch(span: Span, title: str | None, known: Known, look: Look) -> Opened:
    """Open a stretch of a recording, cut and framed as a highlight of it would be.

    Args:
        title: What it is called; its first words when left out.

    Raises:
        InvalidInput: If it lies behind the recording's end, or nobody measured the recording yet.
    """
    info = known.info
    if info is None:
        raise InvalidInput("The recording was not measured yet: wait until it can be watched, or run 'highlights'.")
    if span.end_s > info.duration_s + _ROUNDED_S:
        raise InvalidInput(f"The recording ends at {info.duration_s:.1f} s: choose a stretch before that.")
    facts = Facts(info, known.sounds, known.transcript, known.picture, NO_OUTLINE)
    highlight = take(span, title, facts)
    source = Path(info.sha256)
    plan = plan_clip(highlight, facts, look, source)
    material = Material(
        media=media_of(source, info),
        rate=programme_rate(info.video),
        words=known.transcript.words,
        language=known.transcript.language,
        picture=known.picture,
        silences=known.sounds.silences,
        levels_db=levels_of(known.sounds),
    )
    return Opened(decompose(plan.timeline, material), material, known.source)


async def open_candidate(
    session: AsyncSession,
    catalogue: Catalogue,
    viewer: Viewer,
    candidate: CandidateRow,
    asked: Mapping[str, Any],
    title: str | None = None,
) -> Opened:
    """Open a stretch that was proposed, in the look of its run but for what is asked.

    Raises:
        AssetNotFound: If the viewer does not see its recording.
        NotAllowed: If the viewer may see the recording and not change it.
        NotFound: If what it was found in is not here any more.
    """
    asset = await find_changeable(session, viewer, candidate.asset_id)
    run = await session.get_one(Run, candidate.run_id)
    sha256 = run.params.get("source", {}).get("sha256", asset.sha256)
    known = await gather_known(session, catalogue, asset, sha256, run.id)
    span, look = Span(candidate.start_s, candidate.end_s), look_of(asked, run)
    opened = await asyncio.to_thread(open_stretch, span, title or candidate.title, known, look)
    return await with_brand(session, opened, run)


async def with_brand(session: AsyncSession, opened: Opened, run: Run) -> Opened:
    """Let an edit use the brand kit that a run was started with, where it is still there."""
    brand_id = await known_brand(session, run.params.get("brand_id"))
    return replace(opened, document=opened.document.model_copy(update={"brand_id": brand_id}))


def look_of(asked: Mapping[str, Any], run: Run | None = None) -> Look:
    """Give the look that is asked for, or that a run had, or the usual one; ``None`` asks for nothing."""
    look = {name: HighlightsParams.model_fields[name].default for name in _LOOK}
    look |= {name: run.params[name] for name in _LOOK if run is not None and name in run.params}
    return Look(**look | {name: value for name in _LOOK if (value := asked.get(name)) is not None})


async def _facts(
    session: AsyncSession, catalogue: Catalogue, asset: Asset, sha256: str, run_id: UUID | None
) -> dict[str, Any]:
    """Read facts of the source from runs, those of the first run that has them."""
    wanted = {_PROBE, _SOUND, _CLOSER, _PICTURE, *_SPEECH}
    query = select(Run).where(Run.subject_id == asset.id, Run.recipe == _HIGHLIGHTS).order_by(Run.id.desc())
    runs: Sequence[Run] = (await session.scalars(query.limit(_RUNS))).all()
    own = await session.get(Run, run_id) if run_id else None
    found: dict[str, Any] = {}
    for run in ([own] if own else []) + [run for run in runs if run.id != run_id]:
        if run.params.get("source", {}).get("sha256") != sha256:
            continue
        values = await values_of(session, catalogue, run.id, wanted - found.keys())
        found = {**values, **found}
        if wanted - set(_SPEECH) <= found.keys():
            break
    return found
