"""What the names that a user gives stand for."""

import os
from pathlib import Path

import pytest

from pipeline.connectors.find import find_files
from pipeline.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("news/b.txt", "news/a.html", "news/deep/c.jsonl.gz", "news/notes.pdf",
                 "news/.hidden.txt", "news/.git/x.txt", "empty/readme.md", "p.txt", "q.dat"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("inputs", "origins", "others"),
    [
        (["news"], ["news/a.html", "news/b.txt", "news/deep/c.jsonl.gz"], 1),
        (["./news/"], ["news/a.html", "news/b.txt", "news/deep/c.jsonl.gz"], 1),
        (["p.txt"], ["p.txt"], 0),
        (["news/*"], ["news/a.html", "news/b.txt", "news/deep/c.jsonl.gz"], 1),
        (["**/*.txt"], ["news/b.txt", "p.txt"], 0),
        (["news", "news/b.txt", "p.txt", "./p.txt"], ["news/a.html", "news/b.txt", "news/deep/c.jsonl.gz", "p.txt"], 1),
        (["../{}/p.txt"], ["../{}/p.txt"], 0),
    ],
)  # fmt: skip
def test_inputs_stand_for_files(
    folder: Path, inputs: list[str], origins: list[str], others: int
) -> None:
    found = find_files(tuple(name.format(folder.name) for name in inputs))
    assert [file.origin for file in found.files] == [o.format(folder.name) for o in origins]
    assert found.others == others


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("empty", "no pages in the folder empty; files read are .txt"),
        ("nowhere", "there is no file or folder nowhere"),
        ("*.csv", r"no pages match \*\.csv"),
        ("q.dat", "cannot tell what q.dat holds by its name"),
    ],
)
def test_names_that_stand_for_nothing_are_told(folder: Path, name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        find_files((name,))


def test_a_pipe_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        find_files(("pipe.txt",))
    assert len(find_files(("news", "p.txt")).files) == 4


def test_a_file_is_told_by_its_real_place(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder / "p.txt")
    by_name, by_link = find_files(("p.txt",)).files[0], find_files(("link.txt",)).files[0]
    assert by_name.identity == by_link.identity == str(folder.resolve() / "p.txt")
    assert by_link.origin == "link.txt"


def test_a_name_that_is_no_utf8_can_be_read_and_written_down(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    Path(name).write_text("x")
    (file,) = find_files((name,)).files
    assert Path(file.path).read_text() == "x"
    assert file.origin == "caf\\udce9.txt"
    file.identity.encode()
