"""Pages that stand where a story should be are no stories; stories about such pages are."""

import pytest

from schemas.kinds import RejectReason, Stage
from schemas.records import Coordinates, Page, RawPage, Reject
from transforms.pages import read_page

AT = Coordinates("a")
WALLS = {
    "missing": [
        "404 Not Found\nThe page you are looking for could not be found. It may have been moved or deleted. Please check the address and try again, or go back to the home page.",
        "404 Not Found\nnginx",
        "Home\nNews\nSport\nOops! Page not found\nWe couldn’t find what you were looking for. Try searching, or return to the home page.\nSearch",
        "503 Service Temporarily Unavailable\nThe server is temporarily unable to service your request due to maintenance downtime. Please try again later.",
        "Seite nicht gefunden\nDie von Ihnen gesuchte Seite existiert nicht mehr oder wurde verschoben. Bitte prüfen Sie die Adresse oder gehen Sie zur Startseite.",
        "Page introuvable\nLa page que vous recherchez n’existe plus ou a été déplacée. Retournez à la page d’accueil.",
        "Página no encontrada\nLo sentimos, la página que busca no existe o ha sido eliminada. Vuelva a la página de inicio.",
        "Страница не найдена\nВозможно, она была удалена или перемещена. Проверьте адрес или перейдите на главную.",
        "ページが見つかりません\nお探しのページは移動または削除された可能性があります。URLをもう一度ご確認ください。",
        "페이지를 찾을 수 없습니다\n요청하신 페이지가 삭제되었거나 주소가 변경되었습니다. 주소를 다시 확인해 주세요.",
        "Sayfa bulunamadı\nAradığınız sayfa kaldırılmış veya taşınmış olabilir. Lütfen ana sayfaya dönün.",
    ],
    "robots": [
        "Checking your browser before accessing paper.example\nThis process is automatic. Your browser will redirect to your requested content shortly. Please allow up to 5 seconds.\nDDoS protection by Cloudflare. Ray ID: 8a7c",
        "Just a moment...\nVerify you are human by completing the action below.\npaper.example needs to review the security of your connection before proceeding.",
        "Press & Hold to confirm you are a human (and not a bot).\nReference ID 8a7c-1102",
        "We've detected unusual activity from your computer network\nTo continue, please click the box below to let us know you're not a robot.\nWhy did this happen?\nPlease make sure your browser supports JavaScript and cookies and that you are not blocking them from loading. For more information you can review our Terms of Service and Cookie Policy.\nNeed Help?\nFor inquiries related to this message please contact our support team and provide the reference ID below.",
        "Bitte bestätigen Sie, dass Sie ein Mensch sind\nWir haben ungewöhnliche Aktivität festgestellt. Aktivieren Sie JavaScript und Cookies in Ihrem Browser.",
        "Подтвердите, что вы не робот\nС вашего адреса поступило слишком много запросов. Включите JavaScript в браузере.",
    ],
    "kept from readers": [
        "451: Unavailable due to legal reasons\nWe recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA) including the EU which enforces the General Data Protection Regulation (GDPR) and therefore access cannot be granted at this time. For any issues, contact news@paper.example or call 555-0100.",
        "Our European visitors are important to us.\nThis site is currently unavailable to visitors from the European Economic Area while we work to ensure your data is protected in accordance with applicable EU laws.",
        "Unfortunately, our website is currently unavailable in most European countries. We are engaged on the issue and committed to looking at options that support our full range of digital offerings to the EU market.",
        "This content is not available in your region.",
    ],
    "refuses": [
        "Access Denied\nYou don't have permission to access \"http://www.paper.example/news\" on this server.\nReference #18.2f8c1002.1718000000.8a7c",
        "403 Forbidden",
        "Sorry, you have been blocked\nYou are unable to access paper.example\nWhy have I been blocked?\nThis website is using a security service to protect itself from online attacks. The action you just performed triggered the security solution. There are several actions that could trigger this block including submitting a certain word or phrase, a SQL command or malformed data.\nWhat can I do to resolve this?\nYou can email the site owner to let them know you were blocked. Please include what you were doing when this page came up and the Cloudflare Ray ID found at the bottom of this page.",
        "Zugriff verweigert\nSie haben keine Berechtigung, auf diesen Server zuzugreifen.",
    ],
    "scripts": [
        "You need to enable JavaScript to run this app.",
        "We're sorry but the reader doesn't work properly without JavaScript enabled. Please enable it to continue.",
        "Bitte aktivieren Sie JavaScript in Ihrem Browser, um diese Seite zu sehen.",
        "Для просмотра сайта включите JavaScript в настройках браузера.",
        "このサイトを表示するには、ブラウザのJavaScriptを有効にしてください。",
    ],
}  # fmt: skip
STORY = """Harbour bridge closes for repairs
By Ann Lee
The old bridge over the harbour will close on Monday for six weeks while workers replace its cables, the city said.
About 9,000 cars cross it each day, and ferries will run every ten minutes instead."""
NEWS = {
    "a story about missing pages": """“Page not found”: museum shows websites that are gone
Visitors to the harbour museum will see 300 lost websites from Saturday, each behind its own “404 Not Found”.
The curator, Ida Holm, spent four years asking the makers of old pages for what they had kept in their attics.
“A page not found is a small death,” she said. Schools get in without paying until the end of March.""",
    "a short story about missing pages": """Council website down again
The council’s website showed “503 service unavailable” for most of Tuesday.
Residents could not pay their parking fines, the clerk, Jo Brandt, said.""",
    "a story about captchas": """Why it gets harder to show that you are not a robot
Boxes that ask readers to confirm “I’m not a robot” now fail one person in ten, researchers in Tarn said on Monday.
The team watched 1,400 people solve the captcha of a bank. Machines solved it in half the time.
Pictures of traffic lights were the hardest. The bank, Nordhaus, will drop the test in the autumn.""",
    "a story about blocked readers": """Readers in Europe still shut out of American papers
Two years after the law came into force 400 papers tell readers that they are “unavailable for legal reasons”.
Lena Kraft, a student from Graz, gave up reading the paper of the town in which she was born.
Its editor said that the cost of a lawyer was more than the two hundred readers in Austria would ever bring in.""",
    "a thriller": """Access Denied
The new thriller by Ana Roy opens on Friday in forty cinemas.
It follows a clerk who is locked out of the archive that she built.""",
    "a story with a note": f"{STORY}\nPlease enable JavaScript to view the comments.",
}


def html(text: str) -> str:
    first, *lines = text.split("\n")
    return f"<title>Paper</title><h1>{first}</h1>" + "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize(
    ("wall", "page"), [(w, page) for w, pages in WALLS.items() for page in pages]
)
def test_a_wall_is_a_reject_that_says_which(wall: str, page: str, form: str) -> None:
    got = read_page(RawPage(AT, text=page) if form == "text" else RawPage(AT, html=html(page)))
    assert isinstance(got, Reject)
    assert (got.stage, got.reason) == (Stage.SPLIT, RejectReason.NO_STORY)
    assert wall in got.detail


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize("name", NEWS)
def test_a_story_about_a_wall_is_a_page(name: str, form: str) -> None:
    page = NEWS[name]
    raw = RawPage(AT, text=page) if form == "text" else RawPage(AT, html=html(page))
    assert isinstance(read_page(raw), Page)


@pytest.mark.parametrize("page", [page for pages in WALLS.values() for page in pages])
def test_a_story_beside_a_wall_is_kept(page: str) -> None:
    assert isinstance(read_page(RawPage(AT, text=f"{page}\n{STORY}")), Page)


@pytest.mark.parametrize("text", ["You need to enable JavaScript to run this app.", "Zona plonk."])
def test_what_stands_behind_noscript_alone_is_no_page(text: str) -> None:
    got = read_page(RawPage(AT, html=f"<body><noscript>{text}</noscript><div></div>"))
    assert isinstance(got, Reject)
    assert got.reason is RejectReason.NO_STORY
    assert "scripts" in got.detail


def test_a_story_behind_noscript_is_a_page() -> None:
    story = html(f"{STORY}\n{STORY}")
    assert isinstance(read_page(RawPage(AT, html=f"<noscript>{story}</noscript>")), Page)
