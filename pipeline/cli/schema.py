"""Print the columns of the datasets: names, types and meanings."""

import argparse
from typing import Any

from pipeline.cli.terminal import Terminal

SUMMARY = "the columns"
USAGE = "[options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--markdown", action="store_true", help="print Markdown, as the README shows it"
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from schemas.arrow import DATASETS, SCHEMA_VERSION

    if terminal.json:
        datasets = {name: columns(name) for name in DATASETS}
        terminal.write_json([{"schema_version": SCHEMA_VERSION, **datasets}])
    elif arguments.markdown:
        terminal.out.print("\n\n".join(markdown(name) for name in DATASETS), soft_wrap=True)
    else:
        _print_tables(terminal)
    return 0


def columns(dataset: str) -> list[dict[str, Any]]:
    """Each column of ``dataset`` with name, type, whether it may be null, and meaning."""
    from schemas.arrow import DATASETS

    return [
        {
            "name": field.name,
            "type": type_name(field.type),
            "nullable": field.nullable,
            "meaning": field.metadata[b"meaning"].decode(),
        }
        for field in DATASETS[dataset]
    ]


def type_name(arrow: Any) -> str:
    """An Arrow type as people say it."""
    import pyarrow as pa

    if pa.types.is_timestamp(arrow):
        return "timestamp UTC"
    if pa.types.is_list(arrow):
        return f"list of {type_name(arrow.value_type)}"
    if pa.types.is_struct(arrow):
        return f"struct({', '.join(field.name for field in arrow)})"
    return {"bool": "boolean", "float": "float32"}.get(str(arrow), str(arrow))


def markdown(dataset: str) -> str:
    """The columns of ``dataset`` as a Markdown table."""
    rows = [
        f"| `{column['name']}` | {column['type']} | {column['meaning']} |"
        for column in columns(dataset)
    ]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])


def _print_tables(terminal: Terminal) -> None:
    from rich import box
    from rich.table import Table

    from schemas.arrow import DATASETS

    for name in DATASETS:
        table = Table(box=box.SIMPLE_HEAD, title=name, title_justify="left", title_style="bold")
        table.add_column("column", style="cyan", no_wrap=True)
        table.add_column("type", style="dim", no_wrap=True)
        table.add_column("meaning")
        for column in columns(name):
            table.add_row(column["name"], column["type"], column["meaning"])
        terminal.out.print(table)
    terminal.out.print(
        "Stories lie in folders published_date=YYYY-MM-DD (UTC); undated ones in "
        "published_date=__HIVE_DEFAULT_PARTITION__.",
        style="dim",
    )
