"""Dates inside a story's body, resolved to days against its day of publication."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from schemas.kinds import DateBasis, DateRole, Precision
from schemas.records import DateCandidate, DateMention
from transforms.arrays import Bytes, codes_of
from transforms.dates import words
from transforms.dates.grammar import Written, find_written
from transforms.dates.relative import Relative, cut, find_counted, resolve_relative
from transforms.dates.resolve import Context, resolve
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
    last = "|".join(_LAST.get(language, ()))
    before = _IN.get(language, "in")
    openings = [f"{word} {month[0]}" for word in before.split("|") for month in months]
    return _Patterns(
        re.compile(f"{edge}({words.trie(long)}){after}") if long else none,
        re.compile(f"{edge}({words.trie(fixed)}){after}") if fixed else none,
        re.compile(
            rf"{edge}((?:{before}) ({words.trie(months)}){after}"
            rf"(?! ?\d)(?: (?:of )?({last})(?!{_LETTER}))?)"
        ) if months else none,
        beginnings([long, fixed, openings]) if spaced else None,
    )  # fmt: skip


def _found(patterns: _Patterns, low: str) -> Iterator[list[re.Match[str]]]:
    """The matches of the three patterns, each tried only where one of its words may begin."""
    if patterns.heads is None:
        yield from (list(pattern.finditer(low)) for pattern in patterns[:3])
        return
    places, lists = after_edges(codes_of(low), _EDGE_TABLE, patterns.heads)
    for number, pattern in enumerate(patterns[:3]):
        hits, done = [], 0
        for at in places[lists & (1 << number) != 0].tolist():
            if at >= done and (hit := pattern.match(low, at)):
                hits.append(hit)
                done = hit.end()
        yield hits


# "in January", and what may follow: "in December last year". Languages that want another word.
_IN: Final = {
    "en": "in|since|last|this past", "de": "im|seit|letzten|vergangenen", "fr": "en", "es": "en",
    "it": "a|in|nel", "pt": "em", "nl": "in", "sv": "i", "nb": "i", "no": "i", "da": "i",
    "ru": "в", "uk": "у|в", "pl": "w|we", "cs": "v", "tr": "(?!)", "id": "pada|bulan",
}  # fmt: skip
_LAST: Final = {
    "en": ("last year", "this year"), "de": ("letzten jahres", "des vorjahres", "vergangenen jahres",
    "dieses jahres", "des letzten jahres", "des vergangenen jahres"), "fr": ("dernier", "de l'an dernier"),
    "es": ("pasado", "del año pasado"), "it": ("scorso", "dello scorso anno"), "pt": ("passado",
    "do ano passado"), "nl": ("vorig jaar",), "sv": ("förra året", "i fjol"), "nb": ("i fjor",), "no": ("i fjor",),
}  # fmt: skip
_THIS_YEAR: Final = frozenset({"this year", "dieses jahres"})


def _years(low: str) -> Iterator[re.Match[str]]:
    """The years of four digits behind a space."""
    for century in (" 18", " 19", " 20"):
        at = low.find(century)
        while at >= 0:
            if hit := _YEAR.match(low, at + 1):
                yield hit
            at = low.find(century, at + 3)


def _spell(value: date, precision: Precision) -> str:
    return value.strftime(_FORMAT.get(precision, "%Y-%m-%d")).rjust(4, "0")


def _weekday_near(base: date, weekday: int, low: str, start: int) -> date:
    """The day that a weekday in the news means: today or the last such day; "next" looks ahead."""
    back = (base.weekday() - weekday) % 7
    before = low[max(0, start - 12) : start]
    if re.search(r"(?:next|kommenden|nächsten|prochain|próximo|prossimo) $", before):
        return base + timedelta(days=(weekday - base.weekday()) % 7 or 7)
    if re.search(r"(?:last|letzten|vergangenen) $", before) and back == 0:
        back = 7
    return base - timedelta(days=back)


def _relative_days(
    low: str, language: str, now: datetime
) -> Iterator[tuple[int, int, str, Precision]]:
    """The mentions that count from ``now``; ``low`` starts with a line break that is no part of
    the body, so that every word has something before it."""
    weekdays, fixed, months = _found(_patterns(language), low)
    base = now.date()
    for hit in weekdays:
        there = _weekday_near(base, words.weekday(hit[1], language), low, hit.start(1))
        yield hit.start(1), hit.end(1), there.isoformat(), Precision.DAY
    for hit in fixed:
        number, unit, _ = words.FIXED[hit[1]]
        if unit == "week":
            continue  # "this week" is no day
        if there_ := resolve_relative(Relative(0, 0, -number, unit), now):
            yield hit.start(1), hit.end(1), _spell(there_[0].date(), there_[1]), there_[1]
    for item in find_counted(low):
        if item.unit in ("second", "minute", "hour", "week"):
            continue
        if there_ := resolve_relative(item, now):
            yield item.start, item.end, _spell(there_[0].date(), there_[1]), there_[1]
    for hit in months:
        month = words.month(hit[2], language)
        back = 1 if hit[3] else int(month > base.month)
        if hit[3] in _THIS_YEAR:
            back = 0
        if base.year > back:
            spelled = _spell(date(base.year - back, month, 1), Precision.MONTH)
            yield hit.start(1), hit.end(1), spelled, Precision.MONTH


def date_mentions(
    body: str,
    published: DateCandidate | None,
    language: str | None,
    written: Iterable[tuple[int, Written]] | None = None,
) -> tuple[DateMention, ...]:
    """The dates and weekdays in ``body``, in order, none overlapping another.

    Absolute dates stand for themselves. Weekdays, "last month", "in December" and dates without
    a year are counted back from ``published``, and left out where that is not known. ``written``
    are the dates that ``find_written`` gives for the body, each with how far behind its place it
    stands in the body, where they are known.
    """
    if not body:
        return ()
    low = words.lower(body)
    if written is None:
        written = ((0, item) for item in find_written(low))
    code = _by_language(language)
    now = published.value if published is not None else None
    context = Context(language=language, fetched_at=now, order=words.ORDER.get(code, "DMY"))
    open_context = Context(language=language, order=context.order)
    spans: list[tuple[int, int, str, Precision]] = []
    for shift, item in written:
        there = resolve(item, open_context if item.year is not None else context)
        if there is None or (item.free and there.ambiguous and now is None):
            continue
        if item.year is None and item.name and code not in words.month_languages(item.name):
            continue
        precision = there.precision if there.precision in _FORMAT else Precision.DAY
        spans.append(
            (item.start + shift, item.end + shift, _spell(there.value.date(), precision), precision)
        )
    spans += [
        (m.start(), m.end(), m[0], Precision.YEAR)
        for m in _years(low)
        if _BEFORE_YEAR.search(low, max(0, m.start() - 14), m.start())
    ]
    if "年" in low or "년" in low:
        spans += [(m.start(1), m.end(1), m[1], Precision.YEAR) for m in _CJK_YEAR.finditer(low)]
    if now is not None:
        spans += [
            (start - 1, end - 1, value, precision)
            for start, end, value, precision in _relative_days(
                "\n" + low, code, cut(now, Precision.SECOND)
            )
        ]
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
