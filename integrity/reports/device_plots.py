"""Figure of a Weibull fit of bundle lives on Weibull paper, for print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np

from integrity.core.arrays import FloatArray
from integrity.reports.document import Figure
from integrity.reports.plots import INK, LINE, SECONDARY, SERIES, _figure, _finish, _rc

SHARES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.632, 0.8, 0.9, 0.95, 0.99, 0.999)
YEARS = (0.2, 0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100)
COLOURS = {"rrx": SERIES[0], "mle": SERIES[1], "given": SERIES[2]}


@dataclass(frozen=True)
class WeibullData:
    """Points, line and bounds of a fit; failures carry their plotting position, survivors only their life."""

    failure_y: FloatArray
    F: FloatArray
    suspended_y: FloatArray
    line_y: FloatArray
    F_lo: FloatArray
    F_hi: FloatArray


def _height(F: FloatArray) -> FloatArray:
    return np.asarray(np.log(-np.log1p(-np.clip(F, 1e-9, 1.0 - 1e-9))))


def weibull(
    data: WeibullData,
    lines: Sequence[tuple[str, float, float, bool]],
    labels: Mapping[str, str],
    caption: str,
) -> Figure:
    """Failures at their plotting positions, survivors as ticks, fitted lines and bounds.

    Parameters
    ----------
    data : WeibullData
    lines : sequence of (key, shape, characteristic life in years, in force)
        Keys: rrx, mle, given; the one in force is the full line.
    labels : mapping
        Words for `life`, `share`, `bounds`, `failed`, `suspended` and of each key of `lines`.
    caption : str

    Returns
    -------
    Figure
        Without lines where there is no fit.
    """
    lives = np.concatenate([data.failure_y, data.suspended_y])
    x = np.array([lives.min() / 1.6, lives.max() * 1.6])
    with matplotlib.rc_context(_rc()):
        figure, ax = _figure(172, 88)
        for key, beta, eta, rules in lines:
            style = "-" if rules else "--"
            ax.plot(x, beta * np.log(x / eta), style, lw=1.4 if rules else 0.9, color=COLOURS[key], label=labels[key])
        if data.line_y.size and not np.isnan(data.F_hi).all():
            upper, lower = _height(data.F_hi), _height(data.F_lo)
            if np.isnan(lower).all():
                ax.plot(data.line_y, upper, lw=0.7, color=SERIES[4], label=labels["bounds"])
            else:
                ax.fill_between(data.line_y, lower, upper, color=SERIES[4], alpha=0.2, lw=0, label=labels["bounds"])
        heights = _height(data.F)
        low = float(min([*heights, _height(np.array([0.02]))[0]])) - 0.9
        high = float(max([*heights, _height(np.array([0.99]))[0]])) + 0.4
        ax.plot(data.failure_y, heights, "o", ms=3.6, color=INK, label=labels["failed"], zorder=5)
        if data.suspended_y.size:
            foot = np.full(data.suspended_y.size, low + 0.05 * (high - low))
            ax.plot(data.suspended_y, foot, "|", ms=6, mew=0.8, color=SECONDARY, label=labels["suspended"])
        ax.set_xscale("log")
        ax.set_xticks([y for y in YEARS if x[0] <= y <= x[1]], [f"{y:g}" for y in YEARS if x[0] <= y <= x[1]])
        ax.set_xticks([], minor=True)
        ax.set_yticks(_height(np.array(SHARES)), [f"{100 * F:.3g}" for F in SHARES])
        ax.set_xlim(*x)
        ax.set_ylim(low, high)
        ax.grid(True, color=LINE)
        ax.set_xlabel(labels["life"])
        ax.set_ylabel(labels["share"])
        ax.legend(loc="upper left", fontsize=6.5, ncols=2)
        return _finish(figure, caption)
