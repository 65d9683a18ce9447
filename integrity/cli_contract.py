"""Command line of the open contract: procedures, describe, calc, working, conform."""

from __future__ import annotations

import argparse
import csv
import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from integrity import api
from integrity.cli import ATTENTION, DONE, _out, _say, read_csv, settings_from
from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.core.registry import plugin_problems
from integrity.core.verdict import Verdict
from integrity.core.working import WorkingStep
from integrity.i18n import text, translate
from integrity.i18n.formats import format_number, unit_label
from integrity.i18n.references import reference_words

Command = Callable[[str, Any], argparse.ArgumentParser]


def add(command: Command) -> None:
    """Add the commands of the contract.

    Parameters
    ----------
    command : callable
        Makes a sub-parser from a name and a function.
    """
    command("procedures", procedures)
    p = command("describe", describe)
    p.add_argument("key")
    p = command("calc", calc)
    _case_arguments(p)
    p.add_argument("--out", type=Path)
    p = command("working", working)
    _case_arguments(p)
    p.add_argument("--row", type=int, required=True, help=text("cli.help.row", "en"))
    p = command("conform", conform)
    p.add_argument("key")
    p.add_argument("samples", type=Path, metavar="SAMPLES.py")


def _case_arguments(p: argparse.ArgumentParser) -> None:
    p.add_argument("key")
    p.add_argument("input", type=Path, metavar="IN.csv")
    p.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    p.add_argument("--table", action="append", default=[], metavar="NAME=FILE.csv", dest="tables")


def procedures(args: argparse.Namespace) -> int:
    """List every registered calculation; plug-ins that could not be loaded are told, and give exit code 1."""
    rows = api.list_procedures(args.lang)
    broken = plugin_problems()
    for problem in broken:
        _say(translate(problem, args.lang))
    if args.json:
        _out(json.dumps(rows, ensure_ascii=False, indent=1))
        return ATTENTION if broken else DONE
    width = max((len(r["key"]) for r in rows), default=0)
    for r in rows:
        _out(f"{r['key']:<{width}}  {r['standard']} ({r['edition']})  {r['title']}")
    return ATTENTION if broken else DONE


def describe(args: argparse.Namespace) -> int:
    """Print the JSON description of a procedure."""
    _out(json.dumps(api.describe(args.key, args.lang, args.units), ensure_ascii=False, indent=1))
    return DONE


def _inputs(args: argparse.Namespace) -> dict[str, Any]:
    tables = {}
    for pair in args.tables:
        name, _, file = pair.partition("=")
        if not file:
            raise InputError(msg("cli.bad_table", pair=pair))
        tables[name] = read_csv(Path(file))
    return {
        "columns": read_csv(args.input),
        "tables": tables,
        "settings": settings_from(args.settings),
        "units": args.units,
    }


def calc(args: argparse.Namespace) -> int:
    """Run a procedure on a CSV, one row a case; exit 1 where a row has no conclusion."""
    out = api.calc(args.key, **_inputs(args))
    names = list(out)
    rows = [[_cell(out[n][i]) for n in names] for i in range(len(out["verdict"]))]
    if args.json:
        _out(json.dumps([dict(zip(names, r, strict=True)) for r in rows], ensure_ascii=False, indent=1))
    elif args.out is not None:
        partial = args.out.with_name(args.out.name + ".part")
        with partial.open("w", encoding="utf-8", newline="") as f:
            csv.writer(f).writerows([names, *rows])
        partial.replace(args.out)
        _say(text("cli.wrote", args.lang, file=str(args.out)))
    else:
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *rows])
    good = {Verdict.CALCULATED.name, Verdict.ACCEPTED.name, Verdict.NOT_ACCEPTED.name}
    refused = sum(v not in good for v in out["verdict"])
    if refused:
        _say(text("cli.refused_rows", args.lang, n=refused, total=len(rows)))
    return ATTENTION if refused else DONE


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return value
    number = float(value)
    if number != number:
        return ""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def working(args: argparse.Namespace) -> int:
    """Print symbol = formula = numbers = value, unit, clause of one row."""
    result = api.run(args.key, **_inputs(args))
    steps = api.explain(args.key, result, args.row)
    if args.json:
        _out(json.dumps([_as_json(s) for s in steps], ensure_ascii=False, indent=1))
        return DONE
    for s in steps:
        _out(line_of(s, args.units, args.lang))
    why = api._reasons(api.procedure(args.key), result, args.row)
    if why:
        _say(text("cli.why_refused", args.lang, why=why))
        return ATTENTION
    return DONE


def conform(args: argparse.Namespace) -> int:
    """Hold a calculation to the checks of the package's own; each problem is a line, and gives exit code 1."""
    from integrity.conformance import problems, samples_of
    from integrity.rbi.mechanisms import mechanisms

    procedure = api.procedure(args.key)
    named = _names_of(args.samples)
    samples = samples_of(named).get(args.key)
    if not samples:
        raise InputError(msg("conform.no_samples", file=args.samples.name, key=args.key))
    mechanism = next((m for m in mechanisms() if m.procedure is procedure), None)
    found = problems(procedure, samples, mechanism, named.get("CASE"))
    for line in [json.dumps(found, ensure_ascii=False, indent=1)] if args.json else found:
        _out(line)
    told = "conform.bad" if found else "conform.good"
    _say(text(told, args.lang, key=args.key, n=len(samples), problems=len(found)))
    return ATTENTION if found else DONE


def _names_of(path: Path) -> dict[str, Any]:
    """Names of a Python file that is no module of a package; at least `SAMPLES`."""
    if not path.is_file():
        raise InputError(msg("cli.no_such_file", file=str(path)))
    try:
        named = runpy.run_path(str(path))
    except (ImportError, NameError, SyntaxError, TypeError, ValueError, LookupError, AttributeError) as error:
        raise InputError(msg("conform.bad_file", file=path.name, error=f"{type(error).__name__}: {error}")) from error
    return {"SAMPLES": {}, **named}


def _as_json(s: WorkingStep) -> dict[str, Any]:
    return {
        "symbol": s.symbol,
        "formula": s.expr,
        "numbers": s.numbers,
        "value": s.value,
        "quantity": s.quantity,
        "reference": str(s.ref),
        "kind": s.kind,
        "unverified": list(s.unverified),
    }


def line_of(s: WorkingStep, units: str, language: str) -> str:
    """One line of a working.

    Parameters
    ----------
    s : WorkingStep
    units : str
    language : str

    Returns
    -------
    str
    """
    value = s.value if isinstance(s.value, str) else format_number(s.value, s.quantity, units)
    unit = unit_label(s.quantity, units, language)
    parts = [s.symbol, s.expr]
    if s.numbers:
        parts.append(s.numbers)
    line = " = ".join([*parts, f"{value} {unit}".strip()])
    note = ""
    if s.note:
        note = "  " + text(s.note, language, **{k: _noted(v) for k, v in s.note_values.items()})
    mark = f"  ◇ {', '.join(s.unverified)}" if s.unverified else ""
    return f"{line}  [{reference_words(s.ref, language, with_title=False)}]{note}{mark}"


def _noted(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
