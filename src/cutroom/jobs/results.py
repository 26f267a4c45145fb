"""Results kept by their content: a second run does only what changed.

A result's key is the hash of the stage's name, its version and its inputs, so nothing ever has to be marked as
out of date. What is read back is verified first: a damaged file counts as absent and is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from cutroom.core.files import sha256_of, write_whole, written_whole

T = TypeVar("T")

#: Results that no run has used for this long are dropped.
KEEP_S = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A step whose result can be kept.

    Attributes:
        name: Lower case, no spaces.
        version: Raised whenever the same inputs would give another result.
    """

    name: str
    version: int


class Results:
    """A folder of results, shared by every run that names it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def value(self, stage: Stage, inputs: Mapping[str, object], kind: type[T], make: Callable[[], T]) -> T:
        """Give a stage's value for these inputs, made at most once.

        Args:
            stage: What makes it.
            inputs: All that the value depends on; anything Pydantic can write as JSON.
            kind: The value's type, read back by it.
            make: Makes the value when it is absent or damaged.
        """
        kept = self.read(stage, inputs, kind)
        if kept is None:
            kept = make()
            self.write(stage, inputs, kind, kept)
        return kept

    def read(self, stage: Stage, inputs: Mapping[str, object], kind: type[T]) -> T | None:
        """Give the value that was kept, or ``None`` when there is none or it is damaged."""
        path = self.path(stage, inputs, ".json")
        try:
            digest, _, body = path.read_bytes().partition(b"\n")
            if hashlib.sha256(body).hexdigest().encode() != digest:
                return None
            value = TypeAdapter(kind).validate_json(body)
            os.utime(path)
        except (OSError, ValidationError):
            return None
        return value

    def write(self, stage: Stage, inputs: Mapping[str, object], kind: type[T], value: T) -> None:
        """Keep a value."""
        # The level of silence is minus infinity, which Pydantic's own JSON would turn into null.
        body = json.dumps(TypeAdapter(kind).dump_python(value, mode="json"), ensure_ascii=False).encode()
        write_whole(self.path(stage, inputs, ".json"), hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    def file(self, stage: Stage, inputs: Mapping[str, object], suffix: str, make: Callable[[Path], object]) -> Path:
        """Give a stage's file for these inputs, made at most once.

        Args:
            stage: What makes it.
            inputs: All that the file's bytes depend on.
            suffix: The file's ending, with its dot.
            make: Writes the file at the path it is given.
        """
        path = self.path(stage, inputs, suffix)
        seal = path.with_suffix(path.suffix + ".sha256")
        try:
            if seal.read_text() == sha256_of(path):
                os.utime(path)
                os.utime(seal)
                return path
        except OSError:
            pass
        with written_whole(path) as part:
            make(part)
        write_whole(seal, sha256_of(path))
        return path

    def path(self, stage: Stage, inputs: Mapping[str, object], suffix: str) -> Path:
        """Name the file that would hold a result."""
        text = json.dumps(to_jsonable_python(inputs), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        key = hashlib.sha256(f"{stage.name}\n{stage.version}\n{text}".encode()).hexdigest()
        return self.folder / stage.name / f"{key[:40]}{suffix}"

    def forget_unused(self, *, keep_s: float = KEEP_S) -> None:
        """Drop the results that no run has used for ``keep_s`` seconds."""
        oldest = time.time() - keep_s
        for path in self.folder.glob("*/*"):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
