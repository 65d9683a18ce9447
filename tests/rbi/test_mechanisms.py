"""A damage mechanism from outside the package: registered once, it enters total, panel, risk, reasons and working."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.errors import ContractError
from integrity.core.procedure import Columns as Out
from integrity.core.procedure import Inputs, Param, Procedure, Result
from integrity.core.reference import OWN_METHOD
from integrity.core.settings import DEFAULTS
from integrity.rbi import mechanisms as register
from integrity.rbi.assess import assess_risk
from integrity.rbi.case import RiskCase
from integrity.rbi.mechanisms import Columns, Mechanism, Planned, Tables, mechanisms, register_mechanism
from integrity.rbi.panel import panel_dates, risk_panel
from tests.rbi.plants import TODAY, many, one


def _double(x: Inputs) -> Out:
    return {"D_f_try": 2.0 * x["age_y"]}


PROCEDURE = Procedure(
    key="test.mechanism",
    ref=OWN_METHOD.at("a mechanism of a test"),
    inputs=(Param("age_y", "time"),),
    outputs=(Param("D_f_try", "damage_factor", conclusion=True),),
    compute=_double,
)


def _applies(case: RiskCase) -> BoolArray:
    return case.components.component_id % 2 == 1


def _columns(case: RiskCase) -> tuple[Columns, Tables]:
    age = (case.as_of_d - case.components.in_service_d) / 365.25
    return {"age_y": np.where(case.components.component_id % 3 == 0, np.nan, age)}, {}


def _at_dates(
    result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
) -> tuple[FloatArray, FloatArray | None]:
    return 2.0 * (result["age_y"][rows][:, None] + years), None


@pytest.fixture
def extra(request: pytest.FixtureRequest) -> Iterator[Mechanism]:
    mechanisms()
    m = Mechanism("test", request.param, PROCEDURE, "D_f_try", _applies, _columns, _at_dates)
    register_mechanism(m)
    yield m
    del register._register["test"]


@pytest.mark.parametrize("extra", ["scc"], indirect=True)
def test_it_adds_to_the_total_where_it_acts(extra: Mechanism) -> None:
    a = assess_risk(*one(), TODAY, DEFAULTS)
    age = (TODAY - 9000) / 365.25
    assert a.frame.D_f_total[0] == pytest.approx(a.frame.D_f_thin[0] + 2.0 * age)
    assert extra in mechanisms()
    away = assess_risk(*one(component_id=2), TODAY, DEFAULTS)
    assert away.frame.D_f_total[0] == away.frame.D_f_thin[0]


@pytest.mark.parametrize("extra", ["external"], indirect=True)
def test_local_wall_loss_takes_the_greater(extra: Mechanism) -> None:
    age = (TODAY - 9000) / 365.25
    local = assess_risk(*one(local_mechanism=1), TODAY, DEFAULTS).frame
    general = assess_risk(*one(local_mechanism=0), TODAY, DEFAULTS).frame
    assert local.D_f_total[0] == pytest.approx(max(local.D_f_thin[0], 2.0 * age))
    assert general.D_f_total[0] == pytest.approx(local.D_f_thin[0] + 2.0 * age)


@pytest.mark.parametrize("extra", ["scc"], indirect=True)
def test_where_it_cannot_be_assessed_the_total_is_not_known(extra: Mechanism) -> None:
    a = assess_risk(*one(component_id=3), TODAY, DEFAULTS)
    assert np.isnan(a.frame.P_f[0])
    assert a.frame.reasons[0] == "missing:age_y; limit:rbi.mechanisms_known"


@pytest.mark.parametrize("extra", ["scc", "external", "lining", "fatigue"], indirect=True)
def test_panel_starts_at_the_assessment(extra: Mechanism) -> None:
    a = assess_risk(*many(120, seed=2), TODAY, DEFAULTS)
    for cells in (70, 10**6):
        panel = risk_panel(a, panel_dates(TODAY, 10.0, 4), chunk_cells=cells)
        np.testing.assert_allclose(panel.D_f[:, 0], a.frame.D_f_total, rtol=1e-12)


@pytest.mark.parametrize("extra", ["scc"], indirect=True)
def test_its_result_can_be_traced(extra: Mechanism) -> None:
    a = assess_risk(*one(), TODAY, DEFAULTS)
    assert "test.mechanism" in {t.key for t in a.trace(0, "P_f")}
    assert a.results["test.mechanism"]["D_f_try"][a.rows["test.mechanism"][0]] > 0.0


@pytest.mark.parametrize("extra", ["scc"], indirect=True)
def test_a_second_one_of_the_same_name_is_refused(extra: Mechanism) -> None:
    other = Mechanism("test", "scc", PROCEDURE, "D_f_try", _applies, _columns, _at_dates)
    with pytest.raises(ContractError):
        register_mechanism(other)
    assert register_mechanism(extra) is extra


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ContractError):
        register_mechanism(Mechanism("test", "no_such_group", PROCEDURE, "D_f_try", _applies, _columns, _at_dates))
    assert "test" not in {m.key for m in mechanisms()}
