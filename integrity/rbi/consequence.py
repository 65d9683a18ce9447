"""Procedure `api581.2016.consequence`: areas of the four holes weighted to the area of a component."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import HOLES
from integrity.rbi.pof import CHECKS, frequency_columns, generic_frequency, total_frequency

KEY = "api581.2016.consequence"
# Kinds of consequence and the areas each has; a kind that does not act has areas of 0.
KINDS = {"flammable": ("CA_cmd", "CA_inj"), "toxic": ("CA_tox",), "nfnt": ("CA_nfnt",)}
AREAS = tuple(a for areas in KINDS.values() for a in areas)
KIND_CASES = ("absent", "acts")
NONE_CASES = ("not_stated", "owner_none", "not_used")
FINAL_BY = ("areas", "statement")
# What other procedures hand on: of these a row does not say "missing", the other procedure does.
CARRIED = frozenset(f"{a}_{h}" for a in AREAS for h in HOLES)

_REF = API581_2016.at("Part 3 §4.8, §4.9, §4.10, §4.11", "Level 1 consequence area")


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
    API581_2016.at("Part 3 §4.11", "No area of this kind"),
    symbol="CA",
    expr="0",
    quantity="area",
)
def no_area() -> float:
    """Area of a kind of consequence that the fluid does not have.

    Returns
    -------
    float, m2
    """
    return 0.0


@clause(
    API581_2016.at("Part 3 §4.11 eqs. (3.81) to (3.83)", "Personnel injury area"),
    symbol="CA_f_inj",
    expr="max(CA_inj, CA_tox, CA_nfnt)",
    quantity="area",
)
def injury_area(CA_inj: FloatArray, CA_tox: FloatArray, CA_nfnt: FloatArray) -> FloatArray:
    """Greatest of the personnel injury areas: by fire, by poison, by steam or splash; they are not added.

    Parameters
    ----------
    CA_inj, CA_tox, CA_nfnt : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return np.maximum(np.maximum(CA_inj, CA_tox), CA_nfnt)


@clause(
    API581_2016.at("Part 3 §4.11 eq. (3.84)", "Final consequence area"),
    symbol="CA",
    expr="max(CA_cmd, CA_f_inj)",
    quantity="area",
)
def final_area(CA_cmd: FloatArray, CA_f_inj: FloatArray) -> FloatArray:
    """Greater of component damage and personnel injury area.

    Parameters
    ----------
    CA_cmd, CA_f_inj : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return np.maximum(CA_cmd, CA_f_inj)


@clause(
    OWN_METHOD.at("consequence area", "Stated by the owner: no consequence"),
    symbol="CA",
    expr="0",
    quantity="area",
)
def stated_none() -> float:
    """Area of a fluid without a consequence model, for which the owner states that a release harms nobody.

    Returns
    -------
    float, m2
    """
    return 0.0


@clause(
    API581_2016.at("Part 3 §4.11 eq. (3.84)", "Kind of consequence that governs"),
    symbol="CA_basis",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.CA_basis",
)
def basis_of(
    CA: FloatArray, CA_cmd: FloatArray, CA_inj: FloatArray, CA_tox: FloatArray, none_case: IntArray
) -> IntArray:
    """Kind of consequence whose area is the final one; of equal ones the first named.

    Parameters
    ----------
    CA, CA_cmd, CA_inj, CA_tox : ndarray, m2
    none_case : ndarray of int64
        Index of `NONE_CASES`.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `CA_basis`, -1 where there is no area.
    """
    order = ("flammable_cmd", "flammable_inj", "toxic")
    named = [(a == CA, codes("CA_basis").index(k)) for a, k in zip((CA_cmd, CA_inj, CA_tox), order, strict=True)]
    none = none_case == NONE_CASES.index("owner_none")
    return stack_codes(
        (np.isnan(CA), -1), (none, index_of("CA_basis", "owner_none")), *named, default=index_of("CA_basis", "nfnt")
    )


def _compute(x: Inputs) -> Columns:
    out = frequency_columns(x["component_type"])
    weights = {f"gff_{h}": out[f"gff_{h}"] for h in HOLES}
    acts = np.zeros(x.n, dtype=np.bool_)
    for kind, symbols in KINDS.items():
        here = x[f"{kind}_case"] == KIND_CASES.index("acts")
        acts |= here
        for symbol in symbols:
            areas = {f"CA_{h}": x[f"{symbol}_{h}"] for h in HOLES}
            out[symbol] = np.where(here, weighted_area(gff_total=out["gff_total"], **weights, **areas), no_area())
    out["CA_f_inj"] = injury_area(out["CA_inj"], out["CA_tox"], out["CA_nfnt"])
    said = x["consequence_none"] == 1
    out["none_case"] = stack_codes((~said, 0), (~acts, 1), default=2)
    stated = out["none_case"] == NONE_CASES.index("owner_none")
    out["CA"] = np.where(stated, stated_none(), final_area(out["CA_cmd"], out["CA_f_inj"]))
    out["CA_basis"] = basis_of(out["CA"], out["CA_cmd"], out["CA_inj"], out["CA_tox"], out["none_case"])
    out["final_by"] = np.where(stated, 1, 0)
    return out


def _has_model(c: Mapping[str, AnyArray]) -> BoolArray:
    modelled = [c[f"{kind}_case"] != KIND_CASES.index("absent") for kind in KINDS]
    return np.asarray(np.any(modelled, axis=0) | (c["none_case"] == NONE_CASES.index("owner_none")))


def _tank(component_type: IntArray) -> BoolArray:
    tanks = [i for i, c in enumerate(codes("component_type")) if c.startswith("COURSE") or c == "TANKBOTTOM"]
    return np.isin(component_type, tanks)


PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("component_type", "code", codes=codes("component_type")),
        *(Param(f"{kind}_case", "code", codes=KIND_CASES) for kind in KINDS),
        *(Param(f"{a}_{h}", "area") for a in AREAS for h in HOLES),
        Param("consequence_none", "flag", required=False),
    ),
    outputs=(
        *(Param(f"gff_{h}", "frequency") for h in HOLES),
        Param("gff_total", "frequency"),
        Param("gff_printed", "frequency"),
        Param("gff_check", "code", codes=CHECKS),
        Param("none_case", "code", codes=NONE_CASES),
        Param("final_by", "code", codes=FINAL_BY),
        *(Param(a, "area", conclusion=True) for a in AREAS),
        Param("CA_f_inj", "area", conclusion=True),
        Param("CA", "area", conclusion=True),
        Param("CA_basis", "code", codes=codes("CA_basis"), conclusion=True),
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
        Limit("rbi.consequence_model", API581_2016.at("Part 3 §4.10.1"), _has_model),
    ),
    steps=(
        *(
            Step(generic_frequency, f"gff_{h}", note_params=("component_type", "gff_check", "gff_printed"))
            for h in HOLES
        ),
        Step(total_frequency, "gff_total"),
        *(
            Step(weighted_area, a, {f"CA_{h}": f"{a}_{h}" for h in HOLES}, when=(f"{kind}_case", "acts"))
            for kind, areas in KINDS.items()
            for a in areas
        ),
        *(Step(no_area, a, when=(f"{kind}_case", "absent")) for kind, areas in KINDS.items() for a in areas),
        Step(injury_area, "CA_f_inj"),
        Step(final_area, "CA", when=("final_by", "areas")),
        Step(stated_none, "CA", when=("final_by", "statement")),
        Step(basis_of, "CA_basis", note_params=("CA_basis",)),
    ),
)
