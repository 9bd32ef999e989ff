"""Which of many strings stand in a text, told in one pass over it.

To look for hundreds of stems one after another is hundreds of passes. Here all of them make one
machine (Aho and Corasick's): each character leads from state to state, and a state stands for the
longest beginning of one of the strings with which the text ends so far. A step waits for the one
before it, so the quarters of a text are gone through side by side.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final

import numpy as np

from transforms.arrays import Codes, Hashes, Ints32, Shorts, codes_of
from transforms.compiled import compiled
from transforms.lowering import case_folds

_START: Final = 0  # the state of a text that ends with a beginning of none
_LINE_END: Final = 10
_WORD: Final = re.compile(r"\w+")
_SHORT: Final = (
    40  # characters; of so few a pattern tells the words before an array is made of them
)


class Needles:
    """Some strings, none of them empty, to be looked for together.

    ``letters`` has a number for each character that one of them has, 0 for all others and, at the
    end, for those beyond the table; ``steps`` (states x letters, flat) is where a character leads. A
    state is known by where its row begins; those in which a string ends are the last of all, from
    ``first_end`` on. ``ended`` are the strings that end there, the longest first.
    """

    def __init__(self, strings: Iterable[str]) -> None:
        self.strings: Final = tuple(dict.fromkeys(strings))
        letters = sorted(set().union(*self.strings))
        numbers = np.zeros(max(map(ord, letters), default=0) + 2, np.uint16)
        numbers[[ord(letter) for letter in letters]] = np.arange(1, len(letters) + 1)
        self._letters: Shorts = numbers
        self._longest = max(map(len, self.strings), default=1)
        self._steps, self._first_end, self._ended = _machine(self.strings, numbers)

    def among(self, text: str) -> list[str]:
        """Those that stand in ``text``, in the order in which the first of each ends."""
        return list(dict.fromkeys(s for _, ended in self._ends(text) for s in ended))

    def by_line(self, lines: Sequence[str]) -> Mapping[int, frozenset[str]]:
        """Of each of ``lines`` that has some, by its number and in order, which stand in it. None of
        the strings may have a line end."""
        found: dict[int, frozenset[str]] = {}
        if ends := self._ends("\n".join(lines)):
            starts = [*accumulate([len(line) + 1 for line in lines], initial=0)]
            for place, ended in ends:
                line = bisect_right(starts, place) - 1
                found[line] = found.get(line, frozenset()).union(ended)
        return found

    def _ends(self, text: str) -> list[tuple[int, Sequence[str]]]:
        """Where in ``text`` some of the strings end, in order, and which."""
        found = _ends(codes_of(text), self._letters, self._steps, self._first_end, self._longest)
        return [(place, self._ended[state]) for place, state in sorted(found.tolist())]


class Words:
    r"""Some words (``\w+``, case-folded), to be looked for as whole words of whatever case.

    Each is known by a hash of 64 bits in a table with open addresses: the machine of so many words
    in all scripts is too large to be at hand for a line or two.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words: Final = frozenset(words)
        spelled = codes_of("".join([f"{word}\n" for word in self.words]))
        self._keys: Hashes = _keys(spelled, 1 << (4 * len(self.words)).bit_length())

    def may_stand_in(self, text: str, *, glued: bool = False) -> bool:
        """Whether one of them is a word of ``text``. So it may be, too, where a character stands there
        whose case-folded form is more than one, or one behind the basic plane.

        ``glued``: or part of a word, where a page lost a space. There small letters end before a
        capital or a digit, or capitals before a small letter or one capital and small letters.
        """
        if len(text) <= _SHORT and not glued:
            return not self.words.isdisjoint(_WORD.findall(text.casefold()))
        return bool(_has_word(codes_of(text), self._keys, case_folds(), glued))


def _machine(
    strings: Iterable[str], letters: Shorts
) -> tuple[Ints32, int, dict[int, tuple[str, ...]]]:
    """The steps of the machine for ``strings``, its first state in which one ends, and of each such
    state which do."""
    children: list[dict[int, int]] = [{}]
    ends: dict[int, str] = {}
    for string in strings:
        state = _START
        for letter in string:
            step = int(letters[ord(letter)])
            if step not in children[state]:
                children[state][step] = len(children)
                children.append({})
            state = children[state][step]
        ends[state] = string
    steps = np.zeros((len(children), int(letters.max(initial=0)) + 1), np.int32)
    ended: list[tuple[str, ...]] = [()] * len(children)
    waiting = [(_START, _START)]  # each with the state of its longest end that is a beginning
    for state, other in waiting:
        steps[state] = steps[other]
        own = (ends[state],) if state in ends else ()
        ended[state] = (*own, *ended[other]) if state else ()
        for step, child in children[state].items():
            waiting.append((child, int(steps[state, step])))
            steps[state, step] = child
    order = sorted(range(len(children)), key=lambda state: bool(ended[state]))
    place = np.empty(len(children), np.int32)  # where the row of each state begins
    place[order] = np.arange(len(children)) * steps.shape[1]
    first_end = sum(not strings for strings in ended) * steps.shape[1]
    told = {int(place[state]): strings for state, strings in enumerate(ended) if strings}
    return place[steps[order]].ravel(), first_end, told


@compiled
def _step(steps: Ints32, state: np.uintp, letter: int) -> np.uintp:
    return np.uintp(steps[state + np.uintp(letter)])


@compiled
def _ends(codes: Codes, letters: Shorts, steps: Ints32, first_end: int, longest: int) -> Ints32:
    """Where strings end and in which state, a row each, in no order."""
    rows = np.empty((len(codes), 2), np.int32)
    found = 0
    beyond = np.uint32(len(letters) - 1)
    quarter = np.uintp(len(codes) // 4 if len(codes) >= 4 * longest else 0)
    two, three = np.uintp(2 * quarter), np.uintp(3 * quarter)
    a = b = c = d = np.uintp(0)
    # What began in one quarter may end in the next.
    for i in range(quarter - np.uintp(longest) if quarter else quarter, quarter):
        b = _step(steps, b, letters[min(codes[i], beyond)])
        c = _step(steps, c, letters[min(codes[i + quarter], beyond)])
        d = _step(steps, d, letters[min(codes[i + two], beyond)])
    for i in range(quarter):
        a = _step(steps, a, letters[min(codes[i], beyond)])
        b = _step(steps, b, letters[min(codes[i + quarter], beyond)])
        c = _step(steps, c, letters[min(codes[i + two], beyond)])
        d = _step(steps, d, letters[min(codes[i + three], beyond)])
        if max(a, b, c, d) >= np.uintp(first_end):
            for place, state in ((i, a), (i + quarter, b), (i + two, c), (i + three, d)):
                if state >= np.uintp(first_end):
                    rows[found, 0], rows[found, 1] = place, state
                    found += 1
    for i in range(np.uintp(4 * quarter), np.uintp(len(codes))):
        d = _step(steps, d, letters[min(codes[i], beyond)])
        if d >= np.uintp(first_end):
            rows[found, 0], rows[found, 1] = i, d
            found += 1
    return rows[:found]


@compiled
def _slot(keys: Hashes, key: np.uint64) -> np.uint64:
    last = np.uint64(len(keys) - 1)
    slot = (key ^ (key >> np.uint64(29))) & last
    while keys[slot] and keys[slot] != key:
        slot = (slot + np.uint64(1)) & last
    return slot


@compiled
def _longer(key: np.uint64, letter: int) -> np.uint64:
    """The hash of a word that goes on with ``letter``; of one without letters it is 0."""
    return (key + np.uint64(letter)) * np.uint64(0x9E3779B97F4A7C15)


@compiled
def _keys(words: Codes, size: int) -> Hashes:
    """The table of ``words``, each ended by a line end."""
    keys = np.zeros(size, np.uint64)
    key = np.uint64(0)
    for code in words:
        if code == _LINE_END:
            keys[_slot(keys, key)] = key
            key = np.uint64(0)
        else:
            key = _longer(key, int(code))
    return keys


@compiled
def _is_key(keys: Hashes, key: np.uint64) -> bool:
    return bool(key and keys[_slot(keys, key)])


@compiled
def _has_word(codes: Codes, keys: Hashes, folds: Ints32, glued: bool) -> bool:
    # The hash of a word so far; of what is glued to its end; of that without one letter and two.
    whole = key = before = earlier = np.uint64(0)
    small = capital = digit = False  # what its last letter is
    for code in codes:
        folded = folds[code] if code < len(folds) else np.int32(0)
        if folded < 0:
            return True
        if not folded:
            if _is_key(keys, whole) or (key != whole and _is_key(keys, key)):
                return True
            whole = key = before = earlier = np.uint64(0)
            small = capital = digit = False
            continue
        if glued:
            is_capital, is_digit = code != np.uint32(folded), ord("0") <= code <= ord("9")
            if (small and is_capital) or (is_digit and not digit):
                if _is_key(keys, whole) or _is_key(keys, key):
                    return True
                if is_capital:
                    key = before = earlier = np.uint64(0)
            elif (
                capital and before and not is_capital
                and (_is_key(keys, key) or (earlier and _is_key(keys, before)))
            ):  # fmt: skip
                return True
            small, capital, digit = not is_capital and not is_digit, is_capital, is_digit
        whole = _longer(whole, int(folded))
        earlier, before, key = before, key, _longer(key, int(folded))
    return _is_key(keys, whole) or (key != whole and _is_key(keys, key))
