"""Part of the report on devices: Weibull fits and bundles in service, and the register of relief devices."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.i18n import text
from integrity.i18n.formats import MISSING
from integrity.rbi.relief_clauses import TYPES
from integrity.reports import device_plots
from integrity.reports.document import Block, Figure, Heading, Paragraph, Table
from integrity.services.bundles import BundleState, BundleStudy, plot_of
from integrity.services.relief import DeviceState, ReliefStudy
from integrity.services.report_words import Words

FIGURES, LISTED = 4, 40
DANGER = "#FBE3E6"
BUNDLE_HEAD = (
    ("tag", ""),
    ("bundle_set", ""),
    ("bundle_age_y", "time"),
    ("beta_w", ""),
    ("eta_y", "time"),
    ("P_bundle", ""),
    ("P_TA1", ""),
    ("C_fail_bundle", "money"),
    ("risk_TA1", "money"),
    ("age_target_y", "time"),
    ("age_opt_y", "time"),
    ("bundle_action", ""),
)
PRD_HEAD = (
    ("tag", ""),
    ("item", ""),
    ("type", ""),
    ("set_pressure_MPa", "pressure"),
    ("MAWP_protected", "pressure"),
    ("n_tests", ""),
    ("last_test_d", ""),
    ("P_fod", ""),
    ("P_leak", ""),
    ("risk_prd", "money_rate"),
    ("risk_area_prd", "risk_area"),
    ("next_test_d", ""),
)


def device_blocks(bundles: BundleStudy, relief: ReliefStudy, w: Words) -> list[Block]:
    """Bundles and relief devices of the plant.

    Parameters
    ----------
    bundles : BundleStudy
    relief : ReliefStudy
    w : Words

    Returns
    -------
    list of Block
        Two sections of level 2; empty where neither is on record.
    """
    out: list[Block] = []
    if bundles.states:
        out += [Heading(w("report.devices.bundles"), 2), Paragraph(w("report.devices.bundles_note"), "note")]
        out += _figures(bundles, w)
        out += [
            *_lacking(sum(1 for s in bundles.states if s.reasons), len(bundles.states), w),
            _bundle_table(bundles, w),
        ]
    if relief.states:
        out += [Heading(w("report.devices.relief"), 2), Paragraph(w("report.devices.relief_note"), "note")]
        out += [*_lacking(sum(1 for s in relief.states if s.reasons), len(relief.states), w), _relief_table(relief, w)]
    return out


def _lacking(count: int, total: int, w: Words) -> list[Block]:
    return [Paragraph(w("report.devices.lacking", count=count, total=total))] if count else []


def _figures(done: BundleStudy, w: Words) -> list[Block]:
    """Fits with most failures first; a set without a life has none."""
    order = np.argsort(-done.fit["n_failures"], kind="stable")
    return [_figure(done, int(k), w) for k in order[:FIGURES] if done.members[int(k)]]


def _figure(done: BundleStudy, k: int, w: Words) -> Figure:
    fit, state = done.fit, next(s for s in done.states if s.set_row == k)
    lines = []
    labels = {
        "life": f"{w('ui.weibull.life')}, {w.unit('time')}",
        "share": f"{w('ui.weibull.failed')}, %",
        "bounds": w("ui.weibull.bounds"),
        "failed": w("ui.weibull.failure", count=state.n_failures),
        "suspended": w("ui.weibull.suspended", count=state.n_records - state.n_failures),
    }
    for key in ("rrx", "mle", "given"):
        beta, eta = float(fit[f"beta_{key}"][k]), float(fit[f"eta_{key}_y"][k])
        if beta > 0.0 and eta > 0.0:
            lines.append((key, beta, eta, key == state.method))
            words = {"beta": w.number(beta, "number", 2), "eta": w.with_unit(eta, "time")}
            labels[key] = w("ui.weibull.fit", method=w(f"ui.fit.{key}"), **words)
            if key == "rrx":
                labels[key] += w("ui.weibull.r2", r2=w.number(float(fit["r2_rrx"][k]), "ratio", 3))
    caption = w(
        "report.devices.fit",
        name=state.record.bundle_set or w("report.devices.own_set"),
        failed=state.n_failures,
        suspended=state.n_records - state.n_failures,
        amount=w(f"code.amount_of_failures.{state.amount}"),
    )
    p = plot_of(done, k)
    data = device_plots.WeibullData(p.failure_y, p.F, p.suspended_y, p.line_y, p.F_lo, p.F_hi)
    return device_plots.weibull(data, lines, labels, caption)


def _head(w: Words, area: str, columns: tuple[tuple[str, str], ...]) -> list[str]:
    out = []
    for key, quantity in columns:
        unit = w.unit(quantity) if quantity else ""
        out.append(w(f"ui.{area}.{key}") + (f", {unit}" if unit else ""))
    return out


def _bundle_table(done: BundleStudy, w: Words) -> Table:
    order = np.argsort(-np.nan_to_num(done.risk["risk_TA1"], nan=-1.0), kind="stable")[:LISTED]
    rows = [_bundle_row(done, done.states[int(i)], int(i), w) for i in order]
    widths = [1.1, 1.3, 0.8, 0.8, 0.9, 0.9, 0.9, 1.2, 1.2, 1.0, 0.9, 1.2]
    head = _head(w, "bundle", BUNDLE_HEAD)
    return Table(head, rows, "llrrrrrrrrrl", widths, w("report.devices.bundle_table"), small=True)


def _bundle_row(done: BundleStudy, s: BundleState, i: int, w: Words) -> list[str]:
    return [
        s.record.tag,
        s.record.bundle_set or MISSING,
        w.number(s.age_y, "time"),
        w.number(s.beta, "number", 2),
        w.number(s.eta_y, "time"),
        w.number(s.P_bundle, "ratio"),
        w.number(float(done.risk["P_TA1"][i]), "ratio"),
        w.number(s.C_fail, "money"),
        w.number(s.risk_TA1, "money"),
        w.number(float(done.risk["age_target_y"][i]), "time"),
        w.number(s.age_opt_y, "time"),
        w(f"ui.bundle_action.{s.action}") if s.action else MISSING,
    ]


def _relief_table(done: ReliefStudy, w: Words) -> Table:
    risk = [s.risk_prd if s.risk_prd == s.risk_prd else -1.0 for s in done.states]
    area = [s.risk_area if s.risk_area == s.risk_area else -1.0 for s in done.states]
    order = sorted(range(len(risk)), key=lambda i: (not done.states[i].set_above_mawp, -risk[i], -area[i]))[:LISTED]
    rows = [_relief_row(done, done.states[i], i, w) for i in order]
    fills = {(r, c): DANGER for r, i in enumerate(order) if done.states[i].set_above_mawp for c in (3, 4)}
    widths = [1.2, 0.9, 2.3, 0.95, 0.85, 0.7, 1.2, 0.9, 0.9, 0.9, 1.0, 1.2]
    head = _head(w, "prd", PRD_HEAD)
    return Table(head, rows, "lllrrrlrrrrl", widths, w("report.devices.relief_table"), fills, small=True)


def _relief_row(done: ReliefStudy, s: DeviceState, i: int, w: Words) -> list[str]:
    code, tests = int(done.fail["prd_type"][i]), done.test["prd_tested_d"][done.test_device == i]
    pressure = w.number(s.device.set_pressure_MPa, "pressure")
    return [
        s.device.tag,
        s.device.item or MISSING,
        text(f"code.prd_type.{TYPES[code]}", w.language) if code >= 0 else s.device.kind or MISSING,
        f"▲ {pressure}" if s.set_above_mawp else pressure,
        w.number(s.MAWP_MPa, "pressure"),
        str(int(tests.size)),
        w.date(max([s.device.last_test_d, *(int(d) for d in tests)], default=NO_DATE)),
        w.number(s.P_fod, "ratio", 4),
        w.number(s.P_leak, "ratio", 4),
        w.number(s.risk_prd, "money_rate", 0),
        w.number(s.risk_area, "risk_area"),
        w.date(s.device.next_test_d),
    ]
