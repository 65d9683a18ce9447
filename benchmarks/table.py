"""The window's table over 100,000 rows: milliseconds to scroll, sort and filter, against a bare argsort.

    python benchmarks/table.py [rows]

Runs without a screen. Columns are those of the inventory over a made-up plant; values are drawn, not calculated.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from PySide6.QtCore import QSettings, qVersion  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from benchmarks.plants import make_plant  # noqa: E402
from integrity.core.frames.plant import ComponentFrame  # noqa: E402
from integrity.core.frames.results import ComponentResultFrame  # noqa: E402
from integrity.ui.models.column_model import ColumnModel  # noqa: E402
from integrity.ui.models.component_table import component_columns  # noqa: E402
from integrity.ui.state import Preferences, State  # noqa: E402
from integrity.ui.theme import apply  # noqa: E402
from integrity.ui.widgets.grid import Grid  # noqa: E402

KEYS = (
    *("component", "unit", "equipment_kind", "material", "construction_code", "fluid", "t_nom_mm", "n_cml"),
    *("t_min_mm", "t_req_mm", "t_req_case", "CR_gov", "rate_basis", "RL_today_y", "P_MPa", "MAWP_next"),
    *("D_f_total", "risk", "risk_category", "next_d", "next_kind", "remarks"),
)
FRAMES = 200


def arrays_of(components: ComponentFrame, rng: np.random.Generator) -> dict[str, Any]:
    """Columns of the plant, and drawn ones for results."""
    n, out = components.n, dict(components.columns())
    for name, quantity in ComponentResultFrame.quantities().items():
        if quantity == "code":
            out[name] = rng.integers(-1, len(ComponentResultFrame.codes_of(name)), n)
        elif quantity == "date":
            out[name] = rng.integers(20_000, 26_000, n)
        elif quantity in ("id", "flag"):
            out[name] = rng.integers(0, 5, n)
        elif quantity != "text":
            values = rng.lognormal(1.0, 1.0, n)
            values[rng.random(n) < 0.05] = np.nan
            out[name] = values
    return out


def took(run: Callable[[], object], times: int) -> list[float]:
    """Wall time of each of some runs, ms."""
    out = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        out.append((time.perf_counter() - begin) * 1e3)
    return out


def line(words: str, first: float, again: float, floor: float | None = None) -> None:
    """One line of the report."""
    ratio = "" if floor is None else f"   {again / floor:5.1f} times a bare argsort ({floor:.1f} ms)"
    print(f"  {words:<52} first {first:7.1f} ms, then {again:6.1f} ms{ratio}")


def report_sort(model: ColumnModel, arrays: dict[str, Any]) -> None:
    """Sorting by one and two keys."""
    values = arrays["t_min_mm"]
    floor = min(took(lambda: np.argsort(values, kind="stable"), 7))
    cases = (
        ("sort by a number", [("t_min_mm", False)]),
        ("sort by a number, greatest first", [("CR_gov", True)]),
        ("sort by a text", [("component", False)]),
        ("sort by a date", [("next_d", False)]),
        ("sort by a code, then a number", [("risk_category", True), ("RL_today_y", False)]),
        ("sort by a text, then a number", [("material", False), ("t_req_mm", True)]),
        ("sort by words made row by row", [("remarks", False)]),
    )
    for words, keys in cases:
        spent = took(lambda keys=keys: model.set_sort(keys), 7)
        line(words, spent[0], min(spent[1:]), floor)
        model.set_sort([])


def report_filter(model: ColumnModel, arrays: dict[str, Any]) -> None:
    """Filtering, without and with an order."""
    values = arrays["t_min_mm"]
    floor = min(took(lambda: np.argsort(values, kind="stable"), 7))
    cases = (
        ("filter a text: contains", "component", "-77"),
        ("filter a text: either of two", "material", "516|106"),
        ("filter a number: from..to", "t_min_mm", "2..9"),
        ("filter a code by its words", "equipment_kind", "pip"),
        ("filter a date: a year", "next_d", "2030"),
        ("filter words made row by row", "remarks", "3"),
    )
    for order in ([], [("t_min_mm", False)]):
        model.set_sort(order)
        for words, key, text in cases:
            spent = []
            for _ in range(7):
                spent += took(lambda key=key, text=text: model.set_filter(key, text), 1)
                kept = model.rowCount()
                model.set_filter(key, "")
            line(f"{words}, {kept:,} rows left" + (", sorted" if order else ""), spent[0], min(spent[1:]), floor)
    model.set_sort([])


def report_scroll(app: QApplication, grid: Grid, model: ColumnModel) -> None:
    """Frames while the rows move under the window."""
    bar = grid.verticalScrollBar()
    step = grid.verticalHeader().defaultSectionSize()

    def frame(value: int) -> float:
        begin = time.perf_counter()
        bar.setValue(value)
        app.processEvents()
        return (time.perf_counter() - begin) * 1e3

    def report(words: str, spent: list[float]) -> None:
        spent.sort()
        middle, slow = spent[len(spent) // 2], spent[-len(spent) // 20]
        print(f"  scroll {words:<45} median {middle:6.1f} ms, one of 20 takes {slow:.1f} ms or more")

    report("three rows a frame", [frame(min(3 * step * i, bar.maximum())) for i in range(1, FRAMES)])
    page = grid.viewport().height()
    report("a page a frame", [frame(min(page * i, bar.maximum())) for i in range(1, FRAMES)])
    places = np.random.default_rng(3).integers(0, bar.maximum(), FRAMES)
    report("to anywhere", [frame(int(v)) for v in places])
    size = f"{grid.viewport().width()} x {page}"
    print(f"    {page // step} rows and {len(model.columns)} columns in sight, {size} pixels")


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    print(f"Python {platform.python_version()}, Qt {qVersion()}, NumPy {np.__version__}, {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as folder:
        state = State(Preferences(QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)))
        apply(app, state.theme, state.sizes)
        arrays = arrays_of(make_plant(n).components, np.random.default_rng(11))
        known = {c.key: c for c in component_columns()}
        model = ColumnModel(state, [known[k] for k in KEYS])
        grid = Grid(model)
        grid.resize(1900, 1000)
        grid.show()
        flags = [f"remark {i}" for i in range(5)]
        remarks = arrays["flags"]
        words = {"remarks": lambda row: flags[remarks[row]]}
        shown = took(lambda: (model.set_data(arrays, n, words), grid.fit_columns(), app.processEvents()), 1)[0]
        print(f"table: {n:,} rows, {len(model.columns)} columns, shown in {shown:.0f} ms")
        report_sort(model, arrays)
        report_filter(model, arrays)
        report_scroll(app, grid, model)
        grid.close()


if __name__ == "__main__":
    main()
