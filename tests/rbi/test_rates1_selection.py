"""Which corrosion rate is taken: measured before predicted, the greatest predicted, the owner's minimum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.errors import ToolError
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.group import groups_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.case import RiskCase
from integrity.rbi.rates import RateModel, hcl, hf, rate_models, recorded, register_rate, sulfidic
from integrity.rbi.rates.selection import (
    CANDIDATES,
    MODELS,
    PROCEDURE,
    SOURCES,
    predicted_rates,
    selection_columns,
)
from tests.rbi.plants import TODAY, many
from tests.rbi.samples_rates1 import NO_READING, ONE_READING, SAMPLES, SELECTION_BASE, basis

LOCAL, GENERAL = index_of("thinning_type", "local"), index_of("thinning_type", "general")


def select(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return PROCEDURE.run({**SELECTION_BASE, **changes}, settings)


def source(r: Result, row: int = 0) -> str:
    return SOURCES[int(r["rate_source"][row])]


def test_a_measured_rate_goes_before_a_greater_predicted_one() -> None:
    r = select(C_r_plant=0.2, C_r_predicted=5.0)
    assert r["C_r"][0] == 0.2 and source(r) == "measured" and r["model_used"][0] == -1


@pytest.mark.parametrize("name", ["long_term", "short_term", "regression_bound"])
def test_each_measured_basis_counts(name: str) -> None:
    assert source(select(rate_basis=basis(name))) == "measured"


def test_without_measurement_the_predicted_rate_and_its_model() -> None:
    r = select(**NO_READING)
    assert r["C_r"][0] == 0.5 and source(r) == "predicted"
    assert MODELS[r["model_used"][0]] == "rate_sulfidic"


def test_an_engineers_rate_goes_before_all_and_nothing_is_laid_under_it() -> None:
    r = select(C_r_plant=0.01, rate_basis=basis("override"), C_r_predicted=3.0)
    assert r["C_r"][0] == 0.01 and source(r) == "override"


def test_the_owners_minimum_is_laid_under_measured_and_predicted() -> None:
    r = select(C_r_plant=0.01)
    assert r["C_r"][0] == 0.025 and source(r) == "owner_minimum"
    r = select(**{**NO_READING, "C_r_predicted": 0.01})
    assert r["C_r"][0] == 0.025 and source(r) == "owner_minimum"
    r = select(Settings({"rate.owner_minimum": 0.3}), C_r_plant=0.2)
    assert r["C_r"][0] == 0.3


def test_a_measured_pair_below_the_minimum_still_goes_before_a_prediction() -> None:
    r = select(C_r_plant=0.025, rate_basis=basis("owner_minimum"), CR_LT=0.0, C_r_predicted=2.0)
    assert r["C_r"][0] == 0.025 and source(r) == "owner_minimum"
    assert CANDIDATES[r["rate_choice"][0]] == "measured"


def test_one_reading_is_no_measured_rate() -> None:
    """An estimate from nominal and one reading does not displace a greater prediction."""
    assert source(select(**ONE_READING)) == "predicted"
    r = select(**{**ONE_READING, "C_r_predicted": 0.1})
    assert r["C_r"][0] == 0.3 and source(r) == "one_reading"


def test_nothing_known_is_no_rate() -> None:
    """The owner's minimum alone is no rate: nobody has measured or predicted anything."""
    r = select(**{**NO_READING, "C_r_predicted": np.nan})
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
    assert np.isnan(r["C_r"][0]) and source(r) == "none"
    assert reasons(PROCEDURE, r, 0) == [("limit", "rates.any_rate")]


def test_an_unassessed_model_leaves_no_predicted_rate_but_its_bound() -> None:
    r = select(**NO_READING, n_unassessed=1.0, C_r_predicted_bound=0.9)
    assert reasons(PROCEDURE, r, 0) == [("limit", "rates.all_assessed")]
    assert np.isnan(r["C_r"][0]) and r["C_r_bound"][0] == 0.9
    assert np.isnan(select(**NO_READING, n_unassessed=1.0)["C_r_bound"][0])
    assert source(select(n_unassessed=1.0)) == "measured"


def test_differing_rates_suggest_a_lower_confidence_and_change_nothing() -> None:
    LT, ST = np.array([0.2, 0.2, 0.2, 0.1, 0.2, np.nan]), np.array([0.15, 0.1, 0.0999, 0.21, 0.0, 0.1])
    r = select(CR_LT=LT, CR_ST=ST)
    assert list(r["rates_differ"]) == [0, 0, 1, 1, 0, 0]
    assert (r["C_r"] == 0.2).all()


def test_working_says_which_rate_and_by_which_model() -> None:
    r = select(**NO_READING)
    first = working(PROCEDURE, r, 0)[0]
    assert (first.symbol, first.note_values["model_used"]) == ("rate_choice", "rate_sulfidic")
    assert working(PROCEDURE, r, 0, upto="C_r")[-1].numbers == "max(0.5, 0.025)"


def test_one_row_equals_the_row_of_many() -> None:
    columns = SAMPLES[PROCEDURE.key][0][0]
    every = PROCEDURE.run(columns, DEFAULTS)
    for row in range(every.n):
        one = PROCEDURE.run({k: np.asarray(v)[row : row + 1] for k, v in columns.items()}, DEFAULTS)
        for x in PROCEDURE.outputs:
            np.testing.assert_array_equal(one[x.symbol][0], every[x.symbol][row], err_msg=x.symbol)


# From plants


def plant(n: int, accepted: dict[str, np.ndarray], facts: dict[str, Any]) -> RiskCase:
    component, inspections, inputs = many(n, 3)
    rows = [(int(i), key) for key, where in accepted.items() for i in np.flatnonzero(where)]
    rows.sort()
    damage = DamageFrame.from_columns(
        {
            "component_row": np.array([r for r, _ in rows], dtype=np.int64),
            "mechanism": np.array([k for _, k in rows], dtype=object),
            "decision": np.full(len(rows), index_of("damage_decision", "accepted")),
        },
        len(rows),
    )
    held = Facts(n).with_({k: np.asarray(v, dtype=object if isinstance(v, str) else None) for k, v in facts.items()})
    groups = groups_of(inspections.component_row, n)
    return RiskCase(component, inspections, groups, inputs, TODAY, DEFAULTS, held, damage)


FACTS: dict[str, Any] = {
    "rate_material": "carbon_steel",
    "T_op_C": 85.0,
    "pH": 3.0,
    "free_water": "yes",
    "HF_wt": 90.0,
    "velocity_m_s": 1.0,
    "residual_elements": "low",
}


def test_predicted_rates_take_the_greatest_and_the_local_type() -> None:
    n = 12
    every, some = np.ones(n, dtype=bool), np.arange(n) % 3 == 0
    case = plant(n, {"rate_hcl": every, "rate_hf": some}, FACTS)
    found = predicted_rates(case)
    assert [r.model.key for r in found.results] == ["rate_hcl", "rate_hf"]
    by_hcl, by_hf = found.results[0].result["C_r"][0], found.results[1].result["C_r"][0]
    np.testing.assert_allclose(found.C_r_predicted, np.where(some, max(by_hcl, by_hf), by_hcl))
    better = "rate_hf" if by_hf > by_hcl else "rate_hcl"
    assert [MODELS[i] for i in found.rate_model] == [better if x else "rate_hcl" for x in some]
    assert (found.thinning_type == LOCAL).all()
    assert list(found.n_accepted) == [2.0 if x else 1.0 for x in some] and not found.n_unassessed.any()
    np.testing.assert_array_equal(found.C_r_bound, found.C_r_predicted)


def test_a_component_without_an_accepted_model_has_no_predicted_rate() -> None:
    case = plant(6, {"rate_hcl": np.arange(6) < 2}, FACTS)
    found = predicted_rates(case)
    assert np.isnan(found.C_r_predicted[2:]).all() and (found.rate_model[2:] == -1).all()
    assert (found.thinning_type[2:] == -1).all() and np.isnan(found.C_r_bound[2:]).all()


def test_a_refused_model_is_counted_and_its_bound_is_kept() -> None:
    facts = {**FACTS, "T_op_C": 30.0, "velocity_m_s": 1.0}
    found = predicted_rates(plant(3, {"rate_hcl": np.ones(3, bool), "rate_hf": np.ones(3, bool)}, facts))
    assert (found.n_unassessed == 1.0).all() and (found.n_accepted == 2.0).all()
    bound = found.results[0].result["C_r_bound"]
    assert np.isfinite(bound).all()
    np.testing.assert_array_equal(found.C_r_bound, np.maximum(bound, found.C_r_predicted))
    r = PROCEDURE.run(selection_columns(found, {}), DEFAULTS)
    assert np.isnan(r["C_r"]).all() and np.isfinite(r["C_r_bound"]).all()


def test_a_refused_model_without_a_bound_leaves_none() -> None:
    facts = {**FACTS, "T_op_C": 93.5}
    found = predicted_rates(plant(3, {"rate_hcl": np.ones(3, bool)}, facts))
    assert (found.n_unassessed == 1.0).all() and np.isnan(found.C_r_bound).all()


def test_rows_of_a_part_equal_those_of_the_whole() -> None:
    n = 40
    every = np.ones(n, dtype=bool)
    case = plant(
        n, {"rate_hcl": every, "rate_sulfidic": np.arange(n) % 2 == 0}, {**FACTS, "TAN": 0.2, "sulfur_wt": 1.0}
    )
    whole, rows = predicted_rates(case), np.array([1, 2, 7, 20, 33])
    part = predicted_rates(case.take(rows))
    for name in ("C_r_predicted", "rate_model", "thinning_type", "n_accepted", "n_unassessed", "C_r_bound"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[rows], err_msg=name)


def test_the_operating_temperature_of_the_frame_stands_in_for_a_recorded_one() -> None:
    case = plant(5, {"rate_hcl": np.ones(5, bool)}, {k: v for k, v in FACTS.items() if k != "T_op_C"})
    given = recorded(hcl.PROCEDURE)(case)
    np.testing.assert_array_equal(given["T_op_C"], case.components.T_op_C)
    held = recorded(hcl.PROCEDURE)(replace(case, facts=case.facts.with_({"T_op_C": 77.0})))
    assert (held["T_op_C"] == 77.0).all()


def test_phase_of_the_frame_goes_into_the_sulfidic_rate() -> None:
    case = plant(5, {"rate_sulfidic": np.ones(5, bool)}, FACTS)
    np.testing.assert_array_equal(sulfidic.MODEL.columns(case)["phase"], case.components.phase)


def test_every_registered_model_is_known_to_the_selection() -> None:
    keys = [m.key for m in rate_models()]
    assert set(keys) <= set(MODELS) and keys == sorted(keys)
    assert {"rate_hcl", "rate_sulfidic", "rate_h2s_h2", "rate_sulfuric", "rate_hf"} <= set(keys)
    for m in rate_models():
        outputs = {x.symbol: x for x in m.procedure.outputs}
        assert m.procedure.key == f"api581.2016.{m.key}"
        assert outputs[m.output].conclusion and outputs["thinning_type"].codes == codes("thinning_type")


def test_a_second_model_of_one_key_is_refused() -> None:
    with pytest.raises(ToolError):
        register_rate(RateModel("rate_hf", hf.PROCEDURE, recorded(hf.PROCEDURE)))
