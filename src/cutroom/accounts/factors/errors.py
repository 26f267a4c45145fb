"""What factors refuse."""

from __future__ import annotations

from typing import Any

from cutroom.accounts.errors import NotAllowed, NotSignedIn
from cutroom.core.errors import InvalidInput


class SecondFactorNeeded(NotSignedIn):
    """The password was right, and this account wants one thing more.

    Attributes:
        members: What goes into the answer beside the sentence.
    """

    def __init__(self, message: str, members: dict[str, Any]) -> None:
        super().__init__(message)
        self.members = members


class ChallengeOver(NotSignedIn):
    """A challenge was answered before, is too old, was answered wrongly too often, or was never given out."""


class FactorRefused(NotSignedIn):
    """A code or a key does not prove what it should."""


class ProofNeeded(NotAllowed):
    """It is long ago that the person in front of this browser proved who they are."""


class ProofWrong(InvalidInput):
    """A password or a code of somebody who is signed in does not show what it should."""


class PasskeyRefused(InvalidInput):
    """What a browser sent does not make a passkey."""


class NoPasskeys(InvalidInput):
    """The address of this server is not one that browsers keep passkeys for."""

    status = 409
