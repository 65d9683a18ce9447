"""Findings of a study and their order."""

from __future__ import annotations

import fake_study
import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.services.types import Study
from integrity.ui.models.component_table import flag
from integrity.ui.models.worklist import KINDS, flagged_count, flagged_of, make_worklist
from integrity.ui.state import State


def test_counts_are_those_of_the_flags(study: Study) -> None:
    work = make_worklist(study)
    counts = work.counts()
    assert counts["below_t_req"] == int(flag(study, "below_t_req").sum()) > 0
    assert counts["no_cml"] == int(flag(study, "no_cml").sum()) > 0
    due = study.components.next_d
    assert counts["overdue"] == int(((due != NO_DATE) & (due < study.plant.as_of_d)).sum())
    assert sum(counts.values()) == work.n


def test_worst_kind_first_and_within_it_the_worst_item(study: Study) -> None:
    work = make_worklist(study)
    assert bool((np.diff(work.kind) >= 0).all())
    below = work.component_row[work.kind == KINDS.index("below_t_req")]
    ratio = (study.components.t_min_mm / study.components.t_req_mm)[below]
    assert bool((np.diff(ratio) >= 0).all())
    assert bool((ratio < 1).all())


def test_alert_does_not_repeat_what_is_below_required(study: Study) -> None:
    work = make_worklist(study)
    alert = set(work.component_row[work.kind == KINDS.index("below_alert")].tolist())
    below = set(work.component_row[work.kind == KINDS.index("below_t_req")].tolist())
    assert alert and not alert & below


def test_every_finding_says_something_in_both_languages_and_units(study: Study, state: State) -> None:
    work = make_worklist(study)
    first = [int(np.flatnonzero(work.kind == k)[0]) for k in np.unique(work.kind)]
    for language in ("en", "zh_CN"):
        state.set_language(language)
        for units in ("SI", "US"):
            state.set_units(units)
            for row in first:
                words = state.say(work.phrase(row))
                assert words and "⟨" not in words and "{" not in words


def test_numbers_follow_the_unit_set(study: Study, state: State) -> None:
    work = make_worklist(study)
    assert " mm" in state.say(work.phrase(0)).replace("\u00a0", " ")
    state.set_units("US")
    assert " in" in state.say(work.phrase(0)).replace("\u00a0", " ")


def test_flagged_readings_are_counted_per_component(study: Study) -> None:
    count = flagged_count(study)
    assert int(count.sum()) == int((study.plant.readings.quality == 1).sum())
    row = int(count.argmax())
    assert flagged_of(study, row) == int(count[row])


def test_an_empty_plant_has_no_findings() -> None:
    plant = fake_study.make_study(4, 6, 4)
    work = make_worklist(plant)
    assert work.worst() in (-1, 0)
