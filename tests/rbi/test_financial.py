"""Financial consequence: parts, lower bound, money, category; and the mistakes other programs make."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.frames.facts import Facts
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi import financial as fin
from integrity.rbi import financial_clauses as cl
from integrity.rbi import financial_cleanup as cu
from integrity.rbi import holes
from integrity.rbi.assess import make_case
from integrity.rbi.data import FOLDER, HOLES, constants, fluids, keyed
from integrity.rbi.financial_tables import evaporation, materials, outage, repair
from tests.rbi.plants import TODAY, many, one
from tests.rbi.samples_financial import BASE, ESCALATED, FINANCIAL, PLANT, fluid, kind

NAN = float("nan")


def run(settings: dict[str, Any] | None = None, **changes: Any) -> Result:
    return fin.PROCEDURE.run({**BASE, **changes}, Settings(settings or {}))


def why(result: Result) -> list[tuple[str, str]]:
    return reasons(fin.PROCEDURE, result, 0)


def test_parts_by_hand() -> None:
    r = run()
    gff = np.array([8e-6, 2e-5, 2e-6, 6e-7])
    weight = gff / gff.sum()
    assert r["FC_cmd"][0] == pytest.approx(weight @ [5000, 12000, 20000, 40000], rel=1e-12)
    assert r["FC_affa"][0] == 120.0 * 5500.0
    area_days = 10 ** (1.242 + 0.585 * np.log10(660000.0 * 1e-6))
    own_days = 2.0 * (weight @ [2, 3, 3, 10])
    assert r["outage_affa_d"][0] == pytest.approx(area_days, rel=1e-12)
    assert r["FC_prod"][0] == pytest.approx((own_days + area_days) * 20000.0, rel=1e-12)
    assert r["FC_inj"][0] == pytest.approx(310.0 * 1e-4 * 5e6, rel=1e-12)
    barrels = weight @ (6.29 * np.array([120, 900, 6000, 15000]) * (1 - 0.5) / 734.012)
    assert r["FC_env"][0] == pytest.approx(barrels * 250.0, rel=1e-12)
    assert r["FC"][0] == pytest.approx(sum(r[p][0] for p in fin.PARTS), rel=1e-15)
    assert r["FC_bound"][0] == pytest.approx(r["FC"][0], rel=1e-15) and r["FC_case"][0] == 0


def test_tables_typed_again() -> None:
    typed = {
        "COMPC": (10000, 20000, 100000, 300000),
        "HEXTUBE": (1000, 2000, 20000, 60000),
        "PIPE-1": (5, 0, 0, 20),
        "PIPE-12": (5, 60, 120, 360),
        "PIPEGT16": (10, 120, 240, 700),
        "PUMPR": (1000, 2500, 5000, 10000),
        "TANKBOTTOM": (5000, 0, 0, 120000),
        "COURSE-7": (5000, 12000, 20000, 40000),
        "FINFAN": (1000, 2000, 20000, 60000),
        "FILTER": (1000, 2000, 4000, 10000),
        "REACTOR": (10000, 24000, 40000, 80000),
        "COLMID": (10000, 25000, 50000, 100000),
    }
    for component, row in typed.items():
        np.testing.assert_array_equal(repair().by_hole[kind(component)], row)
    days = {"COMPR": (NAN, 3, 7, NAN), "PIPE-16": (1, 3, 4, 5), "TANKBOTTOM": (5, NAN, NAN, 50), "DRUM": (2, 3, 3, 10)}
    for component, line in days.items():
        np.testing.assert_array_equal(outage().by_hole[kind(component)], line)
    factors = dict(zip(materials().names, materials().factor, strict=False))
    assert len(factors) == 34
    assert (factors["carbon_steel"], factors["304_ss"], factors["alloy_625"], factors["tantalum"]) == (1, 3.2, 26, 535)


def test_every_component_with_a_frequency_has_a_cost() -> None:
    for i, component in enumerate(codes("component_type")):
        assert np.isnan(repair().by_hole[i]).any() == (component == "HEATERTUBE")
    assert np.isnan(repair().by_hole[-1]).all() and np.isnan(outage().by_hole[-1]).all()


@pytest.mark.parametrize(
    ("symbol", "part"),
    [
        ("equipment_cost_m2", "FC_affa"),
        ("production_cost_d", "FC_prod"),
        ("population_m2", "FC_inj"),
        ("injury_cost", "FC_inj"),
        ("environment_cost_bbl", "FC_env"),
    ],
)
def test_a_cost_that_nobody_states_leaves_its_part_out_and_says_so(symbol: str, part: str) -> None:
    r = run(**{symbol: NAN})
    assert r.verdict[0] == Verdict.INSUFFICIENT_DATA and why(r) == [("limit", f"financial.stated_{symbol}")]
    assert np.isnan(r[part][0]) and np.isnan(r["FC"][0]) and r["FC_category"][0] == -1
    assert r["FC_case"][0] == 1
    known = [r[p][0] for p in fin.PARTS if not np.isnan(r[p][0])]
    assert r["FC_bound"][0] == pytest.approx(sum(known), rel=1e-12)
    assert 0.0 < r["FC_bound"][0] < run()["FC"][0]
    plant = run({f"rbi.{symbol}": 7.0}, **{symbol: NAN})
    assert plant.verdict[0] == Verdict.CALCULATED and plant[f"{symbol}_from"][0] == 1
    assert plant[symbol][0] == 7.0


def test_a_stated_nothing_is_nothing() -> None:
    r = run(population_m2=0.0, production_cost_d=0.0)
    assert r["FC_inj"][0] == 0.0 and r["FC_prod"][0] == 0.0 and r.verdict[0] == Verdict.CALCULATED


def test_the_cost_of_2001_is_never_passed_off_as_that_of_another_year() -> None:
    for settings in (
        {"rbi.cost_year": 2024.0},
        {"rbi.cost_index": 1.46},
        {"rbi.currency": "CNY"},
        {"rbi.exchange_rate": 4.2},
    ):
        r = run(settings)
        assert ("limit", "financial.money_basis") in why(r) and np.isnan(r["FC"][0]) and np.isnan(r["FC_bound"][0])
    r = run(ESCALATED)
    assert r["FC_cmd"][0] == pytest.approx(run()["FC_cmd"][0] * 1.46 * 7.1, rel=1e-12)
    printed = {v.name: v.value for s in working(fin.PROCEDURE, r, 0, "FC_cmd") for v in s.values}
    assert printed["cost_index"] == 1.46 and printed["exchange_rate"] == 7.1


def test_the_outage_correlation_has_its_own_money() -> None:
    own, stated = run(ESCALATED), run({**ESCALATED, "rbi.outage_money": "usd_stated"})
    assert own["FC_affa_usd"][0] == pytest.approx(660000.0 / (1.46 * 7.1), rel=1e-12)
    assert stated["FC_affa_usd"][0] == pytest.approx(660000.0 / 7.1, rel=1e-12)
    assert stated["outage_affa_d"][0] > own["outage_affa_d"][0]


def test_fahrenheit_of_the_boiling_point_is_not_shifted_twice() -> None:
    r = run({"rbi.evaporation_from": "formula"})
    F = 1.8 * 184.0 + 32.0
    assert r["NBP_F"][0] == pytest.approx(F, rel=1e-15)
    frac = -7.1408 + 8.5827e-3 * F - 3.5594e-6 * F**2 + 2331.1 / F - 203545 / F**2
    assert r["frac_evap"][0] == pytest.approx(frac, rel=1e-12)
    wrong = 1.8 * (184.0 + 32.0)
    assert r["NBP_F"][0] != pytest.approx(wrong, rel=1e-3)


@pytest.mark.parametrize("name", ["C9-C12", "C13-C16", "C17-C25", "C25+"])
def test_formula_and_table_of_evaporation_are_near(name: str) -> None:
    by_table = run(fluid=fluid(name))["frac_evap"][0]
    by_formula = run({"rbi.evaporation_from": "formula"}, fluid=fluid(name))["frac_evap"][0]
    assert by_table == evaporation().share[fluid(name)]
    assert by_formula == pytest.approx(by_table, abs=0.13)


def test_the_formula_begins_at_one_and_is_refused_where_it_turns_negative() -> None:
    c = {s: v.value for s, v in fin.PROCEDURE.constants.items()}
    share = [c[f"e_{i}"] for i in range(5)]
    F = np.array([1.8 * 93.0 + 32.0, 1.8 * 600.0 + 32.0])
    got = cu.evaporated_by_formula(*share, NBP_F=F)
    assert got[0] == 1.0 and got[1] < 0.0


def test_what_is_cleaned_up() -> None:
    cases = {
        "gas": run(release_phase=0),
        "evaporates": run(fluid=fluid("C3-C4")),
        "ignites": run(fact_AIT=1.0),
    }
    for case, r in cases.items():
        assert fin.CLEANUP[int(r["cleanup_case"][0])] == case and r["FC_env"][0] == 0.0
    assert run(fact_AIT=NAN)["FC_env"][0] == run(fact_AIT=0.0)["FC_env"][0] > 0.0


@pytest.mark.parametrize("name", ["EO", "NO2", "Phosgene"])
def test_nothing_is_decided_from_a_suspect_boiling_point(name: str) -> None:
    r = run(fluid=fluid(name))
    assert ("limit", "financial.property_sound") in why(r)
    assert np.isnan(r["FC_env"][0]) and np.isnan(r["FC"][0]) and r["FC_bound"][0] > 0.0


def test_a_blank_outage_is_not_zero() -> None:
    r = run(component_type=kind("PUMP1S"))
    assert why(r) == [("limit", "financial.outage_known")] and np.isnan(r["FC_prod"][0])
    pipe = run(component_type=kind("PIPE-1"))
    assert pipe.verdict[0] == Verdict.CALCULATED
    assert [int(pipe[f"out_{h}_case"][0]) for h in HOLES] == [0, 2, 2, 0]


def test_upper_bound_of_a_category_belongs_to_the_lower() -> None:
    B = [np.array([v]) for v in (1e4, 1e5, 1e6, 1e7)]
    usd = np.array([0.0, 1e4, 1e4 * (1 + 1e-12), 10001.0, 1e7, 1.1e7, NAN])
    got = cl.cost_category(usd, *(np.full(usd.size, b[0]) for b in B))
    np.testing.assert_array_equal(got, [1, 1, 1, 2, 4, 5, -1])


def test_bounds_of_the_table_are_dollars_and_those_of_the_owner_the_currency() -> None:
    table, owner = run(ESCALATED), run({**ESCALATED, "rbi.FC_bounds": "1e5 1e6 1e7 1e8"})
    FC = table["FC"][0]
    assert table["FC_usd"][0] == pytest.approx(FC / 7.1, rel=1e-12)
    assert table["FC_category"][0] == 1 + sum(b < FC / 7.1 for b in (1e4, 1e5, 1e6, 1e7))
    assert owner["FC_category"][0] == 1 + sum(b < FC for b in (1e5, 1e6, 1e7, 1e8))


def test_more_of_anything_never_costs_less() -> None:
    base = run(ESCALATED)["FC"][0]
    for symbol in ("CA_cmd", "CA_inj", "mass_large", *fin.UNIT_COSTS):
        assert run(ESCALATED, **{symbol: 1.5 * BASE[symbol]})["FC"][0] > base, symbol
    assert run(ESCALATED, cost_material=materials().names.index("316_ss"))["FC"][0] > base


def test_financial_risk_is_frequency_times_cost() -> None:
    r = fin.RISK_PROCEDURE.run({"P_f": 3e-4, "FC": 2e6, "FC_category": 4, "D_f_total": 9.0}, DEFAULTS)
    assert r["risk_FC"][0] == pytest.approx(600.0, rel=1e-15)
    assert r["P_f_category"][0] == 2 and r["FC_cell"][0] == index_of("risk_category", "medium")
    bare = fin.RISK_PROCEDURE.run({"P_f": 3e-4, "FC": NAN, "FC_category": -1}, DEFAULTS)
    assert np.isnan(bare["risk_FC"][0]) and bare["FC_cell"][0] == -1


def test_one_row_is_the_row_of_many_and_chunks_do_not_matter() -> None:
    whole = fin.PROCEDURE.run(FINANCIAL, Settings(ESCALATED))
    n = whole.n
    halves = [{s: v[part] for s, v in FINANCIAL.items()} for part in (slice(0, n // 3), slice(n // 3, n))]
    parts = [fin.PROCEDURE.run(h, Settings(ESCALATED)) for h in halves]
    for p in fin.PROCEDURE.outputs:
        joined = np.concatenate([r[p.symbol] for r in parts])
        np.testing.assert_array_equal(joined, whole[p.symbol], err_msg=p.symbol)


def test_a_case_gives_its_facts_and_the_plants_settings() -> None:
    components, inspections, inputs = one()
    facts = Facts(1, {"cost_material": np.array(["316_ss"], dtype=object), "injury_cost": np.array([4e6])})
    settings = Settings({"rbi.equipment_cost_m2": 5000.0, "rbi.production_cost_d": 1e4, "rbi.population_m2": 1e-4})
    case = make_case(components, inspections, inputs, TODAY, settings, facts)
    masses = np.array([[100.0, 800.0, 4000.0, 9000.0]])
    told = fin.Release(
        np.array([200.0]), np.array([500.0]), np.array([fluid("C6-C8")]), np.array([1]), np.zeros(1), masses
    )
    r = fin.assess(case, told)
    assert r["mat_cost"][0] == 4.8 and r["FC_inj"][0] == pytest.approx(500.0 * 1e-4 * 4e6)
    assert reasons(fin.PROCEDURE, r, 0) == [("limit", "financial.stated_environment_cost_bbl")]
    assert r["FC_case"][0] == 1 and r["FC_bound"][0] > 1e6
    assert (r["injury_cost_from"][0], r["population_m2_from"][0]) == (0, 1)


def test_a_tank_is_not_costed_like_a_vessel() -> None:
    components, inspections, inputs = many(60)
    case = make_case(components, inspections, inputs, TODAY, DEFAULTS)
    n = case.n
    told = fin.Release(
        *(np.full(n, v) for v in (10.0, 20.0)), np.full(n, fluid("C5")), np.ones(n, int), np.zeros(n), np.ones((n, 4))
    )
    r = fin.assess(case, told)
    tanks = np.isin(components.component_type, fin.tank_types())
    assert tanks.any() and ((r.refused & 1) == 1)[tanks].all() and ((r.refused & 1) == 0)[~tanks].all()
    assert fluids().names.index("C5") == fluid("C5")


def test_streams_hand_over_what_their_cost_needs() -> None:
    frames = many(40)
    case = make_case(*frames, TODAY, Settings({**PLANT, **ESCALATED}))
    streams = holes.streams_of(case.components.phase)
    cuts = (slice(0, 11), slice(11, streams.n))
    results = [holes.evaluate(case, streams, c) for c in cuts]
    told = fin.joined([fin.release_of(r.release, r.area, r.consequence) for r in results])
    governing = holes.assess(case).governing
    costed = case.facts.with_({"cost_material": np.full(40, "carbon_steel", dtype=object)})
    r = fin.assess(replace(case, facts=costed), told.take(governing))
    assert told.mass_kg.shape == (streams.n, 4) and r.n == 40
    good = r.verdict == Verdict.CALCULATED
    assert good.sum() >= 5 and (r["FC"][good] > 0.0).all() and (r["FC_case"][good] == 0).all()
    np.testing.assert_allclose(r["FC_bound"][good], r["FC"][good], rtol=1e-14)


@pytest.mark.parametrize("name", ["repair", "outage", "material", "evaporation"])
def test_every_row_of_the_cost_tables_says_where_it_comes_from(name: str) -> None:
    rows = list(csv.DictReader((FOLDER / f"costs_{name}.csv").open(encoding="utf-8")))
    assert rows
    for r in rows:
        assert r["edition"] and r["source"] and r["verified"] in ("true", "false")
        assert (r["verified"] == "true") == ("agree" in r["source"]), r


def test_no_single_source_is_called_verified() -> None:
    for name in ("costs", "tank"):
        for c in constants(name).values():
            assert c.source and not (c.verified and c.source.startswith("one public transcription")), c.symbol
    assert not any(keyed("tank", t).verified for t in ("fluid", "soil", "environment", "hole_shell", "hole_bottom"))
