"""What changes for the plant between the editions of API RP 581: components whose result moves, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrity.core.errors import ToolError
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column, Marks
from integrity.ui.risk_words import mechanism_words
from integrity.ui.state import Selection
from integrity.ui.views.base import hairline, label
from integrity.ui.views.pages import Page, PagedView, Segments
from integrity.ui.widgets.grid import Grid

if TYPE_CHECKING:
    from integrity.core.frames.decisions import EditionFrame

EDITIONS = ("2008", "2016", "2020")
SHOWN = (("D_f_total", "damage_factor"), ("risk", "risk_area"), ("risk_category", "code"))


def columns() -> tuple[Column, ...]:
    """Columns: identity, what moved, then each quantity under each edition."""
    out = [Column("component", "text"), Column("moved", "lazy", title="ui.editions.moved", width=260)]
    for key, quantity in SHOWN:
        for edition in EDITIONS:
            title = f"ui.editions.{key}_{edition}"
            if quantity == "code":
                out.append(Column(f"{key}_{edition}", quantity, "risk_category", kind="risk", title=title, width=70))
            else:
                out.append(Column(f"{key}_{edition}", quantity, title=title))
    return tuple(out)


class EditionsPage(Page):
    """The table."""

    key = "editions"

    def __init__(self, view: PagedView) -> None:
        self.frame: EditionFrame | None = None
        self._component = np.zeros(0, dtype=np.int64)
        self._moved = np.zeros(0, dtype=np.bool_)
        super().__init__(view)

    def build(self) -> None:
        """All or only what moves; the table."""
        px = self.state.sizes.px
        self.choice = Segments(self.state, ("ui.editions.only", "ui.choices.all"), "ui.choices.show")
        self.choice.group.idClicked.connect(lambda _: self._filter())
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(4), px(12), px(4))
        self.model = ColumnModel(self.state, columns(), self)
        self.grid = Grid(self.model, symbols=False)
        self.grid.row_chosen.connect(
            lambda row, _c: self.state.select(Selection(component=int(self._component[row]), column="D_f_total"))
        )
        self.grid.row_opened.connect(lambda _: self.shell.go("rbi"))
        for widget in (self.choice, hairline(), self.told, hairline()):
            self.body.addWidget(widget)
        self.body.addWidget(self.grid, 1)

    def show_study(self) -> None:
        """Another study: assess it under every edition."""
        study, gateway = self.study, self.gateway
        if study is None:
            return
        asked = self.ask()
        self.told.setText(self.state.text("ui.editions.working"))

        def done(frame: EditionFrame) -> None:
            if self.is_last(asked):
                self.frame = frame
                self._take()

        self.jobs.run("ui.job.editions", lambda progress: gateway.editions(study, progress), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    def _take(self) -> None:
        study, f = self.study, self.frame
        if study is None or f is None:
            return
        n = study.components.n
        arrays = {}
        moved = [set[str]() for _ in range(n)]
        for edition in EDITIONS:
            here = np.flatnonzero(f.edition == edition)
            order = here[np.argsort(f.component_row[here], kind="stable")]
            for key, _ in SHOWN:
                arrays[f"{key}_{edition}"] = getattr(f, key)[order]
        for i in np.flatnonzero(f.moved != ""):
            moved[int(f.component_row[i])] |= set(str(f.moved[i]).split())
        self._component = np.arange(n, dtype=np.int64)
        self._moved = np.array([bool(m) for m in moved], dtype=np.bool_)
        s = self.state

        def told(row: int) -> str:
            names = sorted(moved[row])
            return ", ".join(s.title("risk_category") if k == "category" else mechanism_words(s, k) for k in names)

        arrays["component"] = study.plant.components.component
        changed = {
            f"risk_category_{e}": np.where(arrays[f"risk_category_{e}"] != study.components.risk_category, 4, 0)
            for e in EDITIONS
        }
        self.model.set_data(arrays, n, {"moved": told}, marks=Marks(tone=changed))
        self.grid.fit_columns()
        self._filter()
        self.show_selection(self.state.selection)

    def _filter(self) -> None:
        if self.frame is None:
            return
        mask = self.state.scope_mask()
        keep = np.ones(self._moved.size, dtype=np.bool_) if mask is None else mask.copy()
        self._words(int((keep & self._moved).sum()), int(keep.sum()))
        if self.choice.chosen == 0:
            keep &= self._moved
        self.model.set_mask(keep)

    def _words(self, moved: int, total: int) -> None:
        s, study = self.state, self.study
        if study is not None:
            edition = study.settings.code("rbi.edition")
            self.told.setText(s.text("ui.editions.told", moved=moved, total=total, edition=edition))

    def show_scope(self) -> None:
        """Only what the tree says."""
        self._filter()

    def show_selection(self, selection: Selection) -> None:
        """Bring the selected component into sight."""
        if selection.component != self.grid.current_source:
            self.grid.show_source(selection.component)

    def retranslate(self) -> None:
        """Words and units."""
        self._filter()
