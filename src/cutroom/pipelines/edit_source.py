"""What an editor draws of a recording: words, shots, silences and the waveform around what is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.edit.assembly import to_frame
from cutroom.edit.documents import EditDocument
from cutroom.edit.material import LEVELS_PER_S, Material
from cutroom.library.models import AssetFile
from cutroom.media.span import Span
from cutroom.pipelines.edit_schemas import EditSource, SourceShot, SourceStretch, SourceWord, Waveform
from cutroom.render.hls import MASTER

#: Described on both sides of what is kept, so that a clip can be made longer.
_AROUND_S = 60
#: Described at once: a lecture.
_LONGEST_S = 2 * 3600


async def playable(session: AsyncSession, asset_id: UUID, sha256: str) -> dict[str, str]:
    """Give the addresses under which a source of a recording plays, by the end of the file's name."""
    query = select(AssetFile.name).where(
        AssetFile.asset_id == asset_id, AssetFile.made_of == sha256, ~AssetFile.name.like("%/%.ts")
    )
    names = await session.scalars(query)
    return {name.rpartition("/")[2]: f"/api/v1/assets/{asset_id}/files/{name}" for name in names}


def describe_source(
    document: EditDocument, material: Material, urls: dict[str, str], start: int | None, stop: int | None
) -> EditSource:
    """Describe a part of the recording: what is kept and a minute around it, or the frames that are asked for."""
    rate = material.rate
    around = round(_AROUND_S * rate)
    first = max(0, min(part.start for part in document.keep) - around) if start is None else start
    last = max(part.stop for part in document.keep) + around if stop is None else stop
    last = min(last, material.frames, first + round(_LONGEST_S * rate))
    window = Span(float(first / rate), float(max(first, last) / rate))
    level, level_stop = math.floor(window.start_s * LEVELS_PER_S), math.ceil(window.end_s * LEVELS_PER_S)

    def stretches(spans: Iterable[Span]) -> list[SourceStretch]:
        seen = (span for span in spans if span.overlap_s(window) > 0)
        return [SourceStretch(start=to_frame(each.start_s, rate), stop=to_frame(each.end_s, rate)) for each in seen]

    return EditSource(
        rate=f"{rate.numerator}/{rate.denominator}",
        frames=material.frames,
        width=material.media.width,
        height=material.media.height,
        has_sound=material.media.audio_stream is not None,
        language=material.language,
        start=first,
        stop=max(first, last),
        play_url=urls.get("play.mp4") or urls.get("play.m4a"),
        hls_url=urls.get(MASTER),
        words=[
            SourceWord(
                number=number,
                text=word.text,
                start=to_frame(word.start_s, rate),
                stop=to_frame(word.end_s, rate),
                confidence=word.confidence,
                filler=word.mark is not None,
            )
            for number, word in enumerate(material.words)
            if window.start_s <= word.start_s < window.end_s
        ],
        shots=_shots(material, window),
        silences=stretches(material.silences),
        waveform=Waveform(
            start=to_frame(level / LEVELS_PER_S, rate),
            per_s=LEVELS_PER_S,
            levels_db=list(material.levels_db[level:level_stop]),
        ),
    )


def _shots(material: Material, window: Span) -> list[SourceShot]:
    return [
        SourceShot(
            start=to_frame(shot.span.start_s, material.rate),
            stop=to_frame(shot.span.end_s, material.rate),
            kind=shot.kind,
        )
        for shot in material.picture.shots
        if shot.span.overlap_s(window) > 0
    ]
