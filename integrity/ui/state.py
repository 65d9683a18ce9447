"""What the whole window shares: language, units, look, the study shown and what is selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QSettings, Signal

from integrity.core.arrays import BoolArray, IntArray
from integrity.core.codes import codes
from integrity.core.message import Message, Param
from integrity.i18n import LANGUAGES, text, translate
from integrity.i18n.formats import MISSING, format_date, format_number, unit_label
from integrity.services.types import Study
from integrity.ui.theme import THEMES, Sizes, Theme

UNIT_SETS = ("SI", "US")


@dataclass(frozen=True)
class Selection:
    """What is selected anywhere in the window; -1 where nothing of that kind is."""

    component: int = -1
    cml: int = -1
    position: int = -1
    reading: int = -1
    candidate: int = -1
    column: str = ""


@dataclass(frozen=True)
class Scope:
    """Part of the plant that the tree narrows the screens to; an empty level is the whole plant."""

    level: str = ""
    name: str = ""


@dataclass(frozen=True)
class Phrase:
    """A sentence with numbers that follow the unit set: catalogue key, plain values and quantities."""

    key: str
    numbers: tuple[tuple[str, float, str], ...] = ()
    params: tuple[tuple[str, Param], ...] = ()
    codes: tuple[tuple[str, str, int], ...] = ()


@dataclass
class Preferences:
    """Choices of the person, kept between sessions.

    Parameters
    ----------
    store : QSettings
        Where they are kept; tests give a file of their own.
    """

    store: QSettings = field(default_factory=lambda: QSettings("integrity-workbench", "integrity"))

    def get(self, key: str, default: str) -> str:
        """A text, or the default."""
        value = self.store.value(key, default)
        return str(value) if value is not None else default

    def put(self, key: str, value: Any) -> None:
        """Keep a value."""
        self.store.setValue(key, value)

    def raw(self, key: str) -> Any:
        """A value as stored, or None."""
        return self.store.value(key)

    def list(self, key: str) -> list[str]:
        """A list of texts."""
        value = self.store.value(key)
        if value is None or value == "":
            return []
        return [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]

    def forget(self, prefix: str) -> None:
        """Remove every key that starts with `prefix`."""
        for key in self.store.allKeys():
            if key.startswith(prefix):
                self.store.remove(key)


class State(QObject):
    """Shared state; views listen to its signals and never to each other."""

    language_changed = Signal()
    units_changed = Signal()
    theme_changed = Signal()
    study_changed = Signal()
    selection_changed = Signal(object)
    scope_changed = Signal(object)
    stale_changed = Signal()
    notice = Signal(object)

    def __init__(self, preferences: Preferences, sizes: Sizes | None = None) -> None:
        super().__init__()
        self.preferences = preferences
        self.sizes = sizes or Sizes()
        self.language = _allowed(preferences.get("language", "en"), LANGUAGES)
        self.unit_set = _allowed(preferences.get("units", "SI"), UNIT_SETS)
        self.theme: Theme = THEMES[_allowed(preferences.get("theme", "light"), tuple(THEMES))]
        self.study: Study | None = None
        self.selection = Selection()
        self.scope = Scope()
        self.stale: BoolArray = np.zeros(0, dtype=np.bool_)

    def set_language(self, language: str) -> None:
        """Switch the language of the window."""
        if language != self.language:
            self.language = _allowed(language, LANGUAGES)
            self.preferences.put("language", self.language)
            self.language_changed.emit()

    def set_units(self, unit_set: str) -> None:
        """Switch the unit set of the window."""
        if unit_set != self.unit_set:
            self.unit_set = _allowed(unit_set, UNIT_SETS)
            self.preferences.put("units", self.unit_set)
            self.units_changed.emit()

    def set_theme(self, name: str) -> None:
        """Switch between light and dark."""
        if name != self.theme.name:
            self.theme = THEMES[_allowed(name, tuple(THEMES))]
            self.preferences.put("theme", name)
            self.theme_changed.emit()

    def set_study(self, study: Study | None) -> None:
        """Show another study; the selection is kept by identity where its rows still exist."""
        kept = _carry(self.selection, self.study, study)
        self.study = study
        n = study.components.n if study is not None else 0
        self.stale = np.zeros(n, dtype=np.bool_)
        self.selection = kept
        self.study_changed.emit()
        self.selection_changed.emit(kept)

    def mark_stale(self, component_rows: IntArray) -> None:
        """Grey the results of components whose inputs have changed since the run."""
        self.stale = self.stale.copy()
        self.stale[component_rows] = True
        self.stale_changed.emit()

    def select(self, selection: Selection) -> None:
        """Select something; the owners of a narrower row are filled in."""
        full = self._filled(selection)
        if full != self.selection:
            self.selection = full
            self.selection_changed.emit(full)

    def _filled(self, s: Selection) -> Selection:
        study = self.study
        if study is None:
            return Selection()
        if s.candidate >= 0 and s.component < 0:
            s = replace(s, component=int(study.candidates.component_row[s.candidate]))
        if s.reading >= 0 and s.cml < 0:
            s = replace(s, cml=int(study.plant.readings.cml_row[s.reading]))
        if s.position >= 0 and s.cml < 0:
            s = replace(s, cml=int(study.positions.cml_row[s.position]))
        if s.cml >= 0 and s.component < 0:
            s = replace(s, component=int(study.plant.cmls.component_row[s.cml]))
        return s

    def set_scope(self, scope: Scope) -> None:
        """Narrow the screens to a part of the plant."""
        if scope != self.scope:
            self.scope = scope
            self.scope_changed.emit(scope)

    def scope_mask(self) -> BoolArray | None:
        """Component rows inside the scope; None for the whole plant."""
        study, scope = self.study, self.scope
        if study is None or not scope.level:
            return None
        column = getattr(study.plant.components, {"equipment": "tag"}.get(scope.level, scope.level))
        return np.asarray(column == scope.name, dtype=np.bool_)

    def text(self, key: str, /, **params: Param) -> str:
        """Words of a key in the language of the window."""
        return text(key, self.language, **params)

    def say(self, what: Message | Phrase) -> str:
        """A message or a phrase in words."""
        if isinstance(what, Message):
            return translate(what, self.language)
        params: dict[str, Param] = {k: self.measure(v, q) for k, v, q in what.numbers}
        params.update({k: self.code(enumeration, index) for k, enumeration, index in what.codes})
        return self.text(what.key, **params, **dict(what.params))

    def number(self, value: float, quantity: str, decimals: int | None = None) -> str:
        """A number in the unit set of the window, without its unit."""
        return format_number(value, quantity, self.unit_set, decimals)

    def unit(self, quantity: str) -> str:
        """Unit label of a quantity."""
        return unit_label(quantity, self.unit_set, self.language)

    def measure(self, value: float, quantity: str) -> str:
        """A number with its unit, or a date."""
        if quantity == "date":
            return format_date(int(value))
        number = self.number(value, quantity)
        unit = self.unit(quantity)
        return f"{number}\u00a0{unit}" if unit and number != MISSING else number

    def code(self, enumeration: str, index: int) -> str:
        """Name of a code; a dash where it is missing."""
        if index < 0:
            return MISSING
        return self.text(f"code.{enumeration}.{codes(enumeration)[index]}")

    def title(self, column: str) -> str:
        """Words of a column."""
        return self.text(f"sym.{column}")

    def follow(self, *slots: Callable[[], None]) -> None:
        """Call slots whenever words or units change."""
        for slot in slots:
            self.language_changed.connect(slot)
            self.units_changed.connect(slot)


def _allowed(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else allowed[0]


def _carry(s: Selection, old: Study | None, new: Study | None) -> Selection:
    """The same things in another study, found by their ids."""
    if old is None or new is None:
        return Selection()
    return Selection(
        component=_same(s.component, old.plant.components.component_id, new.plant.components.component_id),
        cml=_same(s.cml, old.plant.cmls.cml_id, new.plant.cmls.cml_id),
        reading=_same(s.reading, old.plant.readings.reading_id, new.plant.readings.reading_id),
        column=s.column,
    )


def _same(row: int, old_ids: IntArray, new_ids: IntArray) -> int:
    if not 0 <= row < old_ids.size:
        return -1
    found = np.flatnonzero(new_ids == old_ids[row])
    return int(found[0]) if found.size else -1
