"""Rate of cooling water: measured, fresh, sea and treated (API RP 581 Part 2 Annex 2.B section 11)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, at_least, at_most
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, raw
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates import cooling_clauses as cl
from integrity.rbi.rates.grid import BELOW, INSIDE, LOOKUPS, UNITS, Grid
from integrity.rbi.rates.lines import celsius, in_unit
from integrity.rbi.rates.parts import value

NAME = "rate_cooling_water"
KEY = f"api581.2016.{NAME}"
SYSTEMS = ("open_recirculating", "closed_recirculating", "once_through_fresh", "once_through_seawater")
RATE_CASES = ("coupon", "fresh", "seawater_si", "seawater_us", "treated_general", "treated_local", "other_material")
SAT_CASES = ("given", "computed", "none")
C1_CASES = ("low", "high", "none")
BASE_CASES = ("unprotected", "scaling")
ARG_CASES = ("operating", "difference_si", "difference_us")
F_V_CASES = ("slow_si", "slow_us", "between", "fast_si", "fast_us")
TYPE_CASES = ("given", "by_velocity", "no_velocity")
FRESH, OTHER = RATE_CASES.index("fresh"), RATE_CASES.index("other_material")
_SYSTEM = Param("cooling_system", "code", codes=SYSTEMS)
_REF = API581_2016.at("Part 2 Annex 2.B §11", "Rate of cooling water")
_A = "Part 2 Annex 2.B "
_COEFFICIENTS = _A + "Table 2.B.11.3"
_BASE = _A + "Tables 2.B.11.4, 2.B.11.4M"
_TEMPERATURE = _A + "Table 2.B.11.5"


def _rows(name: str) -> FloatArray:
    return np.asarray(raw(NAME)["tables"][name]["rows"], dtype=np.float64)


@cache
def coefficient_grid(name: str) -> Grid:
    """Coefficient of hardness or alkalinity, with the blank rows and without them, with the doubtful rows and without.

    Parameters
    ----------
    name : str
        "C_w3" or "C_w4".

    Returns
    -------
    Grid
        Tables 0 and 1 refuse next to a blank row, 2 and 3 go across; 0 and 2 refuse the doubtful first rows of C_w4.
    """
    rows = _rows(name.replace("w", ""))
    full = rows[~np.isnan(rows[:, 1])]
    nodes, values = [], []
    for table in (rows, full):
        for doubtful in (False, True):
            drop = (table[:, 0] < value(NAME, "C4_sound")) & (name == "C_w4") & (not doubtful)
            nodes.append(list(table[:, 0]))
            values.append(list(np.where(drop, np.nan, table[:, 1])))
    return lines.one_way(nodes, values)


@cache
def temperature_coefficient_grid() -> Grid:
    """Coefficient of the water temperature, degC, then degF.

    Returns
    -------
    Grid
    """
    rows = _rows("C_2")
    nodes = [celsius(list(rows[:, i]), u) for i, u in enumerate(UNITS)]
    return lines.one_way(nodes, [list(rows[:, 2])] * 2)


@cache
def base_grid() -> Grid:
    """Base rates by chloride: unprotected and scaling, SI, then US.

    Returns
    -------
    Grid
    """
    rows = _rows("base")
    values = [list(in_unit(rows[:, 1 + i], UNITS[i // 2])) for i in range(4)]
    return lines.one_way([list(rows[:, 0])] * 4, values)


@cache
def factor_grid() -> Grid:
    """Temperature factors: open and closed system, SI and US; then the same that refuse next to the misplaced row.

    Returns
    -------
    Grid
    """
    rows, doubt = _rows("F_T"), _rows("F_T_misordered")[0, 0]
    gap = np.array([[(rows[-2, 0] + rows[-1, 0]) / 2.0, (rows[-2, 1] + rows[-1, 1]) / 2.0, np.nan, np.nan]])
    wary = np.vstack([rows[:-1], gap, rows[-1:]])
    wary[wary[:, 0] == doubt, 2:] = np.nan
    nodes, values = [], []
    for table in (rows, wary):
        for i, unit in enumerate(UNITS):
            for system in (2, 3):
                nodes.append(celsius(list(table[:, i]), unit))
                values.append(list(table[:, system]))
    return lines.one_way(nodes, values)


coefficients = factors.shown(_COEFFICIENTS, "Coefficients of the saturation pH", "rates.note.cooling_C", "sat_case")
base_cells = factors.shown(_BASE, "Base rate by chloride", "rates.note.cooling_base", "cooling_base_case")
factor_cells = factors.shown(_TEMPERATURE, "Temperature factor", "rates.note.cooling_T", "cooling_system")
selection = factors.shown(_A + "Figure 2.B.11.1", "Which rate is used", "rates.note.cooling_case", "rate_case")
kind_of_thinning = factors.typed(_A + "Table 2.B.1.2", "rates.note.type_cooling")


def _needs_water(c: Mapping[str, AnyArray]) -> BoolArray:
    """Rows of fresh or treated water: no coupon, carbon or low-alloy steel, no seawater."""
    iron = parts.group_of(NAME, c["rate_material"]) >= 0
    sea = c["cooling_system"] == SYSTEMS.index("once_through_seawater")
    return np.asarray(np.isnan(c["coupon_rate"]) & iron & ~sea)


def _untreated(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(_needs_water(c) & (c["treated"] != 1))


def _needs_velocity(c: Mapping[str, AnyArray]) -> BoolArray:
    iron = parts.group_of(NAME, c["rate_material"]) >= 0
    return np.asarray(np.isnan(c["coupon_rate"]) & iron & (c["treated"] != 1))


def _type(x: Inputs) -> Columns:
    v, given = x["velocity_m_s"], x["thinning_given"] >= 0
    middle = at_least(v, value(NAME, "v_type_low")) & at_most(v, value(NAME, "v_type_high"))
    case = np.where(given, 0, np.where(np.isnan(v), 2, 1)).astype(np.int64)
    kind = np.where(given, x["thinning_given"], np.where(middle, 0, 1)).astype(np.int64)
    return {"type_case": case, "thinning_type": kind}


def _case(x: Inputs, unit: str, local: BoolArray) -> Columns:
    sea = x["cooling_system"] == SYSTEMS.index("once_through_seawater")
    case = stack_codes(
        (~np.isnan(x["coupon_rate"]), 0),
        ((x["rate_material"] < 0) | (x["cooling_system"] < 0), -1),
        (parts.group_of(NAME, x["rate_material"]) < 0, OTHER),
        (x["treated"] == 1, 4),
        (sea, 2 + UNITS.index(unit)),
        default=FRESH,
    )
    return {"rate_case": np.where((case == 4) & local, 5, case)}


def _saturation(x: Inputs, unit: str, fresh: BoolArray) -> Columns:
    given = ~np.isnan(x["pH_sat"])
    have = ~np.isnan(x["TDS_mg_L"]) & ~np.isnan(x["Ca_mg_L"]) & ~np.isnan(x["MOA_mg_L"]) & ~np.isnan(x["T_op_C"])
    case = stack_codes((~fresh, -1), (given, 0), (have, 1), default=2)
    how = x.settings.code("rbi.rate_lookup")
    across = 2 * int(x.settings.code("rbi.rate_cooling_blank_rows") == "linear")
    doubtful = int(x.settings.code("rbi.rate_cooling_C4") == "as_printed")
    out: Columns = {"sat_case": case}
    out["coef_case"] = np.where(case == 1, LOOKUPS.index(how), LOOKUPS.index("none"))
    TDS = x["TDS_mg_L"]
    few = at_most(TDS, value(NAME, "TDS_mid"))
    covered = at_least(TDS, value(NAME, "TDS_min")) & at_most(TDS, value(NAME, "TDS_max"))
    out["C_w1_case"] = stack_codes((~covered | (case != 1), 2), (few, 0), default=1)
    c_1 = [value(NAME, "C_1_low"), value(NAME, "C_1_high")]
    out["C_w1"] = np.select([out["C_w1_case"] == 0, out["C_w1_case"] == 1], c_1, np.nan)
    index = {"C_w2": UNITS.index(unit), "C_w3": across, "C_w4": across + doubtful}
    grids = {n: coefficient_grid(n) for n in ("C_w3", "C_w4")} | {"C_w2": temperature_coefficient_grid()}
    for name, symbol in (("C_w2", "T_op_C"), ("C_w3", "Ca_mg_L"), ("C_w4", "MOA_mg_L")):
        table = np.where(case == 1, index[name], -1)
        found, b = lines.line_lookup(grids[name], table, x[symbol], name, how)
        out |= found
        out[name] = lines.clipped(found[name], b.case == INSIDE)
    found_pH = cl.saturation_pH(out["C_w1"], out["C_w2"], out["C_w3"], out["C_w4"], value(NAME, "pH_0"))
    out["pH_sat"] = np.where(given, x["pH_sat"], found_pH)
    out |= {"LSI": cl.langelier(x["pH"], out["pH_sat"]), "RSI": cl.ryznar(x["pH"], out["pH_sat"])}
    return out


def _base(x: Inputs, unit: str, RSI: FloatArray, fresh: BoolArray) -> Columns:
    v, how = x["velocity_m_s"], x.settings.code("rbi.rate_lookup")
    high = (~at_most(RSI, value(NAME, "RSI_limit"))) | ~at_most(v, value(NAME, f"v_base_{unit}"))
    known = fresh & ~np.isnan(RSI) & ~np.isnan(v)
    case = np.where(known, np.where(high, 0, 1), -1).astype(np.int64)
    table = np.where(known, 2 * UNITS.index(unit) + case, -1)
    found, b = lines.line_lookup(base_grid(), table, x["chloride_ppmw"], "C_base", how)
    shown = np.where(known, LOOKUPS.index(how), LOOKUPS.index("none"))
    return {"cooling_base_case": case, "lookup_case": shown, **found, "Cl_side": b.case}


def _temperature(x: Inputs, unit: str, fresh: BoolArray) -> Columns:
    how = x.settings.code("rbi.rate_lookup")
    refuse = x.settings.code("rbi.rate_cooling_misordered") == "refuse"
    T, u = x["T_metal_C"], UNITS.index(unit)
    if x.settings.code("rbi.rate_cooling_temperature") == "operating":
        case, arg = 0, cl.operating_argument(T)
    else:
        case, arg = 1 + u, cl.difference_argument(T, value(NAME, f"T_ref_{unit}"), value(NAME, f"T_zero_{unit}"))
    closed = (x["cooling_system"] == SYSTEMS.index("closed_recirculating")).astype(np.int64)
    table = np.where(fresh, 4 * int(refuse) + 2 * u + closed, -1)
    found, b = lines.line_lookup(factor_grid(), table, arg, "F_T", how)
    return {"arg_case": np.where(fresh, case, -1), "T_arg_C": arg, **found, "T_side": b.case}


def _velocity(x: Inputs, unit: str, fresh: BoolArray) -> Columns:
    v, u = x["velocity_m_s"], UNITS.index(unit)
    v_1, v_2, a_V, b_V = (value(NAME, f"{s}_{unit}") for s in ("v_1", "v_2", "a_V", "b_V"))
    slow, fast = ~at_least(v, v_1), ~at_most(v, v_2)
    case = stack_codes((~fresh | np.isnan(v), -1), (slow, u), (fast, 3 + u), default=2)
    F_V = np.select(
        [case < 0, slow, fast], [np.nan, cl.slow_factor(v, a_V, v_1), cl.fast_factor(v, b_V, v_2)], cl.still_factor()
    )
    return {"F_V_case": case, "F_V": F_V}


def _compute(x: Inputs) -> Columns:
    unit = parts.unit_set(x)
    out: Columns = {**parts.common(x), **_type(x)}
    out |= _case(x, unit, out["thinning_type"] == 1)
    case = out["rate_case"]
    fresh = case == FRESH
    out |= _saturation(x, unit, fresh)
    out |= _base(x, unit, out["RSI"], fresh)
    out |= {**_temperature(x, unit, fresh), **_velocity(x, unit, fresh)}
    out["m_pit"] = np.where(out["thinning_type"] == 1, x.settings.number("rbi.rate_pit_multiplier"), 1.0)
    s = {k: value(NAME, f"{k}_{unit}") for k in ("k_C", "k_v", "s_0", "s_1", "s_2", "s_3")}
    values: list[FloatArray | float] = [
        cl.coupon_rate(x["coupon_rate"], out["m_pit"]),
        cl.fresh_rate(out["C_base"], out["F_T"], out["F_V"]),
        cl.seawater_rate(x["velocity_m_s"], **s),
        *(value(NAME, k) for k in ("C_r_treated_general", "C_r_treated_local", "C_r_other")),
    ]
    sea = (case == 2) | (case == 3)
    rate = np.select([case == 0, fresh, sea, case == 4, case == 5, case == OTHER], values, np.nan)
    figure = x.settings.code("rbi.rate_once_through_treated") == "figure"
    out["treated_allowed"] = _treated_allowed(x, case, figure).astype(np.int64)
    low = np.isin(out["Cl_side"], [INSIDE, BELOW]) & np.isin(out["T_side"], [INSIDE, BELOW])
    every: Columns = {**x.columns, **out}
    sound = ~fresh | (low & _indices_sound(every) & _fresh_chloride(every))
    sound &= _steel(every) & _assumed(every) & _slow_enough(every) & (out["treated_allowed"] == 1) & _pH_sound(every)
    out["C_r_bound"] = lines.clipped(rate, sound)
    return out | {"C_r": parts.concluded(out["C_r_bound"])}


def _treated_allowed(x: Inputs, case: AnyArray, figure: bool) -> BoolArray:
    treated = (case == 4) | (case == 5)
    once = x["cooling_system"] == SYSTEMS.index("once_through_fresh")
    sea = x["cooling_system"] == SYSTEMS.index("once_through_seawater")
    return np.asarray(~treated | ~(sea | (once & (not figure))))


def _indices_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    inside = at_least(c["pH_sat"], 0.0) & at_most(c["pH_sat"], 14.0) & at_least(c["RSI"], 0.0)
    return np.asarray(inside | np.isnan(c["RSI"]))


def _steel(c: Mapping[str, AnyArray]) -> BoolArray:
    carbon = parts.group_of(NAME, c["rate_material"]) == 0
    return np.asarray(carbon | ~np.isin(c["rate_case"], [FRESH, 2, 3]))


def _aqueous(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.isin(c["rate_case"], [FRESH, 4, 5])


def _assumed(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(((c["MIC_control"] != 0) & (c["deposits"] != 1)) | ~_aqueous(c))


def _slow_enough(c: Mapping[str, AnyArray]) -> BoolArray:
    v = c["velocity_m_s"]
    span = at_least(v, 0.0) & at_most(v, value(NAME, "v_max"))
    return np.asarray(np.isnan(v) | span | ~np.isin(c["rate_case"], [FRESH, 2, 3]))


def _pH_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    span = at_least(c["pH"], value(NAME, "pH_min")) & at_most(c["pH"], value(NAME, "pH_max"))
    return np.asarray(np.isnan(c["pH"]) | span | ~_aqueous(c))


def _fresh_chloride(c: Mapping[str, AnyArray]) -> BoolArray:
    once = (c["rate_case"] == FRESH) & (c["cooling_system"] == SYSTEMS.index("once_through_fresh"))
    Cl = c["chloride_ppmw"]
    return np.asarray(~once | np.isnan(Cl) | ~at_least(Cl, value(NAME, "Cl_fresh_ppmw")))


_LIMITS = (
    Limit("rates.cooling_material", _REF, _steel),
    Limit("rates.cooling_assumptions", API581_2016.at(_A + "§11.1.10"), _assumed),
    Limit("rates.cooling_pH", API581_2016.at(_A + "§11.1.10"), _pH_sound),
    Limit("rates.cooling_velocity", API581_2016.at(_A + "§11.1.10"), _slow_enough),
    Limit("rates.cooling_treated", API581_2016.at(_A + "§11.3.2.2"), lambda c: c["treated_allowed"] == 1),
    Limit("rates.cooling_fresh_chloride", API581_2016.at(_A + "§11.3.2.2"), _fresh_chloride),
    Limit(
        "rates.cooling_saturation_known",
        API581_2016.at(_COEFFICIENTS),
        lambda c: c["sat_case"] != SAT_CASES.index("none"),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rates.cooling_coefficients",
        API581_2016.at(_COEFFICIENTS),
        lambda c: (c["sat_case"] != 1) | ~np.isnan(c["pH_sat"]),
    ),
    Limit(
        "rates.cooling_indices",
        API581_2016.at(_A + "§11.3.1"),
        lambda c: _indices_sound(c) | (c["rate_case"] != FRESH),
    ),
    parts.inside("rates.chloride_in_table", API581_2016.at(_BASE), "Cl_side"),
    parts.inside("rates.temperature_in_table", API581_2016.at(_TEMPERATURE), "T_side"),
    Limit(
        "rates.cell_printed",
        API581_2016.at(_TEMPERATURE),
        lambda c: (c["T_side"] != INSIDE) | ~np.isnan(c["F_T"]),
    ),
)

_INPUTS = (
    parts.MATERIAL,
    Param("coupon_rate", "rate", required=False),
    Param("cooling_system", "code", codes=SYSTEMS, needed=lambda c: np.isnan(c["coupon_rate"])),
    Param("treated", "flag", required=False),
    Param("thinning_given", "code", required=False, codes=codes("thinning_type")),
    Param("velocity_m_s", "velocity", needed=_needs_velocity),
    Param("pH", "number", needed=_needs_water),
    Param("MIC_control", "flag", needed=_needs_water),
    Param("deposits", "flag", needed=_needs_water),
    Param("chloride_ppmw", "mass_ppm", needed=_untreated),
    Param("T_metal_C", "temperature", needed=_untreated),
    Param("T_op_C", "temperature", required=False),
    Param("pH_sat", "number", required=False),
    Param("TDS_mg_L", "concentration", required=False),
    Param("Ca_mg_L", "concentration", required=False),
    Param("MOA_mg_L", "concentration", required=False),
)

_OUTPUTS = (
    Param("type_case", "code", codes=TYPE_CASES),
    Param("rate_case", "code", codes=RATE_CASES),
    Param("m_pit", "number"),
    Param("sat_case", "code", codes=SAT_CASES),
    Param("coef_case", "code", codes=LOOKUPS),
    Param("C_w1_case", "code", codes=C1_CASES),
    Param("C_w1", "number"),
    *lines.line_outputs("C_w2", "temperature", "number"),
    *lines.line_outputs("C_w3", "concentration", "number"),
    *lines.line_outputs("C_w4", "concentration", "number"),
    Param("LSI", "number"),
    Param("RSI", "number"),
    Param("cooling_base_case", "code", codes=BASE_CASES),
    Param("lookup_case", "code", codes=LOOKUPS),
    *lines.line_outputs("C_base", "mass_ppm", "rate"),
    Param("arg_case", "code", codes=ARG_CASES),
    Param("T_arg_C", "temperature"),
    *lines.line_outputs("F_T", "temperature", "number"),
    Param("F_V_case", "code", codes=F_V_CASES),
    Param("F_V", "number"),
    *parts.COMMON_OUTPUTS,
)

_FRESH = ("rate_case", "fresh")
_HOW = {c: c for c in LOOKUPS}


def _difference(unit: str) -> Step:
    bind = {"T_ref": f"T_ref_{unit}", "T_zero": f"T_zero_{unit}"}
    return Step(cl.difference_argument, "T_arg_C", bind, when=("arg_case", f"difference_{unit}"))


def _velocity_steps(unit: str) -> tuple[Step, ...]:
    slow = {"a_V": f"a_V_{unit}", "v_1": f"v_1_{unit}"}
    fast = {"b_V": f"b_V_{unit}", "v_2": f"v_2_{unit}"}
    return (
        Step(cl.slow_factor, "F_V", slow, when=("F_V_case", f"slow_{unit}")),
        Step(cl.fast_factor, "F_V", fast, when=("F_V_case", f"fast_{unit}")),
    )


def _sea(unit: str) -> Step:
    bind = {k: f"{k}_{unit}" for k in ("k_C", "k_v", "s_0", "s_1", "s_2", "s_3")}
    return Step(cl.seawater_rate, "C_r_bound", bind, when=("rate_case", f"seawater_{unit}"))


_STEPS = (
    Step(kind_of_thinning, "thinning_type", note_params=("thinning_type", "type_case")),
    Step(selection, "rate_case", {"table": "cooling_system"}, note_params=("rate_case", "cooling_system")),
    Step(cl.coupon_rate, "C_r_bound", when=("rate_case", "coupon")),
    Step(factors.constant, "C_w1", {"y_0": "C_1_low"}, when=("C_w1_case", "low")),
    Step(factors.constant, "C_w1", {"y_0": "C_1_high"}, when=("C_w1_case", "high")),
    Step(
        coefficients,
        "sat_case",
        {"table": "sat_case"},
        when=("sat_case", "computed"),
        note_params=(
            *("C_w2_lo", "C_w2_hi", "C_w3_lo", "C_w3_hi", "C_w4_lo", "C_w4_hi"),
            *("sat_case", "coef_case", "table_verified"),
        ),
    ),
    *lines.line_steps("C_w2", "T_op_C", _HOW, "coef_case"),
    *lines.line_steps("C_w3", "Ca_mg_L", _HOW, "coef_case"),
    *lines.line_steps("C_w4", "MOA_mg_L", _HOW, "coef_case"),
    Step(cl.saturation_pH, "pH_sat", when=("sat_case", "computed")),
    Step(cl.langelier, "LSI", when=_FRESH),
    Step(cl.ryznar, "RSI", when=_FRESH),
    Step(
        base_cells,
        "cooling_base_case",
        {"table": "cooling_base_case"},
        when=_FRESH,
        note_params=("cooling_base_case", "C_base_lo", "C_base_hi", "lookup_case", "table_verified"),
    ),
    *lines.line_steps("C_base", "chloride_ppmw", _HOW, "lookup_case"),
    Step(cl.operating_argument, "T_arg_C", when=("arg_case", "operating")),
    *(_difference(u) for u in UNITS),
    Step(
        factor_cells,
        "cooling_system",
        {"table": "cooling_system"},
        when=_FRESH,
        note_params=("cooling_system", "F_T_lo", "F_T_hi", "lookup_case", "table_verified"),
    ),
    *lines.line_steps("F_T", "T_arg_C", _HOW, "lookup_case"),
    *(s for u in UNITS for s in _velocity_steps(u)),
    Step(cl.still_factor, "F_V", when=("F_V_case", "between")),
    Step(cl.fresh_rate, "C_r_bound", when=_FRESH),
    *(_sea(u) for u in UNITS),
    Step(factors.constant, "C_r_bound", {"y_0": "C_r_treated_general"}, when=("rate_case", "treated_general")),
    Step(factors.constant, "C_r_bound", {"y_0": "C_r_treated_local"}, when=("rate_case", "treated_local")),
    Step(factors.constant, "C_r_bound", {"y_0": "C_r_other"}, when=("rate_case", "other_material")),
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
    settings=(
        "rbi.rate_tables",
        "rbi.rate_lookup",
        "rbi.rate_cooling_temperature",
        "rbi.rate_cooling_misordered",
        "rbi.rate_cooling_C4",
        "rbi.rate_cooling_blank_rows",
        "rbi.rate_once_through_treated",
        "rbi.rate_pit_multiplier",
    ),
)


def _from_frames(case: RiskCase) -> Mapping[str, AnyArray]:
    return {"T_metal_C": parts.metal_temperature(case)}


MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE, _from_frames)))
