"""HTML that cannot be broken from inside: every string is text until it is said to be markup."""

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Finished HTML. Only ``tag`` and ``raw`` make it."""

    __slots__ = ()


Content = str | int | float | None | Iterable["Content"]


def tag(name: str, *content: Content, **attributes: str | int | float | None) -> Markup:
    """An element. Strings are escaped, markup is not, None is left out, iterables are joined.

    A trailing underscore of an attribute's name is dropped (``class_``), others become hyphens.
    """
    given = "".join(
        f' {attribute.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for attribute, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>{join(content)}</{name}>")


def join(content: Content) -> Markup:
    """Content as markup, in order."""
    if content is None:
        return Markup("")
    if isinstance(content, Markup):
        return content
    if isinstance(content, str | int | float):
        return Markup(escape(str(content), quote=False))
    return Markup("".join(join(part) for part in content))


def raw(markup: str) -> Markup:
    """Markup from a constant of the program; never from data."""
    return Markup(markup)
