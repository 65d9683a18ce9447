"""Consequence of components: which kinds act, what governs, statements of the owner, facts, holes and chunks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.frames.facts import Facts
from integrity.core.procedure import reasons
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi import holes
from integrity.rbi.assess import make_case
from integrity.rbi.case import RiskCase
from integrity.rbi.consequence import AREAS, FINAL_BY, KINDS, NONE_CASES
from integrity.rbi.data import HOLES, fluids
from integrity.rbi.holes import CARRIED, PROCEDURES, Consequences
from integrity.rbi.procedures import CONSEQUENCE, NFNT_AREA, TOXIC_AREA
from tests.rbi.plants import TODAY, many, one
from tests.rbi.samples import CONSEQUENCE_CHANGES, SAMPLES

BASIS = codes("CA_basis")
STATES = codes("toxic_state")


def case_of(facts: dict[str, Any] | None = None, settings: dict[str, Any] | None = None, **changes: Any) -> RiskCase:
    known = {s: np.array([v], dtype=object if isinstance(v, str) else np.float64) for s, v in (facts or {}).items()}
    return make_case(*one(**changes), TODAY, DEFAULTS.with_(**(settings or {})), Facts(1, known))


def found(facts: dict[str, Any] | None = None, **changes: Any) -> Consequences:
    return holes.assess(case_of(facts, **changes))


def value(o: Consequences, symbol: str) -> Any:
    return o.consequence[symbol][o.governing[0]]


def named(o: Consequences, procedure: str, bits: str) -> list[str]:
    p = PROCEDURES[procedure]
    mask = int(o.masks[f"{procedure}.{bits}"][0])
    names = [x.symbol for x in p.inputs] if bits == "missing" else [x.key for x in p.limits]
    return [n for i, n in enumerate(names) if mask >> i & 1]


def fluid_code(name: str) -> int:
    return index_of("fluid", name)


STEAM = {"fluid": fluid_code("Steam"), "phase": index_of("phase", "gas"), "T_op_C": 250.0}
WATER = {"fluid": fluid_code("Water"), "T_op_C": 60.0}


def test_flammable_only_is_as_it_was() -> None:
    o = found()
    assert value(o, "CA") == max(value(o, "CA_cmd"), value(o, "CA_inj")) > 0.0
    assert (value(o, "CA_tox"), value(o, "CA_nfnt")) == (0.0, 0.0)
    assert BASIS[value(o, "CA_basis")] == "flammable_inj"
    assert STATES[o.toxic_state[0]] == "none"


def test_toxic_component_of_a_flammable_stream_gives_both_areas() -> None:
    o, plain = found({"toxic_fluid": "H2S", "toxic_mass_fraction": 0.2}), found()
    assert value(o, "CA_inj") == value(plain, "CA_inj") > 0.0
    assert value(o, "CA_tox") > value(o, "CA_inj")
    assert value(o, "CA") == value(o, "CA_f_inj") == value(o, "CA_tox")
    assert BASIS[value(o, "CA_basis")] == "toxic" and STATES[o.toxic_state[0]] == "evaluated"
    assert o.unverified[0] == 1


def test_sulfide_of_the_stream_counts_by_its_ppm() -> None:
    by_ppm = found({"H2S_ppmw": 20000.0})
    stated = found({"toxic_fluid": "H2S", "toxic_mass_fraction": 0.02})
    assert value(by_ppm, "CA_tox") == pytest.approx(value(stated, "CA_tox"), rel=1e-12)
    named_too = found({"toxic_fluid": "H2S", "H2S_ppmw": 20000.0})
    assert value(named_too, "CA_tox") == value(by_ppm, "CA_tox")
    assert value(found({"H2S_ppmw": 0.0}), "CA_tox") == 0.0


def test_greatest_of_several_toxic_components_counts_not_their_sum() -> None:
    sulfide, ammonia = found({"H2S_ppmw": 9000.0}), found({"NH3_ppmw": 4000.0})
    both = found({"H2S_ppmw": 9000.0, "NH3_ppmw": 4000.0})
    r = holes.evaluate(case_of({"H2S_ppmw": 9000.0, "NH3_ppmw": 4000.0}), both.streams, slice(0, 1))
    assert r.toxic.n == 2 * len(HOLES)
    assert max(value(sulfide, "CA_tox"), value(ammonia, "CA_tox")) <= value(both, "CA_tox")
    assert value(both, "CA_tox") < value(sulfide, "CA_tox") + value(ammonia, "CA_tox")


def test_fluid_that_is_toxic_itself_is_pure_unless_something_is_stated() -> None:
    gas = {"fluid": fluid_code("H2S"), "phase": index_of("phase", "gas")}
    pure, part = found(**gas), found({"toxic_mass_fraction": 0.1}, **gas)
    assert value(pure, "CA_tox") > value(part, "CA_tox") > 0.0
    assert value(pure, "CA_inj") == value(part, "CA_inj") > 0.0
    r = holes.evaluate(case_of({"toxic_fluid": "H2S", "toxic_mass_fraction": 0.1}, **gas), pure.streams, slice(0, 1))
    assert r.toxic.n == len(HOLES)


def test_toxic_fluid_without_a_flammable_row_has_its_toxic_area() -> None:
    o = found(fluid=fluid_code("HF"), T_op_C=40.0)
    assert value(o, "CA_cmd") == value(o, "CA_inj") == 0.0
    assert value(o, "CA") == value(o, "CA_tox") > 0.0
    assert named(o, "area", "refused") == []


@pytest.mark.parametrize("name", ["Ammonia", "Chlorine"])
def test_fluids_outside_the_property_table_need_their_heat_capacity_as_gas(name: str) -> None:
    liquid = found(fluid=fluid_code(name), T_op_C=20.0)
    assert value(liquid, "CA") > 0.0 and BASIS[value(liquid, "CA_basis")] == "toxic"
    gas = {"fluid": fluid_code(name), "phase": index_of("phase", "gas"), "T_op_C": 40.0}
    assert named(found(**gas), "release", "refused") == ["rbi.heat_capacity_known"]
    assert value(found({"k_ratio": 1.31}, **gas), "CA") > 0.0


def test_steam_has_its_area_and_nothing_else() -> None:
    o = found(**STEAM)
    assert value(o, "CA") == value(o, "CA_nfnt") > 0.0
    assert BASIS[value(o, "CA_basis")] == "nfnt"
    condensate = found(**{**STEAM, "phase": index_of("phase", "liquid")})
    assert np.isnan(value(condensate, "CA"))
    assert named(condensate, "nfnt", "refused") == ["rbi.steam_as_vapour"]


def test_acid_has_its_area_and_the_pressure_held_is_seen() -> None:
    o = found(fluid=fluid_code("Acid"), T_op_C=40.0, P_op_MPa=1.2)
    r = holes.evaluate(case_of(fluid=fluid_code("Acid"), T_op_C=40.0, P_op_MPa=1.2), o.streams, slice(0, 1))
    assert value(o, "CA") == value(o, "CA_nfnt") > 0.0
    assert (r.nfnt["dP_kPa"] == 1200.0).all() and (r.nfnt["dP_used_kPa"] == 413.7).all()


def test_water_is_never_silently_nothing() -> None:
    o = found(**WATER)
    assert np.isnan(value(o, "CA")) and value(o, "CA_basis") == -1
    assert named(o, "consequence", "refused") == ["rbi.consequence_model"]
    assert named(o, "release", "refused") == [] == named(o, "area", "refused")
    assert Verdict(o.consequence.verdict[o.governing[0]]) is Verdict.NOT_APPLICABLE


def test_owner_states_that_water_harms_nobody() -> None:
    o = found({"consequence_none": "yes"}, **WATER, inventory_kg=np.nan)
    assert value(o, "CA") == 0.0 and BASIS[value(o, "CA_basis")] == "owner_none"
    assert all(not m.any() for m in o.masks.values())
    steps = working(CONSEQUENCE, o.consequence, int(o.governing[0]))
    assert "Stated by the owner: no consequence" in [s.ref.title for s in steps]
    assert np.isnan(value(found({"consequence_none": "no"}, **WATER), "CA"))


def test_the_statement_does_not_hide_a_fire() -> None:
    o = found({"consequence_none": "yes"})
    assert value(o, "CA") == value(found(), "CA") > 0.0
    assert NONE_CASES[value(o, "none_case")] == "not_used"


def test_sour_water_has_a_toxic_area_whatever_is_stated() -> None:
    o = found({"H2S_ppmw": 3000.0, "consequence_none": "yes"}, **WATER)
    assert value(o, "CA") == value(o, "CA_tox") > 0.0


def test_a_toxic_component_that_nobody_knows_is_not_left_out() -> None:
    o = found({"toxic_fluid": "mustard gas", "toxic_mass_fraction": 0.1})
    assert np.isnan(value(o, "CA")) and STATES[o.toxic_state[0]] == "not_evaluated"
    assert named(o, "toxic", "refused") == ["rbi.toxic_component_known"]
    unnamed = found({"toxic_mass_fraction": 0.1})
    assert np.isnan(value(unnamed, "CA"))


def test_a_stated_component_needs_its_fraction() -> None:
    o = found({"toxic_fluid": "HF"})
    assert named(o, "toxic", "refused") == ["rbi.toxic_fraction_known"]
    assert np.isnan(value(o, "CA_tox")) and np.isnan(value(o, "CA"))


def test_unknown_fluid_stays_unknown() -> None:
    o = found(fluid=-1)
    assert np.isnan(value(o, "CA")) and "fluid" in named(o, "release", "missing")
    carried = set(named(o, "consequence", "missing"))
    assert carried and carried <= CARRIED[CONSEQUENCE.key]


@pytest.mark.parametrize(
    ("facts", "changes"),
    [
        ({"MW": 90.0, "k_ratio": 1.1}, {"phase": index_of("phase", "gas")}),
        ({"rho_liq": 650.0}, {}),
        ({"AIT_C": 90.0}, {}),
        ({"NBP_C": 20.0}, {}),
    ],
)
def test_given_properties_replace_those_of_the_table(facts: dict[str, Any], changes: dict[str, Any]) -> None:
    given, table = found(facts, **changes), found(**changes)
    assert value(given, "CA") > 0.0 and value(given, "CA") != value(table, "CA")
    r = holes.evaluate(case_of(facts, **changes), given.streams, slice(0, 1))
    marks = {"MW": "MW_case", "k_ratio": "k_case", "rho_liq": "rho_case", "NBP_C": "NBP_case"}
    for symbol in facts:
        column = r.area["AIT_case"] if symbol == "AIT_C" else r.release[marks[symbol]] - 1
        assert (column == 1).all()


def test_pyrophoric_material_needs_its_autoignition_temperature() -> None:
    at = {"fluid": fluid_code("Pyrophoric"), "T_op_C": 200.0}
    assert named(found(**at), "area", "refused") == ["rbi.autoignition_known"]
    assert value(found({"AIT_C": 30.0}, **at), "CA") > 0.0


def test_result_is_explained_hole_by_hole() -> None:
    case = case_of({"toxic_fluid": "H2S", "toxic_mass_fraction": 0.05})
    r = holes.evaluate(case, holes.streams_of(case.components.phase), slice(0, 1))
    gff = np.array([r.consequence[f"gff_{h}"][0] for h in HOLES])
    for symbol, by_hole in (("CA_tox", r.toxic["CA_tox"]), ("CA_inj", r.area["CA_inj"])):
        assert r.consequence[symbol][0] == pytest.approx(float(gff @ by_hole) / gff.sum(), rel=1e-12)
    np.testing.assert_array_equal(r.toxic_at, np.arange(4))
    for i in range(4):
        lines = working(TOXIC_AREA, r.toxic, i)
        assert lines[-1].symbol == "CA_tox" and lines[-1].numbers
    steam = case_of(**STEAM)
    s = holes.evaluate(steam, holes.streams_of(steam.components.phase), slice(0, 1))
    assert working(NFNT_AREA, s.nfnt, 0)[-1].symbol == "CA_nfnt"


def test_two_phases_of_one_store_take_the_greater_of_all_kinds() -> None:
    both = found({"H2S_ppmw": 5000.0}, phase=index_of("phase", "two_phase"))
    alone = [found({"H2S_ppmw": 5000.0}, phase=index_of("phase", p)) for p in ("liquid", "gas")]
    assert value(both, "CA") == max(value(o, "CA") for o in alone)


def test_chunks_and_neighbours_do_not_matter() -> None:
    n = 400
    frames = many(n, seed=3)
    g = np.random.default_rng(5)
    every = np.array([fluid_code(f) for f in fluids().names])
    components = replace(frames[0], fluid=g.choice(every, n))
    text = np.array(["", "", "H2S", "HF", "Chlorine"], dtype=object)[g.integers(0, 5, n)]
    some = np.where(g.random(n) < 0.5, g.random(n), np.nan)
    facts = Facts(
        n, {"toxic_fluid": text, "toxic_mass_fraction": some, "H2S_ppmw": np.where(some > 0.5, 800.0, np.nan)}
    )
    case = make_case(components, frames[1], frames[2], TODAY, DEFAULTS, facts)
    whole, small = holes.assess(case), holes.assess(case, chunk_rows=37)
    for symbol in (*AREAS, "CA", "CA_basis"):
        np.testing.assert_array_equal(whole.consequence[symbol], small.consequence[symbol])
    for name, mask in whole.masks.items():
        np.testing.assert_array_equal(mask, small.masks[name])
    np.testing.assert_array_equal(whole.toxic_state, small.toxic_state)
    np.testing.assert_array_equal(whole.unverified, small.unverified)
    assert set(whole.toxic_state) == {0, 1, 2}


def test_no_components_no_consequence() -> None:
    frames = many(0)
    o = holes.assess(make_case(*frames, TODAY, DEFAULTS))
    assert o.governing.size == 0 and o.toxic_state.size == 0


def test_every_fluid_of_the_enumeration_is_evaluated_or_says_why() -> None:
    for name in codes("fluid"):
        for phase in ("gas", "liquid"):
            o = found(fluid=fluid_code(name), phase=index_of("phase", phase), T_op_C=60.0)
            if np.isnan(value(o, "CA")):
                why = [w for p in PROCEDURES for w in named(o, p, "refused")]
                assert why, (name, phase)
            else:
                assert value(o, "CA") > 0.0 and value(o, "CA_basis") >= 0, (name, phase)


def test_consequence_procedure_names_the_kind_that_governs() -> None:
    r = CONSEQUENCE.run(SAMPLES[CONSEQUENCE.key][0][0], DEFAULTS)
    assert len(CONSEQUENCE_CHANGES) == r.n
    good = r.refused + r.missing == 0
    top = np.max([r[a] for a in AREAS], axis=0)
    np.testing.assert_array_equal(r["CA"][good], np.where(r["final_by"] == FINAL_BY.index("statement"), 0.0, top)[good])
    assert {BASIS[i] for i in r["CA_basis"][good]} == {"flammable_cmd", "flammable_inj", "toxic", "nfnt", "owner_none"}
    assert set(KINDS) == {"flammable", "toxic", "nfnt"}
    assert ("limit", "rbi.consequence_model") in reasons(CONSEQUENCE, r, 5)
