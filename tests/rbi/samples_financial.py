"""Sample inputs of the financial procedures and of tanks, so that every branch, step and refusal is reached."""

from __future__ import annotations

from typing import Any

from integrity.core.codes import index_of
from integrity.rbi.data import EFFECTS, HOLES, fluids
from integrity.rbi.financial_tables import materials
from integrity.rbi.tanks_common import FLUIDS, SOILS
from tests.rbi.samples import NAN, rows_of

ESCALATED = {"rbi.cost_year": 2024.0, "rbi.cost_index": 1.46, "rbi.currency": "CNY", "rbi.exchange_rate": 7.1}
PLANT = {
    "rbi.equipment_cost_m2": 4000.0,
    "rbi.production_cost_d": 50000.0,
    "rbi.population_m2": 2e-4,
    "rbi.injury_cost": 3e6,
    "rbi.environment_cost_bbl": 300.0,
    "rbi.outage_multiplier": 1.5,
}
SPARE = {
    "component_type": -1,
    "cost_material": -1,
    "fluid": -1,
    "release_phase": -1,
    "tank_fluid": -1,
    "soil": -1,
    "release_barrier": -1,
    "sensitivity": -1,
    "FC_category": -1,
}


def kind(name: str) -> int:
    return index_of("component_type", name)


def fluid(name: str) -> int:
    return fluids().names.index(name)


BASE: dict[str, Any] = {
    "component_type": kind("DRUM"),
    "cost_material": materials().names.index("carbon_steel"),
    "CA_cmd": 120.0,
    "CA_inj": 310.0,
    "fluid": fluid("C9-C12"),
    "release_phase": 1,
    "fact_AIT": 0.0,
    "mass_small": 120.0,
    "mass_medium": 900.0,
    "mass_large": 6000.0,
    "mass_rupture": 15000.0,
    "equipment_cost_m2": 5500.0,
    "production_cost_d": 20000.0,
    "population_m2": 1e-4,
    "injury_cost": 5e6,
    "environment_cost_bbl": 250.0,
    "outage_multiplier": 2.0,
}
FINANCIAL = rows_of(
    BASE,
    [
        {},
        {"release_phase": 0, "mass_small": NAN, "environment_cost_bbl": NAN},
        {"fluid": fluid("C3-C4")},
        {"fact_AIT": 1.0},
        {"fact_AIT": NAN},
        {"fact_AIT": 0.5},
        {"fluid": fluid("Aromatics")},
        {"fluid": fluid("Water")},
        {"CA_cmd": 0.0, "CA_inj": 0.0},
        {"component_type": kind("PIPE-4")},
        {"component_type": kind("PIPE-1"), "mass_medium": NAN, "mass_large": NAN},
        {"component_type": kind("PUMP1S")},
        {
            "component_type": kind("PUMP1S"),
            "outage_small_d": 1.0,
            "outage_medium_d": 1.0,
            "outage_large_d": 2.0,
            "outage_rupture_d": 9.0,
        },
        {"component_type": kind("HEXTUBE")},
        {"component_type": kind("COMPC"), "outage_small_d": 1.0},
        {"component_type": kind("HEATERTUBE")},
        {"component_type": kind("TANKBOTTOM")},
        {"component_type": -1},
        {"cost_material": -1},
        {"CA_cmd": NAN},
        {"CA_inj": NAN},
        {"CA_inj": -1.0},
        {"mass_large": NAN},
        {"fluid": fluid("EO")},
        {"fluid": fluid("ALCL3")},
        {"fluid": -1},
        {"release_phase": -1},
        {"equipment_cost_m2": NAN},
        {"production_cost_d": NAN},
        {"population_m2": NAN},
        {"injury_cost": NAN},
        {"environment_cost_bbl": NAN},
        {"outage_multiplier": NAN},
        {"injury_cost": -5.0},
    ],
    SPARE,
)

RISK = rows_of(
    {"P_f": 1e-4, "FC": 2e6, "FC_category": 4, "D_f_total": 3.3},
    [{}, {"P_f": 0.0}, {"FC": NAN, "FC_category": -1}, {"P_f": -1e-3}, {"D_f_total": NAN}],
    SPARE,
)

COURSE: dict[str, Any] = {
    "component_type": kind("COURSE-1"),
    "tank_D_m": 36.0,
    "fill_height_m": 12.0,
    "course_height_m": 2.4,
    "liquid_head_m": NAN,
    "tank_fluid": FLUIDS.index("gasoline"),
    "rho_stated": NAN,
    "P_lvdike": 0.1,
    "P_onsite": 0.6,
    "P_offsite": 0.5,
    "sensitivity": 1,
}
SHELL = rows_of(
    COURSE,
    [
        {},
        {"component_type": kind("COURSE-3"), "tank_fluid": FLUIDS.index("crude_oil"), "sensitivity": 2},
        {"component_type": kind("COURSE-9")},
        {"fill_height_m": NAN, "liquid_head_m": 7.0},
        {"fill_height_m": NAN, "liquid_head_m": NAN},
        {"tank_fluid": -1, "rho_stated": 998.0},
        {"tank_fluid": -1},
        {"tank_D_m": 0.0},
        {"tank_D_m": NAN},
        {"P_offsite": 1.2},
        {"P_onsite": NAN},
        {"sensitivity": -1},
        {"component_type": kind("DRUM"), "liquid_head_m": 5.0},
        {"P_lvdike": 0.0, "sensitivity": 0},
    ],
    SPARE,
)

BOTTOM_BASE: dict[str, Any] = {
    "component_type": kind("TANKBOTTOM"),
    "tank_D_m": 60.0,
    "fill_height_m": 11.0,
    "tank_fluid": FLUIDS.index("gasoline"),
    "rho_stated": NAN,
    "mu_stated": NAN,
    "soil": SOILS.index("silt"),
    "soil_contact": NAN,
    "release_barrier": 0,
    "s_gw_m": 0.2,
    "P_lvdike": 0.1,
    "P_onsite": 0.6,
    "P_offsite": 0.5,
    "sensitivity": 1,
}
BOTTOM = rows_of(
    BOTTOM_BASE,
    [
        {},
        *({"soil": i, "s_gw_m": 3.0} for i in range(len(SOILS))),
        *({"soil": i, "release_barrier": 1} for i in range(len(SOILS))),
        {"soil": SOILS.index("gravel"), "release_barrier": 1, "tank_fluid": FLUIDS.index("light_diesel")},
        {"soil": SOILS.index("gravel"), "release_barrier": 1, "mu_stated": 1e-4, "rho_stated": 800.0},
        {"tank_fluid": -1, "rho_stated": 998.0, "mu_stated": 1e-3, "soil_contact": 1.15},
        {"tank_fluid": -1, "rho_stated": 998.0},
        {"fill_height_m": 0.0},
        {"fill_height_m": NAN},
        {"soil_contact": 0.1},
        {"s_gw_m": -1.0},
        {"s_gw_m": 0.0},
        {"tank_D_m": -3.0},
        {"P_lvdike": -0.1},
        {"soil": -1},
        {"release_barrier": -1},
        {"component_type": kind("COURSE-1")},
        {"soil": SOILS.index("coarse_sand"), "fill_height_m": 1e-12, "mu_stated": 1e-4, "rho_stated": 900.0},
    ],
    SPARE,
)

AREA_BASE: dict[str, Any] = {
    "component_type": kind("COURSE-2"),
    **{f"CA_{e}_{h}": 10.0 * (i + 1) * (j + 1) for j, e in enumerate(EFFECTS) for i, h in enumerate(HOLES)},
    "dike_area_m2": 900.0,
}
AREA = rows_of(
    AREA_BASE,
    [
        {},
        {"CA_cmd_rupture": 9e6, "dike_area_m2": 12.0},
        {"CA_inj_small": NAN},
        {"CA_inj_small": -1.0},
        {"dike_area_m2": NAN},
        {"component_type": kind("TANKBOTTOM")},
        {"component_type": -1},
    ],
    SPARE,
)

PART: dict[str, Any] = {
    "component_type": kind("COURSE-1"),
    "cost_material": 0,
    "tank_D_m": 36.0,
    "CA_cmd": 400.0,
    "CA_inj": 900.0,
    "FC_env": 2.4e5,
    "equipment_cost_m2": 5500.0,
    "production_cost_d": 20000.0,
    "population_m2": 1e-4,
    "injury_cost": 5e6,
    "outage_multiplier": 1.0,
}
BARE = {
    **{"component_type": kind("TANKBOTTOM"), "CA_cmd": NAN, "CA_inj": NAN},
    **{"equipment_cost_m2": NAN, "population_m2": NAN, "injury_cost": NAN},
}
TANK_PART = rows_of(
    PART,
    [
        {},
        BARE,
        {**BARE, "tank_D_m": NAN},
        {"CA_cmd": NAN},
        {"FC_env": NAN},
        {"FC_env": -1.0},
        {"cost_material": -1},
        {"equipment_cost_m2": NAN},
        {"production_cost_d": NAN},
        {"population_m2": NAN},
        {"injury_cost": NAN},
        {"injury_cost": -1.0},
        {"component_type": kind("DRUM")},
        {
            "outage_small_d": 1.0,
            "outage_medium_d": 2.0,
            "outage_large_d": 3.0,
            "outage_rupture_d": 30.0,
        },
        {**BARE, "outage_small_d": 9.0},
    ],
    SPARE,
)
OTHER_MONEY = {
    "rbi.outage_money": "usd_stated",
    "rbi.evaporation_from": "formula",
    "rbi.FC_bounds": "1e5 1e6 1e7 1e8",
    **ESCALATED,
}
WRONG_MONEY = {"rbi.cost_year": 2024.0}

SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "api581.2016.financial": [(FINANCIAL, {})],
    "api581.2016.financial_risk": [(RISK, {})],
    "api581.2016.tank_shell": [(SHELL, {})],
    "api581.2016.tank_bottom": [(BOTTOM, {})],
    "api581.2016.tank_area": [(AREA, {})],
    "api581.2016.tank_financial": [(TANK_PART, {})],
}
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "api581.2016.financial": [OTHER_MONEY, WRONG_MONEY, PLANT],
    "api581.2016.financial_risk": [{"rbi.matrix_cells": "H H H H H/M M M M M/L L L L L/L L L L L/L L L L L"}],
    "api581.2016.tank_shell": [{"rbi.tank_environment_money": "usd_stated", **ESCALATED}, WRONG_MONEY],
    "api581.2016.tank_bottom": [
        {"rbi.tank_environment_money": "usd_stated", **ESCALATED},
        {
            "rbi.tank_seepage_limit": "printed",
            "rbi.tank_transition_holes": "printed",
            "rbi.tank_detection_overlap": "foundation",
            "rbi.tank_viscosity": "printed",
        },
        WRONG_MONEY,
    ],
    "api581.2016.tank_area": [{"rbi.tank_dike_limit": "area"}],
    "api581.2016.tank_financial": [OTHER_MONEY, WRONG_MONEY, PLANT],
}
