"""Writes `api581_rates2.json`: rates of Annex 2.B by an independent engine; needs an environment of its own.

Run with a Python that has `api581-engine` 0.1.4 installed. Inputs are random with a fixed seed, rounded before they
are used, and the printed cells one by one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import api581  # noqa: F401
from make_api581_rates2_co2 import co2
from make_api581_rates2_process import (
    acid,
    alkaline,
    alkaline_printed,
    amine,
    amine_cells,
    oxidation,
    oxidation_cells,
    stainless,
)
from make_api581_rates2_tools import ENGINE, HOW, SEED, UNITS, Row
from make_api581_rates2_water import bottom, cooling, groundwater, seawater, selected, soil

HERE = Path(__file__).parent


def policies(names: dict[str, Any]) -> dict[str, Any]:
    return {f"rbi.{k}": v for k, v in names.items()}


def groups() -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any], Iterator[Row]]]:
    """Name, procedure, settings that differ, inputs that all rows share, rows."""
    carbon = {"rate_material": "carbon_steel"}
    for unit in UNITS:
        for how in HOW:
            both = policies({"rate_tables": unit, "rate_lookup": how})
            tag = f"{unit}_{how}"
            full = 1 if how == "linear" else 0
            yield f"alkaline_{tag}", "rate_alkaline_sour_water", both, carbon, alkaline(unit, how, 110)
            yield f"acid_{tag}", "rate_acid_sour_water", both, {}, acid(unit, how, 140)
            if full:
                yield f"amine_cells_{tag}", "rate_amine", both, carbon, amine_cells(unit, how, 0)
                yield f"oxidation_cells_{tag}", "rate_oxidation", both, {}, oxidation_cells(unit, how, 0)
            # The engine has no answer in the gaps of the strength factor: refuse there as well.
            amine_set = both | policies({"rate_amine_strength": "refuse"})
            yield f"amine_{tag}", "rate_amine", amine_set, carbon, amine(unit, how, 180)
            yield f"stainless_{tag}", "rate_amine", both, {}, stainless(unit, how, 30)
            yield f"oxidation_{tag}", "rate_oxidation", both, {}, oxidation(unit, how, 100)
            yield f"cooling_{tag}", "rate_cooling_water", both, carbon, cooling(unit, how, 220)
        one = policies({"rate_tables": unit})
        printed = one | policies({"rate_NH4HS_excess": "as_printed"})
        rows = alkaline_printed(unit, "linear", 40)
        yield f"alkaline_printed_{unit}", "rate_alkaline_sour_water", printed, carbon, rows
        argument = one | policies({"rate_cooling_temperature": "difference"})
        rows = cooling(unit, "linear", 90, argument="text_delta_from_reference")
        yield f"cooling_difference_{unit}", "rate_cooling_water", argument, carbon, rows
        doubt = one | policies({"rate_cooling_misordered": "refuse", "rate_cooling_C4": "as_printed"})
        rows = cooling(unit, "linear", 120, misordered="refuse", C4="as_printed")
        yield f"cooling_doubtful_{unit}", "rate_cooling_water", doubt, carbon, rows
        yield f"seawater_{unit}", "rate_cooling_water", one, carbon, seawater(unit, "linear", 40)
        yield f"groundwater_{unit}", "rate_groundwater", one, carbon, groundwater(unit, "linear", 60)
        yield f"soil_{unit}", "rate_soil", one, carbon, soil(unit, "linear", 160)
        yield f"bottom_{unit}", "rate_tank_bottom", one, carbon, bottom(unit, "linear", 160)
    yield "cooling_selected", "rate_cooling_water", {}, {}, selected("si", "linear", 120)
    none = policies({"rate_bottom_minimum": "none"})
    yield "bottom_no_minimum", "rate_tank_bottom", none, carbon, bottom("si", "linear", 60, "qualified_no_floor")
    yield "co2_table", "rate_co2", {}, {}, co2("table", "linear", 420)
    yield "co2_figure", "rate_co2", policies({"rate_co2_material": "figure"}), {}, co2("figure", "linear", 260)
    jump = policies({"rate_co2_jump": "refuse"})
    yield "co2_jump", "rate_co2", jump, {}, co2("table", "linear", 120, "reject_cross_80_90")


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = sorted({k for row in rows for k in row})
    return {k: [tidy(row.get(k)) for row in rows] for k in names}


def tidy(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.13g}") if math.isfinite(value) else None
    return value


def main() -> None:
    out: dict[str, Any] = {"engine": ENGINE, "version": version(ENGINE), "seed": SEED, "groups": {}}
    total = 0
    for name, procedure, settings, shared, rows in groups():
        done = list(rows)
        total += len(done)
        out["groups"][name] = {
            "procedure": f"api581.2016.{procedure}",
            "settings": settings,
            "shared": shared,
            "inputs": columns([x for x, _ in done]),
            "outputs": columns([{} if isinstance(y, str) else y for _, y in done]),
            "refused": [y if isinstance(y, str) else "" for _, y in done],
        }
    text = json.dumps(out, separators=(",", ":"), sort_keys=True, ensure_ascii=True).replace('},"', '},\n"')
    (HERE / "api581_rates2.json").write_text(text + "\n", encoding="utf-8")
    print(total, len(text))


if __name__ == "__main__":
    main()
