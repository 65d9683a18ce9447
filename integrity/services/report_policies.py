"""Appendix of the report: settings that differ, and the policies of the calculations that ran."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.registry import procedures
from integrity.core.settings import SettingSpec, setting_specs
from integrity.reports.document import Block, Heading, PageBreak, Paragraph, Table
from integrity.services.report_words import Words
from integrity.services.types import Study


def took_part(study: Study) -> dict[str, int]:
    """Components that each setting took part in, by the calculations of risk that read it and ran.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of setting to int
        The greatest number over the calculations; a setting that is read elsewhere is not among them.
    """
    out: dict[str, int] = {}
    known = {p.key: p for p in procedures()}
    if study.parts is None:
        return out
    for key, rows in study.parts.risk.rows.items():
        n = int(np.count_nonzero(rows.rows >= 0))
        for setting in known[key].settings if key in known and n else ():
            out[setting] = max(out.get(setting, 0), n)
    return out


def idle(study: Study) -> frozenset[str]:
    """Settings that only calculations read that ran for no component.

    Parameters
    ----------
    study : Study

    Returns
    -------
    frozenset of str
    """
    acted = took_part(study)
    every = {s for p in procedures() if p.key.startswith(("api581.", "owner.")) for s in p.settings}
    others = {s for p in procedures() if not p.key.startswith(("api581.", "owner.")) for s in p.settings}
    return frozenset(every - others - set(acted))


def settings(study: Study, w: Words) -> list[Block]:
    """Appendix: what differs from its default, and every policy that took part in a number.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    specs = setting_specs()
    changed = {k: s for k, s in specs.items() if study.settings[k] != s.default}
    acted, left_out = took_part(study), idle(study)
    elsewhere = {k for k in specs if k not in acted and k not in left_out}
    others = {k: s for k, s in specs.items() if k not in changed and (k in acted or k in elsewhere)}
    # What has one choice only is a convention, not a policy.
    policies = {k: s for k, s in others.items() if len(s.allowed) > 1}
    numbers = {k: s for k, s in others.items() if not s.allowed and not k.startswith("plan.cost_")}
    hidden = len(specs) - len(changed) - len(policies) - len(numbers)
    return [
        PageBreak(),
        Heading(w("report.h.settings")),
        Paragraph(w("riskreport.settings.lead", digest=study.settings.digest()[:16])),
        Paragraph(w("riskreport.settings.idle", n=hidden), "note"),
        Heading(w("riskreport.h.changed"), 2),
        _table(study, w, changed, acted) if changed else Paragraph(w("riskreport.settings.none_changed"), "note"),
        Heading(w("riskreport.h.policies"), 2),
        Paragraph(w("riskreport.policies.lead")),
        _table(study, w, policies, acted),
        Heading(w("riskreport.h.numbers"), 2),
        _table(study, w, numbers, acted),
    ]


def _table(study: Study, w: Words, specs: Mapping[str, SettingSpec], acted: Mapping[str, int]) -> Table:
    rows = []
    for key, spec in specs.items():
        value = study.settings[key]
        shown = w.with_unit(float(value), spec.quantity) if _is_number(value) else _code(w, value)
        others = ", ".join(a for a in spec.allowed if a != value)
        count = str(acted[key]) if key in acted else ""
        rows.append([w(f"setting.{key}"), shown, others, count])
    head = [w("report.col.setting"), w("report.col.value"), w("riskreport.col.instead"), w("riskreport.col.acted")]
    return Table(head, rows, "lllr", [5.4, 2, 2.8, 0.9], small=True)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _code(w: Words, value: object) -> str:
    if isinstance(value, bool):
        return w("report.yes") if value else w("riskreport.no")
    return str(value) or w("riskreport.settings.table")
