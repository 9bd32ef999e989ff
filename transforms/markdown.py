"""Text that a converter wrote as Markdown, read as what a reader of the page would see.

Many crawlers keep pages as Markdown: addresses in brackets, marks of headings and emphasis. Parsers of
it give HTML and no way back to the characters, which the spans of stories need; so the marks are
edited away, with a map. Syntax: CommonMark 0.31, as far as converters write it.
"""

import re
from typing import Final

_ADDRESS: Final = (
    r"\(\s*<?[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*>?(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
# Converters let a link go over several lines with a backslash at the end of each.
_TEXT: Final = r"(?:\\\n|[^\[\]\n]|\[[^\[\]\n]*\])*"
_LINK: Final = rf"\[({_TEXT})\]{_ADDRESS}"
_IMAGE: Final = rf"!\[{_TEXT}\]{_ADDRESS}"
_HEADING: Final = r"^ {0,3}#{1,6} +(?=\S)"
# No mark stands within its own kind, so that each is looked for up to the next one only.
_STRONG: Final = r"\*\*(?=[^\s*])((?:[^*\n]|\*(?!\*))+)(?<=\S)\*\*"
_STRONG_LINE: Final = r"(?<!\w)__(?=[^\s_])((?:[^_\n]|_(?!_))+)(?<=\S)__(?!\w)"

_IS_LINK: Final = re.compile(r"\]\((?:https?://|/|#|\.|mailto:|<)")
_IS_HEADING: Final = re.compile(_HEADING, re.MULTILINE)
_IS_STRONG: Final = re.compile(_STRONG)
_LINKS, _MARKS = 3, 3  # so many links, or with a heading so many marks in all, are no chance


def is_markdown(text: str) -> bool:
    """Whether a converter wrote ``text`` as Markdown."""
    links = len(_IS_LINK.findall(text)) if "](" in text else 0
    if links >= _LINKS:
        return True
    headings = len(_IS_HEADING.findall(text)) if "# " in text else 0
    if not headings:
        return False
    strong = len(_IS_STRONG.findall(text)) if links + headings < _MARKS else 0
    return links + strong > 0 and links + headings + strong >= _MARKS


# What is taken away, in this order: images go, links keep their text, marks leave what they mark. Of
# a match the first group stays, if there is one.
MARKS: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        _IMAGE,
        _LINK,
        r"^ {0,3}\[[^\[\]\n]+\]: *<?\S+>?(?: +\"[^\"\n]*\")? *$",  # the address of a link
        r"\[([^\[\]\n]+)\]\[[^\[\]\n]*\]",
        _HEADING,
        r"(?<=\S) +#+ *$",
        r"^ {0,3}=+ *$",  # below a heading, as the next
        r"(?<=[^\n]\n)-{3,} *$",
        r"^ {0,3}(?:```|~~~)[^\n`]*$",
        r"^ {0,3}(?:> ?)+",
        r"^ {0,3}\|?(?: *:?-{3,}:? *\|)+(?: *:?-{3,}:?)? *$",  # below the head of a table
        _STRONG,
        _STRONG_LINE,
        r"(?<![\w*\\])\*(?=[^\s*])([^*\n]+?)(?<=[^\s\\])\*(?![\w*])",
        r"(?<![\w\\])_(?=[^\s_])([^_\n]+?)(?<=[^\s\\])_(?!\w)",
        r"`([^`\n]+)`",
        r"\\$",
        r"\\([!-/:-@\[-`{-~])",
    )
)
