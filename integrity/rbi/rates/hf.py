"""Rate in hydrofluoric acid: concentration, temperature, velocity, residual elements or oxidants."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.rbi.data import constants
from integrity.rbi.rates import Columns as Rows
from integrity.rbi.rates import RateModel, recorded, register_rate
from integrity.rbi.rates import grid as g
from integrity.rbi.rates.printed import capped, printed, units_of

KEY = "api581.2016.rate_hf"
FILE = "rate_hf"
RESIDUALS = ("low", "high")
CONCENTRATIONS = ("as_given", "last_column")
VELOCITIES = ("low", "high", "not_used")
POLICIES = ("last_column", "refuse")

_PLACE = "Part 2 Annex 2.B §6"
_PRINTED = printed(FILE)
_AXES = (
    g.Axis("HF_used_wt", "mass_percent", "acid_lo_wt", "acid_hi_wt", "w_acid"),
    g.Axis("T_op_C", "temperature", "T_lo_C", "T_hi_C", "w_T"),
)
_LAST = float(_PRINTED.grid.nodes[0][0, _PRINTED.grid.last[0][0]])
_BEFORE_LAST = float(_PRINTED.grid.nodes[0][0, _PRINTED.grid.last[0][0] - 1])


@clause(API581_2016.at(_PLACE, "Concentration as given"), symbol="HF_used_wt", expr="HF_wt", quantity="mass_percent")
def as_given(HF_wt: FloatArray) -> FloatArray:
    """Concentration with which the table is entered.

    Parameters
    ----------
    HF_wt : ndarray
        Acid in water, percent by weight.

    Returns
    -------
    ndarray of float64, percent by weight
    """
    return HF_wt


@clause(
    API581_2016.at(_PLACE, "Concentrated acid: last column of the table"),
    symbol="HF_used_wt",
    expr="min(HF_wt, HF_last_wt)",
    quantity="mass_percent",
)
def last_column(HF_wt: FloatArray, HF_last_wt: FloatArray) -> FloatArray:
    """Concentration of the last column for stronger acid.

    Parameters
    ----------
    HF_wt : ndarray
        Acid in water, percent by weight.
    HF_last_wt : ndarray
        Last column of the table, percent by weight.

    Returns
    -------
    ndarray of float64, percent by weight
    """
    return np.minimum(HF_wt, HF_last_wt)


_cells = g.cells_of(_PLACE, "rates.note.cells_hf")
_type_of = g.local_or_general("Part 2 Annex 2.B §1.2", "rates.note.thinning_hf")


def _is(c: Rows, material: str) -> BoolArray:
    return np.asarray(c["rate_material"] == index_of("rate_material", material))


def _needs_residuals(c: Rows) -> BoolArray:
    return _is(c, "carbon_steel") & ~at_most(c["HF_wt"], _BEFORE_LAST) & ~np.isnan(c["HF_wt"])


def _table(x: Inputs, units: str) -> tuple[IntArray, IntArray]:
    """Table of material, velocity, residual elements and oxidants; what nobody says is taken as the worse."""
    carbon, v = _is(x.columns, "carbon_steel"), x["velocity_m_s"]
    fast = np.isnan(v) | at_least(v, constants(FILE)[f"v_high_{units}"].value)
    velocity = np.where(carbon, fast.astype(np.int64), VELOCITIES.index("not_used"))
    first = _PRINTED.groups.index("alloy_400 no oxidants")
    group = np.where(
        carbon,
        2 * fast + (_needs_residuals(x.columns) & (x["residual_elements"] != RESIDUALS.index("low"))),
        np.where(_is(x.columns, "alloy_400"), first + (x["oxidants_present"] != 0), NO_CODE),
    )
    return _PRINTED.index(group, units), np.where(group < 0, NO_CODE, velocity)


def _compute(x: Inputs) -> Columns:
    units = units_of(x.settings)
    table, velocity = _table(x, units)
    strong = ~at_most(x["HF_wt"], _LAST) & ~np.isnan(x["HF_wt"])
    out: Columns = {
        "concentration_case": np.where(np.isnan(x["HF_wt"]), NO_CODE, strong.astype(np.int64)),
        "strong_policy": np.full(x.n, POLICIES.index(x.settings.code("rbi.hf_above_81"))),
        "HF_last_wt": np.full(x.n, _LAST),
        "velocity_case": velocity,
        "rate_table": table,
    }
    out["HF_used_wt"] = np.where(strong, last_column(x["HF_wt"], out["HF_last_wt"]), as_given(x["HF_wt"]))
    acid = g.bracket(_PRINTED.grid, 0, table, out["HF_used_wt"])
    T = g.bracket(_PRINTED.grid, 1, table, x["T_op_C"])
    out |= g.lookup(_PRINTED.grid, table, _AXES, (acid, T), x.settings.code("rbi.rate_lookup"))
    out |= {"acid_case": acid.case, "T_case": T.case}
    out["rate_capped"] = capped(FILE, out["cell_max"], units)
    out["table_verified"] = np.zeros(x.n, dtype=np.int64)
    out["thinning_type"] = _thinning(x)
    out["C_r"] = g.taken(out["C_tab"])
    out["C_r_bound"] = _bound(x, out)
    return out


def _thinning(x: Inputs) -> IntArray:
    names = codes("thinning_type")
    kind = names.index(x.settings.code("rbi.hf_thinning_type"))
    return np.full(x.n, kind, dtype=np.int64)


def _bound(x: Inputs, out: Columns) -> FloatArray:
    """Border of the table where cooler or weaker; the worse table where velocity, residuals or oxidants are blank."""
    carbon = _is(x.columns, "carbon_steel")
    blank = carbon & (np.isnan(x["velocity_m_s"]) | (_needs_residuals(x.columns) & (x["residual_elements"] < 0)))
    blank |= _is(x.columns, "alloy_400") & (x["oxidants_present"] < 0)
    milder = (out["acid_case"] == g.BELOW) | (out["T_case"] == g.BELOW)
    strong = out["concentration_case"] == CONCENTRATIONS.index("last_column")
    usable = (out["T_case"] <= g.BELOW) & (x["galvanic_coupling"] != 1) & _not_negative(x.columns)
    usable &= ~strong | (out["strong_policy"] == 0)
    return np.where(usable & (milder | blank), out["C_tab"], np.nan)


def _not_negative(c: Rows) -> BoolArray:
    return ~((c["HF_wt"] < 0.0) | (c["velocity_m_s"] < 0.0))


_LIMITS = (
    Limit(
        "rates.material_in_table",
        API581_2016.at(_PLACE),
        lambda c: (c["rate_table"] >= 0) | (c["rate_material"] < 0),
    ),
    Limit("rates.not_negative", API581_2016.at(_PLACE), _not_negative),
    Limit(
        "rates.acid_in_table",
        API581_2016.at(_PLACE),
        lambda c: g.inside_or_missing(c["acid_case"]) & ((c["concentration_case"] != 1) | (c["strong_policy"] == 0)),
    ),
    Limit("rates.temperature_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["T_case"])),
    Limit("rates.no_galvanic_coupling", API581_2016.at(_PLACE), lambda c: c["galvanic_coupling"] != 1),
)

_INPUTS = (
    Param("rate_material", "code", codes=codes("rate_material")),
    Param("T_op_C", "temperature"),
    Param("HF_wt", "mass_percent"),
    Param("velocity_m_s", "velocity", needed=lambda c: _is(c, "carbon_steel")),
    Param("residual_elements", "code", codes=RESIDUALS, needed=_needs_residuals),
    Param("oxidants_present", "flag", needed=lambda c: _is(c, "alloy_400")),
    Param("galvanic_coupling", "flag", required=False),
)

_OUTPUTS = (
    Param("concentration_case", "code", codes=CONCENTRATIONS),
    Param("strong_policy", "code", codes=POLICIES),
    Param("HF_last_wt", "mass_percent"),
    Param("HF_used_wt", "mass_percent"),
    Param("velocity_case", "code", codes=VELOCITIES),
    Param("rate_table", "code", codes=_PRINTED.tables),
    Param("table_verified", "flag"),
    Param("acid_case", "code", codes=g.AXIS_CASES),
    Param("T_case", "code", codes=g.AXIS_CASES),
    *g.lookup_outputs(_AXES),
    Param("rate_capped", "flag"),
    Param("C_r_bound", "rate"),
    Param("thinning_type", "code", codes=codes("thinning_type"), conclusion=True),
    Param("C_r", "rate", conclusion=True),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at(_PLACE, "Corrosion by hydrofluoric acid"),
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=(
        Step(as_given, "HF_used_wt", when=("concentration_case", "as_given")),
        Step(last_column, "HF_used_wt", when=("concentration_case", "last_column")),
        *g.lookup_steps(_AXES, _cells, ("velocity_case",)),
        Step(_type_of, "thinning_type"),
        Step(g.taken, "C_r"),
    ),
    constants=constants(FILE),
    settings=("rbi.rate_lookup", "rbi.rate_tables", "rbi.hf_above_81", "rbi.hf_thinning_type"),
)
MODEL = register_rate(RateModel("rate_hf", PROCEDURE, recorded(PROCEDURE)))
