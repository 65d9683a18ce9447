"""Makes the fixtures of an independent engine for money and tanks: run with a Python that has api581-engine 0.1.4.

    python make_api581_financial.py

Seeded, so that the same file comes out again. Inputs are written in this program's units, outputs in the engine's.
"""

from __future__ import annotations

import csv
import json
import random
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate
from api581.cost_tables import LEAK, MATERIAL, OUTAGE, REPAIR
from api581.tank import _FLUIDS, _SOILS

HERE = Path(__file__).parent
TABLES = HERE.parents[1] / "integrity" / "rbi" / "tables"
HOLES = ("small", "medium", "large", "rupture")
PLACES = ("indike", "onsite", "offsite", "subsoil", "groundwater", "water")
PEER_PLACES = ("in_dike", "surface_on_site", "surface_off_site", "subsoil", "groundwater", "surface_water")
SEED = 581
WATER = (998.2, 0.001002)


def out_of(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return evaluate(key, inputs)["outputs"]


def densities() -> dict[str, float]:
    with (TABLES / "fluids.csv").open(encoding="utf-8") as file:
        return {r["fluid"]: float(r["rho_liq"]) for r in csv.DictReader(file) if r["rho_liq"]}


class Columns:
    """Inputs and outputs of one group, a list a symbol; `refused` counts what the engine will not answer."""

    def __init__(self) -> None:
        self.inputs: dict[str, list[Any]] = {}
        self.outputs: dict[str, list[Any]] = {}
        self.refused: list[dict[str, Any]] = []

    def add(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
        for held, new in ((self.inputs, inputs), (self.outputs, outputs)):
            for symbol, value in new.items():
                held.setdefault(symbol, []).append(float(f"{value:.13g}") if isinstance(value, float) else value)

    def data(self) -> dict[str, Any]:
        return {"inputs": self.inputs, "outputs": self.outputs, "refused": self.refused}


def by_hole(symbol: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{symbol}_{h}": values[h] for h in HOLES if h in values}


def round3(value: float) -> float:
    return float(f"{value:.6g}")


def money_inputs(r: random.Random) -> dict[str, float]:
    return {
        "cost_index": r.choice([1.12, 1.46, 1.83, 2.27]),
        "exchange_rate": r.choice([0.53, 0.91, 7.1]),
        "equipment_cost_m2": round3(r.uniform(0.0, 12000.0)),
        "production_cost_d": round3(r.choice([0.0, r.uniform(1e3, 1e6)])),
        "population_m2": round3(r.choice([0.0, r.uniform(1e-5, 1e-2)])),
        "injury_cost": round3(r.uniform(1e5, 1e7)),
        "outage_multiplier": round3(r.choice([1.0, r.uniform(0.5, 5.0)])),
    }


def stated_days(r: random.Random, component: str) -> dict[str, float]:
    blank = [h for h, d in zip(HOLES, OUTAGE[component], strict=True) if d is None]
    more = [h for h in HOLES if r.random() < 0.1]
    return {h: float(r.randint(0, 40)) for h in {*blank, *more}}


def financial_case(r: random.Random, columns: Columns, component: str, material: str) -> None:
    money, days = money_inputs(r), stated_days(r, component)
    fluid = r.choice(sorted(set(LEAK) & set(DENSITY) - {"NO2", "Phosgene", "EO"}))
    mass = {h: round3(10 ** r.uniform(0.0, 5.0)) for h in HOLES}
    phase = r.choice(["liquid", "liquid", "liquid", "gas"])
    fact_AIT = r.choice([0.0, 0.0, 0.4, 1.0])
    leak = out_of("properties/leak-table", {"fluid": fluid})
    weights = out_of("frequency/generic", {"component_type": component})
    eligible = out_of(
        "financial/cleanup-eligibility",
        {
            "release_phase": phase,
            "normal_boiling_point_k": leak["normal_boiling_point_k"],
            "autoignition_likely": fact_AIT == 1.0,
        },
    )["include_cleanup_cost"]
    share = 1.0 - leak["evaporated_fraction_24h"]
    frequency = weights["by_hole_per_year"]
    volume = sum(frequency[h] * mass[h] * share / DENSITY[fluid] for h in HOLES) / weights["total_per_year"]
    cost_bbl = round3(r.uniform(0.0, 2000.0))
    areas = {"CA_cmd": round3(r.choice([0.0, 10 ** r.uniform(0, 4)])), "CA_inj": round3(10 ** r.uniform(0, 4.5))}
    basis = {
        "component_type": component,
        "material_id": material,
        "price_factor_since_2001": money["cost_index"],
        "usd_to_output_currency": money["exchange_rate"],
        "cost_basis_year": 2024,
        "currency": "CNY",
    }
    outage = {
        "component_type": component,
        "outage_multiplier": money["outage_multiplier"],
        "override_days": days,
    }
    got = out_of(
        "financial/level1-consequence",
        {
            "repair": basis,
            "outage": outage,
            "equipment_area_m2": areas["CA_cmd"],
            "personnel_area_m2": areas["CA_inj"],
            "equipment_cost_per_m2": money["equipment_cost_m2"],
            "production_cost_per_day": money["production_cost_d"],
            "population_density_per_m2": money["population_m2"],
            "cost_per_injury": money["injury_cost"],
            "weighted_cleanup_volume_m3": volume if eligible else 0.0,
            "cleanup_cost_per_m3": cost_bbl * 6.29,
        },
    )
    columns.add(
        {
            "component_type": component,
            "cost_material": material,
            "fluid": fluid,
            "release_phase": phase,
            "fact_AIT": fact_AIT,
            **areas,
            **by_hole("mass", mass),
            **{f"outage_{h}_d": days.get(h) for h in HOLES},
            "environment_cost_bbl": cost_bbl,
            **money,
        },
        {
            "FC_cmd": got["component_repair_cost"],
            "FC_affa": got["surrounding_equipment_cost"],
            "FC_prod": got["business_interruption_cost"],
            "FC_inj": got["injury_cost"],
            "FC_env": got["environmental_cost"],
            "outage_cmd_d": got["component_outage_days"],
            "outage_affa_d": got["surrounding_outage_days"],
            "FC": got["financial_consequence"],
        },
    )


def financial(columns: Columns) -> None:
    r = random.Random(SEED)
    components = sorted(set(REPAIR) - {"TANKBOTTOM", "COURSE-1-10"})
    for component in components:
        for material in MATERIAL:
            try:
                financial_case(r, columns, component, material)
            except DomainError as error:
                columns.refused.append({"component_type": component, "why": str(error)[:80]})
    for _ in range(300):
        component = r.choice([c for c in components if c not in UNKNOWN])
        financial_case(r, columns, component, r.choice(list(MATERIAL)))


def shares(r: random.Random) -> dict[str, Any]:
    return {
        "P_lvdike": r.choice([0.0, 1.0, round3(r.random())]),
        "P_onsite": r.choice([0.0, 1.0, round3(r.random())]),
        "P_offsite": r.choice([0.0, 1.0, round3(r.random())]),
        "sensitivity": r.choice(["low", "medium", "high"]),
    }


def environment(x: dict[str, Any], money: dict[str, float]) -> dict[str, Any]:
    table = out_of("tank/environment-cost-table", {"sensitivity": x["sensitivity"]})["cost_by_location_usd_per_bbl"]
    scale = money["cost_index"] * money["exchange_rate"]
    return {
        "cost_by_location_per_bbl": {p: table[p] * scale for p in PEER_PLACES},
        "currency": "CNY",
        "cost_basis": "2024",
        "fraction_leaving_dike": x["P_lvdike"],
        "fraction_on_site": x["P_onsite"],
        "fraction_off_site": x["P_offsite"],
    }


def operating(material: str, money: dict[str, float], days: dict[str, float]) -> dict[str, Any]:
    return {
        "repair": {
            "material_id": material,
            "price_factor_since_2001": money["cost_index"],
            "usd_to_output_currency": money["exchange_rate"],
            "cost_basis_year": 2024,
        },
        "outage_multiplier": money["outage_multiplier"],
        "override_outage_days": days,
        "production_cost_per_day": money["production_cost_d"],
        "generic_frequency_source": "table",
    }


def cost_outputs(got: dict[str, Any]) -> dict[str, Any]:
    return {
        "FC_cmd": got["component_repair_cost"],
        "FC_affa": got["surrounding_equipment_cost"],
        "FC_prod": got["business_interruption_cost"],
        "FC_inj": got["injury_cost"],
        "FC_env": got["environmental_cost"],
        "FC_leak": got["leak_environment_cost"],
        "FC_rup": got["rupture_environment_cost"],
        "outage_cmd_d": got["component_outage_days"],
        "outage_affa_d": got["surrounding_outage_days"],
        "FC": got["financial_consequence"],
    }


def shell(columns: Columns) -> None:
    r = random.Random(SEED + 1)
    fluids = list(_FLUIDS)
    for i in range(1050):
        money, x = money_inputs(r), shares(r)
        tank_D = round3(r.uniform(3.0, 92.0))
        course, fluid = i % 10 + 1, fluids[i // 10 % len(fluids)]
        fill = round3(r.choice([r.uniform(0.0, 26.0), r.uniform(12.0, 26.0)]))
        height = round3(r.uniform(1.5, 3.0))
        days = stated_days(r, "COURSE-1-10")
        material = r.choice(list(MATERIAL))
        source = out_of(
            "tank/shell-source-assessment",
            {
                "tank_diameter_m": tank_D,
                "fill_height_m": fill,
                "course_index": course,
                "course_height_m": height,
                "fluid": fluid,
                "diameter_boundary_basis": "inch_0_125",
            },
        )
        areas = {"CA_cmd": round3(10 ** r.uniform(0, 4)), "CA_inj": round3(10 ** r.uniform(0, 4.5))}
        got = out_of(
            "tank/shell-financial-consequence",
            {
                **environment(x, money),
                **operating(material, money, days),
                "generic_frequency_by_hole_per_year": source["generic_frequency_by_hole_per_year"],
                "released_volume_by_hole_bbl": source["released_volume_by_hole_bbl"],
                "equipment_area_m2": areas["CA_cmd"],
                "personnel_area_m2": areas["CA_inj"],
                "equipment_cost_per_m2": money["equipment_cost_m2"],
                "population_density_per_m2": money["population_m2"],
                "cost_per_injury": money["injury_cost"],
            },
        )
        columns.add(
            {
                "component_type": f"COURSE-{course}",
                "tank_D_m": tank_D,
                "fill_height_m": fill,
                "course_height_m": height,
                "tank_fluid": fluid,
                "cost_material": material,
                **x,
                **areas,
                **{f"outage_{h}_d": days.get(h) for h in HOLES},
                **money,
            },
            {
                "h_course_m": source["available_liquid_head_m"],
                "bbl_avail": source["available_volume_bbl"],
                **by_hole("W", source["native_rate_by_hole_bbl_day"]),
                **by_hole("rate", source["mass_rate_by_hole_kg_s"]),
                **by_hole("bbl", source["released_volume_by_hole_bbl"]),
                **by_hole("mass", source["released_mass_by_hole_kg"]),
                **{f"ld_{h}_d": source["release_duration_by_hole_days"][h] for h in HOLES[:3]},
                "gff_total": source["generic_total_per_year"],
                **cost_outputs(got),
            },
        )


def bottom(columns: Columns) -> None:
    r = random.Random(SEED + 2)
    fluids, soils = list(_FLUIDS), list(_SOILS)
    for i in range(1120):
        money, x = money_inputs(r), shares(r)
        soil, fluid = soils[i % len(soils)], fluids[i // len(soils) % len(fluids)]
        barrier = r.random() < 0.5
        each = r.random() < 0.5
        overlap = r.choice(["foundation", "barrier"])
        tank_D, fill = round3(r.uniform(3.0, 92.0)), round3(r.choice([0.0, r.uniform(0.2, 25.0), r.uniform(2.0, 25.0)]))
        contact = r.choice([0.21, 1.15, round3(r.uniform(0.21, 1.15))])
        distance = r.choice([0.0, round3(10 ** r.uniform(-3, 2))])
        days = stated_days(r, "TANKBOTTOM")
        material = r.choice(list(MATERIAL))
        inputs = {
            "component_type": "TANKBOTTOM",
            "tank_D_m": tank_D,
            "fill_height_m": fill,
            "tank_fluid": fluid,
            "soil": soil,
            "soil_contact": contact,
            "release_barrier": int(barrier),
            "s_gw_m": distance,
            "each": int(each),
            "overlap": overlap,
            "cost_material": material,
            **x,
            **{f"outage_{h}_d": days.get(h) for h in HOLES},
            **money,
        }
        try:
            outputs = bottom_outputs(inputs, days, money)
        except DomainError as error:
            columns.refused.append({**inputs, "why": str(error)[:80]})
            continue
        columns.add(inputs, outputs)


def bottom_outputs(x: dict[str, Any], days: dict[str, float], money: dict[str, float]) -> dict[str, Any]:
    source = out_of(
        "tank/bottom-source-assessment",
        {
            "tank_diameter_m": x["tank_D_m"],
            "fill_height_m": x["fill_height_m"],
            "fluid": x["tank_fluid"],
            "soil": x["soil"],
            "water_density_kg_m3": WATER[0],
            "water_dynamic_viscosity_pa_s": WATER[1],
            "foundation": "concrete_asphalt" if x["soil"] == "concrete_asphalt" else "other",
            "has_release_prevention_barrier": bool(x["release_barrier"]),
            "detection_overlap_basis": f"{x['overlap']}_priority",
            "transition_hole_basis": "per_hole_scaled" if x["each"] else "api581_printed",
            "soil_contact_factor": x["soil_contact"],
        },
    )
    arrival = out_of(
        "tank/groundwater-arrival",
        {"distance_to_groundwater_m": x["s_gw_m"], "seepage_velocity_m_day": source["seepage_velocity_m_day"]},
    )["arrival_time_days"]
    released = source["released_volume_by_hole_bbl"]
    got = out_of(
        "tank/bottom-financial-consequence",
        {
            **environment(x, money),
            **operating(x["cost_material"], money, days),
            "tank_diameter_m": x["tank_D_m"],
            "generic_frequency_by_hole_per_year": source["generic_frequency_by_hole_per_year"],
            "leaked_volume_by_hole_bbl": {h: released[h] for h in HOLES[:3]},
            "total_tank_volume_bbl": source["available_volume_bbl"],
            "detection_time_days": source["detection_time_days"],
            "groundwater_arrival_time_days": arrival,
        },
    )
    return {
        "k_prod": source["product_hydraulic_conductivity_m_day"],
        "v_seep": source["seepage_velocity_m_day"],
        "n_holes": source["small_hole_count"],
        "W_small": source["native_rate_by_hole_bbl_day"]["small"],
        "rate_small": source["mass_rate_by_hole_kg_s"]["small"],
        "t_detect_d": source["detection_time_days"],
        "ld_small_d": source["release_duration_by_hole_days"]["small"],
        "bbl_small": released["small"],
        "bbl_rupture": released["rupture"],
        "mass_small": source["released_mass_by_hole_kg"]["small"],
        "mass_rupture": source["released_mass_by_hole_kg"]["rupture"],
        "t_gw_d": arrival,
        **{k: v for k, v in cost_outputs(got).items() if k not in ("FC_affa", "FC_inj", "outage_affa_d")},
        "law": source["bottom_flow_equation"],
    }


def environments(columns: Columns) -> None:
    r = random.Random(SEED + 3)
    for i in range(500):
        x = shares(r)
        volume = round3(r.choice([0.0, 10 ** r.uniform(0, 6)]))
        got = out_of(
            "tank/surface-spill-partition",
            {
                "released_volume_bbl": volume,
                "fraction_leaving_dike": x["P_lvdike"],
                "fraction_on_site": x["P_onsite"],
                "fraction_off_site": x["P_offsite"],
            },
        )
        arrival = [0.0, round3(10 ** r.uniform(-2, 4))][i % 2]
        ground = out_of(
            "tank/subsurface-spill-partition",
            {"leaked_volume_bbl": volume, "detection_time_days": 30, "groundwater_arrival_time_days": arrival},
        )
        columns.add(
            {"bbl": volume, "t_gw_d": arrival, "t_detect_d": 30.0, **{s: x[s] for s in x if s != "sensitivity"}},
            {
                "bbl_indike": got["in_dike_bbl"],
                "bbl_onsite": got["surface_on_site_bbl"],
                "bbl_offsite": got["surface_off_site_bbl"],
                "bbl_water": got["surface_water_bbl"],
                "frac_gw": ground["groundwater_fraction"],
                "bbl_groundwater": ground["groundwater_bbl"],
                "bbl_subsoil": ground["subsoil_bbl"],
            },
        )


DENSITY = densities()
UNKNOWN = ("HEXTUBE",)


def main() -> None:
    groups = {"financial": Columns(), "tank_shell": Columns(), "tank_bottom": Columns(), "environment": Columns()}
    for fill, name in zip((financial, shell, bottom, environments), groups, strict=True):
        fill(groups[name])
        count = len(next(iter(groups[name].inputs.values())))
        print(name, count, "cases", len(groups[name].refused), "refused")
    data = {
        "engine": "api581-engine",
        "version": version("api581-engine"),
        "seed": SEED,
        "groups": {n: c.data() for n, c in groups.items()},
    }
    (HERE / "api581_financial.json").write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
