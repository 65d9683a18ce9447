"""Rate of acid sour water: pH, temperature, oxygen and velocity (API RP 581 Part 2 Annex 2.B section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import constants, raw
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates.grid import ABOVE, BELOW, UNITS, Axis, Grid, lookup, lookup_outputs, stacked
from integrity.rbi.rates.lines import celsius, in_unit
from integrity.rbi.rates.parts import DRY, value

NAME = "rate_acid_sour_water"
KEY = f"api581.2016.{NAME}"
RATE_CASES = ("dry", "carbon", "other_si", "other_us")
EDGE_CASES = ("printed_row", "nearest_row")
O2_CASES = ("low", "high", "assumed_high")
F_V_CASES = ("low", "middle_si", "middle_us", "high", "assumed_high")
AXES = (
    Axis("pH_row", "number", "pH_lo", "pH_hi", "w_pH"),
    Axis("T_op_C", "temperature", "T_lo", "T_hi", "w_T"),
)
_REF = API581_2016.at("Part 2 Annex 2.B §10", "Rate of acid sour water")
_BASE = "Part 2 Annex 2.B Tables 2.B.10.2, 2.B.10.2M"
_OXYGEN = "Part 2 Annex 2.B Table 2.B.10.3"
_VELOCITY = "Part 2 Annex 2.B §10.3 eqs. (2.B.2) to (2.B.7)"


@cache
def base_grid() -> Grid:
    """Base rates by pH and temperature, the SI table and the US one.

    Returns
    -------
    Grid
    """
    tables = raw(NAME)["tables"]
    both = [(tables[f"base_{u}"], u) for u in UNITS]
    return stacked([([t["row_nodes"], celsius(t["column_nodes"], u)], in_unit(t["rows"], u)) for t, u in both])


@clause(
    API581_2016.at(_VELOCITY, "Velocity factor between the two limits"),
    symbol="F_V",
    expr="a_V*velocity_m_s - b_V",
    quantity="number",
)
def velocity_factor(velocity_m_s: FloatArray, a_V: float, b_V: float) -> FloatArray:
    """Factor of the velocity between the lower and the upper limit.

    Parameters
    ----------
    velocity_m_s : ndarray
        Velocity, m/s.
    a_V, b_V : float
        Coefficients of the unit set in force.

    Returns
    -------
    ndarray of float64
    """
    return a_V * velocity_m_s - b_V


@clause(
    API581_2016.at("Part 2 Annex 2.B §10.3 eq. (2.B.1)", "Rate of acid sour water"),
    symbol="C_r_bound",
    expr="C_tab*F_O*F_V",
    quantity="rate",
)
def corrected(C_tab: FloatArray, F_O: FloatArray, F_V: FloatArray) -> FloatArray:
    """Base rate with the factors of oxygen and velocity.

    Parameters
    ----------
    C_tab : ndarray
        Base rate, mm/year.
    F_O, F_V : ndarray

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_tab * F_O * F_V


cells = factors.shown(_BASE, "Base rate by pH and temperature", "rates.note.acid_sour")
oxygen_factor = factors.picked(
    _OXYGEN,
    "Factor of the oxygen",
    "F_O",
    "rates.note.oxygen",
    lambda: np.array([value(NAME, s) for s in ("F_O_low", "F_O_high", "F_O_high")] + [np.nan]),
)
kind_of_thinning = factors.typed("Part 2 Annex 2.B Table 2.B.1.2", "rates.note.type_acid_sour")


def _iron(c: Mapping[str, AnyArray]) -> BoolArray:
    group = parts.group_of(NAME, c["rate_material"])
    return parts.wet(c) & (group >= 0)


def _velocity(x: Inputs, unit: str) -> Columns:
    v = x["velocity_m_s"]
    low, high, a_V = (value(NAME, f"{s}_{unit}") for s in ("v_low", "v_high", "a_V"))
    case = stack_codes(
        (np.isnan(v), 4),
        (~at_least(v, low), 0),
        (at_most(v, high), 1 + UNITS.index(unit)),
        default=3,
    )
    middle = velocity_factor(v, a_V, value(NAME, "b_V"))
    F_V = np.select([case == 0, (case == 1) | (case == 2)], [value(NAME, "F_V_low"), middle], value(NAME, "F_V_high"))
    return {"F_V_case": case, "F_V": F_V}


def _oxygen(x: Inputs) -> Columns:
    O2 = x["O2_ppb"]
    case = np.where(np.isnan(O2), 2, np.where(at_most(O2, value(NAME, "O2_limit_ppb")), 0, 1)).astype(np.int64)
    return {"O2_case": case, "F_O": oxygen_factor(case)}


def _row(x: Inputs) -> Columns:
    """pH of the row that is looked up; the nearest row where the policy says so."""
    nodes = raw(NAME)["tables"]["base_si"]["row_nodes"]
    near = np.clip(x["pH"], nodes[0], nodes[-1])
    use = np.full(x.n, x.settings.code("rbi.rate_acid_sour_edge") == "nearest_row") & (near != x["pH"])
    return {"edge_case": use.astype(np.int64), "pH_row": np.where(use, near, x["pH"])}


def chloride_ok(x: Inputs) -> BoolArray:
    """Rows whose chloride lets the model of acid sour water stand, by the policy of the settings.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    ndarray of bool
        True where the chloride is missing, which another reason says.
    """
    Cl = x["chloride_ppmw"]
    if x.settings.code("rbi.rate_acid_sour_chloride") == "none":
        return np.isnan(Cl) | (Cl <= 0.0)
    return np.isnan(Cl) | (Cl < value(NAME, "Cl_limit_ppmw"))


def _compute(x: Inputs) -> Columns:
    unit = parts.unit_set(x)
    water = parts.water_state(x["free_water"])
    group = parts.group_of(NAME, x["rate_material"])
    other = 2 + UNITS.index(unit)
    case = stack_codes((water == DRY, 0), (x["rate_material"] < 0, -1), (group >= 0, 1), default=other)
    out: Columns = {**parts.common(x), "water_case": water, "rate_case": case, **_row(x)}
    out |= {**_oxygen(x), **_velocity(x, unit)}
    out["F_V_case"] = np.where(case == 1, out["F_V_case"], -1)
    table = np.where(case == 1, out["unit_case"], -1)
    ways = [lines.bracket(base_grid(), 0, table, out["pH_row"]), lines.bracket(base_grid(), 1, table, x["T_op_C"])]
    out |= {"pH_side": ways[0].case, "T_side": ways[1].case, "chloride_low": chloride_ok(x).astype(np.int64)}
    out |= lookup(base_grid(), table, AXES, ways, x.settings.code("rbi.rate_lookup"))
    sound = lines.border_ok(ways[0], ABOVE) & lines.border_ok(ways[1], BELOW)
    sound &= at_least(x["pH"], value(NAME, "pH_low")) & at_most(x["pH"], value(NAME, "pH_high"))
    sound &= (out["chloride_low"] == 1) & ~np.isnan(x["chloride_ppmw"]) & ~(x["velocity_m_s"] < 0.0)
    rate = lines.clipped(corrected(out["C_tab"], out["F_O"], out["F_V"]), sound)
    suitable = value(NAME, f"C_r_other_{unit}")
    out["C_r_bound"] = np.select([case == 0, case == 1, case == other], [parts.no_rate(), rate, suitable], np.nan)
    fast = ~np.isnan(x["velocity_m_s"]) & (x["velocity_m_s"] > value(NAME, f"v_low_{unit}"))
    out["local_review"] = ((case == 1) & (fast | (out["O2_case"] == 1))).astype(np.int64)
    out["thinning_type"] = out["local_review"]
    return out | {"C_r": parts.concluded(out["C_r_bound"])}


_LIMITS = (
    parts.within(
        "rates.acid_sour_pH",
        API581_2016.at("Part 2 Annex 2.B §10.1"),
        "pH",
        value(NAME, "pH_low"),
        value(NAME, "pH_high"),
        _iron,
    ),
    Limit("rates.acid_sour_chloride", _REF, lambda c: (c["chloride_low"] == 1) | ~_iron(c)),
    parts.inside("rates.pH_in_table", API581_2016.at(_BASE), "pH_side"),
    parts.inside("rates.temperature_in_table", API581_2016.at(_BASE), "T_side"),
)

_INPUTS = (
    parts.MATERIAL,
    parts.FREE_WATER,
    Param("pH", "number", needed=_iron),
    Param("T_op_C", "temperature", needed=_iron),
    Param("chloride_ppmw", "mass_ppm", needed=_iron),
    Param("O2_ppb", "mass_ppb", needed=_iron),
    Param("velocity_m_s", "velocity", needed=_iron),
)

_OUTPUTS = (
    Param("water_case", "code", codes=parts.WATER_CASES),
    Param("rate_case", "code", codes=RATE_CASES),
    Param("edge_case", "code", codes=EDGE_CASES),
    Param("pH_row", "number"),
    Param("chloride_low", "code", codes=parts.YES_NO),
    *lookup_outputs(AXES),
    Param("O2_case", "code", codes=O2_CASES),
    Param("F_O", "number"),
    Param("F_V_case", "code", codes=F_V_CASES),
    Param("F_V", "number"),
    Param("local_review", "code", codes=parts.YES_NO),
    *parts.COMMON_OUTPUTS,
)

_IRON = ("rate_case", "carbon")
_STEPS = (
    parts.WATER_STEP,
    Step(parts.no_rate, "C_r_bound", when=("rate_case", "dry")),
    *lines.table_steps(cells, "unit_case", AXES, told=("unit_case", "edge_case", "pH_row")),
    Step(oxygen_factor, "F_O", {"row": "O2_case"}, when=_IRON, note_params=("O2_case", "table_verified")),
    Step(factors.constant, "F_V", {"y_0": "F_V_low"}, when=("F_V_case", "low")),
    *(Step(velocity_factor, "F_V", {"a_V": f"a_V_{u}"}, when=("F_V_case", f"middle_{u}")) for u in UNITS),
    Step(factors.constant, "F_V", {"y_0": "F_V_high"}, when=("F_V_case", "high")),
    Step(corrected, "C_r_bound", when=_IRON),
    *(Step(factors.constant, "C_r_bound", {"y_0": f"C_r_other_{u}"}, ("rate_case", f"other_{u}")) for u in UNITS),
    Step(kind_of_thinning, "thinning_type", note_params=("thinning_type", "local_review")),
    parts.CONCLUSION_STEP,
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants(NAME),
    settings=("rbi.rate_tables", "rbi.rate_lookup", "rbi.rate_acid_sour_chloride", "rbi.rate_acid_sour_edge"),
)

MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE)))
