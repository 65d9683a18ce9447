"""Figures of risk for print: matrices of full and of partly known risk, factors by mechanism, causes of a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure as MplFigure
from matplotlib.patches import Rectangle

from integrity.core.arrays import FloatArray, IntArray
from integrity.reports.document import Figure
from integrity.reports.plots import INK, LINE, RISK, SECONDARY, SERIES, _figure, _finish, _rc

FAINT = 0.42


def matrices(
    full: IntArray, low: IntArray, colours: Sequence[Sequence[str]], labels: Mapping[str, str], caption: str
) -> Figure:
    """Two risk matrices side by side: components known in full, and lower bounds of the others.

    Parameters
    ----------
    full, low : ndarray of int, shape (5, 5)
        Components in each cell; row 0 is likelihood 1.
    colours : 5 x 5 of str
        Keys of `RISK`, row 0 is likelihood 1.
    labels : mapping
        Words for `likelihood`, `consequence`, `full`, `low` and each colour's `letter.<colour>`.
    caption : str

    Returns
    -------
    Figure
        The second one is pale and its counts begin with ≥: a component there lies in its cell or above it.
    """
    with matplotlib.rc_context(_rc()):
        figure = MplFigure(figsize=(172 / 25.4, 76 / 25.4), layout="constrained")
        FigureCanvasPdf(figure)
        left, right = figure.subplots(1, 2)
        _matrix(left, full, colours, labels, "")
        _matrix(right, low, colours, labels, "≥ ")
        left.set_title(labels["full"], fontsize=8, color=INK)
        right.set_title(labels["low"], fontsize=8, color=INK)
        return _finish(figure, caption)


def _matrix(
    ax: Axes, counts: IntArray, colours: Sequence[Sequence[str]], labels: Mapping[str, str], before: str
) -> None:
    faint = bool(before)
    ax.grid(False)
    for row in range(5):
        for column in range(5):
            colour = colours[row][column]
            ink = INK if faint else "white"
            ax.add_patch(
                Rectangle((column, row), 1, 1, fc=RISK[colour], ec="white", lw=1.5, alpha=FAINT if faint else 0.9)
            )
            if counts[row, column]:
                ax.text(column + 0.5, row + 0.48, f"{before}{counts[row, column]}", ha="center", va="center",
                        fontsize=10, color=ink, fontweight="bold")  # fmt: skip
            ax.text(column + 0.08, row + 0.9, labels[f"letter.{colour}"], fontsize=6, color=ink, va="top")
    ax.set(xlim=(0, 5), ylim=(0, 5), xlabel=labels["consequence"], ylabel=labels["likelihood"], aspect="equal")
    ax.set_xticks(np.arange(5) + 0.5, list("ABCDE"))
    ax.set_yticks(np.arange(5) + 0.5, [str(i) for i in range(1, 6)])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)


def factors(
    names: Sequence[str], values: FloatArray, bounds: FloatArray, labels: Mapping[str, str], caption: str
) -> Figure:
    """Damage factor of each mechanism of one component on a logarithmic axis.

    Parameters
    ----------
    names : sequence of str
    values : ndarray
        NaN where a mechanism could not be assessed.
    bounds : ndarray
        Conservative bound of such a one, NaN where there is none.
    labels : mapping
        Words for `axis`, `known`, `bound` and `unknown`.
    caption : str

    Returns
    -------
    Figure
        A bar a mechanism; hatched and empty where only a bound is known, a word where nothing is.
    """
    with matplotlib.rc_context(_rc()):
        figure, ax = _figure(172, 16 + 7.5 * max(len(names), 1))
        at = np.arange(len(names))
        known = ~np.isnan(values)
        bounded = ~known & ~np.isnan(bounds)
        # A factor below 0.1 is nought on this scale.
        floor = 0.1
        shown = np.where(known, values, np.where(bounded, bounds, floor))
        greatest = max(float(np.max(shown, initial=1.0)), 10.0)
        ax.barh(at[known], np.maximum(values[known] - floor, 0.0), left=floor, color=SERIES[0], height=0.62)
        if bounded.any():
            ax.barh(at[bounded], np.maximum(bounds[bounded] - floor, 0.0), left=floor, color="white", ec=SERIES[1],
                    hatch="////", lw=0.8, height=0.62, label=labels["bound"])  # fmt: skip
            ax.legend(fontsize=6.5, loc="lower right")
        for i in at:
            word = f"{shown[i]:,.4g}" if known[i] else f"≤ {bounds[i]:,.4g}" if bounded[i] else labels["unknown"]
            ax.text(max(float(shown[i]), floor) * 1.12, float(i), word, va="center", fontsize=6.5, color=INK)
        ax.set_xscale("log")
        ax.set_xlim(floor, greatest * 6.0)
        ax.set_yticks(at, names)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.set_xlabel(labels["axis"])
        ax.grid(False, axis="y")
        return _finish(figure, caption)


def waterfall(names: Sequence[str], values: Sequence[float], axis: str, caption: str) -> Figure:
    """From an old total by causes to a new one.

    Parameters
    ----------
    names : sequence of str
        Old, the causes, new.
    values : sequence of float
        The old total, the change by each cause, the new total.
    axis : str
    caption : str

    Returns
    -------
    Figure
        Increases are orange, decreases blue; each bar carries its number, so that it reads in grey.
    """
    with matplotlib.rc_context(_rc()):
        figure, ax = _figure(172, 62)
        total = float(values[0])
        top = max(abs(float(v)) for v in (*values, total)) or 1.0
        for i, value in enumerate(values):
            ends = i in (0, len(values) - 1)
            bottom = 0.0 if ends else total if value >= 0.0 else total + value
            colour = SECONDARY if ends else SERIES[1] if value >= 0.0 else SERIES[0]
            ax.bar(i, abs(value), bottom=bottom, color=colour, width=0.62)
            sign = "" if ends else "+" if value > 0.0 else ""
            word = "0" if value == 0.0 else f"{sign}{value:,.4g}"
            ax.text(i, bottom + abs(value) + 0.01 * top, word, ha="center", va="bottom", fontsize=6.5, color=INK)
            if not ends:
                total += value
            if i < len(values) - 1:
                ax.plot([i + 0.31, i + 0.69], [total, total], color=LINE, lw=1.0)
        ax.set_xticks(range(len(names)), [n.replace(", ", ",\n") for n in names])
        ax.set_ylabel(axis)
        ax.grid(False, axis="x")
        ax.margins(y=0.14)
        return _finish(figure, caption)
