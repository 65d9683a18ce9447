"""Procedures `level2_summary` and `level2_contribution`: areas of a component over its holes, and of one event."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import HOLES
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f
from integrity.rbi.level2.hole import MECHANISMS
from integrity.rbi.pof import CHECKS, frequency_columns, generic_frequency, total_frequency

KEY = "api581.2016.level2_summary"
CONTRIBUTION_KEY = "api581.2016.level2_contribution"
BASES = ("damage", "injury_toxic", "injury_nfnt", "injury_flammable")

_REF = API581_2016.at("Part 3 §5.11", "Level 2 consequence area")
_WEIGHTS = API581_2016.at("Part 3 §5.8.7, §5.9.5, §5.10.5", "Area weighted by the holes")


@clause(
    _WEIGHTS,
    symbol="CA",
    expr="(gff_small*CA_small + gff_medium*CA_medium + gff_large*CA_large + gff_rupture*CA_rupture)/gff_total",
    quantity="area",
)
def over_holes(
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
    return f(top / gff_total)


@clause(
    API581_2016.at("Part 3 §5.11 eq. (3.202)", "Component damage: with and without ignition"),
    symbol="CA_cmd",
    expr="CA_cmd_flam + CA_cmd_nfnt",
    quantity="area",
)
def damage(CA_cmd_flam: FloatArray, CA_cmd_nfnt: FloatArray) -> FloatArray:
    """Component damage area; ignited and not ignited exclude each other, so their weighted areas add.

    Parameters
    ----------
    CA_cmd_flam, CA_cmd_nfnt : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return f(CA_cmd_flam + CA_cmd_nfnt)


@clause(
    API581_2016.at("Part 3 §5.11 eq. (3.203)", "Injury: with ignition, and the greater without"),
    symbol="CA_inj",
    expr="CA_inj_flam + max(CA_inj_tox, CA_inj_nfnt)",
    quantity="area",
)
def injury(CA_inj_flam: FloatArray, CA_inj_tox: FloatArray, CA_inj_nfnt: FloatArray) -> FloatArray:
    """Injury area: by fire, and the greater of poison and of burst or splash where nothing ignites.

    Parameters
    ----------
    CA_inj_flam, CA_inj_tox, CA_inj_nfnt : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return f(CA_inj_flam + np.maximum(CA_inj_tox, CA_inj_nfnt))


@clause(
    API581_2016.at("Part 3 §5.11 eq. (3.204)", "Final consequence area"),
    symbol="CA",
    expr="max(CA_cmd, CA_inj)",
    quantity="area",
)
def final(CA_cmd: FloatArray, CA_inj: FloatArray) -> FloatArray:
    """Greater of component damage and injury.

    Parameters
    ----------
    CA_cmd, CA_inj : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return np.maximum(CA_cmd, CA_inj)


@clause(
    API581_2016.at("Part 3 §5.11 eq. (3.204)", "What governs the Level 2 area"),
    symbol="CA_level2_basis",
    expr="",
    quantity="code",
    kind=TABLE,
    note="level2.note.basis",
)
def basis(
    CA_cmd: FloatArray, CA_inj: FloatArray, CA_inj_flam: FloatArray, CA_inj_tox: FloatArray, CA_inj_nfnt: FloatArray
) -> IntArray:
    """Whether damage governs, or injury and what is the greatest part of it.

    Parameters
    ----------
    CA_cmd, CA_inj, CA_inj_flam, CA_inj_tox, CA_inj_nfnt : ndarray, m2

    Returns
    -------
    ndarray of int64
        Index of `BASES`.
    """
    without = np.maximum(CA_inj_tox, CA_inj_nfnt)
    return stack_codes(
        (np.isnan(CA_cmd) | np.isnan(CA_inj), -1),
        (CA_cmd >= CA_inj, 0),
        (CA_inj_flam >= without, 3),
        (CA_inj_tox >= CA_inj_nfnt, 1),
        default=2,
    )


@clause(
    API581_2016.at("Part 3 §5.8.7", "Probability of the event in this weather"),
    symbol="p_joint",
    expr="p_weather*p_event",
    quantity="ratio",
)
def joint(p_weather: FloatArray, p_event: FloatArray) -> FloatArray:
    """Probability of the weather and of the event in it, given the release.

    Parameters
    ----------
    p_weather, p_event : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(p_weather * p_event)


@clause(
    API581_2016.at("Part 1 §4.3.1 eqs. (1.6) to (1.8)", "Risk of the event, by area"),
    symbol="risk_event",
    expr="f_release*p_joint*CA",
    quantity="risk_area",
)
def event_risk(f_release: FloatArray, p_joint: FloatArray, CA: FloatArray) -> FloatArray:
    """Part of the risk that one event in one weather has.

    Parameters
    ----------
    f_release : ndarray, 1/year
    p_joint : ndarray
    CA : ndarray, m2

    Returns
    -------
    ndarray of float64, m2/year
    """
    return f(f_release * p_joint * CA)


@clause(
    API581_2016.at("Part 1 §4.3.1 eqs. (1.6) to (1.8)", "Greater of damage and injury"),
    symbol="risk_event",
    expr="max(risk_event_cmd, risk_event_inj)",
    quantity="risk_area",
)
def greater_risk(risk_event_cmd: FloatArray, risk_event_inj: FloatArray) -> FloatArray:
    """Greater of the risks by damage and by injury.

    Parameters
    ----------
    risk_event_cmd, risk_event_inj : ndarray, m2/year

    Returns
    -------
    ndarray of float64, m2/year
    """
    return np.maximum(risk_event_cmd, risk_event_inj)


def _frequencies(x: Inputs, _: Columns) -> Columns:
    return frequency_columns(x["component_type"])


def _tank(c: Mapping[str, AnyArray]) -> BoolArray:
    tanks = [i for i, n in enumerate(codes("component_type")) if n.startswith("COURSE") or n == "TANKBOTTOM"]
    return np.isin(c["component_type"], tanks)


_HOLE_AREAS = tuple(f"{m}_{h}" for m in MECHANISMS for h in HOLES)
INPUTS = (
    Param("component_type", "code", codes=codes("component_type")),
    *(Param(a, "area") for a in _HOLE_AREAS),
)
OUTPUTS = (
    *(Param(f"gff_{h}", "frequency") for h in HOLES),
    Param("gff_total", "frequency"),
    Param("gff_printed", "frequency"),
    Param("gff_check", "code", codes=CHECKS),
    *(Param(m, "area", conclusion=True) for m in MECHANISMS),
    Param("CA_cmd", "area", conclusion=True),
    Param("CA_inj", "area", conclusion=True),
    Param("CA", "area", conclusion=True),
    Param("CA_level2_basis", "code", codes=BASES, conclusion=True),
)
_ITEMS: tuple[Step | cm.Branch, ...] = (
    _frequencies,
    *(Step(generic_frequency, f"gff_{h}", note_params=("component_type", "gff_check", "gff_printed")) for h in HOLES),
    Step(total_frequency, "gff_total"),
    *(Step(over_holes, m, {f"CA_{h}": f"{m}_{h}" for h in HOLES}) for m in MECHANISMS),
    Step(damage, "CA_cmd"),
    Step(injury, "CA_inj"),
    Step(final, "CA"),
    Step(basis, "CA_level2_basis", note_params=("CA_level2_basis",)),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        Limit("rbi.not_a_tank", API581_2016.at("Part 3 §6", "Atmospheric tanks"), lambda c: ~_tank(c)),
        Limit(
            "rbi.has_generic_frequency",
            API581_2016.at("Part 2 §3.3 Table 3.1"),
            lambda c: (c["component_type"] < 0) | ~np.isnan(c["gff_total"]),
        ),
        cm.not_below_zero("level2.areas_positive", _REF, *_HOLE_AREAS),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
)

CONTRIBUTION_INPUTS = (
    Param("f_release", "frequency"),
    Param("p_weather", "ratio"),
    Param("p_event", "ratio"),
    *(Param(f"CA_{e}_event", "area") for e in cm.EFFECTS),
)
CONTRIBUTION_OUTPUTS = (
    Param("p_joint", "ratio", conclusion=True),
    *(Param(f"risk_event_{e}", "risk_area", conclusion=True) for e in cm.EFFECTS),
    Param("risk_event", "risk_area", conclusion=True),
)
_PARTS: tuple[Step | cm.Branch, ...] = (
    Step(joint, "p_joint"),
    *(Step(event_risk, f"risk_event_{e}", {"CA": f"CA_{e}_event"}) for e in cm.EFFECTS),
    Step(greater_risk, "risk_event"),
)
_EVENT = API581_2016.at("Part 3 §5.8.7", "Part of one event and weather in the risk")
CONTRIBUTION = Procedure(
    key=CONTRIBUTION_KEY,
    ref=_EVENT,
    inputs=CONTRIBUTION_INPUTS,
    outputs=CONTRIBUTION_OUTPUTS,
    compute=cm.follow(CONTRIBUTION_INPUTS, CONTRIBUTION_OUTPUTS, *_PARTS),
    limits=(
        cm.shares("level2.fractions", _EVENT, "p_weather", "p_event"),
        cm.not_below_zero("level2.areas_positive", _EVENT, "f_release", "CA_cmd_event", "CA_inj_event"),
    ),
    steps=cm.steps_of(*_PARTS),
    constants=cm.constants_of(*_PARTS),
)
