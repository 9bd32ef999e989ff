"""What a date on a page is the date of, by the words beside it."""

import re
from typing import Final

from schemas.kinds import BlockKind, DateRole
from transforms.dates import words

_ROLES: Final = {
    "published": DateRole.PUBLISHED, "updated": DateRole.UPDATED, "photo": DateRole.PHOTO,
    "copyright": DateRole.COPYRIGHT, "comment": DateRole.COMMENT, "birth": DateRole.BIRTH,
    "related": DateRole.RELATED, "event": DateRole.EVENT,
}  # fmt: skip
_BY_WORD: Final = {
    words.lower(word): _ROLES[role] for role, labels in words.LABELS.items() for word in labels
}
# Scripts that part no words (Han, kana, Thai) have no boundary to look for.
_LABEL: Final = re.compile(rf"(?<![a-zà-ÿа-я])({words.trie(_BY_WORD)})(?![a-zà-ÿа-я])")
_BEFORE: Final = 48
_AFTER: Final = 14
_KINDS: Final = {BlockKind.CAPTION: DateRole.PHOTO, BlockKind.TEASER: DateRole.TEASER}


def label_before(low: str, start: int) -> DateRole | None:
    """The role that the nearest label in the 48 characters before ``start`` gives."""
    labels = _LABEL.findall(low, max(0, start - _BEFORE), start)
    return _BY_WORD[labels[-1]] if labels else None


def label_after(low: str, end: int) -> DateRole | None:
    """The role of a label that follows at once: "14:05 更新", "2 days ago - updated"."""
    hit = _LABEL.search(low, end, min(len(low), end + _AFTER))
    if hit and hit.start() - end <= 3 and not low[end : hit.start()].strip(" |-–)(:"):
        return _BY_WORD[hit[1]]
    return None


def role_of(low: str, start: int, end: int, kind: BlockKind | None, before: str) -> DateRole:
    """The role of the date at ``[start, end)`` of the line ``low``.

    ``before`` is the line above, which counts if it is a bare label ("Published on:").
    """
    role = label_before(low, start)
    if role is None and len(before) <= 32:
        role = label_before(before, len(before)) if start <= 3 else None
    if role is None or role is DateRole.EVENT:
        role = label_after(low, end) or role
    if kind in _KINDS and role not in (DateRole.PUBLISHED, DateRole.UPDATED):
        return _KINDS[kind]
    if role is not None:
        return role
    return DateRole.EVENT if kind is BlockKind.BODY and len(low) > _BEFORE * 3 else DateRole.UNKNOWN
