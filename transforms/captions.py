"""A caption is a text and, often, who took the picture."""

import re

from schemas.records import Caption

_LABEL = (
    r"(?:photos?|photographs?|pictures?|images?|credits?|courtesy|fotos?|bild(?:er|rechte|quelle)?|fotoquelle|quelle|imago"
    r"|foto[- ]?kredit|crédits?|crédito|immagine|fotografía|imagen|фото|照片|写真|사진|صورة|zdj[ęe]cie)"
)
_PICTURE_DESKS = (
    "REUTERS|Reuters|AFP|AP|PA|EPA|dpa|DPA|ANP|NTB|TT|EFE|ANSA|LUSA|Xinhua|Keystone|KEYSTONE|Belga|BELGA"
    "|Ritzau|Lehtikuva|CTK|ČTK|PAP|MTI|TASS|ТАСС|Sputnik|Yonhap|Kyodo|Anadolu|AAP|Getty Images|Getty"
    "|IMAGO|imago|Shutterstock|Alamy|WireImage|Bloomberg"
)
_DESKS = tuple(_PICTURE_DESKS.split("|"))
# How what stands before a credit and its colon may end, in small letters.
_LABEL_ENDS = (
    "photo", "photos", "photograph", "photographs", "picture", "pictures", "image", "images", "credit", "credits",
    "courtesy", "foto", "fotos", "bild", "bilder", "bildrechte", "quelle", "imago", "kredit", "crédit", "crédits",
    "crédito", "immagine", "fotografía", "imagen", "фото", "照片", "写真", "사진", "صورة", "zdjęcie", "zdjecie",
    "by", "von", "de", "di",
)  # fmt: skip
_LONGEST_LABEL = max(map(len, _LABEL_ENDS))
_GLUED = tuple(
    f"{label}{s}" for label in ("Photo", "Image", "Picture", "Credit") for s in ("", "s")
)


def _bracketed(end: str) -> bool:
    return "(" in end or "[" in end


def _labelled(end: str) -> bool:
    """Whether the word before the last colon may end a label."""
    label = end[: max(end.rfind(":"), end.rfind("："), 0)].rstrip()
    return label[-_LONGEST_LABEL:].lower().endswith(_LABEL_ENDS)


def _glued(end: str) -> bool:
    return end[: end.rfind(":")].endswith(_GLUED)


def _of_desk(end: str) -> bool:
    return end.rstrip(".)").endswith(_DESKS)


def _signs(end: str) -> int:
    """Which signs of a credit stand there, a bit each: looked for once for all patterns."""
    return (":" in end or "：" in end) | ("/" in end) << 1 | ("©" in end) << 2


# Each pattern names the credit in the group ``credit``; the first that matches counts. No line
# matches that has none of the signs before it, or that fails the quick look.
_CREDITS = (
    (_signs(":/"), _bracketed, re.compile(rf"[(\[]\s*{_LABEL}[^():：]{{0,20}}[:：/]\s*(?P<credit>[^()\[\]]{{2,80}})[)\]]\s*\.?$", re.I)),
    (_signs("©/"), _bracketed, re.compile(r"[(\[]\s*(?:©|AP Photo/|REUTERS/|AFP/)\s*(?P<credit>[^()\[\]]{2,80})[)\]]\s*\.?$")),
    (_signs(":"), _labelled, re.compile(rf"(?:^|[|•–—\s])\s*{_LABEL}(?:\s+(?:by|credit|von|de|di))?\s*[:：]\s*(?P<credit>[^:：]{{2,80}})$", re.I)),
    (_signs("/"), bool, re.compile(r"(?P<credit>(?:REUTERS|AFP|AP Photo|Getty Images|EPA|dpa)\s*/\s*[^/]{2,60})$")),
    (_signs("©"), bool, re.compile(r"(?:^|\s)©\s*(?P<credit>[^©]{2,60})$")),
    (_signs(":"), _glued, re.compile(r"(?<=[a-z.”\"'])(?:Photo|Image|Picture|Credit)s?:\s*(?P<credit>[^:]{2,60})$")),
    (_signs("/"), _of_desk, re.compile(rf"(?:^|[\s(])(?P<credit>[^/.():]{{2,40}}?\s*/\s*(?:{_PICTURE_DESKS}))\)?\.?$")),
)  # fmt: skip
_END = 100  # characters at the end of a line without a sign among which it has no credit
_REACH = 300  # characters at the end of a line that may hold a credit
_LONGEST = 400


def is_credited(line: str) -> bool:
    """Whether ``line`` ends in the credit of a picture, as captions do and paragraphs do not."""
    if len(line) > _LONGEST or not _signs(line[-_END:]):
        return False
    return _credit(line[-_REACH:]) is not None


def read_caption(line: str) -> Caption:
    """The caption in a line: its text without the credit, and the credit.

    A line that is nothing but a credit has an empty text.
    """
    end = line[-_REACH:]
    if match := _credit(end):
        at = len(line) - len(end) + match.start()
        return Caption(line[:at].rstrip(" |•–—("), match["credit"].strip())
    return Caption(line)


def _credit(end: str) -> re.Match[str] | None:
    """The credit in the end of a line."""
    there = _signs(end)
    for signs, may_match, pattern in _CREDITS if there else ():
        if there & signs and may_match(end) and (match := pattern.search(end)):
            return match
    return None
