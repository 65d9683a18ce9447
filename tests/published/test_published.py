"""Published examples: every case of every TOML file here, in SI and in US units, to its printed precision.

A file holds `[[case]]` tables with `id`, `standard`, `edition`, `example`, `source`, `kind` (published, peer or
worked), `procedure`, `[case.inputs]`, `[case.outputs]` and, where needed, `[case.settings]` and
`[[case.tables.<name>]]` rows. A number is a text with its printed unit, "0.32 in"; codes, flags and texts are plain.
An output is such a text, compared to half a unit of its last printed digit, or a table with `value` and `rel`.

`[case.deviation.<symbol>]` is a reviewed record of a disagreement: `ours` (as printed by this program), `reason`,
`reviewed_by` and `reviewed_on`. The published number stays as it is; the test fails when the deviation is gone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Param, Procedure, Result
from integrity.core.quantities import display_unit, from_internal, to_internal
from integrity.core.registry import procedure
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict

FOLDER = Path(__file__).parent
NEEDED = ("id", "standard", "edition", "example", "source", "kind", "procedure", "inputs", "outputs")
KINDS = ("published", "peer", "worked")
PLAIN = ("code", "flag", "text", "id")
_VALUE = re.compile(r"^\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def load_cases() -> list[dict[str, Any]]:
    """All cases of all files, each with the name of its file."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [{**case, "file": path.name} for case in data["case"]]
    return found


CASES = load_cases()


def split(text: str, param: Param) -> tuple[float, str, int]:
    """Number, unit and printed decimals of a printed value."""
    match = _VALUE.match(text)
    assert match is not None, f"{param.symbol}: {text}"
    digits = match.group(1)
    decimals = len(digits.split(".")[1]) if "." in digits and "e" not in digits.lower() else 0
    return float(digits), match.group(2) or "1", decimals


def internal(value: Any, param: Param) -> Any:
    """A printed input in the internal unit; plain columns as they are, codes as their index."""
    if param.quantity == "code":
        return param.codes.index(value)
    if param.quantity in PLAIN:
        return value
    if param.quantity == "date":
        return int(np.datetime64(value, "D").astype(np.int64))
    if isinstance(value, list):
        return [internal(v, param) for v in value]
    number, unit, _ = split(value, param)
    return float(to_internal(number, param.quantity, unit)[0])


def through(value: Any, param: Param, unit_set: str) -> Any:
    """An internal value shown in a unit set and read back, as a user of that set would type it."""
    if param.quantity in (*PLAIN, "date") or not isinstance(value, float | list):
        return value
    unit = display_unit(param.quantity, unit_set).name
    back = to_internal(from_internal(value, param.quantity, unit), param.quantity, unit)
    return back.tolist() if isinstance(value, list) else float(back[0])


def run(case: Mapping[str, Any], unit_set: str) -> tuple[Procedure, Result]:
    """Run a case with its inputs taken through a unit set."""
    p = procedure(case["procedure"])
    params = {x.symbol: x for x in p.inputs}
    columns = {s: through(internal(v, params[s]), params[s], unit_set) for s, v in case["inputs"].items()}
    columns = {s: np.array([v], dtype=object) if params[s].quantity == "text" else v for s, v in columns.items()}
    tables = {}
    for spec in p.tables:
        rows = case.get("tables", {}).get(spec.name, [])
        if rows:
            tables[spec.name] = {
                "case": np.zeros(len(rows), dtype=np.int64),
                **{
                    x.symbol: [through(internal(r[x.symbol], x), x, unit_set) for r in rows]
                    for x in spec.columns
                    if x.symbol in rows[0]
                },
            }
    return p, p.run(columns, Settings(case.get("settings", {})), tables)


def agrees(result: Result, symbol: str, wanted: Any, param: Param) -> tuple[bool, str]:
    """Whether a column prints as wanted, and what it prints."""
    got = result[symbol][0]
    if param.quantity == "code":
        shown = param.codes[int(got)] if got >= 0 else ""
        return shown == wanted, shown
    if param.quantity in PLAIN:
        return got == wanted, str(got)
    text = wanted["value"] if isinstance(wanted, dict) else wanted
    number, unit, decimals = split(text, param)
    shown = float(from_internal(got, param.quantity, unit)[0])
    if isinstance(wanted, dict):
        return bool(np.isclose(shown, number, rtol=wanted["rel"], atol=0.0)), repr(shown)
    return abs(shown - number) <= 0.5 * 10.0**-decimals * (1 + 1e-9), f"{shown:.{decimals}f} {unit}"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_case_is_complete(case: dict[str, Any]) -> None:
    assert [k for k in NEEDED if k not in case] == []
    assert case["kind"] in KINDS
    for record in case.get("deviation", {}).values():
        assert {"ours", "reason", "reviewed_by", "reviewed_on"} <= set(record)


def test_no_two_cases_of_one_id() -> None:
    ids = [c["id"] for c in CASES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("unit_set", ["SI", "US"])
@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_published_numbers(case: dict[str, Any], unit_set: str) -> None:
    p, result = run(case, unit_set)
    params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
    deviations = case.get("deviation", {})
    if "verdict" in case["outputs"]:
        assert Verdict(int(result.verdict[0])).name == case["outputs"]["verdict"]
    for symbol, wanted in case["outputs"].items():
        if symbol == "verdict":
            continue
        good, shown = agrees(result, symbol, wanted, params[symbol])
        if symbol in deviations:
            assert not good, f"{symbol} agrees now: the deviation is out of date"
            ours, printed = agrees(result, symbol, deviations[symbol]["ours"], params[symbol])
            assert ours, f"{symbol}: the record says {deviations[symbol]['ours']}, we print {printed}"
        else:
            assert good, f"{symbol}: published {wanted}, calculated {shown}"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
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
