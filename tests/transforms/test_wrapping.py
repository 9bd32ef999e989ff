"""Paragraphs that a tool broke at a width are whole again, and nothing else is joined."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Coordinates, Page, RawPage
from transforms.normalize import clean
from transforms.pages import read_page
from transforms.wrapping import wrapped_breaks

ENGLISH = [
    "The mayor of Northport said on Sunday that the bridge over the river would open in May, two years later than planned and at twice the price that the council had been told when it voted.",
    "Workers had found cracks in 14 of the 20 pillars, and nobody knew how old they were. “We should have looked sooner,” he told the council, which voted 12 to 3 for the repair of all of them.",
    "Ferries will run until then every quarter of an hour. Shops on the other bank have lost a third of their guests since the bridge closed, and some of them will not open again, their owners said.",
]
GERMAN = [
    "Der Gemeinderat von Nordhafen hat am Sonntag beschlossen, die Brücke über den Fluss erst im Mai zu öffnen, zwei Jahre später als geplant und für das Doppelte des Preises, der einmal genannt war.",
    "Arbeiter hatten in 14 der 20 Pfeiler Risse gefunden, und niemand wusste, wie alt sie waren. Bis dahin fahren jede Viertelstunde Fähren, sagte die Leiterin des Hafens, die sich mehr Geld wünscht.",
]
RUSSIAN = [
    "Мэр города сообщил в воскресенье, что мост через реку откроют только в мае, на два года позже, чем было намечено, и вдвое дороже, чем обещали совету, когда он голосовал за строительство моста.",
    "Рабочие нашли трещины в четырнадцати опорах из двадцати, и никто не знает, сколько им лет. До тех пор каждые четверть часа будут ходить паромы, сказал начальник порта, который ждёт новых денег.",
]
ARABIC = [
    "قال رئيس البلدية يوم الأحد إن الجسر فوق النهر لن يفتح قبل شهر مايو بعد عامين من الموعد المقرر وبضعف السعر الذي أعلن للمجلس عندما صوت على البناء قبل سنوات طويلة من الآن كما يذكر الجميع",
    "وجد العمال شقوقا في أربعة عشر عمودا من عشرين ولا أحد يعرف كم عمرها وحتى ذلك الحين ستعمل العبارات كل ربع ساعة كما قال مدير الميناء الذي ينتظر مزيدا من المال من الحكومة في العاصمة",
]
JAPANESE = [
    "市長は日曜日、川に架かる橋の開通が予定より二年遅れて五月になり、費用も当初議会に示された額の二倍になると述べた。作業員は二十本の橋脚のうち十四本でひび割れを見つけたが、いつからあるのかは誰にも分からなかったという。議会は修理を十二対三で可決した。",
    "それまでは十五分ごとに渡し船が運航される。対岸の商店は橋の閉鎖以来、客の三分の一を失っており、再開しない店もあると店主らは話した。港の責任者は国にさらなる支援を求めており、来月にも改めて要望書を提出する考えを明らかにした。",
]


def filled(paragraphs: list[str], width: int) -> str:
    return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)


@pytest.mark.parametrize("width", [60, 65, 72, 78, 80, 100, 132])
@pytest.mark.parametrize(
    "paragraphs", [ENGLISH, GERMAN, RUSSIAN, ARABIC], ids=["en", "de", "ru", "ar"]
)
def test_wrapped_paragraphs_are_whole_again(paragraphs: list[str], width: int) -> None:
    several = [" ".join(paragraphs), *paragraphs, " ".join(paragraphs)] * 2
    text, offsets, _ = clean(filled(several, width))
    assert text.split("\n\n") == several
    assert offsets.received(len(text)) == len(filled(several, width))


def test_scripts_without_spaces_are_joined_without_one() -> None:
    several = JAPANESE * 2
    lines = [[p[i : i + 42] for i in range(0, len(p), 42)] for p in several]
    text, _, _ = clean("\n\n".join("\n".join(of) for of in lines))
    assert text.split("\n\n") == several


def test_indents_and_outer_spaces_go_and_the_span_is_that_of_the_page() -> None:
    received = "\n".join(f"   {line}  " for line in textwrap.wrap(" ".join(ENGLISH), 72))
    page = read_page(RawPage(at=Coordinates("test"), text=received))
    assert isinstance(page, Page)
    (block,) = page.blocks
    assert block.text == " ".join(ENGLISH)
    assert received[page.offsets.received(block.start) :].startswith("The mayor")
    assert page.offsets.received(block.end - 1) == len(received.rstrip()) - 1


def test_a_hyphen_at_the_end_of_a_line_keeps_its_word_whole() -> None:
    paragraph = "The state-of-the-art bridge-building machine was well-known to the council " * 6
    text, _, _ = clean(textwrap.fill(paragraph, 48))
    assert text == paragraph.strip()


def test_what_a_paragraph_ends_with_parts_it_from_the_next() -> None:
    text, _, _ = clean("\n".join(textwrap.fill(paragraph, 70) for paragraph in ENGLISH))
    assert text.split("\n") == ENGLISH


def test_points_and_headings_of_wrapped_pages_stay_apart() -> None:
    points = [f"* {paragraph}" for paragraph in ENGLISH]
    received = "A heading\n\n" + "\n".join(textwrap.fill(point, 70) for point in points)
    text, _, _ = clean(received)
    assert text.split("\n") == ["A heading", "", *points]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(ENGLISH * 4),
        "\n".join(paragraph[:n] for n in range(45, 130, 5) for paragraph in ENGLISH),
        "\n".join(f"verdens nyheter fra byen ved havet nummer {'x' * n}" for n in range(30)),
        "\n".join(
            f"o Publikationen des Hauses zu Frauen und Gleichstellung {n}" for n in range(30)
        ),
        "\n".join(f"{'Angebote des Tages und der Woche ' * 2}\nangebote" for _ in range(20)),
        "\n".join("const value = readTheNextValueOf(the, list)\nreturn value" for _ in range(20)),
        "\n".join(
            f"ein guter Tag am See mit Freunden {n}\nhttps://example.org/{n}" for n in range(20)
        ),
        "",
        "\n" * 100,
    ],
)
def test_lines_that_no_tool_wrapped_are_left_alone(text: str) -> None:
    assert wrapped_breaks(text) == {}


def paragraphs_of(sentences: list[str]) -> list[str]:
    """Those of three sentences each."""
    return [" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3)]


@given(
    st.lists(st.sampled_from(ENGLISH + GERMAN), min_size=12, max_size=18).map(paragraphs_of),
    st.integers(56, 120),
)
def test_any_wrapped_text_is_whole_again(paragraphs: list[str], width: int) -> None:
    text, _, _ = clean(filled(paragraphs, width))
    assert text.split("\n\n") == paragraphs


@given(st.text(alphabet="ab .\n-*1", max_size=300))
def test_nothing_but_line_ends_changes(text: str) -> None:
    cleaned, _, _ = clean(text)
    assert cleaned.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")
