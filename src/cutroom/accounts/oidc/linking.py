"""Whose account somebody is given who comes from the identity provider."""

from __future__ import annotations

from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Select, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.access import Viewer
from cutroom.accounts.audit.log import record
from cutroom.accounts.factors.second import has_factor
from cutroom.accounts.invitations import accept_by_address
from cutroom.accounts.mails import tell
from cutroom.accounts.models import Role, User
from cutroom.accounts.oidc.errors import SignInDenied
from cutroom.accounts.oidc.models import Identity
from cutroom.accounts.oidc.provider import Profile, Provider
from cutroom.accounts.schemas import Name
from cutroom.accounts.sessions import Browser
from cutroom.accounts.users import add_user, new_user
from cutroom.core.clock import now
from cutroom.core.errors import Conflict, NotFound

_NAME = TypeAdapter[str](Name)


async def account_of(session: AsyncSession, provider: Provider, profile: Profile, browser: Browser) -> User:
    """Give the account of somebody whom the provider has signed in.

    An address finds an account only where the provider has verified it, and somebody besides the account's owner says
    that it is theirs: who gives themselves another's address must not be given that other's sign-in. An account with a
    second factor is linked by its owner alone, from inside.

    Raises:
        SignInDenied: If nobody here is this person, or they may not come in.
    """
    linked = select(User).join(Identity, Identity.user_id == User.id).where(_is(profile))
    user = (await session.execute(linked)).scalar_one_or_none()
    if user is None:
        user = await _found_by_address(session, profile) or await _new_account(session, provider, profile, browser)
        await _link(session, _as(user, browser), user, profile)
    if user.disabled_at is not None:
        raise SignInDenied("This account is disabled: ask an administrator.")
    await session.execute(update(Identity).where(_is(profile)).values(used_at=now()))
    return user


async def link_account(session: AsyncSession, viewer: Viewer, user_id: UUID, profile: Profile) -> None:
    """Let somebody who is signed in come in through the provider from now on.

    Raises:
        Conflict: If the provider's account is another one's here.
    """
    user = await session.get_one(User, user_id)
    taken = await session.scalar(select(Identity.user_id).where(_is(profile)))
    if taken == user_id:
        return
    if taken is not None:
        raise Conflict("That account of the identity provider's is linked with another account here: unlink it there.")
    await _link(session, viewer, user, profile)


def identities_of(user_id: UUID | None) -> Select[Identity]:
    """List what a user comes in through."""
    return select(Identity).where(Identity.user_id == user_id)


async def unlink(session: AsyncSession, user_id: UUID, identity_id: UUID) -> None:
    """Keep a user from coming in through an account of the provider's.

    Raises:
        NotFound: If the user has none such.
        Conflict: If no other way in would be left.
    """
    user = await session.get_one(User, user_id, with_for_update=True)
    removed = delete(Identity).where(Identity.id == identity_id, Identity.user_id == user_id).returning(Identity.id)
    if (await session.execute(removed)).first() is None:
        raise NotFound(f"There is no identity {identity_id}: list those that there are.")
    left = (await session.execute(identities_of(user_id).limit(1))).first()
    if user.password_hash is None and left is None:
        raise Conflict("There would be no way in any more: set a password first.")
    user.email_proved = False  # or the address would let the same person in again, linked anew
    await session.flush()
    await tell(session, user, "An account at the identity provider signs you in no more.")


async def _found_by_address(session: AsyncSession, profile: Profile) -> User | None:
    if profile.email is None:
        return None
    user = (await session.execute(select(User).where(User.email == profile.email))).scalar_one_or_none()
    if user is None:
        return None
    if not user.email_proved or await has_factor(session, user.id):
        raise SignInDenied(
            f"There is an account with the address {profile.email}: sign in to it as you did before, and link it with "
            "the identity provider from there."
        )
    return user


async def _new_account(session: AsyncSession, provider: Provider, profile: Profile, browser: Browser) -> User:
    name = await _free_name(session, profile)
    user = await accept_by_address(session, profile.email, name) if profile.email else None
    if user is not None:
        await record(session, _as(user, browser), "invitation.accepted", ("user", user.id), role=user.role)
        return user
    if not provider.sign_up:
        who = profile.email or "you, for the identity provider has not verified your address"
        raise SignInDenied(f"There is no account here for {who}: ask an administrator for an invitation.")
    user = new_user(name, None, Role.VIEWER)
    user.email, user.email_proved = profile.email, profile.email is not None
    await add_user(session, user)
    await record(session, _as(user, browser), "user.signed_up", ("user", user.id), role=user.role)
    return user


async def _free_name(session: AsyncSession, profile: Profile) -> str:
    """Make a name of what the provider says that nobody has."""
    wished = "Somebody"
    for said in (profile.name, (profile.email or "").partition("@")[0]):
        try:
            wished = _NAME.validate_python(said[:90])
            break
        except ValidationError:
            continue
    name, number = wished, 2
    while await session.scalar(select(User.id).where(User.name == new_user(name, None, Role.VIEWER).name)) is not None:
        name, number = f"{wished} {number}", number + 1
    return name


async def _link(session: AsyncSession, viewer: Viewer, user: User, profile: Profile) -> None:
    session.add(Identity(user_id=user.id, issuer=profile.issuer, subject=profile.subject, email=profile.email))
    await session.flush()
    await record(session, viewer, "identity.linked", ("user", user.id), issuer=profile.issuer, person=profile.subject)
    await tell(session, user, "Your account can be signed in to through the identity provider from now on.")


def _is(profile: Profile) -> ColumnElement[bool]:
    return and_(Identity.issuer == profile.issuer, Identity.subject == profile.subject)


def _as(user: User, browser: Browser) -> Viewer:
    return Viewer(user.id, user.display_name, user.role, "link", address=browser.address)
