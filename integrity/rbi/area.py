"""Procedure `api581.2016.flammable_area`: component damage and personnel injury area of one hole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import REL_TOL, AnyArray, BoolArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi import area_clauses as ar
from integrity.rbi.data import EFFECTS, PHASES, TERMS, constants, fluids, number
from integrity.rbi.release import CHECKS, RELEASE_TYPES
from integrity.rbi.rows import on_rows

KEY = "api581.2016.flammable_area"
FLUID_TYPES = ("0", "1")
USED = ("unused", "used")
MITIGATION_CASES = ("credited", "not_creditable")
IC_CASES = ("by_rate", "fixed")
IC_REASONS = ("by_rate", "instantaneous", "no_instantaneous", "type_1")
SIDES = ("ainl", "ail")
SIDE_CASES = ("unused", "continuous", "instantaneous", "blended")
AIT_CASES = ("table", "given")
FINAL_CASES = ("ainl", "ail", "blended")

_REF = API581_2016.at("Part 3 §4.8", "Level 1 flammable area")


def _shares(x: Inputs, inst_blank: BoolArray) -> Columns:
    fluid_type = fluids().fluid_type[x["fluid"]]
    inst = x["release_type"] == RELEASE_TYPES.index("instantaneous")
    given = ~np.isnan(x["AIT_C"])
    AIT = np.where(given & (x["fluid"] >= 0), x["AIT_C"], ar.autoignition_temperature(x["fluid"]))
    reason = stack_codes(
        (fluid_type == 1, IC_REASONS.index("type_1")),
        (inst_blank, IC_REASONS.index("no_instantaneous")),
        (inst, IC_REASONS.index("instantaneous")),
        default=IC_REASONS.index("by_rate"),
    )
    rate_share = ar.blend_of_rate(x["rate_kg_s"], number("release", "C5"))
    whole = ar.blend_fixed(inst & (reason != IC_REASONS.index("no_instantaneous")))
    fact_IC = np.where(reason == 0, rate_share, whole)
    fact_AIT = np.where(
        fluid_type == 1,
        ar.likely_or_not(x["T_s_C"], AIT),
        ar.blend_of_temperature(x["T_s_C"], AIT, number("release", "C6")),
    )
    return {
        "fluid_type": fluid_type,
        "AIT_case": given.astype(np.int64),
        "AIT_s_C": AIT,
        "IC_reason": reason,
        "IC_case": (reason > 0).astype(np.int64),
        "fact_IC": fact_IC,
        "fact_AIT": np.where(np.isnan(AIT), np.nan, fact_AIT),
    }


def _used(shares: Columns) -> Columns:
    IC, AIT = shares["fact_IC"], shares["fact_AIT"]
    # A share that is 0 or 1 but for rounding takes no second area, whose cell may be blank.
    cont, inst, ainl, ail = IC < 1.0 - REL_TOL, IC > REL_TOL, AIT < 1.0 - REL_TOL, AIT > REL_TOL
    use = {"cont_ainl": cont & ainl, "cont_ail": cont & ail, "inst_ainl": inst & ainl, "inst_ail": inst & ail}
    out: Columns = {f"use_{t}": use[t].astype(np.int64) for t in TERMS}
    mixed = stack_codes((~inst, 1), (~cont, 2), default=3)
    out["ainl_case"] = np.where(ainl, mixed, 0)
    out["ail_case"] = np.where(ail, mixed, 0)
    out["final_case"] = stack_codes((~ail, 0), (~ainl, 1), default=2)
    out["use_inst"] = (inst & (ainl | ail)).astype(np.int64)
    return out


def _effect(x: Inputs, c: Columns, effect: str) -> Columns:
    out: Columns = {}
    for term in TERMS:
        a, b, used = c[f"a_{effect}_{term}"], c[f"b_{effect}_{term}"], c[f"use_{term}"] == 1
        if term.startswith("cont"):
            out[term] = on_rows(used, ar.continuous_area, a, b, x["rate_kg_s"], c["fact_mit"])
        else:
            out[term] = on_rows(used, ar.instantaneous_area, a, b, x["mass_kg"], c["fact_mit"], c["eneff"])
    side: Columns = {}
    for s in SIDES:
        cont, inst = out[f"cont_{s}"], out[f"inst_{s}"]
        case = c[f"{s}_case"]
        # Where a side is not used its continuous area is missing.
        one = np.where(case == SIDE_CASES.index("instantaneous"), inst, cont)
        side[s] = np.where(case == SIDE_CASES.index("blended"), ar.blended_by_rate(inst, cont, c["fact_IC"]), one)
    final = np.where(
        c["final_case"] == FINAL_CASES.index("blended"),
        ar.blended_by_temperature(side["ail"], side["ainl"], c["fact_AIT"]),
        np.where(c["final_case"] == FINAL_CASES.index("ail"), side["ail"], side["ainl"]),
    )
    named: Columns = {f"CA_{effect}_{t}": out[t] for t in TERMS}
    named |= {f"CA_{effect}_{s}": side[s] for s in SIDES}
    named[f"CA_{effect}"] = final
    return named


def _compute(x: Inputs) -> Columns:
    coef = ar.coefficient(x["fluid"], x["release_phase"])
    out: Columns = {}
    for i, effect in enumerate(EFFECTS):
        for j, term in enumerate(TERMS):
            out[f"a_{effect}_{term}"] = coef.a[:, i, j]
            out[f"b_{effect}_{term}"] = coef.b[:, i, j]
    out |= _shares(x, np.isnan(coef.a[:, :, 2]).all(axis=1) & coef.has_row)
    out |= _used(out)
    blowdown = x["mitigation"] == index_of("mitigation", "blowdown_isolation_B")
    out |= {
        "has_row": coef.has_row.astype(np.int64),
        "coef_check": coef.verified,
        "mitigation_case": (blowdown & ~ar.fast_isolation(x["isolation"])).astype(np.int64),
        "fact_mit": ar.mitigation_factor(x["mitigation"], x["isolation"]),
        "eneff": ar.energy_efficiency(x["mass_kg"], number("release", "C3"), number("release", "C4A")),
        "toxic": np.where(x["fluid"] >= 0, fluids().toxic[x["fluid"]], -1),
    }
    for effect in EFFECTS:
        out |= _effect(x, out, effect)
    return out


def _flammable(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["fluid"] < 0) | (c["fluid_type"] >= 0))


def _row_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~_flammable(c) | (c["fluid"] < 0) | (c["release_phase"] < 0) | (c["has_row"] == 1))


def _AIT_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["fluid_type"] < 0) | ~np.isnan(c["AIT_s_C"]))


def _cells_known(c: Mapping[str, AnyArray]) -> BoolArray:
    ok = np.ones(c["fluid"].size, dtype=np.bool_)
    for effect in EFFECTS:
        for term in TERMS:
            blank = np.isnan(c[f"a_{effect}_{term}"]) | np.isnan(c[f"b_{effect}_{term}"])
            ok &= ~(blank & (c[f"use_{term}"] == 1))
    return ok | (c["has_row"] != 1)


_INPUTS = (
    Param("fluid", "code", codes=fluids().names),
    Param("release_phase", "code", codes=PHASES),
    Param("release_type", "code", codes=RELEASE_TYPES),
    Param("rate_kg_s", "mass_rate"),
    Param("mass_kg", "mass"),
    Param("T_s_C", "temperature"),
    Param("mitigation", "code", codes=codes("mitigation")),
    Param("isolation", "code", required=False, codes=codes("isolation")),
    Param("AIT_C", "temperature", required=False),
)


def _outputs() -> tuple[Param, ...]:
    out = [
        Param("fluid_type", "code", codes=FLUID_TYPES),
        Param("toxic", "flag"),
        Param("has_row", "flag"),
        Param("coef_check", "code", codes=CHECKS),
        Param("AIT_case", "code", codes=AIT_CASES),
        Param("AIT_s_C", "temperature"),
        Param("mitigation_case", "code", codes=MITIGATION_CASES),
        Param("fact_mit", "ratio"),
        Param("eneff", "number"),
        Param("IC_case", "code", codes=IC_CASES),
        Param("IC_reason", "code", codes=IC_REASONS),
        Param("fact_IC", "ratio"),
        Param("fact_AIT", "ratio"),
        *(Param(f"use_{t}", "code", codes=USED) for t in (*TERMS, "inst")),
        *(Param(f"{s}_case", "code", codes=SIDE_CASES) for s in SIDES),
        Param("final_case", "code", codes=FINAL_CASES),
    ]
    for effect in EFFECTS:
        for term in TERMS:
            out += [Param(f"{c}_{effect}_{term}", "number") for c in "ab"]
            out.append(Param(f"CA_{effect}_{term}", "area"))
        out += [Param(f"CA_{effect}_{s}", "area") for s in SIDES]
        out.append(Param(f"CA_{effect}", "area", conclusion=True))
    return tuple(out)


def _effect_steps(effect: str) -> list[Step]:
    steps: list[Step] = []
    cells = ("fluid", "release_phase", "coef_check")
    for term in TERMS:
        when = (f"use_{term}", "used")
        a, b = f"a_{effect}_{term}", f"b_{effect}_{term}"
        area = ar.continuous_area if term.startswith("cont") else ar.instantaneous_area
        steps += [Step(ar.coefficient, name, when=when, note_params=cells) for name in (a, b)]
        steps.append(Step(area, f"CA_{effect}_{term}", {"a": a, "b": b}, when=when))
    for s in SIDES:
        out, cont, inst = f"CA_{effect}_{s}", f"CA_{effect}_cont_{s}", f"CA_{effect}_inst_{s}"
        bind = {"CA_cont": cont, "CA_inst": inst}
        steps += [
            Step(ar.only_area, out, {"CA_one": cont}, when=(f"{s}_case", "continuous")),
            Step(ar.only_area, out, {"CA_one": inst}, when=(f"{s}_case", "instantaneous")),
            Step(ar.blended_by_rate, out, bind, when=(f"{s}_case", "blended")),
        ]
    final, ainl, ail = f"CA_{effect}", f"CA_{effect}_ainl", f"CA_{effect}_ail"
    steps += [
        Step(ar.only_area, final, {"CA_one": ainl}, when=("final_case", "ainl")),
        Step(ar.only_area, final, {"CA_one": ail}, when=("final_case", "ail")),
        Step(
            ar.blended_by_temperature,
            final,
            {"CA_ail": ail, "CA_ainl": ainl},
            when=("final_case", "blended"),
        ),
    ]
    return steps


_STEPS = (
    Step(ar.autoignition_temperature, "AIT_s_C", when=("AIT_case", "table"), note_params=("fluid",)),
    Step(ar.autoignition_given, "AIT_s_C", when=("AIT_case", "given")),
    Step(ar.mitigation_factor, "fact_mit", note_params=("mitigation", "mitigation_case")),
    Step(ar.blend_of_rate, "fact_IC", when=("IC_case", "by_rate")),
    Step(
        ar.blend_fixed,
        "fact_IC",
        {"blended": "release_type"},
        when=("IC_case", "fixed"),
        note_params=("IC_reason",),
    ),
    Step(ar.blend_of_temperature, "fact_AIT", {"AIT_C": "AIT_s_C"}, when=("fluid_type", "0")),
    Step(ar.likely_or_not, "fact_AIT", {"AIT_C": "AIT_s_C"}, when=("fluid_type", "1")),
    Step(ar.energy_efficiency, "eneff", when=("use_inst", "used")),
    *(step for effect in EFFECTS for step in _effect_steps(effect)),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_outputs(),
    compute=_compute,
    limits=(
        Limit("rbi.flammable", API581_2016.at("Part 3 §4.8 Table 4.8M"), _flammable),
        Limit("rbi.phase_in_table", API581_2016.at("Part 3 §4.8 Table 4.8M"), _row_known),
        Limit("rbi.autoignition_known", API581_2016.at("Part 3 §4.1 Table 4.2M"), _AIT_known),
        Limit("rbi.coefficient_printed", API581_2016.at("Part 3 §4.8 Table 4.8M"), _cells_known),
        Limit(
            "rbi.release_positive",
            _REF,
            lambda c: ~((c["rate_kg_s"] <= 0.0) | (c["mass_kg"] <= 0.0)),
        ),
    ),
    steps=_STEPS,
    constants=constants("release"),
)


def flammable_fluid(fluid: IntArray) -> BoolArray:
    """Whether a fluid has a flammable consequence; an unknown one counts as flammable until it is known.

    Parameters
    ----------
    fluid : ndarray of int64
        Index of the fluids of the property table.

    Returns
    -------
    ndarray of bool
    """
    return np.asarray((fluid < 0) | (fluids().fluid_type[fluid] >= 0))
