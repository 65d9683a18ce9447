"""The command line: the same services without a window; messages to stderr, results to stdout or files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from integrity import __version__
from integrity.core.errors import Cancelled, ToolError
from integrity.i18n import LANGUAGES, text, translate

DONE, ATTENTION, BAD_INPUT, STOPPED = 0, 1, 2, 3


def run(argv: list[str]) -> int:
    """Parse arguments and run one command.

    Parameters
    ----------
    argv : list of str

    Returns
    -------
    int
        Exit code, see `integrity.__main__.main`.
    """
    args = _parser().parse_args(argv or ["window"])
    args.lang_given = args.lang is not None
    args.lang = args.lang or LANGUAGES[0]
    try:
        return int(args.run(args))
    except Cancelled as error:
        _say(translate(error.message, args.lang))
        return STOPPED
    except ToolError as error:
        if getattr(args, "json", False):
            _out(json.dumps({"error": error.message.key, "params": dict(error.message.params)}, ensure_ascii=False))
        _say(translate(error.message, args.lang))
        return BAD_INPUT
    except FileNotFoundError as error:
        _say(text("cli.no_such_file", args.lang, file=str(error.filename)))
        return BAD_INPUT
    except KeyboardInterrupt:
        return STOPPED


def _out(line: str) -> None:
    sys.stdout.write(line + "\n")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, help=text("cli.help.lang", "en"))
    common.add_argument("--units", choices=("SI", "US"), default="SI", help=text("cli.help.units", "en"))
    common.add_argument("--json", action="store_true", help=text("cli.help.json", "en"))
    parser = argparse.ArgumentParser(prog="integrity", description=text("cli.help.program", "en"))
    parser.add_argument("--version", action="version", version=__version__)
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, function: Any) -> argparse.ArgumentParser:
        p = sub.add_parser(name, parents=[common], help=text(f"cli.help.{name}", "en"))
        p.set_defaults(run=function)
        return p

    from integrity import cli_contract, cli_devices, cli_facts, cli_plant, cli_risk

    cli_contract.add(command)
    cli_plant.add(command)
    cli_facts.add(command)
    cli_risk.add(command)
    cli_devices.add(command)
    return parser


def read_csv(path: Path) -> dict[str, list[str]]:
    """Columns of a CSV file with a heading row.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict of heading to list of str
    """
    import csv

    from integrity.core.errors import InputError
    from integrity.core.message import msg

    with path.open(encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f))
    if not rows:
        raise InputError(msg("cli.empty_file", file=path.name))
    head = [h.strip() for h in rows[0]]
    body = [r for r in rows[1:] if any(c.strip() for c in r)]
    for number, r in enumerate(rows[1:], start=2):
        if any(c.strip() for c in r) and len(r) != len(head):
            raise InputError(msg("cli.row_width", file=path.name, row=number, got=len(r), want=len(head)))
    return {h: [r[i].strip() for r in body] for i, h in enumerate(head)}


def settings_from(pairs: list[str]) -> dict[str, Any]:
    """Settings from `name=value` texts.

    Parameters
    ----------
    pairs : list of str

    Returns
    -------
    dict
    """
    from integrity.core.errors import InputError
    from integrity.core.message import msg
    from integrity.core.settings import setting_specs

    out: dict[str, Any] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        spec = setting_specs().get(name)
        if spec is None:
            raise InputError(msg("core.unknown_setting", key=name))
        if isinstance(spec.default, bool):
            out[name] = value.lower() in ("1", "true", "yes")
        elif isinstance(spec.default, int | float):
            try:
                out[name] = float(value)
            except ValueError:
                raise InputError(msg("core.setting_not_a_number", key=name, value=value)) from None
        else:
            out[name] = value
    return out
