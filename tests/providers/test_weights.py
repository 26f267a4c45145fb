"""Finding a model by hash: in a folder, in packages, in a cache, and over a hub that misbehaves."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.providers.hub_on_loopback import COMMIT, Faults, Hub, hub_on_loopback

from cutroom.core.errors import (
    CutroomError,
    MissingCapability,
    OutputFailed,
    ProviderFailed,
    ProviderUnavailable,
)
from cutroom.core.http import Limits, RequestRefused
from cutroom.core.settings import Settings
from cutroom.providers.hub import HubFile, digest_of, fetch, hub_at
from cutroom.providers.weights import (
    MINILM,
    WHISPER_BASE,
    Part,
    WeightFile,
    Weights,
    find_weights,
    whisper_weights,
)

REPO = "someone/faster-whisper-new"
QUICK = Limits(time_limit_s=2.0, connect_s=2.0, first_wait_s=0.001, longest_wait_s=0.1)


@pytest.fixture(scope="module")
def base() -> Path:
    """The real Whisper base, from the installed data packages."""
    try:
        return find_weights(WHISPER_BASE, settings=Settings(offline=True))
    except MissingCapability as error:
        pytest.skip(str(error))


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A machine without data packages and without a cache."""
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if "site-packages" not in entry])
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    return Settings(data_dir=tmp_path / "data")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def weight_file(path: Path) -> WeightFile:
    data = path.read_bytes()
    return WeightFile(path.name, sha256(data), len(data))


def install(site: Path, name: str, files: dict[str, bytes]) -> None:
    """Lay out a data package as pip does."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    rows = []
    for path, data in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
        rows.append(f"{path},sha256=whatever-it-claims,{len(data)}")
    (info / "RECORD").write_text("\n".join([*rows, f"{info.name}/RECORD,,"]) + "\n")


def test_the_default_model_is_put_together_from_its_packages(base: Path, tmp_path: Path) -> None:
    folder = find_weights(WHISPER_BASE, settings=Settings(data_dir=tmp_path, offline=True))

    assert {file.name: digest_of(folder / file.name, file.digest) for file in WHISPER_BASE.files} == {
        file.name: file.digest for file in WHISPER_BASE.files
    }
    assert folder.is_relative_to(tmp_path)


def test_a_model_that_lies_whole_in_a_package_is_used_where_it_lies(tmp_path: Path) -> None:
    try:
        folder = find_weights(MINILM, settings=Settings(data_dir=tmp_path, offline=True))
    except MissingCapability as error:
        pytest.skip(str(error))
    assert not folder.is_relative_to(tmp_path)
    assert digest_of(folder / "model.onnx", MINILM.files[0].digest) == MINILM.files[0].digest


def test_a_package_is_found_by_what_it_holds_and_never_by_its_name(
    alone: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = b"first half, " * 99, b"second half." * 99
    wanted = WeightFile(
        "model.bin",
        sha256(first + second),
        len(first + second),
        (Part(sha256(first), len(first)), Part(sha256(second), len(second))),
    )
    install(tmp_path / "site", "something-else", {"odd/b.dat": second, "odd/__init__.py": b"raise SystemExit(1)"})
    install(tmp_path / "site", "whisper-model", {"odder/model.bin": b"X" * len(first), "odder/a.dat": first})
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site"), *sys.path])

    folder = find_weights(Weights("two-halves", (wanted,)), settings=alone)

    assert (folder / "model.bin").read_bytes() == first + second


def test_bytes_that_changed_are_not_used_again(alone: Settings, tmp_path: Path) -> None:
    models = tmp_path / "mine"
    models.mkdir()
    (models / "model.bin").write_bytes(b"good bytes")
    spec = Weights("changing", (weight_file(models / "model.bin"),))
    settings = alone.model_copy(update={"models_dir": models})

    assert find_weights(spec, settings=settings) == models
    (models / "model.bin").write_bytes(b"evil bytes")
    with pytest.raises(MissingCapability):
        find_weights(spec, settings=settings)


def test_a_checked_file_is_not_read_again(alone: Settings, tmp_path: Path) -> None:
    models = tmp_path / "mine"
    models.mkdir()
    path = models / "model.bin"
    path.write_bytes(b"good bytes")
    spec = Weights("remembered", (weight_file(path),))
    settings = alone.model_copy(update={"models_dir": models})
    find_weights(spec, settings=settings)
    before = path.stat()

    # Other bytes with the same size and time can only pass when nothing is read.
    path.write_bytes(b"evil bytes")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert find_weights(spec, settings=settings) == models


@pytest.mark.parametrize("ledger", ["", "[]", "{", '{"/x": 1}', '{"/x": []}', "null"])
def test_a_damaged_memory_is_no_obstacle(alone: Settings, tmp_path: Path, ledger: str) -> None:
    models = tmp_path / "mine"
    models.mkdir()
    (models / "model.bin").write_bytes(b"good bytes")
    (alone.data_dir / "models").mkdir(parents=True)
    (alone.data_dir / "models" / "checked.json").write_text(ledger)

    spec = Weights("any", (weight_file(models / "model.bin"),))

    assert find_weights(spec, settings=alone.model_copy(update={"models_dir": models})) == models


def test_a_missing_model_names_the_command_that_brings_it(alone: Settings) -> None:
    offline = alone.model_copy(update={"offline": True})

    with pytest.raises(MissingCapability, match=r"pip install 'cutroom\[models\]'"):
        find_weights(WHISPER_BASE, settings=offline)


def test_a_model_in_the_hubs_cache_is_used_where_it_lies(alone: Settings, tmp_path: Path) -> None:
    snapshot = tmp_path / "cache" / "models--someone--faster-whisper-new" / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    blob = tmp_path / "cache" / "blob"
    blob.write_bytes(b"cached bytes")
    (snapshot / "model.bin").symlink_to(blob)
    spec = Weights("cached", (weight_file(snapshot / "model.bin"),), hub_repo=REPO)

    assert find_weights(spec, settings=alone.model_copy(update={"offline": True})) == snapshot


def test_a_damaged_file_in_the_hubs_cache_is_passed_by(alone: Settings, tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "models--someone--faster-whisper-new"
    (cache / "snapshots" / COMMIT).mkdir(parents=True)
    (cache / "blobs").mkdir()
    (cache / "refs").mkdir()
    (cache / "refs" / "main").write_text(COMMIT)
    blob = cache / "blobs" / sha256(b"right bytes")
    (cache / "snapshots" / COMMIT / "model.bin").symlink_to(blob)
    offline = alone.model_copy(update={"offline": True})

    blob.write_bytes(b"wrong bytes")
    with pytest.raises(MissingCapability):
        find_weights(whisper_weights(REPO), settings=offline)
    blob.write_bytes(b"right bytes")
    assert find_weights(whisper_weights(REPO), settings=offline) == cache / "snapshots" / COMMIT


def test_a_folder_that_cannot_be_written_says_which_setting_helps(tmp_path: Path, base: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(OutputFailed, match="CUTROOM_DATA_DIR"):
        find_weights(WHISPER_BASE, settings=Settings(data_dir=tmp_path / "file", offline=True))


class TestHub:
    """Downloads of the real tokenizer, 2.2 MB."""

    @pytest.fixture
    def real(self, base: Path) -> Path:
        return base / "tokenizer.json"

    @pytest.fixture
    def faults(self) -> Faults:
        return Faults()

    @pytest.fixture
    def hub(self, real: Path, faults: Faults) -> Iterator[Hub]:
        with hub_on_loopback(REPO, {"tokenizer.json": real}, faults) as hub:
            yield hub

    def download(self, hub: Hub, real: Path, target: Path) -> list[float]:
        told: list[float] = []
        wanted = weight_file(real)
        with hub_at(hub.url, limits=QUICK) as server:
            fetch(
                server,
                REPO,
                COMMIT,
                HubFile("tokenizer.json", wanted.size_bytes, wanted.digest),
                target,
                progress=told.append,
            )
        assert digest_of(target, wanted.digest) == wanted.digest
        assert [path.name for path in target.parent.iterdir()] == [target.name]
        assert told == sorted(told)
        assert told[-1] == 1.0
        return told

    def test_a_file_arrives_whole(self, hub: Hub, real: Path, tmp_path: Path) -> None:
        told = self.download(hub, real, tmp_path / "new" / "tokenizer.json")
        assert len(told) > 2

    @pytest.mark.parametrize("how", ["end_after", "reset_after"])
    def test_a_broken_connection_goes_on_where_it_ended(
        self, hub: Hub, real: Path, faults: Faults, tmp_path: Path, how: str
    ) -> None:
        setattr(faults, how, [1_500_000, 300_000])
        self.download(hub, real, tmp_path / "tokenizer.json")

        ranges = hub.ranges("tokenizer.json")
        assert len(ranges) == 3
        starts = [int(asked.removeprefix("bytes=").removesuffix("-") or 0) for asked in ranges]
        # A reset may throw away what was still on its way, so the second start is not the exact byte.
        assert starts[0] == 0
        assert 0 < starts[1] <= 1_500_000
        assert starts[1] < starts[2] <= 1_800_000

    def test_a_download_that_was_given_up_goes_on_next_time(
        self, hub: Hub, real: Path, faults: Faults, tmp_path: Path
    ) -> None:
        faults.end_after = [400_000, 0, 0, 0, 0, 0]
        with pytest.raises(ProviderUnavailable, match=r"0\.4 of 2\.2 MB.*run it again"):
            self.download(hub, real, tmp_path / "tokenizer.json")
        faults.end_after = []
        self.download(hub, real, tmp_path / "tokenizer.json")

        assert hub.ranges("tokenizer.json")[-1] == "bytes=400000-"

    def test_a_hub_without_ranges_is_asked_for_all_again(
        self, hub: Hub, real: Path, faults: Faults, tmp_path: Path
    ) -> None:
        faults.end_after, faults.no_ranges = [1_500_000], True
        self.download(hub, real, tmp_path / "tokenizer.json")

    def test_wrong_bytes_are_fetched_once_more(self, hub: Hub, real: Path, faults: Faults, tmp_path: Path) -> None:
        faults.wrong_bytes = 1
        self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_hub_that_keeps_giving_wrong_bytes_leaves_nothing_behind(
        self, hub: Hub, real: Path, faults: Faults, tmp_path: Path
    ) -> None:
        faults.wrong_bytes = 9
        with pytest.raises(ProviderFailed, match="other bytes"):
            self.download(hub, real, tmp_path / "tokenizer.json")
        assert not list(tmp_path.iterdir())

    def test_more_bytes_than_announced_are_not_written(
        self, hub: Hub, real: Path, faults: Faults, tmp_path: Path
    ) -> None:
        faults.too_long = True
        self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_part_of_other_bytes_is_thrown_away(self, hub: Hub, real: Path, tmp_path: Path) -> None:
        wanted = weight_file(real)
        (tmp_path / f".tokenizer.json.{wanted.digest[:12]}.part").write_bytes(b"old and wrong")
        self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_part_that_is_too_long_is_thrown_away(self, hub: Hub, real: Path, tmp_path: Path) -> None:
        wanted = weight_file(real)
        (tmp_path / f".tokenizer.json.{wanted.digest[:12]}.part").write_bytes(b"x" * (wanted.size_bytes + 1))
        self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_range_that_nobody_asked_for_is_refused(
        self, hub: Hub, real: Path, faults: Faults, tmp_path: Path
    ) -> None:
        faults.end_after, faults.wrong_range = [500_000], True
        with pytest.raises(RequestRefused, match="nobody asked for"):
            self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_busy_hub_is_asked_again(self, hub: Hub, real: Path, faults: Faults, tmp_path: Path) -> None:
        faults.statuses = [500, 503, 429]
        self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_hub_that_stays_busy_is_reported(self, hub: Hub, real: Path, faults: Faults, tmp_path: Path) -> None:
        faults.statuses = [503] * 20
        with pytest.raises(ProviderUnavailable, match="503"):
            self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_missing_file_is_not_asked_for_twice(self, hub: Hub, real: Path, tmp_path: Path) -> None:
        hub.files = {}
        with pytest.raises(RequestRefused, match="404"):
            self.download(hub, real, tmp_path / "tokenizer.json")
        assert len(hub.asked) == 1

    def test_a_slow_hub_is_waited_for(self, hub: Hub, real: Path, faults: Faults, tmp_path: Path) -> None:
        faults.pause_s = 0.05
        self.download(hub, real, tmp_path / "tokenizer.json")

    def test_a_model_without_known_hashes_is_checked_by_the_hubs_own(self, alone: Settings, base: Path) -> None:
        files = {name: base / name for name in ("config.json", "tokenizer.json", "vocabulary.txt")}
        files["model.bin"] = base / "tokenizer.json"  # any large file will do
        with hub_on_loopback(REPO, files) as hub:
            settings = alone.model_copy(update={"hub_base_url": hub.url})
            told: list[float] = []
            folder = find_weights(whisper_weights(REPO), settings=settings, progress=told.append)

        assert {path.name for path in folder.iterdir()} == {*files, ".lock"}
        assert all((folder / name).read_bytes() == path.read_bytes() for name, path in files.items())
        assert told == sorted(told)
        assert told[-1] == 1.0
        # The hub is gone now, and is not needed.
        assert find_weights(whisper_weights(REPO), settings=settings) == folder

    def test_a_model_whose_bytes_are_not_the_hubs_own_is_refused(self, alone: Settings, base: Path) -> None:
        with hub_on_loopback(REPO, {"config.json": base / "config.json"}, Faults(wrong_bytes=9)) as hub:
            settings = alone.model_copy(update={"hub_base_url": hub.url})
            with pytest.raises(ProviderFailed, match="other bytes"):
                find_weights(whisper_weights(REPO), settings=settings)

    def test_a_repository_that_is_not_there_is_named(self, alone: Settings) -> None:
        with hub_on_loopback(REPO, {}) as hub:
            settings = alone.model_copy(update={"hub_base_url": hub.url})
            with pytest.raises(CutroomError, match=r"404.*Repository not found"):
                find_weights(whisper_weights("someone/else"), settings=settings)

    def test_a_hub_cannot_choose_a_path_on_this_machine(self, alone: Settings, base: Path) -> None:
        with hub_on_loopback(REPO, {"vocabulary./../../x": base / "config.json"}) as hub:
            settings = alone.model_copy(update={"hub_base_url": hub.url})
            with pytest.raises(MissingCapability, match="holds no model"):
                find_weights(whisper_weights(REPO), settings=settings)

    @pytest.mark.slow
    def test_the_default_model_comes_from_a_hub_as_from_its_packages(self, alone: Settings, base: Path) -> None:
        files = {file.name: base / file.name for file in WHISPER_BASE.files}
        assert WHISPER_BASE.hub_repo
        with hub_on_loopback(WHISPER_BASE.hub_repo, files, Faults(reset_after=[50_000_000, 40_000_000])) as hub:
            folder = find_weights(WHISPER_BASE, settings=alone.model_copy(update={"hub_base_url": hub.url}))

        assert all(digest_of(folder / file.name, file.digest) == file.digest for file in WHISPER_BASE.files)
        assert len(json.loads((alone.data_dir / "models" / "checked.json").read_text())) == len(files)
