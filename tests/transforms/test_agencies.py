"""Credits and mentions of agencies: what counts, and two hundred sentences that must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.kinds import BlockKind
from schemas.records import Coordinates, Page, RawPage, Segmentation, StorySpan
from transforms.agencies import (
    agencies_among,
    agency_named,
    copyright_agency,
    credit_list,
    header_source,
    lone_credit,
    may_name,
    prose_credit,
    prose_credits,
    sign_off,
    source_line,
)
from transforms.lexicon import agencies
from transforms.pages import read_page
from transforms.sources import read_sources

NAMES = [
    ("Reuters", "Reuters"), ("REUTERS", "Reuters"), ("reuters", "Reuters"), ("Thomson Reuters", "Reuters"),
    ("the Associated Press", "AP"), ("The Associated Press", "AP"), ("AP", "AP"), ("Associated Press News Agency", "AP"),
    ("Agence France-Presse", "AFP"), ("l'AFP", "AFP"), ("AFP", "AFP"), ("dpa", "dpa"), ("DPA", "dpa"),
    ("Deutsche Presse-Agentur", "dpa"), ("SID", "sid"), ("sda", "Keystone-SDA"), ("Agencia EFE", "EFE"),
    ("Agência Lusa", "Lusa"), ("ANSA", "ANSA"), ("ТАСС", "TASS"), ("РИА Новости", "RIA Novosti"),
    ("Интерфакс", "Interfax"), ("Укрінформ", "Ukrinform"), ("رويترز", "Reuters"), ("أ ف ب", "AFP"),
    ("الأناضول", "AA"), ("共同", "Kyodo"), ("共同通信", "Kyodo"), ("時事", "Jiji"), ("ロイター", "Reuters"),
    ("新华社", "Xinhua"), ("中央社", "CNA"), ("연합뉴스", "Yonhap"), ("뉴시스", "Newsis"), ("पीटीआई", "PTI"),
    ("Press Trust of India", "PTI"), ("Anadolu Ajansı", "AA"), ("ΑΠΕ-ΜΠΕ", "AMNA"), ("Ritzau", "Ritzau"),
    ("(dpa)", "dpa"), ("— AFP", "AFP"), ("© Reuters", "Reuters"),
    ("The Daily Planet", None), ("Reuters Institute", None), ("AP Stylebook", None), ("", None), ("MENA", None),
    ("Beta", None), ("Jane Roe", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_agency_named(text: str, name: str | None) -> None:
    assert agency_named(text) == name


@pytest.mark.parametrize("agency", agencies(), ids=lambda agency: agency.name)
def test_every_agency_is_known_by_all_its_names(agency: object) -> None:
    for name in (agency.name, *agency.aliases):  # type: ignore[attr-defined]
        assert agency_named(name, in_dateline=True) == agency.name  # type: ignore[attr-defined]


LISTS = [
    ("dpa/lno", "dpa"), ("sda/afp", "Keystone-SDA"), ("AFP, AP", "AFP"), ("AP/Reuters", "AP"), ("dpa/afp/rtr", "dpa"),
    ("Reuters/kra Frankfurt", "Reuters"), ("dsw / DPA", "dpa"), ("APA/sda/dpa", "APA"), ("AFP/cw", "AFP"), ("TT-AFP", "TT"),
    ("AFP & AP", "AFP"), ("afp et reuters", "AFP"),
    ("Peter Muster/dpa", None), ("REUTERS/Jane Roe", None), ("Jane Roe / Associated Press", None), ("AFP/Getty Images", None),
    ("dpa/picture alliance", None), ("AP Photo/Jane Roe", None), ("REUTERS / POOL", None), ("Foto: dpa", None),
    ("Le Quotidien et AFP", None), ("Reuters reported", None), ("AP style", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), LISTS)
def test_credit_list(text: str, name: str | None) -> None:
    assert credit_list(text) == name


LONE = [
    ("Associated Press", "AP"), ("dpa", "dpa"), ("(AP)", "AP"), ("— AFP", "AFP"), ("| Efe", "EFE"),
    ("Associated PressApril 28, 2023 GMT", "AP"), ("dpaRedaktion Berlin 15.04.25 09:56", "dpa"), ("/ritzau/", "Ritzau"),
    ("AA", None), ("PA", None), ("AP", None), ("Reuters shares fell", None), ("© REUTERS / POOL", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "name"), LONE)
def test_lone_credit(line: str, name: str | None) -> None:
    assert lone_credit(line) == name


SIGN_OFFS = [
    ("The road is open again, the mayor said. (AFP)", "AFP"),
    ("Die Straße ist wieder frei, sagte der Bürgermeister. (dpa)", "dpa"),
    ("Die Straße ist wieder frei, sagte der Bürgermeister. (dpa/afp)", "dpa"),
    ("The road is open again, the mayor said. — AFP", "AFP"),
    ("The road is open again, the mayor said. – Bernama", "Bernama"),
    ("The road is open again, the mayor said. --IANS", "IANS"),
    ("Vejen er åben igen, siger borgmesteren. /ritzau/", "Ritzau"),
    ("Vägen är öppen igen, säger borgmästaren. (TT)", "TT"),
    ("Droga jest znów otwarta, mówi burmistrz. (PAP)", "PAP"),
    ("Cesta je znovu otevřená, řekl starosta. (ČTK)", "ČTK"),
    ("Cesta je ponovno otvorena. (Hina)", "Hina"),
    ("道路は再び開通したと市長は述べた。（共同）", "Kyodo"),
    ("道路已重新开放。（新华社）", "Xinhua"),
    ("La route est de nouveau ouverte, dit le maire. (AFP)", "AFP"),
    ("(PTI)", "PTI"),
    ("dpa/afp", "dpa"),
    ("“The road is open again.” (Reuters)", "Reuters"),
    ("The road is open again (Reuters)", None),
    ("The road is open again, the mayor told AFP.", None),
    ("The road is open again. (Photo: AFP)", None),
    ("The road is open again. (AFP/Getty Images)", None),
    ("The road is open again. (Jane Roe)", None),
    ("The road is open again. (AP Photo/Jane Roe)", None),
    ("A view of the road – Reuters/Jane Roe", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "name"), SIGN_OFFS)
def test_sign_off(line: str, name: str | None) -> None:
    assert sign_off(line) == name


PROSE = [
    ("The mayor's office did not immediately respond to Reuters' requests for comment on the road.", "Reuters"),
    ("The mayor's office did not respond to a Reuters request for comment.", "Reuters"),
    ("The mayor did not reply to an AFP request for comment.", "AFP"),
    ("The firm declined to answer Reuters’ questions seeking comment.", "Reuters"),
    ("He did not respond to requests for comment from The Associated Press.", "AP"),
    ("Associated Press writer Jane Roe contributed to this report.", "AP"),
    ("Associated Press writers Jane Roe in Oslo, John Q. Doe in Bonn and Max Muster contributed to this report.", "AP"),
    ("The Associated Press contributed to this report.", "AP"),
    ("Reuters contributed to this report.", "Reuters"),
    ("AFP contributed.", "AFP"),
    ("With reporting by Reuters", "Reuters"),
    ("With files from The Canadian Press", "CP"),
    ("With inputs from PTI", "PTI"),
    ("(With agency inputs from ANI)", "ANI"),
    ("Additional reporting from PA", "PA"),
    ("Additional reporting by Jane Roe and Reuters", "Reuters"),
    ("This story was originally published by The Associated Press.", "AP"),
    ("Mit Material von dpa", "dpa"),
    ("Mit Informationen der dpa", "dpa"),
    ("(avec AFP)", "AFP"),
    ("Avec l'AFP.", "AFP"),
    ("Con información de EFE", "EFE"),
    ("Com informações da Reuters", "Reuters"),
    ("(Reporting by Jane Roe in Oslo; Editing by John Doe)", "Reuters"),
    ("Reporting by Jane Roe; additional reporting by Max Muster; Writing by Eva Müller; Editing by John Doe", "Reuters"),
    ("(Reporting by Jane Roe)", None),
    ("Editing by John Doe", None),
    ("The mayor did not respond to requests for comment.", None),
    ("The mayor did not respond to the Daily Planet's request for comment.", None),
    ("Rain contributed to the flood, Reuters reported.", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "name"), PROSE)
def test_prose_credit(line: str, name: str | None) -> None:
    assert prose_credit(line) == name


def test_credits_of_many_lines_are_those_of_each() -> None:
    lines = [line for line, _ in PROSE]
    assert list(prose_credits(lines)) == [name for _, name in PROSE if name]


SOURCES = [
    ("Source: AFP", "AFP"), ("Quelle: dpa", "dpa"), ("(Quelle: APA/sda/dpa)", "APA"), ("Fuente: EFE", "EFE"), ("Fonte: ANSA", "ANSA"),
    ("Bron: ANP", "ANP"), ("Källa: TT", "TT"), ("Kilde: NTB", "NTB"), ("Lähde: STT", "STT"), ("Źródło: PAP", "PAP"), ("Zdroj: ČTK", "ČTK"),
    ("Kaynak: AA", "AA"), ("Источник: ТАСС", "TASS"), ("Джерело: УНІАН", "UNIAN"), ("Πηγή: ΑΠΕ-ΜΠΕ", "AMNA"), ("المصدر: رويترز", "Reuters"),
    ("来源：新华社", "Xinhua"), ("2024-11-17 20:52 来源：新华网", "Xinhua"), ("출처: 연합뉴스", "Yonhap"), ("The road is open. Source: Reuters", "Reuters"),
    ("Source: the mayor", None), ("Source: Reuters data, own work", None), ("Resources: AFP", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "name"), SOURCES)
def test_source_line(line: str, name: str | None) -> None:
    assert source_line(line) == name


def test_above_the_body_a_source_line_is_the_picture_s() -> None:
    assert header_source("Quelle: dpa") is None
    assert header_source("Kaynak: AA") == "AA"
    assert header_source("2024-11-17 20:52 来源：新华网") == "Xinhua"


RIGHTS = [
    ("© 2012 APA/AP", "APA"), ("©2019 The Associated Press. All rights reserved.", "AP"), ("© 2019 Reuters. All Rights Reserved.", "Reuters"),
    ("Copyright 2024 The Associated Press. All Rights Reserved.", "AP"), ("(c) AFP 2024", None), ("© 2024 Daily Planet", None),
    ("© AFP/Getty Images", None), ("Reuters", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "name"), RIGHTS)
def test_copyright_agency(line: str, name: str | None) -> None:
    assert copyright_agency(line) == name


def test_all_agencies_of_a_byline() -> None:
    assert agencies_among("Le Quotidien et AFP") == ("AFP",)
    assert agencies_among("AP, Reuters and staff") == ("AP", "Reuters")
    assert agencies_among("Jane Roe, Daily Planet") == ()


# Copy that only mentions an agency; {} is its name.
MENTIONS = """
The talks failed on Monday, according to a {} report.
The talks failed on Monday, {} reported.
“We will go on,” she told {}.
“We will go on,” she said in an interview with {} on Monday.
A {} poll showed that six in ten want the talks to go on.
A {} witness saw smoke over the harbour.
{} quoted two officials as saying that the talks had failed.
The document, seen by {}, names three firms.
Officials told {} and other media that the road would open.
The {} news agency said the road would open.
The photograph, taken by a {} photographer, went around the world.
In a statement to {}, the firm denied it.
Analysts polled by {} had expected less.
The firm sued {} over the story.
{} first reported the talks in May.
She worked for {} in the nineties before she joined the paper.
The story was picked up by {}, and by the evening the mayor had resigned.
(Photo: {})
Photo: Jane Roe/{}
{}/Jane Roe
Shares rose, data from {} showed.
{} counted the votes in all fifty states.
Reporters from {} were barred from the room.
The mayor declined to comment on the {} story.
Asked for comment by reporters, the mayor pointed to {}.
Das sagte die Ministerin der {} am Montag.
Die Straße ist frei, wie {} berichtet.
Gegenüber {} wollte sich die Firma nicht äußern.
Laut {} sind die Gespräche gescheitert.
Nach Informationen von {} sind die Gespräche gescheitert.
Foto: Eva Müller/{}
Bild: {}
La ministre l'a dit à {} lundi.
Selon {}, les discussions ont échoué.
La carretera está abierta, según {}.
El alcalde dijo a {} que la carretera está abierta.
A ministra disse à {} que as negociações falharam.
Segundo a {}, as negociações falharam.
Lo ha detto il ministro a {} lunedì.
De onderhandelingen zijn mislukt, meldt {}.
Förhandlingarna har misslyckats, rapporterar {}.
Rozmowy się nie powiodły, podaje {}.
Об этом сообщает {} со ссылкой на министра.
Как передает {}, переговоры провалились.
Görüşmeler başarısız oldu, {} bildirdi.
وقال الوزير لوكالة {} إن المحادثات فشلت.
{}によると、交渉は決裂した。
据{}报道，谈判失败。
{}에 따르면 협상은 결렬됐다.
{} के अनुसार वार्ता विफल रही।
""".strip().splitlines()
MENTIONED = ("Reuters", "AFP", "The Associated Press", "dpa", "ТАСС", "新华社")


@pytest.mark.parametrize("name", MENTIONED)
@pytest.mark.parametrize("sentence", MENTIONS)
def test_a_mention_is_no_credit(sentence: str, name: str) -> None:
    line = sentence.format(name)
    paragraph = f"The road along the coast was closed for a week. {line}"
    for text in (line, paragraph):
        found = (prose_credit(text), sign_off(text), lone_credit(text), copyright_agency(text))
        assert found == (None, None, None, None)


@pytest.mark.parametrize("sentence", MENTIONS)
def test_a_story_that_only_mentions_an_agency_has_none(sentence: str) -> None:
    prose = "The road along the coast was closed for a week."
    for name in MENTIONED:
        mention = sentence.format(name)
        for paragraphs in (
            [mention, prose, prose],
            [prose, mention, prose],
            [prose, prose, mention],
        ):
            text = "\n".join(["Storm closes road", *paragraphs, "Share", "More news"])
            page = read_page(RawPage(at=Coordinates("test"), text=text))
            assert isinstance(page, Page)
            kinds = (BlockKind.HEADLINE, *[BlockKind.BODY] * 3, *[BlockKind.BOILERPLATE] * 2)
            segmentation = Segmentation(kinds, (StorySpan((0, 1, 2, 3)),))
            assert read_sources(page, segmentation)[0].agency is None


@given(
    st.text(max_size=120) | st.text("dpa AFP/(),.—Reuters contributed to this report©", max_size=60)
)
def test_any_line_is_read(line: str) -> None:
    known = {agency.name for agency in agencies()}
    for read in (
        agency_named,
        credit_list,
        lone_credit,
        sign_off,
        prose_credit,
        source_line,
        header_source,
        copyright_agency,
    ):
        found = read(line)
        assert found is None or found in known


@given(
    st.lists(
        st.sampled_from(["Jane Roe", "the", "l'", "and", "-", "(", "/", "news agency", "Le Figaro"])
    ),
    st.sampled_from(sorted({name for a in agencies() for name in (a.name, *a.aliases)})),
    st.lists(st.sampled_from(["Jane Roe", "and", "-", ")", "/", "reporter"])),
)
def test_no_text_with_an_agency_is_passed_over(
    before: list[str], name: str, behind: list[str]
) -> None:
    assert may_name(" ".join((*before, name, *behind)))
