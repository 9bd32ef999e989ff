"""Publishers: registrable domains, owners of copyright lines, titles, addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import publishers, rights
from transforms.houses import own_domain
from transforms.lexicon import read_lexicon, words_of
from transforms.publishers import (
    brand_line,
    label_of,
    registrable_domain,
    same_name,
    title_suffix,
)
from transforms.rights import copyright_owner, rights_cues

DOMAINS = [
    ("https://www.example.com/a/b?c#d", "example.com"), ("http://news.example.co.uk/", "example.co.uk"),
    ("https://example.com.au:8080/x", "example.com.au"), ("https://m.example.de", "example.de"),
    ("HTTPS://WWW.EXAMPLE.COM/A", "example.com"), ("www.example.org", "example.org"), ("example.co.jp", "example.co.jp"),
    ("https://user:secret@www.example.fr/x", "example.fr"), ("//cdn.example.it/x", "example.it"),
    ("https://someone.github.io/page", "someone.github.io"), ("https://a.b.c.example.com.br/", "example.com.br"),
    ("https://bücher.example.de/", "example.de"), ("https://example.com./", "example.com"),
    ("https://web.archive.org/web/20200101000000/https://www.example.com/a", "example.com"),
    ("https://web.archive.org/web/2020id_/http:/example.co.uk/a?b=https://other.org", "example.co.uk"),
    ("https://archive.example.org/2020/https%3A%2F%2Fwww.example.com%2Fa", "example.com"),
    ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a", "example.com"),
    ("https://the--daily-example-com.cache.example.org/v/s/the-daily.example.com/a", "example.com"),
    ("https://www.search.example.org/amp/s/www.example.com/a", "example.com"),
    ("https://web.archive.example.org/web/2020/https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a", "example.com"),
    ("https://www.example.com/go?to=https://other.org/a", "example.com"),
    ("https://www.example.com/c/s/other.org/a", "example.com"), ("https://www.example.com/a/https://localhost/b", "example.com"),
    ("https://localhost/x", None), ("https://127.0.0.1/x", None), ("https://[::1]/x", None), ("https://co.uk/", None),
    ("page.html", None), ("", None), (None, None), ("https://", None), ("https://[broken", None), ("no address", None),
    ("https://" + "a" * 300 + ".com", None),
]  # fmt: skip


@pytest.mark.parametrize(("url", "domain"), DOMAINS)
def test_registrable_domain(url: str | None, domain: str | None) -> None:
    assert registrable_domain(url) == domain


OWNERS = [
    ("© 2024 All rights reserved | Daily Planet", "Daily Planet"),
    ("© 2024 Daily Planet. All rights reserved.", "Daily Planet"),
    ("Copyright © 2010-2024 Daily Planet", "Daily Planet"),
    ("Copyright 2024 Daily Planet Ltd.", "Daily Planet"),
    ("(c) 2024 Daily Planet", "Daily Planet"),
    ("© Daily Planet 2024", "Daily Planet"),
    ("© 2024 Daily Planet Inc. | Terms | Privacy", "Daily Planet"),
    ("© 2024 by Daily Planet", "Daily Planet"),
    ("© 2024 Daily Planet, a division of Big Media Inc.", "Daily Planet"),
    ("© 2024 Daily Planet or its affiliated companies. All rights reserved.", "Daily Planet"),
    ("All content © Daily Planet 2024", "Daily Planet"),
    ("© 1999 – 2024 Stadtanzeiger GmbH & Co. KG – Alle Rechte vorbehalten", "Stadtanzeiger"),
    ("© 2024 Le Quotidien - Tous droits réservés", "Le Quotidien"),
    ("© 2024 El Diario. Todos los derechos reservados", "El Diario"),
    ("© 2024 Il Giorno S.p.A. Tutti i diritti riservati", "Il Giorno"),
    ("© 2024 O Jornal. Todos os direitos reservados.", "O Jornal"),
    ("© 2024 Daglig Post AB. Alla rättigheter förbehållna.", "Daglig Post"),
    ("© 2024 Газета. Все права защищены", "Газета"),
    ("Copyright © 2024 Daily Planet. Powered by SomePress", "Daily Planet"),
    ("ⓒ 2024 매일신문. 무단 전재 및 재배포 금지", "매일신문"),
    ("© Jane Roe", None), ("© Jane Roe/dpa", None), ("© 2024", None), ("All rights reserved", None),
    ("Copyright © 2010-2024 Crown Copyright Daily Planet", "Daily Planet"),
    ("© 2024 Daily Planet unless otherwise noted", "Daily Planet"),
    ("© 1996-Thu Dec 15 06:14:35 EST 2016 Daily Planet", "Daily Planet"),
    ("© 5 June 2024 Daily Planet", "Daily Planet"),
    ("Droits de reproduction et de diffusion réservés © Le Quotidien 2024", "Le Quotidien"),
    ("© ООО «Вечерняя газета», 2024. Все права защищены", "Вечерняя газета"),
    ("저작권자 ⓒ 매일신문 무단전재 및 재배포 금지", "매일신문"),
    ("© 2024 저작권자 매일신문 무단전재 및 재배포 금지", "매일신문"),
    ("무단 전재 및 재배포 금지 ⓒ 매일신문", "매일신문"),
    ("Bản quyền © 2024 Báo Ngày", "Báo Ngày"), ("Bản quyền thuộc về Báo Ngày 2024", "Báo Ngày"),
    ("Hak Cipta © 2024 Harian Pagi", "Harian Pagi"), ("© 2024 PT Harian Pagi. Hak cipta dilindungi undang-undang", "Harian Pagi"),
    ("© 2024 Päivän Lehti Oy, kaikki oikeudet pidätetään", "Päivän Lehti"),
    ("© ২০২৪ দৈনিক বার্তা", "দৈনিক বার্তা"), ("Copyright © 日刊新聞社 無断転載を禁じます。", "日刊新聞社"),
    ("© تمامی حقوق محفوظ است", None), ("© 2024 সর্বস্বত্ব সংরক্ষিত", None),
    ("© 2024 Με την επιφύλαξη παντός δικαιώματος", None), ("© 2024 Hakcipta Terpelihara", None),
    ("(c) 2024 Vse pravice pridržane", None), ("© 2024 Proudly powered by WordPress", None),
    ("Copyright © 2024 · News Pro Theme on Genesis Framework · WordPress · Log in", None),
    ("© 2024 Newspaper WordPress Theme by TagDiv", None), ("Photo © 2024 Jane Roe", None),
    ("In 2024 the copyright on the tune ended.", None), ("The copyright on the tune ended in 2024.", None),
    ("Copyright law protects authors; all rights reserved is a phrase.", None),
    ("Copyright ended for the tune in 2024.", None), ("© 2024 the", None),
    ("© 2024 All rights reserved.", None), ("Daily Planet", None), ("", None), ("© " + "2024 x " * 60, None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "owner"), OWNERS)
def test_copyright_owner(line: str, owner: str | None) -> None:
    assert copyright_owner(line) == owner


TITLES = [
    ("Storm hits coast | Daily Planet", "Storm hits coast", "Daily Planet"),
    ("Storm hits coast - Daily Planet", "Storm hits coast", "Daily Planet"),
    ("Storm hits coast — Daily Planet", "Storm hits coast", "Daily Planet"),
    ("Daily Planet | Storm hits coast", "Storm hits coast", "Daily Planet"),
    ("Storm hits coast | News | Daily Planet", "Storm hits coast", "Daily Planet"),
    ("Storm hits coast | Daily Planet", None, "Daily Planet"),
    ("Storm hits coast - worst in years", None, None),
    ("Storm hits coast", "Storm hits coast", None),
    ("Well-known storm", "Well-known storm", None),
    ("Storm hits coast - Page 2", "Storm hits coast", None),
    ("Storm hits coast | Daily Planet | Page 2", "Storm hits coast", "Daily Planet"),
    ("Sturm an der Küste – Seite 3", "Sturm an der Küste", None),
    ("Council – 5 June 2025", "Council", None),
    ("Council | 05.06.2025", "Council", None),
    ("Storm hits coast | Daily Planet | 16:30", "Storm hits coast", "Daily Planet"),
    ("Storm hits coast | Radio 1", "Storm hits coast", "Radio 1"),
    (None, None, None),
    ("", "", None),
]


@pytest.mark.parametrize(("title", "headline", "publisher"), TITLES)
def test_title_suffix(title: str | None, headline: str | None, publisher: str | None) -> None:
    assert title_suffix(title, headline) == publisher


OF_SITES = [
    ("Storm hits coast | Daily Planet | Local news", "dailyplanet", (), "Daily Planet"),
    ("Storm hits coast | Daily Planet | Local news", "", ("Local news", "Sport"), "Daily Planet"),
    ("Storm hits coast | Local news", "", ("local news", "Sport"), None),
    ("Storm hits coast - Sport", "dailyplanet", ("Sport",), None),
    ("Storm hits coast | Daily Planet", "dailyplanet", ("Daily Planet", "Sport"), "Daily Planet"),
    ("Storm hits coast | News | Evening Star", "eveningnews", ("News",), "Evening Star"),
]


@pytest.mark.parametrize(("title", "label", "menu", "publisher"), OF_SITES)
def test_title_suffix_of_a_site(
    title: str, label: str, menu: tuple[str, ...], publisher: str | None
) -> None:
    assert title_suffix(title, "Storm hits coast", label, menu) == publisher


BRANDS = [
    ("thedailyplanet.com", ["Menu", "The Daily Planet", "Sport"], "The Daily Planet"),
    ("dailyplanet.co.uk", ["Menu", "The Daily Planet"], "The Daily Planet"),
    ("stadt-anzeiger.de", ["Stadt-Anzeiger"], "Stadt-Anzeiger"),
    ("dailyplanet.com", ["Daily Planet Sports", "dailyplanet"], None),
    ("dailyplanet.com", [], None),
]


@pytest.mark.parametrize(("domain", "lines", "brand"), BRANDS)
def test_brand_line(domain: str, lines: list[str], brand: str | None) -> None:
    assert brand_line(domain, lines) == brand


OWN = {
    "mailbox that the lines bear out": (
        ["Contact the Example Times", "desk@exampletimes.com"],
        "exampletimes.com",
    ),
    "copyright line": (["© 2024 exampletimes.com"], "exampletimes.com"),
    "source line": (["Source: exampletimes.com"], "exampletimes.com"),
    "mailbox of a mail provider": (["Write to jane.roe@mailprovider.com"], None),
    "a link": (["Read more at https://www.exampletimes.com/a"], None),
    "a link that the text names": (
        ["The Example Times has more: https://www.exampletimes.com/a"],
        None,
    ),
    "a file name": (["see report.pdf and index.html"], None),
    "nothing": (["A line. Another."], None),
}


@pytest.mark.parametrize(("lines", "domain"), OWN.values(), ids=OWN)
def test_own_domain(lines: list[str], domain: str | None) -> None:
    assert own_domain(lines) == domain


SAME = [
    ("The Daily Planet", "dailyplanet", True), ("Daily Planet", "Daily Planet Media", True), ("New York Post", "nyp", True),
    ("Daily Planet", "Evening Star", False), ("", "Evening Star", False), ("AB", "Cabinet", False),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "same"), SAME)
def test_same_name(a: str, b: str, same: bool) -> None:
    assert same_name(a, b) is same
    assert same_name(b, a) is same


def test_label() -> None:
    assert label_of("stadt-anzeiger.co.uk") == "stadtanzeiger"


@given(st.text(max_size=100))
def test_any_text_is_read(text: str) -> None:
    domain = registrable_domain(text)
    assert domain is None or "." in domain
    copyright_owner(text)
    copyright_owner(f"© 2024 {text}")
    title_suffix(text, None)
    own_domain([text, f"x@{text}.com"])


@given(
    st.lists(
        st.sampled_from(
            [
                *words_of("rights", "reserved"),
                *words_of("rights", "signs"),
                "ſ",
                "İ",
                "all ",
                "ЗАО ",
                "x",
            ]
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_words_about_rights_are_found_as_without_a_look_at_their_first_letter(
    said: list[str], capitals: bool
) -> None:
    line = " ".join(said)
    line = line.upper() if capitals else line
    for table in ("reserved", "signs"):
        phrases = sorted(words_of("rights", table), key=len, reverse=True)
        plain = "|".join(re.escape(phrase).replace(r"\ ", r"\s*") for phrase in phrases)
        hits = re.finditer(rights._either(table), line, re.IGNORECASE)
        tried = re.finditer(plain, line, re.IGNORECASE)
        assert [hit.span() for hit in hits] == [hit.span() for hit in tried]


def test_every_phrase_of_the_lexicon_is_looked_for_on_pages_of_its_language() -> None:
    tables = read_lexicon("rights")
    phrases = [
        (k, p) for table in ("signs", "reserved") for k, of in tables[table].items() for p in of
    ]
    missed = [(k, p) for k, p in phrases if not any(cue in p for cue in rights_cues(k))]
    assert len(phrases) > 100
    assert missed == []


@given(
    st.from_regex(
        r"https?://[a-z0-9.:@-]{1,12}\.(com|co\.uk)(/(amp|c|en|s|http:|a%20b|news|a\.com)){0,4}[/?#]?[ -~\n]{0,8}",
        fullmatch=True,
    )
)
def test_a_plain_address_is_read_as_any_other(url: str) -> None:
    assert registrable_domain(url) == publishers._unwrapped(url, publishers._DEPTH)
