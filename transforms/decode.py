"""Bytes to text: which charset a page is in, and what to do when nobody says."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encodings that pages call Latin-1 are cp1252 in truth (WHATWG Encoding, section 4.2).
_WHATWG = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252",
           "us-ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
           "iso-8859-9": "cp1254", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
           "shift_jis": "cp932", "x-sjis": "cp932", "big5": "big5hkscs"}
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})|"""
                       rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,40})""", re.IGNORECASE)
_GUESS_FROM = 64 * 1024


class NotTextError(ValueError):
    """The bytes are no text in any charset."""


def decode(raw: bytes, charset: str | None = None, *, html: bool = False) -> str:
    """The text of ``raw``, by byte order mark, transport charset, declaration, UTF-8, a guess.

    A declared charset that does not decode the bytes is passed over. With ``html`` a
    ``<meta charset>`` or XML declaration in the first 4 KB counts.

    Raises:
        NotTextError: NUL bytes, or no charset fits.
    """
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return raw[len(bom):].decode(name, "replace")
    if b"\0" in raw:
        raise NotTextError("it holds NUL bytes, so it is no text page; is it a picture or an archive?")
    names = [charset, "utf-8"]
    if html and (said := _DECLARED.search(raw[:4096])):
        names.insert(1, (said.group(1) or said.group(2)).decode("ascii"))
    for name in filter(None, names):
        try:
            return raw.decode(_WHATWG.get(name.lower(), name))
        except (LookupError, UnicodeDecodeError):
            continue
    best = from_bytes(raw[:_GUESS_FROM]).best()
    if best is None:
        raise NotTextError("no character set fits its bytes; convert it to UTF-8")
    return raw.decode(best.encoding, "replace")
