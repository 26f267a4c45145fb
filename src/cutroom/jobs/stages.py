"""Stages: typed functions that a worker runs, and what they may ask of it.

A stage computes a value from values (``@stage``) or writes rows in one transaction (``@record``), never both.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, get_type_hints
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.core.settings import Settings
from cutroom.jobs.models import Queue
from cutroom.jobs.results import Stage as Identity
from cutroom.providers.storage import StoredFile

if TYPE_CHECKING:
    from cutroom.jobs.recipes import Catalogue  # recipes are made of stages

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often, and how long apart, a stage is tried again after an error that may pass.

    Attributes:
        attempts: Failures in all before the step has failed for good.
        first_wait_s: Before the second try; doubled for each further one, with jitter.
        longest_wait_s: Where doubling ends.
    """

    attempts: int = 4
    first_wait_s: float = 2.0
    longest_wait_s: float = 300.0


class Work(Protocol):
    """What a stage may ask of the worker that runs it; every call may raise when the step is cancelled.

    Attributes:
        folder: A scratch folder of its own, on the data disk; removed afterwards.
        threads: How many cores it may use.
        run_id: The run that it belongs to.
        key: An idempotency key: the same whenever this step is tried again, another for every other step.
    """

    settings: Settings
    folder: Path
    threads: int
    run_id: UUID
    key: str

    def provider_settings(self) -> Settings:
        """Give the settings with the keys of providers that an administrator set.

        Raises:
            CutroomError: If a key cannot be opened.
        """
        ...

    def progress(self, fraction: float, /) -> None:
        """Tell the share that is finished, 0 to 1, never going back."""
        ...

    def say(self, message: str) -> None:
        """Tell what is being done, in a few words."""
        ...

    def note(self, sentence: str) -> None:
        """Tell the person something that they should know; it stays with the run."""
        ...

    def fetch(self, file: StoredFile) -> Path:
        """Give a local file with the stored bytes, whole, with the file's suffix, to be read only."""
        ...

    def keep(self, path: Path) -> StoredFile:
        """Put a finished file into storage; the suffix is the path's."""
        ...

    def measure(self, media_s: float) -> None:
        """Tell how long the run's medium is: the time that is left is reckoned from it."""
        ...

    def spend(self, budget: str, units: float = 1.0, *, per_s: float | None = None, burst: float = 1.0) -> None:
        """Count units of a provider; with ``per_s``, put the step off while all workers together would exceed it."""
        ...

    def once(
        self,
        effect: str,
        do: Callable[[], dict[str, Any]],
        look_up: Callable[[], dict[str, Any] | None] | None = None,
    ) -> dict[str, Any]:
        """Do something outside that must not be done twice, and keep what the other side calls it.

        Args:
            effect: What it is, such as ``publish``; with :attr:`key` it names the effect for ever.
            do: Does it and gives its reference.
            look_up: After a crash in between, tells the reference if it was done, else ``None``; without one, such
                an effect ends in an error that asks a person to look.
        """
        ...


class Tracer(Protocol):
    """Takes the calls of stages while a recipe is traced."""

    def add(self, stage: Stage[Any, Any], arguments: dict[str, Any], /) -> object:
        """Add a step and give what stands for its value."""
        ...


_tracer: ContextVar[Tracer | None] = ContextVar("tracer", default=None)


def tracing() -> Tracer:
    """Give what takes the calls of stages at the moment.

    Raises:
        RuntimeError: If no recipe is being traced.
    """
    tracer = _tracer.get()
    if tracer is None:
        raise RuntimeError("a stage is called inside a recipe; its function runs alone with .function(work, …)")
    return tracer


@contextlib.contextmanager
def traced(tracer: Tracer) -> Iterator[None]:
    """Send the calls of stages to ``tracer`` until the block ends."""
    token = _tracer.set(tracer)
    try:
        yield
    finally:
        _tracer.reset(token)


@dataclass(frozen=True, eq=False)
class Stage(Generic[P, R]):
    """A function that a worker runs, with what the engine must know of it.

    Attributes:
        name: The function's; in rows, so it is never reused for something else.
        version: Raised whenever the same inputs would give another result.
        queue: What it needs most.
        time_limit_s: After it, the step has failed.
        retry: Its patience.
        share: How long it takes for each second of medium, as a first guess; measured later.
        reads: Parameter names and types, in order, without the worker's own.
        gives: The type of its value.
        records: Whether it writes rows.
    """

    name: str
    version: int
    queue: Queue
    time_limit_s: float
    retry: Retry
    share: float
    function: Callable[..., Any]
    reads: dict[str, Any] = field(repr=False)
    gives: Any = field(repr=False)
    records: bool = False

    @property
    def identity(self) -> Identity:
        """Name and version, which a kept result depends on."""
        return Identity(self.name, self.version)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Add a step to the recipe that is being traced; what comes back stands for its value.

        Raises:
            RuntimeError: If no recipe is being traced.
        """
        return cast(R, tracing().add(self, self.bind(*args, **kwargs)))

    def bind(self, *args: object, **kwargs: object) -> dict[str, Any]:
        """Name arguments by parameter, with defaults."""
        parameters = list(inspect.signature(self.function).parameters.values())[1:]
        bound = inspect.Signature(parameters).bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)


def stage(
    *,
    version: int,
    queue: Queue = Queue.CPU,
    time_limit_s: float = 6 * 3600.0,
    retry: Retry = Retry(),
    share: float = 0.01,
) -> Callable[[Callable[Concatenate[Work, P], R]], Stage[P, R]]:
    """Make a stage of a function that takes a :class:`Work` and values, and gives a value.

    Values and results must be what Pydantic can write as JSON and read back: dataclasses, tuples, numbers, texts.
    """

    def make(function: Callable[Concatenate[Work, P], R]) -> Stage[P, R]:
        return _describe(function, version, queue, time_limit_s, retry, share, records=False)

    return make


def record(
    *,
    version: int,
    retry: Retry = Retry(),
) -> Callable[[Callable[Concatenate[Recording, P], Awaitable[R]]], Stage[P, R]]:
    """Make a stage of a coroutine that writes rows; they are committed with the step itself, so exactly once."""

    def make(function: Callable[Concatenate[Recording, P], Awaitable[R]]) -> Stage[P, R]:
        return _describe(function, version, Queue.IO, 120.0, retry, 0.0, records=True)

    return make


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording stage works with.

    Attributes:
        session: Of the transaction that also finishes the step; it must not be committed.
        run_id: The run that it belongs to.
        owner_id: Who started the run.
        subject_id: What the run works on.
        catalogue: What can be started, within the same transaction.
    """

    session: AsyncSession
    run_id: UUID
    owner_id: UUID | None
    subject_id: UUID | None
    catalogue: Catalogue


def _describe(
    function: Callable[..., Any],
    version: int,
    queue: Queue,
    time_limit_s: float,
    retry: Retry,
    share: float,
    *,
    records: bool,
) -> Stage[Any, Any]:
    hints = get_type_hints(function)
    gives = hints.pop("return")
    names = list(inspect.signature(function).parameters)[1:]
    return Stage(
        name=function.__name__,
        version=version,
        queue=queue,
        time_limit_s=time_limit_s,
        retry=retry,
        share=share,
        function=function,
        reads={name: hints[name] for name in names},
        gives=gives,
        records=records,
    )
