"""Dates as people write them: what stands in a text, not yet what it means.

``find_written`` returns the places where a text spells a date, with the numbers it spells. Order
of day and month, century, zone and role are decided later, with the page in view
(``transforms.dates.resolve``). Everything here works on ``words.lower(text)``, whose positions
are those of the text.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from transforms.dates import calendars, words
from transforms.dates.numbers import AFTER_DAY, AFTER_YEAR, MONTH_TAILS, Number, numbers_of
from transforms.dates.spots import BEGINS, ENDS


class Written(NamedTuple):
    """A date as written at ``[start, end)``: its numbers, each only where it is spelled out.

    ``year`` has two digits where it is ``short``. Where ``free`` is set, ``month`` and ``day`` are
    the first and the second number of a form such as ``05/04/2025`` and could change places.
    ``name`` is the month's name if it was a word. ``weekday`` is a word that is one in some
    language, perhaps not in the page's ("die", "per"). ``offset`` is minutes east.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    short: bool = False
    free: bool = False
    separator: str = ""
    name: str | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    weekday: str | None = None
    offset: int | None = None
    zone: str | None = None
    era: str | None = None


_MONTH: Final = words.guarded(words.MONTHS)
_WEEKDAY: Final = words.guarded(words.WEEKDAYS)
_LETTER: Final = r"[^\W\d_]"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|ère|º|ª|°|\.º|:?e|:a|η|ης|ού|-?го|-?е|-?ти|-?ви)?"
_OF: Final = r"(?:de |d['’]|of |di |del |do |den |dnia |the |da |ta['’] |năm |tahun |mwezi )?"
_GAP: Final = r"[ ,.·|/\-–—]{0,3}"
# No digit may follow a year, but those of the next date: WordPress prints the day of publication
# and the day of change without anything between ("3. April 20226. April 2022").
_YEAR_END: Final = r"(?!:\d|\d(?!\d?[./]))"
_YEAR: Final = rf"(?:(\d{{4}})|['’](\d\d)){_YEAR_END}"
# Weekdays by one letter, "(木)", "(목)", "（四）", and the words that they stand for.
_INITIALS: Final = {w[0]: w for w in words.WEEKDAYS if w[1:] in ("曜日", "요일")} | {
    w[1]: w for w in words.WEEKDAYS if w[0] == "周" and w[1:] in tuple("一二三四五六")
}
_BRACKETED: Final = (
    rf" ?[(（](?:[週周]|星期|禮拜)?(?P<initial>[{''.join(_INITIALS)}])(?:曜日?|요일)?[)）]"
)
# 6/5(木), 6/5 16:30配信: only what stands behind tells it from a fraction.
_SLASHED: Final = re.compile(
    rf"(?<![\d./:-])(\d{{1,2}})/(\d{{1,2}})(?={_BRACKETED}"
    r"| \d{1,2}:\d\d ?(?:配信|更新|公開|掲載|发布|發布))"
)

# What tells that two digits behind "12 Mar" are a year: a time, or a sign that parts it from the rest.
_YEAR_ALONE: Final = r"(?: à |,? (?:at |um |kl\.? )?\d{1,2}[:.h]\d\d| ?[|·•)]| [–—-] \D)"

# 6 April 2025, 6. April, 06-Apr-2025, 6 de abril de 2025, 03.Mär.19, 17 مارس/ آذار 2020
_DAY_MONTH: Final = re.compile(
    rf"(?<!\d)(?<!\d:)(\d{{1,2}}){_ORDINAL}(?:\.? ?[–-] ?\d{{1,2}}\.?)?{_GAP}{_OF}({_MONTH})(?!{_LETTER})"
    rf"(?:\. ?| ?/ ?(?:{_MONTH})(?!{_LETTER}))?"
    rf"(?:{_GAP}{_OF}(?:{_YEAR}|(?:(?<=[./-])|(?<= )(?=\d\d{_YEAR_ALONE}))(\d\d)(?![\d:.])"
    r"|(?<= )(\d\d)(?= *(?:\n|$))))?"
)
# April 6, 2025; Apr. 6th 2025; April 2025; આગસ્ટ ૨૯, ૨૦૨૦
_MONTH_DAY: Final = re.compile(
    rf"(?<!{_LETTER})({_MONTH})(?!{_LETTER})\.?{_GAP}{_OF}(?:"
    rf"(\d{{1,2}}){_ORDINAL}(?![\d:]|[.,]\d)(?: ?[–-] ?\d{{1,2}}(?![\d:]))?(?:{_GAP}{_OF}{_YEAR})?"
    rf"|(\d{{4}}){_YEAR_END})"
)
# 2020. augusztus 18., 2020 m. spalio 26 d., 2020-Apr-06
_YEAR_MONTH_DAY: Final = re.compile(
    rf"(?<!\d)(\d{{4}})[. ,/-]{{1,3}}(?:m\. |оны )?({_MONTH})(?!{_LETTER})\.?[ .,/-]{{0,2}}"
    r"(\d{1,2})(?![\d:])"
)
# 2020. gada 5. maijs, 2020 жылғы 5 мамыр
_YEAR_DAY_MONTH: Final = re.compile(
    rf"(?<!\d)(\d{{4}})[. ]{{1,2}}(?:gada|жылғы|г\.) (\d{{1,2}})\.? ({_MONTH})(?!{_LETTER})"
)
# 2025-04-06, 2025/4/6, 2025年4月6日, 2025년 4월 6일, 2020. 08. 18., 2023 11/ 17
_YMD: Final = re.compile(
    r"(?<![\d.,/-])(\d{4})(?: ?[年년] ?|(?: ?([/•–-]) ?|(\. ?)| (?=\d\d/)))(\d{1,2})"
    r"(?: ?[月월] ?|(?(2) ?\2 ?|(?(3)\.[ ]?|/ ?)))(\d{1,2})(?!\d)(?: ?[日일號号])?"
)
_YM: Final = re.compile(r"(?<!\d)(\d{4}) ?[年년] ?(\d{1,2}) ?[月월](?! ?\d)")
_MD: Final = re.compile(r"(?<![\d年년])(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일號号]")
# 令和7年4月6日, 民國114年4月6日
_ERA: Final = re.compile(
    r"(令和|平成|昭和|民國|民国|佛曆|พ\.?ศ\.?) ?(\d{1,4}|元)年? ?(?:(\d{1,2})月 ?(\d{1,2})日)?"
)
# 06.04.2025, 6/4/25, 12/19 — 2025, 25. 4. 2023, ١ / ١٢ / ٢٠٢٠
_XXY: Final = re.compile(
    r"(?<![\d.,/])(?<!\d[:-])(\d{1,2})(?: ?([./|-]) ?)(\d{1,2})(?: ?\2 ?| [—–-] )"
    r"(?:(\d{4})(?![%€$£]|[./-]\d|:\d|\d(?!\d?[./]))|(\d\d)(?![\d%:€$£]|[./-]\d))"
)
# ngày 5 tháng 3 năm 2020
_VIETNAMESE: Final = re.compile(r"(?<!\d)(\d{1,2}) tháng (\d{1,2})(?:,? (?:năm )?(\d{4}))?(?!\d)")

# ۱۷ فروردین ۱۴۰۴, 11 شوال 1441
_OTHER_CALENDAR: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}) ?({words.trie(calendars.MONTHS)})(?!{_LETTER}),? ?(?:ماه )?(\d{{4}})(?!\d)"
)

_AMPM: Final = rf"([ap]\.? ?m\b\.?|(?:{words.guarded(words.HALVES)})\.?(?!\w))"
# Before the time stand words of other letters only: "am 5" is German.
_HALF_BEFORE: Final = words.guarded(w for w in words.HALVES if len(w) > 1 and not w.isascii())
_ZONE: Final = (
    r"(?:\(?((?:utc|gmt)? ?[+\u2212-] ?\d{1,2}(?::?\d\d)?(?!\d)|(?:"
    + words.trie([*words.ZONES, *words.CIVIL_ZONES])
    + r")(?!\w))\)?)"
)
_AT: Final = (
    r"(?:at|um|à|a las|a la|a les|ás|alle ore|alle|às|as|kl\.?|klo\.?|kell|plkst\.?|om|(?:o )?godz\.?|o|в|о|у"
    r"|saat|saa|ore|ora|la|pukul|jam|lúc|u|στις|ώρα|ob|v|at around|الساعة|ساعت|בשעה|เวลา|,)"
)
# What a date may end in after its digits: the word "year" or "day", the point of an ordinal. Behind
# such a point only words that begin no sentence: "on 5 June 2025. At 10:30 the ship sank".
_TAIL: Final = (
    r"(?: ?(?:год[ау]?|г|року|рік|р|години|година|ж|жылы|d)(?![^\W_])\.?"
    r"|(?<=\d)\.(?= ?(?:,|\d|[uу] \d|오|上|下|午)))?"
)
_TIME_AFTER: Final = re.compile(
    rf"(?:t|{_TAIL}(?:{_BRACKETED})?"
    rf"[ ,|·•\-–—@(;:]{{0,4}}(?:(?:{_WEEKDAY})(?!{_LETTER})[ ,.)|\-–]{{0,3}})?"
    rf"(?:(?P<at>{_AT})[ :]{{0,2}})?)(?:(?P<pre>{_HALF_BEFORE})\.?)? ?"
    rf"(?P<h>\d{{1,2}})(?: ?[:h時时시点點ч] ?(?P<m>\d\d)(?!\d)[分분]?(?:[: ]?(?P<s>\d\d)(?:[.,]\d+)?(?!\d|[:h]))?"
    rf"|(?P<dot>\.)(?P<dm>\d\d)(?![\d.])|(?=(?: ?uhr| ?[ap]\.?m\b|h\b| ?[時时시])))"
    rf"(?:[h時时시])?(?: ?(?P<suffix>{_AMPM}|uhr|hrs?\b|h\b|น\.))?(?: ?{_ZONE})?"
)
_TIME_BEFORE: Final = re.compile(
    rf"(?:{_ZONE} ?)?(?P<h>\d{{1,2}})[:h](?P<m>\d\d)(?::(?P<s>\d\d))?(?: ?{_AMPM}| ?uhr)?(?: ?{_ZONE})?"
    rf"[ ,|·•\-–—(]{{0,4}}(?:(?:{_WEEKDAY})[ ,.]{{0,3}})?(?:(?:on|le|den|el|am|del|dne|de)[ ]|)$"
)
# What a text ends in that ends with a weekday and perhaps an article: a look that saves a search.
_WEEKDAY_ENDS: Final = frozenset(word[-2:] for word in words.WEEKDAYS)
_ARTICLES: Final = ("the", "le", "den", "el", "de", "dia", "di", "il")
_WEEKDAY_BEFORE: Final = re.compile(
    rf"(?<!{_LETTER})({_WEEKDAY})[ ,.·|()\-–]{{0,3}}(?:(?:{'|'.join(_ARTICLES)}) )?$"
)
_WEEKDAY_AFTER: Final = re.compile(rf"[ ,.·|(\-–]{{1,3}}({_WEEKDAY})(?!{_LETTER})")
# A short one behind a date is an abbreviation: no other word may follow it ("5 juin, son avocat").
_SHORT_WEEKDAY: Final = 3
_INITIAL_AFTER: Final = re.compile(_BRACKETED)
_ABBREVIATED: Final = re.compile(r" ?(?:[^\w\s]|\d|$)")

# A page without any of these holds no date: the first pass that saves the second.
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _year(four: str | None, two: str | None) -> tuple[int | None, bool]:
    """A year of four or of two digits, and whether it is of two."""
    return _number(four or two), not four and bool(two)


def _letters_before(low: str, end: int) -> str:
    """The run of letters that ends at ``end``."""
    start = end
    while start and low[start - 1].isalpha():
        start -= 1
    return low[start:end]


# Two digits at the end of a line are a year, but not where a line of prose was broken ("The rain
# that fell ... on 12 March 23").
_TWO_AT_END: Final = re.compile(r",? \d\d *(?:\n|$)")
_PROSE: Final = 40

_MONTH_BEFORE: Final = re.compile(rf"(?<!{_LETTER})({_MONTH})(?!{_LETTER})\.?{_GAP}{_OF}$")
# A page that lost the space between two elements: "By Jane RoeNovember 11, 2024". Only whole names
# with a day and a year behind them: "may" ends many a word.
_GLUED_MONTH: Final = re.compile(
    rf"(?<={_LETTER})({words.trie(w for w in words.MONTHS if len(w) > 4 and w.isascii())})[ .]{{0,2}}"
    rf"(\d{{1,2}}){_ORDINAL},? ?(\d{{4}}){_YEAR_END}"
)
_BETWEEN: Final = " .,·|/-–—"


def _last_words() -> dict[str, tuple[str, ...]]:
    """The last words of months of several, each with all that may stand before it: "d'" before
    "abril"."""
    found: dict[str, tuple[str, ...]] = {}
    for name in words.MONTHS:
        last = _letters_before(name, len(name))
        if last != name:
            found[last] = (*found.get(last, ()), name.removesuffix(last))
    return found


_LAST_WORDS: Final = _last_words()


def _month_before(low: str, at: int, end: int) -> int | None:
    """Where the month's name starts that stands before the number at ``at`` and ends at ``end``."""
    word = _letters_before(low, end)
    start = end - len(word)
    lead = low[start - 1 : start]
    if word and (lead.isdecimal() or not lead.isalnum()):
        leads = _LAST_WORDS.get(word)
        if leads is None or not low.endswith(leads, 0, start):
            return start if word in words.MONTHS else None
    before = _MONTH_BEFORE.search(low, max(0, at - 32), at)
    return before.start() if before else None


def _month_first(low: str, at: int) -> Written | None:
    """The date whose month's name stands before the number at ``at``, if one does."""
    end = at
    if low.endswith((" de ", " of ", "the "), 0, at):
        end -= 3 if low[at - 4] == " " else 4
    floor = max(0, end - 3)
    while end > floor and low[end - 1] in _BETWEEN:
        end -= 1
    if low[end - 3 : end] not in MONTH_TAILS and low[end - 2 : end] not in MONTH_TAILS:
        return None
    start = _month_before(low, at, end)
    m = _MONTH_DAY.match(low, start) if start is not None else None
    if m is None:
        glued = None if start is not None else _GLUED_MONTH.search(low, max(0, at - 14), at + 16)
        if glued is None or glued.start(2) != at:
            return None
        return Written(
            glued.start(), glued.end(), int(glued[3]), None, int(glued[2]), name=glued[1]
        )  # fmt: skip
    if m[5]:
        return Written(m.start(), m.end(), int(m[5]), name=m[1])
    if not (m[3] or m[4]) and _TWO_AT_END.match(low, m.end()):
        return None  # "Mar 12, 23": a year or a second day
    year, short = _year(m[3], m[4])
    return Written(m.start(), m.end(), year, None, int(m[2]), short, name=m[1])


def _is_counted(low: str, at: int, known: frozenset[str]) -> bool:
    """Whether the word at ``at``, behind a number, is none that makes a date of it: "12 people"."""
    ahead = low[at : at + 3]
    return (
        ahead[:1].isalpha()
        and ahead not in known
        and ahead[:2] not in known
        and ahead[:1] not in known
    )


def _day_first(low: str, at: int, end: int) -> Written | None:
    """The date that starts with the one or two digits at ``[at, end)``."""
    after = low[end : end + 1]
    if after == " " and _is_counted(low, end + 1, AFTER_DAY):
        return None
    if after == ":" and low[end + 1 : end + 2] != "e":
        return None
    if m := _DAY_MONTH.match(low, at):
        if m[6] and at - low.rfind("\n", 0, at) > _PROSE:
            return Written(m.start(), m.end(2), None, None, int(m[1]), name=m[2])
        year, short = _year(m[3], m[4] or m[5] or m[6])
        return Written(m.start(), m.end(), year, None, int(m[1]), short, name=m[2])
    if m := _XXY.match(low, at):
        year, short = _year(m[4], m[5])
        return Written(
            m.start(), m.end(), year, int(m[1]), int(m[3]), short, free=True, separator=m[2]
        )  # fmt: skip
    if after == "/" and (m := _SLASHED.match(low, at)):
        return Written(m.start(), m.end(), None, int(m[1]), int(m[2]))
    if after.isascii() and low[end + 1 : end + 2].isascii() and not low.startswith(" th", end):
        return None
    if m := _OTHER_CALENDAR.match(low, at):
        era, month = calendars.MONTHS[m[2]]
        return Written(m.start(), m.end(), int(m[3]), month, int(m[1]), era=era)
    if m := _MD.match(low, at):
        return Written(m.start(), m.end(), None, int(m[1]), int(m[2]))
    if m := _VIETNAMESE.match(low, at):
        return Written(m.start(), m.end(), _number(m[3]), int(m[2]), int(m[1]))
    return None


def _year_first(low: str, at: int, end: int) -> Written | None:
    """The date that starts with the year at ``[at, end)``."""
    after = low[end : end + 1]
    if after == " " and _is_counted(low, end + 1, AFTER_YEAR):
        return None
    if m := _YMD.match(low, at):
        return Written(m.start(), m.end(), int(m[1]), int(m[4]), int(m[5]), separator=m[2] or ".")
    if m := _YEAR_MONTH_DAY.match(low, at):
        return Written(m.start(), m.end(), int(m[1]), None, int(m[3]), name=m[2])
    if m := _YEAR_DAY_MONTH.match(low, at):
        return Written(m.start(), m.end(), int(m[1]), None, int(m[2]), name=m[3])
    if m := _YM.match(low, at):
        return Written(m.start(), m.end(), int(m[1]), int(m[2]))
    return None


def _absolute(low: str, known: Iterable[Number]) -> Iterator[Written]:
    """Every date with a day or a month in ``low``; they may overlap. Each pattern is tried only
    where its kind of number stands, of the ``known`` ones."""
    for at, end, roles in known:
        if roles & BEGINS:
            found = _day_first(low, at, end) if end - at < 3 else _year_first(low, at, end)
            if found is not None:
                yield found
        if roles & ENDS:
            found = _month_first(low, at)
            if found is not None:
                yield found
    if "年" in low:
        for m in _ERA.finditer(low):
            if m[3] and m[1] in _ERAS:
                year = _ERAS[m[1]] + (1 if m[2] == "元" else int(m[2]))
                yield Written(m.start(), m.end(), year, int(m[3]), int(m[4]), era=m[1])


def _plausible(found: Written) -> bool:
    if found.free:
        first, second = found.month or 0, found.day or 0
        return min(first, second) >= 1 and max(first, second) <= 31 and min(first, second) <= 12
    month_ok = found.month is None or 1 <= found.month <= 12
    return month_ok and (found.day is None or 1 <= found.day <= 31)


def zone_offset(zone: str) -> tuple[int | None, str | None]:
    """Minutes east of a zone as written, or the tz database's name of a civil one."""
    zone = zone.strip().replace("\u2212", "-")
    if zone in words.CIVIL_ZONES:
        return None, words.CIVIL_ZONES[zone]
    if zone in words.ZONES:
        return words.ZONES[zone], None
    hit = re.search(r"([+-]) ?(\d{1,2}):?(\d\d)?$", zone)
    if not hit:
        return None, None
    minutes = int(hit[2]) * 60 + int(hit[3] or 0)
    if minutes > 14 * 60:
        return None, None
    return (minutes if hit[1] == "+" else -minutes), None


_Clock = tuple[int, int, int | None]
_HOUR: Final = re.compile(r"\d[:h]\d")  # no time before a date is without it


def _clock(hour: int, minute: int, second: int | None, half: str) -> _Clock | None:
    """The time of day, or None where there is none such. ``half``: of the day, as written."""
    late = words.HALVES.get(words.bare(half))
    if late is not None and hour <= 12:
        hour = hour % 12 + (12 if late else 0)
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    return hour, minute, second


def _is_dotted_time(m: re.Match[str], line_end: int) -> bool:
    """Whether 16.30 is a time and no sum: by a word, a zone, or that the line ends with it."""
    zone = m[m.re.groups] or ""
    return (
        bool(m["at"] or m["suffix"]) or zone.isalpha() or (len(m["h"]) == 2 and m.end() == line_end)
    )


def _time_after(low: str, at: int, line_end: int) -> tuple[_Clock, str | None, int] | None:
    """The time that stands behind ``at``, its zone as written, and where both end."""
    m = _TIME_AFTER.match(low, at, line_end)
    if m is None or (m["dot"] and not _is_dotted_time(m, line_end)):
        return None
    half = m["pre"] or m["suffix"] or ""
    clock = _clock(int(m["h"]), int(m["m"] or m["dm"] or 0), _number(m["s"]), half)
    return (clock, m[m.re.groups], m.end()) if clock else None


def _time_before(before: str) -> tuple[_Clock, str | None, int] | None:
    """The time that stands at the end of ``before``, its zone as written, and where both start."""
    if not _HOUR.search(before):
        return None
    m = _TIME_BEFORE.search(before)
    if m is None:
        return None
    clock = _clock(int(m["h"]), int(m["m"]), _number(m["s"]), m[5] or "")
    return (clock, m[1] or m[6], m.start()) if clock else None


def _weekday_before(before: str) -> str | None:
    """The word for a weekday that ``before`` ends with."""
    lead = before.rstrip(" ,.·|()-–")
    if (
        lead[-2:] not in _WEEKDAY_ENDS
        and lead[-1:] not in _WEEKDAY_ENDS
        and not lead.endswith(_ARTICLES)
    ):
        return None
    hit = _WEEKDAY_BEFORE.search(before)
    return hit[1] if hit else None


def _weekday_after(low: str, at: int, line_end: int) -> str | None:
    """The word for a weekday that stands behind ``at``."""
    ahead = low[at : at + 2]
    if ("(" in ahead or "（" in ahead) and (initial := _INITIAL_AFTER.match(low, at, line_end)):
        return _INITIALS[initial["initial"]]
    hit = _WEEKDAY_AFTER.match(low, at, line_end)
    if hit is None:
        return None
    short = len(hit[1]) <= _SHORT_WEEKDAY
    return None if short and not _ABBREVIATED.match(low, hit.end(), line_end) else hit[1]


def with_time(low: str, found: Written) -> Written:
    """``found`` with the time, zone and weekday that stand beside it in ``low``."""
    end = low.find("\n", found.end)
    line_end = len(low) if end < 0 else end
    before = low[max(low.rfind("\n", 0, found.start) + 1, found.start - 48) : found.start]
    changed: dict[str, Any] = {}
    open_ = found.end < line_end  # or nothing stands behind it
    weekday = _weekday_before(before)
    if open_ and weekday is None:
        weekday = _weekday_after(low, found.end, line_end)
    if weekday is not None:
        changed["weekday"] = weekday
    timed = _time_after(low, found.end, line_end) if open_ else None
    if timed:
        changed["end"] = timed[2]
    elif timed := _time_before(before):
        changed["start"] = found.start - len(before) + timed[2]
    if timed:
        clock, zone, _ = timed
        changed["hour"], changed["minute"], changed["second"] = clock
        changed["offset"], changed["zone"] = zone_offset(zone) if zone else (None, None)
    return found._replace(**changed) if changed else found


def find_written(low: str, known: Iterable[Number] | None = None) -> tuple[Written, ...]:
    """All dates written in ``low`` (``words.lower`` of a text), the longest where two overlap.

    Linear in the length of ``low``: no pattern repeats without a bound. ``known`` are its numbers,
    where they have been looked for.
    """
    every = _absolute(low, numbers_of(low) if known is None else known)
    found = sorted(filter(_plausible, every), key=lambda f: (f.start, -f.end))
    kept: list[Written] = []
    for item in found:
        if kept and item.start < kept[-1].end:
            # "12 March 2020" is also "March 20": the reading with more numbers stands.
            if _weight(item) > _weight(kept[-1]):
                kept[-1] = item
            continue
        kept.append(item)
    return tuple(with_time(low, item) for item in kept)


def _weight(found: Written) -> tuple[int, int]:
    parts = (found.year is not None) + (found.day is not None)
    return parts, found.end - found.start
