"""Risk, its categories, the matrix, its colours and lines of equal risk; procedure `api581.2016.risk`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Param, Procedure, Step
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.settings import Settings
from integrity.rbi.data import keyed, raw

KEY = "api581.2016.risk"
CATEGORIES = 5
CATEGORY_FROM = ("P_f", "D_f")
CA_LETTERS = ("A", "B", "C", "D", "E")
MATRIX_RULES = ("table", "owner", "iso_risk")
BOUND_RULES = ("table", "owner", "second_edition")
_SHORT = {"L": "low", "M": "medium", "MH": "medium_high", "H": "high"}


@dataclass(frozen=True)
class RiskMatrix:
    """The 5 x 5 matrix: risk category of each cell by likelihood 1..5 and consequence 1..5 (A..E).

    `cell[i, j]` belongs to likelihood i and consequence j; row and column 0 are the missing category.
    """

    cell: IntArray
    colour: IntArray
    source: str
    verified: bool


@dataclass(frozen=True)
class IsoRiskLine:
    """Points of one line of equal risk on the plane of consequence and probability."""

    risk: float
    CA: FloatArray
    P_f: FloatArray


@cache
def risk_matrix(cells: str = "") -> RiskMatrix:
    """Matrix and colours in force.

    Parameters
    ----------
    cells : str
        Setting `rbi.matrix_cells`: rows of likelihood 5 down to 1 separated by "/", cells A to E of L, M, MH, H
        separated by blanks; empty takes the table file.

    Returns
    -------
    RiskMatrix
    """
    data = raw("risk")
    part, colours = data["matrix"], data["four_colour"]["map"]
    rows = [row.split() for row in cells.split("/")] if cells else part["rows"]
    cell = np.full((CATEGORIES + 1, CATEGORIES + 1), -1, dtype=np.int64)
    for likelihood, row in zip(part["likelihood"], rows, strict=True):
        cell[likelihood, 1:] = [index_of("risk_category", _SHORT.get(c, c)) for c in row]
    colour = np.array([index_of("four_colour", colours[c]) for c in codes("risk_category")] + [-1])
    cell.setflags(write=False)
    colour.setflags(write=False)
    source = "owner" if cells else part["source"]
    return RiskMatrix(cell, colour, source, bool(part["verified"]) and not cells)


def numbers_of(text: str) -> FloatArray:
    """Numbers of a setting that lists several, separated by blanks.

    Parameters
    ----------
    text : str

    Returns
    -------
    ndarray of float64
    """
    return np.array([float(t) for t in text.split()], dtype=np.float64)


@dataclass(frozen=True)
class Bounds:
    """Upper bounds of categories 1 to 4 and where they come from (index of `BOUND_RULES`)."""

    values: FloatArray
    rule: int


def bounds_in_force(settings: Settings, quantity: str) -> Bounds:
    """Bounds between the categories of a quantity.

    Parameters
    ----------
    settings : Settings
    quantity : str
        "P_f", "D_f", "CA" or "FC".

    Returns
    -------
    Bounds
        The owner's setting `rbi.<quantity>_bounds`, else the table; the second edition has its own bounds of D_f.
    """
    own = settings.code(f"rbi.{quantity}_bounds")
    if own:
        return Bounds(numbers_of(own), BOUND_RULES.index("owner"))
    if quantity == "D_f" and settings.code("rbi.edition") == "2008":
        return Bounds(keyed("risk", "D_f_bounds_2008").rows[0], BOUND_RULES.index("second_edition"))
    return Bounds(keyed("risk", f"{quantity}_bounds").rows[0], BOUND_RULES.index("table"))


def packed(matrix: RiskMatrix) -> int:
    """The 25 cells of a matrix as one whole number, two bits a cell, likelihood 5 and consequence A first.

    Parameters
    ----------
    matrix : RiskMatrix

    Returns
    -------
    int
    """
    out = 0
    for likelihood in range(CATEGORIES, 0, -1):
        for consequence in range(1, CATEGORIES + 1):
            out = out << 2 | int(matrix.cell[likelihood, consequence])
    return out


@clause(
    API581_2016.at("Part 1 §4.3", "Area risk"),
    symbol="risk",
    expr="P_f*CA",
    quantity="risk_area",
)
def area_risk(P_f: FloatArray, CA: FloatArray) -> FloatArray:
    """Risk as area a year.

    Parameters
    ----------
    P_f : ndarray, 1/year
    CA : ndarray, m2

    Returns
    -------
    ndarray of float64, m2/year
    """
    return np.asarray(P_f * CA, dtype=np.float64)


def category(value: FloatArray, bounds: Sequence[float | FloatArray] | FloatArray) -> IntArray:
    """Category 1 to 5 of a value; an upper bound belongs to the lower category.

    Parameters
    ----------
    value : ndarray
    bounds : four numbers or ndarray
        Upper bounds of categories 1 to 4, ascending.

    Returns
    -------
    ndarray of int64
        -1 where the value is missing.
    """
    out = np.full(value.shape, CATEGORIES, dtype=np.int64)
    for i in range(CATEGORIES - 1, 0, -1):
        out = np.where(at_most(value, np.asarray(bounds[i - 1])), i, out)
    return np.where(np.isnan(value), -1, out)


@clause(
    API581_2016.at("Part 1 §4.3 Table 4.1", "Likelihood category"),
    symbol="P_f_category",
    expr="",
    quantity="id",
    kind=TABLE,
    note="rbi.note.P_f_category",
)
def likelihood_category(
    P_f: FloatArray,
    D_f_total: FloatArray,
    category_from: IntArray,
    L_1: FloatArray,
    L_2: FloatArray,
    L_3: FloatArray,
    L_4: FloatArray,
) -> IntArray:
    """Likelihood category 1 to 5.

    Parameters
    ----------
    P_f : ndarray, 1/year
    D_f_total : ndarray
    category_from : ndarray of int64
        0: from P_f, 1: from the damage factor.
    L_1, L_2, L_3, L_4 : ndarray
        Upper bounds of categories 1 to 4, of the quantity that `category_from` says.

    Returns
    -------
    ndarray of int64
    """
    return category(np.where(category_from == 1, D_f_total, P_f), (L_1, L_2, L_3, L_4))


@clause(
    API581_2016.at("Part 1 §4.3 Table 4.1M", "Consequence category"),
    symbol="CA_category",
    expr="",
    quantity="id",
    kind=TABLE,
    note="rbi.note.CA_category",
)
def consequence_category(
    CA: FloatArray, C_1: FloatArray, C_2: FloatArray, C_3: FloatArray, C_4: FloatArray
) -> IntArray:
    """Consequence category 1 to 5, written A to E.

    Parameters
    ----------
    CA : ndarray, m2
    C_1, C_2, C_3, C_4 : ndarray
        Upper bounds of categories A to D, m2.

    Returns
    -------
    ndarray of int64
    """
    return category(CA, (C_1, C_2, C_3, C_4))


@clause(
    API581_2016.at("Part 1 §4.3", "Cell of the risk matrix"),
    symbol="risk_category",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.matrix",
)
def matrix_cell(P_f_category: IntArray, CA_category: IntArray, matrix: IntArray) -> IntArray:
    """Risk category of the matrix cell.

    Parameters
    ----------
    P_f_category, CA_category : ndarray of int64
        1 to 5, -1 missing.
    matrix : ndarray of int64
        The matrix in force, as of `packed`.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `risk_category`, -1 where either is missing.
    """
    missing = (P_f_category < 0) | (CA_category < 0)
    place = (np.maximum(P_f_category, 1) - 1) * CATEGORIES + CATEGORIES - np.maximum(CA_category, 1)
    return np.where(missing, -1, (matrix >> (2 * place)) & 3)


@clause(
    OWN_METHOD.at("categories between lines of equal risk", "Risk category from lines of equal risk"),
    symbol="risk_category",
    expr="where(risk > R_3*(1 + 1e-9), 3, where(risk > R_2*(1 + 1e-9), 2, where(risk > R_1*(1 + 1e-9), 1, 0)))",
    quantity="code",
)
def iso_risk_category(risk: FloatArray, R_1: FloatArray, R_2: FloatArray, R_3: FloatArray) -> IntArray:
    """Risk category by lines of equal risk; an upper bound belongs to the lower category.

    Parameters
    ----------
    risk : ndarray, m2/year
        Not missing.
    R_1, R_2, R_3 : ndarray
        Upper bounds of low, medium and medium high, m2/year.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `risk_category`.
    """
    above = [np.asarray(~at_most(risk, r), dtype=np.int64) for r in (R_1, R_2, R_3)]
    return np.asarray(above[0] + above[1] + above[2], dtype=np.int64)


@clause(
    OWN_METHOD.at("tiered risk control", "Colour of the risk category"),
    symbol="four_colour",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.colour",
)
def colour_of(risk_category: IntArray) -> IntArray:
    """Colour of tiered risk control: red, orange, yellow, blue.

    Parameters
    ----------
    risk_category : ndarray of int64

    Returns
    -------
    ndarray of int64
        Index of the enumeration `four_colour`.
    """
    return risk_matrix().colour[risk_category]


def iso_risk_lines(levels: FloatArray, CA_span: tuple[float, float], points: int = 2) -> tuple[IsoRiskLine, ...]:
    """Lines of equal risk over a span of consequence; straight on logarithmic axes.

    Parameters
    ----------
    levels : array_like
        Risks, m2/year, positive.
    CA_span : (float, float)
        Least and greatest consequence area, m2, positive.
    points : int
        Points a line.

    Returns
    -------
    tuple of IsoRiskLine
    """
    CA = np.geomspace(CA_span[0], CA_span[1], points)
    return tuple(IsoRiskLine(float(r), CA, float(r) / CA) for r in np.atleast_1d(levels))


def risk_columns(P_f: FloatArray, CA: FloatArray, D_f_total: FloatArray, settings: Settings) -> Columns:
    """Risk, categories, matrix cell and colour.

    Parameters
    ----------
    P_f : ndarray, 1/year
    CA : ndarray, m2
    D_f_total : ndarray
    settings : Settings
        Where the likelihood category comes from, bounds, matrix or lines of equal risk.

    Returns
    -------
    dict of str to ndarray
    """
    shape, by = P_f.shape, settings.code("rbi.category_from")
    likely, area_bounds = bounds_in_force(settings, by), bounds_in_force(settings, "CA")
    lines = numbers_of(settings.code("rbi.iso_risk_bounds"))
    own = settings.code("rbi.matrix_cells")
    by_lines = settings.code("rbi.category_by") == "iso_risk"
    rule = "iso_risk" if by_lines else "owner" if own else "table"
    out: Columns = {
        "category_from": np.full(shape, CATEGORY_FROM.index(by), dtype=np.int64),
        "likelihood_bounds": np.full(shape, likely.rule, dtype=np.int64),
        "area_bounds": np.full(shape, area_bounds.rule, dtype=np.int64),
        "matrix_rule": np.full(shape, MATRIX_RULES.index(rule), dtype=np.int64),
        "matrix": np.full(shape, packed(risk_matrix(own)), dtype=np.int64),
        **{f"L_{i}": np.full(shape, v) for i, v in enumerate(likely.values, start=1)},
        **{f"C_{i}": np.full(shape, v) for i, v in enumerate(area_bounds.values, start=1)},
        **{f"R_{i}": np.full(shape, v) for i, v in enumerate(lines, start=1)},
        "risk": area_risk(P_f, CA),
    }
    L, C, R = ([out[f"{k}_{i}"] for i in range(1, 5) if f"{k}_{i}" in out] for k in "LCR")
    out["P_f_category"] = likelihood_category(P_f, D_f_total, out["category_from"], *L)
    out["CA_category"] = consequence_category(CA, *C)
    by_cell = matrix_cell(out["P_f_category"], out["CA_category"], out["matrix"])
    by_line = np.where(np.isnan(out["risk"]), -1, iso_risk_category(out["risk"], *R))
    out["risk_category"] = by_line if by_lines else by_cell
    out["four_colour"] = colour_of(out["risk_category"])
    return out


def _compute(x: Inputs) -> Columns:
    return risk_columns(x["P_f"], x["CA"], x["D_f_total"], x.settings)


_L, _C, _R = (tuple(f"{k}_{i}" for i in range(1, n)) for k, n in (("L", 5), ("C", 5), ("R", 4)))

PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at("Part 1 §4.3", "Risk"),
    inputs=(
        Param("P_f", "frequency"),
        Param("CA", "area"),
        Param("D_f_total", "damage_factor", required=False),
    ),
    outputs=(
        Param("category_from", "code", codes=CATEGORY_FROM),
        Param("likelihood_bounds", "code", codes=BOUND_RULES),
        Param("area_bounds", "code", codes=BOUND_RULES),
        Param("matrix_rule", "code", codes=MATRIX_RULES),
        Param("matrix", "id"),
        *(Param(s, "number") for s in _L),
        *(Param(s, "area") for s in _C),
        *(Param(s, "risk_area") for s in _R),
        Param("risk", "risk_area", conclusion=True),
        Param("P_f_category", "id", conclusion=True),
        Param("CA_category", "id", conclusion=True),
        Param("risk_category", "code", codes=codes("risk_category"), conclusion=True),
        Param("four_colour", "code", codes=codes("four_colour"), conclusion=True),
    ),
    compute=_compute,
    steps=(
        Step(area_risk, "risk"),
        Step(likelihood_category, "P_f_category", note_params=("category_from", "likelihood_bounds", "P_f_category")),
        Step(consequence_category, "CA_category", note_params=("area_bounds", "CA_category")),
        *(
            Step(
                matrix_cell,
                "risk_category",
                when=("matrix_rule", rule),
                note_params=("P_f_category", "CA_category", "matrix_rule"),
            )
            for rule in ("table", "owner")
        ),
        Step(iso_risk_category, "risk_category", when=("matrix_rule", "iso_risk")),
        Step(colour_of, "four_colour", note_params=("risk_category",)),
    ),
    settings=(
        "rbi.category_from",
        "rbi.edition",
        "rbi.P_f_bounds",
        "rbi.D_f_bounds",
        "rbi.CA_bounds",
        "rbi.matrix_cells",
        "rbi.category_by",
        "rbi.iso_risk_bounds",
    ),
    version="2",
)
