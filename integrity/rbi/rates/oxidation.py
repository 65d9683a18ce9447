"""Rate of high-temperature oxidation: alloy and metal temperature (API RP 581 Part 2 Annex 2.B section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from integrity.core.arrays import AnyArray, FloatArray, at_least
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, raw
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates.grid import BELOW, INSIDE, LOOKUPS, UNITS, Grid
from integrity.rbi.rates.lines import celsius, in_unit
from integrity.rbi.rates.parts import value

NAME = "rate_oxidation"
KEY = f"api581.2016.{NAME}"
ALLOYS = tuple(raw(NAME)["tables"]["base_si"]["keys"])
_REF = API581_2016.at("Part 2 Annex 2.B §9", "Rate of high-temperature oxidation")
_BASE = "Part 2 Annex 2.B Tables 2.B.9.2M, 2.B.9.3M"
_SCREEN = API581_2016.at("Part 2 Annex 2.B Table 2.B.1.1")


@cache
def base_grid() -> Grid:
    """Rates by metal temperature, one table an alloy, SI tables first; a dash is NaN.

    Returns
    -------
    Grid
    """
    nodes, rows = [], []
    for unit in UNITS:
        t = raw(NAME)["tables"][f"base_{unit}"]
        nodes += [celsius(t["column_nodes"], unit)] * len(t["rows"])
        rows += list(in_unit([[np.nan if r is None else r for r in row] for row in t["rows"]], unit))
    return lines.one_way(nodes, rows)


@clause(
    API581_2016.at("Part 2 Annex 2.B §9.3", "Rate of high-temperature oxidation"),
    symbol="C_r_bound",
    expr="C_tab",
    quantity="rate",
)
def oxidation_rate(C_tab: FloatArray) -> FloatArray:
    """Rate of the table.

    Parameters
    ----------
    C_tab : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_tab


cells = factors.shown(_BASE, "Rate by alloy and metal temperature", "rates.note.oxidation")
kind_of_thinning = factors.typed("Part 2 Annex 2.B Table 2.B.1.2", "rates.note.type_always")


def _compute(x: Inputs) -> Columns:
    unit = parts.unit_set(x)
    alloy = parts.group_of(NAME, x["rate_material"])
    how = x.settings.code("rbi.rate_lookup")
    table = np.where(alloy >= 0, alloy + UNITS.index(unit) * len(ALLOYS), -1)
    out: Columns = {**parts.common(x), "alloy": alloy}
    out["lookup_case"] = np.where(table >= 0, LOOKUPS.index(how), LOOKUPS.index("none"))
    found, b = lines.line_lookup(base_grid(), table, x["T_metal_C"], "C_tab", how)
    out |= {**found, "T_side": b.case, "cell_printed": (~np.isnan(found["C_tab"])).astype(np.int64)}
    hot = at_least(x["T_metal_C"], value(NAME, f"T_screen_{unit}"))
    out |= {"hot": hot.astype(np.int64), "thinning_type": np.zeros(x.n, dtype=np.int64)}
    sound = lines.border_ok(b, BELOW) & hot & (x["oxygen_present"] != 0)
    out["C_r_bound"] = lines.clipped(oxidation_rate(found["C_tab"]), sound)
    return out | {"C_r": parts.concluded(out["C_r_bound"])}


_LIMITS = (
    Limit("rates.oxidation_material", _REF, parts.in_groups(NAME, *ALLOYS)),
    Limit("rates.oxidation_oxygen", _SCREEN, lambda c: c["oxygen_present"] != 0),
    Limit("rates.oxidation_hot", _SCREEN, lambda c: (c["hot"] == 1) | np.isnan(c["T_metal_C"])),
    parts.inside("rates.temperature_in_table", API581_2016.at(_BASE), "T_side"),
    Limit(
        "rates.cell_printed", API581_2016.at(_BASE), lambda c: (c["cell_printed"] == 1) | (c["T_side"] != INSIDE)
    ),
)

_INPUTS = (
    parts.MATERIAL,
    Param("T_metal_C", "temperature"),
    Param("oxygen_present", "flag"),
)

_OUTPUTS = (
    Param("alloy", "code", codes=ALLOYS),
    Param("hot", "code", codes=parts.YES_NO),
    Param("lookup_case", "code", codes=LOOKUPS),
    *lines.line_outputs("C_tab", "temperature", "rate"),
    Param("cell_printed", "code", codes=parts.YES_NO),
    *parts.COMMON_OUTPUTS,
)

_STEPS = (
    Step(
        cells,
        "unit_case",
        {"table": "unit_case"},
        note_params=("unit_case", "alloy", "C_tab_lo", "C_tab_hi", "lookup_case", "table_verified"),
    ),
    *lines.line_steps("C_tab", "T_metal_C", {c: c for c in LOOKUPS}, "lookup_case"),
    Step(oxidation_rate, "C_r_bound"),
    Step(kind_of_thinning, "thinning_type", note_params=("thinning_type",)),
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
    settings=("rbi.rate_tables", "rbi.rate_lookup"),
)


def _from_frames(case: RiskCase) -> Mapping[str, AnyArray]:
    return {"T_metal_C": parts.metal_temperature(case)}


MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE, _from_frames)))
