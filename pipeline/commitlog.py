"""The commit log: what each run added to a dataset, and what follows from it.

``OUT/_commits/000000001.json`` and so on are the truth about which files, rows, inputs and
Kafka offsets belong to the dataset. A record is written once, whole and exclusively; it is never
changed. This module knows records; how they come to be is ``pipeline.publish``'s concern.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.errors import CopydeskError
from pipeline.places import AnyStorage

COMMITS = "_commits"
FORMAT_VERSION = 1
_DIGITS = 9


@dataclass(frozen=True, slots=True, order=True)
class DataFile:
    """One Parquet file of the dataset; ``path`` is relative to it, ``partition`` null if flat."""

    path: str
    dataset: str
    partition: str | None
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileInput:
    """Bytes ``[start, end)`` of a file that became rows.

    ``path`` is absolute and tells files apart; ``origin`` is the path as the user gave it.
    ``size``, ``mtime_ns`` and ``sha256`` are those of the whole file when it was planned. An
    object has the store's own ``fingerprint`` in the place of ``sha256``, for which all of it
    would be fetched once more.
    """

    path: str
    origin: str
    size: int
    mtime_ns: int
    sha256: str | None
    start: int
    end: int
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class OffsetRange:
    """Offsets ``[start, end)`` of one partition of a topic. Gaps in it (compaction, aborted
    transactions) count as read. ``topic_id`` is the brokers' own name for this very topic: one
    that was deleted and made again has another."""

    start: int
    end: int
    topic_id: str | None = None


# topic -> partition -> offsets
KafkaRanges = Mapping[str, Mapping[int, OffsetRange]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a commit's rows add up to. Every record read is a page with stories or a reject."""

    pages_with_stories: int = 0
    stories: int = 0
    teasers: int = 0
    rejects: Mapping[str, int] = field(default_factory=dict)  # reason -> rows

    @property
    def rejected(self) -> int:
        return sum(self.rejects.values())

    @property
    def pages(self) -> int:
        return self.pages_with_stories + self.rejected

    def __add__(self, other: "Counts") -> "Counts":
        reasons = sorted({*self.rejects, *other.rejects})
        return Counts(
            self.pages_with_stories + other.pages_with_stories,
            self.stories + other.stories,
            self.teasers + other.teasers,
            {name: self.rejects.get(name, 0) + other.rejects.get(name, 0) for name in reasons},
        )


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit record.

    ``kind`` is ``ingest``, ``replay`` or ``compact``. ``attempt`` names the staging folder that
    its files came from. ``retires`` names files of earlier commits whose rows this one holds
    anew; they are removed when it is published. ``counts`` says what became of records, so a
    commit of kind ``compact``, which only moves rows, counts nothing.
    """

    number: int
    attempt: str
    created_at: str
    files: tuple[DataFile, ...] = ()
    retires: tuple[str, ...] = ()
    inputs: tuple[FileInput, ...] = ()
    kafka: KafkaRanges = field(default_factory=dict)
    counts: Counts = Counts()
    versions: Mapping[str, str] = field(default_factory=dict)
    kind: str = "ingest"

    @property
    def name(self) -> str:
        return commit_name(self.number)

    def to_json(self) -> bytes:
        """The record as it stands on disk: one JSON object, keys in a fixed order."""
        counts = asdict(self.counts)
        record = {
            "commit": self.name,
            "format_version": FORMAT_VERSION,
            "kind": self.kind,
            "attempt": self.attempt,
            "created_at": self.created_at,
            "counts": {"pages": self.counts.pages, **counts},
            "files": [asdict(file) for file in self.files],
            "retires": list(self.retires),
            "inputs": [asdict(item) for item in self.inputs],
            "kafka": kafka_json(self.kafka),
            "versions": dict(self.versions),
        }
        return json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> "Commit":
        """Reads a record back.

        Raises:
            ValueError: it is no record, or one of a later format.
        """
        record = json.loads(content)
        if record.get("format_version") != FORMAT_VERSION:
            raise ValueError(f"format version {record.get('format_version')!r} is not known here")
        try:
            counts = {k: v for k, v in record["counts"].items() if k != "pages"}
            return cls(
                number=int(record["commit"]),
                kind=record["kind"],
                attempt=record["attempt"],
                created_at=record["created_at"],
                files=tuple(DataFile(**file) for file in record["files"]),
                retires=tuple(record["retires"]),
                inputs=tuple(FileInput(**item) for item in record["inputs"]),
                kafka={
                    topic: {int(p): OffsetRange(**span) for p, span in partitions.items()}
                    for topic, partitions in (record["kafka"] or {}).items()
                },
                counts=Counts(**counts),
                versions=record["versions"],
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a commit record: {error!r}") from error


def kafka_json(ranges: KafkaRanges) -> dict[str, Any] | None:
    """Offset ranges as JSON knows them; null if there are none."""
    return {
        topic: {str(p): asdict(span) for p, span in sorted(partitions.items())}
        for topic, partitions in sorted(ranges.items())
    } or None


def commit_name(number: int) -> str:
    return f"{number:0{_DIGITS}}"


@dataclass(slots=True)
class History:
    """All commits of a dataset, with what sources ask of them. Grows by ``add``."""

    commits: list[Commit] = field(default_factory=list)
    files: dict[str, FileInput] = field(default_factory=dict)
    offsets: dict[str, dict[int, OffsetRange]] = field(default_factory=dict)

    def add(self, commit: Commit) -> None:
        self.commits.append(commit)
        for item in commit.inputs:
            self.files[item.path] = item
        for topic, partitions in commit.kafka.items():
            self.offsets.setdefault(topic, {}).update(partitions)

    @property
    def last(self) -> int:
        """Number of the last commit; 0 before the first."""
        return self.commits[-1].number if self.commits else 0

    def next_offset(self, topic: str, partition: int) -> int | None:
        """The first offset of a partition that the dataset does not hold; None if it holds none."""
        span = self.offsets.get(topic, {}).get(partition)
        return None if span is None else span.end

    def tip(self) -> "History":
        """What the next commit of a topic hangs on: the last commit, and where partitions go on.

        It does not grow with the number of commits; what files there are it does not know.
        """
        return History(self.commits[-1:], offsets=self.offsets)

    def live_files(self) -> dict[str, DataFile]:
        """The data files that make up the dataset now, by path."""
        live: dict[str, DataFile] = {}
        for commit in self.commits:
            for path in commit.retires:
                live.pop(path, None)
            live.update((file.path, file) for file in commit.files)
        return live


def read_history(storage: AnyStorage) -> History:
    """All commit records of a dataset, checked to be whole and without a gap.

    Raises:
        CopydeskError: a record is missing, cannot be read or is of a later version.
    """
    history = History()
    for name in record_names(storage):
        commit = _read(storage, name)
        if commit.number != history.last + 1 or name != f"{commit.name}.json":
            raise CopydeskError(
                f"the commit log in {storage.path(COMMITS)} has no record "
                f"{commit_name(history.last + 1)}.json before {name}; restore it from a backup"
            )
        history.add(commit)
    return history


def go_on(storage: AnyStorage, known: History) -> History | None:
    """``known`` (one commit or more) with the records that came since, read without the others.

    The last record that is known is read again: None says that the log is another by now, a
    dataset that was made anew or restored, and must be read from its beginning.

    Raises:
        CopydeskError: a record cannot be read or is of a later version.
    """
    last = known.commits[-1]
    if not storage.exists(f"{COMMITS}/{last.name}.json"):
        return None
    if _read(storage, f"{last.name}.json").attempt != last.attempt:
        return None
    while storage.exists(f"{COMMITS}/{commit_name(known.last + 1)}.json"):
        known.add(_read(storage, f"{commit_name(known.last + 1)}.json"))
    return known


def _read(storage: AnyStorage, name: str) -> Commit:
    try:
        return Commit.from_json(storage.read(f"{COMMITS}/{name}"))
    except ValueError as error:
        raise CopydeskError(
            f"the commit record {storage.path(COMMITS) / name} cannot be read ({error}); "
            "restore it from a backup, nothing was changed"
        ) from error


def record_names(storage: AnyStorage) -> Iterable[str]:
    """Names of the commit records, oldest first; temporary names are passed over."""
    for name in storage.names(COMMITS):
        stem, _, ending = name.partition(".")
        if ending == "json" and len(stem) == _DIGITS and stem.isdecimal():
            yield name
