"""Workings of bundles and relief devices: which calculations a number of theirs rests on, conclusion last."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import IntArray
from integrity.core.codes import codes
from integrity.core.settings import Settings
from integrity.rbi import bundle, bundle_fit, relief, relief_risk
from integrity.rbi.relief_clauses import RESULTS, TYPES
from integrity.services.bundles import BundleStudy
from integrity.services.relief import ReliefStudy
from integrity.services.types import WorkingSheet
from integrity.services.workings import sheet_of

FIT, LIFE, POF, COST, RISK, REPLACE = "fit", "life", "pof", "cost", "risk", "replacement"
BUNDLE: dict[str, tuple[tuple[str, str], ...]] = {
    "n_records": ((FIT, "n_failures"),),
    "n_failures": ((FIT, "n_failures"),),
    "beta_w": ((FIT, "beta_w"),),
    "eta_y": ((FIT, "eta_y"),),
    "eta_lo_y": ((FIT, "eta_lo_y"),),
    "fit_method": ((FIT, ""),),
    "bundle_age_y": ((LIFE, "bundle_life_y"), (POF, "bundle_age_y")),
    "P_bundle": ((FIT, "eta_lo_y"), (POF, "P_bundle")),
    "P_TA1": ((FIT, "eta_lo_y"), (POF, "eta_use_y"), (RISK, "P_TA1")),
    "C_fail_bundle": ((COST, "C_fail_bundle"),),
    "risk_TA1": ((POF, "eta_use_y"), (COST, "C_fail_bundle"), (RISK, "risk_TA1")),
    "age_target_y": ((POF, "eta_use_y"), (COST, "C_fail_bundle"), (RISK, "age_target_y")),
    "bundle_action": ((POF, "eta_use_y"), (COST, "C_fail_bundle"), (RISK, "")),
    "age_opt_y": ((POF, "eta_use_y"), (COST, ""), (REPLACE, "age_opt_y")),
}
"""Calculations and their columns behind each number of a bundle."""
FAIL, LEAK, CASES, TESTS, LOSS, TOTAL = "fail", "leak", "case", "test", "cost", "risk"
RELIEF: dict[str, tuple[tuple[str, str], ...]] = {
    "P_fod": ((TESTS, ""), (FAIL, "P_fod")),
    "eta_fail_y": ((TESTS, ""), (FAIL, "eta_fail_y")),
    "prd_age_y": ((FAIL, ""),),
    "P_leak": ((TESTS, ""), (LEAK, "P_leak")),
    "DR": ((CASES, "DR"),),
    "MAWP_protected": ((CASES, "P_loc"),),
    "f_prd": ((FAIL, "P_fod"), (CASES, "f_prd")),
    "risk_area_prd": ((FAIL, "P_fod"), (CASES, "risk_area_prd")),
    "risk_fail": ((FAIL, "P_fod"), (CASES, "risk_demand"), (TOTAL, "risk_fail")),
    "risk_leak": ((LEAK, "P_leak"), (LOSS, "C_leak"), (TOTAL, "risk_leak")),
    "risk_prd": ((FAIL, "P_fod"), (LEAK, "P_leak"), (CASES, "risk_demand"), (LOSS, "C_leak"), (TOTAL, "risk_prd")),
    "age_prd_target_y": ((FAIL, "eta_fail_y"), (LEAK, "eta_leak_y"), (TOTAL, "age_prd_target_y")),
    "years_to_test": ((FAIL, "eta_fail_y"), (LEAK, "eta_leak_y"), (TOTAL, "age_prd_target_y")),
}
"""Calculations and their columns behind each number of a relief device."""
CODES: dict[str, tuple[str, ...]] = {
    "demand_case": relief_risk.DEMANDS,
    "prd_type": TYPES,
    "prd_outcome": RESULTS,
    "prd_leak_result": RESULTS,
    "prd_effectiveness": codes("effectiveness"),
}
"""Texts of the codes of a relief device, its cases and its tests."""
PaperData = bundle_fit.WeibullPlot
"""What a Weibull plot shows, as `services.bundles.plot_of` gives it."""
CASE = ("EF", "DRRF", "DR", "P_over_MPa", "F_op", "MAWP_protected", "P_loc", "f_prd", "risk_demand", "risk_area_prd")


def bundle_working(done: BundleStudy, settings: Settings, row: int, column: str) -> tuple[WorkingSheet, ...]:
    """Working of a number of a bundle in service.

    Parameters
    ----------
    done : BundleStudy
    settings : Settings
        Those of the run.
    row : int
        Place in `done.states`.
    column : str
        A key of `BUNDLE`.

    Returns
    -------
    tuple of WorkingSheet
        Conclusion last; empty for a column that has none.
    """
    state = done.states[row]
    record = state.record
    behind = {
        LIFE: (bundle_fit.LIFE, done.life, done.records.index(record), record.component),
        FIT: (bundle_fit.PROCEDURE, done.fit, state.set_row, record.bundle_set or record.tag),
        POF: (bundle.POF, done.pof, row, record.component),
        COST: (bundle.COST, done.cost, row, record.component),
        RISK: (bundle.RISK, done.risk, row, record.component),
        REPLACE: (bundle.REPLACEMENT, done.replacement, row, record.component),
    }
    out = []
    for name, symbol in BUNDLE.get(column, ()):
        used, result, at, subject = behind[name]
        out.append(sheet_of(subject, used, result, at, symbol, settings))
    return tuple(out)


def relief_working(done: ReliefStudy, settings: Settings, row: int, column: str) -> tuple[WorkingSheet, ...]:
    """Working of a number of a relief device.

    Parameters
    ----------
    done : ReliefStudy
    settings : Settings
    row : int
        Place in `done.states`.
    column : str
        A key of `RELIEF`.

    Returns
    -------
    tuple of WorkingSheet
        Conclusion last; the overpressure cases of the part that governs only.
    """
    tag = done.states[row].device.tag
    single = {
        FAIL: (relief.FAIL, done.fail),
        LEAK: (relief.LEAK, done.leak),
        LOSS: (relief_risk.LEAK_COST, done.cost),
        TOTAL: (relief_risk.RISK, done.risk),
    }
    out: list[WorkingSheet] = []
    for name, symbol in RELIEF.get(column, ()):
        if name == CASES:
            out += [s for i in governing_cases(done, row) for s in case_working(done, settings, int(i), symbol)]
        elif name == TESTS:
            tests = np.flatnonzero(done.test_device == row)
            out += [sheet_of(tag, relief.TEST, done.test, int(i), symbol, settings) for i in tests]
        else:
            used, result = single[name]
            out.append(sheet_of(tag, used, result, row, symbol, settings))
    return tuple(out)


def governing_cases(done: ReliefStudy, row: int) -> IntArray:
    """Overpressure cases of the protected part whose risk governs a device; of its first part where none is known.

    Parameters
    ----------
    done : ReliefStudy
    row : int
        Place in `done.states`.

    Returns
    -------
    ndarray of int64
        Rows of `done.case`.
    """
    own = np.flatnonzero(done.case_device == row)
    if not own.size:
        return own
    part = int(done.risk["item_governs"][row])
    parts = done.case_row[own]
    return own[parts == (part if (parts == part).any() else parts[0])]


def case_working(done: ReliefStudy, settings: Settings, case: int, column: str) -> tuple[WorkingSheet, ...]:
    """Working of a number of one overpressure case.

    Parameters
    ----------
    done : ReliefStudy
    settings : Settings
    case : int
        A row of `done.case`.
    column : str
        A column of the calculation.

    Returns
    -------
    tuple of WorkingSheet
    """
    tag = done.states[int(done.case_device[case])].device.tag
    return (sheet_of(tag, relief_risk.CASE, done.case, case, column, settings),)


def test_working(done: ReliefStudy, settings: Settings, test: int) -> tuple[WorkingSheet, ...]:
    """Working of one test of a relief device.

    Parameters
    ----------
    done : ReliefStudy
    settings : Settings
    test : int
        A row of `done.test`.

    Returns
    -------
    tuple of WorkingSheet
    """
    tag = done.states[int(done.test_device[test])].device.tag
    return (sheet_of(tag, relief.TEST, done.test, test, "", settings),)


def set_mechanisms(done: BundleStudy) -> tuple[str, ...]:
    """Mechanisms by which bundles on record have failed, by name.

    Parameters
    ----------
    done : BundleStudy

    Returns
    -------
    tuple of str
    """
    return tuple(sorted({r.mechanism for r in done.records if r.mechanism}))
