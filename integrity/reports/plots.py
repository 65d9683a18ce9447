"""Figures for print: white paper, vector, fonts embedded, the colours of the screen."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib import dates as mdates
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.figure import Figure as MplFigure

from integrity.core.arrays import FloatArray, IntArray
from integrity.i18n.typefaces import font_file
from integrity.reports.document import Figure

INK, SECONDARY, LINE = "#1C2430", "#5B6675", "#E1E5EA"
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
RISK = {"red": "#C8102E", "orange": "#E8762D", "yellow": "#E5B700", "blue": "#2F6DB5"}


@lru_cache(maxsize=1)
def _rc() -> Any:
    for bold in (False, True):
        font_manager.fontManager.addfont(str(font_file(bold)))
    return {
        "font.family": ["DejaVu Sans", "Noto Sans SC"],
        "font.size": 7.5,
        "axes.edgecolor": SECONDARY,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.grid": True,
        "grid.color": LINE,
        "grid.linewidth": 0.5,
        "xtick.color": SECONDARY,
        "ytick.color": SECONDARY,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "legend.frameon": False,
        "pdf.fonttype": 42,
        "axes.unicode_minus": False,
        "svg.fonttype": "none",
    }


def _figure(width_mm: float, height_mm: float) -> tuple[MplFigure, Axes]:
    figure = MplFigure(figsize=(width_mm / 25.4, height_mm / 25.4), layout="constrained")
    FigureCanvasPdf(figure)
    return figure, figure.add_subplot()


def _finish(figure: MplFigure, caption: str) -> Figure:
    w, h = figure.get_size_inches()
    return Figure(figure, w * 72.0, h * 72.0, caption)


def as_pdf(figures: Sequence[Figure]) -> bytes:
    """All figures as pages of one PDF, so that each font is embedded once.

    Parameters
    ----------
    figures : sequence of Figure

    Returns
    -------
    bytes
    """
    out = io.BytesIO()
    with matplotlib.rc_context(_rc()), PdfPages(out, metadata={"CreationDate": None}) as pages:
        for figure in figures:
            pages.savefig(figure.plot)
    return out.getvalue()


def _days(day: Any) -> Any:
    return np.asarray(day, dtype="float64")


@dataclass(frozen=True)
class Trend:
    """What a trend plot of one reading position shows; lines are (label, thickness or slope data)."""

    date_d: IntArray
    t_mm: FloatArray
    good: FloatArray
    sigma_mm: float
    limits: Sequence[tuple[str, float]]
    lines: Sequence[tuple[str, tuple[float, float], tuple[float, float]]]
    today_d: int
    next_d: int | None


def trend(data: Trend, labels: Mapping[str, str], caption: str) -> Figure:
    """Thickness along time with rate lines, limits, today and the next date.

    Parameters
    ----------
    data : Trend
    labels : mapping
        Words for `date`, `thickness`, `reading`, `flagged`, `today`, `next`.
    caption : str

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context(_rc()):
        figure, ax = _figure(172, 56)
        good = np.asarray(data.good, dtype=bool)
        ax.errorbar(_days(data.date_d[good]), data.t_mm[good], yerr=data.sigma_mm, fmt="o", ms=3.2, lw=0,
                    elinewidth=0.7, color=SERIES[0], label=labels["reading"], zorder=5)  # fmt: skip
        if (~good).any():
            ax.plot(_days(data.date_d[~good]), data.t_mm[~good], "x", ms=4.5, color=SERIES[1], label=labels["flagged"])
        for i, (label, start, end) in enumerate(data.lines):
            ax.plot([start[0], end[0]], [start[1], end[1]], lw=0.9, color=SERIES[2 + i % 4], label=label)
        for label, value in data.limits:
            if np.isfinite(value):
                ax.axhline(value, lw=0.9, ls="--", color=RISK["red"] if label == data.limits[-1][0] else SECONDARY)
                ax.annotate(label, (1.0, value), xycoords=("axes fraction", "data"), ha="right", va="bottom",
                            fontsize=6.5, color=SECONDARY)  # fmt: skip
        _vertical(ax, data.today_d, labels["today"])
        if data.next_d is not None:
            _vertical(ax, data.next_d, labels["next"])
        _date_axis(ax)
        ax.set_xlabel(labels["date"])
        ax.set_ylabel(labels["thickness"])
        ax.legend(loc="upper right", fontsize=6.5, ncols=3)
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.22 * (high - low))
        return _finish(figure, caption)


def _vertical(ax: Axes, day: int, label: str) -> None:
    ax.axvline(day, lw=0.7, color=SECONDARY, ls=":")
    ax.annotate(label, (day, 0.02), xycoords=("data", "axes fraction"), rotation=90, fontsize=6, color=SECONDARY,
                ha="right", va="bottom")  # fmt: skip


def _date_axis(ax: Axes) -> None:
    locator = mdates.AutoDateLocator(maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    ax.xaxis.set_major_locator(mdates.YearLocator(base=max(1, round(np.diff(ax.get_xlim())[0] / 365.25 / 8))))


def bars(
    names: Sequence[str],
    parts: Sequence[tuple[str, FloatArray, str]],
    axis: str,
    caption: str,
    *,
    horizontal: bool = False,
    height_mm: float = 58,
    mark: tuple[float, str] | None = None,
) -> Figure:
    """Stacked bars with a count or share per name.

    Parameters
    ----------
    names : sequence of str
    parts : sequence of (label, values, colour)
    axis : str
        Title of the value axis.
    caption : str
    horizontal : bool
    height_mm : float
    mark : (value, label), optional
        A line across, for example the 50 % line.

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context(_rc()):
        figure, ax = _figure(172, height_mm)
        at = np.arange(len(names))
        base = np.zeros(len(names))
        for label, values, colour in parts:
            v = np.nan_to_num(np.asarray(values, dtype=float))
            if horizontal:
                ax.barh(at, v, left=base, color=colour, label=label, height=0.66)
            else:
                ax.bar(at, v, bottom=base, color=colour, label=label, width=0.66)
            base = base + v
        if horizontal:
            ax.set_yticks(at, names)
            ax.invert_yaxis()
            ax.set_xlabel(axis)
            ax.grid(False, axis="y")
        else:
            ax.set_xticks(at, names)
            ax.set_ylabel(axis)
            ax.grid(False, axis="x")
        if mark is not None:
            line = ax.axvline if horizontal else ax.axhline
            line(mark[0], color=RISK["red"], lw=0.8, ls="--", label=mark[1])
        if len(parts) > 1 or mark is not None:
            ax.legend(fontsize=6.5, ncols=4, loc="upper left", bbox_to_anchor=(0, 1.16))
        return _finish(figure, caption)


def iso_risk(
    P_f: FloatArray,
    CA: FloatArray,
    colour: Sequence[str],
    target: float,
    labels: Mapping[str, str],
    caption: str,
    low: tuple[FloatArray, FloatArray] | None = None,
) -> Figure:
    """Likelihood against consequence on logarithmic axes with lines of equal risk.

    Parameters
    ----------
    P_f, CA : ndarray
        1/year and m2.
    colour : sequence of str
        Keys of `RISK`.
    target : float
        Risk target, m2/year; drawn as the thick line.
    labels : mapping
        Words for `likelihood`, `consequence`, `target`; `low` where there are lower bounds.
    caption : str
    low : (ndarray, ndarray), optional
        Lower bounds of P_f and the CA of components whose factor is known in part; empty triangles.

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context(_rc()):
        figure, ax = _figure(172, 66)
        ok = (P_f > 0) & (CA > 0)
        ax.scatter(
            CA[ok],
            P_f[ok],
            s=9,
            c=[RISK[c] for c, k in zip(colour, ok, strict=True) if k],
            lw=0.3,
            ec="white",
            zorder=4,
        )
        if low is not None and low[0].size:
            ax.scatter(low[1], low[0], s=13, marker="^", fc="none", ec=SECONDARY, lw=0.7, zorder=3, label=labels["low"])
        ax.set_xscale("log")
        ax.set_yscale("log")
        x = np.array(ax.get_xlim())
        y0, y1 = ax.get_ylim()
        for power in range(-8, 5):
            ax.plot(x, 10.0**power / x, color=LINE, lw=0.6, zorder=1)
        ax.plot(x, target / x, color=RISK["red"], lw=1.2, label=labels["target"])
        ax.set_xlim(*x)
        ax.set_ylim(y0, y1)
        ax.set_xlabel(labels["consequence"])
        ax.set_ylabel(labels["likelihood"])
        ax.legend(fontsize=6.5, loc="lower left")
        return _finish(figure, caption)


def along_time(
    date_d: IntArray,
    curves: Sequence[tuple[str, FloatArray, str]],
    target: float | None,
    labels: Mapping[str, str],
    caption: str,
    bounds: Sequence[tuple[str, FloatArray, str]] = (),
) -> Figure:
    """Risk along time, with and without the planned inspection.

    Parameters
    ----------
    date_d : ndarray of int64
    curves : sequence of (label, values, colour)
    target : float, optional
    labels : mapping
        Words for `date`, `value`, `target`.
    caption : str
    bounds : sequence of (label, values, colour)
        Lower bounds, dashed.

    Returns
    -------
    Figure
    """
    with matplotlib.rc_context(_rc()):
        figure, ax = _figure(172, 46)
        for label, values, colour in curves:
            ax.plot(_days(date_d), values, color=colour, lw=1.3, label=label)
        for label, values, colour in bounds:
            ax.plot(_days(date_d), values, color=colour, lw=1.3, ls=(0, (4, 2)), label=label)
        if target is not None:
            ax.axhline(target, color=RISK["red"], lw=0.8, ls="--", label=labels["target"])
        ax.set_yscale("log")
        _date_axis(ax)
        ax.set_xlabel(labels["date"])
        ax.set_ylabel(labels["value"])
        ax.legend(fontsize=6.5)
        return _finish(figure, caption)
