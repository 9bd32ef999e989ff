"""HTML: from markup to visible lines with hints, bounded in time and memory."""

from transforms.markup.limits import MAX_CHARACTERS, TooComplexError, check
from transforms.markup.walk import Markup, Property, read

__all__ = ["MAX_CHARACTERS", "Markup", "Property", "TooComplexError", "check", "read"]
