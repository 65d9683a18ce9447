"""Procedures `api581.2016.tank_area`, `api581.2016.tank_financial`: areas of a course, money of a tank part."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import financial as fin
from integrity.rbi import financial_clauses as cl
from integrity.rbi import financial_money as money
from integrity.rbi import tanks_common as tc
from integrity.rbi import tanks_environment as en
from integrity.rbi.consequence import weighted_area
from integrity.rbi.data import EFFECTS, HOLES, constants
from integrity.rbi.pof import frequency_columns
from integrity.rbi.tanks_common import tank_number

AREA_KEY = "api581.2016.tank_area"
KEY = "api581.2016.tank_financial"
PARTS = ("course", "bottom")
DIKE = ("none", "area")
COURSE_COSTS = ("equipment_cost_m2", "population_m2", "injury_cost")
UNIT_COSTS = ("equipment_cost_m2", "production_cost_d", "population_m2", "injury_cost", "outage_multiplier")
CARRIED = frozenset({"FC_env", "CA_cmd", "CA_inj", *(f"CA_{e}_{h}" for e in EFFECTS for h in HOLES)})
BOTTOM = index_of("component_type", "TANKBOTTOM")

_AREA = API581_2016.at("Part 3 §6.8, §6.11", "Area of a tank course")
_COST = API581_2016.at("Part 3 §6.12", "Financial consequence of a tank")


def _area(x: Inputs) -> Columns:
    out = frequency_columns(x["component_type"]) | {"course_n": tc.course_number(x["component_type"])}
    case = DIKE.index(x.settings.code("rbi.tank_dike_limit"))
    out["dike_case"] = np.full(x.n, case, dtype=np.int64)
    for e in EFFECTS:
        areas = {f"CA_{h}": x[f"CA_{e}_{h}"] for h in HOLES}
        free = weighted_area(**fin.weights_of(out), **areas)
        out[f"CA_{e}_free"] = free
        out[f"CA_{e}"] = en.within_dike(free, x["dike_area_m2"]) if case == 1 else en.without_dike(free)
    out["CA"] = en.greater_area(out["CA_cmd"], out["CA_inj"])
    return out


def _dike_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["dike_case"] == 0) | ~np.isnan(c["dike_area_m2"]))


def _areas_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    names = (*(f"CA_{e}_{h}" for e in EFFECTS for h in HOLES), "dike_area_m2")
    return np.all([~(c[s] < 0.0) for s in names], axis=0)


AREA = Procedure(
    key=AREA_KEY,
    ref=_AREA,
    inputs=(
        Param("component_type", "code", codes=codes("component_type")),
        *(Param(f"CA_{e}_{h}", "area") for e in EFFECTS for h in HOLES),
        Param("dike_area_m2", "area", required=False),
    ),
    outputs=(
        *tc.frequency_outputs(),
        Param("course_n", "count"),
        Param("dike_case", "code", codes=DIKE),
        *(Param(f"CA_{e}_free", "area") for e in EFFECTS),
        Param("CA_cmd", "area", conclusion=True),
        Param("CA_inj", "area", conclusion=True),
        Param("CA", "area", conclusion=True),
    ),
    compute=_area,
    limits=(
        Limit(
            "financial.tank_course",
            _AREA,
            lambda c: (c["component_type"] < 0) | ~np.isnan(c["course_n"]),
        ),
        Limit("financial.areas_not_negative", _AREA, _areas_sound),
        Limit("financial.dike_known", API581_2016.at("Part 3 §6.7"), _dike_known, Verdict.INSUFFICIENT_DATA),
    ),
    steps=(
        *tc.FREQUENCY_STEPS,
        *(Step(weighted_area, f"CA_{e}_free", {f"CA_{h}": f"CA_{e}_{h}" for h in HOLES}) for e in EFFECTS),
        *(Step(en.without_dike, f"CA_{e}", {"CA_free": f"CA_{e}_free"}, when=("dike_case", "none")) for e in EFFECTS),
        *(Step(en.within_dike, f"CA_{e}", {"CA_free": f"CA_{e}_free"}, when=("dike_case", "area")) for e in EFFECTS),
        Step(en.greater_area, "CA"),
    ),
    settings=("rbi.tank_dike_limit",),
)


def _cost(x: Inputs) -> Columns:
    out = fin.component_columns(x)
    out |= money.money_columns(x.settings, x.n) | money.economic_columns(x, UNIT_COSTS)
    part = stack_codes((~np.isnan(tc.course_number(x["component_type"])), 0), (x["component_type"] == BOTTOM, 1))
    course = part == 0
    by_area = en.rupture_by_area(out["cost_rupture"], x["tank_D_m"], tank_number("C36"))
    out |= {
        "tank_part": part,
        "is_course": course.astype(np.int64),
        "cost_rupture_D": np.where(part == 1, by_area, out["cost_rupture"]),
    }
    costs = {f"cost_{h}": out[f"cost_{h}"] for h in HOLES} | {"cost_rupture": out["cost_rupture_D"]}
    out["FC_cmd_2001"] = cl.component_cost_2001(**fin.weights_of(out), **costs, mat_cost=out["mat_cost"])
    out["FC_cmd"] = cl.escalated(out["FC_cmd_2001"], out["cost_index"], out["exchange_rate"])
    nothing = en.not_of_bottoms(part)
    out["FC_affa"] = np.where(course, cl.surrounding_cost(x["CA_cmd"], out["equipment_cost_m2"]), nothing)
    out |= fin.area_outage(x, out)
    days = {f"out_{h}_d": out[f"out_{h}_d"] for h in HOLES}
    out["outage_cmd_d"] = cl.component_outage(**fin.weights_of(out), **days, outage_multiplier=out["outage_multiplier"])
    out["FC_prod"] = cl.production_cost(out["outage_cmd_d"], out["outage_affa_d"], out["production_cost_d"])
    injured = cl.injury_cost_of(x["CA_inj"], out["population_m2"], out["injury_cost"])
    out["FC_inj"] = np.where(course, injured, nothing)
    out["FC_env"] = x["FC_env"]
    sound = money.basis_holds(out) & _amounts({**x.columns, **out})
    return out | fin.total_columns(sound, out, x)


def _amounts(c: Mapping[str, AnyArray]) -> BoolArray:
    names = ("CA_cmd", "CA_inj", "FC_env", *(f"outage_{h}_d" for h in HOLES), *UNIT_COSTS)
    return np.all([~(c[s] < 0.0) for s in names], axis=0) & ~(c["tank_D_m"] <= 0.0)


def _area_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["is_course"] != 1) | ~(np.isnan(c["CA_cmd"]) | np.isnan(c["CA_inj"])))


def _diameter_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["tank_part"] != 1) | ~np.isnan(c["tank_D_m"]))


PROCEDURE = Procedure(
    key=KEY,
    ref=_COST,
    inputs=(
        *fin.COMPONENT_INPUTS,
        Param("tank_D_m", "height", required=False),
        Param("CA_cmd", "area", required=False),
        Param("CA_inj", "area", required=False),
        Param("FC_env", "money"),
        *money.economic_params(UNIT_COSTS),
    ),
    outputs=(
        *fin.COMPONENT_OUTPUTS,
        *money.MONEY_OUTPUTS,
        *money.economic_outputs(UNIT_COSTS),
        Param("tank_part", "code", codes=PARTS),
        Param("is_course", "code", codes=fin.USED),
        Param("cost_rupture_D", "money"),
        *(p for p in fin.PART_OUTPUTS if p.symbol != "FC_env"),
        *fin.TOTAL_OUTPUTS,
    ),
    compute=_cost,
    limits=(
        Limit("financial.tank_only", _COST, lambda c: (c["component_type"] < 0) | (c["tank_part"] >= 0)),
        money.MONEY_LIMIT,
        *money.economic_limits(UNIT_COSTS, dict.fromkeys(COURSE_COSTS, "is_course")),
        Limit("financial.amounts_not_negative", _COST, _amounts),
        Limit("financial.course_area_known", _COST, _area_known, Verdict.INSUFFICIENT_DATA),
        Limit(
            "financial.diameter_known",
            API581_2016.at("Part 3 §6.12 eq. (3.250)"),
            _diameter_known,
            Verdict.INSUFFICIENT_DATA,
        ),
    ),
    steps=(
        *fin.FREQUENCY_STEPS,
        *(
            Step(cl.repair_cost, f"cost_{h}", note_params=("component_type", "cost_check", "cost_verified"))
            for h in HOLES
        ),
        Step(en.rupture_by_area, "cost_rupture_D", when=("tank_part", "bottom")),
        Step(cl.material_factor, "mat_cost", note_params=("cost_material",)),
        Step(cl.component_cost_2001, "FC_cmd_2001", {"cost_rupture": "cost_rupture_D"}),
        Step(cl.escalated, "FC_cmd"),
        *money.economic_steps(UNIT_COSTS),
        Step(cl.surrounding_cost, "FC_affa", when=("tank_part", "course")),
        Step(en.not_of_bottoms, "FC_affa", when=("tank_part", "bottom"), note_params=("tank_part",)),
        *(s for s in fin.AREA_STEPS if s.out != "FC_affa"),
        *fin.OUTAGE_STEPS,
        Step(cl.production_cost, "FC_prod"),
        Step(cl.injury_cost_of, "FC_inj", when=("tank_part", "course")),
        Step(en.not_of_bottoms, "FC_inj", when=("tank_part", "bottom"), note_params=("tank_part",)),
        *fin.TOTAL_STEPS,
    ),
    constants={**constants("costs"), "C36": constants("tank")["C36"]},
    settings=(*fin.TOTAL_SETTINGS, *money.economic_settings(UNIT_COSTS)),
)
