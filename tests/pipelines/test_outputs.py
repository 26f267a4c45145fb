"""Subtitles beside a clip's file are in the file's time."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from cutroom.media.timeline import CaptionWord, Clip, Media, Timeline, Track, TrackKind
from cutroom.pipelines.outputs import subtitles_of

RATE = Fraction(25)
FILM = Media("intro", Path("x"), "x", Fraction(7, 2), 320, 180, RATE, 0, None)
WORDS = (CaptionWord("First", 5, 10), CaptionWord("and an uncommonly long word that is read slowly", 40, 10))


def stamps(timeline: Timeline) -> list[float]:
    """Read all moments of the subtitles, in seconds."""
    text = subtitles_of(WORDS, timeline, "en")[".vtt"]
    return [60 * int(minutes) + float(rest) for minutes, rest in re.findall(r"(\d\d):(\d\d\.\d{3})", text)]


def test_an_intro_comes_before_the_first_word_and_the_last_one_ends_with_the_clip() -> None:
    tracks = (Track(TrackKind.AUDIO, (Clip("source", 0, 55),)),)
    bare = Timeline("x", RATE, 270, 480, (), tracks)
    assert (stamps(bare)[0], stamps(bare)[-1]) == (0.2, 2.2)
    later = Timeline("x", RATE, 270, 480, (), tracks, intro=FILM, outro=FILM)
    assert stamps(later) == [round(each + float(later.intro_duration / RATE), 3) for each in stamps(bare)]
