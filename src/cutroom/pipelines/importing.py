"""The recipes that bring recordings in; what needs them starts them, people do not."""

from __future__ import annotations

from uuid import uuid4

from cutroom.core.settings import get_settings
from cutroom.ingest.imports import stages
from cutroom.ingest.imports.imports import FROM_FILE, FROM_LINK
from cutroom.ingest.imports.params import CheckParams, FileParams, LinkParams
from cutroom.ingest.imports.stages import Imported
from cutroom.ingest.links.fetching import LinkInfo
from cutroom.ingest.subscriptions.looking import CHECK
from cutroom.ingest.subscriptions.stages import Looked, record_found
from cutroom.jobs.recipes import recipe


@recipe(FROM_LINK, "Import from a link", LinkParams, on_asset=False)
def import_from_link(params: LinkParams) -> Imported:
    """Bring in what a link leads to."""
    fresh = str(params.import_id)
    info = stages.look_at_link(params.url, params.sites, fresh)
    allowed = stages.begin_import(params.import_id, info, get_settings().max_duration_s)
    fetched = stages.download_link(params.url, params.sites, info, allowed, fresh)
    return stages.record_import(params.import_id, allowed, fetched)


@recipe(FROM_FILE, "Import from a folder", FileParams, on_asset=False)
def import_from_file(params: FileParams) -> Imported:
    """Bring in a file of a watched folder."""
    said = LinkInfo(size_bytes=params.size_bytes)
    allowed = stages.begin_import(params.import_id, said, get_settings().max_duration_s)
    fetched = stages.bring_file(params.path, allowed, str(params.import_id))
    return stages.record_import(params.import_id, allowed, fetched)


@recipe(CHECK, "Look at a subscription", CheckParams, on_asset=False)
def check_subscription(params: CheckParams) -> Looked:
    """See what is new at a channel, a list or a feed."""
    info = stages.look_at_link(params.url, params.sites, uuid4().hex)
    return record_found(params.subscription_id, info)


RECIPES = (import_from_link, import_from_file, check_subscription)
