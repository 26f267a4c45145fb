"""Types of what comes from outside, wherever a person or a program writes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

#: Text of one line that is not empty and has no control characters: PostgreSQL keeps no NUL, and a terminal obeys the
#: others. How long it may be is said where it is used.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]

#: ``provider`` or ``provider/model``: a name, and never a path or another's repository.
ProviderName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(/[A-Za-z0-9][A-Za-z0-9._:-]*)?$", max_length=100)]

#: Text of any number of lines; whether it may be empty, and how long it may be, is said where it is used.
Text = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]

#: An address that people open; it is shown and never fetched.
WebAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^https?://[^\s\x00-\x1f\x7f-\x9f]+$")
]
