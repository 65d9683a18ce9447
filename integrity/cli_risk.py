"""Command line of decisions about risk: what-if, choices of inspection, causes of a change, uncertainty, editions."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from integrity.cli import ATTENTION, DONE, _out, _say
from integrity.cli_plant import _common, _progress, _session, _study
from integrity.core.codes import codes
from integrity.core.dates import days_of, iso_of
from integrity.core.errors import InputError
from integrity.core.frame import Frame
from integrity.core.message import msg
from integrity.i18n import text, translate

Command = Callable[[str, Any], argparse.ArgumentParser]


def add(command: Command) -> None:
    """Add the commands of decisions.

    Parameters
    ----------
    command : callable
        Makes a sub-parser from a name and a function.
    """
    p = _plant(command("what-if", what_if))
    p.add_argument("components", help=text("cli.help.components", "en"))
    p.add_argument("--change", action="append", required=True, metavar="SYMBOL=VALUE")
    p = _plant(command("choices", choices))
    p.add_argument("--until", action="append", default=[], metavar="DATE", help=text("cli.help.until", "en"))
    p = _plant(command("compare", compare))
    p.add_argument("--snapshot", type=int, help=text("cli.help.snapshot", "en"))
    p.add_argument("--quantity", choices=("risk", "P_f", "D_f_total", "CA"), default="risk")
    _plant(command("editions", editions))
    for name, function in (("sensitivity", sensitivity), ("monte-carlo", distribution)):
        p = _plant(command(name, function))
        p.add_argument("components", help=text("cli.help.components", "en"))
        p.add_argument("--quantity", choices=("risk", "P_f", "D_f_total"), default="risk")
    p = _plant(command("mechanisms", mechanisms))
    p.add_argument("--component", default="", help=text("cli.help.component", "en"))
    p = command("fluid", fluid)
    p.add_argument("composition", metavar="NAME=SHARE,...", help=text("cli.help.composition", "en"))
    p.add_argument("--T", type=float, required=True, metavar="degC", dest="T_C")
    p.add_argument("--P", type=float, required=True, metavar="MPa", dest="P_MPa")
    p.add_argument("--mass", action="store_true", help=text("cli.help.mass", "en"))


def _plant(p: argparse.ArgumentParser) -> argparse.ArgumentParser:
    p.add_argument("plant")
    _common(p)
    return p


def _rows(study: Any, wanted: str) -> list[int]:
    """Component rows of names or tags separated by commas; `all` is every component."""
    k = study.plant.components
    if wanted == "all":
        return list(range(k.n))
    out: list[int] = []
    for name in (t.strip() for t in wanted.split(",")):
        found = np.flatnonzero((k.component == name) | (k.tag == name))
        if not found.size:
            raise InputError(msg("cli.no_component", name=name))
        out += found.tolist()
    return sorted(set(out))


def _changes(pairs: Sequence[str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for pair in pairs:
        symbol, _, value = pair.partition("=")
        try:
            out[symbol.strip()] = float(value)
        except ValueError:
            out[symbol.strip()] = value.strip()
    return out


def _table(args: argparse.Namespace, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as JSON, or as CSV on stdout with headings of symbols."""
    if args.json:
        _out(json.dumps([{k: _plain(v) for k, v in r.items()} for r in rows], ensure_ascii=False, indent=1))
        return
    if rows:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([_shown(v) for v in r.values()] for r in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value != value:
        return None
    return value


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return value


def _of_frame(frame: Frame, names: Sequence[str], columns: Sequence[str]) -> list[dict[str, Any]]:
    quantity = frame.quantities()
    held: dict[str, Any] = {}
    for c in columns:
        values = getattr(frame, c)
        if quantity[c] == "code":
            values = frame.texts(c)
        elif quantity[c] == "date":
            values = np.array([iso_of(int(d)) for d in values], dtype=object)
        held[c] = values.tolist()
    return [{"component": names[i], **{c: held[c][i] for c in columns}} for i in range(frame.n)]


def what_if(args: argparse.Namespace) -> int:
    """Some components with inputs changed, beside what stands."""
    from integrity.services import decisions

    session = _session(args)
    study = _study(args, session)
    rows = _rows(study, args.components)
    w = decisions.what_if(study, rows, _changes(args.change))
    after = w.after.components
    out = []
    for i, row in enumerate(w.rows):
        name = str(study.plant.components.component[row])
        for symbol in ("D_f_total", "P_f", "CA", "risk", "t_req_mm", "RL_y"):
            before, now = float(getattr(w.before, symbol)[i]), float(getattr(after, symbol)[i])
            out.append({"component": name, "symbol": symbol, "before": before, "after": now})
    _table(args, out)
    session.close()
    return DONE


def choices(args: argparse.Namespace) -> int:
    """Cheapest inspection of each component to the next turnaround and the one after; exit 1 where none suffices."""
    from integrity.services import decisions

    session = _session(args)
    study = _study(args, session)
    until = [days_of(d, "--until") for d in args.until]
    c = decisions.choices(study, until, progress=_progress(args))
    names = [str(study.plant.components.component[r]) for r in c.component_row]
    shown = ("until_d", "choice_state", "date_d", "effectiveness", "cost", "without", "with_", "best", "target")
    _table(args, _of_frame(c, names, shown))
    session.close()
    states = codes("choice_state")
    bad = np.isin(c.choice_state, [states.index(s) for s in ("none_suffices", "already_above")])
    return ATTENTION if bad.any() else DONE


def compare(args: argparse.Namespace) -> int:
    """Change since a stored run by cause, the plant's sum last."""
    from integrity.services import decisions

    session = _session(args)
    study = _study(args, session)
    run = decisions.stored_run(session, args.snapshot) if args.snapshot else decisions.last_approved(session)
    if run is None:
        raise InputError(msg("cli.none_approved"))
    c = decisions.compare_with(run, study, args.quantity, _progress(args))
    by_id = dict(zip(study.plant.components.component_id.tolist(), study.plant.components.component, strict=True))
    names = [str(by_id[i]) for i in c.frame.component_id.tolist()]
    columns = [n for n in c.frame.quantities() if n != "component_id"]
    rows = _of_frame(c.frame, names, columns)
    rows.append({"component": text("cli.sum", args.lang), **{n: c.totals[n] for n in columns}})
    _table(args, rows)
    if not args.json:
        _say(text("cli.compared", args.lang, n=c.n_unknown, gone=len(c.only_old), new=len(c.only_new)))
    session.close()
    return DONE


def editions(args: argparse.Namespace) -> int:
    """Results under every edition of API RP 581, with what moved."""
    from integrity.services import decisions

    session = _session(args)
    study = _study(args, session)
    f = decisions.compare_editions(study, _progress(args))
    names = [str(study.plant.components.component[r]) for r in f.component_row]
    shown = ("edition", "D_f_total", "P_f", "CA", "risk", "P_f_category", "risk_category", "moved")
    _table(args, _of_frame(f, names, shown))
    session.close()
    return DONE


def sensitivity(args: argparse.Namespace) -> int:
    """One variable at a time at its tenth and ninetieth percentile."""
    from integrity.services import decisions

    session = _session(args)
    study = _study(args, session)
    rows = _rows(study, args.components)
    f = decisions.sensitivity(study, rows, args.quantity)
    names = [str(study.plant.components.component[rows[r]]) for r in f.component_row]
    _table(args, _of_frame(f, names, ("variable", "base", "at_low", "at_high")))
    session.close()
    return DONE


def distribution(args: argparse.Namespace) -> int:
    """Monte Carlo with the seed and the draws of the settings."""
    from integrity.services import decisions

    session = _session(args)
    study = _study(args, session)
    rows = _rows(study, args.components)
    f = decisions.distribution(study, rows, args.quantity, _progress(args))
    names = [str(study.plant.components.component[rows[r]]) for r in f.component_row]
    shown = ("base", "mean", "s_mean", "p05", "p50", "p95", "greatest", "above", "n_draws", "n_refused")
    _table(args, _of_frame(f, names, shown))
    session.close()
    return DONE


def mechanisms(args: argparse.Namespace) -> int:
    """Mechanisms that are credible or open, with decisions; for one component also the conditions."""
    from integrity.rbi.finder import STATES, explain, find
    from integrity.services.decisions import assessment_of

    session = _session(args)
    study = _study(args, session)
    found = find(assessment_of(study).case)
    rows = _rows(study, args.component) if args.component else range(study.plant.components.n)
    out: list[dict[str, Any]] = []
    for row in rows:
        name = str(study.plant.components.component[row])
        for column, c in enumerate(found.candidates):
            state = STATES[int(found.state[row, column])]
            if state == "excluded" and not args.component:
                continue
            told = {"component": name, "mechanism": c.key, "words": text(f"mechanism.{c.key}", args.lang)}
            told |= {"state": text(f"finder.state.{state}", args.lang), "clause": f"API RP 571 {c.clause}"}
            if args.component:
                told["conditions"] = "; ".join(_condition(f) for f in explain(found, row, c.key))
            out.append(told)
    _table(args, out)
    session.close()
    return DONE


def _condition(finding: Any) -> str:
    sign = ("✗", "?", "✓")[finding.state]
    values = ", ".join(f"{s}={_shown(v) if v != '' else '?'}" for s, v in finding.values)
    return f"{sign} {_condition_text(finding.condition)} ({values})"


def _condition_text(condition: Any) -> str:
    if condition.parts:
        return f" {condition.op} ".join(_condition_text(p) for p in condition.parts)
    value = "|".join(condition.value) if isinstance(condition.value, tuple) else condition.value
    return f"{condition.symbol} {condition.op} {'' if value is None else value}".strip()


def fluid(args: argparse.Namespace) -> int:
    """Properties of a mixture from the property libraries, and the representative fluids that lie nearest."""
    from integrity.services.properties import mapped_fluid, properties_of

    shares = _changes(args.composition.split(","))
    wrong = [k for k, v in shares.items() if not isinstance(v, float)]
    if wrong:
        raise InputError(msg("cli.share", name=wrong[0]))
    found = properties_of(shares, args.T_C, args.P_MPa, "mass" if args.mass else "mole")
    names = ("phase", "MW", "rho_liq", "NBP_C", "NBP_mean_C", "C_p", "k", "AIT_C", "AIT_least_C", "LHV")
    rows: list[dict[str, Any]] = []
    for name in names:
        p = getattr(found, name)
        why = "" if p.why is None else translate(p.why, args.lang)
        rows.append({"symbol": name, "value": p.value, "quantity": p.quantity, "source": p.source, "why": why})
    near = mapped_fluid(found)
    rows += [
        {
            "symbol": f"near: {c.fluid}",
            "value": c.distance,
            "quantity": "",
            "source": f"MW {c.MW:g}, NBP {c.NBP_C:g}",
            "why": "",
        }
        for c in near.candidates[:3]
    ]
    _table(args, rows)
    for remark in near.remarks:
        _say(translate(remark, args.lang))
    return DONE
