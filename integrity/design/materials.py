"""Materials by name: allowable stress of the item's own code edition, strength and modulus at temperature."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, FloatArray, IntArray, TextArray, as_float, at_least, at_most
from integrity.core.codes import codes, factorised
from integrity.core.quantities import from_internal
from integrity.core.tables import read_json
from integrity.design.table_files import converted, is_true, number, table_path, table_rows

STRESS_CASES = codes("stress_case")
GROUPS = codes("material_group")
_CASE = {c: i for i, c in enumerate(STRESS_CASES)}
_NOISE = re.compile(r"GRADE|GR|TYPE|ASTM|ASME|[\s\-._,]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STRESS = "allowable_stress.csv"
_STRENGTH = "strength.csv"


def normalised(name: str) -> str:
    """A material name without case, blanks, hyphens, points and the words grade and type.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return _NOISE.sub("", name.upper())


def edition_year(text: str) -> float:
    """Year of an edition text, the latest one it names; NaN where it names none.

    Parameters
    ----------
    text : str
        For example "1998" or "1998, amendment 2002".

    Returns
    -------
    float
    """
    years = _YEAR.findall(text)
    return float(max(years)) if years else float("nan")


def aliases(overlay: Path | None = None) -> Mapping[str, str]:
    """Material by normalised name; an empty material means that the name leaves the steel open.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    mapping of str to str
    """
    rows = table_rows("material_aliases.csv", ("alias", "material"), overlay)
    return {normalised(r["alias"]): r["material"] for r in rows}


def canonical(names: Iterable[Any], overlay: Path | None = None) -> tuple[list[str], list[bool], IntArray]:
    """Materials of the tables that names stand for; the same steel written otherwise, never another steel.

    Parameters
    ----------
    names : iterable of str
    overlay : Path, optional

    Returns
    -------
    materials : list of str
        One for each different name; a name no table knows stands for itself, "" where it is open.
    is_open : list of bool
        Whether the name leaves the product standard open.
    index : ndarray of int64
        Row of `materials` for each name.
    """
    table = aliases(overlay)
    texts, index = factorised(names)
    found = [table.get(normalised(t), t) for t in texts]
    return found, [t != "" and m == "" for t, m in zip(texts, found, strict=True)], index


@dataclass(frozen=True)
class StressTable:
    """Stress rows gathered to series (material, code, editions, thickness band, line), padded to equal length."""

    material: tuple[str, ...]
    code: IntArray
    edition_from: FloatArray
    edition_to: FloatArray
    t_over: FloatArray
    t_upto: FloatArray
    line: tuple[str, ...]
    T: FloatArray
    S: FloatArray
    count: IntArray
    source: TextArray
    verified: IntArray


def stress_table(overlay: Path | None = None) -> StressTable:
    """Allowable stress table in internal units.

    Parameters
    ----------
    overlay : Path, optional
        Folder of replacing tables.

    Returns
    -------
    StressTable
    """
    path = table_path(_STRESS, overlay)
    return _stress_table(overlay, path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _stress_table(overlay: Path | None, path: Path, mtime_ns: int) -> StressTable:
    needed = (
        "material",
        "construction_code",
        "edition_from",
        "edition_to",
        "t_over_mm",
        "t_upto_mm",
        "line",
        "T",
        "T_unit",
        "S",
        "S_unit",
        "source",
        "verified",
    )
    series: dict[tuple[str, ...], list[tuple[float, float, str, bool]]] = {}
    for r in table_rows(_STRESS, needed, overlay):
        key = tuple(r[c].strip() for c in needed[:7])
        T = float(converted([number(r, "T", np.nan, _STRESS)], "temperature", r["T_unit"])[0])
        S = float(converted([number(r, "S", np.nan, _STRESS)], "stress", r["S_unit"])[0])
        series.setdefault(key, []).append((T, S, r["source"], is_true(r, "verified")))
    longest = max(len(v) for v in series.values())
    T_pad, S_pad = np.full((len(series), longest), np.inf), np.full((len(series), longest), np.nan)
    for i, points in enumerate(series.values()):
        ordered = sorted(points)
        T_pad[i, : len(points)] = [p[0] for p in ordered]
        S_pad[i, : len(points)] = [p[1] for p in ordered]
    keys = list(series)
    known = codes("construction_code")
    return StressTable(
        material=tuple(k[0] for k in keys),
        code=np.array([known.index(k[1]) if k[1] in known else NO_CODE for k in keys], dtype=np.int64),
        edition_from=as_float([float(k[2]) for k in keys]),
        edition_to=as_float([float(k[3]) if k[3] else np.inf for k in keys]),
        t_over=as_float([float(k[4] or 0.0) for k in keys]),
        t_upto=as_float([float(k[5]) if k[5] else np.inf for k in keys]),
        line=tuple(k[6] for k in keys),
        T=T_pad,
        S=S_pad,
        count=np.array([len(v) for v in series.values()], dtype=np.int64),
        source=np.array([v[0][2] for v in series.values()], dtype=object),
        verified=np.array([int(all(p[3] for p in v)) for v in series.values()], dtype=np.int64),
    )


@dataclass(frozen=True)
class StressLookup:
    """Allowable stress of each row with the cells used; `case` is an index into `STRESS_CASES`."""

    S: FloatArray
    T_lo: FloatArray
    T_hi: FloatArray
    S_lo: FloatArray
    S_hi: FloatArray
    case: IntArray
    source: TextArray
    verified: IntArray
    material: TextArray


def allowable_stress(
    material: Iterable[Any],
    construction_code: IntArray,
    code_edition: Iterable[Any],
    T_C: Any,
    t_nom_mm: Any,
    S_owner_MPa: Any = np.nan,
    *,
    line: str = "high",
    overlay: Path | None = None,
) -> StressLookup:
    """Allowable stress of the code and edition to which the item was built.

    Linear in temperature between table temperatures, never beyond the last one (`above_table`); below the first
    one the first value holds (`first_row`). The thickness band is chosen by the nominal thickness at build. A
    material, edition or band that the table lacks gives NaN with its case, never another edition.

    Parameters
    ----------
    material : iterable of str, length n
    construction_code : ndarray of int64, shape (n,)
        Index into the enumeration `construction_code`.
    code_edition : iterable of str, length n
        Text that names the year of the edition.
    T_C : array_like, degC
        Metal temperature.
    t_nom_mm : array_like, mm
        Nominal thickness at build.
    S_owner_MPa : array_like, MPa
        Owner's value, which overrides the table where it is given.
    line : str
        "high" or "low" row of austenitic steels.
    overlay : Path, optional
        Folder of replacing tables.

    Returns
    -------
    StressLookup
        Each array of shape (n,).
    """
    table = stress_table(overlay)
    mats, is_open, m = canonical(material, overlay)
    n = m.size
    T, t, owner = (np.broadcast_to(as_float(v), (n,)) for v in (T_C, t_nom_mm, S_owner_MPa))
    series, case = _series(table, mats, is_open, m, np.asarray(construction_code), code_edition, t, line)
    k = np.maximum(series, 0)
    found = series >= 0
    i = _cell(table, series, T)
    j = np.minimum(i + 1, table.count[k] - 1)
    first, last = table.T[k, 0], table.T[k, table.count[k] - 1]
    T_lo, T_hi, S_lo, S_hi = table.T[k, i], table.T[k, j], table.S[k, i], table.S[k, j]
    below = found & (first > T)
    S_hi, T_hi = np.where(below, S_lo, S_hi), np.where(below, T_lo, T_hi)
    case = np.where(found & np.isnan(T), _CASE["no_temperature"], case)
    case = np.where(found & below, _CASE["first_row"], case)
    case = np.where(found & ~np.isnan(T) & ~at_most(T, last), _CASE["above_table"], case)
    case = np.where(~np.isnan(owner), _CASE["owner"], case)
    with np.errstate(invalid="ignore", divide="ignore"):
        S = np.select(
            [case == _CASE["table"], case == _CASE["first_row"], case == _CASE["owner"]],
            [S_lo + (S_hi - S_lo) * (T - T_lo) / (T_hi - T_lo), S_lo, owner],
            np.nan,
        )
    used = (case == _CASE["table"]) | (case == _CASE["first_row"])
    names = np.array(mats, dtype=object) if mats else np.zeros(0, dtype=object)
    return StressLookup(
        S=S,
        T_lo=np.where(used, T_lo, np.nan),
        T_hi=np.where(used, T_hi, np.nan),
        S_lo=np.where(used, S_lo, np.nan),
        S_hi=np.where(used, S_hi, np.nan),
        case=case.astype(np.int64),
        source=np.append(table.source, "")[np.where(used, k, -1)],
        verified=np.where(used, table.verified[k], np.where(case == _CASE["owner"], NO_CODE, 0)),
        material=names[m] if n else names,
    )


def _cell(table: StressTable, series: IntArray, T: FloatArray) -> IntArray:
    """Lower cell of each row in its series; the loop runs over different series only."""
    i = np.zeros(series.size, dtype=np.int64)
    for s in np.unique(series[series >= 0]):
        rows, count = np.flatnonzero(series == s), int(table.count[s])
        below = np.searchsorted(table.T[s, :count], T[rows], side="right") - 1
        i[rows] = np.clip(below, 0, max(count - 2, 0))
    return i


def _series(
    table: StressTable,
    mats: list[str],
    is_open: list[bool],
    m: IntArray,
    code: IntArray,
    editions: Iterable[Any],
    t: FloatArray,
    line: str,
) -> tuple[IntArray, IntArray]:
    """Series of each row and the case; the loop runs over different (material, code, edition) only."""
    texts, e = factorised(editions)
    years = [edition_year(x) for x in texts]
    n_codes = len(codes("construction_code")) + 1
    key = (m * max(len(texts), 1) + e) * n_codes + code + 1
    uniq, inverse = np.unique(key, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    bounds = np.searchsorted(inverse[order], np.arange(uniq.size + 1))
    series = np.full(m.size, -1, dtype=np.int64)
    case = np.full(m.size, _CASE["no_material"], dtype=np.int64)
    for u in range(uniq.size):
        rows = order[bounds[u] : bounds[u + 1]]
        first = rows[0]
        reason, candidates = _candidates(
            table, mats[m[first]], is_open[m[first]], int(code[first]), years[e[first]], line
        )
        case[rows] = _CASE[reason]
        if candidates:
            series[rows], case[rows] = _band(table, candidates, t[rows])
    return series, case


def _candidates(
    table: StressTable, material: str, is_open: bool, code: int, year: float, line: str
) -> tuple[str, list[int]]:
    if is_open:
        return "open_material", []
    of_code = [
        i
        for i, name in enumerate(table.material)
        if name == material and table.code[i] == code and table.line[i] in ("", line)
    ]
    if not of_code:
        return "no_material", []
    found = [i for i in of_code if table.edition_from[i] <= year <= table.edition_to[i]]
    return ("table", found) if found else ("no_edition", [])


def _band(table: StressTable, candidates: list[int], t: FloatArray) -> tuple[IntArray, IntArray]:
    ordered = sorted(candidates, key=lambda i: float(table.t_over[i]))
    one = len(ordered) == 1 and table.t_over[ordered[0]] == 0 and np.isinf(table.t_upto[ordered[0]])
    if one:
        return np.full(t.size, ordered[0]), np.full(t.size, _CASE["table"])
    series = np.full(t.size, -1, dtype=np.int64)
    for place, i in enumerate(ordered):
        low = at_least(t, table.t_over[i]) if place == 0 else ~at_most(t, table.t_over[i])
        series = np.where((series < 0) & low & at_most(t, table.t_upto[i]), i, series)
    case = np.where(series >= 0, _CASE["table"], np.where(np.isnan(t), _CASE["no_thickness"], _CASE["no_band"]))
    return series, case.astype(np.int64)


@dataclass(frozen=True)
class Strength:
    """Strength of each row: room-temperature minimum yield and tensile, yield and modulus at temperature.

    `group` is an index into `GROUPS`, `ratio` is yield at temperature over yield at room temperature.
    """

    S_y: FloatArray
    S_u: FloatArray
    ratio: FloatArray
    S_y_T: FloatArray
    E_y: FloatArray
    group: IntArray
    curve: TextArray
    source: TextArray
    verified: IntArray


def strength(material: Iterable[Any], t_nom_mm: Any, T_C: Any = np.nan, *, overlay: Path | None = None) -> Strength:
    """Yield and tensile strength by material and thickness band, and yield and modulus at temperature.

    Above the last temperature of a curve the yield at temperature and the modulus are NaN; at and below room
    temperature the room value of yield holds; the modulus is not read below its first temperature.

    Parameters
    ----------
    material : iterable of str, length n
    t_nom_mm : array_like, mm
        Nominal thickness at build.
    T_C : array_like, degC
        Metal temperature.
    overlay : Path, optional
        Folder of replacing tables.

    Returns
    -------
    Strength
        Each array of shape (n,); NaN and -1 where the table has no row.
    """
    mats, _, m = canonical(material, overlay)
    n = m.size
    t, T = (np.broadcast_to(as_float(v), (n,)) for v in (t_nom_mm, T_C))
    table = table_rows(
        _STRENGTH,
        (
            "material",
            "group",
            "t_over_mm",
            "t_upto_mm",
            "S_y",
            "S_u",
            "unit",
            "yield_curve",
            "modulus_curve",
            "source",
            "verified",
        ),
        overlay,
    )
    row = _strength_rows(table, mats, m, t)
    k, found = np.maximum(row, 0), row >= 0

    def column(name: str) -> FloatArray:
        raw = [converted([number(r, name, np.nan, _STRENGTH)], "stress", r["unit"])[0] for r in table]
        return np.where(found, as_float(raw)[k], np.nan)

    def words(name: str) -> TextArray:
        return np.append(np.array([r[name] for r in table], dtype=object), "")[row]

    group = np.array([GROUPS.index(r["group"]) if r["group"] in GROUPS else NO_CODE for r in table])
    verified = np.array([int(is_true(r, "verified")) for r in table])
    S_y = column("S_y")
    ratio = _ratio([r["yield_curve"] for r in table], row, T, overlay)
    return Strength(
        S_y=S_y,
        S_u=column("S_u"),
        ratio=ratio,
        S_y_T=S_y * ratio,
        E_y=_modulus([r["modulus_curve"] for r in table], row, T, overlay),
        group=np.where(found, group[k], NO_CODE),
        curve=words("yield_curve"),
        source=words("source"),
        verified=np.where(found, verified[k], 0),
    )


def _strength_rows(table: tuple[Mapping[str, str], ...], mats: list[str], m: IntArray, t: FloatArray) -> IntArray:
    """Table row of each row; the loops run over different materials and their bands only."""
    row = np.full(m.size, -1, dtype=np.int64)
    for k, name in enumerate(mats):
        bands = [(i, r) for i, r in enumerate(table) if r["material"] == name]
        here = np.flatnonzero(m == k) if bands else np.zeros(0, dtype=np.int64)
        wall, found = t[here], np.full(here.size, -1, dtype=np.int64)
        for place, (i, r) in enumerate(bands):
            over, upto = number(r, "t_over_mm", 0.0, _STRENGTH), number(r, "t_upto_mm", np.inf, _STRENGTH)
            low = at_least(wall, over) if place == 0 else ~at_most(wall, over)
            inside = (low & at_most(wall, upto)) | (np.isnan(wall) & (over == 0) & np.isinf(upto))
            found = np.where((found < 0) & inside, i, found)
        row[here] = found
    return row


def yield_ratio(curve: TextArray, T_C: Any, *, overlay: Path | None = None) -> FloatArray:
    """Yield strength at temperature over yield strength at room temperature.

    Parameters
    ----------
    curve : ndarray of str, shape (n,)
        Name of the curve in `yield_ratio.json`.
    T_C : array_like, degC
        NaN or above the last temperature of the curve gives NaN; at or below room temperature 1.
    overlay : Path, optional

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    names, index = factorised(curve)
    return _ratio(names, index, np.broadcast_to(as_float(T_C), index.shape), overlay)


def _ratio(curves: list[str], index: IntArray, T_C: FloatArray, overlay: Path | None) -> FloatArray:
    """Ratio by the curve of each row; the loop runs over different curves only."""
    data = read_json(table_path("yield_ratio.json", overlay))
    T_F = from_internal(T_C, "temperature", "degF")
    out = np.full(index.shape, np.nan)
    for name in dict.fromkeys(curves):
        rows = np.flatnonzero(np.isin(index, [i for i, c in enumerate(curves) if c == name]))
        if name not in data["curves"] or rows.size == 0:
            continue
        spec, T = data["curves"][name], T_F[rows]
        powers = np.polynomial.polynomial.polyval(T, np.asarray(spec["C"], dtype=np.float64))
        warm = np.where(float(data["T_first_F"]) >= T, 1.0, np.minimum(10.0**powers, 1.0))
        out[rows] = np.where(at_most(T, float(spec["T_last_F"])), warm, np.nan)
    return out


def modulus(curve: TextArray, T_C: Any, *, overlay: Path | None = None) -> FloatArray:
    """Modulus of elasticity, linear between table temperatures.

    Parameters
    ----------
    curve : ndarray of str, shape (n,)
        Name of the curve in `modulus.csv`.
    T_C : array_like, degC
        Outside the temperatures of the curve the result is NaN.
    overlay : Path, optional

    Returns
    -------
    ndarray of float64, MPa, shape (n,)
    """
    names, index = factorised(curve)
    return _modulus(names, index, np.broadcast_to(as_float(T_C), index.shape), overlay)


def _modulus(curves: list[str], index: IntArray, T_C: FloatArray, overlay: Path | None) -> FloatArray:
    """Modulus by the curve of each row; the loop runs over different curves only."""
    table = table_rows("modulus.csv", ("curve", "T", "T_unit", "E_y", "unit"), overlay)
    out = np.full(index.shape, np.nan)
    for name in dict.fromkeys(curves):
        mine = [r for r in table if r["curve"] == name]
        rows = np.flatnonzero(np.isin(index, [i for i, c in enumerate(curves) if c == name]))
        if not mine or rows.size == 0:
            continue
        x = as_float([converted([float(r["T"])], "temperature", r["T_unit"])[0] for r in mine])
        y = as_float([converted([float(r["E_y"])], "stress", r["unit"])[0] for r in mine])
        T = T_C[rows]
        out[rows] = np.where(at_least(T, x[0]) & at_most(T, x[-1]), np.interp(T, x, y), np.nan)
    return out
