"""Mistakes seen in other programs on external corrosion, linings and tank bottoms; each has a test."""

from __future__ import annotations

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.rbi.data import keyed
from integrity.rbi.mechanisms.thinning_bottom import METHODS
from integrity.rbi.procedures import CUI, EXT_CORROSION, LINING, POF, THINNING
from tests.rbi.samples import BASE, BOTTOM
from tests.rbi.samples_external import CUI_BASE, EXT_BASE, LINING_BASE

CEILING = 6410.25641025641
BOTH = [(EXT_CORROSION, EXT_BASE, "D_f_extcorr"), (CUI, CUI_BASE, "D_f_cui")]
NAN = float("nan")


def bottom(**changes: Any) -> Result:
    return THINNING.run({**BASE, **BOTTOM, **changes}, DEFAULTS)


@pytest.mark.parametrize(("p", "base", "output"), BOTH)
def test_1_external_loss_is_over_the_reading(p: Procedure, base: dict[str, Any], output: str) -> None:
    r = p.run(base, DEFAULTS)
    assert r["A_rt"][0] == pytest.approx(r["C_r_ext"][0] * 10.0 / 12.0, rel=1e-14)


def test_1_tank_bottoms_have_the_other_loss_parameter() -> None:
    r = bottom(t_rdi_mm=6.0, C_r=0.2, age_tk_y=11.0, CA_mm=1.5, barrier=0)
    assert r["A_rt"][0] == pytest.approx(1.0 - 3.8 / 4.04, rel=1e-14)
    assert METHODS[r["wall_method"][0]] == "bottom"
    shell = THINNING.run({**BASE, "t_rdi_mm": 6.0, "age_tk_y": 11.0}, DEFAULTS)
    assert shell["A_rt"][0] == pytest.approx(2.2 / 6.0, rel=1e-14)
    assert np.isnan(r["beta_1"][0]) and r["D_f_thin"][0] < 10.0


@pytest.mark.parametrize(("p", "base", "output"), BOTH)
def test_2_never_above_the_ceiling_and_never_a_factor_for_missing_data(
    p: Procedure, base: dict[str, Any], output: str
) -> None:
    worn = p.run({**base, "CR_ext": [1.0, 5.0, 50.0], "age_tke_y": 60.0, "coating_quality": 0}, DEFAULTS)
    assert (worn[output] <= CEILING * (1.0 + 1e-12)).all()
    for symbol in ("t_rde_mm", "age_tke_y", "YS_MPa"):
        r = p.run({**base, symbol: NAN}, DEFAULTS)
        assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA and np.isnan(r[output][0])


@pytest.mark.parametrize(("p", "base", "output"), BOTH)
def test_3_posterior_not_prior(p: Procedure, base: dict[str, Any], output: str) -> None:
    """One program weights the third state of external corrosion by the prior."""
    r = p.run({**base, "N_A": 2.0, "N_B": 0.0, "age_tke_y": 15.0}, DEFAULTS)
    failed = [0.5 * erfc(r[f"beta_{s}"][0] / sqrt(2.0)) for s in (1, 2, 3)]
    right = sum(r[f"Po_p{s}"][0] * failed[s - 1] for s in (1, 2, 3)) / 1.56e-4
    wrong = right + (r["Pr_3"][0] - r["Po_p3"][0]) * failed[2] / 1.56e-4
    assert r[output][0] == pytest.approx(right, rel=1e-12)
    assert abs(wrong / right - 1.0) > 0.5


@pytest.mark.parametrize(("p", "base", "output"), BOTH)
def test_4_no_equivalence_of_grades(p: Procedure, base: dict[str, Any], output: str) -> None:
    two_B = p.run({**base, "N_A": 0.0, "N_B": 2.0}, DEFAULTS)
    one_A = p.run({**base, "N_A": 1.0, "N_B": 0.0}, DEFAULTS)
    assert two_B["I_p2"][0] == pytest.approx(0.3 * 0.2**2, rel=1e-12)
    assert two_B[output][0] != pytest.approx(one_A[output][0], rel=1e-3)


@pytest.mark.parametrize(("p", "base", "output"), BOTH)
def test_5_the_floor_of_a_tenth_is_of_thinning_only(p: Procedure, base: dict[str, Any], output: str) -> None:
    r = p.run({**base, "CR_ext": 0.0, "t_req_mm": 2.0, "t_c_mm": 1.0, "P_MPa": 0.1}, DEFAULTS)
    assert 0.0 < r[output][0] < 0.1


def test_5_monitoring_multiplies_the_lining_and_no_floor_holds_it() -> None:
    base = {**LINING_BASE, "lining_type": codes("lining_type").index("acid_brick"), "lining_d": 20000 - 400}
    plain, seen = LINING.run(base, DEFAULTS), LINING.run({**base, "lining_monitoring": 1}, DEFAULTS)
    assert seen["D_f_elin"][0] == pytest.approx(0.1 * plain["D_f_elin"][0], rel=1e-14)
    assert seen["D_f_elin"][0] < 0.01


def test_8_drivers_have_the_order_of_both_editions() -> None:
    assert codes("driver") == ("severe", "moderate", "mild", "dry")
    rates = [EXT_CORROSION.run({**EXT_BASE, "driver": d, "T_op_C": 71.0}, DEFAULTS)["C_rB"][0] for d in range(4)]
    assert rates == [0.254, 0.127, 0.051, 0.025]


def test_10_lining_counts_only_where_there_is_one() -> None:
    base = {"component_type": 3, "D_f_thin": 12.0, "local": 1}
    assert POF.run(base, DEFAULTS)["D_f_thin_gov"][0] == 12.0
    assert POF.run({**base, "D_f_lining": 30.0}, DEFAULTS)["D_f_thin_gov"][0] == 12.0
    assert POF.run({**base, "D_f_lining": 3.0}, DEFAULTS)["D_f_thin_gov"][0] == 3.0


def test_22_the_blank_cell_is_a_named_policy_that_shows() -> None:
    r = EXT_CORROSION.run({**EXT_BASE, "T_op_C": -8.0}, DEFAULTS)
    assert (r["C_rB"][0], r["cells_verified"][0]) == (0.076, 0)
    assert "rbi.ext_severe_blank" in EXT_CORROSION.settings


def test_26_no_settlement_wipes_out_the_factor() -> None:
    rows = keyed("thinning", "F_SM")
    assert dict(zip(rows.keys, rows.rows[:, 0].tolist(), strict=False)) == {
        "not_tank_bottom": 1.0,
        "meets": 1.0,
        "exceeds": 2.0,
        "never_evaluated": 1.5,
        "concrete_foundation": 1.0,
    }
    factors = [bottom(settlement=i, age_tk_y=15.0)["D_f_thin"][0] for i in range(len(codes("settlement")))]
    assert factors == pytest.approx([factors[0], 2.0 * factors[0], 1.5 * factors[0], factors[0]])
    assert factors[3] > 1.0


def test_28_complexity_above_average_is_a_quarter_more() -> None:
    average, above = (CUI.run({**CUI_BASE, "complexity": i}, DEFAULTS)["C_r_ext"][0] for i in (1, 2))
    assert above / average == pytest.approx(1.25, rel=1e-14)


def test_unknown_insulation_is_a_quarter_more() -> None:
    unknown, pearlite = (CUI.run({**CUI_BASE, "insulation_type": i}, DEFAULTS)["C_r_ext"][0] for i in (-1, 2))
    assert unknown / pearlite == pytest.approx(1.25, rel=1e-14)
