"""Mistakes seen in other programs of hydrogen attack, embrittlement, fatigue and management; each has a test here."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.settings import DEFAULTS, Settings
from integrity.core.working import working
from integrity.rbi import combine, management
from integrity.rbi.data import keyed, raw
from integrity.rbi.mechanisms import brittle, fatigue, htha, htha_clauses, temper
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import run

KSI = 6.894757293168361
OLD = Settings({"rbi.edition": "2008"})


def test_a_difference_of_350_degF_is_194_K_not_177() -> None:
    r = run(temper.PROCEDURE, s.TEMPER_BASE, year_built=1970.0)
    assert r["dFATT_difference_K"][0] == pytest.approx(194.444, abs=1e-3)
    assert r["dFATT_printed_K"][0] == 177.0
    assert r["dFATT_K"][0] == r["dFATT_difference_K"][0]
    shown = {x.symbol for x in working(temper.PROCEDURE, r, 0)}
    assert {"dFATT_difference_K", "dFATT_printed_K", "shift_F", "dFATT_K"} <= shown


def test_each_printed_shift_is_the_temperature_conversion_of_the_difference() -> None:
    rows = keyed("temper", "generation").rows[:-1]
    np.testing.assert_array_equal(np.rint((rows[:, 2] - 32.0) / 1.8), rows[:, 1])
    assert (rows[:, 2] / 1.8 > rows[:, 1]).all()


def test_misprinted_cell_of_the_SI_table_is_not_used() -> None:
    """230 MPa, curve B: the SI table prints 1 where its neighbours ask for 12 to 13 degC."""
    r = run(brittle.PROCEDURE, s.BRITTLE_BASE, SMYS_MPa=[220.0, 230.0, 240.0], exemption_curve=1)
    assert 12.0 < r["T_ref_C"][1] < 14.0
    assert r["T_ref_C"][0] > r["T_ref_C"][1] > r["T_ref_C"][2]
    assert "misprint" in raw("brittle")["tables"]["T_ref_carbon"]["note"]


def test_editions_are_not_mixed() -> None:
    for level, new, old in (("high", 5000, 2000), ("medium", 2000, 200), ("low", 100, 20), ("none", 0, 1)):
        given = htha_clauses.SUSCEPTIBILITIES.index(level)
        base = {**s.HTHA_BASE, "susceptibility_given": given}
        assert run(htha.PROCEDURE, base)["D_f_htha"][0] == new
        assert run(htha.PROCEDURE, base, OLD)["D_f_htha"][0] == old


def test_equivalence_of_inspections_applies_to_hydrogen_attack_of_the_second_edition_only() -> None:
    base = {**s.HTHA_BASE, "susceptibility_given": htha_clauses.HIGH}
    assert run(htha.PROCEDURE, base, OLD, N_C=1.0, N_D=2.0)["D_f_htha"][0] == 800.0
    assert run(htha.PROCEDURE, base, N_C=1.0, N_D=2.0)["D_f_htha"][0] == 5000.0


def test_observed_damage_counts_at_any_temperature() -> None:
    """A program maps observed damage to high only above 177 degC."""
    r = run(htha.PROCEDURE, s.HTHA_BASE, htha_history=1, T_op_C=[20.0, 150.0, 300.0], p_H2_MPa=0.01)
    np.testing.assert_array_equal(r["D_f_htha"], 5000.0)
    assert run(htha.PROCEDURE, s.HTHA_BASE, htha_history=1, T_op_C=np.nan)["D_f_htha"][0] == 5000.0


def test_each_chromium_steel_is_reached() -> None:
    """A program nests its branch of 3Cr-1Mo in the one of 2.25Cr-1Mo, where it is never reached."""
    codes = [htha_clauses.MATERIALS.index(m) for m in ("1Cr", "1.25Cr", "2.25Cr", "3Cr")]
    r = run(htha.PROCEDURE, s.HTHA_BASE, htha_material=codes, dT_941_K=-40.0)
    np.testing.assert_array_equal(r["D_f_htha"], 100.0)
    old = run(htha.PROCEDURE, s.HTHA_BASE, OLD, htha_material=codes, T_op_C=480.0, p_H2_MPa=8.0)
    assert (old["htha_susceptibility"] >= 0).all()


def test_hydrogen_pressure_is_absolute() -> None:
    p = next(x for x in htha.PROCEDURE.inputs if x.symbol == "p_H2_MPa")
    assert p.quantity == "pressure_abs"
    assert run(htha.PROCEDURE, s.HTHA_BASE, p_H2_MPa=[50.0 * KSI / 1000.0, 51.0 * KSI / 1000.0])[
        "D_f_htha"
    ].tolist() == [
        0.0,
        5000.0,
    ]


def test_curve_of_the_licensed_standard_is_not_stored() -> None:
    assert "dT_941_K" in {p.symbol for p in htha.PROCEDURE.inputs}
    data = raw("htha")
    assert not [name for name in data["tables"] if "941" in name or "curve" in name]


def test_only_brittle_terms_of_one_or_less_drop_out() -> None:
    zero = np.zeros(1)
    gov = {g: [zero] for g in combine.GROUPS}
    one = combine.total(
        combine.governing({**gov, "brittle": [np.array([0.9])], "fatigue": [np.array([0.5])]}, (1,)),
        np.array([False]),
        np.array([True]),
    )
    assert one[0] == 0.5


def test_no_option_of_fatigue_wipes_out_the_factor() -> None:
    for name in raw("fatigue")["tables"]:
        assert (keyed("fatigue", name).rows[:-1] > 0.0).all(), name


def test_missing_data_is_no_factor() -> None:
    r = run(brittle.PROCEDURE, s.BRITTLE_BASE, exemption_curve=-1)
    assert np.isnan(r["D_f_brit"][0])
    f = run(fatigue.PROCEDURE, s.FATIGUE_BASE, joint_type=-1)
    assert np.isnan(f["D_f_mfat"][0])


def test_thickness_of_brittle_fracture_is_not_the_corroded_one() -> None:
    """A thinner wall is the tougher one: wall loss would bring the factor down."""
    symbols = {p.symbol for p in brittle.PROCEDURE.inputs}
    assert {"t_nom_mm", "t_g_mm"} <= symbols and "t_rdi_mm" not in symbols


def test_score_of_the_owner_sheet_is_never_the_management_factor() -> None:
    assert management.PROCEDURE.key != management.OWNER_PROCEDURE.key
    r = management.PROCEDURE.run({"score_total": [np.nan]}, DEFAULTS)
    assert r["F_MS"][0] == 1.0
