"""A document as data: headings, paragraphs, tables, figures, workings; renderers turn it into files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure as MplFigure


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (new chapter), 2 or 3."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; `style` is body, lead, note, warning or mono."""

    text: str
    style: str = "body"


@dataclass(frozen=True)
class Facts:
    """Label and value pairs in columns."""

    pairs: Sequence[tuple[str, str]]
    columns: int = 2


@dataclass(frozen=True)
class Table:
    """A table; `align` has one of l, r, c per column; `fills` maps (row, column) to a colour; widths are weights."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: str
    widths: Sequence[float]
    caption: str = ""
    fills: Mapping[tuple[int, int], str] = field(default_factory=dict)
    small: bool = False


@dataclass(frozen=True)
class Figure:
    """A plot that the renderer draws as vectors; width and height in points."""

    plot: MplFigure
    width: float
    height: float
    caption: str = ""


@dataclass(frozen=True)
class WorkingBlock:
    """The working of one number: title, lines (symbol, formula, numbers, value, clause), reasons."""

    title: str
    lines: Sequence[tuple[str, str, str, str, str]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class PageBreak:
    """Start a new page."""


Block = Heading | Paragraph | Facts | Table | Figure | WorkingBlock | PageBreak


@dataclass(frozen=True)
class Document:
    """A whole document.

    Parameters
    ----------
    title, subtitle : str
    banner : str
        Stands on every page: what this document is and what it is not.
    facts : sequence of (label, value)
        On the cover.
    blocks : sequence of Block
    contents_title : str
    page_word : str
        Format of the page number with {page} and {pages}.
    """

    title: str
    subtitle: str
    banner: str
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[Block]
    contents_title: str
    page_word: str
