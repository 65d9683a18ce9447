"""Import: files, what they hold, what would happen row by row, and the commit; one screen, four steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from integrity.core.message import msg
from integrity.core.progress import Progress
from integrity.services.types import Changes
from integrity.ui.gateway import ColumnGuess, Finding, ImportPreview, TableGuess
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column, Marks
from integrity.ui.views.base import EmptyPanel, View, hairline, label
from integrity.ui.widgets.grid import Grid

STEPS = ("files", "columns", "check", "done")
FINDING_COLUMNS = (
    Column("place", "text", title="ui.import.place", width=220),
    Column("row", "id", title="ui.import.row"),
    Column("column", "text", title="ui.import.column", width=150),
    Column("quality", "lazy", title="ui.import.quality", width=90),
    Column("what", "lazy", title="ui.import.what", width=360),
    Column("remedy", "lazy", title="ui.import.remedy", width=360),
)
TALLY = ("accepted", "flagged", "rejected", "new", "changed", "unchanged", "differs")
DATE_RULES = ("", "dmy", "mdy", "ymd")
HEADINGS = ("heading", "field", "unit", "samples", "evidence")
HIGH, FAIR = 0.9, 0.6


class ImportWizard(View):
    """The import."""

    key = "import"
    icon = "import"
    needs_study = False

    def build(self) -> None:
        """One page a step; the line above says where one is."""
        px = self.state.sizes.px
        self.tables: list[TableGuess] = []
        self.found: ImportPreview | None = None
        self.setAcceptDrops(True)
        row = QHBoxLayout()
        row.setContentsMargins(px(16), px(5), px(12), px(5))
        row.setSpacing(px(18))
        self.steps = {name: QLabel() for name in STEPS}
        for step in self.steps.values():
            row.addWidget(step)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(hairline())
        self.pages = QStackedWidget()
        for make in (self._files_page, self._columns_page, self._check_page, self._done_page):
            self.pages.addWidget(make())
        self.body.addWidget(self.pages, 1)
        self.back, self.forward = QPushButton(), QPushButton()
        self.forward.setProperty("primary", True)
        self.back.clicked.connect(self._go_back)
        self.forward.clicked.connect(self._go_on)
        self.tools = [self.back, self.forward]
        self._at("files")

    # -- pages ---------------------------------------------------------------------------------------------

    def _files_page(self) -> QWidget:
        self.drop = EmptyPanel(self.state, "ui.import.drop", "import")
        self.drop.add_action("ui.import.choose", self.choose_files)
        return self.drop

    def _columns_page(self) -> QWidget:
        px = self.state.sizes.px
        self.table_list = QListWidget()
        self.table_list.setSpacing(px(3))
        self.table_list.currentRowChanged.connect(lambda _: self._show_table())
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(px(12), px(8), px(8), 0)
        line = QHBoxLayout()
        self.kind_words, self.kind_box = label("secondary"), QComboBox()
        self.kind_box.activated.connect(self._kind_chosen)
        self.date_words, self.date_box = label("secondary"), QComboBox()
        self.date_box.activated.connect(self._dates_chosen)
        self.evidence, self.choices = label("secondary", wrap=True), label("danger", wrap=True)
        for widget in (self.kind_words, self.kind_box, self.date_words, self.date_box):
            line.addWidget(widget)
        line.addStretch(1)
        right.addLayout(line)
        right.addWidget(self.evidence)
        right.addWidget(self.choices)
        self.columns_table = QTableWidget(0, len(HEADINGS))
        self.columns_table.verticalHeader().hide()
        self.columns_table.verticalHeader().setDefaultSectionSize(px(28))
        self.columns_table.setShowGrid(False)
        self.columns_table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.columns_table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.columns_table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.columns_table.horizontalHeader().setStretchLastSection(True)
        self.columns_table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.columns_table, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.addWidget(self.table_list)
        split.addWidget(side)
        split.setSizes([px(200), px(640)])
        return split

    def _check_page(self) -> QWidget:
        px = self.state.sizes.px
        out = QWidget()
        layout = QVBoxLayout(out)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        self.tally: dict[str, tuple[QLabel, QLabel]] = {}
        for name in TALLY:
            box = QVBoxLayout()
            box.setContentsMargins(px(16), px(8), px(12), px(8))
            box.setSpacing(0)
            number, words = label("figure"), label("secondary")
            box.addWidget(number)
            box.addWidget(words)
            row.addLayout(box, 1)
            row.addWidget(hairline(vertical=True))
            self.tally[name] = (number, words)
        layout.addLayout(row)
        layout.addWidget(hairline())
        self.finding_model = ColumnModel(self.state, FINDING_COLUMNS, self)
        self.findings = Grid(self.finding_model, symbols=False, stretch="remedy")
        self.no_findings = EmptyPanel(self.state, "ui.import.clean", "check")
        layout.addWidget(self.findings, 1)
        layout.addWidget(self.no_findings, 1)
        return out

    def _done_page(self) -> QWidget:
        self.finished = EmptyPanel(self.state, "ui.import.finished", "check")
        self.finished.add_action("ui.import.again", lambda: self._at("files"))
        self.finished.add_action("cmd.go_home", lambda: self.shell.go("home"))
        return self.finished

    # -- steps ---------------------------------------------------------------------------------------------

    @property
    def step(self) -> str:
        """The step one is at."""
        return STEPS[self.pages.currentIndex()]

    def _at(self, step: str) -> None:
        self.pages.setCurrentIndex(STEPS.index(step))
        if step == "files":
            self.tables, self.found = [], None
        self._words()

    def _go_back(self) -> None:
        self._at(STEPS[max(self.pages.currentIndex() - 1, 0)])

    def _go_on(self) -> None:
        if self.step == "files":
            self.choose_files()
        elif self.step == "columns":
            self.check()
        elif self.step == "check":
            self.commit()

    def choose_files(self) -> None:
        """Ask for files."""
        if self.gateway.plant is None:
            self.shell.show_notice(msg("ui.notice.open_first"))
            return
        s = self.state
        paths, _ = QFileDialog.getOpenFileNames(self, s.text("ui.import.choose"), "", s.text("ui.dialog.import_files"))
        if paths:
            self.take_files(paths)

    def take_files(self, paths: Sequence[str]) -> None:
        """Read files and show what they hold."""
        files = [Path(p) for p in paths]
        self.jobs.run("ui.job.read", lambda progress: self.gateway.read_tables(files, progress), self._read)

    def _read(self, tables: Sequence[TableGuess]) -> None:
        self.tables = list(tables)
        if not self.tables:
            self.shell.show_notice(msg("ui.import.no_tables"))
            return
        self._at("columns")
        self._fill_tables()

    def _fill_tables(self) -> None:
        self.table_list.clear()
        for t in self.tables:
            name = f"{t.file} · {t.sheet}" if t.sheet else t.file
            words = self._kind_words(t.kind)
            item = QListWidgetItem(f"{name}\n{self.state.text('ui.import.table', kind=words, rows=t.n_rows)}")
            item.setToolTip(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if t.kind else Qt.CheckState.Unchecked)
            self.table_list.addItem(item)
        self.table_list.setCurrentRow(0)

    def _kind_words(self, kind: str) -> str:
        return self.state.text(f"ui.record.{kind}") if kind else self.state.text("ui.import.unknown_kind")

    def _show_table(self) -> None:
        row = self.table_list.currentRow()
        if not 0 <= row < len(self.tables):
            return
        table = self.tables[row]
        s = self.state
        self.kind_box.clear()
        self.kind_box.addItem(s.text("ui.import.leave_out"), "")
        for kind in self.gateway.import_kinds():
            self.kind_box.addItem(self._kind_words(kind.key), kind.key)
        self.kind_box.setCurrentIndex(max(self.kind_box.findData(table.kind), 0))
        parts = [s.text("ui.import.heading_row", row=table.heading_row)]
        if table.date_rule:
            why = s.say(table.date_evidence) if table.date_evidence is not None else ""
            parts.append(s.text("ui.import.date_rule", rule=s.text(f"ui.dates.{table.date_rule}"), why=why))
        elif table.date_evidence is not None:
            parts.append(s.say(table.date_evidence))
        if table.unit_evidence is not None:
            parts.append(s.say(table.unit_evidence))
        self.evidence.setText(" ".join(parts))
        self.choices.setText(" ".join(s.say(c) for c in table.choices))
        self.choices.setVisible(bool(table.choices))
        self.date_box.clear()
        for rule in DATE_RULES:
            self.date_box.addItem(s.text(f"ui.dates.{rule or 'as_found'}"), rule)
        self.date_box.setCurrentIndex(max(self.date_box.findData(table.date_rule), 0))
        self._fill_columns(table)

    def _fill_columns(self, table: TableGuess) -> None:
        fields = next((k.fields for k in self.gateway.import_kinds() if k.key == table.kind), {})
        self.columns_table.setHorizontalHeaderLabels([self.state.text(f"ui.import.{h}") for h in HEADINGS])
        self.columns_table.setRowCount(len(table.columns))
        for i, column in enumerate(table.columns):
            self._put(i, 0, column.heading)
            if column.position:
                self._fixed_row(i, column)
                continue
            self.columns_table.setCellWidget(i, 1, self._field_box(i, column, tuple(fields)))
            self.columns_table.setCellWidget(i, 2, self._unit_box(i, column, fields.get(column.field, ())))
            self._put(i, 3, ", ".join(column.samples[:3]))
            self._put(i, 4, self._evidence_words(column))
        for i, width in enumerate((132, 144, 66, 124)):
            self.columns_table.setColumnWidth(i, self.state.sizes.px(width))

    def _fixed_row(self, i: int, column: ColumnGuess) -> None:
        words = self.state.text("ui.import.position", position=column.position)
        self.columns_table.setCellWidget(i, 1, QLabel(words))
        self.columns_table.setCellWidget(i, 2, QLabel(""))
        self._put(i, 3, ", ".join(column.samples[:3]))
        self._put(i, 4, self.state.say(column.evidence))

    def _put(self, row: int, column: int, words: str) -> None:
        item = QTableWidgetItem(words)
        item.setToolTip(words)
        self.columns_table.setItem(row, column, item)

    def _evidence_words(self, column: ColumnGuess) -> str:
        if not column.field:
            return self.state.text("ui.import.not_used")
        level = "sure" if column.confidence >= HIGH else "fair" if column.confidence >= FAIR else "unsure"
        return f"{self.state.text(f'ui.import.{level}')}: {self.state.say(column.evidence)}"

    def _field_box(self, i: int, column: ColumnGuess, fields: Sequence[str]) -> QComboBox:
        box = QComboBox()
        box.addItem(self.state.text("ui.import.leave_out"), "")
        for name in fields:
            box.addItem(self._field_words(name), name)
        box.setCurrentIndex(max(box.findData(column.field), 0))
        box.activated.connect(lambda _: self._change(i, field=str(box.currentData())))
        return box

    def _field_words(self, name: str) -> str:
        for key in (f"field.{name}", f"sym.{name}"):
            words = self.state.text(key)
            if not words.startswith("⟨"):
                return words
        return name

    def _unit_box(self, i: int, column: ColumnGuess, units: Sequence[str]) -> QWidget:
        if not units:
            return QLabel("")
        box = QComboBox()
        box.addItem(self.state.text("ui.import.no_unit"), "")
        for unit in units:
            box.addItem(self.state.text(f"unit.{unit}"), unit)
        box.setCurrentIndex(max(box.findData(column.unit), 0))
        box.activated.connect(lambda _: self._change(i, unit=str(box.currentData())))
        return box

    def _change(self, i: int, **values: Any) -> None:
        row = self.table_list.currentRow()
        table = self.tables[row]
        columns = list(table.columns)
        columns[i] = replace(columns[i], confidence=1.0, evidence=msg("ui.import.by_hand"), **values)
        self.tables[row] = replace(table, columns=tuple(columns))
        self._fill_columns(self.tables[row])

    def _kind_chosen(self, _index: int) -> None:
        row = self.table_list.currentRow()
        self.tables[row] = replace(self.tables[row], kind=str(self.kind_box.currentData()))
        item = self.table_list.item(row)
        item.setCheckState(Qt.CheckState.Checked if self.tables[row].kind else Qt.CheckState.Unchecked)
        self._fill_columns(self.tables[row])

    def _dates_chosen(self, _index: int) -> None:
        row = self.table_list.currentRow()
        self.tables[row] = replace(self.tables[row], date_rule=str(self.date_box.currentData()), choices=())
        self._show_table()

    def chosen_tables(self) -> list[TableGuess]:
        """Tables ticked that have a kind."""
        rows = range(min(self.table_list.count(), len(self.tables)))
        ticked = [self.tables[i] for i in rows if self.table_list.item(i).checkState() == Qt.CheckState.Checked]
        return [t for t in ticked if t.kind]

    def check(self) -> None:
        """Ask what importing the chosen tables would do."""
        tables = self.chosen_tables()
        if not tables:
            self.shell.show_notice(msg("ui.import.none_chosen"))
            return
        self.jobs.run("ui.job.check", lambda p: self.gateway.preview(tables, p), self._checked, writer=True)

    def _checked(self, found: ImportPreview) -> None:
        self.found = found
        for name in TALLY:
            self.tally[name][0].setText(str(getattr(found, name)))
        self._show_findings(found.findings)
        self._at("check")

    def _show_findings(self, findings: Sequence[Finding]) -> None:
        s = self.state
        arrays = {
            "place": np.array([f"{f.file} · {f.sheet}" if f.sheet else f.file for f in findings], dtype=object),
            "row": np.array([f.row for f in findings], dtype=np.int64),
            "column": np.array([f.column for f in findings], dtype=object),
        }
        rejected = np.array([f.quality == "rejected" for f in findings], dtype=np.bool_)
        lazy = {
            "quality": lambda i: s.text(f"ui.import.{findings[i].quality}"),
            "what": lambda i: s.say(findings[i].message),
            "remedy": lambda i: s.say(findings[i].remedy),
        }
        marks = Marks(tone={"quality": np.where(rejected, 2, 0).astype(np.int64)})
        self.finding_model.set_data(arrays, len(findings), lazy, marks=marks)
        self.findings.fit_columns()
        self.findings.setVisible(bool(findings))
        self.no_findings.setVisible(not findings)

    def commit(self) -> None:
        """Write what was checked, in one transaction."""
        found = self.found
        if found is None:
            return

        def work(progress: Progress) -> Changes:
            return self.gateway.commit(found, progress)

        self.jobs.run("ui.job.commit", work, self._committed, writer=True)

    def _committed(self, changes: Changes) -> None:
        found = self.found
        if found is not None:
            self.finished.set_key("ui.import.finished", new=str(found.new), changed=str(found.changed))
        self._at("done")
        self.shell.changed(changes)

    # -- words ---------------------------------------------------------------------------------------------

    def _words(self) -> None:
        s = self.state
        for i, (name, step) in enumerate(self.steps.items()):
            now = i == self.pages.currentIndex()
            step.setText(s.text("ui.import.step", number=i + 1, words=s.text(f"ui.import.step.{name}")))
            step.setProperty("role", "heading" if now else "secondary")
            step.style().unpolish(step)
            step.style().polish(step)
        for name, (_, words) in self.tally.items():
            words.setText(s.text(f"ui.import.{name}"))
        self.kind_words.setText(s.text("ui.import.kind"))
        self.date_words.setText(s.text("ui.import.dates"))
        self.back.setText(s.text("ui.import.back"))
        self.back.setEnabled(self.step in ("columns", "check"))
        self.forward.setText(s.text(f"ui.import.go.{self.step}"))
        self.forward.setEnabled(self.step != "done")

    def retranslate(self) -> None:
        """Words of the step."""
        self._words()
        if self.step == "columns":
            self._fill_tables()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped."""
        if event.mimeData().hasUrls() and self.gateway.plant is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped files are read."""
        self.take_files([u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()])
