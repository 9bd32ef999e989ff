"""Pages that a converter printed as one line: their sentences stand for lines.

What parted menu, paragraphs and footer is gone; but sentences end, and what is none can still be told
from what is one.
"""

import re
from typing import Final

from transforms.letters import SMALL

_LONG: Final = 1_500  # characters of a page that has more than a paragraph
_LINES: Final = 3  # more of them are lines of the page
# The space behind a word of three letters and more with a stop ("Mr.", "No." and figures end no
# sentence for sure), or behind any word with another mark, before a capital.
_END: Final = re.compile(
    rf"(?:(?<=[^\W\d_]{{2}}[{SMALL}][.])|(?<=\w[!?…])|(?<=[.!?…][”\"’»)]))"
    rf" (?=[„“«\"‘(¿¡]?[^\W\d_](?<![{SMALL}]))"
)


def part_sentences(text: str) -> str:
    """``text`` with a line end for the space between two sentences, if it is a page in one line; as
    long as before. Scripts without capitals stay as they are."""
    if len(text) < _LONG or text.count("\n", 0, len(text.rstrip())) >= _LINES:
        return text
    return _END.sub("\n", text)
