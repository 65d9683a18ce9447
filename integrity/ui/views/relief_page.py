"""Pressure relief devices: the register judged, and of one device its overpressure cases and its tests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE, BoolArray
from integrity.core.errors import ToolError
from integrity.i18n.formats import MISSING
from integrity.services.device_workings import CASE, CODES, RELIEF, governing_cases
from integrity.services.relief import DeviceState, ReliefStudy
from integrity.ui.device_words import code_words, floats, reasons_words, texts
from integrity.ui.drawer import Explained
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column, Marks
from integrity.ui.state import Selection
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.views.pages import Page, PagedView, titled
from integrity.ui.widgets.grid import Grid

if TYPE_CHECKING:
    from integrity.services.types import Study, WorkingSheet

QUANTITIES = {
    "set_pressure_MPa": "pressure",
    "MAWP_protected": "pressure",
    "n_tests": "count",
    "P_fod": "ratio",
    "DR": "frequency",
    "P_leak": "ratio",
    "risk_fail": "money_rate",
    "risk_leak": "money_rate",
    "risk_prd": "money_rate",
    "f_prd": "frequency",
    "risk_area_prd": "risk_area",
    "age_prd_target_y": "time",
    "years_to_test": "time",
    "prd_age_y": "time",
    "eta_fail_y": "time",
}
DECIMALS = {"P_fod": 4, "P_leak": 4, "risk_prd": 0, "risk_fail": 0, "risk_leak": 0}
CASE_QUANTITIES = {
    "EF": "frequency",
    "DRRF": "ratio",
    "DR": "frequency",
    "P_over_MPa": "pressure",
    "MAWP_protected": "pressure",
    "F_op": "ratio",
    "P_loc": "ratio",
    "f_prd": "frequency",
    "risk_demand": "money_rate",
    "risk_area_prd": "risk_area",
}
WIDE = 1180


def _column(key: str) -> Column:
    return Column(key, QUANTITIES[key], title=f"ui.prd.{key}", decimals=DECIMALS.get(key))


COLUMNS = (
    Column("tag", "text", title="ui.prd.tag"),
    Column("item", "text", title="ui.prd.item"),
    Column("type", "lazy", title="ui.prd.type", width=200),
    *(_column(k) for k in ("set_pressure_MPa", "MAWP_protected")),
    Column("above", "lazy", title="ui.prd.above"),
    *(_column(k) for k in ("P_fod", "DR", "P_leak", "risk_prd", "risk_area_prd", "n_tests")),
    Column("last_test_d", "date", title="ui.prd.last_test_d"),
    Column("test_by_d", "date", title="ui.prd.test_by_d"),
    _column("age_prd_target_y"),
    Column("next_test_d", "date", title="ui.prd.next_test_d"),
    Column("missing", "lazy", title="ui.devices.missing", width=420),
)
CASE_COLUMNS = (
    Column("demand_case", "lazy", title="ui.prd.case.demand_case", width=280),
    Column("part", "text", title="ui.prd.case.part"),
    *(Column(k, q, title=f"ui.prd.case.{k}") for k, q in CASE_QUANTITIES.items()),
)
TEST_COLUMNS = (
    Column("prd_tested_d", "date", title="ui.prd.test.prd_tested_d"),
    Column("test_y", "time", title="ui.prd.test.test_y"),
    Column("prd_effectiveness", "lazy", title="ui.prd.test.prd_effectiveness"),
    Column("prd_outcome", "lazy", title="ui.prd.test.prd_outcome"),
    Column("prd_leak_result", "lazy", title="ui.prd.test.prd_leak_result"),
    Column("prd_plugged", "lazy", title="ui.prd.test.prd_plugged"),
)


class ReliefPage(Page):
    """Register over the detail of one device."""

    key = "relief"

    def __init__(self, view: PagedView) -> None:
        self.done: ReliefStudy | None = None
        self.row = -1
        self.column = "risk_prd"
        self._cases = self._tests = np.zeros(0, dtype=np.int64)
        super().__init__(view)

    def build(self) -> None:
        """Table, cases and tests."""
        px = self.state.sizes.px
        self.nothing = EmptyPanel(self.state, "ui.empty.relief", "devices")
        self.nothing.add_action("cmd.go_import", lambda: self.shell.commands.run("go_import"))
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(4), px(12), px(4))
        self.model = ColumnModel(self.state, COLUMNS, self)
        self.model.set_sort([("above", True), ("risk_prd", True), ("risk_area_prd", True)])
        self.cases = ColumnModel(self.state, CASE_COLUMNS, self)
        self.cases.set_sort([("risk_demand", True), ("risk_area_prd", True)])
        self.tests = ColumnModel(self.state, TEST_COLUMNS, self)
        self.tests.set_sort([("prd_tested_d", True)])
        self.grid = Grid(self.model, symbols=False)
        self.case_grid = Grid(self.cases, symbols=False, filters=False)
        self.test_grid = Grid(self.tests, symbols=False, filters=False)
        self.grid.row_chosen.connect(self._chosen)
        self.case_grid.row_chosen.connect(self._case_chosen)
        self.test_grid.row_chosen.connect(self._test_chosen)
        self.case_title, self.test_title = label("heading"), label("heading")
        self.device_words = label("secondary", wrap=True)
        self.device_words.setContentsMargins(px(12), px(4), px(12), px(4))
        self.detail = QSplitter(Qt.Orientation.Vertical)
        self.split = QSplitter(Qt.Orientation.Vertical)
        for split in (self.detail, self.split):
            split.setHandleWidth(1)
            split.setChildrenCollapsible(False)
        self.detail.addWidget(titled(self.state, self.case_title, self.device_words, self.case_grid))
        self.detail.addWidget(titled(self.state, self.test_title, self.test_grid))
        self.detail.setSizes([px(230), px(140)])
        self.split.addWidget(self.grid)
        self.split.addWidget(self.detail)
        self.split.setSizes([px(230), px(370)])
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        for widget in (self.told, hairline()):
            self.body.addWidget(widget)
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.nothing, 1)
        self.nothing.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cases and tests stand side by side where there is room."""
        super().resizeEvent(event)
        px = self.state.sizes.px
        wanted = Qt.Orientation.Horizontal if self.width() >= px(WIDE) else Qt.Orientation.Vertical
        if self.detail.orientation() != wanted:
            self.detail.setOrientation(wanted)
            self.detail.setSizes([px(760), px(480)] if wanted == Qt.Orientation.Horizontal else [px(230), px(140)])

    # -- contents ------------------------------------------------------------------------------------------

    def show_study(self) -> None:
        """Another study: judge again."""
        study, gateway = self.study, self.gateway
        if study is None:
            return
        asked = self.ask()
        self.told.setText(self.state.text("ui.devices.working"))

        def done(found: ReliefStudy) -> None:
            if self.is_last(asked):
                self.done = found
                self._take(study)

        self.jobs.run("ui.job.relief", lambda progress: gateway.relief(study, progress), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    def _take(self, study: Study) -> None:
        done = self.done
        if done is None:
            return
        states, s = done.states, self.state
        self.told.setVisible(bool(states))
        self.split.setVisible(bool(states))
        self.nothing.setVisible(not states)
        arrays = {k: self._values(k) for k in QUANTITIES}
        days = study.plant.as_of_d + np.nan_to_num(arrays["years_to_test"]) * DAYS_PER_YEAR
        due = np.where(np.isnan(arrays["years_to_test"]), NO_DATE, np.floor(days)).astype(np.int64)
        margin = arrays["set_pressure_MPa"] - arrays["MAWP_protected"]
        danger = np.array([3 if x.set_above_mawp else 0 for x in states], dtype=np.int64)
        late = np.array([3 if x.target_state == "reached" else 0 for x in states], dtype=np.int64)
        past = np.array([_past(x, study.plant.as_of_d) for x in states], dtype=np.int64)
        self.model.set_data(
            {
                **arrays,
                "tag": texts([x.device.tag for x in states]),
                "item": texts([x.device.item for x in states]),
                "last_test_d": np.array([self._last_test(i) for i in range(len(states))], dtype=np.int64),
                "test_by_d": due,
                "next_test_d": np.array([x.device.next_test_d for x in states], dtype=np.int64),
            },
            len(states),
            {
                "type": self._type,
                "above": lambda i: self._above(states[i]),
                "missing": lambda i: reasons_words(s, states[i].reasons) or MISSING,
            },
            sort_by={"above": np.where(danger == 3, margin, np.nan)},
            marks=Marks(
                tone={"above": danger, "set_pressure_MPa": danger, "test_by_d": late, "next_test_d": past},
            ),
        )
        self.grid.fit_columns()
        self._filter()
        self.row = -1
        self.show_selection(self.state.selection)
        if self.row < 0 and states:
            self.show_row(self.model.source(0))
        self._words()

    def _values(self, key: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        done = self.done
        if done is None:
            return floats([])
        own: dict[str, list[float]] = {
            "set_pressure_MPa": [x.device.set_pressure_MPa for x in done.states],
            "MAWP_protected": [x.MAWP_MPa for x in done.states],
            "n_tests": [int((done.test_device == i).sum()) for i in range(len(done.states))],
            "f_prd": [x.f_prd for x in done.states],
            "risk_area_prd": [x.risk_area for x in done.states],
        }
        if key in own:
            return floats(own[key])
        if key == "DR":
            sums = [governing_cases(done, i) for i in range(len(done.states))]
            return floats([float(done.case["DR"][c].sum()) if c.size else float("nan") for c in sums])
        found = next(r for r in (done.risk, done.leak, done.fail) if key in r.columns)
        return np.asarray(found[key], dtype=np.float64)

    def _last_test(self, row: int) -> int:
        done = self.done
        if done is None:
            return NO_DATE
        days = done.test["prd_tested_d"][done.test_device == row]
        return max([done.states[row].device.last_test_d, *(int(d) for d in days)])

    def _type(self, row: int) -> str:
        """The type as recorded or as the register says it; else the words of the register."""
        done = self.done
        if done is None:
            return MISSING
        code = int(done.fail["prd_type"][row])
        return (
            code_words(self.state, "prd_type", CODES["prd_type"], code)
            if code >= 0
            else done.states[row].device.kind or MISSING
        )

    def _above(self, x: DeviceState) -> str:
        if not x.set_above_mawp:
            return ""
        over = x.device.set_pressure_MPa - x.MAWP_MPa
        return self.state.text("ui.prd.over", value=self.state.measure(over, "pressure"))

    def _filter(self) -> None:
        done, mask = self.done, self.state.scope_mask()
        if done is None:
            return
        keep: BoolArray | None = None
        if mask is not None:
            keep = np.array([bool(mask[list(x.device.rows)].any()) for x in done.states], dtype=np.bool_)
        self.model.set_mask(keep)

    def show_scope(self) -> None:
        """Only the devices of the part of the plant."""
        self._filter()

    # -- one device ----------------------------------------------------------------------------------------

    def show_selection(self, selection: Selection) -> None:
        """The device that protects the selected component, where there is one."""
        done = self.done
        if done is None or selection.component < 0:
            return
        if self.row >= 0 and selection.component in done.states[self.row].device.rows:
            return
        found = next((i for i, x in enumerate(done.states) if selection.component in x.device.rows), -1)
        if found >= 0:
            self.show_row(found)

    def show_row(self, row: int) -> None:
        """Show a device in table and detail."""
        self.row = row
        if self.grid.current_source != row:
            self.grid.show_source(row)
        self._detail()

    def _chosen(self, row: int, column: str) -> None:
        done = self.done
        if done is None or not 0 <= row < len(done.states):
            return
        if column in RELIEF:
            self.column = column
        rows = done.states[row].device.rows
        if rows:
            self.state.select(Selection(component=rows[0]))
        self.show_row(row)
        self.explain()

    def explain(self) -> None:
        """Give the drawer the number asked about."""
        study, done, row, gateway = self.study, self.done, self.row, self.gateway
        if study is None or done is None or row < 0:
            return

        def work(key: str) -> tuple[WorkingSheet, ...]:
            return gateway.relief_working(study, done, row, key)

        values = {k: float(self._values(k)[row]) for k in RELIEF}
        self._tell(tuple(RELIEF), self.column, partial(self._headline, values, QUANTITIES), work)

    def _case_chosen(self, at: int, column: str) -> None:
        study, done, gateway = self.study, self.done, self.gateway
        if study is None or done is None or not 0 <= at < self._cases.size:
            return
        case = int(self._cases[at])
        values = {k: float(done.case[k][case]) for k in CASE}
        self._tell(
            CASE,
            column if column in CASE else "risk_demand",
            partial(self._headline, values, CASE_QUANTITIES),
            lambda key: gateway.demand_working(study, done, case, key),
        )

    def _test_chosen(self, at: int, _column: str) -> None:
        study, done, gateway = self.study, self.done, self.gateway
        if study is None or done is None or not 0 <= at < self._tests.size:
            return
        test = int(self._tests[at])
        values = {"test_y": float(done.test["test_y"][test])}
        self._tell(
            ("test_y",),
            "test_y",
            partial(self._headline, values, {"test_y": "time"}),
            lambda _key: gateway.test_working(study, done, test),
        )

    def _tell(self, keys: tuple[str, ...], key: str, headline: object, work: object) -> None:
        done = self.done
        if done is None or self.row < 0:
            return
        d = done.states[self.row].device
        note = " · ".join(p for p in (d.item, self._type(self.row)) if p)
        self.shell.drawer.explain(Explained(d.tag, note, keys, key, headline, work))  # type: ignore[arg-type]

    def _headline(self, values: dict[str, float], quantities: dict[str, str], key: str) -> str:
        s = self.state
        return f"{s.title(key)} = {s.measure(values[key], quantities[key])}"

    def _detail(self) -> None:
        done, study, row, s = self.done, self.study, self.row, self.state
        if done is None or study is None or row < 0:
            return
        x, c = done.states[row], done.case
        self._cases = np.flatnonzero(done.case_device == row)
        self._tests = np.flatnonzero(done.test_device == row)
        at = self._cases
        parts = study.plant.components.component[done.case_row[at]]
        self.cases.set_data(
            {"part": parts, **{k: np.asarray(c[k][at], dtype=np.float64) for k in CASE_QUANTITIES}},
            int(at.size),
            {"demand_case": lambda i: code_words(s, "demand_case", CODES["demand_case"], int(c["demand_case"][at[i]]))},
        )
        t, of = done.test, self._tests
        names = ("prd_effectiveness", "prd_outcome", "prd_leak_result")
        words = {k: partial(self._test_word, k, CODES[k]) for k in names}
        self.tests.set_data(
            {"prd_tested_d": t["prd_tested_d"][of], "test_y": np.asarray(t["test_y"][of], dtype=np.float64)},
            int(of.size),
            {**words, "prd_plugged": self._plugged},
            marks=Marks(tone={k: self._failed_tests(k) for k in ("prd_outcome", "prd_leak_result")}),
        )
        for grid in (self.case_grid, self.test_grid):
            grid.fit_columns()
        self.case_title.setText(s.text("ui.prd.cases", name=x.device.tag, count=x.n_cases))
        self.test_title.setText(s.text("ui.prd.tests", name=x.device.tag, count=int(of.size)))
        self.device_words.setText(self._told_of(x, row))

    def _test_word(self, key: str, names: tuple[str, ...], i: int) -> str:
        done = self.done
        return MISSING if done is None else code_words(self.state, key, names, int(done.test[key][self._tests[i]]))

    def _plugged(self, i: int) -> str:
        flag = -1 if self.done is None else int(self.done.test["prd_plugged"][self._tests[i]])
        return MISSING if flag < 0 else self.state.text("ui.yes" if flag else "ui.no")

    def _failed_tests(self, key: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        values = self.done.test[key][self._tests] if self.done is not None else np.zeros(0)
        return np.where(values == CODES[key].index("fail"), 3, 0).astype(np.int64)

    def _told_of(self, x: DeviceState, row: int) -> str:
        s = self.state
        told = [s.text("ui.prd.credited", credited=x.n_credited, uncredited=x.n_uncredited)]
        told.append(s.text("ui.prd.age", age=s.measure(x.age_y, "time"), eta=s.measure(x.eta_fail_y, "time")))
        if x.risk_prd == x.risk_prd:
            shares = {"fail": s.number(x.risk_fail, "money_rate", 0), "leak": s.number(x.risk_leak, "money_rate", 0)}
            told.append(s.text("ui.prd.shares", unit=s.unit("money_rate"), **shares))
        for key, value, bound in (("P_fod", x.P_fod, x.P_fod_bound), ("P_leak", x.P_leak, x.P_leak_bound)):
            if value != value and bound == bound:
                told.append(s.text("ui.prd.bound", words=s.title(key), value=s.number(bound, "ratio", 4)))
        if x.reasons:
            told.append(reasons_words(s, x.reasons))
        return s.text("ui.devices.also").join(told)

    # -- words ---------------------------------------------------------------------------------------------

    def _words(self) -> None:
        done, s = self.done, self.state
        if done is None:
            return
        told = s.text(
            "ui.prd.told",
            count=len(done.states),
            above=sum(1 for x in done.states if x.set_above_mawp),
            lacking=sum(1 for x in done.states if x.reasons),
        )
        if done.states and all(x.target_state in ("none", "") for x in done.states):
            told += s.text("ui.devices.space") + s.text("ui.prd.no_target")
        self.told.setText(told)
        self._detail()

    def retranslate(self) -> None:
        """Words and units."""
        self._words()


def _past(x: DeviceState, as_of_d: int) -> int:
    """Tone of the next test in the register: it is overdue."""
    return 2 if NO_DATE < x.device.next_test_d < as_of_d else 0
