"""Ask a dataset: DuckDB views over its files, and a summary for those who ask nothing.

The views are ``stories``, ``teasers``, ``rejects`` and ``commits``. They are plain globs over
the published files, right at every moment also while an ingest is at work.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.commitlog import COMMITS
from pipeline.errors import CopydeskError, UsageError
from schemas.partitions import PARTITION_COLUMN

if TYPE_CHECKING:
    import duckdb

VIEWS = ("stories", "teasers", "rejects", "commits")
# So many stories the summary lists; of larger datasets the newest.
LISTED = 40
_FETCHED = 1000

# A commit of many files names each of them; DuckDB's own limit would be 16 MB.
_LARGEST_RECORD = 256 * 1024 * 1024
_COMMIT_COLUMNS = """\
    "commit"::BIGINT AS "commit", kind, created_at::TIMESTAMPTZ AS created_at,
    len(files) AS files,
    coalesce(list_sum([f.rows FOR f IN files]), 0)::BIGINT AS rows,
    coalesce(list_sum([f.bytes FOR f IN files]), 0)::BIGINT AS bytes,
    counts.pages AS pages, counts.stories AS stories, counts.teasers AS teasers,
    coalesce(list_sum(map_values(counts.rejects)), 0)::BIGINT AS rejects, len(inputs) AS inputs, kafka
"""
_COMMIT_JSON = {
    "commit": "VARCHAR",
    "kind": "VARCHAR",
    "created_at": "VARCHAR",
    "files": "STRUCT(path VARCHAR, rows BIGINT, bytes BIGINT)[]",
    "inputs": "JSON[]",
    "kafka": "JSON",
    "counts": "STRUCT(pages BIGINT, stories BIGINT, teasers BIGINT, rejects MAP(VARCHAR, BIGINT))",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer: the names of its columns and its rows, read as they are asked for."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def check_dataset(dataset: Path) -> None:
    """
    Raises:
        UsageError: ``dataset`` is no folder that copydesk wrote.
    """
    if dataset.parts[:1] in (("s3:",), ("gs:",)):
        raise UsageError(
            "this needs a folder; read an object store with DuckDB's own httpfs: "
            "read_parquet('s3://…/stories/**/*.parquet')"
        )
    if not (dataset / COMMITS).is_dir():
        what = "is no dataset of copydesk" if dataset.exists() else "does not exist"
        raise UsageError(f"{dataset} {what}; `copydesk ingest INPUT --output {dataset}` makes one")


def connect(dataset: Path) -> "duckdb.DuckDBPyConnection":
    """DuckDB with the views over ``dataset``. Times are shown in UTC.

    Raises:
        UsageError: ``dataset`` is no folder that copydesk wrote.
    """
    import duckdb

    check_dataset(dataset)
    connection = duckdb.connect(":memory:")
    # Nothing here needs an extension from the net; a machine without it must not wait for one.
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET TimeZone = 'UTC'")
    rows = _view(
        connection, dataset, "stories", "**/*.parquet", f"hive_types = {{{PARTITION_COLUMN}: DATE}}"
    )
    connection.execute(f"CREATE VIEW stories AS SELECT * FROM {rows} WHERE NOT is_teaser")  # noqa: S608
    connection.execute(f"CREATE VIEW teasers AS SELECT * FROM {rows} WHERE is_teaser")  # noqa: S608
    rows = _view(connection, dataset, "rejects", "*.parquet", "hive_partitioning = false")
    connection.execute(f"CREATE VIEW rejects AS SELECT * FROM {rows}")  # noqa: S608
    connection.execute(f"CREATE VIEW commits AS {_commits(dataset)}")
    return connection


def ask(connection: "duckdb.DuckDBPyConnection", sql: str) -> Rows:
    """The answer to one SQL statement, before which others may prepare it (``SET``, ``CREATE``).

    Raises:
        UsageError: there is no statement in ``sql``, or more than one that has an answer.
        CopydeskError: DuckDB does not understand ``sql`` or cannot run it; with its own words.
    """
    if not sql.strip(" \t\r\n;"):
        raise UsageError("the SQL is empty; leave it out for a summary")
    import duckdb

    with _in_its_own_words():
        statements = connection.extract_statements(sql)
        if any(before.type == duckdb.StatementType.SELECT for before in statements[:-1]):
            raise UsageError("the SQL asks more than one question; ask them one at a time")
        cursor = connection.execute(sql)
        names = tuple(column[0] for column in cursor.description or ())
    return Rows(names, _fetch(cursor) if names else iter(()))


def _fetch(cursor: "duckdb.DuckDBPyConnection") -> Iterator[tuple[Any, ...]]:
    with _in_its_own_words():
        while rows := cursor.fetchmany(_FETCHED):
            yield from rows


@contextmanager
def _in_its_own_words() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise CopydeskError(f"DuckDB: {error}") from error


@dataclass(frozen=True, slots=True)
class Summary:
    """What a dataset holds. ``bases``, ``agencies``, … count stories, the most frequent first;
    ``listed`` are rows of ``LISTED_COLUMNS``."""

    pages: int
    stories: int
    teasers: int
    rejects: int
    commits: int
    undated: int
    first_day: str | None
    last_day: str | None
    bases: tuple[tuple[str, int], ...]
    agencies: tuple[tuple[str, int], ...]
    publishers: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    listed: tuple[tuple[Any, ...], ...]


LISTED_COLUMNS = ("date", "basis", "agency", "publisher", "headline", "words")

_COUNTS = f"""
    SELECT count(DISTINCT page_id), count(*), count(*) FILTER (published_at IS NULL),
           min({PARTITION_COLUMN})::VARCHAR, max({PARTITION_COLUMN})::VARCHAR
    FROM stories
"""  # noqa: S608
# The origin of a record ends in the byte that it starts at: a.jsonl:999 comes before a.jsonl:1000.
_AS_READ = r"""
    regexp_replace(origin, ':\d+$', ''), try_cast(regexp_extract(origin, ':(\d+)$', 1) AS BIGINT),
    topic, "partition", "offset", story_index
"""
# A small dataset is shown in the order of its pages, a large one by its newest stories.
_LISTED = f"""
    SELECT {PARTITION_COLUMN}, published_basis, agency, coalesce(publisher, source),
           coalesce(headline, '“' || left(body, 80) || '…”'), word_count
    FROM stories
    ORDER BY {{order}}
    LIMIT {LISTED}
"""  # noqa: S608


def summarize(connection: "duckdb.DuckDBPyConnection") -> Summary:
    """Counts what is in the views."""

    def one(sql: str) -> tuple[Any, ...]:
        return connection.execute(sql).fetchone() or ()

    def top(column: str, view: str = "stories") -> tuple[tuple[str, int], ...]:
        sql = (
            f"SELECT {column}, count(*) AS n FROM {view} WHERE {column} IS NOT NULL "  # noqa: S608
            "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10"
        )
        return tuple(connection.execute(sql).fetchall())

    pages, stories, undated, first_day, last_day = one(_COUNTS)
    order = _AS_READ if stories <= LISTED else "published_at DESC NULLS LAST, story_id"
    return Summary(
        pages=pages, stories=stories, undated=undated, first_day=first_day, last_day=last_day,
        teasers=one("SELECT count(*) FROM teasers")[0],
        rejects=one("SELECT count(*) FROM rejects")[0],
        commits=one("SELECT count(*) FROM commits")[0],
        bases=top("published_basis"), agencies=top("agency"), publishers=top("publisher"),
        languages=top("language"), reasons=top("reason", "rejects"),
        listed=tuple(connection.execute(_LISTED.format(order=order)).fetchall()),
    )  # fmt: skip


def _view(
    connection: "duckdb.DuckDBPyConnection", dataset: Path, name: str, pattern: str, options: str
) -> str:
    """A table expression over the files of one dataset, or an empty table while it has none."""
    if any((dataset / name).glob(pattern)):
        glob = f"{_glob_escaped(str(dataset / name))}/{pattern}"
        return f"read_parquet({_quoted(glob)}, union_by_name = true, {options})"
    from schemas.arrow import DATASETS

    empty = f"_no_{name}"
    connection.register(empty, DATASETS[name].empty_table())
    # The partition column belongs to the folders, so the schema does not have it.
    partition = f", NULL::DATE AS {PARTITION_COLUMN}" if name == "stories" else ""
    return f"(SELECT *{partition} FROM {empty})"  # noqa: S608


def _commits(dataset: Path) -> str:
    columns = ", ".join(f'"{name}": {_quoted(kind)}' for name, kind in _COMMIT_JSON.items())
    if any((dataset / COMMITS).glob("*.json")):
        glob = f"{_glob_escaped(str(dataset / '_commits'))}/*.json"
        options = f"columns = {{{columns}}}, maximum_object_size = {_LARGEST_RECORD}"
        source = f"read_json({_quoted(glob)}, {options})"
    else:
        nulls = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in _COMMIT_JSON.items())
        source = f"(SELECT {nulls} WHERE false)"
    return f'SELECT {_COMMIT_COLUMNS} FROM {source} ORDER BY "commit"'  # noqa: S608


def _glob_escaped(path: str) -> str:
    """``path`` for a DuckDB glob, which knows no backslash: ``[`` becomes ``[[]``."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
