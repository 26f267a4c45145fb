"""Write migrations from what the models have more than the database: ``python -m cutroom.migrations.draft "message"``.

What it writes is a draft: read it, and add what moves the rows. Without a message it writes the first revisions anew,
which it may for as long as none of them has been released.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.script import Script, ScriptDirectory
from sqlalchemy import create_engine

from cutroom.core.schema import configuration

#: The first revisions: what they lay, and the folders whose tables these are.
FIRST = {
    "The engine": ("jobs",),
    "People": ("accounts",),
    "Assets": ("library",),
    "Findings and clips": ("analysis", "edit", "render"),
    "Ingest": ("ingest",),
}


def draft(message: str, folders: Sequence[str] = ()) -> Path:
    """Write the next revision into the source tree.

    Args:
        message: What it does, in a few words.
        folders: Those whose tables it is about; all when empty.

    Returns:
        The file.
    """
    config = configuration()
    config.attributes["folders"] = folders
    config.set_section_option("post_write_hooks", "hooks", "fix,format")
    for name, options in {"fix": "check --fix-only --quiet", "format": "format --quiet"}.items():
        config.set_section_option("post_write_hooks", f"{name}.type", "module")
        config.set_section_option("post_write_hooks", f"{name}.module", "ruff")
        config.set_section_option("post_write_hooks", f"{name}.options", f"{options} REVISION_SCRIPT_FILENAME")
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with create_engine("sqlite://").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        made = command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
    if not isinstance(made, Script):
        raise TypeError(f"one revision was asked for, and there are several: {made}")
    path = Path(made.path)
    path.write_text(re.sub(r" *# ### .* ###\n", "", path.read_text()))
    return path


def draft_first() -> list[Path]:
    """Write the first revisions anew; those that follow stay as they are."""
    revisions = sorted((Path(__file__).parent / "versions").glob("[0-9]*.py"))
    later = {path: path.read_text() for path in revisions if int(path.name[:4]) > len(FIRST)}
    for path in revisions:
        path.unlink()
    try:
        return [draft(message, folders) for message, folders in FIRST.items()]
    finally:
        for path, text in later.items():
            path.write_text(text)


if __name__ == "__main__":
    for written in [draft(sys.argv[1])] if sys.argv[1:] else draft_first():
        sys.stdout.write(f"{written}\n")
