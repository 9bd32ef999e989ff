"""Who wrote, filed and printed each story of a page: whole pages, cut as a segmenter cuts them."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.kinds import BlockKind, DateBasis
from schemas.records import (
    Coordinates,
    Hints,
    Metadata,
    Page,
    RawPage,
    Segmentation,
    SourceReading,
    StorySpan,
    StructuredStory,
)
from transforms.markup.vocabulary import bits_of
from transforms.pages import read_page
from transforms.sources import read_sources

KINDS = {
    "H": BlockKind.HEADLINE, "B": BlockKind.BODY, "Y": BlockKind.BYLINE, "C": BlockKind.CAPTION,
    "S": BlockKind.STANDFIRST, "-": BlockKind.BOILERPLATE, "T": BlockKind.TEASER,
}  # fmt: skip
PROSE = "The road along the coast was closed for a week after the storm."


def cut(text: str) -> tuple[Page, Segmentation]:
    """A page from lines ``K words``; K is the block's kind, ``=`` alone begins the next story."""
    lines, kinds, spans = [], [], [[]]
    for line in text.strip().splitlines():
        if line.strip() == "=":
            spans.append([])
            continue
        kind, _, words = line.strip().partition(" ")
        if kind != "-":
            spans[-1].append(len(lines))
        lines.append(words)
        kinds.append(KINDS[kind])
    page = read_page(RawPage(at=Coordinates("test"), text="\n".join(lines)))
    assert isinstance(page, Page)
    assert len(page.blocks) == len(kinds)
    return page, Segmentation(tuple(kinds), tuple(StorySpan(tuple(span)) for span in spans))


def read(text: str, **fields: object) -> list[SourceReading]:
    page, segmentation = cut(text)
    return list(read_sources(replace(page, **fields), segmentation))


def test_dateline_gives_place_and_agency() -> None:
    (story,) = read(f"H Storm closes road\nB LONDON (Reuters) - {PROSE}\nB {PROSE}")
    assert story == SourceReading(agency="Reuters", dateline_place="LONDON")


@pytest.mark.parametrize("pictures", [1, 4])
@pytest.mark.parametrize("kind", ["B", "-"])
def test_a_dateline_with_agency_counts_behind_a_gallery(kind: str, pictures: int) -> None:
    gallery = "B The harbour on Monday, with ships in it.\nB The road on Monday, with cars on it.\n"
    (story,) = read(
        f"H Storm closes road\n{gallery * pictures}{kind} OSLO (AP) — {PROSE}\nB {PROSE}\nB {PROSE}"
    )
    assert (story.agency, story.dateline_place) == ("AP", "OSLO")


def test_a_place_alone_must_open_the_body() -> None:
    (story,) = read(f"H Storm closes road\nB {PROSE}\nB {PROSE}\nB HARBOUR: {PROSE}")
    assert story.dateline_place is None


def test_a_speaker_who_comes_back_is_no_place() -> None:
    (story,) = read(
        f"H Talk of the week\nB JANE ROE: {PROSE}\nB JOHN DOE: {PROSE}\nB JANE ROE: {PROSE}\nB JOHN DOE: {PROSE}"
    )
    assert story.dateline_place is None


def test_byline_gives_people_and_agency() -> None:
    (story,) = read(f"H Storm closes road\nY By Jane Roe and John Doe, Associated Press\nB {PROSE}")
    assert (story.authors, story.agency) == (("Jane Roe", "John Doe"), "AP")


def test_byline_the_segmenter_took_for_boilerplate_counts_too() -> None:
    (story,) = read(f"H Storm closes road\n- By Jane Roe\n- May 3, 2024\nB {PROSE}")
    assert story.authors == ("Jane Roe",)


def test_names_below_a_lone_by() -> None:
    (story,) = read(f"H Storm closes road\n- By\n- Jane Roe\nB {PROSE}")
    assert story.authors == ("Jane Roe",)


def test_a_name_beside_a_date_is_a_byline() -> None:
    (story,) = read(f"H Storm closes road\n- Jane Roe\n- 3 May 2024 9:45\nB {PROSE}")
    assert story.authors == ("Jane Roe",)


def test_several_names_one_a_line() -> None:
    (story,) = read(
        f"H Storm closes road\n- Jane Roe\n- John Doe\n- Published 3 May 2024\nB {PROSE}"
    )
    assert story.authors == ("Jane Roe", "John Doe")


@pytest.mark.parametrize(
    "above",
    [
        "- Jane Roe\n- Share\n- Print",
        "C Jane Roe\n- 3 May 2024",
        "- Coastal Roads\n- 3 May 2024",
        "- Photo: Jane Roe/AFP\n- 3 May 2024",
        "- Contact Us\n- 3 May 2024",
    ],
)
def test_not_every_line_in_capitals_is_a_byline(above: str) -> None:
    (story,) = read(f"H Storm closes road\n{above}\nB {PROSE} On other coastal roads cars went on.")
    assert story.authors == ()
    assert story.agency is None


def test_markup_that_says_author_bears_a_name_out() -> None:
    page, segmentation = cut(f"H Storm closes road\n- Jane Roe\n- Share\nB {PROSE}")
    blocks = list(page.blocks)
    blocks[1] = replace(blocks[1], hints=Hints("span", words=bits_of({"author"})))
    (story,) = read_sources(replace(page, blocks=tuple(blocks)), segmentation)
    assert story.authors == ("Jane Roe",)


@pytest.mark.parametrize(
    ("below", "agency"),
    [
        ("- dpa", "dpa"),
        ("- (PTI)", "PTI"),
        ("- dpa/afp", "dpa"),
        ("- Quelle: dpa", "dpa"),
        ("- © 2024 The Associated Press. All rights reserved.", "AP"),
        ("- Associated Press writer Jane Roe contributed to this report.", "AP"),
        ("- Share\n- Tweet\n- Mail\n- dpa", None),
        ("- Photo: dpa", None),
        ("- REUTERS/Jane Roe", None),
    ],
)
def test_credits_below_the_body(below: str, agency: str | None) -> None:
    (story,) = read(f"H Storm closes road\nB {PROSE}\nB {PROSE}\n{below}")
    assert story.agency == agency


@pytest.mark.parametrize(
    ("last", "agency"),
    [
        ("The mayor did not respond to Reuters’ requests for comment.", "Reuters"),
        ("The road is open again, the mayor said. (AFP)", "AFP"),
        ("The road is open again, the mayor told Reuters.", None),
        ("The road is open again, according to a Reuters news agency report.", None),
    ],
)
def test_credits_in_the_last_paragraph(last: str, agency: str | None) -> None:
    (story,) = read(f"H Storm closes road\nB {PROSE}\nB {last}")
    assert story.agency == agency


def test_the_dateline_comes_before_all_other_credits() -> None:
    (story,) = read(
        f"H Storm\nY By AFP\nB OSLO (NTB) – {PROSE}\nB {PROSE} (dpa)\n- Quelle: Reuters"
    )
    assert story.agency == "NTB"


def test_each_story_of_a_page_has_its_own() -> None:
    first, second, third = read(
        f"""
        H Storm closes road
        Y By Jane Roe
        B LONDON (Reuters) - {PROSE}
        B {PROSE}
        =
        H Rain fills lake
        Y Von Max Muster
        B Der See ist voll, sagte die Ministerin der AFP am Montag.
        B Der See ist voll. (dpa)
        =
        H Wind fells tree
        B {PROSE}
        """,
        url="https://www.dailyplanet.example.com/a",
    )
    assert first == SourceReading(("Jane Roe",), "Reuters", None, "example.com", "LONDON")
    assert (second.authors, second.agency) == (("Max Muster",), "dpa")
    assert (third.authors, third.agency, third.dateline_place) == ((), None, None)


@pytest.mark.parametrize(
    ("between", "agencies", "people"),
    [
        ("- dpa", ("dpa", None), ((), ())),
        ("- dpa\n- Share\n- Mail", ("dpa", None), ((), ())),
        ("- Share\n- Mail\n- By Jane Roe, AFP", (None, "AFP"), ((), ("Jane Roe",))),
        ("- dpa\n- By Jane Roe, AFP", ("dpa", "AFP"), ((), ("Jane Roe",))),
    ],
)
def test_a_line_between_two_stories_is_the_nearer_one_s(
    between: str, agencies: tuple[str | None, ...], people: tuple[tuple[str, ...], ...]
) -> None:
    stories = read(f"H Storm closes road\nB {PROSE}\n{between}\n=\nH Rain fills lake\nB {PROSE}")
    assert tuple(story.agency for story in stories) == agencies
    assert tuple(story.authors for story in stories) == people


def test_structured_data_speaks_for_the_story_it_names() -> None:
    told = StructuredStory(
        DateBasis.JSON_LD,
        headline="Rain fills lake",
        authors=("Jane Roe", "Reuters"),
        publisher="Daily Planet",
    )
    first, second = read(
        f"H Storm closes road\nB {PROSE}\n=\nH Rain fills lake\nB {PROSE}",
        metadata=Metadata(stories=(told,)),
    )
    assert first == SourceReading(publisher="Daily Planet")
    assert second == SourceReading(("Jane Roe",), "Reuters", "Daily Planet")


@pytest.mark.parametrize(
    ("told", "authors"),
    [
        (("Jane Roe", "John Doe"), ("Jane Roe", "John Doe")),
        (("By Jane Roe and John Doe",), ("Jane Roe", "John Doe")),
        (("Jane Roe, Political Correspondent",), ("Jane Roe",)),
        (("Daily Planet", "Jane Roe"), ("Jane Roe",)),
        (("https://example.com/jane", "Newsroom"), ()),
        ((), ()),
    ],
)
def test_people_in_structured_data(told: tuple[str, ...], authors: tuple[str, ...]) -> None:
    structured = StructuredStory(DateBasis.JSON_LD, authors=told, publisher="Daily Planet")
    (story,) = read(f"H Storm closes road\nB {PROSE}", metadata=Metadata(stories=(structured,)))
    assert story.authors == authors


PUBLISHERS = {
    "the record says": ({"publisher": "Said"}, "Said"),
    "the record before the markup": ({"publisher": "Said", "metadata": Metadata(site_name="Site")}, "Said"),
    "the markup": ({"metadata": Metadata(site_name="Site")}, "Site"),
    "the title": ({"metadata": Metadata(title="Storm closes road | Daily Planet", og_title="Storm closes road")}, "Daily Planet"),
    "nothing": ({}, None),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "publisher"), PUBLISHERS.values(), ids=PUBLISHERS)
def test_publisher(fields: dict[str, object], publisher: str | None) -> None:
    (story,) = read(f"H Storm closes road\nB {PROSE}", **fields)
    assert story.publisher == publisher


def test_a_section_in_the_title_is_no_publisher() -> None:
    (story,) = read(
        f"- Sport\n- Local news\nH Storm closes road\nB {PROSE}",
        metadata=Metadata(
            title="Storm closes road | Daily Planet | Local news", og_title="Storm closes road"
        ),
    )
    assert story.publisher == "Daily Planet"


def test_publisher_in_the_copyright_line() -> None:
    (story,) = read(
        f"H Storm closes road\nB {PROSE}\n- Menu\n- © 2024 All rights reserved | Daily Planet"
    )
    assert story.publisher == "Daily Planet"


@pytest.mark.parametrize(
    "line",
    [
        "2024 Daily Planet. ALL RIGHTS RESERVED",
        "Daily Planet, 2024. All rights reserved",
        "copyright 2024 Daily Planet",
    ],
)
def test_a_copyright_line_needs_no_sign(line: str) -> None:
    (reading,) = read(f"H Storm closes road\nB {PROSE}\n- Menu\n- {line}")
    assert reading.publisher == "Daily Planet"


@pytest.mark.parametrize(
    "line",
    [
        "B © 2024 Evening Star, said the note that the mayor held up.",
        "B In 2024 the copyright on the tune ended, and a judge has now said what that means.",
        "C The harbour. © 2024 Jane Roe",
        "- © 2024 Proudly powered by WordPress",
    ],
)
def test_what_is_told_of_copyright_names_no_publisher(line: str) -> None:
    (story,) = read(f"H Storm closes road\nB {PROSE}\n{line}\nB {PROSE}")
    assert story.publisher is None


@pytest.mark.parametrize(
    ("url", "lines", "publisher"),
    [
        ("https://www.dailyplanet.com/a", "- © 2024 The Associated Press. All rights reserved.", None),
        ("https://www.dailyplanet.com/a", "- © 2024 AFP\n- © 2024 Daily Planet Media", "Daily Planet Media"),
        ("https://www.dailyplanet.com/a", "- © 2024 dpa/AFP", None),
        (None, "- Copyright 2024 The Associated Press. All rights reserved.", None),
        ("https://apnews.com/a", "- © 2024 The Associated Press. All rights reserved.", "The Associated Press"),
        ("https://www.reuters.com/a", "- © 2024 Reuters. All rights reserved.", "Reuters"),
        ("https://www.dailyplanet.com/a", "C The harbour on Monday. © 2024 Evening Star", None),
    ],
)  # fmt: skip
def test_an_agency_s_copyright_names_the_publisher_on_its_own_pages_only(
    url: str | None, lines: str, publisher: str | None
) -> None:
    (story,) = read(f"H Storm closes road\nB {PROSE}\nB {PROSE}\n{lines}", url=url)
    assert story.publisher == publisher


def test_publisher_as_the_page_spells_its_own_domain() -> None:
    (story,) = read(
        f"- Menu\n- The Daily Planet\nH Storm closes road\nB {PROSE}",
        url="https://www.thedailyplanet.com/a",
    )
    assert (story.publisher, story.source) == ("The Daily Planet", "thedailyplanet.com")


def test_source_without_an_address_is_read_from_the_story_s_own() -> None:
    (story,) = read(f"H Storm closes road\nB {PROSE}\n- The Daily Planet\n- desk@dailyplanet.com")
    assert story.source == "dailyplanet.com"


def test_a_story_from_elsewhere_inherits_nothing() -> None:
    first, second, third = read(
        f"""
        H Storm closes road
        B {PROSE}
        - © 2024 Daily Planet. All rights reserved.
        =
        H Rain fills lake
        B {PROSE}
        - The Evening Star
        - jane.roe@eveningstar.co.uk
        =
        H Wind fells tree
        B {PROSE}
        - © 2024 Morning Post Ltd.
        """,
        url="https://www.dailyplanet.com/a",
    )
    assert (first.publisher, first.source) == ("Daily Planet", "dailyplanet.com")
    assert (second.publisher, second.source) == ("The Evening Star", "eveningstar.co.uk")
    assert (third.publisher, third.source) == ("Morning Post", None)


def test_stories_of_one_site_share_its_source() -> None:
    first, second = read(
        f"H Storm closes road\nB {PROSE}\n=\nH Rain fills lake\nB {PROSE}\n- © 2024 Big Media Inc. All rights reserved.",
        url="https://www.dailyplanet.com/a",
    )
    assert first.source == second.source == "dailyplanet.com"


def test_a_span_without_body_is_read() -> None:
    (story,) = read("H Storm closes road")
    assert story == SourceReading()


SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "seeds"


@pytest.mark.shared
def test_the_five_seeds() -> None:
    pages, truths = (
        [json.loads(line) for line in gzip.decompress((SHARED / name).read_bytes()).splitlines()]
        for name in ("pages.jsonl.gz", "truth.jsonl.gz")
    )
    found = {}
    for record, truth in zip(pages, truths, strict=True):
        page = read_page(RawPage(at=Coordinates("seed"), text=record["text"]))
        assert isinstance(page, Page)
        bodies = [
            set(filter(None, map(str.strip, story["body"].split("\n"))))
            for story in truth["stories"]
        ]
        spans: list[list[int]] = [[] for _ in bodies]
        kinds = [BlockKind.BOILERPLATE] * len(page.blocks)
        for i, block in enumerate(page.blocks):
            for span, body, story in zip(spans, bodies, truth["stories"], strict=True):
                if block.text in body or block.text == story.get("title"):
                    span.append(i)
                    kinds[i] = BlockKind.BODY if block.text in body else BlockKind.HEADLINE
        segmentation = Segmentation(tuple(kinds), tuple(StorySpan(tuple(span)) for span in spans))
        found[record["page_id"][:3]] = read_sources(page, segmentation)
    assert [story.agency for story in found["000"]] == [None, "Reuters"]
    assert [story.dateline_place for story in found["000"]] == ["ISLAMABAD", "KARACHI"]
    assert found["001"][0].agency is None
    assert found["002"][0].publisher == "Pakistan Observer"
    assert found["003"][0] == SourceReading()
    assert found["004"][0].dateline_place == "KARACHI"


OTHER_HOUSE = (
    f"H Storm closes road\nB {PROSE}\n=\nH Mill burns down\nY By Jane Roe, Evening Star Staff\n"
    f"B OSLO (AP) — {PROSE}\n- Why you can trust Evening Star"
)


def test_a_later_story_that_names_another_house_is_not_the_first_ones() -> None:
    first, second = read(OTHER_HOUSE, url="https://www.dailyplanet.com/a", publisher="Daily Planet")
    assert (first.publisher, first.source) == ("Daily Planet", "dailyplanet.com")
    assert (second.publisher, second.source) == ("Evening Star", None)


def test_a_teaser_is_the_pages() -> None:
    """What a page advertises is its own; the credits of the copy that it shows count."""
    page, segmentation = cut(OTHER_HOUSE)
    page = replace(page, url="https://www.dailyplanet.com/a", publisher="Daily Planet")
    first, second = segmentation.spans
    teased = replace(segmentation, spans=(first, replace(second, is_teaser=True)))
    teaser = read_sources(page, teased)[1]
    assert (teaser.publisher, teaser.source) == ("Daily Planet", "dailyplanet.com")
    assert (teaser.agency, teaser.dateline_place) == ("AP", "OSLO")
