"""Makes the fixture of every printed cell of the first rate tables: run with a Python that has api581-engine 0.1.4.

    python make_api581_rates1_cells.py

Every table is asked at its nodes, in SI and in US units; inputs and rates are in this program's units.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from api581 import evaluate
from make_api581_rates1 import (
    BASIS,
    ENGINE,
    H2S_H2,
    HCL_ALLOYS,
    HCL_STEELS,
    HERE,
    SULFIDIC,
    SULFURIC,
    UNITS,
    Case,
    degrees,
)


def grid_of(key: str, fixed: Case, axes: dict[str, Sequence[float]], ask: Callable[..., dict[str, Any]]) -> Case:
    """Every cell of one table, asked at its nodes; the first axis runs slowest."""
    rates = [evaluate(key, ask(*point))["outputs"] for point in itertools.product(*axes.values())]
    rate = [y.get("corrosion_rate_m_year", y.get("base_corrosion_rate_m_year")) * 1e3 for y in rates]
    return {
        **fixed,
        "axes": {k: [float(f"{v:.15g}") for v in vs] for k, vs in axes.items()},
        "rates": [float(f"{v:.15g}") for v in rate],
    }


def every_table(units: str) -> dict[str, list[Case]]:
    """All cells of all tables in one set of units."""
    si = units == "si"
    form = {"unit_basis": UNITS[units]}
    T4 = degrees(units, (38, 52, 79, 93), (100, 125, 175, 200))
    K = 273.15
    pH = (0.5, 0.8, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.25, 5.75, 6.25, 6.8)
    exact = {**form, "lookup_policy": "exact_nodes_only"}
    out: dict[str, list[Case]] = {"hcl": [], "sulfidic": [], "h2s_h2": [], "sulfuric": [], "hf": []}
    for ours, theirs in HCL_STEELS.items():
        fixed = {"units": units, "rate_material": ours}
        out["hcl"].append(
            grid_of(
                "damage/hcl-ph-rate",
                fixed,
                {"pH": pH, "T_op_C": T4},
                lambda p, T, m=theirs: {**exact, "material": m, "ph": p, "maximum_temperature_k": T + K},
            )
        )
    for m in HCL_ALLOYS:
        for oxidants in (False, True) if m in ("alloy_b2", "alloy_400") else (None,):
            fixed = {"units": units, "rate_material": m}
            fixed |= {} if oxidants is None else {"oxidants_present": int(oxidants)}
            out["hcl"].append(
                grid_of(
                    "damage/hcl-alloy-rate",
                    fixed,
                    {"chloride_ppmw": (5000.0, 7500.0, 10000.0), "T_op_C": T4},
                    lambda c, T, m=m, o=oxidants: {
                        **exact,
                        "material": m,
                        "chloride_mass_fraction": c / 1e6,
                        "maximum_temperature_k": T + K,
                        "oxidants_present": o,
                    },
                )
            )
    columns = degrees(units, (232, 260, 288, 315, 343, 371, 399), (450, 500, 550, 600, 650, 700, 750))
    for ours, theirs in SULFIDIC.items():
        chosen = {"material": theirs, **form}
        axes = evaluate("damage/sulfidic-table-axes", chosen)["outputs"]
        out["sulfidic"].append(
            grid_of(
                "damage/sulfidic-table-rate",
                {"units": units, "rate_material": ours},
                {
                    "sulfur_wt": [round(v * 100, 6) for v in axes["sulfur_mass_fraction_nodes"]],
                    "TAN": axes["tan_nodes_mg_koh_g"],
                    "T_op_C": [*columns, 420.0],
                },
                lambda s, t, T, c=chosen: {
                    **c,
                    "sulfur_mass_fraction": s / 100,
                    "tan_mg_koh_g": t,
                    "maximum_temperature_k": T + K,
                    "lookup_policy": "exact_nodes_only",
                    "temperature_edge_policy": "qualified_source_bins_and_threshold_anchor",
                    "temperature_edge_qualification_basis": BASIS,
                    "low_tan_policy": "reject_below_first_tan",
                },
            )
        )
    T12 = degrees(units, (218, 246, 274, 302, 329, 357, 385, 413, 441, 468, 496, 524), range(425, 976, 50))
    for ours, theirs in H2S_H2.items():
        one = ours in ("12Cr", "304", "304L", "316", "316L", "321", "347")
        for stream in (None,) if one else ("naphtha", "gas_oil"):
            fixed = {"units": units, "rate_material": ours} | ({} if stream is None else {"h2_stream": stream})
            out["h2s_h2"].append(
                grid_of(
                    "damage/h2sh2-table-rate",
                    fixed,
                    {"H2S_mol": (0.002, 0.0035, 0.008, 0.035, 0.08, 0.3, 0.75, 1.0), "T_op_C": T12},
                    lambda c, T, m=theirs, s=stream: {
                        **exact,
                        "material": m,
                        "h2s_mole_fraction": c / 100,
                        "maximum_temperature_k": T + K,
                        "stream_case": s,
                    },
                )
            )
    for ours, theirs in SULFURIC.items():
        headers = ("ft_s", "m_s") if si and ours == "carbon_steel" else (None,)
        for header in headers:
            base: dict[str, Any] = {"material": theirs, **form}
            if header is not None:
                policy = {"ft_s": "qualified_us_ft_s_header", "m_s": "qualified_printed_m_s"}[header]
                base |= {"carbon_si_velocity_policy": policy, "carbon_si_velocity_qualification_basis": BASIS}
            axes = evaluate("damage/sulfuric-table-axes", base)["outputs"]
            base["lookup_policy"] = "exact_nodes_only"
            if ours == "alloy_b2":
                base["oxidants_present"] = False
            if ours == "304":
                base |= {
                    "disputed_304_cell_policy": "qualified_printed_literal",
                    "disputed_304_qualification_basis": BASIS,
                }
            fixed = {"units": units, "rate_material": ours, "header": header or "ft_s", "cell": "as_printed"}
            fixed |= {"oxidants_present": 0} if ours == "alloy_b2" else {}
            out["sulfuric"].append(
                grid_of(
                    "damage/sulfuric-table-rate",
                    fixed,
                    {
                        "H2SO4_wt": [round(c * 100, 6) for c in axes["acid_mass_fraction_nodes"]],
                        "T_op_C": [T - K for T in axes["temperature_nodes_k"]],
                        "velocity_m_s": axes["velocity_nodes_m_s"],
                    },
                    lambda c, T, v, b=base: {
                        **b,
                        "acid_mass_fraction": c / 100,
                        "maximum_temperature_k": T + K,
                        "velocity_m_s": v,
                    },
                )
            )
    HF = (1.0, 2.0, 5.0, 6.0, 63.0, 64.0, 80.0, 81.0)
    T7 = degrees(units, (27, 41, 60, 66, 75, 86, 93), (80, 105, 140, 150, 167.5, 187.5, 200))
    reject = {**exact, "concentrated_extension_policy": "reject_above_81wt_percent"}
    for v, residual in itertools.product((1.0, 5.0), ("low", "high")):
        fixed = {"units": units, "rate_material": "carbon_steel", "velocity_m_s": v, "residual_elements": residual}
        out["hf"].append(
            grid_of(
                "damage/hf-carbon-rate",
                fixed,
                {"HF_wt": HF, "T_op_C": T7},
                lambda c, T, v=v, r=residual: {
                    **reject,
                    "hf_mass_fraction": c / 100,
                    "maximum_temperature_k": T + K,
                    "velocity_m_s": v,
                    "velocity_basis": UNITS[units],
                    "residual_category": r if c > 80.0 else None,
                    "residual_qualification_basis": BASIS if c > 80.0 else None,
                },
            )
        )
    for oxidants in (0, 1):
        out["hf"].append(
            grid_of(
                "damage/hf-alloy400-rate",
                {"units": units, "rate_material": "alloy_400", "oxidants_present": oxidants},
                {"HF_wt": HF, "T_op_C": degrees(units, (27, 52, 79, 93), (80, 125, 175, 200))},
                lambda c, T, o=oxidants: {
                    **reject,
                    "hf_mass_fraction": c / 100,
                    "maximum_temperature_k": T + K,
                    "aerated_or_oxidants_present": o == 1,
                },
            )
        )
    return out


def every_table_twice() -> dict[str, list[Case]]:
    si, us = every_table("si"), every_table("us")
    return {name: [*si[name], *us[name]] for name in si}


if __name__ == "__main__":
    data = {"engine": ENGINE, "version": version(ENGINE), "tables": every_table_twice()}
    text = json.dumps(data, separators=(",", ":"))
    (HERE / "api581_rates1_cells.json").write_text(text + "\n", encoding="utf-8")
