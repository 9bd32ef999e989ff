"""Write requirements/*.lock: the versions in this environment of all that pyproject.toml asks for.

    python scripts/lock.py          write the locks
    python scripts/lock.py --check  fail if a lock does not hold what pyproject.toml asks for

To move to newer versions: ``pip install --upgrade`` what should move, run the tests, run this.
"""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
HEADER = "# Written by scripts/lock.py; do not edit.\n"


def closure(wanted: list[str]) -> dict[str, str]:
    """Name and version of every distribution that the requirements need, here and now."""
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    queue = [Requirement(line) for line in wanted]
    while queue:
        requirement = queue.pop()
        name = canonicalize_name(requirement.name)
        extras = frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{requirement} is not installed here: pip install it first") from None
        if not requirement.specifier.contains(dist.version, prereleases=True):
            raise SystemExit(f"{name} {dist.version} is installed, but {requirement} is asked for")
        found[name] = dist.version
        for line in dist.requires or ():
            needed = Requirement(line)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in extras | {""}
            ):
                queue.append(needed)
    return found


def locks() -> dict[str, str]:
    """File name to content."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [line for group in project["dependency-groups"].values() for line in group]
    runtime = closure(project["project"]["dependencies"])
    develop = closure(
        project["project"]["dependencies"] + groups + project["build-system"]["requires"]
    )

    def pins(found: dict[str, str]) -> str:
        return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))

    extra = {name: version for name, version in develop.items() if name not in runtime}
    return {
        "runtime.lock": HEADER + pins(runtime),
        "develop.lock": HEADER + "-r runtime.lock\n" + pins(extra),
    }


def check() -> None:
    """Every requirement of pyproject.toml is pinned in the locks, at a version that it allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pinned = dict(
        re.findall(
            r"^([\w.-]+)==(\S+)$",
            "".join(
                (ROOT / "requirements" / name).read_text()
                for name in ("runtime.lock", "develop.lock")
            ),
            re.MULTILINE,
        )
    )
    wanted = list(project["project"]["dependencies"])
    wanted += [line for group in project["dependency-groups"].values() for line in group]
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            raise SystemExit(
                f"{requirement} is not met by the locks ({version}): python scripts/lock.py"
            )


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        for name, content in locks().items():
            (ROOT / "requirements" / name).write_text(content)
