"""What needs an engineer: findings of a study, the worst first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import index_of
from integrity.core.group import group_count
from integrity.services.types import Study
from integrity.ui.models.component_table import flag
from integrity.ui.state import Phrase

KINDS = (
    "below_t_req",
    "set_pressure_above_mawp",
    "beyond_no_assessment",
    "temporary_repair_expired",
    "overdue",
    "life_below_interval",
    "below_alert",
    "flagged_readings",
    "no_cml",
    "no_readings",
    "assumed_rate",
)
DANGER = frozenset({"below_t_req", "set_pressure_above_mawp"})
_YEAR = 365.25


@dataclass(frozen=True)
class Worklist:
    """Findings by row: kind (index into `KINDS`), component, and how bad within the kind (less is worse)."""

    kind: IntArray
    component_row: IntArray
    badness: FloatArray
    study: Study

    @property
    def n(self) -> int:
        """Number of findings."""
        return int(self.kind.size)

    def counts(self) -> dict[str, int]:
        """Findings of each kind."""
        return {k: int((self.kind == i).sum()) for i, k in enumerate(KINDS)}

    def phrase(self, row: int) -> Phrase:
        """A finding in words with its numbers."""
        return phrase(self.study, KINDS[int(self.kind[row])], int(self.component_row[row]))

    def worst(self) -> int:
        """Row of the worst finding, -1 where there is none."""
        return 0 if self.n else -1


def make_worklist(study: Study) -> Worklist:
    """Collect the findings of a study.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Worklist
        Ordered by kind as in `KINDS`, then by how bad.
    """
    kinds, rows, bad = [], [], []
    for i, kind in enumerate(KINDS):
        mask, badness = _find(study, kind)
        found = np.flatnonzero(mask)
        order = found[np.argsort(np.nan_to_num(badness[found], nan=np.inf), kind="stable")]
        kinds.append(np.full(order.size, i, dtype=np.int64))
        rows.append(order)
        bad.append(badness[order])
    return Worklist(
        np.concatenate(kinds), np.concatenate(rows).astype(np.int64), np.concatenate(bad).astype(np.float64), study
    )


def _find(study: Study, kind: str) -> tuple[BoolArray, FloatArray]:
    r, k = study.components, study.plant.components
    as_of = study.plant.as_of_d
    if kind == "below_t_req":
        return flag(study, kind), r.t_min_mm / r.t_req_mm
    if kind == "set_pressure_above_mawp":
        return flag(study, kind), np.fmin(r.MAWP_now, r.MAWP_next) / k.set_pressure_MPa
    if kind == "beyond_no_assessment":
        return _beyond(study), -r.age_y
    if kind == "temporary_repair_expired":
        expiry = k.temp_repair_expiry_d
        return (expiry != NO_DATE) & (expiry < as_of), expiry.astype(np.float64)
    if kind == "overdue":
        return (r.next_d != NO_DATE) & (r.next_d < as_of), r.next_d.astype(np.float64)
    if kind == "life_below_interval":
        return _short_life(study), r.RL_today_y
    if kind == "below_alert":
        return flag(study, kind) & ~flag(study, "below_t_req"), r.t_min_mm / r.t_alert_mm
    if kind == "flagged_readings":
        count = flagged_count(study)
        return count > 0, -count.astype(np.float64)
    if kind == "no_readings":
        return flag(study, kind) & ~flag(study, "no_cml"), -risk_order(study)
    return flag(study, kind), -risk_order(study)


def _beyond(study: Study) -> BoolArray:
    state = study.components.life_state
    without = [index_of("life_state", s) for s in ("beyond_no_assessment", "no_stated_beyond_20")]
    return np.asarray(np.isin(state, without), dtype=np.bool_)


def _short_life(study: Study) -> BoolArray:
    r = study.components
    ahead = (r.next_d - study.plant.as_of_d) / _YEAR
    with np.errstate(invalid="ignore"):
        return np.asarray((r.RL_today_y < ahead) & (r.next_d != NO_DATE) & ~flag(study, "below_t_req"), dtype=np.bool_)


def risk_order(study: Study) -> FloatArray:
    """Risk with missing as zero, to order findings that have no number of their own.

    Parameters
    ----------
    study : Study

    Returns
    -------
    ndarray of float64
    """
    return np.nan_to_num(study.components.risk, nan=0.0)


def flagged_count(study: Study) -> IntArray:
    """Readings to be verified of each component.

    Parameters
    ----------
    study : Study

    Returns
    -------
    ndarray of int64
    """
    p = study.plant
    by_cml = group_count(p.readings.quality == index_of("reading_quality", "verify"), p.readings_of_cml)
    out = np.zeros(p.components.n, dtype=np.int64)
    np.add.at(out, p.cmls.component_row, by_cml)
    return out


def phrase(study: Study, kind: str, row: int) -> Phrase:
    """A finding of a component in words.

    Parameters
    ----------
    study : Study
    kind : str
        One of `KINDS`.
    row : int
        Component row.

    Returns
    -------
    Phrase
    """
    r, k = study.components, study.plant.components
    key = f"ui.work.{kind}.says"
    at = lambda column, frame=r: float(getattr(frame, column)[row])  # noqa: E731
    overdue_y = (study.plant.as_of_d - int(r.next_d[row])) / _YEAR
    numbers: dict[str, tuple[tuple[str, float, str], ...]] = {
        "below_t_req": (
            ("t", at("t_min_mm"), "thickness"),
            ("limit", at("t_req_mm"), "thickness"),
            ("since", at("t_min_reached_d"), "date"),
        ),
        "set_pressure_above_mawp": (
            ("set", at("set_pressure_MPa", k), "pressure"),
            ("mawp", at("MAWP_now"), "pressure"),
            ("next", at("MAWP_next"), "pressure"),
        ),
        "beyond_no_assessment": (("age", at("age_y"), "time"), ("end", at("design_life_end_d"), "date")),
        "temporary_repair_expired": (("expiry", at("temp_repair_expiry_d", k), "date"),),
        "overdue": (("due", at("next_d"), "date"), ("late", overdue_y, "time")),
        "life_below_interval": (("life", at("RL_today_y"), "time"), ("due", at("next_d"), "date")),
        "below_alert": (("t", at("t_min_mm"), "thickness"), ("limit", at("t_alert_mm"), "thickness")),
        "assumed_rate": (("rate", at("CR_gov"), "rate"),),
    }
    params = (("count", int(flagged_of(study, row))),) if kind == "flagged_readings" else ()
    codes = (("kind", "candidate_kind", int(r.next_kind[row])),) if kind == "overdue" else ()
    return Phrase(key, numbers.get(kind, ()), params, codes)


def flagged_of(study: Study, row: int) -> int:
    """Readings to be verified of one component.

    Parameters
    ----------
    study : Study
    row : int

    Returns
    -------
    int
    """
    p = study.plant
    first, last = p.cmls_of_component.offsets[row : row + 2]
    offsets = p.readings_of_cml.offsets
    quality: AnyArray = p.readings.quality[offsets[first] : offsets[last]]
    return int((quality == index_of("reading_quality", "verify")).sum())
