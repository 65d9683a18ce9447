"""Straight pipe and bends of ASME B31.3 under internal pressure, t < D/6."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Procedure, Step
from integrity.core.reference import API579_2021, ASME_B31_3
from integrity.core.registry import register
from integrity.design.common import fill, governing
from integrity.design.pipe_common import (
    BEND_INPUTS,
    BEND_OUTPUTS,
    BEND_POSITIONS,
    PIPE_INPUTS,
    PIPE_OUTPUTS,
    bend_limit,
    pipe_limits,
    y_coefficient,
    y_values,
)
from integrity.design.table_files import constants

_STRAIGHT = ASME_B31_3.at("304.1.2", "Straight pipe under internal pressure")
_LONGITUDINAL = API579_2021.at("Annex 2C", "Pipe, longitudinal stress by pressure alone")
_BEND = ASME_B31_3.at("304.2.1", "Pipe bends under internal pressure")


@clause(_STRAIGHT, symbol="t_C", expr="P*D_o/(2*(S*E*W + P*Y)) + MA", quantity="thickness")
def pipe_thickness(P: Any, D_o: Any, S: Any, E: Any, W: Any, Y: Any, MA: Any) -> Any:
    """Thickness of straight pipe for circumferential stress, with mechanical allowance, without corrosion allowance.

    Parameters
    ----------
    P : array_like, MPa
    D_o : array_like, mm
        Outside diameter.
    S : array_like, MPa
    E : array_like
        Quality factor.
    W : array_like
        Weld strength reduction factor.
    Y : array_like
    MA : array_like, mm
        Mechanical allowance: thread or groove depth.

    Returns
    -------
    array_like, mm
    """
    return P * D_o / (2 * (S * E * W + P * Y)) + MA


@clause(_LONGITUDINAL, symbol="t_L", expr="P*D_o/(4*(S*E + P*Y)) + MA", quantity="thickness")
def pipe_thickness_longitudinal(P: Any, D_o: Any, S: Any, E: Any, Y: Any, MA: Any) -> Any:
    """Thickness of straight pipe for longitudinal stress by pressure alone.

    Parameters
    ----------
    P : array_like, MPa
    D_o : array_like, mm
    S : array_like, MPa
    E : array_like
    Y : array_like
    MA : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return P * D_o / (4 * (S * E + P * Y)) + MA


@clause(_STRAIGHT, symbol="t_req", expr="max(t_C, t_L)", quantity="thickness")
def pipe_required(t_C: Any, t_L: Any) -> Any:
    """Required thickness of straight pipe: the greater of both stress directions.

    Parameters
    ----------
    t_C, t_L : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return np.maximum(t_C, t_L)


@clause(_STRAIGHT, symbol="t_order", expr="(t_req + CA_mm)/(1 - mill)", quantity="thickness")
def order_thickness(t_req: Any, CA_mm: Any, mill: Any) -> Any:
    """Nominal thickness to order: corrosion allowance and mill tolerance on top; never used for remaining life.

    Parameters
    ----------
    t_req : array_like, mm
    CA_mm : array_like, mm
    mill : array_like
        Mill under-tolerance as a fraction.

    Returns
    -------
    array_like, mm
    """
    return (t_req + CA_mm) / (1 - mill)


@clause(_STRAIGHT, symbol="MAWP_C", expr="2*S*E*W*(t - MA)/(D_o - 2*Y*(t - MA))", quantity="pressure")
def pipe_pressure(S: Any, E: Any, W: Any, t: Any, MA: Any, D_o: Any, Y: Any) -> Any:
    """Pressure that straight pipe carries by circumferential stress.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    W : array_like
    t : array_like, mm
    MA : array_like, mm
    D_o : array_like, mm
    Y : array_like

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * W * (t - MA) / (D_o - 2 * Y * (t - MA))


@clause(_LONGITUDINAL, symbol="MAWP_L", expr="4*S*E*(t - MA)/(D_o - 4*Y*(t - MA))", quantity="pressure")
def pipe_pressure_longitudinal(S: Any, E: Any, t: Any, MA: Any, D_o: Any, Y: Any) -> Any:
    """Pressure that straight pipe carries by longitudinal stress of pressure alone.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t : array_like, mm
    MA : array_like, mm
    D_o : array_like, mm
    Y : array_like

    Returns
    -------
    array_like, MPa
    """
    return 4 * S * E * (t - MA) / (D_o - 4 * Y * (t - MA))


@clause(_STRAIGHT, symbol="MAWP", expr="min(MAWP_C, MAWP_L)", quantity="pressure")
def pipe_least_pressure(MAWP_C: Any, MAWP_L: Any) -> Any:
    """Least of both directions.

    Parameters
    ----------
    MAWP_C, MAWP_L : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return np.minimum(MAWP_C, MAWP_L)


@clause(_BEND, symbol="I_in", expr="(4*R_bend/D_o - 1)/(4*R_bend/D_o - 2)", quantity="ratio")
def intrados_factor(R_bend: Any, D_o: Any) -> Any:
    """Factor at the inside of a bend; R_bend > D_o/2.

    Parameters
    ----------
    R_bend : array_like, mm
        Radius of the centre line.
    D_o : array_like, mm

    Returns
    -------
    array_like
    """
    return (4 * R_bend / D_o - 1) / (4 * R_bend / D_o - 2)


@clause(_BEND, symbol="I_out", expr="(4*R_bend/D_o + 1)/(4*R_bend/D_o + 2)", quantity="ratio")
def extrados_factor(R_bend: Any, D_o: Any) -> Any:
    """Factor at the outside of a bend.

    Parameters
    ----------
    R_bend : array_like, mm
    D_o : array_like, mm

    Returns
    -------
    array_like
    """
    return (4 * R_bend / D_o + 1) / (4 * R_bend / D_o + 2)


@clause(_BEND, symbol="I", expr="I", quantity="ratio")
def position_factor(I: Any) -> Any:  # noqa: E741
    """Factor of the position that is assessed.

    Parameters
    ----------
    I : array_like

    Returns
    -------
    array_like
    """
    return I


@clause(_BEND, symbol="t_req", expr="P*D_o/(2*(S*E*W/I + P*Y)) + MA", quantity="thickness")
def bend_thickness(P: Any, D_o: Any, S: Any, E: Any, W: Any, I: Any, Y: Any, MA: Any) -> Any:  # noqa: E741
    """Required thickness of a bend at the position of the factor I.

    Parameters
    ----------
    P : array_like, MPa
    D_o : array_like, mm
    S : array_like, MPa
    E : array_like
    W : array_like
    I : array_like
    Y : array_like
    MA : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return P * D_o / (2 * (S * E * W / I + P * Y)) + MA


@clause(_BEND, symbol="MAWP", expr="2*S*E*W/I*(t - MA)/(D_o - 2*Y*(t - MA))", quantity="pressure")
def bend_pressure(S: Any, E: Any, W: Any, I: Any, t: Any, MA: Any, D_o: Any, Y: Any) -> Any:  # noqa: E741
    """Pressure that a bend carries at the position of the factor I.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    W : array_like
    I : array_like
    t : array_like, mm
    MA : array_like, mm
    D_o : array_like, mm
    Y : array_like

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * W / I * (t - MA) / (D_o - 2 * Y * (t - MA))


def _straight(i: Inputs, overlay: Path | None) -> Columns:
    P, S, E, W, D_o, MA, t = (i[c] for c in ("P", "S", "E", "W", "D_o", "MA", "t"))
    Y = y_values(i["T"], i["group"], overlay)
    t_C, t_L = pipe_thickness(P, D_o, S, E, W, Y, MA), pipe_thickness_longitudinal(P, D_o, S, E, Y, MA)
    _, case = governing(("circumferential", t_C), ("longitudinal", t_L))
    t_req = pipe_required(t_C, t_L)
    MAWP_C, MAWP_L = pipe_pressure(S, E, W, t, MA, D_o, Y), pipe_pressure_longitudinal(S, E, t, MA, D_o, Y)
    return {
        "Y": Y,
        "t_C": t_C,
        "t_L": t_L,
        "t_req": t_req,
        "t_req_case": case,
        "t_order": order_thickness(t_req, i["CA_mm"], i["mill"]),
        "MAWP_C": MAWP_C,
        "MAWP_L": MAWP_L,
        "MAWP": pipe_least_pressure(MAWP_C, MAWP_L),
    }


def _bend(i: Inputs, overlay: Path | None) -> Columns:
    P, S, E, W, D_o, MA, R_bend = (i[c] for c in ("P", "S", "E", "W", "D_o", "MA", "R_bend"))
    Y = y_values(i["T"], i["group"], overlay)
    I_in, I_out, I_side = intrados_factor(R_bend, D_o), extrados_factor(R_bend, D_o), np.ones(i.n)
    where = [i["bend_position"] == BEND_POSITIONS.index(p) for p in BEND_POSITIONS]
    factor = np.select(where, [I_in, I_side, I_out], np.nan)
    t_req = bend_thickness(P, D_o, S, E, W, factor, Y, MA)
    return {
        "Y": Y,
        "I_in": I_in,
        "I_out": I_out,
        "I_side": I_side,
        "I": factor,
        "t_req": t_req,
        "t_req_case": fill("circumferential", t_req),
        "t_order": order_thickness(t_req, i["CA_mm"], i["mill"]),
        "MAWP": bend_pressure(S, E, W, factor, i["t"], MA, D_o, Y),
    }


def pipe_procedure(overlay: Path | None = None) -> Procedure:
    """The procedure of straight pipe, reading replaced tables where there are any.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    Procedure
    """
    return Procedure(
        key="b31_3.2020.pipe",
        ref=_STRAIGHT,
        inputs=PIPE_INPUTS,
        outputs=PIPE_OUTPUTS,
        compute=lambda i: _straight(i, overlay),
        limits=pipe_limits(_STRAIGHT),
        steps=(
            Step(y_coefficient, "Y", note_params=("group", "T", "Y")),
            Step(pipe_thickness, "t_C"),
            Step(pipe_thickness_longitudinal, "t_L"),
            Step(pipe_required, "t_req"),
            Step(order_thickness, "t_order"),
            Step(pipe_pressure, "MAWP_C"),
            Step(pipe_pressure_longitudinal, "MAWP_L"),
            Step(pipe_least_pressure, "MAWP"),
        ),
        constants=constants("k_t_pipe", "k_P_pipe"),
    )


def bend_procedure(overlay: Path | None = None) -> Procedure:
    """The procedure of bends, reading replaced tables where there are any.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    Procedure
    """
    factors = (("intrados", "I_in"), ("sidewall", "I_side"), ("extrados", "I_out"))
    return Procedure(
        key="b31_3.2020.bend",
        ref=_BEND,
        inputs=BEND_INPUTS,
        outputs=BEND_OUTPUTS,
        compute=lambda i: _bend(i, overlay),
        limits=(*pipe_limits(_BEND), bend_limit(_BEND)),
        steps=(
            Step(y_coefficient, "Y", note_params=("group", "T", "Y")),
            Step(intrados_factor, "I_in", when=("bend_position", "intrados")),
            Step(extrados_factor, "I_out", when=("bend_position", "extrados")),
            *(Step(position_factor, "I", {"I": column}, when=("bend_position", place)) for place, column in factors),
            Step(bend_thickness, "t_req"),
            Step(order_thickness, "t_order"),
            Step(bend_pressure, "MAWP"),
        ),
        constants=constants("k_t_pipe", "k_P_pipe", "k_R_bend"),
    )


PIPE = register(pipe_procedure())
BEND = register(bend_procedure())
