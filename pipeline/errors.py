"""The errors that a user can mend: each is one sentence that says what to do.

The command line prints them without a traceback. Anything else that reaches it is a bug.
"""


class CopydeskError(Exception):
    """The run cannot go on. The message is for the user: what is wrong and what to do."""


class UsageError(CopydeskError):
    """The command was called with something that can never work (exit status 2)."""


class TemporaryError(CopydeskError):
    """Something outside is away; the same run may succeed later. Whoever follows tries again."""
