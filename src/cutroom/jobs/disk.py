"""Whether there is room to work."""

from __future__ import annotations

import shutil

from cutroom.core.settings import Settings


def lack_of_room(settings: Settings) -> str | None:
    """Say why no work that writes should start now; ``None`` when there is room."""
    folder = settings.data_dir.absolute()
    usage = shutil.disk_usage(next(above for above in (folder, *folder.parents) if above.exists()))
    share = usage.free / usage.total
    if share >= settings.free_space:
        return None
    return (
        f"The disk that holds {settings.data_dir} has {share:.1%} free, and new work starts at "
        f"{settings.free_space:.0%}: free some space."
    )
