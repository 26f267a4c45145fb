"""Find implementations by entry point, so that ours and third parties' are loaded the same way."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from cutroom.core.errors import MissingCapability

#: The extra that installs what a provider of ours imports; all others come with Cutroom itself.
EXTRAS = {"rapidocr": "ocr", "sentry": "sentry"}


@cache
def available(capability: str) -> Mapping[str, EntryPoint]:
    """List the implementations of a capability by name, as they were installed when this process began."""
    return MappingProxyType({point.name: point for point in entry_points(group=f"cutroom.{capability}")})


def load(capability: str, name: str) -> Any:  # noqa: ANN401 - the caller's Protocol is the type; an entry point has none
    """Load an implementation's factory.

    Args:
        capability: Such as ``speech_to_text``.
        name: The entry point's name, without a model.

    Raises:
        MissingCapability: If there is none of that name, or what it imports is not installed.
    """
    points = available(capability)
    if name not in points:
        raise MissingCapability(
            f"There is no {capability} provider '{name}': choose one of {', '.join(sorted(points))}."
        )
    try:
        return points[name].load()
    except ModuleNotFoundError as error:
        raise MissingCapability(
            f"The {capability} provider '{name}' needs {error.name}: "
            f"pip install 'cutroom[{EXTRAS.get(name, 'models')}]'."
        ) from error


def split(choice: str) -> tuple[str, str | None]:
    """Split ``provider/model`` into its two parts; the model may be absent."""
    name, _, model = choice.partition("/")
    return name, model or None
