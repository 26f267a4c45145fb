from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.pipelines.names import MAX_BYTES, clip_name, slug


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why the sky isn’t green?", "why-the-sky-isnt-green"),
        ("../../etc/passwd", "etc-passwd"),
        ("100 % of 3.5 GB", "100-of-3-5-gb"),
        ("为什么天空是蓝色的", "为什么天空是蓝色的"),
        ("नमस्ते दुनिया", "नमस्ते-दुनिया"),
        ("…!?", "clip"),
        ("CON", "con"),
    ],
)
def test_a_title_becomes_a_readable_name(title: str, name: str) -> None:
    assert slug(title) == name


@given(st.text(max_size=400))
def test_no_title_can_leave_its_folder_or_be_too_long(title: str) -> None:
    name = slug(title)
    assert 1 <= len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('/\\\0\n\r:*?"<>|.% ')
    assert not name.startswith("-")


def test_clips_sort_by_rank() -> None:
    assert clip_name(3, "Tides") == "03-tides"
