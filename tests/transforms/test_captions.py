import pytest

from schemas.records import Caption
from transforms.captions import read_caption


@pytest.mark.parametrize(
    ("line", "text", "credit"),
    [
        ("A ship leaves the port.", "A ship leaves the port.", None),
        ("A ship leaves the port. (Photo: Jane Doe)", "A ship leaves the port.", "Jane Doe"),
        ("A ship leaves the port. (Photo credit: Jane Doe)", "A ship leaves the port.", "Jane Doe"),
        ("A ship leaves the port. REUTERS/Jane Doe", "A ship leaves the port.", "REUTERS/Jane Doe"),
        ("A ship leaves the port. [AP Photo/Jane Doe]", "A ship leaves the port.", "Jane Doe"),
        ("Ein Schiff im Hafen. Foto: Max Muster / dpa", "Ein Schiff im Hafen.", "Max Muster / dpa"),
        ("Un bateau quitte le port © Jeanne Dupont", "Un bateau quitte le port", "Jeanne Dupont"),
        ("Фото: Иван Иванов", "", "Иван Иванов"),
        ("The photo shows a port: a ship leaves it.", "The photo shows a port: a ship leaves it.", None),
    ],
)  # fmt: skip
def test_text_and_credit(line: str, text: str, credit: str | None) -> None:
    assert read_caption(line) == Caption(text, credit)
