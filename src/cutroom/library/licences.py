"""Licences that are known by name: where their text is, and what they allow.

A licence is what a person or the place that a recording came from says it is; no model ever writes one.
"""

from __future__ import annotations

from dataclasses import dataclass

from cutroom.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence, and what it lets others do.

    Attributes:
        key: SPDX's identifier where it has one.
        url: Where its text is; none where there is no one text.
        sell: Whether it may be used to earn money.
        change: Whether changed versions, such as clips, may be published.
        attribution: Whether the author must be named.
        share_alike: Whether what is made of it must be published under the same licence.
    """

    key: str
    name: str
    url: str | None
    sell: bool
    change: bool
    attribution: bool
    share_alike: bool = False


def _creative_commons(terms: str, version: str) -> Licence:
    parts = terms.split("-")
    return Licence(
        key=f"CC-{terms}-{version}",
        name=f"Creative Commons {terms} {version}",
        url=f"https://creativecommons.org/licenses/{terms.lower()}/{version}/",
        sell="NC" not in parts,
        change="ND" not in parts,
        attribution=True,
        share_alike="SA" in parts,
    )


_TERMS = ("BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND")

_KNOWN = (
    Licence(
        "CC0-1.0",
        "Creative Commons Zero 1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        sell=True,
        change=True,
        attribution=False,
    ),
    *(_creative_commons(terms, version) for version in ("4.0", "3.0") for terms in _TERMS),
    Licence(
        "public-domain",
        "Public domain",
        "https://creativecommons.org/publicdomain/mark/1.0/",
        sell=True,
        change=True,
        attribution=False,
    ),
    Licence(
        "Pexels",
        "Pexels licence",
        "https://www.pexels.com/license/",
        sell=True,
        change=True,
        attribution=False,
    ),
    Licence(
        "Pixabay",
        "Pixabay content licence",
        "https://pixabay.com/service/license-summary/",
        sell=True,
        change=True,
        attribution=False,
    ),
    Licence(
        "own",
        "Made by us",
        None,
        sell=True,
        change=True,
        attribution=False,
    ),
    Licence(
        "all-rights-reserved",
        "All rights reserved",
        None,
        sell=False,
        change=False,
        attribution=True,
    ),
    Licence(
        "other",
        "Another licence, told in words",
        None,
        sell=False,
        change=False,
        attribution=True,
    ),
)

#: By key.
LICENCES = {each.key: each for each in _KNOWN}
_FOLDED = {each.key.casefold(): each for each in _KNOWN}


def find_licence(text: str) -> Licence:
    """Give the licence of a key, whatever its case, with blanks for hyphens: ``cc by 4.0``.

    Raises:
        InvalidInput: If none is known by it.
    """
    folded = "-".join(text.casefold().split())
    found = _FOLDED.get(folded) or _FOLDED.get(f"{folded}-4.0")
    if found is None:
        raise InvalidInput(
            f"There is no licence {text!r} here: choose one of {', '.join(LICENCES)}; "
            "'other' leaves it to your own words."
        )
    return found
