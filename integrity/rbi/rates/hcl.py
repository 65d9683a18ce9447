"""Rate in dilute hydrochloric acid: by pH (or chloride) and temperature for steels, by chloride for high alloys."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import raw
from integrity.rbi.rates import Columns as Rows
from integrity.rbi.rates import RateModel, recorded, register_rate
from integrity.rbi.rates import grid as g
from integrity.rbi.rates.printed import capped, group_of_material, printed, units_of

KEY = "api581.2016.rate_hcl"
FILE = "rate_hcl"
FAMILIES = ("pH_table", "chloride_table", "no_water")
PH_BASES = ("given", "chloride", "none")
GAP_CASES = ("in_band", "in_gap", "above")
ALLOYS = ("alloy_20", "alloy_400", "alloy_625", "alloy_825", "alloy_b2", "alloy_c276")
OXIDANT_ALLOYS = ("alloy_400", "alloy_b2")

_PLACE = "Part 2 Annex 2.B §2"
_PRINTED = printed(FILE)
_PH_GROUPS = 2
_PH_AXIS = g.Axis("pH_used", "number", "pH_lo", "pH_hi", "w_pH")
_CL_AXIS = g.Axis("chloride_ppmw", "mass_ppm", "chloride_lo", "chloride_hi", "w_chloride")
_T_AXIS = g.Axis("T_op_C", "temperature", "T_lo_C", "T_hi_C", "w_T")


def _is(material: IntArray, names: tuple[str, ...]) -> BoolArray:
    return np.isin(material, [index_of("rate_material", m) for m in names])


def _bands() -> FloatArray:
    return np.asarray(raw(FILE)["tables"]["chloride_pH"]["rows"], dtype=np.float64)


def chloride_band(chloride_ppmw: FloatArray) -> tuple[FloatArray, IntArray]:
    """pH of the chloride band, and whether the chloride lies in a band.

    Parameters
    ----------
    chloride_ppmw : ndarray
        Chloride of the separated water, ppm by weight.

    Returns
    -------
    pH : ndarray of float64
        Between two printed bands that of the higher chloride; NaN above the last band.
    case : ndarray of int64
        Index of `GAP_CASES`; -1 where missing. The first band ends below its printed end, which is the next one's.
    """
    bands = _bands()
    slack = chloride_ppmw * 1e-9
    row = np.zeros(chloride_ppmw.shape, dtype=np.int64)
    for i, (_, end, _) in enumerate(bands):
        row += (chloride_ppmw + slack >= end) if i == 0 else (chloride_ppmw - slack > end)
    table = np.vstack([bands, np.full((1, 3), np.nan)])
    start = table[row, 0]
    known = chloride_ppmw >= 0.0
    case = stack_codes(
        (~known, NO_CODE),
        (row == len(bands), GAP_CASES.index("above")),
        (chloride_ppmw + slack < start, GAP_CASES.index("in_gap")),
        default=GAP_CASES.index("in_band"),
    )
    return np.where(known, table[row, 2], np.nan), case


@clause(
    API581_2016.at(_PLACE, "pH estimated from chloride"),
    symbol="pH_used",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rates.note.pH_chloride",
)
def pH_of_chloride(chloride_ppmw: FloatArray) -> FloatArray:
    """pH of the band of the chloride, where nothing alkaline is in the water.

    Parameters
    ----------
    chloride_ppmw : ndarray
        ppm by weight.

    Returns
    -------
    ndarray of float64
        NaN above the last band.
    """
    return chloride_band(chloride_ppmw)[0]


@clause(API581_2016.at(_PLACE, "pH as measured"), symbol="pH_used", expr="pH", quantity="number")
def pH_as_given(pH: FloatArray) -> FloatArray:
    """pH of the separated water as measured.

    Parameters
    ----------
    pH : ndarray

    Returns
    -------
    ndarray of float64
    """
    return pH


@clause(
    API581_2016.at(_PLACE, "No free water, no attack by hydrochloric acid"), symbol="C_r", expr="0", quantity="rate"
)
def no_attack() -> float:
    """Rate where there is no free water: of this mechanism only.

    Returns
    -------
    float, mm/year
    """
    return 0.0


_cells_pH = g.cells_of(_PLACE, "rates.note.cells_hcl_pH")
_cells_chloride = g.cells_of(_PLACE, "rates.note.cells_hcl_chloride")
_type_of = g.local_or_general("Part 2 Annex 2.B §1.2", "rates.note.thinning_hcl")


def _family(x: Inputs, group: IntArray) -> IntArray:
    return stack_codes(
        (x["free_water"] == 0, FAMILIES.index("no_water")),
        (group < 0, NO_CODE),
        (group < _PH_GROUPS, FAMILIES.index("pH_table")),
        default=FAMILIES.index("chloride_table"),
    )


def _acidity(x: Inputs, by_pH: BoolArray) -> Columns:
    estimate, gap = chloride_band(x["chloride_ppmw"])
    given = ~np.isnan(x["pH"])
    basis = stack_codes(
        (~by_pH, NO_CODE), (given, 0), (np.isnan(x["chloride_ppmw"]), PH_BASES.index("none")), default=1
    )
    used = np.where(by_pH, np.where(given, x["pH"], estimate), np.nan)
    return {"pH_basis": basis, "pH_used": used, "chloride_case": gap}


def _compute(x: Inputs) -> Columns:
    units = units_of(x.settings)
    group = group_of_material(FILE)[x["rate_material"]]
    out: Columns = {"rate_family": _family(x, group)}
    wet = out["rate_family"] != FAMILIES.index("no_water")
    by_pH = out["rate_family"] == FAMILIES.index("pH_table")
    out |= _acidity(x, by_pH)
    # Without word on oxidants the row is refused; its bound is that of the table with oxidants.
    oxidised = _is(x["rate_material"], OXIDANT_ALLOYS) & (x["oxidants_present"] != 0)
    table = _PRINTED.index(np.where(wet, group + np.where(oxidised, 2, 0), -1), units)
    first = g.bracket(_PRINTED.grid, 0, table, np.where(by_pH, out["pH_used"], x["chloride_ppmw"]))
    T = g.bracket(_PRINTED.grid, 1, table, x["T_op_C"])
    axes = (g.Axis("x", "number", "x_lo", "x_hi", "w_x"), _T_AXIS)
    found = g.lookup(_PRINTED.grid, table, axes, (first, T), x.settings.code("rbi.rate_lookup"))
    for axis, rows in ((_PH_AXIS, by_pH), (_CL_AXIS, ~by_pH)):
        for name, source in ((axis.lo, "x_lo"), (axis.hi, "x_hi")):
            out[name] = np.where(rows, found[source], np.nan)
    out |= {k: v for k, v in found.items() if not k.startswith("x_")}
    out["rate_table"], out["pH_case"] = table, np.where(by_pH, first.case, -1)
    out["chloride_axis_case"], out["T_case"] = np.where(by_pH, -1, first.case), T.case
    out["C_r"] = np.where(wet, g.taken(out["C_tab"]), no_attack())
    out["thinning_type"] = np.full(x.n, codes("thinning_type").index("local"))
    out["rate_capped"] = capped(FILE, out["cell_max"], units)
    out["table_verified"] = np.zeros(x.n, dtype=np.int64)
    out["gap_policy"] = np.full(x.n, _GAPS.index(x.settings.code("rbi.hcl_chloride_gap")))
    out["C_r_bound"] = np.where(_bounded(x, out), out["C_tab"], np.nan)
    return out


def _bounded(x: Inputs, out: Columns) -> BoolArray:
    """Rows whose border of the table is no milder than they are: cooler, less acid, less chloride, less oxidised."""
    T_ok = out["T_case"] <= g.BELOW
    pH_ok = np.isin(out["pH_case"], (g.INSIDE, g.ABOVE)) | (out["rate_family"] != FAMILIES.index("pH_table"))
    cl_ok = (out["chloride_axis_case"] <= g.BELOW) & ~(x["chloride_ppmw"] < 0.0)
    estimated = (out["rate_family"] == 0) & (out["pH_basis"] == 1)
    unsure = estimated & ((x["alkaline_agents"] != 0) | (~_gap_allowed(out)))
    beyond = (out["T_case"] == g.BELOW) | (out["pH_case"] == g.ABOVE) | (out["chloride_axis_case"] == g.BELOW)
    blank = _is(x["rate_material"], OXIDANT_ALLOYS) & (x["oxidants_present"] < 0)
    return np.asarray(T_ok & pH_ok & cl_ok & (beyond | unsure | blank))


_GAPS = ("lower_pH", "refuse")


def _gap_allowed(c: Rows) -> BoolArray:
    return np.asarray((c["chloride_case"] != GAP_CASES.index("in_gap")) | (c["gap_policy"] == 0))


def _by_estimate(c: Rows) -> BoolArray:
    return np.asarray((c["rate_family"] == FAMILIES.index("pH_table")) & (c["pH_basis"] == PH_BASES.index("chloride")))


_LIMITS = (
    Limit(
        "rates.material_in_table",
        API581_2016.at(_PLACE),
        lambda c: (c["rate_family"] >= 0) | (c["rate_material"] < 0),
    ),
    Limit(
        "rates.pH_known",
        API581_2016.at(_PLACE),
        lambda c: (
            ((c["rate_family"] != FAMILIES.index("pH_table")) | (c["pH_basis"] < PH_BASES.index("none")))
            & (~_by_estimate(c) | (c["alkaline_agents"] == 0))
        ),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rates.chloride_in_band",
        API581_2016.at(_PLACE),
        lambda c: ~_by_estimate(c) | ((c["chloride_case"] != GAP_CASES.index("above")) & _gap_allowed(c)),
    ),
    Limit("rates.pH_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["pH_case"])),
    Limit("rates.chloride_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["chloride_axis_case"])),
    Limit("rates.temperature_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["T_case"])),
)

_INPUTS = (
    Param("rate_material", "code", codes=codes("rate_material"), needed=lambda c: c["free_water"] != 0),
    Param("T_op_C", "temperature", needed=lambda c: c["free_water"] != 0),
    Param("free_water", "flag", required=False),
    Param("pH", "number", required=False),
    Param("chloride_ppmw", "mass_ppm", needed=lambda c: (c["free_water"] != 0) & _is(c["rate_material"], ALLOYS)),
    Param("alkaline_agents", "flag", required=False),
    Param(
        "oxidants_present", "flag", needed=lambda c: (c["free_water"] != 0) & _is(c["rate_material"], OXIDANT_ALLOYS)
    ),
)

_OUTPUTS = (
    Param("rate_family", "code", codes=FAMILIES),
    Param("pH_basis", "code", codes=PH_BASES),
    Param("chloride_case", "code", codes=GAP_CASES),
    Param("gap_policy", "code", codes=_GAPS),
    Param("pH_used", "number"),
    Param("rate_table", "code", codes=_PRINTED.tables),
    Param("table_verified", "flag"),
    Param("pH_case", "code", codes=g.AXIS_CASES),
    Param("chloride_axis_case", "code", codes=g.AXIS_CASES),
    Param("T_case", "code", codes=g.AXIS_CASES),
    Param("pH_lo", "number"),
    Param("pH_hi", "number"),
    Param("chloride_lo", "mass_ppm"),
    Param("chloride_hi", "mass_ppm"),
    Param("w_x", "ratio"),
    Param("T_lo_C", "temperature"),
    Param("T_hi_C", "temperature"),
    Param("w_T", "ratio"),
    *(Param(n, "rate") for n in g.corners(2)),
    Param("lookup_case", "code", codes=g.LOOKUPS),
    Param("cell_max", "rate"),
    Param("C_tab", "rate"),
    Param("rate_capped", "flag"),
    Param("C_r_bound", "rate"),
    Param("thinning_type", "code", codes=codes("thinning_type"), conclusion=True),
    Param("C_r", "rate", conclusion=True),
)

_BY_PH, _BY_CHLORIDE, _DRY = (("rate_family", f) for f in FAMILIES)
_X_AXIS = g.Axis("x", "number", "x_lo", "x_hi", "w_x")
_STEPS = (
    Step(pH_as_given, "pH_used", when=("pH_basis", "given")),
    Step(pH_of_chloride, "pH_used", when=("pH_basis", "chloride"), note_params=("chloride_ppmw", "chloride_case")),
    g.shown_cells((_PH_AXIS, _T_AXIS), _cells_pH, _BY_PH),
    g.shown_cells((_CL_AXIS, _T_AXIS), _cells_chloride, _BY_CHLORIDE),
    Step(g.weight, "w_x", {"x": "pH_used", "x_lo": "pH_lo", "x_hi": "pH_hi"}, _BY_PH),
    Step(g.weight, "w_x", {"x": "chloride_ppmw", "x_lo": "chloride_lo", "x_hi": "chloride_hi"}, _BY_CHLORIDE),
    *(Step(g.weight, "w_T", {"x": "T_op_C", "x_lo": "T_lo_C", "x_hi": "T_hi_C"}, w) for w in (_BY_PH, _BY_CHLORIDE)),
    *g.rate_steps((_X_AXIS, _T_AXIS)),
    Step(_type_of, "thinning_type"),
    Step(no_attack, "C_r", when=_DRY),
    Step(g.taken, "C_r", when=_BY_PH),
    Step(g.taken, "C_r", when=_BY_CHLORIDE),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at(_PLACE, "Corrosion by hydrochloric acid"),
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    settings=("rbi.rate_lookup", "rbi.rate_tables", "rbi.hcl_chloride_gap"),
)
MODEL = register_rate(RateModel("rate_hcl", PROCEDURE, recorded(PROCEDURE)))
