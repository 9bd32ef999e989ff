"""The house that a story's own lines name, and what must not be taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.houses import own_domain, own_house

COPY = "The council agreed to widen the old bridge and to close it to lorries while work lasts."

DOMAINS = {
    "a desk's mailbox": (["Send your stories to contact@exampletimes.com"], "exampletimes.com"),
    "a dateline": ([f"ExampleTimes.com - {COPY}"], "exampletimes.com"),
    "a line of its own, spelled": (["EXAMPLETIMES.COM", "More Example Times"], "exampletimes.com"),
    "a line of its own": (["EXAMPLETIMES.COM"], None),
    "a mention around the copy, spelled": (
        ["How do you like exampletimes.com today?", "The Example Times works on it"],
        "exampletimes.com",
    ),
    "a mention that is spelled in the copy alone": (
        ["How do you like bigshop.com today?", f"Bigshop sells more. {COPY}"],
        None,
    ),
    "a mention in the line that spells it": (["Bigshop pays us for links to bigshop.com"], None),
    "of two the one that is spelled more often": (
        [
            "Also on eveningstar.com and exampletimes.com",
            "Read othernews.com too",
            "Othernews",
            "Example Times",
            "Follow the Example Times",
        ],
        "exampletimes.com",
    ),
}


@pytest.mark.parametrize(("lines", "domain"), DOMAINS.values(), ids=DOMAINS)
def test_own_domain(lines: list[str], domain: str | None) -> None:
    prose = [i for i, line in enumerate(lines) if COPY in line]
    assert own_domain(lines, prose) == domain


HOUSES = {
    "two lines about the house": (
        ["More from The Daily Planet", "The Daily Planet values your comments"],
        "The Daily Planet",
    ),
    "an employer and a line": (["By Ann Roe | Daily Planet", "DAILY PLANET"], "Daily Planet"),
    "a bracket before the copy and an app": (
        [f"Harbour Bay (XYZ News) — {COPY}", "Download the XYZ News app"],
        "XYZ News",
    ),
    "German": (["Mehr von Tagespost", "Tagespost-Newsletter bestellen"], "Tagespost"),
    "on the staff": (
        ["By Ann Roe, Daily Planet Staff", "Planet life", "Daily Planet"],
        "Daily Planet",
    ),
    "trusted": (["Why you can trust Planet News"], "Planet News"),
    "a source line": (["SOURCE: Planet News"], "Planet News"),
    "a reporter's note": (["Ann Roe is a senior reporter for Planet News."], "Planet News"),
    "a place": (["By Ann Roe, London", "London"], None),
    "one line": (["More from The Daily Planet"], None),
    "us": (["Follow Us", "Follow us on the net"], None),
    "a network": (["Follow us", "Share on Facebook", "Like Facebook", "Facebook"], None),
    "the author": (["Follow Ann Roe", "Ann Roe writes about bridges"], None),
    "an agency": (["More from Reuters", "Reuters"], None),
    "the copy alone": ([f"The Daily Planet said: {COPY}", f"Daily Planet. {COPY}"], None),
}


@pytest.mark.parametrize(("lines", "house"), HOUSES.values(), ids=HOUSES)
def test_own_house(lines: list[str], house: str | None) -> None:
    prose = [i for i, line in enumerate(lines) if COPY in line]
    found = own_house(lines, prose, ["Ann Roe"])
    assert found == house


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_lines_are_read(lines: list[str]) -> None:
    own_domain(lines)
    own_house(lines, (0,), ())
