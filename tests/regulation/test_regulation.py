"""Rule files, scope and design life."""

from __future__ import annotations

import copy
import datetime as dt

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes
from integrity.core.errors import InputError
from integrity.core.settings import DEFAULTS
from integrity.core.tables import read_json
from integrity.regulation import rules
from integrity.regulation.procedures import DESIGN_LIFE
from integrity.regulation.rules import parse_rules, rule_set


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


def states(in_service: str, life: float, assessed: int = NO_DATE, as_of: str = "2026-11-01") -> str:
    result = DESIGN_LIFE.run(
        {
            "in_service_d": [day(in_service)],
            "as_of_d": [day(as_of)],
            "design_life_y": [life],
            "assessed_until_d": [assessed],
        },
        DEFAULTS,
    )
    return codes("life_state")[int(result["life_state"][0])]


def test_life_is_reached_on_the_anniversary_itself() -> None:
    assert states("2006-11-01", 20.0) == "beyond_no_assessment"
    assert states("2006-11-02", 20.0) == "within_life"


def test_twenty_year_rule_where_no_life_is_stated() -> None:
    assert states("2006-11-01", np.nan) == "no_stated_beyond_20"
    assert states("2006-11-02", np.nan) == "no_stated_within_20"


def test_the_twenty_year_rule_is_one_of_vessels() -> None:
    pipe = {"in_service_d": [8000], "as_of_d": [20758], "twenty_year_rule": [0]}
    result = DESIGN_LIFE.run(pipe, DEFAULTS)
    assert codes("life_state")[int(result["life_state"][0])] == "unknown"
    assert result["design_life_end_d"][0] == NO_DATE and result["age_y"][0] == pytest.approx(34.93, abs=0.01)


def test_an_assessment_counts_only_while_it_is_valid() -> None:
    assert states("1992-01-01", 15.0, day("2027-01-01")) == "beyond_assessed"
    assert states("1992-01-01", 15.0, day("2026-10-31")) == "beyond_no_assessment"


def test_an_item_without_a_date_is_unknown_and_has_no_age() -> None:
    result = DESIGN_LIFE.run({"in_service_d": [NO_DATE], "as_of_d": [20000], "design_life_y": [15.0]}, DEFAULTS)
    assert codes("life_state")[int(result["life_state"][0])] == "unknown" and np.isnan(result["age_y"][0])


def test_shipped_rule_sets_parse_and_say_how_sure_they_are() -> None:
    every = rule_set("api+cn")
    assert len({r.id for r in every}) == len(every) >= 25
    assert all(r.clause and r.source and r.confidence in rules.CONFIDENCE for r in every)


def test_a_rule_from_memory_low_never_decides() -> None:
    data = copy.deepcopy(read_json(rules._FOLDER / "api.json"))
    data["rules"][0]["confidence"] = "memory-low"
    assert parse_rules(data, "x.json")[0].decides is False


@pytest.mark.parametrize("field", ["kind", "scope", "interval", "anchor", "confidence"])
def test_a_bad_rule_names_file_rule_and_field(field: str) -> None:
    data = copy.deepcopy(read_json(rules._FOLDER / "cn.json"))
    data["rules"][2][field] = [] if field == "scope" else {} if field == "interval" else "nonsense"
    with pytest.raises(InputError) as error:
        parse_rules(data, "mine.json")
    assert error.value.message.params["file"] == "mine.json" and field in str(error.value.message.params["field"])
