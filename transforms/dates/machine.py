"""Dates written for machines: ISO 8601, RFC 2822, epoch numbers, and URL paths.

These are read by strict means only. A value that is none of them is left to the grammar.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final, NamedTuple

from schemas.kinds import Precision

_ISO: Final = re.compile(
    r"\s*([12]\d{3})-?(\d\d)-?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d?)(?:[.,:]\d{1,9})?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?(?:\[[\w/]+\])?\s*",
    re.IGNORECASE,
)
_DAY: Final = timedelta(days=1)  # no zone is so far off
_MONTH: Final = re.compile(r"\s*([12]\d{3})-(\d\d)\s*")
_EPOCH: Final = re.compile(r"\s*(\d{10})(?:\d{3})?(?:\.\d+)?\s*")
_RFC: Final = re.compile(r"\s*(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[ -][A-Za-z]{3}[ -]\d{4}\s+\d\d:\d\d")


class Instant(NamedTuple):
    """A moment in UTC at the start of its precision. ``zoned``: the text named its offset.
    ``local`` is the day as written, where that is another than the day in UTC."""

    value: datetime
    precision: Precision
    zoned: bool = False
    local: date | None = None


@lru_cache(maxsize=256)
def read_instant(text: str, site: tzinfo | None = None) -> Instant | None:
    """The moment of an ISO 8601, RFC 2822 or epoch value (seconds or milliseconds), else None.

    Midnight to the second, in whatever zone, is a day without a time: that is what software
    prints that has none. Its value is that day as its writer sees it. The same goes for a moment
    in UTC that is midnight in ``site``, the zone of the site's country: 23:00Z of the day before
    is what some software makes of a German day.

    Kept, because the same few are asked for in several places of a page.

    Times without an offset are taken as UTC: structured data that names no zone is as often UTC
    as local, and the day is what its writer sees.
    """
    if hit := _ISO.fullmatch(text):
        year, month, day, hour, minute, second = [int(g) if g else 0 for g in hit.groups()[:6]]
        try:
            value = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            zone = hit[7]
            if zone and zone[0] in "+-":
                digits = zone[1:].replace(":", "").ljust(4, "0")
                east = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
                if east >= _DAY:
                    return None
                east = east if zone[0] == "+" else -east
                value -= east
            in_utc = site and zone and (value.hour, value.minute) == (hour, minute)
            there = value.astimezone(site) if in_utc else None
        except (ValueError, OverflowError):
            return None
        if (hour, minute, second) == (0, 0, 0):
            return Instant(datetime(year, month, day, tzinfo=UTC), Precision.DAY)
        if there is not None and there.time() == time():
            return Instant(there.replace(tzinfo=UTC), Precision.DAY)
        precision = Precision.SECOND if hit[6] else Precision.MINUTE
        written = date(year, month, day)
        local = written if written != value.date() else None
        return Instant(value, precision, zone is not None, local)
    if hit := _EPOCH.fullmatch(text):
        return Instant(datetime.fromtimestamp(int(hit[1]), UTC), Precision.SECOND, zoned=True)
    if hit := _MONTH.fullmatch(text):
        year, month = int(hit[1]), int(hit[2])
        return (
            Instant(datetime(year, month, 1, tzinfo=UTC), Precision.MONTH)
            if 1 <= month <= 12
            else None
        )
    if _RFC.match(text):
        try:
            value = parsedate_to_datetime(text)
            zoned, written = value.tzinfo is not None, value.date()
            value = value.astimezone(UTC) if zoned else value.replace(tzinfo=UTC)
            local = written if written != value.date() else None
            return Instant(value, Precision.SECOND, zoned, local)
        except (ValueError, TypeError, OverflowError):
            return None
    return None


_SHORT_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_NAMES: Final = {m: i + 1 for i, m in enumerate(_SHORT_MONTHS)}
_URL: Final = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]([01]?\d)[/_-]([0-3]?\d)(?!\d)"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]([a-z]{3})[a-z]{0,6}[/_-]([0-3]?\d)(?!\d)"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)"),
    re.compile(r"(?<!\d)([0-3]?\d)[/_-]([01]?\d)[/_-]((?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<!\d)([0-3]?\d)[/_-]([a-z]{3})[a-z]{0,6}[/_-]((?:19|20)\d\d)(?!\d)"),
)
_URL_YEAR: Final = re.compile(r"(?:19|20)\d\d")  # without it no path has a date
_URL_MONTH: Final = re.compile(r"/((?:19|20)\d\d)[/-]([01]\d)(?=[/-]|$)")


class UrlDate(NamedTuple):
    """A date in a URL's path. ``text`` is the part of the URL; ``compact`` has no separators."""

    value: datetime
    precision: Precision
    text: str
    compact: bool = False


@lru_cache(maxsize=64)
def read_url(url: str) -> UrlDate | None:
    """The date in the path of ``url`` (day or month), or None. Host and query are not read."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url.lower()).split("?")[0].split("#")[0]
    if not _URL_YEAR.search(path):
        return None
    for i, pattern in enumerate(_URL):
        for hit in pattern.finditer(path):
            a, b, c = hit.groups()
            year, day = (a, c) if i < 3 else (c, a)
            month = _NAMES.get(b[:3]) if b.isalpha() else int(b)
            try:
                value = datetime(int(year), month or 0, int(day), tzinfo=UTC)
            except ValueError:
                continue
            return UrlDate(value, Precision.DAY, hit[0], i == 2)
    for hit in _URL_MONTH.finditer(path):
        year, month = int(hit[1]), int(hit[2])
        if 1 <= month <= 12:
            return UrlDate(datetime(year, month, 1, tzinfo=UTC), Precision.MONTH, hit[0].strip("/"))
    return None
