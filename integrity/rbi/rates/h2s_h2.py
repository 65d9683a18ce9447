"""Rate of high-temperature corrosion by hydrogen sulfide with hydrogen: H2S in the vapour and temperature."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, BoolArray, IntArray
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.rates import RateModel, recorded, register_rate
from integrity.rbi.rates import grid as g
from integrity.rbi.rates.printed import group_of_material, printed, units_of

KEY = "api581.2016.rate_h2s_h2"
FILE = "rate_h2s_h2"
STREAMS = ("naphtha", "gas_oil", "no_hydrocarbon")
CURVES = ("naphtha", "gas_oil", "one_table")

_PLACE = "Part 2 Annex 2.B §4"
_PRINTED = printed(FILE)
# Materials of the first four lists have two tables each, those of the last two one.
_TWO_CURVES = 4
_AXES = (
    g.Axis("H2S_mol", "mole_percent", "H2S_lo_mol", "H2S_hi_mol", "w_H2S"),
    g.Axis("T_op_C", "temperature", "T_lo_C", "T_hi_C", "w_T"),
)
_cells = g.cells_of(_PLACE, "rates.note.cells_h2s_h2")
_type_of = g.local_or_general("Part 2 Annex 2.B §1.2", "rates.note.thinning_h2s_h2")


def _list_of(material: IntArray) -> IntArray:
    return group_of_material(FILE)[material]


def _by_stream(material: IntArray) -> BoolArray:
    found = _list_of(material)
    return np.asarray((found >= 0) & (found < _TWO_CURVES))


def _curve(x: Inputs) -> IntArray:
    """Curve of the stream; where nobody says which, the higher one, for the bound only."""
    without = CURVES.index(x.settings.code("rbi.h2s_h2_no_hydrocarbon"))
    return stack_codes(
        (_list_of(x["rate_material"]) < 0, NO_CODE),
        (~_by_stream(x["rate_material"]), CURVES.index("one_table")),
        (x["h2_stream"] == STREAMS.index("naphtha"), CURVES.index("naphtha")),
        (x["h2_stream"] == STREAMS.index("no_hydrocarbon"), without),
        default=CURVES.index("gas_oil"),
    )


def _compute(x: Inputs) -> Columns:
    curve = _curve(x)
    found = _list_of(x["rate_material"])
    group = np.where(found < _TWO_CURVES, 2 * found + (curve == CURVES.index("gas_oil")), found + _TWO_CURVES)
    table = _PRINTED.index(np.where(found < 0, -1, group), units_of(x.settings))
    H2S = g.bracket(_PRINTED.grid, 0, table, x["H2S_mol"])
    T = g.bracket(_PRINTED.grid, 1, table, x["T_op_C"])
    out = g.lookup(_PRINTED.grid, table, _AXES, (H2S, T), x.settings.code("rbi.rate_lookup"))
    out |= {"stream_curve": curve, "rate_table": table, "H2S_case": H2S.case, "T_case": T.case}
    out["table_verified"] = np.zeros(x.n, dtype=np.int64)
    out["C_r"] = g.taken(out["C_tab"])
    out["thinning_type"] = np.full(x.n, codes("thinning_type").index("general"))
    milder = (H2S.case == g.BELOW) | (T.case == g.BELOW)
    blank = _by_stream(x["rate_material"]) & (x["h2_stream"] < 0)
    within = (H2S.case <= g.BELOW) & (T.case <= g.BELOW) & ~(x["H2S_mol"] < 0.0)
    out["C_r_bound"] = np.where(within & (milder | blank), out["C_tab"], np.nan)
    return out


_LIMITS = (
    Limit(
        "rates.material_in_table",
        API581_2016.at(_PLACE),
        lambda c: (c["rate_table"] >= 0) | (c["rate_material"] < 0),
    ),
    Limit("rates.H2S_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["H2S_case"])),
    Limit("rates.temperature_in_table", API581_2016.at(_PLACE), lambda c: g.inside_or_missing(c["T_case"])),
)

_INPUTS = (
    Param("rate_material", "code", codes=codes("rate_material")),
    Param("T_op_C", "temperature"),
    Param("H2S_mol", "mole_percent"),
    Param("h2_stream", "code", codes=STREAMS, needed=lambda c: _by_stream(c["rate_material"])),
)

_OUTPUTS = (
    Param("stream_curve", "code", codes=CURVES),
    Param("rate_table", "code", codes=_PRINTED.tables),
    Param("table_verified", "flag"),
    Param("H2S_case", "code", codes=g.AXIS_CASES),
    Param("T_case", "code", codes=g.AXIS_CASES),
    *g.lookup_outputs(_AXES),
    Param("C_r_bound", "rate"),
    Param("thinning_type", "code", codes=codes("thinning_type"), conclusion=True),
    Param("C_r", "rate", conclusion=True),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at(_PLACE, "High-temperature corrosion by hydrogen sulfide and hydrogen"),
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=(*g.lookup_steps(_AXES, _cells, ("stream_curve",)), Step(_type_of, "thinning_type"), Step(g.taken, "C_r")),
    settings=("rbi.rate_lookup", "rbi.rate_tables", "rbi.h2s_h2_no_hydrocarbon"),
)
MODEL = register_rate(RateModel("rate_h2s_h2", PROCEDURE, recorded(PROCEDURE)))
