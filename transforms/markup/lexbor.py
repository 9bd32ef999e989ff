"""The outline of a parsed page, read by a compiled loop through Lexbor's own functions.

A look at a node from Python costs a hundred times what it costs in C, and a page has thousands. The
library that parses exports Lexbor's public functions; where one of them is missing (another build
of it), ``AVAILABLE`` is False and ``transforms.markup.nodes`` does the same work.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any, Final, cast

import llvmlite.binding
import numpy as np
import numpy.typing as npt
import selectolax.lexbor
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from selectolax.lexbor import LexborNode

from transforms.arrays import Bools, Bytes, Ints
from transforms.compiled import compiled
from transforms.markup.limits import MAX_NODES, TooComplexError
from transforms.markup.outline import ATTRIBUTES, GAPS, NAMELESS, Outline, runs_on

_ONE, _TWO = types.intp(types.intp), types.intp(types.intp, types.intp)
# Addresses in, addresses out; the second parameter is where the length of a string is put.
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
}
_functions: tuple[Callable[..., int], ...] = tuple(
    types.ExternalFunction(name, signature) for name, signature in _FUNCTIONS.items()
)
_first_child, _next, _tag_id, _text, _name, _first_attribute, _next_attribute, _attr, _value = (
    _functions
)
_STATIC: Final = 256
_NO_ELEMENTS: Final = ("#undef", "#end-of-file", "#document", "!--", "!doctype")

# As in `outline`. They stand here again because compiled code is kept as long as its own file.
_INLINE, _CELL, _TEXT, _BREAK, _SKIPPED, _NOSCRIPT, _HEAD, _TIME, _RULE, _UNKNOWN = range(
    0, -10, -1
)
_SPACE, _WORDS, _WHEN = -10, -11, -12
_KIND, _LEVEL, _MARK, _FROM, _TO = range(5)
_COLUMNS = 5
_MARKING, _UNKNOWN_TAG = 11, 127
_REL, _DATETIME, _PROPERTY, _META_NAME, _CONTENT, _HREF, _TYPE = 6, 11, 12, 13, 14, 15, 16
_ITEM_PROPERTY, _META_VALUE = 3, 19
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


def _load(_: Any, address: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte = ir.IntType(8)
        return builder.load(builder.inttoptr(args[0], byte.as_pointer()))

    return types.uint8(types.intp), codegen


_byte: Callable[[int], int] = cast("Callable[[int], int]", intrinsic(_load))
"""The byte at an address."""


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


def _letters() -> tuple[Bytes, Ints]:
    """The names of the attributes that count, one after another, and where each begins."""
    names = [name.encode() for name in ATTRIBUTES]
    ends = np.cumsum([0, *map(len, names)])
    return np.frombuffer(b"".join(names), np.uint8), ends


@compiled
def _which(name: int, length: int, letters: Bytes, ends: Ints) -> int:
    """The number of an attribute by its name; -1 for one that does not count."""
    for number in range(len(ends) - 1):
        at = ends[number]
        if ends[number + 1] - at != length or _byte(name) != letters[at]:
            continue
        same = True
        for i in range(1, length):
            if _byte(name + i) != letters[at + i]:
                same = False
                break
        if same:
            return number
    return -1


@compiled
def _copied(address: int, length: int, store: Bytes, used: int) -> Bytes:
    """``store`` with a string put in at ``used``, made larger where it is full."""
    if used + length + 16 > len(store):
        larger = np.empty(2 * (used + length + 16), np.uint8)
        larger[:used] = store[:used]
        store = larger
    for i in range(length):
        store[used + i] = _byte(address + i)
    return store


@compiled
def _grown(table: Ints) -> Ints:
    larger = np.empty((2 * len(table), table.shape[1]), np.int64)
    larger[: len(table)] = table
    return larger


@compiled
def _spread(marks: Ints, slots: int) -> Ints:
    """A larger table of the marks by their hash."""
    table = np.full(slots, -1, np.int64)
    for mark in range(len(marks)):
        hashed = marks[mark, 3]
        slot = (hashed ^ hashed >> 29) & (slots - 1)
        while table[slot] >= 0:
            slot = (slot + 1) & (slots - 1)
        table[slot] = mark
    return table


@compiled
def _is_json_ld(value: int, length: int) -> bool:
    """Whether ``ld+json`` stands in a string, in letters of any case."""
    wanted = (108, 100, 43, 106, 115, 111, 110)
    for at in range(length - len(wanted) + 1):
        same = True
        for i in range(len(wanted)):
            byte = _byte(value + at + i)
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
        byte = _byte(name + i)
        dash |= byte == 45
        if byte == 116 and i + 4 <= length:
            time |= (
                _byte(name + i + 1) == 105
                and _byte(name + i + 2) == 109
                and _byte(name + i + 3) == 101
            )
    return dash, time


@compiled
def _kind_of(text: Bytes, start: int, end: int, alphanumeric: Bools) -> int:
    """Whether a text is white space, begins with a letter or digit, or neither."""
    kind = _SPACE
    first = -1
    i = start
    while i < end:
        byte = int(text[i])
        if byte < 0x80:
            code, i = byte, i + 1
        elif byte < 0xE0:
            code, i = (byte & 0x1F) << 6 | text[i + 1] & 0x3F, i + 2
        elif byte < 0xF0:
            code = (byte & 0x0F) << 12 | (text[i + 1] & 0x3F) << 6 | text[i + 2] & 0x3F
            i += 3
        else:
            code = (byte & 0x07) << 18 | (text[i + 1] & 0x3F) << 12
            code |= (text[i + 2] & 0x3F) << 6 | text[i + 3] & 0x3F
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
    attribute = _first_attribute(element)
    while attribute:
        name = _attr(attribute, length.ctypes.data)
        if _which(name, length[0], letters, ends) == wanted:
            value = _value(attribute, length.ctypes.data)
            return value if value and length[0] else 0
        attribute = _next_attribute(attribute)
    return 0


@compiled
def _flatten(
    root: int,
    most: int,
    gaps: npt.NDArray[np.int8],
    traits: Bytes,
    letters: Bytes,
    ends: Ints,
    alphanumeric: Bools,
) -> tuple[Ints, Bytes, Ints, Bytes]:
    """The rows, their store, the marks (tag, start, end in the store) and the heads' text. No row
    at all if there are more than ``most`` nodes."""
    length = np.zeros(1, np.int64)
    rows = np.empty((2048, _COLUMNS), np.int64)
    count = 0
    store = np.empty(1 << 16, np.uint8)
    used = 0
    heads = np.empty(1 << 14, np.uint8)
    said = 0
    marks = np.empty((256, 4), np.int64)
    marked = 0
    table = np.full(1024, -1, np.int64)
    # The open elements: address, tag, row.
    stack = np.empty((64, 3), np.int64)
    depth = recorded = 0
    behind = -1  # the depth of the <noscript> that is open
    nodes = 0
    node = root
    while node:
        nodes += 1
        if nodes > most:
            return rows[:0], store[:0], marks[:0], heads[:0]
        if count + 2 > len(rows):
            rows = _grown(rows)
        tag = _tag_id(node)
        gap = np.int64(gaps[tag]) if 0 <= tag < _STATIC else _UNKNOWN
        if gap == _TEXT:
            data = _text(node, length.ctypes.data)
            size = length[0]
            if data and size:
                store = _copied(data, size, store, used)
                kind = _kind_of(store, used, used + size, alphanumeric)
                rows[count, _KIND], rows[count, _LEVEL], rows[count, _MARK] = kind, depth, -1
                rows[count, _FROM], rows[count, _TO] = used, used + size
                count += 1
                if kind != _SPACE:
                    used += size
                    # The elements around it are part of the page's frames: what are they?
                    while recorded < depth:
                        element, its_tag = stack[recorded, 0], stack[recorded, 1]
                        start = used
                        if not 0 <= its_tag < _STATIC or gaps[its_tag] == _UNKNOWN:
                            name = _name(element, length.ctypes.data)
                            store = _copied(name, length[0], store, used + 1)
                            store[used] = _UNKNOWN_TAG
                            used += 1 + length[0]
                            store[used] = 0
                            used += 1
                            its_tag = _STATIC - 1
                        attribute = 0
                        if not traits[its_tag] & _NAMELESS:
                            attribute = _first_attribute(element)
                        while attribute:
                            name = _attr(attribute, length.ctypes.data)
                            number = _which(name, length[0], letters, ends)
                            if 0 <= number < _MARKING:
                                value = _value(attribute, length.ctypes.data)
                                size = length[0] if value else 0
                                store = _copied(value, size, store, used + 1)
                                store[used] = number + 1
                                used += 1 + size
                                store[used] = 0
                                used += 1
                            attribute = _next_attribute(attribute)
                        # The same tag and attributes have one number.
                        key = np.uint64(its_tag)
                        for i in range(start, used):
                            key = (key ^ np.uint64(store[i])) * np.uint64(0x100000001B3)
                        size = used - start
                        hashed = np.int64(key >> np.uint64(1))
                        slot = (hashed ^ hashed >> 29) & (len(table) - 1)
                        while table[slot] >= 0:
                            known = table[slot]
                            if marks[known, 0] == its_tag and marks[known, 2] == size:
                                at = marks[known, 1]
                                same = True
                                for i in range(size):
                                    if store[at + i] != store[start + i]:
                                        same = False
                                        break
                                if same:
                                    break
                            slot = (slot + 1) & (len(table) - 1)
                        mark = table[slot]
                        if mark < 0:
                            mark = table[slot] = marked
                            if marked == len(marks):
                                marks = _grown(marks)
                            marks[mark, 0], marks[mark, 1], marks[mark, 2] = its_tag, start, size
                            marks[mark, 3] = hashed
                            marked += 1
                            if 2 * marked > len(table):
                                table = _spread(marks[:marked], 2 * len(table))
                        else:
                            used = start
                        rows[stack[recorded, 2], _MARK] = mark
                        recorded += 1
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
                heads = _copied(first, size, heads, said + 2)
                heads[said] = letter
                heads[said + 1] = 49 if behind >= 0 else 48
                said += 2 + size
                heads[said] = 0
                said += 1
                if letter in (116, 106):
                    while second:
                        data = _text(second, length.ctypes.data)
                        if data and length[0]:
                            heads = _copied(data, length[0], heads, said)
                            said += length[0]
                        second = _next(second)
                else:
                    heads = _copied(second, length[0], heads, said)
                    said += length[0]
                heads[said] = 0
                said += 1
        elif gap != _SKIPPED:
            timed = gap == _TIME
            if timed:
                gap = _INLINE
            elif gap == _UNKNOWN:
                name = _name(node, length.ctypes.data)
                inside = depth and traits[stack[depth - 1, 1]] & _RUNNING
                dash, timed = _dash_and_time(name, length[0])
                gap = _INLINE if inside or not dash else 1
            if timed:
                value = _find(node, _DATETIME, letters, ends, length)
                if value:
                    store = _copied(value, length[0], store, used)
                    rows[count, _KIND], rows[count, _LEVEL], rows[count, _MARK] = _WHEN, depth, -1
                    rows[count, _FROM], rows[count, _TO] = used, used + length[0]
                    used += length[0]
                    count += 1
            child = _first_child(node) if gap not in (_BREAK, _RULE) else 0
            rows[count, _KIND], rows[count, _LEVEL], rows[count, _MARK] = gap, depth, -1
            rows[count, _FROM], rows[count, _TO] = 1 if child else 0, 0
            if child:
                if depth == len(stack):
                    stack = _grown(stack)
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
    return rows[:count], store[:used], marks[:marked], heads[:said]


@cache
def _arrays() -> tuple[npt.NDArray[Any], ...]:
    characters = np.arange(0x110000, dtype=np.uint32)
    characters[0xD800:0xE000] = 0
    return (*_tables(), *_letters(), np.strings.isalnum(characters.view("U1")))


def outline_of(root: LexborNode) -> Outline:
    """The outline of the tree below ``root``.

    Raises:
        TooComplexError: more nodes than any page needs.
    """
    rows, store, marks, heads = _flatten(root.mem_id, MAX_NODES, *_arrays())
    if not len(rows):
        raise TooComplexError(f"more than {MAX_NODES:,} nodes of markup")
    names = _NAMES or ()
    raw = store.tobytes()
    pairs = []
    for tag, start, size, _ in marks.tolist():
        mark = raw[start : start + size]
        if tag == _STATIC - 1:
            name, _, mark = mark[1:].partition(b"\0")
            pairs.append((name.decode("utf-8", "replace"), mark))
        else:
            pairs.append((names[tag], mark))
    fields = heads.tobytes().decode("utf-8", "replace").split("\0")
    said = [
        (first[0], first[1] == "1", first[2:], second)
        for first, second in zip(fields[:-1:2], fields[1::2], strict=True)
    ]
    attributes = root.attributes
    language = attributes.get("lang") or attributes.get("xml:lang")
    return Outline(rows, store, pairs, said, language)
