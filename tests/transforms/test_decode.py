"""Bytes to text: every charset that pages come in, declared, marked, guessed, and wrongly declared."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.decode import _CODECS, NotTextError, codec_of, decode, to_utf8

GERMAN = "Der Kanzler sagte am Freitag in Köln, die Maßnahmen würden für alle gelten – „ohne Ausnahme“. Später äußerte er sich nicht."
RUSSIAN = "Президент заявил в пятницу, что новые меры вступят в силу уже в следующем месяце. Правительство пока молчит."
UKRAINIAN = "Президент заявив у п'ятницю, що нові заходи наберуть чинності вже наступного місяця. Її речник це підтвердив."
JAPANESE = "首相は金曜日の記者会見で、新しい対策を来月から始めると述べた。野党は説明が足りないと批判している。"
CHINESE = "总理星期五在记者会上表示，新的措施将从下个月开始实施。反对党批评说明不够充分，要求政府重新考虑。"
TAIWANESE = "總理星期五在記者會上表示，新的措施將從下個月開始實施。反對黨批評說明不夠充分，要求政府重新考慮。"
KOREAN = "총리는 금요일 기자회견에서 새로운 대책을 다음 달부터 시행한다고 밝혔다. 야당은 설명이 부족하다고 비판했다."
POLISH = "Premier powiedział w piątek, że nowe środki zaczną obowiązywać już w przyszłym miesiącu. Żaden z ministrów nie chciał tego skomentować."
CZECH = "Ministerský předseda v pátek řekl, že nová opatření začnou platit již příští měsíc. Žádný z ministrů to nechtěl komentovat."
TURKISH = "Başbakan cuma günü yaptığı açıklamada yeni önlemlerin önümüzdeki ay yürürlüğe gireceğini söyledi. Muhalefet açıklamayı yetersiz buldu."
GREEK = "Ο πρωθυπουργός δήλωσε την Παρασκευή ότι τα νέα μέτρα θα ισχύσουν από τον επόμενο μήνα."
HEBREW = "ראש הממשלה אמר ביום שישי כי הצעדים החדשים ייכנסו לתוקף בחודש הבא."
ARABIC = "قال رئيس الوزراء يوم الجمعة إن الإجراءات الجديدة ستدخل حيز التنفيذ الشهر المقبل."
THAI = "นายกรัฐมนตรีกล่าวเมื่อวันศุกร์ว่ามาตรการใหม่จะมีผลบังคับใช้ในเดือนหน้า"
LITHUANIAN = (
    "Ministras pirmininkas penktadienį pranešė, kad naujos priemonės įsigalios jau kitą mėnesį."
)

# charset as pages write it, text
CHARSETS = [
    ("windows-1252", GERMAN), ("ISO-8859-1", GERMAN), ("latin1", GERMAN), ("us-ascii", "plain"),
    ("iso-8859-15", GERMAN.replace("–", "-").replace("„", '"').replace("“", '"')),
    ("windows-1251", RUSSIAN), ("koi8-r", RUSSIAN), ("koi8-u", UKRAINIAN), ("ISO-8859-5", RUSSIAN), ("cp866", RUSSIAN),
    ("Shift_JIS", JAPANESE), ("x-sjis", JAPANESE), ("EUC-JP", JAPANESE), ("ISO-2022-JP", JAPANESE),
    ("gb2312", CHINESE), ("GBK", CHINESE), ("gb18030", CHINESE), ("Big5", TAIWANESE),
    ("EUC-KR", KOREAN), ("ks_c_5601-1987", KOREAN),
    ("iso-8859-2", POLISH), ("windows-1250", CZECH), ("iso-8859-9", TURKISH), ("windows-1254", TURKISH),
    ("iso-8859-7", GREEK), ("windows-1253", GREEK), ("windows-1255", HEBREW), ("windows-1256", ARABIC),
    ("windows-874", THAI), ("tis-620", THAI), ("windows-1257", LITHUANIAN), ("utf-8", KOREAN), ("UTF8", GERMAN),
    ("utf-16le", RUSSIAN), ("utf-16be", JAPANESE),
]  # fmt: skip


def encode(text: str, label: str) -> bytes:
    codec = codec_of(label)
    assert codec is not None
    return text.encode(codec)


@pytest.mark.parametrize(("charset", "text"), CHARSETS)
def test_transport_charset(charset: str, text: str) -> None:
    assert decode(encode(text, charset), charset) == text


@pytest.mark.parametrize(("charset", "text"), [c for c in CHARSETS if "utf-16" not in c[0]])
@pytest.mark.parametrize(
    "head",
    [
        '<html><head><meta charset="{}"><title>',
        '<meta http-equiv="Content-Type" content="text/html; charset={}"><title>',
        "<?xml version='1.0' encoding='{}'?><html><title>",
    ],
)
def test_declared_in_the_page(charset: str, text: str, head: str) -> None:
    opening = head.format(charset)
    assert decode(opening.encode() + encode(text, charset), html=True) == opening + text


SPANISH = "La concejala anunció el lunes que la biblioteca abrirá hasta las diez de la noche. El año pasado el niño esperó a la mañana."


def test_of_charsets_that_fit_alike_the_common_one_is_guessed() -> None:
    assert decode(SPANISH.encode("cp1252")) == SPANISH


GUESSED = ["windows-1252", "windows-1251", "koi8-r", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "gb18030", "Big5", "EUC-KR",
           "iso-8859-2", "windows-1250", "iso-8859-9", "windows-1253", "windows-1255", "windows-1256", "windows-874", "utf-8"]  # fmt: skip


@pytest.mark.parametrize("charset", GUESSED)
def test_nobody_says(charset: str) -> None:
    text = dict(CHARSETS)[charset] * 3
    assert decode(encode(text, charset)) == text


MARKS = [
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
]  # fmt: skip


@pytest.mark.parametrize(("mark", "codec"), MARKS)
def test_byte_order_mark_comes_first(mark: bytes, codec: str) -> None:
    assert decode(mark + RUSSIAN.encode(codec), "windows-1252") == RUSSIAN


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(codec: str) -> None:
    assert decode(GERMAN.encode(codec)) == GERMAN


WRONGLY_DECLARED = {
    "utf-8 under latin-1": (RUSSIAN.encode(), "iso-8859-1", RUSSIAN),
    "utf-8 under gbk": (CHINESE.encode(), "gbk", CHINESE),
    "latin-1 under utf-8": (GERMAN.encode("cp1252"), "utf-8", GERMAN),
    "unknown label": (KOREAN.encode("cp949"), "x-made-up", KOREAN),
    "label in quotes": (KOREAN.encode("cp949"), '"euc-kr"', KOREAN),
    "codec that is no charset": (GERMAN.encode("cp1252"), "unicode_escape", GERMAN),
    "empty label": (GERMAN.encode(), "", GERMAN),
}


@pytest.mark.parametrize(
    ("raw", "charset", "text"), WRONGLY_DECLARED.values(), ids=WRONGLY_DECLARED
)
def test_wrongly_declared(raw: bytes, charset: str, text: str) -> None:
    assert decode(raw, charset) == text


def test_a_page_that_calls_itself_utf_16_in_ascii_is_utf_8() -> None:
    raw = b'<meta charset="utf-16">' + "für".encode()
    assert decode(raw, html=True).endswith("für")


def test_the_transport_comes_before_the_page() -> None:
    raw = b'<meta charset="windows-1251">' + GREEK.encode("cp1253")
    assert decode(raw, "windows-1253", html=True).endswith(GREEK)


def test_a_declaration_counts_in_html_only() -> None:
    text = '<meta charset="koi8-r"> ' + "Ωραίος καιρός και ήλιος σήμερα σε όλη τη χώρα. " * 5
    assert decode(text.encode("cp1253")) == text


def test_cut_in_the_middle_of_a_character() -> None:
    raw = (RUSSIAN + "й").encode()[:-1]
    assert decode(raw) == RUSSIAN + "\ufffd"


def test_one_broken_byte_loses_one_character() -> None:
    raw = JAPANESE.encode().replace("首".encode(), b"\xe9\xa6", 1)
    assert decode(raw) == JAPANESE.replace("首", "\ufffd", 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\x03 no text \xff\xfe",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
        b"text with a NUL \x00 in it, as broken exports have it",
    ],
    ids=["bytes", "png", "zip", "one NUL"],
)
def test_no_text(raw: bytes) -> None:
    with pytest.raises(NotTextError, match="NUL"):
        decode(raw)


@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_stray_nuls_in_markup_are_dropped(charset: str) -> None:
    text = f'<!doctype html><meta charset="{charset}"><p>' + "Das Café öffnet um acht Uhr. " * 10
    raw = text.encode(charset)
    assert decode(raw[:100] + b"\0\0" + raw[100:], html=True) == text


def test_a_picture_is_no_markup_for_a_few_nuls() -> None:
    with pytest.raises(NotTextError, match="NUL"):
        decode(b"GIF89a" + bytes(range(1, 256)) * 8 + b"\0", html=True)


def test_nothing_is_the_empty_text() -> None:
    assert decode(b"") == ""


@given(
    st.binary(max_size=200),
    st.sampled_from([None, "utf-8", "gbk", "utf-16", "shift_jis", "iso-2022-jp", "hex", "?"]),
)
def test_any_bytes_are_text_or_said_to_be_none(raw: bytes, charset: str | None) -> None:
    try:
        text = decode(raw, charset, html=True)
    except NotTextError:
        return
    assert len(text) <= len(raw)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\x1b"), max_size=100))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


def test_a_charset_of_nothing_but_ascii_is_known_by_its_label() -> None:
    assert all(b"2022" in label.encode() for label in _CODECS["iso2022_jp"].split())
    raw = "日本".encode("iso2022_jp")
    for label in _CODECS["iso2022_jp"].split():
        page = b"<meta charset=" + label.upper().encode() + b">" + b" " * 70_000 + raw
        assert "日本" in to_utf8(page).decode()
