"""Registered procedures of materials: allowable stress, strength at temperature, quality factor of pipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API579_2021, ASME_B31_3, OWN_METHOD
from integrity.core.registry import register
from integrity.core.verdict import Verdict
from integrity.design import materials
from integrity.design.materials import GROUPS, STRESS_CASES
from integrity.design.table_files import constant, constants, is_true, number, table_rows

_STRESS = OWN_METHOD.at("stress tables", "Allowable stress of the item's own code and edition")
_STRENGTH = OWN_METHOD.at("strength tables", "Strength at room temperature")
_YIELD = API579_2021.at("Annex 2E", "Yield strength against temperature")
_JOINT = ASME_B31_3.at("Table A-1B, 302.3.5(e)", "Quality factor and weld strength reduction of pipe")
_QUALITY = "joint_quality.csv"
_USED = ("table", "first_row", "owner")
E_CASES = ("owner", "specification", "none")
W_CASES = ("below_creep", "seamless", "none")


@clause(_STRESS, symbol="S_lo", expr="", quantity="stress", kind=TABLE, note="design.note.stress_table")
def stress_row(material: Any, construction_code: Any, code_edition: Any, t_nom: Any, T: Any) -> Any:
    """Lower cell of the stress table for own code, edition and thickness band.

    Parameters
    ----------
    material : iterable of str
    construction_code : ndarray of int64
    code_edition : iterable of str
    t_nom : array_like, mm
    T : array_like, degC

    Returns
    -------
    ndarray of float64, MPa
    """
    return materials.allowable_stress(material, construction_code, code_edition, T, t_nom).S_lo


@clause(_STRESS, symbol="S", expr="S_lo + (S_hi - S_lo)*(T - T_lo)/(T_hi - T_lo)", quantity="stress")
def stress_between(S_lo: Any, S_hi: Any, T: Any, T_lo: Any, T_hi: Any) -> Any:
    """Linear in temperature between two cells of the table.

    Parameters
    ----------
    S_lo, S_hi : array_like, MPa
    T, T_lo, T_hi : array_like, degC

    Returns
    -------
    array_like, MPa
    """
    return S_lo + (S_hi - S_lo) * (T - T_lo) / (T_hi - T_lo)


@clause(_STRESS, symbol="S", expr="S_lo", quantity="stress")
def stress_first(S_lo: Any) -> Any:
    """First value of the table, below its first temperature.

    Parameters
    ----------
    S_lo : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return S_lo


@clause(_STRESS, symbol="S", expr="S_owner", quantity="stress")
def stress_given(S_owner: Any) -> Any:
    """The owner's allowable stress, which overrides the table.

    Parameters
    ----------
    S_owner : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return S_owner


@clause(_STRENGTH, symbol="S_y", expr="", quantity="stress", kind=TABLE, note="design.note.strength_table")
def strength_row(material: Any, t_nom: Any) -> Any:
    """Specified minimum yield strength at room temperature.

    Parameters
    ----------
    material : iterable of str
    t_nom : array_like, mm

    Returns
    -------
    ndarray of float64, MPa
    """
    return materials.strength(material, t_nom).S_y


@clause(_YIELD, symbol="ratio", expr="", quantity="ratio", kind=TABLE, note="design.note.yield_ratio")
def yield_ratio_row(material: Any, T: Any) -> Any:
    """Yield strength at temperature over that at room temperature, a polynomial in degF.

    Parameters
    ----------
    material : iterable of str
    T : array_like, degC

    Returns
    -------
    ndarray of float64
    """
    return materials.strength(material, np.full(np.shape(T), np.nan), T).ratio


@clause(_YIELD, symbol="S_y_T", expr="S_y*ratio", quantity="stress")
def yield_at_temperature(S_y: Any, ratio: Any) -> Any:
    """Yield strength at temperature.

    Parameters
    ----------
    S_y : array_like, MPa
    ratio : array_like

    Returns
    -------
    array_like, MPa
    """
    return S_y * ratio


@clause(_STRENGTH, symbol="E_y", expr="", quantity="stress", kind=TABLE, note="design.note.modulus")
def modulus_row(material: Any, T: Any) -> Any:
    """Modulus of elasticity at temperature, linear between table temperatures.

    Parameters
    ----------
    material : iterable of str
    T : array_like, degC

    Returns
    -------
    ndarray of float64, MPa
    """
    return materials.strength(material, np.full(np.shape(T), np.nan), T).E_y


@clause(_JOINT, symbol="E_j", expr="", quantity="ratio", kind=TABLE, note="design.note.joint_quality")
def joint_row(material: Any) -> Any:
    """Quality factor by specification of seamless pipe.

    Parameters
    ----------
    material : iterable of str

    Returns
    -------
    ndarray of float64
    """
    return joint_quality(material)[0]


@clause(_JOINT, symbol="E_j", expr="E", quantity="ratio")
def joint_given(E: Any) -> Any:
    """Quality factor given by the owner.

    Parameters
    ----------
    E : array_like

    Returns
    -------
    array_like
    """
    return E


@clause(_JOINT, symbol="W", expr="", quantity="ratio", kind=TABLE, note="design.note.weld_factor")
def weld_factor(T: Any, seamless: Any) -> Any:
    """Weld strength reduction factor: 1 below the creep range or without a longitudinal weld, else unknown.

    Parameters
    ----------
    T : array_like, degC
    seamless : ndarray of int64
        1 seamless, 0 welded, -1 unknown.

    Returns
    -------
    ndarray of float64
    """
    return np.where(at_most(T, constant("T_W")) | (seamless == 1), 1.0, np.nan)


def joint_quality(material: Any, overlay: Path | None = None) -> tuple[Any, Any]:
    """Quality factor and seamlessness by pipe specification.

    Parameters
    ----------
    material : iterable of str
    overlay : Path, optional

    Returns
    -------
    E_j : ndarray of float64
        NaN where the specification is not listed.
    seamless : ndarray of int64
        1, 0 or -1.
    """
    mats, _, m = materials.canonical(material, overlay)
    rows = {r["material"]: r for r in table_rows(_QUALITY, ("material", "E_j", "seamless"), overlay)}
    E_j = np.array([number(rows[x], "E_j", np.nan, _QUALITY) if x in rows else np.nan for x in mats] or [np.nan])
    seamless = np.array([int(is_true(rows[x], "seamless")) if x in rows else NO_CODE for x in mats] or [NO_CODE])
    return E_j[m], seamless[m]


def _stress(i: Inputs, overlay: Path | None) -> Columns:
    found = materials.allowable_stress(
        i["material"],
        i["construction_code"],
        i["code_edition"],
        i["T"],
        i["t_nom"],
        i["S_owner"],
        line=i.settings.code("design.austenitic_line"),
        overlay=overlay,
    )
    usable = np.isin(found.case, [STRESS_CASES.index(c) for c in _USED])
    return {
        "S_case": found.case,
        "T_lo": found.T_lo,
        "T_hi": found.T_hi,
        "S_lo": found.S_lo,
        "S_hi": found.S_hi,
        "S_source": found.source,
        "S_verified": found.verified,
        "S": found.S,
        "verdict": np.where(usable, int(Verdict.CALCULATED), int(Verdict.INSUFFICIENT_DATA)),
    }


def stress_procedure(overlay: Path | None = None) -> Procedure:
    """Allowable stress, reading replaced tables where there are any.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    Procedure
    """
    return Procedure(
        key="materials.allowable_stress",
        ref=_STRESS,
        inputs=(
            Param("material", "text", required=False),
            Param("construction_code", "code", required=False, codes=codes("construction_code")),
            Param("code_edition", "text", required=False),
            Param("T", "temperature", required=False),
            Param("t_nom", "thickness", required=False),
            Param("S_owner", "stress", required=False),
        ),
        outputs=(
            Param("S_case", "code", codes=STRESS_CASES),
            Param("T_lo", "temperature"),
            Param("T_hi", "temperature"),
            Param("S_lo", "stress"),
            Param("S_hi", "stress"),
            Param("S_source", "text"),
            Param("S_verified", "flag"),
            Param("S", "stress", conclusion=True),
        ),
        compute=lambda i: _stress(i, overlay),
        limits=(Limit("temperature_above_table", _STRESS, lambda c: c["S_case"] != STRESS_CASES.index("above_table")),),
        steps=(
            *(
                Step(
                    stress_row,
                    "S_lo",
                    when=("S_case", case),
                    note_params=("T_lo", "T_hi", "S_lo", "S_hi", "S_source", "S_verified"),
                )
                for case in ("table", "first_row")
            ),
            Step(stress_between, "S", when=("S_case", "table")),
            Step(stress_first, "S", when=("S_case", "first_row")),
            Step(stress_given, "S", when=("S_case", "owner")),
        ),
        settings=("design.austenitic_line",),
    )


def _strength(i: Inputs, overlay: Path | None) -> Columns:
    found = materials.strength(i["material"], i["t_nom"], i["T"], overlay=overlay)
    usable = ~np.isnan(found.S_y)
    return {
        "S_y": found.S_y,
        "S_u": found.S_u,
        "ratio": found.ratio,
        "S_y_T": found.S_y_T,
        "E_y": found.E_y,
        "group": found.group,
        "strength_source": found.source,
        "strength_verified": found.verified,
        "verdict": np.where(usable, int(Verdict.CALCULATED), int(Verdict.INSUFFICIENT_DATA)),
    }


def strength_procedure(overlay: Path | None = None) -> Procedure:
    """Strength at room temperature and at temperature, reading replaced tables where there are any.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    Procedure
    """
    note = ("S_y", "S_u", "strength_source", "strength_verified")
    return Procedure(
        key="materials.strength",
        ref=_STRENGTH,
        inputs=(
            Param("material", "text", required=False),
            Param("t_nom", "thickness", required=False),
            Param("T", "temperature", required=False),
        ),
        outputs=(
            Param("S_y", "stress"),
            Param("S_u", "stress"),
            Param("ratio", "ratio"),
            Param("S_y_T", "stress"),
            Param("E_y", "stress"),
            Param("group", "code", codes=GROUPS),
            Param("strength_source", "text"),
            Param("strength_verified", "flag"),
        ),
        compute=lambda i: _strength(i, overlay),
        steps=(
            Step(strength_row, "S_y", note_params=note),
            Step(yield_ratio_row, "ratio", note_params=("T",)),
            Step(yield_at_temperature, "S_y_T"),
            Step(modulus_row, "E_y", note_params=("T",)),
        ),
    )


def _joint(i: Inputs, overlay: Path | None) -> Columns:
    by_spec, seamless = joint_quality(i["material"], overlay)
    E_case = stack_codes((~np.isnan(i["E"]), 0), (~np.isnan(by_spec), 1), default=2)
    W = weld_factor(i["T"], seamless)
    W_case = stack_codes((at_most(i["T"], constant("T_W")), 0), (seamless == 1, 1), default=2)
    return {
        "E_case": E_case,
        "E_j": np.where(E_case == 0, joint_given(i["E"]), by_spec),
        "seamless": seamless,
        "W_case": W_case,
        "W": W,
    }


def joint_procedure(overlay: Path | None = None) -> Procedure:
    """Quality factor and weld strength reduction of pipe, reading a replaced table where there is one.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    Procedure
    """
    return Procedure(
        key="b31_3.2020.joint",
        ref=_JOINT,
        inputs=(
            Param("material", "text", required=False),
            Param("E", "ratio", required=False),
            Param("T", "temperature", required=False),
        ),
        outputs=(
            Param("E_case", "code", codes=E_CASES),
            Param("E_j", "ratio", conclusion=True),
            Param("seamless", "flag"),
            Param("W_case", "code", codes=W_CASES),
            Param("W", "ratio", conclusion=True),
        ),
        compute=lambda i: _joint(i, overlay),
        steps=(
            Step(joint_given, "E_j", when=("E_case", "owner")),
            Step(joint_row, "E_j", when=("E_case", "specification"), note_params=("material", "E_j")),
            Step(weld_factor, "W", note_params=("T",)),
        ),
        constants=constants("T_W"),
    )


STRESS = register(stress_procedure())
STRENGTH = register(strength_procedure())
JOINT = register(joint_procedure())
