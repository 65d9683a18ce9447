"""Atmospheric tanks: leaks of courses and bottoms, where the contents go, money, and the case that gives both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import index_of
from integrity.core.frames.facts import Facts
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.procedure import Result, reasons
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.rbi import tanks, tanks_cost
from integrity.rbi.assess import make_case
from integrity.rbi.case import RiskCase
from integrity.rbi.data import HOLES, fluids, keyed
from integrity.rbi.tanks_common import FLUIDS, SOILS
from integrity.rbi.tanks_release import BOTTOM_PROCEDURE, LEAK_LAWS, SHELL
from tests.rbi.plants import TODAY
from tests.rbi.samples_financial import BARE, BOTTOM_BASE, COURSE, PART, kind

NAN = float("nan")


def shell(settings: dict[str, Any] | None = None, **changes: Any) -> Result:
    return SHELL.run({**COURSE, **changes}, Settings(settings or {}))


def bottom(settings: dict[str, Any] | None = None, **changes: Any) -> Result:
    return BOTTOM_PROCEDURE.run({**BOTTOM_BASE, **changes}, Settings(settings or {}))


def test_a_course_by_hand() -> None:
    r = shell()
    assert r["W_medium"][0] == pytest.approx(0.543 * 0.61 * np.pi * 6.35**2 / 4 * np.sqrt(2 * 9.81 * 12.0), rel=1e-12)
    assert r["bbl_medium"][0] == r["W_medium"][0] and r["bbl_small"][0] == pytest.approx(7.0 * r["W_small"][0])
    assert r["bbl_rupture"][0] == pytest.approx(6.29 * np.pi / 4 * 36.0**2 * 12.0, rel=1e-12)
    assert r["mass_rupture"][0] == pytest.approx(r["bbl_rupture"][0] / 6.29 * 684.018, rel=1e-12)
    gff = np.array([7e-5, 2.5e-5, 5e-6, 1e-7])
    leak = gff[:3] @ [r[f"bbl_{h}"][0] for h in HOLES[:3]] / gff.sum()
    assert r["bbl_leak"][0] == pytest.approx(leak, rel=1e-12)
    cost = leak * (0.9 * 10 + 0.1 * 0.6 * 50 + 0.1 * 0.4 * 0.5 * 250 + 0.1 * 0.4 * 0.5 * 1500)
    assert r["FC_leak"][0] == pytest.approx(cost, rel=1e-12)


def test_the_frequency_is_the_sum_of_the_holes_not_the_rounded_print() -> None:
    r = shell()
    assert r["gff_total"][0] == pytest.approx(1.001e-4, rel=1e-12) and r["gff_printed"][0] == 1e-4


def test_torricelli_in_metres_gives_the_same_rate() -> None:
    r = shell()
    exact = 0.61 * np.pi * 0.0508**2 / 4 * np.sqrt(2 * 9.81 * 12.0) * 684.018
    assert r["rate_large"][0] == pytest.approx(exact, rel=2e-3)


def test_a_course_above_the_liquid_leaks_nothing() -> None:
    r = shell(component_type=kind("COURSE-9"))
    assert r.verdict[0] == Verdict.CALCULATED and r["h_course_m"][0] == 0.0
    assert all(r[f"{s}_{h}"][0] == 0.0 for s in ("W", "rate", "bbl", "mass") for h in HOLES) and r["FC_env"][0] == 0.0


def test_the_liquid_height_is_that_of_the_tank_or_that_recorded_with_the_course() -> None:
    by_fill, recorded = shell(component_type=kind("COURSE-3")), shell(fill_height_m=NAN, liquid_head_m=12.0 - 4.8)
    assert by_fill["h_course_m"][0] == pytest.approx(recorded["h_course_m"][0])
    assert (by_fill["head_case"][0], recorded["head_case"][0]) == (0, 1)


def test_a_lower_course_never_costs_less() -> None:
    r = SHELL.run({**COURSE, "component_type": [kind(f"COURSE-{i}") for i in range(1, 11)]}, Settings())
    assert (np.diff(r["FC_env"]) <= 1e-9).all() and r["FC_env"][0] > r["FC_env"][4] > 0.0


def test_all_that_is_spilt_lies_somewhere() -> None:
    r = shell()
    for k, total in (("leak", "bbl_leak"), ("rup", "bbl_rup")):
        parts = sum(r[f"{k}_{p}"][0] for p in ("indike", "onsite", "offsite", "water"))
        assert parts == pytest.approx(r[total][0], rel=1e-12)
    b = bottom()
    assert b["bbl_groundwater"][0] + b["bbl_subsoil"][0] == pytest.approx(b["bbl_leak"][0], rel=1e-12)


def test_the_leak_laws_meet_where_the_constant_holds_for_metres_a_second() -> None:
    k = bottom()["k_soil"][0]
    mu = bottom()["mu_tank"][0] * bottom()["k_prod"][0] / k
    low, high = bottom(mu_stated=mu * (1 + 1e-9)), bottom(mu_stated=mu * (1 - 1e-6))
    assert [LEAK_LAWS[int(r["leak_law"][0])] for r in (low, high)] == ["soil", "between"]
    assert high["W_1"][0] == pytest.approx(low["W_1"][0], rel=2e-3)
    printed = {"rbi.tank_seepage_limit": "printed"}
    assert LEAK_LAWS[int(bottom(printed, mu_stated=mu * (1 + 1e-9))["leak_law"][0])] == "between"
    assert bottom(printed)["W_small"][0] < bottom()["W_small"][0]


def test_the_constant_of_the_limit_is_that_of_the_law_in_millimetres() -> None:
    derived = (0.3891 * 1e-3**1.8) ** (1 / 0.74)
    assert bottom()["k_soil"][0] / 86400.0 == pytest.approx(
        derived * (12.7**1.8 / (0.21 * 11.0**0.4)) ** (1 / 0.74), rel=1e-3
    )


def test_the_law_of_the_hole_in_a_liner_in_these_units() -> None:
    per_day = 86400.0 * 6.29 * (np.pi / 4 * 1e-6) ** 0.1 * (1 / 86400.0) ** 0.74
    assert per_day == pytest.approx(29.6195, rel=1e-3)


def test_gasoline_is_thin() -> None:
    assert bottom()["mu_tank"][0] == 0.000401
    assert bottom({"rbi.tank_viscosity": "printed"})["mu_tank"][0] == 0.00401
    viscosity = keyed("tank", "fluid").rows[:-1, 2]
    assert (np.diff(viscosity) >= 0.0).all()


@pytest.mark.parametrize("soil", SOILS)
def test_a_barrier_never_costs_more(soil: str) -> None:
    bare, barred = (bottom(soil=SOILS.index(soil), release_barrier=b) for b in (0, 1))
    assert barred["W_small"][0] <= bare["W_small"][0]
    if soil != "concrete_asphalt":
        assert barred["FC_env"][0] <= bare["FC_env"][0]


def test_every_hole_counts_in_the_law_between() -> None:
    gravel = {"soil": SOILS.index("gravel")}
    each, printed = bottom(**gravel), bottom({"rbi.tank_transition_holes": "printed"}, **gravel)
    assert LEAK_LAWS[int(each["leak_law"][0])] == "between" and each["n_holes"][0] == 4.0
    assert each["W_small"][0] == pytest.approx(4.0 * printed["W_small"][0], rel=1e-12)


def test_number_of_holes_rounds_half_up() -> None:
    D = 30.5 * np.sqrt([0.1, 1.49, 1.5001, 2.5001, 8.97])
    r = BOTTOM_PROCEDURE.run({**BOTTOM_BASE, "tank_D_m": D}, Settings())
    np.testing.assert_array_equal(r["n_holes"], [1, 1, 2, 3, 9])


def test_days_until_a_bottom_leak_is_found() -> None:
    concrete = SOILS.index("concrete_asphalt")
    assert [bottom(soil=s, release_barrier=b)["t_detect_d"][0] for s, b in ((3, 0), (3, 1), (concrete, 0))] == [
        360,
        30,
        7,
    ]
    assert bottom(soil=concrete, release_barrier=1)["t_detect_d"][0] == 30
    foundation = {"rbi.tank_detection_overlap": "foundation"}
    assert bottom(foundation, soil=concrete, release_barrier=1)["t_detect_d"][0] == 7


def test_ground_water_is_reached_only_in_time() -> None:
    assert bottom(s_gw_m=0.0)["frac_gw"][0] == 1.0 and bottom(s_gw_m=1e6)["frac_gw"][0] == 0.0
    assert bottom(s_gw_m=1e6)["bbl_subsoil"][0] == bottom()["bbl_leak"][0]


def part(settings: dict[str, Any] | None = None, **changes: Any) -> Result:
    return tanks_cost.PROCEDURE.run({**PART, **changes}, Settings(settings or {}))


def test_only_the_rupture_of_a_bottom_goes_by_its_area() -> None:
    small, great = part(**BARE, **{"tank_D_m": 30.5}), part(**{**BARE, "tank_D_m": 61.0})
    assert small["cost_rupture_D"][0] == 120000.0 and great["cost_rupture_D"][0] == 480000.0
    gff = np.array([7.2e-4, 2e-6]) / 7.22e-4
    assert great["FC_cmd"][0] == pytest.approx(gff @ [5000.0, 480000.0], rel=1e-12)
    assert great["FC_affa"][0] == 0.0 and great["FC_inj"][0] == 0.0 and great.verdict[0] == Verdict.CALCULATED


def test_a_course_without_an_area_has_a_lower_bound() -> None:
    r = part(CA_cmd=NAN, CA_inj=NAN)
    assert reasons(tanks_cost.PROCEDURE, r, 0) == [("limit", "financial.course_area_known")]
    assert np.isnan(r["FC"][0]) and r["FC_bound"][0] > PART["FC_env"]


def site(extra: dict[str, Any] | None = None, settings: dict[str, Any] | None = None, **changes: Any) -> RiskCase:
    """A drum, a tank of three courses and a bottom, and a water tank of one course."""
    types = ["DRUM", "COURSE-1", "COURSE-2", "COURSE-6", "TANKBOTTOM", "COURSE-1"]
    n = len(types)
    columns: dict[str, Any] = {
        "component_id": np.arange(n),
        "equipment_id": [1, 2, 2, 2, 2, 3],
        "component_type": [kind(t) for t in types],
        "tank_D_m": [NAN, 36.0, 36.0, 36.0, 36.0, 20.0],
        "tank_H_m": [NAN, 12.0, 9.6, -0.5, NAN, 8.0],
        "fluid": [index_of("fluid", f) for f in ("C5", "C6-C8", "C6-C8", "C6-C8", "C6-C8", "Water")],
        "rho_liq": np.full(n, 998.0),
        "T_op_C": np.full(n, 25.0),
        **changes,
    }
    facts: dict[str, Any] = {
        "cost_material": np.full(n, "carbon_steel", dtype=object),
        "P_lvdike": np.full(n, 0.1),
        "P_onsite": np.full(n, 0.5),
        "P_offsite": np.full(n, 0.5),
        "sensitivity": np.full(n, "medium", dtype=object),
        "soil": np.full(n, "fine_sand", dtype=object),
        "release_barrier": np.full(n, "yes", dtype=object),
        "s_gw_m": np.full(n, 4.0),
        **(extra or {}),
    }
    money = {
        "rbi.equipment_cost_m2": 5000.0,
        "rbi.production_cost_d": 1e5,
        "rbi.population_m2": 1e-4,
        "rbi.injury_cost": 5e6,
    }
    empty = InspectionFrame.from_columns({}, 0), RiskInputFrame.from_columns({}, n)
    return make_case(
        ComponentFrame.from_columns(columns), *empty, TODAY, Settings({**money, **(settings or {})}), Facts(n, facts)
    )


def test_a_site_gives_areas_of_courses_and_money_of_all() -> None:
    t = tanks.assess(site())
    np.testing.assert_array_equal(t.component, [1, 2, 3, 4, 5])
    assert list(t.reasons[:4]) == ["", "", "", ""]
    assert t.CA[0] > t.CA[1] > 0.0 and t.CA[2] == 0.0 and np.isnan(t.CA[3])
    assert (t.FC[:4] > 0.0).all() and (t.FC_category[:4] >= 1).all()
    assert (t.FC[0], t.FC[2]) == (t.FC.max(initial=0.0, where=[True, True, True, False, False]), t.FC[:3].min())
    assert (t.mass_kg[3, 1:3] == 0.0).all() and t.mass_kg[3, 3] > 1e6 and np.isnan(t.rate_kg_s[3, 3])
    assert t.volume_bbl.shape == (5, 4) and tanks.unverified(t)[:4].all()


def test_water_has_no_flammable_area_and_no_made_up_one() -> None:
    t = tanks.assess(site())
    assert np.isnan(t.CA[4]) and np.isnan(t.FC[4]) and t.FC_bound[4] > 0.0
    assert "limit:rbi.flammable" in t.reasons[4] and "limit:financial.course_area_known" in t.reasons[4]
    assert t.mass_kg[4, 3] == pytest.approx(998.0 * np.pi / 4 * 400.0 * 8.0, rel=1e-12)


def test_an_owner_may_state_that_water_harms_nobody_but_not_that_gasoline_does_not() -> None:
    said = tanks.assess(site({"consequence_none": np.full(6, "yes", dtype=object)}))
    assert said.CA[4] == 0.0 and said.FC[4] > 0.0 and said.reasons[4] == ""
    assert said.CA[0] == tanks.assess(site()).CA[0] > 0.0


def test_the_bottom_takes_the_fill_height_of_its_tank() -> None:
    case = site()
    np.testing.assert_array_equal(tanks.fill_height(case)[1:], [12.0, 12.0, 12.0, 12.0, 8.0])
    recorded = site({"fill_height_m": np.full(6, 10.0), "course_height_m": np.full(6, 2.4)})
    np.testing.assert_array_equal(tanks.fill_height(recorded), np.full(6, 10.0))
    t = tanks.assess(recorded)
    np.testing.assert_allclose(t.results[SHELL.key]["h_course_m"], [10.0, 7.6, 0.0, 10.0])


def test_what_is_missing_is_named() -> None:
    t = tanks.assess(site({"soil": np.full(6, "", dtype=object), "sensitivity": np.full(6, "", dtype=object)}))
    assert t.reasons[3] == "missing:soil; missing:sensitivity"
    assert t.reasons[0] == "missing:sensitivity" and t.FC_bound[0] > 0.0
    none = tanks.assess(site(settings={"rbi.population_m2": -1.0}))
    assert none.reasons[0] == "limit:financial.stated_population_m2" and none.reasons[3] == ""


def test_areas_are_cut_off_at_the_dike_only_where_asked() -> None:
    dike = {"dike_area_m2": np.full(6, 3.0)}
    free, cut = tanks.assess(site(dike)), tanks.assess(site(dike, {"rbi.tank_dike_limit": "area"}))
    assert cut.CA[0] == 3.0 < free.CA[0]
    lacking = tanks.assess(site(settings={"rbi.tank_dike_limit": "area"}))
    assert "limit:financial.dike_known" in lacking.reasons[0] and np.isnan(lacking.CA[0])


def test_a_plant_without_tanks_is_an_empty_answer() -> None:
    t = tanks.assess(site().take(np.array([0])))
    assert t.n == 0 and t.FC.size == 0 and t.reasons.size == 0


def test_adding_an_unrelated_component_changes_nothing() -> None:
    whole = tanks.assess(site())
    alone = tanks.assess(site().take(np.array([1, 2, 3, 4])))
    np.testing.assert_array_equal(whole.FC[:4], alone.FC)
    np.testing.assert_array_equal(whole.CA[:4], alone.CA)


def test_tank_fluids_and_representative_fluids_answer_each_other() -> None:
    back = tanks.level_1_fluid(np.arange(len(FLUIDS)))
    for i, row in enumerate(back):
        assert fluids().MW[row] == keyed("tank", "fluid").rows[i, 0]
        assert fluids().rho_liq[row] == pytest.approx(keyed("tank", "fluid").rows[i, 1], rel=2e-5)
    assert tanks.tank_fluid_of(np.array([index_of("fluid", "C6-C8"), index_of("fluid", "H2"), -1])).tolist() == [
        0,
        -1,
        -1,
    ]
