"""Walls that ask for consent are no stories; pages with a story are none of them."""

import pytest

from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, Page, RawPage, Reject
from transforms.pages import read_page

AT = Coordinates("a")
WALLS = {
    "en": """We value your privacy
We and our 640 partners store and read personal data on your device, such as cookies, and use it to show you personalised advertising.
By choosing “Accept all” you agree to this. You can change your mind in the privacy settings at any time.
Accept all
Reject all
Manage choices""",
    "de": """Wir brauchen Ihre Zustimmung
Gemeinsam mit unseren Partnern speichern wir Cookies auf Ihrem Gerät und verarbeiten personenbezogene Daten, um Anzeigen auszuwählen.
Mit „Akzeptieren und weiter“ stimmen Sie dem zu. Ihre Einwilligung können Sie unter Datenschutz jederzeit widerrufen.
Akzeptieren und weiter
Einstellungen
Schon Abonnent? Hier anmelden""",
    "fr": """Votre vie privée nous importe
Avec nos partenaires, nous déposons des cookies sur votre appareil afin de mesurer l’audience et d’afficher de la publicité personnalisée.
Vous pouvez accepter ou refuser, et changer d’avis à tout moment sous « Gérer mes choix ».
Tout accepter
Continuer sans accepter""",
    "es": """Tu privacidad nos importa
Nosotros y nuestros socios usamos cookies en tu dispositivo para mostrarte publicidad personalizada y medir el uso de la web.
Puedes aceptar o rechazar todas las cookies y cambiar tus preferencias cuando quieras.
Aceptar y seguir
Configurar""",
    "it": """La tua privacy ci sta a cuore
Noi e i nostri partner archiviamo cookie sul tuo dispositivo e trattiamo dati personali per mostrarti annunci personalizzati.
Puoi accettare, rifiutare o revocare il consenso in ogni momento dal pannello delle preferenze.
Accetta
Rifiuta""",
    "pt": """Valorizamos a sua privacidade
Nós e os nossos parceiros usamos cookies para guardar dados pessoais no seu dispositivo e mostrar anúncios personalizados.
Pode aceitar ou rejeitar todos os cookies e mudar as suas preferências a qualquer momento.
Aceitar tudo""",
    "nl": """Wij vragen uw toestemming
Samen met onze partners plaatsen wij cookies op uw apparaat en verwerken wij persoonsgegevens voor gepersonaliseerde advertenties.
U kunt alles accepteren of weigeren en uw voorkeuren later wijzigen bij de instellingen.
Akkoord""",
    "sv": """Vi bryr oss om din integritet
Vi och våra partner använder kakor för att lagra personuppgifter på din enhet och visa anpassade annonser.
Du kan godkänna eller neka kakor och ändra dina inställningar när som helst.
Godkänn alla""",
    "pl": """Dbamy o twoją prywatność
My i nasi partnerzy zapisujemy pliki cookie na twoim urządzeniu i przetwarzamy dane osobowe, aby wyświetlać reklamy.
Możesz zaakceptować pliki cookie lub odrzucić je i w każdej chwili zmienić ustawienia.
Zgadzam się""",
    "ru": """Мы заботимся о конфиденциальности
Мы и наши партнёры храним файлы cookie на вашем устройстве и обрабатываем персональные данные для показа рекламы.
Вы можете принять файлы cookie или отклонить их и в любое время изменить настройки.
Принять все""",
    "ja": """プライバシーに関するお知らせ
当サイトと広告主は、広告の表示と利用状況の測定のため、クッキーを使用することに同意を求めています。
クッキーの設定はいつでも変更でき、同意しない場合は拒否することもできます。
同意する
拒否する""",
    "ko": """개인정보 보호 안내
이 사이트와 광고주는 맞춤 광고를 위해 쿠키를 사용하며 이용자의 동의를 받습니다.
쿠키 사용을 거부할 수 있으며 언제든지 설정에서 동의를 철회할 수 있습니다.
동의하기""",
}
STORY = """Harbour bridge closes for repairs
By Ann Lee
The old bridge over the harbour will close on Monday for six weeks while workers replace its cables, the city said.
About 9,000 cars cross it each day, and ferries will run every ten minutes instead.
“We know that this is hard for people on the north shore,” the mayor, Tom Reed, said in the town hall."""
# Tells of cookies and consent from end to end, to readers and of others.
NEWS_OF_COOKIES = """Shoppers misled by cookie banners, watchdog finds
Nine in ten shops ask for consent in a way that breaks the law, the privacy watchdog said on Tuesday.
Its inspectors visited 400 shops. Most showed a large button to accept cookies and hid the one to reject them.
The toy seller Kreisel was fined 90,000 euros. Its director, Jo Brandt, said that the firm would appeal.
Courts will hear the first cases in May.
Accept all"""


def html(text: str, title: str = "News", before: str = "", after: str = "") -> str:
    first, *lines = text.split("\n")
    body = "".join(
        f"<p>{line}</p>" if len(line) > 30 else f"<button>{line}</button>" for line in lines
    )
    head = f"<title>{title}</title><meta property=og:title content='{title}'>"
    return f"<head>{head}</head>{before}<div><h2>{first}</h2>{body}</div>{after}"


@pytest.mark.parametrize("language", WALLS)
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_wall_is_a_reject(language: str, form: str) -> None:
    wall = WALLS[language]
    raw = RawPage(AT, text=wall) if form == "text" else RawPage(AT, html=html(wall))
    got = read_page(raw)
    assert isinstance(got, Reject)
    assert (got.stage, got.reason) == (Stage.SPLIT, RejectReason.NO_STORY)
    assert got.payload == (raw.text or raw.html or "").encode()  # type: ignore[union-attr]


def test_a_wall_with_a_menu_and_a_footer_is_a_reject() -> None:
    links = "".join(f"<li><a href=/{n}>{n}</a>" for n in ("News", "Sport", "Terms and conditions"))
    menu = f"<nav><ul>{links}</ul></nav>"
    page = html(WALLS["en"], "We value your privacy", menu, f"<footer>{menu}</footer>")
    assert isinstance(read_page(RawPage(AT, html=page)), Reject)


@pytest.mark.parametrize("language", WALLS)
def test_a_story_beside_a_wall_is_kept(language: str) -> None:
    for text in (f"{WALLS[language]}\n{STORY}", f"{STORY}\n{WALLS[language]}"):
        assert isinstance(read_page(RawPage(AT, text=text)), Page)
    story = html(STORY)
    assert isinstance(read_page(RawPage(AT, html=html(WALLS[language], after=story))), Page)


@pytest.mark.parametrize(
    "text",
    [
        NEWS_OF_COOKIES,
        STORY,
        "Cookie settings\nNews\nSport",
        "Cookies for Sunday\nButter, sugar and flour make these soft cookies.\nBake for ten minutes.",
        f"{STORY}\nAccept cookies\nManage privacy settings",
        "Bakers accepted the offer on Monday.\nThe cookie factory had accepted it too.\nAccept",
    ],
    ids=["news of cookies", "news", "a menu", "a recipe", "buttons", "one word twice"],
)
def test_what_is_no_wall(text: str) -> None:
    assert isinstance(read_page(RawPage(AT, text=text)), Page)


def test_a_page_that_shows_its_own_headline_is_no_wall() -> None:
    lines = WALLS["en"].split("\n")
    lines[0] = "Harbour bridge closes"
    page = html("\n".join(lines), "Harbour bridge closes")
    assert isinstance(read_page(RawPage(AT, html=page)), Page)
