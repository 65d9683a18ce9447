"""Procedures `prd_fail` and `prd_leak`: probability that a relief device fails to open, or leaks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, TableSpec, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.settings import setting_specs
from integrity.core.tables import Constant
from integrity.rbi import relief_clauses as cl
from integrity.rbi.data import constants, number
from integrity.rbi.pof import CHECKS

KEY = "api581.2016.prd_fail"
LEAK_KEY = "api581.2016.prd_leak"
TEST_KEY = "api581.2016.prd_test"
TOLD = ("stated", "as_found", "none")
EDGES = setting_specs()["rbi.prd_hot_edge"].allowed
DISK = (cl.TYPES.index("rupture_disk"),)
PILOT = cl.TYPES.index("pilot_operated")
HISTORY_OUTPUTS = ("eta_prior_y", "test_y", "CF", "CF_fail", "P_prior", "P_cond", "P_wgt", "eta_upd_y")
_UNIT = {"eta_prior_y": "time", "test_y": "time", "eta_upd_y": "time"}
_REF = API581_2016.at("Part 1 §7.2", "Failure of a relief device to open")
_LEAK_REF = API581_2016.at("Part 1 §7.3", "Leakage of a relief device")
_TYPE = Param("prd_type", "code", codes=cl.TYPES)
_ENOUGH = API581_2016.at("Part 1 Table 7.6")


def _history_columns(h: cl.History) -> Columns:
    out: Columns = {s: getattr(h, s) for s in HISTORY_OUTPUTS}
    return out | {"update_case": h.case, "n_credited": h.n_credited, "n_uncredited": h.n_uncredited}


def _beta(x: Inputs, mode: str) -> FloatArray:
    return np.full(x.n, number("relief", f"beta_{mode}"))


def _busy(actuations: FloatArray) -> IntArray:
    many = actuations > number("relief", "n_actuation")
    return np.where(np.isnan(actuations), -1, many).astype(np.int64)


def _worst(values: FloatArray, worst: float) -> FloatArray:
    return np.where(np.isnan(values), worst, values)


def _last(severity: IntArray) -> IntArray:
    return np.where(severity < 0, len(cl.SEVERITIES) - 1, severity)


def _fail_compute(x: Inputs) -> Columns:
    beta = _beta(x, "fail")
    out: Columns = {
        "beta_prd": beta,
        "eta_check": cl.eta_verified("fail")[x["prd_type"]],
        "eta_def_y": cl.eta_fail(x["prd_type"], x["severity_fail"]),
        "F_design": cl.design_factor(x["prd_type"], x["closed_discharge"], number("relief", "F_closed"), 1),
        "F_chatter": cl.condition_factor(x["prd_chatter"], number("relief", "F_chatter")),
        "busy": _busy(x["actuations_y"]),
    }
    out["F_actuation"] = cl.condition_factor(out["busy"], number("relief", "F_actuation"))
    out["F_env"] = cl.environment_fail(out["F_chatter"], out["F_actuation"])
    out["eta_mod_y"] = cl.modified_life(out["F_design"], out["F_env"], out["eta_def_y"])
    out |= _history_columns(cl.history(out["eta_mod_y"], beta, x.tables["tests"]))
    out["P_fod"] = cl.weibull(x["prd_age_y"], out["eta_upd_y"], beta)
    low = cl.modified_life(
        _worst(out["F_design"], number("relief", "F_closed")),
        _worst(out["F_chatter"], number("relief", "F_chatter"))
        * _worst(out["F_actuation"], number("relief", "F_actuation")),
        cl.eta_fail(x["prd_type"], _last(x["severity_fail"])),
    )
    bound = cl.history(low, beta, x.tables["tests"], passes=False)
    out["eta_fail_y"] = out["eta_upd_y"]
    out["P_fod_bound"] = cl.weibull(x["prd_age_y"], bound.eta_upd_y, beta)
    return out


def _test_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["update_case"] == 0) | ~np.isnan(c["P_wgt"]))


_TESTS = TableSpec(
    "tests",
    (
        Param("test_y", "time"),
        Param("effectiveness", "code", codes=codes("effectiveness")),
        Param("prd_result", "code", codes=cl.RESULTS),
        Param("prd_plugged", "flag"),
    ),
)
_LIMITS = (
    Limit("relief.age_not_negative", _REF, lambda c: ~(c["prd_age_y"] < 0.0)),
    Limit("relief.actuations_not_negative", _ENOUGH, lambda c: ~(c["actuations_y"] < 0.0)),
    Limit("relief.test_probability", API581_2016.at("Part 1 §7.2.4 (i)"), _test_sound),
)
_HISTORY_PARAMS = (
    Param("update_case", "code", codes=cl.UPDATE_CASES),
    Param("n_credited", "count"),
    Param("n_uncredited", "count"),
    *(Param(s, _UNIT.get(s, "ratio")) for s in HISTORY_OUTPUTS),
)


def _on(case: str, *steps: tuple[object, str, dict[str, str]]) -> tuple[Step, ...]:
    return tuple(Step(f, s, b, when=("update_case", case)) for f, s, b in steps)  # type: ignore[arg-type]


_PRIOR = (cl.weibull, "P_prior", {"age": "test_y", "eta": "eta_prior_y"})
_AFTER_FAIL: tuple[object, str, dict[str, str]] = (cl.updated_fail, "eta_upd_y", {})
_HISTORY_STEPS = (
    *(
        Step(
            cl.history,
            "eta_prior_y",
            {"tests": "n_credited", "passes": "n_credited"},
            when=("update_case", case),
            note_params=("n_credited", "n_uncredited"),
        )
        for case in cl.UPDATE_CASES
    ),
    *_on(
        "pass",
        _PRIOR,
        (cl.conditional_pass, "P_cond", {}),
        (cl.weighted_pass, "P_wgt", {}),
        (cl.updated_pass, "eta_upd_y", {}),
    ),
    *_on("fail", _PRIOR, (cl.conditional_fail, "P_cond", {}), (cl.weighted_fail, "P_wgt", {}), _AFTER_FAIL),
    *_on(
        "fail_fairly",
        _PRIOR,
        (cl.conditional_fail, "P_cond", {}),
        (cl.weighted_fairly, "P_wgt", {}),
        _AFTER_FAIL,
    ),
)


def _condition_step(symbol: str, condition: str) -> Step:
    return Step(
        cl.condition_factor,
        symbol,
        {"condition": condition, "factor": f"{symbol}_table"},
        note_params=(condition, symbol),
    )


def _constants(*symbols: str) -> dict[str, object]:
    return {f"{s}_table" if s.startswith("F_") else s: constants("relief")[s] for s in symbols}


FAIL = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        _TYPE,
        Param("severity_fail", "code", codes=cl.SEVERITIES),
        Param("prd_age_y", "time"),
        Param("closed_discharge", "flag", needed=lambda c: c["prd_type"] == 0),
        Param("prd_chatter", "flag"),
        Param("actuations_y", "frequency"),
    ),
    outputs=(
        Param("beta_prd", "number"),
        Param("eta_check", "code", codes=CHECKS),
        Param("eta_def_y", "time"),
        Param("F_design", "ratio"),
        Param("F_chatter", "ratio"),
        Param("busy", "flag"),
        Param("F_actuation", "ratio"),
        Param("F_env", "ratio"),
        Param("eta_mod_y", "time"),
        *_HISTORY_PARAMS,
        Param("P_fod_bound", "ratio"),
        Param("P_fod", "ratio", conclusion=True),
        Param("eta_fail_y", "time", conclusion=True),
    ),
    compute=_fail_compute,
    tables=(_TESTS,),
    limits=_LIMITS,
    steps=(
        Step(
            cl.eta_fail,
            "eta_def_y",
            {"severity": "severity_fail"},
            note_params=("prd_type", "severity_fail", "eta_check"),
        ),
        Step(
            cl.design_factor,
            "F_design",
            {"feature": "closed_discharge", "factor": "F_closed_table", "first_types": "prd_type"},
            note_params=("prd_type", "F_design"),
        ),
        _condition_step("F_chatter", "prd_chatter"),
        _condition_step("F_actuation", "busy"),
        Step(cl.environment_fail, "F_env"),
        Step(cl.modified_life, "eta_mod_y"),
        *_HISTORY_STEPS,
        Step(cl.weibull, "P_fod", {"age": "prd_age_y", "eta": "eta_upd_y"}),
    ),
    constants=_constants("w_pass", "w_fairly", "F_closed", "F_chatter", "F_actuation"),  # type: ignore[arg-type]
)


def _leak_factors(x: Inputs) -> Columns:
    edge = np.full(x.n, EDGES.index(x.settings.code("rbi.prd_hot_edge")), dtype=np.int64)
    limit = np.where(x["prd_type"] == PILOT, number("relief", "R_pilot"), number("relief", "R_spring"))
    disk = np.isin(x["prd_type"], DISK)
    R = x["P_op_MPa"] / x["set_pressure_MPa"]
    exempt = (x["prd_type"] == PILOT) & (x["pilot_qualified"] == 1)
    near = np.where(np.isnan(R) & ~disk, -1, ~disk & ~exempt & (limit * (1.0 + 1e-9) < R)).astype(np.int64)
    busy = _busy(x["actuations_y"])
    out: Columns = {
        "hot_edge": edge,
        "R_limit": np.where(disk, 1.0, limit),
        "R_op": np.where(disk, 1.0, R),
        "near_set": near,
        "busy": np.where(near == 1, 0, busy).astype(np.int64),
        "F_temperature": cl.temperature_factor(x["T_prd_C"], edge),
    }
    for symbol, condition in (
        ("F_chatter", x["prd_chatter"]),
        ("F_actuation", out["busy"]),
        ("F_ratio", near),
        ("F_vibration", x["prd_vibration"]),
        ("F_cyclic", x["prd_cyclic"]),
    ):
        out[symbol] = cl.condition_factor(condition, number("relief", symbol))
    return out


def _leak_compute(x: Inputs) -> Columns:
    beta = _beta(x, "leak")
    out: Columns = {
        "beta_prd": beta,
        "eta_check": cl.eta_verified("leak")[x["prd_type"]],
        "eta_def_y": cl.eta_leak(x["prd_type"], x["severity_leak"]),
        "F_design": cl.design_factor(x["prd_type"], x["soft_seated"], number("relief", "F_soft"), 2),
    }
    out |= _leak_factors(x)
    names = ("F_chatter", "F_actuation", "F_temperature", "F_ratio", "F_vibration", "F_cyclic")
    out["F_env"] = cl.environment_leak(*(out[s] for s in names))
    out["eta_mod_y"] = cl.modified_life(out["F_design"], out["F_env"], out["eta_def_y"])
    out |= _history_columns(cl.history(out["eta_mod_y"], beta, x.tables["tests"]))
    out["P_w"] = cl.weibull(x["prd_age_y"], out["eta_upd_y"], beta)
    out["F_set"] = cl.set_pressure_factor(out["R_limit"], out["R_op"])
    out["P_leak"] = cl.leakage(out["F_set"], out["P_w"])
    out["eta_leak_y"] = out["eta_upd_y"]
    least = {"F_temperature": "F_hot"}
    worst = [_worst(out[s], number("relief", least.get(s, s))) for s in names]
    # Many actuations and a high operating pressure never count together.
    worst[1] = np.where(np.isnan(out["F_actuation"]) & np.isnan(out["F_ratio"]), 1.0, worst[1])
    low = cl.modified_life(
        _worst(out["F_design"], 1.0), cl.environment_leak(*worst), cl.eta_leak(x["prd_type"], _last(x["severity_leak"]))
    )
    bound = cl.history(low, beta, x.tables["tests"], passes=False)
    out["P_leak_bound"] = _worst(out["F_set"], 1.0) * cl.weibull(x["prd_age_y"], bound.eta_upd_y, beta)
    return out


LEAK = Procedure(
    key=LEAK_KEY,
    ref=_LEAK_REF,
    inputs=(
        _TYPE,
        Param("severity_leak", "code", codes=cl.SEVERITIES),
        Param("prd_age_y", "time"),
        Param("soft_seated", "flag", needed=lambda c: (c["prd_type"] == 0) | (c["prd_type"] == 1)),
        Param("prd_chatter", "flag"),
        Param("actuations_y", "frequency"),
        Param("prd_vibration", "flag"),
        Param("prd_cyclic", "flag"),
        Param("T_prd_C", "temperature"),
        Param("P_op_MPa", "pressure", needed=lambda c: ~np.isin(c["prd_type"], DISK)),
        Param("set_pressure_MPa", "pressure", needed=lambda c: ~np.isin(c["prd_type"], DISK)),
        Param("pilot_qualified", "flag", required=False),
    ),
    outputs=(
        Param("beta_prd", "number"),
        Param("eta_check", "code", codes=CHECKS),
        Param("eta_def_y", "time"),
        Param("F_design", "ratio"),
        Param("hot_edge", "code", codes=EDGES),
        Param("R_limit", "ratio"),
        Param("R_op", "ratio"),
        Param("near_set", "flag"),
        Param("busy", "flag"),
        *(
            Param(s, "ratio")
            for s in ("F_chatter", "F_actuation", "F_temperature", "F_ratio", "F_vibration", "F_cyclic", "F_env")
        ),
        Param("eta_mod_y", "time"),
        *_HISTORY_PARAMS,
        Param("P_w", "ratio"),
        Param("F_set", "ratio"),
        Param("P_leak_bound", "ratio"),
        Param("P_leak", "ratio", conclusion=True),
        Param("eta_leak_y", "time", conclusion=True),
    ),
    compute=_leak_compute,
    tables=(_TESTS,),
    limits=(
        *_LIMITS,
        Limit(
            "relief.set_pressure_positive",
            _LEAK_REF,
            lambda c: ~((c["set_pressure_MPa"] <= 0.0) | (c["P_op_MPa"] < 0.0)),
        ),
    ),
    steps=(
        Step(
            cl.eta_leak,
            "eta_def_y",
            {"severity": "severity_leak"},
            note_params=("prd_type", "severity_leak", "eta_check"),
        ),
        Step(
            cl.design_factor,
            "F_design",
            {"feature": "soft_seated", "factor": "F_soft_table", "first_types": "prd_type"},
            note_params=("prd_type", "F_design"),
        ),
        _condition_step("F_chatter", "prd_chatter"),
        _condition_step("F_actuation", "busy"),
        Step(cl.temperature_factor, "F_temperature", note_params=("T_prd_C", "F_temperature", "hot_edge")),
        _condition_step("F_ratio", "near_set"),
        _condition_step("F_vibration", "prd_vibration"),
        _condition_step("F_cyclic", "prd_cyclic"),
        Step(cl.environment_leak, "F_env"),
        Step(cl.modified_life, "eta_mod_y"),
        *_HISTORY_STEPS,
        Step(cl.weibull, "P_w", {"age": "prd_age_y", "eta": "eta_upd_y"}),
        Step(cl.set_pressure_factor, "F_set"),
        Step(cl.leakage, "P_leak"),
    ),
    constants=_constants(  # type: ignore[arg-type]
        *("w_pass", "w_fairly", "F_soft", "F_chatter", "F_actuation", "F_ratio", "F_vibration", "F_cyclic")
    ),
    settings=("rbi.prd_hot_edge",),
)


def _test_compute(x: Inputs) -> Columns:
    ratio = np.full(x.n, x.settings.number("rbi.prd_fail_ratio"))
    years = cl.service_at_test(x["prd_tested_d"], x["prd_overhauled_d"], DAYS_PER_YEAR)
    known = (x["prd_tested_d"] != NO_DATE) & (x["prd_overhauled_d"] != NO_DATE)
    out = cl.outcome(x["prd_result"], x["as_found_MPa"], x["set_pressure_MPa"], ratio)
    return {
        "fail_ratio": ratio,
        "test_y": np.where(known, years, np.nan),
        "result_case": stack_codes((x["prd_result"] >= 0, 0), (out >= 0, 1), default=2),
        "prd_outcome": out,
    }


TEST = Procedure(
    key=TEST_KEY,
    ref=API581_2016.at("Part 1 §7.2.4 (i)", "Test of a relief device"),
    inputs=(
        Param("prd_tested_d", "date"),
        Param("prd_overhauled_d", "date"),
        Param("prd_result", "code", required=False, codes=cl.RESULTS),
        Param("prd_leak_result", "code", required=False, codes=cl.RESULTS),
        Param("prd_effectiveness", "code", required=False, codes=codes("effectiveness")),
        Param("prd_plugged", "flag", required=False),
        Param("as_found_MPa", "pressure", required=False),
        Param("set_pressure_MPa", "pressure", required=False),
    ),
    outputs=(
        Param("fail_ratio", "ratio"),
        Param("result_case", "code", codes=TOLD),
        Param("test_y", "time", conclusion=True),
        Param("prd_outcome", "code", codes=cl.RESULTS, conclusion=True),
    ),
    compute=_test_compute,
    limits=(Limit("relief.test_after_overhaul", _REF, lambda c: ~(c["test_y"] < 0.0)),),
    steps=(
        Step(cl.service_at_test, "test_y"),
        Step(cl.outcome, "prd_outcome", note_params=("result_case", "fail_ratio", "prd_outcome")),
    ),
    constants={"days_year": Constant("days_year", DAYS_PER_YEAR, "number", "", "convention of this program", True)},
    settings=("rbi.prd_fail_ratio",),
)
