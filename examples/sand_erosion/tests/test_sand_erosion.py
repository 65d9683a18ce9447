"""Sand erosion: the equation, the one published digit of its constant, inspections, and the conformance suite."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from sand_erosion.mechanism import MECHANISM, OWN, PROCEDURE, erosion_rate

from integrity.conformance import problems, samples_of
from integrity.core.settings import DEFAULTS
from integrity.rbi.assess import assess_case
from integrity.rbi.panel import planned_inspections


def _samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sand_samples", Path(__file__).with_name("samples.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = _samples()


def rate(**changes: float) -> float:
    given = {"W_sand_kg_d": 10.0, "velocity_m_s": 10.0, "d_p_um": 250.0, "D_mm": 100.0, "density": 100.0, **changes}
    return float(erosion_rate(**{k: np.array([v]) for k, v in given.items()}, S_m=OWN["S_m"].value)[0])


def test_equation_by_hand() -> None:
    assert rate() == pytest.approx(10 * 100 * 250 / (5.5 * 1.0e4 * 100), rel=1e-15)
    assert rate(velocity_m_s=20.0) == pytest.approx(4 * rate())
    assert rate(D_mm=200.0) == pytest.approx(rate() / 4)


def test_constant_gives_the_printed_digit_of_the_velocity_limit() -> None:
    """V = S*D*sqrt(density)/sqrt(W) with S = 0.05 for bends: the velocity at 0.1 mm/year with grains of 250 um."""
    S_factor = np.sqrt(0.1 * OWN["S_m"].value / 250.0)
    assert f"{S_factor:.2f}" == "0.05"
    assert rate(velocity_m_s=S_factor * 100.0 * 10.0 / np.sqrt(10.0)) == pytest.approx(0.1)
    assert not OWN["S_m"].verified


def test_inspections_at_the_bend_lower_the_factor() -> None:
    base = {**S.BASE, "velocity_m_s": 8.0, "age_tk_y": 10.0}
    factors = [PROCEDURE.run({**base, "N_A": n}, DEFAULTS)["D_f_sand"][0] for n in (0.0, 1.0, 2.0)]
    assert factors[0] > factors[1] > factors[2] > 0.0


def test_no_sand_leaves_the_wall_as_it_is() -> None:
    still = PROCEDURE.run({**S.BASE, "W_sand_kg_d": 0.0}, DEFAULTS)
    assert still["ER"][0] == 0.0 and still["A_rt"][0] == 0.0 and still["D_f_sand"][0] < 1.0


def test_only_its_own_inspections_count() -> None:
    case = S.bends()
    columns, tables = MECHANISM.columns(case)
    assert tables["inspections"]["case"].tolist() == [0, 1, 1]
    assert columns["D_mm"][0] == pytest.approx(168.3 - 14.2)


def test_bends_of_a_line() -> None:
    a = assess_case(S.bends())
    straight, blank = 3, 11
    assert a.frame.reasons[straight].startswith("limit:sand_erosion.bend")
    assert "missing:d_p_um" in a.frame.reasons[blank]
    result = a.results["salama.2000.sand_erosion"]
    known = ~np.isnan(result["D_f_sand"])
    assert known.sum() == 10 and (np.flatnonzero(~known) == [straight, blank]).all()
    days = np.array([a.case.as_of_d, a.case.as_of_d + 3652])
    planned = planned_inspections(12, a.case.as_of_d + 365, 0)
    without, with_ = MECHANISM.at_dates(result, slice(0, 12), np.array([0.0, 10.0]), days, planned)
    assert with_ is not None
    assert (with_[known, 1] < without[known, 1]).all() and (with_[known, 0] == without[known, 0]).all()


def test_it_conforms() -> None:
    samples = samples_of(vars(S))[PROCEDURE.key]
    assert problems(PROCEDURE, samples, MECHANISM, S.CASE) == ()
