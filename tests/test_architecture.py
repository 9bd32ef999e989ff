"""What must hold of the whole: layers, light imports, names on the wheel, no traces of a machine."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("pipeline", "transforms", "schemas")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "module",
    sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in ("transforms", "schemas")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "ptransforms.py"
    ),
)
def test_the_pure_layers_load_no_engine(module):
    assert not loaded_by(f"import {module}") & {
        "apache_beam",
        "kafka",
        "duckdb",
        "dateparser.search",
    }


def test_import_contracts():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_wheel_holds_the_three_packages_and_their_data(tmp_path):
    wheel = subprocess.run(
        [
            sys.executable,
            "-c",
            f"from hatchling.build import build_wheel as b; print(b({str(tmp_path)!r}))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    names = set(zipfile.ZipFile(tmp_path / wheel.splitlines()[-1]).namelist())
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == set(PACKAGES)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert path.relative_to(ROOT).as_posix() in names


def test_no_other_distribution_owns_the_three_names():
    # An editable install owns no files, so it is not listed; any other owner would shadow us.
    owners = packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["copydesk"])) == {"copydesk"}


def test_the_packages_are_listed_and_typed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)
    for package in PACKAGES:
        assert (ROOT / package / "py.typed").is_file()


def test_the_locks_hold_what_the_project_asks_for():
    subprocess.run([sys.executable, "scripts/lock.py", "--check"], cwd=ROOT, check=True)


def test_no_trace_of_a_machine_or_a_registry():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    if tracked == [""]:
        pytest.skip("no git checkout")
    registries = (
        "pypi",
        "pythonhosted",
        "repo.maven",
        "repo1.maven",
        "proxy.golang",
        "npmjs",
        "crates",
    )
    traces = re.compile(
        r"/(?:work|root|home/\w+)/|" + "|".join(rf"{r}\w*\.(?:org|com|io)" for r in registries)
    )
    for name in filter(None, tracked):
        path = ROOT / name
        if (
            path.suffix in {".gz", ".zst", ".bin", ".npz", ".parquet", ".warc"}
            or not path.is_file()
        ):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if name != "tests/test_architecture.py":
            assert not (hit := traces.search(text)), f"{name}: {hit.group()}"
