"""PDF: fonts embedded, banner and number on every page, no glyph lost, figures as vectors."""

from __future__ import annotations

import io

import numpy as np
import pytest
from pypdf import PdfReader

from integrity.core.errors import ToolError
from integrity.i18n import LANGUAGES, catalogue
from integrity.reports import plots
from integrity.reports.document import Document, Facts, Heading, PageBreak, Paragraph, Table, WorkingBlock
from integrity.reports.pdf import markup, render


def document() -> Document:
    figure = plots.bars(["a 一", "b"], [("x", np.array([1.0, 2.0]), plots.SERIES[0])], "n 个", "caption")
    blocks = [
        Heading("1 Summary 摘要"),
        Paragraph("约 ≥ 3 mm²/y"),
        Facts([("a", "b")]),
        figure,
        PageBreak(),
        Heading("2 Table"),
        Table(["A", "B"], [["甲", "1"]] * 80, "lr", [1, 1], fills={(0, 1): "#F3C6CC"}),
        WorkingBlock("t", [("t_req", "P*R", "1*2", "2 mm", "UG-27")], ["note"]),
    ]
    return Document("Title 标题", "sub", "own study 自行研究", [("Plant", "x")], blocks, "Contents", "{page} / {pages}")


def test_every_page_carries_banner_and_number() -> None:
    reader = PdfReader(io.BytesIO(render(document())))
    n = len(reader.pages)
    assert n >= 4
    for i, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert "own study" in text and f"{i} / {n}" in text


def test_fonts_are_embedded_and_figures_are_not_pictures() -> None:
    reader = PdfReader(io.BytesIO(render(document())))
    for page in reader.pages:
        assert not page.images
        for font in page["/Resources"]["/Font"].values():
            f = font.get_object()
            descriptors = [d.get_object() for d in f.get("/DescendantFonts", [f])]
            assert all("/FontDescriptor" in d for d in descriptors), f.get("/BaseFont")


def test_a_glyph_that_no_font_has_is_an_error_and_not_a_hole() -> None:
    assert markup("a<b") == "a&lt;b"
    assert "Reserve" in markup("⁻")
    with pytest.raises(ToolError):
        markup("\U0001fae0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_text_can_be_printed(language: str) -> None:
    for text in catalogue(language).values():
        markup(text)
