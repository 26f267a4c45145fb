"""Who may do what, operation by operation: the table that the test holds the whole interface to.

Somebody else's thing is not found; a thing that one sees and may not change is refused. A new operation needs a row.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import httpx2
from sqlalchemy import select, update
from tests.api.studio import PAGE, RECORDING, Studio

from cutroom.accounts.access import Viewer
from cutroom.accounts.factors.models import Passkey
from cutroom.accounts.invitations import invite
from cutroom.accounts.models import Group, Member, Role, Session, User
from cutroom.accounts.oidc.models import Identity
from cutroom.accounts.sessions import close_session, open_session
from cutroom.accounts.tokens import make_token
from cutroom.accounts.users import new_user
from cutroom.accounts.webhooks.events import TEST, enter
from cutroom.accounts.webhooks.models import DeliveryState, Webhook
from cutroom.analysis.facts import PictureFacts
from cutroom.analysis.models import CandidateRow, ChapterRow, TranscriptRow
from cutroom.core.clock import now
from cutroom.edit.brands.films import Film, columns_of
from cutroom.edit.brands.models import BrandKit, End
from cutroom.edit.documents import EditDocument
from cutroom.edit.keeping import keep_material
from cutroom.edit.material import Material
from cutroom.edit.models import Edit, EditVersion
from cutroom.ingest.imports.models import Basis, Import, ImportKind
from cutroom.ingest.subscriptions.models import Subscription, SubscriptionKind
from cutroom.jobs.blobs import keep_file
from cutroom.jobs.models import Queue, Run, Step, StepKind
from cutroom.jobs.schedules import create_schedule
from cutroom.library import models
from cutroom.library.models import (
    Asset,
    AssetFile,
    AssetGroup,
    AssetQuality,
    AssetState,
    AssetTag,
    AssetVersion,
    Category,
    Collection,
    CollectionGroup,
    CollectionItem,
    Tag,
    Visibility,
)
from cutroom.media.sources import SOURCE
from cutroom.media.timeline import Media
from cutroom.media.transcript import Word
from cutroom.providers.storage import StoredFile
from cutroom.render.models import ClipFile, ClipRow

#: The actor did what the operation is for, or was refused for what the request says and not for who sent it.
DONE = 0


class Rule(NamedTuple):
    """What each actor gets of an operation: a status, or :data:`DONE`."""

    anonymous: int
    revoked: int
    stranger: int
    reader: int
    owner: int
    admin: int


#: Of one's own recording; a group that it was given to may look.
LOOK = Rule(401, 401, 404, DONE, DONE, DONE)
#: The same, for what only who may change it does; and what an editor does with a thing that nobody else sees.
CHANGE = Rule(401, 401, 404, 403, DONE, DONE)
#: Of a thing that nobody else sees, but administrators.
OWN = Rule(401, 401, 404, 404, DONE, DONE)
#: Of a thing that is a person's alone: administrators do not find it either.
PERSONAL = Rule(401, 401, 404, 404, DONE, 404)
#: The same, of a thing that who may only watch never has.
MINE = Rule(401, 401, 404, 403, DONE, 404)
#: For whoever is signed in.
SIGNED_IN = Rule(401, 401, DONE, DONE, DONE, DONE)
#: For whoever may make things.
EDITORS = Rule(401, 401, DONE, 403, DONE, DONE)
#: Of a thing that everybody sees and its owner changes.
HOUSE = Rule(401, 401, 403, 403, DONE, DONE)
ADMINS = Rule(401, 401, 403, 403, 403, DONE)
#: For anybody: what is sent proves what it must.
PUBLIC = Rule(DONE, DONE, DONE, DONE, DONE, DONE)


@dataclass
class World:
    """A studio with people in it: an owner, whose group has a reader, and a stranger."""

    studio: Studio
    group_id: UUID
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    clients: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    recording: StoredFile | None = None

    async def sign_in(self, name: str, secret: str) -> None:
        """Give a person a browser with the cookie of a session."""
        self.clients[name] = await self.studio.client(PAGE)
        self.clients[name].cookies.set("cutroom", secret)

    async def stored(self) -> StoredFile:
        """Give a file that storage holds."""
        if self.recording is None:
            path = self.studio.settings.data_dir / "recording.bin"
            path.write_bytes(RECORDING)
            self.recording = await keep_file(self.studio.database, self.studio.storage, path)
        return self.recording


#: Makes what an operation is about, the owner's, and gives the parameters of its address.
Subject = Callable[[World], Awaitable[dict[str, str]]]


async def nothing(world: World) -> dict[str, str]:
    """Nothing: the operation names no thing."""
    return {}


@dataclass(frozen=True)
class Row:
    """What is expected of an operation.

    Attributes:
        body: Valid JSON, or what makes it of the address's parameters.
        params: Further parameters of the address.
        send: Further arguments of the request, such as ``headers`` or ``content``.
        signs_out: Whether it ends the sessions of whoever does it, who gets another one then.
    """

    rule: Rule
    subject: Subject = nothing
    body: object = None
    params: Mapping[str, str] = field(default_factory=dict)
    send: Mapping[str, Any] = field(default_factory=dict)
    signs_out: bool = False


async def make_world(studio: Studio) -> World:
    """Make the people, each with a browser that is signed in; one of them was signed out again."""
    world = World(studio, uuid.uuid4())
    roles = {"owner": Role.EDITOR, "stranger": Role.EDITOR, "reader": Role.VIEWER, "admin": Role.ADMIN}
    async with studio.database.writing() as session:
        session.add(Group(id=world.group_id, name="readers", display_name="Readers"))
        secrets = {}
        for name, role in roles.items():
            user = new_user(f"The {name}", None, role)
            session.add(user)
            await session.flush()
            world.ids[name] = user.id
            world.people[name] = user
            secrets[name] = await open_session(session, user)
            if name == "owner":
                secrets["revoked"] = await open_session(session, user)
        session.add(Member(group_id=world.group_id, user_id=world.ids["reader"]))
        await close_session(session, secrets["revoked"])
    for name, secret in secrets.items():
        await world.sign_in(name, secret)
    world.clients["anonymous"] = await studio.client()
    return world


async def asset(world: World) -> dict[str, str]:
    """A ready recording of the owner's, given to the readers, with a file, a transcript and a chapter."""
    file = await world.stored()
    async with world.studio.database.writing() as session:
        made = Asset(
            owner_id=world.ids["owner"],
            title="The owner's recording",
            file_name="talk.mp4",
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            state=AssetState.READY,
            duration_s=4.0,
            visibility=Visibility.GROUP,
        )
        session.add(made)
        await session.flush()
        word = {"text": "hello", "start_s": 0.5, "end_s": 1.0, "probability": 1.0}
        sentence = {"first": 0, "stop": 1, "start_s": 0.5, "end_s": 1.0, "text": "hello"}
        content = {"language": "en", "words": [word], "sentences": [sentence], "source": "test"}
        session.add_all(
            [
                AssetGroup(asset_id=made.id, group_id=world.group_id),
                AssetFile(
                    asset_id=made.id,
                    name="poster.jpg",
                    sha256=file.sha256,
                    size_bytes=file.size_bytes,
                    media_type="image/jpeg",
                ),
                TranscriptRow(asset_id=made.id, language="en", source="test", content=content),
                ChapterRow(asset_id=made.id, position=0, start_s=0.0, end_s=4.0, title="All of it"),
            ]
        )
    return {"asset_id": str(made.id)}


async def share(world: World) -> dict[str, str]:
    """A share of the owner's, with a link."""
    of = await asset(world)
    answer = await world.clients["owner"].post(f"/api/v1/assets/{of['asset_id']}/shares", json={})
    return {**of, "share_id": answer.json()["id"], "link_id": answer.json()["made"][0]["id"]}


async def shared_collection(world: World) -> dict[str, str]:
    """A collection of the owner's."""
    async with world.studio.database.writing() as session:
        made = Collection(owner_id=world.ids["owner"], title="The owner's collection")
        session.add(made)
        await session.flush()
    return {"collection_id": str(made.id)}


async def asset_and_heir(world: World) -> dict[str, str]:
    """The same, and somebody who may have it."""
    return {**await asset(world), "heir": str(world.ids["admin"])}


async def brought(world: World) -> dict[str, str]:
    """A recording on the server's disk, where recordings may be taken from."""
    path = world.studio.settings.data_dir / "brought" / "talk.mp4"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(RECORDING)
    return {"path": str(path), "folder": str(path.parent)}


async def link(world: World) -> dict[str, str]:
    """An import of the owner's from a link."""
    async with world.studio.database.writing() as session:
        made = Import(
            owner_id=world.ids["owner"],
            kind=ImportKind.LINK,
            source="https://example.org/the-owners",
            basis=Basis.OWN,
            start=[],
        )
        session.add(made)
        await session.flush()
    return {"import_id": str(made.id)}


async def subscription(world: World) -> dict[str, str]:
    """A subscription of the owner's."""
    async with world.studio.database.writing() as session:
        made = Subscription(
            owner_id=world.ids["owner"],
            kind=SubscriptionKind.LINK,
            source="https://example.org/the-owners",
            basis=Basis.OWN,
            start=[],
            every_minutes=60,
        )
        session.add(made)
        await session.flush()
    return {"subscription_id": str(made.id)}


async def run(world: World) -> dict[str, str]:
    """A run of the owner's on a recording."""
    of = await asset(world)
    async with world.studio.database.writing() as session:
        made = Run(
            recipe="double", params={}, owner_id=world.ids["owner"], subject_id=UUID(of["asset_id"]), last_event=0
        )
        session.add(made)
        await session.flush()
        session.add(
            Step(run_id=made.id, key="measure", kind=StepKind.STAGE, stage="measure", version=1, queue=Queue.CPU,
                 arguments={})
        )  # fmt: skip
        session.add(
            CandidateRow(
                run_id=made.id,
                asset_id=UUID(of["asset_id"]),
                position=0,
                start_s=0.0,
                end_s=1.0,
                score=1.0,
                title="x",
                text="x",
                parts=[],
                proposed_by="test",
                accepted=True,
            )
        )
    return {"run_id": str(made.id), **of}


async def candidate(world: World) -> dict[str, str]:
    """A candidate of a run of the owner's."""
    of = await run(world)
    async with world.studio.database.reading() as session:
        made = await session.scalar(select(CandidateRow.id).where(CandidateRow.run_id == UUID(of["run_id"])))
    return {"candidate_id": str(made), **of}


async def clip(world: World) -> dict[str, str]:
    """A clip of a run of the owner's."""
    of, file = await run(world), await world.stored()
    async with world.studio.database.writing() as session:
        made = ClipRow(
            run_id=UUID(of["run_id"]),
            asset_id=UUID(of["asset_id"]),
            rank=1,
            title="x",
            score=1.0,
            start_s=0.0,
            end_s=1.0,
            duration_s=1.0,
            width=100,
            height=100,
            details={},
            timeline={},
            words=[],
            language="en",
        )
        session.add(made)
        await session.flush()
        session.add(
            ClipFile(
                clip_id=made.id,
                name="clip.mp4",
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                media_type="video/mp4",
            )
        )
    return {"clip_id": str(made.id), **of}


async def edit(world: World) -> dict[str, str]:
    """An edit of the owner's recording, with two versions."""
    of, file = await asset(world), await world.stored()
    medium = Media(SOURCE, Path(file.sha256), file.sha256, Fraction(4), 100, 100, Fraction(25), 0, 1)
    material = Material(medium, Fraction(25), (Word("hello", 0.5, 1.0),), "en", PictureFacts((), ()), (), ())
    kept = await keep_material(world.studio.database, world.studio.storage, world.studio.settings, material)
    document = EditDocument.model_validate(DOCUMENT)
    async with world.studio.database.writing() as session:
        row = Edit(
            asset_id=UUID(of["asset_id"]),
            owner_id=world.ids["owner"],
            title="The owner's edit",
            version=2,
            source_sha256=file.sha256,
            source_size_bytes=file.size_bytes,
            material_sha256=kept.sha256,
            material_size_bytes=kept.size_bytes,
        )
        session.add(row)
        await session.flush()
        written = document.model_dump(mode="json")
        session.add_all([EditVersion(edit_id=row.id, number=number, document=written) for number in (1, 2)])
    return {"edit_id": str(row.id), **of}


async def brand(world: World) -> dict[str, str]:
    """A brand kit of the owner's, with a logo and an intro."""
    file = await world.stored()
    media = Media("intro", Path(file.sha256), file.sha256, Fraction(1), 16, 16, Fraction(25), 0, None)
    async with world.studio.database.writing() as session:
        made = BrandKit(
            owner_id=world.ids["owner"],
            name="House",
            logo_sha256=file.sha256,
            logo_size_bytes=file.size_bytes,
            logo_width=1,
            logo_height=1,
            **columns_of(End.INTRO, Film("intro.mp4", file.size_bytes, media)),
        )
        session.add(made)
        await session.flush()
    return {"brand_id": str(made.id)}


async def schedule(world: World) -> dict[str, str]:
    """A schedule."""
    async with world.studio.database.writing() as session:
        made = await create_schedule(
            session,
            world.studio.catalogue,
            name="x",
            cron="0 6 * * *",
            zone="UTC",
            recipe="double",
            params={"source": {"sha256": "0" * 64, "size_bytes": 1}, "file_name": "x"},
            owner_id=None,
            enabled=False,
        )
        await session.flush()
    return {"schedule_id": str(made.id)}


async def somebody(world: World) -> dict[str, str]:
    """The owner."""
    return {"user_id": str(world.ids["owner"])}


async def token(world: World) -> dict[str, str]:
    """A token of the owner's."""
    async with world.studio.database.writing() as session:
        made, _ = await make_token(session, world.ids["owner"], "another")
    return {"token_id": str(made.id)}


async def identity(world: World) -> dict[str, str]:
    """One of two accounts of the owner's at the identity provider."""
    made = [Identity(user_id=world.ids["owner"], issuer="https://id.test", subject=uuid.uuid4().hex) for _ in "ab"]
    async with world.studio.database.writing() as session:
        session.add_all(made)
    return {"identity_id": str(made[0].id)}


async def passkey(world: World) -> dict[str, str]:
    """A passkey of the owner's, with a key that nobody has."""
    made = Passkey(
        user_id=world.ids["owner"],
        name="x",
        credential_id=uuid.uuid4().hex,
        public_key="x",
        sign_count=0,
        transports=[],
        backed_up=False,
    )
    async with world.studio.database.writing() as session:
        session.add(made)
    return {"passkey_id": str(made.id)}


async def person(world: World) -> dict[str, str]:
    """Somebody else."""
    async with world.studio.database.writing() as session:
        made = new_user(f"person {uuid.uuid4().hex}", None, Role.EDITOR)
        session.add(made)
    return {"user_id": str(made.id)}


async def another(world: World) -> dict[str, str]:
    """A person, and a group that the readers are not."""
    async with world.studio.database.writing() as session:
        user = new_user(f"person {uuid.uuid4().hex}", None, Role.EDITOR)
        session.add(user)
        await session.flush()
    return {"user_id": str(user.id), "group_id": str(world.group_id)}


async def left(world: World) -> dict[str, str]:
    """A person who is disabled."""
    of = await another(world)
    async with world.studio.database.writing() as session:
        await session.execute(update(User).where(User.id == UUID(of["user_id"])).values(disabled_at=now()))
    return of


async def member(world: World) -> dict[str, str]:
    """A member of a group of the owner's."""
    async with world.studio.database.writing() as session:
        name = f"group {uuid.uuid4().hex}"
        group = Group(name=name, display_name=name)
        session.add(group)
        await session.flush()
        session.add(Member(group_id=group.id, user_id=world.ids["owner"]))
    return {"group_id": str(group.id), "user_id": str(world.ids["owner"])}


async def invitation(world: World) -> dict[str, str]:
    """An invitation of the administrator's."""
    admin = world.people["admin"]
    viewer = Viewer(admin.id, admin.display_name, Role.ADMIN, "session")
    async with world.studio.database.writing() as session:
        made, secret = await invite(session, viewer, Role.VIEWER)
    return {"invitation_id": str(made.id), "token": secret}


async def signed_in(world: World) -> dict[str, str]:
    """A browser of the owner's."""
    async with world.studio.database.writing() as session:
        await open_session(session, world.people["owner"])
        theirs = select(Session.id).where(Session.user_id == world.ids["owner"]).order_by(Session.id.desc())
        newest = await session.scalar(theirs.limit(1))
    return {"session_id": str(newest)}


async def webhook(world: World) -> dict[str, str]:
    """A webhook of the owner's, with a delivery that failed."""
    made = Webhook(owner_id=world.ids["owner"], url="https://192.0.2.1/")
    async with world.studio.database.writing() as session:
        session.add(made)
        await session.flush()
        (delivery,) = await enter(session, TEST, {}, [made.id])
        delivery.state = DeliveryState.FAILED
    return {"webhook_id": str(made.id), "delivery_id": str(delivery.id)}


async def category(world: World) -> dict[str, str]:
    """A category."""
    name = uuid.uuid4().hex
    async with world.studio.database.writing() as session:
        made = Category(name=name, display_name=name, position=0)
        session.add(made)
        await session.flush()
    return {"category_id": str(made.id)}


async def tag(world: World) -> dict[str, str]:
    """A tag of the owner's recording, and another one."""
    of = await asset(world)
    names = [uuid.uuid4().hex, uuid.uuid4().hex]
    async with world.studio.database.writing() as session:
        made = [Tag(name=name, display_name=name) for name in names]
        session.add_all(made)
        await session.flush()
        session.add(AssetTag(asset_id=UUID(of["asset_id"]), tag_id=made[0].id))
    return {"tag_id": str(made[0].id), "into": str(made[1].id), **of}


async def collection(world: World) -> dict[str, str]:
    """A collection of the owner's with a recording in it, given to the readers."""
    of = await asset(world)
    async with world.studio.database.writing() as session:
        made = Collection(owner_id=world.ids["owner"], title="The owner's collection", visibility=Visibility.GROUP)
        session.add(made)
        await session.flush()
        session.add(CollectionGroup(collection_id=made.id, group_id=world.group_id))
        session.add(CollectionItem(collection_id=made.id, asset_id=UUID(of["asset_id"]), position=1))
    return {"collection_id": str(made.id), **of}


async def deleted_collection(world: World) -> dict[str, str]:
    """The same, deleted."""
    of = await collection(world)
    async with world.studio.database.writing() as session:
        (await session.get_one(Collection, UUID(of["collection_id"]))).deleted_at = now()
    return of


async def deleted(world: World) -> dict[str, str]:
    """A recording of the owner's in the trash."""
    of = await asset(world)
    async with world.studio.database.writing() as session:
        (await session.get_one(Asset, UUID(of["asset_id"]))).deleted_at = now()
    return of


async def replaced(world: World) -> dict[str, str]:
    """A recording of the owner's that had another source before, and was measured."""
    of = await asset(world)
    path = world.studio.settings.data_dir / "another.bin"
    path.write_bytes(RECORDING[1:])
    file = await keep_file(world.studio.database, world.studio.storage, path)
    async with world.studio.database.writing() as session:
        made = await session.get_one(Asset, UUID(of["asset_id"]))
        session.add(
            AssetVersion(
                asset_id=made.id,
                number=1,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                file_name="before.mp4",
                duration_s=3.0,
                source_kind=models.SourceKind.DISK,
                provenance=[],
                brought_at=now(),
            )
        )
        made.source_version = 2
        session.add(AssetQuality(asset_id=made.id, made_of=made.sha256, score=50, parts=[]))
    return {"number": "1", **of}


async def to_replace(world: World) -> dict[str, str]:
    """A recording of the owner's, and another one on the server's disk."""
    return {**await replaced(world), **await brought(world)}


LINK = {"file": "poster.jpg"}
CREDENTIAL = {"type": "public-key"}


async def upload(world: World) -> dict[str, str]:
    """An upload of the owner's, of which nothing has arrived."""
    told = {**TUS, "Upload-Length": "5", "Upload-Metadata": "filename b3duZXIncyByZWNvcmRpbmcubXA0"}
    answer = await world.clients["owner"].post("/api/v1/uploads", headers=told)
    assert answer.status_code == 201, answer.text
    return {"upload_id": answer.headers["location"].rpartition("/")[2]}


LINK = {"file": "poster.jpg"}


async def direct_upload(world: World) -> dict[str, str]:
    """An upload of the owner's to signed addresses, of which nothing has arrived."""
    answer = await world.clients["owner"].post(
        "/api/v1/uploads/direct", json={"file_name": "owner's recording.mp4", "size_bytes": 5}
    )
    assert answer.status_code == 201, answer.text
    return {"upload_id": str(answer.json()["id"])}


TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"headers": {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}, "content": b"abc"}

DOCUMENT = {"title": "x", "preset": "square-1080", "keep": [{"start": 0, "stop": 50}]}
STRETCH = {"start_s": 0.0, "end_s": 2.0}

#: By the operation's id.
ROWS: dict[str, Row] = {
    # accounts
    "make_first_administrator": Row(PUBLIC, body={"token": "x", "name": "Eve", "password": "correct horse"}),
    "sign_in": Row(PUBLIC, body={"name": "Eve", "password": "x"}),
    "read_session": Row(SIGNED_IN),
    "sign_out": Row(SIGNED_IN, signs_out=True),
    "list_tokens": Row(SIGNED_IN),
    "create_token": Row(SIGNED_IN, body={"name": "x"}),
    "delete_token": Row(PERSONAL, token),
    # the instance
    "list_audit_entries": Row(ADMINS),
    "verify_audit_log": Row(ADMINS),
    "read_settings": Row(ADMINS),
    "read_settings_schema": Row(ADMINS),
    "change_settings_of_instance": Row(ADMINS, body={"version": 99, "changes": {"keep_deleted_days": 7}}),
    "list_settings_changes": Row(ADMINS),
    "revert_settings_of_instance": Row(ADMINS, body={"version": 99, "to": 0}),
    "list_provider_keys": Row(ADMINS),
    "set_provider_key": Row(ADMINS, body={"value": "x"}, params={"name": "openai"}),
    "delete_provider_key": Row(ADMINS, params={"name": "openai"}),
    "test_provider": Row(ADMINS, body={"capability": "embedding", "provider": "hashed"}),
    "read_quota": Row(SIGNED_IN),
    "list_quota_entries": Row(SIGNED_IN),
    "read_quota_of_user": Row(ADMINS, somebody),
    # webhooks
    "list_webhooks": Row(EDITORS),
    "create_webhook": Row(EDITORS, body={"url": "https://1.1.1.1/hook"}),
    "read_webhook": Row(CHANGE, webhook),
    "change_webhook": Row(CHANGE, webhook, {"description": "x"}),
    "delete_webhook": Row(CHANGE, webhook),
    "replace_webhook_secret": Row(CHANGE, webhook),
    "test_webhook": Row(CHANGE, webhook),
    "list_webhook_deliveries": Row(CHANGE, webhook),
    "replay_webhook_delivery": Row(CHANGE, webhook),
    # signing in
    "give_second_factor": Row(PUBLIC, body={"challenge": "x", "code": "000000"}),
    "begin_passkey_sign_in": Row(PUBLIC),
    "sign_in_with_passkey": Row(PUBLIC, body={"credential": CREDENTIAL}),
    "read_ways_in": Row(PUBLIC),
    "list_identities": Row(SIGNED_IN),
    "begin_identity": Row(SIGNED_IN, body={}),
    "delete_identity": Row(PERSONAL, identity),
    "prove_session": Row(SIGNED_IN, body={"password": "x"}),
    "read_factors": Row(SIGNED_IN),
    "begin_totp": Row(SIGNED_IN),
    "confirm_totp": Row(SIGNED_IN, body={"code": "000000"}),
    "remove_totp": Row(SIGNED_IN),
    "make_recovery_codes": Row(SIGNED_IN),
    "begin_passkey": Row(SIGNED_IN),
    "add_passkey": Row(SIGNED_IN, body={"name": "x", "credential": CREDENTIAL}),
    "rename_passkey": Row(PERSONAL, passkey, {"name": "Another"}),
    "remove_passkey": Row(PERSONAL, passkey),
    "reset_factors": Row(ADMINS, person),
    "read_own_account": Row(SIGNED_IN),
    "export_own_data": Row(SIGNED_IN),
    "change_own_account": Row(SIGNED_IN, body={}),
    # Nobody here has a password to prove.
    "change_own_password": Row(Rule(401, 401, 403, 403, 403, 403), body={"old": "x", "new": "correct horse"}),
    "list_sessions": Row(SIGNED_IN),
    "end_session": Row(PERSONAL, signed_in),
    "end_other_sessions": Row(SIGNED_IN),
    # people
    "list_people": Row(SIGNED_IN),
    "list_group_names": Row(SIGNED_IN),
    "list_users": Row(ADMINS),
    "read_user": Row(ADMINS, another),
    "change_user": Row(ADMINS, another, {"quota_bytes": 1}),
    "disable_user": Row(ADMINS, another),
    "enable_user": Row(ADMINS, left),
    "end_user_sessions": Row(ADMINS, another),
    "create_reset_link": Row(ADMINS, another),
    "forget_user": Row(ADMINS, left, {}),
    "list_mails": Row(ADMINS),
    "list_groups": Row(SIGNED_IN),
    "create_group": Row(ADMINS, body={"name": "x"}),
    "read_group": Row(OWN, member),
    "change_group": Row(ADMINS, member, {"description": "x"}),
    "delete_group": Row(ADMINS, member),
    "list_members": Row(OWN, member),
    "add_member": Row(ADMINS, another),
    "remove_member": Row(ADMINS, member),
    "list_invitations": Row(ADMINS),
    "create_invitation": Row(ADMINS, body={}),
    "revoke_invitation": Row(ADMINS, invitation),
    "read_invitation": Row(PUBLIC, body={"token": "x"}),
    "join": Row(PUBLIC, body={"token": "x", "name": "Eve", "password": "correct horse"}),
    "forget_password": Row(PUBLIC, body={"name": "x"}),
    "reset_password": Row(PUBLIC, body={"token": "x", "password": "correct horse"}),
    # uploads
    "read_upload_options": Row(EDITORS),
    "create_upload": Row(EDITORS, send={"headers": {**TUS, "Upload-Length": "3"}}),
    "list_uploads": Row(EDITORS),
    "read_upload": Row(MINE, upload),
    "read_upload_offset": Row(MINE, upload, send={"headers": TUS}),
    "append_to_upload": Row(MINE, upload, send=BYTES),
    "create_direct_upload": Row(EDITORS, body={"file_name": "talk.mp4", "size_bytes": 5}),
    "send_piece": Row(PUBLIC, direct_upload, params={"number": "1"}),
    "complete_direct_upload": Row(MINE, direct_upload),
    "end_direct_upload": Row(MINE, direct_upload),
    "end_upload": Row(MINE, upload, send={"headers": TUS}),
    # the library
    "list_assets": Row(SIGNED_IN),
    "create_asset": Row(ADMINS, brought, lambda of: {"path": of["path"]}),
    "read_asset": Row(LOOK, asset),
    "change_asset": Row(CHANGE, asset, {"title": "Another"}),
    "delete_asset": Row(CHANGE, asset),
    "list_duplicates": Row(LOOK, asset),
    "read_original": Row(LOOK, asset),
    "read_asset_file": Row(LOOK, asset, params={"name": "poster.jpg"}),
    "create_asset_link": Row(CHANGE, asset, LINK),
    "read_signed_file": Row(PUBLIC, params={"signed": "x"}),
    "read_transcript": Row(LOOK, asset),
    "correct_transcript": Row(CHANGE, asset, {"version": 1, "sentences": [{"number": 0, "text": "goodbye"}]}),
    "list_chapters": Row(LOOK, asset),
    # views
    "count_asset_view": Row(LOOK, asset),
    "read_asset_views": Row(LOOK, asset),
    "tell_asset_watched": Row(LOOK, asset, {"played": [{"start_s": 0.0, "end_s": 2.0}]}),
    "read_asset_position": Row(LOOK, asset),
    "read_asset_retention": Row(CHANGE, asset),
    "list_all_watching": Row(SIGNED_IN),
    "forget_all_watching": Row(SIGNED_IN),
    # search
    "search": Row(SIGNED_IN, send={"params": {"q": "hello"}}),
    "search_asset": Row(LOOK, asset, send={"params": {"q": "hello"}}),
    # sharing
    "change_audience": Row(CHANGE, asset, {"visibility": "instance"}),
    "change_owner": Row(CHANGE, asset_and_heir, lambda of: {"user_id": of["heir"]}),
    "create_share": Row(CHANGE, asset, {}),
    "create_collection_share": Row(Rule(401, 401, 404, 403, DONE, DONE), shared_collection, {}),
    "create_category_share": Row(Rule(401, 401, DONE, 403, DONE, DONE), category, {}),
    "list_shares": Row(SIGNED_IN),
    "read_share": Row(OWN, share),
    "change_terms": Row(CHANGE, share, {"message": "x"}),
    "delete_share": Row(CHANGE, share),
    "list_share_links": Row(OWN, share),
    "create_share_links": Row(CHANGE, share, {"recipients": [{"name": "Ada"}]}),
    "delete_share_link": Row(CHANGE, share),
    "open_share": Row(PUBLIC, body={"secret": "x"}),
    "read_shared": Row(PUBLIC, params={"key": "x"}),
    "read_shared_original": Row(PUBLIC, asset, params={"key": "x"}),
    "read_shared_file": Row(PUBLIC, asset, params={"key": "x", "name": "poster.jpg"}),
    "read_shared_transcript": Row(PUBLIC, asset, params={"key": "x"}),
    "list_shared_chapters": Row(PUBLIC, asset, params={"key": "x"}),
    "read_podcast_chapters": Row(PUBLIC, asset, params={"key": "x"}),
    "read_feed": Row(PUBLIC, params={"key": "x"}),
    "read_oembed": Row(PUBLIC, send={"params": {"url": "x"}}),
    "tell_watched": Row(PUBLIC, asset, {"seconds": 1}, params={"key": "x"}),
    # bringing in
    "create_import": Row(EDITORS, body={"url": "https://example.org/talk.mp4", "basis": "own", "start": []}),
    "list_imports": Row(SIGNED_IN),
    "read_import": Row(OWN, link),
    "remove_import": Row(CHANGE, link),
    "create_subscription": Row(EDITORS, body={"url": "https://example.org/feed.xml", "basis": "own", "start": []}),
    "create_watch": Row(ADMINS, brought, lambda of: {"path": of["folder"], "basis": "own", "start": []}),
    "list_subscriptions": Row(SIGNED_IN),
    "read_subscription": Row(OWN, subscription),
    "change_subscription": Row(CHANGE, subscription, {"enabled": False}),
    "look_at_subscription": Row(CHANGE, subscription),
    "delete_subscription": Row(CHANGE, subscription),
    # what people say of it, and how they sort it
    "list_licences": Row(SIGNED_IN),
    "list_categories": Row(SIGNED_IN),
    "create_category": Row(ADMINS, body={"name": "Lectures"}),
    "change_category": Row(ADMINS, category, {"position": 0}),
    "delete_category": Row(ADMINS, category),
    "list_tags": Row(SIGNED_IN),
    "rename_tag": Row(ADMINS, tag, {"name": "physics"}),
    "merge_tag": Row(ADMINS, tag, lambda of: {"into": of["into"]}),
    "delete_tag": Row(ADMINS, tag),
    "list_collections": Row(SIGNED_IN),
    "create_collection": Row(EDITORS, body={"title": "x"}),
    "read_collection": Row(LOOK, collection),
    "change_collection": Row(CHANGE, collection, {"title": "y"}),
    "change_collection_audience": Row(CHANGE, collection, {"visibility": "instance"}),
    "delete_collection": Row(CHANGE, collection),
    "restore_collection": Row(CHANGE, deleted_collection),
    "list_collection_items": Row(LOOK, collection),
    "put_collection_item": Row(CHANGE, collection, {"before": None}),
    "remove_collection_item": Row(CHANGE, collection),
    "change_assets": Row(EDITORS, asset, lambda of: {"ids": [of["asset_id"]], "change": {"do": "delete"}}),
    # what was deleted or replaced
    "list_trash": Row(SIGNED_IN),
    "restore_asset": Row(CHANGE, deleted),
    "purge_asset": Row(CHANGE, deleted),
    "replace_source": Row(ADMINS, to_replace, lambda of: {"path": of["path"]}),
    "list_versions": Row(CHANGE, replaced),
    "restore_version": Row(CHANGE, replaced, {}),
    "read_quality": Row(LOOK, replaced),
    # runs
    "list_recipes": Row(SIGNED_IN),
    "make_sample": Row(EDITORS),
    "start_run": Row(CHANGE, asset, lambda of: {"recipe": "double", "asset_id": of["asset_id"]}),
    "list_all_runs": Row(SIGNED_IN),
    "read_run": Row(OWN, run),
    "list_run_steps": Row(OWN, run),
    "read_run_events": Row(OWN, run),
    "read_result": Row(OWN, run),
    "cancel": Row(CHANGE, run),
    "retry": Row(CHANGE, run),
    "list_candidates": Row(OWN, run),
    "change_candidate": Row(CHANGE, candidate, {"decision": "accepted"}),
    "preview_candidate": Row(CHANGE, candidate),
    "read_candidate_frame": Row(CHANGE, candidate, send={"params": {"at": 9999}}),
    "render_candidates": Row(CHANGE, run, {}),
    "list_clips": Row(OWN, run),
    "list_asset_clips": Row(LOOK, clip),
    "read_clip": Row(LOOK, clip),
    "change_clip": Row(CHANGE, clip, {"version": 9, "title": "Another"}),
    "read_clip_file": Row(LOOK, clip, params={"name": "clip.mp4"}),
    "create_clip_link": Row(CHANGE, clip, {"file": "clip.mp4"}),
    # brand kits
    "list_brands": Row(SIGNED_IN),
    "create_brand": Row(EDITORS, body={"name": "x"}),
    "read_brand": Row(SIGNED_IN, brand),
    "change_brand_kit": Row(HOUSE, brand, {"name": "y"}),
    "remove_brand": Row(HOUSE, brand),
    "read_brand_logo": Row(SIGNED_IN, brand),
    "put_brand_logo": Row(HOUSE, brand, send={"content": b"no picture"}),
    "remove_brand_logo": Row(HOUSE, brand),
    "read_brand_film": Row(SIGNED_IN, brand, params={"end": "intro"}),
    "put_brand_film": Row(
        HOUSE, brand, params={"end": "outro"}, send={"params": {"name": "x.mp4"}, "content": b"no video"}
    ),
    "remove_brand_film": Row(HOUSE, brand, params={"end": "intro"}),
    # edits
    "list_edits": Row(EDITORS),
    "open_new_edit": Row(CHANGE, asset, lambda of: {"asset_id": of["asset_id"], **STRETCH}),
    "read_edit": Row(CHANGE, edit),
    "put_edit": Row(CHANGE, edit, {"version": 2, "document": DOCUMENT}),
    "remove_edit": Row(CHANGE, edit),
    "list_edit_versions": Row(CHANGE, edit),
    "read_edit_version": Row(CHANGE, edit, params={"number": "1"}),
    "restore_edit_version": Row(CHANGE, edit, {"version": 2}, params={"number": "1"}),
    "read_edit_source": Row(CHANGE, edit),
    "read_edit_programme": Row(CHANGE, edit),
    "list_caption_styles": Row(EDITORS),
    "read_edit_frame": Row(CHANGE, edit, send={"params": {"at": 9999}}),
    "render_edit": Row(CHANGE, edit, {"version": 9}),
    "read_edit_file": Row(CHANGE, edit, params={"form": "srt"}),
    # the engine
    "list_all_workers": Row(ADMINS),
    "list_all_queues": Row(ADMINS),
    "change_queue": Row(ADMINS, body={}, params={"queue": "cpu"}),
    "list_all_schedules": Row(ADMINS),
    "create_schedule": Row(ADMINS, body={"name": "x", "cron": "0 6 * * *", "recipe": "double"}),
    "read_schedule": Row(ADMINS, schedule),
    "change_schedule": Row(ADMINS, schedule, {"name": "y"}),
    "delete_schedule": Row(ADMINS, schedule),
    # health
    "read_health": Row(PUBLIC),
    "read_readiness": Row(PUBLIC),
    "read_liveness": Row(PUBLIC),
}
