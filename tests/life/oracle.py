"""The rate rules of one position, written again as a plain loop; it shares no code with the package."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

YEAR = 365.25
NAN = float("nan")


@dataclass
class Answer:
    """What one position should say."""

    n_good: int = 0
    t_last: float = NAN
    last_d: int | None = None
    LT: float = NAN
    ST: float = NAN
    prev_d: int | None = None
    gov: float = NAN
    basis: str = "none"
    reg: float = NAN
    hi: float = NAN
    lo: float = NAN
    hist: float = NAN
    flags: dict[str, int] = field(default_factory=dict)


def _days(readings: list[tuple[Any, ...]], start_d: int | None, as_of_d: int) -> list[list[Any]]:
    """[day, least good value, accepted, spread] of each good survey day."""
    out: list[list[Any]] = []
    for d, t, quality, accept, nominal in sorted(readings, key=lambda r: r[0]):
        if quality != 0 or nominal == 1 or d > as_of_d or (start_d is not None and d < start_d):
            continue
        if out and out[-1][0] == d:
            out[-1][3].append(t)
            out[-1][1], out[-1][2] = min(out[-1][1], t), max(out[-1][2], accept)
        else:
            out.append([d, t, accept, [t]])
    return out


def position(
    readings: list[tuple[Any, ...]],
    start_d: int | None = None,
    as_of_d: int = 10**6,
    owner_minimum: float = 0.025,
    sigma: float = 0.15,
    t_quantile: Any = None,
    nu: float = 4.0,
) -> Answer:
    """Rules A1 to A5 for one position without nominal wall, override or other policy than the default."""
    a = Answer()
    days = _days(readings, start_d, as_of_d)
    a.n_good = len(days)
    if not days:
        return a
    short = [False] * len(days)
    for i in range(1, len(days)):
        short[i] = days[i][0] - days[i - 1][0] < 182 and days[i][2] != 1
    usable = [d for d, s in zip(days, short, strict=True) if not s]
    end = usable[-1]
    a.t_last, a.last_d = end[1], end[0]
    tail = [d for d in days if d[0] > end[0]]
    used_tail = False
    if tail and min(d[1] for d in tail) < end[1]:
        least = min(tail, key=lambda d: d[1])
        a.t_last, a.last_d, used_tail = least[1], least[0], True
    span = a.last_d - usable[0][0]
    if span > 0 and (not used_tail or span >= 182):
        a.LT = (usable[0][1] - a.t_last) / (span / YEAR)
        if math.sqrt(2) * sigma / (span / YEAR) > a.LT:
            a.LT = 0.0
    earlier = [d for d in usable if end[0] - d[0] >= 365]
    if earlier:
        a.prev_d = earlier[-1][0]
        years = (end[0] - a.prev_d) / YEAR
        a.ST = (earlier[-1][1] - end[1]) / years
        if math.sqrt(2) * sigma / years > a.ST:
            a.ST = 0.0
    a.gov = max(v for v in (a.LT, a.ST, owner_minimum) if v == v)
    a.basis = "owner_minimum" if a.gov <= owner_minimum else "long_term" if a.gov == a.LT else "short_term"
    _line(a, usable, sigma, t_quantile, nu)
    steps = [(p[1] - q[1]) / ((q[0] - p[0]) / YEAR) for p, q in pairwise(usable)]
    a.hist = max(steps) if steps else NAN
    verify = [r[1] for r in readings if r[2] == 1 and r[0] <= as_of_d and (start_d is None or r[0] >= start_d)]
    a.flags = {
        "short_interval": int(any(short)),
        "one_reading": int(a.LT != a.LT),
        "no_measurable_rate": int(a.LT == 0.0 and not a.ST > 0),
        "growth": int(any(q[1] - p[1] > 2 * math.sqrt(2) * sigma for p, q in pairwise(days))),
        "verify_lower": int(bool(verify) and min(verify) < a.t_last),
        "repeat_spread": int(any(max(d[3]) - d[1] > min(0.5, 0.05 * d[1]) * (1 + 1e-9) for d in days)),
    }
    return a


def _line(a: Answer, usable: list[list[Any]], sigma: float, t_quantile: Any, nu: float) -> None:
    n = len(usable)
    if n < 2:
        return
    x = [d[0] / YEAR for d in usable]
    y = [d[1] for d in usable]
    mx, my = math.fsum(x) / n, math.fsum(y) / n
    sxx = math.fsum((v - mx) ** 2 for v in x)
    b = math.fsum((v - mx) * (w - my) for v, w in zip(x, y, strict=True)) / sxx
    ssr = math.fsum((w - my - b * (v - mx)) ** 2 for v, w in zip(x, y, strict=True))
    a.reg = -b
    if t_quantile is not None:
        s = math.sqrt((nu * sigma**2 + ssr) / (nu + n - 2))
        half = t_quantile(nu + n - 2) * s / math.sqrt(sxx)
        a.hi, a.lo = a.reg + half, a.reg - half
