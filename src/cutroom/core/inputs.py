"""Types of what comes from outside, wherever a person or a program writes it."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints


def _printable(text: str) -> str:
    # PostgreSQL keeps no NUL, and a terminal obeys the others.
    if any(unicodedata.category(each) == "Cc" and each not in "\n\t" for each in text):
        raise ValueError("holds control characters")
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("must be one line")
    return text


#: Text of one line, not empty; how long it may be is said where it is used.
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_printable),
    AfterValidator(_one_line),
]
#: Text of any number of lines; it may be empty.
Prose = Annotated[str, AfterValidator(_printable)]
#: A count that every database can hold.
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
