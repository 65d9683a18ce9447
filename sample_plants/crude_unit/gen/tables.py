"""Choices behind the invented unit (generated sample, no real plant); design data are in data/."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


def rows(name: str) -> list[list[str]]:
    """Rows of one bar-separated table; lines with # are notes."""
    text = (DATA / f"{name}.psv").read_text(encoding="utf-8")
    return [line.split("|") for line in text.splitlines() if line and not line.startswith("#")]


LOOPS: dict[str, tuple[str, str, float, float]] = {
    # loop: Chinese name, mechanism cause, median true rate mm/y in carbon steel, geometric deviation
    "CL-01": ("冷原油 Crude charge, cold", "water_bottom", 0.035, 1.6),
    "CL-02": ("热原油 Hot crude to furnace", "sulfidic", 0.060, 1.6),
    "CL-03": ("转油线及闪蒸段 Transfer and flash zone", "naphthenic", 0.095, 1.7),
    "CL-04": ("常压侧线 Atmospheric side cuts", "sulfidic", 0.065, 1.7),
    "CL-05": ("渣油 Residue", "sulfidic", 0.075, 1.7),
    "CL-06": ("减压蜡油 Vacuum gas oil", "naphthenic", 0.085, 1.8),
    "CL-07": ("常顶系统 Atmospheric overhead", "hcl", 0.110, 1.8),
    "CL-08": ("减顶系统 Vacuum overhead", "sour_water", 0.080, 1.8),
    "CL-09": ("湿硫化氢 Wet H2S, LPG and fuel gas", "wet_h2s", 0.045, 1.6),
    "CL-10": ("胺液 Amine", "amine", 0.055, 1.7),
    "CL-11": ("保温层下及公用 CUI and utilities", "cui", 0.040, 1.9),
    "CL-12": ("储罐区 Tank farm", "water_bottom", 0.030, 1.6),
}

# loop factor of an alloy against carbon steel
ALLOY = {
    "A335-P5 (5Cr-0.5Mo)": 0.45,
    "A335-P9 (9Cr-1Mo)": 0.22,
    "SA-240-304": 0.05,
    "SA-240-316": 0.03,
    "S30408": 0.05,
    "15CrMoR": 0.7,
}

# circuit -> date of the process change and the factor by which the true rate changed then
PROCESS_CHANGE = {"PC-0601": ("2016-03-01", 2.0)}
# line -> local thinning factor at one point of its elbow
LOCAL_ELBOWS = {"1014": 3.5, "1023": 5.0, "1030": 4.0, "1037": 3.0, "1045": 4.5, "1052": 6.0, "1070": 3.8}
# component -> replaced on (new wall, old readings stay in the files)
REPLACED = {"P-1024-EL1": "2013-05-14", "P-1051-EL1": "2010-05-18", "P-1070-EL1": "2017-06-02"}
# lines whose points are measured as rings of four (the piping sheet)
RING_LINES = ["1008", "1011", "1013", "1016", "1018", "1022", "1023", "1025", "1036", "1041", "1045", "1047"]
# lines measured hot on stream, with the surface temperature of those surveys
HOT_LINES = {"1034": 96.0, "1035": 82.0, "1038": 105.0, "1042": 110.0, "1072": 88.0}
# lines in the 2019 batch file
BATCH_LINES = [
    "1002",
    "1004",
    "1006",
    "1010",
    "1020",
    "1021",
    "1026",
    "1027",
    "1032",
    "1033",
    "1040",
    "1043",
    "1044",
    "1049",
    "1056",
    "1057",
    "1059",
    "1060",
    "1065",
    "1066",
    "1074",
    "1075",
]
