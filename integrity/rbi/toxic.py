"""Procedure `api581.2016.toxic_area`: area of personnel injury by one toxic component through one hole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import area_clauses as ar
from integrity.rbi import toxic_clauses as tx
from integrity.rbi.data import PHASES, TOXIC_ROWS, constants, fluids, number, toxic_table
from integrity.rbi.release import CHECKS, RELEASE_TYPES
from integrity.rbi.rows import on_rows, select_rows
from integrity.rbi.toxic_clauses import CANDIDATES

KEY = "api581.2016.toxic_area"
FRACTIONS = ("stated", "ppmw", "pure", "unknown")
MAGNITUDES = ("rate", "mass", "rate_no_relation", "refused")
DURATIONS = ("instantaneous", "any_duration", "interpolated", "below_printed", "below_refused")
FORMS = ("unused", "log", "power")
SPANS = ("one", "between")
SCREENS = ("evaluated", "at_or_below")
# What other procedures hand on: of these a row does not say "missing", the other procedure does.
CARRIED = frozenset({"W_n", "mass_kg", "mass_avail_kg", "ld_max_min", "release_type", "release_phase", "candidate"})

_REF = API581_2016.at("Part 3 §4.9", "Level 1 toxic area")


def _zero(values: FloatArray, default: float) -> FloatArray:
    return np.where(np.isnan(values), default, values)


def _component(x: Inputs) -> Columns:
    component = tx.component_of(x["candidate"], x["fluid"], x["toxic_fluid"])
    ppmw = np.select(
        [component == index_of("toxic_fluid", "H2S"), component == index_of("toxic_fluid", "Ammonia")],
        [x["H2S_ppmw"], x["NH3_ppmw"]],
        np.nan,
    )
    pure = (component >= 0) & (component == tx.own_toxic(x["fluid"]))
    basis = stack_codes(
        (~np.isnan(x["toxic_mass_fraction"]), 0), (~np.isnan(ppmw), 1), (pure, 2), default=FRACTIONS.index("unknown")
    )
    mfrac = np.select(
        [basis == 0, basis == 1, basis == 2],
        [
            tx.fraction_stated(x["toxic_mass_fraction"]),
            tx.fraction_of_ppm(ppmw, number("toxic", "ppm")),
            tx.fraction_pure(),
        ],
        np.nan,
    )
    cutoff = tx.cutoff_of(component)
    return {
        "toxic_component": component,
        "toxic_check": np.where(component >= 0, toxic_table().verified[component], -1),
        "tox_ppmw": ppmw,
        "mfrac_basis": basis,
        "mfrac_tox": mfrac,
        "cutoff_ppm": cutoff,
        "screen_case": tx.screened(x["toxic_ppm"], cutoff),
    }


def _source(x: Inputs, c: Columns) -> Columns:
    out: Columns = {
        "rate_cut": _zero(x["tox_rate_cut"], 0.0),
        "mass_cut": _zero(x["tox_mass_cut"], 0.0),
        "duration_cut": _zero(x["tox_duration_cut"], 0.0),
        "P_ni": _zero(x["P_no_ignition"], 1.0),
    }
    out["rate_tox"] = tx.toxic_rate(c["mfrac_tox"], x["W_n"], out["rate_cut"])
    out["mass_tox"] = tx.toxic_mass(c["mfrac_tox"], x["mass_kg"], out["mass_cut"])
    out["ld_tox_s"] = tx.toxic_duration(
        number("toxic", "ld_tox_cap_s"), x["mass_avail_kg"], x["W_n"], x["ld_max_min"], out["duration_cut"]
    )
    return out


def _relation(x: Inputs, component: IntArray, ld_tox_s: FloatArray) -> Columns:
    t, phase = toxic_table(), x["release_phase"]
    instant = x["release_type"] == RELEASE_TYPES.index("instantaneous")
    has = ~np.isnan(t.inst_c[component, phase])
    instead = x.settings.code("rbi.toxic_instantaneous") == "as_continuous"
    magnitude = stack_codes((~instant, 0), (has, 1), (np.full(x.n, instead), 2), default=MAGNITUDES.index("refused"))
    below = tx.node_below(component, phase, ld_tox_s)
    short = DURATIONS.index(
        "below_printed" if x.settings.code("rbi.toxic_short") == "shortest_printed" else "below_refused"
    )
    any_duration = t.n_nodes[component, phase] == 1
    case = stack_codes(
        (magnitude == 1, 0),
        (any_duration, 1),
        (below >= 0, 2),
        default=short,
    )
    node = np.where(case == 0, -1, np.maximum(np.where(any_duration, 0, below), 0))
    return {
        "toxic_row": np.where(component >= 0, t.phase_case[component, phase], -1),
        "magnitude_case": magnitude,
        "duration_case": case,
        "node": node.astype(np.int64),
        "span_case": (case == DURATIONS.index("interpolated")).astype(np.int64),
    }


def _areas(x: Inputs, c: Columns, s: Columns, r: Columns) -> Columns:
    component, phase, between = c["toxic_component"], x["release_phase"], r["span_case"] == 1
    form = np.where(component >= 0, toxic_table().form[component] + 1, -1)
    out: Columns = {"X_tox": np.where(r["magnitude_case"] == 1, s["mass_tox"], s["rate_tox"])}
    ends = (("lo", r["node"], np.ones(x.n, dtype=np.bool_)), ("hi", r["node"] + 1, between))
    for end, node, used in ends:
        t, k, d = tx.toxic_constants(component, phase, np.where(used, node, 0))
        out |= {f"t_{end}_min": t, f"c_{end}": np.where(used, k, np.nan), f"d_{end}": np.where(used, d, np.nan)}
        out[f"{end}_case"] = np.where(used, form, 0)
        out[f"CA_tox_{end}"] = select_rows(
            (out[f"{end}_case"] == 1, tx.area_log, (number("toxic", "C8"), k, number("toxic", "C4B"), out["X_tox"], d)),
            (out[f"{end}_case"] == 2, tx.area_power, (k, out["X_tox"], d)),
            n=x.n,
        )
    names = ("CA_tox_lo", "CA_tox_hi")
    inner = on_rows(
        between, tx.between_durations, *(out[n] for n in names), s["ld_tox_s"], out["t_lo_min"], out["t_hi_min"]
    )
    out["CA_tox_full"] = np.where(between, inner, out["CA_tox_lo"])
    out["CA_tox"] = np.where(c["screen_case"] == 1, tx.screened_area(), tx.not_ignited(out["CA_tox_full"], s["P_ni"]))
    return out


def _compute(x: Inputs) -> Columns:
    component = _component(x)
    source = _source(x, component)
    relation = _relation(x, component["toxic_component"], source["ld_tox_s"])
    return {**component, **source, **relation, **_areas(x, component, source, relation)}


def _fractions(c: Mapping[str, AnyArray]) -> BoolArray:
    ok = np.ones(c["W_n"].size, dtype=np.bool_)
    for name in ("mfrac_tox", "P_ni", "rate_cut", "mass_cut", "duration_cut"):
        ok &= np.isnan(c[name]) | ((c[name] >= 0.0) & (c[name] <= 1.0))
    return ok


def _not(column: str, code: int) -> Callable[[Mapping[str, AnyArray]], BoolArray]:
    return lambda c: np.asarray(c[column] != code)


_LIMITS = (
    Limit("rbi.toxic_component_known", _REF, _not("toxic_component", -1), Verdict.INSUFFICIENT_DATA),
    Limit(
        "rbi.toxic_fraction_known",
        API581_2016.at("Part 3 §4.9.4"),
        _not("mfrac_basis", FRACTIONS.index("unknown")),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit("rbi.toxic_fractions", _REF, _fractions),
    Limit(
        "rbi.toxic_row_printed",
        API581_2016.at("Part 3 §4.9.8 Table 4.13M"),
        lambda c: (c["toxic_component"] < 0) | (c["release_phase"] < 0) | (c["toxic_row"] >= 0),
    ),
    Limit(
        "rbi.toxic_short_release",
        API581_2016.at("Part 3 §4.9.10"),
        _not("duration_case", DURATIONS.index("below_refused")),
    ),
    Limit(
        "rbi.toxic_instantaneous",
        API581_2016.at("Part 3 §4.9.8 Table 4.13M"),
        _not("magnitude_case", MAGNITUDES.index("refused")),
    ),
)

_INPUTS = (
    Param("candidate", "code", codes=CANDIDATES),
    Param("fluid", "code", required=False, codes=fluids().names),
    Param("toxic_fluid", "code", required=False, codes=codes("toxic_fluid")),
    Param("toxic_mass_fraction", "ratio", required=False),
    Param("H2S_ppmw", "mass_ppm", required=False),
    Param("NH3_ppmw", "mass_ppm", required=False),
    Param("toxic_ppm", "number", required=False),
    Param("P_no_ignition", "ratio", required=False),
    Param("tox_rate_cut", "ratio", required=False),
    Param("tox_mass_cut", "ratio", required=False),
    Param("tox_duration_cut", "ratio", required=False),
    Param("W_n", "mass_rate"),
    Param("mass_kg", "mass"),
    Param("mass_avail_kg", "mass"),
    Param("ld_max_min", "number"),
    Param("release_type", "code", codes=RELEASE_TYPES),
    Param("release_phase", "code", codes=PHASES),
)

_OUTPUTS = (
    Param("toxic_component", "code", codes=codes("toxic_fluid")),
    Param("toxic_check", "code", codes=CHECKS),
    Param("tox_ppmw", "mass_ppm"),
    Param("mfrac_basis", "code", codes=FRACTIONS),
    Param("mfrac_tox", "ratio"),
    Param("cutoff_ppm", "number"),
    Param("screen_case", "code", codes=SCREENS),
    Param("rate_cut", "ratio"),
    Param("mass_cut", "ratio"),
    Param("duration_cut", "ratio"),
    Param("P_ni", "ratio"),
    Param("rate_tox", "mass_rate"),
    Param("mass_tox", "mass"),
    Param("ld_tox_s", "duration_s"),
    Param("toxic_row", "code", codes=TOXIC_ROWS),
    Param("magnitude_case", "code", codes=MAGNITUDES),
    Param("duration_case", "code", codes=DURATIONS),
    Param("span_case", "code", codes=SPANS),
    Param("X_tox", "number"),
    *(Param(f"{s}_{e}{u}", "number") for e in ("lo", "hi") for s, u in (("t", "_min"), ("c", ""), ("d", ""))),
    Param("lo_case", "code", codes=FORMS),
    Param("hi_case", "code", codes=FORMS),
    Param("CA_tox_lo", "area"),
    Param("CA_tox_hi", "area"),
    Param("CA_tox_full", "area"),
    Param("CA_tox", "area", conclusion=True),
)


_CELLS = ("toxic_component", "toxic_row", "duration_case", "toxic_check")


def _end_steps(end: str) -> tuple[Step, ...]:
    bind = {"c": f"c_{end}", "d": f"d_{end}"}
    out: list[Step] = []
    for form, function in (("log", tx.area_log), ("power", tx.area_power)):
        when = (f"{end}_case", form)
        out += [Step(tx.toxic_constants, f"{s}_{end}", when=when, note_params=_CELLS) for s in ("c", "d")]
        out.append(Step(function, f"CA_tox_{end}", bind, when=when))
    return tuple(out)


_STEPS = (
    Step(tx.component_of, "toxic_component", note_params=("candidate",)),
    Step(tx.fraction_stated, "mfrac_tox", when=("mfrac_basis", "stated")),
    Step(tx.fraction_of_ppm, "mfrac_tox", when=("mfrac_basis", "ppmw")),
    Step(tx.fraction_pure, "mfrac_tox", when=("mfrac_basis", "pure")),
    Step(tx.cutoff_of, "cutoff_ppm", when=("screen_case", "at_or_below"), note_params=("toxic_component", "toxic_ppm")),
    Step(tx.toxic_rate, "rate_tox"),
    Step(tx.toxic_mass, "mass_tox", when=("magnitude_case", "mass")),
    Step(tx.toxic_duration, "ld_tox_s"),
    Step(tx.magnitude, "X_tox", {"one": "rate_tox"}, when=("magnitude_case", "rate")),
    Step(tx.magnitude, "X_tox", {"one": "mass_tox"}, when=("magnitude_case", "mass")),
    Step(tx.magnitude_instead, "X_tox", when=("magnitude_case", "rate_no_relation")),
    Step(tx.toxic_constants, "t_lo_min", when=("duration_case", "below_printed"), note_params=_CELLS),
    Step(tx.toxic_constants, "t_lo_min", when=("span_case", "between"), note_params=_CELLS),
    Step(tx.toxic_constants, "t_hi_min", when=("span_case", "between"), note_params=_CELLS),
    *_end_steps("lo"),
    *_end_steps("hi"),
    Step(tx.between_durations, "CA_tox_full", when=("span_case", "between")),
    Step(ar.only_area, "CA_tox_full", {"CA_one": "CA_tox_lo"}, when=("span_case", "one")),
    Step(tx.not_ignited, "CA_tox", when=("screen_case", "evaluated")),
    Step(tx.screened_area, "CA_tox", when=("screen_case", "at_or_below")),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants("toxic"),
    settings=("rbi.toxic_short", "rbi.toxic_instantaneous"),
)
