"""Cleaning: what becomes of each kind of dirt, and that positions find their way back."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import Flag
from schemas.records import OffsetMap
from transforms.normalize import clean

# received, cleaned
CASES = {
    "untouched": ("Storm hits coast", "Storm hits coast"),
    "empty": ("", ""),
    "windows line ends": ("one\r\ntwo\r\n", "one\ntwo\n"),
    "old mac line ends": ("one\rtwo", "one\ntwo"),
    "line separator": ("one\u2028two\u2029three", "one\ntwo\nthree"),
    "next line and form feed": ("one\x85two\x0cthree", "one\ntwo\nthree"),
    "tab": ("one\ttwo", "one two"),
    "no-break spaces": ("10\xa0000\u202fkm", "10 000 km"),
    "ideographic space": ("東京\u3000大阪", "東京 大阪"),
    "soft hyphen": ("Donau\xaddampf", "Donaudampf"),
    "zero-width space": ("a\u200bb", "ab"),
    "byte order mark": ("\ufeffHeadline", "Headline"),
    "direction marks": ("\u202bשלום\u202c", "שלום"),
    "word joiner": ("a\u2060b", "ab"),
    "variation selector": ("\u2600\ufe0f", "\u2600"),
    "bell": ("a\x07b", "ab"),
    "delete": ("a\x7fb", "ab"),
    "null": ("a\x00b", "ab"),
    "zero-width non-joiner stays": ("می\u200cخواهم", "می\u200cخواهم"),
    "zero-width joiner stays": ("👩\u200d🚒", "👩\u200d🚒"),
    "ampersand": ("Marks &amp; Co", "Marks & Co"),
    "decimal reference": ("it&#8217;s", "it’s"),
    "hexadecimal reference": ("caf&#xE9;", "café"),
    "cp1252 reference": ("it&#146;s", "it’s"),
    "named space": ("a&nbsp;b&ensp;c", "a b c"),
    "soft hyphen reference": ("a&shy;b", "ab"),
    "joiner reference": ("a&zwj;b", "a\u200db"),
    "twice escaped, resolved once": ("5 &amp;lt; 6", "5 &lt; 6"),
    "unknown reference stays": ("R&xyzzy; D", "R&xyzzy; D"),
    "not a reference": ("AT&T; and ?a=1&copy=2", "AT&T; and ?a=1&copy=2"),
    "known beginning, unknown whole": ("&notify; &copyright;", "&notify; &copyright;"),
    "null reference": ("a&#0;b", "a\ufffdb"),
    "control reference": ("a&#7;b", "ab"),
    "surrogate reference": ("a&#xD83D;b", "a\ufffdb"),
    "two bytes read as latin-1": ("cafÃ© olÃ©", "café olé"),
    "quotes read as cp1252": ("â€œSoâ€\x9d, he said, itâ€™s", "“So”, he said, it’s"),
    "quotes read as latin-1": ("it\xe2\x80\x99s over", "it’s over"),
    "umlauts read as latin-1": ("FÃ¼r schÃ¶ne GÃ¤rten", "Für schöne Gärten"),
    "no mojibake": ("São Paulo, Ângela, Österreich, Ñandú", "São Paulo, Ângela, Österreich, Ñandú"),
    "half a pair": ("smile \ud83d", "smile \ufffd"),
    "decomposed": ("Cafe\u0301 Mu\u0308ller", "Café Müller"),
    "decomposed hangul": ("\u1112\u1161\u11ab", "한"),
    "composition excluded": ("\u0958", "\u0915\u093c"),
    "emoji": ("ok 👍🏽", "ok 👍🏽"),
}  # fmt: skip


@pytest.mark.parametrize(("received", "cleaned"), CASES.values(), ids=CASES)
def test_clean(received: str, cleaned: str) -> None:
    assert clean(received)[0] == cleaned


FLAGS = {
    "plain": ("plain", ()),
    "mojibake": ("FÃ¼r alle", (Flag.MOJIBAKE_REPAIRED,)),
    "lost": ("threats.\ufffd", (Flag.REPLACEMENT_CHARACTERS,)),
    "both": ("FÃ¼r alle\n\ufffd", (Flag.MOJIBAKE_REPAIRED, Flag.REPLACEMENT_CHARACTERS)),
}


@pytest.mark.parametrize(("received", "flags"), FLAGS.values(), ids=FLAGS)
def test_flags(received: str, flags: tuple[Flag, ...]) -> None:
    assert clean(received)[2] == flags


# received, a piece of the cleaned text, the piece of the received text it stands for
SPANS = {
    "behind an entity": ("a &amp; b storm", "storm", "storm"),
    "an entity itself": ("a &amp; b", "&", "&amp;"),
    "behind dropped characters": ("\u200b\u200bone\u200b two", "two", "two"),
    "behind line ends": ("one\r\ntwo\r\nthree", "three", "three"),
    "inside a repaired line": ("Ã¼ber alles, fÃ¼r immer", "alles", "alles"),
    "a repaired word": ("alles fÃ¼r immer", "für", "fÃ¼r"),
    "behind a repaired line": ("Ã¼ber alles\nnext line", "next", "next"),
    "behind decomposed letters": ("e\u0301e\u0301 end", "end", "end"),
    "behind a letter that grew": ("\u0958\u0958 end", "end", "end"),
    "all at once": ("e\u0301 &amp; \u200bÃ¼ber\r\nend", "end", "end"),
}


@pytest.mark.parametrize(("received", "piece", "stands_for"), SPANS.values(), ids=SPANS)
def test_spans_lead_back(received: str, piece: str, stands_for: str) -> None:
    text, offsets, _ = clean(received)
    start = text.index(piece)
    begin, end = offsets.received(start), offsets.received(start + len(piece))
    assert received[begin:end] == stands_for


DIRT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\r\n\t\xa0\u200b\xad\ufeffÃ¼â€™&#;e\u0301\u0958\ud83d\ufffd"),
    ),
    max_size=60,
) | st.lists(
    st.sampled_from(
        [
            "&amp;",
            "&lt;",
            "&#8217;",
            "FÃ¼r",
            "â€™",
            "e\u0301",
            "\u0958",
            "\r\n",
            "abc",
            " ",
            "\u200b",
            "\x85",
        ]
    ),
    max_size=30,
).map("".join)


@given(DIRT)
def test_positions_rise_and_stay_inside(received: str) -> None:
    text, offsets, _ = clean(received)
    places = [offsets.received(i) for i in range(len(text) + 1)]
    assert places == sorted(places)
    assert not text or places[0] >= 0
    assert places[-1] == len(received) or text == ""
    assert len(offsets.at) == len(offsets.shift)
    assert list(offsets.at) == sorted(set(offsets.at))


@given(DIRT)
def test_what_comes_out_is_clean(received: str) -> None:
    text, _, _ = clean(received)
    assert unicodedata.is_normalized("NFC", text)
    assert not set(text) & set("\r\t\x0b\x0c\x85\xa0\u2028\u2029\u200b\ufeff\xad\x00")
    assert not any(0xD800 <= ord(character) < 0xE000 for character in text)
    text.encode("utf-8")


@given(st.text(st.sampled_from("\r\n\u200b\xad\ufeff ab")))
def test_what_is_invisible_goes_and_what_stays_leads_back(received: str) -> None:
    text, offsets, _ = clean(received)
    assert text == re.sub("\r(?=\n)|[\u200b\xad\ufeff]", "", received).replace("\r", "\n")
    stood = "".join(received[offsets.received(at)] for at in range(len(text)))
    assert stood.replace("\r", "\n") == text


@given(st.text(st.sampled_from("abc deföü.,“”中あ\n"), max_size=80))
def test_clean_text_stays_as_it_is(received: str) -> None:
    text, offsets, flags = clean(received)
    assert (text, offsets, flags) == (received, OffsetMap(), ())


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), max_size=40))
def test_no_visible_character_is_dropped(received: str) -> None:
    """Letters, digits, punctuation and symbols come out as many as went in, if in NFC before."""
    received = unicodedata.normalize("NFC", received.replace("&", ""))
    text, _, flags = clean(received)
    if Flag.MOJIBAKE_REPAIRED not in flags:
        assert text == received
