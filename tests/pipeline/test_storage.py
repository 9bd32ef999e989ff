"""The file operations that the protocol rests on."""

import errno
import os
from pathlib import Path

import pytest

from pipeline.storage import Storage


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path)


def test_create_never_replaces(storage: Storage) -> None:
    storage.create("a.json", b"first")
    with pytest.raises(FileExistsError):
        storage.create("a.json", b"second")
    assert storage.read("a.json") == b"first"
    assert storage.names("") == ["a.json"], "no temporary name is left"


def test_write_replaces_whole(storage: Storage) -> None:
    storage.write("a", b"long content")
    storage.write("a", b"short")
    assert storage.read("a") == b"short"
    assert storage.names("") == ["a"]


def test_a_write_that_fails_leaves_the_old_content(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.write("a", b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        storage.write("a", b"new")
    assert storage.read("a") == b"old"
    assert storage.names("") == ["a"]


@pytest.mark.parametrize("links", [True, False])
def test_publish_moves_but_never_over_another(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:

        def no_links(*_: object) -> None:
            raise OSError(errno.EPERM, "hard links are not known here")

        monkeypatch.setattr(os, "link", no_links)
    storage.write("one", b"1")
    storage.write("two", b"2")
    storage.publish("one", "deep/er/name")
    assert storage.read("deep/er/name") == b"1"
    assert not storage.exists("one")
    with pytest.raises(FileExistsError):
        storage.publish("two", "deep/er/name")
    assert storage.read("deep/er/name") == b"1"
    assert storage.read("two") == b"2"


def test_an_error_that_is_not_about_links_is_not_worked_around(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    storage.write("one", b"1")
    with pytest.raises(OSError, match="No space"):
        storage.publish("one", "final")
    assert storage.names("") == ["one"]


def test_files_are_listed_at_any_depth_in_order(storage: Storage) -> None:
    for name in ("b/2", "b/1", "a/c/3"):
        storage.make_folder(str(Path(name).parent))
        storage.write(name, b"")
    assert list(storage.files("")) == ["a/c/3", "b/1", "b/2"]
    assert list(storage.files("nowhere")) == []
    assert storage.names("nowhere") == []
    storage.remove_tree("b")
    storage.remove_tree("b")
    storage.remove("a/c/3")
    storage.remove("a/c/3")
    assert list(storage.files("")) == []
