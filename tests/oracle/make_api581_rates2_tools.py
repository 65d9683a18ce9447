"""Tools of `make_api581_rates2.py`: seeded numbers, units, and asking the engine."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from api581.core import DomainError
from pydantic import ValidationError

ENGINE, SEED = "api581-engine", 2058
BASIS = "fixture"
UNITS = {"si": "printed_si", "us": "printed_us_converted"}
HOW = {"linear": "bilinear", "greatest_cell": "maximum_bracketing_value"}
ATM_PA = 101325.0
Row = tuple[dict[str, Any], dict[str, Any] | str]
r = random.Random(SEED)


def short(x: float) -> float:
    return float(f"{x:.5g}")


def some(lo: float, hi: float) -> float:
    return short(r.uniform(lo, hi))


def kelvin(T_C: float) -> float:
    return T_C + 273.15


def node_C(T: float, unit: str) -> float:
    return float(T) if unit == "si" else (T - 32.0) * 5.0 / 9.0


def mm(rate: float) -> float:
    return rate * 1000.0


def ask(function: Callable[[Any], dict[str, Any]], model: Any) -> dict[str, Any] | str:
    """What the engine answers, or the code of its refusal."""
    try:
        return dict(function(model()))
    except DomainError as error:
        return str(error.code)
    except ValidationError:
        return "value_outside_model"
