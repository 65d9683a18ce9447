"""What changes for a plant between editions of API RP 581: results under each, and the rules known to differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from integrity.core.frames.decisions import EditionFrame
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import setting_specs
from integrity.rbi.assess import RiskAssessment, assess_case
from integrity.rbi.case import RiskCase
from integrity.rbi.data import raw

_SAME = 1e-9


@dataclass(frozen=True)
class EditionRule:
    """One rule that is known to differ: a key whose words are `edition.rule.<key>`, and its editions."""

    key: str
    mechanisms: tuple[str, ...]
    source: str
    verified: bool


def known_rules() -> tuple[EditionRule, ...]:
    """Differences that the setting `rbi.edition` switches.

    Returns
    -------
    tuple of EditionRule
    """
    data = raw("editions")
    return tuple(
        EditionRule(r["key"], tuple(r["mechanisms"]), r.get("source", data["source"]), bool(r["verified"]))
        for r in data["rules"]
    )


def editions() -> tuple[str, ...]:
    """Editions that may be chosen.

    Returns
    -------
    tuple of str
    """
    return setting_specs()["rbi.edition"].allowed


def edition_differences(case: RiskCase, progress: Progress = SILENT) -> EditionFrame:
    """Assess a plant under every edition.

    Parameters
    ----------
    case : RiskCase
    progress : Progress

    Returns
    -------
    EditionFrame
        `moved` names the mechanisms whose factor differs from that of the edition in force, and `category` where the
        risk category does.
    """
    own = assess_case(case)
    names = editions()
    parts = []
    for i, name in enumerate(names):
        progress.step(i, len(names))
        same = name == case.settings.code("rbi.edition")
        other = own if same else assess_case(replace(case, settings=case.settings.with_(rbi__edition=name)))
        parts.append(_rows(own, other, name))
    progress.step(len(names), len(names))
    return EditionFrame(**{c: np.concatenate([getattr(p, c) for p in parts]) for c in EditionFrame.quantities()})


def _rows(own: RiskAssessment, other: RiskAssessment, name: str) -> EditionFrame:
    f, n = other.frame, other.case.n
    moved = np.full(n, "", dtype=object)
    for a, b in zip(own.mechanisms, other.mechanisms, strict=True):
        here = np.flatnonzero(a.rows.rows >= 0)
        x = a.result[a.mechanism.output][a.rows.rows[here]]
        y = b.result[b.mechanism.output][b.rows.rows[here]]
        differs = ~(np.isclose(x, y, rtol=_SAME, atol=0.0) | (np.isnan(x) & np.isnan(y)))
        _append(moved, here[differs], a.mechanism.key)
    _append(moved, np.flatnonzero(own.frame.risk_category != f.risk_category), "category")
    return EditionFrame(
        component_row=np.arange(n, dtype=np.int64),
        edition=np.full(n, name, dtype=object),
        D_f_total=f.D_f_total,
        P_f=f.P_f,
        CA=f.CA,
        risk=f.risk,
        P_f_category=f.P_f_category,
        risk_category=f.risk_category,
        moved=moved,
    )


def _append(texts: np.ndarray, rows: np.ndarray, word: str) -> None:
    held = texts[rows]
    texts[rows] = np.where(held == "", word, held + " " + word)
