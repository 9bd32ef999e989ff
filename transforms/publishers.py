"""Who printed a story: display name and registrable domain, from addresses and footers."""

import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from tldextract import TLDExtract


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
    address without a host, an IP address, a bare suffix, a file name.
    """
    if not url:
        return None
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None
    if not host or "." not in host or len(host) > 253:
        return None
    return _of_host(host.rstrip("."))


_RIGHTS = (
    r"all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|"
    r"todos os direitos reservados|tutti i diritti riservati|alle rechten voorbehouden|"
    r"tüm hakları saklıdır|все права защищены|wszelkie prawa zastrzeżone|alla rättigheter förbehållna|"
    r"無断転載(?:を)?禁|版权所有|版權所有|무단\s*전재|جميع الحقوق محفوظة"
)
_COPYRIGHT = re.compile(
    rf"(?:©|\(c\)|copyright)\s*(?:©|\(c\)|copyright|by|von)?|{_RIGHTS}", re.IGNORECASE
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s*[-–—/]\s*(?:(?:19|20)\d\d|\d\d|today|present|heute))?")
_NOISE = re.compile(
    rf"{_RIGHTS}|(?:©|\(c\)|copyright(?:\s+by)?|&copy;)|(?:powered|designed|developed|website|site|hosted|built) (?:by|with)\b.*|"
    r"\b(?:terms|privacy|impressum|datenschutz|cookies?|contact|kontakt|agb|imprint|sitemap)\b.*",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\s*(?:[|•·]|\s[-–—]\s|\.\s|;)\s*")
_LEGAL = re.compile(
    r",?\s*\b(?:inc|ltd|llc|l\.l\.c|limited|gmbh(?:\s*&\s*co\.?(?:\s*kg(?:aa)?)?)?|ag|kg|s\.?a\.?|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|oy|ab|as|a/s|plc|"
    r"corp|co|pty|pvt|sp\. z o\.o|s\.l)\.?$",
    re.IGNORECASE,
)
_NAME_CHARACTERS = 60


def copyright_owner(line: str) -> str | None:
    """The publisher in a copyright line, without year, rights and legal form.

    ``© 2024 All rights reserved | Pakistan Observer`` is ``Pakistan Observer``.
    """
    if len(line) > 300 or not _COPYRIGHT.search(line):
        return None
    if not (_YEARS.search(line) or re.search(_RIGHTS, line, re.IGNORECASE)):
        return None  # "© Jane Roe" credits a picture
    for part in _PARTED.split(_NOISE.sub("|", _YEARS.sub("|", line))):
        name = _LEGAL.sub("", part.strip(" ,.:-–—|/*")).strip(" ,.:-–—|/*")
        if 2 <= len(name) <= _NAME_CHARACTERS and re.search(r"[^\W\d_]{2}", name):
            return name
    return None


_TITLE_PARTS = re.compile(r"\s+(?:[|•·»«–—-]|::)\s+")


def title_suffix(title: str | None, headline: str | None) -> str | None:
    """The publisher's name behind (or before) the headline in a page's ``<title>``.

    ``Headline | The Daily`` is ``The Daily``. Without a headline to compare with, only the last
    part behind a bar counts.
    """
    if not title:
        return None
    parts = _TITLE_PARTS.split(title.strip())
    if len(parts) < 2:
        return None
    for part in (parts[-1], parts[0]):
        if len(part) <= 40 and len(part.split()) <= 6 and part != headline:
            if headline is None and (part is parts[0] or " | " not in title):
                continue
            if headline is not None and part in headline:
                continue
            return part.strip()
    return None
