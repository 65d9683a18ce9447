"""Every registered procedure: its printed formulas are what it computes, on every branch."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from integrity import conformance
from integrity.core.procedure import Procedure
from integrity.core.registry import procedures
from integrity.core.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
import clause_check

PROCEDURES = {p.key: p for p in procedures()}
SAMPLES = clause_check.load_samples()


def _samples(procedure: Procedure) -> list[conformance.Sample]:
    assert SAMPLES.get(procedure.key), f"no sample of {procedure.key} in any tests/<room>/samples.py"
    return SAMPLES[procedure.key]


def test_no_sample_without_a_procedure() -> None:
    assert sorted(set(SAMPLES) - set(PROCEDURES)) == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_bindings(key: str) -> None:
    procedure = PROCEDURES[key]
    for result in conformance.results(procedure, _samples(procedure)):
        assert conformance.binding_problems(procedure, result) == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_formula_is_what_is_computed_on_every_branch(key: str) -> None:
    procedure = PROCEDURES[key]
    assert conformance.formula_problems(procedure, _samples(procedure)) == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_working_can_be_derived(key: str) -> None:
    procedure = PROCEDURES[key]
    assert conformance.working_problems(procedure, _samples(procedure)) == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_clause_functions_are_documented(key: str) -> None:
    problems = [p for step in PROCEDURES[key].steps for p in conformance.docstring_problems(step)]
    assert problems == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_limits_are_reached_from_both_sides(key: str) -> None:
    procedure = PROCEDURES[key]
    assert conformance.limit_problems(procedure, _samples(procedure)) == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_a_missing_input_gives_no_conclusion(key: str) -> None:
    procedure = PROCEDURES[key]
    assert conformance.missing_problems(procedure, _samples(procedure)) == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_words_in_every_language(key: str) -> None:
    assert conformance.word_problems(PROCEDURES[key]) == []


@pytest.mark.parametrize("key", sorted(PROCEDURES))
def test_a_row_stands_alone_and_in_any_order(key: str) -> None:
    procedure = PROCEDURES[key]
    for s in _samples(procedure):
        assert conformance.row_problems(procedure, s.columns, s.tables, Settings(s.settings)) == []
