"""Published examples: every case of every TOML file here, in SI and in US units, to its printed precision.

A file holds `[[case]]` tables with `id`, `standard`, `edition`, `source`, where known `example` (number, page) and
`kind` (published, peer or worked), and either `procedure`, the key of a registered calculation, or `clause`,
`module:function` of one formula. `same_as` takes over the inputs of an earlier case, `settings` those that differ.

Numbers of `[case.inputs]` and `[[case.tables.<name>]]` carry their printed unit: "0.32 in" or [0.32, "in"]; a bare
number is in the internal unit. Codes, flags, texts and ISO dates are plain. An output is such a text, compared to
half a unit of its last printed digit, or `{ value, unit, rel }`, or `{ value, unit, digits }` (significant digits).
`verdict` may stand among the outputs.

`[case.deviation.<symbol>]` is a reviewed record of a disagreement: `ours` (as an output), `reason`, `reviewed_by`,
`reviewed_on`. The published number stays as it is; the test fails when the deviation is gone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.clause import clause_of
from integrity.core.procedure import Param, Procedure, Result
from integrity.core.quantities import display_unit, from_internal, to_internal
from integrity.core.registry import procedure
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict

FOLDER = Path(__file__).parent
NEEDED = ("id", "standard", "edition", "source", "inputs", "outputs")
KINDS = ("published", "peer", "worked")
PLAIN = ("code", "flag", "text", "id", "date")
_PRINTED = re.compile(r"^\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def load_cases() -> list[dict[str, Any]]:
    """All cases of all files, inputs of `same_as` filled in, deviation records by symbol."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            base = found[case["same_as"]]["inputs"] if "same_as" in case else {}
            case["inputs"] = {**base, **case["inputs"]}
            case["deviation"] = _records(case.get("deviation", {}))
            assert case["id"] not in found, f"{path.name}: {case['id']} stands twice"
            found[case["id"]] = case
    return list(found.values())


def _records(given: dict[str, Any]) -> dict[str, Any]:
    """Deviation records by symbol; one record may also name several symbols under `ours`."""
    if not isinstance(given.get("ours"), dict):
        return given
    rest = {k: v for k, v in given.items() if k not in ("ours", "digits")}
    return {s: {**rest, "ours": {"value": v, "digits": given["digits"]}} for s, v in given["ours"].items()}


CASES = load_cases()
PROCEDURES = [c for c in CASES if "procedure" in c]
FORMULAS = [c for c in CASES if "clause" in c]


def printed(value: Any) -> tuple[float, str, int]:
    """Number, unit ("" for the internal one) and printed decimals of a value."""
    if isinstance(value, list):
        return float(value[0]), value[1], 0
    if not isinstance(value, str):
        return float(value), "", 0
    match = _PRINTED.match(value)
    assert match is not None, value
    digits = match.group(1)
    decimals = len(digits.split(".")[1]) if "." in digits and "e" not in digits.lower() else 0
    return float(digits), match.group(2), decimals


def internal(value: Any, param: Param, unit_set: str) -> Any:
    """An input in the internal unit, taken through a unit set as its user would type it."""
    if param.quantity == "code":
        return param.codes.index(value)
    if param.quantity == "date":
        return int(np.datetime64(value, "D").astype(np.int64))
    if param.quantity in PLAIN:
        return value
    number, unit, _ = printed(value)
    inside = to_internal(number, param.quantity, unit) if unit else np.array([number])
    shown = display_unit(param.quantity, unit_set).name
    return float(to_internal(from_internal(inside, param.quantity, shown), param.quantity, shown)[0])


def run(case: Mapping[str, Any], unit_set: str) -> tuple[Procedure, Result]:
    """Run a case with its inputs taken through a unit set."""
    p = procedure(case["procedure"])
    params = {x.symbol: x for x in p.inputs}
    columns: dict[str, Any] = {}
    for symbol, value in case["inputs"].items():
        given = internal(value, params[symbol], unit_set)
        columns[symbol] = np.array([given], dtype=object) if params[symbol].quantity == "text" else [given]
    tables = {}
    for spec in p.tables:
        rows = case.get("tables", {}).get(spec.name, [])
        if rows:
            tables[spec.name] = {"case": np.zeros(len(rows), dtype=np.int64)} | {
                x.symbol: [internal(r[x.symbol], x, unit_set) for r in rows]
                for x in spec.columns
                if x.symbol in rows[0]
            }
    return p, p.run(columns, Settings(case.get("settings", {})), tables)


def agrees(got: Any, wanted: Any, quantity: str) -> tuple[bool, str]:
    """Whether a number prints as wanted, and what it prints."""
    spec = wanted if isinstance(wanted, dict) else {"value": wanted}
    number, unit, decimals = printed(spec["value"])
    unit = spec.get("unit", unit)
    shown = float(from_internal(got, quantity, unit)[0]) if unit else float(got)
    if "rel" in spec:
        return bool(np.isclose(shown, number, rtol=spec["rel"], atol=0.0)), repr(shown)
    if "digits" in spec:
        return f"{shown:.{spec['digits']}g}" == f"{number:.{spec['digits']}g}", repr(shown)
    return abs(shown - number) <= 0.5 * 10.0**-decimals * (1 + 1e-9), f"{shown:.{decimals}f} {unit}"


def compare(symbol: str, got: Any, wanted: Any, param: Param | None, records: Mapping[str, Any]) -> None:
    """Assert one output, or its recorded deviation."""
    if param is not None and param.quantity in PLAIN:
        plain = wanted["value"] if isinstance(wanted, dict) else wanted
        value = (param.codes[int(got)] if got >= 0 else "") if param.quantity == "code" else got
        assert value == plain, f"{symbol}: published {plain}, calculated {value}"
        return
    quantity = param.quantity if param is not None else "number"
    good, shown = agrees(got, wanted, quantity)
    if symbol not in records:
        assert good, f"{symbol}: published {wanted}, calculated {shown}"
        return
    assert not good, f"{symbol} agrees now: the deviation is out of date"
    assert agrees(got, records[symbol]["ours"], quantity)[0], f"{symbol}: the record does not say {shown}"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_case_is_complete(case: dict[str, Any]) -> None:
    assert [k for k in NEEDED if k not in case] == []
    assert ("procedure" in case) != ("clause" in case)
    assert case.get("kind", KINDS[0]) in KINDS
    for record in case["deviation"].values():
        assert record["reason"] and (record.get("reviewed") or (record["reviewed_by"] and record["reviewed_on"]))


@pytest.mark.parametrize("unit_set", ["SI", "US"])
@pytest.mark.parametrize("case", PROCEDURES, ids=lambda c: c["id"])
def test_published_numbers(case: dict[str, Any], unit_set: str) -> None:
    p, result = run(case, unit_set)
    params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
    for symbol, wanted in case["outputs"].items():
        if symbol == "verdict":
            assert Verdict(int(result.verdict[0])).name == wanted
        else:
            compare(symbol, result[symbol][0], wanted, params[symbol], case["deviation"])


@pytest.mark.parametrize("case", FORMULAS, ids=lambda c: c["id"])
def test_published_formula(case: dict[str, Any]) -> None:
    module, name = case["clause"].split(":")
    function = getattr(import_module(module), name)
    got = function(**{k: np.array([printed(v)[0]]) for k, v in case["inputs"].items()})
    (symbol, wanted), *others = case["outputs"].items()
    assert not others and clause_of(function).symbol == symbol
    compare(symbol, got[0], wanted, None, case["deviation"])


@pytest.mark.parametrize("case", PROCEDURES, ids=lambda c: c["id"])
def test_unit_sets_give_the_same_result(case: dict[str, Any]) -> None:
    _, si = run(case, "SI")
    _, us = run(case, "US")
    assert list(si.verdict) == list(us.verdict)
    assert list(si.refused) == list(us.refused)
    for name, column in si.columns.items():
        if column.dtype == np.float64:
            assert us.columns[name] == pytest.approx(column, rel=1e-9, abs=1e-12, nan_ok=True), name
        elif column.dtype != object:
            assert list(us.columns[name]) == list(column), name
