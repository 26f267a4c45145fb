"""What an answer says when it is not what was asked for (RFC 9457)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"
#: Statuses of protocols that we speak and the standard does not know.
_OTHERS = {460: "Checksum Mismatch"}


class Wrong(BaseModel):
    """A part of a request that cannot be used."""

    where: str = Field(description="Such as `body.params.count`.", examples=["body.name"])
    message: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """Why a request did not do what it asked for (RFC 9457)."""

    model_config = ConfigDict(
        extra="allow",  # what a program needs to go on; the kind says what it is
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:cutroom:problem:not-found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no run 0199f1a2-6c3e-7cc1-8d2b-0c5a5a2f9b11: list those that there are.",
                    "instance": "urn:uuid:5b1f5e0e-70e3-4d4a-9f3a-6f0e5a8f8f1c",
                    "errors": [],
                }
            ]
        },
    )

    type: str = Field(description="Names the kind; the same for ever.")
    title: str = Field(description="The kind, for a person.")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="One sentence: what was wrong, and what to do.")
    instance: str = Field(description="Names this request in the server's log.")
    errors: list[Wrong] = Field(default_factory=list, description="Every part that was wrong, where there are parts.")


def phrase_of(status: int) -> str:
    """Give the short name of a status."""
    return _OTHERS[status] if status in _OTHERS else HTTPStatus(status).phrase


def problem_type(name: str) -> str:
    """Name a kind of problem after the class of its error."""
    return "urn:cutroom:problem:" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare what else a route may answer, for its ``responses``."""
    return {status: {"model": Problem, "description": phrase_of(status)} for status in statuses}
