"""Bylines in the languages of the news, each with the people and the agency that it must give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.bylines import authors_in, is_person, name_line, opens_byline, read_byline

# line, people, agency
BYLINES = [
    # English
    ("By Jane Roe", ("Jane Roe",), None),
    ("by jane roe", (), None),
    ("BY JANE ROE", ("JANE ROE",), None),
    ("By: Jane Roe", ("Jane Roe",), None),
    ("* By Jane Roe", ("Jane Roe",), None),
    ("By Jane Roe and John Doe", ("Jane Roe", "John Doe"), None),
    ("By Jane Roe, John Doe and Max Muster", ("Jane Roe", "John Doe", "Max Muster"), None),
    ("By Jane Roe & John Doe", ("Jane Roe", "John Doe"), None),
    ("By Jane Roe; John Doe", ("Jane Roe", "John Doe"), None),
    ("By Jane Roe/John Doe", ("Jane Roe", "John Doe"), None),
    ("By Jane Roe, Political Correspondent", ("Jane Roe",), None),
    ("By Jane Roe Senior Political Correspondent", ("Jane Roe",), None),
    ("By Jane Roe, Director of News, Daily Planet", ("Jane Roe",), None),
    ("By Jane Roe in Berlin", ("Jane Roe",), None),
    ("By Jane Roe for The Daily Planet", ("Jane Roe",), None),
    ("By Jane Roe For Example.com", ("Jane Roe",), None),
    ("By Jane Roe | May 3, 2024", ("Jane Roe",), None),
    ("By Jane Roe May 3, 2024 9:45 am", ("Jane Roe",), None),
    ("By Jane Roe - Friday, May 3, 2024", ("Jane Roe",), None),
    ("By Jane RoePublished: May 3, 2024", ("Jane Roe",), None),
    ("By Jane RoeTravel Writer", ("Jane Roe",), None),
    ("ByJane Roe", ("Jane Roe",), None),
    ("By Jane Roe (@janeroe)", ("Jane Roe",), None),
    ("By Jane Roe@janeroe", ("Jane Roe",), None),
    ("By Dr. Jane Roe", ("Jane Roe",), None),
    ("By Jane Roe, Ph.D.", ("Jane Roe",), None),
    ("By Jane Q. Roe", ("Jane Q. Roe",), None),
    ("By J. R. R. Doe", ("J. R. R. Doe",), None),
    ("By Conor O’Roe", ("Conor O’Roe",), None),
    ("By Jean-Luc Roe-Doe", ("Jean-Luc Roe-Doe",), None),
    ("By Ludwig van der Roe", ("Ludwig van der Roe",), None),
    ("By Fiona MacRoe", ("Fiona MacRoe",), None),
    ("Written by Jane Roe", ("Jane Roe",), None),
    ("Posted by By Jane Roe", ("Jane Roe",), None),
    ("Author: Jane Roe", ("Jane Roe",), None),
    ("May 3, 2024 by Jane Roe | Last updated May 5, 2024", ("Jane Roe",), None),
    ("By Reuters", (), "Reuters"),
    ("By The Associated Press", (), "AP"),
    ("By Jane Roe, Associated Press", ("Jane Roe",), "AP"),
    ("By Jane Roe - Associated Press - Friday, May 3, 2024", ("Jane Roe",), "AP"),
    ("By Jane Roe and AFP", ("Jane Roe",), "AFP"),
    ("By Jane Roe, The Canadian Press", ("Jane Roe",), "CP"),
    ("By AFP May 3, 2024", (), "AFP"),
    # German
    ("Von Max Muster", ("Max Muster",), None),
    ("Von Max Muster und Eva Müller", ("Max Muster", "Eva Müller"), None),
    ("Von Max Muster, Berlin", ("Max Muster",), None),
    ("Von Nina Muster", ("Nina Muster",), None),
    ("Von Max Muster, 03.05.2024, 10:00 Uhr", ("Max Muster",), None),
    ("Von dpa 03.05.2024, 18:58", (), "dpa"),
    ("Von Max Muster, dpa", ("Max Muster",), "dpa"),
    ("Ein Kommentar von Eva Müller", ("Eva Müller",), None),
    ("Text: Eva Müller", ("Eva Müller",), None),
    ("Autorin: Eva Müller", ("Eva Müller",), None),
    # French
    ("Par Marie Dupont", ("Marie Dupont",), None),
    ("Par Marie Dupont et Jean Martin", ("Marie Dupont", "Jean Martin"), None),
    ("Par Marie Dupont, journaliste", ("Marie Dupont",), None),
    ("Par Le Quotidien et AFP", (), "AFP"),
    ("Propos recueillis par Marie Dupont", ("Marie Dupont",), None),
    ("Publié par Marie Dupont le 3 mai 2024", ("Marie Dupont",), None),
    # Spanish, Portuguese, Italian, Catalan
    ("Por María R. Pérez", ("María R. Pérez",), None),
    ("Por María Pérez y Juan García", ("María Pérez", "Juan García"), None),
    ("Por Agencia EFE", (), "EFE"),
    ("Texto: Juan García", ("Juan García",), None),
    ("Por João da Silva e Ana Souza", ("João da Silva", "Ana Souza"), None),
    ("Di Mario Rossi", ("Mario Rossi",), None),
    ("A cura di Mario Rossi e Anna Bianchi", ("Mario Rossi", "Anna Bianchi"), None),
    ("Per Núria Puig", ("Núria Puig",), None),
    # North
    ("Door Jan de Vries", ("Jan de Vries",), None),
    ("Av Kari Nordmann", ("Kari Nordmann",), None),
    ("Av Kari Nordmann og Ola Hansen", ("Kari Nordmann", "Ola Hansen"), None),
    ("Tekst: Kari Nordmann", ("Kari Nordmann",), None),
    ("Af Mette Jensen", ("Mette Jensen",), None),
    ("Text: Anna Svensson", ("Anna Svensson",), None),
    ("Teksti: Matti Virtanen", ("Matti Virtanen",), None),
    # East
    ("Autor: Jan Novák", ("Jan Novák",), None),
    ("Autorka: Anna Kowalska", ("Anna Kowalska",), None),
    ("Szerző: Nagy Péter", ("Nagy Péter",), None),
    ("Piše: Ivan Horvat", ("Ivan Horvat",), None),
    ("Yazan: Ayşe Yılmaz", ("Ayşe Yılmaz",), None),
    ("Автор: Иван Петров", ("Иван Петров",), None),
    ("Авторы: Иван Петров и Анна Сидорова", ("Иван Петров", "Анна Сидорова"), None),
    ("Автор: Оксана Шевченко та Іван Коваль", ("Оксана Шевченко", "Іван Коваль"), None),
    ("Συντάκτης: Γιώργος Παπαδόπουλος", ("Γιώργος Παπαδόπουλος",), None),
    # Asia
    ("文＝山田太郎", ("山田太郎",), None),
    ("山田太郎記者", ("山田太郎",), None),
    ("（记者张三 李四）", ("张三", "李四"), None),
    ("记者：张三", ("张三",), None),
    ("홍길동 기자", ("홍길동",), None),
    ("홍길동 기자 hong@example.co.kr 김철수 기자 kim@example.co.kr", ("홍길동", "김철수"), None),
    ("Oleh Budi Santoso", ("Budi Santoso",), None),
    ("بقلم أحمد علي", ("أحمد علي",), None),
    ("מאת דוד כהן", ("דוד כהן",), None),
    ("लेखक: सुनीता शर्मा", ("सुनीता शर्मा",), None),
    ("द्वारा सुनीता शर्मा और रवि कुमार", ("सुनीता शर्मा", "रवि कुमार"), None),
    ("লেখক: রহিম উদ্দিন", ("রহিম উদ্দিন",), None),
    ("எழுதியவர்: சுரேஷ் குமார்", ("சுரேஷ் குமார்",), None),
    ("రచయిత: రమేష్ కుమార్", ("రమేష్ కుమార్",), None),
    ("โดย สมชาย ใจดี", ("สมชาย ใจดี",), None),
    ("ავტორი: ვახტანგ გელაშვილი", ("ვახტანგ გელაშვილი",), None),
    # Lists, each name with its place; employers and calls to action behind the name
    ("By Jane Roe in London and John Doe in Paris", ("Jane Roe", "John Doe"), None),
    ("By Jane Roe in Washington, John Doe in New York and Max Muster in Berlin", ("Jane Roe", "John Doe", "Max Muster"), None),
    ("By Jane Roe in London, New York and San Francisco", ("Jane Roe",), None),
    ("Autor: Jan Nowak i Anna Kowalska", ("Jan Nowak", "Anna Kowalska"), None),
    ("Piše: Ana Horvat i Ivan Kos", ("Ana Horvat", "Ivan Kos"), None),
    ("Autoři: Anna Nováková a Jan Novák", ("Anna Nováková", "Jan Novák"), None),
    ("Door Jan de Vries en Eva Visser", ("Jan de Vries", "Eva Visser"), None),
    ("Di Mario Rossi a New York", ("Mario Rossi",), None),
    ("Por María Pérez en Buenos Aires", ("María Pérez",), None),
    ("Av Kari Nordmann i New York", ("Kari Nordmann",), None),
    ("By HENRIK DAHLQUIST Associated Press", ("HENRIK DAHLQUIST",), "AP"),
    ("By Jane Roe Reuters", ("Jane Roe",), "Reuters"),
    ("June 5, 2025 by Jane Roe Leave a Comment", ("Jane Roe",), None),
    ("Text & Foto: Anna Svensson", ("Anna Svensson",), None),
    ("Von Prof. Dr. med. Max Muster", ("Max Muster",), None),
    ("〔記者王小明／台北報導〕", ("王小明",), None),
    ("記者 王小明／台北報導", ("王小明",), None),
    ("김철수·한지우 기자", ("김철수", "한지우"), None),
    # Particles that are part of a word
    ("By Nidal al-Mughrabi", ("Nidal al-Mughrabi",), None),
    ("By Mohamed el-Sayed and Jane Roe", ("Mohamed el-Sayed", "Jane Roe"), None),
    ("Por João d'Ávila", ("João d'Ávila",), None),
    ("Par Jeanne d’Arcy", ("Jeanne d’Arcy",), None),
]  # fmt: skip


@pytest.mark.parametrize(("line", "people", "agency"), BYLINES, ids=[b[0][:40] for b in BYLINES])
def test_byline(line: str, people: tuple[str, ...], agency: str | None) -> None:
    found = read_byline(line)
    assert ((found.authors, found.agency) if found else ((), None)) == (people, agency)


NONE = [
    "By clicking here you agree to our terms",
    "By the end of the week the rain will stop.",
    "By 2030 the plant will close",
    "By Friday Morning",
    "By Contact Us",
    "By Staff Reporter",
    "By News Desk",
    "By Daily Planet Staff",
    "By Kiln Valley Herald Staff",
    "Von Polizei Nordhafen",
    "Von wegen",
    "Von Montag an fahren keine Züge.",
    "Von der Redaktion",
    "Par ailleurs, le ministre a dit",
    "Por favor, inicie sesión",
    "Di nuovo in campo",
    "Per saperne di più",
    "Av og til",
    "Door op te klikken",
    "Text: more to come",
    "Photo by Jane Roe",
    "Photo: Jane Roe",
    "Foto: Eva Müller",
    "Edited by Jane Roe",
    "Nearby Jane Roe waited",
    "Jane Roe",
    "Autor: redakce",
    "기자 회견이 열렸다",
    "लेखक ने कहा कि सड़क खुलेगी",
    "كتب في صفحته",
    "By al-mughrabi road",
    "记者会今天举行",
    "",
    "By " + "Jane Roe, " * 40,
]


@pytest.mark.parametrize("line", NONE)
def test_no_byline(line: str) -> None:
    assert read_byline(line) is None


OPENERS = [
    "By",
    "by:",
    "Von",
    "Kommentar von",
    "Author of the article:",
    "Par",
    "Autor:",
    "Text:",
    "Автор:",
]


@pytest.mark.parametrize("line", OPENERS)
def test_opening_words_alone(line: str) -> None:
    assert opens_byline(line)


@pytest.mark.parametrize("line", ["By Jane Roe", "Bystanders", "Vonovia", "Parlament", "", "Text"])
def test_more_or_less_than_opening_words(line: str) -> None:
    assert not opens_byline(line)


# line, people, whether date or role bear it out
NAME_LINES = [
    ("Jane Roe", ("Jane Roe",), False),
    ("* Jane Roe", ("Jane Roe",), False),
    ("Jane Roe and John Doe", ("Jane Roe", "John Doe"), False),
    ("Jane Roe, 26.04.2024 10:00 Uhr", ("Jane Roe",), True),
    ("Jane Roe / EXAMPLE.COM / Apr 16, 2026, 14:04 IST", ("Jane Roe",), True),
    ("9. September 2025 um 15:46 Uhr / Eva Müller", ("Eva Müller",), True),
    ("3 May 2024, 14:26, Jane Roe", ("Jane Roe",), True),
    ("Jane Roe | Published 1 day ago", ("Jane Roe",), True),
    ("Jane Roe 4 Febbraio 2025 - 14:41", ("Jane Roe",), True),
    ("Jane RoeJanuary 14, 2026", ("Jane Roe",), True),
    ("Jane Roe Parliamentary editor", ("Jane Roe",), True),
    ("Jane Roe Redakteurin", ("Jane Roe",), True),
    ("Jane Roe – Journalist", ("Jane Roe",), False),
    ("Jane Roe Jane Roe", ("Jane Roe",), True),
    ("Jane Roe, Associated Press", ("Jane Roe",), False),
    ("Reuters, Jane Roe", ("Jane Roe",), True),
    ("Jane Roe/dpa", None, False),
    ("Jane Roe / AFP", None, False),
    ("Contact Us", None, False),
    ("All Rights Reserved", None, False),
    ("CNN Business", None, False),
    ("World News", None, False),
    ("The storm passed over the coast.", None, False),
    ("jane roe", None, False),
    ("By Jane Roe", None, False),
    ("山田太郎", None, False),
    ("أحمد علي", None, False),
    ("Jane Roe " + "and the storm that closed the road along the coast for a week " * 3, None, False),
    ("", None, False),
]  # fmt: skip


@pytest.mark.parametrize(("line", "people", "sure"), NAME_LINES, ids=[n[0] for n in NAME_LINES])
def test_name_line(line: str, people: tuple[str, ...] | None, sure: bool) -> None:
    found = name_line(line)
    assert (found and found.authors) == people
    if found is not None:
        assert found.sure is sure


PEOPLE = {
    "Jane Roe": True, "Jane": False, "jane roe": False, "Jane van der Roe": True, "Jane Roe Reporter": False,
    "Jane R": False, "J. Roe": True, "J.R. Roe": True, "JANE ROE": True, "Jane ROE": True, "CNN Live": False,
    "Reuters News Agency": False, "Jane Roe 3": False, "山田太郎": True, "编辑部": False, "홍길동": False,
    "सुनीता शर्मा": True, "রহিম উদ্দিন": True, "சுரேஷ் குமார்": True, "రమేష్ కుమార్": True, "สมชาย ใจดี": True, "ვახტანგ გელაშვილი": True,
    "ने कहा": False, "João d'Ávila": True, "Nidal al-Mughrabi": True, "nidal al-mughrabi": False, "Nidal pre-Roe": False,
    "Polizei Nordhafen": False, "Haber Merkezi": False,
    "A Very Long Name Of Six Words": False, "Ng Yi": True, "Anna-Lena Groß": True,
}  # fmt: skip


@pytest.mark.parametrize(("name", "person"), PEOPLE.items())
def test_is_person(name: str, person: bool) -> None:
    assert is_person(name) is person


FIELDS = [
    ("Jane Roe", ("Jane Roe",)), ("By Jane Roe and John Doe", ("Jane Roe", "John Doe")), ("Daily Planet", ()),
    ("김철수", ("김철수",)), ("김철수, 한지우", ("김철수", "한지우")), ("편집국", ()), ("뉴스팀", ()), ("김철수 기자", ("김철수",)),
    ("सुनीता शर्मा", ("सुनीता शर्मा",)), ("สมชาย ใจดี", ("สมชาย ใจดี",)), ("山田太郎", ("山田太郎",)),
    ("Jane Roe (Daily Herald)", ("Jane Roe",)), ("Jane Roe | Daily Herald", ("Jane Roe",)), ("https://example.com/jane", ()), ("", ()),
    ("Anna Nowak i Jan Kowalski", ("Anna Nowak", "Jan Kowalski")), ("Anna Nováková a Jan Novák", ("Anna Nováková", "Jan Novák")),
    ("Kiln Valley Herald Staff", ()), ("Polizei Nordhafen", ()),
]  # fmt: skip


@pytest.mark.parametrize(("field", "people"), FIELDS)
def test_the_author_s_field_of_structured_data(field: str, people: tuple[str, ...]) -> None:
    assert authors_in(field) == people


@given(st.text(max_size=210) | st.text("By Jane Roe,.|-/(@)3 von Max und", max_size=60))
def test_any_line_is_read(line: str) -> None:
    for found in (read_byline(line), name_line(line)):
        if found is not None:
            assert found.authors or found.agency
            assert len(set(found.authors)) == len(found.authors)
            assert all(name == name.strip() and name in line for name in found.authors)
    opens_byline(line)
