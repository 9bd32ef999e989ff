"""The tags, and the words of class names, that tell what a piece of markup is for.

Tables only. The words are those that designers of news pages use in the corpus's languages;
what a group is worth is for the labeller to learn, so a doubtful word may stand here.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

# Elements whose content nobody reads as text: scripts, drawings, form fields, and the words that
# stand in for a picture, a film or a program that a browser cannot show.
UNREAD: Final = frozenset(
    """applet area audio base canvas colgroup datalist embed frame frameset iframe input
    link map math meta meter object option optgroup param picture-source progress rp rt script
    select source style svg template textarea title track video""".split()
)
# Begin and end a line. (The elements that HTML's own style sheet shows as blocks, list items,
# table rows and captions.)
BLOCKS: Final = frozenset(
    """address article aside blockquote body button caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li
    listing main menu nav ol p plaintext pre search section summary table tbody tfoot thead tr ul
    xmp""".split()
)
# Have an empty line before and after them, as that style sheet has it.
SPACED: Final = frozenset(
    """blockquote dir dl fieldset figure h1 h2 h3 h4 h5 h6 hr menu ol p pre table ul""".split()
)
CELLS: Final = frozenset({"td", "th"})
INLINE: Final = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font head i ins kbd label mark nobr q
    ruby s samp small span strike strong sub sup time tt u var wbr""".split()
)
STRONG: Final = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"})
# In these, an unknown element is part of the running text; elsewhere it is a box.
RUNNING: Final = frozenset("a b dd dt em font h1 h2 h3 h4 h5 h6 i li p span strong td u".split())

# Tags that a block remembers of all its ancestors.
LANDMARKS: Final = (
    "a", "address", "article", "aside", "blockquote", "button", "details", "dl", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "header", "li", "main", "nav", "ol", "p",
    "section", "table", "ul",
)  # fmt: skip
# The tags that the labeller tells apart, the lower headings, and other boxes, by number; any other tag
# has the next number, and no tag at all -1.
TAGS: Final = (
    "h1", "h2", "h3", "h4", "p", "li", "a", "figcaption", "blockquote", "td", "div", "button", "time",
    "h5", "h6", "article", "aside", "body", "caption", "dd", "dl", "dt", "figure", "footer", "form",
    "header", "html", "main", "nav", "ol", "pre", "section", "summary", "table", "tbody", "th", "tr", "ul",
)  # fmt: skip
_TAG_NUMBERS: Final = {"": -1, **{tag: number for number, tag in enumerate(TAGS)}}
_ROLES: Final = {
    "navigation": "nav", "contentinfo": "footer", "complementary": "aside", "banner": "header",
    "main": "main", "article": "article",
}  # fmt: skip

GROUPS: Final = {
    "ad": "ad ads advert adv advertisement advertising anuncio anzeige dfp gpt publicidad "
    "pubblicita publicite reklama sponsor sponsored werbung",
    "author": "author auteur autor autore byline contributor creator redakteur reporter writer",
    "bio": "bio biography profile aboutauthor authorbox",
    "body": "articlebody articletext body content copy entry entrycontent maincontent postbody "
    "postcontent prose richtext storybody text texto texte bodytext",
    "caption": "bildtext bildunterschrift caption copyright credit credits cutline figcaption "
    "imagecredit legend legende photocredit pie piedefoto source",
    "comment": "coment comment comments commentaire commentlist commento disqus discussion "
    "kommentar komentar replies reply respond",
    "consent": "cmp consent cookie cookies didomi gdpr onetrust privacy",
    "date": "data date datum datepublished datemodified datetime fecha posted publicationdate "
    "pubdate published time timestamp updated",
    "embed": "embed embedded facebook fb iframe instagram oembed player tiktok tweet twitter "
    "twittertweet video youtube",
    "footer": "bottom colophon footer foot impressum legal",
    "gallery": "carousel gallery lightbox slick slide slider slideshow swiper",
    "headline": "hed headline heading title titel titre titulo titolo titulek",
    "hidden": "hidden hide invisible offscreen print screenreader sronly visuallyhidden",
    "kicker": "category dachzeile eyebrow kicker label overline rubric rubrik section topline",
    "list": "feed grid list listing items river stream",
    "live": "live liveblog liveticker ticker",
    "login": "account login register registration signin",
    "meta": "info meta metadata details",
    "modal": "dialog lightbox modal overlay popup popover toast tooltip",
    "nav": "breadcrumb breadcrumbs dropdown hamburger header masthead menu nav navbar navi "
    "navigation pager pagination toc toolbar topbar",
    "newsletter": "mailing newsletter signup subscribe",
    "paywall": "abo metered paywall piano premium regwall subscriber subscription",
    "related": "also connexe further latest mehr more mostpopular mostread next nextread outbrain "
    "popular prev previous readmore recent recirc recommend recommendation recommended "
    "recommendations related relacionadas relacionados similar suggestions taboola trending "
    "verwandte weitere zergnet",
    "share": "addthis addtoany follow share sharebar sharedaddy sharing social socials whatsapp",
    "sidebar": "aside rail rightcol secondary sidebar sticky widget widgets",
    "site": "brand logo site tagline",
    "standfirst": "abstract bajada chapo dek deck description entradilla excerpt intro lead lede "
    "standfirst sommario strapline subheading subheadline subhead subtitle sumario summary "
    "untertitel vorspann",
    "story": "article artikel articulo articolo hentry news newsarticle post single story",
    "table": "box chart facts factbox infobox table",
    "tags": "hashtags keywords schlagworte tag taglist tags topic topics",
    "teaser": "card cards promo teaser teasers tease tile",
}  # fmt: skip

NAMES: Final = (*LANDMARKS, *(f"{group}-" for group in GROUPS))
_BIT: Final = {name: 1 << place for place, name in enumerate(NAMES)}
LANDMARK_BITS: Final = {tag: _BIT[tag] for tag in LANDMARKS}
ROLE_BITS: Final = {role: _BIT[tag] for role, tag in _ROLES.items()}
WORD_BITS: Final[dict[str, int]] = {}
for _group, _words in GROUPS.items():
    for _word in _words.split():
        WORD_BITS[_word] = WORD_BITS.get(_word, 0) | _BIT[f"{_group}-"]

# All bits of names.
NAMED: Final = (1 << len(NAMES)) - 1


def tag_number(tag: str) -> int:
    return _TAG_NUMBERS.get(tag, len(TAGS))


@lru_cache(maxsize=1 << 14)
def names_of(bits: int) -> frozenset[str]:
    """The names in a bit set; a group's name is a plain word, like a landmark's tag."""
    names: frozenset[str] = frozenset()
    return names.union(*[_part_of(shift, bits >> shift & _PART) for shift in _SHIFTS])


# Pages have ever new sets of names, but most of them out of parts that were met before.
_PART: Final = (1 << 14) - 1
_SHIFTS: Final = range(0, len(NAMES), 14)


@lru_cache(maxsize=1 << 14)
def _part_of(shift: int, bits: int) -> frozenset[str]:
    return frozenset(
        name.rstrip("-") for i, name in enumerate(NAMES[shift : shift + 14]) if bits >> i & 1
    )


def bits_of(names: Iterable[str]) -> int:
    """The bits of a set of names; those that the vocabulary lacks have none."""
    bits = 0
    for name in names:
        bits |= _PLAIN_BITS.get(name, 0)
    return bits


# A group may be named like a landmark: the plain word stands for both.
_PLAIN_BITS: Final = {
    name.rstrip("-"): _BIT.get(name.rstrip("-"), 0) | _BIT.get(f"{name.rstrip('-')}-", 0)
    for name in NAMES
}
