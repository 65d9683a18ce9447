"""Command line of facts and decisions: list and record what is known, accept and reject damage mechanisms."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from integrity.cli import DONE, _out
from integrity.cli_plant import _common, _session
from integrity.core.dates import days_of, iso_of
from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.i18n import catalogue, text, translate

Command = Callable[[str, Any], argparse.ArgumentParser]


def add(command: Command) -> None:
    """Add the commands of facts and decisions.

    Parameters
    ----------
    command : callable
        Makes a sub-parser from a name and a function.
    """
    p = command("facts", facts)
    p.add_argument("plant")
    p.add_argument("subject", nargs="?", help=text("cli.help.subject", "en"))
    p.add_argument("values", nargs="*", metavar="SYMBOL=VALUE", help=text("cli.help.values", "en"))
    p.add_argument("--symbols", action="store_true", help=text("cli.help.symbols", "en"))
    _kept(p)
    p = command("decide", decide)
    p.add_argument("plant")
    p.add_argument("subject", nargs="?", help=text("cli.help.subject", "en"))
    p.add_argument("mechanism", nargs="?")
    p.add_argument("decision", nargs="?", metavar="accepted|rejected")
    p.add_argument("--mechanisms", action="store_true", help=text("cli.help.list_mechanisms", "en"))
    for name in ("--cause", "--side", "--susceptibility"):
        p.add_argument(name, default="")
    _kept(p)


def _kept(p: argparse.ArgumentParser) -> None:
    p.add_argument("--from", dest="from_day", metavar="YYYY-MM-DD")
    p.add_argument("--until", dest="until_day", metavar="YYYY-MM-DD")
    p.add_argument("--reason", default="", help=text("cli.help.reason", "en"))
    p.add_argument("--source", default="", help=text("cli.help.source", "en"))
    _common(p)


def _day(value: str | None, name: str) -> int | None:
    return None if value is None else days_of(value, name)


def _shown(day: int | None) -> str:
    return "" if day is None else iso_of(day)


def facts(args: argparse.Namespace) -> int:
    """Facts of a component, item, circuit or loop; with SYMBOL=VALUE record them first."""
    from integrity.services import facts as service

    if args.symbols:
        return _symbols(args)
    session = _session(args)
    subject = service.find_subject(session, _needed(args.subject))
    for pair in args.values:
        symbol, sign, value = pair.partition("=")
        if not sign:
            raise InputError(msg("facts.error.no_value", text=pair))
        from_d, until_d = _day(args.from_day, "--from"), _day(args.until_day, "--until")
        service.set_fact(
            session, subject, symbol, value, args.reason, from_d=from_d, until_d=until_d, source=args.source
        )
    rows = service.facts_of(session, subject)
    if args.json:
        _out(json.dumps([asdict(r) for r in rows], ensure_ascii=False, indent=1))
    else:
        for r in rows:
            unit = text(f"unit.{r.unit}", args.lang) if r.unit else ""
            of = f"{r.subject.kind}:{r.subject.name}"
            days = "..".join((_shown(r.from_d), _shown(r.until_d))).strip(".")
            _out("  ".join(p for p in (of, r.symbol, f"{r.value} {unit}".strip(), days, r.source, r.reason) if p))
        for note in service.stream_conflicts(session):
            _out(translate(note, args.lang))
    session.close()
    return DONE


def _needed(subject: str | None) -> str:
    if not subject:
        raise InputError(msg("facts.error.subject_needed"))
    return subject


def _symbols(args: argparse.Namespace) -> int:
    """List every symbol with its words, quantity, unit and codes."""
    from integrity.services.facts import symbol_menu

    words = catalogue(args.lang)
    rows = [{**asdict(s), "words": words.get(f"sym.{s.symbol}", s.symbol)} for s in symbol_menu()]
    if args.json:
        _out(json.dumps(rows, ensure_ascii=False, indent=1))
    for r in rows if not args.json else ():
        _out(
            "  ".join(str(p) for p in (r["symbol"], r["words"], r["unit"] or r["quantity"], "|".join(r["codes"])) if p)
        )
    return DONE


def decide(args: argparse.Namespace) -> int:
    """Decisions on damage mechanisms; with a mechanism and a decision record it first."""
    from integrity.services import facts as service

    if args.mechanisms:
        for key in service.mechanism_menu():
            _out(key)
        return DONE
    session = _session(args)
    subject = service.find_subject(session, _needed(args.subject))
    if args.mechanism:
        if not args.decision:
            raise InputError(msg("facts.error.bad_code", text="", allowed=", ".join(service.decision_codes())))
        service.decide_damage(
            session,
            subject,
            args.mechanism,
            args.decision,
            args.reason,
            cause=args.cause,
            side=args.side,
            susceptibility=args.susceptibility,
            from_d=_day(args.from_day, "--from"),
            until_d=_day(args.until_day, "--until"),
        )
    rows = service.decisions_of(session, subject)
    if args.json:
        _out(json.dumps([asdict(r) for r in rows], ensure_ascii=False, indent=1))
    else:
        for r in rows:
            word = text(f"code.damage_decision.{r.decision}", args.lang)
            of = f"{r.subject.kind}:{r.subject.name}"
            parts = (of, r.mechanism, word, r.cause, r.side, r.susceptibility, _shown(r.decided_d), r.set_by, r.reason)
            _out("  ".join(p for p in parts if p))
    session.close()
    return DONE
