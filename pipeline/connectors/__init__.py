"""Connectors to the outside world. They know records and bytes, not the rules of newsrooms."""
