"""What may be recorded, from the registry: symbols that an assessment asks the facts for, and damage mechanisms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from integrity import core
from integrity.core.arrays import AnyArray, IntArray
from integrity.core.codes import codes
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.procedure import Param
from integrity.core.registry import load_all, procedures
from integrity.core.settings import Settings
from integrity.core.tables import read_json
from integrity.exchange.facts import FactSymbol, FactSymbols, quantity_of
from integrity.exchange.fields import words
from integrity.exchange.text import heading_parts, key_of
from integrity.i18n import LANGUAGES, catalogue
from integrity.rbi.assess import assess_case, make_case
from integrity.rbi.finder import candidates
from integrity.rbi.mechanisms import Mechanism, mechanisms
from integrity.rbi.rates import RateModel, rate_models

ROOM = "api581."
_CODES = Path(core.__file__).parent / "tables" / "codes.json"
# Names under which thinning has always been assigned, with its cause.
THINNING = ("thinning_general", "thinning_local")


@dataclass(frozen=True)
class _Asked(Facts):
    """Facts of nobody that keep in mind what was asked for."""

    asked: dict[str, Param] = field(default_factory=dict)

    def column(self, param: Param) -> AnyArray:
        """A blank column; the parameter is remembered, with the codes of all who ask."""
        known = self.asked.setdefault(param.symbol, param)
        if set(param.codes) - set(known.codes):
            self.asked[param.symbol] = replace(known, codes=tuple(dict.fromkeys((*known.codes, *param.codes))))
        return super().column(param)

    def take(self, rows: IntArray | slice) -> Facts:
        """Facts of some components, which share the memory."""
        return _Asked(super().take(rows).n, {}, self.asked)

    def with_(self, changes: Mapping[str, Any]) -> Facts:
        """The same facts: what is changed in them was not recorded."""
        return self


def _asked_for() -> dict[str, Param]:
    """Parameters that an assessment takes from the facts, found by assessing components of which nothing is known."""
    types, kinds = codes("component_type"), codes("equipment_kind")
    n = max(len(types), len(kinds))
    row = np.arange(n)
    components = ComponentFrame.from_columns(
        {"component_id": row, "component_type": row % len(types), "equipment_kind": row % len(kinds)}
    )
    models = _models()
    keys = [m.key for m in models]
    accepted = DamageFrame.from_columns(
        {
            "component_row": np.repeat(np.arange(n), len(keys)),
            "mechanism": np.array(keys * n, dtype=object),
            "decision": np.zeros(n * len(keys), dtype=np.int64),
        }
    )
    listener = _Asked(n)
    inspections, inputs = InspectionFrame.from_columns({}, 0), RiskInputFrame.from_columns({}, n)
    case = make_case(components, inspections, inputs, 0, Settings(), listener, accepted)
    for model in models:
        model.columns(case)
    assess_case(case)
    return listener.asked


def _models() -> tuple[Mechanism | RateModel, ...]:
    return (*mechanisms(), *rate_models())


@cache
def known_params() -> Mapping[str, Param]:
    """Parameters that facts may be recorded of, by symbol.

    Returns
    -------
    mapping of str to Param
        What an assessment asks the facts for, and inputs of risk calculations that neither the frames of a plant hold
        nor another calculation gives.
    """
    load_all()
    out = dict(_asked_for())
    held = {*ComponentFrame.quantities(), *RiskInputFrame.quantities()}
    rooms = [p for p in procedures() if p.key.startswith(ROOM)]
    rooms += [m.procedure for m in mechanisms() if m.procedure not in rooms]
    given = {x.symbol for p in rooms for x in p.outputs}
    for p in rooms:
        for x in p.inputs:
            if x.symbol not in held | given:
                out.setdefault(x.symbol, x)
    return {symbol: out[symbol] for symbol in sorted(out)}


@cache
def known_symbols() -> FactSymbols:
    """The same as symbols that files may name, with their words in every language.

    Returns
    -------
    FactSymbols
    """
    return FactSymbols(_symbol(param) for param in known_params().values())


def _symbol(param: Param) -> FactSymbol:
    special = ("code", "flag", "date", "text")
    quantity = param.quantity if param.quantity in special else quantity_of(param.symbol, param.quantity)
    named = tuple(dict.fromkeys(_words(f"sym.{param.symbol}")))
    return FactSymbol(param.symbol, quantity, param.codes, named, {c: _code_words(param, c) for c in param.codes})


def _words(key: str) -> Iterator[str]:
    for language in LANGUAGES:
        word = catalogue(language).get(key)
        if word:
            yield word


def _code_words(param: Param, code: str) -> tuple[str, ...]:
    """Words of a code: those of the symbol, of the enumeration it comes from, and of files."""
    names = [param.symbol, *_enumerations().get(param.codes, ())]
    found = [word for name in names for word in _words(f"code.{name}.{code}")]
    spelt = words()["codes"]
    found += [word for name in names for word in spelt.get(name, {}).get(code, ())]
    if code in spelt["susceptibility"] and not set(param.codes) - {*spelt["susceptibility"]}:
        found += spelt["susceptibility"][code]
    return tuple(dict.fromkeys(found))


@cache
def _enumerations() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    """Names of the enumerations that have just these codes."""
    out: dict[tuple[str, ...], list[str]] = {}
    for name in read_json(_CODES):
        out.setdefault(codes(name), []).append(name)
    return {k: tuple(v) for k, v in out.items()}


@cache
def known_mechanisms() -> tuple[str, ...]:
    """Mechanisms that may be accepted or rejected: the registered ones, thinning as general or local, rate models,
    and those that the finder knows and nothing here can assess.

    Returns
    -------
    tuple of str
    """
    return tuple(sorted({*(m.key for m in _models()), *THINNING, *_beyond()}))


def _beyond() -> tuple[str, ...]:
    """Mechanisms that the finder knows and nothing here can assess."""
    return tuple(c.key for c in candidates() if not c.assessed_by)


@cache
def _mechanism_names() -> Mapping[str, str]:
    out = {key_of(key): key for key in known_mechanisms()}
    for model in _models():
        for word in (*_words(f"code.mechanism.{model.key}"), *_words(model.procedure.title_key)):
            out.setdefault(key_of(word), model.key)
    for key in _beyond():
        for word in _words(f"mechanism.{key}"):
            out.setdefault(key_of(word), key)
    return out


def find_mechanism(text: str) -> str:
    """Mechanism that a text names: its key, or its words in a language; empty where it names none.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    index = _mechanism_names()
    if key_of(text) in index:
        return index[key_of(text)]
    found = {index[key_of(n)] for n in heading_parts(text).names if key_of(n) in index}
    return found.pop() if len(found) == 1 else ""
