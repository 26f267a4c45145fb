"""Premiere's XML (xmeml 5, the interchange format of Final Cut Pro 7), also read by Resolve and Avid."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from cutroom.media.timeline import Clip, Media, Placement, Timeline, TrackKind
from cutroom.render.export.edits import edits_of, frame_placement, media_frames, whole_rate
from cutroom.render.export.markup import put, write_document
from cutroom.render.export.timecode import drops_frames, timecode


def to_premiere(timeline: Timeline) -> str:
    """Write a timeline as xmeml: linked picture and sound, crops, scales, places and gains.

    Raises:
        InvalidInput: If the format cannot hold the timeline's frame rate.
    """
    return write_document(_Writer(timeline).write(), "xmeml")


class _Writer:
    """One document being written: files are described where they come first and named after that."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.edits = edits_of(timeline)
        self._described: set[str] = set()
        self._files = {media.key: f"file-{number}" for number, media in enumerate(timeline.media, 1)}

    def write(self) -> Element:
        root = Element("xmeml", version="5")
        sequence = put(root, "sequence", id="sequence-1")
        put(sequence, "name", self.timeline.name)
        put(sequence, "duration", self.timeline.duration)
        self._put_rate(sequence)
        self._put_timecode(sequence)
        media = put(sequence, "media")
        video = put(media, "video")
        characteristics = put(put(video, "format"), "samplecharacteristics")
        self._put_rate(characteristics)
        put(characteristics, "width", self.timeline.width)
        put(characteristics, "height", self.timeline.height)
        put(characteristics, "pixelaspectratio", "square")
        put(characteristics, "fielddominance", "none")
        for layer in range(self._layers()):
            self._put_video_track(video, layer)
        audio = put(media, "audio")
        put(audio, "numOutputChannels", 2)
        sound = put(put(audio, "format"), "samplecharacteristics")
        put(sound, "samplerate", 48000)
        put(sound, "depth", 16)
        if self.timeline.track(TrackKind.AUDIO):
            self._put_audio_track(audio)
        return root

    def _layers(self) -> int:
        """Count the video tracks that the fullest layout needs."""
        return max((len(_placements(edit.picture)) for edit in self.edits if edit.picture), default=0)

    def _put_video_track(self, video: Element, layer: int) -> None:
        track = put(video, "track")
        for index, edit in enumerate(self.edits, 1):
            if edit.picture is None or layer >= len(_placements(edit.picture)):
                continue
            source = self.timeline.source(edit.picture.media)
            item = self._put_item(track, _name("video", layer, index), edit.start, edit.picture, source)
            placement = _placements(edit.picture)[layer]
            if placement is not None:
                self._put_motion(item, placement, source)
            if layer == 0 and edit.linked:
                self._put_links(item, index)

    def _put_audio_track(self, audio: Element) -> None:
        track = put(audio, "track")
        for index, edit in enumerate(self.edits, 1):
            if edit.sound is None:
                continue
            source = self.timeline.source(edit.sound.media)
            item = self._put_item(track, _name("audio", 0, index), edit.start, edit.sound, source)
            origin = put(item, "sourcetrack")
            put(origin, "mediatype", "audio")
            put(origin, "trackindex", 1)
            if edit.sound.gain_db:
                effect = _put_effect(item, "Audio Levels", "audiolevels", "audiolevels", "audio")
                _put_parameter(effect, "level", 10 ** (edit.sound.gain_db / 20))
            if edit.linked:
                self._put_links(item, index)

    def _put_item(self, track: Element, identity: str, start: int, clip: Clip, source: Media) -> Element:
        item = put(track, "clipitem", id=identity)
        put(item, "name", source.path.name)
        put(item, "enabled", "TRUE")
        put(item, "duration", media_frames(source, self.timeline))
        self._put_rate(item)
        put(item, "start", start)
        put(item, "end", start + clip.duration)
        put(item, "in", clip.source_start)
        put(item, "out", clip.source_start + clip.duration)
        self._put_file(item, source)
        return item

    def _put_file(self, item: Element, source: Media) -> None:
        file = put(item, "file", id=self._files[source.key])
        if source.key in self._described:
            return
        self._described.add(source.key)
        put(file, "name", source.path.name)
        put(file, "pathurl", f"file://localhost{source.path.absolute().as_uri().removeprefix('file://')}")
        # At the timeline's rate, not the file's: every number here counts on the timeline's clock.
        self._put_rate(file)
        put(file, "duration", media_frames(source, self.timeline))
        self._put_timecode(file)
        media = put(file, "media")
        if source.video_stream is not None:
            characteristics = put(put(media, "video"), "samplecharacteristics")
            put(characteristics, "width", source.width)
            put(characteristics, "height", source.height)
        if source.audio_stream is not None:
            put(put(media, "audio"), "channelcount", 2)

    def _put_rate(self, parent: Element) -> None:
        counted, slow = whole_rate(self.timeline.rate)
        rate = put(parent, "rate")
        put(rate, "timebase", counted)
        put(rate, "ntsc", "TRUE" if slow else "FALSE")

    def _put_timecode(self, parent: Element) -> None:
        element = put(parent, "timecode")
        self._put_rate(element)
        put(element, "string", timecode(0, self.timeline.rate))
        put(element, "frame", 0)
        put(element, "displayformat", "DF" if drops_frames(self.timeline.rate) else "NDF")

    def _put_motion(self, item: Element, placement: Placement, source: Media) -> None:
        """Put crop and motion; a centre is a shift in shares of the source's own size."""
        framed = frame_placement(placement, source, self.timeline.width, self.timeline.height)
        crop = _put_effect(item, "Crop", "crop", "motion", "video")
        _put_parameter(crop, "left", framed.left / source.width * 100)
        _put_parameter(crop, "right", framed.right / source.width * 100)
        _put_parameter(crop, "top", framed.top / source.height * 100)
        _put_parameter(crop, "bottom", framed.bottom / source.height * 100)
        motion = _put_effect(item, "Basic Motion", "basic", "motion", "video")
        _put_parameter(motion, "scale", framed.scale * 100)
        value = put(_put_parameter(motion, "center"), "value")
        put(value, "horiz", _number(framed.shift_x / source.width))
        put(value, "vert", _number(framed.shift_y / source.height))

    def _put_links(self, item: Element, index: int) -> None:
        for kind in ("video", "audio"):
            link = put(item, "link")
            put(link, "linkclipref", _name(kind, 0, index))
            put(link, "mediatype", kind)
            put(link, "trackindex", 1)
            put(link, "clipindex", sum(1 for edit in self.edits[:index] if _has(edit.picture, edit.sound, kind)))


def _has(picture: Clip | None, sound: Clip | None, kind: str) -> bool:
    return (picture if kind == "video" else sound) is not None


def _placements(clip: Clip) -> tuple[Placement | None, ...]:
    return clip.layout.placements if clip.layout and clip.layout.placements else (None,)


def _name(kind: str, layer: int, index: int) -> str:
    return f"{kind}-{layer + 1}-{index}"


def _put_effect(item: Element, name: str, identity: str, category: str, mediatype: str) -> Element:
    effect = put(put(item, "filter"), "effect")
    put(effect, "name", name)
    put(effect, "effectid", identity)
    put(effect, "effectcategory", category)
    put(effect, "effecttype", category)
    put(effect, "mediatype", mediatype)
    return effect


def _put_parameter(effect: Element, identity: str, value: float | None = None) -> Element:
    parameter = put(effect, "parameter")
    put(parameter, "parameterid", identity)
    put(parameter, "name", identity.capitalize())
    if value is not None:
        put(parameter, "value", _number(value))
    return parameter


def _number(value: float | Fraction) -> str:
    return f"{float(value):.6f}"
