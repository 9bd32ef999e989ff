"""Composes training pages of several stories from labelled pages of one.

Styles follow what real pages of several stories look like: endless scroll, whole pages in a row,
bare stories, briefs, live tickers, teasers in a fixed frame before, between and after, stories that
a box interrupts, short crops. Every choice comes from one seeded generator.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from schemas.records import Block, Hints
from training.labels import (
    BODY,
    BYLINE,
    CAPTION,
    HEADLINE,
    OTHER,
    STANDFIRST,
    TEASER_HEAD,
    TEASER_TEXT,
    Example,
    Line,
    with_block,
)

_MONTHS = ("January", "Feb.", "March", "april", "Mai", "juin", "julio", "August", "sept.")
_WIRES = ("REUTERS", "AFP", "AP Photo", "dpa", "Getty Images", "EPA", "Xinhua")


@dataclass(frozen=True, slots=True)
class Piece:
    """One page of one story, cut in three."""

    example: Example
    menu: tuple[Line, ...]
    story: tuple[Line, ...]
    tail: tuple[Line, ...]

    @property
    def title(self) -> str | None:
        return next((x.block.text for x in self.story if x.kinds == HEADLINE), None)

    @property
    def body(self) -> list[Line]:
        return [x for x in self.story if x.kinds == BODY]


def cut(example: Example) -> Piece:
    inside = [i for i, line in enumerate(example.lines) if line.inside == 1]
    first, last = inside[0], inside[-1] + 1
    lines = example.lines
    return Piece(example, lines[:first], lines[first:last], lines[last:])


def _line(text: str, kinds: int = OTHER, gap: int = 0, start: int = 0, inside: int = 0) -> Line:
    return Line(Block(0, 0, text, gap), kinds, start, inside)


def _outside(lines: Sequence[Line], kinds: int = OTHER) -> list[Line]:
    return [replace(x, kinds=kinds, start=0, inside=0) for x in lines]


class Composer:
    """Makes pages from ``pieces``; the same seed makes the same pages."""

    def __init__(self, pieces: Sequence[Piece], seed: int) -> None:
        self._random = Random(seed)
        self._pieces = [p for p in pieces if p.body]
        self._titled = [p for p in self._pieces if p.title]
        self._by_language: dict[str, list[Piece]] = defaultdict(list)
        self._by_site: dict[str, list[Piece]] = defaultdict(list)
        for piece in self._pieces:
            self._by_language[piece.example.language].append(piece)
            self._by_site[piece.example.site].append(piece)
        self._sites = [s for s, ps in self._by_site.items()
                       if len({p.example.page_id for p in ps}) > 1]  # fmt: skip
        self._styles: tuple[tuple[int, Callable[[], list[Line]]], ...] = (
            (22, self.scroll), (6, self.full), (20, self.bare), (22, self.teasers),
            (10, self.digest), (12, self.ticker), (12, self.crop),
        )  # fmt: skip

    def page(self, number: int) -> Example:
        """The next page; ``number`` only names it."""
        r = self._random
        style = r.choices([s for _, s in self._styles], [w for w, _ in self._styles])[0]
        lines = style()
        if r.random() < 0.4:
            lines = self._dress(lines)
        if r.random() < 0.35:
            lines = self._interrupt(lines)
        lines = self._gaps(lines)[:1500]
        while lines and lines[-1].inside and lines[-1].kinds != BODY:
            lines.pop()
        if any(x.block.hints for x in lines):
            lines = [x if x.block.hints else _in_markup(x) for x in lines]
        return Example(f"composed-{number}", "", "", tuple(lines))

    # ------------------------------------------------------------------ choosing
    def _several(self, low: int, high: int) -> list[Piece]:
        """Different pages of one site or of one language."""
        r = self._random
        count = r.randint(low, high)
        if self._sites and r.random() < 0.3:
            pool = self._by_site[r.choice(self._sites)]
        else:
            pool = self._by_language[r.choice(self._pieces).example.language]
        chosen: dict[str, Piece] = {}
        for piece in r.sample(pool, min(len(pool), 3 * count)):
            chosen.setdefault(piece.example.page_id, piece)
        while len(chosen) < low:
            piece = r.choice(self._pieces)
            chosen.setdefault(piece.example.page_id, piece)
        return list(chosen.values())[:count]

    def _furniture(self, low: int, high: int) -> list[Line]:
        """A run of lines of some page's menu or tail that are surely no teasers."""
        r = self._random
        for _ in range(20):
            piece = r.choice(self._pieces)
            lines = [x for x in (piece.menu if r.random() < 0.3 else piece.tail)
                     if len(x.block.text) < 60]  # fmt: skip
            count = r.randint(low, high)
            if len(lines) >= count:
                at = r.randrange(len(lines) - count + 1)
                return _outside(lines[at : at + count])
        return [_line("...")]

    def _bare(self, piece: Piece) -> list[Line]:
        lines = [x for x in piece.story if x.kinds in {HEADLINE, BODY}]
        if self._random.random() < 0.8:
            lines = _one_headline(lines)
        return _restart(lines)

    # ------------------------------------------------------------------ styles
    def scroll(self) -> list[Line]:
        """From headline to end of body with what stands between, and a few lines after."""
        r = self._random
        pieces = self._several(2, 5)
        lines: list[Line] = list(pieces[0].menu[-r.randint(0, 80) :]) if r.random() < 0.5 else []
        for n, piece in enumerate(pieces):
            lines += _gap(piece.story, r.choice((0, 1, 2, 3)))
            lines += piece.tail[: r.choice((0, 0, 1, 2, 3, 5, 8, 12))]
            if n + 1 == len(pieces) and r.random() < 0.5:
                lines += piece.tail[-r.randint(1, 60) :]
        return lines

    def full(self) -> list[Line]:
        """Whole pages in a row."""
        return [x for p in self._several(2, 3) for x in (*p.menu, *p.story, *p.tail)]

    def bare(self) -> list[Line]:
        """Headline and body, then the next; sometimes a rule or nothing but a line end between."""
        r = self._random
        gap = r.choice((0, 0, 1, 2, 3))
        border = r.choice(("", "", "", "___", "* * *", "---", "###", "•"))
        lines: list[Line] = []
        for piece in self._several(2, 5):
            if lines and border:
                lines.append(_line(border, gap=gap))
            lines += _gap(self._bare(piece), gap)
        return lines

    def digest(self) -> list[Line]:
        """Briefs: a title and one to three paragraphs each, in one frame."""
        r = self._random
        gap, inner = r.choice((0, 1, 2)), r.choice((0, 0, 1))
        border = r.choice(("", "", "___", "* * *", "–"))
        glued = r.random() < 0.2
        lines: list[Line] = self._opening()
        if r.random() < 0.5:
            lines += [_line(x.block.text.upper(), OTHER, 0) for x in self._furniture(1, 1)]
            lines += [_line(f"{r.randint(1, 28)} {r.choice(_MONTHS)} 20{r.randint(10, 26)}")]
        for piece in self._several(3, 10):
            if not piece.title:
                continue
            body = [x for x in piece.body if len(x.block.text) > 60][: r.choice((1, 1, 2, 3))]
            if not body:
                continue
            if border:
                lines.append(_line(border, gap=gap))
            if glued:
                text = f"{piece.title}{r.choice((': ', ' – ', '. '))}{body[0].block.text}"
                lines.append(_line(text, BODY, gap, 1, 1))
                body = body[1:]
            else:
                lines.append(_line(piece.title, HEADLINE, gap, 1, 1))
            lines += _gap([replace(x, start=0, inside=1) for x in body], inner)
        return lines + self._closing()

    def ticker(self) -> list[Line]:
        """A live ticker on one matter, or entries of many: a time in one frame, title, text."""
        r = self._random
        frame = r.choice(("time", "time", "time_title", "time_author", "title", "time_place"))
        form = r.choice(("{h:02}:{m:02}", "{h:02}.{m:02} Uhr", "{h}.{m:02}", "{h:02}h{m:02}",
                         "{h:02}:{m:02} GMT", "{h}:{m:02} pm", "{h}:{m:02} am"))  # fmt: skip
        same = r.random() < 0.6
        pieces = [r.choice(self._pieces)] if same else self._several(3, 8)
        entries: list[list[Line]] = []
        for piece in pieces:
            body = [x for x in piece.body if len(x.block.text) > 70]
            while body and len(entries) < 30:
                take = r.choice((1, 1, 2, 2, 3))
                entries.append(body[:take])
                body = body[take:]
                if not same:
                    break
        titles = [p.title for p in r.sample(self._titled, min(40, len(self._titled))) if p.title]
        author = " ".join(r.choice(self._pieces).body[0].block.text.split()[:2])
        minute = r.randint(8 * 60, 23 * 60)
        gap, inner = r.choice((0, 1, 1, 2)), r.choice((0, 0, 1))
        button = self._furniture(1, 1)[0].block.text if r.random() < 0.4 else None
        lines = self._opening()
        if same and r.random() < 0.5 and pieces[0].title:
            lines.append(_line(pieces[0].title, HEADLINE, 1, 1, 1))
            first = entries.pop(0) if entries else []
            lines += [replace(x, start=0, inside=1) for x in first]
            if not first:
                lines.pop()
        for n, entry in enumerate(entries):
            minute = max(0, minute - r.randint(1, 40))
            time = form.format(h=minute // 60, m=minute % 60)
            title = titles[n % len(titles)] if titles else "…"
            head: list[Line] = []
            if frame == "time":
                head = [_line(time, OTHER, gap), _line(title, HEADLINE, inner, 1, 1)]
            elif frame == "time_title":
                text = f"{time}{r.choice((': ', ' – ', ' '))}{title}"
                head = [_line(text, HEADLINE, gap, 1, 1)]
            elif frame == "time_author":
                head = [_line(f"{time}{author}", OTHER, gap)]
            elif frame == "title":
                head = [_line(title, HEADLINE, gap, 1, 1)]
            else:
                head = [_line(time, OTHER, gap), _line(author, OTHER, 0)]
            text_lines = _gap([replace(x, start=0, inside=1) for x in entry], inner)
            if head[-1].start == 0:
                text_lines[0] = replace(text_lines[0], start=1)
            lines += head + text_lines
            if button:
                lines.append(_line(button, OTHER, inner))
        return lines + self._closing()

    def teasers(self) -> list[Line]:
        """One or two stories, with a series of teasers in one frame before, between or after."""
        r = self._random
        pieces = self._several(1, 2)
        pages = {p.example.page_id for p in pieces}
        place = r.choice(("after", "after", "after", "before", "between", "around"))
        own = pieces[0].title if r.random() < 0.3 else None
        with_menu = r.random() < 0.5
        lines: list[Line] = list(pieces[0].menu[-r.randint(1, 60) :]) if with_menu else []
        if place in {"before", "around"}:
            lines += self._series(pages, own)
        for n, piece in enumerate(pieces):
            story = self._bare(piece) if r.random() < 0.5 else list(piece.story)
            lines += _gap(story, r.choice((0, 1, 2)))
            if r.random() < 0.5:
                lines += piece.tail[: r.choice((0, 1, 3, 6))]
            if place in {"after", "around"} and n + 1 == len(pieces):
                lines += self._series(pages, own)
            if place == "between" and n == 0:
                lines += self._series(pages, own)
        if r.random() < 0.4:
            lines += pieces[-1].tail[-r.randint(1, 40) :]
        return lines

    def crop(self) -> list[Line]:
        """A short page: the story with few lines around, or without headline, or cut."""
        r = self._random
        piece = r.choice(self._pieces)
        story = list(piece.story) if r.random() < 0.5 else self._bare(piece)
        if r.random() < 0.25:
            story = _restart([x for x in story if x.kinds == BODY])
        elif r.random() < 0.3 and piece.title:
            # The headline twice, furniture between.
            head = _line(piece.title, HEADLINE, 1, 1, 1)
            between = [replace(x, inside=1) for x in self._furniture(1, 4)]
            story = [head, *between, *(replace(x, start=0) for x in story)]
        if r.random() < 0.4:
            bodies = [i for i, x in enumerate(story) if x.kinds == BODY]
            story = story[: bodies[min(len(bodies) - 1, r.randint(0, 8))] + 1]
        lines = self._furniture(1, 6) if r.random() < 0.5 else []
        lines += _gap(_restart(story), r.randint(0, 2))
        if r.random() < 0.3:
            lines += self._series({piece.example.page_id}, None)
        elif r.random() < 0.5:
            lines += self._furniture(1, 8)
        return lines

    # ------------------------------------------------------------------ parts
    def _opening(self) -> list[Line]:
        r = self._random
        return list(r.choice(self._pieces).menu[-r.randint(1, 40) :]) if r.random() < 0.5 else []

    def _closing(self) -> list[Line]:
        r = self._random
        return list(r.choice(self._pieces).tail[-r.randint(1, 40) :]) if r.random() < 0.5 else []

    def _series(self, without: set[str], own: str | None) -> list[Line]:
        """Teasers in one frame: (caption,) (kicker,) title, (byline or date,) text, (button)."""
        r = self._random
        pool = [p for p in self._several(3, 14) if p.title and p.example.page_id not in without]
        shape = r.choice(("line", "line", "text", "text", "text", "full", "glued"))
        button = self._furniture(1, 1)[0].block.text if r.random() < 0.4 else None
        slugged = r.random() < 0.3
        kicker = r.random() < 0.25
        dated = r.random() < 0.3
        cut_at = r.choice((None, None, 90, 150, 240))
        gap, inner = r.choice((0, 1, 1, 2)), r.choice((0, 0, 1))
        lines = self._furniture(1, 2)[:1] if r.random() < 0.6 else []
        titles = [p.title for p in pool]
        for piece, title in zip(pool, titles, strict=True):
            if title is None:
                continue
            if own and r.random() < 0.2:
                lines.append(_line(own, TEASER_HEAD, gap))
            text = next((x.block.text for x in piece.body if len(x.block.text) > 50), "")
            if cut_at and len(text) > cut_at:
                text = text[:cut_at].rsplit(" ", 1)[0] + r.choice(("…", "...", " …", ""))
            head: list[Line] = []
            if slugged:
                slug = r.choice(("-", " ")).join(title.split()[:3])
                head.append(_line(slug, OTHER, gap))
                if shape == "full":
                    captions = [x for x in piece.story if x.kinds == CAPTION]
                    head += _outside(captions[:1], OTHER)
            if kicker:
                head.append(_line(" ".join(title.split()[-2:]), OTHER, gap))
            if shape == "glued" and text:
                head.append(_line(f"{title} {text}", TEASER_HEAD | TEASER_TEXT, gap))
            else:
                head.append(_line(title, TEASER_HEAD, gap if not head else inner))
            if dated:
                day = f"{r.randint(1, 28)}.{r.randint(1, 12)}.20{r.randint(10, 26)}"
                head.append(_line(day, OTHER | BYLINE))
            if shape in {"text", "full"} and text:
                head.append(_line(text, TEASER_TEXT, inner))
                more = [x.block.text for x in piece.body if len(x.block.text) > 50][1:2]
                if shape == "full" and more and not cut_at:
                    head.append(_line(more[0], TEASER_TEXT, inner))
            if button:
                head.append(_line(button, OTHER, inner))
            lines += head
        return lines

    def _interrupt(self, lines: list[Line]) -> list[Line]:
        """Puts related headlines or a box into the bodies; the stories go on after them."""
        r = self._random
        out: list[Line] = []
        for n, line in enumerate(lines):
            out.append(line)
            inner = (
                line.kinds == BODY
                and n + 1 < len(lines)
                and lines[n + 1].kinds == BODY
                and lines[n + 1].start == 0
            )
            if inner and r.random() < 0.04:
                if r.random() < 0.5:
                    pool = r.sample(self._titled, min(len(self._titled), r.choice((1, 1, 2, 4))))
                    lead = r.random() < 0.4
                    for piece in pool:
                        text = piece.title or ""
                        if lead:
                            text = f"{self._furniture(1, 1)[0].block.text}: {text}"
                        out.append(_line(text, TEASER_HEAD, r.randint(0, 1), 0, 1))
                else:
                    out += [replace(x, inside=1) for x in self._furniture(1, 5)]
        return out

    def _dress(self, lines: list[Line]) -> list[Line]:
        """Gives stories bullets or a standfirst under the headline, and captions in the body."""
        r = self._random
        out: list[Line] = []
        bullets, captioned = r.random() < 0.6, r.random() < 0.6
        mark = r.choice(("• ", "  • ", "- ", "* ", "", ""))
        gap = r.choice((0, 1, 1))
        for n, line in enumerate(lines):
            out.append(line)
            if n + 1 == len(lines):
                break
            ahead = lines[n + 1]
            if bullets and line.kinds == HEADLINE and ahead.inside == 1 and r.random() < 0.7:
                later = [x.block.text for x in lines[n + 4 : n + 14] if x.kinds == BODY]
                said = [t for text in later if 30 < len(t := text.split(". ")[0]) < 200]
                count = r.choice((1, 2, 2, 3)) if mark else 1
                out += [_line(mark + t, STANDFIRST, gap * (not i), 0, 1)
                        for i, t in enumerate(said[:count])]  # fmt: skip
            inner = line.kinds == BODY == ahead.kinds and ahead.start == 0
            if captioned and inner and r.random() < 0.08:
                out.append(_line(self._caption(), CAPTION, gap, 0, 1))
        return out

    def _caption(self) -> str:
        """A line of what a picture shows, mostly with a credit or the day it was taken."""
        r = self._random
        body = r.choice(self._pieces).body
        text = r.choice(body).block.text.split(". ")[0][:180]
        name = " ".join(w for w in r.choice(body).block.text.split() if w[:1].isupper())[:20]
        date = f"{r.choice(_MONTHS)} {r.randint(1, 28)}, 20{r.randint(10, 26)}"
        return r.choice((
            f"{text}. (Photo: {name})", f"{text}. {r.choice(_WIRES)}/{name}", f"{text}, {date}.",
            f"{text}, {date}. {r.choice(_WIRES)}/{name}", f"{text} © {name}", f"{text}. Foto: {name}",
            f"{text}. {name}/{r.choice(_WIRES)}", f"{text} | {name}", f"{text}.", text,
            f"{text}, {date}. ({name})", f"Foto: {name} / dpa", f"{name} {text}. Getty Images",
        ))  # fmt: skip

    def _gaps(self, lines: list[Line]) -> list[Line]:
        """Some pages part no lines, some all; gaps must not be all that a border is known by."""
        r = self._random
        kind = r.random()
        if kind < 0.15:
            return [with_block(x, x.block.text, 0) for x in lines]
        if kind < 0.3:
            return [with_block(x, x.block.text, 1) for x in lines]
        if kind < 0.4:
            return [with_block(x, x.block.text, r.choice((0, 1, 2))) for x in lines]
        return lines


def _in_markup(line: Line) -> Line:
    """A line of our own on a page of HTML: plain boxes, whose words say nothing."""
    return replace(line, block=replace(line.block, hints=Hints("div")))


def _gap(lines: Sequence[Line], gap: int) -> list[Line]:
    if not lines:
        return []
    return [with_block(lines[0], lines[0].block.text, gap), *lines[1:]]


def _one_headline(lines: Sequence[Line]) -> list[Line]:
    heads = [i for i, x in enumerate(lines) if x.kinds == HEADLINE]
    return [x for i, x in enumerate(lines) if i not in heads[:-1]]


def _restart(lines: Sequence[Line]) -> list[Line]:
    """The lines as a story of their own: it starts with the first."""
    return [replace(x, start=int(i == 0), inside=1) for i, x in enumerate(lines)]
