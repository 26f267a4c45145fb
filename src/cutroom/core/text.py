"""Text from outside, made fit for a sentence of ours."""

from __future__ import annotations


def one_line(text: str, limit: int | None = None) -> str:
    """Put a text on one line without control characters.

    Args:
        limit: Characters kept.
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:limit]
