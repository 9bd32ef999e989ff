"""Bytes to text: which charset a page is in, and what to do when nobody says.

Labels are those of the WHATWG Encoding standard (section 4.2), which browsers follow and pages
rely on; Python's own names differ, and some of its codecs (``unicode_escape``, ``utf-7``) must
never run on a stranger's bytes.
"""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from transforms.utf8 import is_utf8

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKS = tuple(bom for bom, _ in _BOMS)
# Python's codec -> the labels that pages use for it. What pages call Latin-1 is cp1252 in truth.
_CODECS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16-le": "utf-16 utf-16le unicode ucs-2 iso-10646-ucs-2 csunicode unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 latin1 latin-1 l1 ascii us-ascii ansi_x3.4-1968 cp819 ibm819",
    "cp1250": "windows-1250 cp1250 x-cp1250",
    "cp1251": "windows-1251 cp1251 x-cp1251 win-1251",
    "cp1253": "windows-1253 cp1253 x-cp1253",
    "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 latin5 latin-5 l5",
    "cp1255": "windows-1255 cp1255 x-cp1255",
    "cp1256": "windows-1256 cp1256 x-cp1256",
    "cp1257": "windows-1257 cp1257 x-cp1257",
    "cp1258": "windows-1258 cp1258 x-cp1258",
    "cp874": "windows-874 dos-874 tis-620 iso-8859-11 iso8859-11",
    "iso8859-2": "iso-8859-2 iso8859-2 iso88592 iso_8859-2 latin2 latin-2 l2",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3 l3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4 l4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic asmo-708",
    "iso8859-7": "iso-8859-7 iso8859-7 greek greek8 sun_eu_greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i iso-8859-8-e hebrew visual logical",
    "iso8859-10": "iso-8859-10 iso8859-10 latin6 l6",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-14": "iso-8859-14 iso8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 iso_8859-15 latin9 latin-9 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "koi8-r koi8_r koi8 koi",
    "koi8-u": "koi8-u koi8-ru",
    "cp866": "ibm866 cp866 866",
    "mac-roman": "macintosh mac x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "gb18030 gbk x-gbk gb2312 gb_2312-80 chinese csgb2312 iso-ir-58 euc-cn cp936",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950",
    "euc_jis_2004": "euc-jp x-euc-jp cseucpkdfmtjapanese eucjp",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "cp949": "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 cp949 uhc cseuckr",
}  # fmt: skip
_LABELS = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}
# All labels of the charset whose bytes are all ASCII have this in common.
_SHIFTING = b"2022"
# Charsets that nobody declares any more are no guess: they fit by chance.
_GUESSES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "iso8859-2",
    "koi8-r", "gb18030", "big5hkscs", "euc_jis_2004", "cp932", "cp949",
]  # fmt: skip
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})|"""
    rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_GUESS_FROM = 64 * 1024
# How odd a text may look under a guessed charset (charset_normalizer's share; it says 0.2, at
# which Polish in ISO 8859-2 fits no charset at all).
_MESS = 0.4
# Text in UTF-8 that lost a byte here and there: so many sound characters for each broken one.
_SOUND_FOR_BROKEN = 20
# UTF-16 without a mark: so large a share of the bytes at odd (or even) places is NUL.
_NUL_SHARE = 0.3
# Markup with so few NUL bytes lost them on the way, by a broken template or a cut cell of a database.
_STRAY_NULS = 0.01
_MARKUP = re.compile(rb"\s*+<[!?a-zA-Z]")


class NotTextError(ValueError):
    """The bytes are no text in any charset."""


def codec_of(label: str) -> str | None:
    """Python's codec for a charset label as pages and headers write it; None for an unknown one."""
    return _LABELS.get(label.strip().strip("\"';").lower())


def decode(raw: bytes, charset: str | None = None, *, html: bool = False) -> str:
    """The text of ``raw``: by byte order mark, as UTF-8, as declared, with some loss, by a guess.

    Bytes beyond ASCII that are sound UTF-8 are UTF-8, whatever is declared: no other charset
    forms them by chance. ``charset`` is the transport's, which comes before the page's own; with
    ``html`` a ``<meta charset>`` or XML declaration in the first 4 KB counts. A declaration that
    is unknown or does not fit the bytes is passed over.

    Raises:
        NotTextError: NUL bytes outside UTF-16 (a few in the markup of a page are dropped, as
            browsers do), or no charset fits.
    """
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return raw[len(bom) :].decode(name, "replace")
    declared = list(_declared(raw, charset, html=html))
    if b"\0" in raw:
        if not (html and _has_stray_nuls(raw)):
            return _decode_wide(raw, declared)
        raw = raw.replace(b"\0", b"")
    if b"\x1b$" in raw[:_GUESS_FROM] or "iso2022_jp" in declared:
        declared = ["iso2022_jp", *declared]  # its bytes are all ASCII: UTF-8 would fit
    else:
        declared = ["utf-8", *declared]
    for name in declared:
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    for name in declared:
        if text := _with_some_loss(raw, name):
            return text
    guessed = _guess(raw[:_GUESS_FROM])
    if guessed is None:
        raise NotTextError("no character set fits its bytes; convert it to UTF-8")
    return raw.decode(guessed, "replace")


def to_utf8(page: str | bytes, charset: str | None = None) -> bytes:
    """A page of HTML in UTF-8, by the rules of ``decode``: as it came where that is what it is in.
    Of half a surrogate pair nothing is left.

    Raises:
        NotTextError: as ``decode`` does.
    """
    if isinstance(page, str):
        return page.encode("utf-8", "ignore")
    marked = page.startswith(_MARKS) or b"\0" in page
    # One byte is found ten times as fast as two.
    escapes = page.find(b"\x1b", 0, _GUESS_FROM) >= 0
    shifts = escapes and page.find(b"\x1b$", 0, _GUESS_FROM) >= 0
    may_shift = bool(charset) or page.find(_SHIFTING, 0, _DECLARED_WITHIN) >= 0
    other = marked or shifts
    if may_shift and not other:
        other = "iso2022_jp" in _declared(page, charset, html=True)
    if not other and is_utf8(page):
        return page
    return decode(page, charset, html=True).encode("utf-8", "ignore")


def _guess(sample: bytes) -> str | None:
    """The charset that makes the best text; of equals the one that the web has more of."""
    found = from_bytes(sample, cp_isolation=_GUESSES, threshold=_MESS)
    best = found.best()
    if best is None:
        return None
    # In Spanish "ñ" is all that tells windows-1252 from windows-1250, where it is "ń": a tie.
    ties = {m.encoding for m in found if (m.chaos, m.coherence) == (best.chaos, best.coherence)}
    order = [name for name in _GUESSES if name.replace("-", "_") in ties]
    return order[0] if order else best.encoding


def _declared(raw: bytes, charset: str | None, *, html: bool) -> Iterator[str]:
    """The codecs that the transport and the page name, in that order."""
    if charset and (name := codec_of(charset)):
        yield name
    if html and (said := _DECLARED.search(raw[:_DECLARED_WITHIN])):
        name = codec_of((said.group(1) or said.group(2)).decode("ascii"))
        if name:
            # A declaration that can be read byte by byte is not written in UTF-16.
            yield "utf-8" if name.startswith("utf-16") else name


def _decode_wide(raw: bytes, declared: list[str]) -> str:
    """UTF-16 without a byte order mark, told by where its NUL bytes stand."""
    sample = raw[:_GUESS_FROM]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    wide = [name for name in declared if name.startswith("utf-16")]
    if odd >= _NUL_SHARE * half and even == 0:
        wide.insert(0, "utf-16-le")
    elif even >= _NUL_SHARE * half and odd == 0:
        wide.insert(0, "utf-16-be")
    for name in wide:
        text = raw.decode(name, "replace")
        if "\0" not in text:
            return text
    raise NotTextError("it holds NUL bytes, so it is no text page; is it a picture or an archive?")


def _has_stray_nuls(raw: bytes) -> bool:
    """Whether these are the bytes of markup with a NUL here and there, and no binary file."""
    return raw.count(0) <= _STRAY_NULS * len(raw) and _MARKUP.match(raw) is not None


def _with_some_loss(raw: bytes, name: str) -> str | None:
    """The text where few characters are broken, as when a crawler cut a page at a size limit."""
    text = raw.decode(name, "replace")
    broken = text.count("\ufffd")
    sound = sum(character > "\x7f" for character in text) - broken
    return text if sound >= _SOUND_FOR_BROKEN * broken or (broken == 1 and sound) else None
