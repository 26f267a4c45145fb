"""``python -m cutroom``."""

from __future__ import annotations

from cutroom.cli.main import main

if __name__ == "__main__":
    main()
