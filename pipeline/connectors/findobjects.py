"""From an address of an object store to the objects that it stands for, as ``find`` does for files.

A key has no folders, but its slashes are read as if: ``s3://bucket/news`` is an object of that key,
or all that lies below ``news/``, and a glob's ``*`` stops at a slash.
"""

import glob
from collections.abc import Iterable
from fnmatch import fnmatchcase

from pipeline import stores
from pipeline.connectors.files import ENDINGS, format_of
from pipeline.connectors.find import FoundFile
from pipeline.errors import UsageError


def find_objects(address: str) -> tuple[list[FoundFile], int]:
    """The objects with pages that an address or a glob stands for, and how many others there are.

    As in folders, names with a leading dot are passed over.

    Raises:
        UsageError: no such bucket or object, or none that holds pages.
        CopydeskError: the store cannot be asked.
    """
    scheme, bucket, key = stores.parts(address)
    if glob.has_magic(bucket):
        raise UsageError(f"{address}: a glob may stand for objects of one bucket, not for buckets")
    if key and not key.endswith("/") and (found := stores.head(address)):
        files, _ = _sorted_out([found])
        if not files:
            raise UsageError(
                f"cannot tell what {address} holds by its name; files read are {ENDINGS}"
            )
        return files, 0
    folder = f"{scheme}://{bucket}/{key.rstrip('/')}".rstrip("/") + "/"
    below = [item for item in stores.listed(folder) if _seen(item.address[len(folder) :])]
    if below:
        files, others = _sorted_out(below)
        if not files:
            raise UsageError(f"no pages below {address}; files read are {ENDINGS}")
        return files, others
    if glob.has_magic(key):
        files, others = _sorted_out(_matches(f"{scheme}://{bucket}/", key))
        if not files:
            raise UsageError(f"no pages match {address}; files read are {ENDINGS}")
        return files, others
    raise UsageError(f"there is no object {address} that can be read, and none below it")


def _sorted_out(found: Iterable[stores.StoredObject]) -> tuple[list[FoundFile], int]:
    files, others = [], 0
    for item in found:
        format_ = format_of(item.address)
        if format_ is None:
            others += 1
            continue
        name = item.address
        files.append(
            FoundFile(name, name, name, item.size, item.mtime_ns, format_, item.fingerprint)
        )
    return files, others


def _matches(root: str, pattern: str) -> Iterable[stores.StoredObject]:
    """Objects that match, or that lie below what would be a matching folder."""
    fixed = pattern[: next(at for at, char in enumerate(pattern) if char in "*?[")]
    # With a slash at its end a glob stands for folders only.
    patterns = (f"{pattern}**" if pattern.endswith("/") else pattern).split("/")
    for item in stores.listed(f"{root}{fixed}"):
        key = item.address[len(root) :]
        if not key.endswith("/") and _match(key.split("/"), patterns):
            yield item


def _match(names: list[str], patterns: list[str]) -> bool:
    if not patterns:
        return not names or _seen("/".join(names))
    if not names:
        return False
    if patterns[0] == "**":
        deeper = not names[0].startswith(".") and _match(names[1:], patterns)
        return deeper or _match(names, patterns[1:])
    hidden = names[0].startswith(".") and not patterns[0].startswith(".")
    return not hidden and fnmatchcase(names[0], patterns[0]) and _match(names[1:], patterns[1:])


def _seen(name: str) -> bool:
    """Whether a folder's walk would come to this name: no part hidden, and no folder's own mark,
    which is an empty object whose key ends in a slash."""
    parts = name.split("/")
    return parts[-1] != "" and not any(part.startswith(".") for part in parts)
