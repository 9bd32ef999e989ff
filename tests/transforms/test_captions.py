import pytest

from schemas.records import Caption
from transforms.captions import is_credited, read_caption


@pytest.mark.parametrize(
    ("line", "text", "credit"),
    [
        ("A ship leaves the port.", "A ship leaves the port.", None),
        ("A ship leaves the port. (Photo: Jane Doe)", "A ship leaves the port.", "Jane Doe"),
        ("A ship leaves the port. (Photo credit: Jane Doe)", "A ship leaves the port.", "Jane Doe"),
        ("A ship leaves the port. REUTERS/Jane Doe", "A ship leaves the port.", "REUTERS/Jane Doe"),
        ("A ship leaves the port. [AP Photo/Jane Doe]", "A ship leaves the port.", "Jane Doe"),
        ("Ein Schiff im Hafen. Foto: Max Muster / dpa", "Ein Schiff im Hafen.", "Max Muster / dpa"),
        ("Ein Schiff im Hafen. Bildrechte: MDR/Max Muster", "Ein Schiff im Hafen.", "MDR/Max Muster"),
        ("Un bateau quitte le port © Jeanne Dupont", "Un bateau quitte le port", "Jeanne Dupont"),
        ("Фото: Иван Иванов", "", "Иван Иванов"),
        ("A ship leaves. Jane Doe/Getty Images", "A ship leaves.", "Jane Doe/Getty Images"),
        ("A ship leaves the portCredit: PA", "A ship leaves the port", "PA"),
        ("He paid 3/4 of the price in 2024/25.", "He paid 3/4 of the price in 2024/25.", None),
        ("The photo shows a port: a ship leaves it.", "The photo shows a port: a ship leaves it.", None),
    ],
)  # fmt: skip
def test_text_and_credit(line: str, text: str, credit: str | None) -> None:
    assert read_caption(line) == Caption(text, credit)


@pytest.mark.parametrize(
    ("line", "credited"),
    [
        ("A ship leaves the port. (Photo: Jane Doe)", True),
        ("Ein Schiff im Hafen. Foto: Max Muster / dpa", True),
        ("A ship leaves the port — © BELGA", True),
        ("A ship leaves the port, the mayor said.", False),
        ("He said: “The ships are late.”", False),
        ("The ministry wants three things: peace, order and ships.", False),
        ("The fee rose by 5 euros/week, the mayor told Reuters.", False),
        ("A picture of the port hung there: he had taken it in 1998.", False),
        ("The mayor spoke. " * 30 + "Photo: Jane Doe", False),
    ],
)
def test_paragraphs_carry_no_credit(line: str, credited: bool) -> None:
    assert is_credited(line) is credited
