"""Servers written in Java that tests and scripts start here: their jars come through Maven."""

import shutil
import subprocess
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_TOOLS = _ROOT / "build" / "tools"


def home(name: str) -> Path:
    """Where the server ``name`` stands with its ``jars``, once ``fetch`` has brought them."""
    return _TOOLS / name


def missing_tools(name: str) -> str | None:
    """What is not here to start the server; None if all is."""
    tools = ["java"] if (home(name) / "jars").is_dir() else ["java", "mvn"]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return f"{' and '.join(missing)} not found" if missing else None


def fetch(name: str) -> None:
    """Brings the jars that ``deploy/NAME/pom.xml`` names, whole or not at all, unless they are here."""
    if (home(name) / "jars").is_dir():
        return
    _TOOLS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_TOOLS) as folder:
        subprocess.run(
            [
                "mvn", "--quiet", "--batch-mode", "--file", str(_ROOT / "deploy" / name / "pom.xml"),
                "dependency:copy-dependencies", "-DincludeScope=runtime",
                f"-DoutputDirectory={folder}/{name}/jars",
            ],
            check=True, timeout=1800,
        )  # fmt: skip
        Path(folder, name).rename(home(name))


def opens(*packages: str) -> list[str]:
    """Options that open inner parts of Java, which 17 closes to older servers."""
    return [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in packages]
