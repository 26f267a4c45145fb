"""Other editors' projects: read back, every cut is where it was."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import opentimelineio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.core.errors import InvalidInput
from cutroom.media.geometry import FULL, Rect
from cutroom.media.timeline import (
    Background,
    Caption,
    Captions,
    CaptionWord,
    Clip,
    Fit,
    Layout,
    Media,
    Placement,
    Timeline,
    Track,
    TrackKind,
)
from cutroom.render.export import FORMATS, from_otio, to_edl, to_fcpxml, to_otio, to_premiere, write_exports
from cutroom.render.export.edits import edits_of, frame_placement
from cutroom.render.export.timecode import timecode

NTSC = Fraction(30000, 1001)
HOSTILE = "a <b> & \"c\" 'd' \x00\x08\x1b ]]> \ud800 \ufffe\nTITLE: x; 𐍈 🐝 %s ../\\"
SPLIT = Layout(
    (
        Placement(Rect(0.0, 0.0, 1.0, 1.0), Rect(0, 0, 1, 0.5), Fit.CONTAIN),
        Placement(Rect(0.7, 0.7, 0.2, 0.2), Rect(0, 0.5, 1, 0.5), Fit.COVER),
    ),
    Background.BLUR,
)


def _media(key: str = "m", name: str = "talk.mp4", **changes: object) -> Media:
    media = Media(
        key, Path("/media") / name, "0" * 64, Fraction(3600), 1920, 1080, NTSC, video_stream=0, audio_stream=1
    )
    return replace(media, **changes)  # type: ignore[arg-type] # a test names its own fields


def _timeline(cuts: int = 200, rate: Fraction = NTSC, name: str = "Clip", **changes: object) -> Timeline:
    """Cut a source at uneven places; the picture cuts once more in every third piece."""
    pieces = [Clip("m", 1000 + 97 * k, 31 + k % 7) for k in range(cuts)]
    picture: list[Clip] = []
    for k, piece in enumerate(pieces):
        head = 10 if k % 3 == 0 else piece.duration
        picture.append(replace(piece, duration=head, layout=Layout((Placement(),))))
        if head < piece.duration:
            rest = Clip("m", piece.source_start + head, piece.duration - head, SPLIT)
            picture.append(rest)
    tracks = (Track(TrackKind.VIDEO, tuple(picture)), Track(TrackKind.AUDIO, tuple(pieces)))
    timeline = Timeline(name, rate, 1080, 1920, (_media(),), tracks)
    return replace(timeline, **changes)  # type: ignore[arg-type] # a test names its own fields


def _parse(text: str | bytes) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - a document of our own


def _ranges(track: Track | None) -> list[tuple[int, int, int]]:
    """List (programme start, source start, duration) with source stretches that run on put together."""
    assert track is not None
    found: list[tuple[int, int, int]] = []
    starts = itertools.accumulate((clip.duration for clip in track.clips), initial=0)
    for start, clip in zip(starts, track.clips, strict=False):
        if found and found[-1][1] + found[-1][2] == clip.source_start:
            found[-1] = (found[-1][0], found[-1][1], found[-1][2] + clip.duration)
        else:
            found.append((start, clip.source_start, clip.duration))
    return found


# A string of theirs ends at NUL; what reads text for us drops it.
letters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
names = st.text(letters, max_size=20)
shares = st.floats(0, 1)
rects = st.builds(Rect, shares, shares, shares, shares)
layouts = st.builds(
    Layout,
    st.lists(st.builds(Placement, rects, rects, st.sampled_from(Fit)), min_size=1, max_size=3).map(tuple),
    st.sampled_from(Background),
)
rates = st.sampled_from(
    [Fraction(24), Fraction(25), NTSC, Fraction(24000, 1001), Fraction(60000, 1001), Fraction(7, 3)]
)
keys = st.sampled_from(["m", "n"])
clips = st.builds(Clip, keys, st.integers(0, 10**7), st.integers(1, 10**6), st.none() | layouts, st.floats(-60, 12))
words = st.builds(CaptionWord, st.text(letters, min_size=1, max_size=8), st.integers(0, 10**6), st.integers(1, 100))
captions = st.builds(
    Captions,
    names,
    st.just("en"),
    st.lists(
        st.builds(
            Caption,
            st.integers(0, 10**6),
            st.integers(1, 500),
            st.lists(st.lists(words, max_size=3).map(tuple), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
)
file_names = st.binary(min_size=1, max_size=20).filter(
    lambda raw: b"/" not in raw and b"\0" not in raw and raw not in (b".", b"..")
)
paths = file_names.map(lambda raw: Path("/media") / os.fsdecode(raw))


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    media = tuple(
        _media(
            key,
            path=draw(paths),
            duration_s=draw(st.fractions(0, 10**5)),
            rate=draw(rates),
            hdr=draw(st.booleans()),
            audio_stream=draw(st.none() | st.integers(0, 9)),
        )
        for key in ("m", "n")
    )
    tracks = tuple(Track(kind, tuple(draw(st.lists(clips, max_size=4)))) for kind in TrackKind)
    return Timeline(
        draw(names), draw(rates), 2 * draw(st.integers(1, 4000)), 1920, media, tracks,
        draw(st.none() | captions), draw(st.none() | st.floats(-40, 0)),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(timelines())
def test_a_timeline_comes_back_from_otio_as_it_was(timeline: Timeline) -> None:
    assert from_otio(to_otio(timeline)) == timeline


def test_otio_is_readable_without_knowing_us() -> None:
    timeline = _timeline(3)
    theirs = opentimelineio.adapters.read_from_string(to_otio(timeline), "otio_json")
    assert [track.kind for track in theirs.tracks] == ["Video", "Audio"]
    clip = theirs.tracks[1][1]
    assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (1097, 32)
    assert clip.source_range.start_time.rate == float(NTSC)
    assert clip.media_reference.target_url == "file:///media/talk.mp4"
    assert theirs.duration().value == timeline.duration


def test_what_another_editor_changed_in_otio_is_read() -> None:
    theirs = opentimelineio.adapters.read_from_string(to_otio(_timeline(3)), "otio_json")
    del theirs.tracks[1][0]
    for track in theirs.tracks:
        for clip in track:
            clip.media_reference.target_url = "file:///elsewhere/a%20b.mp4"
    ours = from_otio(opentimelineio.adapters.write_to_string(theirs, "otio_json"))
    assert _ranges(ours.track(TrackKind.AUDIO))[0] == (0, 1097, 32)
    assert ours.media[0].path == Path("/elsewhere/a b.mp4")


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"OTIO_SCHEMA": "Timeline.1", "name": "x"}', "[1, 2]"])
def test_a_strangers_otio_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InvalidInput, match="export it again"):
        from_otio(text)


def _seconds(text: str) -> Fraction:
    assert text.endswith("s")
    return Fraction(text[:-1])


def _fcpxml_cuts(text: str, rate: Fraction) -> list[tuple[int, int, int]]:
    """Read a spine by its own rules, apart from our writer's; every time must fall on a frame."""
    cuts: list[tuple[int, int, int]] = []
    for clip in _parse(text).iterfind(".//spine/asset-clip"):
        values = [_seconds(clip.attrib[key]) * rate for key in ("offset", "start", "duration")]
        assert all(value.denominator == 1 for value in values)
        offset, start, duration = (int(value) for value in values)
        if cuts and cuts[-1][1] + cuts[-1][2] == start:
            cuts[-1] = (cuts[-1][0], cuts[-1][1], cuts[-1][2] + duration)
        else:
            cuts.append((offset, start, duration))
    return cuts


@pytest.mark.parametrize("rate", [NTSC, Fraction(24000, 1001), Fraction(60000, 1001), Fraction(25), Fraction(48)])
def test_200_cuts_are_exact_in_fcpxml(rate: Fraction) -> None:
    timeline = _timeline(rate=rate)
    text = to_fcpxml(timeline)
    assert _fcpxml_cuts(text, rate) == _ranges(timeline.track(TrackKind.AUDIO))
    assert len(_fcpxml_cuts(text, rate)) == 200
    sequence = _parse(text).find(".//sequence")
    assert sequence is not None
    assert _seconds(sequence.attrib["duration"]) == timeline.duration_s


def test_fcpxml_counts_ntsc_frames_by_1001() -> None:
    root = _parse(to_fcpxml(_timeline(2)))
    formats = root.findall("resources/format")
    assert formats[0].attrib["frameDuration"] == "1001/30000s"
    assert root.findall(".//spine/asset-clip")[1].attrib["offset"] == "10010/30000s"
    assert root.findall(".//spine/asset-clip")[1].attrib["start"] == f"{1010 * 1001}/30000s"


#: The order that the format's own document type asks for.
_FCPXML_ORDER = [
    "conform-rate",
    "adjust-crop",
    "adjust-conform",
    "adjust-transform",
    "adjust-volume",
    "asset-clip",
    "caption",
]


def test_fcpxml_keeps_the_order_and_the_references_of_its_document_type() -> None:
    captions = Captions("karaoke", "en", (Caption(5, 20, ((CaptionWord("Hi", 5, 9),), (CaptionWord("you", 15, 9),))),))
    louder = tuple(replace(clip, gain_db=-3.0) for clip in _timeline(4).tracks[1].clips)
    timeline = _timeline(4, captions=captions, tracks=(_timeline(4).tracks[0], Track(TrackKind.AUDIO, louder)))
    root = _parse(to_fcpxml(timeline))
    identities = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(set(identities)) == len(identities)
    assert {each.attrib["ref"] for each in root.iter() if "ref" in each.attrib} <= set(identities)
    for clip in root.iter("asset-clip"):
        order = [_FCPXML_ORDER.index(child.tag) for child in clip]
        assert order == sorted(order)
    assert [each.attrib["amount"] for each in root.iter("adjust-volume")] == ["-3dB"] * len(edits_of(timeline))
    (caption,) = root.iter("caption")
    assert "".join(caption.itertext()).strip() == "Hi\nyou"


def test_a_sound_that_runs_apart_from_its_picture_is_connected_below() -> None:
    picture = Track(TrackKind.VIDEO, (Clip("m", 100, 50),))
    sound = Track(TrackKind.AUDIO, (Clip("m", 80, 20), Clip("m", 500, 30)))
    text = to_fcpxml(_timeline(tracks=(picture, sound)))
    root = _parse(text)
    assert [clip.attrib["srcEnable"] for clip in root.findall(".//spine/asset-clip")] == ["video", "video"]
    below = root.findall(".//spine/asset-clip/asset-clip")
    assert [(clip.attrib["lane"], int(_seconds(clip.attrib["start"]) * NTSC)) for clip in below] == [
        ("-1", 80),
        ("-1", 500),
    ]
    parents = root.findall(".//spine/asset-clip")
    assert [clip.attrib["offset"] for clip in below] == [clip.attrib["start"] for clip in parents]


def test_a_part_of_the_source_lands_where_the_layout_puts_it() -> None:
    media = _media()
    for placement in (*SPLIT.placements, Placement(Rect(0.1, 0, 0.3, 1), FULL, Fit.COVER), Placement(fit=Fit.CONTAIN)):
        framed = frame_placement(placement, media, 1080, 1920)
        left = 540 + framed.shift_x - framed.scale * 960 + framed.scale * framed.left
        top = 960 + framed.shift_y - framed.scale * 540 + framed.scale * framed.top
        width = framed.scale * (1920 - framed.left - framed.right)
        height = framed.scale * (1080 - framed.top - framed.bottom)
        place = placement.target
        assert left + width / 2 == pytest.approx(place.centre_x * 1080)
        assert top + height / 2 == pytest.approx(place.centre_y * 1920)
        filled = sorted((width / (place.width * 1080), height / (place.height * 1920)))
        assert filled[1] == pytest.approx(1)
        if placement.fit is Fit.COVER:
            assert filled[0] == pytest.approx(1)
        assert min(framed.left, framed.top, framed.right, framed.bottom) >= -1e-9


def _read_edl(text: str) -> tuple[list[str], list[list[str]]]:
    lines = text.splitlines()
    return lines, [line.split() for line in lines if line[:3].isdigit()]


@pytest.mark.parametrize(
    ("rate", "mode"),
    [(NTSC, "DROP FRAME"), (Fraction(60000, 1001), "DROP FRAME"), (Fraction(24000, 1001), "NON-DROP FRAME"),
     (Fraction(25), "NON-DROP FRAME"), (Fraction(60), "NON-DROP FRAME")],
)  # fmt: skip
def test_an_edl_has_every_cut_as_a_timecode(rate: Fraction, mode: str) -> None:
    timeline = _timeline(rate=rate)
    lines, events = _read_edl(to_edl(timeline))
    assert lines[1] == f"FCM: {mode}"

    def frame(text: str) -> int:
        return int(opentimelineio.opentime.from_timecode(text, float(rate)).to_frames())

    hour = frame(events[0][6])
    for channel, kind in (("V", TrackKind.VIDEO), ("A", TrackKind.AUDIO)):
        found = [
            (frame(event[6]) - hour, frame(event[4]), frame(event[5]) - frame(event[4]))
            for event in events
            if event[2] == channel
        ]
        assert found == _ranges(timeline.track(kind))
    assert events[0][6][:8] == "01:00:00"
    assert frame(events[-1][7]) - hour == timeline.duration


@pytest.mark.parametrize("rate", [NTSC, Fraction(60000, 1001), Fraction(24000, 1001), Fraction(25), Fraction(50)])
def test_timecode_agrees_with_opentimelineio(rate: Fraction) -> None:
    counted = round(rate)
    near_minutes = {counted * 60 * minute + step for minute in range(125) for step in range(-260, 6, 1)}
    for frame in sorted(each for each in near_minutes if each >= 0)[::3]:
        theirs = opentimelineio.opentime.to_timecode(opentimelineio.opentime.RationalTime(frame, float(rate)))
        assert timecode(frame, rate).replace(";", ":") == theirs.replace(";", ":")


def test_reels_are_safe_and_never_the_same() -> None:
    files = ["Vorlesung über Bienen.mp4", "Vorlesung über Gezeiten.mp4", "課.mp4", "講.mp4", "ax.mp4", "a/../b;c.mp4"]
    media = tuple(_media(str(k), path=Path("/m") / name) for k, name in enumerate(files))
    track = Track(TrackKind.VIDEO, tuple(Clip(str(k), 0, 10) for k in range(len(files))))
    _, events = _read_edl(to_edl(_timeline(media=media, tracks=(track,))))
    reels = [event[1] for event in events]
    assert len(set(reels)) == len(files)
    assert all(len(reel) <= 8 and reel.isascii() and reel.replace("_", "").isalnum() for reel in reels)
    assert "AX" not in reels


def _premiere_cuts(root: ET.Element, path: str) -> Iterator[tuple[int, int, int]]:
    for item in root.iterfind(f"sequence/media/{path}/clipitem"):
        start, end, first, last = (int(item.findtext(tag) or -1) for tag in ("start", "end", "in", "out"))
        assert end - start == last - first
        yield start, first, end - start


def test_200_cuts_are_exact_and_linked_in_premiere() -> None:
    timeline = _timeline()
    root = _parse(to_premiere(timeline))
    sounds = list(_premiere_cuts(root, "audio/track"))
    pictures = list(_premiere_cuts(root, "video/track[1]"))
    assert sounds == pictures
    track = Track(TrackKind.AUDIO, tuple(Clip("m", first, duration) for _, first, duration in sounds))
    assert _ranges(track) == _ranges(timeline.track(TrackKind.AUDIO))
    items = {item.attrib["id"]: item for item in root.iter("clipitem")}
    assert len(items) == len(list(root.iter("clipitem")))
    for item in (*root.iterfind(".//video/track[1]/clipitem"), *root.iterfind(".//audio/track/clipitem")):
        ends = [items[link.findtext("linkclipref") or ""] for link in item.iterfind("link")]
        assert len(ends) == 2
        assert {end.findtext("start") for end in ends} == {item.findtext("start")}
    assert root.findtext("sequence/rate/timebase") == "30"
    assert root.findtext("sequence/rate/ntsc") == "TRUE"
    assert root.findtext("sequence/timecode/displayformat") == "DF"


def test_premiere_describes_a_file_once_and_escapes_its_address() -> None:
    media = (_media(path=Path("/media/a & b/été #1?.mp4")),)
    root = _parse(to_premiere(_timeline(3, media=media)))
    described = [file for file in root.iter("file") if len(file)]
    assert [file.findtext("pathurl") for file in described] == [
        "file://localhost/media/a%20%26%20b/%C3%A9t%C3%A9%20%231%3F.mp4"
    ]
    assert {file.attrib["id"] for file in root.iter("file")} == {"file-1"}


def test_a_split_layout_is_two_tracks_with_motion_in_premiere() -> None:
    root = _parse(to_premiere(_timeline(3)))
    tracks = root.findall("sequence/media/video/track")
    assert len(tracks) == 2
    upper = tracks[1].find("clipitem")
    assert upper is not None
    values = {each.findtext("parameterid"): each for each in upper.iter("parameter")}
    # A fifth of 1920 × 1080 covers 1080 × 960: by its height, 960 / 216.
    assert float(values["scale"].findtext("value") or 0) == pytest.approx(100 * 960 / 216, abs=1e-3)
    assert float(values["top"].findtext("value") or 0) == pytest.approx(70, abs=1e-3)
    assert float(values["left"].findtext("value") or 0) > 70


@pytest.mark.parametrize("write", [to_edl, to_premiere])
def test_a_rate_that_a_format_cannot_say_is_refused(write: object) -> None:
    with pytest.raises(InvalidInput, match="export otio or fcpxml"):
        write(_timeline(2, rate=Fraction(25, 2)))  # type: ignore[operator] # both take a timeline


def test_hostile_names_stay_names() -> None:
    media = (_media(path=Path("/media") / os.fsdecode(b"\xff\xfe <&> \n x.mp4")),)
    captions = Captions("s", "en", (Caption(0, 10, ((CaptionWord(HOSTILE, 0, 10),),)),))
    timeline = _timeline(2, name=HOSTILE, media=media, captions=captions)
    for write in (to_fcpxml, to_premiere):
        root = _parse(write(timeline).encode())
        assert any("🐝" in (each.get("name") or each.text or "") for each in root.iter())
    lines, events = _read_edl(to_edl(timeline))
    assert [line[:6] for line in lines].count("TITLE:") == 1
    assert len(lines) == 3 + 2 * len(events)


def test_sound_alone_can_be_exported() -> None:
    media = (_media(width=0, height=0, rate=Fraction(0), video_stream=None),)
    timeline = _timeline(media=media, tracks=(Track(TrackKind.AUDIO, (Clip("m", 5, 50), Clip("m", 90, 9))),))
    assert _fcpxml_cuts(to_fcpxml(timeline), NTSC) == [(0, 5, 50), (50, 90, 9)]
    assert list(_premiere_cuts(_parse(to_premiere(timeline)), "audio/track")) == [
        (0, 5, 50),
        (50, 90, 9),
    ]
    assert len(_read_edl(to_edl(timeline))[1]) == 2


def test_every_format_is_written_beside_the_others(tmp_path: Path) -> None:
    files = write_exports({"01-bees": _timeline(2), "02-sky": _timeline(3)}, list(FORMATS), tmp_path / "exports")
    assert [file.name for file in files] == [
        f"{stem}{suffix}" for stem in ("01-bees", "02-sky") for suffix in (".otio", ".fcpxml", ".edl", ".xml")
    ]
    assert all(file.stat().st_size > 100 for file in files)
    with pytest.raises(InvalidInput, match="avid"):
        write_exports({}, ["avid"], tmp_path)


@pytest.mark.parametrize(("plugin", "write"), [("fcp_xml", to_premiere), ("cmx_3600", to_edl)])
def test_opentimelineios_own_reader_finds_the_same_cuts(plugin: str, write: object) -> None:
    if plugin not in opentimelineio.adapters.available_adapter_names():
        pytest.skip(f"OpenTimelineIO's plug-in {plugin} is not installed")
    timeline = _timeline(rate=Fraction(25))
    options = {"rate": 25} if plugin == "cmx_3600" else {}
    text = write(timeline)  # type: ignore[operator] # both take a timeline
    theirs = opentimelineio.adapters.read_from_string(text, plugin, **options)
    if not isinstance(theirs, opentimelineio.schema.Timeline):
        theirs = theirs[0]
    kinds = {"Video": TrackKind.VIDEO, "Audio": TrackKind.AUDIO}
    seen = set()
    for track in theirs.tracks:
        if track.kind in seen:
            continue  # a split layout's second track
        seen.add(track.kind)
        clips = [
            Clip("m", clip.source_range.start_time.to_frames(), clip.source_range.duration.to_frames())
            for clip in track.find_clips()
        ]
        kind = kinds[track.kind]
        assert _ranges(Track(kind, tuple(clips))) == _ranges(timeline.track(kind))
    assert seen == {"Video", "Audio"}
