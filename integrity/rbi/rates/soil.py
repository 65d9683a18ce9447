"""Rate of buried carbon steel on the soil side (API RP 581 Part 2 Annex 2.B section 12)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import constants, keyed
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates.grid import UNITS
from integrity.rbi.rates.parts import value

NAME = "rate_soil"
KEY = f"api581.2016.{NAME}"
PROFILES = keyed(NAME, "base").keys
COATINGS = keyed(NAME, "F_CE").keys
PROTECTION = keyed(NAME, "F_prot").keys
BASE_CASES = ("given", "profile")
SR_CASES = ("table", "in_base_rate", "not_known")
SR_ROWS = keyed(NAME, "F_SR").keys
T_CASES = (*keyed(NAME, "F_T").keys, "assumed")
AGE_CASES = ("younger", "older", "assumed")
STATES = ("no", "yes", "assumed")
_REF = API581_2016.at("Part 2 Annex 2.B §12", "Rate on the soil side")
_A = "Part 2 Annex 2.B "


def _base_rates() -> FloatArray:
    rows = keyed(NAME, "base").rows[:-1]
    return np.array([*rows[:, 0], *(rows[:, 1] * lines.MIL), np.nan])


def _coating(column: int) -> FloatArray:
    """Without and with the condition of a column, by coating; a condition nobody stated counts as met."""
    v = keyed(NAME, "F_CE").rows[:-1, column]
    return np.array([*np.column_stack([np.ones(v.size), v, v]).ravel(), np.nan])


base_rate = factors.picked(
    _A + "§12.4.2 Table 2.B.12.2", "Base rate of the soil", "C_r_base", "rates.note.soil_base", _base_rates
)
resistivity_factor = factors.picked(
    _A + "§12.4.3 Table 2.B.12.3",
    "Factor of the soil resistivity",
    "F_SR",
    "rates.note.resistivity",
    lambda: keyed(NAME, "F_SR").rows[:, 0],
)
temperature_factor = factors.picked(
    _A + "§12.4.4 Table 2.B.12.4",
    "Factor of the temperature",
    "F_T",
    "rates.note.soil_T",
    lambda: factors.with_greatest(NAME, "F_T"),
)
protection_factor = factors.picked(
    _A + "§12.4.5 Table 2.B.12.5",
    "Factor of cathodic protection",
    "F_prot",
    "rates.note.protection",
    lambda: keyed(NAME, "F_prot").rows[:, 0],
)
_CE = _A + "§12.4.6 Table 2.B.12.6"
coating_factor = factors.picked(
    _CE, "Factor of the coating", "F_coat", "rates.note.coating", lambda: keyed(NAME, "F_CE").rows[:, 0]
)
age_factor = factors.picked(_CE, "Factor of the coating's age", "F_age", "rates.note.coating_age", lambda: _coating(1))
heat_factor = factors.picked(_CE, "Factor of overheating", "F_hot", "rates.note.coating_hot", lambda: _coating(2))
care_factor = factors.picked(_CE, "Factor of maintenance", "F_care", "rates.note.coating_care", lambda: _coating(3))
kind_of_thinning = factors.typed(_A + "Table 2.B.1.2", "rates.note.type_always")


@clause(
    API581_2016.at(_A + "§12.4.6 eq. (2.B.22)", "Factor of the coating and its state"),
    symbol="F_CE",
    expr="F_coat*F_age*F_hot*F_care",
    quantity="number",
)
def coating_effect(F_coat: FloatArray, F_age: FloatArray, F_hot: FloatArray, F_care: FloatArray) -> FloatArray:
    """Effect of a coating: product of its type and of each condition that applies.

    Parameters
    ----------
    F_coat, F_age, F_hot, F_care : ndarray

    Returns
    -------
    ndarray of float64
        The product of the table; the worked example of the standard prints another number.
    """
    return F_coat * F_age * F_hot * F_care


@clause(
    API581_2016.at(_A + "§12.4.1 eq. (2.B.21)", "Rate on the soil side"),
    symbol="C_r_bound",
    expr="C_r_base*F_SR*F_T*F_prot*F_CE",
    quantity="rate",
)
def soil_rate(
    C_r_base: FloatArray, F_SR: FloatArray, F_T: FloatArray, F_prot: FloatArray, F_CE: FloatArray
) -> FloatArray:
    """Base rate times the factors of resistivity, temperature, protection and coating.

    Parameters
    ----------
    C_r_base : ndarray
        mm/year.
    F_SR, F_T, F_prot, F_CE : ndarray

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_base * F_SR * F_T * F_prot * F_CE


def _coated(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["soil_coating"] > COATINGS.index("bare"))


def _flag_case(flag: AnyArray) -> AnyArray:
    return np.where(flag < 0, STATES.index("assumed"), flag)


def _coatings(x: Inputs) -> Columns:
    coat, age = x["soil_coating"], x["coating_age_y"]
    old = ~at_most(age, value(NAME, "coating_age_limit_y"))
    bare = coat == COATINGS.index("bare")
    cases = {
        "coat_age_case": np.where(bare, 0, np.where(np.isnan(age), 2, old.astype(np.int64))),
        "hot_case": np.where(bare, 0, _flag_case(x["coating_overheated"])),
        "care_case": np.where(bare, 0, _flag_case(x["coating_neglected"])),
    }
    rows = {s: np.where(coat < 0, -1, 3 * coat + case) for s, case in cases.items()}
    out: Columns = {**cases, "F_coat": coating_factor(coat), "F_age": age_factor(rows["coat_age_case"])}
    out |= {"F_hot": heat_factor(rows["hot_case"]), "F_care": care_factor(rows["care_case"])}
    return out | {"F_CE": coating_effect(out["F_coat"], out["F_age"], out["F_hot"], out["F_care"])}


def _compute(x: Inputs) -> Columns:
    unit = parts.unit_set(x)
    given = ~np.isnan(x["soil_base_rate"])
    profile = np.where(x["soil_profile"] < 0, -1, x["soil_profile"] + UNITS.index(unit) * len(PROFILES))
    out: Columns = {**parts.common(x), "soil_base_case": np.where(given, 0, 1)}
    out["C_r_base"] = np.where(given, x["soil_base_rate"], base_rate(profile))
    row = factors.resistivity_row(x, NAME)
    out["SR_case"] = stack_codes((x["resistivity_in_base"] == 1, 1), (row < 0, 2), default=0)
    out["SR_row"] = np.where(out["SR_case"] == 0, row, -1)
    out["F_SR"] = np.where(out["SR_case"] == 0, resistivity_factor(row), value(NAME, "F_none"))
    T = x["T_op_C"]
    warm = at_least(T, value(NAME, f"T_1_{unit}")) & at_most(T, value(NAME, f"T_2_{unit}"))
    out["T_case"] = np.where(np.isnan(T), 2, warm.astype(np.int64))
    out["F_T"] = temperature_factor(out["T_case"])
    out["F_prot"] = protection_factor(x["cathodic_protection"])
    out |= _coatings(x)
    rate = soil_rate(out["C_r_base"], out["F_SR"], out["F_T"], out["F_prot"], out["F_CE"])
    sound = parts.in_groups(NAME, "carbon")(x.columns) & (out["C_r_base"] >= 0.0)
    out["C_r_bound"] = lines.clipped(rate, sound)
    return out | {"thinning_type": np.ones(x.n, dtype=np.int64), "C_r": parts.concluded(out["C_r_bound"])}


_LIMITS = (
    Limit("rates.soil_material", _REF, parts.in_groups(NAME, "carbon")),
    Limit("rates.rate_not_negative", _REF, lambda c: ~(c["C_r_base"] < 0.0)),
    Limit(
        "rates.resistivity_positive",
        API581_2016.at(_A + "§12.4.3"),
        lambda c: np.isnan(c["soil_resistivity"]) | (c["soil_resistivity"] > 0.0),
    ),
)

_INPUTS = (
    parts.MATERIAL,
    Param("soil_base_rate", "rate", required=False),
    Param("soil_profile", "code", codes=PROFILES, needed=lambda c: np.isnan(c["soil_base_rate"])),
    Param("soil_resistivity", "resistivity", required=False),
    Param("resistivity_in_base", "flag", required=False),
    Param("T_op_C", "temperature"),
    Param("cathodic_protection", "code", codes=PROTECTION),
    Param("soil_coating", "code", codes=COATINGS),
    Param("coating_age_y", "time", needed=_coated),
    Param("coating_overheated", "flag", needed=_coated),
    Param("coating_neglected", "flag", needed=_coated),
)

_OUTPUTS = (
    Param("soil_base_case", "code", codes=BASE_CASES),
    Param("C_r_base", "rate"),
    Param("SR_case", "code", codes=SR_CASES),
    Param("SR_row", "code", codes=SR_ROWS),
    Param("F_SR", "number"),
    Param("T_case", "code", codes=T_CASES),
    Param("F_T", "number"),
    Param("F_prot", "number"),
    Param("coat_age_case", "code", codes=AGE_CASES),
    Param("hot_case", "code", codes=STATES),
    Param("care_case", "code", codes=STATES),
    *(Param(f, "number") for f in ("F_coat", "F_age", "F_hot", "F_care", "F_CE")),
    *parts.COMMON_OUTPUTS,
)


def _shown(column: str, *more: str) -> tuple[str, ...]:
    return (column, *more, "table_verified")


_STEPS = (
    Step(factors.recorded_rate, "C_r_base", {"rate": "soil_base_rate"}, when=("soil_base_case", "given")),
    Step(
        base_rate,
        "C_r_base",
        {"row": "soil_profile"},
        when=("soil_base_case", "profile"),
        note_params=_shown("soil_profile", "unit_case"),
    ),
    Step(resistivity_factor, "F_SR", {"row": "SR_row"}, when=("SR_case", "table"), note_params=_shown("SR_row")),
    *(Step(factors.constant, "F_SR", {"y_0": "F_none"}, when=("SR_case", case)) for case in SR_CASES[1:]),
    Step(temperature_factor, "F_T", {"row": "T_case"}, note_params=_shown("T_case")),
    Step(
        protection_factor,
        "F_prot",
        {"row": "cathodic_protection"},
        note_params=_shown("cathodic_protection"),
    ),
    Step(coating_factor, "F_coat", {"row": "soil_coating"}, note_params=_shown("soil_coating")),
    Step(age_factor, "F_age", {"row": "coat_age_case"}, note_params=_shown("soil_coating", "coat_age_case")),
    Step(heat_factor, "F_hot", {"row": "hot_case"}, note_params=_shown("soil_coating", "hot_case")),
    Step(care_factor, "F_care", {"row": "care_case"}, note_params=_shown("soil_coating", "care_case")),
    Step(coating_effect, "F_CE"),
    Step(soil_rate, "C_r_bound"),
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
    settings=("rbi.rate_tables", "rbi.rate_resistivity_edge"),
)

MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE)))
