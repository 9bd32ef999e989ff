"""Top layer: the graph, its options, the command line and the connectors to the outside."""
