"""Chloride cracking of austenitic steel from outside: bare, and under insulation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray, years_between
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc import AUSTENITIC, MATERIAL, Screen, is_class, lacking, procedure_of, screened
from integrity.rbi.mechanisms.scc_plant import mechanism_of

COATINGS = ("bare", "failed", "coated_since", "coated_before", "unknown")
T_BASES = ("steady", "cycle")
BAND_STATES = ("below", "in_table", "above")
ROWS = t.table("external_T").keys
YES_NO = ("no", "yes")
_BOTH = "Part 2 §17.6.3, §18.6.3 "


@clause(
    API581_2016.at("Part 2 §17.5, §18.5", "Worst temperature of a cycle for cracking outside"),
    symbol="T_crack_C",
    expr="min(max(T_low_C, T_ext_C), T_high_C)",
    quantity="temperature",
)
def worst_temperature(T_low_C: FloatArray, T_high_C: FloatArray, T_ext_C: float) -> FloatArray:
    """Temperature of a cycle at which cracking is most likely: as low as it goes, but not below the first row.

    Parameters
    ----------
    T_low_C, T_high_C : ndarray
        Ends of the cycle, degC.
    T_ext_C : float
        Temperature at which the table begins; each later row is the milder.

    Returns
    -------
    ndarray of float64, degC
    """
    return np.asarray(np.minimum(np.maximum(T_low_C, T_ext_C), T_high_C), dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §17.5, §18.5", "Steady temperature for cracking outside"),
    symbol="T_crack_C",
    expr="T_op_C",
    quantity="temperature",
)
def steady_temperature(T_op_C: FloatArray) -> FloatArray:
    """Temperature of the susceptibility in steady service.

    Parameters
    ----------
    T_op_C : ndarray
        Operating temperature, degC.

    Returns
    -------
    ndarray of float64, degC
    """
    return np.asarray(T_op_C, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §17.5 Table 17.2", "Susceptibility to chloride cracking outside"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.ext_clscc",
)
def ext_susceptibility(T_row: IntArray, driver: IntArray) -> IntArray:
    """Susceptibility of bare austenitic steel by temperature and surroundings.

    Parameters
    ----------
    T_row : ndarray of int64
        Row of the table.
    driver : ndarray of int64
        Severe, moderate, mild, dry.

    Returns
    -------
    ndarray of int64
    """
    return t.coded("ext_clscc", T_row, driver)


@clause(
    API581_2016.at("Part 2 §18.5 Table 18.2", "Susceptibility to chloride cracking under insulation"),
    symbol="susceptibility_table",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.cui_clscc",
)
def cui_susceptibility(T_row: IntArray, driver: IntArray) -> IntArray:
    """Susceptibility of insulated austenitic steel by temperature and surroundings, before adjustments.

    Parameters
    ----------
    T_row : ndarray of int64
        Row of the table.
    driver : ndarray of int64
        Severe, moderate, mild, dry.

    Returns
    -------
    ndarray of int64
    """
    return t.coded("cui_clscc", T_row, driver)


def _steps_of(name: str, code: IntArray) -> FloatArray:
    table = t.table("cui_shift")
    return np.append(table.rows[table.keys.index(name)], np.nan)[code]


@clause(
    API581_2016.at("Part 2 §18.5", "Adjustments for complexity, insulation and its chlorides"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.cui_shift",
)
def cui_adjusted(
    susceptibility_table: IntArray, complexity: IntArray, insulation_condition: IntArray, chloride_free: IntArray
) -> IntArray:
    """Susceptibility after the adjustments, one step each in turn, never below low nor above high.

    Parameters
    ----------
    susceptibility_table : ndarray of int64
        As the table has it; none stays none.
    complexity, insulation_condition : ndarray of int64
        Below average, average, above average.
    chloride_free : ndarray of int64
        1 where the insulation holds no chlorides; 0 and -1 give no credit.

    Returns
    -------
    ndarray of int64
    """
    level = susceptibility_table.astype(np.float64)
    for shift in (
        _steps_of("complexity", complexity),
        _steps_of("insulation_condition", insulation_condition),
        np.where(chloride_free == 1, -1.0, 0.0),
    ):
        # Step by step: a step up is lost where an earlier one has reached high.
        level = np.clip(level + shift, t.LOW, t.HIGH)
    return np.where(susceptibility_table > t.NONE, t.as_codes(level), susceptibility_table)


def _place(x: Inputs) -> Columns:
    first = float(t.table("external_T").rows[0, 0])
    cycle = ~np.isnan(x["T_low_C"]) & ~np.isnan(x["T_high_C"]) & (x["T_high_C"] >= x["T_low_C"])
    T = np.where(cycle, worst_temperature(x["T_low_C"], x["T_high_C"], first), steady_temperature(x["T_op_C"]))
    lower, upper, case = t.neighbours("external_T", T)
    outside = ~np.isnan(T) & (lower < 0)
    state = stack_codes((outside & (first > T), 0), (outside, 2), (lower >= 0, 1))
    return {
        "T_crack_basis": cycle.astype(np.int64),
        "T_crack_C": T,
        "band": state,
        "lower": lower,
        "upper": upper,
        "case": case,
    }


def _by_row(x: Inputs, place: Columns, table: str) -> tuple[IntArray, Columns]:
    driver = x["driver"]
    row = t.resolved(
        x.settings.code("rbi.scc_overlap"),
        lambda r, part: t.cell(table, r, driver[part]),
        (place["lower"], place["upper"], place["case"]),
    )[1]
    return t.coded(table, row, driver), {
        "T_crack_basis": place["T_crack_basis"],
        "T_crack_C": place["T_crack_C"],
        "T_crack_state": place["band"],
        "T_row": row,
        "border_case": place["case"],
        "overlap_rule": t.policy_column(x.settings, "rbi.scc_overlap", x.n),
    }


def _surroundings(x: Inputs, place: Columns, insulated: int) -> tuple[BoolArray, BoolArray, BoolArray]:
    outside = ~is_class(x, AUSTENITIC) & (x["material_class"] >= 0)
    other_state = x["insulated"] == 1 - insulated
    absent = other_state | (place["band"] == 0) | (place["band"] == 2)
    return outside, absent, ~outside & ~absent


def _needs_temperature(place: Columns, judged: BoolArray) -> BoolArray:
    return np.asarray(judged & (place["T_crack_basis"] == 0))


def _bare(x: Inputs) -> Columns:
    place = _place(x)
    level, out = _by_row(x, place, "ext_clscc")
    outside, absent, judged = _surroundings(x, place, insulated=0)
    out["lacking"] = lacking(
        x,
        BARE.needs,
        BARE.inputs,
        material_class=~absent,
        T_op_C=_needs_temperature(place, judged),
        driver=judged,
    )
    return out | screened(outside, absent, level, judged & (out["lacking"] == 0) & (level >= 0))


def _insulated(x: Inputs) -> Columns:
    place = _place(x)
    by_table, out = _by_row(x, place, "cui_clscc")
    level = cui_adjusted(by_table, x["complexity"], x["insulation_condition"], x["chloride_free_insulation"])
    outside, absent, judged = _surroundings(x, place, insulated=1)
    adjusted = judged & (by_table > t.NONE)
    out["lacking"] = lacking(
        x,
        INSULATED.needs,
        INSULATED.inputs,
        material_class=~absent,
        T_op_C=_needs_temperature(place, judged),
        driver=judged,
        complexity=adjusted,
        insulation_condition=adjusted,
    )
    out["susceptibility_table"] = by_table
    return out | screened(outside, absent, level, judged & (out["lacking"] == 0) & (level >= 0))


@clause(
    API581_2016.at(_BOTH + "eqs. (2.68) to (2.84)", "Years a coating protects"),
    symbol="C_age_y",
    expr="",
    quantity="time",
    kind=TABLE,
    note="scc.note.coating",
)
def coating_years(coating_quality: IntArray) -> FloatArray:
    """Years for which a coating of a quality protects.

    Parameters
    ----------
    coating_quality : ndarray of int64
        None or poor, medium, high.

    Returns
    -------
    ndarray of float64, years
    """
    return keyed("external", "C_age").rows[coating_quality, 0]


@clause(
    API581_2016.at(_BOTH + "eqs. (2.68) to (2.84)", "Age of the coating"),
    symbol="age_coat_y",
    expr="(as_of_d - coating_d)/days_per_year",
    quantity="time",
)
def coating_age(as_of_d: IntArray, coating_d: IntArray, days_per_year: float) -> FloatArray:
    """Age of the coating.

    Parameters
    ----------
    as_of_d, coating_d : ndarray of int64
        Day of the assessment and day it was applied.
    days_per_year : float

    Returns
    -------
    ndarray of float64, years
    """
    return years_between(coating_d, as_of_d)


@clause(
    API581_2016.at(_BOTH + "eqs. (2.68) to (2.84)", "Coating applied since cracks were ruled out"),
    symbol="Coat_adj_y",
    expr="min(C_age_y, age_coat_y)",
    quantity="time",
)
def credit_since(C_age_y: FloatArray, age_coat_y: FloatArray) -> FloatArray:
    """Protected years where the coating is no older than the inspection.

    Parameters
    ----------
    C_age_y : ndarray
        Years a coating of this quality protects.
    age_coat_y : ndarray
        Age of the coating, years.

    Returns
    -------
    ndarray of float64, years
    """
    return np.minimum(C_age_y, age_coat_y)


@clause(
    API581_2016.at(_BOTH + "eqs. (2.68) to (2.84)", "Coating older than the inspection that ruled out cracks"),
    symbol="Coat_adj_y",
    expr="min(C_age_y, age_coat_y) - min(C_age_y, age_coat_y - age_crack_y)",
    quantity="time",
)
def credit_before(C_age_y: FloatArray, age_coat_y: FloatArray, age_crack_y: FloatArray) -> FloatArray:
    """Protected years since the inspection, where part of the protection was used up before it.

    Parameters
    ----------
    C_age_y : ndarray
        Years a coating of this quality protects.
    age_coat_y : ndarray
        Age of the coating, years.
    age_crack_y : ndarray
        Years since cracks were last ruled out, less than the age of the coating.

    Returns
    -------
    ndarray of float64, years
    """
    return np.asarray(np.minimum(C_age_y, age_coat_y) - np.minimum(C_age_y, age_coat_y - age_crack_y))


@clause(
    API581_2016.at(_BOTH + "eqs. (2.75), (2.84)", "Years of exposure to cracking outside"),
    symbol="age_y",
    expr="age_crack_y - Coat_adj_y",
    quantity="time",
)
def exposed_years(age_crack_y: FloatArray, Coat_adj_y: FloatArray) -> FloatArray:
    """Years since cracks were last ruled out in which no coating protected.

    Parameters
    ----------
    age_crack_y : ndarray
        Years since cracks were last ruled out.
    Coat_adj_y : ndarray
        Protected years of these.

    Returns
    -------
    ndarray of float64, years
    """
    return np.asarray(age_crack_y - Coat_adj_y)


@clause(
    API581_2016.at(_BOTH + "eqs. (2.75), (2.84)", "Years of exposure without a coating"),
    symbol="age_y",
    expr="age_crack_y",
    quantity="time",
)
def bare_years(age_crack_y: FloatArray) -> FloatArray:
    """Years since cracks were last ruled out, where no coating protects or where it was found failed.

    Parameters
    ----------
    age_crack_y : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return np.asarray(age_crack_y, dtype=np.float64)


def _ageing(x: Inputs, age_crack: FloatArray) -> Columns:
    years = coating_years(x["coating_quality"])
    age_coat = coating_age(x["as_of_d"], x["coating_d"], constants("scc")["days_per_year"].value)
    age_coat = np.where(np.isnan(x["age_coat_given_y"]), age_coat, x["age_coat_given_y"])
    bare = x["coating_quality"] == 0
    case = stack_codes(
        (bare, 0),
        (x["coating_failed"] == 1, 1),
        (age_crack >= age_coat, 2),
        (age_crack < age_coat, 3),
        default=COATINGS.index("unknown"),
    )
    adjusted = np.select(
        [case <= 1, case == 2, case == 3],
        [np.zeros(x.n), credit_since(years, age_coat), credit_before(years, age_coat, age_crack)],
        np.nan,
    )
    age = np.where(case <= 1, bare_years(age_crack), exposed_years(age_crack, adjusted))
    dated = np.where(np.isnan(x["age_coat_given_y"]) & (x["coating_d"] != NO_DATE), 1, 0)
    return {
        "coating_case": case,
        "coating_dated": dated,
        "C_age_y": years,
        "age_coat_y": age_coat,
        "Coat_adj_y": adjusted,
        "age_y": age,
    }


def _coating_known(c: Mapping[str, AnyArray]) -> BoolArray:
    protects = (c["coating_quality"] > 0) & (c["coating_failed"] != 1)
    return np.asarray((c["coating_quality"] >= 0) & (~protects | ~np.isnan(c["age_coat_y"])))


def _coating_applied(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(np.isnan(c["age_coat_y"]) | (c["age_coat_y"] >= 0.0))


_INPUTS = (
    MATERIAL,
    Param("insulated", "flag", required=False),
    Param("T_op_C", "temperature", required=False),
    Param("T_low_C", "temperature", required=False),
    Param("T_high_C", "temperature", required=False),
    Param("driver", "code", required=False, codes=codes("driver")),
)
_COATING = (
    Param("coating_quality", "code", required=False, codes=codes("coating_quality")),
    Param("coating_failed", "flag", required=False),
    Param("coating_d", "date", required=False),
    Param("age_coat_given_y", "time", required=False),
)
_PLACE = (
    Param("T_crack_basis", "code", codes=T_BASES),
    Param("T_crack_C", "temperature"),
    Param("T_crack_state", "code", codes=BAND_STATES),
    Param("T_row", "code", codes=ROWS),
    Param("border_case", "code", codes=t.ROW_CASES),
    Param("overlap_rule", "code", codes=t.POLICIES),
)
_AGES = (
    Param("coating_case", "code", codes=COATINGS),
    Param("coating_dated", "code", codes=YES_NO),
    Param("C_age_y", "time"),
    Param("age_coat_y", "time"),
    Param("Coat_adj_y", "time"),
    Param("age_y", "time"),
)
_T_STEPS = (
    Step(steady_temperature, "T_crack_C", when=("T_crack_basis", "steady")),
    Step(worst_temperature, "T_crack_C", when=("T_crack_basis", "cycle")),
)
_ROW_NOTE = ("T_row", "border_case", "overlap_rule", "driver")
_AGE_STEPS = (
    Step(coating_years, "C_age_y", note_params=("coating_quality", "C_age_y")),
    Step(coating_age, "age_coat_y", when=("coating_dated", "yes")),
    Step(credit_since, "Coat_adj_y", when=("coating_case", "coated_since")),
    Step(exposed_years, "age_y", when=("coating_case", "coated_since")),
    Step(credit_before, "Coat_adj_y", when=("coating_case", "coated_before")),
    Step(exposed_years, "age_y", when=("coating_case", "coated_before")),
    Step(bare_years, "age_y", when=("coating_case", "bare")),
    Step(bare_years, "age_y", when=("coating_case", "failed")),
)
_COAT_REF = API581_2016.at(_BOTH + "eqs. (2.68) to (2.84)", "Years a coating protects")
_COAT_LIMITS = (
    Limit("scc.coating_known", _COAT_REF, _coating_known, Verdict.INSUFFICIENT_DATA),
    Limit("scc.coating_applied", _COAT_REF, _coating_applied),
)

BARE = Screen(
    key="ext_clscc",
    ref=API581_2016.at("Part 2 §17", "Chloride cracking from outside"),
    severity=API581_2016.at("Part 2 §17.6.2 Table 17.3", "Severity index of chloride cracking from outside"),
    inputs=(*_INPUTS, *_COATING),
    outputs=(*_PLACE, *_AGES),
    needs=("material_class", "T_op_C", "driver"),
    compute=_bare,
    steps=(
        *_T_STEPS,
        Step(
            ext_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=(*_ROW_NOTE, "susceptibility_screened"),
        ),
    ),
    tables=("ext_clscc", "SVI"),
    constants=("T_ext_C",),
    settings=("rbi.scc_overlap",),
    limits=_COAT_LIMITS,
    ageing=_ageing,
    ageing_steps=_AGE_STEPS,
)

INSULATED = Screen(
    key="cui_clscc",
    ref=API581_2016.at("Part 2 §18", "Chloride cracking under insulation"),
    severity=API581_2016.at("Part 2 §18.6.2 Table 17.3", "Severity index of chloride cracking from outside"),
    inputs=(
        *_INPUTS,
        Param("complexity", "code", required=False, codes=codes("complexity")),
        Param("insulation_condition", "code", required=False, codes=codes("insulation_condition")),
        Param("chloride_free_insulation", "flag", required=False),
        *_COATING,
    ),
    outputs=(*_PLACE, Param("susceptibility_table", "code", codes=t.SUSCEPTIBILITY), *_AGES),
    needs=("material_class", "T_op_C", "driver", "complexity", "insulation_condition"),
    compute=_insulated,
    steps=(
        *_T_STEPS,
        Step(
            cui_susceptibility,
            "susceptibility_table",
            when=("scc_screen", "evaluated"),
            note_params=(*_ROW_NOTE, "susceptibility_table"),
        ),
        Step(
            cui_adjusted,
            "susceptibility_screened",
            {"chloride_free": "chloride_free_insulation"},
            when=("scc_screen", "evaluated"),
            note_params=("susceptibility_table", "complexity", "insulation_condition", "susceptibility_screened"),
        ),
    ),
    tables=("cui_clscc", "cui_shift", "SVI"),
    constants=("T_ext_C",),
    settings=("rbi.scc_overlap",),
    limits=_COAT_LIMITS,
    ageing=_ageing,
    ageing_steps=_AGE_STEPS,
)


def protected_days(result: Result, rows: slice, since_d: FloatArray, dates_d: FloatArray, as_of_d: float) -> FloatArray:
    """Days since cracks were last ruled out in which the coating protects, along the days of a panel.

    Parameters
    ----------
    result : Result
    rows : slice
        Rows of the result.
    since_d : ndarray, components x days
        Day on which cracks were last ruled out.
    dates_d : ndarray, shape (days,)
    as_of_d : float

    Returns
    -------
    ndarray of float64, components x days
        0 without a coating; the coating is taken to be neither renewed nor found failed.
    """
    year = constants("scc")["days_per_year"].value
    covers = result["coating_case"][rows] > COATINGS.index("failed")
    coat = np.where(covers, result["age_coat_y"][rows] * year, 0.0)
    credit = np.where(covers, result["C_age_y"][rows] * year, 0.0)[:, None]
    applied = (as_of_d - coat)[:, None]
    used_up = np.minimum(credit, np.maximum(since_d - applied, 0.0))
    out = np.minimum(credit, dates_d - applied)
    out -= used_up
    return np.asarray(out)


EXT_CLSCC = procedure_of(BARE)
CUI_CLSCC = procedure_of(INSULATED)
EXT_MECHANISM = mechanism_of(BARE, "external", EXT_CLSCC, protected_days)
CUI_MECHANISM = mechanism_of(INSULATED, "external", CUI_CLSCC, protected_days)
