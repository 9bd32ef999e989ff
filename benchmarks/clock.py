"""Fair timing: contenders take turns on the same pages, and CPU time is what counts.

CPU time is the speed of one core also where other programs are at work on the machine; a wall
clock would measure those too. Turns of a few pages spread slow moments (a hot machine, a neighbour
on the same core) over all contenders, and each has a fair chance of a fast one in some round.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def race(
    contenders: Mapping[str, Callable[[T], Any]],
    pages: Mapping[str, Sequence[T]] | Sequence[T],
    rounds: int = 3,
    turn: int = 5,
) -> dict[str, float]:
    """CPU seconds that each contender takes for one round over its pages.

    ``pages`` are the same for all, or a mapping from contender to its renderings of the same
    pages in the same order. The best of ``rounds`` counts turn by turn: noise only adds time.
    The first turn is run once before, untimed: models load and caches warm as in a long run.
    """
    own = {name: pages[name] if isinstance(pages, Mapping) else pages for name in contenders}
    length = min(len(items) for items in own.values())
    turns = [slice(start, min(start + turn, length)) for start in range(0, length, turn)]
    best: dict[str, list[float]] = {name: [float("inf")] * len(turns) for name in contenders}
    for name, work in contenders.items():
        for item in own[name][turns[0]]:
            work(item)
    for _ in range(rounds):
        for number, part in enumerate(turns):
            for name, work in contenders.items():
                items = own[name][part]
                begun = time.process_time()
                for item in items:
                    work(item)
                taken = time.process_time() - begun
                best[name][number] = min(best[name][number], taken)
    return {name: sum(times) for name, times in best.items()}
