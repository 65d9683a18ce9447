"""Rate of amine solutions: loading, salts, temperature, velocity, strength (API RP 581 Part 2 Annex 2.B section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import constants, keyed, raw
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates.grid import BELOW, UNITS, Axis, Grid, lookup, lookup_outputs, stacked
from integrity.rbi.rates.lines import celsius, in_unit
from integrity.rbi.rates.parts import value

NAME = "rate_amine"
KEY = f"api581.2016.{NAME}"
AMINES = ("mea", "dea", "mdea")
FAMILIES = ("mea_dea", "mdea")
CONTAMINATION = ("low", "middle", "high")
BANDS = ("low", "high")
REGIMES = ("lean", "rich")
GAP_CASES = ("none", "first_rich_row", "lean_row", "refused")
RATE_CASES = ("carbon", "stainless")
STRENGTHS = keyed(NAME, "strength").keys
AXES = (
    Axis("loading_row", "number", "loading_lo", "loading_hi", "w_loading"),
    Axis("T_row", "temperature", "T_lo", "T_hi", "w_T"),
)
_REF = API581_2016.at("Part 2 Annex 2.B §8", "Rate of amine solutions")
_BASE = "Part 2 Annex 2.B Tables 2.B.8.2M, 2.B.8.3M, 2.B.8.5"
_STRENGTH = "Part 2 Annex 2.B Table 2.B.8.4"


@cache
def base_grid() -> Grid:
    """Rates by loading and temperature; see `_table` for the order of the tables, the last two are of stainless steel.

    Returns
    -------
    Grid
    """
    data = raw(NAME)["tables"]
    tables = []
    for unit in UNITS:
        for family in FAMILIES:
            t = data[f"{family}_{unit}"]
            T = celsius(t["column_nodes"], unit)
            rates = in_unit(t["rows"], unit).reshape(-1, 3, len(T), 2)
            for salts in range(3):
                for band in range(2):
                    cells = rates[:, salts, :, band]
                    tables.append(([t["loading_nodes"][:1], T], cells[:1]))
                    tables.append(([t["loading_nodes"][1:], T], cells[1:]))
    steel = np.asarray(data["stainless"]["rows"])
    for i, unit in enumerate(UNITS):
        limit = [value(NAME, f"T_ss_max_{unit}")]
        tables.append(([list(steel[:, 0]), limit], in_unit(steel[:, 1 + i], unit)[:, None]))
    return stacked(tables)


def _table(unit: int, family: IntArray, salts: IntArray, band: IntArray, regime: IntArray) -> IntArray:
    known = (family >= 0) & (salts >= 0) & (band >= 0) & (regime >= 0)
    return np.where(known, (((unit * 2 + family) * 3 + salts) * 2 + band) * 2 + regime, -1)


@clause(
    API581_2016.at("Part 2 Annex 2.B §8.3", "Rate with the factor of the strength"),
    symbol="C_r_bound",
    expr="C_tab*F_strength",
    quantity="rate",
)
def corrected(C_tab: FloatArray, F_strength: FloatArray) -> FloatArray:
    """Rate of carbon steel, corrected for the strength of the amine.

    Parameters
    ----------
    C_tab : ndarray
        Rate of the table, mm/year.
    F_strength : ndarray

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_tab * F_strength


@clause(
    API581_2016.at("Part 2 Annex 2.B §8.3 Table 2.B.8.5", "Rate of stainless steel in amine"),
    symbol="C_r_bound",
    expr="C_tab",
    quantity="rate",
)
def uncorrected(C_tab: FloatArray) -> FloatArray:
    """Rate of 300 series stainless steel; the strength does not count.

    Parameters
    ----------
    C_tab : ndarray
        Rate of the table, mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_tab


cells = factors.shown(_BASE, "Rate by loading, contamination, temperature and velocity", "rates.note.amine")
strength_factor = factors.picked(
    _STRENGTH, "Factor of the amine strength", "F_strength", "rates.note.amine_strength", lambda: _factors()
)
kind_of_thinning = factors.typed("Part 2 Annex 2.B Table 2.B.1.2", "rates.note.type_velocity")


def _factors() -> FloatArray:
    return keyed(NAME, "strength").rows[:, 2]


def _carbon(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.isin(parts.group_of(NAME, c["rate_material"]), [0, 1])


def _loading(x: Inputs, stainless: BoolArray) -> Columns:
    load = x["acid_gas_loading"]
    lean, rich = value(NAME, "loading_lean"), value(NAME, "loading_rich")
    policy = x.settings.code("rbi.rate_amine_gap")
    is_lean = load < lean * (1.0 - 1e-9)
    gap = ~is_lean & ~at_least(load, rich) & ~np.isnan(load) & ~stainless
    case = np.where(gap, {"first_rich_row": 1, "lean_row": 2, "refuse": 3}[policy], 0)
    as_lean = (is_lean & ~stainless) | (case == 2)
    row = np.select([stainless, as_lean, case == 1], [load, lean, rich], load)
    regime = np.where(np.isnan(load), -1, np.where(is_lean | (case == 2), 0, 1)).astype(np.int64)
    return {"gap_case": case.astype(np.int64), "loading_row": row, "regime": regime}


def _salts(x: Inputs) -> IntArray:
    HSAS, mdea = x["HSAS_wt"], x["amine_type"] == AMINES.index("mdea")
    c = {s: value(NAME, s) for s in ("HSAS_1", "HSAS_2", "acids_1_ppmw", "acids_2_ppmw", "ppm_per_pct")}
    nodes = [value(NAME, f"HSAS_node_{i}") for i in (1, 2, 3)]
    four = np.isclose(HSAS, c["HSAS_2"], rtol=1e-9, atol=0.0)
    at_four = CONTAMINATION.index(x.settings.code("rbi.rate_amine_four"))
    plain = stack_codes(
        (np.isnan(HSAS) | (HSAS < 0.0), -1),
        (at_most(HSAS, c["HSAS_1"]), 0),
        (four, at_four),
        (~at_least(HSAS, c["HSAS_2"]), 1),
        default=2,
    )
    ppm = HSAS * c["ppm_per_pct"]
    if x.settings.code("rbi.rate_amine_acids") == "ppm_bands":
        acids = stack_codes(
            (plain < 0, -1),
            (~at_least(ppm, c["acids_1_ppmw"]), 0),
            (at_most(ppm, c["acids_2_ppmw"]), 1),
            default=2,
        )
    else:
        acids = stack_codes((plain < 0, -1), *((at_most(HSAS, n), i) for i, n in enumerate(nodes)))
    return np.where(mdea, acids, np.where(x["amine_type"] < 0, -1, plain))


def _strength(x: Inputs) -> Columns:
    c, kind = x["amine_wt"], x["amine_type"]
    rows = keyed(NAME, "strength").rows
    refuse = x.settings.code("rbi.rate_amine_strength") == "refuse"
    case, gap = np.full(x.n, -1, dtype=np.int64), np.zeros(x.n, dtype=np.bool_)
    for i in reversed(range(len(STRENGTHS))):
        own = kind == AMINES.index(STRENGTHS[i].split("_")[0])
        top, following = rows[i, 0], rows[i, 1]
        case = np.where(own & (c > 0.0) & (np.isnan(top) | at_most(c, top)), i, case)
        gap |= own & (c > 0.0) & ~at_most(c, top) & (c < following) & ~at_least(c, following)
    case = np.where(gap & refuse, -1, case)
    return {"strength_case": case, "strength_gap": gap.astype(np.int64), "F_strength": strength_factor(case)}


def _compute(x: Inputs) -> Columns:
    unit = parts.unit_set(x)
    group = parts.group_of(NAME, x["rate_material"])
    stainless, carbon = group == 2, _carbon(x.columns)
    out: Columns = {**parts.common(x), **_loading(x, stainless), **_strength(x), "contamination": _salts(x)}
    out["rate_case"] = np.select([carbon, stainless], [0, 1], -1)
    fast = np.where(out["regime"] == 0, value(NAME, f"v_lean_{unit}"), value(NAME, f"v_rich_{unit}"))
    v = x["velocity_m_s"]
    unknown = np.isnan(v) | np.isnan(x["acid_gas_loading"])
    band = np.where(unknown, -1, np.where(at_most(v, fast), 0, 1)).astype(np.int64)
    out |= {"v_general": fast, "velocity_band": band}
    family = np.where(x["amine_type"] < 0, -1, (x["amine_type"] == AMINES.index("mdea")).astype(np.int64))
    index = UNITS.index(unit)
    last = base_grid().cells.shape[0] - 3
    by_carbon = _table(index, family, out["contamination"], band, out["regime"])
    table = np.select([carbon, stainless], [by_carbon, last + index], -1)
    limit = value(NAME, f"T_ss_max_{unit}")
    out["T_row"] = np.where(stainless & at_most(x["T_op_C"], limit), limit, x["T_op_C"])
    ways = [lines.bracket(base_grid(), i, table, out[a.x]) for i, a in enumerate(AXES)]
    out |= {"loading_side": ways[0].case, "T_side": ways[1].case}
    out |= lookup(base_grid(), table, AXES, ways, x.settings.code("rbi.rate_lookup"))
    sound = lines.border_ok(ways[0], BELOW) & lines.border_ok(ways[1], BELOW) & (x["acid_gas_loading"] >= 0.0)
    rate = np.where(carbon, corrected(out["C_tab"], out["F_strength"]), uncorrected(out["C_tab"]))
    out["C_r_bound"] = lines.clipped(rate, sound & ~(v < 0.0))
    out["thinning_type"] = np.where(band == 0, 0, 1).astype(np.int64)
    return out | {"C_r": parts.concluded(out["C_r_bound"])}


_LIMITS = (
    Limit("rates.amine_material", _REF, parts.in_groups(NAME, "carbon", "low_alloy", "stainless")),
    Limit(
        "rates.amine_strength_in_table",
        API581_2016.at(_STRENGTH),
        lambda c: (c["strength_case"] >= 0) | ~_carbon(c) | np.isnan(c["amine_wt"]) | (c["amine_type"] < 0),
    ),
    Limit(
        "rates.amine_salts_in_table",
        API581_2016.at("Part 2 Annex 2.B Table 2.B.8.1"),
        lambda c: (c["contamination"] >= 0) | ~_carbon(c) | np.isnan(c["HSAS_wt"]) | (c["amine_type"] < 0),
    ),
    parts.inside("rates.loading_in_table", API581_2016.at(_BASE), "loading_side"),
    parts.inside("rates.temperature_in_table", API581_2016.at(_BASE), "T_side"),
)

_INPUTS = (
    parts.MATERIAL,
    Param("amine_type", "code", codes=AMINES, needed=_carbon),
    Param("amine_wt", "mass_percent", needed=_carbon),
    Param("acid_gas_loading", "number"),
    Param("HSAS_wt", "mass_percent", needed=_carbon),
    Param("T_op_C", "temperature"),
    Param("velocity_m_s", "velocity", needed=_carbon),
)

_OUTPUTS = (
    Param("rate_case", "code", codes=RATE_CASES),
    Param("gap_case", "code", codes=GAP_CASES),
    Param("regime", "code", codes=REGIMES),
    Param("loading_row", "number"),
    Param("T_row", "temperature"),
    Param("contamination", "code", codes=CONTAMINATION),
    Param("v_general", "velocity"),
    Param("velocity_band", "code", codes=BANDS),
    *lookup_outputs(AXES),
    Param("strength_case", "code", codes=STRENGTHS),
    Param("strength_gap", "code", codes=parts.YES_NO),
    Param("F_strength", "number"),
    *parts.COMMON_OUTPUTS,
)

_TOLD = ("unit_case", "amine_type", "regime", "gap_case", "contamination", "velocity_band", "v_general")
_CARBON = ("rate_case", "carbon")
_STEPS = (
    *lines.table_steps(cells, "unit_case", AXES, told=_TOLD),
    Step(
        strength_factor,
        "F_strength",
        {"row": "strength_case"},
        when=_CARBON,
        note_params=("strength_case", "strength_gap", "table_verified"),
    ),
    Step(corrected, "C_r_bound", when=_CARBON),
    Step(uncorrected, "C_r_bound", when=("rate_case", "stainless")),
    Step(kind_of_thinning, "thinning_type", note_params=("thinning_type", "v_general")),
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
        "rbi.rate_amine_gap",
        "rbi.rate_amine_four",
        "rbi.rate_amine_acids",
        "rbi.rate_amine_strength",
    ),
)

MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE)))
