"""From what a person decided to the timeline: the one way, for the preview and for the export alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cutroom.core.errors import InvalidInput
from cutroom.core.text import one_line
from cutroom.edit.assembly import Piece, lay_sound, lay_words, to_frame
from cutroom.edit.captioning import draw_captions
from cutroom.edit.documents import NO_CAPTIONS, TITLE, CaptionChoice, EditDocument, Stretch, WordText, frame_stretch
from cutroom.edit.material import Material
from cutroom.edit.reframing import frame_shots
from cutroom.media.caption_styles import PLAIN_DRESS, Dress
from cutroom.media.presets import PRESETS, find_preset
from cutroom.media.sources import SOURCE
from cutroom.media.span import Span
from cutroom.media.timeline import CaptionWord, Clip, Layout, Logo, Media, Timeline, Track, TrackKind
from cutroom.media.transcript import Word

_UNTITLED = "Clip"


@dataclass(frozen=True, slots=True)
class Programme:
    """A clip that is decided.

    Attributes:
        words: All that is said in it, in its own frames, also when no captions are drawn.
    """

    timeline: Timeline
    words: tuple[CaptionWord, ...]


@dataclass(frozen=True, slots=True)
class _Framed:
    """A stretch of the recording with its layout, in frames of the recording."""

    start: int
    stop: int
    layout: Layout


@dataclass(frozen=True, slots=True)
class Brand:
    """What a brand kit gives a clip.

    Attributes:
        dress: For captions, where the document says nothing of its own.
        intro: What its file begins with.
        outro: What its file ends with.
    """

    dress: Dress = PLAIN_DRESS
    logo: Logo | None = None
    intro: Media | None = None
    outro: Media | None = None


NO_BRAND = Brand()


def compose(document: EditDocument, material: Material, brand: Brand = NO_BRAND) -> Programme:
    """Make the timeline of an edit.

    Args:
        brand: The kit that the document names.

    Raises:
        InvalidInput: If the document does not fit the recording.
    """
    check_fit(document, material)
    preset, rate, media = find_preset(document.preset), material.rate, material.media
    pieces = lay_parts(document.keep)
    tracks = []
    if media.video_stream is not None:
        tracks.append(_lay_picture(pieces, _framed(document, pieces, material)))
    if media.audio_stream is not None:
        tracks.append(lay_sound(pieces, SOURCE))
    words = lay_words(say(material.words, document.words), pieces, rate)
    timeline = Timeline(
        name=document.title,
        rate=rate,
        width=preset.width,
        height=preset.height,
        media=(media,),
        tracks=tuple(tracks),
        loudness_lufs=document.loudness_lufs,
        logo=brand.logo,
        intro=brand.intro,
        outro=brand.outro,
    )
    captions, dress = document.captions, brand.dress
    own = Dress(captions.fill or dress.fill, captions.lit or dress.lit, captions.face or dress.face)
    captioned = draw_captions(timeline, words, captions.style, material.language, own)
    return Programme(_moved(captioned, document.captions.position), words)


def decompose(timeline: Timeline, material: Material) -> EditDocument:
    """Read what was decided off a timeline: composed again, it is the same. What is a brand kit's is left out.

    Args:
        material: Of the recording that it is cut from, with the words that the clip says.

    Raises:
        InvalidInput: If it has a frame that is none of the presets.
    """
    track = timeline.track(TrackKind.VIDEO) or timeline.track(TrackKind.AUDIO)
    clips = track.clips if track else ()
    size = (timeline.width, timeline.height)
    preset = next((each.name for each in PRESETS.values() if (each.width, each.height) == size), None)
    if preset is None:
        raise InvalidInput(f"The clip's frame of {size[0]}x{size[1]} is none of {', '.join(PRESETS)}: render it anew.")
    choice = CaptionChoice(style=NO_CAPTIONS)
    if timeline.captions:
        own = timeline.captions.dress
        choice = CaptionChoice(style=timeline.captions.style, fill=own.fill, lit=own.lit, face=own.face)
    document = EditDocument(
        title=one_line(timeline.name, TITLE) or _UNTITLED,
        preset=preset,
        keep=tuple(Stretch(start=start, stop=stop) for start, stop in _joined(clips)),
        layouts=tuple(frame_stretch(each.start, each.stop, each.layout) for each in _layouts(clips)),
        captions=choice,
        loudness_lufs=timeline.loudness_lufs,
    )
    fixed = {caption.centre_y for caption in timeline.captions.captions} if timeline.captions else set()
    if len(fixed) == 1 and compose(document, material).timeline.captions != timeline.captions:
        return document.model_copy(update={"captions": choice.model_copy(update={"position": fixed.pop()})})
    return document


def check_fit(document: EditDocument, material: Material) -> None:
    """Make sure that a document is about this recording.

    Raises:
        InvalidInput: If it reaches beyond the recording's end, or names words that it does not have.
    """
    last = max(part.stop for part in document.keep)
    if last > material.frames:
        raise InvalidInput(f"A kept part ends at frame {last}, and the recording has {material.frames}: end it there.")
    unknown = [word.number for word in document.words if word.number >= len(material.words)]
    if unknown:
        raise InvalidInput(f"There is no word {unknown[0]}: the recording has {len(material.words)}, counted from 0.")


def lay_parts(parts: Sequence[Stretch]) -> tuple[Piece, ...]:
    """Put kept parts one after another; one that goes on where the one before ended is the same piece."""
    pieces: list[Piece] = []
    for part in parts:
        length = part.stop - part.start
        if pieces and pieces[-1].source_stop == part.start:
            pieces[-1] = replace(pieces[-1], duration=pieces[-1].duration + length)
        else:
            placed = pieces[-1].programme_start + pieces[-1].duration if pieces else 0
            pieces.append(Piece(part.start, placed, length))
    return tuple(pieces)


def say(words: Sequence[Word], changes: Sequence[WordText]) -> tuple[Word, ...]:
    """Let words be shown as something else, each in the time that it has.

    Several words for one share its time by their length; an empty text takes it away.
    """
    texts = {change.number: change.text.split() for change in changes}
    if not texts:
        return tuple(words)
    said: list[Word] = []
    for number, word in enumerate(words):
        said += _spoken(word, texts[number]) if number in texts else [word]
    return tuple(said)


def _spoken(word: Word, texts: Sequence[str]) -> Iterator[Word]:
    total, done = sum(map(len, texts)), 0
    for text in texts:
        start_s = word.start_s + (word.end_s - word.start_s) * done / total
        done += len(text)
        yield replace(word, text=text, start_s=start_s, end_s=word.start_s + (word.end_s - word.start_s) * done / total)


def _framed(document: EditDocument, pieces: Sequence[Piece], material: Material) -> list[_Framed]:
    """Give every kept frame a layout: the one that was chosen, or else what the picture asks for."""
    chosen = [_Framed(each.start, each.stop, each.layout) for each in document.layouts]
    rate, media, preset = material.rate, material.media, find_preset(document.preset)
    gaps = [gap for piece in sorted(pieces, key=lambda each: each.source_start) for gap in _uncovered(piece, chosen)]
    if gaps:
        spans = [Span(float(start / rate), float(stop / rate)) for start, stop in gaps]
        sizes = (media.width, media.height), (preset.width, preset.height)
        for framing in frame_shots(spans, material.picture, *sizes):
            start, stop = to_frame(framing.span.start_s, rate), to_frame(framing.span.end_s, rate)
            if stop > start:
                chosen.append(_Framed(start, stop, framing.layout))
    return sorted(chosen, key=lambda each: each.start)


def _uncovered(piece: Piece, framed: Sequence[_Framed]) -> Iterator[tuple[int, int]]:
    at = piece.source_start
    for each in sorted(framed, key=lambda each: each.start):
        if each.stop <= at or each.start >= piece.source_stop:
            continue
        if each.start > at:
            yield at, each.start
        at = each.stop
    if at < piece.source_stop:
        yield at, piece.source_stop


def _lay_picture(pieces: Sequence[Piece], framed: Sequence[_Framed]) -> Track:
    """Make the video track: each piece, split where its layout changes."""
    clips: list[Clip] = []
    for piece in pieces:
        inside = (edge for each in framed for edge in (each.start, each.stop))
        edges = {piece.source_start, piece.source_stop}
        edges |= {edge for edge in inside if piece.source_start < edge < piece.source_stop}
        for start, stop in pairwise(sorted(edges)):
            layout = _layout_at(framed, start)
            last = clips[-1] if clips else None
            if last and last.layout == layout and last.source_start + last.duration == start:
                clips[-1] = replace(last, duration=last.duration + stop - start)
            else:
                clips.append(Clip(SOURCE, start, stop - start, layout))
    return Track(TrackKind.VIDEO, tuple(clips))


def _layout_at(framed: Sequence[_Framed], frame: int) -> Layout:
    return min(framed, key=lambda each: max(each.start - frame, frame - each.stop + 1, 0)).layout


def _joined(clips: Sequence[Clip]) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    for clip in clips:
        stop = clip.source_start + clip.duration
        if parts and parts[-1][1] == clip.source_start:
            parts[-1] = (parts[-1][0], stop)
        else:
            parts.append((clip.source_start, stop))
    return parts


def _layouts(clips: Sequence[Clip]) -> list[_Framed]:
    """Read the layouts off clips; one holds over what was cut out after it, so that what is restored looks the same."""
    framed: list[_Framed] = []
    for clip in sorted(clips, key=lambda each: each.source_start):
        stop = clip.source_start + clip.duration
        if clip.layout is None:
            continue
        if framed and framed[-1].layout == clip.layout:
            framed[-1] = replace(framed[-1], stop=stop)
        else:
            if framed:
                framed[-1] = replace(framed[-1], stop=clip.source_start)
            framed.append(_Framed(clip.source_start, stop, clip.layout))
    return framed


def _moved(timeline: Timeline, position: float | None) -> Timeline:
    """Put all captions at one height."""
    captions = timeline.captions
    if captions is None or position is None:
        return timeline
    placed = tuple(replace(caption, centre_y=position) for caption in captions.captions)
    return replace(timeline, captions=replace(captions, captions=placed))
