"""How fast copydesk is beside its parts and beside the tools that people use: ``make bench``.

Each module measures one thing: ``measure(scale) -> Section``. They know nothing of each other.
"""
