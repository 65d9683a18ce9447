"""Figures of risk: two matrices, factors known and bounded, causes that add up; lines of a cell break between words."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.reports import plots, risk_plots
from integrity.reports.document import Figure
from integrity.reports.pdf import _Builder, _has_han
from tests.reports.test_pdf import document

COLOURS = [["blue"] * 5, ["blue"] * 5, ["yellow"] * 5, ["orange"] * 5, ["red"] * 5]
LABELS = {
    **{f"letter.{c}": c[0].upper() for c in ("red", "orange", "yellow", "blue")},
    **{k: k for k in ("likelihood", "consequence", "full", "low", "axis", "bound", "unknown")},
}


def words_of(figure: Figure) -> list[str]:
    return [t.get_text() for ax in figure.plot.axes for t in ax.texts]


def test_counts_of_bounds_begin_with_at_least() -> None:
    full, low = np.zeros((5, 5), dtype=int), np.zeros((5, 5), dtype=int)
    full[4, 2], low[0, 1] = 7, 3
    figure = risk_plots.matrices(full, low, COLOURS, LABELS, "caption")
    said = words_of(figure)
    assert "7" in said and "≥ 3" in said and "3" not in said
    assert [ax.get_title() for ax in figure.plot.axes] == ["full", "low"]


def test_bars_of_factors_end_at_their_value() -> None:
    values, bounds = np.array([50.0, np.nan, np.nan, 0.0]), np.array([np.nan, 400.0, np.nan, np.nan])
    figure = risk_plots.factors(list("abcd"), values, bounds, LABELS, "caption")
    (ax,) = figure.plot.axes
    ends = {round(p.get_x() + p.get_width(), 9) for p in ax.patches}
    assert {50.0, 400.0, 0.1} == ends
    assert words_of(figure) == ["50", "≤ 400", "unknown", "0"]


def test_no_factor_at_all_still_draws() -> None:
    risk_plots.factors(["a"], np.array([np.nan]), np.array([np.nan]), LABELS, "")


@pytest.mark.parametrize("values", [(10.0, 2.0, -5.0, 0.0, 7.0), (0.0, 0.0, 0.0, 0.0, 0.0)])
def test_waterfall_ends_where_the_new_total_begins(values: tuple[float, ...]) -> None:
    figure = risk_plots.waterfall(["then", "a, b", "c", "d", "now"], values, "risk", "")
    (ax,) = figure.plot.axes
    steps = [line.get_ydata()[0] for line in ax.lines]
    assert steps[-1] == pytest.approx(values[-1])
    assert [t.get_text() for t in ax.get_xticklabels()][1] == "a,\nb"


def test_lower_bounds_of_iso_risk_are_drawn_apart() -> None:
    labels = {"likelihood": "P", "consequence": "C", "target": "t", "low": "low"}
    P, CA = np.array([1e-4, np.nan]), np.array([100.0, 50.0])
    figure = plots.iso_risk(P, CA, ["red", "blue"], 3.7, labels, "", (np.array([1e-5]), np.array([50.0])))
    legend = [t.get_text() for t in figure.plot.axes[0].get_legend().get_texts()]
    assert "low" in legend


def test_words_of_a_cell_break_between_words_and_chinese_anywhere() -> None:
    builder = _Builder(document())
    assert not _has_han("highly effective") and _has_han("高度有效")
    assert builder._cell("highly effective", "l").style.wordWrap is None
    assert builder._cell("高度有效", "l").style.wordWrap == "CJK"
