"""What sharing looks like over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.accounts.instance import Instance
from cutroom.accounts.schemas import Email
from cutroom.core.inputs import Line
from cutroom.core.pagination import PAGE
from cutroom.library.assets import files_of
from cutroom.library.models import Asset, AssetFile, AssetState, Visibility
from cutroom.library.schemas import Title
from cutroom.library.sharing.guests import Opened, make_pass, shelf_of, shown_by, title_of
from cutroom.library.sharing.models import Share, ShareLink
from cutroom.library.sharing.shares import MadeLink, Tally

#: Text of several lines without other control characters.
Message = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$")
]
Moment = Annotated[AwareDatetime | None, Field(description="When it ends; never when null.")]


class GroupGiven(BaseModel):
    """A group that a recording is given to."""

    model_config = ConfigDict(extra="forbid")

    group_id: UUID
    may_edit: bool = Field(default=False, description="Whether the group's editors may change it too.")


class Audience(BaseModel):
    """Who finds a recording, besides its owner and administrators."""

    model_config = ConfigDict(extra="forbid")

    visibility: Visibility
    groups: list[GroupGiven] = Field(default_factory=list, max_length=100, description="For `group` alone.")


class NewOwner(BaseModel):
    """Whose a recording becomes."""

    model_config = ConfigDict(extra="forbid")

    user_id: UUID


class NewRecipient(BaseModel):
    """Somebody who gets a link of their own."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Line, Field(max_length=100, examples=["Ada"])]
    email: Email | None = Field(default=None, description="Where the link is mailed too.")


class NewShare(BaseModel):
    """How something is shared with people who have no account."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = Field(default=None, description="Shown instead of its own.")
    message: Message = Field(default="", description="Shown above it.")
    expires_at: Moment = None
    password: Annotated[SecretStr, Field(min_length=8, max_length=1024)] | None = None
    downloads: bool = Field(default=False, description="Whether the bytes that were brought may be saved.")
    embeds: bool = Field(
        default=False, description="Whether other sites may show it in their pages, and previews may be made of it."
    )
    recipients: list[NewRecipient] = Field(
        default_factory=list, max_length=100, description="Each gets a link; one link for whoever has it when empty."
    )


class ShareChange(BaseModel):
    """What may be changed of a share; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    message: Message = ""
    expires_at: Moment = None
    downloads: bool = False
    embeds: bool = False


class NewLinks(BaseModel):
    """Further recipients of a share."""

    model_config = ConfigDict(extra="forbid")

    recipients: Annotated[list[NewRecipient], Field(min_length=1, max_length=100)]


class LinkView(BaseModel):
    """A link of a share and what came of it."""

    id: UUID
    name: str | None = Field(description="Of the recipient; null for a link that is for whoever has it.")
    email: str | None
    created_at: datetime
    revoked_at: datetime | None
    first_opened_at: datetime | None
    last_opened_at: datetime | None
    times_opened: int
    watched_s: float = Field(description="Seconds that were played, as the browser told.")
    times_saved: int = Field(description="How often what was brought was downloaded.")


class MadeLinkView(LinkView):
    """A link that was just made; its addresses are told here and never again."""

    url: str
    feed_url: str | None = Field(description="For podcast programs; null but for a list without a password.")


class ShareView(BaseModel):
    """A share."""

    id: UUID
    owner_id: UUID
    asset_id: UUID | None = Field(description="What is shared; null where it is a list.")
    collection_id: UUID | None
    category_id: UUID | None
    title: str | None
    message: str
    has_password: bool
    downloads: bool
    embeds: bool
    expires_at: datetime | None
    created_at: datetime
    revoked_at: datetime | None
    links: int
    times_opened: int = Field(description="By all links together, as are the next two.")
    last_opened_at: datetime | None
    watched_s: float


class MadeShare(ShareView):
    """A share that was just made."""

    made: list[MadeLinkView]


class Opening(BaseModel):
    """What opens a share."""

    model_config = ConfigDict(extra="forbid")

    secret: Annotated[SecretStr, Field(min_length=1, max_length=200, description="The last part of a link.")]
    password: Annotated[SecretStr, Field(max_length=1024)] | None = None


class SharedFile(BaseModel):
    """A file of a shared recording."""

    name: str = Field(examples=["play.mp4"])
    media_type: str
    size_bytes: int
    url: str = Field(description="Relative to the server.")


class SharedAsset(BaseModel):
    """A recording as a guest sees it."""

    id: UUID
    title: str
    description: str
    attribution: str = Field(description="Whom to name, as its licence wants.")
    licence: str | None
    ready: bool = Field(description="Whether it can be watched now.")
    duration_s: float = Field(description="0 until it was measured.")
    width: int | None
    height: int | None
    files: list[SharedFile]
    transcript_url: str
    chapters_url: str
    original_url: str | None = Field(description="The bytes that were brought, for saving; null where one may not.")


class SharedView(BaseModel):
    """What a link shows."""

    title: str
    message: str = Field(description="Of who shared it.")
    description: str = Field(description="Of a collection; a recording has its own.")
    expires_at: datetime | None
    feed_url: str | None = Field(description="For podcast programs; null but for a list without a password.")
    items: list[SharedAsset]
    next: str | None = Field(description="Ask with `after` set to it for what follows; null at the end.")


class OpenedView(SharedView):
    """What was opened, and the pass for it."""

    key: str = Field(description="Stands in the addresses below `/shared/` and lasts half a day.")


class Watched(BaseModel):
    """What a player played since it told last."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(gt=0, le=120, allow_inf_nan=False)]


def view_share(share: Share, tally: Tally) -> ShareView:
    """Put a share into words."""
    return ShareView.model_validate(
        {
            **_columns(share, "id", "owner_id", "title", "message", "downloads", "embeds"),
            **share.things,
            **_columns(share, "expires_at", "created_at", "revoked_at"),
            "has_password": share.password_hash is not None,
            "links": tally.links,
            "times_opened": tally.times_opened,
            "last_opened_at": tally.last_opened_at,
            "watched_s": tally.watched_s,
        }
    )


def view_link(link: ShareLink) -> LinkView:
    """Put a link and its receipt into words."""
    return LinkView.model_validate(link, from_attributes=True)


def view_made(here: Instance, share: Share, made: Sequence[MadeLink]) -> list[MadeLinkView]:
    """Put new links into words, with their addresses."""
    return [
        MadeLinkView(
            **view_link(each.link).model_dump(),
            url=f"{here.url}/s/{each.secret}",
            feed_url=feed_url(here, share, each.link.id),
        )
        for each in made
    ]


def feed_url(here: Instance, share: Share, link_id: UUID) -> str | None:
    """Say where a podcast program finds what a link shows, if it may."""
    if share.asset_id is not None or share.password_hash is not None:
        return None
    return f"{here.url}/api/v1/shared/{make_pass(here, link_id, lasting=True)}/feed"


async def view_shared(
    here: Instance, session: AsyncSession, opened: Opened, key: str, after: str | None = None, limit: int = PAGE
) -> SharedView:
    """Put what a link shows into words: nothing of whose it is, or of how it came here.

    Raises:
        InvalidInput: If the cursor is not of this list.
    """
    shelf = await shelf_of(session, opened)
    assets, following = await shown_by(session, opened, after=after, limit=limit)
    files, may_save = await files_of(session, assets), opened.guest.may_save
    return SharedView(
        title=await title_of(session, opened),
        message=opened.share.message,
        description=shelf.description if shelf else "",
        expires_at=opened.share.expires_at,
        feed_url=feed_url(here, opened.share, opened.link.id),
        items=[
            view_shared_asset(asset, files[asset.id], f"/api/v1/shared/{key}/assets/{asset.id}", may_save=may_save)
            for asset in assets
        ],
        next=following,
    )


def view_shared_asset(asset: Asset, files: Sequence[AssetFile], at: str, *, may_save: bool) -> SharedAsset:
    """Put a recording into words for who only watches it.

    Args:
        at: Where what belongs to it is.
    """
    return SharedAsset(
        id=asset.id,
        title=asset.title,
        description=asset.description,
        attribution=asset.attribution,
        licence=asset.licence,
        ready=asset.state is AssetState.READY,
        duration_s=asset.duration_s,
        width=asset.width,
        height=asset.height,
        files=[
            SharedFile(
                name=file.name, media_type=file.media_type, size_bytes=file.size_bytes, url=f"{at}/files/{file.name}"
            )
            for file in files
        ],
        transcript_url=f"{at}/transcript",
        chapters_url=f"{at}/chapters",
        original_url=f"{at}/original" if may_save else None,
    )


def _columns(row: object, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
