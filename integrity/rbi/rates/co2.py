"""Rate of CO2 corrosion: screens, fugacity, pH, shear, reductions (API RP 581 Part 2 Annex 2.B section 13)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, at_least, at_most
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, raw
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates import co2_clauses as cl
from integrity.rbi.rates.grid import ABOVE, BELOW, Axis, Grid, lookup, lookup_outputs, stacked
from integrity.rbi.rates.parts import value

NAME = "rate_co2"
KEY = f"api581.2016.{NAME}"
RATE_CASES = ("wet_model", "resistant", "no_co2", "oil_wetted", "dry")
MATERIAL_CASES = ("evaluated", "resistant", "not_covered", "low_chromium_stainless", "chromium_unknown")
WETTING_CASES = ("no_hydrocarbon", "low_water_fast", "water_wet", "default_water")
DEW_CASES = ("given", "estimated", "none")
MOISTURE_CASES = ("stated_wet", "stated_dry", "below_dew_point", "above_dew_point", "unsure_wet", "assumed_wet")
WATER_TYPES = ("condensate", "ferrous_saturated", "salinity_46_g_l")
PH_CASES = ("given", *WATER_TYPES, "none")
S_CASES = ("given", "computed", "none")
P_CASES = ("given", "computed")
SHOWN = ("none", "computed")
EXPONENTS = ("as_printed", "logarithm")
AXES = (
    Axis("T_op_C", "temperature", "T_lo", "T_hi", "w_T"),
    Axis("pH", "number", "pH_lo", "pH_hi", "w_pH"),
)
_COEFFICIENTS = {"condensate": "cond", "ferrous_saturated": "ferr", "salinity_46_g_l": "salt"}
_REF = API581_2016.at("Part 2 Annex 2.B §13", "Rate of CO2 corrosion")
_FIGURE = "Part 2 Annex 2.B Figure 2.B.13.1"
_TABLE = "Part 2 Annex 2.B Table 2.B.13.2"
_WET = ("rate_case", "wet_model")
_JUMP = (80.0, 90.0)


@cache
def factor_grid() -> Grid:
    """Factor of temperature and pH.

    Returns
    -------
    Grid
    """
    t = raw(NAME)["tables"]["f_T_pH"]
    return stacked([([t["row_nodes"], t["column_nodes"]], t["rows"])])


material_screen = factors.shown(_FIGURE, "Which materials are evaluated", "rates.note.co2_material", "material_case")
wetting_screen = factors.shown(_FIGURE, "Oil or water on the wall", "rates.note.co2_wetting", "wetting_case")
moisture_screen = factors.shown(_FIGURE, "Free water by dew point", "rates.note.co2_moisture", "moisture_case")
cells = factors.shown(_TABLE, "Factor of temperature and pH", "rates.note.co2_factor", "jump_case")
kind_of_thinning = factors.typed("Part 2 Annex 2.B Table 2.B.1.2", "rates.note.type_always")


def _c(*symbols: str) -> dict[str, float]:
    return {s: value(NAME, s) for s in symbols}


def _material(x: Inputs) -> Columns:
    group = parts.group_of(NAME, x["rate_material"])
    carbon, low, steel, copper = (group == i for i in range(4))
    Cr = x["Cr_wt"]
    if x.settings.code("rbi.rate_co2_material") == "table":
        case = stack_codes((x["rate_material"] < 0, -1), (carbon | low, 0), (steel | copper, 1), default=2)
    else:
        low_Cr = ~at_least(Cr, value(NAME, "Cr_limit_wt"))
        case = stack_codes(
            (x["rate_material"] < 0, -1),
            (carbon, 0),
            ((low | steel) & np.isnan(Cr), 4),
            (low & low_Cr, 0),
            (steel & low_Cr, 3),
            (low | steel, 1),
            default=2,
        )
    return {"material_case": case}


def _wetting(x: Inputs) -> Columns:
    oil, given = x["liquid_hydrocarbon"] == 1, ~np.isnan(x["water_cut_pct"])
    cut = np.where(given, x["water_cut_pct"], value(NAME, "cut_default_pct"))
    few = given & ~at_least(cut, value(NAME, "cut_limit_pct"))
    fast = x["velocity_m_s"] > value(NAME, "v_wet") * (1.0 + 1e-9)
    case = stack_codes((~oil, 0), (few & fast, 1), (given, 2), default=3)
    return {"wetting_case": case, "water_cut_used": np.where(oil, cut, np.nan)}


def _moisture(x: Inputs, P_atm: FloatArray) -> Columns:
    gas, w = x["phase"] == index_of("phase", "gas"), x["water_wt"]
    usable = gas & (w > 0.0) & at_most(w, value(NAME, "w_dew_max_wt"))
    k = _c("a_dew", "b_dew", "c_dew", "pct", "psi_per_MPa", "F_0", "f_F")
    found = np.where(usable, cl.dew_point(w, x["P_op_MPa"], P_atm, **k), np.nan)
    given = ~np.isnan(x["T_dew_C"])
    T_dew = np.where(given, x["T_dew_C"], found)
    dew = stack_codes((given, 0), (~np.isnan(found), 1), default=2)
    u = np.where(given, 0.0, x.settings.number("rbi.rate_co2_dew_K"))
    T, stated = x["T_op_C"], x["free_water"]
    case = stack_codes(
        (stated == 1, 0),
        (stated == 0, 1),
        (T - T_dew < -u, 2),
        ((T - T_dew > u) | (given & (T - T_dew >= 0.0)), 3),
        (~np.isnan(T_dew) & ~np.isnan(T), 4),
        default=5,
    )
    x_w = np.where(gas & (w < value(NAME, "pct")), cl.water_ratio(w, value(NAME, "pct")), np.nan)
    RH = cl.humidity(x_w, x["P_op_MPa"], P_atm, x["P_sat_MPa"], value(NAME, "M_ratio"))
    out: Columns = {"dew_case": dew, "T_dew_C": T_dew, "dew_band_K": u, "moisture_case": case, "x_w": x_w, "RH": RH}
    return out | {"RH_case": (~np.isnan(RH)).astype(np.int64)}


def _case(out: Columns, P: FloatArray) -> Columns:
    material = out["material_case"]
    dry = (out["moisture_case"] == 1) | (out["moisture_case"] == 3)
    case = stack_codes(
        (material == 1, 1),
        (~np.isin(material, [0, 3]), -1),
        (P == 0.0, 2),
        (out["wetting_case"] == 1, 3),
        (dry, 4),
        default=0,
    )
    return {"rate_case": case}


def _pH(x: Inputs, P: FloatArray, model: BoolArray) -> Columns:
    given, kind = ~np.isnan(x["pH"]), x["water_type"]
    case = np.where(given, 0, np.where(kind >= 0, kind + 1, PH_CASES.index("none")))
    k = _c("f_F", "F_0", "psi_per_MPa")
    rows = [cl.estimated_pH(x["T_op_C"], P, *_pH_numbers(w), **k) for w in WATER_TYPES]
    pH = np.select([case == i + 1 for i in range(len(rows))], rows, x["pH"])
    return {"pH_source": np.where(model, case, -1), "pH": pH}


def _pH_numbers(water: str) -> list[float]:
    return [value(NAME, f"{s}_{_COEFFICIENTS[water]}") for s in "abc"]


def _shear(x: Inputs, model: BoolArray) -> Columns:
    given = ~np.isnan(x["S_Pa"])
    Re = cl.reynolds(x["D_mm"], x["density"], x["velocity_m_s"], x["mu_Pa_s"], value(NAME, "mm_per_m"))
    f = cl.friction_factor(Re, x["e_D"], **_c("f_0", "k_e", "k_Re", "n_f"))
    S = np.where(given, x["S_Pa"], cl.shear_stress(f, x["density"], x["velocity_m_s"]))
    case = stack_codes((~model, -1), (given, 0), (~np.isnan(S), 1), default=2)
    out: Columns = {"shear_case": case, "Re": Re, "f_friction": f, "S_Pa": S}
    return out | {"S_used_Pa": cl.capped_shear(S, value(NAME, "S_cap_Pa"))}


def _factors(x: Inputs, P: FloatArray) -> Columns:
    T = x["T_op_C"]
    phi = cl.fugacity_coefficient(P, T, **_c("p_cap_bar", "bar_per_MPa", "a_phi", "b_phi", "T_0"))
    given = ~np.isnan(x["glycol_wt"])
    glycol = np.where(given, cl.glycol_factor(x["glycol_wt"], **_c("pct", "n_glyc", "F_glyc_min")), 1.0)
    inhibitor = np.where(np.isnan(x["F_inhibitor"]), 1.0, x["F_inhibitor"])
    out: Columns = {"phi_CO2": phi, "f_CO2_bar": cl.fugacity(phi, P, value(NAME, "bar_per_MPa"))}
    return out | {"glycol_case": given.astype(np.int64), "F_glycol": glycol, "F_inhibitor": inhibitor}


def _table(x: Inputs, pH: FloatArray, model: BoolArray) -> Columns:
    table = np.where(model, 0, -1)
    ways = [lines.bracket(factor_grid(), 0, table, x["T_op_C"]), lines.bracket(factor_grid(), 1, table, pH)]
    out = lookup(factor_grid(), table, AXES, ways, x.settings.code("rbi.rate_lookup"))
    jump = (ways[0].x_lo == _JUMP[0]) & (ways[0].x_hi == _JUMP[1])
    out |= {"jump_case": jump.astype(np.int64), "f_T_pH": out.pop("C_tab")}
    refuse = x.settings.code("rbi.rate_co2_jump") == "refuse"
    out["jump_refused"] = (jump & refuse).astype(np.int64)
    sound = lines.border_ok(ways[0], BELOW) & lines.border_ok(ways[1], ABOVE)
    return out | {"T_side": ways[0].case, "pH_side": ways[1].case, "sound": sound}


def _compute(x: Inputs) -> Columns:
    P_atm = np.full(x.n, x.settings.number("atm.P_kPa") / 1000.0)
    given = ~np.isnan(x["P_CO2_MPa"])
    computed = cl.partial_pressure(x["P_op_MPa"], P_atm, x["CO2_mol"], value(NAME, "pct"))
    P = np.where(given, x["P_CO2_MPa"], computed)
    out: Columns = {**parts.common(x), "P_atm_MPa": P_atm, "P_CO2_case": np.where(given, 0, 1), "P_CO2_MPa": P}
    out |= {**_material(x), **_wetting(x), **_moisture(x, P_atm)}
    out |= _case(out, P)
    model = out["rate_case"] == 0
    out |= {**_pH(x, P, model), **_shear(x, model), **_factors(x, P)}
    out |= _table(x, out["pH"], model)
    c = _c("n_CO2", "S_ref_Pa", "a_S", "b_S")
    policy = x.settings.code("rbi.rate_co2_exponent")
    printed, logarithm = (
        formula(out["f_T_pH"], out["f_CO2_bar"], out["S_used_Pa"], **c)
        for formula in (cl.base_rate, cl.base_rate_logarithm)
    )
    by_logarithm = logarithm > printed if policy == "greater" else np.full(x.n, policy == "logarithm")
    out["exponent_case"] = np.where(model, by_logarithm.astype(np.int64), -1)
    out["C_r_base"] = np.where(by_logarithm, logarithm, printed)
    rate = cl.reduced_rate(out["C_r_base"], out["F_glycol"], out["F_inhibitor"])
    sound = out.pop("sound") & at_most(P, value(NAME, "P_CO2_max_MPa")) & at_most(x["T_op_C"], value(NAME, "T_max_C"))
    sound &= _covered(out) & _turbulent(out) & _reductions_sound(out | {"glycol_wt": x["glycol_wt"]})
    out["C_r_bound"] = np.where(out["rate_case"] > 0, parts.no_rate(), lines.clipped(rate, sound))
    return out | {"thinning_type": np.ones(x.n, dtype=np.int64), "C_r": parts.concluded(out["C_r_bound"])}


def _model(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["rate_case"] == 0)


def _covered(c: Mapping[str, AnyArray]) -> BoolArray:
    """The wet model does not take stainless steel with little chromium for a low-alloy steel."""
    return np.asarray((c["material_case"] != 2) & ~((c["material_case"] == 3) & (c["rate_case"] == 0)))


def _turbulent(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["shear_case"] != 1) | (c["Re"] > value(NAME, "Re_min")))


def _reductions_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    G, F = c["glycol_wt"], c["F_inhibitor"]
    return np.asarray((np.isnan(G) | ((G >= 0.0) & (G <= 100.0))) & (F >= 0.0) & (F <= 1.0))


_LIMITS = (
    Limit("rates.co2_material", API581_2016.at(_FIGURE), lambda c: _covered(c)),
    Limit(
        "rates.co2_chromium_known",
        API581_2016.at(_FIGURE),
        lambda c: c["material_case"] != 4,
        Verdict.INSUFFICIENT_DATA,
    ),
    parts.known("rates.P_CO2_known", _REF, "P_CO2_MPa", _model),
    parts.known("rates.T_op_known", _REF, "T_op_C", _model),
    parts.known("rates.co2_pH_known", _REF, "pH", _model),
    parts.known("rates.shear_known", _REF, "S_Pa", _model),
    Limit("rates.co2_turbulent", API581_2016.at("Part 2 Annex 2.B §13.3.6"), lambda c: _turbulent(c) | ~_model(c)),
    parts.within(
        "rates.co2_pressure",
        API581_2016.at("Part 2 Annex 2.B Table 2.B.13.1"),
        "P_CO2_MPa",
        0.0,
        value(NAME, "P_CO2_max_MPa"),
        _model,
    ),
    parts.within(
        "rates.co2_temperature",
        API581_2016.at("Part 2 Annex 2.B Table 2.B.13.1"),
        "T_op_C",
        value(NAME, "T_min_C"),
        value(NAME, "T_max_C"),
        _model,
    ),
    parts.inside("rates.pH_in_table", API581_2016.at(_TABLE), "pH_side"),
    Limit("rates.co2_jump", API581_2016.at(_TABLE), lambda c: c["jump_refused"] != 1),
    Limit("rates.co2_reductions", API581_2016.at("Part 2 Annex 2.B §13.3.7"), lambda c: _reductions_sound(c)),
)

_INPUTS = (
    parts.MATERIAL,
    Param("Cr_wt", "mass_percent", required=False),
    Param("P_CO2_MPa", "pressure_abs", required=False),
    Param("P_op_MPa", "pressure", required=False),
    Param("CO2_mol", "mole_percent", required=False),
    Param("T_op_C", "temperature", required=False),
    Param("liquid_hydrocarbon", "flag", required=False),
    Param("water_cut_pct", "number", required=False),
    Param("velocity_m_s", "velocity", required=False),
    parts.FREE_WATER,
    Param("phase", "code", required=False, codes=codes("phase")),
    Param("water_wt", "mass_percent", required=False),
    Param("T_dew_C", "temperature", required=False),
    Param("P_sat_MPa", "pressure_abs", required=False),
    Param("pH", "number", required=False),
    Param("water_type", "code", required=False, codes=WATER_TYPES),
    Param("S_Pa", "shear", required=False),
    Param("D_mm", "length", required=False),
    Param("density", "density", required=False),
    Param("mu_Pa_s", "viscosity", required=False),
    Param("e_D", "number", required=False),
    Param("glycol_wt", "mass_percent", required=False),
    Param("F_inhibitor", "number", required=False),
)


def _plain(p: Param) -> Param:
    """A column of a lookup whose cells are plain numbers, no rates."""
    symbol = "f_T_pH" if p.symbol == "C_tab" else p.symbol
    return Param(symbol, "number" if p.quantity == "rate" else p.quantity, codes=p.codes)


_OUTPUTS = (
    Param("P_CO2_case", "code", codes=P_CASES),
    Param("P_atm_MPa", "pressure_abs"),
    Param("material_case", "code", codes=MATERIAL_CASES),
    Param("wetting_case", "code", codes=WETTING_CASES),
    Param("water_cut_used", "number"),
    Param("dew_case", "code", codes=DEW_CASES),
    Param("dew_band_K", "temperature_difference"),
    Param("moisture_case", "code", codes=MOISTURE_CASES),
    Param("x_w", "ratio"),
    Param("RH_case", "code", codes=SHOWN),
    Param("RH", "ratio"),
    Param("rate_case", "code", codes=RATE_CASES),
    Param("pH_source", "code", codes=PH_CASES),
    Param("phi_CO2", "number"),
    Param("f_CO2_bar", "number"),
    Param("shear_case", "code", codes=S_CASES),
    Param("Re", "number"),
    Param("f_friction", "number"),
    Param("S_used_Pa", "shear"),
    *(_plain(p) for p in lookup_outputs(AXES)),
    Param("jump_case", "code", codes=parts.YES_NO),
    Param("exponent_case", "code", codes=EXPONENTS),
    Param("C_r_base", "rate"),
    Param("glycol_case", "code", codes=SHOWN),
    Param("F_glycol", "number"),
    *parts.COMMON_OUTPUTS,
)


def _pH_steps() -> tuple[Step, ...]:
    out = []
    for water, suffix in _COEFFICIENTS.items():
        bind = {f"{s}_pH": f"{s}_{suffix}" for s in "abc"}
        out.append(Step(cl.estimated_pH, "pH", bind, when=("pH_source", water)))
    return tuple(out)


_STEPS = (
    Step(material_screen, "material_case", {"table": "rate_material"}, note_params=("rate_material", "material_case")),
    Step(cl.partial_pressure, "P_CO2_MPa", when=("P_CO2_case", "computed")),
    Step(
        wetting_screen,
        "wetting_case",
        {"table": "liquid_hydrocarbon"},
        note_params=("wetting_case", "water_cut_used", "velocity_m_s"),
    ),
    Step(cl.dew_point, "T_dew_C", when=("dew_case", "estimated")),
    Step(cl.water_ratio, "x_w", when=("RH_case", "computed")),
    Step(cl.humidity, "RH", when=("RH_case", "computed")),
    Step(
        moisture_screen,
        "moisture_case",
        {"table": "free_water"},
        note_params=("moisture_case", "T_op_C", "T_dew_C", "dew_band_K", "dew_case"),
    ),
    *(Step(parts.no_rate, "C_r_bound", when=("rate_case", case)) for case in RATE_CASES[1:]),
    *_pH_steps(),
    *lines.table_steps(cells, "jump_case", AXES, "f_T_pH", ("jump_case",)),
    Step(cl.fugacity_coefficient, "phi_CO2", when=_WET),
    Step(cl.fugacity, "f_CO2_bar", when=_WET),
    Step(cl.reynolds, "Re", when=("shear_case", "computed")),
    Step(cl.friction_factor, "f_friction", when=("shear_case", "computed")),
    Step(cl.shear_stress, "S_Pa", when=("shear_case", "computed")),
    Step(cl.capped_shear, "S_used_Pa", when=_WET),
    Step(cl.base_rate, "C_r_base", when=("exponent_case", "as_printed")),
    Step(cl.base_rate_logarithm, "C_r_base", when=("exponent_case", "logarithm")),
    Step(cl.glycol_factor, "F_glycol", when=("glycol_case", "computed")),
    Step(cl.reduced_rate, "C_r_bound", when=_WET),
    Step(kind_of_thinning, "thinning_type", note_params=("thinning_type",)),
    parts.CONCLUSION_STEP,
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants(NAME),
    settings=(
        "rbi.rate_lookup",
        "rbi.rate_co2_material",
        "rbi.rate_co2_jump",
        "rbi.rate_co2_exponent",
        "rbi.rate_co2_dew_K",
        "atm.P_kPa",
    ),
)


def _from_frames(case: RiskCase) -> Mapping[str, AnyArray]:
    c = case.components
    inside = np.where(np.isnan(c.D_mm), c.D_o_mm - 2.0 * c.t_nom_mm, c.D_mm)
    return {"P_op_MPa": c.P_op_MPa, "phase": c.phase, "D_mm": inside}


MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE, _from_frames)))
