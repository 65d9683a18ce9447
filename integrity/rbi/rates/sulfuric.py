"""Rate in sulfuric acid: concentration, temperature and velocity."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, BoolArray, FloatArray, IntArray, at_least
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import constants
from integrity.rbi.rates import Columns as Rows
from integrity.rbi.rates import RateModel, recorded, register_rate
from integrity.rbi.rates import grid as g
from integrity.rbi.rates.printed import Printed, capped, group_of_material, printed, units_of

KEY = "api581.2016.rate_sulfuric"
FILE = "rate_sulfuric"
SI_CARBON_STEEL = "2.B.5.2M"
HEADERS = ("ft_s", "m_s", "not_used")
CELL_CASES = ("ordinary", "disputed")
CELL_POLICIES = ("refuse", "as_printed")

_PLACE = "Part 2 Annex 2.B §5"
_FT_S, _M_S = printed(FILE, SI_CARBON_STEEL), printed(FILE)
_CARBON, _304 = _M_S.groups.index("carbon_steel"), _M_S.groups.index("ss_304")
_STAINLESS = (_304, _M_S.groups.index("ss_316"))
# The disputed cell: 75 wt%, middle temperature, highest velocity.
_DISPUTED = (7, 1, 2)
_AXES = (
    g.Axis("H2SO4_wt", "mass_percent", "acid_lo_wt", "acid_hi_wt", "w_acid"),
    g.Axis("T_op_C", "temperature", "T_lo_C", "T_hi_C", "w_T"),
    g.Axis("velocity_m_s", "velocity", "v_lo_m_s", "v_hi_m_s", "w_v"),
)
_cells = g.cells_of(_PLACE, "rates.note.cells_sulfuric")
_type_of = g.local_or_general("Part 2 Annex 2.B §1.2", "rates.note.thinning_sulfuric")


def _tables(x: Inputs) -> tuple[Printed, str]:
    header = x.settings.code("rbi.sulfuric_velocity_header")
    return (_FT_S if header == "ft_s" else _M_S), header


def _limit_velocity(group: IntArray, x: Inputs) -> Columns:
    """Velocity from which thinning is local, by the kind of steel."""
    c, units = constants(FILE), units_of(x.settings)
    body = x.settings.code("rbi.sulfuric_thinning_velocity") == "body"
    carbon = c["v_carbon_steel_body"] if body else c[f"v_carbon_steel_{units}"]
    v = np.where(
        group == _CARBON,
        carbon.value,
        np.where(np.isin(group, _STAINLESS), c[f"v_stainless_{units}"].value, c[f"v_higher_alloy_{units}"].value),
    )
    return {"v_local_m_s": np.where(group < 0, np.nan, v)}


def _thinning(v: Columns, velocity: FloatArray) -> IntArray:
    names = codes("thinning_type")
    local = at_least(velocity, v["v_local_m_s"])
    unknown = np.isnan(velocity) | np.isnan(v["v_local_m_s"])
    return stack_codes((unknown, NO_CODE), (local, names.index("local")), default=names.index("general"))


def _touches(brackets: tuple[g.Bracket, ...]) -> BoolArray:
    hit = [(b.lo == k) | (b.hi == k) for b, k in zip(brackets, _DISPUTED, strict=True)]
    return np.asarray(hit[0] & hit[1] & hit[2])


def _compute(x: Inputs) -> Columns:
    units = units_of(x.settings)
    tables, header = _tables(x)
    group = group_of_material(FILE)[x["rate_material"]]
    table = tables.index(group, units)
    brackets = tuple(g.bracket(tables.grid, i, table, x[a.x]) for i, a in enumerate(_AXES))
    acid, T, v = brackets
    out = g.lookup(tables.grid, table, _AXES, brackets, x.settings.code("rbi.rate_lookup"))
    out |= {"rate_table": table, "acid_case": acid.case, "T_case": T.case, "v_case": v.case}
    in_si = (group == _CARBON) & (units == "si")
    out["v_header"] = np.where(in_si, HEADERS.index(header), HEADERS.index("not_used"))
    out["cell_case"] = np.where(group < 0, NO_CODE, (group == _304) & _touches(brackets)).astype(np.int64)
    out["cell_policy"] = np.full(x.n, CELL_POLICIES.index(x.settings.code("rbi.sulfuric_304_cell")))
    out |= _limit_velocity(group, x)
    out["thinning_type"] = _thinning(out, x["velocity_m_s"])
    out["rate_capped"] = capped(FILE, out["cell_max"], units)
    out["table_verified"] = np.zeros(x.n, dtype=np.int64)
    out["C_r"] = g.taken(out["C_tab"])
    out["C_r_bound"] = _bound(x, out)
    return out


def _bound(x: Inputs, out: Columns) -> FloatArray:
    """Border of the table where cooler or slower; the greatest cell around the disputed one, itself left out."""
    within = (out["acid_case"] == g.INSIDE) & (out["T_case"] <= g.BELOW) & (out["v_case"] <= g.BELOW)
    milder = (out["T_case"] == g.BELOW) | (out["v_case"] == g.BELOW)
    disputed = _cell_refused(out)
    oxidised = _is_b2(x.columns) & (x["oxidants_present"] != 0)
    usable = within & ~oxidised & ~(x["velocity_m_s"] < 0.0)
    # On the disputed cell alone there is no other cell to bound it; its neighbours at the same acid are greater.
    alone = disputed & (out["cell_max"] <= _disputed_value(out["rate_table"]) * (1.0 + 1e-9))
    return np.where(usable & (milder | disputed) & ~alone, np.where(disputed, out["cell_max"], out["C_tab"]), np.nan)


def _disputed_value(table: IntArray) -> FloatArray:
    return _M_S.grid.at(table, [np.full(table.shape, k) for k in _DISPUTED])


def _cell_refused(c: Rows) -> BoolArray:
    return np.asarray((c["cell_case"] == CELL_CASES.index("disputed")) & (c["cell_policy"] == 0))


def _is_b2(c: Rows) -> BoolArray:
    return np.asarray(c["rate_material"] == index_of("rate_material", "alloy_b2"))


_LIMITS = (
    Limit(
        "rates.material_in_table",
        API581_2016.at(_PLACE),
        lambda c: (c["rate_table"] >= 0) | (c["rate_material"] < 0),
    ),
    Limit("rates.acid_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["acid_case"])),
    Limit("rates.temperature_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["T_case"])),
    Limit("rates.velocity_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["v_case"])),
    Limit("rates.b2_without_oxidants", API581_2016.at(_PLACE), lambda c: ~_is_b2(c) | (c["oxidants_present"] != 1)),
    Limit("rates.disputed_cell", API581_2016.at(_PLACE), lambda c: ~_cell_refused(c), Verdict.NOT_APPLICABLE),
)

_INPUTS = (
    Param("rate_material", "code", codes=codes("rate_material")),
    Param("T_op_C", "temperature"),
    Param("H2SO4_wt", "mass_percent"),
    Param("velocity_m_s", "velocity"),
    Param("oxidants_present", "flag", needed=_is_b2),
)

_OUTPUTS = (
    Param("rate_table", "code", codes=_M_S.tables),
    Param("table_verified", "flag"),
    Param("acid_case", "code", codes=g.AXIS_CASES),
    Param("T_case", "code", codes=g.AXIS_CASES),
    Param("v_case", "code", codes=g.AXIS_CASES),
    Param("v_header", "code", codes=HEADERS),
    Param("cell_case", "code", codes=CELL_CASES),
    Param("cell_policy", "code", codes=CELL_POLICIES),
    *g.lookup_outputs(_AXES),
    Param("rate_capped", "flag"),
    Param("v_local_m_s", "velocity"),
    Param("C_r_bound", "rate"),
    Param("thinning_type", "code", codes=codes("thinning_type"), conclusion=True),
    Param("C_r", "rate", conclusion=True),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at(_PLACE, "Corrosion by sulfuric acid"),
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=(
        *g.lookup_steps(_AXES, _cells, ("v_header", "cell_case")),
        Step(_type_of, "thinning_type", note_params=("velocity_m_s", "v_local_m_s")),
        Step(g.taken, "C_r"),
    ),
    constants=constants(FILE),
    settings=(
        *("rbi.rate_lookup", "rbi.rate_tables", "rbi.sulfuric_velocity_header", "rbi.sulfuric_304_cell"),
        "rbi.sulfuric_thinning_velocity",
    ),
)
MODEL = register_rate(RateModel("rate_sulfuric", PROCEDURE, recorded(PROCEDURE)))
