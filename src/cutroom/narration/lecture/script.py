"""What the lecturer says, slide by slide.

One line is one sentence, spoken at once, with the pause that follows it. Fillers stand in the text; a false start is
a line of its own that breaks off and is said again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cutroom.analysis.facts import ShotKind

#: Words that a transcript should mark and a tightened clip should lose.
FILLERS = frozenset({"um", "uh"})


class SlideName(StrEnum):
    """A slide of the lecture."""

    TITLE = "title"
    BEES = "bees"
    SKY = "sky"
    DOUBLING = "doubling"
    TIDES = "tides"
    VACCINES = "vaccines"
    END = "end"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and the silence after it; ``false_start`` when it breaks off and the next line says it again."""

    text: str
    pause_s: float = 0.35
    false_start: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Lines said over one arrangement of the picture; ``slide`` is hidden while the camera fills the picture."""

    slide: SlideName
    kind: ShotKind
    lines: tuple[Line, ...]


SCRIPT: tuple[Scene, ...] = (
    Scene(
        SlideName.TITLE,
        ShotKind.SCREEN_WITH_CAMERA,
        (
            Line("Good morning, and welcome to five small ideas.", 0.6),
            Line("Each one fits in a pocket, and each one changes what you see when you look out of the window.", 0.9),
        ),
    ),
    Scene(
        SlideName.TITLE,
        ShotKind.TALKING_HEAD,
        (
            Line("Here is my promise to you."),
            Line("By the end, you will never look at a beach, a bank statement, or a bee in quite the same way.", 0.6),
            Line("You will need no laboratory, no mathematics, and about half a minute for each of them.", 1.5),
        ),
    ),
    Scene(
        SlideName.BEES,
        ShotKind.SCREEN_WITH_CAMERA,
        (
            Line("How does a honeybee tell her sisters where the flowers are?", 0.7),
            Line("She dances."),
            Line(
                "In the dark, on a wall of wax, she runs in a straight line, shaking from side to side, "
                "then circles back and does it again."
            ),
            Line("The angle of that run, measured from straight up, is the angle between the flowers and the sun."),
            Line("And the length of the run is the distance."),
            Line("One second of shaking means roughly one kilometer of flight.", 0.6),
            Line("So the next time a bee ignores you at a picnic, do not take it personally."),
            Line("She has, um, a meeting to get to.", 2.4),
        ),
    ),
    Scene(
        SlideName.SKY,
        ShotKind.SCREEN_WITH_CAMERA,
        (
            Line("Why is the sky blue, and not green, or simply white?", 0.7),
            Line("Sunlight looks white, but it carries every color of the rainbow."),
            Line("When it meets the molecules of the air, short waves bounce around far more than long ones."),
            Line("Blue light is scattered about five times as strongly as red."),
            Line("So blue reaches your eye from every direction, and that glow is what we call the sky.", 0.6),
            Line("At sunset, the light must cross much more air."),
            Line("The blue has, uh, wandered off before it gets to you, and what is left is red."),
            Line("A sunset, in other words, is somebody else's blue sky.", 1.6),
        ),
    ),
    Scene(
        SlideName.DOUBLING,
        ShotKind.SCREEN_WITH_CAMERA,
        (
            Line("Here is a question that costs people real money."),
            Line(
                "Would you rather have one thousand dollars a day for a month, or one penny that doubles every day?",
                1.1,
            ),
            Line("Most people take the thousand dollars, and after thirty days they have thirty thousand."),
            Line("And the penny?", 0.6),
            Line("On day ten, it is worth about five dollars."),
            Line("On day twenty, about five thousand dollars."),
            Line("On day thirty, more than five million dollars.", 0.9),
            Line("Our minds love to draw,", 0.9, false_start=True),
            Line("Our minds love to draw straight lines, and this is a curve."),
            Line("Growth that feeds on itself looks like nothing, until it looks like everything.", 2.2),
        ),
    ),
    Scene(
        SlideName.TIDES,
        ShotKind.SCREEN,
        (
            Line("Twice a day, the sea climbs up the beach and goes away again."),
            Line("But why twice, when there is only one moon?", 0.8),
            Line("The moon pulls hardest on the water that faces it, and that water rises."),
            Line("It also pulls the whole Earth a little, away from the water on the far side."),
            Line("So there are two bulges, and we turn through both of them every day.", 0.6),
            Line("In the Bay of Fundy, in Canada, the water climbs as much as sixteen meters."),
            Line("That is a building of five floors, twice a day, for free.", 1.7),
        ),
    ),
    Scene(
        SlideName.VACCINES,
        ShotKind.SCREEN_WITH_CAMERA,
        (
            Line("How can a vaccine protect somebody who never had it?", 0.7),
            Line("Your immune system keeps a memory, and a vaccine shows it a harmless portrait of the germ."),
            Line("Now think of a germ that every sick person gives to three others."),
            Line("Three become nine, nine become twenty seven, and soon the whole school is coughing."),
            Line("But if two of those three are already protected, one case leads to only one more."),
            Line("The fire cannot grow, because it runs out of, um, dry wood.", 0.6),
            Line("That is how the world got rid of smallpox, one arm at a time.", 1.4),
        ),
    ),
    Scene(
        SlideName.END,
        ShotKind.TALKING_HEAD,
        (
            Line("So what do a bee, a sunset, a penny, a tide, and a vaccine have in common?", 0.9),
            Line(
                "In each of them, something too small to notice, repeated often enough, becomes too big to ignore.", 0.8
            ),
            Line("That is the whole secret, and it works on people too."),
            Line("A page a day is a shelf of books in ten years."),
        ),
    ),
    Scene(
        SlideName.END,
        ShotKind.SCREEN_WITH_CAMERA,
        (
            Line("Keep looking for the small thing."),
            Line("Thank you.", 1.5),
        ),
    ),
)
