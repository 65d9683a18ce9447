"""Commands as data: words, icons, shortcuts, palette."""

from __future__ import annotations

from collections import Counter
from typing import Any

from integrity.i18n import LANGUAGES, catalogue
from integrity.ui import icons
from integrity.ui.commands import COMMANDS, MENUS, SCREEN_KEYS, SCREENS
from integrity.ui.palette import find
from integrity.ui.shell import VIEWS, Shell


def test_every_command_has_words_in_every_language() -> None:
    for language in LANGUAGES:
        missing = [c.title for c in COMMANDS if c.title not in catalogue(language)]
        assert missing == []


def test_ids_and_shortcuts_are_unique_and_icons_exist() -> None:
    assert max(Counter(c.id for c in COMMANDS).values()) == 1
    assert max(Counter(c.shortcut for c in COMMANDS if c.shortcut).values()) == 1
    assert {c.icon for c in COMMANDS if c.icon} <= set(icons.names())
    assert {c.menu for c in COMMANDS} == set(MENUS)


def test_screens_have_a_view_a_word_an_icon_and_a_key() -> None:
    assert tuple(VIEWS) == SCREENS
    shortcuts = {c.id: c.shortcut for c in COMMANDS}
    assert [SCREEN_KEYS[s] for s in SCREENS[:10]] == list("1234567890")
    for screen in SCREENS:
        assert shortcuts[f"go_{screen}"] == f"Ctrl+{SCREEN_KEYS[screen]}"
        assert screen in icons.names()
        assert all(f"ui.screen.{screen}" in catalogue(language) for language in LANGUAGES)


def test_menus_hold_every_command(shell: Shell) -> None:
    shown = {a.objectName() for menu, _ in shell._menu_titles for a in menu.actions()}
    assert {c.id for c in COMMANDS} <= shown


def test_a_command_that_cannot_run_is_not_run(shell: Shell, gateway: Any) -> None:
    assert shell.commands.run("cancel_work") is False
    assert shell.commands.run("go_plan") is True
    assert shell.screen_name == "plan"


def test_palette_finds_commands_in_the_language_of_the_window(shell: Shell) -> None:
    assert any(h.words == "Inventory" for h in find(shell, "inven"))
    shell.state.set_language("zh_CN")
    assert any(h.words == "设备台账" for h in find(shell, "台账"))


def test_palette_finds_components_cmls_circuits_and_goes_there(shell: Shell) -> None:
    study = shell.state.study
    assert study is not None
    name = str(study.plant.components.component[17])
    hits = find(shell, name.lower())
    assert hits[0].words == name
    hits[0].run()
    assert shell.state.selection.component == 17
    cml = str(study.plant.cmls.cml[40])
    next(h for h in find(shell, cml) if h.words == cml).run()
    assert shell.screen_name == "cml"
    assert shell.state.selection.cml == 40
    circuit = str(study.plant.components.circuit[0])
    next(h for h in find(shell, circuit) if h.words == circuit).run()
    assert shell.state.scope.name == circuit


def test_palette_chooses_by_keyboard(shell: Shell, qtbot: Any) -> None:
    from PySide6.QtCore import Qt

    shell.commands.run("palette")
    qtbot.keyClicks(shell.palette_box.line, "risk board")
    qtbot.keyClick(shell.palette_box.line, Qt.Key.Key_Return)
    assert shell.screen_name == "board"
    assert not shell.palette_box.isVisible()
