"""Dates inside a story's body, resolved to days against its day of publication."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from schemas.kinds import DateBasis, DateRole, Precision
from schemas.records import DateCandidate, DateMention
from transforms.arrays import Bytes, codes_of
from transforms.dates import words
from transforms.dates.grammar import Written
from transforms.dates.neighbours import (
    Span,
    is_repeated,
    is_since,
    looks_ahead,
    turn_said,
    week_said,
    year_said,
)
from transforms.dates.relative import Relative, cut, resolve_relative
from transforms.dates.resolve import Context, Resolved, resolve
from transforms.dates.scan import Passage, passage
from transforms.dates.senses import is_day
from transforms.dates.spots import SPACES, after_edges, beginnings, marked

_LETTER: Final = r"[^\W\d_]"
_FORMAT: Final = {Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m"}
_YEAR: Final = re.compile(r"(?:18|19|20)\d\d(?![\d/%-]|[.,]\d)")
_BEFORE_YEAR: Final = re.compile(
    r"(?<![\w$€£.,/-])(?:in|since|en|im jahr|im jahre|jahr|depuis|desde|em|nel|dal|i|sedan|siden|v|в|у|з"
    r"|năm|tahun|vuonna|roku|rok|عام|سنة|в|από το|το) $"
)
_CJK_YEAR: Final = re.compile(r"(?<!\d)((?:18|19|20)\d\d)[年년](?! ?\d)")


def _by_language(language: str | None) -> str:
    return language if language in words.LANGUAGES else "en"


# What a word that counts may follow. A set is many times faster to find than "no letter".
_EDGES: Final = "(\\[“„\"'«‘’/-"
_EDGE_TABLE: Final = marked((*_EDGES, *SPACES))


class _Patterns(NamedTuple):
    """For one language: weekdays, phrases such as "last month", and a bare month in context; and
    what they begin with, where words have edges."""

    weekdays: re.Pattern[str]
    fixed: re.Pattern[str]
    months: re.Pattern[str]
    heads: Bytes | None


@cache
def _patterns(language: str) -> _Patterns:
    weekdays = [w for w, n in words.WEEKDAYS.items() if any(language in ls for ls in n.values())]
    long = [w for w in weekdays if len(w) > 3 or not w.isascii()]
    fixed = [w for w, (_, _, ls) in words.FIXED.items() if language in ls]
    months = [w for w in words.MONTHS if language in words.month_languages(w) and len(w) > 3]
    spaced = language not in ("ja", "zh", "th", "ko")
    edge, after = (rf"[\s{_EDGES}]", rf"(?!{_LETTER})") if spaced else ("", "")
    none = re.compile(r"(?!)")
    before = _IN.get(language, "in")
    openings = [f"{word} {month[0]}" for word in before.split("|") for month in months]
    return _Patterns(
        re.compile(f"{edge}({words.trie(long)}){after}") if long else none,
        re.compile(f"{edge}({words.trie(fixed)}){after}") if fixed else none,
        re.compile(
            rf"{edge}((?:{before}) ({words.trie(months)}){after}(?! ?\d))"
        ) if months else none,
        beginnings([long, fixed, openings]) if spaced else None,
    )  # fmt: skip


def _found(patterns: _Patterns, low: str) -> list[list[re.Match[str]]]:
    """The matches of the three patterns, each tried only where one of its words may begin."""
    tried = patterns[:3]
    if patterns.heads is None:
        return [list(pattern.finditer(low)) for pattern in tried]
    found: list[list[re.Match[str]]] = [[] for _ in tried]
    done = [0] * len(tried)
    places, lists = after_edges(codes_of(low), _EDGE_TABLE, patterns.heads)
    for at, bits in zip(places.tolist(), lists.tolist(), strict=True):
        for number, pattern in enumerate(tried):
            if bits >> number & 1 and at >= done[number] and (hit := pattern.match(low, at)):
                found[number].append(hit)
                done[number] = hit.end()
    return found


# "in January", and what may follow: "in December last year". Languages that want another word.
_IN: Final = {
    "en": "in|since|last|this past", "de": "im|seit|letzten|vergangenen", "fr": "en", "es": "en",
    "it": "a|in|nel", "pt": "em", "nl": "in", "sv": "i", "nb": "i", "no": "i", "da": "i",
    "ru": "в", "uk": "у|в", "pl": "w|we", "cs": "v", "tr": "(?!)", "id": "pada|bulan",
}  # fmt: skip
# What a day without a year may lie ahead: a newsroom that means the one of the year before says so.
_SOON: Final = timedelta(days=90)
_YEAR_ROUND: Final = timedelta(days=365)
_WRONG: Final = timedelta(days=800)  # a weekday that fits so long ago only is none
_MONTHS_AHEAD: Final = 9
_BESIDE: Final = 7  # between a weekday and its date: ", den "


def _spell(value: date, precision: Precision) -> str:
    return value.strftime(_FORMAT.get(precision, "%Y-%m-%d")).rjust(4, "0")


def _weekday_near(base: date, weekday: int, low: str, at: Span, language: str) -> date:
    """The day that a weekday in the news means: today or the last such day, unless the words beside
    it say another."""
    back = (base.weekday() - weekday) % 7
    week = week_said(low, at[0], language)
    if week is not None:
        return base + timedelta(days=7 * week + weekday - base.weekday())
    turn, _ = turn_said(low, at, language)
    if turn:
        return base + timedelta(days=-(back or 7) if turn < 0 else 7 - back)
    if looks_ahead(low, *at, language):
        return base + timedelta(days=-back % 7)
    return base - timedelta(days=back)


def _month_near(base: date, month: int, low: str, at: Span, language: str) -> tuple[int, int]:
    """The year that a bare month in the news means, this month's or the last one's unless words say
    another; and where those words end."""
    if said := year_said(low, at, language):
        return base.year + said[0], said[1][1]
    turn, (_, end) = turn_said(low, at, language)
    if turn:
        passed = month >= base.month if turn < 0 else month > base.month
        return base.year - passed + (turn > 0), end
    ahead = (month - base.month) % 12
    if 0 < ahead <= _MONTHS_AHEAD and looks_ahead(low, *at, language):
        return base.year + (month < base.month), end
    return base.year - (month > base.month), end


def _day_near(
    found: Written, context: Context, now: datetime, low: str, at: Span, language: str
) -> tuple[Resolved | None, int]:
    """The day that a date without a year means, and where the words end that say which.

    News announces as often as it recounts, so a day that comes soon is that one: of the days of the
    corpus whose next one is within 90 days, nineteen of twenty are ahead.
    """
    if said := year_said(low, at, language):
        year = now.year + said[0]
        return resolve(found._replace(year=year), replace(context, fetched_at=None)), said[1][1]
    turn, (_, end) = turn_said(low, at, language)
    past = turn < 0 or is_since(low, at[0], language)
    room = timedelta(0) if past else _YEAR_ROUND if turn > 0 else _SOON
    # What resolves a date takes the last such day, and lets one day pass after the fetch.
    context = replace(context, fetched_at=now + room - (timedelta(days=1) if room else room))
    there = resolve(found, context)
    if found.weekday is not None and (there is None or now - there.value > _WRONG):
        there = resolve(found._replace(weekday=None), context)
    return there, end


def _relative_days(
    low: str, language: str, now: datetime, dated: frozenset[int]
) -> Iterator[tuple[int, int, str, Precision]]:
    """The mentions that count from ``now``; ``low`` starts with a line break that is no part of
    the body, so that every word has something before it. ``dated``: where dates begin and end that
    have a weekday; it is theirs."""
    weekdays, fixed, months = _found(_patterns(language), low)
    base = now.date()
    for hit in weekdays:
        start, end = at = hit.span(1)
        if not dated.isdisjoint(range(end, end + _BESIDE)) or not dated.isdisjoint(
            range(start - _BESIDE, start)
        ):
            continue
        if is_repeated(low, start, language) or not is_day(low, *at, language):
            continue
        there = _weekday_near(base, words.weekday(hit[1], language), low, at, language)
        yield start, end, there.isoformat(), Precision.DAY
    for hit in fixed:
        number, unit, _ = words.FIXED[hit[1]]
        if unit == "week":
            continue  # "this week" is no day
        if unit == "day" and not is_day(low, *hit.span(1), language):
            continue
        if there_ := resolve_relative(Relative(0, 0, -number, unit), now):
            yield hit.start(1), hit.end(1), _spell(there_[0].date(), there_[1]), there_[1]
    for hit in months:
        month = words.month(hit[2], language)
        year, end = _month_near(base, month, low, hit.span(2), language)
        if year > 0:
            yield hit.start(1), end, _spell(date(year, month, 1), Precision.MONTH), Precision.MONTH


def _counted_days(
    counted: Iterable[tuple[int, Relative]], now: datetime
) -> Iterator[tuple[int, int, str, Precision]]:
    """The mentions that are so many days, months or years before ``now``."""
    for shift, item in counted:
        if item.unit in ("second", "minute", "hour", "week"):
            continue
        if there := resolve_relative(item, now):
            spelled = _spell(there[0].date(), there[1])
            yield item.start + shift, item.end + shift, spelled, there[1]


def date_mentions(
    body: str,
    published: DateCandidate | None,
    language: str | None,
    known: Passage | None = None,
) -> tuple[DateMention, ...]:
    """The dates and weekdays in ``body``, in order, none overlapping another.

    Absolute dates stand for themselves. Weekdays, "last month" and "in December" are counted from
    ``published``, back unless their sentence looks ahead, a day without a year up to 90 days ahead;
    they are left out where that is not known. ``known`` is ``passage(body)``, where it is known.
    """
    if not body:
        return ()
    low, written, counted, years = known or passage(body)
    code = _by_language(language)
    now = published.value if published is not None else None
    context = Context(language=language, order=words.ORDER.get(code, "DMY"))
    spans: list[tuple[int, int, str, Precision]] = []
    dated: set[int] = set()
    for shift, item in written:
        start, end = item.start + shift, item.end + shift
        if item.year is not None or now is None:
            there = resolve(item, context)
        elif item.name and code not in words.month_languages(item.name):
            continue
        else:
            there, end = _day_near(item, context, now, low, (start, end), code)
        if there is None or (item.free and there.ambiguous and now is None):
            continue
        precision = there.precision if there.precision in _FORMAT else Precision.DAY
        spans.append((start, end, _spell(there.value.date(), precision), precision))
        if item.weekday is not None:
            dated |= {start + 1, end + 1}
    for shift, at in years:
        start = at + shift
        if (hit := _YEAR.match(low, start)) and _BEFORE_YEAR.search(low, max(0, start - 14), start):
            spans.append((start, hit.end(), hit[0], Precision.YEAR))
    if "年" in low or "년" in low:
        spans += [(m.start(1), m.end(1), m[1], Precision.YEAR) for m in _CJK_YEAR.finditer(low)]
    if now is not None:
        day = cut(now, Precision.SECOND)
        spans += [
            (start - 1, end - 1, value, precision)
            for start, end, value, precision in _relative_days(
                "\n" + low, code, day, frozenset(dated)
            )
        ]
        spans += _counted_days(counted, day)
    spans.sort(key=lambda span: (span[0], -span[1]))
    out: list[DateMention] = []
    done = 0
    for start, end, value, precision in spans:
        if start >= done:
            out.append(DateMention(body[start:end], start, value, precision))
            done = end
    return tuple(out)


def mentioned(value: datetime) -> DateCandidate:
    """A bare candidate for ``value``: what ``date_mentions`` needs where only the time is known."""
    return DateCandidate(
        "", DateBasis.META, DateRole.PUBLISHED, value.astimezone(UTC), Precision.DAY
    )
