"""What an installation compiles ahead."""

import subprocess
import sys

# In a process of its own: other tests compile kernels, too.
_PROGRAM = """
from pathlib import Path
from numba.core import event
from schemas.records import Coordinates, RawPage
from transforms.outcomes import split_stories
from transforms.warm import warm
warm()
told = '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"It rained."}</script>'
with event.install_recorder("numba:compile") as recorder:
    for path in sorted(Path("seeds/pages").iterdir()):
        if path.suffix == ".txt":
            split_stories(RawPage(Coordinates(str(path)), text=path.read_bytes()))
        elif path.suffix == ".html":
            split_stories(RawPage(Coordinates(str(path)), html=path.read_bytes()))
    split_stories(RawPage(Coordinates("told"), html=f"{told}<p>It rained.".encode()))
print(*(found.data["dispatcher"].py_func.__name__ for _, found in recorder.buffer))
"""


def test_no_kernel_is_left_for_the_first_page() -> None:
    command = [sys.executable, "-c", _PROGRAM]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    assert run.stdout.split() == []
