"""XML that any parser reads."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from cutroom.render.export.edits import one_line


def put(parent: Element, tag: str, text: str | int | None = None, **attributes: str) -> Element:
    """Add an element with text and attributes; both are made fit for XML."""
    element = SubElement(parent, tag, {key: one_line(value) for key, value in attributes.items()})
    if text is not None:
        element.text = one_line(str(text))
    return element


def write_document(root: Element, doctype: str) -> str:
    """Write a document with its declaration."""
    indent(root, " ")
    for text in root.iter("text"):  # here white space would be seen
        text.text = None
        for span in text:
            span.tail = None
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {doctype}>\n{tostring(root, encoding="unicode")}\n'
