"""What the dates of one line say of each other."""

import pytest

from schemas.kinds import BlockKind, DateBasis, DateRole
from schemas.records import Coordinates, Page, RawPage
from transforms.dates.sightings import find_sightings
from transforms.pages import read_page

EVENT, PHOTO = DateRole.EVENT, DateRole.PHOTO
PUBLISHED, UPDATED, UNKNOWN = DateRole.PUBLISHED, DateRole.UPDATED, DateRole.UNKNOWN
LONG = "The harbour was shut on 3 May 2025 for the third time this spring, and the note of the port authority, updated 6 May 2025, says that the sea wall will be looked at by divers before the ferries sail again."


def sightings(line: str, kind: BlockKind = BlockKind.BOILERPLATE) -> list[tuple[str, DateRole]]:
    page = read_page(RawPage(Coordinates("test"), text=line))
    assert isinstance(page, Page)
    return [(s.text, s.role) for s in find_sightings(page, (kind,))]


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("5 April 2025 - Güncelleme: 6 April 2025", [PUBLISHED, UPDATED]),
        ("5 gennaio 2025 (modifica il 6 gennaio 2025)", [PUBLISHED, UPDATED]),
        ("Jane Roe | 5 April 2025 | Updated 5 April 2025", [PUBLISHED, UPDATED]),
        ("4 July 2024 | 9 February 2025 | Edited: 9 February 2025", [PUBLISHED, UNKNOWN, UPDATED]),
        ("Updated 5 April 2025", [UPDATED]),
        (LONG, [UNKNOWN, UPDATED]),
        ("Ferries, 28.01.2025 – 29.01.2025", [EVENT, EVENT]),
        ("Primer periodo: 14 de marzo de 2025 a 13 de mayo de 2025", [EVENT, EVENT]),
        ("Die Woche vom 26. August 2024 bis 1. September 2024", [EVENT, EVENT]),
        ("Published 5 April 2025 - 6 April 2025", [PUBLISHED, PUBLISHED]),
        ("5 April 2025 | 6 April 2025", [UNKNOWN, UNKNOWN]),
    ],
)  # fmt: skip
def test_roles_that_the_line_gives(line: str, roles: list[DateRole]) -> None:
    assert [role for _, role in sightings(line)] == roles


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("4 February 2025 • words by Jane Roe • pictures by John Doe", UNKNOWN),
        ("December 11, 2024 - Words by the harbour desk - 7 min read", UNKNOWN),
        ("The ferry in the harbour, 4 February 2025", PHOTO),
        ("4 February 2025: the ferry in the harbour", PHOTO),
    ],
)
def test_a_day_that_is_set_off_opens_no_caption(line: str, role: DateRole) -> None:
    assert [found for _, found in sightings(line, BlockKind.CAPTION)] == [role]


@pytest.mark.parametrize(
    ("line", "basis"),
    [
        ("PORT ELSIN (Harbour News / Reuters - 29th April, 2025) ", DateBasis.DATELINE),
        ("Port Elsin, (29.04.2025). ", DateBasis.DATELINE),
        ("the harbour (opened 29 April 2025) ", DateBasis.VISIBLE_ABSOLUTE),
        ("The harbour of Port Elsin reopened (29 April 2025) ", DateBasis.VISIBLE_ABSOLUTE),
    ],
)
def test_a_dateline_may_stand_in_brackets(line: str, basis: DateBasis) -> None:
    text = line + "Ferries to the islands sail again, as the port authority told shipping lines."
    page = read_page(RawPage(Coordinates("test"), text=text + " " + text.removeprefix(line)))
    assert isinstance(page, Page)
    assert [s.basis for s in find_sightings(page, (BlockKind.BODY,))] == [basis]
