"""Lines that point to another story, and lines that only begin like them."""

import pytest

from transforms.related import points_elsewhere


@pytest.mark.parametrize(
    "line",
    [
        "Read also: Ferries stay in port",
        "READ MORE: Ferries stay in port",
        "» Related: Ferries stay in port",
        "Lesen Sie auch: Fähren bleiben im Hafen",
        "Lire aussi : Les ferries restent au port",
        "Lea también: Los ferris se quedan en el puerto",
        "Läs också: Färjorna stannar i hamn",
        "Читайте также: Паромы остаются в порту",
        "اقرأ أيضا: العبارات تبقى في الميناء",
        "関連記事：フェリーは港にとどまる",
    ],
)
def test_it_points_elsewhere(line: str) -> None:
    assert points_elsewhere(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Read more about the harbour in the letters of its pilots.",
        "Related diseases: what the harbour's doctors saw",
        "The pilots wrote: read more, sail less.",
        "Lesen Sie auch zwischen den Zeilen, riet der Lotse.",
        "Read also: " + "the pilots kept the ferries in port, and said so at length. " * 4,
    ],
)
def test_it_is_of_the_story(line: str) -> None:
    assert not points_elsewhere(line)
