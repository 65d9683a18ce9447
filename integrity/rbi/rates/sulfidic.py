"""Rate of hot sulfidic and naphthenic acid corrosion, without hydrogen: sulfur, acid number, temperature."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.settings import Settings
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants
from integrity.rbi.rates import Columns as Rows
from integrity.rbi.rates import RateModel, recorded, register_rate
from integrity.rbi.rates import grid as g
from integrity.rbi.rates.printed import group_of_material, printed, units_of

KEY = "api581.2016.rate_sulfidic"
FILE = "rate_sulfidic"
MO_CASES = ("not_used", "given", "assumed_low")
T_CASES = ("inside", "first_column", "last_column", "first_gap", "below_onset")
TAN_CASES = ("inside", "below_first", "above_last")
VELOCITY_CASES = ("low", "high", "border_high", "border_low")
PHASES = codes("phase")

_PLACE = "Part 2 Annex 2.B §3"
_PRINTED = printed(FILE)
_LOW_MO, _HIGH_MO = (_PRINTED.groups.index(f"stainless_{m}_mo") for m in ("low", "high"))
_AXES = (
    g.Axis("sulfur_wt", "mass_percent", "sulfur_lo_wt", "sulfur_hi_wt", "w_sulfur"),
    g.Axis("TAN_used", "acid_number", "TAN_lo", "TAN_hi", "w_TAN"),
    g.Axis("T_op_C", "temperature", "T_lo_C", "T_hi_C", "w_T"),
)


@clause(API581_2016.at(_PLACE, "Acid number as given"), symbol="TAN_used", expr="TAN", quantity="acid_number")
def acid_number(TAN: FloatArray) -> FloatArray:
    """Acid number with which the table is entered.

    Parameters
    ----------
    TAN : ndarray
        mg KOH/g of the liquid hydrocarbon.

    Returns
    -------
    ndarray of float64, mg KOH/g
    """
    return TAN


@clause(
    API581_2016.at(_PLACE, "Acid number below the first row of the table"),
    symbol="TAN_used",
    expr="max(TAN, TAN_first)",
    quantity="acid_number",
)
def first_row(TAN: FloatArray, TAN_first: FloatArray) -> FloatArray:
    """Acid number raised to the first row of the table, whose rates are the least.

    Parameters
    ----------
    TAN : ndarray
        mg KOH/g.
    TAN_first : ndarray
        First row of the table of the material, mg KOH/g.

    Returns
    -------
    ndarray of float64, mg KOH/g
    """
    return np.maximum(TAN, TAN_first)


@clause(
    API581_2016.at(_PLACE, "Factor of a high velocity"),
    symbol="f_velocity",
    expr="f_high_velocity",
    quantity="ratio",
)
def high_velocity(f_high_velocity: float) -> float:
    """Factor above the limit velocity.

    Parameters
    ----------
    f_high_velocity : float
        5.

    Returns
    -------
    float
    """
    return f_high_velocity


@clause(API581_2016.at(_PLACE, "Factor of an ordinary velocity"), symbol="f_velocity", expr="1", quantity="ratio")
def low_velocity() -> float:
    """Factor below the limit velocity.

    Returns
    -------
    float
    """
    return 1.0


@clause(
    API581_2016.at(_PLACE, "Rate with the factor of velocity"),
    symbol="C_r",
    expr="C_tab*f_velocity",
    quantity="rate",
)
def with_velocity(C_tab: FloatArray, f_velocity: FloatArray) -> FloatArray:
    """Rate of the table times the factor of velocity, once.

    Parameters
    ----------
    C_tab : ndarray
        mm/year.
    f_velocity : ndarray

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_tab * f_velocity


_cells = g.cells_of(_PLACE, "rates.note.cells_sulfidic")
_type_of = g.local_or_general("Part 2 Annex 2.B §1.2", "rates.note.thinning_sulfidic")


def _group(x: Inputs) -> Columns:
    """Table of the material; type 316 by its molybdenum, taken as low where nobody says."""
    group = group_of_material(FILE)[x["rate_material"]]
    family = group == _LOW_MO
    known = ~np.isnan(x["Mo_wt"])
    high = family & at_least(x["Mo_wt"], constants(FILE)["Mo_high_wt"].value)
    case = stack_codes((~family, 0), (known, MO_CASES.index("given")), default=MO_CASES.index("assumed_low"))
    return {"group": np.where(high, _HIGH_MO, group), "Mo_case": case}


def _temperature(T: FloatArray, table: IntArray, settings: Settings) -> tuple[g.Bracket, IntArray]:
    """Columns of a temperature: the outer ones are open, and the first gap starts at the border of the first."""
    b = g.bracket(_PRINTED.grid, 2, table, T)
    nodes = _PRINTED.grid.nodes[2]
    last = _PRINTED.grid.last[2][table]
    above = b.case == g.ABOVE
    gap = (b.lo == 0) & (b.hi == 1)
    first = (b.lo == 0) & (b.hi == 0)
    index = np.where(above, last + 1, b.lo)
    shift = gap & (settings.code("rbi.sulfidic_first_gap") == "next_column")
    lo, hi = np.where(shift, 1, index), np.where(above, last + 1, b.hi)
    w = np.where(shift, 0.0, b.w)
    onset = constants(FILE)[f"T_onset_{units_of(settings)}"].value
    case = stack_codes(
        (b.case < 0, NO_CODE),
        (~at_least(T, onset), T_CASES.index("below_onset")),
        (above, T_CASES.index("last_column")),
        (gap, T_CASES.index("first_gap")),
        (first, T_CASES.index("first_column")),
        default=T_CASES.index("inside"),
    )
    x_lo = np.where(shift, nodes[table, lo], b.x_lo)
    return g.Bracket(lo, hi, x_lo, b.x_hi, b.case, w), case


def _acid(x: Inputs, table: IntArray, allowed: bool) -> Columns:
    TAN, nodes = x["TAN"], _PRINTED.grid.nodes[1]
    least, greatest = nodes[table, 0], nodes[table, _PRINTED.grid.last[1][table]]
    case = stack_codes(
        (np.isnan(TAN) | (table < 0), NO_CODE),
        (~at_least(TAN, least), TAN_CASES.index("below_first")),
        (~at_most(TAN, greatest), TAN_CASES.index("above_last")),
        default=TAN_CASES.index("inside"),
    )
    policy = np.full(x.n, 0 if allowed else 1, dtype=np.int64)
    used = np.where(case == TAN_CASES.index("below_first"), first_row(TAN, least), acid_number(TAN))
    return {"TAN_first": least, "TAN_case": case, "TAN_policy": policy, "TAN_used": used}


def _velocity(x: Inputs) -> Columns:
    c = constants(FILE)
    v, border = x["velocity_m_s"], c["v_high"].value
    on = np.abs(v - border) <= 1e-9 * border
    above = x.settings.code("rbi.sulfidic_velocity_border") == "at_or_above"
    case = stack_codes(
        (np.isnan(v), NO_CODE),
        (on, VELOCITY_CASES.index("border_high" if above else "border_low")),
        (v > border, VELOCITY_CASES.index("high")),
        default=VELOCITY_CASES.index("low"),
    )
    high = (case == VELOCITY_CASES.index("high")) | (case == VELOCITY_CASES.index("border_high"))
    f = np.where(high, high_velocity(c["f_high_velocity"].value), low_velocity())
    return {"velocity_case": case, "f_velocity": np.where(case < 0, np.nan, f)}


def _compute(x: Inputs) -> Columns:
    units = units_of(x.settings)
    out = _group(x)
    table = _PRINTED.index(out.pop("group"), units)
    out |= _acid(x, table, x.settings.code("rbi.sulfidic_low_TAN") == "first_row")
    sulfur = g.bracket(_PRINTED.grid, 0, table, x["sulfur_wt"])
    TAN = g.bracket(_PRINTED.grid, 1, table, out["TAN_used"])
    T, T_case = _temperature(x["T_op_C"], table, x.settings)
    how = x.settings.code("rbi.rate_lookup")
    out |= g.lookup(_PRINTED.grid, table, _AXES, (sulfur, TAN, T), how)
    out |= _velocity(x)
    out["rate_table"], out["sulfur_case"], out["T_case"] = table, sulfur.case, T_case
    local = ~at_most(x["TAN"], constants(FILE)["TAN_local"].value)
    names = codes("thinning_type")
    out["thinning_type"] = np.where(np.isnan(x["TAN"]), NO_CODE, np.where(local, names.index("local"), 0))
    out["table_verified"] = np.zeros(x.n, dtype=np.int64)
    out["C_r"] = with_velocity(out["C_tab"], out["f_velocity"])
    out["C_r_bound"] = _bound(x, out)
    return out


def _bound(x: Inputs, out: Columns) -> FloatArray:
    """Greater rate where the row is milder than the border, or its velocity is not known."""
    factor = np.where(np.isnan(out["f_velocity"]), constants(FILE)["f_high_velocity"].value, out["f_velocity"])
    low_TAN = out["TAN_case"] == TAN_CASES.index("below_first")
    in_TAN = (out["TAN_case"] == TAN_CASES.index("inside")) | low_TAN
    at_first = low_TAN | (out["TAN_used"] <= out["TAN_first"] * (1.0 + 1e-9))
    # Where there is more acid, less sulfur is worse: its border is then no bound.
    low_S = (out["sulfur_case"] == g.BELOW) & at_first
    usable = in_TAN & ((out["sulfur_case"] == g.INSIDE) | low_S) & _not_negative({**x.columns, **out})
    cool = out["T_case"] == T_CASES.index("below_onset")
    needed = cool | low_S | (low_TAN & (out["TAN_policy"] == 1)) | (out["velocity_case"] < 0)
    return np.where(usable & needed, out["C_tab"] * factor, np.nan)


def _not_negative(c: Rows) -> BoolArray:
    return ~((c["TAN"] < 0.0) | (c["sulfur_wt"] < 0.0) | (c["velocity_m_s"] < 0.0) | (c["Mo_wt"] < 0.0))


def _acid_attack(c: Rows) -> BoolArray:
    return np.asarray(c["thinning_type"] == index_of("thinning_type", "local"))


def _needs_phase(c: Rows) -> BoolArray:
    return ~np.isnan(c["TAN"]) & ~at_most(c["TAN"], constants(FILE)["TAN_local"].value)


_LIMITS = (
    Limit(
        "rates.material_in_table",
        API581_2016.at(_PLACE),
        lambda c: (c["rate_table"] >= 0) | (c["rate_material"] < 0),
    ),
    Limit("rates.not_negative", API581_2016.at(_PLACE), _not_negative),
    Limit("rates.sulfur_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["sulfur_case"])),
    Limit(
        "rates.TAN_in_table",
        API581_2016.at(_PLACE),
        lambda c: (
            (c["TAN_case"] != TAN_CASES.index("above_last"))
            & ((c["TAN_case"] != TAN_CASES.index("below_first")) | (c["TAN_policy"] == 0))
        ),
    ),
    Limit("rates.sulfidic_onset", API581_2016.at(_PLACE), lambda c: c["T_case"] != T_CASES.index("below_onset")),
    Limit(
        "rates.acid_needs_liquid",
        API581_2016.at(_PLACE),
        lambda c: ~_acid_attack(c) | (c["phase"] != PHASES.index("gas")),
    ),
)

_INPUTS = (
    Param("rate_material", "code", codes=codes("rate_material")),
    Param("T_op_C", "temperature"),
    Param("sulfur_wt", "mass_percent"),
    Param("TAN", "acid_number"),
    Param("velocity_m_s", "velocity"),
    Param("phase", "code", codes=PHASES, needed=_needs_phase),
    Param("Mo_wt", "mass_percent", required=False),
)

_OUTPUTS = (
    Param("Mo_case", "code", codes=MO_CASES),
    Param("rate_table", "code", codes=_PRINTED.tables),
    Param("table_verified", "flag"),
    Param("sulfur_case", "code", codes=g.AXIS_CASES),
    Param("TAN_case", "code", codes=TAN_CASES),
    Param("TAN_policy", "code", codes=("first_row", "refuse")),
    Param("TAN_first", "acid_number"),
    Param("TAN_used", "acid_number"),
    Param("T_case", "code", codes=T_CASES),
    *g.lookup_outputs(_AXES),
    Param("velocity_case", "code", codes=VELOCITY_CASES),
    Param("f_velocity", "ratio"),
    Param("C_r_bound", "rate"),
    Param("thinning_type", "code", codes=codes("thinning_type"), conclusion=True),
    Param("C_r", "rate", conclusion=True),
)

_GENERAL_STEPS = (
    Step(acid_number, "TAN_used", when=("TAN_case", "inside")),
    Step(first_row, "TAN_used", when=("TAN_case", "below_first")),
    g.shown_cells(_AXES, _cells, told=("T_case", "Mo_case")),
    *(Step(g.weight, a.w, {"x": a.x, "x_lo": a.lo, "x_hi": a.hi}) for a in _AXES[:2]),
    *(
        Step(g.weight, "w_T", {"x": "T_op_C", "x_lo": "T_lo_C", "x_hi": "T_hi_C"}, ("T_case", case))
        for case in ("inside", "first_gap")
    ),
    *g.rate_steps(_AXES),
)
_STEPS = (
    *_GENERAL_STEPS,
    *(Step(high_velocity, "f_velocity", when=("velocity_case", c)) for c in ("high", "border_high")),
    *(Step(low_velocity, "f_velocity", when=("velocity_case", c)) for c in ("low", "border_low")),
    Step(_type_of, "thinning_type", note_params=("TAN",)),
    Step(with_velocity, "C_r"),
)


def _derived(case: RiskCase) -> Rows:
    return {"phase": case.components.phase}


PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at(_PLACE, "High-temperature sulfidic and naphthenic acid corrosion"),
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants(FILE),
    settings=(
        *("rbi.rate_lookup", "rbi.rate_tables", "rbi.sulfidic_low_TAN", "rbi.sulfidic_first_gap"),
        "rbi.sulfidic_velocity_border",
    ),
)
MODEL = register_rate(RateModel("rate_sulfidic", PROCEDURE, recorded(PROCEDURE, _derived)))
