"""Documents as PDF: fonts embedded, figures as vectors, a banner and a page number on every page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
from pypdf import PdfReader, PdfWriter, Transformation
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import PageBreak as RlPageBreak
from reportlab.platypus import Paragraph as RlParagraph
from reportlab.platypus import Table as RlTable
from reportlab.platypus.tableofcontents import TableOfContents

from integrity.core.errors import ToolError
from integrity.core.message import msg
from integrity.i18n.typefaces import font_file
from integrity.reports.document import (
    Block,
    Document,
    Facts,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    WorkingBlock,
)
from integrity.reports.plots import as_pdf

FONT, BOLD, RESERVE = "Workbench", "Workbench-Bold", "Reserve"
TEXT, SECONDARY, LINE, PANEL, ACCENT = "#1C2430", "#5B6675", "#E1E5EA", "#F6F7F9", "#1F6FB2"
MARGIN = 48.0
WIDTH, HEIGHT = A4
BODY_WIDTH = WIDTH - 2 * MARGIN
# A heading wants at least this much of the page below it, in points.
ROOM = 110.0


@lru_cache(maxsize=1)
def _fonts() -> tuple[frozenset[int], frozenset[int]]:
    main = TTFont(FONT, str(font_file()))
    reserve = TTFont(RESERVE, str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"))
    for font in (main, TTFont(BOLD, str(font_file(bold=True))), reserve):
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    return frozenset(main.face.charToGlyph), frozenset(reserve.face.charToGlyph)


def markup(text: str) -> str:
    """Escaped text; what the main font lacks is set in the reserve font, a glyph that neither has is an error.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    main, reserve = _fonts()
    out: list[str] = []
    for char in text:
        if char == "\n":
            out.append("<br/>")
        elif ord(char) in main or char in " \u00a0\u2009":
            out.append(escape(char if char != "\u2009" else " "))
        elif ord(char) in reserve:
            out.append(f'<font name="{RESERVE}">{escape(char)}</font>')
        else:
            raise ToolError(msg("report.no_glyph", char=char, code=f"U+{ord(char):04X}"))
    return "".join(out)


def _style(name: str, size: float, leading: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=more.pop("font", FONT), fontSize=size, leading=leading, **more)


def _styles() -> dict[str, ParagraphStyle]:
    """Styles by name; those of cells come twice: `l` breaks between Chinese characters, `l_words` between words."""
    out = _named_styles()
    for name in ("l", "r", "c", "sl", "sr", "sc", "note"):
        out[f"{name}_words"] = out[name].clone(f"{name}_words", wordWrap=None)
    return out


def _named_styles() -> dict[str, ParagraphStyle]:
    cjk = {"wordWrap": "CJK"}
    text, grey = colors.HexColor(TEXT), colors.HexColor(SECONDARY)
    return {
        "title": _style("title", 26, 32, font=BOLD, textColor=text, **cjk),
        "subtitle": _style("subtitle", 13, 18, textColor=grey, **cjk),
        "h1": _style("h1", 17, 22, font=BOLD, textColor=text, spaceAfter=8, **cjk),
        "h2": _style("h2", 12, 16, font=BOLD, textColor=text, spaceBefore=10, spaceAfter=5, **cjk),
        "h3": _style("h3", 10, 13, font=BOLD, textColor=text, spaceBefore=6, spaceAfter=3, **cjk),
        "body": _style("body", 9.2, 13.2, textColor=text, spaceAfter=5, **cjk),
        "lead": _style("lead", 11, 16, textColor=text, spaceAfter=8, **cjk),
        "note": _style("note", 8, 11, textColor=grey, spaceAfter=4, **cjk),
        "warning": _style(
            "warning", 9, 12.5, textColor=text, backColor=colors.HexColor("#FBEEEF"), borderPadding=5, spaceAfter=8,
            leftIndent=5, rightIndent=5, spaceBefore=5, **cjk,
        ),
        "mono": _style("mono", 8, 11, textColor=text, **cjk),
        "l": _style("l", 8, 10.4, textColor=text, alignment=TA_LEFT, **cjk),
        "r": _style("r", 8, 10.4, textColor=text, alignment=TA_RIGHT),
        "c": _style("c", 8, 10.4, textColor=text, alignment=TA_CENTER, **cjk),
        "sl": _style("sl", 7, 9, textColor=text, alignment=TA_LEFT, **cjk),
        "sr": _style("sr", 7, 9, textColor=text, alignment=TA_RIGHT),
        "sc": _style("sc", 7, 9, textColor=text, alignment=TA_CENTER, **cjk),
        "caption": _style("caption", 8, 11, textColor=grey, spaceBefore=2, spaceAfter=8, **cjk),
        "toc1": _style("toc1", 10, 16, textColor=text, **cjk),
        "toc2": _style("toc2", 9, 13, textColor=grey, leftIndent=14, **cjk),
    }  # fmt: skip


def _has_han(text: str) -> bool:
    """Whether a text has Chinese characters, between which a line may break."""
    return any(ord(c) >= 0x2E80 for c in text)


@dataclass
class _Placed:
    page: int
    x: float
    y: float
    figure: Figure


class _FigureBox(Flowable):
    """Keeps the room of a figure and notes where it came to stand."""

    def __init__(self, figure: Figure, placed: list[_Placed]) -> None:
        super().__init__()
        self.figure, self.placed = figure, placed
        self.scale = min(1.0, BODY_WIDTH / figure.width)
        self.width, self.height = figure.width * self.scale, figure.height * self.scale

    def draw(self) -> None:
        x, y = self.canv.absolutePosition(0, 0)
        self.placed.append(_Placed(self.canv.getPageNumber() - 1, x, y, self.figure))


class _NumberedCanvas(Canvas):
    """Keeps the pages until the end, so that each can say how many there are."""

    def __init__(self, *args: Any, page_word: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page_word = page_word
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for state in self._kept:
            self.__dict__.update(state)
            self.setFont(FONT, 7.5)
            self.setFillColor(colors.HexColor(SECONDARY))
            number = self._page_word.format(page=self._pageNumber, pages=len(self._kept))
            self.drawRightString(WIDTH - MARGIN, 34, number)
            Canvas.showPage(self)
        Canvas.save(self)


class _Template(BaseDocTemplate):
    def __init__(self, target: io.BytesIO, document: Document) -> None:
        super().__init__(target, pagesize=A4, title=document.title, subject=document.banner, initialFontName=FONT)
        self.document = document
        frame = Frame(MARGIN, 56, BODY_WIDTH, HEIGHT - 56 - 58, 0, 0, 0, 0)
        cover = Frame(MARGIN, 56, BODY_WIDTH, HEIGHT - 56 - 150, 0, 0, 0, 0)
        self.addPageTemplates(
            [PageTemplate("cover", [cover], onPage=self._cover), PageTemplate("body", [frame], onPage=self._page)]
        )

    def _cover(self, canvas: Any, doc: Any) -> None:
        canvas.setFillColor(colors.HexColor(ACCENT))
        canvas.rect(0, HEIGHT - 18, WIDTH, 18, stroke=0, fill=1)
        self._foot(canvas)

    def _page(self, canvas: Any, doc: Any) -> None:
        canvas.setStrokeColor(colors.HexColor(LINE))
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, HEIGHT - 44, WIDTH - MARGIN, HEIGHT - 44)
        canvas.setFont(FONT, 8)
        canvas.setFillColor(colors.HexColor(SECONDARY))
        canvas.drawString(MARGIN, HEIGHT - 38, self.document.title)
        self._foot(canvas)

    def _foot(self, canvas: Any) -> None:
        canvas.setStrokeColor(colors.HexColor(LINE))
        canvas.line(MARGIN, 46, WIDTH - MARGIN, 46)
        canvas.setFont(FONT, 7.5)
        canvas.setFillColor(colors.HexColor(SECONDARY))
        canvas.drawString(MARGIN, 34, self.document.banner)

    def afterFlowable(self, flowable: Flowable) -> None:
        level = {"h1": 0, "h2": 1}.get(getattr(getattr(flowable, "style", None), "name", ""))
        if level is not None:
            key = f"h{id(flowable)}"
            self.canv.bookmarkPage(key)
            plain = flowable.getPlainText()
            self.canv.addOutlineEntry(plain, key, level, closed=level == 0)
            self.notify("TOCEntry", (level, markup(plain), self.page, key))


class _Builder:
    def __init__(self, document: Document) -> None:
        _fonts()
        self.document, self.styles = document, _styles()
        self.placed: list[_Placed] = []

    def story(self) -> list[Flowable]:
        s, d = self.styles, self.document
        out: list[Flowable] = [
            RlParagraph(markup(d.title), s["title"]),
            Spacer(1, 6),
            RlParagraph(markup(d.subtitle), s["subtitle"]),
            Spacer(1, 28),
            self._facts(Facts(d.facts, 1)),
            Spacer(1, 24),
            RlParagraph(markup(d.banner), s["warning"]),
            NextPageTemplate("body"),
            RlPageBreak(),
            RlParagraph(markup(d.contents_title), s["h3"]),
        ]
        toc = TableOfContents(levelStyles=[s["toc1"], s["toc2"]], dotsMinLevel=0)
        toc.tableStyle = TableStyle([("FONTNAME", (0, 0), (-1, -1), FONT), ("VALIGN", (0, 0), (-1, -1), "TOP")])
        out += [toc, RlPageBreak()]
        for block in d.blocks:
            out += self._block(block)
        return out

    def _block(self, block: Block) -> list[Flowable]:
        s = self.styles
        match block:
            case Heading(text, level):
                room = [CondPageBreak(ROOM)] if level > 1 else []
                return [*room, RlParagraph(markup(text), s[f"h{level}"])]
            case Paragraph(text, style):
                return [RlParagraph(markup(text), s[style])]
            case Facts():
                return [self._facts(block), Spacer(1, 8)]
            case Table():
                return self._table(block)
            case Figure():
                box: list[Flowable] = [_FigureBox(block, self.placed)]
                if block.caption:
                    box.append(RlParagraph(markup(block.caption), s["caption"]))
                return [KeepTogether(box)]
            case WorkingBlock():
                return self._working(block)
            case PageBreak():
                return [RlPageBreak()]

    def _cell(self, text: str, align: str, small: bool = False, bold: bool = False) -> RlParagraph:
        words = markup(text)
        style = self.styles[("s" if small else "") + align + ("" if _has_han(text) else "_words")]
        return RlParagraph(f"<b>{words}</b>" if bold else words, style)

    def _facts(self, block: Facts) -> RlTable:
        n = block.columns
        rows: list[list[Any]] = []
        pairs = list(block.pairs) + [("", "")] * (-len(block.pairs) % n)
        for i in range(0, len(pairs), n):
            row: list[Any] = []
            for label, value in pairs[i : i + n]:
                row += [self._cell(label, "note"), self._cell(value, "l")]
            rows.append(row)
        share = BODY_WIDTH / n
        table = RlTable(rows, colWidths=[share * 0.36, share * 0.64] * n)
        table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, -1), FONT),
                        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor(LINE)),
                        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
                        ("LEFTPADDING", (0, 0), (-1, -1), 2)])  # fmt: skip
        return table

    def _table(self, block: Table) -> list[Flowable]:
        head = [self._cell(h, a, block.small, bold=True) for h, a in zip(block.head, block.align, strict=True)]
        rows = [[self._cell(v, a, block.small) for v, a in zip(r, block.align, strict=True)] for r in block.rows]
        total = sum(block.widths)
        table = RlTable([head, *rows], colWidths=[BODY_WIDTH * w / total for w in block.widths], repeatRows=1)
        style: list[Any] = [
            ("FONTNAME", (0, 0), (-1, -1), FONT),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor(PANEL)),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor(LINE)),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.6),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
        style += [("BACKGROUND", (c, r + 1), (c, r + 1), colors.HexColor(x)) for (r, c), x in block.fills.items()]
        table.setStyle(style)
        out: list[Flowable] = [table]
        if block.caption:
            out.append(RlParagraph(markup(block.caption), self.styles["caption"]))
        return [*out, Spacer(1, 6)]

    def _working(self, block: WorkingBlock) -> list[Flowable]:
        rows = []
        for symbol, formula, numbers, value, clause in block.lines:
            middle = formula if not numbers or numbers == formula else f"{formula}\n= {numbers}"
            rows.append([self._cell(symbol, "l", True, True), self._cell(middle, "l", True),
                         self._cell(value, "r", True), self._cell(clause, "l", True)])  # fmt: skip
        out: list[Flowable] = [CondPageBreak(ROOM / 3), RlParagraph(markup(block.title), self.styles["h3"])]
        if rows:
            table = RlTable(rows, colWidths=[BODY_WIDTH * w for w in (0.13, 0.47, 0.16, 0.24)])
            table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, -1), FONT),
                            ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor(LINE)),
                            ("TOPPADDING", (0, 0), (-1, -1), 0.8), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.4),
                            ("LEFTPADDING", (0, 0), (-1, -1), 2)])  # fmt: skip
            out.append(table)
        out += [RlParagraph(markup(n), self.styles["note"]) for n in block.notes]
        return [*out, Spacer(1, 4)]


def render(document: Document) -> bytes:
    """Render a document.

    Parameters
    ----------
    document : Document

    Returns
    -------
    bytes
        PDF with fonts embedded and figures as vectors.
    """
    builder = _Builder(document)
    target = io.BytesIO()
    maker = partial(_NumberedCanvas, page_word=document.page_word)
    _Template(target, document).multiBuild(builder.story(), canvasmaker=maker)
    return _with_figures(target.getvalue(), _last_positions(builder.placed))


def _last_positions(placed: Sequence[_Placed]) -> list[_Placed]:
    """Positions of the last pass; the table of contents makes the story run more than once."""
    last: dict[int, _Placed] = {}
    for p in placed:
        last[id(p.figure)] = p
    return list(last.values())


def _with_figures(body: bytes, placed: Sequence[_Placed]) -> bytes:
    if not placed:
        return body
    drawn = PdfReader(io.BytesIO(as_pdf([p.figure for p in placed]))).pages
    writer = PdfWriter(clone_from=io.BytesIO(body))
    for p, page in zip(placed, drawn, strict=True):
        scale = min(1.0, BODY_WIDTH / p.figure.width)
        move = Transformation().scale(scale, scale).translate(p.x, p.y)
        writer.pages[p.page].merge_transformed_page(page, move)
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def write_pdf(document: Document, path: Path) -> Path:
    """Write a document as PDF, whole or not at all.

    Parameters
    ----------
    document : Document
    path : Path

    Returns
    -------
    Path
    """
    data = render(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(data)
    partial.replace(path)
    return path
