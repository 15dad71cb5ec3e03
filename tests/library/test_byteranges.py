"""The Range header: a table of what RFC 9110 says, and the property that a part is always a part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.serving.byteranges import ByteRange, UnsatisfiableRange, parse_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", ByteRange(0, 999)),
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=500-999", ByteRange(500, 999)),
        ("bytes=500-5000", ByteRange(500, 999)),
        ("bytes=999-", ByteRange(999, 999)),
        ("bytes=-1", ByteRange(999, 999)),
        ("bytes=-5000", ByteRange(0, 999)),
        ("Bytes = 10 - 20", ByteRange(10, 20)),
    ],
)
def test_a_part_of_a_thousand_bytes(header, part):
    assert parse_range(header, 1000) == part


@pytest.mark.parametrize(
    "header",
    [
        None, "", "bytes", "bytes=", "bytes=-", "bytes=20-10", "bytes=a-b", "bytes=0-1,5-9", "bytes=0-,0-,0-", "items=0-5",
        "bytes=--5", "bytes=+1-2", "bytes=0x1-2", "bytes=1.5-2", "bytes=٣-٤", "0-5", "bytes=" + "9" * 5000 + "-",
    ],
)  # fmt: skip
def test_the_whole_file_answers_what_is_no_single_range(header):
    assert parse_range(header, 1000) is None


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=1000-", 1000), ("bytes=5000-6000", 1000), ("bytes=-0", 1000), ("bytes=0-", 0), ("bytes=-5", 0)],
)
def test_a_range_without_a_byte_is_refused(header, size):
    with pytest.raises(UnsatisfiableRange):
        parse_range(header, size)


headers = st.one_of(
    st.text(max_size=40),
    st.builds("bytes={}-{}".format, *[st.one_of(st.just(""), st.integers(0, 3_000).map(str))] * 2),
)


@given(headers, st.integers(0, 2_000))
def test_a_part_lies_inside_the_file_and_says_so(header, size):
    try:
        part = parse_range(header, size)
    except UnsatisfiableRange:
        return
    if part is not None:
        assert 0 <= part.first <= part.last < size
        assert part.length == len(range(size)[part.first : part.last + 1])
        assert part.content_range(size) == f"bytes {part.first}-{part.last}/{size}"
