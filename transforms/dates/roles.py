"""What a date on a page is the date of, by the words beside it."""

import re
from typing import Final

from schemas.kinds import BlockKind, DateRole
from schemas.records import Hints
from transforms.dates import words
from transforms.markup.vocabulary import bits_of

_ROLES: Final = {
    "published": DateRole.PUBLISHED, "updated": DateRole.UPDATED, "photo": DateRole.PHOTO,
    "copyright": DateRole.COPYRIGHT, "comment": DateRole.COMMENT, "birth": DateRole.BIRTH,
    "related": DateRole.RELATED, "event": DateRole.EVENT,
}  # fmt: skip
_BY_WORD: Final = {
    words.lower(word): _ROLES[role] for role, labels in words.LABELS.items() for word in labels
}
# Scripts that part no words (Han, kana, Thai) have no boundary to look for.
_WORD: Final = rf"(?<![a-zà-ÿа-я])({words.guarded(_BY_WORD)})(?![a-zà-ÿа-я])"
_LABEL: Final = re.compile(_WORD)
_NEXT_LABEL: Final = re.compile(r"[ |\-–)(:]{0,3}?" + _WORD)
# "... in Karachi, June 13, 2023. REUTERS/A. Name", "(AP Photo/...)": the credit of a picture.
_CREDIT: Final = re.compile(
    r"[.,;) ]{0,3}[(\[]?(?:reuters|afp|ap|epa|dpa|getty|photo|foto|credit|image|courtesy|pti|xinhua|tass)"
    r"[ :/-]{0,2}(?:photo|images|via|foto|handout|file)?[ :/]"
)
# A line that ends in such a credit is a caption, wherever its date stands.
_CAPTION: Final = re.compile(
    r"(?:\((?:ap|afp|epa|reuters|file|pool|staff|courtesy) (?:photo|file|image)|\breuters/\w|\bap photo\b|/ ?(?:getty|afp|epa|dpa)\b"
    r"|\b(?:photo|foto|picture|image) ?(?:by|via|:|©|/)|\(photo|\(foto)[^.]{0,60}\.?\)?$"
)
# "— A Name (@name) September 27, 2020": an embedded post of somebody else.
_TWEET: Final = re.compile(r"\(@\w{1,20}\)")
# "4 February 2020 • words by …": no caption opens with a day that is set off, lines of credits do.
_PARTED: Final = re.compile(r" ?[•|·]| [-–—] ")
_BEFORE: Final = 48
_AFTER: Final = 28
_SENTENCE: Final = 75  # characters; a shorter line with a credit may be the byline
_EMBEDDED: Final = bits_of({"embed"})
_QUOTED: Final = bits_of({"blockquote"})
_KINDS: Final = {BlockKind.CAPTION: DateRole.PHOTO, BlockKind.TEASER: DateRole.TEASER}


def is_embedded(hints: Hints | None) -> bool:
    """Whether a block stands in a quote that the markup names as embedded: a post of somebody else.
    A page's own films are no quotes, and its own quotes are not named so."""
    return hints is not None and bool(hints.words & _EMBEDDED and hints.around & _QUOTED)


def label_before(low: str, start: int) -> DateRole | None:
    """The role that the nearest label in the 48 characters before ``start`` gives."""
    labels = _LABEL.findall(low, max(0, start - _BEFORE), start)
    return _BY_WORD[labels[-1]] if labels else None


def _bare_label(line: str) -> DateRole | None:
    """The role of a line that ends in a label: "Published on:", "Datum der Veröffentlichung"."""
    labels = list(_LABEL.finditer(line))
    ends = labels and len(line.rstrip(" :–-")) - labels[-1].end() <= 4
    return _BY_WORD[labels[-1][1]] if ends else None


def label_after(low: str, end: int) -> DateRole | None:
    """The role of a label that follows at once: "14:05 更新", "2 days ago - updated"."""
    if _CREDIT.match(low, end):
        return DateRole.PHOTO
    hit = _NEXT_LABEL.match(low, end, min(len(low), end + _AFTER))
    if hit is None:
        return None
    # "05.04.2025 - updated: 06.04.2025": the label is the next date's.
    ahead = low[hit.end() : hit.end() + 8]
    return None if ":" in ahead or any(c.isdigit() for c in ahead) else _BY_WORD[hit[1]]


def role_of(low: str, start: int, end: int, kind: BlockKind | None, before: str) -> DateRole:
    """The role of the date at ``[start, end)`` of the line ``low``.

    ``before`` is the line above, which counts if it is a bare label ("Published on:").
    """
    role = label_before(low, start)
    if _TWEET.search(low, max(0, start - 40), start):
        return DateRole.COMMENT
    if role is None and start <= 3 and len(before) <= 32:
        role = _bare_label(before)
    if role is None or role is DateRole.EVENT:
        role = label_after(low, end) or role
    caption = len(low) >= _SENTENCE and role in (None, DateRole.EVENT)
    if caption and _CAPTION.search(low, len(low) - _SENTENCE):
        return DateRole.PHOTO
    if kind in _KINDS and role in (None, DateRole.EVENT, DateRole.RELATED):
        dated = kind is BlockKind.CAPTION and start == 0 and _PARTED.match(low, end)
        return DateRole.UNKNOWN if dated else _KINDS[kind]
    if role is not None:
        return role
    return DateRole.EVENT if kind is BlockKind.BODY and len(low) > _BEFORE * 3 else DateRole.UNKNOWN
