"""Text from outside, made fit for a sentence of ours."""

from __future__ import annotations


def one_line(text: str, limit: int | None = None) -> str:
    """Put a text on one line without control characters.

    Args:
        limit: Characters kept.
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:limit]


def well_formed(name: str) -> str:
    """Put a sign where a file's name holds bytes that are no text, so that it can be written as UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
