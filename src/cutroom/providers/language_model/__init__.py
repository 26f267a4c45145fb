"""Ask a language model for an answer of a known shape.

What a model reads may have been written by anybody, and what it says is checked like any other input: it never becomes
a path, an address, a number of the recording or an instruction.

Four small clients over our own HTTP client, and not a framework: the one that was weighed brings 26 packages and 2.1 s
of import for a single kind of call, and retries, limits and hidden keys stand in :mod:`cutroom.core.http` already.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

from pydantic import BaseModel

from cutroom.core.errors import ProviderFailed

Shape = TypeVar("Shape", bound=BaseModel)


class AnswerUnusable(ProviderFailed):
    """The model answered, and not in the shape that was asked for, even when told what was wrong."""


class AnswerCut(AnswerUnusable):
    """The answer reached its limit of length, so that its end is missing."""


class AnswerRefused(ProviderFailed):
    """The model, or a filter before it, would not answer."""


class LanguageModel(Protocol):
    """A model that follows instructions.

    Attributes:
        name: Provider and model, such as ``ollama/llama3.2``; only the provider until a model was chosen.
    """

    @property
    def name(self) -> str: ...

    def answer(self, instructions: str, data: str, schema: type[Shape]) -> Shape:
        """Answer in a given shape.

        Args:
            instructions: Ours. Never holds a word that came from a recording or a user.
            data: What the instructions are about; fenced, and cut after 48,000 characters.
            schema: The shape, of plain fields, lists and nested models.

        Raises:
            AnswerUnusable: If two answers do not have the shape.
            AnswerRefused: If the model will not answer.
            RequestRefused: If the server refuses the request, the key or the model.
            RequestUnanswered: If it cannot be reached or stays busy.
        """
        ...
