"""What the risk screens read and write: settings with a reason, facts that matter, decisions on the map, what-if."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from integrity.bootstrap import create_plant
from integrity.core.codes import index_of
from integrity.core.errors import InputError
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame
from integrity.core.settings import DEFAULTS, Settings, SettingSpec, setting_specs
from integrity.services.fact_views import _movable
from integrity.services.finder_views import conditions, mechanism_map
from integrity.services.input_views import fact_symbol, input_menu
from integrity.services.known_facts import find_mechanism
from integrity.services.readings import redo, undo
from integrity.services.risk_lines import crossings_of, recommended_of
from integrity.services.session import Session
from integrity.services.settings_edit import cells_text, matrix_in_force, read_value, set_setting, setting_rows
from integrity.services.study import run_study
from integrity.services.types import Study
from integrity.services.what_if_views import may_be_quick, present_values, try_inputs, try_risk

AS_OF = 20000


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    out = create_plant(tmp_path / "p.integrity", "North", "A. Engineer", as_of_d=AS_OF)
    yield out
    out.close()


@pytest.fixture(scope="module")
def study() -> Study:
    """Three drums: one with caustic accepted, one with its pH unknown, one on which nothing is decided."""
    n = 3
    components = ComponentFrame.from_columns(
        {
            "component_id": np.arange(n) + 1,
            "component": np.array(["V-1", "V-2", "V-3"], dtype=object),
            "tag": np.array(["V-1", "V-2", "V-3"], dtype=object),
            "equipment_kind": np.full(n, index_of("equipment_kind", "drum")),
            "component_type": np.full(n, index_of("component_type", "DRUM")),
            "geometry": np.full(n, index_of("geometry", "cylinder")),
            "D_mm": np.full(n, 1500.0),
            "t_nom_mm": np.full(n, 14.0),
            "CA_mm": np.full(n, 3.0),
            "P_MPa": np.full(n, 1.6),
            "T_C": np.full(n, 90.0),
            "P_op_MPa": np.full(n, 1.2),
            "T_op_C": np.full(n, 60.0),
            "material": np.full(n, "SA-516-70", dtype=object),
            "construction_code": np.full(n, index_of("construction_code", "ASME_VIII_1")),
            "code_edition": np.full(n, "2013", dtype=object),
            "E": np.full(n, 1.0),
            "fluid": np.full(n, index_of("fluid", "C3-C4")),
            "phase": np.full(n, index_of("phase", "liquid")),
            "inventory_kg": np.full(n, 5000.0),
            "group_inventory_kg": np.full(n, 8000.0),
            "in_service_d": np.full(n, AS_OF - 5000),
            "component_start_d": np.full(n, AS_OF - 5000),
            "insulated": np.zeros(n, dtype=np.int64),
        }
    )
    facts = Facts(
        n,
        {
            "material_class": np.array(["carbon_low_alloy"] * n, dtype=object),
            "NaOH_pct": np.array([20.0, np.nan, 0.0]),
            "water_present": np.array(["yes", "yes", "no"], dtype=object),
            "pwht": np.array(["no", "no", "yes"], dtype=object),
            "susceptibility_given": np.array(["high", "", ""], dtype=object),
        },
    )
    damage = DamageFrame.from_columns(
        {
            "component_row": np.array([0, 1, 2]),
            "mechanism": np.array(["scc_caustic", "scc_ssc", "thinning_local"], dtype=object),
            "decision": np.array([0, 0, 1]),
            "cause": np.array(["caustic_scc", "", "naphthenic"], dtype=object),
        }
    )
    none = (CmlFrame.from_columns({}, 0), ReadingFrame.from_columns({}, 0), InspectionFrame.from_columns({}, 0))
    return run_study(Plant("North", AS_OF, components, *none, facts=facts, damage=damage), DEFAULTS, workers=1)


def test_a_setting_is_recorded_changed_and_withdrawn(session: Session) -> None:
    set_setting(session, "rate.owner_minimum", 0.05, "site rule")
    row = next(r for r in setting_rows(session) if r.key == "rate.owner_minimum")
    assert (row.value, row.changed, row.reason, row.set_by) == (0.05, True, "site rule", "A. Engineer")
    assert session.settings().number("rate.owner_minimum") == 0.05
    set_setting(session, "rate.owner_minimum", 0.06, "measured")
    assert session.settings().number("rate.owner_minimum") == 0.06
    assert undo(session) is not None
    assert session.settings().number("rate.owner_minimum") == 0.05
    assert redo(session) is not None
    set_setting(session, "rate.owner_minimum", row.spec.default, "back")
    assert not any(r.changed for r in setting_rows(session))
    assert session.settings().changed == {}


def test_a_setting_without_a_reason_or_outside_what_is_allowed_is_refused(session: Session) -> None:
    with pytest.raises(InputError):
        set_setting(session, "rate.owner_minimum", 0.05, "  ")
    with pytest.raises(InputError):
        set_setting(session, "rbi.edition", "1999", "old")
    with pytest.raises(InputError):
        set_setting(session, "no.such", 1.0, "x")
    with pytest.raises(InputError):
        set_setting(session, "rbi.matrix_cells", "L L", "short")
    assert session.settings().changed == {}


def test_values_of_settings_are_read_from_texts() -> None:
    rows = {s: read_value(spec, t) for s, spec, t in _specs()}
    assert rows == {"rate.owner_minimum": 0.05, "rate.nominal_as_first": True, "rbi.edition": "2020"}
    with pytest.raises(InputError):
        read_value(_specs()[0][1], "much")


def _specs() -> list[tuple[str, SettingSpec, str]]:
    given = {"rate.owner_minimum": "0.05", "rate.nominal_as_first": "yes", "rbi.edition": "2020"}
    return [(k, setting_specs()[k], v) for k, v in given.items()]


def test_cells_of_the_matrix_come_back_as_they_were_written() -> None:
    cells = matrix_in_force(DEFAULTS).cells
    other = tuple(tuple((c + 1) % 4 for c in row) for row in cells)
    assert matrix_in_force(Settings({"rbi.matrix_cells": cells_text(other)})).cells == other
    assert cells_text(cells).split(" / ")[0].split()[-1] == "H"


def test_the_menu_of_inputs_has_columns_facts_and_the_rate_once_each() -> None:
    menu = {m.symbol: m for m in input_menu()}
    assert len(menu) == len(input_menu())
    assert menu["CR"].home == "risk"
    assert menu["T_C"].home == "component"
    assert menu["NaOH_pct"].home == "fact"
    assert menu["pwht"].codes == ("no", "yes")
    assert all(set(m.words) <= set(m.codes) for m in menu.values())
    assert "component_id" not in menu


def test_what_if_at_once_agrees_with_the_whole_and_changes_nothing(study: Study) -> None:
    before = float(study.components.D_f_scc[0])
    for changes in ({"susceptibility_given": "low"}, {"CR": 0.4}, {"CR": 0.2, "susceptibility_given": "none"}):
        assert may_be_quick(changes)
        quick, whole = try_risk(study, [0], changes, 0), try_inputs(study, [0], changes, 0)
        assert not quick.complete
        assert whole.complete
        for column in ("D_f_total", "D_f_scc", "P_f", "CA", "risk"):
            one, other = getattr(quick.after, column), getattr(whole.after, column)
            assert np.allclose(one, other, rtol=1e-12, equal_nan=True), column
        assert [f.D_f for f in quick.factors_after] == pytest.approx([f.D_f for f in whole.factors_after], nan_ok=True)
    assert float(study.components.D_f_scc[0]) == before
    low = try_inputs(study, [0], {"susceptibility_given": "low"}, 0)
    assert low.after.D_f_scc[0] < low.before.D_f_scc[0] == before
    assert not may_be_quick({"T_C": 100.0})


def test_present_values_hold_codes_as_text_and_leave_out_what_is_missing(study: Study) -> None:
    values = present_values(study, 0)
    assert values["fluid"] == "C3-C4"
    assert values["NaOH_pct"] == 20.0
    assert values["pwht"] == "no"
    assert "NaOH_pct" not in present_values(study, 1)


def test_decisions_reach_the_mechanism_they_name(study: Study) -> None:
    found = mechanism_map(study)
    keys = [c.key for c in found.columns]
    assert found.decided[0, keys.index("caustic_scc")] == 0
    assert found.decided[1, keys.index("ssc")] == 0
    assert found.decided[2, keys.index("naphthenic")] == 1
    assert found.decided[2, keys.index("sulfidation")] == -1
    assert found.decided[0, keys.index("ssc")] == -1
    columns = {c.key: c for c in found.columns}
    assert columns["caustic_scc"].decided_as == "scc_caustic"
    assert columns["sulfidation"].decided_as == "rate_sulfidic"
    assert columns["lme"].decided_as == "lme"


def test_conditions_agree_with_the_state_of_the_map(study: Study) -> None:
    found = mechanism_map(study)
    for row in range(3):
        for j, column in enumerate(found.columns):
            lines = conditions(study, row, column.key)
            top = [line.state for line in lines if line.depth == 0]
            assert min(top) == found.state[row, j], column.key
            for i, line in enumerate(lines):
                parts = [p.state for p in lines[i + 1 :] if p.depth == line.depth + 1]
                if line.op == "any" and line.depth == 0 and all(p.depth <= 1 for p in lines):
                    stop = next((k for k, p in enumerate(lines[i + 1 :]) if p.depth == 0), len(parts))
                    assert max(parts[:stop]) == line.state, column.key
    caustic = conditions(study, 1, "caustic_scc")
    assert next(line for line in caustic if line.symbol == "NaOH_pct").state == 1


def test_only_what_a_fact_would_move_is_offered(study: Study) -> None:
    movable = _movable(study, 0, ["susceptibility_given", "pwht", "t_rdi_mm", "N_A"])
    assert "susceptibility_given" in movable
    assert "N_A" not in movable
    assert fact_symbol("no_such") is None


def test_recommended_and_crossings_of_one_component(study: Study) -> None:
    found = recommended_of(study, 0)
    assert found.choice.horizon.tolist() == [0, 1]
    assert found.panel.risk.shape == (1, study.panel.dates_d.size)
    quantities = [c.quantity for c in crossings_of(study, 0)]
    assert quantities[0] == "risk"
    assert quantities[-1] == "thickness"


def test_every_mechanism_of_the_map_may_be_decided(study: Study) -> None:
    for column in mechanism_map(study).columns:
        assert find_mechanism(column.decided_as) == column.decided_as
    assert find_mechanism("Liquid metal embrittlement") == "lme"
