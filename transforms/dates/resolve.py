"""From written numbers to a moment: order of day and month, missing years, zones, limits."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final, NamedTuple

from schemas.kinds import Precision
from transforms.dates import calendars, words
from transforms.dates.grammar import Written
from transforms.dates.zones import zone_named

# No clock is asked: a page without a fetch time is held against this plain bound.
LATEST: Final = datetime(2050, 1, 1, tzinfo=UTC)
EARLIEST: Final = datetime(1800, 1, 1, tzinfo=UTC)
_SLACK: Final = timedelta(days=1)

# Where English is written with the month first. Elsewhere on the web ".com" mostly means that too.
_MONTH_FIRST: Final = frozenset({"us", "gov", "mil", "ph", "fm", "pw"})
_GENERIC: Final = frozenset(
    (
        "com", "org", "net", "info", "edu", "io", "co", "tv", "me", "news", "media", "online",
        "site", "blog", "int", "biz", "ai", "app", "dev", "eu",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Context:
    """What is known before a date is read.

    ``order`` is "DMY", "MDY" or "YMD" for forms such as 05/04/2025, by separator where the page
    showed it; ``why`` names the evidence. ``days`` are days that other evidence on the page
    spells without doubt. ``year`` stands in for a missing one if ``fetched_at`` is unknown.
    ``zone`` is that of the site's country, for times that name none.
    """

    language: str | None = None
    fetched_at: datetime | None = None
    order: str = "DMY"
    why: str = "the language"
    by_separator: tuple[tuple[str, str], ...] = ()
    days: frozenset[date] = frozenset()
    year: int | None = None
    zone: tzinfo | None = None

    @property
    def latest(self) -> datetime:
        """The last moment that a page can speak of as past: a day after it was fetched."""
        return self.fetched_at + _SLACK if self.fetched_at else LATEST


class Resolved(NamedTuple):
    """A moment in UTC at the start of its precision, and why it was read so. ``local`` is the day
    as written, where that is another than the day in UTC."""

    value: datetime
    precision: Precision
    evidence: tuple[str, ...] = ()
    ambiguous: bool = False
    local: date | None = None


def default_order(
    language: str | None, suffix: str | None, region: str | None = None
) -> tuple[str, str]:
    """The order of day and month by language and top-level domain, and the name of the reason.

    ``region`` is the country of an English locale that the page names ("en-GB"), in small letters.
    """
    if language == "en" or language is None:
        if region is not None:
            return ("MDY" if region in _MONTH_FIRST else "DMY"), f"the page's locale en-{region}"
        country = suffix.rsplit(".", 1)[-1] if suffix else None
        if country is None or country in _GENERIC:
            return "MDY", "English of no country"
        return ("MDY" if country in _MONTH_FIRST else "DMY"), f"the site's country .{country}"
    order = words.ORDER.get(language, "DMY")
    return ("DMY" if order == "YMD" else order), f"the language {language}"


def observed_orders(found: Iterable[Written]) -> dict[str, str]:
    """By separator, the order that the page's unmistakable numeric dates agree on."""
    votes: dict[str, Counter[str]] = {}
    for item in found:
        if item.free and item.month and item.day and item.month != item.day:
            first, second = item.month, item.day
            if first > 12 or second > 12:
                order = "DMY" if first > 12 else "MDY"
                votes.setdefault(item.separator, Counter())[order] += 1
    return {sep: c.most_common(1)[0][0] for sep, c in votes.items() if len(c) == 1}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _readings(found: Written, year: int) -> tuple[date | None, date | None]:
    """``found`` read day first and month first."""
    first, second = found.month or 0, found.day or 0
    return _day(year, second, first), _day(year, first, second)


def _choose_order(found: Written, year: int, context: Context) -> tuple[date | None, str, bool]:
    """The day of a numeric date, the evidence, and whether it stayed a guess."""
    day_first, month_first = _readings(found, year)
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first, "", False
    weekday = weekday_of(found, context.language)
    if weekday is not None:
        fits = [d for d in (day_first, month_first) if d.weekday() == weekday]
        if len(fits) == 1:
            return fits[0], "the weekday beside it", False
    limit = context.latest.date()
    past = [d for d in (day_first, month_first) if d <= limit]
    if len(past) == 1 and context.fetched_at:
        return past[0], "the other reading is after the page was fetched", False
    known = [d for d in (day_first, month_first) if d in context.days]
    if len(known) == 1:
        return known[0], "another date on the page", False
    order = dict(context.by_separator).get(found.separator)
    if order:
        return (day_first if order == "DMY" else month_first), "other dates on the page", False
    if found.separator == ".":
        return day_first, "points part day and month", False
    return (day_first if context.order == "DMY" else month_first), context.why, True


def _without_year(found: Written, context: Context) -> tuple[int | None, str]:
    """The year of a date that has none: the last time that the day came before the fetch."""
    if context.fetched_at is not None:
        limit = context.latest.date()
        month, day = found.month or 1, found.day or 1
        weekday = weekday_of(found, context.language)
        for year in range(limit.year, limit.year - 9, -1):
            there = _day(year, month, day)
            if there and there <= limit and weekday in (None, there.weekday()):
                return year, "the last such day before the page was fetched"
        return None, ""
    if context.year is not None:
        return context.year, "the year of another date on the page"
    return None, ""


def _spoken(name: str | None, language: str | None) -> bool:
    """Whether a month without a year or a day may be believed: German "des 21." is no Norwegian December."""
    if name is None or language is None:
        return True
    return not {language, "en"}.isdisjoint(words.month_languages(name))


def weekday_of(found: Written, language: str | None) -> int | None:
    """The weekday beside a date, Monday 0, if it is one in the page's language or in English: in
    "zum 1. Juli die Preise" no Albanian Sunday."""
    if found.weekday is None:
        return None
    known = words.weekday_languages(found.weekday)
    if language is None or language in known:
        return words.weekday(found.weekday, language)
    return words.weekday(found.weekday, "en") if "en" in known else None


# Two digits of a Buddhist year from here on are of this century: "66" is 2566, 2023.
_BUDDHIST_SHORT: Final = 43
_BUDDHIST: Final = 543


def _full_year(found: Written, language: str | None) -> int | None:
    """The year with its century. Of two digits 50 to 99 are of the last one ("67" is not 2067), but
    Thai ones are counted from the Buddha."""
    year = found.year
    if year is None or not found.short:
        return year
    thai = language == "th" or (found.name and words.month_languages(found.name) == {"th"})
    if thai and year >= _BUDDHIST_SHORT:
        return 2500 + year
    return year + (1900 if year >= 50 and not thai else 2000)


def resolve(found: Written, context: Context) -> Resolved | None:
    """The moment that ``found`` stands for, or None where that cannot be known or believed.

    Not believed: days that no calendar has, days before 1800 or after ``context.latest``.
    """
    evidence: list[str] = []
    year, month, ambiguous = _full_year(found, context.language), found.month, False
    if found.name is not None:
        month = words.month(found.name, context.language)
    era = found.era
    if era is None and context.language == "fa" and year is not None and 1200 <= year < 1500:
        era = calendars.SOLAR
    if era in (calendars.SOLAR, calendars.LUNAR) and year and month and found.day:
        other = calendars.to_gregorian(era, year, month, found.day)
        if other is None:
            return None
        found = found._replace(day=other.day, free=False)
        year, month = other.year, other.month
        evidence.append(f"counted in the {era} calendar")
    if year is not None and 2400 <= year <= 2650:
        year -= _BUDDHIST
        evidence.append("Buddhist era")
    if year is None:
        if month is None or found.day is None or not _spoken(found.name, context.language):
            return None
        numbered = Written(
            found.start, found.end, month=month, day=found.day, weekday=found.weekday
        )
        year, why = _without_year(numbered, context)
        if year is None:
            return None
        evidence.append(why)
    if not EARLIEST.year <= year <= LATEST.year or month is None:
        return None
    if found.day is None:
        if not _spoken(found.name, context.language):
            return None  # "Surface Pro 2025" is no Czech December
        value = datetime(year, month, 1, tzinfo=UTC) if 1 <= month <= 12 else None
        if value is None or value > context.latest:
            return None
        return Resolved(value, Precision.MONTH, tuple(evidence))
    if found.free:
        there, why, ambiguous = _choose_order(found, year, context)
        if why:
            evidence.append(f"day and month by {why}" if ambiguous else why)
    else:
        there = _day(year, month, found.day)
    if there is None:
        return None
    if there.weekday() == weekday_of(found, context.language):
        evidence.append("its weekday is right")
    value, precision = _moment(there, found, context, evidence)
    if not EARLIEST <= value <= context.latest:
        return None
    local = there if there != value.date() else None
    return Resolved(value, precision, tuple(evidence), ambiguous, local)


def _moment(
    there: date, found: Written, context: Context, evidence: list[str]
) -> tuple[datetime, Precision]:
    """The moment in UTC: by the zone written beside it, else by that of the site's country.

    A zone that is only inferred may not move the day: what the page shows is then kept as a day.
    """
    midnight = datetime(there.year, there.month, there.day, tzinfo=UTC)
    if found.hour is None:
        return midnight, Precision.DAY
    if (found.hour, found.minute, found.second) in ((0, 0, None), (0, 0, 0)) and not found.offset:
        return midnight, Precision.DAY  # midnight is what software prints that has no time
    precision = Precision.MINUTE if found.second is None else Precision.SECOND
    local = midnight.replace(hour=found.hour, minute=found.minute or 0, second=found.second or 0)
    zone: tzinfo | None = None
    if found.offset is not None:
        zone = timezone(timedelta(minutes=found.offset))
    elif found.zone is not None:
        zone = zone_named(found.zone)
    if zone is not None:
        evidence.append("its zone is written beside it")
        return local.replace(tzinfo=zone).astimezone(UTC), precision
    if context.zone is None:
        evidence.append("its zone is not known, so it is read as UTC")
        return local, precision
    inferred = local.replace(tzinfo=context.zone).astimezone(UTC)
    if inferred.date() != there:
        evidence.append("its zone is not known, so only its day is taken")
        return midnight, Precision.DAY
    evidence.append(f"its zone is that of the site's country, {context.zone}")
    return inferred, precision


def certain_days(found: Sequence[Written], language: str | None) -> frozenset[date]:
    """The days that a page spells with the month's name or year first: no order in doubt."""
    days = set()
    for item in found:
        if item.free or item.year is None or item.day is None:
            continue
        month = words.month(item.name, language) if item.name else item.month
        year = _full_year(item, language) or 0
        there = _day(year, month or 0, item.day) if year > 0 else None
        if there:
            days.add(there)
    return frozenset(days)
