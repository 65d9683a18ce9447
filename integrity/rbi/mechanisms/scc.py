"""What all cracking mechanisms share: one procedure built from a screen, the plant's columns, the factor along time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, TableSpec, is_missing, stack_codes
from integrity.core.reference import API581_2016, Reference
from integrity.core.tables import Constant
from integrity.core.verdict import Verdict
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import scc_clauses as cl
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc_history import History, history

CRACK_STATES = ("none", "repaired", "open")
CASES = ("cracked", "given", "screened", "unknown")
COUNT_BASES = ("given", "dated")
AGE_BASES = ("given", "inspection", "service_start", "none")
CAPS = ("not_in_edition", "in_edition")
MONITORING = t.table("F_OM").keys
LETTERS = ("A", "B", "C", "D")
SCREEN_CASES = ("outside_material", "not_exposed", "evaluated")
STEELS = ("carbon_low_alloy", "cr_mo")
AUSTENITIC = ("austenitic", "austenitic_l", "austenitic_stabilised")
MAX_COUNT = 100
QUARTERS = 4
ALWAYS = ("n_age", "age_least_y", "days_per_year", "n_cap", "D_f_cap", "SVI_none_2008")

MATERIAL = Param("material_class", "code", required=False, codes=codes("material_class"))


@dataclass(frozen=True)
class Screen:
    """How one mechanism finds its susceptibility.

    `compute` returns `scc_screen`, `susceptibility_screened` (-1 unknown), `lacking` (bit i where `needs[i]` is
    missing and needed), and its own outputs. `complete`: whatever is known has a cell of a table. `tables` are those
    of `scc.json` that the susceptibility rests on.
    """

    key: str
    ref: Reference
    severity: Reference
    inputs: tuple[Param, ...]
    outputs: tuple[Param, ...]
    needs: tuple[str, ...]
    compute: Callable[[Inputs], Columns]
    steps: tuple[Step, ...]
    tables: tuple[str, ...]
    constants: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    monitored: bool = False
    complete: bool = False
    limits: tuple[Limit, ...] = ()
    ageing: Callable[[Inputs, FloatArray], Columns] | None = None
    ageing_steps: tuple[Step, ...] = ()


def lacking(x: Inputs, needs: tuple[str, ...], inputs: tuple[Param, ...], **where: BoolArray) -> IntArray:
    """Bits of the inputs that are missing.

    Parameters
    ----------
    x : Inputs
    needs : tuple of str
        Symbols in the order of their bits.
    inputs : tuple of Param
    **where : ndarray of bool
        Rows on which a symbol is needed; every row where none is given.

    Returns
    -------
    ndarray of int64
    """
    params = {p.symbol: p for p in inputs}
    bits = np.zeros(x.n, dtype=np.int64)
    for i, symbol in enumerate(needs):
        gone = is_missing(x[symbol], params[symbol])
        if bool(gone.any()):
            bits[gone & where.get(symbol, np.True_)] |= np.int64(1) << np.int64(i)
    return bits


def is_class(x: Inputs, names: tuple[str, ...]) -> BoolArray:
    """Rows whose material is of one of some classes.

    Parameters
    ----------
    x : Inputs
    names : tuple of str
        Codes of `material_class`.

    Returns
    -------
    ndarray of bool
    """
    member = np.array([*(c in names for c in codes("material_class")), False])
    return member[x["material_class"]]


def screened(outside: BoolArray, absent: BoolArray, level: IntArray, known: BoolArray) -> Columns:
    """Case of the screen and susceptibility: none outside its criteria, unknown where something is missing.

    Parameters
    ----------
    outside : ndarray of bool
        The material is outside the mechanism.
    absent : ndarray of bool
        The surroundings that crack it are absent.
    level : ndarray of int64
        Susceptibility by the tables.
    known : ndarray of bool
        Nothing that is needed is missing.

    Returns
    -------
    dict
        `scc_screen` and `susceptibility_screened`.
    """
    case = stack_codes((outside, 0), (absent, 1), (known, 2))
    return {
        "scc_screen": case,
        "susceptibility_screened": np.where(case == 2, level, np.where(case >= 0, t.NONE, NO_CODE)),
    }


def _crack_state(x: Inputs, past: History) -> IntArray:
    said, mended = x["cracks_found"] == 1, x["cracks_repaired"] == 1
    recorded = past.cracked_d != NO_DATE
    if not bool(said.any()) and not bool(recorded.any()):
        return np.zeros(x.n, dtype=np.int64)
    closed = (past.open_d == NO_DATE) | (past.last_d > past.open_d)
    mended = np.where(said, mended, closed | mended)
    return np.where(said | recorded, np.where(mended, 1, 2), 0)


def _counts(x: Inputs, past: History) -> Columns:
    given = [x[f"N_{g}"] for g in LETTERS]
    known = [~np.isnan(N) for N in given]
    is_given = known[0] | known[1] | known[2] | known[3]
    N: tuple[FloatArray, ...] = past.counts
    if bool(is_given.any()):
        N = tuple(np.where(is_given, np.where(k, v, 0.0), c) for v, k, c in zip(given, known, past.counts, strict=True))
    out: Columns = {f"N_{g}": v for g, v in zip(LETTERS, N, strict=True)}
    out["count_basis"] = np.where(is_given, 0, 1)
    out["n_recorded"] = x.tables["inspections"].groups.counts.astype(np.float64)
    return out


def base_columns(row: IntArray, N: tuple[FloatArray, ...], equivalence: str) -> Columns:
    """Base factor by the text, the least over the grades, and the one that governs.

    Parameters
    ----------
    row : ndarray of int64
        Row of the severity index in the base factor table.
    N : tuple of four ndarray
        Inspections of A to D.
    equivalence : str
        Setting `rbi.scc_equivalence`.

    Returns
    -------
    dict
    """
    base, ranked, width = t.base(), cl.ranked(), len(t.GRADES)
    at = cl.combination(N)
    literal = ranked.literal.take(at, mode="clip")
    least = ranked.least.ravel().take(row * ranked.literal.size + at, mode="clip")
    start = row * (base.factor.shape[1] * width)
    factor = base.factor.ravel()
    by_text, by_least = factor.take(start + literal, mode="clip"), factor.take(start + least, mode="clip")
    text = equivalence == t.EQUIVALENCES[0]
    return {
        "grade_literal": ranked.grade.take(literal),
        "n_literal": ranked.number.take(literal),
        "D_fB_literal": by_text,
        "D_fB_least": by_least,
        "grade_least": ranked.grade.take(least),
        "n_least": ranked.number.take(least),
        "equivalence": t.constant(t.EQUIVALENCES.index(equivalence), row.size),
        "equivalences_differ": (by_text > by_least).astype(np.int64),
        "D_fB": cl.governing_base(by_text if text else by_least),
        "base_verified": base.verified.ravel().take(start + (literal if text else least), mode="clip"),
    }


def _age(x: Inputs, past: History, days_per_year: float) -> Columns:
    given = ~np.isnan(x["age_given_y"])
    inspected, started = past.last_d != NO_DATE, x["service_d"] != NO_DATE
    basis = stack_codes((given, 0), (inspected, 1), (started, 2), default=3)
    since = np.where(inspected, past.last_d, x["service_d"])
    age = cl.age_since_inspection(x["as_of_d"], since, days_per_year)
    return {"last_d": past.last_d, "age_basis": basis, "age": np.where(given, x["age_given_y"], age)}


def _whole_counts(c: Mapping[str, AnyArray]) -> BoolArray:
    if not bool((c["count_basis"] == 0).any()):
        return t.every(c["count_basis"].size)
    N = np.column_stack([c[f"N_{g}"] for g in LETTERS])
    return np.asarray(((N >= 0.0) & (N <= MAX_COUNT) & (np.floor(N) == N)).all(axis=1))


def _lack_limit(i: int, symbol: str, ref: Reference) -> Limit:
    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        if not bool(c["lacking"].any()):
            return t.every(c["lacking"].size)
        return np.asarray((c["susceptibility_case"] != 3) | ((c["lacking"] >> i) & 1 == 0))

    return Limit(f"scc.needs_{symbol}", ref, holds, Verdict.INSUFFICIENT_DATA)


def _row_limit(ref: Reference) -> Limit:
    return Limit("scc.row_found", ref, lambda c: (c["susceptibility_case"] != 3) | (c["lacking"] != 0))


def _limits(s: Screen, age: str) -> tuple[Limit, ...]:
    ref = API581_2016.at("Part 2 §6.6.3", "Years since cracks were last ruled out")
    return (
        *(_lack_limit(i, symbol, s.ref) for i, symbol in enumerate(s.needs)),
        *(() if s.complete else (_row_limit(s.ref),)),
        Limit("scc.cracks_repaired", s.ref, lambda c: c["crack_state"] != CRACK_STATES.index("open")),
        Limit("rbi.whole_counts", API581_2016.at("Part 2 §3.4.3"), _whole_counts),
        Limit("scc.age_known", ref, lambda c: ~np.isnan(c[age]), Verdict.INSUFFICIENT_DATA),
        Limit("rbi.age_not_negative", ref, lambda c: np.isnan(c[age]) | (c[age] >= 0.0)),
        *s.limits,
    )


_COMMON = (
    Param("susceptibility_given", "code", required=False, codes=t.SUSCEPTIBILITY),
    Param("cracks_found", "flag", required=False),
    Param("cracks_repaired", "flag", required=False),
    Param("cracks_reassigned", "flag", required=False),
    *(Param(f"N_{g}", "count", required=False) for g in LETTERS),
    Param("age_given_y", "time", required=False),
    Param("start_d", "date", required=False),
    Param("service_d", "date", required=False),
    Param("as_of_d", "date", required=False),
)
_TABLE = TableSpec(
    "inspections",
    (
        Param("date_d", "date"),
        Param("effectiveness", "code", codes=codes("effectiveness")),
        Param("cracks_found", "flag", required=False),
        Param("cracks_repaired", "flag", required=False),
    ),
)


def _outputs(s: Screen, age: str) -> tuple[Param, ...]:
    D_f = output_of(s.key)
    monitoring = (
        Param("hydrogen_monitoring", "code", codes=MONITORING),
        Param("F_OM", "number"),
        Param("D_f_mon", "damage_factor"),
    )
    return (
        Param("scc_screen", "code", codes=SCREEN_CASES),
        Param("screen_verified", "number"),
        *s.outputs,
        Param("susceptibility_screened", "code", codes=t.SUSCEPTIBILITY),
        Param("crack_state", "code", codes=CRACK_STATES),
        Param("susceptibility_case", "code", codes=CASES),
        Param("susceptibility", "code", codes=t.SUSCEPTIBILITY),
        Param("edition", "code", codes=t.EDITIONS),
        Param("SVI", "number"),
        Param("count_basis", "code", codes=COUNT_BASES),
        Param("n_recorded", "count"),
        *(Param(f"N_{g}", "count") for g in LETTERS),
        *(Param(f"n_eq_{g}", "count") for g in reversed(LETTERS)),
        Param("grade_literal", "code", codes=t.GRADES),
        Param("n_literal", "count"),
        Param("D_fB_literal", "damage_factor"),
        Param("grade_least", "code", codes=t.GRADES),
        Param("n_least", "count"),
        Param("D_fB_least", "damage_factor"),
        Param("equivalence", "code", codes=t.EQUIVALENCES),
        Param("equivalences_differ", "code", codes=("no", "yes")),
        Param("base_verified", "number"),
        Param("D_fB", "damage_factor"),
        Param("last_d", "date"),
        Param("age_basis", "code", codes=AGE_BASES),
        Param(age, "time"),
        Param("D_f_esc", "damage_factor"),
        *(monitoring if s.monitored else ()),
        Param("cap_case", "code", codes=CAPS),
        Param("SVI_high", "number"),
        Param("D_f_bound", "damage_factor"),
        Param(D_f, "damage_factor", conclusion=True),
    )


def _steps(s: Screen, age: str, severity: Callable[..., FloatArray]) -> tuple[Step, ...]:
    D_f = output_of(s.key)
    mon = (
        Step(cl.monitoring_factor, "F_OM", note_params=("hydrogen_monitoring", "F_OM")),
        Step(cl.monitored, "D_f_mon"),
    )
    one = "D_f_mon" if s.monitored else "D_f_esc"
    told = ("susceptibility_case", "susceptibility")
    return (
        *(_with_sources(step) for step in s.steps),
        Step(cl.susceptibility_used, "susceptibility", note_params=told),
        Step(severity, "SVI", note_params=("susceptibility", "edition", "SVI")),
        *(
            Step(cl.counted, f"N_{g}", when=("count_basis", "dated"), note_params=("n_recorded", f"N_{g}"))
            for g in LETTERS
        ),
        Step(cl.equivalent_lowest, "n_eq_D", {"N": "N_D"}),
        *(
            Step(cl.equivalent, f"n_eq_{g}", {"N": f"N_{g}", "n_eq_below": f"n_eq_{b}"})
            for g, b in (("C", "D"), ("B", "C"), ("A", "B"))
        ),
        Step(cl.highest_grade, "grade_literal", note_params=("grade_literal",)),
        *(Step(cl.number_literal, "n_literal", {"n_eq": f"n_eq_{g}"}, when=("grade_literal", g)) for g in LETTERS),
        Step(
            cl.base_literal,
            "D_fB_literal",
            note_params=("SVI", "grade_literal", "n_literal", "base_verified"),
        ),
        Step(
            cl.base_least,
            "D_fB_least",
            {"N": "N_A", "n_eq": "n_eq_A"},
            note_params=("grade_least", "n_least"),
        ),
        Step(cl.governing_base, "D_fB", {"D_fB_one": "D_fB_literal"}, when=("equivalence", "literal")),
        Step(cl.governing_base, "D_fB", {"D_fB_one": "D_fB_least"}, when=("equivalence", "min_over_levels")),
        Step(cl.age_since_inspection, age, when=("age_basis", "inspection")),
        Step(cl.age_since_start, age, when=("age_basis", "service_start")),
        *s.ageing_steps,
        Step(cl.escalated, "D_f_esc"),
        *(mon if s.monitored else ()),
        Step(cl.uncapped, D_f, {"D_f_one": one}, when=("cap_case", "not_in_edition")),
        Step(cl.capped, D_f, {"D_f_one": one}, when=("cap_case", "in_edition")),
        Step(cl.bound, "D_f_bound", {"years": age}, note_params=("SVI_high", "D_f_bound")),
    )


def _with_sources(step: Step) -> Step:
    if step.out != "susceptibility_screened":
        return step
    return replace(step, note_params=(*step.note_params, "screen_verified"))


def output_of(key: str) -> str:
    """Output column of a mechanism.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
    """
    return f"D_f_{key}"


def monitoring_of(x: Inputs) -> IntArray:
    """On-line monitoring that is in place; what nobody marks gives no credit.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    ndarray of int64
        Index of `MONITORING`.
    """
    return (x["key_variables"] == 1).astype(np.int64) + 2 * (x["hydrogen_probes"] == 1).astype(np.int64)


def procedure_of(s: Screen) -> Procedure:
    """The procedure of one cracking mechanism.

    Parameters
    ----------
    s : Screen

    Returns
    -------
    Procedure
        `api581.2016.<key>`.
    """
    age = "age_crack_y" if s.ageing else "age_y"
    severity = cl.severity_clause(s.key, s.severity)
    every: Mapping[str, Constant] = constants("scc")
    levels = np.array([*range(len(t.SUSCEPTIBILITY)), NO_CODE])
    rows = [t.rows_of_index(severity(levels, t.constant(e, levels.size))) for e in range(len(t.EDITIONS))]
    sources = float(all(t.table(name).verified for name in s.tables))
    high = t.table("SVI").rows[t.table("SVI").keys.index(s.key), t.HIGH]

    def compute(x: Inputs) -> Columns:
        out = s.compute(x)
        out["screen_verified"] = np.broadcast_to(sources, (x.n,))
        past = history(x.tables["inspections"], x["start_d"], x["service_d"], x["as_of_d"])
        cracks = _crack_state(x, past)
        given = x["susceptibility_given"]
        out["susceptibility_case"] = stack_codes(
            ((cracks > 0) & (x["cracks_reassigned"] != 1), 0),
            (given >= 0, 1),
            (out["susceptibility_screened"] >= 0, 2),
            default=3,
        )
        out["crack_state"] = cracks
        out["susceptibility"] = cl.susceptibility_used(
            out["susceptibility_case"], given, out["susceptibility_screened"]
        )
        edition = t.EDITIONS.index(x.settings.code("rbi.edition"))
        out["edition"] = t.constant(edition, x.n)
        out["SVI"] = severity(out["susceptibility"], out["edition"])
        out |= _counts(x, past)
        N = tuple(out[f"N_{g}"] for g in LETTERS)
        out |= {f"n_eq_{g}": v for g, v in zip(LETTERS, cl.equivalent_numbers(N), strict=True)}
        out |= base_columns(
            rows[edition].take(out["susceptibility"], mode="wrap"), N, x.settings.code("rbi.scc_equivalence")
        )
        out |= _age(x, past, every["days_per_year"].value)
        out[age] = out.pop("age")
        if s.ageing is not None:
            out |= s.ageing(x, out[age])
        _finish(s, x, out, every, edition)
        out["SVI_high"] = np.broadcast_to(high, (x.n,))
        row = np.broadcast_to(t.rows_of_index(np.array([high])), (x.n,))
        bound = cl.cells(t.base().factor, row, out["grade_literal"], out["n_literal"])
        out["D_f_bound"] = np.where(np.isnan(out[age]), np.nan, bound * t.growth(out[age], 1))
        return out

    known = tuple(dict.fromkeys((*ALWAYS, *s.constants)))
    return Procedure(
        key=f"api581.2016.{s.key}",
        ref=s.ref,
        inputs=(*s.inputs, *_COMMON),
        outputs=_outputs(s, age),
        compute=compute,
        tables=(_TABLE,),
        limits=_limits(s, age),
        steps=_steps(s, age, severity),
        constants={k: every[k] for k in known},
        settings=("rbi.edition", "rbi.scc_equivalence", *s.settings),
    )


def _finish(s: Screen, x: Inputs, out: Columns, c: Mapping[str, Constant], edition: int) -> None:
    # As `cl.escalated`, with the power of whole days from a table.
    grown = out["D_fB"] * t.growth(out["age_y"], QUARTERS if s.ageing else 1)
    out["D_f_esc"] = np.where(np.isnan(out["age_y"]), np.nan, grown)
    last = out["D_f_esc"]
    if s.monitored:
        out["hydrogen_monitoring"] = monitoring_of(x)
        out["F_OM"] = cl.monitoring_factor(out["hydrogen_monitoring"])
        last = out["D_f_mon"] = cl.monitored(last, out["F_OM"])
    capped = edition == t.EDITIONS.index("2020")
    out["cap_case"] = t.constant(int(capped), x.n)
    out[output_of(s.key)] = cl.capped(last, c["D_f_cap"].value) if capped else cl.uncapped(last)
