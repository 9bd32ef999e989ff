"""Kafka, in pure Python: drains for one machine, an endless source for streaming runners, and the
way in. The client library is known to this package alone."""
