"""The thickness that governs among all cases, alert and retirement lines, and the three pressures at the top."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API510, API570, API574, ASME_VIII_1, OWN_METHOD
from integrity.core.registry import register
from integrity.design.common import CASE, CASES, MAWP, T_REQ, T_REQ_CASE

_GOVERN = OWN_METHOD.at("governing thickness", "Greatest of the cases that compete")
_NEXT = API510.at("7.3 and API 570 7.2", "Wall at the next inspection with a multiple of the expected loss")
_TOP = ASME_VIII_1.at("UG-98", "Pressure at the top: static head taken off")
_BARLOW = API570.at("Annex C", "Piping MAWP at the next inspection")
STATES = ("new", "now", "next", "next_1x")


@clause(_GOVERN, symbol="t_req", expr="max(t_p, t_ext, t_struct, t_code, t_owner)", quantity="thickness")
def governing_thickness(t_p: Any, t_ext: Any, t_struct: Any, t_code: Any, t_owner: Any) -> Any:
    """Greatest of the competing thicknesses; 0 stands for a case that does not apply, NaN for an unknown one.

    Parameters
    ----------
    t_p : array_like, mm
        By internal pressure.
    t_ext : array_like, mm
        By external pressure.
    t_struct : array_like, mm
        Structural least thickness.
    t_code : array_like, mm
        Least thickness of the code.
    t_owner : array_like, mm
        Owner's least thickness.

    Returns
    -------
    array_like, mm
    """
    return np.maximum(np.maximum(np.maximum(np.maximum(t_p, t_ext), t_struct), t_code), t_owner)


@clause(
    API574.at("alert thickness", "Owner's rule"),
    symbol="t_alert",
    expr="max(t_req, t_alert_tab, t_req + f_alert*(t_nom - t_req))",
    quantity="thickness",
)
def alert_line(t_req: Any, t_alert_tab: Any, f_alert: Any, t_nom: Any) -> Any:
    """Alert thickness: table value of pipe, or a share of the wall above the required one, the greater.

    Parameters
    ----------
    t_req : array_like, mm
    t_alert_tab : array_like, mm
        Table value, 0 where there is none.
    f_alert : array_like
        Share of the wall above the required thickness that is left at the alert.
    t_nom : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return np.maximum(np.maximum(t_req, t_alert_tab), t_req + f_alert * (t_nom - t_req))


@clause(
    OWN_METHOD.at("retirement", "Retirement equals the required thickness"),
    symbol="t_retire",
    expr="t_req",
    quantity="thickness",
)
def retirement_line(t_req: Any) -> Any:
    """Retirement thickness.

    Parameters
    ----------
    t_req : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return t_req


@clause(_NEXT, symbol="t_next", expr="t_now - f_loss*CR_gov*years", quantity="thickness")
def wall_at_next(t_now: Any, f_loss: Any, CR_gov: Any, years: Any) -> Any:
    """Wall that counts at the next inspection.

    Parameters
    ----------
    t_now : array_like, mm
        Present least thickness.
    f_loss : array_like
        Multiple of the expected loss, 2 by API 510 and API 570.
    CR_gov : array_like, mm/year
    years : array_like, year
        Years to the next inspection.

    Returns
    -------
    array_like, mm
    """
    return t_now - f_loss * CR_gov * years


@clause(_TOP, symbol="MAWP_now", expr="MAWP_part - P_head", quantity="pressure")
def pressure_at_top(MAWP_part: Any, P_head: Any) -> Any:
    """Pressure at the top of the vessel that a part allows.

    Parameters
    ----------
    MAWP_part : array_like, MPa
    P_head : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return MAWP_part - P_head


@clause(_NEXT, symbol="interval_max", expr="(t_now - t_p)/(f_loss*CR_gov)", quantity="time")
def longest_interval(t_now: Any, t_p: Any, f_loss: Any, CR_gov: Any) -> Any:
    """Longest interval after which the MAWP at the next inspection still is the design pressure.

    Parameters
    ----------
    t_now : array_like, mm
    t_p : array_like, mm
        Thickness that the design pressure needs.
    f_loss : array_like
    CR_gov : array_like, mm/year

    Returns
    -------
    array_like, year
        Negative where the design pressure is not held today; infinite without loss.
    """
    return (t_now - t_p) / (f_loss * CR_gov)


@clause(_BARLOW, symbol="MAWP", expr="2*S*E*t_next/D_o", quantity="pressure")
def barlow_pressure(S: Any, E: Any, t_next: Any, D_o: Any) -> Any:
    """Pressure of pipe by the Barlow form that API 570 uses in its examples.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t_next : array_like, mm
    D_o : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * t_next / D_o


def _required(i: Inputs) -> Columns:
    cases = ("t_p", "t_ext", "t_struct", "t_code", "t_owner")
    stack = np.stack([i[c] for c in cases])
    t_req = governing_thickness(*(i[c] for c in cases))
    which = np.argmax(stack, axis=0) if i.n else np.zeros(0, dtype=np.int64)
    fixed = np.array([-1, CASE["external_pressure"], CASE["structural"], CASE["code_minimum"], CASE["owner"]])
    case = np.where(which == 0, i["t_p_case"], fixed[which])
    case = np.where(np.isnan(t_req), -1, np.where(t_req == 0, CASE["none"], case))
    f_alert = np.full(i.n, i.settings.number("design.alert_fraction"))
    return {
        "t_req": t_req,
        "t_req_case": case.astype(np.int64),
        "f_alert": f_alert,
        "t_alert": alert_line(t_req, i["t_alert_tab"], f_alert, i["t_nom"]),
        "t_retire": retirement_line(t_req),
    }


REQUIRED = register(
    Procedure(
        key="design.required_thickness",
        ref=_GOVERN,
        inputs=(
            Param("t_p", "thickness"),
            Param("t_p_case", "code", required=False, codes=CASES),
            Param("t_ext", "thickness"),
            Param("t_struct", "thickness"),
            Param("t_code", "thickness"),
            Param("t_owner", "thickness"),
            Param("t_alert_tab", "thickness"),
            Param("t_nom", "thickness", required=False),
        ),
        outputs=(
            T_REQ,
            T_REQ_CASE,
            Param("f_alert", "ratio"),
            Param("t_alert", "thickness", conclusion=True),
            Param("t_retire", "thickness", conclusion=True),
        ),
        compute=_required,
        steps=(
            Step(governing_thickness, "t_req"),
            Step(alert_line, "t_alert"),
            Step(retirement_line, "t_retire"),
        ),
        settings=("design.alert_fraction", "design.retirement_basis", "design.structural_minimum"),
    )
)


def _at_next(i: Inputs) -> Columns:
    f_loss = np.full(i.n, i.settings.number("design.mawp_loss_factor"))
    one = np.ones(i.n)
    return {
        "f_loss": f_loss,
        "f_one": one,
        "t_next": wall_at_next(i["t_now"], f_loss, i["CR_gov"], i["years"]),
        "t_next_1x": wall_at_next(i["t_now"], one, i["CR_gov"], i["years"]),
    }


AT_NEXT = register(
    Procedure(
        key="design.wall_at_next",
        ref=_NEXT,
        inputs=(Param("t_now", "thickness"), Param("CR_gov", "rate"), Param("years", "time")),
        outputs=(
            Param("f_loss", "ratio"),
            Param("f_one", "ratio"),
            Param("t_next", "thickness", conclusion=True),
            Param("t_next_1x", "thickness", conclusion=True),
        ),
        compute=_at_next,
        limits=(Limit("rate_not_negative", _NEXT, lambda c: (c["CR_gov"] >= 0.0) & (c["years"] >= 0.0)),),
        steps=(Step(wall_at_next, "t_next"), Step(wall_at_next, "t_next_1x", {"f_loss": "f_one"})),
        settings=("design.mawp_loss_factor",),
    )
)


def _rating(i: Inputs) -> Columns:
    f_loss = np.full(i.n, i.settings.number("design.mawp_loss_factor"))
    states = {f"MAWP_{s}": pressure_at_top(i[f"MAWP_part_{s}"], i["P_head"]) for s in STATES}
    above = stack_codes(
        (np.isnan(i["set_pressure"]) | np.isnan(states["MAWP_now"]), -1),
        (at_most(i["set_pressure"], states["MAWP_now"]), 0),
        default=1,
    )
    interval = longest_interval(i["t_now"], i["t_p"], f_loss, i["CR_gov"])
    return {**states, "f_loss": f_loss, "set_above_mawp": above, "interval_max": interval}


_PARTS = tuple(Param(f"MAWP_part_{s}", "pressure", required=False) for s in STATES)

RATING = register(
    Procedure(
        key="design.rating",
        ref=_TOP,
        inputs=(
            *_PARTS,
            Param("P_head", "pressure"),
            Param("set_pressure", "pressure", required=False),
            Param("t_now", "thickness", required=False),
            Param("t_p", "thickness", required=False),
            Param("CR_gov", "rate", required=False),
        ),
        outputs=(
            *(Param(f"MAWP_{s}", "pressure", conclusion=True) for s in STATES),
            Param("f_loss", "ratio"),
            Param("set_above_mawp", "flag"),
            Param("interval_max", "time", conclusion=True),
        ),
        compute=_rating,
        steps=(
            *(Step(pressure_at_top, f"MAWP_{s}", {"MAWP_part": f"MAWP_part_{s}"}) for s in STATES),
            Step(longest_interval, "interval_max"),
        ),
        settings=("design.mawp_loss_factor",),
    )
)


def _piping(i: Inputs) -> Columns:
    f_loss = np.full(i.n, i.settings.number("design.mawp_loss_factor"))
    t_next = wall_at_next(i["t_now"], f_loss, i["CR_gov"], i["years"])
    return {"f_loss": f_loss, "t_next": t_next, "MAWP": barlow_pressure(i["S"], i["E"], t_next, i["D_o"])}


API570_MAWP = register(
    Procedure(
        key="api570.2016.mawp",
        ref=_BARLOW,
        inputs=(
            Param("S", "stress"),
            Param("E", "ratio"),
            Param("D_o", "length"),
            Param("t_now", "thickness"),
            Param("CR_gov", "rate"),
            Param("years", "time"),
        ),
        outputs=(Param("f_loss", "ratio"), Param("t_next", "thickness", conclusion=True), MAWP),
        compute=_piping,
        limits=(
            Limit("rate_not_negative", _BARLOW, lambda c: (c["CR_gov"] >= 0.0) & (c["years"] >= 0.0)),
            Limit("wall_left", _BARLOW, lambda c: c["t_next"] > 0.0),
        ),
        steps=(Step(wall_at_next, "t_next"), Step(barlow_pressure, "MAWP")),
        settings=("design.mawp_loss_factor",),
    )
)
