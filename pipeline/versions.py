"""Which versions wrote a commit: they stand in its plan and in its record."""

from importlib.metadata import version

from schemas.arrow import SCHEMA_VERSION


def versions() -> dict[str, str]:
    """Of the schema, of copydesk, and of the libraries that shape the files."""
    names = ("copydesk", "apache-beam", "pyarrow")
    return {"schema": str(SCHEMA_VERSION)} | {name: version(name) for name in names}
