"""Formulas as rich text."""

from __future__ import annotations

import pytest

from integrity.ui.formula import rich, symbol


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        ("P*(D/2)/(S*E - 0.6*P)", "P · (D / 2) / (S · E − 0.6 · P)"),
        ("(t_min_mm - t_req_mm)/CR_gov", "(t<sub>min</sub> − t<sub>req</sub>) / CR<sub>gov</sub>"),
        ("sqrt(a**2 + b**2)", "√(a<sup>2</sup> + b<sup>2</sup>)"),
        ("a - (b - c)", "a − (b − c)"),
        ("a/(b/c)", "a / (b / c)"),
        ("-(a + b)", "−(a + b)"),
        ("x*(-2)", "x · −2"),
        ("exp(-beta_1)", "e<sup>−β<sub>1</sub></sup>"),
        ("where(t <= 4, a, b)", "{ a : t ≤ 4 ; b }"),
        ("max(a, 0)", "max(a, 0)"),
        ("not a formula", "not a formula"),
    ],
)
def test_formulas(expr: str, text: str) -> None:
    assert rich(expr) == text


def test_symbols_lose_their_unit_and_escape() -> None:
    assert symbol("t_req_mm") == "t<sub>req</sub>"
    assert symbol("sigma_UT_mm") == "σ<sub>UT</sub>"
    assert symbol("P") == "P"
    assert rich("Q* < 3") == "Q* &lt; 3"
