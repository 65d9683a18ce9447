"""Procedures `api581.2016.tank_shell`, `api581.2016.tank_bottom`: what leaves a tank, where to, at what cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import tanks_clauses as cl
from integrity.rbi import tanks_common as tc
from integrity.rbi import tanks_environment as en
from integrity.rbi import tanks_seepage as sp
from integrity.rbi.data import HOLES
from integrity.rbi.pof import frequency_columns
from integrity.rbi.rows import select_rows
from integrity.rbi.tanks_common import LEAKS, tank_number

SHELL_KEY = "api581.2016.tank_shell"
BOTTOM_KEY = "api581.2016.tank_bottom"
HEAD_CASES = ("fill", "recorded")
LEAK_LAWS = ("hole", "soil", "between", "dry")
DETECT_CASES = ("concrete_asphalt", "barrier", "soil")
LIMIT_CASES = ("continuous", "printed")
HOLE_CASES = ("each", "printed")
BOTTOM = index_of("component_type", "TANKBOTTOM")

_S = API581_2016.at("Part 3 §6", "Atmospheric tank, shell course")
_B = API581_2016.at("Part 3 §6", "Atmospheric tank, bottom")


def _positive(values: FloatArray) -> FloatArray:
    """Values above nothing; the others cannot carry a number and are missing."""
    return np.where(values > 0.0, values, np.nan)


def _shell_head(x: Inputs) -> Columns:
    n_course = tc.course_number(x["component_type"])
    by_fill = cl.head_of_course(x["fill_height_m"], n_course, x["course_height_m"])
    recorded = cl.head_recorded(x["liquid_head_m"])
    case = stack_codes((~np.isnan(by_fill), 0), (~np.isnan(recorded), 1))
    head = np.select([case == 0, case == 1], [by_fill, recorded], np.nan)
    return {"course_n": n_course, "head_case": case, "h_course_m": head}


def _shell(x: Inputs) -> Columns:
    v = {s: tank_number(s) for s in tc.CONSTANTS}
    out = frequency_columns(x["component_type"]) | tc.contents_columns(x) | _shell_head(x) | tc.barrel_columns(x)
    head, rho, D = out["h_course_m"], out["rho_tank"], _positive(x["tank_D_m"])
    avail = cl.contents(v["C13"], v["pi"], D, head)
    out["bbl_avail"] = avail
    rupture = cl.rupture_hole(v["mm_per_m"], D, v["d_rupture_part"])
    for h, d in zip(HOLES, (*(np.full(x.n, cl.shell_hole(i)) for i in range(3)), rupture), strict=True):
        W = cl.shell_rate(v["C32"], v["Cd_shell"], v["pi"], d, v["g"], head)
        out |= {f"d_{h}_mm": d, f"W_{h}": W, f"rate_{h}": cl.mass_rate(W, v["C13"], v["s_per_d"], rho)}
        if h == "rupture":
            out["bbl_rupture"] = cl.all_contents(avail)
        else:
            t_d = cl.shell_detection(d, v["d_detect_mm"], v["t_detect_small_d"], v["t_detect_large_d"])
            out |= {f"t_detect_{h}_d": t_d, f"ld_{h}_d": cl.leak_days(W, avail, t_d)}
            out[f"bbl_{h}"] = cl.leaked(W, out[f"ld_{h}_d"], avail)
        out[f"mass_{h}"] = cl.mass_of(out[f"bbl_{h}"], v["C13"], rho)
    leaks = {f"{k}_{h}": out[f"{k}_{h}"] for k in ("gff", "bbl") for h in LEAKS}
    out["bbl_leak"] = en.weighted_leak(gff_total=out["gff_total"], **leaks)
    out["bbl_rup"] = en.weighted_one(out["gff_rupture"], out["bbl_rupture"], out["gff_total"])
    out |= tc.spill_columns(x, out["bbl_leak"], "leak", out) | tc.spill_columns(x, out["bbl_rup"], "rup", out)
    out["FC_env"] = en.environment_cost(out["FC_leak"], out["FC_rup"])
    return out


def _is_course(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["component_type"] < 0) | ~np.isnan(c["course_n"]))


def _shell_steps() -> tuple[Step, ...]:
    steps: list[Step] = [
        Step(cl.head_of_course, "h_course_m", when=("head_case", "fill")),
        Step(cl.head_recorded, "h_course_m", when=("head_case", "recorded")),
        Step(
            cl.fluid_property,
            "rho_tank",
            when=("rho_case", "table"),
            note_params=("tank_fluid", "viscosity_case", "table_verified"),
        ),
        Step(cl.stated_property, "rho_tank", {"stated_value": "rho_stated"}, when=("rho_case", "stated")),
        Step(cl.contents, "bbl_avail", {"h_m": "h_course_m"}),
    ]
    for h in HOLES:
        d = f"d_{h}_mm"
        steps.append(
            Step(cl.rupture_hole, d)
            if h == "rupture"
            else Step(cl.shell_hole, d, {"hole": d}, note_params=("table_verified",))
        )
        steps.append(Step(cl.shell_rate, f"W_{h}", {"d_mm": d}))
        steps.append(Step(cl.mass_rate, f"rate_{h}", {"W": f"W_{h}"}))
        if h == "rupture":
            steps.append(Step(cl.all_contents, "bbl_rupture"))
        else:
            W, t, ld = f"W_{h}", f"t_detect_{h}_d", f"ld_{h}_d"
            steps += [
                Step(cl.shell_detection, t, {"d_mm": d}),
                Step(cl.leak_days, ld, {"W": W, "t_d": t}),
                Step(cl.leaked, f"bbl_{h}", {"W": W, "ld_d": ld}),
            ]
        steps.append(Step(cl.mass_of, f"mass_{h}", {"bbl": f"bbl_{h}"}))
    return tuple(steps)


SHELL = Procedure(
    key=SHELL_KEY,
    ref=_S,
    inputs=(
        Param("component_type", "code", codes=codes("component_type")),
        Param("tank_D_m", "height"),
        Param("fill_height_m", "height", required=False),
        Param("course_height_m", "height", required=False),
        Param("liquid_head_m", "height", required=False),
        Param("tank_fluid", "code", required=False, codes=tc.FLUIDS),
        Param("rho_stated", "density", required=False),
        *tc.SHARE_INPUTS,
    ),
    outputs=(
        *tc.frequency_outputs(),
        Param("course_n", "count"),
        Param("head_case", "code", codes=HEAD_CASES),
        Param("h_course_m", "height"),
        Param("viscosity_case", "code", codes=tc.VISCOSITIES),
        Param("table_verified", "flag"),
        Param("rho_case", "code", codes=tc.FLUID_CASES),
        Param("rho_tank", "density"),
        Param("bbl_avail", "oil_volume"),
        *(Param(f"d_{h}_mm", "length") for h in HOLES),
        *(Param(f"W_{h}", "oil_rate") for h in HOLES),
        *(Param(f"rate_{h}", "mass_rate") for h in HOLES),
        *(Param(f"t_detect_{h}_d", "number") for h in LEAKS),
        *(Param(f"ld_{h}_d", "number") for h in LEAKS),
        *(Param(f"bbl_{h}", "oil_volume") for h in HOLES),
        *(Param(f"mass_{h}", "mass") for h in HOLES),
        *tc.barrel_outputs(),
        Param("bbl_leak", "oil_volume"),
        Param("bbl_rup", "oil_volume"),
        *tc.spill_outputs("leak"),
        *tc.spill_outputs("rup"),
        Param("FC_env", "money", conclusion=True),
    ),
    compute=_shell,
    limits=(
        Limit("financial.tank_course", _S, _is_course),
        Limit(
            "financial.head_known",
            API581_2016.at("Part 3 §6.6"),
            lambda c: c["head_case"] >= 0,
            Verdict.INSUFFICIENT_DATA,
        ),
        *tc.contents_limits(("rho",)),
    ),
    steps=(
        *tc.FREQUENCY_STEPS,
        *_shell_steps(),
        *tc.barrel_steps(en.SURFACE),
        Step(en.weighted_leak, "bbl_leak"),
        Step(en.weighted_one, "bbl_rup"),
        *tc.spill_steps("leak"),
        *tc.spill_steps("rup"),
        Step(en.environment_cost, "FC_env", {"FC_spill": "FC_rup"}),
    ),
    constants=tc.CONSTANTS,
    settings=(*tc.SETTINGS, "rbi.tank_viscosity"),
)


def _soil(x: Inputs, c: Columns, v: Mapping[str, float]) -> Columns:
    row = sp.soil_property(x["soil"])
    out: Columns = {"k_lower": row[:, 0], "k_upper": row[:, 1], "porosity": row[:, 2]}
    out["k_water"] = sp.water_conductivity(v["C31"], out["k_lower"], out["k_upper"])
    out["k_prod"] = sp.product_conductivity(out["k_water"], c["rho_tank"], v["rho_water"], v["mu_water"], c["mu_tank"])
    out["v_seep"] = sp.seepage_velocity(out["k_prod"], out["porosity"])
    return out


def _leak(x: Inputs, c: Columns, v: Mapping[str, float]) -> Columns:
    by_limit = LIMIT_CASES.index(x.settings.code("rbi.tank_seepage_limit"))
    by_holes = HOLE_CASES.index(x.settings.code("rbi.tank_transition_holes"))
    d, k = sp.bottom_hole(x["release_barrier"]), c["k_prod"]
    h = sp.bottom_head(x["release_barrier"], v["h_barrier_m"], x["fill_height_m"])
    C_q = sp.contact_factor(v["C_qo"], x["soil_contact"])
    scale = np.full(x.n, v["s_per_d"] if by_limit == 0 else 1.0)
    out: Columns = {
        "d_small_mm": d,
        "h_bottom_m": h,
        "contact_case": stack_codes((np.isnan(x["soil_contact"]), 0), default=1),
        "C_q": C_q,
        "limit_case": np.full(x.n, by_limit, dtype=np.int64),
        "limit_scale": scale,
        "n_holes": sp.hole_count(x["tank_D_m"], v["C36"]),
        "k_free": sp.free_limit(v["C34"], d),
        "k_soil": sp.soil_limit(v["C37"], d, v["n_t"], C_q, h, v["n_s"], v["n_k"], scale),
        "m_trans": sp.transition_exponent(v["C40"], v["m_d"], d, v["m_h"], h),
        "hole_case": np.full(x.n, by_holes, dtype=np.int64),
    }
    known = ~(np.isnan(k) | np.isnan(h) | np.isnan(d))
    law = stack_codes((~known, -1), (h == 0.0, 3), (k > out["k_free"], 0), (k <= out["k_soil"], 1), default=2)
    out["leak_law"] = law
    out["W_1"] = select_rows(
        (law == 0, sp.free_rate, (v["C33"], v["pi"], d, v["g"], h)),
        (law == 1, sp.soil_rate, (v["C35"], C_q, d, v["n_d"], h, v["n_h"], k, v["n_k"])),
        (law == 2, sp.transition_rate, (v["C38"], d, h, v["n_k"], v["C39"], k, out["m_trans"])),
        (law == 3, np.zeros_like, (h,)),
        n=x.n,
    )
    out["n_counted"] = np.where((law == 2) & (by_holes == 1), 1.0, out["n_holes"])
    out["W_small"] = sp.all_holes(out["W_1"], out["n_counted"])
    return out


def _detection(x: Inputs, v: Mapping[str, float]) -> Columns:
    concrete = x["soil"] == tc.SOILS.index("concrete_asphalt")
    barrier = x["release_barrier"] == 1
    first = concrete if x.settings.code("rbi.tank_detection_overlap") == "foundation" else concrete & ~barrier
    unknown = (x["soil"] < 0) | (x["release_barrier"] < 0)
    case = stack_codes((unknown, -1), (first, 0), (barrier, 1), default=2)
    days = sp.bottom_detection(case, v["t_detect_concrete_d"], v["t_detect_barrier_d"], v["t_detect_soil_d"])
    return {"detect_case": case, "t_detect_d": days}


def _bottom(x: Inputs) -> Columns:
    v = {s: tank_number(s) for s in tc.CONSTANTS}
    out = frequency_columns(x["component_type"]) | tc.contents_columns(x) | tc.barrel_columns(x)
    out |= _soil(x, out, v)
    out |= _leak(x, out, v) | _detection(x, v)
    fill = np.where(x["fill_height_m"] >= 0.0, x["fill_height_m"], np.nan)
    avail = cl.contents(v["C13"], v["pi"], _positive(x["tank_D_m"]), fill)
    out |= {"bbl_avail": avail, "bbl_rupture": cl.all_contents(avail)}
    out["d_rupture_mm"] = cl.rupture_hole(v["mm_per_m"], x["tank_D_m"], v["d_rupture_part"])
    out["rate_small"] = cl.mass_rate(out["W_small"], v["C13"], v["s_per_d"], out["rho_tank"])
    out["ld_small_d"] = cl.leak_days(out["W_small"], avail, out["t_detect_d"])
    out["bbl_small"] = cl.leaked(out["W_small"], out["ld_small_d"], avail)
    for h in ("small", "rupture"):
        out[f"mass_{h}"] = cl.mass_of(out[f"bbl_{h}"], v["C13"], out["rho_tank"])
    out["bbl_leak"] = en.weighted_one(out["gff_small"], out["bbl_small"], out["gff_total"])
    out["bbl_rup"] = en.weighted_one(out["gff_rupture"], out["bbl_rupture"], out["gff_total"])
    return out | _ground(x, out) | tc.spill_columns(x, out["bbl_rup"], "rup", out)


def _ground(x: Inputs, c: Columns) -> Columns:
    t_gw = en.days_to_groundwater(x["s_gw_m"], c["v_seep"])
    out: Columns = {"t_gw_d": t_gw, "frac_gw": en.groundwater_share(t_gw, c["t_detect_d"])}
    out["bbl_groundwater"] = en.to_groundwater(c["bbl_leak"], out["frac_gw"])
    out["bbl_subsoil"] = en.in_subsoil(c["bbl_leak"], out["bbl_groundwater"])
    out["FC_leak"] = en.ground_cost(
        out["bbl_groundwater"], out["bbl_subsoil"], c["C_groundwater"], c["C_subsoil"], c["money_scale"]
    )
    return out


def _bottom_whole(x: Inputs) -> Columns:
    out = _bottom(x)
    out["FC_env"] = en.environment_cost(out["FC_leak"], out["FC_rup"])
    return out


def _contact_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    given = c["soil_contact"]
    return np.asarray(~((given < 0.21 * (1.0 - 1e-9)) | (given > 1.15 * (1.0 + 1e-9))))


def _transition_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    W: FloatArray = c["W_1"]
    return np.asarray((c["leak_law"] != LEAK_LAWS.index("between")) | (np.isfinite(W) & (c["m_trans"] > 0.0)))


_BOTTOM_STEPS = (
    *tc.FREQUENCY_STEPS,
    *(
        step
        for s, i in (("rho", "rho_stated"), ("mu", "mu_stated"))
        for step in (
            Step(
                cl.fluid_property,
                f"{s}_tank",
                when=(f"{s}_case", "table"),
                note_params=("tank_fluid", "viscosity_case", "table_verified"),
            ),
            Step(cl.stated_property, f"{s}_tank", {"stated_value": i}, when=(f"{s}_case", "stated")),
        )
    ),
    *(Step(sp.soil_property, s, note_params=("soil", "table_verified")) for s in ("k_lower", "k_upper", "porosity")),
    Step(sp.water_conductivity, "k_water"),
    Step(sp.product_conductivity, "k_prod"),
    Step(sp.seepage_velocity, "v_seep"),
    Step(sp.bottom_hole, "d_small_mm", note_params=("release_barrier", "table_verified")),
    Step(cl.rupture_hole, "d_rupture_mm"),
    Step(sp.hole_count, "n_holes"),
    Step(sp.bottom_head, "h_bottom_m"),
    Step(sp.contact_factor, "C_q", note_params=("contact_case",)),
    Step(sp.free_limit, "k_free"),
    Step(sp.soil_limit, "k_soil"),
    Step(sp.free_rate, "W_1", when=("leak_law", "hole")),
    Step(sp.soil_rate, "W_1", when=("leak_law", "soil")),
    Step(sp.transition_exponent, "m_trans", when=("leak_law", "between")),
    Step(sp.transition_rate, "W_1", when=("leak_law", "between")),
    Step(sp.all_holes, "W_small"),
    Step(cl.mass_rate, "rate_small", {"W": "W_small"}),
    Step(cl.contents, "bbl_avail", {"h_m": "fill_height_m"}),
    Step(sp.bottom_detection, "t_detect_d", note_params=("detect_case",)),
    Step(cl.leak_days, "ld_small_d", {"W": "W_small", "t_d": "t_detect_d"}),
    Step(cl.leaked, "bbl_small", {"W": "W_small", "ld_d": "ld_small_d"}),
    Step(cl.all_contents, "bbl_rupture"),
    *(Step(cl.mass_of, f"mass_{h}", {"bbl": f"bbl_{h}"}) for h in ("small", "rupture")),
    Step(en.weighted_one, "bbl_leak", {"gff_rupture": "gff_small", "bbl_rupture": "bbl_small"}),
    Step(en.weighted_one, "bbl_rup"),
    *tc.barrel_steps(en.PLACES),
    Step(en.days_to_groundwater, "t_gw_d"),
    Step(en.groundwater_share, "frac_gw"),
    Step(en.to_groundwater, "bbl_groundwater"),
    Step(en.in_subsoil, "bbl_subsoil"),
    Step(en.ground_cost, "FC_leak"),
    *tc.spill_steps("rup"),
    Step(en.environment_cost, "FC_env", {"FC_spill": "FC_rup"}),
)

BOTTOM_PROCEDURE = Procedure(
    key=BOTTOM_KEY,
    ref=_B,
    inputs=(
        Param("component_type", "code", codes=codes("component_type")),
        Param("tank_D_m", "height"),
        Param("fill_height_m", "height"),
        Param("tank_fluid", "code", required=False, codes=tc.FLUIDS),
        Param("rho_stated", "density", required=False),
        Param("mu_stated", "viscosity", required=False),
        Param("soil", "code", codes=tc.SOILS),
        Param("soil_contact", "ratio", required=False),
        Param("release_barrier", "flag"),
        Param("s_gw_m", "height"),
        *tc.SHARE_INPUTS,
    ),
    outputs=(
        *tc.frequency_outputs(),
        Param("viscosity_case", "code", codes=tc.VISCOSITIES),
        Param("table_verified", "flag"),
        Param("rho_case", "code", codes=tc.FLUID_CASES),
        Param("rho_tank", "density"),
        Param("mu_case", "code", codes=tc.FLUID_CASES),
        Param("mu_tank", "viscosity"),
        Param("k_lower", "number"),
        Param("k_upper", "number"),
        Param("porosity", "ratio"),
        *(Param(s, "conductivity_d") for s in ("k_water", "k_prod", "v_seep", "k_free", "k_soil")),
        Param("d_small_mm", "length"),
        Param("d_rupture_mm", "length"),
        Param("n_holes", "count"),
        Param("h_bottom_m", "height"),
        Param("contact_case", "code", codes=("good", "stated")),
        Param("C_q", "ratio"),
        Param("limit_case", "code", codes=LIMIT_CASES),
        Param("limit_scale", "number"),
        Param("m_trans", "number"),
        Param("leak_law", "code", codes=LEAK_LAWS),
        Param("W_1", "oil_rate"),
        Param("hole_case", "code", codes=HOLE_CASES),
        Param("n_counted", "count"),
        Param("W_small", "oil_rate"),
        Param("rate_small", "mass_rate"),
        Param("bbl_avail", "oil_volume"),
        Param("detect_case", "code", codes=DETECT_CASES),
        Param("t_detect_d", "number"),
        Param("ld_small_d", "number"),
        Param("bbl_small", "oil_volume"),
        Param("bbl_rupture", "oil_volume"),
        Param("mass_small", "mass"),
        Param("mass_rupture", "mass"),
        *tc.barrel_outputs(),
        Param("bbl_leak", "oil_volume"),
        Param("bbl_rup", "oil_volume"),
        Param("t_gw_d", "number"),
        Param("frac_gw", "ratio"),
        Param("bbl_groundwater", "oil_volume"),
        Param("bbl_subsoil", "oil_volume"),
        Param("FC_leak", "money"),
        *tc.spill_outputs("rup"),
        Param("FC_env", "money", conclusion=True),
    ),
    compute=_bottom_whole,
    limits=(
        Limit("financial.tank_bottom", _B, lambda c: (c["component_type"] < 0) | (c["component_type"] == BOTTOM)),
        *tc.contents_limits(("rho", "mu")),
        Limit("financial.contact_range", API581_2016.at("Part 3 §6.4"), _contact_sound),
        Limit("financial.ground_water_depth", API581_2016.at("Part 3 §6.12"), lambda c: ~(c["s_gw_m"] < 0.0)),
        Limit("financial.transition_law", API581_2016.at("Part 3 §6.4 eq. (3.212)"), _transition_sound),
    ),
    steps=_BOTTOM_STEPS,
    constants=tc.CONSTANTS,
    settings=(
        *tc.SETTINGS,
        "rbi.tank_seepage_limit",
        "rbi.tank_transition_holes",
        "rbi.tank_detection_overlap",
        "rbi.tank_viscosity",
    ),
)
