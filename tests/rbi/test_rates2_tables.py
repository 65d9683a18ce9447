"""Tables of the further rate models: shape, both unit sets side by side, and another source where there is one."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest

from integrity.core.quantities import quantity
from integrity.rbi.data import constants, raw
from integrity.rbi.rates import parts

NAMES = (
    "rate_alkaline_sour_water",
    "rate_acid_sour_water",
    "rate_amine",
    "rate_oxidation",
    "rate_co2",
    "rate_cooling_water",
    "rate_groundwater",
    "rate_soil",
    "rate_tank_bottom",
)
MIL = 0.0254


def rows(name: str, table: str) -> np.ndarray:
    return np.asarray(raw(name)["tables"][table]["rows"], dtype=np.float64)


@pytest.mark.parametrize("name", NAMES)
def test_file_says_edition_source_and_that_nothing_is_verified(name: str) -> None:
    data = raw(name)
    assert data["edition"] == "API RP 581 3rd ed. 2016" and data["source"] == "one public transcription"
    assert data["verified"] is False
    assert not any(c.verified for c in constants(name).values())
    for c in constants(name).values():
        assert quantity(c.quantity) is not None
    names, index = parts.member_table(name)
    assert set(index.tolist()) <= {-1, *range(len(names))} and index[-1] == -1


@pytest.mark.parametrize(
    ("name", "si", "us"),
    [
        ("rate_alkaline_sour_water", "base_si", "base_us"),
        ("rate_acid_sour_water", "base_si", "base_us"),
        ("rate_amine", "mea_dea_si", "mea_dea_us"),
        ("rate_amine", "mdea_si", "mdea_us"),
        ("rate_oxidation", "base_si", "base_us"),
    ],
)
def test_si_cell_is_the_us_cell_rounded(name: str, si: str, us: str) -> None:
    a, b = rows(name, si), rows(name, us) * MIL
    assert a.shape == b.shape
    np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
    assert np.nanmax(np.abs(a - b)) <= 0.0081


def test_cooling_columns_are_the_us_columns_rounded() -> None:
    base = rows("rate_cooling_water", "base")
    assert np.abs(base[:, 1:3] - base[:, 3:5] * MIL).max() <= 0.0051
    for name in ("C_2", "F_T"):
        T = rows("rate_cooling_water", name)
        assert np.abs((T[:, 1] - 32.0) / 1.8 - T[:, 0]).max() <= 1.2


def test_both_amine_tables_are_the_same_in_the_transcription() -> None:
    np.testing.assert_array_equal(rows("rate_amine", "mea_dea_si"), rows("rate_amine", "mdea_si"))


def test_amine_cells_rise_with_temperature_but_for_one() -> None:
    cells = rows("rate_amine", "mea_dea_si").reshape(24, 6, 2)
    falls = np.argwhere(np.diff(cells, axis=1) < 0.0)
    np.testing.assert_array_equal(falls, [[4, 4, 1]])
    high_column = cells[:, :, 1] - cells[:, :, 0]
    assert (high_column > 0.0).all()


@pytest.mark.parametrize(
    ("name", "table", "first"),
    [("rate_alkaline_sour_water", "base_si", 1), ("rate_acid_sour_water", "base_si", -1)],
)
def test_sour_water_cells_are_monotone(name: str, table: str, first: int) -> None:
    cells = rows(name, table)
    assert (np.diff(cells, axis=1) >= 0.0).all()
    assert (first * np.diff(cells, axis=0) >= 0.0).all()


def test_oxidation_rises_with_temperature() -> None:
    steps = np.diff(rows("rate_oxidation", "base_si"), axis=1)
    assert (steps[~np.isnan(steps)] >= 0.0).all()


def norsok(T: int, pH: float) -> float:
    """Functions of NORSOK M-506, typed by hand: constant of the temperature times function of the pH."""
    if T == 60:
        low, high = 1.836 - 0.1818 * pH, 15.444 - 6.1291 * pH + 0.8204 * pH**2 - 0.0371 * pH**3
        return 10.695 * (low if pH < 4.6 else high)
    if T == 80:
        return 9.949 * (2.6727 - 0.3636 * pH if pH < 4.6 else 331.68 * exp(-1.2618 * pH))
    if T == 90:
        middle = 21254.0 * exp(-2.1811 * pH)
        return 6.25 * (3.1355 - 0.4673 * pH if pH < 4.57 else middle if pH < 5.62 else 0.4014 - 0.0538 * pH)
    if T == 120:
        middle = 5.9757 - 1.157 * pH
        return 7.77 * (1.5375 - 0.125 * pH if pH < 4.3 else middle if pH < 5.0 else 0.546125 - 0.071225 * pH)
    middle = 17.634 - 7.0945 * pH + 0.715 * pH**2
    return 5.203 * (1.0 if pH < 3.8 else middle if pH < 5.0 else 0.037)


@pytest.mark.parametrize("T", [60, 80, 90, 120, 150])
def test_co2_factor_is_that_of_the_model_it_comes_from(T: int) -> None:
    table: dict[str, Any] = raw("rate_co2")["tables"]["f_T_pH"]
    row = table["rows"][table["row_nodes"].index(T)]
    want = [norsok(T, pH) for pH in table["column_nodes"]]
    np.testing.assert_allclose(row, want, atol=0.0051)


def test_co2_factor_falls_with_pH() -> None:
    assert (np.diff(rows("rate_co2", "f_T_pH"), axis=1) <= 0.0).all()


def test_no_credit_is_the_greatest_factor_of_protection_and_draws() -> None:
    for table in ("F_prot", "F_draw"):
        values = rows("rate_tank_bottom", table)[:, 0]
        assert values[0] == values.max() == 1.0
    assert rows("rate_soil", "F_prot")[:, 0].max() == 10.0
