"""``python -m transforms.warm``: compiles every kernel, so that the first page waits for none.

What is compiled is kept on disk (``transforms.compiled``): ``make install`` and the images run this
once.
"""

from schemas.records import Coordinates, PageStories, RawPage
from transforms.language import identify
from transforms.outcomes import split_stories

_PROSE = (
    "The council voted on Monday to open the harbour bridge in May 2024, its engineer said. “It is "
    "done,” she told reporters at 14:05 on 3 April. Ferries will run until then, as they did last year."
)
_TEXT = (
    f"Home | News | Sport\nHarbour bridge opens in May\nBy Ann Lee\nPublished 3 April 2024\n{_PROSE}\n"
    f"{_PROSE}\n© 2024 The Paper\nMuseum finds lost map\nLONDON (Reuters) — {_PROSE}\n{_PROSE}\n"
    "大桥五月开放。2024年4月3日，市议会投票。Скоро откроется мост."
)
_HTML = (
    "<!doctype html><html lang=en><head><title>Harbour bridge opens in May</title>"
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Harbour bridge opens in '
    f'May","datePublished":"2024-04-03","articleBody":"{_PROSE}"}}</script><meta property="og:title" content="Harbour bridge">'
    '</head><body><nav class="menu"><a href="/">Home</a></nav><article class="story"><h1>Harbour '
    f'bridge opens in May</h1><time datetime="2024-04-03">3 April</time><p>{_PROSE}</p><x-box><p>'
    f"{_PROSE}</p></x-box></article>{'<p>More</p>' * 2000}</body></html>"
)


def warm() -> None:
    """Compiles the kernels by reading two made-up pages.

    Raises:
        RuntimeError: a page had no story, so that not all was compiled.
    """
    at, url = Coordinates("warm"), "https://paper.example/harbour-bridge-opens-in-may"
    for raw in (RawPage(at, text=_TEXT, url=url), RawPage(at, html=_HTML.encode(), url=url)):
        outcome = split_stories(raw)
        if not isinstance(outcome, PageStories):
            raise RuntimeError(f"{outcome.reason}: {outcome.detail}")  # noqa: TRY004
    identify("plonk fnord grault garply")  # of no language: the model is asked


if __name__ == "__main__":
    warm()
