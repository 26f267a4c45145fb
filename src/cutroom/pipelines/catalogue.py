"""All recipes, each a typed function over stages, and all stages that a worker can run."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.config.settings import read_config
from cutroom.analysis import stages as analysis
from cutroom.analysis.corrections import corrections_of
from cutroom.analysis.facts import Outline, PictureFacts, SoundFacts
from cutroom.core.settings import get_settings
from cutroom.edit.brands.brands import brand_of
from cutroom.edit.composing import NO_BRAND
from cutroom.edit.selection import Selection
from cutroom.ingest.imports import stages as imports
from cutroom.ingest.subscriptions import stages as subscriptions
from cutroom.jobs.recipes import Recipe, each_possible, recipe
from cutroom.jobs.stages import Stage
from cutroom.library import settling
from cutroom.library.duplicates import stages as duplicates
from cutroom.media.info import MediaInfo
from cutroom.media.transcript import Transcript
from cutroom.pipelines import edit_stages, editing, importing, judging, samples, sharing, stages
from cutroom.pipelines.editing import ClipVersion
from cutroom.pipelines.params import ClipParams, EditParams, HighlightsParams, ShareParams
from cutroom.pipelines.result import HighlightsResult
from cutroom.pipelines.sharing import Shared
from cutroom.providers import registry
from cutroom.providers.storage import StoredFile
from cutroom.render import stages as render


async def _as_set_up(session: AsyncSession, params: HighlightsParams) -> HighlightsParams:
    filled: dict[str, object] = {"providers": (await read_config(session)).providers}
    if params.asset_id is not None and params.subtitles is None:
        filled["corrections"] = await corrections_of(session, params.asset_id, params.source.sha256)
    await brand_of(session, params.brand_id, params.preset)  # one that is not there is told now, and not after an hour
    return params.model_copy(update=filled)


@recipe("highlights", "Highlights", HighlightsParams, prepare=_as_set_up)
def highlights(params: HighlightsParams) -> HighlightsResult:
    """Make captioned clips of a long recording's best moments."""
    settings, fresh, source = params.providers.over(get_settings()), uuid4().hex, params.source
    language_model = params.language_model or settings.language_model

    info = analysis.probe_recording(source, params.file_name)
    analysis.measure_length(info, fresh)
    sound = analysis.decode_sound(source, info)
    sounds = analysis.listen_to_sound(sound)
    if params.subtitles is not None:
        transcript = analysis.import_transcript(info, params.subtitles, params.language)
    else:
        speech = params.speech or settings.speech_to_text
        transcript = analysis.transcribe_speech(sound, sounds, speech, params.language)
        if params.corrections:
            transcript = analysis.correct_transcript(transcript, params.corrections)
    reader = analysis.pick_reader(settings.ocr, fresh)
    picture = analysis.look_at_picture(source, info, settings.face_detection, reader)
    embedding = analysis.pick_embedding(settings.embedding, fresh)
    vectors = analysis.embed_speech(transcript, embedding)
    outline = analysis.outline_talk(transcript, sounds, picture, embedding, vectors)

    selection = _select(params, language_model, info, sounds, transcript, picture, outline, embedding, vectors)
    if params.dry_run:
        finished = stages.finish_highlights(
            params.file_name, info, sounds, transcript, picture, outline, selection, (), [], (), dry_run=True
        )
        return stages.record_highlights(finished, transcript, outline)
    closer = stages.look_closer(source, info, picture, selection, settings.face_detection)
    brand = NO_BRAND if params.brand_id is None else stages.open_brand(params.brand_id, params.preset)
    plans = stages.plan_clips(info, sounds, transcript, closer, selection, params.look, brand)
    rendered = each_possible(render.render_timeline, stages.list_timelines(plans), source)
    finished = stages.finish_highlights(
        params.file_name,
        info,
        sounds,
        transcript,
        closer,
        outline,
        selection,
        plans,
        rendered,
        params.exports,
        dry_run=False,
    )
    return stages.record_highlights(finished, transcript, outline)


def _select(
    params: HighlightsParams,
    language_model: str,
    info: MediaInfo,
    sounds: SoundFacts,
    transcript: Transcript,
    picture: PictureFacts,
    outline: Outline,
    embedding: str,
    vectors: StoredFile,
) -> Selection:
    """Find what clips are made of, or take what somebody chose."""
    if params.picks:
        return stages.take_picks(params.picks, info, sounds, transcript)
    limits = params.limits
    candidates = stages.propose_highlights(
        info, sounds, transcript, picture, outline, limits, params.find, embedding, vectors
    )
    if registry.split(language_model)[0] == "none":
        return stages.choose_highlights(candidates, (), [], info, sounds, transcript, limits)
    finalists = stages.pick_finalists(candidates, info, sounds, transcript, limits)
    compared = each_possible(stages.compare_highlights, finalists, transcript, language_model)
    return stages.choose_highlights(candidates, finalists, compared, info, sounds, transcript, limits)


@recipe("clip", "Edit a clip", ClipParams)
def clip(params: ClipParams) -> ClipVersion:
    """Make one clip again as somebody wants it."""
    opened = editing.open_clip(params.clip_id, params.version)
    content = editing.edit_clip(opened, params.title, params.captions, params.texts)
    made = render.render_timeline(editing.bare_timeline(content), editing.find_source(opened))
    edited = editing.finish_clip(opened, content, made, params.file_name)
    return editing.record_clip(params.clip_id, params.version, edited)


@recipe("edit", "Render an edit", EditParams)
def edit(params: EditParams) -> ClipVersion:
    """Make the clip that an edit describes."""
    opened = edit_stages.open_edit(params.edit_id, params.version)
    content = edit_stages.compose_edit(opened)
    made = render.render_timeline(editing.bare_timeline(content), edit_stages.find_edit_source(opened))
    finished = edit_stages.finish_edit(content, made, params.file_name, params.exports)
    return edit_stages.record_edit(params.edit_id, params.version, params.as_new, finished)


@recipe(settling.RECIPE, "Share", ShareParams)
def share(params: ShareParams) -> Shared:
    """Make a recording ready to be watched."""
    source = params.source
    sharing.begin_sharing(source)
    info = analysis.probe_recording(source, params.file_name)
    analysis.measure_length(info, uuid4().hex)
    played = sharing.host_recording(source, info)
    poster = sharing.draw_poster(source, info)
    storyboard = sharing.draw_storyboard(played)
    ladder = sharing.make_ladder(played, info) if params.hls else ()
    duplicates.record_fingerprints(duplicates.fingerprint_recording(source, info))
    judging.record_quality(info, judging.judge_recording(source, info, storyboard))
    return sharing.record_shared(info, played, poster, storyboard, ladder)


RECIPES: tuple[Recipe[Any], ...] = (highlights, clip, edit, share, *importing.RECIPES, *samples.RECIPES)
STAGES: tuple[Stage[Any, Any], ...] = (
    *imports.STAGES,
    *subscriptions.STAGES,
    *analysis.STAGES,
    *stages.STAGES,
    *editing.STAGES,
    *edit_stages.STAGES,
    *sharing.STAGES,
    *duplicates.STAGES,
    *judging.STAGES,
    *samples.STAGES,
    *render.STAGES,
)
