"""What calculations of risk lack: component, calculation, symbol or reason; the list an engineer works through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from integrity.core.arrays import IntArray
from integrity.core.codes import factorised
from integrity.core.frames.plant import ComponentFrame
from integrity.core.message import Message, msg
from integrity.core.procedure import Procedure, Result
from integrity.core.registry import procedure
from integrity.rbi import consequence
from integrity.rbi.acting import RowMap, beyond
from integrity.rbi.data import HOLES
from integrity.services.decisions import assessment_of
from integrity.services.known_facts import known_symbols
from integrity.services.types import Study

# Says only that something above it is not assessed.
SUMMARY = "rbi.mechanisms_known"
# Conclusions drawn from other calculations: what they lack is told where it arises.
_DERIVED = frozenset(
    {"api581.2016.pof", "api581.2016.risk", "api581.2016.financial_risk", "api581.2016.rate_selection"}
)


@dataclass(frozen=True)
class Gap:
    """One thing that one calculation lacks, with the components it lacks it for.

    `kind` is "missing" (then `key` is a symbol and `quantity` its quantity) or "limit" (then `key` is the key of the
    reason). `mechanism` is the key of the damage mechanism, empty for consequence, cost and rate. `title` names the
    calculation.
    """

    procedure: str
    title: Message
    mechanism: str
    kind: str
    key: str
    quantity: str
    rows: IntArray

    @property
    def words(self) -> Message:
        """Words of the symbol or of the reason."""
        return msg(f"sym.{self.key}" if self.kind == "missing" else f"limit.{self.key}")


def mechanism_gaps(study: Study) -> tuple[Gap, ...]:
    """What the damage mechanisms that act lack; a component with one of these has a lower bound at best.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of Gap
        The one of the most components first.
    """
    return _sorted(_of_mechanisms(study))


def all_gaps(study: Study) -> tuple[Gap, ...]:
    """What mechanisms, rates, consequence and cost lack.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of Gap
        The one of the most components first. A rate model that gives nothing is told only where no rate is known.
    """
    a = assessment_of(study)
    without = np.isnan(a.case.rate)

    def rated(gap: Gap) -> Gap:
        return replace(gap, rows=gap.rows[without[gap.rows]]) if ".rate_" in gap.procedure else gap

    own = {m.result.procedure for m in a.mechanisms}
    out = list(_of_mechanisms(study))
    for key, result in a.results.items():
        if key not in own and key not in _DERIVED:
            found = _of_result(procedure(key), result, a.rows[key], "")
            out += [g for g in map(rated, found) if g.rows.size and _given(g)]
    return _sorted([*out, *_of_holes(study, out)])


def _given(gap: Gap) -> bool:
    """Whether somebody could give it: not what another calculation would have concluded."""
    if gap.kind != "missing":
        return True
    known = gap.key in known_symbols().by_key or gap.key in ComponentFrame.quantities()
    return known and not gap.key.endswith(tuple(f"_{h}" for h in HOLES))


def _of_holes(study: Study, told: list[Gap]) -> Iterator[Gap]:
    """Reasons of single holes, which are not kept with the results: those of the frame that nothing else tells."""
    known = {(g.kind, g.key, int(i)) for g in told for i in g.rows}
    texts, of = factorised(assessment_of(study).frame.reasons)
    rows: dict[tuple[str, str], list[int]] = {}
    for n, text in enumerate(texts):
        here = np.flatnonzero(of == n).tolist()
        for reason in (t.strip() for t in text.split(";")):
            kind, _, key = reason.partition(":")
            left = [i for i in here if key and key != SUMMARY and (kind, key, i) not in known]
            if left:
                rows.setdefault((kind, key), []).extend(left)
    title = msg(procedure(consequence.KEY).title_key)
    for (kind, key), found in rows.items():
        yield Gap(consequence.KEY, title, "", kind, key, "", np.array(sorted(found), dtype=np.int64))


def _sorted(gaps: Iterator[Gap] | list[Gap]) -> tuple[Gap, ...]:
    return tuple(sorted(gaps, key=lambda g: (-g.rows.size, g.procedure, g.kind, g.key)))


def _of_mechanisms(study: Study) -> Iterator[Gap]:
    a = assessment_of(study)
    for m in a.mechanisms:
        yield from _of_result(m.mechanism.procedure, m.result, m.rows, m.mechanism.key)
    for key, rows in beyond(a.case).items():
        known = np.unique(rows).astype(np.int64)
        yield Gap("", msg(f"mechanism.{key}"), key, "limit", SUMMARY, "", known)


def _of_result(p: Procedure, result: Result, rows: RowMap, mechanism: str) -> Iterator[Gap]:
    here = np.flatnonzero(rows.rows >= 0)
    at = rows.rows[here]
    if not at.size:
        return
    title = msg(p.title_key)
    for j, x in enumerate(p.inputs):
        hit = here[((result.missing[at] >> j) & 1) == 1]
        if hit.size:
            yield Gap(p.key, title, mechanism, "missing", x.symbol, x.quantity, hit.astype(np.int64))
    for i, limit in enumerate(p.limits):
        hit = here[((result.refused[at] >> i) & 1) == 1]
        if hit.size:
            yield Gap(p.key, title, mechanism, "limit", limit.key, "", hit.astype(np.int64))
