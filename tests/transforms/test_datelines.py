"""Datelines of the world, each with the place, agency and sentence that it must give, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import datelines
from transforms.datelines import read_dateline

# line up to the first words, place, agency
DATELINES = [
    # English: agency in brackets, with and without region and date
    ("LONDON (Reuters) - Shares rose", "LONDON", "Reuters"),
    ("LONDON, May 3 (Reuters) - Shares rose", "LONDON", "Reuters"),
    ("HANOI, Vietnam (AP) — Ministers met", "HANOI, Vietnam", "AP"),
    ("HAYWARD, Calif. (AP) — A train stopped", "HAYWARD, Calif.", "AP"),
    ("ST. LOUIS (AP) — The river rose", "ST. LOUIS", "AP"),
    ("UNITED NATIONS (AP) — Envoys met", "UNITED NATIONS", "AP"),
    ("BEIRUT/THE HAGUE, March 7 (Reuters) - Judges met", "BEIRUT/THE HAGUE", "Reuters"),
    ("SEOUL, Aug. 20 (Yonhap) -- The minister said", "SEOUL", "Yonhap"),
    ("TOKYO, Sept 1 (Kyodo) -- Trains stopped", "TOKYO", "Kyodo"),
    ("BEIJING, April 6 (Xinhua) -- The council met", "BEIJING", "Xinhua"),
    ("New Delhi, Oct 4 (PTI) The court said", "New Delhi", "PTI"),
    ("Mumbai (Maharashtra) [India], June 2 (ANI): Police said", None, None),
    ("NEW DELHI: The court said", "NEW DELHI", None),
    ("New Delhi, PTI: The court said", "New Delhi", "PTI"),
    ("RAJSHAHI, Dec 20, 2025 (BSS) - Farmers said", "RAJSHAHI", "BSS"),
    ("KUALA LUMPUR, Jan 9 (Bernama) -- Police said", "KUALA LUMPUR", "Bernama"),
    ("Ankara (AA) – The ministry said", "Ankara", "AA"),
    ("TORONTO (CP) — The mayor said", "TORONTO", "CP"),
    ("OTTAWA — The minister said", "OTTAWA", None),
    ("WASHINGTON – The senate voted", "WASHINGTON", None),
    ("WASHINGTON, D.C. — The senate voted", "WASHINGTON, D.C.", None),
    ("BAGHDAD, Iraq — Troops left", "BAGHDAD, Iraq", None),
    ("ISLAMABAD: Pakistan seeks talks", "ISLAMABAD", None),
    ("KARACHI: “Enough,” they shouted", "KARACHI", None),
    ("LAHORE/ISLAMABAD: Police said", "LAHORE/ISLAMABAD", None),
    ("(AP) — The storm passed", None, "AP"),
    ("(Reuters) - Oil fell", None, "Reuters"),
    ("(Bloomberg) -- Oil fell", None, "Bloomberg"),
    # German
    ("Berlin (dpa) - Die Regierung sagt", "Berlin", "dpa"),
    ("Hamburg (dpa/lno) – Der Senat sagt", "Hamburg", "dpa"),
    ("Frankfurt/Main (dpa) - Die Börse", "Frankfurt/Main", "dpa"),
    ("Halle (Saale) (dpa/sa) - Die Polizei", None, None),
    ("Wien (APA) - Der Nationalrat", "Wien", "APA"),
    ("München (SID) Der Verein", "München", "sid"),
    ("BERLIN (AFP) - Der Bundestag", "BERLIN", "AFP"),
    ("Bern (awp/sda) - Der Bundesrat", "Bern", "Keystone-SDA"),
    ("Köln (KNA) Der Bischof", "Köln", "KNA"),
    ("Hannover (epd). Die Landeskirche", "Hannover", "epd"),
    # Romance
    ("PARIS (AFP) - Le président a dit", "PARIS", "AFP"),
    ("Paris, 12 mai 2023 (AFP) - Le président", "Paris", "AFP"),
    ("Madrid, 20 ago (EFE).- El presidente", "Madrid", "EFE"),
    ("MADRID, 20 Ago. (EUROPA PRESS) - El ministro", "MADRID", "Europa Press"),
    ("Lisboa, 20 ago 2020 (Lusa) -- O ministro", "Lisboa", "Lusa"),
    ("(ANSA) - ROMA, 20 AGO - Il governo", "ROMA", "ANSA"),
    ("ROMA (ITALPRESS) - Il governo", "ROMA", "Italpress"),
    ("Roma, 20 ago. (Adnkronos) - Il governo", "Roma", "Adnkronos"),
    # North and east
    ("AMSTERDAM (ANP) - De minister", "AMSTERDAM", "ANP"),
    ("BRUSSEL (BELGA) - De premier", "BRUSSEL", "Belga"),
    ("Stockholm (TT) - Regeringen", "Stockholm", "TT"),
    ("KØBENHAVN (Ritzau) - Statsministeren", "KØBENHAVN", "Ritzau"),
    ("OSLO (NTB): Regjeringen", "OSLO", "NTB"),
    ("Praha (ČTK) - Vláda", "Praha", "ČTK"),
    ("Warszawa (PAP) – Rząd", "Warszawa", "PAP"),
    ("Zagreb (Hina) - Vlada", "Zagreb", "Hina"),
    ("VILNIUS, gegužės 3 d. (BNS) – Seimas", "VILNIUS", "BNS"),
    ("МОСКВА, 20 августа. /ТАСС/. Президент заявил", "МОСКВА", "TASS"),
    ("МОСКВА, 20 авг — РИА Новости. Президент заявил", "МОСКВА", "RIA Novosti"),
    ("Москва. 20 августа. INTERFAX.RU - Президент заявил", "Москва", "Interfax"),
    ("КИЕВ (УНИАН) - Президент заявил", "КИЕВ", "UNIAN"),
    ("İSTANBUL (AA) - Bakan", "İSTANBUL", "AA"),
    ("ANKARA (DHA) - Bakan", "ANKARA", "DHA"),
    ("МОСКВА: Президент заявил", "МОСКВА", None),
    ("МОСКВА — Президент заявил", "МОСКВА", None),
    ("ΑΘΗΝΑ: Η κυβέρνηση", "ΑΘΗΝΑ", None),
    # Right to left
    ("القاهرة – قال الوزير", "القاهرة", None),
    ("القاهرة 5 يونيو: قال الوزير", "القاهرة", None),
    ("القاهرة (رويترز) - قال الوزير", "القاهرة", "Reuters"),
    ("القاهرة - رويترز: قال الوزير", "القاهرة", "Reuters"),
    ("لندن/رويترز - قال الوزير", "لندن", "Reuters"),
    # East Asia
    ("【東京共同】首相は", "東京", "Kyodo"),
    ("【ワシントン時事】米大統領は", "ワシントン", "Jiji"),
    ("[ロンドン 20日 ロイター] - 英国の", "ロンドン", "Reuters"),
    ("【パリ＝AFP時事】仏大統領は", "パリ", "AFP"),
    ("新华社北京8月20日电 外交部", "北京", "Xinhua"),
    ("（中央社記者張三台北20日電）總統", None, "CNA"),
    ("中新社上海5月3日电 记者", "上海", "China News Service"),
    ("路透社伦敦3月5日电 英国", "伦敦", "Reuters"),
    ("(서울=연합뉴스) 홍길동 기자 = 정부는", "서울", "Yonhap"),
    ("[서울=뉴시스] 김철수 기자 = 정부는", "서울", "Newsis"),
    # Behind a bullet, as lists show them
    ("• KARACHI: Police said", "KARACHI", None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "place", "agency"), DATELINES, ids=[d[0][:30] for d in DATELINES])
def test_dateline(line: str, place: str | None, agency: str | None) -> None:
    found = read_dateline(line)
    assert (found and found.place, found and found.agency) == (place, agency)


NONE = [
    "Shares rose on Monday in London.",
    "UPDATE: The road is open again",
    "WATCH: The moment the bridge fell",
    "EXCLUSIVE — The minister will resign",
    "BREAKING NEWS: The minister resigns",
    "EILMELDUNG: Die Ministerin geht",
    "VIDEO: Le moment où le pont tombe",
    "Q: What will you do now?",
    "NOTE: This page was changed",
    "Thousands rallied: The square was full",
    "The company said: We will pay",
    "He paused – Then he went on",
    "According to a report (AFP) - the talks failed",
    "The Associated Press (AP) — a cooperative — said",
    "A Reuters poll - the third this year - showed",
    "Bild: SN/APA/Max Muster",
    "(Jane Roe / Associated Press)",
    "(Photo: AFP) The minister",
    "(Photo: ТАСС) The minister",
    "(Фото: ТАСС) Министр заявил",
    "Reuters - a news agency - said",
    "In March (AP) reporters found",
    "5: The number of goals",
    "10:30 – The court sits again",
    "COVID-19: What we know",
    "Вопрос: Когда откроется музей?",
    "Ответ: В сентябре.",
    "Новости: Музей открыт",
    "Владимир Кузнецов: «Мы не знали, что корабль можно перевезти»",
    "Κυριάκος Μητσοτάκης: «Το μουσείο ανοίγει σήμερα»",
    "Ερώτηση: Πότε ανοίγει το μουσείο;",
    "وقال المدير: إن الدخول سيكون مجانا",
    "سؤال: متى يفتح المتحف أبوابه",
    "כתבת הנמל: המוזיאון נפתח",
    "מאת: דנה לוי",
    "คำถาม: พิพิธภัณฑ์จะเปิดเมื่อไร",
    "კითხვა: როდის გაიხსნება მუზეუმი",
    "JEAN DUPONT: « Quand ouvre le musée ? »",
    "JANE ROE: Why did you leave?",
    "Sales Happen In-App: Buy without leaving",
    "Step 1: Open the box",
    "http://www.example.org/a-b: the address",
    "",
    "—",
    ":",
]


@pytest.mark.parametrize("line", NONE)
def test_no_dateline(line: str) -> None:
    assert read_dateline(line) is None


REST = [
    ("LONDON (Reuters) - Shares rose", "Shares rose"),
    ("ISLAMABAD: Pakistan seeks talks", "Pakistan seeks talks"),
    ("МОСКВА, 20 августа. /ТАСС/. Президент", "Президент"),
    ("【東京共同】首相は", "首相は"),
    ("(ANSA) - ROMA, 20 AGO - Il governo", "Il governo"),
    ("  KARACHI: Police said", "Police said"),
]


@pytest.mark.parametrize(("line", "rest"), REST)
def test_where_the_sentence_begins(line: str, rest: str) -> None:
    found = read_dateline(line)
    assert found is not None
    assert line[found.end :] == rest


WHEN = [
    ("LONDON, May 3 (Reuters) - Shares rose", "May 3"),
    ("SEOUL, Aug. 20 (Yonhap) -- The minister", "Aug. 20"),
    ("Madrid, 20 ago (EFE).- El presidente", "20 ago"),
    ("МОСКВА, 20 августа. /ТАСС/. Президент", "20 августа"),
    ("新华社北京8月20日电 外交部", "8月20日"),
    ("LONDON (Reuters) - Shares rose", None),
]


@pytest.mark.parametrize(("line", "when"), WHEN)
def test_date_as_written(line: str, when: str | None) -> None:
    found = read_dateline(line)
    assert found is not None
    assert found.when == when


@given(st.text(max_size=160) | st.text("ABC abc,.:()-—/12【】＝東京共同", max_size=60))
def test_any_line_is_read(line: str) -> None:
    found = read_dateline(line)
    if found is not None:
        assert 0 < found.end <= len(line)
        assert found.place or found.agency
        assert found.place is None or found.place in line


@pytest.mark.parametrize("line", ["DONAUDAMPFSCHIFFFAHRTSGESELLSCHAFT Wien – Der Hafen bleibt zu."])
def test_a_long_word_in_capitals_takes_no_longer_than_others(line: str) -> None:
    """It took as many steps as its letters have ways to be parted: for ever."""
    assert read_dateline(line) is None


_OPENINGS = (
    "Berlin", "New", "YORK", "the", "said", "de", "al", "თბილისი", "МОСКВА", "東京", "reporter",
    "St.", "May", "3", "2024", "Berlin,", "—", "–", "-", "--", ":", "/", "(AP)", "(dpa/lno)",
    "Reuters:", "ТАСС.", "/ANSA/", "“Oh", "In-App",
)  # fmt: skip


@given(st.lists(st.sampled_from(_OPENINGS), max_size=9))
def test_the_quick_look_refuses_nothing_behind_the_second_word(opening: list[str]) -> None:
    """It looks at all words up to a sign, and finds what a look at two of them does."""
    line = " ".join((*opening, "The harbour stays closed."))
    quick = datelines._may_be_place

    def at_two(head: str) -> bool:
        first = head.lstrip(" ,:-–—").split(None, 2)[:2]
        return quick(" ".join(first))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datelines, "_may_be_place", at_two)
        tried = read_dateline(line)
    assert read_dateline(line) == tried
