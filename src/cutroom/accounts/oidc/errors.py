"""What signing in at an identity provider refuses."""

from __future__ import annotations

from cutroom.accounts.errors import NotAllowed
from cutroom.core.errors import InvalidInput, ProviderFailed


class NoIdentityProvider(InvalidInput):
    """This instance has no identity provider."""

    status = 409


class IdentityProviderFailed(ProviderFailed):
    """The identity provider cannot be reached, or says what it must not say."""


class SignInOver(InvalidInput):
    """An answer of the provider's belongs to no sign-in of this browser, or to one that is over."""

    status = 400


class SignInDenied(NotAllowed):
    """The provider did not sign the person in, or nobody here is that person."""
