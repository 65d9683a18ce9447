"""IBM Maximo: PM and WORKORDER flat files, interface line, column line, then rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.dates import iso_of
from integrity.core.frames.plan import TaskFrame
from integrity.exchange.cmms import Written, check_tasks, shorten, target, write_whole

PM = (
    "SITEID", "ORGID", "PMNUM", "DESCRIPTION", "ASSETNUM", "LOCATION", "STATUS", "WORKTYPE", "PRIORITY", "FREQUENCY",
    "FREQUNIT", "FIRSTDATE", "NEXTDATE", "ADJNEXTDUE", "USETARGETDATE", "LEADTIME", "JPSEQINUSE", "WOSTATUS",
    "DOWNTIME", "INTERRUPTIBLE", "HASLD", "LANGCODE",
)  # fmt: skip
WORKORDER = (
    "SITEID", "ORGID", "WONUM", "STATUS", "WOCLASS", "DESCRIPTION", "DESCRIPTION_LONGDESCRIPTION", "ASSETNUM",
    "LOCATION", "WORKTYPE", "WOPRIORITY", "PMNUM", "TARGSTARTDATE", "TARGCOMPDATE", "FNLCONSTRAINT", "ESTDUR",
    "EXTERNALREFID", "SOURCESYSID",
)  # fmt: skip


def write_maximo(tasks: TaskFrame, folder: Path, changes: Mapping[str, str] | None = None) -> Written:
    """Write `maximo_pm.csv` and `maximo_workorder.csv`.

    Parameters
    ----------
    tasks : TaskFrame
        Tasks without asset number and location are refused and returned.
    folder : Path
    changes : mapping, optional
        The site's own codes, see `cmms.target`.

    Returns
    -------
    Written
    """
    t = target("maximo", changes)
    tasks = _with_assets(tasks) if t["asset_from_tag"] == "yes" else tasks
    rows, refused = check_tasks(tasks, ("maximo_asset", "functional_location"))
    limit = int(t["description_max"])
    pm = _file(folder / "maximo_pm.csv", t, t["pm_interface"], PM, [_pm(tasks, i, t, limit) for i in rows])
    wo = _file(
        folder / "maximo_workorder.csv",
        t,
        t["wo_interface"],
        WORKORDER,
        [_wo(tasks, i, t, limit) for i in rows],
    )
    shortened = sum(len(str(tasks.short_text[i])) > limit for i in rows)
    return Written((pm, wo), len(rows), tuple(refused), shortened)


def _with_assets(tasks: TaskFrame) -> TaskFrame:
    own = np.array([str(a) or str(t) for a, t in zip(tasks.maximo_asset, tasks.tag, strict=True)], dtype=object)
    return replace(tasks, maximo_asset=own)


def _file(path: Path, t: Mapping[str, Any], interface: str, columns: tuple[str, ...], rows: list[list[Any]]) -> Path:
    return write_whole(path, _writer(t, interface, columns, rows))


def _writer(
    t: Mapping[str, Any], interface: str, columns: tuple[str, ...], rows: list[list[Any]]
) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as f:
            out = csv.writer(f, lineterminator="\r\n")
            out.writerow([t["external_system"], interface, "AddChange", t["language"]])
            out.writerow(columns)
            out.writerows(rows)

    return write


def _frequency(tasks: TaskFrame, i: int) -> tuple[int, str]:
    years = float(tasks.interval_y[i])
    if not np.isnan(years) and years > 0 and abs(years - round(years)) < 1e-9:
        return round(years), "YEARS"
    days = int(tasks.due_d[i] - tasks.start_d[i]) if np.isnan(years) or years <= 0 else int(years * 365.25)
    return max(days, 1), "DAYS"


def _pm(tasks: TaskFrame, i: int, t: Mapping[str, Any], limit: int) -> list[Any]:
    frequency, unit = _frequency(tasks, i)
    due = iso_of(int(tasks.due_d[i]))
    return [
        t["siteid"], t["orgid"], str(tasks.task_key[i]), shorten(str(tasks.short_text[i]), limit),
        str(tasks.maximo_asset[i]), str(tasks.functional_location[i]), "DRAFT", t["worktype"],
        int(tasks.priority[i]), frequency, unit, due, due, 0, 1, 30, 0, "WAPPR", 1 - int(tasks.on_stream[i] == 1), 0,
        0, t["language"],
    ]  # fmt: skip


def _wo(tasks: TaskFrame, i: int, t: Mapping[str, Any], limit: int) -> list[Any]:
    due = f"{iso_of(int(tasks.due_d[i]))}T00:00:00"
    hours = float(tasks.hours[i])
    return [
        t["siteid"], t["orgid"], "&AUTOKEY&", "WAPPR", "WORKORDER", shorten(str(tasks.short_text[i]), limit),
        str(tasks.long_text[i]), str(tasks.maximo_asset[i]), str(tasks.functional_location[i]), t["worktype"],
        int(tasks.priority[i]), str(tasks.task_key[i]), "", due, due, "" if np.isnan(hours) else hours,
        str(tasks.task_key[i]), t["external_system"],
    ]  # fmt: skip
