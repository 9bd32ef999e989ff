"""The line below a story that names its crew, and lines that only begin like one."""

import pytest

from transforms.crews import read_crew


@pytest.mark.parametrize(
    ("line", "reporters"),
    [
        ("(Reporting by Jane Roe; Editing by John Doe)", ("Jane Roe",)),
        ("Reporting by Jane Roe in Quill, Mei Tan in The Hague and Hugo Lunt in Ambery; Writing by Eva Berg; Editing by Ann Poe", ("Jane Roe", "Mei Tan", "Hugo Lunt", "Eva Berg")),
        ("Reporting by Jane Roe, additional reporting by Mei Tan, writing by Hugo Lunt, Editing by Ann Poe", ("Jane Roe", "Hugo Lunt")),
        ("Reporting and writing by Jane Roe, editing by Harrow Bay service desk", ("Jane Roe",)),
        ("* – additional reporting by Jane Roe", ()),
        ("Edited by: Jane Roe", ()),
        ("Jane Roe contributed reporting from Quill.", ()),
        ("-- The Quill’s Jane Roe and John Doe contributed to this report.", ()),
        ("(Bericht von Jana Berg und Max Tal, redigiert von Eva Holm)", ("Jana Berg", "Max Tal")),
        ("Redaktion: Jana Berg und Max Tal", ()),
        ("(Reportage Anne Petit, édité par Luc Noir)", ("Anne Petit",)),
        ("(Reporte de Ana Ruiz. Editado en español por Juan Gil)", ("Ana Ruiz",)),
        ("(Reportagem de Ana Reis; edição de Rui Melo)", ("Ana Reis",)),
        ("(Editing Anna Neri)", ()),
    ],
)  # fmt: skip
def test_it_names_the_crew(line: str, reporters: tuple[str, ...]) -> None:
    assert read_crew(line) == reporters


@pytest.mark.parametrize(
    "line",
    [
        "",
        "( )",
        "(\N{NO-BREAK SPACE})",
        "Reporting by the Quill showed that the council knew.",
        "Reporting by Jane Roe showed that the council knew.",
        "Editing by hand is slow, Jane Roe says.",
        "The port authority contributed to this report.",
        "Jane Roe contributed a goal to this win.",
        "Redaktion: news@quill.example",
        "Información de interés: llame al ayuntamiento.",
        "Mitarbeit erwünscht",
        "Reporting by Jane Roe; " * 20,
    ],
)
def test_it_is_of_the_story(line: str) -> None:
    assert read_crew(line) is None
