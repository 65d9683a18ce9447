"""The left rail: the screens and the plant tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from integrity.core.arrays import IntArray
from integrity.core.codes import codes
from integrity.services.types import Study
from integrity.ui import icons
from integrity.ui.commands import SCREEN_KEYS, SCREENS
from integrity.ui.state import Scope, Selection, State
from integrity.ui.theme import LETTER_OF_CATEGORY, RISK, RISK_INK, RISK_OF_CATEGORY, font
from integrity.ui.views.base import hairline

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
TREES = {"items": ("unit", "equipment"), "circuits": ("unit", "circuit")}


class NavButton(QAbstractButton):
    """One screen in the rail.

    Parameters
    ----------
    state : State
    screen : str
    number : str
        Digit or sign of its shortcut.
    """

    def __init__(self, state: State, screen: str, number: str) -> None:
        super().__init__()
        self._state, self._name, self._number = state, screen, number
        self.setCheckable(True)
        self.setFixedHeight(state.sizes.px(30))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._hover = False
        state.language_changed.connect(self._words)
        state.theme_changed.connect(self.update)
        self._words()

    def _words(self) -> None:
        words = self._state.text(f"ui.screen.{self._name}")
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(self._state.text("ui.rail.tip", words=words, number=self._number))

    def enterEvent(self, event: Any) -> None:
        """Hover."""
        self._hover = True
        self.update()

    def leaveEvent(self, event: Any) -> None:
        """No hover."""
        self._hover = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon, word and digit."""
        t, px = self._state.theme, self._state.sizes.px
        painter = QPainter(self)
        box = self.rect()
        if self.isChecked():
            painter.fillRect(box, QColor(t.selected))
            painter.fillRect(QRect(0, 0, px(3), box.height()), QColor(t.accent))
        elif self._hover:
            painter.fillRect(box, QColor(t.current))
        ink = t.accent if self.isChecked() and not t.dark else t.text
        size = px(18)
        icons.draw(painter, self._name, QRectF(px(14), (box.height() - size) / 2, size, size), ink)
        painter.setPen(QColor(t.text))
        painter.setFont(font(self._state.sizes, 13, bold=self.isChecked()))
        words = box.adjusted(px(42), 0, -px(24), 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        painter.setPen(QColor(t.secondary))
        painter.setFont(font(self._state.sizes, 11))
        digit = box.adjusted(0, 0, -px(10), 0)
        painter.drawText(digit, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._number)
        if self.hasFocus() and not self.isChecked():
            painter.setPen(QColor(t.accent))
            painter.drawRect(box.adjusted(px(3), 1, -px(4), -2))
        painter.end()


@dataclass(eq=False)
class Node:
    """A place in the tree; children are made when it is opened."""

    level: str
    name: str
    rows: IntArray
    parent: Node | None = None
    place: int = 0
    children: list[Node] | None = field(default=None, repr=False)


class TreeModel(QAbstractItemModel):
    """Unit, item or circuit, component: over the component frame.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._levels: tuple[str, ...] = TREES["items"]
        self._root = Node("", "", np.zeros(0, dtype=np.int64), children=[])
        self._find = ""

    def show(self, study: Study | None, tree: str, find: str = "") -> None:
        """Show a study by items or circuits, only what contains a text."""
        self.beginResetModel()
        self._levels = TREES[tree]
        rows = np.zeros(0, dtype=np.int64)
        if study is not None:
            rows = np.arange(study.components.n, dtype=np.int64)
            if find:
                c, word = study.plant.components, find.lower()
                names = zip(c.component, c.circuit, c.name_en, c.name_zh, strict=True)
                rows = rows[np.array([any(word in str(x).lower() for x in n) for n in names], dtype=np.bool_)]
        self._root = Node("", "", rows)
        self.endResetModel()

    def _children(self, node: Node) -> list[Node]:
        if node.children is None:
            node.children = self._make(node)
        return node.children

    def _make(self, node: Node) -> list[Node]:
        study = self._state.study
        if study is None or node.level == "component":
            return []
        c = study.plant.components
        depth = 0 if not node.level else self._levels.index(node.level) + 1
        if depth == len(self._levels):
            return [Node("component", str(c.component[r]), np.array([r]), node, i) for i, r in enumerate(node.rows)]
        level = self._levels[depth]
        values = getattr(c, {"equipment": "tag"}.get(level, level))[node.rows].astype(str)
        names, inverse = np.unique(values, return_inverse=True)
        order = np.argsort(inverse, kind="stable")
        cuts = np.searchsorted(inverse[order], np.arange(names.size + 1))
        return [Node(level, str(names[i]), node.rows[order[cuts[i] : cuts[i + 1]]], node, i) for i in range(names.size)]

    def node(self, index: Index) -> Node:
        """Node of an index."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else self._root

    def index(self, row: int, column: int, parent: Index = _ROOT) -> QModelIndex:
        """Index of a child."""
        children = self._children(self.node(parent))
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index = _ROOT) -> Any:
        """Index of the owner."""
        owner = self.node(index).parent
        return QModelIndex() if owner is None or owner is self._root else self.createIndex(owner.place, 0, owner)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Children of a node."""
        return len(self._children(self.node(parent)))

    def hasChildren(self, parent: Index = _ROOT) -> bool:
        """Known without making them."""
        node = self.node(parent)
        return node.level != "component" and node.rows.size > 0

    def columnCount(self, parent: Index = _ROOT) -> int:
        """One."""
        return 1

    def data(self, index: Index, role: int = 0) -> Any:
        """Names."""
        if role == int(Qt.ItemDataRole.DisplayRole):
            return self.words(self.node(index))
        return None

    def words(self, node: Node) -> str:
        """Name of a node, or that it has none."""
        return node.name or (self._state.text("ui.scope.none") if node.level else "")

    def worst(self, node: Node) -> int:
        """Highest risk category below a node, -1 where none is known."""
        study = self._state.study
        return int(study.components.risk_category[node.rows].max()) if study is not None and node.rows.size else -1

    def find_component(self, row: int) -> QModelIndex:
        """Index of a component."""
        node, index = self._root, QModelIndex()
        for _ in range(len(self._levels) + 1):
            for child in self._children(node):
                if np.isin(row, child.rows):
                    index = self.createIndex(child.place, 0, child)
                    node = child
                    break
            else:
                return QModelIndex()
        return index


class TreeDelegate(QStyledItemDelegate):
    """Name, count, and the letter of the highest risk below where it is high.

    Parameters
    ----------
    state : State
    model : TreeModel
    """

    def __init__(self, state: State, model: TreeModel, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._model = state, model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A little denser than tables."""
        return QSize(0, self._state.sizes.px(22))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line."""
        t, px = self._state.theme, self._state.sizes.px
        node = self._model.node(index)
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(t.selected))
        right = rect.right() - px(6)
        worst = self._model.worst(node)
        if worst >= 2:
            right = self._chip(painter, rect, right, codes("risk_category")[worst])
        painter.setFont(font(self._state.sizes, 11))
        painter.setPen(QColor(t.secondary))
        if node.level != "component":
            count = str(node.rows.size)
            width = QFontMetrics(painter.font()).horizontalAdvance(count) + px(4)
            box = QRect(right - width, rect.top(), width, rect.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), count)
            right -= width + px(4)
        painter.setFont(font(self._state.sizes, 12, bold=node.level == "unit"))
        painter.setPen(QColor(t.text))
        box = QRect(rect.left() + px(2), rect.top(), right - rect.left() - px(2), rect.height())
        name = QFontMetrics(painter.font()).elidedText(
            self._model.words(node), Qt.TextElideMode.ElideMiddle, box.width()
        )
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), name)

    def _chip(self, painter: QPainter, rect: QRect, right: int, category: str) -> int:
        px = self._state.sizes.px
        colour = RISK_OF_CATEGORY[category]
        box = QRect(right - px(20), rect.top() + px(4), px(20), rect.height() - px(8))
        painter.fillRect(box, QColor(RISK[colour]))
        painter.setFont(font(self._state.sizes, 9, bold=True))
        painter.setPen(QColor(RISK_INK[colour]))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), LETTER_OF_CATEGORY[category])
        return box.left() - px(4)


class Rail(QWidget):
    """Screens and tree.

    Parameters
    ----------
    state : State
    """

    chosen = Signal(str)

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._tree_name = state.preferences.get("rail.tree", "items")
        self.setProperty("role", "rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(state.sizes.px(176))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, state.sizes.px(4), 1, 0)
        layout.setSpacing(0)
        self.buttons: dict[str, NavButton] = {}
        group = QButtonGroup(self)
        for screen in SCREENS:
            button = NavButton(state, screen, SCREEN_KEYS[screen])
            button.clicked.connect(lambda _=False, s=screen: self.chosen.emit(s))
            group.addButton(button)
            layout.addWidget(button)
            self.buttons[screen] = button
        layout.addSpacing(state.sizes.px(4))
        layout.addWidget(hairline())
        layout.addLayout(self._switch())
        self._make_tree(layout)
        state.study_changed.connect(self._fill)
        state.selection_changed.connect(self._follow)
        state.scope_changed.connect(self._scope)
        state.theme_changed.connect(self.tree.viewport().update)

    def _switch(self) -> QHBoxLayout:
        px = self._state.sizes.px
        row = QHBoxLayout()
        row.setContentsMargins(px(8), px(4), px(8), px(2))
        row.setSpacing(px(2))
        group = QButtonGroup(self)
        for name in TREES:
            button = QPushButton()
            button.setProperty("segment", True)
            button.setCheckable(True)
            button.setChecked(name == self._tree_name)
            self._state.language_changed.connect(lambda b=button, n=name: b.setText(self._state.text(f"ui.tree.{n}")))
            button.setText(self._state.text(f"ui.tree.{name}"))
            button.clicked.connect(lambda _=False, n=name: self._choose_tree(n))
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _make_tree(self, layout: QVBoxLayout) -> None:
        self.tree = QTreeView()
        self.model = TreeModel(self._state, self)
        self.tree.setModel(self.model)
        self.tree.setItemDelegate(TreeDelegate(self._state, self.model, self.tree))
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(self._state.sizes.px(14))
        self.tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.clicked.connect(self._clicked)
        self.tree.activated.connect(self._clicked)
        layout.addWidget(self.tree, 1)

    def _choose_tree(self, name: str) -> None:
        self._tree_name = name
        self._state.preferences.put("rail.tree", name)
        self._fill()

    def _fill(self) -> None:
        self.model.show(self._state.study, self._tree_name)
        if self.model.rowCount() == 1:
            self.tree.expand(self.model.index(0, 0))

    def _clicked(self, index: QModelIndex) -> None:
        node = self.model.node(index)
        if node.level == "component":
            self._state.select(Selection(component=int(node.rows[0]), column=self._state.selection.column))
        elif node.level:
            self._state.set_scope(Scope(node.level, node.name))

    def _follow(self, selection: Selection) -> None:
        study = self._state.study
        if study is None or selection.component < 0:
            return
        index = self.model.find_component(selection.component)
        if index.isValid() and self.tree.currentIndex() != index:
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def _scope(self, scope: Scope) -> None:
        if not scope.level:
            self.tree.clearSelection()

    def check(self, screen: str) -> None:
        """Show which screen is in front."""
        self.buttons[screen].setChecked(True)
