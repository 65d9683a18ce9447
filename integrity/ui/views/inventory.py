"""Inventory: every component with all its columns, grouped, filtered by the tree."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.component_table import (
    DEFAULT,
    GROUPS,
    component_arrays,
    component_columns,
    component_marks,
    component_words,
    pick,
)
from integrity.ui.state import Selection
from integrity.ui.views.base import View, label
from integrity.ui.widgets.grid import Grid

_KEPT = "table.inventory.columns"


class ColumnChooser(QFrame):
    """Columns to tick, by group, over the table.

    Parameters
    ----------
    view : Inventory
    """

    def __init__(self, view: Inventory) -> None:
        super().__init__(view, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = view.state.sizes.px
        inner = QWidget()
        inner.setProperty("role", "paper")
        row = QHBoxLayout(inner)
        row.setSpacing(px(20))
        self.boxes: dict[str, QCheckBox] = {}
        for side in (GROUPS[:1], GROUPS[1:4], GROUPS[4:]):
            column = QVBoxLayout()
            column.setSpacing(px(3))
            for group in side:
                head = label("heading")
                head.setText(view.state.text(f"ui.group.{group}"))
                column.addWidget(head)
                for c in component_columns():
                    if c.group == group:
                        column.addWidget(self._box(view, c.key, c.title_key))
                column.addSpacing(px(6))
            column.addStretch(1)
            row.addLayout(column)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(area)
        self.resize(px(760), px(600))

    def _box(self, view: Inventory, key: str, title: str) -> QCheckBox:
        box = QCheckBox(view.state.text(title))
        box.setChecked(key in view.shown)
        box.setEnabled(key != "component")
        box.toggled.connect(lambda on, k=key: view.toggle_column(k, on))
        self.boxes[key] = box
        return box


class Inventory(View):
    """Grid of components."""

    key = "inventory"
    icon = "inventory"

    def build(self) -> None:
        """One grid under one line of column groups."""
        kept = [k for k in self.state.preferences.list(_KEPT) if pick((k,))]
        self.shown: tuple[str, ...] = tuple(kept) or DEFAULT
        self.model = ColumnModel(self.state, pick(self.shown), self)
        self.grid = Grid(self.model)
        self.grid.row_chosen.connect(self._chosen)
        self.grid.row_opened.connect(lambda row: self.shell.open_cml(Selection(component=row)))
        self.model.rows_changed.connect(self.shell.refresh_title)
        self.body.addLayout(self._group_line())
        self.body.addWidget(self.grid, 1)
        self.choose = self.button("ui.inventory.columns", icon="columns")
        self.choose.clicked.connect(self._open_chooser)
        self.tools = [self.choose]

    def _group_line(self) -> QHBoxLayout:
        px = self.state.sizes.px
        row = QHBoxLayout()
        row.setContentsMargins(px(12), px(4), px(8), px(4))
        row.setSpacing(px(2))
        self._segments: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for name in ("overview", *GROUPS[:-1]):
            button = QPushButton()
            button.setProperty("segment", True)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, n=name: self.show_group(n))
            group.addButton(button)
            row.addWidget(button)
            self._segments[name] = button
        group.setExclusive(False)
        row.addStretch(1)
        self._mark_segment()
        return row

    def keys_of(self, group: str) -> tuple[str, ...]:
        """Columns of a group, the identifier first."""
        if group == "overview":
            return DEFAULT
        keys = tuple(c.key for c in component_columns() if c.group == group and c.key != "component")
        return ("component", *keys)

    def show_group(self, group: str) -> None:
        """Show the columns of a group."""
        self.set_shown(self.keys_of(group))

    def toggle_column(self, key: str, on: bool) -> None:
        """Show or hide one column, in its place."""
        wanted = set(self.shown) | {key} if on else set(self.shown) - {key}
        order = [c.key for c in component_columns()]
        now = [k for k in self.shown if k in wanted]
        if on and key not in now:
            place = next((i for i, k in enumerate(now) if order.index(k) > order.index(key)), len(now))
            now.insert(place, key)
        self.set_shown(tuple(now))

    def set_shown(self, keys: tuple[str, ...]) -> None:
        """Show these columns and keep the choice."""
        self.shown = keys
        self.state.preferences.put(_KEPT, list(keys))
        self.grid.set_columns(pick(keys))
        self._mark_segment()

    def _mark_segment(self) -> None:
        for name, button in self._segments.items():
            button.setChecked(self.shown == self.keys_of(name))

    def _open_chooser(self) -> None:
        chooser = ColumnChooser(self)
        corner = self.choose.mapToGlobal(QPoint(self.choose.width() - chooser.width(), self.choose.height() + 2))
        chooser.move(corner)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.show()

    def reset_layout(self) -> None:
        """Columns as at the first start."""
        self.set_shown(DEFAULT)

    def show_study(self) -> None:
        """All components."""
        study = self.state.study
        if study is None:
            return
        self.model.set_data(
            component_arrays(study),
            study.components.n,
            lazy=component_words(study, self.state),
            marks=component_marks(study, self.state.stale),
        )
        self.show_scope()
        self.grid.fit_columns()

    def show_scope(self) -> None:
        """Only what the tree says."""
        self.model.set_mask(self.state.scope_mask())

    def show_stale(self) -> None:
        """Grey what has changed."""
        if self.state.study is not None:
            self.model.set_marks(component_marks(self.state.study, self.state.stale))

    def show_selection(self, selection: Selection) -> None:
        """Bring the selected component into sight."""
        if selection.component != self.grid.current_source:
            self.grid.show_source(selection.component, selection.column)

    def _chosen(self, row: int, column: str) -> None:
        self.state.select(Selection(component=row, column=column))

    def retranslate(self) -> None:
        """Words of the group line."""
        for name, button in self._segments.items():
            button.setText(self.state.text(f"ui.group.{name}"))

    def subtitle(self) -> str:
        """Rows shown of all."""
        if self.state.study is None:
            return ""
        return self.state.text("ui.rows", shown=self.model.rowCount(), total=self.model.total)
