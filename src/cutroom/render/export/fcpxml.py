"""FCPXML 1.10, for Final Cut Pro and DaVinci Resolve; every time is a whole number of frames, as a fraction."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from cutroom.media.timeline import Caption, Clip, Media, Placement, Timeline
from cutroom.media.transcript import join_words
from cutroom.render.export.edits import Edit, edits_of, frame_placement, media_frames, one_line
from cutroom.render.export.markup import put, write_document
from cutroom.render.export.timecode import drops_frames

_REC_709 = "1-1-1 (Rec. 709)"


def to_fcpxml(timeline: Timeline) -> str:
    """Write a timeline as FCPXML.

    Crops, scales and places are kept, further placements as connected clips above; a blurred background is not.
    Captions become captions, without their style.
    """
    root = Element("fcpxml", version="1.10")
    resources = put(root, "resources")
    put(
        resources,
        "format",
        id="r1",
        frameDuration=_seconds(1, timeline.rate),
        width=str(timeline.width),
        height=str(timeline.height),
        colorSpace=_REC_709,
    )
    assets = {media.key: _put_asset(resources, media, timeline) for media in timeline.media}
    event = put(put(root, "library"), "event", name=timeline.name)
    sequence = put(
        put(event, "project", name=timeline.name),
        "sequence",
        format="r1",
        duration=_seconds(timeline.duration, timeline.rate),
        tcStart="0s",
        tcFormat=_timecode_format(timeline),
        audioLayout="stereo",
        audioRate="48k",
    )
    spine = put(sequence, "spine")
    captions = list(timeline.captions.captions if timeline.captions else ())
    styles = 0
    for edit in edits_of(timeline):
        within = [caption for caption in captions if edit.start <= caption.start < edit.start + edit.duration]
        _put_edit(spine, edit, timeline, assets, within, styles)
        styles += len(within)
    return write_document(root, "fcpxml")


def _put_asset(resources: Element, media: Media, timeline: Timeline) -> str:
    number = len(resources)
    attributes = {"hasAudio": "1", "audioSources": "1"} if media.audio_stream is not None else {}
    if media.video_stream is not None:
        put(
            resources,
            "format",
            id=f"r{number + 1}",
            frameDuration=_seconds(1, media.rate or timeline.rate),
            width=str(media.width),
            height=str(media.height),
        )
        attributes |= {"hasVideo": "1", "videoSources": "1", "format": f"r{number + 1}"}
    identity = f"a{number + 1}"
    asset = put(
        resources,
        "asset",
        id=identity,
        name=media.path.name,
        start="0s",
        duration=_seconds(media_frames(media, timeline), timeline.rate),
        **attributes,
    )
    put(asset, "media-rep", kind="original-media", src=media.path.absolute().as_uri())
    return identity


def _put_edit(
    spine: Element, edit: Edit, timeline: Timeline, assets: dict[str, str], captions: list[Caption], styles: int
) -> None:
    """Put one clip on the spine, with what is connected to it; its children count time from its own start."""
    clip = edit.picture or edit.sound
    if clip is None:
        put(spine, "gap", offset=_seconds(edit.start, timeline.rate), duration=_seconds(edit.duration, timeline.rate))
        return
    source = timeline.source(clip.media)
    element = _put_clip(spine, clip, edit.start, timeline, assets, source)
    placements = clip.layout.placements if clip.layout and edit.picture else ()
    if edit.picture is None:
        element.set("srcEnable", "audio")
    elif not edit.linked:
        element.set("srcEnable", "video")
    _put_conform(element, source, timeline)
    if placements:
        _put_placement(element, placements[0], source, timeline)
    if edit.sound is not None and (edit.linked or edit.picture is None):
        _put_volume(element, edit.sound)
    for lane, placement in enumerate(placements[1:], 1):
        above = _put_clip(element, clip, clip.source_start, timeline, assets, source, lane=str(lane), srcEnable="video")
        _put_conform(above, source, timeline)
        _put_placement(above, placement, source, timeline)
    if edit.picture is not None and edit.sound is not None and not edit.linked:
        heard = timeline.source(edit.sound.media)
        below = _put_clip(element, edit.sound, clip.source_start, timeline, assets, heard, lane="-1", srcEnable="audio")
        _put_conform(below, heard, timeline)
        _put_volume(below, edit.sound)
    for number, caption in enumerate(captions, styles + 1):
        _put_caption(element, caption, clip.source_start + caption.start - edit.start, timeline, number)


def _put_clip(
    parent: Element, clip: Clip, offset: int, timeline: Timeline, assets: dict[str, str], media: Media, **more: str
) -> Element:
    return put(
        parent,
        "asset-clip",
        ref=assets[clip.media],
        name=media.path.stem,
        offset=_seconds(offset, timeline.rate),
        start=_seconds(clip.source_start, timeline.rate),
        duration=_seconds(clip.duration, timeline.rate),
        tcFormat="NDF",
        **more,
    )


def _put_conform(element: Element, media: Media, timeline: Timeline) -> None:
    if media.video_stream is not None and media.rate != timeline.rate:
        put(element, "conform-rate", scaleEnabled="0")  # keep its speed; show the nearest frame


def _put_placement(element: Element, placement: Placement, media: Media, timeline: Timeline) -> None:
    """Put crop and transform; both count in hundredths of a height: the source's, then the frame's."""
    framed = frame_placement(placement, media, timeline.width, timeline.height)
    sides = {"left": framed.left, "top": framed.top, "right": framed.right, "bottom": framed.bottom}
    if any(abs(side) > 1e-6 for side in sides.values()):
        crop = put(element, "adjust-crop", mode="trim")
        put(crop, "trim-rect", **{side: _number(value / media.height * 100) for side, value in sides.items()})
    put(element, "adjust-conform", type="fit")
    fitted = min(timeline.width / media.width, timeline.height / media.height)
    scale = _number(framed.scale / fitted)
    shift = framed.shift_x / timeline.height * 100, -framed.shift_y / timeline.height * 100  # upwards is positive
    put(element, "adjust-transform", position=f"{_number(shift[0])} {_number(shift[1])}", scale=f"{scale} {scale}")


def _put_volume(element: Element, clip: Clip) -> None:
    if clip.gain_db:
        put(element, "adjust-volume", amount=f"{_number(clip.gain_db)}dB")


def _put_caption(parent: Element, caption: Caption, offset: int, timeline: Timeline, number: int) -> None:
    language = timeline.captions.language if timeline.captions else "und"
    element = put(
        parent,
        "caption",
        lane="10",
        offset=_seconds(offset, timeline.rate),
        name=f"Caption {number}",
        start=_seconds(3600 * round(timeline.rate), timeline.rate),  # where Final Cut starts every caption's own time
        duration=_seconds(caption.duration, timeline.rate),
        role=f"SRT?captionFormat=SRT.{language}",
    )
    text = put(element, "text")
    span = put(text, "text-style", ref=f"ts{number}")
    span.text = "\n".join(one_line(join_words([word.text for word in line], language)) for line in caption.lines)
    style = put(element, "text-style-def", id=f"ts{number}")
    put(style, "text-style", font="Helvetica", fontSize="13", fontColor="1 1 1 1", alignment="center")


def _timecode_format(timeline: Timeline) -> str:
    counted = timeline.rate * Fraction(1001, 1000)
    return "DF" if counted.denominator == 1 and drops_frames(timeline.rate) else "NDF"


def _seconds(frames: int, rate: Fraction) -> str:
    """Write frames as exact seconds: 5 frames at 30000/1001 are ``5005/30000s``."""
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) > 5e-7 else "0"
