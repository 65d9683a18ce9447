"""Money of the financial consequence: price level, currency, and unit costs of the plant or of a component."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Step, stack_codes
from integrity.core.reference import OWN_METHOD
from integrity.core.settings import Settings, setting_specs
from integrity.core.verdict import Verdict

BASE_YEAR = 2001.0
CURRENCIES = setting_specs()["rbi.currency"].allowed
ORIGINS = ("component", "plant", "none")
ECONOMIC = {
    "equipment_cost_m2": "money_area",
    "production_cost_d": "money_day",
    "population_m2": "population_density",
    "injury_cost": "money",
    "environment_cost_bbl": "money_barrel",
    "outage_multiplier": "ratio",
}
MONEY_SETTINGS = ("rbi.cost_year", "rbi.cost_index", "rbi.currency", "rbi.exchange_rate")
MONEY_OUTPUTS = (
    Param("cost_year", "number"),
    Param("cost_index", "ratio"),
    Param("currency", "code", codes=CURRENCIES),
    Param("exchange_rate", "ratio"),
)
_MONEY = OWN_METHOD.at("price level and currency")


@clause(
    OWN_METHOD.at("unit costs of a plant", "Stated for the component, else for the plant"),
    symbol="unit_cost",
    expr="",
    quantity="number",
    kind=TABLE,
    note="financial.note.economic",
)
def unit_cost(stated: FloatArray) -> FloatArray:
    """A unit cost as it is used: the recorded one of the component, else the setting of the plant.

    Parameters
    ----------
    stated : ndarray

    Returns
    -------
    ndarray of float64
        Missing where neither is stated; a negative setting means that it is not stated.
    """
    return np.asarray(stated, dtype=np.float64)


def economic_params(symbols: tuple[str, ...]) -> tuple[Param, ...]:
    """Optional inputs of unit costs.

    Parameters
    ----------
    symbols : tuple of str
        Keys of `ECONOMIC`.

    Returns
    -------
    tuple of Param
    """
    return tuple(Param(s, ECONOMIC[s], required=False) for s in symbols)


def economic_outputs(symbols: tuple[str, ...]) -> tuple[Param, ...]:
    """Where each unit cost comes from, as outputs.

    Parameters
    ----------
    symbols : tuple of str

    Returns
    -------
    tuple of Param
    """
    return tuple(Param(f"{s}_from", "code", codes=ORIGINS) for s in symbols)


def economic_steps(symbols: tuple[str, ...]) -> tuple[Step, ...]:
    """Steps that print each unit cost and where it comes from.

    Parameters
    ----------
    symbols : tuple of str

    Returns
    -------
    tuple of Step
    """
    return tuple(Step(unit_cost, s, {"stated": s}, note_params=(f"{s}_from",)) for s in symbols)


def economic_settings(symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Settings of the plant's unit costs.

    Parameters
    ----------
    symbols : tuple of str

    Returns
    -------
    tuple of str
    """
    return tuple(f"rbi.{s}" for s in symbols)


def economic_columns(x: Inputs, symbols: tuple[str, ...]) -> Columns:
    """Unit costs in force and where they come from.

    Parameters
    ----------
    x : Inputs
    symbols : tuple of str

    Returns
    -------
    dict of str to ndarray
    """
    out: Columns = {}
    for s in symbols:
        plant = x.settings.number(f"rbi.{s}")
        own = ~np.isnan(x[s])
        out[s] = np.where(own, x[s], plant if plant >= 0.0 else np.nan)
        out[f"{s}_from"] = stack_codes((own, 0), (~np.isnan(out[s]), 1), default=2)
    return out


def economic_limits(symbols: tuple[str, ...], used: Mapping[str, str] | None = None) -> tuple[Limit, ...]:
    """A limit for each unit cost: stated, for a component that needs it, and not negative.

    Parameters
    ----------
    symbols : tuple of str
    used : mapping of str to str, optional
        Code column that is 1 where a unit cost is needed; elsewhere it always is.

    Returns
    -------
    tuple of Limit
        Missing ones make the row INSUFFICIENT_DATA; the parts that can be assessed keep their numbers.
    """
    needs = used or {}

    def stated(symbol: str) -> Limit:
        def holds(c: Mapping[str, AnyArray]) -> BoolArray:
            free = c[needs[symbol]] != 1 if symbol in needs else np.zeros(c[symbol].size, dtype=np.bool_)
            return np.asarray(free | ~np.isnan(c[symbol]))

        return Limit(
            f"financial.stated_{symbol}", OWN_METHOD.at("unit costs of a plant"), holds, Verdict.INSUFFICIENT_DATA
        )

    negative = Limit(
        "financial.not_negative",
        OWN_METHOD.at("unit costs of a plant"),
        lambda c: np.all([~(c[s] < 0.0) for s in symbols], axis=0),
    )
    return (*(stated(s) for s in symbols if s != "outage_multiplier"), negative)


def money_columns(settings: Settings, n: int) -> Columns:
    """Price level and currency as columns, so that the working prints them.

    Parameters
    ----------
    settings : Settings
    n : int
        Rows.

    Returns
    -------
    dict of str to ndarray
    """
    return {
        "cost_year": np.full(n, settings.number("rbi.cost_year")),
        "cost_index": np.full(n, settings.number("rbi.cost_index")),
        "currency": np.full(n, CURRENCIES.index(settings.code("rbi.currency")), dtype=np.int64),
        "exchange_rate": np.full(n, settings.number("rbi.exchange_rate")),
    }


def basis_holds(c: Mapping[str, AnyArray]) -> BoolArray:
    """Whether year and index, currency and exchange rate say the same.

    Parameters
    ----------
    c : mapping of symbol to ndarray
        With the columns of `money_columns`.

    Returns
    -------
    ndarray of bool
        False where costs of 2001 would pass for another year's, or dollars for another currency.
    """
    year = (c["cost_year"] == BASE_YEAR) == (c["cost_index"] == 1.0)
    money = (c["currency"] == CURRENCIES.index("USD")) == (c["exchange_rate"] == 1.0)
    positive = (c["cost_index"] > 0.0) & (c["exchange_rate"] > 0.0)
    return np.asarray(year & money & positive)


MONEY_LIMIT = Limit("financial.money_basis", _MONEY, basis_holds)


def known_parts(*parts: FloatArray) -> IntArray:
    """Which parts of a total are assessed, as a code of `CASES`.

    Parameters
    ----------
    *parts : ndarray

    Returns
    -------
    ndarray of int64
    """
    known = ~np.isnan(np.stack(parts))
    every, some = (np.asarray(f(axis=0), dtype=np.bool_) for f in (known.all, known.any))
    return stack_codes((every, 0), (some, 1), default=2)


CASES = ("whole", "bound", "none")
