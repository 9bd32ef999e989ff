"""Load the data files under ``transforms/lexicons``: read once, checked, frozen."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


class LexiconError(ValueError):
    """A data file breaks its own rules. The message names the file, the entry and the remedy."""


@dataclass(frozen=True, slots=True)
class Agency:
    """A wire: its usual short name, its other names, where it sits.

    ``ambiguous``: the short name means something else too ("MENA", "Beta").
    """

    name: str
    aliases: tuple[str, ...]
    country: str
    ambiguous: bool = False


def read_lexicon(name: str) -> dict[str, Any]:
    """The data file ``transforms/lexicons/<name>.toml``.

    Raises:
        LexiconError: it is no TOML.
    """
    text = files("transforms").joinpath("lexicons", f"{name}.toml").read_text("utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{name}.toml: {error}") from error


def parse_agencies(data: dict[str, Any]) -> tuple[Agency, ...]:
    """The entries of an agency file, in its order.

    Raises:
        LexiconError: a missing or unknown key, a wrong type, or a name that stands twice.
    """
    agencies = []
    owner: dict[str, str] = {}
    for entry in data.get("agency", ()):
        try:
            agency = Agency(**{**entry, "aliases": tuple(entry["aliases"])})
        except (TypeError, KeyError) as error:
            raise LexiconError(
                f"agencies.toml: {entry.get('name', entry)!r} needs name, aliases and country "
                f"and may have ambiguous: {error}"
            ) from error
        for alias in (agency.name, *agency.aliases):
            if not isinstance(alias, str) or not alias.strip():
                raise LexiconError(f"agencies.toml: {agency.name!r} has an alias that is no text")
            if owner.setdefault(alias, agency.name) != agency.name:
                raise LexiconError(
                    f"agencies.toml: {alias!r} names both {owner[alias]!r} and {agency.name!r}"
                )
        if len(agency.country) != 2:
            raise LexiconError(f"agencies.toml: country of {agency.name!r} must have two letters")
        agencies.append(agency)
    return tuple(agencies)


@cache
def agencies() -> tuple[Agency, ...]:
    """The wires of the world."""
    return parse_agencies(read_lexicon("agencies"))


@cache
def _lexicon(name: str) -> dict[str, Any]:
    return read_lexicon(name)


def words_of(name: str, table: str, languages: Collection[str] | None = None) -> tuple[str, ...]:
    """The entries of a table whose values are lists, of all languages or of these, without
    repetition.

    Raises:
        LexiconError: the file has no such table, or one of its values is no list of strings.
    """
    lists = _table(name, table, list).items()
    chosen = (of for language, of in lists if languages is None or language in languages)
    return tuple(dict.fromkeys(entry for of in chosen for entry in of))


def word_lists(name: str, table: str) -> tuple[str, ...]:
    """The words of a table whose values are strings of words, without repetition.

    Raises:
        LexiconError: the file has no such table, or one of its values is no string.
    """
    return tuple(
        dict.fromkeys(word for text in _table(name, table, str).values() for word in text.split())
    )


@cache
def small_words() -> frozenset[str]:
    """The function words of all languages: no name is made of them alone."""
    return frozenset(word for text in _lexicon("function_words").values() for word in text.split())


def _table(name: str, table: str, type_: type) -> dict[str, Any]:
    values = _lexicon(name).get(table)
    if not isinstance(values, dict) or not all(isinstance(v, type_) for v in values.values()):
        raise LexiconError(f"{name}.toml: [{table}] must have a {type_.__name__} for each language")
    return values
