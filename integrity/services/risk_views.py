"""What the risk screens show: the matrix with its bounds, and one component's card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrity.core.message import Message, msg
from integrity.core.procedure import Param, Procedure, Result, reasons
from integrity.core.registry import procedure
from integrity.rbi.acting import MechanismResult, beyond
from integrity.rbi.assess import RiskAssessment
from integrity.rbi.risk import bounds_in_force, risk_matrix
from integrity.services.types import Study

Shown = tuple[str, float | str, str, bool]
PROBABILITY = ("api581.2016.thinning", "api581.2016.pof")
PROBABILITY_COLUMNS = (
    "t_rdi_mm", "age_tk_y", "C_r", "A_rt", "FS", "FS_MPa", "SR_p", "N_A", "N_B", "N_C", "N_D", "Po_p1", "Po_p2",
    "Po_p3", "beta_1", "beta_2", "beta_3", "D_fB", "D_f_thin", "D_f_total", "gff_total", "F_MS", "P_f",
)  # fmt: skip
HOLE_COLUMNS = (
    "d_n_mm", "A_n_mm2", "flow_case", "W_n", "t_n_s", "release_type", "mass_avail_kg", "fact_di", "rate_kg_s", "ld_s",
    "mass_kg", "fact_IC", "fact_AIT", "fact_mit", "CA_cmd", "CA_inj", "rate_tox", "mass_tox", "ld_tox_s", "CA_tox",
    "CA_nfnt",
)  # fmt: skip


@dataclass(frozen=True)
class Matrix:
    """Bounds between the categories, risk category of each cell, and the target, m2/year."""

    P_f_bounds: tuple[float, ...]
    CA_bounds_m2: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]
    target: float
    verified: bool


@dataclass(frozen=True)
class Factor:
    """One damage mechanism that acts on a component: its group, factor (NaN: not assessed), and what it lacks."""

    mechanism: str
    title: Message
    group: str
    symbol: str
    D_f: float
    bound: float
    unverified: bool
    reasons: tuple[Message, ...]


@dataclass(frozen=True)
class Card:
    """Intermediates of one component: (symbol, value, quantity, unverified); and its factors by mechanism."""

    probability: tuple[Shown, ...] = ()
    consequence: tuple[Shown, ...] = ()
    holes: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    reasons: tuple[Message, ...] = ()
    factors: tuple[Factor, ...] = ()


def factors_of(study: Study, row: int) -> tuple[Factor, ...]:
    """Damage factor of each mechanism that acts on a component, those nothing can assess last.

    Parameters
    ----------
    study : Study
    row : int
        Component row.

    Returns
    -------
    tuple of Factor
    """
    return () if study.parts is None else factors_in(study.parts.risk, row)


def factors_in(a: RiskAssessment, row: int) -> tuple[Factor, ...]:
    """Damage factor of each mechanism that acts on a component of an assessment.

    Parameters
    ----------
    a : RiskAssessment
    row : int
        Row of its case.

    Returns
    -------
    tuple of Factor
    """
    out = [_factor(m, m.rows.rows[row]) for m in a.mechanisms if m.rows.rows[row] >= 0]
    for key, rows in beyond(a.case).items():
        if row in rows:
            why = (msg("limit.rbi.mechanisms_known"),)
            out.append(Factor(key, msg(f"mechanism.{key}"), "", "", float("nan"), float("nan"), False, why))
    return tuple(out)


def _factor(m: MechanismResult, at: int) -> Factor:
    p, r = m.mechanism.procedure, m.result
    weak = m.mechanism.unverified is not None and bool(m.mechanism.unverified(r)[at])
    bound = float(r["D_f_bound"][at]) if "D_f_bound" in r.columns else float("nan")
    return Factor(
        m.mechanism.key,
        msg(p.title_key),
        m.mechanism.group,
        m.mechanism.output,
        float(r[m.mechanism.output][at]),
        bound,
        weak,
        tuple(_reason(k, key) for k, key in reasons(p, r, at)),
    )


def matrix_of(study: Study) -> Matrix:
    """The risk matrix in force.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Matrix
    """
    s = study.settings
    m = risk_matrix(s.code("rbi.matrix_cells"))
    return Matrix(
        tuple(float(v) for v in bounds_in_force(s, "P_f").values),
        tuple(float(v) for v in bounds_in_force(s, "CA").values),
        tuple(tuple(int(m.cell[i, j]) for j in range(1, 6)) for i in range(1, 6)),
        study.settings.number("rbi.risk_target_m2_y"),
        m.verified,
    )


def card_of(study: Study, row: int) -> Card:
    """Probability, consequence and holes of one component.

    Parameters
    ----------
    study : Study
    row : int
        Component row.

    Returns
    -------
    Card
        Empty with reasons where nothing could be assessed.
    """
    if study.parts is None:
        return Card()
    risk = study.parts.risk
    probability: list[Shown] = []
    consequence: list[Shown] = []
    holes: dict[str, tuple[Shown, ...]] = {}
    why: list[Message] = []
    likelihood = risk.trace(row, "P_f")[::-1]
    for place, t in enumerate((*likelihood, *risk.trace(row, "CA"))):
        if t.row < 0:
            continue
        p = procedure(t.key)
        why += [_reason(k, key) for k, key in reasons(p, t.result, t.row)]
        if t.key in PROBABILITY:
            probability += [v for v in _outputs(p, t.result, t.row) if v[0] in PROBABILITY_COLUMNS]
        elif place < len(likelihood):
            continue
        elif t.hole:
            held = _outputs(p, t.result, t.row)
            holes[t.hole] = (*holes.get(t.hole, ()), *held)
        else:
            consequence += _outputs(p, t.result, t.row)
    shown = {h: tuple(v for v in values if v[0] in HOLE_COLUMNS) or values[:12] for h, values in holes.items()}
    return Card(
        tuple(probability), tuple(consequence), _same_symbols(shown), tuple(dict.fromkeys(why)), factors_of(study, row)
    )


def _same_symbols(holes: Mapping[str, tuple[Shown, ...]]) -> dict[str, tuple[Shown, ...]]:
    """Rows of the table of holes: each symbol once, in the same order for every hole."""
    order = list(dict.fromkeys(v[0] for values in holes.values() for v in values))
    out = {}
    for hole, values in holes.items():
        have = {v[0]: v for v in values}
        out[hole] = tuple(have[s] for s in order if s in have)
    return out


def _outputs(p: Procedure, result: Result, row: int) -> list[Shown]:
    weak = {s.out for s in p.steps if any(n in p.constants and not p.constants[n].verified for n in s.names().values())}
    return [(o.symbol, _value(o, result, row), o.quantity, o.symbol in weak) for o in p.outputs]


def _value(param: Param, result: Result, row: int) -> float | str:
    raw = result.columns[param.symbol][row]
    if param.quantity == "code":
        return param.codes[int(raw)] if int(raw) >= 0 else ""
    return str(raw) if isinstance(raw, str) else float(raw)


def _reason(kind: str, key: str) -> Message:
    return msg("study.missing", symbol=key) if kind == "missing" else msg(f"limit.{key}")
