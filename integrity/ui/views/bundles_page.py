"""Exchanger bundles: every bundle in service, and the Weibull paper of those that are fitted with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QSplitter

from integrity.core.arrays import NO_DATE, BoolArray, IntArray
from integrity.core.dates import iso_of
from integrity.core.errors import ToolError
from integrity.i18n.formats import MISSING
from integrity.services.bundles import BundleStudy, plot_of
from integrity.services.device_workings import BUNDLE, set_mechanisms
from integrity.ui.device_words import reasons_words, texts
from integrity.ui.drawer import Explained
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column, Marks
from integrity.ui.plots.weibull import Line, Paper, WeibullPlot
from integrity.ui.state import Selection
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.views.pages import Page, PagedView, Segments, titled
from integrity.ui.widgets.grid import Grid

if TYPE_CHECKING:
    from integrity.core.procedure import Result

SIMILAR: dict[str, tuple[str, ...]] = {
    "set": ("bundle_set",),
    "material": ("bundle_material",),
    "both": ("bundle_set", "bundle_material"),
    "all": (),
}
QUANTITIES = {
    "n_records": "count",
    "n_failures": "count",
    "beta_w": "number",
    "eta_y": "time",
    "eta_lo_y": "time",
    "bundle_age_y": "time",
    "P_bundle": "ratio",
    "P_TA1": "ratio",
    "C_fail_bundle": "money",
    "risk_TA1": "money",
    "age_target_y": "time",
    "age_opt_y": "time",
}
PLACES = {"beta_w": 2, "C_fail_bundle": 0, "risk_TA1": 0}
WIDE = 1180
"""Width from which the paper stands beside the table."""


def _column(key: str) -> Column:
    return Column(key, QUANTITIES[key], title=f"ui.bundle.{key}", decimals=PLACES.get(key))


COLUMNS = (
    Column("tag", "text", title="ui.bundle.tag", width=84),
    *(_column(k) for k in ("bundle_age_y", "P_bundle", "P_TA1")),
    Column("bundle_action", "lazy", title="ui.bundle.bundle_action"),
    *(_column(k) for k in ("age_opt_y", "age_target_y", "C_fail_bundle", "risk_TA1")),
    Column("bundle_set", "text", title="ui.bundle.bundle_set"),
    *(_column(k) for k in ("n_records", "n_failures", "beta_w", "eta_y")),
    Column("fit_method", "lazy", title="ui.bundle.fit_method"),
    Column("missing", "lazy", title="ui.devices.missing", width=420),
)


@dataclass(frozen=True)
class _Own:
    """Calculations by the names of their numbers, one row a bundle."""

    fit: Result
    each: tuple[Result, ...]
    set_row: IntArray

    def values(self, key: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if key in ("n_records", "n_failures", "beta_w", "eta_y", "eta_lo_y"):
            return np.asarray(self.fit[key][self.set_row] if self.set_row.size else [], dtype=np.float64)
        found = next(r for r in self.each if key in r.columns)
        return np.asarray(found[key], dtype=np.float64)


class BundlesPage(Page):
    """Choice of what is similar, table, paper."""

    key = "bundles"

    def __init__(self, view: PagedView) -> None:
        self.done: BundleStudy | None = None
        self.row = -1
        self.column = "P_TA1"
        self.mechanism = ""
        super().__init__(view)

    def build(self) -> None:
        """A line of choices, table and paper."""
        px = self.state.sizes.px
        self.nothing = EmptyPanel(self.state, "ui.empty.bundles", "devices")
        self.nothing.add_action("cmd.go_import", lambda: self.shell.commands.run("go_import"))
        self.choice = Segments(self.state, tuple(f"ui.similar.{k}" for k in SIMILAR), "ui.similar")
        self.choice.group.idClicked.connect(lambda _: self.show_study())
        self.failures = QComboBox()
        self.failures.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.failures.activated.connect(self._mechanism_chosen)
        self.choice.layout_row.insertWidget(self.choice.layout_row.count() - 1, self.failures)
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(4), px(12), px(4))
        self.model = ColumnModel(self.state, COLUMNS, self)
        self.model.set_sort([("risk_TA1", True)])
        self.grid = Grid(self.model, symbols=False)
        self.grid.row_chosen.connect(self._chosen)
        self.plot = WeibullPlot(self.state)
        self.plot.picked.connect(self._picked)
        self.plot_title, self.fit_words = label("heading"), label("secondary", wrap=True)
        self.fit_words.setContentsMargins(px(12), px(4), px(12), px(4))
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.grid)
        self.split.addWidget(titled(self.state, self.plot_title, self.fit_words, self.plot))
        self.split.setSizes([px(220), px(400)])
        self._line = hairline()
        for widget in (self.choice, hairline(), self.told, self._line):
            self.body.addWidget(widget)
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.nothing, 1)
        self.nothing.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The paper stands beside the table where there is room, else under it."""
        super().resizeEvent(event)
        px = self.state.sizes.px
        wanted = Qt.Orientation.Horizontal if self.width() >= px(WIDE) else Qt.Orientation.Vertical
        if self.split.orientation() != wanted:
            self.split.setOrientation(wanted)
            across = wanted == Qt.Orientation.Horizontal
            self.split.setSizes([px(620), px(600)] if across else [px(220), px(400)])

    # -- contents ------------------------------------------------------------------------------------------

    def show_study(self) -> None:
        """Another study or another choice of similar bundles: fit again."""
        study, gateway = self.study, self.gateway
        if study is None:
            return
        asked, matched, mechanism = self.ask(), tuple(SIMILAR.values())[self.choice.chosen], self.mechanism
        self.told.setText(self.state.text("ui.devices.working"))

        def done(found: BundleStudy) -> None:
            if self.is_last(asked):
                self.done = found
                self._take()

        self.jobs.run(
            "ui.job.bundles", lambda progress: gateway.bundles(study, matched, mechanism, progress), done, self._failed
        )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    def _take(self) -> None:
        done = self.done
        if done is None:
            return
        there = bool(done.states)
        for widget in (self.choice, self.told, self._line, self.split):
            widget.setVisible(there)
        self.nothing.setVisible(not there)
        s, states = self.state, done.states
        self._own = _Own(
            done.fit,
            (done.pof, done.cost, done.risk, done.replacement),
            np.array([x.set_row for x in states], dtype=np.int64),
        )
        arrays = {k: self._own.values(k) for k in QUANTITIES}
        arrays["tag"] = texts([x.record.tag for x in states])
        arrays["bundle_set"] = texts([x.record.bundle_set for x in states])
        few = np.array([2 if x.amount in ("none", "one", "few") else 0 for x in states], dtype=np.int64)
        late = np.array([3 if x.target_state == "reached" else 0 for x in states], dtype=np.int64)
        self.model.set_data(
            arrays,
            len(states),
            {
                "bundle_action": lambda i: (
                    s.text(f"ui.bundle_action.{states[i].action}") if states[i].action else MISSING
                ),
                "fit_method": lambda i: s.text(f"ui.fit.{states[i].method}") if arrays["beta_w"][i] > 0.0 else MISSING,
                "missing": lambda i: reasons_words(s, states[i].reasons) or MISSING,
            },
            marks=Marks(tone={"n_failures": few, "age_target_y": late}),
        )
        self.grid.fit_columns()
        self._fill_failures()
        self._filter()
        self.row = -1
        self.show_selection(self.state.selection)
        if self.row < 0 and states:
            self.show_row(self.model.source(0))
        self._words()

    def _fill_failures(self) -> None:
        done, s = self.done, self.state
        if done is None:
            return
        names = ("", *set_mechanisms(done))
        self.failures.clear()
        for name in names:
            self.failures.addItem(
                s.text("ui.bundle.only_mechanism", name=name) if name else s.text("ui.bundle.any"), name
            )
        self.failures.setCurrentIndex(names.index(self.mechanism) if self.mechanism in names else 0)
        self.failures.setVisible(len(names) > 1)

    def _mechanism_chosen(self, index: int) -> None:
        self.mechanism = str(self.failures.itemData(index))
        self.show_study()

    def _filter(self) -> None:
        done, mask = self.done, self.state.scope_mask()
        if done is None:
            return
        keep: BoolArray | None = None
        if mask is not None:
            keep = np.array([bool(mask[x.record.row]) for x in done.states], dtype=np.bool_)
        self.model.set_mask(keep)

    def show_scope(self) -> None:
        """Only the exchangers of the part of the plant."""
        self._filter()
        self._words()

    # -- one bundle ----------------------------------------------------------------------------------------

    def show_selection(self, selection: Selection) -> None:
        """The bundle of the selected item, where it has one."""
        study, done = self.study, self.done
        if study is None or done is None or selection.component < 0:
            return
        item = int(study.plant.components.equipment_id[selection.component])
        found = next((i for i, x in enumerate(done.states) if x.record.equipment_id == item), -1)
        if found >= 0 and found != self.row:
            self.show_row(found)

    def show_row(self, row: int) -> None:
        """Show a bundle in table and paper."""
        self.row = row
        if self.grid.current_source != row:
            self.grid.show_source(row)
        self._draw()

    def _chosen(self, row: int, column: str) -> None:
        done = self.done
        if done is None or not 0 <= row < len(done.states):
            return
        if column in BUNDLE:
            self.column = column
        self.state.select(Selection(component=done.states[row].record.row))
        self.show_row(row)
        self.explain()

    def _picked(self, record: int) -> None:
        done = self.done
        if done is None:
            return
        item = done.records[record].equipment_id
        found = next((i for i, x in enumerate(done.states) if x.record.equipment_id == item), -1)
        if found >= 0:
            self._chosen(found, self.column)

    def explain(self) -> None:
        """Give the drawer the number asked about."""
        study, done, row, gateway = self.study, self.done, self.row, self.gateway
        if study is None or done is None or row < 0:
            return
        record = done.states[row].record
        note = " · ".join(p for p in (record.component, record.bundle_set) if p)
        self.shell.drawer.explain(
            Explained(
                record.tag,
                note,
                tuple(BUNDLE),
                self.column,
                lambda key: self._headline(key, row),
                lambda key: gateway.bundle_working(study, done, row, key),
            )
        )

    def _headline(self, key: str, row: int) -> str:
        s, done = self.state, self.done
        if done is None or key not in QUANTITIES:
            return ""
        return f"{s.title(key)} = {s.measure(float(self._own.values(key)[row]), QUANTITIES[key])}"

    def _draw(self) -> None:
        done, row, s = self.done, self.row, self.state
        if done is None or row < 0:
            self.plot.show_paper(None, ())
            return
        state = done.states[row]
        self.plot_title.setText(s.text("ui.weibull.title", name=state.record.tag))
        self.fit_words.setText(self._fit_words(row))
        self.plot.show_paper(self._paper(row), [self._tip(i) for i in range(len(done.records))])

    def _paper(self, row: int) -> Paper | None:
        done, s = self.done, self.state
        if done is None:
            return None
        state = done.states[row]
        k, fit = state.set_row, done.fit
        records = fit.tables["records"]
        a, b = int(records.groups.offsets[k]), int(records.groups.offsets[k + 1])
        failed = records.columns["bundle_failed"][a:b] == 1
        members = np.array(done.members[k], dtype=np.int64)
        lines = []
        for key in ("rrx", "mle", "given"):
            beta, eta = float(fit[f"beta_{key}"][k]), float(fit[f"eta_{key}_y"][k])
            if beta > 0.0 and eta > 0.0:
                lines.append(Line(key, beta, eta, key == state.method))
        own = Line("own", state.beta, state.eta_use_y, False) if state.beta > 0.0 and state.eta_use_y > 0.0 else None
        marks = [(state.age_y, s.text("ui.weibull.now"), False)]
        marks.append((float(done.risk["age_TA1_y"][row]), s.text("ui.weibull.turnaround"), False))
        marks.append((float(done.risk["age_target_y"][row]), s.text("ui.weibull.target"), True))
        shown = tuple(m for m in marks if m[0] > 0.0)
        age = state.age_y
        return Paper(plot_of(done, k), members[failed], members[~failed], tuple(lines), own, age, shown)

    def _tip(self, i: int) -> str:
        done, s = self.done, self.state
        if done is None:
            return ""
        r = done.records[i]
        until = iso_of(r.removed_d) if r.removed_d != NO_DATE else s.text("ui.weibull.now")
        since = iso_of(r.installed_d) if r.installed_d != NO_DATE else MISSING
        lines = [r.tag, f"{since} → {until}", s.measure(r.bundle_life_y, "time"), s.text(f"code.bundle_end.{r.end}")]
        return "\n".join([*lines, r.mechanism] if r.mechanism else lines)

    def _fit_words(self, row: int) -> str:
        done, s = self.done, self.state
        if done is None:
            return ""
        state, fit = done.states[row], done.fit
        k = state.set_row
        parts = [
            s.text("ui.weibull.counts", failed=state.n_failures, total=state.n_records),
            s.text(f"code.amount_of_failures.{state.amount}"),
        ]
        for key in ("rrx", "mle", "given"):
            beta, eta = float(fit[f"beta_{key}"][k]), float(fit[f"eta_{key}_y"][k])
            if not (beta > 0.0 and eta > 0.0):
                continue
            words = s.text(
                "ui.weibull.fit",
                method=s.text(f"ui.fit.{key}"),
                beta=s.number(beta, "number", 2),
                eta=s.measure(eta, "time"),
            )
            if key == "rrx":
                words += s.text("ui.weibull.r2", r2=s.number(float(fit["r2_rrx"][k]), "ratio", 3))
            parts.append(words)
        if state.beta > 0.0 and state.eta_lo_y > 0.0:
            level = s.number(100.0 * float(fit["confidence_w"][k]), "number", 0)
            parts.append(s.text("ui.weibull.lower", level=level, eta=s.measure(state.eta_lo_y, "time")))
        return s.text("ui.devices.also").join(parts)

    # -- words ---------------------------------------------------------------------------------------------

    def _words(self) -> None:
        done, s = self.done, self.state
        if done is None:
            return
        lacking = sum(1 for x in done.states if x.reasons)
        told = s.text(
            "ui.bundle.told", count=len(done.states), records=len(done.records), sets=len(done.members), lacking=lacking
        )
        if done.states and all(x.target_state in ("none", "") for x in done.states):
            told += s.text("ui.devices.space") + s.text("ui.bundle.no_target")
        self.told.setText(told)
        self._draw()

    def retranslate(self) -> None:
        """Words and units."""
        self._fill_failures()
        self._words()

    def restyle(self) -> None:
        """Colours."""
        self.plot.restyle()
        self.plot.redraw()
