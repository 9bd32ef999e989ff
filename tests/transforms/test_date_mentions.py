"""Dates in a body that the words beside them turn: ahead, to another year, or to no day at all."""

from datetime import UTC, datetime

import pytest

from transforms.dates import date_mentions
from transforms.dates.mentions import mentioned

FRIDAY = mentioned(datetime(2025, 6, 20, tzinfo=UTC))
Found = list[tuple[str, str]]


def found(language: str, body: str, day: datetime | None = None) -> Found:
    mentions = date_mentions(body, mentioned(day) if day else FRIDAY, language)
    assert all(body[m.start : m.start + len(m.text)] == m.text for m in mentions)
    return [(m.text, m.value) for m in mentions]


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("en", "The fair opens on June 25.", [("June 25", "2025-06-25")]),
        ("en", "It was held from March 3.", [("March 3", "2025-03-03")]),
        ("en", "The vote of September 17 stands.", [("September 17", "2025-09-17")]),
        ("en", "The vote of September 27 stands.", [("September 27", "2024-09-27")]),
        ("en", "The vote of June 25 last year stands.", [("June 25 last year", "2024-06-25")]),
        ("en", "The vote of March 3 last year stands.", [("March 3 last year", "2024-03-03")]),
        ("en", "It ends on March 3 next year.", [("March 3 next year", "2026-03-03")]),
        ("en", "It has been shut since June 25.", [("June 25", "2024-06-25")]),
        ("es", "La reunión del pasado 25 de junio en Lima.", [("25 de junio", "2024-06-25")]),
        ("fr", "La séance du 25 juin dernier.", [("25 juin dernier", "2024-06-25")]),
        ("de", "Am 25. Juni letzten Jahres.", [("25. Juni letzten Jahres", "2024-06-25")]),
        ("ko", "지난해 3월 25일 열렸다", [("3월 25일", "2024-03-25")]),
        ("zh", "6月25日开会", [("6月25日", "2025-06-25")]),
    ],
)
def test_a_day_without_a_year_is_the_one_that_comes_soon(
    language: str, body: str, expected: Found
) -> None:
    assert found(language, body) == expected


def test_the_year_before_may_be_weeks_away() -> None:
    january = datetime(2025, 1, 10, tzinfo=UTC)
    assert found("en", "They met on Dec. 20.", january) == [("Dec. 20", "2024-12-20")]
    december = datetime(2024, 12, 20, tzinfo=UTC)
    assert found("en", "They meet on January 10.", december) == [("January 10", "2025-01-10")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Tickets go on sale on Friday, Dec. 6.", [("Dec. 6", "2019-12-06")]),
        ("They met on Friday, Dec. 7.", [("Dec. 7", "2018-12-07")]),
        ("They met on Friday, Dec. 9.", [("Dec. 9", "2019-12-09")]),
    ],
)
def test_its_weekday_tells_the_year_unless_it_fits_none_near(body: str, expected: Found) -> None:
    """The weekday belongs to its date and is no mention of its own."""
    assert found("en", body, datetime(2019, 11, 19, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("language", "body", "value"),
    [
        ("en", "The court will rule on Monday.", "2025-06-23"),
        ("en", "On Monday, the court will rule.", "2025-06-23"),
        ("en", "Sentencing is set for next Monday.", "2025-06-23"),
        ("en", "It opens this Saturday.", "2025-06-21"),
        ("en", "The plant will close, it said on Monday.", "2025-06-16"),
        ("en", "On Monday, she said it will close.", "2025-06-16"),
        ("en", "A bill that will ban phones passed on Monday.", "2025-06-16"),
        ("en", "The mill will stay as it has been since Monday.", "2025-06-16"),
        ("en", "The court will rule. They met on Monday.", "2025-06-16"),
        ("en", "The storm struck on Wednesday.", "2025-06-18"),
        ("en", "They met last Friday.", "2025-06-13"),
        ("de", "Am Montag wird gestreikt.", "2025-06-23"),
        ("de", "Das Gericht wird am Montag entscheiden.", "2025-06-23"),
        ("de", "Seit Montag wird gestreikt.", "2025-06-16"),
        ("de", "Am Montag teilte sie mit, dass gestreikt wird.", "2025-06-16"),
        ("fr", "Le tribunal va statuer lundi.", "2025-06-23"),
        ("fr", "Il a été vu lundi.", "2025-06-16"),
        ("fr", "La séance aura lieu lundi prochain.", "2025-06-23"),
        ("es", "El juicio será el lunes.", "2025-06-23"),
        ("pt", "A reunião será na segunda-feira.", "2025-06-23"),
        ("it", "Il vertice sarà lunedì.", "2025-06-23"),
        ("ru", "Суд состоится в понедельник.", "2025-06-23"),
        ("zh", "下周一开会", "2025-06-23"),
        ("zh", "上周一开会", "2025-06-09"),
        ("zh", "本周六开会", "2025-06-21"),
        ("ja", "来週の月曜日に開く", "2025-06-23"),
        ("ko", "다음 주 월요일에 연다", "2025-06-23"),
    ],
)
def test_a_weekday_is_past_unless_its_sentence_looks_ahead(
    language: str, body: str, value: str
) -> None:
    assert [there for _, there in found(language, body)] == [value]


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("en", "The law takes effect in September.", [("in September", "2025-09")]),
        ("en", "It was last held in September.", [("in September", "2024-09")]),
        ("en", "The hall will open in January.", [("in January", "2026-01")]),
        ("en", "The hall, closed since September, is old.", [("since September", "2024-09")]),
        ("en", "It rose in September last year.", [("in September last year", "2024-09")]),
        ("de", "Im September wird gewählt.", [("Im September", "2025-09")]),
        ("fr", "Il est né en mars dernier.", [("en mars dernier", "2025-03")]),
        ("fr", "Il est né en juillet dernier.", [("en juillet dernier", "2024-07")]),
        ("es", "La feria será en octubre.", [("en octubre", "2025-10")]),
    ],
)
def test_a_month_is_past_unless_its_sentence_looks_ahead(
    language: str, body: str, expected: Found
) -> None:
    assert found(language, body) == expected


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("en", "Every Monday the market is shut."),
        ("de", "Jeden Montag ist zu."),
        ("zh", "每周一开会"),
    ],
)
def test_a_day_that_comes_again_and_again_is_none(language: str, body: str) -> None:
    assert found(language, body) == []


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("de", "Am Morgen brannte die Halle."),
        ("de", "An diesem Morgen brannte die Halle."),
        ("es", "La nave ardió por la mañana."),
        ("es", "Esta mañana ardió la nave, a las ocho de la mañana."),
        ("nl", "In de vroege morgen brandde de hal."),
        ("pt", "A Sexta Turma julgou o recurso na segunda fase."),
        ("pt", "A quinta casa caiu na quarta rodada."),
        ("vi", "Người thứ ba bị bắt, lần thứ tư."),
        ("id", "Dua minggu lalu gudang terbakar selama sehari."),
        ("tr", "Şirketin pazar payı arttı."),
        ("ro", "Are două luni de zile, 24 de luni și 6 luni."),
        ("zh", "目前天气很好"),
        ("en", "Black Friday sales fell, the Sunday Times wrote."),
    ],
)
def test_an_ordinary_word_is_no_day(language: str, body: str) -> None:
    assert found(language, body) == []


@pytest.mark.parametrize(
    ("language", "body", "value"),
    [
        ("de", "Morgen tagt der Rat.", "2025-06-21"),
        ("de", "Der Rat tagt morgen.", "2025-06-21"),
        ("es", "Mañana se reúne el consejo.", "2025-06-21"),
        ("nl", "Morgen vergadert de raad.", "2025-06-21"),
        ("pt", "O prefeito falou na quarta, em Lisboa.", "2025-06-18"),
        ("pt", "O prefeito falou nesta quarta.", "2025-06-18"),
        ("pt", "O prefeito falou na quarta-feira.", "2025-06-18"),
        ("vi", "Tòa họp vào thứ ba.", "2025-06-17"),
        ("vi", "Tòa họp sáng thứ ba.", "2025-06-17"),
        ("id", "Gudang terbakar hari Minggu.", "2025-06-15"),
        ("id", "Gudang terbakar, Minggu (15/6).", "2025-06-15"),
        ("tr", "Pazar günü yandı.", "2025-06-15"),
        ("ro", "S-au întâlnit luni la Iași.", "2025-06-16"),
        ("zh", "前天下雨了", "2025-06-18"),
        ("en", "The Sunday vote stands.", "2025-06-15"),
    ],
)
def test_the_same_word_may_be_a_day(language: str, body: str, value: str) -> None:
    assert [there for _, there in found(language, body)] == [value]
