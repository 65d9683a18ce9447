"""Known numbers of `tests/published/rbi_*.toml`, in the printed units and again in the other unit system."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity import api
from integrity.core.clause import clause_of
from integrity.core.procedure import Param
from integrity.core.quantities import display_unit, from_internal, to_internal
from integrity.core.registry import procedure

FOLDER = Path(__file__).parents[1] / "published"


def load() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(FOLDER.glob("rbi_*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            base = found.get(case.get("same_as", ""), {})
            case["inputs"] = {**base.get("inputs", {}), **case["inputs"]}
            found[case["id"]] = case
    return found


CASES = load()


def shown(value: Any, p: Param, units: str) -> Any:
    """A printed value in the display unit of a unit set."""
    if not isinstance(value, list):
        return value
    inside = to_internal(value[0], p.quantity, value[1])
    return float(from_internal(inside, p.quantity, display_unit(p.quantity, units).name)[0])


def run(case: dict[str, Any], units: str) -> dict[str, Any]:
    if "clause" in case:
        module, name = case["clause"].split(":")
        function = getattr(import_module(module), name)
        value = function(**{k: np.array([float(v)]) for k, v in case["inputs"].items()})
        return {clause_of(function).symbol: value[0]}
    p = procedure(case["procedure"])
    known = {x.symbol: x for x in p.inputs}
    inputs = {s: [shown(v, known[s], units)] for s, v in case["inputs"].items()}
    out = api.calc(p.key, inputs, settings=case.get("settings"), units=units)
    params = {x.symbol: x for x in p.outputs}
    got = {}
    for s, want in case["outputs"].items():
        value = out[s][0]
        if not isinstance(value, str):
            q = params[s].quantity
            inside = to_internal(value, q, display_unit(q, units).name)
            unit = want.get("unit", display_unit(q, "SI").name)
            value = float(from_internal(inside, q, unit)[0])
        got[s] = value
    return got


def agrees(got: Any, want: Any, rel: float | None, digits: int | None) -> bool:
    if isinstance(want, str):
        return bool(got == want)
    if digits is not None:
        return f"{float(got):.{digits}g}" == f"{float(want):.{digits}g}"
    return bool(got == pytest.approx(want, rel=rel))


@pytest.mark.parametrize("units", ["SI", "US"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_published(name: str, units: str) -> None:
    case = CASES[name]
    got = run(case, units)
    for symbol, want in case["outputs"].items():
        same = agrees(got[symbol], want["value"], want.get("rel"), want.get("digits"))
        if symbol in case.get("deviation", {}).get("ours", {}):
            record = case["deviation"]
            assert record["reviewed"] and record["reason"]
            assert not same, f"{name}: the deviation record of {symbol} is no longer needed"
            assert agrees(got[symbol], record["ours"][symbol], None, record["digits"]), (name, got[symbol])
        else:
            assert same, (name, symbol, got[symbol], want)
