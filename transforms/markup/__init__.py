"""HTML: from markup to visible lines with hints, bounded in time and memory."""

from transforms.markup.limits import MAX_CHARACTERS, TooComplexError, check
from transforms.markup.microdata import STORY_TYPE, Property
from transforms.markup.walk import Markup, read

__all__ = ["MAX_CHARACTERS", "STORY_TYPE", "Markup", "Property", "TooComplexError", "check", "read"]
