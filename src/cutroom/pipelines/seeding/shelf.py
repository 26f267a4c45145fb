"""What the school of the seed has: its people, its categories, its recordings and what is said in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cutroom.accounts.models import Role
from cutroom.library.models import Visibility


class Fate(StrEnum):
    """What becomes of a recording."""

    WATCHED = "watched"  # it is ready
    CUT_UP = "cut up"  # it is ready, and clips were made of it
    HEARD = "heard"  # it is ready, and has no picture
    DELETED = "deleted"  # it was ready, and lies in the trash
    BROKEN = "broken"  # it was cut off when the battery was empty
    CANCELED = "canceled"  # somebody changed their mind
    WAITING = "waiting"  # its turn has not come
    NEW = "new"  # nothing was started on it


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the school.

    Attributes:
        used: The share of this week's quota that is used.
    """

    name: str
    role: Role
    used: float


@dataclass(frozen=True, slots=True)
class Talk:
    """A recording and what is said in it.

    Attributes:
        owner: The index of a person.
        days_ago: When it was brought.
        lines: What is said, sentence by sentence; none for what nobody will hear.
        points: What stands on its slide.
    """

    title: str
    category: str
    owner: int
    days_ago: int
    tags: tuple[str, ...]
    points: tuple[str, ...]
    lines: tuple[str, ...]
    description: str = ""
    fate: Fate = Fate.WATCHED
    visibility: Visibility = Visibility.INSTANCE
    licence: str | None = None


PEOPLE = (
    Person("Amira Haddad", Role.ADMIN, 0.0),
    Person("Jonas Lindqvist", Role.EDITOR, 0.5),
    Person("Rosa Delgado", Role.EDITOR, 1.0),
)

CATEGORIES = ("Biology", "Physics", "Mathematics", "History", "Languages", "School life")

#: Titles of talks, in order.
COLLECTION = (
    "One-minute science",
    "Short answers to questions that pupils really asked.",
    ("How bees give directions", "Why ice floats", "What a leaf does all day", "Why the Moon shows one face"),
)

#: Oldest first, as they were brought.
TALKS = (
    Talk(
        "Welcome to the recording room", "School life", 0, 96, ("welcome", "how-to"),
        ("Book it in the office", "Red light: you are on", "Leave the door open"),
        (
            "Welcome to the recording room.",
            "When the red light is on, the microphone hears everything you say.",
            "Please book the room in the office, and leave the door open when you go.",
        ),
        "How to book the room and what to mind in it.", licence="CC0-1.0",
    ),
    Talk(
        "What a leaf does all day", "Biology", 1, 88, ("plants", "photosynthesis", "year 8"),
        ("Light comes in", "Sugar is built", "Oxygen goes out"),
        (
            "A leaf is a small factory that runs on light.",
            "It takes water from the roots and carbon dioxide from the air, and builds sugar from them.",
            "The oxygen that is left over is what you are breathing now.",
        ),
        "Photosynthesis in three sentences.", licence="CC-BY-4.0",
    ),
    Talk(
        "Why ice floats", "Physics", 1, 81, ("water", "year 9"),
        ("Ice is less dense", "Lakes freeze from the top", "Fish stay warm below"),
        (
            "Almost everything sinks when it freezes, and water does not.",
            "Its molecules stand further apart in ice than in the liquid.",
            "That is why lakes freeze from the top, and why fish live through the winter.",
        ),
    ),
    Talk(
        "Fractions with a chocolate bar", "Mathematics", 2, 74, ("fractions", "year 6"),
        ("One half is two quarters", "Cut before you add", "Share the rest"),
        (
            "Here is a chocolate bar with twelve pieces.",
            "One half of it is six pieces, and so are two quarters.",
            "Before you add fractions, cut both bars into pieces of the same size.",
        ),
    ),
    Talk(
        "The letter that never arrived", "History", 2, 67, ("sources", "year 10"),
        ("Who wrote it?", "Who kept it?", "What is missing?"),
        (
            "A letter from sixteen eighteen lay unopened for four hundred years.",
            "Ask of every source who wrote it, who kept it, and what is missing.",
        ),
        "How to question a source.",
    ),
    Talk(
        "Greetings in five languages", "Languages", 2, 60, ("speaking", "year 7"),
        ("Say it aloud", "Listen to the ending", "Smile"),
        (
            "Good morning is the first thing you learn, and the last thing you forget.",
            "Say it aloud, listen to the ending, and try it on somebody who speaks it at home.",
        ),
    ),
    Talk(
        "How bees give directions", "Biology", 1, 53, ("bees", "animals", "year 8"),
        (), (), "The dance of the honeybee, and what its angle tells.", Fate.CUT_UP, licence="CC-BY-SA-4.0",
    ),
    Talk(
        "Staff meeting, second of March", "School life", 0, 49, ("meeting",), ("Timetable", "Excursions", "Any other"),
        ("The timetable changes on Monday, and the excursion to the harbour is confirmed.",),
        visibility=Visibility.PRIVATE,
    ),
    Talk(
        "Why the Moon shows one face", "Physics", 1, 45, ("astronomy", "year 9"),
        ("It turns once a month", "It circles once a month", "So one side faces us"),
        (
            "The Moon turns, although it never seems to.",
            "It turns around itself once in the time it takes to go around the Earth.",
            "So the same side always faces us, and the far side was a mystery until nineteen fifty nine.",
        ),
        licence="CC-BY-4.0",
    ),
    Talk(
        "Interview with a lighthouse keeper", "History", 2, 38, ("interview", "podcast"), (),
        (
            "I kept the light for thirty one years, and I never once slept through a storm.",
            "When the lamp became electric, the first thing I missed was the smell of the oil.",
        ),
        "A recording of the oral history club.", Fate.HEARD,
    ),
    Talk(
        "Proof that there is no largest prime", "Mathematics", 0, 31, ("primes", "proof", "year 11"),
        ("Assume a last one", "Multiply them all", "Add one"),
        (
            "Suppose there were a largest prime number.",
            "Multiply all primes up to it and add one.",
            "No prime on the list divides the result, so the list was never complete.",
        ),
        licence="CC-BY-4.0",
    ),
    Talk(
        "Ordering coffee in Lisbon", "Languages", 2, 27, ("speaking", "portuguese"),
        ("Uma bica", "Um galão", "Faz favor"),
        ("In Lisbon a small black coffee is called a bica.", "Say please with a smile, and you will be understood."),
    ),
    Talk(
        "Rehearsal of the school play", "School life", 2, 22, ("theatre",), ("Act one", "From the window", "Louder!"),
        ("Once more from the window, and louder, please.",), visibility=Visibility.PRIVATE, fate=Fate.DELETED,
    ),
    Talk(
        "Friction on a slope", "Physics", 1, 17, ("experiment", "year 9"), ("Tilt", "Slip", "Measure"), (),
        fate=Fate.BROKEN,
    ),
    Talk(
        "How a vaccine teaches", "Biology", 0, 13, ("health", "year 10"),
        ("A harmless portrait", "A memory", "A quick answer"),
        (
            "A vaccine shows your immune system a harmless portrait of a germ.",
            "The body keeps the memory, and answers quickly when the real germ comes.",
        ),
    ),
    Talk(
        "Silk Road: what really travelled", "History", 1, 9, ("trade", "year 10"),
        ("Silk", "Paper", "Ideas"),
        (
            "Silk was the smallest part of what travelled on the Silk Road.",
            "Paper, numbers and stories went further than any merchant did.",
        ),
    ),
    Talk(
        "Excursion to the harbour, raw", "School life", 1, 6, ("excursion",), ("Boats", "Cranes", "Gulls"), (),
        fate=Fate.CANCELED, visibility=Visibility.PRIVATE,
    ),
    Talk(
        "Vectors you can walk", "Mathematics", 0, 3, ("vectors", "year 11"), ("Three north", "Four east", "Five"), (),
        fate=Fate.WAITING,
    ),
    Talk(
        "Listening practice 4", "Languages", 1, 1, ("listening",), ("Listen twice", "Write it down", "Compare"), (),
        fate=Fate.WAITING,
    ),
    Talk(
        "Volcano in a bottle", "Physics", 0, 0, ("experiment", "year 7"), ("Vinegar", "Soda", "Stand back"), (),
        fate=Fate.NEW,
    ),
)  # fmt: skip
