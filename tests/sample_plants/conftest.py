"""Reads the sample plant's files the plain way, without the generator, for the tests of the answer key."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANT = ROOT / "sample_plants" / "crude_unit"
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {m: i for i, m in enumerate(NAMES, start=1)}


@dataclass
class Cell:
    """One reading cell as it stands in a file."""

    file: str
    sheet: str
    row: int
    column: str
    id_column: str
    cml: str
    pos: str
    day: date
    raw: Any
    to_mm: float


@dataclass
class Master:
    """What the lists say of the CMLs: nominal wall, plate or pipe, day of the present wall."""

    nominal: dict[str, float] = field(default_factory=dict)
    component: dict[str, str] = field(default_factory=dict)
    is_pipe: dict[str, bool] = field(default_factory=dict)
    renewed: dict[str, date] = field(default_factory=dict)


def to_date(value: Any) -> date:
    """Parse every date style the files use."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, int | float):
        return date(1899, 12, 30) + timedelta(days=int(value))
    text = str(value)
    if m := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return date(int(m[1]), int(m[2]), int(m[3]))
    if m := re.fullmatch(r"(\d\d)[./](\d\d)[./](\d{4})", text):
        return date(int(m[3]), int(m[2]), int(m[1]))
    if m := re.fullmatch(r"([A-Z][a-z]+) (\d+), (\d{4})", text):
        return date(int(m[3]), MONTHS[m[1][:3]], int(m[2]))
    if m := re.fullmatch(r"(\d+)-([A-Z][a-z]{2})-(\d\d)", text):
        year = int(m[3])
        return date(year + (1900 if year > 60 else 2000), MONTHS[m[2]], int(m[1]))
    m = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    assert m is not None, text
    return date(int(m[1]), int(m[2]), int(m[3]))


def _csv(path: Path, encoding: str, skip: int) -> list[tuple[int, dict[str, str]]]:
    lines = path.read_text(encoding=encoding).splitlines()
    rows = csv.DictReader(lines[skip:])
    return [(skip + 2 + i, row) for i, row in enumerate(rows)]


def _long(files: Path) -> list[Cell]:
    name = "05_ut_long_gauge.csv"
    return [
        Cell(name, "", n, "Thickness_mm", "ID", r["ID"], r["Position"], to_date(r["Date"]), r["Thickness_mm"], 1.0)
        for n, r in _csv(files / name, "utf-8", 9)
    ]


def _batch(files: Path) -> list[Cell]:
    name = "08_ut_batch_2019.csv"
    return [
        Cell(
            name,
            "",
            n,
            "Measured Thickness",
            "Location ID",
            r["Location ID"],
            "",
            to_date(r["Survey Date"]),
            r["Measured Thickness"],
            1.0,
        )
        for n, r in _csv(files / name, "utf-8-sig", 3)
    ]


def _sheets(files: Path) -> list[Cell]:
    out = []
    for path in sorted(files.glob("06_*.xlsx")):
        for ws in openpyxl.load_workbook(path).worksheets:
            assert ws["B5"].value == "inch" and ws["B3"].value in path.name
            day = to_date(ws["B4"].value)
            heads = [c.value for c in ws[8]]
            for row in range(9, ws.max_row + 1):
                if ws.cell(row, 3).value is None:
                    break
                for k in range(2, 10):
                    pos = "0" if k == 2 else heads[k].removesuffix("°")
                    out.append(
                        Cell(
                            path.name,
                            ws.title,
                            row,
                            heads[k],
                            "CML",
                            ws.cell(row, 1).value,
                            pos,
                            day,
                            ws.cell(row, k + 1).value,
                            25.4,
                        )
                    )
    return out


def _rings(files: Path) -> list[Cell]:
    name = "07_ut_piping_sheet.xlsx"
    ws = openpyxl.load_workbook(files / name)["UT"]
    heads = {c.value: c.column for c in ws[4]}
    out = []
    for row in range(5, ws.max_row + 1):
        day = to_date(ws.cell(row, heads["Survey_Date"]).value)
        for k in "1234":
            out.append(
                Cell(
                    name,
                    "UT",
                    row,
                    f"Reading_{k}",
                    "CML",
                    ws.cell(row, heads["CML"]).value,
                    k,
                    day,
                    ws.cell(row, heads[f"Reading_{k}"]).value,
                    1.0,
                )
            )
    return out


def _table(path: Path, sheet: str) -> list[dict[str, Any]]:
    ws = openpyxl.load_workbook(path)[sheet]
    heads = [c.value for c in ws[3]]
    return [dict(zip(heads, [c.value for c in row], strict=True)) for row in ws.iter_rows(min_row=4)]


@pytest.fixture(scope="session")
def files() -> Path:
    return PLANT / "files"


@pytest.fixture(scope="session")
def key() -> dict[str, Any]:
    return dict(json.loads((PLANT / "expected.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def equipment(files: Path) -> list[dict[str, Any]]:
    return _table(files / "01_equipment_list.xlsx", "Equipment")


@pytest.fixture(scope="session")
def components(files: Path) -> list[dict[str, Any]]:
    return _table(files / "01_equipment_list.xlsx", "Components")


@pytest.fixture(scope="session")
def piping(files: Path) -> list[dict[str, str]]:
    return [r for _, r in _csv(files / "02b_piping_components.csv", "utf-8", 0)]


@pytest.fixture(scope="session")
def line_rows(files: Path) -> list[dict[str, str]]:
    return [r for _, r in _csv(files / "02_line_list.csv", "gbk", 0)]


@pytest.fixture(scope="session")
def master(
    files: Path, equipment: list[dict[str, Any]], components: list[dict[str, Any]], piping: list[dict[str, str]]
) -> Master:
    out = Master()
    renewed = {r["位号 Tag"]: r["更换日期 Replaced on"].date() for r in equipment if r["更换日期 Replaced on"]}
    part = {r["部件号 Component"]: r["更换日期 Replaced on"].date() for r in components if r["更换日期 Replaced on"]}
    part |= {r["component_id"]: date.fromisoformat(r["replaced_on"]) for r in piping if r["replaced_on"]}
    tubes = {r["部件号 Component"] for r in components if r["几何形状 Geometry"] == "pipe"}
    pipes = {r["component_id"] for r in piping} | tubes
    for _, r in _csv(files / "04_cml_master.csv", "utf-8", 0):
        cml, comp = r["CML ID"], r["Component"]
        out.nominal[cml], out.component[cml], out.is_pipe[cml] = float(r["Nominal (mm)"]), comp, comp in pipes
        day = part.get(comp) or renewed.get(r["Item"])
        if day:
            out.renewed[cml] = day
    return out


@pytest.fixture(scope="session")
def cells(files: Path) -> list[Cell]:
    return [*_long(files), *_sheets(files), *_rings(files), *_batch(files)]
