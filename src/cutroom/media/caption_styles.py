"""What captions look like: named styles, as data.

Lengths are in ems, shares of the letter size, and the size is a share of the frame, so that one table serves
every frame. The faces and colours were chosen by looking at each style in eleven scripts on four frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from cutroom.core.errors import InvalidInput
from cutroom.media.fonts import DISPLAY, Face


@dataclass(frozen=True, slots=True)
class Dress:
    """What is one's own over a style; what is unset is as the style has it.

    Attributes:
        fill: The colour of words, ``#rrggbb``.
        lit: The colour of the word that is lit.
        face: A display face.
    """

    fill: str | None = None
    lit: str | None = None
    face: str | None = None


#: Nothing of one's own.
PLAIN_DRESS = Dress()


class Lighting(StrEnum):
    """How the spoken word shows."""

    STEADY = "steady"  # not at all
    WORD = "word"  # while it is spoken
    PROGRESS = "progress"  # from then on
    REVEAL = "reveal"  # a word is not there before it is spoken


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded plate behind text.

    Attributes:
        colour: ``#rrggbb``.
        opacity: 0 to 1.
        pad_x: Ems left and right of the text.
        pad_y: Ems above and below the letters.
        radius: Ems.
    """

    colour: str
    opacity: float = 1.0
    pad_x: float = 0.35
    pad_y: float = 0.22
    radius: float = 0.22


@dataclass(frozen=True, slots=True)
class Shadow:
    """A shadow of letters and outline.

    Attributes:
        offset: Ems to the right and down.
        colour: ``#rrggbb``.
        opacity: 0 to 1.
    """

    offset: float
    colour: str = "#000000"
    opacity: float = 0.6


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """One look.

    Attributes:
        name: What a user asks for.
        title: What it is, in a few words.
        face: A display face; other scripts borrow from the fallbacks.
        size: The em, as a share of the frame's short side (less on wide frames).
        fill: The colour of words.
        lit: The colour of the word that is lit, if it differs.
        second_fill: The colour of a second line, if it differs.
        outline: Ems around the letters.
        glow: Ems of soft light around the letters.
        plate: Behind each line.
        word_plate: Behind the lit word.
        bar: The colour of an upright bar before the text of a left-aligned style.
        pop: How much larger the lit word is, 1 for not at all.
        spacing: Ems between letters, for the display face only: scripts that join must not be spaced.
        word_spacing: Ems added to the space between words, where the lit word needs room.
        upper: In capitals.
        left: Aligned at the side where reading starts, instead of centred.
        anchor: Where the block stands in the safe area, 0 at its top to 1 at its bottom.
        line_height: Ems from line to line, at least.
        max_lines: 1 or 2.
        max_words: Words on screen at once.
        min_s: Seconds that a caption should stay.
    """

    name: str
    title: str
    face: str = "Sans"
    size: float = 0.064
    lighting: Lighting = Lighting.STEADY
    fill: str = "#ffffff"
    lit: str | None = None
    second_fill: str | None = None
    outline: float = 0.0
    outline_colour: str = "#000000"
    shadow: Shadow | None = None
    glow: float = 0.0
    glow_colour: str = "#ffffff"
    plate: Box | None = None
    word_plate: Box | None = None
    bar: str | None = None
    pop: float = 1.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    upper: bool = False
    left: bool = False
    anchor: float = 0.94
    line_height: float = 1.18
    max_lines: int = 2
    max_words: int = 9
    min_s: float = 0.5

    @property
    def font(self) -> Face:
        return DISPLAY[self.face]

    @property
    def reach(self) -> float:
        """The ems that ink may stand out from the letters, on any side."""
        pads = [max(box.pad_x, box.pad_y) for box in (self.plate, self.word_plate) if box]
        shadow = self.shadow.offset if self.shadow else 0.0
        bar = 0.55 if self.bar else 0.0
        return max(self.outline + shadow, 2.5 * self.glow, bar, *pads, (self.pop - 1) * 1.6) + 0.02


_STYLES = (
    CaptionStyle(
        "plain",
        "White letters with a thin edge, for any picture",
        outline=0.055,
        shadow=Shadow(0.04),
    ),
    CaptionStyle(
        "outline",
        "Heavy condensed capitals with a thick edge",
        face="Anton",
        size=0.098,
        upper=True,
        outline=0.085,
        spacing=0.012,
        shadow=Shadow(0.03, opacity=0.5),
        line_height=1.22,
        max_words=7,
    ),
    CaptionStyle(
        "karaoke",
        "The spoken word turns yellow",
        face="Montserrat",
        size=0.07,
        lighting=Lighting.WORD,
        lit="#ffd60a",
        outline=0.075,
        shadow=Shadow(0.045, opacity=0.55),
        max_words=7,
    ),
    CaptionStyle(
        "pop",
        "The spoken word jumps out in green",
        face="Montserrat",
        size=0.078,
        lighting=Lighting.WORD,
        lit="#35e04b",
        upper=True,
        outline=0.09,
        shadow=Shadow(0.05, opacity=0.6),
        pop=1.12,
        word_spacing=0.08,
        max_words=5,
        anchor=0.86,
        line_height=1.24,
    ),
    CaptionStyle(
        "boxed",
        "White on a dark plate, the easiest to read",
        size=0.056,
        plate=Box("#0b0d12", 0.78, pad_x=0.42, pad_y=0.2, radius=0.2),
        line_height=1.62,
        max_words=11,
    ),
    CaptionStyle(
        "spotlight",
        "A violet plate moves from word to word",
        face="Poppins",
        size=0.07,
        lighting=Lighting.WORD,
        outline=0.05,
        outline_colour="#14101f",
        shadow=Shadow(0.03, opacity=0.45),
        word_plate=Box("#7c3aed", 1.0, pad_x=0.15, pad_y=0.14, radius=0.2),
        word_spacing=0.12,
        line_height=1.38,
        max_words=6,
    ),
    CaptionStyle(
        "single",
        "One large word at a time",
        face="Anton",
        size=0.15,
        upper=True,
        outline=0.06,
        shadow=Shadow(0.04, opacity=0.7),
        anchor=0.72,
        max_lines=1,
        max_words=1,
        min_s=0.2,
    ),
    CaptionStyle(
        "duo",
        "Two lines, white over amber",
        face="Bebas",
        size=0.108,
        upper=True,
        second_fill="#ffb703",
        outline=0.045,
        outline_colour="#111318",
        shadow=Shadow(0.05, opacity=0.75),
        spacing=0.015,
        line_height=1.0,
        max_words=7,
    ),
    CaptionStyle(
        "neon",
        "Glowing letters, the spoken word in pink",
        face="Poppins",
        size=0.07,
        lighting=Lighting.WORD,
        fill="#e9fbff",
        lit="#ff8af3",
        outline=0.035,
        outline_colour="#0a6cff",
        glow=0.12,
        glow_colour="#0094ff",
        line_height=1.3,
        max_words=6,
    ),
    CaptionStyle(
        "lower-third",
        "Small and quiet at the side, with a coloured bar",
        face="Sans Light",
        size=0.046,
        left=True,
        plate=Box("#10131a", 0.72, pad_x=0.55, pad_y=0.24, radius=0.08),
        bar="#22d3ee",
        line_height=1.36,
        anchor=1.0,
        max_words=12,
    ),
    CaptionStyle(
        "typewriter",
        "Typed word by word on paper",
        face="Courier",
        size=0.062,
        lighting=Lighting.REVEAL,
        fill="#1c1a17",
        plate=Box("#f4efe3", 0.96, pad_x=0.45, pad_y=0.26, radius=0.06),
        line_height=1.5,
        max_words=7,
    ),
    CaptionStyle(
        "impact",
        "Yellow capitals with a hard shadow",
        face="Anton",
        size=0.104,
        fill="#ffe600",
        upper=True,
        outline=0.05,
        shadow=Shadow(0.075, opacity=1.0),
        spacing=0.01,
        line_height=1.2,
        max_words=5,
        anchor=0.86,
    ),
    CaptionStyle(
        "comic",
        "Round letters, the spoken word in yellow",
        face="Luckiest",
        upper=True,
        size=0.088,
        lighting=Lighting.WORD,
        lit="#ffe14d",
        outline=0.1,
        outline_colour="#1f2a6b",
        shadow=Shadow(0.05, "#0d1233", 0.9),
        pop=1.06,
        word_spacing=0.1,
        line_height=1.22,
        max_words=6,
    ),
    CaptionStyle(
        "progress",
        "Words brighten as they are spoken",
        face="Poppins",
        size=0.064,
        lighting=Lighting.PROGRESS,
        fill="#8d95a6",
        lit="#ffffff",
        plate=Box("#0b0d12", 0.82, pad_x=0.45, pad_y=0.24, radius=0.28),
        line_height=1.62,
        max_words=8,
    ),
)  # fmt: skip

#: Every style by name.
STYLES: dict[str, CaptionStyle] = {style.name: style for style in _STYLES}


def find_style(name: str) -> CaptionStyle:
    """Find a style by name.

    Raises:
        InvalidInput: If there is none; the message names those there are.
    """
    try:
        return STYLES[name]
    except KeyError:
        raise InvalidInput(f"There is no caption style {name[:40]!r}: choose one of {', '.join(STYLES)}.") from None


def dress(style: CaptionStyle, own: Dress) -> CaptionStyle:
    """Give a style one's own colours and letters."""
    return replace(
        style,
        fill=own.fill or style.fill,
        second_fill=None if own.fill else style.second_fill,
        lit=own.lit or style.lit,
        face=own.face or style.face,
    )
