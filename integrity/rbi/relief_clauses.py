"""Formulas of the reliability of pressure relief devices, API RP 581 Part 1 §7.2 and §7.3."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import ITERATION, TABLE, clause
from integrity.core.procedure import CaseTable
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed, number, raw

TYPES = keyed("relief", "eta_fail").keys
SEVERITIES = ("mild", "moderate", "severe")
RESULTS = ("pass", "fail")
_UPDATE = "Part 1 §7.2.4"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@cache
def _eta(mode: str) -> FloatArray:
    rows = keyed("relief", f"eta_{mode}").rows
    return np.hstack([rows, np.full((rows.shape[0], 1), np.nan)])


@cache
def eta_verified(mode: str) -> IntArray:
    """Whether two sources agree on the characteristic lives of each type.

    Parameters
    ----------
    mode : str
        fail or leak.

    Returns
    -------
    ndarray of int64
        1 or 0 in the order of `TYPES`; last -1 for a missing type.
    """
    weak = raw("relief")["tables"][f"eta_{mode}"]["unverified_keys"]
    return np.array([*(int(t not in weak) for t in TYPES), -1], dtype=np.int64)


@clause(
    API581_2016.at("Part 1 Table 7.5", "Default characteristic life to a failure to open"),
    symbol="eta_def_y",
    expr="",
    quantity="time",
    kind=TABLE,
    note="relief.note.eta",
)
def eta_fail(prd_type: IntArray, severity: IntArray) -> FloatArray:
    """Characteristic life to a failure to open by type and severity of service.

    Parameters
    ----------
    prd_type, severity : ndarray of int64

    Returns
    -------
    ndarray of float64, years
    """
    return _eta("fail")[prd_type, severity]


@clause(
    API581_2016.at("Part 1 Table 7.12", "Default characteristic life to leakage"),
    symbol="eta_def_y",
    expr="",
    quantity="time",
    kind=TABLE,
    note="relief.note.eta",
)
def eta_leak(prd_type: IntArray, severity: IntArray) -> FloatArray:
    """Characteristic life to leakage by type and severity of service.

    Parameters
    ----------
    prd_type, severity : ndarray of int64

    Returns
    -------
    ndarray of float64, years
    """
    return _eta("leak")[prd_type, severity]


@clause(
    API581_2016.at("Part 1 §7.2.4 (g), §7.3.2 (g)", "Factor of the construction"),
    symbol="F_design",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="relief.note.design",
)
def design_factor(prd_type: IntArray, feature: IntArray, factor: float, first_types: int) -> FloatArray:
    """Factor of the feature where the type has it in the table, else 1.

    Parameters
    ----------
    prd_type : ndarray of int64
    feature : ndarray of int64
        1 yes, 0 no, -1 not known.
    factor : float
    first_types : int
        The factor belongs to so many first types: conventional, balanced bellows.

    Returns
    -------
    ndarray of float64
        Missing where the feature matters and is not known.
    """
    matters = prd_type < first_types
    value = np.select([feature == 1, feature == 0], [factor, 1.0], np.nan)
    return np.where(prd_type < 0, np.nan, np.where(matters, value, 1.0))


@clause(
    API581_2016.at("Part 1 Table 7.6", "Factor of one condition of service"),
    symbol="F_chatter",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="relief.note.condition",
)
def condition_factor(condition: IntArray, factor: float) -> FloatArray:
    """Factor where a condition holds, else 1.

    Parameters
    ----------
    condition : ndarray of int64
        1 yes, 0 no, -1 not known.
    factor : float

    Returns
    -------
    ndarray of float64
        Missing where the condition is not known.
    """
    return np.select([condition == 1, condition == 0], [factor, 1.0], np.nan)


@clause(
    API581_2016.at("Part 1 §7.2.4 eq. (1.15)", "Characteristic life with service and construction"),
    symbol="eta_mod_y",
    expr="F_design*F_env*eta_def_y",
    quantity="time",
)
def modified_life(F_design: FloatArray, F_env: FloatArray, eta_def_y: FloatArray) -> FloatArray:
    """Default characteristic life with its factors.

    Parameters
    ----------
    F_design, F_env : ndarray
    eta_def_y : ndarray, years

    Returns
    -------
    ndarray of float64, years
    """
    return _f(F_design * F_env * eta_def_y)


@clause(
    API581_2016.at("Part 1 Table 7.6", "Environment factor, failure to open"),
    symbol="F_env",
    expr="F_chatter*F_actuation",
    quantity="ratio",
)
def environment_fail(F_chatter: FloatArray, F_actuation: FloatArray) -> FloatArray:
    """Product of the conditions that shorten the life to a failure to open.

    Parameters
    ----------
    F_chatter, F_actuation : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(F_chatter * F_actuation)


@clause(
    API581_2016.at("Part 1 Table 7.6", "Environment factor, leakage"),
    symbol="F_env",
    expr="F_chatter*F_actuation*F_temperature*F_ratio*F_vibration*F_cyclic",
    quantity="ratio",
)
def environment_leak(
    F_chatter: FloatArray,
    F_actuation: FloatArray,
    F_temperature: FloatArray,
    F_ratio: FloatArray,
    F_vibration: FloatArray,
    F_cyclic: FloatArray,
) -> FloatArray:
    """Product of the conditions that shorten the life to leakage.

    Parameters
    ----------
    F_chatter, F_actuation, F_temperature, F_ratio, F_vibration, F_cyclic : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(F_chatter * F_actuation * F_temperature * F_ratio * F_vibration * F_cyclic)


@clause(
    API581_2016.at("Part 1 Table 7.6", "Factor of the temperature"),
    symbol="F_temperature",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="relief.note.temperature",
)
def temperature_factor(T_prd_C: FloatArray, hot_edge: IntArray) -> FloatArray:
    """Factor of the operating temperature at the device: bands of 200 F and 500 F.

    Parameters
    ----------
    T_prd_C : ndarray, degC
    hot_edge : ndarray of int64
        0 where just 500 F belongs to the hotter band, 1 to the cooler one; the printed bands leave it out.

    Returns
    -------
    ndarray of float64
    """
    warm, hot = number("relief", "T_warm_C"), number("relief", "T_hot_C")
    edge = np.isclose(T_prd_C, hot, rtol=0.0, atol=1e-9)
    hotter = np.where(edge, hot_edge == 0, T_prd_C > hot)
    warmer = (T_prd_C > warm) & ~np.isclose(T_prd_C, warm, rtol=0.0, atol=1e-9)
    out = np.select([hotter, warmer], [number("relief", "F_hot"), number("relief", "F_warm")], 1.0)
    return np.where(np.isnan(T_prd_C), np.nan, out)


@clause(
    API581_2016.at("Part 1 §7.2.4 eq. (1.16)", "Weibull probability of a device"),
    symbol="P_w",
    expr="1 - exp(0 - (age/eta)**beta_prd)",
    quantity="ratio",
)
def weibull(age: FloatArray, eta: FloatArray, beta_prd: FloatArray) -> FloatArray:
    """Share of such devices that would fail a demand, or leak, at an age.

    Parameters
    ----------
    age, eta : ndarray, years
    beta_prd : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(-np.expm1(-((age / eta) ** beta_prd)))


@clause(
    API581_2016.at(_UPDATE + " eq. (1.18)", "After a pass"),
    symbol="P_cond",
    expr="(1 - CF)*(1 - P_prior)",
    quantity="ratio",
)
def conditional_pass(CF: FloatArray, P_prior: FloatArray) -> FloatArray:
    """Probability of failure after a pass, by the confidence in the pass.

    Parameters
    ----------
    CF, P_prior : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f((1.0 - CF) * (1.0 - P_prior))


@clause(
    API581_2016.at(_UPDATE + " eq. (1.19)", "After a failure"),
    symbol="P_cond",
    expr="CF_fail*P_prior + (1 - CF)*(1 - P_prior)",
    quantity="ratio",
)
def conditional_fail(CF_fail: FloatArray, P_prior: FloatArray, CF: FloatArray) -> FloatArray:
    """Probability of failure after a failed test, by the confidence in failure and pass.

    Parameters
    ----------
    CF_fail, P_prior, CF : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(CF_fail * P_prior + (1.0 - CF) * (1.0 - P_prior))


@clause(
    API581_2016.at(_UPDATE + " Table 7.9", "Weighted after a pass"),
    symbol="P_wgt",
    expr="P_prior + w_pass*(test_y/eta_prior_y)*(P_cond - P_prior)",
    quantity="ratio",
)
def weighted_pass(
    P_prior: FloatArray, w_pass: float, test_y: FloatArray, eta_prior_y: FloatArray, P_cond: FloatArray
) -> FloatArray:
    """A pass counts the more, the longer the device had been in service.

    Parameters
    ----------
    P_prior : ndarray
    w_pass : float
    test_y, eta_prior_y : ndarray, years
    P_cond : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(P_prior + w_pass * (test_y / eta_prior_y) * (P_cond - P_prior))


@clause(
    API581_2016.at(_UPDATE + " Table 7.9", "Weighted after a failure, fairly effective"),
    symbol="P_wgt",
    expr="w_fairly*P_prior + (1 - w_fairly)*P_cond",
    quantity="ratio",
)
def weighted_fairly(w_fairly: float, P_prior: FloatArray, P_cond: FloatArray) -> FloatArray:
    """Half of what was thought before and half of what the test says.

    Parameters
    ----------
    w_fairly : float
    P_prior, P_cond : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(w_fairly * P_prior + (1.0 - w_fairly) * P_cond)


@clause(
    API581_2016.at(_UPDATE + " Table 7.9", "Weighted after a failure"),
    symbol="P_wgt",
    expr="P_cond",
    quantity="ratio",
)
def weighted_fail(P_cond: FloatArray) -> FloatArray:
    """What a highly or usually effective test says.

    Parameters
    ----------
    P_cond : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(P_cond)


@clause(
    API581_2016.at(_UPDATE + " eq. (1.21)", "Characteristic life after a pass"),
    symbol="eta_upd_y",
    expr="max(eta_prior_y, test_y/(0 - log(1 - P_wgt))**(1/beta_prd))",
    quantity="time",
)
def updated_pass(eta_prior_y: FloatArray, test_y: FloatArray, P_wgt: FloatArray, beta_prd: FloatArray) -> FloatArray:
    """Life that gives the weighted probability; a pass never shortens it.

    Parameters
    ----------
    eta_prior_y, test_y : ndarray, years
    P_wgt, beta_prd : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return np.maximum(eta_prior_y, test_y / (-np.log1p(-P_wgt)) ** (1.0 / beta_prd))


@clause(
    API581_2016.at(_UPDATE + " eq. (1.21)", "Characteristic life after a failure"),
    symbol="eta_upd_y",
    expr="min(eta_prior_y, test_y/(0 - log(1 - P_wgt))**(1/beta_prd))",
    quantity="time",
)
def updated_fail(eta_prior_y: FloatArray, test_y: FloatArray, P_wgt: FloatArray, beta_prd: FloatArray) -> FloatArray:
    """Life that gives the weighted probability; a failure never lengthens it.

    Parameters
    ----------
    eta_prior_y, test_y : ndarray, years
    P_wgt, beta_prd : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return np.minimum(eta_prior_y, test_y / (-np.log1p(-P_wgt)) ** (1.0 / beta_prd))


UPDATE_CASES = ("none", "pass", "fail", "fail_fairly")


@dataclass(frozen=True)
class History:
    """What the tests of each device made of its characteristic life; the last credited test in numbers.

    `case` is the index of `UPDATE_CASES` of the last test that counted.
    """

    eta_prior_y: FloatArray
    test_y: FloatArray
    CF: FloatArray
    CF_fail: FloatArray
    P_prior: FloatArray
    P_cond: FloatArray
    P_wgt: FloatArray
    eta_upd_y: FloatArray
    case: IntArray
    n_credited: FloatArray
    n_uncredited: FloatArray


@clause(
    API581_2016.at(_UPDATE + " (i)", "Characteristic life before the last test"),
    symbol="eta_prior_y",
    expr="",
    quantity="time",
    kind=ITERATION,
    note="relief.note.history",
)
def history(eta_mod_y: FloatArray, beta_prd: FloatArray, tests: CaseTable, passes: bool = True) -> History:
    """Take the tests of each device one after the other, in the order of the table.

    Parameters
    ----------
    eta_mod_y, beta_prd : ndarray, shape (n,)
    tests : CaseTable
        Columns `test_y`, `effectiveness`, `prd_result`, `prd_plugged`.
    passes : bool
        Whether a pass counts; a bound leaves passes out.

    Returns
    -------
    History
        A test of no effectiveness (D, E or not recorded), without a result, or within a year of the last overhaul
        is not credited. Plugged piping makes a pass a failure.
    """
    n, c = eta_mod_y.size, tests.columns
    eta = eta_mod_y.copy()
    held = {s: np.full(n, np.nan) for s in ("eta", "t", "CF", "CFF", "P", "Pc", "Pw")}
    case = np.zeros(n, dtype=np.int64)
    credited, lost = np.zeros(n), np.zeros(n)
    CF = np.vstack([keyed("relief", "confidence").rows[:3], np.full((3, 2), np.nan)])
    first, count = tests.groups.offsets[:-1], tests.groups.counts
    for k in range(int(count.max(initial=0))):
        rows = np.flatnonzero(count > k)
        at = first[rows] + k
        t, grade = c["test_y"][at], c["effectiveness"][at]
        failed = (c["prd_result"][at] == RESULTS.index("fail")) | (c["prd_plugged"][at] == 1)
        counts = (t >= number("relief", "t_least_y") * (1 - 1e-12)) & (grade >= 0) & (grade < 3)
        counts &= failed | (c["prd_result"][at] == RESULTS.index("pass"))
        lost[rows[~counts]] += 1.0
        if not passes:
            counts = counts & failed
        rows, t, grade, failed = rows[counts], t[counts], grade[counts], failed[counts]
        cf, cff, b, e = CF[grade, 0], CF[grade, 1], beta_prd[rows], eta[rows]
        P = weibull(t, e, b)
        cond = np.where(failed, conditional_fail(cff, P, cf), conditional_pass(cf, P))
        fairly = failed & (grade == 2)
        wgt = np.where(failed, weighted_fail(cond), weighted_pass(P, number("relief", "w_pass"), t, e, cond))
        wgt = np.where(fairly, weighted_fairly(number("relief", "w_fairly"), P, cond), wgt)
        wgt = np.where((wgt > 0.0) & (wgt < 1.0), wgt, np.nan)
        new = np.where(failed, updated_fail(e, t, wgt, b), updated_pass(e, t, wgt, b))
        for s, v in zip(held, (e, t, cf, cff, P, cond, wgt), strict=True):
            held[s][rows] = v
        eta[rows] = new
        case[rows] = np.where(fairly, 3, np.where(failed, 2, 1))
        credited[rows] += 1.0
    prior = np.where(case == 0, eta_mod_y, held["eta"])
    return History(
        prior, held["t"], held["CF"], held["CFF"], held["P"], held["Pc"], held["Pw"], eta, case, credited, lost
    )


@clause(
    API581_2016.at("Part 1 Table 7.7 eq. (1.36)", "Factor of the operating pressure, leakage"),
    symbol="F_set",
    expr="min(R_limit, R_op)/R_limit",
    quantity="ratio",
)
def set_pressure_factor(R_limit: FloatArray, R_op: FloatArray) -> FloatArray:
    """The nearer the operating pressure is to the set pressure, the more likely a leak.

    Parameters
    ----------
    R_limit : ndarray
        Ratio from which it is certain: 0.9 of a spring, 0.95 of a pilot.
    R_op : ndarray
        Operating to set pressure, gauge.

    Returns
    -------
    ndarray of float64
    """
    return np.minimum(R_limit, R_op) / R_limit


@clause(
    API581_2016.at("Part 1 §7.3.2 eq. (1.34)", "Probability of leakage"),
    symbol="P_leak",
    expr="F_set*P_w",
    quantity="ratio",
)
def leakage(F_set: FloatArray, P_w: FloatArray) -> FloatArray:
    """Probability of leakage with the factor of the operating pressure.

    Parameters
    ----------
    F_set, P_w : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(F_set * P_w)


@clause(
    API581_2016.at("Part 1 §7.2.4 (i)", "Service at the test"),
    symbol="test_y",
    expr="(prd_tested_d - prd_overhauled_d)/days_year",
    quantity="time",
)
def service_at_test(prd_tested_d: IntArray, prd_overhauled_d: IntArray, days_year: float) -> FloatArray:
    """Years from the last overhaul, or the installation, to the test.

    Parameters
    ----------
    prd_tested_d, prd_overhauled_d : ndarray of int64, days
    days_year : float

    Returns
    -------
    ndarray of float64, years
    """
    return _f((prd_tested_d - prd_overhauled_d) / days_year)


@clause(
    API581_2016.at("Part 1 §7.2.4 (i)", "Result of a test"),
    symbol="prd_outcome",
    expr="",
    quantity="code",
    kind=TABLE,
    note="relief.note.outcome",
)
def outcome(
    prd_result: IntArray, as_found_MPa: FloatArray, set_pressure_MPa: FloatArray, fail_ratio: FloatArray
) -> IntArray:
    """Result as stated, else from the pressure at which the device opened on the bench.

    Parameters
    ----------
    prd_result : ndarray of int64
        0 pass, 1 fail, -1 not stated.
    as_found_MPa, set_pressure_MPa : ndarray, MPa gauge
    fail_ratio : ndarray
        Opening above so many times the set pressure is a failure to open.

    Returns
    -------
    ndarray of int64
        -1 where neither says it.
    """
    ratio = as_found_MPa / set_pressure_MPa
    found = np.where(np.isnan(ratio), -1, ratio > fail_ratio * (1.0 + 1e-9))
    return np.where(prd_result >= 0, prd_result, found).astype(np.int64)
