"""Datelines: the place, rarely the date, and the agency before the first sentence.

``ISLAMABAD: Pakistan seeks …``, ``HANOI, Vietnam (AP) — U.S. Defense …``, ``Hamburg (dpa/lno) – …``,
``МОСКВА, 20 августа. /ТАСС/. …``, ``【東京共同】…``, ``(서울=연합뉴스) …``.
"""

import re
from dataclasses import dataclass

from transforms.agencies import agency_named, credit_list

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


_DASH = r"(?:—|–|―|‒|--?|=|＝)"
_BRACKET = re.compile(
    rf"^(?P<head>[^()\n\[\]]{{0,70}}?)[\s,.]*[(\[](?P<agency>[^()\[\]]{{2,40}})[)\]]\s*(?P<sep>[.,:]?\s*{_DASH}+|:|[.])?\s*"
)
_SLASH = re.compile(rf"^(?P<head>[^/\n]{{2,60}}?)[\s,.]*/(?P<agency>[^/\n]{{2,30}}?)(?:/|\s*{_DASH}|:)[\s.]*(?:{_DASH}\s*)?")
_OPEN = re.compile(rf"^(?P<head>[^\n:]{{2,70}}?)\s*(?:[.,]?\s*(?P<dash>{_DASH}+)\s*|(?P<colon>:)\s+)")
_AFTER_BRACKET = re.compile(rf"^(?P<head>[^()\n:]{{2,50}}?)[.,]?\s*{_DASH}+\s*")
_CJK_BRACKET = re.compile(
    r"^[【\[［（(〔](?P<inside>[^】\]］）)〕]{2,40})[】\]］）)〕]\s*(?:[^\s=]{2,8}\s?(?:기자|특파원)\s*=\s*)?"
)
_CHINESE_WIRE = re.compile(
    r"^[（(]?(?P<agency>新华社|新華社|中新社|中新网|中央社|法新社|路透社|美联社|美聯社|共同社|塔斯社|韩联社)"
    r"(?:记者|記者)?(?P<place>[^\d，。,（(\s]{0,12}?)(?P<when>(?:\d{1,2}月)?\d{1,2}日)(?P<tail>电|電|讯|訊)"
    r"[）)]?(?:[（(][^）)]{2,30}[）)])?\s*"
)
# Words in capitals that open a line and are no place.
_LABELS = frozenset(
    """WATCH UPDATE UPDATED EXCLUSIVE BREAKING OPINION ANALYSIS REVIEW COMMENT EDITORIAL NOTE NB
    CORRECTION CLARIFICATION PHOTOS VIDEO LIVE READ WARNING SPOILER RELATED MORE DEVELOPING FACTBOX
    EXPLAINER INTERVIEW FEATURE SPORT SPORTS NEWS BRIEF BRIEFS POLL QUIZ PODCAST LISTEN Q A BY FROM
    TO UPDATES TIP TIPS FAQ TLDR TL DR IMAGE PICTURE SOURCE PHOTO CREDIT INTRO SUMMARY ACHTUNG
    EXKLUSIV EILMELDUNG KOMMENTAR ANALYSE HINWEIS INFO MEHR VIDEO FOTOS FOTO WICHTIG UPDATE LESEN
    DIRECT VIDÉO ENTRETIEN ENQUÊTE REPORTAGE TRIBUNE ÚLTIMA HORA EXCLUSIVA OPINIÓN ANÁLISIS LEA
    ESCLUSIVA DIRETTA LEGGI ÚLTIMA EXCLUSIVO VEJA LEIA ВАЖНО СРОЧНО ВИДЕО ФОТО МНЕНИЕ СЮЖЕТ ESSAY
    THE AND OR FOR WHAT WHO WHEN WHERE WHY HOW STEP DAY PART CHAPTER PROS CONS MYTH FACT TITLE
    AUTHOR GENRE DATE TIME PRICE RATING DIRECTOR CAST PLOT COVID SPECIAL REPORT LATEST TOP
    ADVERTISEMENT SPONSORED PARTNER PROMO DISCLAIMER DISCLOSURE PS PPS""".split()
)
_PARTICLES = frozenset(
    """de la le les del der den des di da do dos das du el al am an auf im in of on sur the upon y e und and
    a. d. i. ob bei bad st. van voor sous lès près na nad pod pri u и на""".split()
)
_MONTH_WORD = re.compile(r"\d")
_CAPS_HEAD = re.compile(r"^(?:[^\W\d_a-zß-öø-ÿ][^\W\d_a-z]*[\s.'’/&,-]*)+$")


def read_dateline(line: str) -> Dateline | None:
    """The dateline that ``line`` begins with, or None.

    Places must be written as datelines write them: in capitals, or with an agency beside them, or
    before an en or em dash as names of a place are written. A label ("UPDATE:", "WATCH —"), a
    speaker's name and a clause are none.
    """
    head = line[:_REACH].lstrip("*•· ")
    offset = len(line[:_REACH]) - len(head)
    found = _chinese(head) or _cjk(head) or _bracketed(head) or _slashed(head) or _plain(head)
    if found is None:
        return None
    return Dateline(found.place, found.agency, found.end + offset, found.when)


def _chinese(head: str) -> Dateline | None:
    if not (match := _CHINESE_WIRE.match(head)):
        return None
    place = re.sub(r"^.*(?:记者|記者)\S{2,3}", "", match["place"]) or None
    return Dateline(place, agency_named(match["agency"]), match.end(), match["when"])


def _cjk(head: str) -> Dateline | None:
    if not (match := _CJK_BRACKET.match(head)):
        return None
    inside = match["inside"]
    parts = [part for part in re.split(r"[\s=＝、・/,]+", inside) if part]
    agency = next((name for part in parts if (name := agency_named(part))), None)
    if agency is None and not inside.isascii():
        # "東京共同": place and agency written together.
        for cut in range(len(inside) - 1, 0, -1):
            if agency := agency_named(inside[cut:]):
                parts = [inside[:cut]]
                break
    if agency is None:
        return None
    if inside.isascii() and match.group()[0] in "[(":
        return None  # "(Reuters)" and the like: the bracket rule knows better
    rest = [part for part in parts if not agency_named(part)]
    place = next((part for part in rest if not _MONTH_WORD.search(part)), None)
    when = next((part for part in rest if _MONTH_WORD.search(part)), None)
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
    if place is None and when is None and match["head"].strip():
        return None
    if place is None and not match["sep"]:
        return Dateline(None, agency, match.end()) if not match["head"] else None
    if place is not None and not match["sep"] and not match["head"].isupper() and " " in place:
        return None  # "Agence Something (AFP) said …" runs on
    end = match.end()
    if place is None and (after := _AFTER_BRACKET.match(head[end:])):
        place, when, good = _place(after["head"])  # "(ANSA) - ROMA, 20 AGO - …"
        if good and place and (place.isupper() or when):
            return Dateline(place, agency, end + after.end(), when)
        place = when = None
    return Dateline(place, agency, end, when)


def _slashed(head: str) -> Dateline | None:
    if "/" not in head or not (match := _SLASH.match(head)):
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
    if end >= len(head) or before.upper().strip(" .") in _LABELS:
        return None
    # "МОСКВА, 20 авг — РИА Новости. Президент …", "القاهرة - رويترز: قال …"
    after = re.match(rf"(?P<agency>[^.:,–—\n]{{2,30}}?)\s*(?:[.:]|{_DASH}+)\s+", head[end:])
    agency = credit_list(after["agency"], in_dateline=True) if after else None
    segments = before.rsplit(",", 1)
    if agency is None and len(segments) == 2 and (agency := agency_named(segments[1], in_dateline=True)):
        before, after = segments[0], None  # "New Delhi, PTI: …"
    place, when, good = _place(before)
    if not good or place is None:
        return None
    if agency is not None:
        return Dateline(place, agency, end + (after.end() if after else 0), when)
    following = head[end : end + 1]
    if not (following.isupper() or following in "\"'“„«‘¿¡[(" or following.isdigit() or not following.isascii()):
        return None
    main = re.split(r"[,/]", place)[0].strip()
    if not _CAPS_HEAD.match(main) or len(main) < 3 or main in _LABELS:
        return None
    if any(word in _LABELS for word in main.split()):
        return None
    return Dateline(place, None, end, when)


def _place(head: str) -> tuple[str | None, str | None, bool]:
    """Place, date, and whether ``head`` could be a dateline's at all."""
    head = head.strip(" ,.:-–—")
    if not head:
        return None, None, True
    places, dates = [], []
    for segment in re.split(r"\s*,\s*|\.\s+(?=\d)", head):
        segment = segment.strip()
        if not segment:
            continue
        if _MONTH_WORD.search(segment):
            words = segment.split()
            # "ROMA 20 AGO" has the date behind the place without a comma.
            cut = next(i for i, word in enumerate(words) if _MONTH_WORD.search(word))
            if cut and not words[cut - 1].rstrip(".").isalpha():
                return None, None, False
            month_first = cut and len(words) == cut + 1 and cut == 1
            if cut > 1 or (cut == 1 and not month_first):
                keep = cut if len(words) > cut + 1 else cut - 1
                places.append(" ".join(words[:keep]))
                words = words[keep:]
            if len(words) > 4:
                return None, None, False
            dates.append(" ".join(words))
        else:
            places.append(segment)
    place = ", ".join(part for part in places if part) or None
    if place is None:
        return None, ", ".join(dates) or None, bool(dates)
    good = len(place.split()) <= 7 and all(
        word[0].isupper() or word.lower() in _PARTICLES or not _cased(word)
        for word in re.split(r"[\s/]+", place)
        if word
    )
    good = good and place[0].isalpha() and agency_named(place) is None
    return (place if good else None), ", ".join(dates) or None, good


def _cased(word: str) -> bool:
    return word.upper() != word.lower()
