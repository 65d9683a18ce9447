"""Constants of the room: growth, outlier, estimator and averaging limits, each with its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from integrity.core.tables import Constant, load_constants

_FILE = Path(__file__).parent / "tables" / "life.json"


def constants() -> Mapping[str, Constant]:
    """All constants of `tables/life.json`.

    Returns
    -------
    mapping of symbol to Constant
    """
    return load_constants(_FILE)


def value(symbol: str) -> float:
    """Value of one constant, internal unit.

    Parameters
    ----------
    symbol : str

    Returns
    -------
    float
    """
    return constants()[symbol].value


def only(*symbols: str) -> dict[str, Constant]:
    """The constants that a procedure uses.

    Parameters
    ----------
    *symbols : str

    Returns
    -------
    dict of symbol to Constant
    """
    return {s: constants()[s] for s in symbols}


def whole_days(years: float) -> int:
    """Whole days of a limit in years of 365.25 days, rounded down (convention A1).

    Parameters
    ----------
    years : float
        One year gives 365, so that yearly surveys on one day of the calendar are a year apart.

    Returns
    -------
    int
    """
    return int(np.floor(years * value("days_per_year") * (1.0 + 1e-9)))
