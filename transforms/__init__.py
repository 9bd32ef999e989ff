"""Middle layer: what copydesk knows about news pages, as pure functions, one module a concern.

Only ``transforms.ptransforms`` imports Beam; importing anything else here loads no engine.
"""

import os

# As in the package `pipeline`, for those who use the functions alone: before NumPy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
