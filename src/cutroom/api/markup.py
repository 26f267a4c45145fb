"""HTML that is built as a tree and never pasted together: whatever a text holds, it stays text."""

from __future__ import annotations

import base64
import hashlib
from xml.etree.ElementTree import Element, tostring


def tag(name: str, /, *inside: Element | str | None, **attributes: str | None) -> Element:
    """Make an element.

    Args:
        inside: Elements and text in order; what is ``None`` is left out.
        attributes: ``class_`` and ``for_`` lose their stroke, others turn it into a hyphen; ``None`` leaves one out.
    """
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    element = Element(name, named)
    for each in inside:
        if isinstance(each, Element):
            element.append(each)
        elif each is not None and len(element):
            element[-1].tail = (element[-1].tail or "") + each
        elif each is not None:
            element.text = (element.text or "") + each
    return element


def write_page(root: Element) -> str:
    """Write a whole page."""
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html")


def source_hash(text: str) -> str:
    """Name a style sheet or a program of ours in a content security policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
