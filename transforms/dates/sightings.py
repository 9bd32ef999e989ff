"""All dates of a page with their place, basis and role: the evidence before any choice."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final

from schemas.kinds import BlockKind, DateBasis, DateRole, Precision
from schemas.records import Page
from transforms.dates import words
from transforms.dates.grammar import Written, find_written
from transforms.dates.lines import with_roles
from transforms.dates.machine import read_instant, read_url
from transforms.dates.relative import Relative, find_relative, resolve_relative
from transforms.dates.resolve import (
    Context,
    certain_days,
    default_order,
    observed_orders,
    resolve,
    weekday_of,
)  # fmt: skip
from transforms.dates.roles import is_embedded, role_of
from transforms.dates.scan import START, Scan, relative_places, scan_page
from transforms.dates.sighting import Sighting
from transforms.dates.zones import zone_of
from transforms.language import page_language

_UNSPACED: Final = frozenset({"ja", "zh", "ko", "th", "my", "km", "lo"})
_DATELINE: Final = 50  # characters that a place has room in
# A page of ten thousand dates is a table of fixtures; its first ones tell as much.
_MOST: Final = 400
_END: Final = attrgetter("end")


def host_suffix(url: str | None) -> str | None:
    """The last label of the host of ``url``: ``uk`` of ``https://a.co.uk/b``."""
    if not url or "//" not in url:
        return None
    host = url.split("//", 1)[1].split("/", 1)[0].split("@")[-1].split(":")[0]
    label = host.rsplit(".", 1)[-1].lower()
    return label if label.isalpha() else None


_LOCALE: Final = re.compile(r"(?:^|/)en[-_]([a-z]{2})(?=/|$)", re.IGNORECASE)


def english_region(page: Page) -> str | None:
    """The country of the English that a page says it is in: by its markup, else by its address
    (``https://example.com/en-gb/news``)."""
    path = (page.url or "").split("://")[-1].partition("/")[2]
    for said in (page.metadata.language or "", "/" + path):
        if hit := _LOCALE.search(said):
            return hit[1].lower()
    return None


def page_context(page: Page, found: Sequence[Written]) -> Context:
    """The context in which the page's own dates are read."""
    language = page_language(page)
    order, why = default_order(language, host_suffix(page.url), english_region(page))
    zone = zone_of(host_suffix(page.url))
    days = set(certain_days(found, language))
    url = read_url(page.url) if page.url else None
    if url and url.precision is Precision.DAY:
        days.add(url.value.date())
    for story in page.metadata.stories:
        for text in (story.published, story.modified):
            instant = read_instant(text, zone) if text else None
            if instant:
                days.add(instant.value.date())
    return Context(
        language=language, fetched_at=page.fetched_at, order=order, why=why,
        by_separator=tuple(observed_orders(found).items()), days=frozenset(days),
        year=url.value.year if url else None, zone=zone,
    )  # fmt: skip


def _structured(page: Page, context: Context) -> Iterator[Sighting]:
    for i, story in enumerate(page.metadata.stories):
        for text, role in (
            (story.published, DateRole.PUBLISHED),
            (story.modified, DateRole.UPDATED),
        ):
            if not text:
                continue
            instant = read_instant(text, context.zone)
            if instant is not None:
                if instant.value <= context.latest and instant.value.year >= 1800:
                    yield Sighting(
                        text, story.basis, role, instant.value, instant.precision, of=i,
                        timed=instant.precision is not Precision.DAY, local=instant.local,
                    )  # fmt: skip
                continue
            for item in find_written(words.lower(text))[:1]:
                if there := resolve(item, context):
                    yield Sighting(
                        text, story.basis, role, there.value, there.precision, of=i,
                        ambiguous=there.ambiguous, evidence=there.evidence,
                        timed=item.hour is not None, yearless=item.year is None, local=there.local,
                    )  # fmt: skip


def _address(page: Page, context: Context) -> Iterator[Sighting]:
    if page.url and (there := read_url(page.url)) and there.value <= context.latest:
        yield Sighting(
            there.text, DateBasis.URL, DateRole.PUBLISHED, there.value, there.precision
        )  # fmt: skip


# "PORT ELSIN, March 3 (Reuters) - The shipyard ...": place, day, agency, dash, story.
_FILED: Final = re.compile(r",? ?(?:\([^)]{2,40}\)|/[^/]{2,30}/)? ?(?:\.?[-–—]{1,2}) ?(?=\S)")
# "PORT ELSIN (Harbour News - 3rd March, 2025) The shipyard ...": place, agency and day in brackets.
_BRACKETED: Final = re.compile(r"([^\s(][^(]{1,38}?),? ?\((?:[^()]{2,40}[-–—,] ?)?")
_SMALL: Final = 3  # letters of the words in a place's name that may be lower case: "of", "de"


def _is_dateline(line: str, start: int, end: int) -> bool:
    """Whether the date at ``[start, end)`` of a long block is that of a dateline: after the place,
    before the dash that opens the story, or behind the place in brackets."""
    if start > _DATELINE or len(line) < 2 * _DATELINE:
        return False
    before = line[: max(0, start)]
    if line.startswith(")", end):
        bracketed = _BRACKETED.fullmatch(before)
        return bracketed is not None and _is_place(bracketed[1])
    place = before.rstrip(" ")
    return place.endswith(",") and _is_place(place) and _FILED.match(line, end) is not None


def _is_place(text: str) -> bool:
    """Whether ``text`` may be the name of a place: its words begin as names do."""
    named = all(len(w) <= _SMALL or not w[0].islower() for w in text.split())
    return named and text[0].isalpha()


def _visible(
    page: Page, seen: Scan, kinds: Sequence[BlockKind], context: Context
) -> Iterator[Sighting]:
    low, at, last = seen.low, 0, len(page.blocks) - 1
    for item in seen.written[:_MOST]:
        at = min(last, bisect_right(page.blocks, item.start, at, key=_END))
        block = page.blocks[at]
        line = low[block.start : block.end]
        start, end = item.start - block.start, item.end - block.start
        above = _above(page, at, seen) if start <= 3 else ""
        role = role_of(line, max(start, 0), end, kinds[at] if kinds else None, above)
        there = resolve(item, context)
        if there is None and (item.year is not None or item.day is None):
            continue
        yield Sighting(
            text=page.text[item.start : item.end], role=role,
            basis=DateBasis.DATELINE if _is_dateline(block.text, start, end)
            else DateBasis.VISIBLE_ABSOLUTE,
            value=there.value if there else None,
            precision=there.precision if there else Precision.DAY,
            start=item.start, end=item.end, block=at,
            alone=(item.end - item.start) / max(1, len(line)), timed=item.hour is not None,
            yearless=item.year is None, ambiguous=bool(there and there.ambiguous),
            weekday=weekday_of(item, context.language) is not None,
            evidence=there.evidence if there else ("its year is not written",),
            local=there.local if there else None,
        )  # fmt: skip


def _relative(
    page: Page, seen: Scan, kinds: Sequence[BlockKind], context: Context
) -> Iterator[Sighting]:
    spaced = context.language not in _UNSPACED
    places = relative_places(seen, spaced=spaced)
    lines = {bisect_right(page.blocks, place, key=START) - 1 for place in places}
    for at in sorted(lines - {-1}):
        block = page.blocks[at]
        line = seen.low[block.start : block.end]
        for item in find_relative(line, spaced=spaced):
            there = _at_fetch(item, context)
            above = _above(page, at, seen) if item.start <= 3 else ""
            yield Sighting(
                text=block.text[item.start : item.end], basis=DateBasis.VISIBLE_RELATIVE,
                role=role_of(line, item.start, item.end, kinds[at] if kinds else None, above),
                value=there[0] if there else None,
                precision=there[1] if there else Precision.DAY,
                start=block.start + item.start, end=block.start + item.end, block=at,
                alone=(item.end - item.start) / max(1, len(line)), timed=item.hour is not None,
                evidence=("counted from the time of fetching",) if there
                else ("the time of fetching is not known",),
            )  # fmt: skip


def _at_fetch(item: Relative, context: Context) -> tuple[datetime, Precision] | None:
    if context.fetched_at is None:
        return None
    there = resolve_relative(item, context.fetched_at, context.zone)
    return there if there and there[0].year >= 1800 else None


def _above(page: Page, at: int, seen: Scan) -> str:
    """The line above block ``at``, in small letters."""
    if not at:
        return ""
    block = page.blocks[at - 1]
    return seen.low[block.start : block.end]


def _time_elements(
    page: Page, seen: Scan, kinds: Sequence[BlockKind], context: Context
) -> Iterator[Sighting]:
    timed = [
        (at, block, block.hints.times)
        for at, block in enumerate(page.blocks)
        if block.hints is not None and block.hints.times
    ]
    for at, block, times in timed:
        line = seen.low[block.start : block.end]
        above = _above(page, at, seen)
        for text in times:
            instant = read_instant(text, context.zone)
            if instant is None or not instant.value.year >= 1800 or instant.value > context.latest:
                continue
            yield Sighting(
                text=text, basis=DateBasis.TIME_ELEMENT,
                role=role_of(line, len(line) if len(line) < 60 else 0, len(line), kinds[at], above),
                value=instant.value, precision=instant.precision, start=block.start, end=block.end,
                block=at, alone=min(1.0, 24 / max(1, len(line))),
                timed=instant.precision is not Precision.DAY, local=instant.local,
            )  # fmt: skip


def _of_post(page: Page, sighting: Sighting) -> Sighting:
    """A date in a post of somebody else that the page embeds is the post's."""
    posted = sighting.block is not None and is_embedded(page.blocks[sighting.block].hints)
    return sighting._replace(role=DateRole.COMMENT) if posted else sighting


def _shown_updates(told: Sequence[Sighting], shown: Sequence[Sighting]) -> Iterator[Sighting]:
    """``shown`` with the role of an update where the markup says so without a word: a ``<time>``
    that has, to the second, the moment of the last change that structured data tell, and not that
    of publication. What its block spells of the same day is the same.

    On the corpus twelve of fourteen such moments are not the day of publication.
    """
    published = [s for s in told if s.role is DateRole.PUBLISHED]
    days = {s.day for s in published}
    changed = {
        s.value for s in told if s.role is DateRole.UPDATED and s.timed and s.day not in days
    }
    if not published or not changed:
        yield from shown
        return
    marked = {
        (s.block, s.day)
        for s in shown
        if s.basis is DateBasis.TIME_ELEMENT and s.timed and s.value in changed
    }
    for s in shown:
        is_element = s.basis is DateBasis.TIME_ELEMENT and s.value in changed
        if is_element or (s.role is DateRole.UNKNOWN and (s.block, s.day) in marked):
            s = s._replace(role=DateRole.UPDATED)
        yield s


def find_sightings(page: Page, kinds: Sequence[BlockKind]) -> tuple[Sighting, ...]:
    """Every date of ``page``: of its head, its URL, then of its text in page order.

    ``kinds`` holds a kind for each block, or nothing.
    """
    seen = scan_page(page.text)
    context = page_context(page, seen.written)
    visible = [
        *_visible(page, seen, kinds, context),
        *_relative(page, seen, kinds, context),
        *_time_elements(page, seen, kinds, context),
    ]
    visible.sort(key=lambda s: (s.block or 0, s.start or 0))
    told = (*_structured(page, context),)
    visible = [*_shown_updates(told, visible)]
    visible = [*with_roles(page, visible)]
    if kinds:
        visible = [_of_post(page, s) for s in visible]
    return (*told, *_address(page, context), *visible[:_MOST])
