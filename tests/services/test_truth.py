"""The whole way on the crude unit: files in, study out, held against the generator's own truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity import bootstrap
from integrity.core.codes import codes
from integrity.core.frames.results import RESULT_FLAGS
from integrity.services.snapshots import latest, stale_rows, store_study
from integrity.services.study import run_study
from integrity.services.types import Study
from integrity.services.verify import verify_plant
from integrity.services.workings import component_working

SAMPLE = Path(__file__).parents[2] / "sample_plants" / "crude_unit"
EXPECTED: dict[str, Any] = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    opened = bootstrap.open_sample("crude_unit", "tester", data=tmp_path_factory.mktemp("plant"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def study(session: Any) -> Study:
    return run_study(session.plant(), session.settings())


def row_of(study: Study, component: str) -> int:
    return int(np.flatnonzero(study.plant.components.component == component)[0])


def has(study: Study, component: str, flag: str) -> bool:
    return bool(int(study.components.flags[row_of(study, component)]) >> RESULT_FLAGS.index(flag) & 1)


def test_every_component_of_the_lists_is_there(study: Study) -> None:
    counts = EXPECTED["counts"]
    assert study.plant.components.n == counts["components"] and study.plant.cmls.n == counts["cmls"]
    assert set(study.plant.components.component) == set(EXPECTED["truth"]["components"])


def test_required_thickness_equals_the_generator_where_the_method_is_the_same(study: Study) -> None:
    same = {"internal_cylinder", "internal_sphere", "b313_304_1_2", "structural_min", "one_foot", "code_minimum"}
    geometry = study.plant.components.texts("geometry")
    checked = 0
    for name, truth in EXPECTED["truth"]["components"].items():
        i = row_of(study, name)
        value = study.components.t_req_mm[i]
        if truth["basis"] in same and geometry[i] != "bend" and not np.isnan(value):
            assert value == pytest.approx(truth["t_req"], rel=2e-3, abs=0.01), name
            checked += 1
    assert checked >= 160


def test_rows_without_a_rule_say_so_and_have_no_number(study: Study) -> None:
    for i in np.flatnonzero(np.isnan(study.components.t_req_mm)):
        assert study.components.refusal[i], study.plant.components.component[i]
        assert np.isnan(study.components.MAWP_now[i]) and np.isnan(study.components.RL_y[i])


def test_true_rates_lie_inside_the_bounds_as_often_as_claimed(
    study: Study, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = EXPECTED["truth"]["positions"]
    p, cml = study.positions, study.plant.cmls.cml
    first = study.plant.readings.position_text[p.reading_start]
    inside: dict[int, list[tuple[bool, bool]]] = {}
    for i in range(p.cml_row.size):
        known = truth.get(str(cml[p.cml_row[i]]))
        if known is None or np.isnan(p.CR_reg_hi[i]):
            continue
        places = [str(x) for x in known["p"]]
        here = str(first[i])
        rate = known["rate"][places.index(here)] if here in places else None
        if rate is not None:
            n = min(int(p.n_good[i]), 8)
            inside.setdefault(n, []).append((rate <= p.CR_reg_hi[i] + 1e-4, rate >= p.CR_reg_lo[i] - 1e-4))
    claimed = study.settings.number("rate.confidence")
    lines = []
    for n in sorted(inside):
        pairs = np.array(inside[n])
        upper, lower = pairs.mean(axis=0)
        slack = 3.0 * np.sqrt(claimed * (1 - claimed) / len(pairs))
        lines.append(f"{n} surveys: {len(pairs)} positions, upper {upper:.3f}, lower {lower:.3f}, claimed {claimed}")
        assert upper >= claimed - slack and lower >= claimed - slack, lines[-1]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    assert sum(len(v) for v in inside.values()) >= 1000


def test_the_worst_component_without_a_cml_is_named_and_has_no_life(study: Study) -> None:
    for worst in EXPECTED["unmonitored_worst"]:
        i = row_of(study, worst["component"])
        assert has(study, worst["component"], "no_cml") and np.isnan(study.components.RL_y[i])
        assert study.components.next_d[i] > -(2**31), "a component that nobody measures still has a date"


def test_items_beyond_their_design_life_are_those_of_the_key(study: Study) -> None:
    k, state = study.plant.components, study.components.life_state
    beyond = {codes("life_state").index(s) for s in ("beyond_no_assessment", "beyond_assessed", "no_stated_beyond_20")}
    vessels = {
        str(k.tag[i])
        for i in range(k.n)
        if int(state[i]) in beyond and not str(k.tag[i]).startswith(("P-", "T-", "F-"))
    }
    wanted = {e["tag"] for e in EXPECTED["beyond_design_life"]}
    assert {t for t in wanted if not t.startswith(("P-", "T-", "F-"))} == vessels


def test_relief_device_above_the_pressure_left_is_flagged(study: Study) -> None:
    for device in EXPECTED["relief_above_mawp"]:
        assert has(study, device["component"], "set_pressure_above_mawp")


def test_temporary_repairs_cap_the_plan(study: Study) -> None:
    for repair in EXPECTED["temporary_repairs"]:
        assert has(study, repair["component"], "temporary_repair")


def test_replaced_parts_do_not_join_the_readings_of_the_old_wall(study: Study) -> None:
    p, plant = study.positions, study.plant
    for part in EXPECTED["rebaselined"]:
        day = (np.datetime64(part["replaced_on"]) - np.datetime64("1970-01-01")).astype(int)
        rows = np.flatnonzero(plant.cmls.component_row == row_of(study, part["component"]))
        mine = np.isin(p.cml_row, rows) & (p.first_d > -(2**31))
        assert bool((p.first_d[mine] >= day).all()), part["component"]


def test_every_concluded_number_opens_to_its_working(study: Study) -> None:
    columns = ("t_min_mm", "t_req_mm", "CR_gov", "RL_today_y", "MAWP_now", "MAWP_next", "D_f_thin", "P_f", "CA", "risk")
    rng = np.random.default_rng(5)
    for i in rng.choice(study.plant.components.n, 25, replace=False):
        for column in (*columns, "next_d", "life_state", "S_MPa"):
            sheets = component_working(study, int(i), column)
            value = getattr(study.components, column)[i]
            known = not (isinstance(value, float) and np.isnan(value))
            if known and column in columns and study.components.n_readings[i] > 0:
                assert any(s.steps for s in sheets), (study.plant.components.component[i], column)
            for sheet in sheets:
                assert all(str(s.ref) for s in sheet.steps) and sheet.reference


def test_a_stored_study_reruns_to_the_same_numbers_and_goes_stale_by_row(session: Any, study: Study) -> None:
    snapshot = store_study(session, study)
    found = verify_plant(session)
    assert found.sound, found.messages[:5]
    newest = latest(session)
    assert newest is not None and int(newest.id) == snapshot
    assert stale_rows(session, snapshot, session.plant()).size == 0
