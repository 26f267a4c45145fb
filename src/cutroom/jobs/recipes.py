"""Recipes: typed functions over stages, traced into a graph of steps.

Inside a recipe a stage's call gives what stands for its value, typed as the value itself, so the type checker proves
every edge. What stands for a value can only be handed on; a decision that depends on a value belongs into a stage.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, NoReturn, ParamSpec, TypeVar, cast

from pydantic import BaseModel, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from cutroom.jobs.stages import Stage, traced, tracing

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
Params = TypeVar("Params", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Failed:
    """Why an item of a partial ``each`` has no value.

    Attributes:
        message: One sentence for the person.
        kind: The error's class.
    """

    message: str
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """Stands for the value of a step while a recipe is traced."""

    key: str

    def __bool__(self) -> NoReturn:
        raise TypeError("a recipe is traced before its values exist: decide inside a stage")

    def __iter__(self) -> NoReturn:
        raise TypeError("a recipe is traced before its values exist: use each()")


@dataclass(frozen=True, slots=True)
class Node:
    """A step of a traced recipe.

    Attributes:
        key: Unique in the graph.
        arguments: By parameter: a :class:`Handle` or a value.
        items: For ``each``, what stands for the sequence; the stage's first parameter takes an item.
        partial: For ``each``, whether an item may fail.
    """

    key: str
    stage: Stage[Any, Any]
    arguments: dict[str, Any]
    items: Handle | None = None
    partial: bool = False

    def waits_for(self) -> set[str]:
        """Name the steps whose values it needs."""
        handles = [value for value in self.arguments.values() if isinstance(value, Handle)]
        return {handle.key for handle in [*handles, *([self.items] if self.items is not None else [])]}


@dataclass(slots=True)
class Graph:
    """What a recipe does for certain parameters."""

    nodes: dict[str, Node] = field(default_factory=dict)
    output: str | None = None

    def add(self, stage: Stage[Any, Any], arguments: dict[str, Any]) -> Handle:
        """Add a step."""
        return self._put(Node(self._free(stage.name), stage, arguments))

    def add_each(self, stage: Stage[Any, Any], items: object, shared: Sequence[Any], *, partial: bool) -> Handle:
        """Add a step for each item of a value that is not known yet."""
        if not isinstance(items, Handle):
            raise TypeError("each() goes over the value of a step")
        first, *_ = stage.reads
        arguments = stage.bind(items, *shared)
        del arguments[first]
        return self._put(Node(self._free(f"each_{stage.name}"), stage, arguments, items, partial))

    def _put(self, node: Node) -> Handle:
        self.nodes[node.key] = node
        return Handle(node.key)

    def _free(self, name: str) -> str:
        count = sum(key == name or key.rpartition("_")[0] == name for key in self.nodes)
        return name if not count else f"{name}_{count + 1}"


@dataclass(frozen=True, eq=False)
class Recipe(Generic[Params]):
    """Something that a user can start.

    Attributes:
        name: In rows and addresses.
        title: For a person.
        params: The type of its parameters; its JSON schema is what the interface shows.
        function: Traced with parameters.
        prepare: Fills in what the instance is set up with, in the transaction that starts a run.
        on_asset: Whether people start it, on an asset; others are started by what needs them.
    """

    name: str
    title: str
    params: type[Params]
    function: Callable[[Params], object]
    prepare: Callable[[AsyncSession, Params], Awaitable[Params]] | None = None
    on_asset: bool = True

    def trace(self, params: Params) -> Graph:
        """Give the graph for these parameters."""
        graph = Graph()
        with traced(graph):
            output = self.function(params)
        if isinstance(output, Handle):
            graph.output = output.key
        return graph


def recipe(
    name: str,
    title: str,
    params: type[Params],
    *,
    prepare: Callable[[AsyncSession, Params], Awaitable[Params]] | None = None,
    on_asset: bool = True,
) -> Callable[[Callable[[Params], object]], Recipe[Params]]:
    """Make a recipe of a function from parameters to a value."""

    def make(function: Callable[[Params], object]) -> Recipe[Params]:
        return Recipe(name, title, params, function, prepare, on_asset)

    return make


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that a worker can run, by the names that rows use."""

    recipes: Mapping[str, Recipe[Any]]
    stages: Mapping[str, Stage[Any, Any]]


def catalogue_of(recipes: Iterable[Recipe[Any]], stages: Iterable[Stage[Any, Any]]) -> Catalogue:
    """Put recipes and stages under their names.

    Raises:
        ValueError: If two have the same name.
    """
    recipes, stages = tuple(recipes), tuple(stages)
    for names in ([recipe.name for recipe in recipes], [stage.name for stage in stages]):
        if len(set(names)) < len(names):
            raise ValueError(f"two have the same name: {sorted(names)}")
    return Catalogue({recipe.name: recipe for recipe in recipes}, {stage.name: stage for stage in stages})


def each(stage: Stage[Concatenate[T, P], R], items: Sequence[T], *args: P.args, **kwargs: P.kwargs) -> list[R]:
    """Run a stage for every item, side by side; one that fails fails the run."""
    handle = _graph().add_each(stage, items, _positional(stage, args, kwargs), partial=False)
    return cast(list[R], handle)


def each_possible(
    stage: Stage[Concatenate[T, P], R], items: Sequence[T], *args: P.args, **kwargs: P.kwargs
) -> list[R | Failed]:
    """Run a stage for every item, side by side; one that fails leaves a :class:`Failed` in its place."""
    handle = _graph().add_each(stage, items, _positional(stage, args, kwargs), partial=True)
    return cast(list[R | Failed], handle)


def write_value(kind: Any, value: object) -> Any:  # noqa: ANN401 - any JSON
    """Write a value as JSON by its type."""
    return _adapter(kind).dump_python(value, mode="json")


def read_value(kind: Any, content: Any) -> Any:  # noqa: ANN401 - any JSON
    """Read a value back by its type.

    Raises:
        pydantic.ValidationError: If it is not of the type.
    """
    return _adapter(kind).validate_python(content)


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type
    return TypeAdapter(kind)  # building one takes longer than using it


def _graph() -> Graph:
    graph = tracing()
    if not isinstance(graph, Graph):
        raise TypeError("each() belongs into a recipe")
    return graph


def _positional(stage: Stage[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    bound = stage.bind(None, *args, **kwargs)
    return list(bound.values())[1:]
