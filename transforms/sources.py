"""Who wrote, filed and printed each story of a page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from schemas.kinds import BlockKind
from schemas.records import Block, Page, Segmentation, SourceReading, StorySpan, StructuredStory
from transforms.agencies import (
    agency_named,
    copyright_agency,
    header_source,
    lone_credit,
    may_credit,
    prose_credits,
    sign_off,
    source_line,
)
from transforms.bylines import (
    Byline,
    authors_in,
    name_line,
    names_in,
    opens_byline,
    read_byline,
)
from transforms.crews import read_crew
from transforms.datelines import Dateline, may_be_filed, read_dateline
from transforms.houses import own_domain, own_house
from transforms.markup.vocabulary import bits_of
from transforms.owners import Owners
from transforms.publishers import (
    brand_line,
    label_of,
    registrable_domain,
    same_name,
    title_suffix,
)

_BODY = frozenset({BlockKind.BODY, BlockKind.SUBHEADING})
_TEASER = _BODY | {BlockKind.TEASER}
_NOT_A_BYLINE = frozenset({BlockKind.HEADLINE, BlockKind.CAPTION, BlockKind.TEASER})
_NO_COPY = frozenset({BlockKind.HEADLINE, BlockKind.CAPTION})
_OPENING = 10  # blocks of the body among which the copy begins
_LABEL = 40  # characters of an entry in a menu
_SENTENCE = 60  # characters; a shorter line is a credit or a label
_ABOVE = 3  # blocks above a headline that may hold its byline
_HEAD = 40  # blocks above the first paragraph that may be the story's head
_BELOW = 8  # blocks below the last paragraph that may hold a sign-off or a byline
# What stands beside a name in a byline: a date, a time, the minutes that reading takes.
_BESIDE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d+\s?(?:min|h|hours?|days?)\b|\bago\b|年\d+月",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"\W+")
_BESIDE_WITHIN = 80  # characters; a longer line is a sentence
_AUTHOR = bits_of({"author"})


class _Surroundings(NamedTuple):
    """The lines of one story: above the body, the body, and below it up to the next story."""

    top: tuple[Block, ...]
    top_kinds: tuple[BlockKind, ...]
    above: list[str]  # the text of ``top``
    paragraphs: list[str]
    opening: list[str]  # all lines from the headline to the tenth paragraph
    inside: list[str]  # bylines among the paragraphs
    bottom: list[str]  # none of a teaser, which ends where its page goes on
    own: range  # all blocks from the story's first to the next story's


def read_sources(page: Page, segmentation: Segmentation) -> tuple[SourceReading, ...]:
    """One reading for each span of ``segmentation``, in its order.

    Each story is read from its own blocks and the blocks around it, up to its neighbours. The
    page's address and markup hold for all its stories, unless a story's own lines name another
    publisher.
    """
    around = [
        _surroundings(page, segmentation, i, span) for i, span in enumerate(segmentation.spans)
    ]
    printed = _publishers(page, segmentation, around)
    return tuple(
        _read(page, segmentation, span, lines, *by)
        for span, lines, by in zip(segmentation.spans, around, printed, strict=True)
    )


def _read(
    page: Page,
    segmentation: Segmentation,
    span: StorySpan,
    around: _Surroundings,
    publisher: str | None,
    source: str | None,
) -> SourceReading:
    structured = _structured(page, segmentation, span)
    dateline = _dateline(around)
    if span.is_teaser:  # it shows the beginning of a story, so its credits stand there or nowhere
        bylines: Iterable[Byline] = list(_opened(around.above))
        authors = _authors(structured, bylines)
        credited = [dateline.agency if dateline else None, *(b.agency for b in bylines)]
        agency = next(filter(None, credited), None)
    else:
        bylines = _bylines(page.text, around)
        if wired := may_credit(_edges(around)):
            bylines = list(bylines)
        # Where no line has an agency, bylines are read up to the first people, and only if no data tell any.
        authors = _authors(structured, bylines) or next(filter(None, _crews(around)), ())
        agency = next(_agencies(dateline, structured, bylines if wired else None, around), None)
    return SourceReading(
        authors=authors, agency=agency, publisher=publisher, source=source,
        dateline_place=dateline.place if dateline else None,
    )  # fmt: skip


def _surroundings(
    page: Page, segmentation: Segmentation, index: int, span: StorySpan
) -> _Surroundings:
    spans, blocks, kinds = segmentation.spans, page.blocks, segmentation.kinds
    body = [i for i in span.blocks if kinds[i] in (_TEASER if span.is_teaser else _BODY)]
    first, last = body[0] if body else span.blocks[-1], span.blocks[-1]
    behind = spans[index + 1].blocks[0] if index + 1 < len(spans) else len(blocks)
    # Of the blocks between two stories each has the half that is nearer, the upper one the middle.
    before = _middle(spans[index - 1].blocks[-1], span.blocks[0]) if index else 0
    until = _middle(last, behind) if index + 1 < len(spans) else len(blocks)
    opened = (body[_OPENING - 1 : _OPENING] or body[-1:] or span.blocks[-1:])[0] + 1
    above = max(before, span.blocks[0] - _ABOVE, first - _HEAD)
    top = blocks[above:first]
    below = range(0) if span.is_teaser else range(last + 1, min(last + 1 + _BELOW, until))
    return _Surroundings(
        top,
        kinds[above:first],
        [block.text for block in top],
        [blocks[i].text for i in body],
        [blocks[i].text for i in range(span.blocks[0], opened) if kinds[i] not in _NO_COPY],
        [blocks[i].text for i in span.blocks if i > first and kinds[i] is BlockKind.BYLINE],
        [blocks[i].text for i in below],
        range(span.blocks[0], behind),
    )


def _middle(last: int, next_: int) -> int:
    """The first block of the lower half between a story's last block and the next story's first."""
    return (last + next_) // 2 + 1


def _structured(page: Page, segmentation: Segmentation, span: StorySpan) -> StructuredStory | None:
    """What the page's structured data says of this story: by its headline, or there is only one."""
    told = [story for story in page.metadata.stories if story.is_story]
    if not told:
        return None
    alone = not span.is_teaser and sum(not other.is_teaser for other in segmentation.spans) == 1
    if alone and len(told) == 1:
        return told[0]
    shown = [
        page.blocks[i].text for i in span.blocks if segmentation.kinds[i] is BlockKind.HEADLINE
    ]
    if told[0].headline in shown:
        return told[0]
    heads = {*map(_plain, shown)}
    for story in told:
        if story.headline and _plain(story.headline) in heads:
            return story
    return told[0] if alone else None


def _plain(text: str) -> str:
    return _SIGNS.sub("", text).casefold()


def _dateline(around: _Surroundings) -> Dateline | None:
    """The dateline of the first or second paragraph.

    One with an agency is sure enough to be believed a little later too, and in a line that was
    not taken for body: a gallery or a summary may stand before the copy.
    """
    first = around.paragraphs[:2]
    found = [
        dateline
        for line in first
        if (dateline := read_dateline(line))
        and (dateline.agency or not _returns(line[: dateline.end], around.paragraphs))
    ]
    if not any(dateline.agency for dateline in found):
        # The first have no agency.
        late = [line for line in around.opening if len(line) >= _SENTENCE and line not in first]
        if late and may_be_filed(late):
            later = map(read_dateline, late)
            found = [dateline for dateline in later if dateline and dateline.agency] or found
    return found[0] if found else None


def _returns(opening: str, paragraphs: Sequence[str]) -> bool:
    """Whether several paragraphs open so: a dateline stands once, a speaker in a talk comes back."""
    return sum(line.startswith(opening) for line in paragraphs) > 1


def _bylines(text: str, around: _Surroundings) -> Iterator[Byline]:
    """The bylines of a story, the surest first."""
    yield from _opened(around.above)
    yield from _named(text, around)
    yield from _opened(around.bottom)
    yield from _opened(around.paragraphs[-2:])


def _edges(around: _Surroundings) -> list[str]:
    """The lines of a story of which some may be bylines or credits."""
    return [*around.above, *around.inside, *around.paragraphs[:-4:-1], *around.bottom]


def _crews(around: _Surroundings) -> Iterator[tuple[str, ...] | None]:
    """Who reported by the lines below a story that may name its crew."""
    return map(read_crew, (*around.inside, *around.bottom, *around.paragraphs[-2:]))


def _opened(lines: Sequence[str]) -> Iterator[Byline]:
    """Bylines that open like one, their names on the same line or on the next."""
    for number, line in enumerate(lines):
        if byline := read_byline(line):
            yield byline
        elif number + 1 < len(lines) and opens_byline(line):
            below = lines[number + 1]
            if names := name_line(below):
                yield names
            elif found := names_in(below):
                yield Byline(found)
            elif agency := lone_credit(below):
                yield Byline((), agency)


def _named(text: str, around: _Surroundings) -> Iterator[Byline]:
    """Lines between headline and body that are nothing but names, where something bears them out."""
    lines = around.above
    run: list[Byline] = []
    borne_out = False
    for number, block in enumerate((*around.top, None)):
        line = block and _name_line(block, around.top_kinds[number], text)
        if block and line:
            near = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
            borne_out = (
                borne_out
                or line.sure
                or around.top_kinds[number] is BlockKind.BYLINE
                or bool(block.hints and block.hints.words & _AUTHOR)
                or any(len(other) < _BESIDE_WITHIN and _BESIDE.search(other) for other in near)
            )
            run.append(line)
        elif run:
            if borne_out:
                names = dict.fromkeys(name for line in run for name in line.authors)
                yield Byline(tuple(names), next((line.agency for line in run if line.agency), None))
            run, borne_out = [], False


def _name_line(block: Block, kind: BlockKind, text: str) -> Byline | None:
    line = None if kind in _NOT_A_BYLINE else name_line(block.text)
    return None if line is None or any(_is_phrase(name, text) for name in line.authors) else line


def _is_phrase(name: str, text: str) -> bool:
    """Whether a line of capitalised words is a heading ("Key Takeaways"), not a name.

    Names keep their capitals; the words of a heading stand on the same page in small letters too.
    """
    words = [word for word in name.split() if len(word) > 2]
    small = sum(f" {word.lower()}" in text for word in words)
    return 2 * small >= len(words)


def _authors(structured: StructuredStory | None, bylines: Iterable[Byline]) -> tuple[str, ...]:
    """The people of the structured data, else of the surest byline."""
    if structured is not None:
        names: dict[str, None] = {}
        for text in structured.authors:
            names.update(dict.fromkeys(authors_in(text)))
        names.pop(structured.publisher or "", None)
        if names:
            return tuple(names)
    return next((byline.authors for byline in bylines if byline.authors), ())


def _agencies(
    dateline: Dateline | None,
    structured: StructuredStory | None,
    bylines: Iterable[Byline] | None,
    around: _Surroundings,
) -> Iterator[str]:
    """The agencies credited with the copy, the surest credit first. ``bylines`` are None where neither
    one of them nor a line beside the copy has an agency."""
    if dateline is not None and dateline.agency:
        yield dateline.agency
    for author in structured.authors if structured else ():
        if agency := agency_named(author):
            yield agency
    bottom = around.bottom
    if bylines is not None:
        yield from (byline.agency for byline in bylines if byline.agency)
        for line in around.above:
            yield from filter(None, [lone_credit(line) or header_source(line)])
        yield from filter(None, map(lone_credit, around.inside))
        for line in (*around.paragraphs[:-4:-1], *bottom[:3]):
            yield from filter(None, [sign_off(line) or source_line(line)])
    yield from prose_credits((*reversed(around.paragraphs), *around.inside, *bottom))
    yield from filter(None, map(copyright_agency, bottom))
    if structured and (agency := agency_named(structured.publisher or "")):
        yield agency  # an agency's own page


def _publishers(
    page: Page, segmentation: Segmentation, around: Sequence[_Surroundings]
) -> list[tuple[str | None, str | None]]:
    """Publisher and source of each story, given its own lines.

    The page's address and markup speak for all stories. A later story whose own lines give
    another domain is that domain's; one whose own lines name another house keeps that name and has
    no source, as a name is no domain.
    """
    regions = [lines.own for lines in around]
    source = registrable_domain(page.url) or registrable_domain(page.metadata.canonical_url)
    label = label_of(source) if source else ""
    structured = next(
        (s.publisher for s in page.metadata.stories if s.is_story and s.publisher), None
    )
    said = page.publisher or structured or page.metadata.site_name
    owners = Owners(page, segmentation, regions, label)
    if said is None and source is not None:
        said = brand_line(source, [block.text for block in page.blocks])
    if said is None:
        menu = (block.text for block in page.blocks if len(block.text) <= _LABEL)
        said = title_suffix(page.metadata.title, page.metadata.og_title, label, menu)
    names = [name for name in (said, label, page.metadata.site_name) if name]
    found: list[tuple[str | None, str | None]] = []
    for index, region in enumerate(regions):
        # What a page advertises is its own house's.
        asked = (index or source is None) and not segmentation.spans[index].is_teaser
        lines = [page.blocks[i].text for i in region] if asked else []
        copy = _copy(segmentation, segmentation.spans[index], region) if lines else ()
        elsewhere = own_domain(lines, copy) if lines else None
        house = (
            own_house(lines, copy, _people(around[index])) if lines and index and names else None
        )
        if (
            elsewhere
            and elsewhere != source
            and not any(same_name(label_of(elsewhere), n) for n in names)
        ):
            name = brand_line(elsewhere, lines) or owners.of(index)
            found.append((name, elsewhere))
        elif (
            index and names and (owner := owners.of(index)) and owners.several
            and not any(same_name(owner, n) for n in names)
        ):  # fmt: skip
            found.append((owner, registrable_domain(owner) if " " not in owner else None))
        elif house and not any(same_name(house, n) for n in names):
            found.append((house, None))
        else:
            found.append((said or owners.of(index), source))
    return found


def _copy(segmentation: Segmentation, span: StorySpan, region: range) -> tuple[int, ...]:
    """The places in ``region`` of the story's headline and paragraphs."""
    kinds = _TEASER | {BlockKind.HEADLINE, BlockKind.CAPTION}
    return tuple(i - region.start for i in span.blocks if segmentation.kinds[i] in kinds)


def _people(around: _Surroundings) -> tuple[str, ...]:
    """All who are named in the bylines above a story's copy."""
    return tuple(name for byline in _opened(around.above) for name in byline.authors)
