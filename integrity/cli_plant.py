"""Command line of a plant: study, import, export, report, verify, window."""

from __future__ import annotations

import argparse
import csv
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from integrity.cli import ATTENTION, BAD_INPUT, DONE, _out, _say, settings_from
from integrity.core.dates import days_of
from integrity.core.message import Message
from integrity.core.progress import Progress
from integrity.core.settings import Settings
from integrity.i18n import LANGUAGES, text, translate

Command = Callable[[str, Any], argparse.ArgumentParser]


def add(command: Command) -> None:
    """Add the commands of a plant.

    Parameters
    ----------
    command : callable
        Makes a sub-parser from a name and a function.
    """
    p = command("study", study)
    p.add_argument("plant", help=text("cli.help.plant", "en"))
    p.add_argument("--out", type=Path, default=Path("out"))
    p.add_argument("--no-pictures", action="store_true", help=text("cli.help.no_pictures", "en"))
    _common(p)
    p = command("import", import_files)
    p.add_argument("plant")
    p.add_argument("files", nargs="+", type=Path)
    p.add_argument("--new", metavar="SITE", help=text("cli.help.new", "en"))
    _common(p)
    for name, function in (("export", export), ("report", report)):
        p = command(name, function)
        p.add_argument("plant")
        p.add_argument("--out", type=Path, default=Path("out"))
        _common(p)
    p = command("snapshots", snapshots)
    p.add_argument("plant")
    _common(p)
    for name in ("check", "approve"):
        p = command(name, sign)
        p.add_argument("plant")
        p.add_argument("snapshot", type=int)
        _common(p)
    p = command("verify", verify)
    p.add_argument("plant")
    _common(p)
    p = command("window", window)
    p.add_argument("plant", nargs="?")
    _common(p)


def _common(p: argparse.ArgumentParser) -> None:
    p.add_argument("--as-of", help=text("cli.help.as_of", "en"))
    p.add_argument("--author", default=os.environ.get("USER") or os.environ.get("USERNAME") or "user")
    p.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")


def _progress(args: argparse.Namespace) -> Progress:
    if args.json:
        return Progress()

    def show(done: int, total: int, message: Message | None) -> None:
        if message is not None:
            _say(f"  {translate(message, args.lang)} {done}/{total}" if total else f"  {translate(message, args.lang)}")

    return Progress(show, interval_s=1.0)


def _session(args: argparse.Namespace, out: Path | None = None) -> Any:
    """Open a plant file, a database address, or a folder of plant files, which is imported first."""
    from integrity import bootstrap
    from integrity.services import imports

    path = Path(args.plant)
    if getattr(args, "new", None):
        return bootstrap.create_plant(args.plant, args.new, args.author)
    if not path.is_dir():
        return bootstrap.open_plant(args.plant, args.author)
    folder = path / "files" if (path / "files").is_dir() else path
    base = out if out is not None else path
    base.mkdir(parents=True, exist_ok=True)
    name = path.name if path.name != "files" else path.parent.name
    file = base / f"{name}.sqlite"
    session = (
        bootstrap.open_plant(str(file), args.author)
        if file.exists()
        else bootstrap.create_plant(
            str(file), bootstrap.site_name(name), args.author, as_of_d=bootstrap.sample_as_of(folder)
        )
    )
    for preview in imports.import_folder(session, folder, _progress(args)):
        if not args.json:
            _say("  " + imports.line_of(preview, args.lang))
    return session


def _study(args: argparse.Namespace, session: Any) -> Any:
    from integrity.services.study import run_study

    as_of = days_of(args.as_of, "--as-of") if args.as_of else session.as_of_d
    settings = Settings({**session.settings().changed, **settings_from(args.settings)})
    return run_study(session.plant(as_of), settings, _progress(args))


def study(args: argparse.Namespace) -> int:
    """Import, assess, and write report, plan, files of the maintenance systems and pictures."""
    start = time.perf_counter()
    session = _session(args, args.out)
    result = _study(args, session)
    from integrity.services.snapshots import store_study

    snapshot = store_study(session, result)
    files = _write_all(args, session, result, LANGUAGES)
    if not args.no_pictures:
        files += _pictures(args, session)
    from integrity.services.study import headline

    told = headline(result)
    if args.json:
        _out(json.dumps({"snapshot": snapshot, "files": [str(f) for f in files], **told}, ensure_ascii=False, indent=1))
    else:
        for f in files:
            _out(str(f))
        _say(
            text(
                "cli.study_done", args.lang, n=len(files), folder=str(args.out), s=f"{time.perf_counter() - start:.1f}"
            )
        )
    session.close()
    return DONE


def _write_all(args: argparse.Namespace, session: Any, result: Any, languages: tuple[str, ...]) -> list[Path]:
    from integrity.services import exports, imports, reporting

    files = []
    found, run = reporting.since_approved(session, result, _progress(args))
    for language in languages:
        rejects = imports.rejects(session, language)
        path = args.out / f"report_{language}.pdf"
        name = text("riskreport.comparison.run", language, **run) if run else ""
        files.append(
            reporting.write_report(result, path, language, args.units, rejects, _progress(args), found, name)
        )
        devices = args.out / f"devices_{language}.pdf"
        if reporting.write_devices_report(session, result, devices, language, args.units):
            files.append(devices)
        files.append(exports.export_plan_xlsx(result, args.out / f"plan_{language}.xlsx", language, args.units))
    files.append(_write_rejects(args.out / "import_findings.csv", imports.rejects(session, args.lang), args.lang))
    files += _cmms(args, result)
    return files


def _cmms(args: argparse.Namespace, result: Any) -> list[Path]:
    from integrity.services import exports

    files: list[Path] = []
    for written in (
        exports.export_sap(result, args.out, args.lang),
        exports.export_maximo(result, args.out, args.lang),
    ):
        files += written.files
        for refused in written.refused[:5]:
            _say(translate(refused.reason, args.lang))
        if len(written.refused) > 5:
            _say(text("cli.more_refused", args.lang, n=len(written.refused) - 5))
    return files


def _write_rejects(path: Path, rows: list[tuple[str, str, str, str]], language: str) -> Path:
    head = [text(f"report.col.{c}", language) for c in ("place", "outcome", "finding", "remedy")]
    partial = path.with_name(path.name + ".part")
    with partial.open("w", encoding="utf-8-sig", newline="") as f:
        csv.writer(f).writerows([head, *rows])
    partial.replace(path)
    return path


def _pictures(args: argparse.Namespace, session: Any) -> list[Path]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from integrity.window import pictures

    return pictures(session, args.out / "pictures", LANGUAGES)


def import_files(args: argparse.Namespace) -> int:
    """Import files into a plant; exit 1 where rows were flagged or rejected."""
    from integrity.services import imports

    session = _session(args)
    told = []
    attention = blocked = False
    for file in args.files:
        for preview in imports.import_file(session, file, _progress(args)):
            told.append(imports.summary_of(preview))
            blocked |= bool(preview.blocked)
            attention |= not preview.known_before and preview.tally.flagged + preview.tally.rejected > 0
            if not args.json:
                _out(imports.line_of(preview, args.lang))
    if args.json:
        _out(json.dumps(told, ensure_ascii=False, indent=1))
    session.close()
    if blocked:
        return BAD_INPUT
    return ATTENTION if attention else DONE


def export(args: argparse.Namespace) -> int:
    """Write plan workbook and files of the maintenance systems."""
    from integrity.services import exports

    args.out.mkdir(parents=True, exist_ok=True)
    session = _session(args, args.out)
    result = _study(args, session)
    files = [exports.export_plan_xlsx(result, args.out / f"plan_{args.lang}.xlsx", args.lang, args.units)]
    files += _cmms(args, result)
    for f in files:
        _out(str(f))
    session.close()
    return DONE


def report(args: argparse.Namespace) -> int:
    """Write the report in one language."""
    from integrity.services import imports, reporting

    args.out.mkdir(parents=True, exist_ok=True)
    session = _session(args, args.out)
    result = _study(args, session)
    path = args.out / f"report_{args.lang}.pdf"
    rejects = imports.rejects(session, args.lang)
    found, run = reporting.since_approved(session, result, _progress(args))
    name = text("riskreport.comparison.run", args.lang, **run) if run else ""
    _out(str(reporting.write_report(result, path, args.lang, args.units, rejects, _progress(args), found, name)))
    session.close()
    return DONE


def snapshots(args: argparse.Namespace) -> int:
    """List stored studies with state, author and time."""
    from integrity.services import snapshots as store

    session = _session(args)
    rows = store.listed(session)
    if args.json:
        _out(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for r in rows:
            _out("  ".join(str(v) for v in r.values()))
    session.close()
    return DONE


def sign(args: argparse.Namespace) -> int:
    """Check or approve a stored study under the name of `--author`."""
    from integrity.services import snapshots as store

    session = _session(args)
    (store.check if args.command == "check" else store.approve)(session, args.snapshot)
    state = next(r["state"] for r in store.listed(session) if r["id"] == args.snapshot)
    _out(text("cli.snapshot_done", args.lang, id=args.snapshot, state=str(state)))
    session.close()
    return DONE


def verify(args: argparse.Namespace) -> int:
    """Rerun stored snapshots, list differences, check the audit chain; exit 1 where anything differs."""
    from integrity.services.verify import verify_plant

    session = _session(args)
    found = verify_plant(session, _progress(args))
    if args.json:
        _out(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        for message in found.messages:
            _out(translate(message, args.lang))
    session.close()
    return DONE if found.sound else ATTENTION


def window(args: argparse.Namespace) -> int:
    """Open the window on a plant, the sample plant where none is given."""
    from integrity.window import run_window

    return run_window(args.plant, args.author, args.lang if args.lang_given else None)
