"""Whom the copyright lines of a page name: what stands beside the stories, story by story."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from schemas.kinds import BlockKind
from schemas.records import Page, Segmentation
from transforms.agencies import agency_named, credit_list
from transforms.dates.words import lower
from transforms.language import page_language
from transforms.publishers import same_name
from transforms.rights import copyright_owner, rights_cues

# What a story tells of copyright is not the page's own, nor are the rights in a picture.
_TOLD: Final = frozenset(
    {
        BlockKind.BODY, BlockKind.SUBHEADING, BlockKind.HEADLINE, BlockKind.STANDFIRST,
        BlockKind.CAPTION,
    }
)  # fmt: skip


class Owners:
    """The owners of a page's regions, which are the blocks from one story's first to the next's.

    Nothing is read before somebody asks: most pages say in their markup who printed them.
    """

    def __init__(
        self, page: Page, segmentation: Segmentation, regions: Sequence[range], label: str
    ) -> None:
        """``label`` is the name in the page's own domain."""
        self._page = page
        self._kinds = segmentation.kinds
        self._regions = regions
        self._label = label
        self._found: dict[int, str | None] = {}

    def of(self, index: int) -> str | None:
        """The first whom a copyright line of the region names, if one does."""
        if index not in self._found:
            blocks, region = self._page.blocks, self._regions[index]
            cued = self._in_later if index else self._in_first
            lines = [blocks[i].text for i in cued if i in region]
            self._found[index] = next(self._named(lines), None)
        return self._found[index]

    @cached_property
    def several(self) -> bool:
        """Whether the regions are of different owners."""
        return len({owner for i in range(len(self._regions)) if (owner := self.of(i))}) > 1

    # Looked through apart, for most pages are asked for the one or the other.
    @cached_property
    def _in_first(self) -> list[int]:
        return self._cued(self._regions[0])

    @cached_property
    def _in_later(self) -> list[int]:
        return self._cued(range(self._regions[1].start, self._regions[-1].stop))

    def _cued(self, region: range) -> list[int]:
        """The blocks of ``region`` beside the stories that have a sign or a word of rights, in order."""
        blocks, kinds = self._page.blocks, self._kinds
        beside = [i for i in region if kinds[i] not in _TOLD]
        text = lower("\n".join([blocks[i].text for i in beside]))
        places = {at for cue in rights_cues(page_language(self._page)) for at in _places(text, cue)}
        found, line, done = [], 0, 0
        for at in sorted(places):
            line += text.count("\n", done, at)
            done = at
            found.append(beside[line])
        return list(dict.fromkeys(found))

    def _named(self, lines: Sequence[str]) -> Iterator[str]:
        for line in lines:
            owner = copyright_owner(line)
            if owner and not _of_a_wire(owner, self._label):
                yield owner


def _places(text: str, cue: str) -> Iterator[int]:
    """Where ``cue`` stands in ``text``."""
    at = text.find(cue)
    while at >= 0:
        yield at
        at = text.find(cue, at + 1)


def _of_a_wire(owner: str, label: str) -> bool:
    """Whether the owner of a copyright line is an agency whose copy a page of another house, by the
    ``label`` of its domain, prints."""
    agency = credit_list(owner)
    if agency is None:
        return False
    return not (same_name(owner, label) or agency_named(label.removesuffix("news")) == agency)
