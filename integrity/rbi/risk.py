"""Risk, its categories, the matrix, its colours and lines of equal risk; procedure `api581.2016.risk`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Param, Procedure, Step
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import keyed, raw

KEY = "api581.2016.risk"
CATEGORIES = 5
CATEGORY_FROM = ("P_f", "D_f")
CA_LETTERS = ("A", "B", "C", "D", "E")


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
def risk_matrix() -> RiskMatrix:
    """Matrix and colours of the table file; the owner may replace it.

    Returns
    -------
    RiskMatrix
    """
    data = raw("risk")
    part, colours = data["matrix"], data["four_colour"]["map"]
    cell = np.full((CATEGORIES + 1, CATEGORIES + 1), -1, dtype=np.int64)
    for likelihood, row in zip(part["likelihood"], part["rows"], strict=True):
        cell[likelihood, 1:] = [index_of("risk_category", c) for c in row]
    colour = np.array([index_of("four_colour", colours[c]) for c in codes("risk_category")] + [-1])
    cell.setflags(write=False)
    colour.setflags(write=False)
    return RiskMatrix(cell, colour, part["source"], bool(part["verified"]))


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


def category(value: FloatArray, bounds: FloatArray) -> IntArray:
    """Category 1 to 5 of a value; an upper bound belongs to the lower category.

    Parameters
    ----------
    value : ndarray
    bounds : ndarray, shape (4,)
        Upper bounds of categories 1 to 4, ascending.

    Returns
    -------
    ndarray of int64
        -1 where the value is missing.
    """
    out = np.full(value.shape, CATEGORIES, dtype=np.int64)
    for i in range(CATEGORIES - 1, 0, -1):
        out = np.where(at_most(value, bounds[i - 1]), i, out)
    return np.where(np.isnan(value), -1, out)


@clause(
    API581_2016.at("Part 1 §4.3 Table 4.1", "Likelihood category"),
    symbol="P_f_category",
    expr="",
    quantity="id",
    kind=TABLE,
    note="rbi.note.P_f_category",
)
def likelihood_category(P_f: FloatArray, D_f_total: FloatArray, category_from: IntArray) -> IntArray:
    """Likelihood category 1 to 5.

    Parameters
    ----------
    P_f : ndarray, 1/year
    D_f_total : ndarray
    category_from : ndarray of int64
        0: from P_f, 1: from the damage factor.

    Returns
    -------
    ndarray of int64
    """
    by_P_f = category(P_f, keyed("risk", "P_f_bounds").rows[0])
    by_D_f = category(D_f_total, keyed("risk", "D_f_bounds").rows[0])
    return np.where(category_from == 1, by_D_f, by_P_f)


@clause(
    API581_2016.at("Part 1 §4.3 Table 4.1M", "Consequence category"),
    symbol="CA_category",
    expr="",
    quantity="id",
    kind=TABLE,
    note="rbi.note.CA_category",
)
def consequence_category(CA: FloatArray) -> IntArray:
    """Consequence category 1 to 5, written A to E.

    Parameters
    ----------
    CA : ndarray, m2

    Returns
    -------
    ndarray of int64
    """
    return category(CA, keyed("risk", "CA_bounds").rows[0])


@clause(
    API581_2016.at("Part 1 §4.3", "Cell of the risk matrix"),
    symbol="risk_category",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.matrix",
)
def matrix_cell(P_f_category: IntArray, CA_category: IntArray) -> IntArray:
    """Risk category of the matrix cell.

    Parameters
    ----------
    P_f_category, CA_category : ndarray of int64
        1 to 5, -1 missing.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `risk_category`, -1 where either is missing.
    """
    return risk_matrix().cell[np.maximum(P_f_category, 0), np.maximum(CA_category, 0)]


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


def risk_columns(P_f: FloatArray, CA: FloatArray, D_f_total: FloatArray, category_from: str) -> Columns:
    """Risk, categories, matrix cell and colour.

    Parameters
    ----------
    P_f : ndarray, 1/year
    CA : ndarray, m2
    D_f_total : ndarray
    category_from : str
        "P_f" or "D_f", the setting `rbi.category_from`.

    Returns
    -------
    dict of str to ndarray
    """
    source = np.full(P_f.shape, CATEGORY_FROM.index(category_from), dtype=np.int64)
    out: Columns = {
        "category_from": source,
        "risk": area_risk(P_f, CA),
        "P_f_category": likelihood_category(P_f, D_f_total, source),
        "CA_category": consequence_category(CA),
    }
    out["risk_category"] = matrix_cell(out["P_f_category"], out["CA_category"])
    out["four_colour"] = colour_of(out["risk_category"])
    return out


def _compute(x: Inputs) -> Columns:
    return risk_columns(x["P_f"], x["CA"], x["D_f_total"], x.settings.code("rbi.category_from"))


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
        Param("risk", "risk_area", conclusion=True),
        Param("P_f_category", "id", conclusion=True),
        Param("CA_category", "id", conclusion=True),
        Param("risk_category", "code", codes=codes("risk_category"), conclusion=True),
        Param("four_colour", "code", codes=codes("four_colour"), conclusion=True),
    ),
    compute=_compute,
    steps=(
        Step(area_risk, "risk"),
        Step(likelihood_category, "P_f_category", note_params=("category_from", "P_f_category")),
        Step(consequence_category, "CA_category", note_params=("CA_category",)),
        Step(matrix_cell, "risk_category", note_params=("P_f_category", "CA_category")),
        Step(colour_of, "four_colour", note_params=("risk_category",)),
    ),
    settings=("rbi.category_from",),
)
