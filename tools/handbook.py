"""Make the marked blocks of both handbooks: settings, rules, records, findings, commands, and worked examples.

    python tools/handbook.py            make what takes seconds
    python tools/handbook.py --study    also run the sample plant and paste what it says, about a minute
    python tools/handbook.py --check    only say which blocks are out of date; exit code 1 where one is
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from integrity import cli
from integrity.core.procedure import Procedure
from integrity.core.reference import Reference
from integrity.core.registry import procedures
from integrity.core.settings import SettingSpec, setting_specs
from integrity.core.tables import load_constants
from integrity.exchange.cmms import target
from integrity.exchange.fields import kind_label, record_kinds
from integrity.exchange.outcome import SEVERITY, STATUS
from integrity.i18n import LANGUAGES, catalogue, text
from integrity.i18n.formats import format_number, unit_label
from integrity.i18n.references import reference_words
from integrity.regulation.rules import Rule, parse_rules
from tools import examples, handbook_risk
from tools.pages import ROOT, blocks, report, same, table, with_blocks, write

PAGES = {"en": ROOT / "docs" / "handbook.md", "zh_CN": ROOT / "docs" / "handbook.zh_CN.md"}
WORDS = Path(__file__).with_name("handbook_words.json")
CODE = ROOT / "integrity"


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(WORDS.read_text(encoding="utf-8"))
    return found


def word(key: str, language: str, **params: object) -> str:
    """A word of the tables; words of options and codes have the key `options.<name>` and so on.

    Parameters
    ----------
    key : str
    language : str
    **params
        Values of the placeholders.

    Returns
    -------
    str
    """
    area, _, name = key.rpartition(".")
    words = _catalogue()[language]
    return str((words[area] if area else words)[name]).format(**params)


def _head(key: str, language: str) -> list[str]:
    return list(_catalogue()[language]["heads"][key])


# --- settings -----------------------------------------------------------------------------------------


def settings_block(language: str) -> str:
    """Every setting with its default, its choices, where the default comes from and who reads it.

    Parameters
    ----------
    language : str

    Returns
    -------
    str
    """
    rows = [
        (
            *(f"`{s.key}`", text(f"setting.{s.key}", language), _default(s, language)),
            *(", ".join(f"`{a}`" for a in s.allowed), _source(s.source, language), _readers(s.key, language)),
        )
        for s in setting_specs().values()
    ]
    return table(_head("settings", language), rows)


def _default(s: SettingSpec, language: str) -> str:
    if isinstance(s.default, bool):
        return f"`{str(s.default).lower()}`"
    if isinstance(s.default, str):
        return f"`{s.default}`"
    number = f"{s.default:g}" if s.quantity == "frequency" else format_number(s.default, s.quantity)
    plain = f"{s.default:g}" if abs(float(s.default)) >= 0.001 else number
    return f"{plain} {unit_label(s.quantity, 'SI', language)}".strip()


def _source(source: str, language: str) -> str:
    return catalogue(language).get(f"source.{source}", source)


@cache
def _strings() -> dict[str, frozenset[str]]:
    """Names of settings that each room reads: texts equal to a key, and keywords with two underscores."""
    keys = set(setting_specs())
    found: dict[str, set[str]] = {}
    for path in sorted(CODE.rglob("*.py")):
        room = path.relative_to(CODE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in keys:
                found.setdefault(str(node.value), set()).add(room)
            if isinstance(node, ast.keyword) and node.arg and node.arg.replace("__", ".") in keys:
                found.setdefault(node.arg.replace("__", "."), set()).add(room)
    return {k: frozenset(v) for k, v in found.items()}


def _readers(key: str, language: str) -> str:
    used = [f"`{p.key}`" for p in procedures() if key in p.settings]
    rooms = sorted(_strings().get(key, frozenset()))
    if not rooms and key in _plausibility():
        rooms = ["exchange"]
    return ", ".join(used or rooms) or word("nothing", language)


@cache
def _plausibility() -> frozenset[str]:
    data = json.loads((CODE / "exchange" / "tables" / "plausibility.json").read_text(encoding="utf-8"))
    return frozenset(row["setting"] for row in data["limits"].values() if "setting" in row)


def unread_settings() -> list[str]:
    """Settings that nothing in the program reads.

    Returns
    -------
    list of str
    """
    return [k for k in setting_specs() if not _strings().get(k) and k not in _plausibility()]


# --- rules --------------------------------------------------------------------------------------------


def rules_block(name: str, language: str) -> str:
    """Interval rules of a set: for what, how long, counted from when, and whether they decide.

    Parameters
    ----------
    name : str
        "api" or "cn".
    language : str

    Returns
    -------
    str
    """
    file = CODE / "regulation" / "rules" / f"{name}.json"
    rules = parse_rules(json.loads(file.read_text(encoding="utf-8")), file.name)
    return table(
        _head("rules", language),
        (
            (
                *(f"`{r.id}`", r.clause, _applies(r, language), _interval(r, language), _anchor(r, language)),
                *(word("decides" if r.decides else "informs", language), word(f"sure.{r.confidence}", language)),
            )
            for r in rules
        ),
    )


def _applies(r: Rule, language: str) -> str:
    scope = ", ".join(word(f"scope.{s}", language) for s in r.scope)
    conditions = [
        word(f"columns.{column}", language) + " / ".join(_value(column, v, language) for v in values)
        for column, values in r.when
    ]
    return word("join", language).join([scope, *conditions])


def _value(column: str, value: int | str, language: str) -> str:
    if value == "missing":
        return word("missing", language)
    if column in ("injection_point", "has_periodic", "has_stated"):
        return word("yes" if value == 1 else "no", language)
    return str(value)


def _interval(r: Rule, language: str) -> str:
    i = r.interval
    if i.get("years") == 0:
        return word("at_once", language)
    out = word(f"interval.{i['type']}", language, **{k: f"{v:g}" for k, v in i.items() if isinstance(v, int | float)})
    if "short_life_y" in i:
        out += word("interval.short", language, **{k: f"{i[k]:g}" for k in ("short_life_y", "short_life_max_y")})
    if "unknown_years" in i:
        out += word("interval.unknown", language, years=f"{i['unknown_years']:g}")
    return out


def _anchor(r: Rule, language: str) -> str:
    first = word(f"anchors.{r.anchor}", language)
    if not r.anchor_fallback:
        return first
    return first + word("else", language, anchor=word(f"anchors.{r.anchor_fallback}", language))


def scope_block(language: str) -> str:
    """Thresholds of the scope test under the Chinese supervision rules.

    Parameters
    ----------
    language : str

    Returns
    -------
    str
    """
    found = load_constants(CODE / "regulation" / "rules" / "scope.json")
    rows = [
        (
            *(word(f"scope_limits.{name}", language), f"≥ {c.value:g} {unit_label(c.quantity, 'SI', language)}"),
            word("sure.verified" if c.verified else "unverified", language),
        )
        for name, c in found.items()
    ]
    return table(_head("scope", language), rows)


# --- records, findings, codes of the maintenance systems ----------------------------------------------


def kinds_block(language: str) -> str:
    """Kinds of records a file can hold, what each row must have and what else is read.

    Parameters
    ----------
    language : str

    Returns
    -------
    str
    """
    rows = []
    for key, kind in record_kinds().items():
        names = {k: text(f.label, language) for k, f in kind.fields.items()}
        must = word("comma", language).join(names[k] for k in kind.required)
        rest = word("comma", language).join(n for k, n in names.items() if k not in kind.required)
        rows.append((text(kind_label(key), language), must, rest))
    return table(_head("kinds", language), rows)


def findings_block(language: str) -> str:
    """What an import says about a row, what becomes of it, and the remedy.

    Parameters
    ----------
    language : str

    Returns
    -------
    str
    """
    return table(
        _head("findings", language),
        (
            (
                *(text(f"exchange.flag.{code}", language), text(f"exchange.status.{STATUS[severity]}", language)),
                text(f"exchange.remedy.{code}", language),
            )
            for code, severity in SEVERITY.items()
        ),
    )


def cmms_block(system: str, language: str) -> str:
    """Codes that a site sets for its maintenance system, with the placeholders that ship.

    Parameters
    ----------
    system : str
        "sap" or "maximo".
    language : str

    Returns
    -------
    str
    """
    skip = ("source", "asset_note")
    rows = [
        (f"`{k}`", word(f"{system}.{k}", language), f"`{v}`") for k, v in target(system).items() if k not in skip
    ]
    return table(_head("cmms", language), rows)


# --- commands -----------------------------------------------------------------------------------------


def commands_block(language: str) -> str:
    """Every command with its arguments, and every option with what it does.

    Parameters
    ----------
    language : str

    Returns
    -------
    str
    """
    rows: list[tuple[str, str, str]] = []
    options: dict[str, list[str]] = {}
    for name, parser in subcommands().items():
        arguments = [a for a in parser._actions if not a.option_strings]
        shown = " ".join(f"[{_name(a)}]" if a.nargs == "?" else _name(a) for a in arguments)
        rows.append((f"`{name} {shown}`".replace(" `", "`"), text(f"cli.help.{name}", language), _own(parser)))
        for action in parser._actions:
            if action.option_strings and action.dest != "help":
                options.setdefault(action.option_strings[-1], []).append(name)
    out = table(_head("commands", language), rows)
    out += "\n" + table(
        _head("options", language),
        ((f"`{o}`", _option(o.lstrip("-"), language)) for o in options),
    )
    return out


def _option(name: str, language: str) -> str:
    known: Mapping[str, str] = _catalogue()[language]["options"]
    return known.get(name, text(f"cli.help.{name.replace('-', '_')}", language))


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """Parsers of all commands by name.

    Returns
    -------
    dict of str to ArgumentParser
    """
    action = next(a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def _name(action: argparse.Action) -> str:
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return f"{name} …" if action.nargs == "+" else name


def _own(parser: argparse.ArgumentParser) -> str:
    common = {"--lang", "--units", "--json", "--help", "-h"}
    found = [a.option_strings[-1] for a in parser._actions if a.option_strings]
    return " ".join(f"`{o}`" for o in found if o not in common)


def shortcuts_block(language: str) -> str:
    """Keyboard shortcuts of the window, menu by menu.

    Parameters
    ----------
    language : str

    Returns
    -------
    str
    """
    from integrity.ui.commands import COMMANDS

    rows = [
        (_menu(text(f"ui.menu.{c.menu}", language)), text(c.title, language), f"`{c.shortcut}`")
        for c in COMMANDS
        if c.shortcut
    ]
    return table(_head("shortcuts", language), rows)


def _menu(title: str) -> str:
    return re.sub(r"\(&\w\)|&", "", title)


def procedures_block(language: str) -> str:
    """Registered calculations.

    Parameters
    ----------
    language : str

    Returns
    -------
    str
    """
    return table(
        _head("procedures", language),
        ((f"`{p.key}`", text(p.title_key, language), _standard(p, language)) for p in procedures()),
    )


def _standard(p: Procedure, language: str) -> str:
    return reference_words(Reference(p.ref.standard, p.ref.edition, ""), language)


# --- pages --------------------------------------------------------------------------------------------


def makers(language: str, study: bool = False) -> dict[str, Callable[[], str]]:
    """How each marked block of a language is made.

    Parameters
    ----------
    language : str
    study : bool
        Also those that run the sample plant.

    Returns
    -------
    dict of str to callable
    """
    made: dict[str, Callable[[], str]] = {
        "settings": partial(settings_block, language),
        "rules-api": partial(rules_block, "api", language),
        "rules-cn": partial(rules_block, "cn", language),
        "scope": partial(scope_block, language),
        "kinds": partial(kinds_block, language),
        "findings": partial(findings_block, language),
        "sap": partial(cmms_block, "sap", language),
        "maximo": partial(cmms_block, "maximo", language),
        "commands": partial(commands_block, language),
        "shortcuts": partial(shortcuts_block, language),
        "procedures": partial(procedures_block, language),
        **handbook_risk.makers(language, lambda key: _head(key, language)),
        **{name: partial(make, language) for name, make in examples.QUICK.items()},
    }
    if study:
        made |= {name: partial(make, language) for name, make in examples.WITH_STUDY.items()}
    return made


def stale(language: str) -> list[str]:
    """Blocks of a handbook that are out of date or that nobody made, those of the sample plant aside.

    Parameters
    ----------
    language : str

    Returns
    -------
    list of str
    """
    there, made = blocks(PAGES[language].read_text(encoding="utf-8")), makers(language)
    missing = [f"{n} is absent" for n in (*made, *examples.WITH_STUDY) if n not in there]
    return missing + [n for n, make in made.items() if n in there and not same(there[n], make())]


def main() -> int:
    """Make the blocks, or look whether they are up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--study", action="store_true", help="also run the sample plant")
    args = parser.parse_args()
    if args.check:
        return report([f"{PAGES[x].name}: {n}" for x in LANGUAGES for n in stale(x)], True)
    done = []
    for language in LANGUAGES:
        page = PAGES[language]
        if write(page, with_blocks(page.read_text(encoding="utf-8"), makers(language, args.study))):
            done.append(page.name)
    return report(done, False)


if __name__ == "__main__":
    raise SystemExit(main())
