"""The outline of a parsed page, read by a compiled loop through Lexbor's own functions.

A look at a node from Python costs a hundred times what it costs in C, and a page has thousands. The
library that parses exports Lexbor's public functions; where one of them is missing (another build
of it), ``AVAILABLE`` is False and ``transforms.markup.nodes`` does the same work.
"""

import ctypes
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import llvmlite.binding
import numpy as np
import numpy.typing as npt
import selectolax.lexbor
from numba import types
from selectolax.lexbor import LexborNode

from transforms.arrays import Bools, Bytes, Ints
from transforms.compiled import compiled
from transforms.markup.limits import MAX_NODES, TooComplexError
from transforms.markup.outline import ATTRIBUTES, GAPS, NAMELESS, Outline, runs_on
from transforms.memory import byte_at, eight_at

_ONE, _TWO = types.intp(types.intp), types.intp(types.intp, types.intp)
_THREE = types.intp(types.intp, types.intp, types.intp)
# Addresses in, addresses out; the second parameter is where the length of a string is put. The last
# is C's own: to an address, from another, so many bytes.
_FUNCTIONS: Final = {
    "lxb_dom_node_first_child_noi": _ONE,
    "lxb_dom_node_next_noi": _ONE,
    "lxb_dom_node_tag_id_noi": _ONE,
    "lxb_dom_node_text_content": _TWO,
    "lxb_dom_element_qualified_name": _TWO,
    "lxb_dom_element_first_attribute_noi": _ONE,
    "lxb_dom_element_next_attribute_noi": _ONE,
    "lxb_dom_attr_qualified_name": _TWO,
    "lxb_dom_attr_value_noi": _TWO,
    "memcpy": _THREE,
}
_functions: tuple[Callable[..., int], ...] = tuple(
    types.ExternalFunction(name, signature) for name, signature in _FUNCTIONS.items()
)
(
    _first_child, _next, _tag_id, _text, _name, _first_attribute, _next_attribute, _attr, _value, _copy
) = _functions  # fmt: skip
_STATIC: Final = 256
_NO_ELEMENTS: Final = ("#undef", "#end-of-file", "#document", "!--", "!doctype")

# As in `outline`. They stand here again because compiled code is kept as long as its own file.
_INLINE, _CELL, _TEXT, _BREAK, _SKIPPED, _NOSCRIPT, _HEAD, _TIME, _RULE, _UNKNOWN = range(
    0, -10, -1
)
_SPACE, _WORDS, _WHEN = -10, -11, -12
_KIND, _LEVEL, _MARK, _FROM, _TO = range(5)
_COLUMNS = 5
_MARKING = 11
_REL, _DATETIME, _PROPERTY, _META_NAME, _CONTENT, _HREF, _TYPE = 6, 11, 12, 13, 14, 15, 16
_ITEM_PROPERTY, _META_VALUE = 3, 19
# The names that the loop knows: the attributes that count, then the tags by Lexbor's number.
_TAGS: Final = len(ATTRIBUTES)
# Beside a string in a store there stand no more bytes than these.
_BESIDE: Final = 16
# What a tag is beside its gap.
_RUNNING, _NAMELESS, _META, _LINK, _TITLE, _SCRIPT, _OF_HEAD = 1, 2, 4, 8, 16, 32, 64


def _names() -> list[str] | None:
    """The tags that Lexbor knows by number; None where its functions are not to be had."""
    try:
        library = ctypes.CDLL(selectolax.lexbor.__file__)
        for function in _FUNCTIONS:
            address = ctypes.cast(getattr(library, function), ctypes.c_void_p).value
            llvmlite.binding.add_symbol(function, address)
        name_of = library.lxb_tag_name_by_id_noi
    except (OSError, AttributeError):
        return None
    name_of.restype, name_of.argtypes = ctypes.c_char_p, [ctypes.c_size_t, ctypes.c_void_p]
    names: list[str] = []
    length = ctypes.c_size_t()
    while (name := name_of(len(names), ctypes.byref(length))) is not None:
        names.append(name.decode())
        if len(names) == _STATIC:
            return None
    return names


_NAMES: Final = _names()
AVAILABLE: Final = _NAMES is not None


def _tables() -> tuple[npt.NDArray[np.int8], Bytes]:
    """The gap and the traits of each tag, by Lexbor's number of it."""
    gaps = np.full(_STATIC, _UNKNOWN, np.int8)
    others = {"#text": _TEXT, **dict.fromkeys(_NO_ELEMENTS, _SKIPPED)}
    traits = np.zeros(_STATIC, np.uint8)
    heads = {
        "meta": _META, "link": _LINK, "title": _TITLE, "script": _SCRIPT, "head": _OF_HEAD,
    }  # fmt: skip
    for number, name in enumerate(_NAMES or ()):
        gaps[number] = others.get(name, GAPS.get(name, _UNKNOWN))
        traits[number] = (
            _RUNNING * runs_on(name) | _NAMELESS * (name in NAMELESS) | heads.get(name, 0)
        )
    return gaps, traits


def _joined(names: Iterable[str]) -> tuple[Bytes, Ints]:
    """Names one after another, and where each begins."""
    letters = [name.encode() for name in names]
    return np.frombuffer(b"".join(letters), np.uint8), np.cumsum([0, *map(len, letters)])


def _places() -> Ints:
    """The number of the attribute of a length and a first letter (see ``_place``); -1 for none. No
    two that count have both in common."""
    places = np.full(1 << 9, -1, np.int64)
    for number, name in enumerate(ATTRIBUTES):
        places[_place(ord(name[0]), len(name))] = number
    return places


@compiled
def _place(first: int, length: int) -> int:
    """Where a name stands in the table; none that counts has more than 14 letters."""
    return (first & 31) << 4 | min(length, 15)


@compiled
def _alike(one: int, other: int, length: int) -> bool:
    """Whether two strings are equal."""
    i = 0
    while i < length and byte_at(one + i) == byte_at(other + i):
        i += 1
    return i == length


@compiled
def _hash_of(address: int, length: int) -> np.int64:
    """Of a string that is followed by eight zeros."""
    key = np.uint64(length)
    for i in range(0, length, 8):
        key = (key ^ eight_at(address + i)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(32)
    return np.int64(key)


@compiled
def _is_json_ld(value: int, length: int) -> bool:
    """Whether ``ld+json`` stands in a string, in letters of any case."""
    wanted = (108, 100, 43, 106, 115, 111, 110)
    for at in range(length - len(wanted) + 1):
        same = True
        for i in range(len(wanted)):
            byte = byte_at(value + at + i)
            if byte != wanted[i] and (byte | 32 != wanted[i] or wanted[i] == 43):
                same = False
                break
        if same:
            return True
    return False


@compiled
def _dash_and_time(name: int, length: int) -> tuple[bool, bool]:
    """Whether a dash, and whether ``time``, stands in a tag."""
    dash = time = False
    for i in range(length):
        byte = byte_at(name + i)
        dash |= byte == 45
        if byte == 116 and i + 4 <= length:
            time |= (
                byte_at(name + i + 1) == 105
                and byte_at(name + i + 2) == 109
                and byte_at(name + i + 3) == 101
            )
    return dash, time


@compiled
def _kind_of(text: int, length: int, alphanumeric: Bools) -> int:
    """Whether the text at an address is white space, begins with a letter or digit, or neither."""
    kind = _SPACE
    first = -1
    i = text
    while i < text + length:
        byte = int(byte_at(i))
        if byte < 0x80:
            code, i = byte, i + 1
        elif byte < 0xE0:
            code, i = (byte & 0x1F) << 6 | byte_at(i + 1) & 0x3F, i + 2
        elif byte < 0xF0:
            code = (byte & 0x0F) << 12 | (byte_at(i + 1) & 0x3F) << 6 | byte_at(i + 2) & 0x3F
            i += 3
        else:
            code = (byte & 0x07) << 18 | (byte_at(i + 1) & 0x3F) << 12
            code |= (byte_at(i + 2) & 0x3F) << 6 | byte_at(i + 3) & 0x3F
            i += 4
        if first < 0:
            first = code
        if not (
            9 <= code <= 13 or 28 <= code <= 32 or 0x2000 <= code <= 0x200A
            or code in (0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
        ):  # fmt: skip
            kind = _WORDS if alphanumeric[first] else _TEXT
            break
    return kind


@compiled
def _find(element: int, wanted: int, letters: Bytes, ends: Ints, length: Ints) -> int:
    """The address of an attribute's value, its length in ``length[0]``; 0 if it has none."""
    asked, size = letters.ctypes.data + ends[wanted], ends[wanted + 1] - ends[wanted]
    found = 0
    attribute = _first_attribute(element)
    while attribute:
        name = _attr(attribute, length.ctypes.data)
        if length[0] == size and _alike(name, asked, size):
            found = _value(attribute, length.ctypes.data)
            break
        attribute = _next_attribute(attribute)
    return found if found and length[0] else 0


@compiled
def _flatten(
    root: int,
    most: int,
    gaps: npt.NDArray[np.int8],
    traits: Bytes,
    letters: Bytes,
    ends: Ints,
    places: Ints,
    alphanumeric: Bools,
    rows: Ints,
    store: Bytes,
    marks: Ints,
    table: Ints,
    looks: Bytes,
    heads: Bytes,
    stack: Ints,
) -> tuple[int, int, int, int, int]:
    """Fills ``rows``, their ``store``, ``marks`` (start and end in ``looks``, hash), ``looks`` and
    ``heads``, and tells how much of each is filled. No row if there are more than ``most`` nodes,
    -1 if there was too little room. The arrays stay the same in the loop, for to change the one
    that a name stands for costs more than a look at a node. ``table`` has the marks by their hash,
    ``stack`` the open elements: address, tag, row."""
    # Where the library puts a length. An address is asked for once, for the same reason.
    length = np.zeros(1, np.int64)
    put = length.ctypes.data
    words, stored = letters.ctypes.data, store.ctypes.data
    looked, headed = looks.ctypes.data, heads.ctypes.data
    full = (-1, 0, 0, 0, 0)
    count = used = marked = told = said = 0
    depth = recorded = 0
    behind = -1  # the depth of the <noscript> that is open
    nodes = 0
    node = root
    while node:
        nodes += 1
        if nodes > most:
            return 0, 0, 0, 0, 0
        if count + 2 > len(rows):
            return full
        tag = _tag_id(node)
        gap = np.int64(gaps[tag]) if 0 <= tag < _STATIC else _UNKNOWN
        if gap == _TEXT:
            data = _text(node, put)
            size = length[0]
            if data and size:
                kind = _kind_of(data, size, alphanumeric)
                rows[count, _KIND], rows[count, _LEVEL], rows[count, _MARK] = kind, depth, -1
                rows[count, _FROM] = rows[count, _TO] = used
                if kind != _SPACE:
                    if used + size > len(store):
                        return full
                    _copy(stored + used, data, size)
                    used += size
                    rows[count, _TO] = used
                    # The elements around it are part of the page's frames: what are they?
                    while recorded < depth:
                        element, its_tag = stack[recorded, 0], stack[recorded, 1]
                        end = told
                        if not 0 <= its_tag < _STATIC or gaps[its_tag] == _UNKNOWN:
                            name = _name(element, put)
                            size = length[0]
                            its_tag = _STATIC - 1
                        else:
                            name = words + ends[_TAGS + its_tag]
                            size = ends[_TAGS + its_tag + 1] - ends[_TAGS + its_tag]
                        if end + size + _BESIDE > len(looks):
                            return full
                        _copy(looked + end, name, size)
                        end += size
                        looks[end] = 0
                        end += 1
                        attribute = 0
                        if not traits[its_tag] & _NAMELESS:
                            attribute = _first_attribute(element)
                        while attribute:
                            name = _attr(attribute, put)
                            size = length[0]
                            number = places[_place(byte_at(name), size)]
                            if 0 <= number < _MARKING and _alike(name, words + ends[number], size):
                                value = _value(attribute, put)
                                size = length[0] if value else 0
                                if end + size + _BESIDE > len(looks):
                                    return full
                                _copy(looked + end + 1, value, size)
                                looks[end] = number + 1
                                end += 1 + size
                                looks[end] = 0
                                end += 1
                            attribute = _next_attribute(attribute)
                        looks[end : end + 8] = 0
                        # The same tag and attributes have one number.
                        size = end - told
                        hashed = _hash_of(looked + told, size)
                        slot = hashed & (len(table) - 1)
                        while table[slot] >= 0:
                            known = table[slot]
                            if (
                                marks[known, 2] == hashed
                                and marks[known, 1] - marks[known, 0] == size
                                and _alike(looked + marks[known, 0], looked + told, size)
                            ):
                                break
                            slot = (slot + 1) & (len(table) - 1)
                        mark = table[slot]
                        if mark < 0:
                            mark = table[slot] = marked
                            if marked == len(marks):
                                return full
                            marks[mark, 0], marks[mark, 1], marks[mark, 2] = told, end, hashed
                            marked += 1
                            told = end + 8
                        rows[stack[recorded, 2], _MARK] = mark
                        recorded += 1
                count += 1
        elif gap == _HEAD:
            first = second = 0
            trait = traits[tag]
            letter = 0
            if trait & _META:
                letter = 109
                first = _find(node, _PROPERTY, letters, ends, length)
                if not first:
                    first = _find(node, _META_NAME, letters, ends, length)
                if not first and depth and traits[stack[depth - 1, 1]] & _OF_HEAD:
                    first = _find(node, _ITEM_PROPERTY, letters, ends, length)
                size = length[0]
                second = _find(node, _CONTENT, letters, ends, length) if first else 0
                if first and not second:
                    second = _find(node, _META_VALUE, letters, ends, length)
            elif trait & _LINK:
                letter = 108
                first = _find(node, _REL, letters, ends, length)
                size = length[0]
                second = _find(node, _HREF, letters, ends, length) if first else 0
            elif trait & _TITLE:
                letter, first, second, size = 116, 1, _first_child(node), 0
            else:
                value = _find(node, _TYPE, letters, ends, length)
                if value and _is_json_ld(value, length[0]):
                    letter, first, second, size = 106, 1, _first_child(node), 0
            if first and (second or letter == 116):
                if said + size + _BESIDE > len(heads):
                    return full
                heads[said] = letter
                heads[said + 1] = 49 if behind >= 0 else 48
                _copy(headed + said + 2, first, size)
                said += 2 + size
                heads[said] = 0
                said += 1
                # The value, or the texts in the element.
                texts = letter in (116, 106)
                data, size = second, length[0]
                while second:
                    if texts:
                        data = _text(second, put)
                        size = length[0] if data else 0
                    if said + size + _BESIDE > len(heads):
                        return full
                    _copy(headed + said, data, size)
                    said += size
                    second = _next(second) if texts else 0
                heads[said] = 0
                said += 1
        elif gap != _SKIPPED:
            timed = gap == _TIME
            if timed:
                gap = _INLINE
            elif gap == _UNKNOWN:
                name = _name(node, put)
                inside = depth and traits[stack[depth - 1, 1]] & _RUNNING
                dash, timed = _dash_and_time(name, length[0])
                gap = _INLINE if inside or not dash else 1
            if timed:
                value = _find(node, _DATETIME, letters, ends, length)
                if value:
                    if used + length[0] > len(store):
                        return full
                    _copy(stored + used, value, length[0])
                    rows[count, _KIND], rows[count, _LEVEL], rows[count, _MARK] = _WHEN, depth, -1
                    rows[count, _FROM], rows[count, _TO] = used, used + length[0]
                    used += length[0]
                    count += 1
            child = _first_child(node) if gap not in (_BREAK, _RULE) else 0
            rows[count, _KIND], rows[count, _LEVEL], rows[count, _MARK] = gap, depth, -1
            rows[count, _FROM], rows[count, _TO] = 1 if child else 0, 0
            if child:
                if depth == len(stack):
                    return full
                stack[depth, 0], stack[depth, 2] = node, count
                stack[depth, 1] = tag if 0 <= tag < _STATIC else _STATIC - 1
                if gap == _NOSCRIPT and behind < 0:
                    behind = depth
                depth += 1
            count += 1
            if child:
                node = child
                continue
        following = _next(node)
        while not following and depth:
            depth -= 1
            recorded = min(recorded, depth)
            if behind == depth:
                behind = -1
            following = _next(stack[depth, 0])
        node = following
    return count, used, marked, told, said


@compiled
def _read(
    root: int,
    most: int,
    gaps: npt.NDArray[np.int8],
    traits: Bytes,
    letters: Bytes,
    ends: Ints,
    places: Ints,
    alphanumeric: Bools,
) -> tuple[Ints, Bytes, Ints, Bytes, Bytes]:
    """What ``_flatten`` fills, in as much room as it needs: first what nearly all pages do with."""
    room = 1
    while True:
        rows, store = np.empty((room << 13, _COLUMNS), np.int64), np.empty(room << 17, np.uint8)
        marks, table = np.empty((room << 10, 3), np.int64), np.full(room << 11, -1, np.int64)
        looks, heads = np.empty(room << 16, np.uint8), np.empty(room << 17, np.uint8)
        stack = np.empty((room << 8, 3), np.int64)
        count, used, marked, told, said = _flatten(
            root, most, gaps, traits, letters, ends, places, alphanumeric,
            rows, store, marks, table, looks, heads, stack,
        )  # fmt: skip
        if count >= 0:
            return rows[:count], store[:used], marks[:marked], looks[:told], heads[:said]
        room *= 4


@cache
def _arrays() -> tuple[npt.NDArray[Any], ...]:
    characters = np.arange(0x110000, dtype=np.uint32)
    characters[0xD800:0xE000] = 0
    names = _joined((*ATTRIBUTES, *(_NAMES or ())))
    return (*_tables(), *names, _places(), np.strings.isalnum(characters.view("U1")))


def outline_of(root: LexborNode) -> Outline:
    """The outline of the tree below ``root``.

    Raises:
        TooComplexError: more nodes than any page needs.
    """
    rows, store, marks, looks, heads = _read(root.mem_id, MAX_NODES, *_arrays())
    if not len(rows):
        raise TooComplexError(f"more than {MAX_NODES:,} nodes of markup")
    fields = heads.tobytes().decode("utf-8", "replace").split("\0")
    said = [
        (first[0], first[1] == "1", first[2:], second)
        for first, second in zip(fields[:-1:2], fields[1::2], strict=True)
    ]
    attributes = root.attributes
    language = attributes.get("lang") or attributes.get("xml:lang")
    return Outline(rows, store, marks, looks, said, language)
