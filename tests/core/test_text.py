from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cutroom.core.text import one_line


def test_what_moves_a_cursor_is_taken_out() -> None:
    assert one_line(" a\x1b[31m\r\n\tb\u2028c\u202ed ") == "a [31m b c d"
    assert one_line("Grüße, 世界", 5) == "Grüße"


@given(st.text())
def test_any_text_becomes_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert line == line.strip()
    assert one_line(line) == line
