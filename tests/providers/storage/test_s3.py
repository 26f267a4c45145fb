"""An object store may be slow, busy, broken or closed to us, and nothing is lost or half for it."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import obstore
import pytest
from pydantic import SecretStr
from tests.providers.storage.s3_on_loopback import ACCESS, REGION, SECRET, Fault, StrictStore, strict_store
from tests.services.server import free_port
from tests.services.servers import ObjectStore

from cutroom.core.clock import now
from cutroom.core.errors import InvalidInput
from cutroom.core.settings import Settings
from cutroom.providers.storage import FileMissing, StorageFailed, StorageUnavailable
from cutroom.providers.storage.bucket import Bucket
from cutroom.providers.storage.s3 import S3Storage, create
from cutroom.providers.storage.signing import Key, sign

#: Two parts of an upload.
CONTENT = os.urandom(9 << 20)
NAME = hashlib.sha256(CONTENT).hexdigest()
KEY = Key(ACCESS, SECRET)
SMALL = b"small"
SMALL_NAME = hashlib.sha256(SMALL).hexdigest()


@dataclass
class Place:
    """A bucket behind a store that can be told to fail."""

    store: StrictStore
    bucket: str

    def storage(self, *, key: Key = KEY, region: str = REGION, silence_s: float = 10.0) -> S3Storage:
        public = self.store.url.replace("127.0.0.1", "localhost")
        bucket = Bucket(self.store.url, self.bucket, "a folder", region, key, public)
        return S3Storage(bucket, silence_s=silence_s, retries=2)

    def uploads(self) -> list[str]:
        """List the uploads that nobody finished."""
        address = f"{self.store.url}/{self.bucket}"
        signed = sign("GET", address, {"uploads": ""}, key=KEY, region=REGION, at=now(), expires_s=60)
        return re.findall("<UploadId>(.*?)</UploadId>", httpx2.get(signed).text)


@pytest.fixture
def place(object_store: ObjectStore) -> Iterator[Place]:
    bucket = f"test-{uuid.uuid4().hex}"
    object_store.make_bucket(bucket)
    with strict_store(object_store.url) as store:
        yield Place(store, bucket)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "made.mp4"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.vtt"
    path.write_bytes(SMALL)
    return path


def test_what_is_sent_is_signed_byte_by_byte(place: Place, source: Path, tmp_path: Path) -> None:
    storage = place.storage()
    storage.probe()
    storage.put(source, NAME)
    assert storage.fetch(NAME, tmp_path / "fetched").read_bytes() == CONTENT
    assert [item.sha256 for item in storage.list()] == [NAME]
    storage.remove(NAME)
    assert storage.size(NAME) is None


def test_what_other_programs_find_in_the_environment_is_not_ours(
    place: Place, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "another",
        "AWS_SECRET_ACCESS_KEY": "another",
        "AWS_SESSION_TOKEN": "another",
        "AWS_REGION": "us-west-2",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_UNSIGNED_PAYLOAD": "true",
        "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
    }.items():
        monkeypatch.setenv(name, value)
    place.storage().put(small, SMALL_NAME)
    for asked in place.store.asked:
        assert asked.path.startswith(f"/{place.bucket}/")
        assert "x-amz-security-token" not in asked.headers
        assert asked.headers["x-amz-content-sha256"] != "UNSIGNED-PAYLOAD"


BUSY = [
    Fault("status", "PUT", value=503, code="SlowDown", times=2),
    Fault("status", "PUT", "partNumber", value=500, times=2),
    Fault("status", "POST", value=500, times=2),
    Fault("lose_answer", "PUT", "partNumber"),
]


@pytest.mark.parametrize("fault", BUSY, ids=repr)
def test_an_upload_goes_on_when_a_request_fails(place: Place, source: Path, fault: Fault) -> None:
    place.store.faults = [fault]
    place.storage().put(source, NAME)
    assert b"".join(place.storage().read(NAME)) == CONTENT
    assert place.uploads() == []


@pytest.mark.parametrize("times", [1, 9])
def test_an_upload_whose_last_answer_was_lost_is_there(place: Place, source: Path, times: int) -> None:
    place.store.faults = [Fault("lose_answer", "POST", "uploadId", times=times)]
    place.storage().put(source, NAME)
    assert b"".join(place.storage().read(NAME)) == CONTENT
    assert place.uploads() == []


def test_a_small_upload_whose_answer_was_lost_is_there(place: Place, small: Path) -> None:
    place.store.faults = [Fault("lose_answer", "PUT", times=9)]
    place.storage().put(small, SMALL_NAME)
    assert b"".join(place.storage().read(SMALL_NAME)) == SMALL


def test_bytes_that_changed_on_the_way_are_sent_again_or_refused(place: Place, source: Path) -> None:
    place.store.faults = [Fault("wrong_upload", "PUT", "partNumber")]
    with pytest.raises(StorageUnavailable, match="XAmzContentSHA256Mismatch"):
        place.storage().put(source, NAME)
    assert place.storage().size(NAME) is None
    assert place.uploads() == []


def test_a_failed_upload_leaves_nothing(place: Place, source: Path) -> None:
    place.store.faults = [Fault("status", "PUT", "partNumber", value=500, times=99)]
    with pytest.raises(StorageUnavailable, match="busy or broken, HTTP 500 InternalError"):
        place.storage().put(source, NAME)
    assert place.storage().size(NAME) is None
    assert list(place.storage().list()) == []
    assert place.uploads() == []


def test_an_upload_whose_process_was_killed_is_swept(place: Place) -> None:
    key = f"a folder/{NAME[:2]}/{NAME}"
    for name in (key, "somebody else's/file"):
        address = f"{place.store.url}/{place.bucket}/{quote(name)}"
        begun = sign("POST", address, {"uploads": ""}, key=KEY, region=REGION, at=now(), expires_s=60)
        assert httpx2.post(begun).status_code == 200
    # The server behind dates every upload to November 2010.
    assert place.storage().sweep(datetime(2010, 1, 1, tzinfo=UTC)) == 0
    assert len(place.uploads()) == 2
    assert place.storage().sweep(now()) == 1
    assert len(place.uploads()) == 1


def test_a_copy_that_is_whole_is_not_fetched_again(place: Place, small: Path, tmp_path: Path) -> None:
    storage, copy = place.storage(), tmp_path / "copy"
    storage.put(small, SMALL_NAME)
    for _ in range(2):
        storage.fetch(SMALL_NAME, copy)
        place.storage().fetch(SMALL_NAME, copy)
    assert len(place.store.ranges()) == 1


@pytest.mark.parametrize("damage", [b"smell", b"", b"small but longer"])
def test_a_copy_that_was_damaged_is_fetched_again(place: Place, small: Path, tmp_path: Path, damage: bytes) -> None:
    storage, copy = place.storage(), tmp_path / "copy"
    storage.put(small, SMALL_NAME)
    storage.fetch(SMALL_NAME, copy)
    copy.chmod(0o644)
    copy.write_bytes(damage)
    assert storage.fetch(SMALL_NAME, copy).read_bytes() == SMALL


@pytest.mark.parametrize("what", ["reset", "end_early"])
def test_a_download_goes_on_where_it_broke_off(place: Place, source: Path, tmp_path: Path, what: str) -> None:
    place.storage().put(source, NAME)
    place.store.faults = [Fault("reset" if what == "reset" else "end_early", value=5 << 20)]
    assert place.storage().fetch(NAME, tmp_path / "fetched").read_bytes() == CONTENT
    first, second = place.store.ranges()
    assert first == ""
    assert int(re.findall(r"bytes=(\d+)-", second)[0]) >= 4 << 20


def test_a_download_that_never_gets_further_is_given_up(place: Place, source: Path, tmp_path: Path) -> None:
    place.storage().put(source, NAME)
    place.store.faults = [Fault("reset", value=0, times=99)]
    with pytest.raises(StorageUnavailable, match="cannot be reached or broke off"):
        place.storage().fetch(NAME, tmp_path / "fetched")
    assert list(tmp_path.glob("*fetched*")) == []


def test_a_byte_that_changed_on_the_way_is_asked_for_again(place: Place, source: Path, tmp_path: Path) -> None:
    place.storage().put(source, NAME)
    place.store.faults = [Fault("wrong_byte")]
    assert place.storage().fetch(NAME, tmp_path / "fetched").read_bytes() == CONTENT
    place.store.faults = [Fault("wrong_byte")]
    assert place.storage().check(NAME)


def test_what_was_damaged_there_is_kept_aside(place: Place, small: Path) -> None:
    storage = place.storage()
    storage.put(small, SMALL_NAME)
    obstore.put(storage._store, f"{SMALL_NAME[:2]}/{SMALL_NAME}", b"smell")
    assert not storage.check(SMALL_NAME)
    assert obstore.get(storage._store, f"damaged/{SMALL_NAME}").bytes() == b"smell"
    assert list(storage.list()) == []


def test_a_silent_server_is_not_waited_for_for_ever(place: Place) -> None:
    place.store.faults = [Fault("silence", "HEAD", value=2, times=9), Fault("silence", value=2)]
    with pytest.raises(StorageUnavailable, match="cannot be reached or broke off"):
        place.storage(silence_s=0.2).probe()
    with pytest.raises(StorageUnavailable, match="cannot be reached or broke off"):
        place.storage(silence_s=0.2).size(NAME)


REFUSALS = {
    "another secret": (Key(ACCESS, "another"), REGION, "refused us, HTTP 403 SignatureDoesNotMatch: check CUTROOM_S3_"),
    "another key": (Key("AKIAOTHER", SECRET), REGION, "refused us, HTTP 403 InvalidAccessKeyId: check CUTROOM_S3_"),
    "another region": (Key(ACCESS, SECRET), "us-west-2", "does not understand us, HTTP 400 Authorization"),
}


@pytest.mark.parametrize(("key", "region", "sentence"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_says_what_to_check_and_no_secret(
    place: Place, small: Path, key: Key, region: str, sentence: str
) -> None:
    storage = place.storage(key=key, region=region)
    for call in (storage.probe, lambda: storage.put(small, SMALL_NAME), lambda: list(storage.list())):
        with pytest.raises(StorageFailed) as caught:
            call()
        assert not caught.value.retryable
        assert re.sub(r", HTTP \d+( \w+)?", "", sentence) in re.sub(r", HTTP \d+( \w+)?", "", str(caught.value))
        assert key.secret not in str(caught.value)
    with pytest.raises(StorageFailed, match=re.escape(sentence)):
        storage.probe()


def test_a_missing_bucket_is_named(place: Place, small: Path) -> None:
    place.bucket = "no-such-bucket"
    storage = place.storage()
    for call in (storage.probe, lambda: storage.put(small, SMALL_NAME), lambda: list(storage.list())):
        with pytest.raises(StorageFailed, match="has no bucket 'no-such-bucket': make it"):
            call()
    with pytest.raises(FileMissing):
        storage.read(SMALL_NAME)


def test_a_server_that_is_away_may_come_back(small: Path) -> None:
    storage = S3Storage(Bucket(f"http://127.0.0.1:{free_port()}", "b", "", REGION, KEY), retries=1)
    for call in (lambda: storage.put(small, SMALL_NAME), lambda: storage.sweep(now())):
        with pytest.raises(StorageUnavailable, match="cannot be reached") as caught:
            call()
        assert caught.value.retryable


def test_a_link_gives_the_file_by_its_name_until_it_expires(place: Place, small: Path) -> None:
    storage = place.storage()
    storage.put(small, SMALL_NAME)
    name = 'Die "Lösung"\r\nSet-Cookie: x=1 – Teil 1.mp4'
    link = storage.link(SMALL_NAME, expires_s=60, media_type="video/mp4", file_name=name)
    assert link
    assert link.startswith("http://localhost:")
    assert SECRET not in link
    answer = httpx2.get(link)
    assert answer.content == SMALL
    assert answer.headers["content-type"] == "video/mp4"
    saved = answer.headers["content-disposition"]
    assert saved.startswith('attachment; filename="Die _L_sung___Set-Cookie: x=1 _ Teil 1.mp4"; ')
    assert saved.endswith(f"; filename*=UTF-8''{quote(name, safe='')}")
    assert httpx2.get(link.replace("video%2Fmp4", "text%2Fhtml")).status_code == 403
    assert httpx2.get(link.replace(SMALL_NAME, NAME)).status_code == 403
    assert httpx2.put(link, content=b"x").status_code == 403
    ended = storage.link(SMALL_NAME, expires_s=-1, media_type="video/mp4", file_name=name)
    assert ended
    assert httpx2.get(ended).status_code == 403


def test_without_a_key_of_our_own_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    storage = create(Settings(storage="s3://bucket"), "s3://bucket")
    assert storage.link(NAME, expires_s=60, media_type="video/mp4", file_name="a.mp4") is None


@pytest.mark.parametrize("location", ["s3://", "s3:bucket", "s3:///prefix", "https://host/bucket", "s3://b/p?x=1"])
def test_an_address_that_names_no_bucket_is_refused(location: str) -> None:
    with pytest.raises(InvalidInput, match="write CUTROOM_STORAGE like s3://bucket/prefix"):
        create(Settings(storage=location), location)


def test_a_store_of_ones_own_gives_links_only_under_its_public_name() -> None:
    key: dict[str, Any] = {"s3_access_key": SecretStr("a"), "s3_secret_key": SecretStr("b")}
    beside: dict[str, Any] = {"s3_endpoint": "http://minio:9000", **key}
    known: dict[str, Any] = {"s3_public_endpoint": "https://media.example", **beside}
    links = [
        create(Settings(**chosen), "s3://b").link(NAME, expires_s=60, media_type="video/mp4", file_name="a.mp4") or ""
        for chosen in (beside, known, key)
    ]
    assert [link.partition("/b/")[0] for link in links] == [
        "",
        "https://media.example",
        "https://s3.us-east-1.amazonaws.com",
    ]


@pytest.mark.parametrize("endpoint", ["minio:9000", "ftp://host", "https://host/path"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(InvalidInput, match="CUTROOM_S3_ENDPOINT is not an address"):
        create(Settings(storage="s3://b", s3_endpoint=endpoint), "s3://b")


def test_half_a_key_is_refused() -> None:
    with pytest.raises(InvalidInput, match="two parts"):
        create(Settings(storage="s3://b", s3_access_key=SecretStr("a")), "s3://b")
