"""Which of many strings stand in a text, told in one pass over it.

To look for hundreds of stems one after another is hundreds of passes. Here all of them make one
machine (Aho and Corasick's): each character leads from state to state, and a state stands for the
longest beginning of one of the strings with which the text ends so far.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from transforms.arrays import Codes, Shorts, codes_of
from transforms.compiled import compiled

_START: Final = 0  # the state of a text that ends with a beginning of none


class Needles:
    """Some strings, none of them empty, to be looked for together.

    ``letters`` has a number for each character that one of them has, 0 for all others; ``steps``
    (states x letters) is where a character leads; ``met`` is of each state the one of the longest
    string with which the text then ends, ``_START`` for none, ``shorter`` the same for the next
    shorter string, and ``number`` which string it is.
    """

    def __init__(self, strings: Iterable[str]) -> None:
        self.strings: Final = tuple(dict.fromkeys(strings))
        letters = sorted(set().union(*self.strings))
        self._letters: Shorts = np.zeros(max(map(ord, letters), default=0) + 1, np.uint16)
        self._letters[[ord(letter) for letter in letters]] = np.arange(1, len(letters) + 1)
        children: list[dict[int, int]] = [{}]
        ends: dict[int, int] = {}
        for number, string in enumerate(self.strings):
            state = _START
            for letter in string:
                step = int(self._letters[ord(letter)])
                if step not in children[state]:
                    children[state][step] = len(children)
                    children.append({})
                state = children[state][step]
            ends[state] = number
        self._steps: Shorts = np.zeros((len(children), len(letters) + 1), np.uint16)
        self._met, self._shorter, self._number = np.zeros((3, len(children)), np.uint16)
        waiting = [(_START, _START)]  # each with the state of its longest end that is a beginning
        for state, other in waiting:
            self._steps[state] = self._steps[other]
            self._shorter[state] = self._met[other]
            self._met[state] = state if state in ends else self._met[other]
            self._number[state] = ends.get(state, 0)
            for step, child in children[state].items():
                waiting.append((child, int(self._steps[state, step])))
                self._steps[state, step] = child

    def among(self, text: str) -> list[str]:
        """Those that stand in ``text``, in the order in which the first of each ends."""
        found = _found(
            codes_of(text), self._letters, self._steps, self._met, self._shorter, self._number,
            len(self.strings),
        )  # fmt: skip
        return [self.strings[number] for number in found.tolist()]


@compiled
def _found(
    codes: Codes, letters: Shorts, steps: Shorts, met: Shorts, shorter: Shorts, number: Shorts, count: int
) -> Shorts:  # fmt: skip
    """The numbers of the strings in a text."""
    found, many = np.empty(count, np.uint16), 0
    known = np.zeros(count, np.bool_)
    state = np.uintp(0)
    for i in range(np.uintp(len(codes))):
        code = np.uintp(codes[i])
        letter = np.uintp(letters[code]) if code < len(letters) else np.uintp(0)
        state = np.uintp(steps[state, letter])
        end = np.uintp(met[state])
        while end:
            which = number[end]
            if not known[which]:
                known[which] = True
                found[many] = which
                many += 1
            end = np.uintp(shorter[end])
    return found[:many]
