"""Heads: limits of shape, stress cap of strong steels, knuckle of thin heads, least effective thickness of GB/T 150."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.procedure import reasons
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.design.common import CASES
from integrity.design.heads import crown_factor

ASME = {"P": 1.5, "S": 120.0, "E": 1.0, "D": 1800.0}
TORI = {**ASME, "D_o": 1840.0, "L": 1800.0, "r": 180.0}


def why(key: str, **columns: object) -> list[tuple[str, str]]:
    result = procedure(key).run(columns, DEFAULTS)
    return reasons(procedure(key), result, 0)


def test_two_to_one_head_has_factor_one() -> None:
    for key in ("asme8.2021.ellipsoidal", "gb150.2011.ellipsoidal"):
        assert procedure(key).run({**ASME, "R_ell": 2.0}, DEFAULTS)["K"][0] == 1.0


@pytest.mark.parametrize(("ratio", "factor"), [(1.0, 0.50), (2.0, 0.90), (2.6, 1.18), (3.0, 1.36)])
def test_crown_factor_meets_the_table(ratio: float, factor: float) -> None:
    assert round(float(crown_factor(ratio)), 2) == pytest.approx(factor, abs=0.0101)


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({"L": 1841.0}, "crown_radius"),
        ({"r": 107.9, "L": 1799.0}, "crown_knuckle_ratio"),
        ({"r": 107.0, "L": 1600.0}, "knuckle_radius"),
        ({"t": 61.0}, "knuckle_radius"),
        ({"P": 0.3}, "knuckle_buckling"),
        ({"P": 1.5, "t": 3.5}, "knuckle_buckling"),
    ],
)
def test_torispherical_limits(change: dict[str, float], limit: str) -> None:
    assert why("asme8.2021.torispherical", **TORI) == []
    assert ("limit", limit) in why("asme8.2021.torispherical", **{**TORI, **change})


def test_equality_is_inside() -> None:
    edge = {**TORI, "L": 1800.0, "r": 1800.0 * 0.06, "D_o": 1800.0}
    assert why("asme8.2021.torispherical", **edge) == []


def test_thin_low_pressure_head_is_not_calculated() -> None:
    result = procedure("asme8.2021.ellipsoidal").run({**ASME, "P": 0.35, "D": 4600.0, "R_ell": 2.0}, DEFAULTS)
    assert result.verdict[0] == Verdict.NOT_APPLICABLE
    assert np.isnan(result["t_req"][0])


def test_steels_over_70_ksi_are_capped_at_20_ksi_and_reduced_in_proportion() -> None:
    base = {**TORI, "S": 150.0}
    run = procedure("asme8.2021.torispherical").run
    plain = run({**base, "S_u": 480.0}, DEFAULTS)
    capped = run({**base, "S_u": 550.0, "S_amb": 160.0}, DEFAULTS)
    unknown = run({**base, "S_amb": 160.0}, DEFAULTS)
    no_ambient = run({**base, "S_u": 550.0}, DEFAULTS)
    assert plain["S_h"][0] == 150.0
    assert capped["S_h"][0] == pytest.approx(137.89514586 * 150.0 / 160.0)
    assert unknown["S_h"][0] == capped["S_h"][0]
    assert no_ambient["S_h"][0] == pytest.approx(137.89514586)
    assert capped["t_req"][0] > plain["t_req"][0]


def test_cap_does_not_touch_a_two_to_one_head() -> None:
    run = procedure("asme8.2021.ellipsoidal").run
    strong = {**ASME, "S": 150.0, "S_u": 620.0, "S_amb": 160.0}
    assert run({**strong, "R_ell": 2.0}, DEFAULTS)["S_h"][0] == 150.0
    assert run({**strong, "R_ell": 2.2}, DEFAULTS)["S_h"][0] < 150.0


def test_large_old_head_is_governed_by_the_least_effective_thickness() -> None:
    result = procedure("gb150.2011.ellipsoidal").run(
        {"P": 0.35, "S": 170.0, "E": 0.85, "D": 4600.0, "R_ell": [2.0, 2.1]}, DEFAULTS
    )
    assert result["t_p"][0] == pytest.approx(5.574, abs=5e-4)
    assert list(result["t_req"]) == pytest.approx([0.0015 * 4600.0, 0.0030 * 4600.0])
    assert [CASES[c] for c in result["t_req_case"]] == ["code_minimum", "code_minimum"]


def test_torispherical_factor_decides_the_effective_thickness() -> None:
    columns = {"P": 0.2, "S": 170.0, "E": 1.0, "D": 2000.0, "L": 1800.0}
    run = procedure("gb150.2011.torispherical").run
    flat = run({**columns, "r": 340.0}, DEFAULTS)
    sharp = run({**columns, "r": 300.0}, DEFAULTS)
    assert flat["M"][0] < 1.34 < sharp["M"][0]
    assert flat["t_req"][0] == pytest.approx(3.0)
    assert sharp["t_req"][0] == pytest.approx(6.0)


def test_hemisphere_is_the_limit_of_the_ellipsoid() -> None:
    ball = procedure("gb150.2011.sphere").run({"P": 1.0, "S": 150.0, "E": 1.0, "D": 2000.0}, DEFAULTS)["t_req"][0]
    deep = procedure("gb150.2011.ellipsoidal").run(
        {"P": 1.0, "S": 150.0, "E": 1.0, "D": 2000.0, "R_ell": 1.0}, DEFAULTS
    )["t_p"][0]
    assert deep == pytest.approx(ball, rel=0.01)


def test_cone_angle() -> None:
    cone = {**ASME, "alpha_deg": 30.0}
    assert why("asme8.2021.cone", **cone) == []
    assert why("asme8.2021.cone", **{**cone, "alpha_deg": 30.1}) == [("limit", "cone_angle")]
    assert why("gb150.2011.cone", **{**cone, "alpha_deg": 60.1}) == [("limit", "cone_angle")]
