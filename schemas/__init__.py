"""Bottom layer: the records, their names, and how they look on disk and on the wire.

Nothing here imports Beam, a Kafka client, or a layer above.
"""
