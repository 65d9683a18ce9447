"""What the commands do: each asks the gateway for one thing, or changes what the window shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu

from integrity.core.message import Message, msg
from integrity.core.progress import Progress
from integrity.i18n import LANGUAGES
from integrity.services.types import Changes
from integrity.ui.state import UNIT_SETS, Scope, Selection
from integrity.ui.widgets.grid import Grid

if TYPE_CHECKING:
    from integrity.ui.gateway import PlantInfo
    from integrity.ui.shell import Shell

RECENT = "recent"
PLANT_SUFFIX = ".integrity"


def open_plant(shell: Shell) -> None:
    """Choose a plant file and open it."""
    path, _ = QFileDialog.getOpenFileName(
        shell, shell.state.text("ui.dialog.open"), "", shell.state.text("ui.dialog.plant_files")
    )
    if path:
        open_path(shell, path)


def open_path(shell: Shell, path: str) -> None:
    """Open a plant by its path."""
    _opening(shell, lambda progress: shell.gateway.open(path, progress))


def new_plant(shell: Shell) -> None:
    """Choose where a new plant goes and make it; its name is that of the file."""
    path, _ = QFileDialog.getSaveFileName(
        shell, shell.state.text("ui.dialog.new"), "", shell.state.text("ui.dialog.plant_files")
    )
    if path:
        target = Path(path) if Path(path).suffix else Path(path).with_suffix(PLANT_SUFFIX)
        _opening(shell, lambda progress: shell.gateway.create(str(target), target.stem, progress))


def open_sample(shell: Shell, name: str = "") -> None:
    """Open a sample plant; with several, ask which."""
    names = () if name else shell.gateway.samples()
    if len(names) > 1:
        menu = QMenu(shell)
        for n in names:
            menu.addAction(shell.state.text(f"ui.sample.{n}"), partial(open_sample, shell, n))
        menu.popup(shell.mapToGlobal(shell.rect().center()))
        return
    chosen = name or (names[0] if names else "")
    if chosen:
        _opening(shell, lambda progress: shell.gateway.open_sample(chosen, progress))


def _opening(shell: Shell, work: Callable[[Progress], PlantInfo]) -> None:
    def opened(info: PlantInfo) -> None:
        recent = [info.path, *(p for p in shell.state.preferences.list(RECENT) if p != info.path)]
        shell.state.preferences.put(RECENT, recent[:8])
        shell.plant_opened(info)

    shell.jobs.run("ui.job.open", work, opened, writer=True)


def export_plan(shell: Shell) -> None:
    """Write the plan as a workbook."""
    _export_file(shell, "plan_xlsx", "ui.dialog.xlsx_files", ".xlsx")


def export_report(shell: Shell) -> None:
    """Write the report as a PDF."""
    _export_file(shell, "report", "ui.dialog.pdf_files", ".pdf")


def export_sap(shell: Shell) -> None:
    """Write files for SAP PM."""
    _export_folder(shell, "sap")


def export_maximo(shell: Shell) -> None:
    """Write files for Maximo."""
    _export_folder(shell, "maximo")


def _export_file(shell: Shell, kind: str, files: str, suffix: str) -> None:
    s = shell.state
    path, _ = QFileDialog.getSaveFileName(shell, s.text(f"cmd.export_{kind.removesuffix('_xlsx')}"), "", s.text(files))
    if path:
        export_to(shell, kind, Path(path) if Path(path).suffix else Path(path).with_suffix(suffix))


def _export_folder(shell: Shell, kind: str) -> None:
    folder = QFileDialog.getExistingDirectory(shell, shell.state.text(f"cmd.export_{kind}"))
    if folder:
        export_to(shell, kind, Path(folder))


def export_to(shell: Shell, kind: str, path: Path) -> None:
    """Write files of a kind to a path, in the language and units of the window."""
    study = shell.state.study
    if study is None:
        return
    language, units = shell.state.language, shell.state.unit_set

    def work(progress: Progress) -> list[Path]:
        return shell.gateway.export(kind, study, path, language, units, progress)

    def done(files: Sequence[Path]) -> None:
        shell.show_notice(msg("ui.notice.written", files=", ".join(str(f) for f in files)))

    shell.jobs.run("ui.job.export", work, done)


def store_study(shell: Shell) -> None:
    """Store the study shown as a draft snapshot, with its inputs, settings and provenance."""
    study = shell.state.study
    if study is None:
        return

    def done(snapshot: int) -> None:
        shell.show_notice(msg("ui.notice.stored", id=snapshot))

    shell.jobs.run("ui.job.store", lambda progress: shell.gateway.store_study(study, progress), done, writer=True)


def change(shell: Shell, title: str, call: Callable[[], Changes | None], nothing: Message | None = None) -> None:
    """Ask for a change of the plant on the writer thread, then show its effect."""

    def done(changes: Any) -> None:
        if changes is None:
            shell.show_notice(nothing or msg("ui.notice.nothing"))
            return
        shell.changed(changes)

    shell.jobs.run(title, lambda _progress: call(), done, writer=True)


def undo(shell: Shell) -> None:
    """Withdraw the last change; inside a text field that of the field."""
    focus = QGuiApplication.focusObject()
    if isinstance(focus, QLineEdit) and focus.isUndoAvailable():
        focus.undo()
        return
    change(shell, "ui.job.undo", shell.gateway.undo, msg("ui.notice.nothing_to_undo"))


def redo(shell: Shell) -> None:
    """Make the last withdrawn change again."""
    focus = QGuiApplication.focusObject()
    if isinstance(focus, QLineEdit) and focus.isRedoAvailable():
        focus.redo()
        return
    change(shell, "ui.job.redo", shell.gateway.redo, msg("ui.notice.nothing_to_redo"))


def _grid(shell: Shell) -> Grid | None:
    focus: QObject | None = QGuiApplication.focusObject()
    while focus is not None and not isinstance(focus, Grid):
        focus = focus.parent()
    if isinstance(focus, Grid):
        return focus
    found = [g for g in shell.current_view().findChildren(Grid) if g.isVisible()]
    return found[0] if found else None


def copy_table(shell: Shell) -> None:
    """Copy the table in front, with headings."""
    grid = _grid(shell)
    if grid is not None:
        grid.copy_all()
        shell.show_notice(msg("ui.notice.copied_rows", count=grid.columns_model.rowCount()))


def save_figure(shell: Shell) -> None:
    """Save the plot in front as SVG or PNG."""
    from integrity.ui.plots.base import Plot

    plots = [p for p in shell.current_view().findChildren(Plot) if p.isVisible()]
    if not plots:
        shell.show_notice(msg("ui.notice.no_figure"))
        return
    s = shell.state
    path, _ = QFileDialog.getSaveFileName(shell, s.text("cmd.save_figure"), "", s.text("ui.dialog.figure_files"))
    if path:
        target = Path(path) if Path(path).suffix else Path(path).with_suffix(".svg")
        plots[0].save(target)
        shell.show_notice(msg("ui.notice.written", files=str(target)))


def clear_filters(shell: Shell) -> None:
    """Lift the filters of the table in front."""
    grid = _grid(shell)
    if grid is not None:
        grid.columns_model.clear_filters()


def switch_language(shell: Shell) -> None:
    """The other language."""
    now = LANGUAGES.index(shell.state.language)
    shell.state.set_language(LANGUAGES[(now + 1) % len(LANGUAGES)])


def switch_units(shell: Shell) -> None:
    """The other unit set."""
    now = UNIT_SETS.index(shell.state.unit_set)
    shell.state.set_units(UNIT_SETS[(now + 1) % len(UNIT_SETS)])


def switch_theme(shell: Shell) -> None:
    """The other look."""
    shell.state.set_theme("light" if shell.state.theme.dark else "dark")


def whole_plant(shell: Shell) -> None:
    """Show the whole plant again."""
    shell.state.set_scope(Scope())


def step_item(shell: Shell, step: int) -> None:
    """Select the next or previous component inside the scope."""
    study = shell.state.study
    if study is None or not study.components.n:
        return
    mask = shell.state.scope_mask()
    rows = mask.nonzero()[0] if mask is not None else None
    n = study.components.n if rows is None else rows.size
    now = shell.state.selection.component
    place = now if rows is None else (int(rows.searchsorted(now)) if now >= 0 else -1)
    place = max(0, min(n - 1, place + step))
    row = place if rows is None else int(rows[place])
    shell.state.select(Selection(component=row, column=shell.state.selection.column))


def copy_item(shell: Shell) -> None:
    """Copy the identifier of the selected component."""
    study, row = shell.state.study, shell.state.selection.component
    if study is not None and row >= 0:
        QGuiApplication.clipboard().setText(str(study.plant.components.component[row]))


def copy_working(shell: Shell) -> None:
    """Copy the working shown in the drawer."""
    text = shell.drawer.working_text()
    if text:
        QGuiApplication.clipboard().setText(text)
        shell.show_notice(msg("ui.notice.copied_working"))


def open_page(shell: Shell, screen: str, page: str) -> None:
    """Go to a page of a screen."""
    shell.go(screen)
    show = getattr(shell.current_view(), "show_page", None)
    if show is not None:
        show(page)


def chosen_rows(shell: Shell) -> list[int]:
    """Component rows selected in the table in front; the selected component where the table has one row of it."""
    view = shell.current_view()
    grid = getattr(view, "grid", None) if shell.screen_name in ("inventory", "board", "plan") else None
    rows = grid.selected_sources() if isinstance(grid, Grid) and grid.isVisible() else []
    one = shell.state.selection.component
    return rows if len(rows) > 1 else [one] if one >= 0 else []


def what_if(shell: Shell) -> None:
    """Open the what-if panel on what is selected."""
    rows = chosen_rows(shell)
    if not rows:
        return
    open_page(shell, "rbi", "what_if")
    take = getattr(shell.current_view(), "page", None)
    if take is not None:
        take("what_if").set_rows(rows)


def decide(decision: str) -> Callable[[Shell], None]:
    """What accepts or rejects the mechanism chosen in the map."""

    def run(shell: Shell) -> None:
        ask = getattr(shell.current_view(), "ask_decision", None)
        if ask is not None:
            ask(decision)

    return run
