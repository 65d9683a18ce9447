"""Settings: every choice that moves a number, what it stands at and why, and how it is changed; matrix and edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from integrity.core.errors import ToolError
from integrity.core.quantities import display_unit, quantities, to_internal
from integrity.i18n.formats import MISSING, format_date
from integrity.ui import actions
from integrity.ui.models.column_model import ColumnModel, Edit
from integrity.ui.models.columns import Column, Marks
from integrity.ui.models.formats import plain_number
from integrity.ui.risk_words import known
from integrity.ui.views.base import View, hairline, label
from integrity.ui.views.pages import Segments, titled
from integrity.ui.widgets.grid import Grid
from integrity.ui.widgets.matrix_editor import MatrixEditor

if TYPE_CHECKING:
    from integrity.services.settings_edit import MatrixInForce, SettingRow

GROUPS = ("all", "changed", "rbi", "rate", "plan", "design", "matrix")
MATRIX = "rbi.matrix_cells"
BOUNDS = (
    ("P_f", "rbi.P_f_bounds", "frequency"),
    ("D_f", "rbi.D_f_bounds", "damage_factor"),
    ("CA", "rbi.CA_bounds", "area"),
)
EDITION = "rbi.edition"
COLUMNS = (
    Column("words", "lazy", title="ui.settings.words", width=330),
    Column("value", "lazy", title="ui.settings.value", editable=True, width=170),
    Column("default", "lazy", title="ui.settings.default", width=140),
    Column("unit", "lazy", title="ui.settings.unit", width=80),
    Column("who", "lazy", title="ui.settings.who", width=150),
    Column("reason", "text", title="ui.facts.reason", width=220),
    Column("source", "text", title="ui.settings.source", width=420),
    Column("key", "text", title="ui.settings.key", width=220),
)
_LETTERS = ("L", "M", "MH", "H")


class SettingsView(View):
    """The screen."""

    key = "settings"
    icon = "settings"

    def build(self) -> None:
        """Groups, table beside the matrix, line in which the chosen one is edited."""
        px = self.state.sizes.px
        self.rows: tuple[SettingRow, ...] = ()
        self.row: SettingRow | None = None
        self.matrix_now: MatrixInForce | None = None
        self._asked = 0
        self.groups = Segments(self.state, tuple(f"ui.settings.group_{g}" for g in GROUPS))
        self.groups.group.idClicked.connect(lambda _: self._filter())
        self.edition_words, self.edition = label("secondary"), QComboBox()
        self.edition.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.edition.activated.connect(lambda _: self._edition_chosen())
        self.groups.layout_row.addWidget(self.edition_words)
        self.groups.layout_row.addWidget(self.edition)
        self.body.addWidget(self.groups)
        self.body.addWidget(hairline())
        self.model = ColumnModel(self.state, COLUMNS, self)
        self.model.edited.connect(self._edited)
        self.grid = Grid(self.model, symbols=False)
        self.grid.row_chosen.connect(lambda row, _c: self.choose(row))
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.grid)
        self.split.addWidget(self._matrix_side())
        self.split.setSizes([px(480), px(340)])
        self.body.addWidget(self.split, 1)
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(4), px(12), px(4))
        self.body.addWidget(hairline())
        self.body.addWidget(self.told)
        self.body.addWidget(self._bar())

    def _matrix_side(self) -> QWidget:
        px = self.state.sizes.px
        self.matrix_title, self.matrix_hint = label("heading"), label("secondary", wrap=True)
        self.matrix = MatrixEditor(self.state)
        self.matrix.changed.connect(lambda: self._pend(MATRIX))
        inner = QWidget()
        inner.setProperty("role", "paper")
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(8), px(6), px(8), px(6))
        column.addWidget(self.matrix_hint)
        column.addWidget(self.matrix, 0, Qt.AlignmentFlag.AlignLeft)
        grid = QGridLayout()
        self.bound_lines: dict[str, tuple[QLineEdit, QWidget]] = {}
        self._bound_words = {}
        for i, (name, key, _q) in enumerate(BOUNDS):
            words, line = label("secondary"), QLineEdit()
            line.textEdited.connect(lambda _t, k=key: self._pend(k))
            grid.addWidget(words, 2 * i, 0)
            grid.addWidget(line, 2 * i + 1, 0)
            self.bound_lines[name] = (line, words)
            self._bound_words[name] = words
        column.addLayout(grid)
        column.addStretch(1)
        self.matrix_side = titled(self.state, self.matrix_title, inner)
        return self.matrix_side

    def _bar(self) -> QWidget:
        px = self.state.sizes.px
        self.bar = QWidget()
        self.bar.setProperty("role", "panel")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(px(12), px(5), px(8), px(5))
        row.setSpacing(px(6))
        self.bar_words = label("", wrap=True)
        self.bar_words.setFixedWidth(px(150))
        self.box, self.line = QComboBox(), QLineEdit()
        self.bar_unit = label("secondary")
        self.reason = QLineEdit()
        self.reason.returnPressed.connect(self.apply)
        self.line.returnPressed.connect(self.reason.setFocus)
        self.apply_button, self.default_button = QPushButton(), QPushButton()
        self.apply_button.setProperty("primary", True)
        self.apply_button.clicked.connect(self.apply)
        self.default_button.clicked.connect(self._to_default)
        for widget, share in (
            (self.bar_words, 0),
            (self.box, 0),
            (self.line, 1),
            (self.bar_unit, 0),
            (self.reason, 2),
            (self.default_button, 0),
            (self.apply_button, 0),
        ):
            row.addWidget(widget, share)
        self.bar.hide()
        return self.bar

    # -- following the window ------------------------------------------------------------------------------

    def show_study(self) -> None:
        """Settings of the plant that is open."""
        study, gateway = self.state.study, self.gateway
        if study is None:
            return
        self._asked += 1
        asked = self._asked

        def done(found: tuple[tuple[SettingRow, ...], MatrixInForce]) -> None:
            if asked == self._asked:
                self.rows, self.matrix_now = found
                self._fill()

        self.jobs.run(
            "ui.job.settings",
            lambda _p: (gateway.settings(), gateway.matrix_in_force(study)),
            done,
            self._failed,
            quiet=True,
        )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    def _fill(self) -> None:
        rows, s = self.rows, self.state
        self.model.set_data(
            {
                "source": np.array([r.spec.source for r in rows], dtype=object),
                "reason": np.array([r.reason for r in rows], dtype=object),
                "key": np.array([r.key for r in rows], dtype=object),
            },
            len(rows),
            {
                "words": lambda i: s.text(f"setting.{rows[i].key}"),
                "value": lambda i: self._shown(rows[i], rows[i].value),
                "default": lambda i: self._shown(rows[i], rows[i].spec.default),
                "unit": lambda i: self._unit(rows[i]),
                "who": lambda i: self._who(rows[i]),
            },
            marks=Marks(
                tone={k: np.array([4 if r.changed else 0 for r in rows], dtype=np.int64) for k in ("words", "value")}
            ),
        )
        self.grid.fit_columns()
        kept = self.row.key if self.row is not None else ""
        self.row = None
        self.bar.hide()
        found = [i for i, r in enumerate(rows) if r.key == kept]
        if found:
            self.choose(found[0])
        self._fill_edition()
        self._fill_matrix()
        self._filter()

    def _fill_edition(self) -> None:
        found = [r for r in self.rows if r.key == EDITION]
        self.edition.clear()
        for row in found:
            for code in row.spec.allowed:
                self.edition.addItem(self.state.text(f"ui.edition.{code}"), code)
            self.edition.setCurrentIndex(row.spec.allowed.index(str(row.value)))

    def _fill_matrix(self) -> None:
        now, s = self.matrix_now, self.state
        if now is None:
            return
        self.matrix.set_cells(now.cells)
        kept = dict(now.bounds)
        for name, _key, quantity in BOUNDS:
            line, _ = self.bound_lines[name]
            line.setText("  ".join(self._bound_text(v, quantity) for v in kept[name]))
            words, unit = s.title({"D_f": "D_f_total"}.get(name, name)), s.unit(quantity)
            self._bound_words[name].setText(s.text("ui.settings.bounds", words=f"{words}, {unit}" if unit else words))
        self.matrix.set_bounds(
            tuple(s.number(v, "frequency") for v in kept["P_f"]), tuple(s.number(v, "area", 0) for v in kept["CA"])
        )

    def _bound_text(self, value: float, quantity: str) -> str:
        unit = display_unit(quantity, self.state.unit_set)
        return f"{(value - unit.offset) / unit.factor:.4g}"

    def _filter(self) -> None:
        name = GROUPS[max(self.groups.chosen, 0)]
        self.matrix_side.setVisible(name == "matrix")
        if name == "all":
            self.model.set_mask(None)
        else:
            pairs = {MATRIX, *(k for _, k, _ in BOUNDS), "rbi.FC_bounds", "rbi.iso_risk_bounds", "rbi.category_by"}
            pairs |= {"rbi.category_from", "rbi.risk_target_m2_y"}
            keep = [
                r.changed if name == "changed" else r.key in pairs if name == "matrix" else r.group == name
                for r in self.rows
            ]
            self.model.set_mask(np.array(keep, dtype=np.bool_))
        count = sum(r.changed for r in self.rows)
        self.told.setText(self.state.text("ui.settings.told", count=count, total=len(self.rows)))
        self.shell.refresh_title()

    # -- values in words -----------------------------------------------------------------------------------

    def _is_number(self, row: SettingRow) -> bool:
        return isinstance(row.spec.default, int | float) and not isinstance(row.spec.default, bool)

    def _quantity(self, row: SettingRow) -> str:
        return row.spec.quantity if row.spec.quantity in quantities() else "number"

    def _unit(self, row: SettingRow) -> str:
        return self.state.unit(self._quantity(row)) if self._is_number(row) else ""

    def _shown(self, row: SettingRow, value: float | str | bool) -> str:
        s = self.state
        if isinstance(value, bool):
            return s.text("ui.yes" if value else "ui.no")
        if isinstance(value, str):
            return self._code(row, value) if value else s.text("ui.settings.by_table") if row.spec.form else MISSING
        unit = display_unit(self._quantity(row), s.unit_set)
        return f"{(float(value) - unit.offset) / unit.factor:.6g}".replace("-", "−")

    def _code(self, row: SettingRow, code: str) -> str:
        words = dict(row.words)
        for key in (words.get(code, ""), f"ui.choice.{code}"):
            if key and known(self.state, key):
                return self.state.text(key)
        return code

    def _who(self, row: SettingRow) -> str:
        return f"{row.set_by} {format_date(row.set_d) if row.set_d is not None else ''}".strip()

    # -- editing -------------------------------------------------------------------------------------------

    def choose(self, place: int) -> None:
        """Offer a setting for editing."""
        if not 0 <= place < len(self.rows) or self.row is self.rows[place]:
            return
        row = self.row = self.rows[place]
        listed = row.spec.allowed or (("yes", "no") if isinstance(row.spec.default, bool) else ())
        self.box.setVisible(bool(listed))
        self.line.setVisible(not listed)
        self.box.clear()
        for code in listed:
            self.box.addItem(self.state.text(f"ui.{code}") if code in ("yes", "no") else self._code(row, code), code)
        self._put(row.value)
        self.reason.clear()
        self._bar_texts()
        self.bar.show()

    def _put(self, value: float | str | bool) -> None:
        row = self.row
        if row is None:
            return
        if self.box.count():
            code = ("yes" if value else "no") if isinstance(value, bool) else str(value)
            self.box.setCurrentIndex(max(self.box.findData(code), 0))
        else:
            self.line.setText(value if isinstance(value, str) else plain_number(self._shown(row, value)))

    def _to_default(self) -> None:
        if self.row is not None:
            self._put(self.row.spec.default)
            self.reason.setFocus()

    def _edited(self, edits: list[Edit]) -> None:
        """A cell was typed into: the text goes to the line below, which asks for the reason."""
        self.choose(edits[0].row)
        text = edits[0].text
        if self.box.count():
            found = max(self.box.findText(text), self.box.findData(text))
            self.box.setCurrentIndex(found if found >= 0 else self.box.currentIndex())
        else:
            self.line.setText(text)
        self.reason.setFocus()

    def _edition_chosen(self) -> None:
        place = next((i for i, r in enumerate(self.rows) if r.key == EDITION), -1)
        code = str(self.edition.currentData())
        self.choose(place)
        self._put(code)
        self.reason.setFocus()

    def _pend(self, key: str) -> None:
        """The matrix or a bound was changed: it goes to the line below."""
        place = next((i for i, r in enumerate(self.rows) if r.key == key), -1)
        self.choose(place)
        if key == MATRIX:
            cells = self.matrix.cells
            self.line.setText(" / ".join(" ".join(_LETTERS[c] for c in row) for row in reversed(cells)))
            return
        name, _, quantity = next(b for b in BOUNDS if b[1] == key)
        self.line.setText(self._internal(self.bound_lines[name][0].text(), quantity))

    def _internal(self, text: str, quantity: str) -> str:
        unit = display_unit(quantity, self.state.unit_set).name
        out = []
        for word in text.split():
            try:
                out.append(f"{float(to_internal(float(word), quantity, unit)[0]):.6g}")
            except ValueError:
                out.append(word)
        return " ".join(out)

    def value(self) -> float | str | bool | None:
        """What is given, in the internal unit; None where it is no number."""
        row = self.row
        if row is None:
            return None
        if self.box.count():
            code = str(self.box.currentData())
            return code == "yes" if isinstance(row.spec.default, bool) else code
        text = self.line.text().strip()
        if not self._is_number(row):
            return text
        try:
            number = float(text.replace("−", "-").replace(" ", ""))
        except ValueError:
            return None
        quantity = self._quantity(row)
        return float(to_internal(number, quantity, display_unit(quantity, self.state.unit_set).name)[0])

    def apply(self) -> None:
        """Record the value with its reason; the plant is then run again."""
        row, value, reason, s = self.row, self.value(), self.reason.text().strip(), self.state
        if row is None:
            return
        if value is None or not reason:
            self.told.setText(s.text("ui.settings.needed" if value is not None else "ui.settings.no_number"))
            (self.reason if value is not None else self.line).setFocus()
            return
        key, gateway = row.key, self.gateway
        actions.change(self.shell, "ui.job.set_setting", lambda: gateway.set_setting(key, value, reason))

    # -- words ---------------------------------------------------------------------------------------------

    def _bar_texts(self) -> None:
        s = self.state
        self.reason.setPlaceholderText(s.text("ui.edit.reason"))
        self.apply_button.setText(s.text("ui.settings.apply"))
        self.default_button.setText(s.text("ui.settings.to_default"))
        if self.row is not None:
            self.bar_words.setText(s.text(f"setting.{self.row.key}"))
            self.bar_unit.setText(self._unit(self.row))

    def retranslate(self) -> None:
        """Words and units."""
        s = self.state
        self.edition_words.setText(s.text("ui.settings.edition"))
        self.matrix_title.setText(s.text("ui.settings.matrix"))
        self.matrix_hint.setText(s.text("ui.settings.matrix_hint"))
        self._bar_texts()
        if self.rows:
            self._fill()

    def subtitle(self) -> str:
        """Rows shown of all."""
        if self.state.study is None:
            return ""
        return self.state.text("ui.rows", shown=self.model.rowCount(), total=self.model.total)
