"""What an HTML page says of itself for machines: JSON-LD, OpenGraph and meta names, microdata.

Nothing here is believed yet: the strings stay as the page wrote them (character references
resolved, tags taken out), each story with the basis it was read from.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import orjson

from schemas.kinds import DateBasis
from schemas.records import Metadata, StructuredStory
from transforms.markup import STORY_TYPE, Markup, Property

# All JSON-LD of a page together. The largest of the development corpus has 0.5 MB.
MAX_JSON_CHARACTERS: Final = 4 * 1024 * 1024
_MAX_OBJECTS: Final = 20_000
_MAX_STORIES: Final = 500
_MAX_NAMES: Final = 50

# schema.org types that are told of the page as a whole.
_PAGE_TYPES: Final = frozenset(
    {"WebPage", "ItemPage", "VideoObject", "AboutPage", "CollectionPage", "HowTo", "Recipe"}
)
# Where further objects of the page's own hide. Not `mentions`, `citation`, `isPartOf`: others'.
_NESTS: Final = ("@graph", "mainEntity", "mainEntityOfPage", "liveBlogUpdate", "hasPart")

_TAG = re.compile(r"<[^<>]{1,500}>")
_BREAK = re.compile(r"</?(?:p|br|div|li|h[1-6])\b[^<>]{0,500}>", re.IGNORECASE)
# Possessive or bounded, so that each is linear in the length of the script.
_CDATA = re.compile(
    r"/\*.{0,80}?\*/|<!\[CDATA\[|\]\]>|^[^\S\n]*+(?:<!--|//.*$)|-->[^\S\n]*+$", re.MULTILINE
)
_TRAILING_COMMA = re.compile(r",(\s*+[}\]])")
_MISSING_COMMA = re.compile(r"([}\]\"])([^\S\n]*+\n\s*+)(?=[\"{])")


def read_metadata(markup: Markup) -> tuple[Metadata, bool]:
    """The page's metadata, and whether all of it was read (False: beyond the limits)."""
    meta: dict[str, str] = {}
    authors: dict[str, None] = {}
    for name, content in markup.meta:
        if _is_read(name) and (value := _clean(content)):
            meta.setdefault(name, value)
            if name in _AUTHORS and not value.startswith("http"):
                authors.setdefault(value)
    complete = sum(map(len, markup.scripts)) <= MAX_JSON_CHARACTERS
    stories = list(_json_ld(markup.scripts)) if complete else []
    if (from_meta := _from_meta(meta, tuple(authors)[:_MAX_NAMES])) is not None:
        stories.append(from_meta)
    stories += _microdata(markup)
    canonical = next((href for rel, href in markup.links if rel == "canonical"), None)
    return Metadata(
        title=_clean(markup.title),
        og_title=_first(meta, "og:title", "twitter:title", "dc.title", "title"),
        site_name=_first(meta, "og:site_name", "application-name", "dc.publisher"),
        canonical_url=canonical or meta.get("og:url"),
        language=markup.language or _first(meta, "language", "content-language", "og:locale"),
        description=_first(meta, "og:description", "description", "twitter:description"),
        stories=tuple(stories[:_MAX_STORIES]),
    ), complete  # fmt: skip


def _first(meta: dict[str, str], *names: str) -> str | None:
    for name in names:
        if name in meta:
            return meta[name]
    return None


# ------------------------------------------------------------------------------- meta elements
# The names under which pages give a day, the surest first; what many systems of publishing call
# theirs is known by how it ends, whatever stands before ("content:publishDate", "prism.publicationDate");
# then those that tell less of publication.
_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
)  # fmt: skip
_PUBLISHED_ENDS: Final = (
    "datepublished", "publisheddate", "publishdate", "publicationdate", "pubdate", "datepub",
    "publishedtime", "publishtime", "publishedat", "published",
)  # fmt: skip
_ISSUED: Final = (
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.issued",
    "dcterms.date", "dc.date", "article.created", "article_date_original", "displaydate",
    "citation_date", "citation_online_date", "dcterms:created", "dc:date.created", "dc.created",
    "dc:date", "release_date", "date.release", "creation_date", "created-date", "date.created",
    "buildtime", "last-published", "date",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "lastmod",
    "last-modified", "dcterms.modified", "dc.date.modified", "modified", "updated",
    "article.updated", "date_updated", "revised",
)  # fmt: skip
_MODIFIED_ENDS: Final = (
    "modifiedtime", "modifieddate", "datemodified", "modificationdate", "moddate", "lastmodified",
    "updatedtime", "updateddate", "dateupdated", "lastupdated",
)  # fmt: skip
_NO_LETTER: Final = re.compile("[^a-z]+")
_AUTHORS: Final = frozenset(
    """author article:author byl dc.creator dcterms.creator parsely-author sailthru.author
    citation_author cxenseparse:author""".split()
)


# Of all other names the value is passed over.
_READ: Final = frozenset(
    """article:content_tier content_tier cxenseparse:pageclass og:type og:url og:title twitter:title
    dc.title title og:site_name application-name dc.publisher language content-language og:locale
    og:description description twitter:description""".split()
).union(_PUBLISHED, _ISSUED, _MODIFIED, _AUTHORS)
_ENDS: Final = (*_PUBLISHED_ENDS, *_MODIFIED_ENDS)


@lru_cache(maxsize=1 << 12)
def _is_read(name: str) -> bool:
    """Whether anything is taken from what stands under a name; pages have few names of their own."""
    return name in _READ or _plain_name(name).endswith(_ENDS)


@lru_cache(maxsize=1 << 12)
def _plain_name(name: str) -> str:
    """The letters of a name."""
    return _NO_LETTER.sub("", name)


def _ending(meta: dict[str, str], ends: tuple[str, ...], unless: str = "-") -> str | None:
    """The value with digits under a name whose letters end so; the first of ``ends`` counts most."""
    names = [(_plain_name(name), value) for name, value in meta.items()]
    named = [(name, value) for name, value in names if name.endswith(ends) and unless not in name]
    for end in ends:
        for name, value in named:
            if name.endswith(end) and any(map(str.isdigit, value)):
                return value
    return None


def _from_meta(meta: dict[str, str], authors: tuple[str, ...]) -> StructuredStory | None:
    published = _first(meta, *_PUBLISHED) or _ending(meta, _PUBLISHED_ENDS, unless="last")
    published = published or _first(meta, *_ISSUED)
    modified = _first(meta, *_MODIFIED) or _ending(meta, _MODIFIED_ENDS)
    headline = _first(meta, "og:title", "twitter:title")
    tier = _first(meta, "article:content_tier", "content_tier", "cxenseparse:pageclass") or ""
    is_free = {"free": True, "locked": False}.get(tier.lower())
    if not (published or modified or headline or authors or is_free is not None):
        return None
    kind = meta.get("og:type", "").lower()
    return StructuredStory(
        basis=DateBasis.META,
        headline=headline,
        published=published,
        modified=modified,
        authors=authors,
        publisher=_first(meta, "og:site_name", "dc.publisher"),
        url=meta.get("og:url"),
        is_story=kind not in {"website", "profile", "video", "product"} or published is not None,
        is_free=is_free,
    )


# ------------------------------------------------------------------------------------- JSON-LD
def _json_ld(scripts: Iterable[str]) -> Iterator[StructuredStory]:
    objects: list[dict[str, Any]] = []
    for script in scripts:
        objects += _objects(_loads(script))
    names: dict[str, dict[str, Any]] = {}
    for item in objects:
        key = item.get("@id")
        if isinstance(key, str) and ("name" in item or len(item) > 2):
            names.setdefault(key, item)
    for item in objects:
        story = _story(item, names)
        if story is not None:
            yield story


def _loads(script: str) -> Any:
    """JSON as pages write it: strictly first, then mended where that is cheap; else None."""
    try:
        return orjson.loads(script)
    except orjson.JSONDecodeError:
        pass
    text = script.strip().rstrip(";")
    for mended in _mends(text):
        try:
            # Not strict: line ends and tabs inside strings are let pass.
            value, _ = json.JSONDecoder(strict=False).raw_decode(mended.lstrip())
        except (ValueError, RecursionError):
            continue
        return value
    return _salvage(text)


def _mends(text: str) -> Iterator[str]:
    """The script as it is, then with more and more of what pages get wrong put right."""
    yield text
    bare = _CDATA.sub("", text)
    yield bare
    ended = _TRAILING_COMMA.sub(r"\1", bare)
    yield ended
    yield _MISSING_COMMA.sub(r"\1,\2", ended)
    yield html.unescape(bare)


_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|@type|url)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"'
)


def _salvage(text: str) -> Any:
    """Plain fields out of JSON beyond repair, the first of each: an object, or None."""
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text[: 256 * 1024]):
        name, value = match.groups()
        if name == "@type" and not STORY_TYPE.search(value):
            continue
        found.setdefault(name, value.replace('\\"', '"').replace("\\/", "/"))
    return found if "@type" in found else None


def _objects(value: Any) -> list[dict[str, Any]]:
    """The page's own objects in a JSON-LD value, in order, nested ones after their holder."""
    found: list[dict[str, Any]] = []
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting and len(found) < _MAX_OBJECTS:
        item, depth = waiting.pop()
        if depth > 12:
            continue
        if isinstance(item, list):
            waiting += [(each, depth + 1) for each in reversed(item[:_MAX_OBJECTS])]
        elif isinstance(item, dict):
            found.append(item)
            nests = [key for key in _NESTS if key in item]
            # A list of items tells of other pages, unless it is a list of this page's updates.
            waiting += [(item[key], depth + 1) for key in reversed(nests)]
    return found


def _types(item: dict[str, Any]) -> list[str]:
    kinds = item.get("@type")
    return [
        kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        for kind in (kinds if isinstance(kinds, list) else [kinds])
        if isinstance(kind, str)
    ]


def _story(item: dict[str, Any], names: dict[str, dict[str, Any]]) -> StructuredStory | None:
    kinds = _types(item)
    is_story = any(map(STORY_TYPE.search, kinds))
    if not is_story and not (_PAGE_TYPES.intersection(kinds) and "datePublished" in item):
        return None
    free = item.get("isAccessibleForFree")
    return StructuredStory(
        basis=DateBasis.JSON_LD,
        headline=_text(item.get("headline")) or _text(item.get("name")),
        body=_body(item.get("articleBody")),
        published=_text(item.get("datePublished")) or _text(item.get("dateCreated")),
        modified=_text(item.get("dateModified")),
        authors=tuple(_names(item.get("author") or item.get("creator"), names)),
        publisher=next(iter(_names(item.get("publisher"), names)), None),
        url=_address(item.get("url")) or _address(item.get("mainEntityOfPage")),
        is_story=is_story,
        is_free=free if isinstance(free, bool) else _FREE.get(str(free).lower()),
    )


_FREE: Final = {"true": True, "false": False, "http://schema.org/false": False,
                "https://schema.org/false": False}  # fmt: skip


def _text(value: Any) -> str | None:
    """A string value, or the first of a list, cleaned and at most 1,000 characters long."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("@value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return _clean(value[:4000])[:1000] or None if isinstance(value, str) else None


def _body(value: Any) -> str | None:
    """An articleBody as paragraphs, one a line."""
    if isinstance(value, list):
        value = "\n".join(each for each in value if isinstance(each, str))
    if not isinstance(value, str):
        return None
    if "&" in value:
        value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub("", _BREAK.sub("\n", value))
    lines = (" ".join(line.split()) for line in value.splitlines())
    return "\n".join(line for line in lines if line) or None


def _names(value: Any, names: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The names of people or organisations, references by ``@id`` followed once."""
    seen: set[str] = set()
    for each in value[:_MAX_NAMES] if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            if "name" not in each and isinstance(key := each.get("@id"), str):
                each = names.get(key, each)
            each = each.get("name")
        name = _text(each)
        if name and name not in seen and not name.startswith(("http://", "https://")):
            seen.add(name)
            yield name


def _address(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value[:8192] if isinstance(value, str) and value.startswith(("http", "/")) else None


def _clean(value: str | None) -> str:
    """One line of plain text: references resolved, tags out. Empty for None."""
    if not value:
        return ""
    if "&" in value:
        value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub("", value)
    return " ".join(value.split())


# ----------------------------------------------------------------------------------- microdata
def _microdata(markup: Markup) -> Iterator[StructuredStory]:
    if not markup.properties:
        return
    held: dict[int, list[Property]] = {}
    for found in markup.properties:
        held.setdefault(found.scope, []).append(found)
    for scope, kind in enumerate(markup.scopes):
        properties = held.get(scope)
        if properties is None or not STORY_TYPE.search(kind):
            continue

        def values(*names: str, of: list[Property] = properties) -> list[str]:
            found = (p for name in names for p in of if p.name == name)
            return [text for p in found for text in _plain(p, held)]

        yield StructuredStory(
            basis=DateBasis.MICRODATA,
            headline=next(iter(values("headline", "name")), None),
            published=next(iter(values("datePublished", "dateCreated")), None),
            modified=next(iter(values("dateModified")), None),
            authors=tuple(dict.fromkeys(values("author", "creator"))),
            publisher=next(iter(values("publisher")), None),
            url=next((v for v in values("url") if v.startswith("http")), None),
            is_free=_FREE.get(next(iter(values("isAccessibleForFree")), "").lower()),
        )


def _plain(found: Property, held: dict[int, list[Property]]) -> Iterator[str]:
    """A property's value, or the name of the thing that it holds."""
    if found.holds is not None:
        for inner in held.get(found.holds, ()):
            if inner.name == "name" and (text := _clean(inner.value)):
                yield text
                return
    if text := _clean(found.value):
        yield text
