"""Procedure `api581.2016.consequence`: areas of the four holes weighted to the area of a component."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.clause import clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.rbi.data import EFFECTS, HOLES
from integrity.rbi.pof import CHECKS, frequency_columns, generic_frequency, total_frequency

KEY = "api581.2016.consequence"
_REF = API581_2016.at("Part 3 §4.8, §4.11", "Level 1 consequence area")


@clause(
    API581_2016.at("Part 3 §4.8 eqs. (3.27), (3.28)", "Area weighted by the holes"),
    symbol="CA",
    expr="(gff_small*CA_small + gff_medium*CA_medium + gff_large*CA_large + gff_rupture*CA_rupture)/gff_total",
    quantity="area",
)
def weighted_area(
    gff_small: FloatArray,
    gff_medium: FloatArray,
    gff_large: FloatArray,
    gff_rupture: FloatArray,
    gff_total: FloatArray,
    CA_small: FloatArray,
    CA_medium: FloatArray,
    CA_large: FloatArray,
    CA_rupture: FloatArray,
) -> FloatArray:
    """Mean area of the holes with their generic frequencies as weights.

    Parameters
    ----------
    gff_small, gff_medium, gff_large, gff_rupture, gff_total : ndarray, 1/year
    CA_small, CA_medium, CA_large, CA_rupture : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    top = gff_small * CA_small + gff_medium * CA_medium + gff_large * CA_large + gff_rupture * CA_rupture
    return np.asarray(top / gff_total, dtype=np.float64)


@clause(
    API581_2016.at("Part 3 §4.11 eq. (3.84)", "Final consequence area"),
    symbol="CA",
    expr="max(CA_cmd, CA_inj)",
    quantity="area",
)
def final_area(CA_cmd: FloatArray, CA_inj: FloatArray) -> FloatArray:
    """Greater of component damage and personnel injury area.

    Parameters
    ----------
    CA_cmd, CA_inj : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return np.maximum(CA_cmd, CA_inj)


def _compute(x: Inputs) -> Columns:
    out = frequency_columns(x["component_type"])
    weights = {f"gff_{h}": out[f"gff_{h}"] for h in HOLES}
    for effect in EFFECTS:
        areas = {f"CA_{h}": x[f"CA_{effect}_{h}"] for h in HOLES}
        out[f"CA_{effect}"] = weighted_area(gff_total=out["gff_total"], **weights, **areas)
    out["CA"] = final_area(out["CA_cmd"], out["CA_inj"])
    return out


def _tank(component_type: IntArray) -> BoolArray:
    tanks = [i for i, c in enumerate(codes("component_type")) if c.startswith("COURSE") or c == "TANKBOTTOM"]
    return np.isin(component_type, tanks)


PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("component_type", "code", codes=codes("component_type")),
        *(Param(f"CA_{e}_{h}", "area") for e in EFFECTS for h in HOLES),
    ),
    outputs=(
        *(Param(f"gff_{h}", "frequency") for h in HOLES),
        Param("gff_total", "frequency"),
        Param("gff_printed", "frequency"),
        Param("gff_check", "code", codes=CHECKS),
        Param("CA_cmd", "area", conclusion=True),
        Param("CA_inj", "area", conclusion=True),
        Param("CA", "area", conclusion=True),
    ),
    compute=_compute,
    limits=(
        Limit(
            "rbi.not_a_tank",
            API581_2016.at("Part 3 §6", "Atmospheric tanks"),
            lambda c: ~_tank(c["component_type"]),
        ),
        Limit(
            "rbi.has_generic_frequency",
            API581_2016.at("Part 2 §3.3 Table 3.1"),
            lambda c: (c["component_type"] < 0) | ~np.isnan(c["gff_total"]),
        ),
    ),
    steps=(
        *(
            Step(generic_frequency, f"gff_{h}", note_params=("component_type", "gff_check", "gff_printed"))
            for h in HOLES
        ),
        Step(total_frequency, "gff_total"),
        *(Step(weighted_area, f"CA_{e}", {f"CA_{h}": f"CA_{e}_{h}" for h in HOLES}) for e in EFFECTS),
        Step(final_area, "CA"),
    ),
)
