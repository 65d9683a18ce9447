"""Procedure `api581.2016.release`: one hole of one component, from stored state to rate, mass and type of release."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi import release_mass as ms
from integrity.rbi import release_rate as rt
from integrity.rbi.data import HOLES, PHASES, constants, fluids, number
from integrity.rbi.rows import on_rows, select_rows

KEY = "api581.2016.release"
FLOWS = ("liquid", "gas_sonic", "gas_subsonic")
CP_CASES = ("unused", "note_1", "note_2", "note_3")
INVENTORY_CASES = ("group", "group_unknown")
RELEASE_TYPES = ("continuous", "instantaneous")
CHECKS = ("unverified", "verified")
SOURCES = ("unused", "table", "given")
# Recorded facts that replace a property of the table.
GIVEN = ("MW", "rho_liq", "k_ratio", "NBP_C")
STORED = codes("phase")

_REF = API581_2016.at("Part 3 §4", "Level 1 release")
_RATE_NAMES = ("Cd_liquid", "K_v", "C1", "g_c", "Cd_gas", "C2", "R_kmol")


def _gas(x: Inputs, T_s_K: FloatArray, gas: BoolArray) -> Columns:
    Cp = rt.heat_capacity_constants(x["fluid"])
    A, B, C, D, E = Cp.T
    given = ~np.isnan(x["k_ratio"])
    note = np.where(gas & ~given, fluids().Cp_note[x["fluid"]], -1)
    per_kmol = number("release", "mol_per_kmol")
    C_p = select_rows(
        (note == 1, rt.Cp_note_1, (A, B, C, D, T_s_K)),
        (note == 2, rt.Cp_note_2, (A, B, C, D, E, T_s_K, per_kmol)),
        (note == 3, rt.Cp_note_3, (A, B, C, D, E, T_s_K, per_kmol)),
        n=x.n,
    )
    out: Columns = {f"Cp_{c}": Cp[:, i] for i, c in enumerate("ABCDE")}
    out["Cp_case"] = np.where(note > 0, note, 0)
    out["C_p"] = C_p
    out["k"] = np.where(given, x["k_ratio"], rt.specific_heat_ratio(C_p, number("release", "R_gas")))
    out["k_case"] = np.where(gas & given, 2, out["Cp_case"] > 0)
    return out


def _from(used: BoolArray, given: FloatArray) -> IntArray:
    """Index of `SOURCES`: a given property wins over that of the table."""
    return np.where(used, 1 + ~np.isnan(given), 0).astype(np.int64)


def _rate(flow: IntArray, A_mm2: FloatArray, c: Mapping[str, AnyArray]) -> FloatArray:
    v = {s: number("release", s) for s in _RATE_NAMES}
    P, P_atm, k, MW, T = (c[s] for s in ("P_s_kPa", "P_atm_kPa", "k", "MW_s", "T_s_K"))
    gas = (v["Cd_gas"], v["C2"], A_mm2, P)
    last = (k, MW, v["g_c"], v["R_kmol"], T)
    liquid = (v["Cd_liquid"], v["K_v"], c["rho_l"], A_mm2, v["C1"], v["g_c"], P, P_atm)
    return select_rows(
        (flow == FLOWS.index("liquid"), rt.liquid_rate, liquid),
        (flow == FLOWS.index("gas_sonic"), rt.sonic_rate, (*gas, *last)),
        (flow == FLOWS.index("gas_subsonic"), rt.subsonic_rate, (*gas, P_atm, *last)),
        n=flow.size,
    )


def _first(given: FloatArray, table: FloatArray) -> FloatArray:
    return np.where(np.isnan(given), table, given)


def _source(x: Inputs) -> Columns:
    gas = x["phase"] == PHASES.index("gas")
    P_atm = np.full(x.n, x.settings.number("atm.P_kPa"))
    out: Columns = {
        "P_atm_kPa": P_atm,
        "P_s_kPa": rt.absolute_pressure(x["P_s_MPa"], number("release", "kPa_per_MPa"), P_atm),
        "T_s_K": rt.absolute_temperature(x["T_s_C"], number("release", "T_zero_K")),
        "d_hole_mm": rt.hole_diameter(x["hole"]),
        "MW_case": _from(gas, x["MW"]),
        "MW_s": _first(x["MW"], rt.molar_mass(x["fluid"])),
        "rho_case": _from(x["phase"] == PHASES.index("liquid"), x["rho_liq"]),
        "rho_l": _first(x["rho_liq"], rt.liquid_density(x["fluid"])),
        "fluid_check": np.where(x["fluid"] >= 0, fluids().verified[x["fluid"]], -1),
    }
    out["d_n_mm"] = rt.hole_in_component(out["d_hole_mm"], x["D_ref_mm"])
    out["A_n_mm2"] = rt.hole_area(number("release", "pi"), out["d_n_mm"])
    out |= _gas(x, out["T_s_K"], gas)
    out["P_trans_kPa"] = on_rows(gas, rt.transition_pressure, P_atm, out["k"])
    out["flow_case"] = stack_codes(
        (x["phase"] == PHASES.index("liquid"), 0),
        (gas & (out["P_s_kPa"] > out["P_trans_kPa"]), 1),
        (gas & (out["P_s_kPa"] <= out["P_trans_kPa"]), 2),
    )
    out["W_n"] = _rate(out["flow_case"], out["A_n_mm2"], out)
    out["W_max8"] = _rate(out["flow_case"], np.full(x.n, number("release", "A_max8_mm2")), out)
    return out


def _phase_after(x: Inputs) -> Columns:
    given, at = ~np.isnan(x["NBP_C"]), number("release", "NBP_gas_C")
    phase = ms.phase_after_release(x["phase"], x["fluid"], at)
    if given.any():
        own = ms.phase_by_boiling(x["phase"], x["NBP_C"], at)
        phase = np.where(given & (x["fluid"] >= 0), own, phase)
    return {"NBP_case": 1 + given.astype(np.int64), "release_phase": phase}


def _mass(x: Inputs, s: Columns) -> Columns:
    add = ms.added_mass(number("release", "t_add_s"), s["W_n"], s["W_max8"])
    known = ~np.isnan(x["mass_inv_kg"])
    available = np.where(
        known,
        ms.available_mass(x["mass_comp_kg"], add, x["mass_inv_kg"]),
        ms.available_mass_bound(x["mass_comp_kg"], add),
    )
    C3 = number("release", "C3")
    t_n = ms.time_to_limit(C3, s["W_n"])
    rupture = x.settings.number("rbi.rupture_leak_duration_min")
    out: Columns = {
        "mass_add_kg": add,
        "inventory_case": np.where(known, 0, 1),
        "mass_avail_kg": available,
        "t_n_s": t_n,
        "release_type": ms.release_kind(
            s["d_n_mm"], number("release", "d_cont_mm"), t_n, number("release", "t_inst_s"), available, C3
        ),
        "fact_di": ms.detection_reduction(x["detection"], x["isolation"]),
        "ld_max_min": ms.longest_leak(x["detection"], x["isolation"], x["hole"], rupture),
        **_phase_after(x),
    }
    out["rate_kg_s"] = ms.adjusted_rate(s["W_n"], out["fact_di"])
    out["ld_s"] = ms.leak_duration(available, out["rate_kg_s"], out["ld_max_min"])
    out["mass_kg"] = ms.released_mass(out["rate_kg_s"], out["ld_s"], available)
    return out


def _compute(x: Inputs) -> Columns:
    source = _source(x)
    return {**source, **_mass(x, source)}


def _gas_cp_known(c: Mapping[str, AnyArray]) -> BoolArray:
    gas = (c["phase"] == PHASES.index("gas")) & (c["fluid"] >= 0) & ~np.isnan(c["T_s_C"])
    return np.asarray(~gas | (c["C_p"] > number("release", "R_gas")) | ~np.isnan(c["k_ratio"]))


def _properties_possible(c: Mapping[str, AnyArray]) -> BoolArray:
    wrong = (c["MW"] <= 0.0) | (c["rho_liq"] <= 0.0) | (c["k_ratio"] <= 1.0)
    return np.asarray(~wrong)


def _group_holds_component(c: Mapping[str, AnyArray]) -> BoolArray:
    either = np.isnan(c["mass_inv_kg"]) | np.isnan(c["mass_comp_kg"])
    return np.asarray(either | at_least(c["mass_inv_kg"], c["mass_comp_kg"]))


_LIMITS = (
    Limit("rbi.one_phase", _REF, lambda c: c["phase"] != STORED.index("two_phase")),
    Limit(
        "rbi.above_atmospheric",
        API581_2016.at("Part 3 §4.3"),
        lambda c: np.isnan(c["P_s_MPa"]) | (c["P_s_MPa"] > 0.0),
    ),
    Limit("rbi.heat_capacity_known", API581_2016.at("Part 3 §4.1 Table 4.2M"), _gas_cp_known),
    Limit(
        "rbi.boiling_point_sure",
        API581_2016.at("Part 3 §4.1 Table 4.3"),
        lambda c: (c["phase"] != PHASES.index("liquid")) | (c["fluid"] < 0) | (c["release_phase"] >= 0),
    ),
    Limit("rbi.group_holds_component", API581_2016.at("Part 3 §4.4.2"), _group_holds_component),
    Limit(
        "rbi.mass_positive",
        API581_2016.at("Part 3 §4.4.2"),
        lambda c: ~((c["mass_comp_kg"] <= 0.0) | (c["D_ref_mm"] <= 0.0)),
    ),
    Limit("rbi.given_properties", API581_2016.at("Part 3 §4.1.2"), _properties_possible),
)

_GIVEN = (
    Param("MW", "molar_mass", required=False),
    Param("rho_liq", "density", required=False),
    Param("k_ratio", "ratio", required=False),
    Param("NBP_C", "temperature", required=False),
)

_INPUTS = (
    Param("hole", "code", codes=HOLES),
    Param("D_ref_mm", "length"),
    Param("fluid", "code", codes=fluids().names),
    Param("phase", "code", codes=STORED),
    Param("P_s_MPa", "pressure"),
    Param("T_s_C", "temperature"),
    Param("mass_comp_kg", "mass"),
    Param("mass_inv_kg", "mass", required=False),
    Param("detection", "code", codes=codes("detection")),
    Param("isolation", "code", codes=codes("isolation")),
    *_GIVEN,
)

_OUTPUTS = (
    Param("P_atm_kPa", "number"),
    Param("P_s_kPa", "number"),
    Param("T_s_K", "number"),
    Param("d_hole_mm", "length"),
    Param("d_n_mm", "length"),
    Param("A_n_mm2", "hole_area"),
    Param("fluid_check", "code", codes=CHECKS),
    Param("MW_case", "code", codes=SOURCES),
    Param("MW_s", "molar_mass"),
    Param("rho_case", "code", codes=SOURCES),
    Param("rho_l", "density"),
    Param("Cp_case", "code", codes=CP_CASES),
    *(Param(f"Cp_{c}", "number") for c in "ABCDE"),
    Param("C_p", "number"),
    Param("k_case", "code", codes=SOURCES),
    Param("k", "ratio"),
    Param("P_trans_kPa", "number"),
    Param("flow_case", "code", codes=FLOWS),
    Param("W_n", "mass_rate"),
    Param("W_max8", "mass_rate"),
    Param("mass_add_kg", "mass"),
    Param("inventory_case", "code", codes=INVENTORY_CASES),
    Param("mass_avail_kg", "mass"),
    Param("t_n_s", "duration_s"),
    Param("release_type", "code", codes=RELEASE_TYPES, conclusion=True),
    Param("fact_di", "ratio"),
    Param("ld_max_min", "number"),
    Param("rate_kg_s", "mass_rate", conclusion=True),
    Param("ld_s", "duration_s", conclusion=True),
    Param("mass_kg", "mass", conclusion=True),
    Param("NBP_case", "code", codes=SOURCES),
    Param("release_phase", "code", codes=PHASES, conclusion=True),
)


def _rate_steps() -> tuple[Step, ...]:
    rates: tuple[Callable[..., FloatArray], ...] = (rt.liquid_rate, rt.sonic_rate, rt.subsonic_rate)
    out = []
    for symbol, area in (("W_n", "A_n_mm2"), ("W_max8", "A_max8_mm2")):
        for flow, function in zip(FLOWS, rates, strict=True):
            out.append(Step(function, symbol, {"A_mm2": area, "MW": "MW_s"}, when=("flow_case", flow)))
    return tuple(out)


def _gas_steps() -> tuple[Step, ...]:
    forms: tuple[Callable[..., FloatArray], ...] = (rt.Cp_note_1, rt.Cp_note_2, rt.Cp_note_3)
    out = []
    for case, function in zip(CP_CASES[1:], forms, strict=True):
        when = ("Cp_case", case)
        out += [
            Step(rt.heat_capacity_constants, f"Cp_{c}", when=when, note_params=("fluid", "Cp_case"))
            for c in ("ABCD" if case == "note_1" else "ABCDE")
        ]
        out.append(Step(function, "C_p", when=when))
    out.append(Step(rt.specific_heat_ratio, "k", when=("k_case", "table")))
    out.append(Step(rt.ratio_given, "k", when=("k_case", "given")))
    out += [Step(rt.transition_pressure, "P_trans_kPa", when=("k_case", case)) for case in SOURCES[1:]]
    return tuple(out)


_STEPS = (
    Step(rt.hole_diameter, "d_hole_mm", note_params=("hole",)),
    Step(rt.hole_in_component, "d_n_mm"),
    Step(rt.hole_area, "A_n_mm2"),
    Step(rt.absolute_pressure, "P_s_kPa"),
    Step(rt.absolute_temperature, "T_s_K"),
    Step(rt.liquid_density, "rho_l", when=("rho_case", "table"), note_params=("fluid", "fluid_check")),
    Step(rt.density_given, "rho_l", when=("rho_case", "given")),
    Step(rt.molar_mass, "MW_s", when=("MW_case", "table"), note_params=("fluid", "fluid_check")),
    Step(rt.mass_given, "MW_s", when=("MW_case", "given")),
    *_gas_steps(),
    *_rate_steps(),
    Step(ms.added_mass, "mass_add_kg"),
    Step(ms.available_mass, "mass_avail_kg", when=("inventory_case", "group")),
    Step(ms.available_mass_bound, "mass_avail_kg", when=("inventory_case", "group_unknown")),
    Step(ms.time_to_limit, "t_n_s"),
    Step(ms.release_kind, "release_type"),
    Step(ms.detection_reduction, "fact_di", note_params=("detection", "isolation")),
    Step(
        ms.longest_leak,
        "ld_max_min",
        {"rupture_min": "ld_max_min"},
        note_params=("detection", "isolation", "hole"),
    ),
    Step(ms.adjusted_rate, "rate_kg_s"),
    Step(ms.leak_duration, "ld_s"),
    Step(ms.released_mass, "mass_kg"),
    Step(ms.phase_after_release, "release_phase", when=("NBP_case", "table"), note_params=("phase", "fluid")),
    Step(ms.phase_by_boiling, "release_phase", when=("NBP_case", "given")),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants("release"),
    settings=("atm.P_kPa", "rbi.rupture_leak_duration_min"),
)
