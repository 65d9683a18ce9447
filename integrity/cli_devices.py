"""Command line of devices with a register of their own: exchanger bundles and relief devices."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from integrity.cli import ATTENTION, DONE, _say, settings_from
from integrity.cli_plant import _common, _session, _study
from integrity.cli_risk import _table
from integrity.core.arrays import NO_DATE
from integrity.core.dates import days_of, iso_of
from integrity.core.settings import Settings
from integrity.i18n import text

Command = Callable[[str, Any], argparse.ArgumentParser]


def add(command: Command) -> None:
    """Add the commands of devices.

    Parameters
    ----------
    command : callable
        Makes a sub-parser from a name and a function.
    """
    p = command("bundles", bundles)
    p.add_argument("plant", help=text("cli.help.plant", "en"))
    p.add_argument("--records", action="store_true", help=text("cli.help.bundle_records", "en"))
    p.add_argument("--similar", metavar="SYMBOL,...", default="bundle_set", help=text("cli.help.similar", "en"))
    p.add_argument("--only", metavar="TAG,...", help=text("cli.help.only_tags", "en"))
    p.add_argument("--mechanism", default="", help=text("cli.help.bundle_mechanism", "en"))
    _common(p)
    p = command("relief", relief)
    p.add_argument("plant", help=text("cli.help.plant", "en"))
    _common(p)


def bundles(args: argparse.Namespace) -> int:
    """Bundles in service with fit, probability, risk and replacement; exit 1 where something is missing."""
    from integrity.core.errors import InputError
    from integrity.core.message import msg
    from integrity.services import bundles as service

    session = _session(args)
    as_of = days_of(args.as_of, "--as-of") if args.as_of else session.as_of_d
    settings = Settings({**session.settings().changed, **settings_from(args.settings)})
    symbols = [s for s in args.similar.split(",") if s]
    unknown = [s for s in symbols if s not in service.MATCHED]
    if unknown:
        raise InputError(
            msg("core.unknown_code", name="--similar", code=unknown[0], allowed=", ".join(service.MATCHED))
        )
    selected = service.same(*symbols)
    if args.only:
        selected = service.only([t.strip() for t in args.only.split(",")])
    done = service.assess(session, settings, session.plant(as_of), selected, args.mechanism)
    _table(args, [_record(r) for r in done.records] if args.records else [_bundle(s) for s in done.states])
    if not done.records and not args.json:
        _say(text("cli.no_bundles", args.lang))
    session.close()
    return ATTENTION if not args.records and any(s.reasons for s in done.states) else DONE


def _record(r: Any) -> dict[str, Any]:
    return {
        "tag": r.tag,
        "component": r.component,
        "installed": _iso(r.installed_d),
        "removed": _iso(r.removed_d),
        "end": r.end,
        "mechanism": r.mechanism,
        "bundle_set": r.bundle_set,
        "bundle_material": r.material,
        "bundle_life_y": r.bundle_life_y,
        "reasons": r.reasons,
    }


def _bundle(s: Any) -> dict[str, Any]:
    names = (
        *("n_records", "n_failures", "method", "amount", "beta", "eta_y", "eta_lo_y", "eta_base", "eta_use_y"),
        *("age_y", "P_bundle", "C_fail", "C_plan", "risk_TA1", "risk_TA2", "EIR", "action", "target_state"),
        *("years_to_target", "age_opt_y", "optimum", "reasons"),
    )
    return {"tag": s.record.tag, "bundle_set": s.record.bundle_set, **{n: getattr(s, n) for n in names}}


def relief(args: argparse.Namespace) -> int:
    """Relief devices with their risk and next test; exit 1 where something is missing or one is set too high."""
    from integrity.services import relief as service

    session = _session(args)
    study = _study(args, session)
    done = service.assess(session, study)
    _table(args, [_device(s) for s in done.states])
    if not done.states and not args.json:
        _say(text("cli.no_relief", args.lang))
    session.close()
    return ATTENTION if any(s.reasons or s.set_above_mawp for s in done.states) else DONE


def _device(s: Any) -> dict[str, Any]:
    d = s.device
    names = (
        *("MAWP_MPa", "set_above_mawp", "age_y", "n_credited", "n_uncredited", "P_fod", "P_fod_bound", "P_leak"),
        *("P_leak_bound", "n_cases", "f_prd", "risk_area", "risk_fail", "risk_leak", "risk_prd", "target_state"),
        *("years_to_test", "reasons"),
    )
    return {
        "tag": d.tag,
        "protects": d.item,
        "chamber": d.chamber,
        "type": d.prd_type or d.kind,
        "set_pressure_MPa": d.set_pressure_MPa,
        "last_test": _iso(d.last_test_d),
        "next_test": _iso(d.next_test_d),
        **{n: getattr(s, n) for n in names},
    }


def _iso(day: int) -> str:
    return "" if day == NO_DATE else iso_of(day)
