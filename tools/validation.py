"""Make docs/validation.md: published cases, independent engines, deviations, bounds, and what is not verified.

    python tools/validation.py            write the report
    python tools/validation.py --check    only say whether it is up to date; exit code 1 where it is not
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from integrity.core.procedure import Param, Procedure
from integrity.core.registry import procedures
from integrity.core.verdict import Verdict
from integrity.i18n import text
from tools import provenance
from tools.oracles import GREATEST_SHARE, Comparison, cases, comparisons, deviations, fixtures, refusals
from tools.pages import ROOT, blocks, report, same, table, with_blocks, write

PAGE = ROOT / "docs" / "validation.md"
SHOWN_DIGITS = 7
UNIT_SETS = ("SI", "US")


def published_cases() -> list[dict[str, Any]]:
    """Rows of the published cases: one a printed number.

    Returns
    -------
    list of dict
        case, standard, edition, source, kind, what, symbol, printed, ours, tolerance, SI, US, deviation.
    """
    suite: Any = import_module("tests.published.test_published")
    rows = []
    for case in suite.CASES:
        runs = _results(suite, case)
        for symbol, wanted in case["outputs"].items():
            rows.append(_published_row(suite, case, symbol, wanted, runs))
    return rows


def _results(suite: Any, case: Mapping[str, Any]) -> dict[str, Any]:
    """Value of each output under each unit set; a formula stands alone and has only one."""
    if "procedure" in case:
        return {u: suite.run(case, u) for u in UNIT_SETS}
    module, name = case["clause"].split(":")
    function = getattr(import_module(module), name)
    return {"": function(**{k: np.array([suite.printed(v)[0]]) for k, v in case["inputs"].items()})}


def _published_row(
    suite: Any, case: Mapping[str, Any], symbol: str, wanted: Any, runs: Mapping[str, Any]
) -> dict[str, Any]:
    told = [_compare(suite, symbol, wanted, run, case["deviation"]) for run in runs.values()]
    marks = dict(zip(runs, (passed for passed, _ in told), strict=True))
    word = {True: "pass", False: "FAIL"}
    return {
        "case": case["id"],
        "standard": f"{case['standard']}, {case['edition']}",
        "source": case.get("example") or case["source"],
        "kind": case.get("kind", "published"),
        "what": case.get("procedure") or case["clause"].split(":")[1],
        "symbol": symbol,
        "printed": _printed(wanted),
        "ours": told[0][1],
        "tolerance": _tolerance(suite, wanted),
        **{u: word[marks[u]] if u in marks else word[marks[""]] + " (no units)" for u in UNIT_SETS},
        "deviation": case["deviation"].get(symbol),
    }


def _compare(suite: Any, symbol: str, wanted: Any, run: Any, records: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether an output agrees (or differs just as recorded), and our value in the printed unit."""
    if not isinstance(run, tuple):
        return _number(suite, float(run[0]), wanted, "number", records.get(symbol))
    p, result = run
    if symbol == "verdict":
        name = Verdict(int(result.verdict[0])).name
        return name == wanted, name
    param = _param(p, symbol)
    got = result[symbol][0]
    if param.quantity in suite.PLAIN:
        plain = wanted["value"] if isinstance(wanted, dict) else wanted
        shown = (param.codes[int(got)] if got >= 0 else "") if param.quantity == "code" else got
        return shown == plain, str(shown)
    return _number(suite, float(got), wanted, param.quantity, records.get(symbol))


def _param(p: Procedure, symbol: str) -> Param:
    return next(x for x in (*p.inputs, *p.outputs) if x.symbol == symbol)


def _number(suite: Any, got: float, wanted: Any, quantity: str, record: Any) -> tuple[bool, str]:
    from integrity.core.quantities import from_internal

    spec = wanted if isinstance(wanted, dict) else {"value": wanted}
    unit = spec.get("unit", suite.printed(spec["value"])[1])
    shown = float(from_internal(got, quantity, unit)[0]) if unit else got
    target = wanted if record is None else record["ours"]
    return bool(suite.agrees(got, target, quantity)[0]), f"{shown:.{SHOWN_DIGITS}g} {unit}".strip()


def _printed(wanted: Any) -> str:
    if not isinstance(wanted, dict):
        return str(wanted)
    return f"{wanted['value']} {wanted.get('unit', '')}".strip()


def _tolerance(suite: Any, wanted: Any) -> str:
    if isinstance(wanted, dict):
        if "rel" in wanted:
            return f"relative {wanted['rel']:g}"
        if "digits" in wanted:
            return f"{wanted['digits']} digits"
        wanted = wanted["value"]
    if not isinstance(wanted, str) or not any(c.isdigit() for c in wanted):
        return "equal"
    try:
        _, unit, decimals = suite.printed(wanted)
    except AssertionError:
        return "equal"
    return f"± {0.5 * 10.0**-decimals:g} {unit}".strip()


def published_section() -> str:
    """Table of every published number.

    Returns
    -------
    str
    """
    rows = published_cases()
    head = ("case", "standard, edition or clause", "example or source", "kind", "by", "number", "printed", "ours")
    out = table(
        (*head, "tolerance", *UNIT_SETS),
        (
            (
                *(r["case"], r["standard"], r["source"], r["kind"], f"`{r['what']}`", f"`{r['symbol']}`"),
                *(r["printed"], r["ours"] + (" †" if r["deviation"] else ""), r["tolerance"], r["SI"], r["US"]),
            )
            for r in rows
        ),
    )
    return out


def published_deviations_section() -> str:
    """Published numbers that we do not reproduce, each with its reviewed reason.

    Returns
    -------
    str
    """
    rows = [r for r in published_cases() if r["deviation"]]
    if not rows:
        return "None.\n"
    return table(
        ("case", "number", "published", "ours", "reason", "reviewed"),
        ((r["case"], f"`{r['symbol']}`", r["printed"], r["ours"], r["deviation"]["reason"], _by(r)) for r in rows),
    )


def _by(row: Mapping[str, Any]) -> str:
    record = row["deviation"]
    return f"{record['reviewed_by']}, {record['reviewed_on']}" if "reviewed_by" in record else "yes"


def oracle_section() -> str:
    """Comparisons with independent engines.

    Returns
    -------
    str
    """
    together: dict[tuple[str, str, float], list[Comparison]] = {}
    for c in comparisons():
        together.setdefault((c.engine, c.what, c.tolerance), []).append(c)
    return table(
        ("engine", "what", "numbers", "compared", "largest relative difference", "tolerance", "within"),
        (
            (
                *(engine, what, _symbols(found), sum(c.n for c in found), f"{max(c.largest for c in found):.1e}"),
                *(f"{tolerance:.0e}", "yes" if all(c.within for c in found) else "NO"),
            )
            for (engine, what, tolerance), found in together.items()
        ),
    )


def _symbols(found: Sequence[Comparison]) -> str:
    return ", ".join(dict.fromkeys(f"`{c.symbol}`" for c in found))


def fixtures_section() -> str:
    """Recorded cases of the independent engine, and the share that reviewed differences cover.

    Returns
    -------
    str
    """
    total, covered = cases()
    rows: list[tuple[object, ...]] = [(f"`api581_{f.name}.json`", f.groups, f.cases, f.cells or "") for f in fixtures()]
    rows.append(("**all**", sum(f.groups for f in fixtures()), total, sum(f.cells for f in fixtures())))
    out = table(("file", "groups", "cases", "cells of printed tables besides"), rows)
    return out + (
        f"\nReviewed differences cover {covered} of {total} cases, {100.0 * covered / total:.2f} %"
        f" (at most {100.0 * GREATEST_SHARE:g} % is allowed; cells of tables are not counted in the total).\n"
    )


def refusals_section() -> str:
    """Cases that an independent engine or we refuse.

    Returns
    -------
    str
    """
    return table(
        ("phase", "cases", "refused by both", "refused by us only", "by the engine only"),
        ((r.phase, r.n, r.both, r.ours, r.theirs) for r in refusals()),
    )


def oracle_deviations_section() -> str:
    """Reviewed differences from an independent engine.

    Returns
    -------
    str
    """
    return table(
        ("record", "standard, clause", "cases", "ours", "theirs", "who is right", "reason"),
        (
            (
                *(d["id"], f"{d['standard']} {d['edition']}, {d['clause']}", _covered(d), d["ours"], d["theirs"]),
                *(d["right"], d["reason"]),
            )
            for d in deviations()
        ),
    )


def _covered(record: Mapping[str, Any]) -> str:
    """Cases a record covers; in brackets those that move by a rounded constant, compared with the engine's."""
    rounded = record.get("cases_printed")
    return str(record["cases"]) + (f" ({rounded} by the printed constant)" if rounded else "")


def coverage_section() -> str:
    """How often the bounds of the corrosion rate hold, by number of surveys.

    Returns
    -------
    str
    """
    from integrity.core.settings import Settings

    study: Any = import_module("tests.life.coverage")
    rows = []
    for scale, confidence in ((1.0, 0.95), (1.4, 0.95), (2.0, 0.95), (1.0, 0.80)):
        for k in study.SURVEYS:
            c = study.coverage(k, scale=scale, settings=Settings({"rate.confidence": confidence}))
            rows.append(
                (
                    *(f"{scale:g}", f"{confidence:g}", k, c.n_positions, f"{c.upper:.3f}", f"{c.lower:.3f}"),
                    *(f"{c.width:.3f}", f"{c.scatter:.3f}"),
                )
            )
    head = ("noise", "claimed", "surveys", "positions", "upper bound holds", "lower bound holds")
    return table((*head, "median width, mm/y", "median scatter, mm"), rows)


def procedures_section() -> str:
    """Every procedure with its standard and the clauses it implements.

    Returns
    -------
    str
    """
    return table(
        ("procedure", "title", "standard (edition)", "clauses"),
        (
            (f"`{p.key}`", text(p.title_key, "en"), f"{p.ref.standard} ({p.ref.edition})", _clauses(p))
            for p in procedures()
        ),
    )


def _clauses(p: Procedure) -> str:
    """Clauses of a procedure, those of other standards with their name."""
    own = (p.ref.standard, p.ref.edition)
    found: dict[str, None] = {}
    for ref in (p.ref, *(s.clause.ref for s in p.steps)):
        found[ref.clause if (ref.standard, ref.edition) == own else str(ref)] = None
    return "; ".join(found)


def summary_section() -> str:
    """Counts at a glance.

    Returns
    -------
    str
    """
    rows, compared = published_cases(), comparisons()
    failed = sum(r[u].startswith("FAIL") for r in rows for u in UNIT_SETS)
    n_constants, weak = provenance.constants_count()
    total, covered = cases()
    return table(
        ("what", "count"),
        (
            ("published cases", len({r["case"] for r in rows})),
            ("printed numbers compared, each in SI and in US units", len(rows)),
            ("of them reviewed deviations", sum(r["deviation"] is not None for r in rows)),
            ("failed", failed),
            ("cases recorded from an independent engine", total),
            ("numbers compared with independent engines", sum(c.n for c in compared)),
            ("of them outside their tolerance", sum(c.n for c in compared if not c.within)),
            ("reviewed differences from an engine", len(deviations())),
            ("cases that these cover", f"{covered} ({100.0 * covered / total:.2f} %)"),
            ("registered procedures", len(list(procedures()))),
            ("constants in them", n_constants),
            ("of them unverified", weak),
        ),
    )


SECTIONS: Mapping[str, Callable[[], str]] = {
    "summary": summary_section,
    "published": published_section,
    "published-deviations": published_deviations_section,
    "fixtures": fixtures_section,
    "oracle": oracle_section,
    "refusals": refusals_section,
    "oracle-deviations": oracle_deviations_section,
    "coverage": coverage_section,
    "unverified-constants": provenance.constants_section,
    "tables": provenance.tables_section,
    "rules": provenance.rules_section,
    "procedures": procedures_section,
}


def stale(names: tuple[str, ...] = tuple(SECTIONS)) -> list[str]:
    """Sections of the report that are out of date.

    Parameters
    ----------
    names : tuple of str

    Returns
    -------
    list of str
    """
    there = blocks(PAGE.read_text(encoding="utf-8"))
    return [n for n in names if not same(there.get(n, ""), SECTIONS[n]())]


def main() -> int:
    """Write the report, or look whether it is up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    if parser.parse_args().check:
        return report(stale(), True)
    page = with_blocks(PAGE.read_text(encoding="utf-8"), SECTIONS)
    return report([PAGE.name] if write(PAGE, page) else [], False)


if __name__ == "__main__":
    raise SystemExit(main())
