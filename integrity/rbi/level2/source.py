"""Procedure `api581.2016.level2_release`: phase at the opening, rate, mass and type of a Level 2 release."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import release_mass as ms
from integrity.rbi import release_rate as rt
from integrity.rbi.data import HOLES, number
from integrity.rbi.level2 import common as cm

KEY = "api581.2016.level2_release"
FLOWS = ("liquid", "gas_sonic", "gas_subsonic", "two_phase_as_liquid")
SCREENS = ("liquid", "gas", "two_phase", "at_storage", "at_atmosphere")
PHASE_BY = ("screen", "given", "open")
INVENTORY = ("group", "group_unknown")

_REF = API581_2016.at("Part 3 §5.3", "Level 2 release rate")
_PHASE = API581_2016.at("Part 3 §5.3.3 eqs. (3.95) to (3.97)", "Phase at the opening")


@clause(
    API581_2016.at("Part 3 §5.3.3 eqs. (3.95) to (3.97)", "Phase at the opening, by the vapour pressure"),
    symbol="phase_screen",
    expr="",
    quantity="code",
    kind=TABLE,
    note="level2.note.phase_screen",
)
def phase_screen(P_v_kPa: FloatArray, P_s_kPa: FloatArray, P_atm_kPa: FloatArray) -> IntArray:
    """Phase at the opening by the vapour pressure at the stored temperature.

    Parameters
    ----------
    P_v_kPa, P_s_kPa, P_atm_kPa : ndarray, kPa absolute
        Vapour pressure, stored pressure, pressure of the air.

    Returns
    -------
    ndarray of int64
        Index of `SCREENS`; where two pressures are equal the printed bounds meet and give no phase. -1 where one
        is missing.
    """
    blank = np.isnan(P_v_kPa) | np.isnan(P_s_kPa)
    near = 1e-9
    return stack_codes(
        (blank, -1),
        (np.abs(P_v_kPa - P_s_kPa) <= near * P_s_kPa, SCREENS.index("at_storage")),
        (np.abs(P_v_kPa - P_atm_kPa) <= near * P_atm_kPa, SCREENS.index("at_atmosphere")),
        (P_v_kPa > P_s_kPa, SCREENS.index("gas")),
        (P_v_kPa > P_atm_kPa, SCREENS.index("two_phase")),
        default=SCREENS.index("liquid"),
    )


def _pressures(x: Inputs, _: Columns) -> Columns:
    return {"P_atm_kPa": np.full(x.n, x.settings.number("atm.P_kPa"))}


def _opening(c: Mapping[str, AnyArray]) -> IntArray:
    """Index of the stored phases; the given phase only where the screen leaves it open."""
    screen = c["phase_screen"]
    by_screen = np.array([*(cm.STORED.index(s) for s in SCREENS[:3]), -1, -1, -1])[screen]
    return np.where(screen >= SCREENS.index("at_storage"), c["phase_given"], by_screen)


def _phase(x: Inputs, c: Columns) -> Columns:
    opening = _opening(c)
    border = c["phase_screen"] >= SCREENS.index("at_storage")
    by = stack_codes(
        (c["phase_screen"] < 0, -1), (border & (opening < 0), PHASE_BY.index("open")), (border, 1), default=0
    )
    return {"phase_open": opening, "phase_by": by}


def _flow(x: Inputs, c: Columns) -> Columns:
    gas = c["phase_open"] == cm.GAS
    flow = stack_codes(
        (c["phase_open"] == cm.LIQUID, 0),
        (gas & (c["P_s_kPa"] > c["P_trans_kPa"]), 1),
        (gas & (c["P_s_kPa"] <= c["P_trans_kPa"]), 2),
        (c["phase_open"] == cm.TWO_PHASE, 3),
    )
    return {"flow_case": flow, "inventory_case": np.isnan(x["mass_inv_kg"]).astype(np.int64)}


def _longest(x: Inputs, _: Columns) -> Columns:
    rupture = x.settings.number("rbi.rupture_leak_duration_min")
    return {"ld_max_min": ms.longest_leak(x["detection"], x["isolation"], x["hole"], rupture)}


def _screened(c: Mapping[str, AnyArray]) -> IntArray:
    """Phase at the opening from the inputs alone, for the inputs that only one phase needs."""
    P_atm = number("level2", "P_standard_kPa")
    P_s = c["P_s_MPa"] * number("release", "kPa_per_MPa") + P_atm
    screen = phase_screen(c["P_v_kPa"], P_s, np.full(P_s.shape, P_atm))
    return _opening({**c, "phase_screen": screen})


def _gas(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(_screened(c) == cm.GAS)


def _liquid(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(_screened(c) >= cm.LIQUID)


def _properties(c: Mapping[str, AnyArray]) -> BoolArray:
    wrong = (c["MW"] <= 0.0) | (c["rho_liq"] <= 0.0) | (c["k_ratio"] <= 1.0) | (c["P_v_kPa"] < 0.0)
    return np.asarray(~wrong)


def _group(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~(c["mass_inv_kg"] < c["mass_comp_kg"] * (1 - 1e-9)))


INPUTS = (
    Param("hole", "code", codes=HOLES),
    Param("D_ref_mm", "length"),
    Param("P_s_MPa", "pressure"),
    Param("T_s_C", "temperature"),
    Param("P_v_kPa", "number"),
    Param("phase_given", "code", required=False, codes=cm.STORED),
    Param("MW", "molar_mass", needed=_gas),
    Param("k_ratio", "ratio", needed=_gas),
    Param("rho_liq", "density", needed=_liquid),
    Param("mass_comp_kg", "mass"),
    Param("mass_inv_kg", "mass", required=False),
    Param("detection", "code", codes=codes("detection")),
    Param("isolation", "code", codes=codes("isolation")),
)
OUTPUTS = (
    Param("P_atm_kPa", "number"),
    Param("P_s_kPa", "number"),
    Param("T_s_K", "number"),
    Param("phase_screen", "code", codes=SCREENS),
    Param("phase_by", "code", codes=PHASE_BY),
    Param("phase_open", "code", codes=cm.STORED, conclusion=True),
    Param("d_hole_mm", "length"),
    Param("d_n_mm", "length"),
    Param("A_n_mm2", "hole_area"),
    Param("P_trans_kPa", "number"),
    Param("flow_case", "code", codes=FLOWS),
    Param("W_n", "mass_rate", conclusion=True),
    Param("W_max8", "mass_rate"),
    Param("mass_add_kg", "mass"),
    Param("inventory_case", "code", codes=INVENTORY),
    Param("mass_avail_kg", "mass"),
    Param("t_n_s", "duration_s"),
    Param("release_type", "code", codes=cm.RELEASE_TYPES, conclusion=True),
    Param("fact_di", "ratio"),
    Param("ld_max_min", "number"),
    Param("rate_kg_s", "mass_rate", conclusion=True),
    Param("ld_s", "duration_s", conclusion=True),
    Param("mass_kg", "mass", conclusion=True),
)


def _rates() -> tuple[Step, ...]:
    by_flow: dict[str, Callable[..., FloatArray]] = {"gas_sonic": rt.sonic_rate, "gas_subsonic": rt.subsonic_rate}
    out = []
    for symbol, area in (("W_n", "A_n_mm2"), ("W_max8", "A_max8_mm2")):
        for flow in FLOWS:
            function = by_flow.get(flow, rt.liquid_rate)
            bind = {"A_mm2": area, "k": "k_ratio", "rho_l": "rho_liq"}
            names = {p: n for p, n in bind.items() if p in Step(function, symbol).names()}
            out.append(Step(function, symbol, names, when=("flow_case", flow)))
    return tuple(out)


_ITEMS: tuple[Step | cm.Branch, ...] = (
    _pressures,
    Step(rt.absolute_pressure, "P_s_kPa"),
    Step(rt.absolute_temperature, "T_s_K"),
    Step(phase_screen, "phase_screen", note_params=("P_v_kPa", "P_s_kPa", "P_atm_kPa")),
    _phase,
    Step(rt.hole_diameter, "d_hole_mm", note_params=("hole",)),
    Step(rt.hole_in_component, "d_n_mm"),
    Step(rt.hole_area, "A_n_mm2"),
    Step(rt.transition_pressure, "P_trans_kPa", {"k": "k_ratio"}, when=("phase_open", "gas")),
    _flow,
    *_rates(),
    Step(ms.added_mass, "mass_add_kg"),
    Step(ms.available_mass, "mass_avail_kg", when=("inventory_case", "group")),
    Step(ms.available_mass_bound, "mass_avail_kg", when=("inventory_case", "group_unknown")),
    Step(ms.time_to_limit, "t_n_s"),
    Step(ms.release_kind, "release_type"),
    Step(ms.detection_reduction, "fact_di", note_params=("detection", "isolation")),
    _longest,
    Step(
        ms.longest_leak,
        "ld_max_min",
        {"rupture_min": "ld_max_min"},
        note_params=("detection", "isolation", "hole"),
    ),
    Step(ms.adjusted_rate, "rate_kg_s"),
    Step(ms.leak_duration, "ld_s"),
    Step(ms.released_mass, "mass_kg"),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        Limit("rbi.above_atmospheric", _REF, lambda c: ~(c["P_s_MPa"] <= 0.0)),
        Limit(
            "level2.phase_at_border",
            _PHASE,
            lambda c: c["phase_by"] != PHASE_BY.index("open"),
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit("rbi.given_properties", _REF, _properties),
        cm.above_zero("rbi.mass_positive", API581_2016.at("Part 3 §5.5"), "mass_comp_kg", "D_ref_mm"),
        Limit("rbi.group_holds_component", API581_2016.at("Part 3 §5.5"), _group),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
    settings=("atm.P_kPa", "rbi.rupture_leak_duration_min"),
)
