"""``python -m benchmarks [NAME...]``: measures, prints, and writes build/bench.md and .json.

``--readme`` also writes the README's table, of the parts that show what a page costs.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.inputs import origin
from benchmarks.pages import not_installed
from benchmarks.tables import Benchmark, Row, Scale, Section, as_json, markdown, replace_between

_ROOT = Path(__file__).resolve().parents[1]
_README = _ROOT / "README.md"
_MODULES = ("pages", "stages", "dates", "through", "sink", "kafka", "memory", "growth")
_IN_README = ("pages", "stages")
_TOOLS = (
    "apache-beam",
    "pyarrow",
    "trafilatura",
    "resiliparse",
    "newspaper4k",
    "htmldate",
    "dateparser",
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(_MODULES)}")
    parser.add_argument("--quick", action="store_true", help="only see that all of it runs")
    parser.add_argument("--million", action="store_true", help="add the runs of a million pages")
    parser.add_argument("--output", type=Path, default=_ROOT / "build")
    parser.add_argument("--readme", action="store_true", help="write the README's table anew")
    chosen = parser.parse_args(arguments)
    names = chosen.names or _MODULES
    unknown = set(names) - set(_MODULES)
    if unknown:
        parser.error(f"no benchmark {min(unknown)!r}; there are {', '.join(_MODULES)}")
    if chosen.readme and chosen.quick:
        parser.error("the figures of --quick are none to believe, so none for the README")
    if chosen.readme and not set(_IN_README) <= set(names):
        parser.error(f"the README's table is of {' and '.join(_IN_README)} of one run")
    sections: dict[str, Section] = {}
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        module: Benchmark = import_module(f"benchmarks.{name}")
        sections[name] = module.measure(Scale(chosen.quick, chosen.million))
        print(markdown([sections[name]]), flush=True)
        # After each part, for some take long: what was measured is not lost with what fails later.
        _write(chosen.output, list(sections.values()))
        if chosen.readme and name == [part for part in names if part in _IN_README][-1]:
            _write_readme(_README, [sections[part] for part in _IN_README])
    return 0


def about() -> dict[str, object]:
    """The machine and the versions, without which no figure means anything."""
    versions = {}
    for name in _TOOLS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "python": platform.python_version(),
        "pages": origin(),
        "measured_on": datetime.now(UTC).date().isoformat(),
        "versions": versions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")


def _write(folder: Path, sections: list[Section]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    facts = about()
    head = f"# Benchmarks\n\n```json\n{json.dumps(facts, indent=1)}\n```\n\n"
    (folder / "bench.md").write_text(head + markdown(sections), encoding="utf-8")
    (folder / "bench.json").write_text(as_json(sections, facts), encoding="utf-8")


def _write_readme(path: Path, sections: list[Section]) -> None:
    facts = about()
    rows: tuple[Row, ...] = tuple(row for section in sections for row in section.rows)
    table = markdown([Section("", "", rows)]).split("\n\n", 2)[2]
    note = (
        f"Measured with `make bench` on {facts['cores']} cores ({facts['processor']}) with "
        f"{facts['pages']}, {facts['measured_on']}."
    )
    if missing := not_installed():
        note += f" Not installed, and so not in the table: {', '.join(missing)}."
    text = replace_between(path.read_text(encoding="utf-8"), "bench", f"{note}\n\n{table}")
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
