"""The description of the API: complete enough that a client is generated from it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from cutroom.core.problems import MEDIA_TYPE, Problem, problems

#: Where the routes of the first version begin.
V1 = "/api/v1"

TAGS = [
    {"name": "accounts", "description": "The first start, joining, signing in and out, one's own account, tokens."},
    {"name": "people", "description": "Users, groups and invitations; most of it for administrators."},
    {"name": "settings", "description": "What administrators set while the instance runs."},
    {"name": "audit", "description": "What was done and by whom, and whether that record is whole."},
    {"name": "quotas", "description": "What everybody may bring a week, and what of it is used."},
    {"name": "sign-in", "description": "Second factors, passkeys, and accounts at an identity provider."},
    {"name": "assets", "description": "Recordings, and the files made of them."},
    {"name": "uploads", "description": "Recordings on their way here: resumable (tus 1.0), or straight to storage."},
    {"name": "library", "description": "Categories, tags and collections, the trash, earlier sources, quality."},
    {"name": "sharing", "description": "Who sees a recording, and links for people without an account."},
    {"name": "views", "description": "What was watched, to the second, and where one left off."},
    {"name": "search", "description": "Titles and everything said, to the second."},
    {"name": "imports", "description": "Recordings brought in from links, each with a run that tells how it stands."},
    {"name": "subscriptions", "description": "Channels, lists, feeds and folders that are looked at again and again."},
    {"name": "recipes", "description": "What can be made, with which parameters."},
    {"name": "runs", "description": "Recipes at work: start, watch, cancel, try again."},
    {"name": "results", "description": "Candidates, clips, transcripts and chapters."},
    {"name": "edits", "description": "Clips in the making: one document, its versions, its frames and its files."},
    {"name": "brands", "description": "Brand kits: logo, colours, letters, intro and outro that clips share."},
    {"name": "webhooks", "description": "Programs elsewhere that are told what happens here."},
    {"name": "engine", "description": "Workers, queues and schedules; for administrators."},
    {"name": "health", "description": "Whether the instance works, for people and for machines."},
]
_REF = {"$ref": "#/components/schemas/Problem"}


def operation_id(route: APIRoute) -> str:
    """Name an operation as its function is: ``start_run``."""
    return route.name


def describe(app: FastAPI) -> dict[str, Any]:
    """Give the description, with what every route of a kind may answer."""
    schema = FastAPI.openapi(app)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            _declare(path, operation)
    components = schema["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    components["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["Wrong"] = components["Problem"].pop("$defs")["Wrong"]
    return schema


def _declare(path: str, operation: dict[str, Any]) -> None:
    """Write down the refusals that follow from what an operation is, and give each its media type."""
    responses: dict[str, Any] = operation["responses"]
    statuses = {429, 503} if path.startswith(V1) else set()
    if operation.get("security"):
        statuses |= {401, 403}
    if "requestBody" in operation:
        statuses |= {400, 413, 422}
    if operation.get("parameters"):
        statuses.add(422)
    for status, declared in problems(*statuses).items():
        responses.setdefault(str(status), {"description": declared["description"]})
    for status, response in responses.items():
        if int(status) >= 400 and "x-plain" not in response:
            response["content"] = {MEDIA_TYPE: {"schema": _REF}}
    operation["responses"] = dict(sorted(responses.items()))
