"""Datelines: the place, rarely the date, and the agency before the first sentence.

``ISLAMABAD: Pakistan seeks …``, ``HANOI, Vietnam (AP) — U.S. Defense …``, ``Hamburg (dpa/lno) – …``,
``МОСКВА, 20 августа. /ТАСС/. …``, ``【東京共同】…``, ``(서울=연합뉴스) …``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from transforms.agencies import agency_named, credit_list, may_name
from transforms.letters import SMALL
from transforms.lexicon import word_lists

_REACH = 140  # a dateline ends within so many characters


@dataclass(frozen=True, slots=True)
class Dateline:
    """What stands before the first sentence. ``end`` is where the sentence begins in the line.

    ``when`` is the date as it is written.
    """

    place: str | None
    agency: str | None
    end: int
    when: str | None = None


# A hyphen with letters on both sides joins two words ("In-App: …").
_DASH = r"(?:—|–|―|‒|--|(?<![^\W_])-|-(?![^\W_])|=|＝)"
_BRACKET = re.compile(
    rf"^(?P<head>[^()\n\[\]]{{0,70}}?)[\s,]*[(\[](?P<agency>[^()\[\]]{{2,40}})[)\]]\s*(?P<sep>[.,:]?\s*{_DASH}+|:|[.])?\s*"
)
_SLASH = re.compile(
    rf"^(?P<head>[^/\n]{{2,60}}?)[\s,.]*/(?P<agency>[^/\n]{{2,30}}?)(?:/|\s*{_DASH}|:)[\s.]*(?:{_DASH}\s*)?"
)
_OPEN = re.compile(rf"^(?P<head>[^\n:]{{2,70}}?)\s*(?:(?P<dash>{_DASH}+)\s*|(?P<colon>:)\s+)")
_PLACE = 70  # characters of a place and its date
_GAP = ", \t\xa0"
_BRACKETS = re.compile(r"[(\[)\]]")
_ENDS = re.compile("[—–―‒=＝:-]")  # what stands behind the head of the plain form
# A bracket, a slash, or a colon or dash; a hyphen amid a word is none.
_BESIDE_AGENCY = re.compile(r"[(\[/:=＝—–―‒-](?:(?<!-)|(?<![^\W_]-)|(?![^\W_]))")
_AGENCY_AFTER = re.compile(rf"(?P<agency>[^.:,–—\n]{{2,30}}?)\s*(?:[.:]|{_DASH}+)\s+")
_PARTS = re.compile(r"[\s/]+")
_AFTER_BRACKET = re.compile(rf"^(?P<head>[^()\n:]{{2,50}}?)[.,]?\s*{_DASH}+\s*")
_CJK_BRACKET = re.compile(
    r"^[【\[［（(〔](?P<inside>[^】\]］）)〕]{2,40})[】\]］）)〕]\s*(?:[^\s=]{2,8}\s?(?:기자|특파원)\s*=\s*)?"
)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CHINESE_WIRE = re.compile(
    r"^[（(]?(?P<agency>新华社|新華社|中新社|中新网|中央社|法新社|路透社|美联社|美聯社|共同社|塔斯社|韩联社)"
    r"(?P<reporter>记者|記者)?(?P<place>[^\d，。,（(\s]{0,12}?)(?P<when>(?:\d{1,2}月)?\d{1,2}日)(?P<tail>电|電|讯|訊)"
    r"[）)]?(?:[（(][^）)]{2,30}[）)])?\s*"
)
_LAST_SEGMENT = re.compile(r"[,.]\s+(?P<segment>(?:(?![,.]\s)[^,]){2,30})$")
_DIGIT = re.compile(r"\d")
_PLACE_WORDS = 7
# The date at the end of a dateline's head: "May 3", "Aug. 20, 2025", "gegužės 3 d." behind a comma,
# or "20 août 2023", "20. August" with the day first.
_WHEN = re.compile(
    r"(?:,\s*(?P<month_first>[^\W\d_]{3,12}\.?\s+\d{1,2}(?:,?\s+\d{4})?(?:\s+[^\W\d_]\.?)?)"
    r"|(?:^|[\s,.]+)(?P<day_first>\d{1,2}[.ºer]{0,2}\s+(?:de\s+)?[^\W\d_]{3,12}\.?(?:\s+(?:de\s+)?\d{4})?))$"
)
# "HAYWARD, Calif.", "WASHINGTON, D.C.": this full stop belongs to the place.
_ABBREVIATED = re.compile(r",\s*(?:[A-Z]\.){1,3}$|,\s*[A-Z][a-z]{1,4}\.$|\sSt\.$")
# Each word begins with a capital; parted, so that no letter could belong to two words.
# An ß has no capital that newsrooms use ("GIEßEN").
_CAPS_WORD = rf"[^\W\d_{SMALL}](?:[^\W\d_{SMALL}]|ß)*"
_CAPS_HEAD = re.compile(rf"^{_CAPS_WORD}(?:[\s.'’/&,-]+{_CAPS_WORD})*[\s.'’/&,-]*$")
# The end of what is asked, and all that follows a colon in one pair of quotation marks.
_ASKED = ("?", "？", "؟", "?”", "? »", "?»", '?"')
_QUOTED = re.compile(r":\s*(?:“[^“”]*”|«[^«»]*»|„[^„“”]*[“”]|\"[^\"]*\")[.!]?$")


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(word_lists("datelines", table))


def read_dateline(line: str) -> Dateline | None:
    """The dateline that ``line`` begins with, or None.

    Places must be written as datelines write them: in capitals, or with an agency beside them, or
    before an en or em dash as names of a place are written. A label ("UPDATE:", "WATCH —"), a
    speaker's name and a clause are none.
    """
    start = line[:_REACH]
    head = start.lstrip("*•· ")
    # What none of the forms is without is looked for first: most lines have no dateline.
    found = None if head.isascii() else _chinese(head) or _cjk(head)
    if found is None and _near(head, _BRACKETS):
        found = _bracketed(head)
    if found is None and "/" in head:
        found = _slashed(head)
    if found is None and _may_be_place(head) and _near(head, _ENDS, 2):
        found = _plain(head)
        if found and not (found.agency or found.when) and _is_speech(head, found.end, line):
            return None
    if found is None:
        return None
    return Dateline(found.place, found.agency, found.end + len(start) - len(head), found.when)


def may_be_filed(lines: Iterable[str]) -> bool:
    """Whether the dateline of one of ``lines`` may have an agency: a quick look at all together.

    A sign stands before an agency or behind it. Chinese, Japanese and Korean part no words, so there
    any text may.
    """
    starts = [line[:_REACH] for line in lines]
    signed = "\n".join([start for start in starts if _BESIDE_AGENCY.search(start)])
    return may_name(signed) or any(not s.isascii() and _CJK.search(s) for s in starts)


def _near(head: str, sign: re.Pattern[str], after: int = 0) -> bool:
    """Whether the first ``sign`` stands where a place of 70 letters could end before it."""
    found = sign.search(head, after)
    return found is not None and not head[_PLACE : found.start()].strip(_GAP)


def _may_be_place(head: str) -> bool:
    """Whether the first words could be those of a place: a quick look.

    It ends at the first word that is not of letters alone, for such is what parts a place from its
    date, its agency and the sentence; ``_place`` refuses each small word before that. Where letters
    have no capitals it looks at two words only.
    """
    words = head.lstrip(" ,:-–—").split(None, _PLACE_WORDS)[:_PLACE_WORDS]
    for number, word in enumerate(words):
        if not word.isalpha():
            break
        if word.islower() and word not in _words("particles") and (number < 2 or _cased(word)):
            return False
    return True


def _chinese(head: str) -> Dateline | None:
    if not (match := _CHINESE_WIRE.match(head)):
        return None
    # "記者張三台北": where the name ends and the place begins cannot be told.
    place = None if match["reporter"] else match["place"] or None
    return Dateline(place, agency_named(match["agency"]), match.end(), match["when"])


def _cjk(head: str) -> Dateline | None:
    if not (match := _CJK_BRACKET.match(head)) or not _CJK.search(match["inside"]):
        return None
    if ":" in match["inside"] or "：" in match["inside"]:
        return None  # "(写真：共同)"
    inside = match["inside"]
    parts = [part for part in re.split(r"[\s=＝、・/,]+", inside) if part]
    agency = next((name for part in parts if (name := agency_named(part))), None)
    if agency is None:
        # "東京共同": place and agency written together.
        for cut in range(len(inside) - 1, 0, -1):
            if agency := agency_named(inside[cut:]):
                parts = [inside[:cut]]
                break
    if agency is None:
        return None
    rest = [part for part in parts if not agency_named(part)]
    place = next((part for part in rest if not _DIGIT.search(part)), None)
    when = next((part for part in rest if _DIGIT.search(part)), None)
    return Dateline(place, agency, match.end(), when)


def _bracketed(head: str) -> Dateline | None:
    if not (match := _BRACKET.match(head)):
        return None
    agency = credit_list(match["agency"], in_dateline=True)
    if agency is None:
        return None
    place, when, good = _place(match["head"])
    if not good:
        return None
    if place is None and not match["sep"]:
        return Dateline(None, agency, match.end()) if not match["head"] else None
    if place is not None and not (match["sep"] or when or place.isupper()) and " " in place:
        return None  # "Agence Something (AFP) said …" runs on
    end = match.end()
    if place is None and (after := _AFTER_BRACKET.match(head[end:])):
        place, when, good = _place(after["head"])  # "(ANSA) - ROMA, 20 AGO - …"
        if good and place and (place.isupper() or when):
            return Dateline(place, agency, end + after.end(), when)
        place = when = None
    return Dateline(place, agency, end, when)


def _slashed(head: str) -> Dateline | None:
    if not (match := _SLASH.match(head)):
        return None
    agency = credit_list(match["agency"], in_dateline=True)
    place, when, good = _place(match["head"])
    if agency is None or not good or place is None or ":" in match["head"]:
        return None
    return Dateline(place, agency, match.end(), when)


def _plain(head: str) -> Dateline | None:
    if not (match := _OPEN.match(head)):
        return None
    before, end = match["head"], match.end()
    if end >= len(head) or before.lower().strip(" .") in _words("labels"):
        return None
    # As Moscow and Cairo write it: place, dash, agency, full stop or colon.
    after = _AGENCY_AFTER.match(head[end:])
    agency = credit_list(after["agency"], in_dateline=True) if after else None
    if agency is None and (last := _LAST_SEGMENT.search(before)):
        agency = agency_named(last["segment"], in_dateline=True)  # "New Delhi, PTI: …"
        if agency is not None:
            before, after = before[: last.start()], None
    place, when, good = _place(before)
    if not good or place is None:
        return None
    if agency is not None:
        return Dateline(place, agency, end + (after.end() if after else 0), when)
    following = head[end : end + 1]
    if not (
        following.isupper()
        or following in "\"'“„«‘¿¡[("
        or following.isdigit()
        or not following.isascii()
    ):
        return None
    main = re.split(r"[,/]", place)[0].strip()
    if len(main) < 3 or not _CAPS_HEAD.match(main):
        return None
    if not _words("labels").isdisjoint(main.lower().split()):
        return None
    return Dateline(place, None, end, when)


def _is_speech(head: str, end: int, line: str) -> bool:
    """Whether a colon ends a speaker's name or a label rather than a place.

    Where no capitals tell a place, any word may be a label. In capitals "JANE ROE: Why?" and "JANE
    ROE: « … »" are a talk: the copy of a dispatch does not end in a question or is one quotation.
    """
    name, colon, _ = head[:end].rpartition(":")
    if not colon:
        return False
    said = line.strip()
    return not any(map(_cased, name)) or said.endswith(_ASKED) or _QUOTED.search(said) is not None


def _place(head: str) -> tuple[str | None, str | None, bool]:
    """Place and date of ``head``, and whether it could be a dateline's at all."""
    head = head.strip(" ,:-–—")
    when = None
    if match := _WHEN.search(head):
        head, when = head[: match.start()], match["month_first"] or match["day_first"]
    head = head.strip(" ,")
    if not _ABBREVIATED.search(head):
        head = head.rstrip(" .")
    if not head:
        return None, when, True
    words = _PARTS.split(head)
    good = (
        head[0].isalpha()
        and not any(map(str.isdigit, head))
        and len(words) <= _PLACE_WORDS
        and all(
            word[:1].isupper() or word.lower() in _words("particles") or not _cased(word)
            for word in words
        )
        and agency_named(head) is None
    )
    return (head if good else None), when, good


def _cased(word: str) -> bool:
    return word.title() != word.lower()
