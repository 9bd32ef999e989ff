"""Who printed a story: display name and registrable domain, from addresses and titles."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from tldextract import TLDExtract

from transforms.rights import tells_when


@cache
def _suffixes() -> TLDExtract:
    # The snapshot of the public suffix list inside the package: no network, no cache folder.
    # Private suffixes count, so that a blog on a shared host is a publisher of its own.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=65536)
def _of_host(host: str) -> str | None:
    return (
        _suffixes()
        .extract_str(host, include_psl_private_domains=True)
        .top_domain_under_public_suffix
        or None
    )


def registrable_domain(url: str | None) -> str | None:
    """The registrable domain of an address or host name in lower case, by the public suffix list.

    ``https://www.news.example.co.uk/a`` is ``example.co.uk``. None where there is none: an
    address without a host, an IP address, a bare suffix, a file name. An archived or cached page is
    of the domain whose address its own holds.
    """
    if not url:
        return None
    if plain := _PLAIN.match(url):
        return _of_host(plain["host"])
    return _unwrapped(url, _DEPTH)


def _unwrapped(url: str, depth: int) -> str | None:
    try:
        parts = urlsplit(url if _SCHEME.match(url) else f"//{url}")
    except ValueError:
        return None
    inner = _within(parts) if depth and parts.path else None
    if inner and (domain := _unwrapped(inner, depth - 1)):
        return domain
    host = parts.hostname
    if not host or "." not in host or len(host) > 253:
        return None
    return _of_host(host.rstrip("."))


# Another whole address in the path of an archive's or a proxy's; and how caches of AMP pages spell
# the one that they keep: the kind of what is kept, "s" for https, the host and its path.
_WRAPPED = re.compile(r"https?:/{1,2}(?=[^/\s]+\.)", re.IGNORECASE)
_CACHED = re.compile(
    r"^/(?:[a-z]{1,3}|amp)/(?:s/)?(?P<address>(?P<host>[\w-]+(?:\.[\w-]+)+)(?:/.*)?)$"
)
# What most addresses are: no other may stand in their path, and nothing is left to be resolved.
_PLAIN = re.compile(
    r"https?://(?=.{1,253}?(?:/|\Z))(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:\Z|/(?![a-z]{1,3}/)[^?#:%\s]*(?:\Z|[?#]))"
)
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_AMP_VIEWER = re.compile(r"^/amp/s/")
_DEPTH = 3  # addresses within each other


def _within(parts: SplitResult) -> str | None:
    """The address that a copy was made of, where the address of the copy holds it in its path."""
    path = unquote(parts.path)
    if found := _WRAPPED.search(path):
        return f"//{path[found.end() :]}"
    if cached := _CACHED.match(path):
        # The host of a cache begins with the host that it keeps: dots as "-", "-" as "--".
        spelled = cached["host"].replace("-", "--").replace(".", "-")
        if _AMP_VIEWER.match(path) or (parts.hostname or "").startswith(f"{spelled}."):
            return f"//{cached['address']}"
    return None


_ARTICLES = ("the", "die", "der", "das", "le", "la", "el", "il", "o", "a")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def label_of(domain: str) -> str:
    """The name in a registrable domain: ``example`` of ``example.co.uk``."""
    return domain.split(".", maxsplit=1)[0].replace("-", "")


def same_name(name: str, other: str) -> bool:
    """Whether two names, or a name and a domain's label, are of one publisher, as far as letters tell."""
    a, b = _letters(name), _letters(other)
    if not a or not b:
        return False
    short, long = sorted((a, b), key=len)
    initials = "".join(word[0] for word in re.findall(r"\w+", max(name, other, key=len))).casefold()
    return (len(short) >= 3 and short in long) or short == initials


def brand_line(domain: str, lines: Iterable[str]) -> str | None:
    """The line that writes a domain's name out: ``The Sun`` for ``thesun.co.uk``.

    It is how the publisher spells itself; lines longer than a name are passed over.
    """
    label = label_of(domain)
    least, most, end = len(label), len(label) + 8, (label[-1:], label[-1:].upper())
    spelled = {label, *(article + label for article in _ARTICLES)}
    for line in [line for line in lines if least <= len(line) <= most and line.endswith(end)]:
        if _letters(line) in spelled and line != line.lower():
            return line.strip(" *•|")
    return None


_TITLE_PARTS = re.compile(r"\s+(?:[|•·»«–—-]|::)\s+")


# "Page 2" of a story in several parts.
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|seite|página|pàgina|pagina|page n°|sida|side|sivu|strona|strana|stránka|oldal|sayfa|halaman|trang|страница|сторінка|"
    r"σελίδα|صفحة|الصفحة|עמוד|페이지|ページ|頁|页)\s*)?\d+(?:\s*(?:/|of|von|de|di|из)\s*\d+)?",
    re.IGNORECASE,
)


def title_suffix(
    title: str | None, headline: str | None, label: str = "", menu: Iterable[str] = ()
) -> str | None:
    """The publisher's name behind (or before) the headline in a page's ``<title>``.

    ``Headline | The Daily`` is ``The Daily``. Without a headline to compare with, only the last
    part behind a bar counts. A part that resembles ``label``, the name in the page's domain, comes
    first; a date, the number of a page and a line of ``menu`` ("Local news") are no publisher.
    """
    if not title:
        return None
    parts: list[str] = [part.strip() for part in _TITLE_PARTS.split(title.strip())]
    if len(parts) < 2:
        return None
    named = [
        part for part in parts
        if 0 < len(part) <= 40 and len(part.split()) <= 6 and part != headline
        and not _PAGE_NUMBER.fullmatch(part) and not tells_when(part)
    ]  # fmt: skip
    if like := next((part for part in reversed(named) if _resembles(part, label)), None):
        return like
    shown = {line.casefold() for line in menu}
    fit = [part for part in named if part.casefold() not in shown]
    behind = [part for part in fit if part is not parts[0]]
    for part in (*behind[-1:], *fit[: fit[:1] == parts[:1]]):
        if headline is None and (part is parts[0] or " | " not in title):
            continue
        if headline is not None and part in headline:
            continue
        return part
    return None


def _resembles(part: str, label: str) -> bool:
    """Whether a part of a title spells a domain's name, or the better half of it."""
    letters = _letters(part)
    if min(len(letters), len(label)) < 3:
        return False
    return label in letters or (letters in label and 2 * len(letters) > len(label))
