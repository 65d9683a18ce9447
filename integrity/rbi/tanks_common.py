"""What the releases of shell courses and tank bottoms have in common: contents, surface spill, limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Step, stack_codes
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.verdict import Verdict
from integrity.rbi import financial_money as money
from integrity.rbi import tanks_clauses as cl
from integrity.rbi import tanks_environment as en
from integrity.rbi.data import HOLES, constants, keyed, number
from integrity.rbi.pof import CHECKS, generic_frequency, total_frequency

FLUIDS = keyed("tank", "fluid").keys
SOILS = keyed("tank", "soil").keys
SENSITIVITY = keyed("tank", "environment").keys
FLUID_CASES = ("table", "stated")
TABLES = ("fluid", "soil", "hole_shell", "hole_bottom", "environment")
VISCOSITIES = ("corrected", "printed")
MONEY_CASES = ("usd_2001", "usd_stated")
LEAKS = HOLES[:3]
SHARES = ("P_lvdike", "P_onsite", "P_offsite")
CONSTANTS = constants("tank")
SETTINGS = (*money.MONEY_SETTINGS, "rbi.tank_environment_money")


def tank_number(symbol: str) -> float:
    """A constant of the tank table file.

    Parameters
    ----------
    symbol : str

    Returns
    -------
    float
    """
    return number("tank", symbol)


def course_number(component_type: IntArray) -> FloatArray:
    """Number of a shell course, 1 the lowest; NaN for other components.

    Parameters
    ----------
    component_type : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    table = [float(c.removeprefix("COURSE-")) if c.startswith("COURSE-") else np.nan for c in codes("component_type")]
    return np.array([*table, np.nan])[component_type]


def contents_columns(x: Inputs) -> Columns:
    """Density and viscosity of the contents, stated or of the table.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    dict of str to ndarray
    """
    row = cl.fluid_property(x["tank_fluid"])
    printed = VISCOSITIES.index(x.settings.code("rbi.tank_viscosity"))
    sound = all(keyed("tank", t).verified for t in TABLES)
    out: Columns = {"viscosity_case": np.full(x.n, printed, dtype=np.int64)}
    out["table_verified"] = np.full(x.n, int(sound), dtype=np.int64)
    for symbol, i in (("rho", 1), ("mu", 2 + printed)):
        own = x[f"{symbol}_stated"] if f"{symbol}_stated" in x.columns else np.full(x.n, np.nan)
        out[f"{symbol}_case"] = stack_codes((~np.isnan(own), 1), (x["tank_fluid"] >= 0, 0))
        value = np.where(~np.isnan(own), own, row[:, i])
        out[f"{symbol}_tank"] = np.where(value > 0.0, value, np.nan)
    return out


def spill_columns(x: Inputs, bbl: FloatArray, prefix: str, c: Columns) -> Columns:
    """Where a spill on the surface goes and what it costs.

    Parameters
    ----------
    x : Inputs
    bbl : ndarray, barrels
    prefix : str
        First part of the column names.
    c : dict of str to ndarray
        With costs of a barrel and money_scale.

    Returns
    -------
    dict of str to ndarray
    """
    lv, on, off = (x[s] for s in SHARES)
    out: Columns = {
        f"{prefix}_indike": en.in_dike(bbl, lv),
        f"{prefix}_onsite": en.on_site(bbl, lv, on),
        f"{prefix}_offsite": en.off_site(bbl, lv, on, off),
        f"{prefix}_water": en.surface_water(bbl, lv, on, off),
    }
    parts = {f"bbl_{p}": out[f"{prefix}_{p}"] for p in en.SURFACE}
    costs = {f"C_{p}": c[f"C_{p}"] for p in en.SURFACE}
    out[f"FC_{prefix}"] = en.surface_cost(**parts, **costs, money_scale=c["money_scale"])
    return out


def spill_outputs(prefix: str) -> tuple[Param, ...]:
    """Outputs of `spill_columns`.

    Parameters
    ----------
    prefix : str

    Returns
    -------
    tuple of Param
    """
    return (*(Param(f"{prefix}_{p}", "oil_volume") for p in en.SURFACE), Param(f"FC_{prefix}", "money"))


def spill_steps(prefix: str) -> tuple[Step, ...]:
    """Steps of `spill_columns`; the volume is the column `bbl_<prefix>`.

    Parameters
    ----------
    prefix : str

    Returns
    -------
    tuple of Step
    """
    functions: tuple[Callable[..., Any], ...] = (en.in_dike, en.on_site, en.off_site, en.surface_water)
    steps = [Step(f, f"{prefix}_{p}", {"bbl": f"bbl_{prefix}"}) for f, p in zip(functions, en.SURFACE, strict=True)]
    bind = {f"bbl_{p}": f"{prefix}_{p}" for p in en.SURFACE}
    return (*steps, Step(en.surface_cost, f"FC_{prefix}", bind))


def barrel_columns(x: Inputs) -> Columns:
    """Environmental cost of a barrel by place and the factor to the stated money.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    dict of str to ndarray
    """
    out = money.money_columns(x.settings, x.n)
    cost = en.cost_of_barrel(x["sensitivity"])
    basis = MONEY_CASES.index(x.settings.code("rbi.tank_environment_money"))
    scale = (
        en.scale_2001(out["cost_index"], out["exchange_rate"]) if basis == 0 else en.scale_stated(out["exchange_rate"])
    )
    out |= {f"C_{p}": cost[:, i] for i, p in enumerate(en.PLACES)}
    return out | {"barrel_money": np.full(x.n, basis, dtype=np.int64), "money_scale": scale}


def barrel_outputs() -> tuple[Param, ...]:
    """Outputs of `barrel_columns`.

    Returns
    -------
    tuple of Param
    """
    return (
        *money.MONEY_OUTPUTS,
        *(Param(f"C_{p}", "money_barrel") for p in en.PLACES),
        Param("barrel_money", "code", codes=MONEY_CASES),
        Param("money_scale", "ratio"),
    )


def barrel_steps(places: tuple[str, ...]) -> tuple[Step, ...]:
    """Steps of `barrel_columns` for some places.

    Parameters
    ----------
    places : tuple of str

    Returns
    -------
    tuple of Step
    """
    return (
        *(Step(en.cost_of_barrel, f"C_{p}", note_params=("sensitivity", "table_verified")) for p in places),
        Step(en.scale_2001, "money_scale", when=("barrel_money", "usd_2001")),
        Step(en.scale_stated, "money_scale", when=("barrel_money", "usd_stated")),
    )


def frequency_outputs() -> tuple[Param, ...]:
    """Outputs of the generic frequencies.

    Returns
    -------
    tuple of Param
    """
    return (
        *(Param(f"gff_{h}", "frequency") for h in HOLES),
        Param("gff_total", "frequency"),
        Param("gff_printed", "frequency"),
        Param("gff_check", "code", codes=CHECKS),
    )


FREQUENCY_STEPS = (
    *(Step(generic_frequency, f"gff_{h}", note_params=("component_type", "gff_check", "gff_printed")) for h in HOLES),
    Step(total_frequency, "gff_total"),
)
SHARE_INPUTS = (
    *(Param(s, "ratio") for s in SHARES),
    Param("sensitivity", "code", codes=SENSITIVITY),
)


def _shares_sound(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.all([~((c[s] < 0.0) | (c[s] > 1.0 + 1e-9)) for s in SHARES], axis=0)


def contents_limits(symbols: tuple[str, ...]) -> tuple[Limit, ...]:
    """Limits on contents, shares and money that courses and bottoms share.

    Parameters
    ----------
    symbols : tuple of str
        "rho", and "mu" where the soil counts.

    Returns
    -------
    tuple of Limit
    """
    return (
        Limit(
            "financial.tank_fluid_known",
            API581_2016.at("Part 3 §6.1 Table 6.1M"),
            lambda c: np.all([c[f"{s}_case"] >= 0 for s in symbols], axis=0),
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit(
            "financial.tank_positive",
            API581_2016.at("Part 3 §6"),
            lambda c: (
                ~((c["tank_D_m"] <= 0.0) | (c["fill_height_m"] < 0.0))
                & np.all([~(c[f"{s}_tank"] <= 0.0) for s in symbols], axis=0)
            ),
        ),
        Limit("financial.shares", API581_2016.at("Part 3 §6.12"), _shares_sound),
        Limit("financial.money_basis", OWN_METHOD.at("price level and currency"), money.basis_holds),
    )
