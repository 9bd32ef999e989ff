"""Middle layer: what copydesk knows about news pages, as pure functions, one module a concern.

Only ``transforms.ptransforms`` imports Beam; importing anything else here loads no engine.
"""
