"""Lines out of chunks."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from pipeline.connectors.lines import Line, read_lines


def _chunks(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size
    yield data[at:]


_texts = st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\r\n", b"", b"0123456789"])).map(b"".join)


@given(data=_texts, sizes=st.lists(st.integers(0, 9)), start=st.integers(0, 99))
def test_lines_do_not_hang_on_how_the_data_is_cut(
    data: bytes, sizes: list[int], start: int
) -> None:
    lines = list(read_lines(_chunks(data, sizes), limit=1000, start=start))
    parts = data.split(b"\n")
    assert [line.content for line in lines] == (parts[:-1] if not parts[-1] else parts)
    for line in lines:
        at = line.start - start
        assert data[at : at + line.length] == line.content
        assert line.whole == (data[at + line.length : at + line.length + 1] == b"\n")


@given(data=_texts, sizes=st.lists(st.integers(0, 9)), limit=st.integers(1, 12))
def test_a_limit_cuts_the_content_and_keeps_the_length(
    data: bytes, sizes: list[int], limit: int
) -> None:
    free = list(read_lines(_chunks(data, sizes), limit=1000))
    bound = list(read_lines(_chunks(data, sizes), limit=limit))
    assert bound == [Line(ln.start, ln.content[:limit], ln.length, ln.whole) for ln in free]
