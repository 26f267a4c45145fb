"""Find a model's files by their hash, wherever they are.

Looked at in this order: the folder in the settings, what we joined or fetched earlier, the hub's cache on this
machine, the data files of installed packages (read, never imported), and last the hub itself. Names decide nothing:
a package that is renamed, or that holds other bytes one day, changes nothing or is not used.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import distributions
from pathlib import Path

from cutroom.core.errors import CutroomError, MissingCapability, OutputFailed
from cutroom.core.files import write_whole, written_whole
from cutroom.core.progress import Progress, ignore_progress
from cutroom.core.settings import Settings, get_settings
from cutroom.providers.hub import HubFile, digest_of, fetch, hub_at, list_files


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a file that was split for a registry."""

    digest: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class WeightFile:
    """A file of a model.

    Attributes:
        name: What the model's loader calls it.
        digest: SHA-256 (64 digits), or a git blob id (40 digits) where a hub gives nothing better.
        parts: How data packages have it split, in order.
    """

    name: str
    digest: str
    size_bytes: int
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """A model: its files and where they can be had.

    Attributes:
        name: For messages and for the folder's name.
        files: Known by hash; empty when the hub has to tell.
        hub_repo: ``owner/name``, or ``None`` when no hub has exactly these files.
        revision: A commit when ``files`` are known, else a branch.
        install: The command that brings the files as packages, or ``None``.
        patterns: Names of the files that are wanted when ``files`` is empty.
    """

    name: str
    files: tuple[WeightFile, ...] = ()
    hub_repo: str | None = None
    revision: str = "main"
    install: str | None = None
    patterns: tuple[str, ...] = ()


_MODELS = "pip install 'cutroom[models]'"
_WHISPER_FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.*", "preprocessor_config.json")

WHISPER_BASE = Weights(
    "whisper-base",
    (
        WeightFile(
            "model.bin",
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            145_217_532,
            (
                Part("221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54", 72_608_766),
                Part("c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408", 72_608_766),
            ),
        ),
        WeightFile("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", 2_309),
        WeightFile("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", 2_203_239),
        WeightFile("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", 459_861),
    ),
    hub_repo="Systran/faster-whisper-base",
    revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
    install=_MODELS,
)
WHISPER_TINY_EN = Weights(
    "whisper-tiny.en",
    (
        WeightFile("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", 75_537_502),
        WeightFile("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", 2_317),
        WeightFile("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df", 2_128_466),
        WeightFile("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf", 422_309),
    ),
    hub_repo="Systran/faster-whisper-tiny.en",
    revision="0d3d19a32d3338f10357c0889762bd8d64bbdeba",
)
#: sentence-transformers/all-MiniLM-L6-v2 with 8-bit weights.
MINILM = Weights(
    "minilm-int8",
    (WeightFile("model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6", 22_928_619),),
    install=_MODELS,
)


def whisper_weights(hub_repo: str) -> Weights:
    """Describe a Whisper model in CTranslate2's form by its repository; pinned ones are known by hash."""
    for known in (WHISPER_BASE, WHISPER_TINY_EN):
        if known.hub_repo == hub_repo:
            return known
    return Weights(hub_repo.replace("/", "--"), hub_repo=hub_repo, patterns=_WHISPER_FILES)


def find_weights(spec: Weights, *, settings: Settings | None = None, progress: Progress = ignore_progress) -> Path:
    """Find a model's files, each checked against its hash, in one folder under the names its loader wants.

    A check is remembered by path, size and time of change, so that a later start does not read the file again.

    Args:
        progress: Of a download; nothing is told when none is needed.

    Returns:
        A folder that holds all files, to be read only.

    Raises:
        MissingCapability: If the files are nowhere and may not or cannot be fetched.
        ProviderFailed: If the hub refuses or gives wrong bytes.
        ProviderUnavailable: If the hub cannot be reached or breaks off.
        OutputFailed: If they have to be joined or fetched and the disk does not take them.
    """
    settings = settings or get_settings()
    if not spec.files:
        spec = _with_files(spec, settings)
    search = _Search(spec, settings)
    found = {file.name: path for file in spec.files if (path := search.whole(file))}
    folders = {path.parent for path in found.values()}
    if len(found) == len(spec.files) and len(folders) == 1 and all(path.name == name for name, path in found.items()):
        return folders.pop()
    folder = _kept_in(settings) / f"{spec.name}-{spec.files[0].digest[:12]}"
    with _alone(folder):
        _gather(spec, settings, search, folder, progress)
    return folder


def _gather(spec: Weights, settings: Settings, search: _Search, folder: Path, progress: Progress) -> None:
    """Bring all files into our own folder: what is here by copying and joining, the rest from the hub."""
    missing = []
    for file in spec.files:
        target = folder / file.name
        if search.checked(target, file.digest, file.size_bytes):
            continue
        pieces = [whole] if (whole := search.whole(file)) else search.pieces(file)
        if pieces:
            _join(pieces, target)
            if search.checked(target, file.digest, file.size_bytes):
                continue
        missing.append(file)
    if not missing:
        return
    if settings.offline or spec.hub_repo is None:
        raise _nowhere(spec, settings)
    total = sum(file.size_bytes for file in missing)
    done = 0
    with hub_at(settings.hub_base_url) as hub:
        for file in missing:

            def report(fraction: float, before: int = done, size: int = file.size_bytes) -> None:
                progress((before + fraction * size) / total)

            target = folder / file.name
            wanted = HubFile(file.name, file.size_bytes, file.digest)
            try:
                fetch(hub, spec.hub_repo, spec.revision, wanted, target, progress=report)
            except OutputFailed:
                raise
            except CutroomError as error:
                if spec.install is None:
                    raise
                raise type(error)(f"{error} The model also comes with {spec.install}.") from error
            search.remember(target, file.digest)
            done += file.size_bytes


def _join(pieces: list[Path], target: Path) -> None:
    try:
        with written_whole(target) as part, part.open("wb") as out:
            for piece in pieces:
                with piece.open("rb") as source:
                    shutil.copyfileobj(source, out, 1 << 20)
    except OutputFailed as error:
        raise OutputFailed(
            f"The model cannot be put together in {target.parent}: make room there, or set CUTROOM_DATA_DIR to a "
            "folder that can be written."
        ) from error


def _nowhere(spec: Weights, settings: Settings) -> MissingCapability:
    ways = [f"install it with {spec.install}"] if spec.install else []
    ways.append("put its files into the folder named by CUTROOM_MODELS_DIR")
    if spec.hub_repo and settings.offline:
        ways.append("allow the download with CUTROOM_OFFLINE=false")
    return MissingCapability(f"The model {spec.name} is not on this machine: {', or '.join(ways)}.")


def _kept_in(settings: Settings) -> Path:
    return settings.data_dir / "models"


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time fill a folder; the others wait and then find it full."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OutputFailed(
            f"{folder} cannot be written ({error.strerror}): set CUTROOM_DATA_DIR to a folder that can."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@dataclass(slots=True)
class _Search:
    """Looks for files by size first and by hash then, and remembers what it hashed."""

    spec: Weights
    settings: Settings
    _ledger: dict[str, list[object]] = field(init=False)

    def __post_init__(self) -> None:
        self._ledger = {}
        with contextlib.suppress(OSError, ValueError, AttributeError):
            known = json.loads(self._ledger_path.read_text())
            self._ledger = {path: entry for path, entry in known.items() if isinstance(entry, list)}

    @property
    def _ledger_path(self) -> Path:
        return _kept_in(self.settings) / "checked.json"

    def whole(self, file: WeightFile) -> Path | None:
        """Find a file in one piece."""
        return self._first(file.digest, file.size_bytes, file.name)

    def pieces(self, file: WeightFile) -> list[Path]:
        """Find all parts of a file, or nothing."""
        found = [self._first(part.digest, part.size_bytes, None) for part in file.parts]
        return [path for path in found if path] if all(found) else []

    def checked(self, path: Path, digest: str, size_bytes: int) -> bool:
        """Tell whether a path holds these bytes, reading it only when it changed since the last time."""
        try:
            status = path.stat()
            if status.st_size != size_bytes:
                return False
            if self._ledger.get(str(path)) == [digest, size_bytes, status.st_mtime_ns]:
                return True
            if digest_of(path, digest) != digest:
                return False
        except OSError:
            return False
        self.remember(path, digest)
        return True

    def remember(self, path: Path, digest: str) -> None:
        """Note that a path was checked; without a folder to write to, the next start checks again."""
        with contextlib.suppress(OSError, OutputFailed):
            status = path.stat()
            self._ledger[str(path)] = [digest, status.st_size, status.st_mtime_ns]
            write_whole(self._ledger_path, json.dumps(self._ledger, indent=0))

    def _first(self, digest: str, size_bytes: int, name: str | None) -> Path | None:
        for path in self._candidates(digest, size_bytes, name):
            if self.checked(path, digest, size_bytes):
                return path
        return None

    def _candidates(self, digest: str, size_bytes: int, name: str | None) -> Iterator[Path]:
        # What was found before may well be there again, and looking there costs nothing.
        yield from [Path(path) for path, known in self._ledger.items() if known[:1] == [digest]]
        if self.settings.models_dir:
            for folder, _, names in os.walk(self.settings.models_dir):
                yield from (Path(folder, entry) for entry in names)
        if name:
            yield _kept_in(self.settings) / f"{self.spec.name}-{self.spec.files[0].digest[:12]}" / name
            if self.spec.hub_repo:
                yield from _hub_cache(self.spec.hub_repo).glob(f"snapshots/*/{name}")
        yield from _installed(size_bytes)


def _hub_cache(repo: str) -> Path:
    """Say where the hub's own tools keep a repository on this machine."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "huggingface"
    home = Path(os.environ.get("HF_HOME", home))
    return Path(os.environ.get("HF_HUB_CACHE", home / "hub")) / f"models--{repo.replace('/', '--')}"


def _installed(size_bytes: int) -> Iterator[Path]:
    """List installed packages' files of one size, from the lists that installers leave."""
    for distribution in distributions():
        record = distribution.read_text("RECORD") or ""
        # Most packages have no such file, and a search in the text is far cheaper than reading the table.
        if f",{size_bytes}" not in record:
            continue
        for row in csv.reader(record.splitlines()):
            if len(row) == 3 and row[2] == str(size_bytes):
                yield Path(str(distribution.locate_file(row[0])))


def _with_files(spec: Weights, settings: Settings) -> Weights:
    """Learn the files of a model that is not pinned: from an earlier answer, the hub's cache, or the hub."""
    note = _kept_in(settings) / f"{spec.name}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(note.read_text())
        files = tuple(WeightFile(entry["name"], entry["digest"], entry["size_bytes"]) for entry in known["files"])
        if files:
            return _pinned(spec, known["revision"], files)
    if cached := _cached(spec):
        return cached
    if settings.offline or spec.hub_repo is None:
        raise _nowhere(spec, settings)
    with hub_at(settings.hub_base_url) as hub:
        commit, listed = list_files(hub, spec.hub_repo, spec.revision, spec.patterns)
    if not listed:
        raise MissingCapability(f"{spec.hub_repo} holds no model of this kind: choose another.")
    # The largest first: it names the folder, and if it fails nothing else matters.
    listed = tuple(sorted(listed, key=lambda file: -file.size_bytes))
    pinned = _pinned(spec, commit, tuple(WeightFile(file.name, file.digest, file.size_bytes) for file in listed))
    with contextlib.suppress(OutputFailed):
        write_whole(note, json.dumps({"revision": commit, "files": [asdict(file) for file in pinned.files]}))
    return pinned


def _cached(spec: Weights) -> Weights | None:
    """Read the files of a model from the hub's cache, where a file's real name is its digest."""
    if spec.hub_repo is None:
        return None
    cache = _hub_cache(spec.hub_repo)
    with contextlib.suppress(OSError):
        commit = (cache / "refs" / spec.revision).read_text().strip()
        paths = {path for pattern in spec.patterns for path in (cache / "snapshots" / commit).glob(pattern)}
        files = [WeightFile(path.name, path.resolve().name, path.stat().st_size) for path in paths]
        if files and all(len(file.digest) in {40, 64} for file in files):
            return _pinned(spec, commit, tuple(sorted(files, key=lambda file: -file.size_bytes)))
    return None


def _pinned(spec: Weights, commit: str, files: tuple[WeightFile, ...]) -> Weights:
    return Weights(spec.name, files, spec.hub_repo, commit, spec.install)
