"""Rate of groundwater: a specialist's rate and its class; the annex gives no rate of its own (section 11.3.3)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import constants
from integrity.rbi.rates import RateModel, factors, parts, recorded, register_rate
from integrity.rbi.rates.parts import value

NAME = "rate_groundwater"
KEY = f"api581.2016.{NAME}"
CORROSIVITY = ("low", "medium", "high", "very_high")
SPECIES = ("chloride", "sulfate", "CO2", "bicarbonate", "carbonate", "sulfide", "ammonia")
_REF = API581_2016.at("Part 2 Annex 2.B §11.3.3", "Rate of groundwater")

corrosivity = factors.shown("Part 2 Annex 2.B §11.3.3", "Class of the rate", "rates.note.corrosivity", "corrosivity")
kind_of_thinning = factors.typed("Part 2 Annex 2.B §11.3.3", "rates.note.type_stated")


@clause(
    API581_2016.at("Part 2 Annex 2.B §11.3.3", "Total of the key species"),
    symbol="TKS_mg_L",
    expr="+".join(f"{s}_mg_L" for s in SPECIES),
    quantity="concentration",
)
def total_key_species(
    chloride_mg_L: FloatArray,
    sulfate_mg_L: FloatArray,
    CO2_mg_L: FloatArray,
    bicarbonate_mg_L: FloatArray,
    carbonate_mg_L: FloatArray,
    sulfide_mg_L: FloatArray,
    ammonia_mg_L: FloatArray,
) -> FloatArray:
    """Sum of the seven key species; no rate follows from it.

    Parameters
    ----------
    chloride_mg_L, sulfate_mg_L, CO2_mg_L, bicarbonate_mg_L, carbonate_mg_L, sulfide_mg_L, ammonia_mg_L : ndarray
        mg/L, each as its own species.

    Returns
    -------
    ndarray of float64, mg/L
        Missing where one of them is.
    """
    return (
        chloride_mg_L + sulfate_mg_L + CO2_mg_L + bicarbonate_mg_L + carbonate_mg_L + sulfide_mg_L + ammonia_mg_L
    )


def _compute(x: Inputs) -> Columns:
    unit, rate = parts.unit_set(x), x["groundwater_rate"]
    first, middle, last = (value(NAME, f"C_r_{i}_{unit}") for i in (1, 2, 3))
    high = x.settings.code("rbi.rate_groundwater_edge") == "high"
    below = ~at_least(rate, middle) if high else at_most(rate, middle)
    kind = stack_codes(
        (np.isnan(rate) | (rate < 0.0), -1),
        (~at_least(rate, first), 0),
        (below, 1),
        (at_most(rate, last), 2),
        default=3,
    )
    TKS = total_key_species(*(x[f"{s}_mg_L"] for s in SPECIES))
    out: Columns = {**parts.common(x), "TKS_mg_L": TKS, "TKS_case": (~np.isnan(TKS)).astype(np.int64)}
    out |= {"corrosivity": kind, "C_r_bound": np.where(rate >= 0.0, rate, np.nan)}
    out["thinning_type"] = np.where(x["thinning_given"] >= 0, x["thinning_given"], 1)
    return out | {"C_r": parts.concluded(out["C_r_bound"])}


_LIMITS = (
    Limit("rates.groundwater_material", _REF, parts.in_groups(NAME, "steel")),
    Limit("rates.rate_not_negative", _REF, lambda c: ~(c["groundwater_rate"] < 0.0)),
)

_INPUTS = (
    parts.MATERIAL,
    Param("groundwater_rate", "rate"),
    Param("thinning_given", "code", required=False, codes=parts.TYPES),
    *(Param(f"{s}_mg_L", "concentration", required=False) for s in SPECIES),
)

_OUTPUTS = (
    Param("TKS_case", "code", codes=parts.YES_NO),
    Param("TKS_mg_L", "concentration"),
    Param("corrosivity", "code", codes=CORROSIVITY, conclusion=True),
    *parts.COMMON_OUTPUTS,
)

_STEPS = (
    Step(total_key_species, "TKS_mg_L", when=("TKS_case", "yes")),
    Step(
        corrosivity, "corrosivity", {"table": "unit_case"}, note_params=("corrosivity", "unit_case", "table_verified")
    ),
    Step(factors.recorded_rate, "C_r_bound", {"rate": "groundwater_rate"}),
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
    settings=("rbi.rate_tables", "rbi.rate_groundwater_edge"),
)

MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE)))
