"""Rate of a tank bottom, soil side and product side (API RP 581 Part 2 Annex 2.B section 14)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, at_most
from integrity.core.clause import clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import constants, keyed
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates.grid import UNITS
from integrity.rbi.rates.parts import value

NAME = "rate_tank_bottom"
KEY = f"api581.2016.{NAME}"
PADS, DRAINAGE, PROTECTION, BOTTOMS, PRODUCTS, DRAWS = (
    keyed(NAME, t).keys for t in ("F_PA", "F_TD", "F_prot", "F_TB", "F_prod", "F_draw")
)
BASE_CASES = ("given", *UNITS)
SR_CASES = ("table", "barrier", "not_known")
SR_ROWS = keyed(NAME, "F_SR").keys
CP_CASES = ("credit", "no_credit")
T_CASES = (*keyed(NAME, "F_T").keys, "assumed")
PAD_CASES, DRAINAGE_CASES = (*PADS, "assumed"), (*DRAINAGE, "assumed")
BOTTOM_CASES, PRODUCT_CASES = (*BOTTOMS, "assumed"), (*PRODUCTS, "assumed")
COIL_CASES = ("no", "yes", "assumed")
SIDES = ("soil", "product")
SUM_CASES = codes("thinning_type")
MINIMUM_CASES = ("applied", "not_applied")
_REF = API581_2016.at("Part 2 Annex 2.B §14", "Rate of a tank bottom")
_A = "Part 2 Annex 2.B "


def _greatest(table: str, place: str, title: str, note: str) -> tuple[str, factors.Picked]:
    return table, factors.picked(_A + place, title, table, note, lambda: factors.with_greatest(NAME, table))


FACTORS = dict(
    (
        _greatest("F_PA", "§14.3.1 Table 2.B.14.5", "Factor of the tank pad", "rates.note.pad"),
        _greatest("F_TD", "§14.3.1 Table 2.B.14.6", "Factor of the drainage", "rates.note.drainage"),
        _greatest("F_TB", "§14.3.1 Table 2.B.14.8", "Factor of the bottom", "rates.note.bottom"),
        _greatest("F_T", "§14.3.1 Tables 2.B.14.9, 2.B.14.12", "Factor of the temperature", "rates.note.bottom_T"),
        _greatest("F_prod", "§14.3.2 Table 2.B.14.11", "Factor of the product", "rates.note.product"),
        _greatest("F_SC", "§14.3.2 Table 2.B.14.13", "Factor of a steam coil", "rates.note.coil"),
    )
)
CASES = {"F_PA": "pad_case", "F_TD": "drainage_case", "F_TB": "bottom_case", "F_T": "T_case"}
CASES |= {"F_prod": "product_case", "F_SC": "coil_case"}
resistivity_factor = factors.picked(
    _A + "§14.3.1 Table 2.B.14.4",
    "Factor of the soil resistivity",
    "F_SR",
    "rates.note.resistivity",
    lambda: keyed(NAME, "F_SR").rows[:, 0],
)
protection_factor = factors.picked(
    _A + "§14.3.1 Table 2.B.14.7",
    "Factor of cathodic protection",
    "F_prot",
    "rates.note.bottom_protection",
    lambda: keyed(NAME, "F_prot").rows[:, 0],
)
draw_factor = factors.picked(
    _A + "§14.3.2 Table 2.B.14.14",
    "Factor of water draws",
    "F_draw",
    "rates.note.water_draw",
    lambda: keyed(NAME, "F_draw").rows[:, 0],
)
kind_of_thinning = factors.typed(_A + "Table 2.B.1.2", "rates.note.type_always")


@clause(
    API581_2016.at(_A + "§14.2.1 eq. (2.B.37)", "Rate of the soil side"),
    symbol="C_r_soil",
    expr="C_r_soil_base*F_SR*F_PA*F_TD*F_prot*F_TB*F_T",
    quantity="rate",
)
def soil_rate(
    C_r_soil_base: FloatArray,
    F_SR: FloatArray,
    F_PA: FloatArray,
    F_TD: FloatArray,
    F_prot: FloatArray,
    F_TB: FloatArray,
    F_T: FloatArray,
) -> FloatArray:
    """Rate of the soil side of a tank bottom.

    Parameters
    ----------
    C_r_soil_base : ndarray
        Base rate, mm/year.
    F_SR, F_PA, F_TD, F_prot, F_TB, F_T : ndarray
        Resistivity, pad, drainage, cathodic protection, bottom, temperature.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_soil_base * F_SR * F_PA * F_TD * F_prot * F_TB * F_T


@clause(
    API581_2016.at(_A + "§14.2.2 eq. (2.B.38)", "Rate of the product side"),
    symbol="C_r_product",
    expr="C_r_product_base*F_prod*F_T*F_SC*F_draw",
    quantity="rate",
)
def product_rate(
    C_r_product_base: FloatArray, F_prod: FloatArray, F_T: FloatArray, F_SC: FloatArray, F_draw: FloatArray
) -> FloatArray:
    """Rate of the product side of a tank bottom.

    Parameters
    ----------
    C_r_product_base : ndarray
        Base rate, mm/year.
    F_prod, F_T, F_SC, F_draw : ndarray
        Product, temperature, steam coil, water draws.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_product_base * F_prod * F_T * F_SC * F_draw


@clause(
    API581_2016.at(_A + "§14.3.3", "Both sides, product side general"),
    symbol="C_r_sides",
    expr="C_r_soil + C_r_product",
    quantity="rate",
)
def both_sides(C_r_soil: FloatArray, C_r_product: FloatArray) -> FloatArray:
    """Sum of both sides, where the product side corrodes generally.

    Parameters
    ----------
    C_r_soil, C_r_product : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_soil + C_r_product


@clause(
    API581_2016.at(_A + "§14.3.3", "Greater side, product side local"),
    symbol="C_r_sides",
    expr="max(C_r_soil, C_r_product)",
    quantity="rate",
)
def greater_side(C_r_soil: FloatArray, C_r_product: FloatArray) -> FloatArray:
    """Greater of both sides, where the product side corrodes locally.

    Parameters
    ----------
    C_r_soil, C_r_product : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(C_r_soil, C_r_product)


@clause(
    API581_2016.at(_A + "§14.3.3", "Not less than the recommended minimum"),
    symbol="C_r_bound",
    expr="max(C_r_sides, C_r_min)",
    quantity="rate",
)
def with_minimum(C_r_sides: FloatArray, C_r_min: float) -> FloatArray:
    """Rate of the bottom, not below the recommended minimum.

    Parameters
    ----------
    C_r_sides : ndarray
        mm/year.
    C_r_min : float

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(C_r_sides, C_r_min)


@clause(
    API581_2016.at(_A + "§14.3.3", "Rate without the recommended minimum"),
    symbol="C_r_bound",
    expr="C_r_sides",
    quantity="rate",
)
def without_minimum(C_r_sides: FloatArray) -> FloatArray:
    """Rate of the bottom as calculated.

    Parameters
    ----------
    C_r_sides : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_sides


def _base(x: Inputs, side: str, unit: str) -> Columns:
    given = x[f"{side}_base_rate"]
    known = ~np.isnan(given)
    case = np.where(known, 0, 1 + UNITS.index(unit))
    rate = np.where(known, given, value(NAME, f"C_r_{side}_base_{unit}"))
    return {f"{side}_base_case": case, f"C_r_{side}_base": rate}


def _assumed(row: np.ndarray, allowed: tuple[str, ...]) -> np.ndarray:
    return np.where(row < 0, len(allowed), row)


def _temperature_row(x: Inputs, unit: str) -> np.ndarray:
    T = x["T_op_C"]
    bands = [(at_most(T, value(NAME, f"T_{i}_{unit}")), i - 1) for i in (1, 2, 3, 4)]
    return stack_codes((np.isnan(T), T_CASES.index("assumed")), *bands, default=4)


def _soil(x: Inputs, unit: str) -> Columns:
    barrier = (x["tank_bottom_type"] >= 0) & (x["tank_bottom_type"] != BOTTOMS.index("single_bottom"))
    row = factors.resistivity_row(x, NAME)
    # With the bottom unknown there may be a barrier: the bound takes no credit of a high resistivity.
    barrier |= (x["tank_bottom_type"] < 0) & (resistivity_factor(row) < value(NAME, "F_none"))
    sr = stack_codes((barrier, 1), (row < 0, 2), default=0)
    credit = (x["tank_protection"] >= 0) & (x["protection_verified"] == 1)
    cp = np.where(credit, x["tank_protection"], PROTECTION.index("none"))
    out: Columns = {"SR_case": sr, "SR_row": np.where(sr == 0, row, -1)}
    out["F_SR"] = np.where(sr == 0, resistivity_factor(row), value(NAME, "F_none"))
    out |= {"CP_case": np.where(credit, 0, 1), "CP_row": cp, "F_prot": protection_factor(cp)}
    out["pad_case"] = _assumed(x["tank_pad"], PADS)
    out["drainage_case"] = _assumed(x["drainage"], DRAINAGE)
    out["bottom_case"] = _assumed(x["tank_bottom_type"], BOTTOMS)
    return out | {"T_case": _temperature_row(x, unit)}


def _compute(x: Inputs) -> Columns:
    unit = parts.unit_set(x)
    out: Columns = {**parts.common(x), **_base(x, "soil", unit), **_base(x, "product", unit), **_soil(x, unit)}
    out["product_case"] = _assumed(x["product_water"], PRODUCTS)
    out["coil_case"] = _assumed(x["steam_coil"], ("no", "yes"))
    out["draw_row"] = np.where(x["water_draw"] < 0, DRAWS.index("none_or_not_regular"), x["water_draw"])
    out |= {f: FACTORS[f](out[case]) for f, case in CASES.items()}
    out["F_draw"] = draw_factor(out["draw_row"])
    out["C_r_soil"] = soil_rate(
        out["C_r_soil_base"], *(out[f] for f in ("F_SR", "F_PA", "F_TD", "F_prot", "F_TB", "F_T"))
    )
    out["C_r_product"] = product_rate(out["C_r_product_base"], *(out[f] for f in ("F_prod", "F_T", "F_SC", "F_draw")))
    default = SUM_CASES.index(x.settings.code("rbi.rate_bottom_product"))
    stated = x["product_distribution"]
    out["sum_case"] = np.where(stated >= 0, stated, default)
    total, greater = both_sides(out["C_r_soil"], out["C_r_product"]), greater_side(out["C_r_soil"], out["C_r_product"])
    out["C_r_sides"] = np.where(out["sum_case"] == 0, total, greater)
    apply = x.settings.code("rbi.rate_bottom_minimum") == "apply"
    out["least_case"] = np.full(x.n, 0 if apply else 1, dtype=np.int64)
    least = with_minimum(out["C_r_sides"], value(NAME, "C_r_min"))
    rate = least if apply else without_minimum(out["C_r_sides"])
    sound = parts.in_groups(NAME, "carbon")(x.columns) & ~(out["C_r_soil"] < 0.0) & ~(out["C_r_product"] < 0.0)
    out["C_r_bound"] = lines.clipped(rate, sound)
    return out | {"thinning_type": np.ones(x.n, dtype=np.int64), "C_r": parts.concluded(out["C_r_bound"])}


_LIMITS = (
    Limit("rates.bottom_material", _REF, parts.in_groups(NAME, "carbon")),
    Limit("rates.rate_not_negative", _REF, lambda c: ~((c["C_r_soil"] < 0.0) | (c["C_r_product"] < 0.0))),
    Limit(
        "rates.resistivity_positive",
        API581_2016.at(_A + "§14.3.1"),
        lambda c: np.isnan(c["soil_resistivity"]) | (c["soil_resistivity"] > 0.0),
    ),
)

_INPUTS = (
    parts.MATERIAL,
    Param("soil_base_rate", "rate", required=False),
    Param("product_base_rate", "rate", required=False),
    Param("tank_bottom_type", "code", codes=BOTTOMS),
    Param("soil_resistivity", "resistivity", required=False),
    Param("tank_pad", "code", codes=PADS),
    Param("drainage", "code", codes=DRAINAGE),
    Param("tank_protection", "code", required=False, codes=PROTECTION),
    Param("protection_verified", "flag", required=False),
    Param("T_op_C", "temperature"),
    Param("product_water", "code", codes=PRODUCTS),
    Param("steam_coil", "flag"),
    Param("water_draw", "code", required=False, codes=DRAWS),
    Param("product_distribution", "code", required=False, codes=SUM_CASES),
)

_CASE_CODES = {
    "pad_case": PAD_CASES,
    "drainage_case": DRAINAGE_CASES,
    "bottom_case": BOTTOM_CASES,
    "T_case": T_CASES,
    "product_case": PRODUCT_CASES,
    "coil_case": COIL_CASES,
}
_OUTPUTS = (
    Param("soil_base_case", "code", codes=BASE_CASES),
    Param("C_r_soil_base", "rate"),
    Param("SR_case", "code", codes=SR_CASES),
    Param("SR_row", "code", codes=SR_ROWS),
    Param("F_SR", "number"),
    Param("CP_case", "code", codes=CP_CASES),
    Param("CP_row", "code", codes=PROTECTION),
    Param("F_prot", "number"),
    *(Param(case, "code", codes=allowed) for case, allowed in _CASE_CODES.items()),
    *(Param(f, "number") for f in CASES),
    Param("C_r_soil", "rate"),
    Param("product_base_case", "code", codes=BASE_CASES),
    Param("C_r_product_base", "rate"),
    Param("draw_row", "code", codes=DRAWS),
    Param("F_draw", "number"),
    Param("C_r_product", "rate"),
    Param("sum_case", "code", codes=SUM_CASES),
    Param("C_r_sides", "rate"),
    Param("least_case", "code", codes=MINIMUM_CASES),
    *parts.COMMON_OUTPUTS,
)


def _base_steps(side: str) -> tuple[Step, ...]:
    out, case = f"C_r_{side}_base", f"{side}_base_case"
    return (
        Step(factors.recorded_rate, out, {"rate": f"{side}_base_rate"}, when=(case, "given")),
        *(Step(factors.constant, out, {"y_0": f"C_r_{side}_base_{u}"}, when=(case, u)) for u in UNITS),
    )


def _factor_step(symbol: str) -> Step:
    return Step(FACTORS[symbol], symbol, {"row": CASES[symbol]}, note_params=(CASES[symbol], "table_verified"))


_STEPS = (
    *_base_steps("soil"),
    Step(
        resistivity_factor,
        "F_SR",
        {"row": "SR_row"},
        when=("SR_case", "table"),
        note_params=("SR_row", "table_verified"),
    ),
    *(Step(factors.constant, "F_SR", {"y_0": "F_none"}, when=("SR_case", case)) for case in SR_CASES[1:]),
    Step(
        protection_factor,
        "F_prot",
        {"row": "CP_row"},
        when=("CP_case", "credit"),
        note_params=("tank_protection", "table_verified"),
    ),
    Step(factors.constant, "F_prot", {"y_0": "F_none"}, when=("CP_case", "no_credit")),
    *(_factor_step(f) for f in ("F_PA", "F_TD", "F_TB", "F_T")),
    Step(soil_rate, "C_r_soil"),
    *_base_steps("product"),
    *(_factor_step(f) for f in ("F_prod", "F_SC")),
    Step(draw_factor, "F_draw", {"row": "draw_row"}, note_params=("draw_row", "table_verified")),
    Step(product_rate, "C_r_product"),
    Step(both_sides, "C_r_sides", when=("sum_case", "general")),
    Step(greater_side, "C_r_sides", when=("sum_case", "local")),
    Step(with_minimum, "C_r_bound", when=("least_case", "applied")),
    Step(without_minimum, "C_r_bound", when=("least_case", "not_applied")),
    Step(kind_of_thinning, "thinning_type", note_params=("thinning_type",)),
    parts.CONCLUSION_STEP,
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants(NAME),
    settings=(
        "rbi.rate_tables",
        "rbi.rate_resistivity_edge",
        "rbi.rate_bottom_product",
        "rbi.rate_bottom_minimum",
    ),
)

MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE)))
