"""Which house a story's own lines name: where several stories of one page are of several houses.

A page's address speaks for its first story. What speaks for another stands among its own lines, told
by place and form, never by a list of houses: copyright and source lines, the mailbox of a desk, a
dateline that is a domain, and what stands around the copy ("More from The Daily", "Ann Roe, Daily").
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from transforms.agencies import agency_named
from transforms.publishers import label_of, registrable_domain, same_name
from transforms.rights import copyright_owner

_ADDRESS: Final = re.compile(
    r"(?P<how>@|https?://|www\.|(?<![\w.@/-]))(?P<host>(?:[A-Za-z0-9-]{1,40}\.){1,3}[A-Za-z]{2,12})(?![\w-]|\.\w)"
)
# What an address says of who printed the story around it.
_OF_OWN_LINE, _OF_DESK, _OF_MAILBOX, _OF_WHOLE_LINE, _OF_MENTION = 3, 3, 2, 2, 1
_OF_NAME, _ENOUGH = 2, 3
_OWN_LINE: Final = re.compile(
    r"©|ⓒ|\(c\)|copyright|^\W{0,3}(?:sources?|quelle|źródło|fuente|fonte|kaynak|источник|来源|出典)\s*[:：]",
    re.IGNORECASE,
)
# The mailbox of a desk. At a provider of mail such names were gone long ago; a person's may be anywhere.
_DESK: Final = re.compile(
    r"(?<![\w.+-])(?:news|newsroom|newsdesk|desk|editors?|editorial|tips|contact|redaktion|redaction|redaccion|redazione"
    r"|redactie|redakcja|redakce|redacao|letters|leserbriefe|stories|online|web|stats|feedback|corrections)@(?P<host>[\w.-]{4,60})",
    re.IGNORECASE,
)
_FILED: Final = re.compile(
    r"^(?P<host>(?:[A-Za-z0-9-]{1,40}\.){1,3}[A-Za-z]{2,12})\s?(?:[-–—]|:)\s"
)
_LONGEST: Final = 200
_SHORTEST: Final = 3  # letters of a name that can be looked for


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def own_domain(lines: Sequence[str], prose: Iterable[int] = ()) -> str | None:
    """The registrable domain that a story's own lines give as their publisher's.

    Addresses in copyright and source lines count, so do the mailbox of a desk and a dateline. Other
    mailboxes count where the lines also spell the domain's name, and bare mentions where the lines
    around the copy do (``prose``: the indices of the copy's own). A link is not enough.
    """
    copy = frozenset(prose)
    points: Counter[str] = Counter()

    def give(host: str, worth: int) -> None:
        if domain := registrable_domain(host):
            points[domain] = max(points[domain], worth)

    for i, line in enumerate(lines):
        if "." not in line:
            continue
        own = len(line) <= _LONGEST and _OWN_LINE.search(line) is not None
        if filed := _FILED.match(line):
            give(filed["host"], _OF_OWN_LINE)
        if "@" in line:
            for desk in _DESK.finditer(line):
                give(desk["host"].rstrip("."), _OF_DESK)
        elif not own and (i in copy or len(line) > 2 * _LONGEST):
            continue
        for match in _ADDRESS.finditer(line):
            if own:
                give(match["host"], _OF_OWN_LINE)
            elif match["how"] == "@":
                give(match["host"], _OF_MAILBOX)
            elif i not in copy and len(match[0]) >= len(line) - 3:
                give(match["host"], _OF_WHOLE_LINE)
            elif i not in copy and not match["how"]:
                give(match["host"], _OF_MENTION)
    if not points:
        return None
    # An address says nothing for itself: its name must stand somewhere else, too.
    plain = [_letters("" if _ADDRESS.search(line) else line) for line in lines]
    spelled = {
        domain: sum(
            _letters(label_of(domain)) in line
            for i, line in enumerate(plain)
            if worth >= _OF_MAILBOX or i not in copy
        )
        for domain, worth in points.items()
        if len(label_of(domain)) >= _SHORTEST
    }
    for domain, times in spelled.items():
        points[domain] += _OF_NAME * (times > 0)
    best = max(points, key=lambda domain: (points[domain], spelled.get(domain, 0)))
    return best if points[best] >= _ENOUGH else None


_NAME: Final = r"(?:[Tt]he |THE |[Dd](?:ie|er|as) |[Ll][ea] |[Ee]l |[Ii]l )?[A-ZÀ-ÖØ-Þ][\w’'.&-]{1,24}(?: (?:of|de|della|di|&|[A-ZÀ-ÖØ-Þ][\w’'.&-]{1,24})){0,3}"
# Words of a page about its house, before the house's name and behind it.
_BEFORE: Final = re.compile(
    r"^\W{0,4}(?:more (?:great |top |news )?(?:from|on)|more|popular on|trending on|most read on|new stories on|latest (?:from|on)"
    r"|follow|like|subscribe to|sign up (?:to|for)|why you can trust|listen to(?: these)?|download the|get the|join"
    r"|mehr (?:von|aus|bei)|folgen sie|abonnieren sie|jetzt neu bei|plus sur|suivez|abonnez-vous (?:à|au)|más (?:de|en)|sigue a"
    r"|suscríbete a|segui|abbonati (?:a|al)|meer van|volg|les mer (?:om|på|i)|følg|läs mer (?:på|i)|kundeservice)"
    rf" (?P<name>{_NAME})",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(
    rf"^\W{{0,4}}(?P<name>{_NAME}) (?:values your|newsletters?|is committed|app\b|premium|podcasts?|may (?:earn|receive|get)|staff|reporter|correspondent)"
)
# Not behind a comma alone: there a place may stand.
_EMPLOYER: Final = re.compile(
    rf"^(?:By |Von |Par |Por |Di |Analysis by )?{_NAME}(?: \||,? (?:for|für|pour|para|per)) (?P<name>{_NAME})$"
)
# "By Ann Roe, Daily Planet Staff", "By Ann Roe - Daily Planet Contributor 3 May"
_ON_STAFF: Final = re.compile(
    rf"^[^,|–—-]{{5,40}}(?:,| [|–—-]) (?P<name>{_NAME}?) (?:Staff|Contributor|Reporter|Senior|Correspondent|Editor|Bureau|Team|Redaktion)\b"
)
# Said of nobody but the house: one such line is enough.
_SURE: Final = re.compile(
    rf"^\W{{0,4}}(?:Why you can trust (?P<trust>{_NAME})$|(?P<filed>{_NAME}) [—–]$|SOURCE: (?P<source>{_NAME})$"
    rf"|{_NAME} is an? [\w ]{{0,30}}?(?:reporter|writer|editor|correspondent|journalist|columnist)[\w ]{{0,20}} (?:for|at|with) (?P<staff>{_NAME})\.)"
)
_IN_BRACKET: Final = re.compile(
    r"^[\w ,.]{0,40}\((?P<name>[A-Z][\w .&-]{1,30})\)\s?(?:[-–—]|[A-Z“\"])"
)
_NO_HOUSE: Final = re.compile(
    r"^(?:us|our|this|these|my|you|your|all|it|in|on|now|here|today|free|daily|weekly|newsletters?|facebook|twitter|instagram"
    r"|trending|videos?|marketing|mis|the|us on|ask .*|photos?|latest|popular|youtube|whatsapp|telegram|google|apple|linkedin|tiktok|sign|log|news|sports?|politics|business|opinion|world|life)\b$",
    re.IGNORECASE,
)  # fmt: skip
_RIGHTS: Final = ("©", "ⓒ", "opyright", "OPYRIGHT", "(c)", "(C)")
_LINES: Final = 2  # that must name the house


def own_house(lines: Sequence[str], prose: Iterable[int], people: Sequence[str]) -> str | None:
    """The name of the house that the lines around a story's copy give it, else None.

    Two lines at least must name it: one in words that pages have for their house ("Follow …", "…
    values your comments"), in a copyright line, behind an author's name or in a dateline's bracket,
    the other anywhere around the copy. What is said of nobody else ("Why you can trust …") is enough. ``people`` are the story's authors, who are followed too; an
    agency is a house only on its own pages.
    """
    copy = frozenset(prose)
    told: dict[str, set[int]] = defaultdict(set)
    for i, line in enumerate(lines):
        if len(line) > _LONGEST and i not in copy:
            continue
        rights = len(line) <= _LONGEST and any(map(line.__contains__, _RIGHTS))
        names = [copyright_owner(line)] if rights else []
        if i in copy:
            names = [hit["name"] for hit in [_IN_BRACKET.match(line[:80])] if hit]
        else:
            for pattern in (_BEFORE, _BEHIND, _EMPLOYER, _ON_STAFF):
                if hit := pattern.match(line):
                    names.append(hit["name"])
        sure = None if i in copy else _SURE.match(line)
        if sure:
            names.append(next(filter(None, sure.groups())))
        for name in names:
            if name and name[:1].isupper() and not _NO_HOUSE.match(name.strip(" .")):
                told[name.strip(" .,'’")] |= {i, -1 - i} if sure else {i}
    best, most = None, 0
    for name, where in told.items():
        plain = _letters(re.sub(r"^(?:the|die|der|das) ", "", name, flags=re.IGNORECASE))
        known = agency_named(name) is not None or any(same_name(name, person) for person in people)
        if len(plain) < _SHORTEST or known:
            continue
        around = {
            i for i, line in enumerate(lines)
            if i not in copy and len(line) <= _LONGEST and plain in _letters(line)
        }  # fmt: skip
        if len(around | where) >= _LINES and len(around | where) > most:
            best, most = name, len(around | where)
    return best
