"""Procedure `api581.2016.nfnt_area`: personnel injury area of steam, acid or caustic through one hole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, IntArray, at_least, at_most
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi import nfnt_clauses as nf
from integrity.rbi.data import NFNT_MODELS, PHASES, constants, fluids, number
from integrity.rbi.rows import on_rows

KEY = "api581.2016.nfnt_area"
STEAM, ACID = NFNT_MODELS.index("steam"), NFNT_MODELS.index("acid")
FIT_CASES = ("unused", "within", "held_low", "held_high", "literal", "refused")
USED_CASES = ("unused", "as_it_is", "held")
# What other procedures hand on: of these a row does not say "missing", the other procedure does.
CARRIED = frozenset({"rate_kg_s", "mass_kg", "fluid", "phase", "P_s_MPa"})

_REF = API581_2016.at("Part 3 §4.10", "Level 1 area of steam, acid and caustic")
_CONSTANTS = {**constants("nfnt"), "C5": constants("release")["C5"]}


def _c(symbol: str) -> float:
    return number("release" if symbol == "C5" else "nfnt", symbol)


def _steam(x: Inputs, steam: BoolArray) -> Columns:
    out: Columns = {
        "CA_nfnt_cont": on_rows(steam, nf.steam_continuous, _c("C9"), x["rate_kg_s"]),
        "CA_nfnt_inst": on_rows(steam, nf.steam_instantaneous, _c("C10"), x["mass_kg"], _c("n_steam")),
        "fact_IC": on_rows(steam, nf.steam_share, x["rate_kg_s"], _c("C5")),
    }
    return out


def _fit(x: Inputs, acid: BoolArray, dP_kPa: AnyArray) -> IntArray:
    low, high = _c("dP_low_kPa"), _c("dP_high_kPa")
    policy = x.settings.code("rbi.acid_fit")
    inside = at_least(dP_kPa, low) & at_most(dP_kPa, high)
    outside = FIT_CASES.index({"refuse": "refused", "literal": "literal"}.get(policy, "held_low"))
    above = FIT_CASES.index("held_high") if policy == "limit" else outside
    return stack_codes(
        (~acid, 0), (np.isnan(dP_kPa), -1), (inside, FIT_CASES.index("within")), (dP_kPa > high, above), default=outside
    )


def _splash(x: Inputs, acid: BoolArray) -> Columns:
    dP = on_rows(acid, nf.over_atmosphere, x["P_s_MPa"], _c("kPa_per_MPa"))
    case = _fit(x, acid, dP)
    held = np.isin(case, [FIT_CASES.index("held_low"), FIT_CASES.index("held_high")])
    used = np.where(held, nf.within_fit(dP, _c("dP_low_kPa"), _c("dP_high_kPa")), dP)
    out: Columns = {"dP_kPa": dP, "fit_case": case, "dP_used_kPa": used, "used_case": _used_case(case)}
    for name, pressure in (("", used), ("_literal", dP)):
        g = on_rows(acid, nf.splash_coefficient, _c("g_0"), _c("g_1"), _c("C11"), pressure, _c("g_2"))
        h = on_rows(acid, nf.splash_exponent, _c("h_0"), _c("h_1"), _c("C11"), pressure, _c("p_h"))
        area = on_rows(acid, nf.splash_area, _c("share_acid"), _c("C8"), g, _c("C4B"), x["rate_kg_s"], h)
        out |= {f"g{name}": g, f"h{name}": h, f"CA_splash{name}": area}
    return out


def _used_case(fit: IntArray) -> IntArray:
    return stack_codes((fit < 0, -1), (fit == 0, 0), (np.isin(fit, [2, 3]), 2), default=1)


def _compute(x: Inputs) -> Columns:
    model = nf.nfnt_model(x["fluid"])
    steam, acid = model == STEAM, model == ACID
    out: Columns = {"nfnt_model": model, **_steam(x, steam), **_splash(x, acid)}
    blended = nf.steam_area(out["CA_nfnt_inst"], out["fact_IC"], out["CA_nfnt_cont"])
    out["CA_nfnt"] = np.where(acid, out["CA_splash"], blended)
    return out


def _as_steam(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["nfnt_model"] != STEAM) | (c["phase"] < 0) | (c["phase"] == PHASES.index("gas")))


def _as_liquid(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["nfnt_model"] != ACID) | (c["phase"] < 0) | (c["phase"] == PHASES.index("liquid")))


def _splash_steps() -> tuple[Step, ...]:
    out = []
    for case, tail, dP in (
        ("as_it_is", "", "dP_used_kPa"),
        ("held", "", "dP_used_kPa"),
        ("held", "_literal", "dP_kPa"),
    ):
        when = ("used_case", case)
        out.append(Step(nf.splash_coefficient, f"g{tail}", {"dP": dP}, when=when))
        out.append(Step(nf.splash_exponent, f"h{tail}", {"dP": dP}, when=when))
    return tuple(out)


PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("fluid", "code", codes=fluids().names),
        Param("phase", "code", codes=PHASES),
        Param("rate_kg_s", "mass_rate"),
        Param("mass_kg", "mass"),
        Param("P_s_MPa", "pressure"),
    ),
    outputs=(
        Param("nfnt_model", "code", codes=NFNT_MODELS),
        Param("CA_nfnt_cont", "area"),
        Param("CA_nfnt_inst", "area"),
        Param("fact_IC", "ratio"),
        Param("dP_kPa", "number"),
        Param("fit_case", "code", codes=FIT_CASES),
        Param("used_case", "code", codes=USED_CASES),
        Param("dP_used_kPa", "number"),
        *(Param(f"{s}{n}", "number") for n in ("", "_literal") for s in ("g", "h")),
        Param("CA_splash", "area"),
        Param("CA_splash_literal", "area"),
        Param("CA_nfnt", "area", conclusion=True),
    ),
    compute=_compute,
    limits=(
        Limit(
            "rbi.nfnt_fluid",
            API581_2016.at("Part 3 §4.10.1"),
            lambda c: (c["fluid"] < 0) | (c["nfnt_model"] >= 0),
        ),
        Limit("rbi.steam_as_vapour", API581_2016.at("Part 3 §4.10.2"), _as_steam),
        Limit("rbi.acid_as_liquid", API581_2016.at("Part 3 §4.1.3"), _as_liquid),
        Limit(
            "rbi.acid_within_fit",
            API581_2016.at("Part 3 §4.10.3"),
            lambda c: c["fit_case"] != FIT_CASES.index("refused"),
        ),
        Limit("rbi.release_positive", _REF, lambda c: ~((c["rate_kg_s"] <= 0.0) | (c["mass_kg"] <= 0.0))),
    ),
    steps=(
        Step(nf.nfnt_model, "nfnt_model", note_params=("fluid",)),
        Step(nf.steam_continuous, "CA_nfnt_cont", when=("nfnt_model", "steam")),
        Step(nf.steam_instantaneous, "CA_nfnt_inst", when=("nfnt_model", "steam")),
        Step(nf.steam_share, "fact_IC", when=("nfnt_model", "steam")),
        Step(nf.steam_area, "CA_nfnt", when=("nfnt_model", "steam")),
        Step(nf.over_atmosphere, "dP_kPa", when=("nfnt_model", "acid")),
        Step(nf.as_it_is, "dP_used_kPa", when=("used_case", "as_it_is")),
        Step(nf.within_fit, "dP_used_kPa", when=("used_case", "held")),
        *_splash_steps(),
        Step(nf.splash_area, "CA_splash_literal", {"g": "g_literal", "h": "h_literal"}, when=("used_case", "held")),
        Step(nf.splash_area, "CA_splash", when=("nfnt_model", "acid")),
        Step(nf.splash_final, "CA_nfnt", when=("nfnt_model", "acid")),
    ),
    constants=_CONSTANTS,
    settings=("rbi.acid_fit",),
)
