"""Cracking of carbon and low-alloy steel in wet H2S: sulfide stress cracking, hydrogen-induced cracking."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Param, Step
from integrity.core.reference import API581_2016
from integrity.rbi.data import number
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc import MATERIAL, STEELS, Screen, is_class, lacking, procedure_of, screened
from integrity.rbi.mechanisms.scc_alkaline import WATER, water_absent
from integrity.rbi.mechanisms.scc_plant import mechanism_of

SEVERITIES = ("low", "moderate", "high")
PH_ROWS = t.table("wet_h2s_pH").keys
H2S_COLUMNS = t.table("wet_h2s_ppm").keys
HARDNESS = t.table("hardness").keys
PRODUCTS = ("plate_or_welded", "seamless_or_extruded")
STEEL_COLUMNS = ("plate_high_sulfur", "plate_low_sulfur", "seamless_or_extruded")
YES_NO = ("no", "yes")
H2S_BASES = ("water", "stream")

PWHT = Param("pwht", "flag", required=False)
HB = Param("HB_weld", "number", required=False)
SULFUR = Param("steel_sulfur_pct", "mass_percent", required=False)
PRODUCT = Param("product_form", "code", required=False, codes=PRODUCTS)
MONITORING = (Param("key_variables", "flag", required=False), Param("hydrogen_probes", "flag", required=False))


@clause(
    API581_2016.at("Part 2 §8.5 Table 8.2", "Severity of a wet H2S environment"),
    symbol="h2s_severity",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.wet_h2s",
)
def environment(pH_row: IntArray, H2S_column: IntArray) -> IntArray:
    """Severity of water with H2S by its pH and its H2S content.

    Parameters
    ----------
    pH_row, H2S_column : ndarray of int64
        Row and column of the table, -1 where missing.

    Returns
    -------
    ndarray of int64
        Index of low, moderate, high.
    """
    return t.coded("wet_h2s", pH_row, H2S_column)


def h2s_in_water(x: Inputs) -> FloatArray:
    """H2S in the water; where it is not recorded, that of the stream stands for it, and says so.

    Parameters
    ----------
    x : Inputs
        Columns `H2S_water_ppmw`, `H2S_ppmw`.

    Returns
    -------
    ndarray of float64, ppm
    """
    return np.where(np.isnan(x["H2S_water_ppmw"]), x["H2S_ppmw"], x["H2S_water_ppmw"])


def environment_columns(x: Inputs) -> Columns:
    """Severity of the environment where rows do not meet or overlap as well, by the named policies.

    Parameters
    ----------
    x : Inputs
        Columns `pH`, `H2S_water_ppmw`, `H2S_ppmw`, `cyanide`.

    Returns
    -------
    dict
    """
    rows = t.neighbours("wet_h2s_pH", x["pH"])
    H2S = h2s_in_water(x)
    cols = t.neighbours("wet_h2s_ppm", H2S)
    overlap, gap = x.settings.code("rbi.scc_overlap"), x.settings.code("rbi.scc_gap")

    def at_row(row: IntArray, part: slice | IntArray) -> tuple[FloatArray, IntArray]:
        return t.resolved(
            overlap, lambda c, q: t.cell("wet_h2s", row[q], c), (cols[0][part], cols[1][part], cols[2][part])
        )

    row = t.resolved(gap, lambda r, part: at_row(r, part)[0], rows)[1]
    value, column = at_row(row, slice(None))
    much = t.over(H2S, number("scc", "H2S_cyanide_ppmw"))
    matters = t.over(x["pH"], number("scc", "pH_cyanide")) & much
    upgrade = (x["cyanide"] == 1) & matters
    return {
        "H2S_basis": np.isnan(x["H2S_water_ppmw"]).astype(np.int64),
        "H2S_used_ppmw": H2S,
        "pH_row": row,
        "pH_border": rows[2],
        "gap_rule": t.policy_column(x.settings, "rbi.scc_gap", x.n),
        "H2S_column": column,
        "H2S_border": cols[2],
        "overlap_rule": t.policy_column(x.settings, "rbi.scc_overlap", x.n),
        "h2s_severity": t.as_codes(value),
        "cyanide_matters": matters,
        "cyanide_upgrade": upgrade.astype(np.int64),
    }


def _upgraded(level: IntArray, upgrade: IntArray) -> IntArray:
    return np.where(level < 0, NO_CODE, np.minimum(level + upgrade, t.HIGH))


@clause(
    API581_2016.at("Part 2 §8.5 Table 8.3", "Susceptibility to sulfide stress cracking"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.ssc",
)
def ssc_susceptibility(
    h2s_severity: IntArray, hardness: IntArray, pwht: IntArray, cyanide_upgrade: IntArray
) -> IntArray:
    """Susceptibility to sulfide stress cracking by severity, hardness and stress relief; cyanides raise it by one.

    Parameters
    ----------
    h2s_severity : ndarray of int64
        Index of low, moderate, high.
    hardness : ndarray of int64
        Column of the Brinell hardness of weld and heat-affected zone.
    pwht : ndarray of int64
        1 where stress relieved.
    cyanide_upgrade : ndarray of int64
        1 where cyanides raise the susceptibility.

    Returns
    -------
    ndarray of int64
    """
    row = np.where((h2s_severity >= 0) & (pwht >= 0), 2 * h2s_severity + pwht, NO_CODE)
    return _upgraded(t.coded("ssc", row, hardness), cyanide_upgrade)


@clause(
    API581_2016.at("Part 2 §9.5 Table 9.3", "Susceptibility to hydrogen-induced cracking in wet H2S"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.hic_h2s",
)
def hic_susceptibility(
    h2s_severity: IntArray, steel_column: IntArray, pwht: IntArray, cyanide_upgrade: IntArray
) -> IntArray:
    """Susceptibility to HIC and SOHIC by severity, steel and stress relief; cyanides raise it by one.

    Parameters
    ----------
    h2s_severity : ndarray of int64
        Index of low, moderate, high.
    steel_column : ndarray of int64
        Plate above 0.01 % sulfur, plate to 0.01 %, seamless or extruded.
    pwht : ndarray of int64
        1 where stress relieved.
    cyanide_upgrade : ndarray of int64
        1 where cyanides raise the susceptibility.

    Returns
    -------
    ndarray of int64
    """
    row = np.where((h2s_severity >= 0) & (pwht >= 0), 2 * h2s_severity + pwht, NO_CODE)
    return _upgraded(t.coded("hic_h2s", row, steel_column), cyanide_upgrade)


def hardness_column(x: Inputs) -> IntArray:
    """Column of the hardness, -1 where missing.

    Parameters
    ----------
    x : Inputs
        Column `HB_weld`.

    Returns
    -------
    ndarray of int64
    """
    return t.neighbours("hardness", x["HB_weld"])[0]


def steel_column(x: Inputs) -> IntArray:
    """Column of the steel by product form and sulfur, -1 where missing.

    Parameters
    ----------
    x : Inputs
        Columns `product_form`, `steel_sulfur_pct`.

    Returns
    -------
    ndarray of int64
    """
    S = x["steel_sulfur_pct"]
    plate = np.where(np.isnan(S), NO_CODE, np.where(t.over(S, number("scc", "S_steel_pct")), 0, 1))
    return np.where(x["product_form"] == 1, 2, np.where(x["product_form"] == 0, plate, NO_CODE))


def _ssc(x: Inputs) -> Columns:
    outside = ~is_class(x, STEELS) & (x["material_class"] >= 0)
    dry, unknown_water = water_absent(x)
    out = environment_columns(x)
    absent = dry | (out["H2S_used_ppmw"] == 0.0)
    out["hardness"] = hardness_column(x)
    level = ssc_susceptibility(out["h2s_severity"], out["hardness"], x["pwht"], out["cyanide_upgrade"])
    judged = ~outside & ~absent
    out["lacking"] = lacking(
        x,
        SSC.needs,
        SSC.inputs,
        material_class=~absent,
        water_present=judged & unknown_water,
        H2S_water_ppmw=judged & np.isnan(x["H2S_ppmw"]),
        pH=judged,
        HB_weld=judged,
        pwht=judged,
        cyanide=judged & out["cyanide_matters"],
    )
    return out | screened(outside, absent, level, judged & (out["lacking"] == 0) & (level >= 0))


ENVIRONMENT = (
    Param("H2S_basis", "code", codes=H2S_BASES),
    Param("H2S_used_ppmw", "mass_ppm"),
    Param("pH_row", "code", codes=PH_ROWS),
    Param("pH_border", "code", codes=t.ROW_CASES),
    Param("gap_rule", "code", codes=t.POLICIES),
    Param("H2S_column", "code", codes=H2S_COLUMNS),
    Param("H2S_border", "code", codes=t.ROW_CASES),
    Param("overlap_rule", "code", codes=t.POLICIES),
    Param("h2s_severity", "code", codes=SEVERITIES),
    Param("cyanide_upgrade", "code", codes=YES_NO),
)
_H2S = (
    Param("H2S_water_ppmw", "mass_ppm", required=False),
    Param("H2S_ppmw", "mass_ppm", required=False),
    Param("cyanide", "flag", required=False),
)
_ENVIRONMENT_STEP = Step(
    environment,
    "h2s_severity",
    when=("scc_screen", "evaluated"),
    note_params=(
        "H2S_basis",
        "H2S_used_ppmw",
        "pH_row",
        "pH_border",
        "gap_rule",
        "H2S_column",
        "H2S_border",
        "overlap_rule",
        "h2s_severity",
    ),
)
_CONSTANTS = ("H2S_cyanide_ppmw", "pH_cyanide")

SSC = Screen(
    key="scc_ssc",
    ref=API581_2016.at("Part 2 §8", "Sulfide stress cracking"),
    severity=API581_2016.at("Part 2 §8.6.2 Table 8.4", "Severity index of sulfide stress cracking"),
    inputs=(MATERIAL, *WATER, *_H2S, HB, PWHT),
    outputs=(*ENVIRONMENT, Param("hardness", "code", codes=HARDNESS)),
    needs=("material_class", "water_present", "H2S_water_ppmw", "pH", "HB_weld", "pwht", "cyanide"),
    compute=_ssc,
    steps=(
        _ENVIRONMENT_STEP,
        Step(
            ssc_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("h2s_severity", "hardness", "cyanide_upgrade", "susceptibility_screened"),
        ),
    ),
    tables=("wet_h2s", "ssc", "SVI"),
    constants=_CONSTANTS,
    settings=("rbi.scc_gap", "rbi.scc_overlap"),
)


def _hic(x: Inputs) -> Columns:
    outside = ~is_class(x, STEELS) & (x["material_class"] >= 0)
    dry, unknown_water = water_absent(x)
    out = environment_columns(x)
    absent = dry | (out["H2S_used_ppmw"] == 0.0)
    out["steel_column"] = steel_column(x)
    level = hic_susceptibility(out["h2s_severity"], out["steel_column"], x["pwht"], out["cyanide_upgrade"])
    judged = ~outside & ~absent
    out["lacking"] = lacking(
        x,
        HIC.needs,
        HIC.inputs,
        material_class=~absent,
        water_present=judged & unknown_water,
        H2S_water_ppmw=judged & np.isnan(x["H2S_ppmw"]),
        pH=judged,
        product_form=judged,
        steel_sulfur_pct=judged & (x["product_form"] == 0),
        pwht=judged,
        cyanide=judged & out["cyanide_matters"],
    )
    return out | screened(outside, absent, level, judged & (out["lacking"] == 0) & (level >= 0))


HIC = Screen(
    key="scc_hic_h2s",
    ref=API581_2016.at("Part 2 §9", "Hydrogen-induced cracking in wet H2S"),
    severity=API581_2016.at("Part 2 §9.6.2 Table 9.4", "Severity index of hydrogen-induced cracking in wet H2S"),
    inputs=(MATERIAL, *WATER, *_H2S, PRODUCT, SULFUR, PWHT, *MONITORING),
    outputs=(*ENVIRONMENT, Param("steel_column", "code", codes=STEEL_COLUMNS)),
    needs=(
        "material_class",
        "water_present",
        "H2S_water_ppmw",
        "pH",
        "product_form",
        "steel_sulfur_pct",
        "pwht",
        "cyanide",
    ),
    compute=_hic,
    steps=(
        _ENVIRONMENT_STEP,
        Step(
            hic_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("h2s_severity", "steel_column", "cyanide_upgrade", "susceptibility_screened"),
        ),
    ),
    tables=("wet_h2s", "hic_h2s", "SVI"),
    constants=(*_CONSTANTS, "S_steel_pct"),
    settings=("rbi.scc_gap", "rbi.scc_overlap"),
    monitored=True,
)

SSC_PROCEDURE = procedure_of(SSC)
HIC_PROCEDURE = procedure_of(HIC)
SSC_MECHANISM = mechanism_of(SSC, "scc", SSC_PROCEDURE)
HIC_MECHANISM = mechanism_of(HIC, "scc", HIC_PROCEDURE)
