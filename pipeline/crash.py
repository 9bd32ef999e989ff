"""Named points at which a test can make the process die as if it were killed.

``COPYDESK_CRASH_AT=recorded`` ends the process at that point without any clean-up, which is what
``kill -9`` does. Unset, as in every real run, the points cost nothing.
"""

import os

VARIABLE = "COPYDESK_CRASH_AT"
KILLED = 137


def point(name: str) -> None:
    """Dies here if the environment names this point."""
    if os.environ.get(VARIABLE) == name:
        os._exit(KILLED)
