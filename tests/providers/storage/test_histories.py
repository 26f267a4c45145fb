"""Whatever happens to files in whatever order, storage gives the right bytes or says that it has none."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cutroom.core.settings import Settings
from cutroom.providers.storage import FileMissing
from cutroom.providers.storage.local import create

CONTENTS = {hashlib.sha256(content).hexdigest(): content for content in (b"", b"a", b"another", b"\0" * 1_200_000)}
names = st.sampled_from(sorted(CONTENTS))
damages = st.sampled_from((b"", b"b", b"a", b"another!"))


class History(RuleBasedStateMachine):
    """Storage beside a dictionary of what its files hold, damaged or not; another process looks on."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.storages = [create(Settings(data_dir=self.folder), "local") for _ in range(2)]
        self.held: dict[str, bytes] = {}

    def teardown(self) -> None:
        self.scratch.cleanup()

    @rule(name=names, ours=st.booleans(), who=st.integers(0, 1))
    def put(self, name: str, ours: bool, who: int) -> None:  # noqa: FBT001 - drawn by the library
        with tempfile.TemporaryDirectory(dir=self.folder if ours else None) as folder:
            source = Path(folder) / "source"
            source.write_bytes(CONTENTS[name])
            self.storages[who].put(source, name)
        self.held[name] = CONTENTS[name]

    @rule(name=names, who=st.integers(0, 1))
    def remove(self, name: str, who: int) -> None:
        self.storages[who].remove(name)
        self.held.pop(name, None)

    @rule(name=names, content=damages)
    def damage(self, name: str, content: bytes) -> None:
        path = self.storages[0].local(name)
        if path:
            path.chmod(0o644)
            path.write_bytes(content)
            self.held[name] = content

    @rule(name=names, who=st.integers(0, 1))
    def check(self, name: str, who: int) -> None:
        whole = self.held.get(name) == CONTENTS[name]
        assert self.storages[who].check(name) == whole
        if not whole:
            self.held.pop(name, None)

    @rule(name=names, who=st.integers(0, 1))
    def fetch(self, name: str, who: int) -> None:
        if self.held.get(name) == CONTENTS[name]:
            assert self.storages[who].fetch(name, self.folder / "unused").read_bytes() == CONTENTS[name]
        else:
            with pytest.raises(FileMissing):
                self.storages[who].fetch(name, self.folder / "unused")
            self.held.pop(name, None)

    @rule(name=names, start=st.integers(0, 9), stop=st.none() | st.integers(0, 9))
    def read(self, name: str, start: int, stop: int | None) -> None:
        if name in self.held:
            assert b"".join(self.storages[0].read(name, start, stop)) == self.held[name][start:stop]

    @invariant()
    def lists_what_it_holds(self) -> None:
        listed = {item.sha256: item.size_bytes for item in self.storages[1].list()}
        assert listed == {name: len(content) for name, content in self.held.items()}


History.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestHistory = History.TestCase
