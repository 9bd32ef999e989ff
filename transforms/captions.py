"""A caption is a text and, often, who took the picture."""

import re

from schemas.records import Caption

_LABEL = (
    r"(?:photos?|photographs?|pictures?|images?|credits?|courtesy|fotos?|bild(?:er)?|quelle|imago"
    r"|foto[- ]?kredit|crédits?|crédito|immagine|fotografía|imagen|фото|照片|写真|사진|صورة|zdj[ęe]cie)"
)
# Each names the credit in the group ``credit``; the first that matches counts.
_CREDITS = (
    re.compile(rf"[(\[]\s*{_LABEL}[^():：]{{0,20}}[:：/]\s*(?P<credit>[^()\[\]]{{2,80}})[)\]]\s*\.?$", re.I),
    re.compile(r"[(\[]\s*(?:©|AP Photo/|REUTERS/|AFP/)\s*(?P<credit>[^()\[\]]{2,80})[)\]]\s*\.?$"),
    re.compile(rf"(?:^|[|•–—\s])\s*{_LABEL}(?:\s+(?:by|credit|von|de|di))?\s*[:：]\s*(?P<credit>[^:：]{{2,80}})$", re.I),
    re.compile(r"(?P<credit>(?:REUTERS|AFP|AP Photo|Getty Images|EPA|dpa)\s*/\s*[^/]{2,60})$"),
    re.compile(r"(?:^|\s)©\s*(?P<credit>[^©]{2,60})$"),
)  # fmt: skip


def read_caption(line: str) -> Caption:
    """The caption in a line: its text without the credit, and the credit.

    A line that is nothing but a credit has an empty text.
    """
    for pattern in _CREDITS:
        if match := pattern.search(line[-300:]):
            at = len(line) - len(line[-300:]) + match.start()
            return Caption(line[:at].rstrip(" |•–—("), match["credit"].strip())
    return Caption(line)
