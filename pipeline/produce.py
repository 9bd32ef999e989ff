"""Files into a topic: what ``copydesk produce`` does, apart from its printing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.commitlog import History
from pipeline.config import Bounds
from pipeline.connectors.filesource import FileSource
from pipeline.connectors.find import find_files
from pipeline.connectors.kafka.produce import Produced, produce
from pipeline.connectors.kafka.settings import KafkaSettings, TopicAddress
from schemas.records import RawPage, Reject


@dataclass(slots=True)
class Sending:
    """How far it is: bytes of the files read so far, of how many, and what became of the pages."""

    bytes_done: int
    bytes_total: int
    produced: Produced


def produce_files(
    inputs: tuple[str, ...],
    to: str,
    settings: KafkaSettings,
    listener: Callable[[Sending], None] | None = None,
) -> Produced:
    """Sends every page of files, folders and globs to the topic ``to`` (``kafka://host:port/topic``).

    What cannot be read is counted as rejected and not sent.

    Raises:
        UsageError: no such file, or no such address.
        KafkaUnavailableError, KafkaRefusedError: the cluster does not answer or says no.
    """
    address = TopicAddress.parse(to)
    files = find_files(inputs).files
    sending = Sending(0, sum(file.size for file in files), Produced())

    def advance(size: int) -> None:
        sending.bytes_done += size

    def pages() -> Iterator[RawPage | Reject]:
        # The shares of one reader are those that it would take as an ingest's only worker.
        for piece in FileSource(files, Bounds(), workers=1).slices(History()):
            for split in piece.splits:
                yield from split.read(advance)

    def tell(produced: Produced) -> None:
        sending.produced = produced
        if listener is not None:
            listener(sending)

    return produce(pages(), address, settings, tell)
