"""Top layer: the graph, its options, the command line and the connectors to the outside."""

import os

# The segmenter's matrices are small: threads of the linear algebra library bring nothing there, and
# on a machine at work they cost most of a page's time by waiting for each other. To be said before
# NumPy is loaded; worker processes inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
