"""Cracking of carbon and low-alloy steel in hydrofluoric acid: hydrogen stress cracking, HIC and SOHIC."""

from __future__ import annotations

from integrity.core.arrays import IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Param, Step
from integrity.core.reference import API581_2016
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc import MATERIAL, STEELS, Screen, is_class, lacking, procedure_of, screened
from integrity.rbi.mechanisms.scc_plant import mechanism_of
from integrity.rbi.mechanisms.scc_wet_h2s import (
    HARDNESS,
    HB,
    MONITORING,
    PRODUCT,
    PWHT,
    STEEL_COLUMNS,
    SULFUR,
    hardness_column,
    steel_column,
)

ACID = Param("HF_present", "flag", required=False)


@clause(
    API581_2016.at("Part 2 §13.5 Table 13.2", "Susceptibility to hydrogen stress cracking in HF"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.hsc_hf",
)
def hsc_susceptibility(hardness: IntArray, pwht: IntArray) -> IntArray:
    """Susceptibility to hydrogen stress cracking by hardness and stress relief.

    Parameters
    ----------
    hardness : ndarray of int64
        Column of the Brinell hardness of weld and heat-affected zone.
    pwht : ndarray of int64
        1 where stress relieved.

    Returns
    -------
    ndarray of int64
    """
    return t.coded("hsc_hf", pwht, hardness)


@clause(
    API581_2016.at("Part 2 §14.5 Table 14.2", "Susceptibility to hydrogen-induced cracking in HF"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.hic_hf",
)
def hic_susceptibility(steel_column: IntArray, pwht: IntArray) -> IntArray:
    """Susceptibility to HIC and SOHIC by steel and stress relief.

    Parameters
    ----------
    steel_column : ndarray of int64
        Plate above 0.01 % sulfur, plate to 0.01 %, seamless or extruded.
    pwht : ndarray of int64
        1 where stress relieved.

    Returns
    -------
    ndarray of int64
    """
    return t.coded("hic_hf", pwht, steel_column)


def _hsc(x: Inputs) -> Columns:
    outside, absent = ~is_class(x, STEELS) & (x["material_class"] >= 0), x["HF_present"] == 0
    column = hardness_column(x)
    level = hsc_susceptibility(column, x["pwht"])
    judged = ~outside & ~absent
    lack = lacking(
        x,
        HSC.needs,
        HSC.inputs,
        material_class=~absent,
        HF_present=~outside,
        HB_weld=judged,
        pwht=judged,
    )
    out = screened(outside, absent, level, judged & (lack == 0) & (level >= 0))
    return out | {"hardness": column, "lacking": lack}


def _hic(x: Inputs) -> Columns:
    outside, absent = ~is_class(x, STEELS) & (x["material_class"] >= 0), x["HF_present"] == 0
    column = steel_column(x)
    level = hic_susceptibility(column, x["pwht"])
    judged = ~outside & ~absent
    lack = lacking(
        x,
        HIC.needs,
        HIC.inputs,
        material_class=~absent,
        HF_present=~outside,
        product_form=judged,
        steel_sulfur_pct=judged & (x["product_form"] == 0),
        pwht=judged,
    )
    out = screened(outside, absent, level, judged & (lack == 0) & (level >= 0))
    return out | {"steel_column": column, "lacking": lack}


HSC = Screen(
    key="scc_hsc_hf",
    ref=API581_2016.at("Part 2 §13", "Hydrogen stress cracking in HF"),
    severity=API581_2016.at("Part 2 §13.6.2 Table 13.3", "Severity index of hydrogen stress cracking in HF"),
    inputs=(MATERIAL, ACID, HB, PWHT),
    outputs=(Param("hardness", "code", codes=HARDNESS),),
    needs=("material_class", "HF_present", "HB_weld", "pwht"),
    compute=_hsc,
    steps=(
        Step(
            hsc_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("hardness", "susceptibility_screened"),
        ),
    ),
    tables=("hsc_hf", "SVI"),
)

HIC = Screen(
    key="scc_hic_hf",
    ref=API581_2016.at("Part 2 §14", "Hydrogen-induced cracking in HF"),
    severity=API581_2016.at("Part 2 §14.6.2 Table 14.3", "Severity index of hydrogen-induced cracking in HF"),
    inputs=(MATERIAL, ACID, PRODUCT, SULFUR, PWHT, *MONITORING),
    outputs=(Param("steel_column", "code", codes=STEEL_COLUMNS),),
    needs=("material_class", "HF_present", "product_form", "steel_sulfur_pct", "pwht"),
    compute=_hic,
    steps=(
        Step(
            hic_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("steel_column", "susceptibility_screened"),
        ),
    ),
    tables=("hic_hf", "SVI"),
    complete=True,
    constants=("S_steel_pct",),
    monitored=True,
)

HSC_PROCEDURE = procedure_of(HSC)
HIC_PROCEDURE = procedure_of(HIC)
HSC_MECHANISM = mechanism_of(HSC, "scc", HSC_PROCEDURE)
HIC_MECHANISM = mechanism_of(HIC, "scc", HIC_PROCEDURE)
