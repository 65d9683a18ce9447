"""Formulas of external corrosion and corrosion under insulation (API RP 581, Part 2, sections 15 and 16)."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import ndtr

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.reference import API581_2016, Reference
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms.thinning_lookup import Function, cells, row_value, straight_line

_EXT = "Part 2 §15.6.3 "
_CUI = "Part 2 §16.6.3 "
_BOTH = "Part 2 §15.6.3, §16.6.3 "
EXT_TABLE = API581_2016.at("Part 2 §15 Table 15.2M", "Base rate of external corrosion")
CUI_TABLE = API581_2016.at("Part 2 §16 Table 16.2M", "Base rate of corrosion under insulation")


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@cache
def rate_table(kind: str, filled: bool = True) -> tuple[FloatArray, FloatArray]:
    """Temperatures of a table of base rates, and its rates by driver.

    Parameters
    ----------
    kind : str
        "ext" or "cui".
    filled : bool
        Whether the one blank cell of the external table has the rate under insulation.

    Returns
    -------
    (ndarray of shape (rows,), ndarray of shape (rows, 4))
        degC, and mm/year at severe, moderate, mild and dry.
    """
    rows = keyed("external", f"{kind}_rate").rows[:-1]
    T, rate = rows[:, 0], rows[:, 1:].copy()
    if filled and kind == "ext":
        blank = np.isnan(rate)
        cui_T, cui = rate_table("cui")
        rate[blank] = cui[np.searchsorted(cui_T, T)][blank]
    return T, rate


@cache
def blank_temperature() -> float:
    """Temperature of the row of the external table that has a blank cell.

    Returns
    -------
    float, degC
    """
    T, rate = rate_table("ext", filled=False)
    return float(T[np.isnan(rate).any(axis=1)][0])


@cache
def greatest(symbol: str) -> float:
    """Greatest value of a table of factors.

    Parameters
    ----------
    symbol : str

    Returns
    -------
    float
    """
    return float(np.nanmax(keyed("external", symbol).rows))


ext_cell = cells(EXT_TABLE, "r_row", "rate", "rbi.note.rate_cell", lambda: rate_table("ext"))
cui_cell = cells(CUI_TABLE, "r_row", "rate", "rbi.note.rate_cell", lambda: rate_table("cui"))
ext_between = straight_line(EXT_TABLE, "C_rB", "rate")
cui_between = straight_line(CUI_TABLE, "C_rB", "rate")
ext_of_row = row_value(EXT_TABLE, "C_rB", "rate")
cui_of_row = row_value(CUI_TABLE, "C_rB", "rate")


@clause(
    API581_2016.at("Part 2 §15, §16 Tables 15.2M, 16.2M", "Temperature that does not vary"),
    symbol="T_rate_C",
    expr="T_op_C",
    quantity="temperature",
)
def steady_temperature(T_op_C: FloatArray) -> FloatArray:
    """Temperature of the base rate in steady service.

    Parameters
    ----------
    T_op_C : ndarray
        Operating temperature, degC.

    Returns
    -------
    ndarray of float64, degC
    """
    return _f(T_op_C)


def rate_at(kind: str, T_C: FloatArray, driver: IntArray) -> FloatArray:
    """Base rate at a temperature, on the straight line between two rows.

    Parameters
    ----------
    kind : str
        "ext" or "cui".
    T_C : ndarray
        degC.
    driver : ndarray of int64
        Index of the enumeration `driver`, not missing.

    Returns
    -------
    ndarray of float64, mm/year
        NaN outside the table.
    """
    nodes, rate = rate_table(kind)
    above = np.clip(np.searchsorted(nodes, T_C), 1, nodes.size - 1)
    low, high = rate[above - 1, driver], rate[above, driver]
    share = (T_C - nodes[above - 1]) / (nodes[above] - nodes[above - 1])
    return np.where((nodes[0] <= T_C) & (nodes[-1] >= T_C), low + (high - low) * share, np.nan)


def _worst_temperature(kind: str, ref: Reference) -> Function:
    @clause(ref, symbol="T_rate_C", expr="", quantity="temperature", kind=REDUCTION, note="rbi.note.T_rate")
    def worst_temperature(T_low_C: FloatArray, T_high_C: FloatArray, driver: IntArray) -> FloatArray:
        """Temperature between two at which the base rate is greatest; the lowest of several.

        Parameters
        ----------
        T_low_C, T_high_C : ndarray
            Ends of the cycle, degC; the part of it outside the table has no rate.
        driver : ndarray of int64
            Index of the enumeration `driver`; -1 as the severe one.

        Returns
        -------
        ndarray of float64, degC
            NaN where the cycle lies outside the table altogether.
        """
        nodes, rate = rate_table(kind)
        column = np.maximum(driver, 0)
        low, high = np.maximum(T_low_C, nodes[0]), np.minimum(T_high_C, nodes[-1])
        inside = (low[:, None] <= nodes) & (high[:, None] >= nodes)
        at_nodes = np.where(inside, rate.T[column], -1.0)
        first = np.argmax(at_nodes, axis=1)
        greatest_inside = at_nodes[np.arange(first.size), first]
        at_low, at_high = rate_at(kind, low, column), rate_at(kind, high, column)
        best = np.where(at_low >= greatest_inside, low, nodes[first])
        best = np.where(at_high > np.maximum(at_low, greatest_inside), high, best)
        return np.where(low <= high, best, np.nan)

    return worst_temperature


ext_worst_temperature = _worst_temperature(
    "ext", API581_2016.at("Part 2 §15 Table 15.2M", "Worst temperature of a cycle")
)
cui_worst_temperature = _worst_temperature(
    "cui", API581_2016.at("Part 2 §16 Table 16.2M", "Worst temperature of a cycle")
)


@clause(
    API581_2016.at("Part 2 §15, §16 Tables 15.2M, 16.2M", "Outside the table of rates"),
    symbol="C_rB",
    expr="",
    quantity="rate",
    kind=TABLE,
    note="rbi.note.rate_outside",
)
def rate_outside(T_low_C: FloatArray, T_high_C: FloatArray) -> FloatArray:
    """Base rate where the temperature stays outside the table and the setting holds its zero.

    Parameters
    ----------
    T_low_C, T_high_C : ndarray
        degC.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.zeros(np.broadcast(T_low_C, T_high_C).shape)


@clause(
    API581_2016.at(_EXT + "eq. (2.34)", "Rate of external corrosion"),
    symbol="C_r_ext",
    expr="C_rB*max(F_EQ, F_IF)",
    quantity="rate",
)
def ext_rate(C_rB: FloatArray, F_EQ: FloatArray, F_IF: FloatArray) -> FloatArray:
    """Rate of external corrosion from the table.

    Parameters
    ----------
    C_rB : ndarray
        Base rate, mm/year.
    F_EQ, F_IF : ndarray
        Water-retaining design, and soil or water interface.

    Returns
    -------
    ndarray of float64, mm/year
        The greater of the two factors counts, not their product.
    """
    return _f(C_rB * np.maximum(F_EQ, F_IF))


@clause(
    API581_2016.at(_CUI + "eq. (2.51)", "Rate of corrosion under insulation"),
    symbol="C_r_ext",
    expr="C_rB*F_INS*F_CM*F_IC*max(F_EQ, F_IF)",
    quantity="rate",
)
def cui_rate(
    C_rB: FloatArray, F_INS: FloatArray, F_CM: FloatArray, F_IC: FloatArray, F_EQ: FloatArray, F_IF: FloatArray
) -> FloatArray:
    """Rate of corrosion under insulation from the table.

    Parameters
    ----------
    C_rB : ndarray
        Base rate, mm/year.
    F_INS, F_CM, F_IC : ndarray
        Type of insulation, complexity of the surface, condition of the insulation.
    F_EQ, F_IF : ndarray
        Water-retaining design, and soil or water interface.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return _f(C_rB * F_INS * F_CM * F_IC * np.maximum(F_EQ, F_IF))


@clause(
    API581_2016.at(_BOTH + "step 4", "Measured rate, which needs no adjustment"),
    symbol="C_r_ext",
    expr="CR_ext",
    quantity="rate",
)
def measured_rate(CR_ext: FloatArray) -> FloatArray:
    """Rate of the outside as measured; it stands over the predicted one.

    Parameters
    ----------
    CR_ext : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return _f(CR_ext)


def _factor(symbol: str, title: str, where: str) -> Function:
    @clause(
        API581_2016.at(where, title), symbol=symbol, expr="", quantity="number", kind=TABLE, note=f"rbi.note.{symbol}"
    )
    def factor(case: IntArray) -> FloatArray:
        """Factor of a table by its row.

        Parameters
        ----------
        case : ndarray of int64
            Index of the row; -1 gives NaN.

        Returns
        -------
        ndarray of float64
        """
        return keyed("external", symbol).rows[:, 0][case]

    return factor


retaining_factor = _factor("F_EQ", "Water-retaining design", _BOTH + "step 4")
interface_factor = _factor("F_IF", "Soil or water interface", _BOTH + "step 4")
insulation_factor = _factor("F_INS", "Type of insulation", "Part 2 §16.6.3 Table 16.3")
complexity_factor = _factor("F_CM", "Complexity of the surface", _CUI + "step 4")
condition_factor = _factor("F_IC", "Condition of the insulation", _CUI + "step 4")


@clause(
    API581_2016.at(_BOTH + "step 7", "Years of credit of a coating"),
    symbol="C_age_y",
    expr="",
    quantity="time",
    kind=TABLE,
    note="rbi.note.C_age",
)
def coating_credit(coating_quality: IntArray) -> FloatArray:
    """Years for which a coating of a quality protects.

    Parameters
    ----------
    coating_quality : ndarray of int64
        Index of the enumeration; -1 gives NaN.

    Returns
    -------
    ndarray of float64, years
    """
    return keyed("external", "C_age").rows[:, 0][coating_quality]


@clause(
    API581_2016.at(_EXT + "eqs. (2.36) to (2.41)", "No credit of a coating"),
    symbol="Coat_adj_y",
    expr="0*age_tke_y",
    quantity="time",
)
def no_credit(age_tke_y: FloatArray) -> FloatArray:
    """Years of protection without a coating, or with one that has failed.

    Parameters
    ----------
    age_tke_y : ndarray
        Years since the reading.

    Returns
    -------
    ndarray of float64, years
    """
    return _f(0.0 * age_tke_y)


@clause(
    API581_2016.at(_EXT + "eqs. (2.36) to (2.41)", "Credit of a coating newer than the reading"),
    symbol="Coat_adj_y",
    expr="min(C_age_y, age_coat_y)",
    quantity="time",
)
def credit_newer(C_age_y: FloatArray, age_coat_y: FloatArray) -> FloatArray:
    """Years protected since the reading, where the coating was applied on or after its day.

    Parameters
    ----------
    C_age_y : ndarray
        Years of credit.
    age_coat_y : ndarray
        Age of the coating, years.

    Returns
    -------
    ndarray of float64, years
    """
    return np.minimum(C_age_y, age_coat_y)


@clause(
    API581_2016.at(_EXT + "eqs. (2.36) to (2.41)", "Credit of a coating older than the reading"),
    symbol="Coat_adj_y",
    expr="min(C_age_y, age_coat_y) - min(C_age_y, age_coat_y - age_tke_y)",
    quantity="time",
)
def credit_older(C_age_y: FloatArray, age_coat_y: FloatArray, age_tke_y: FloatArray) -> FloatArray:
    """Years protected since the reading, where part of the credit was used up before it.

    Parameters
    ----------
    C_age_y : ndarray
        Years of credit.
    age_coat_y : ndarray
        Age of the coating, years.
    age_tke_y : ndarray
        Years since the reading, less than the age of the coating.

    Returns
    -------
    ndarray of float64, years
    """
    return _f(np.minimum(C_age_y, age_coat_y) - np.minimum(C_age_y, age_coat_y - age_tke_y))


@clause(
    API581_2016.at(_BOTH + "eqs. (2.42), (2.59)", "Years of exposure"),
    symbol="age_ext_y",
    expr="age_tke_y - Coat_adj_y",
    quantity="time",
)
def exposure(age_tke_y: FloatArray, Coat_adj_y: FloatArray) -> FloatArray:
    """Years since the reading in which the coating did not protect.

    Parameters
    ----------
    age_tke_y, Coat_adj_y : ndarray
        Years since the reading, and protected years of these.

    Returns
    -------
    ndarray of float64, years
    """
    return _f(age_tke_y - Coat_adj_y)


@clause(
    API581_2016.at(_BOTH + "eqs. (2.43), (2.60)", "External wall loss fraction"),
    symbol="A_rt",
    expr="C_r_ext*age_ext_y/t_rde_mm",
    quantity="ratio",
)
def external_loss(C_r_ext: FloatArray, age_ext_y: FloatArray, t_rde_mm: FloatArray) -> FloatArray:
    """Fraction of wall lost outside since the reading.

    Parameters
    ----------
    C_r_ext : ndarray
        Rate, mm/year.
    age_ext_y : ndarray
        Years of exposure.
    t_rde_mm : ndarray
        Thickness at the last look at the outside, mm.

    Returns
    -------
    ndarray of float64
    """
    return _f(C_r_ext * age_ext_y / t_rde_mm)


@clause(
    API581_2016.at(
        _CUI + "eq. (2.62)", "Greater of required and structural thickness; printed as the lesser, an erratum"
    ),
    symbol="t_str_mm",
    expr="max(t_req_mm, t_c_mm)",
    quantity="thickness",
)
def greater_minimum(t_req_mm: FloatArray, t_c_mm: FloatArray) -> FloatArray:
    """Greater minimum thickness under insulation: the source prints the lesser where thinning prints the greater.

    Parameters
    ----------
    t_req_mm, t_c_mm : ndarray
        mm.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.maximum(t_req_mm, t_c_mm)


@clause(
    API581_2016.at(_BOTH + "eqs. (2.43), (2.60)", "External wall loss fraction with what is not known at its worst"),
    symbol="A_rt_bound",
    expr="C_r_bound*age_bound_y/t_rde_mm",
    quantity="ratio",
)
def bound_loss(C_r_bound: FloatArray, age_bound_y: FloatArray, t_rde_mm: FloatArray) -> FloatArray:
    """Fraction of wall lost outside if everything not known were at its worst.

    Parameters
    ----------
    C_r_bound : ndarray
        Greatest rate, mm/year.
    age_bound_y : ndarray
        Longest exposure, years.
    t_rde_mm : ndarray
        mm.

    Returns
    -------
    ndarray of float64
    """
    return _f(C_r_bound * age_bound_y / t_rde_mm)


@clause(
    API581_2016.at(_BOTH + "eqs. (2.50), (2.67)", "Damage factor with what is not known at its worst"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=REDUCTION,
    note="rbi.note.ext_bound",
)
def bound_factor(
    A_rt_bound: FloatArray, SR_p: FloatArray, Po_p1: FloatArray, Po_p2: FloatArray, Po_p3: FloatArray
) -> FloatArray:
    """Base factor of a wall loss fraction: the same sum over the three states.

    Parameters
    ----------
    A_rt_bound, SR_p : ndarray
        Wall loss fraction and strength ratio.
    Po_p1, Po_p2, Po_p3 : ndarray
        Posterior probabilities.

    Returns
    -------
    ndarray of float64
    """
    c = constants("thinning")
    v_dt, v_Sf, v_P = (c[s].value ** 2 for s in ("COV_dt", "COV_Sf", "COV_P"))
    total = np.zeros(np.shape(A_rt_bound))
    for s, Po in enumerate((Po_p1, Po_p2, Po_p3), start=1):
        loss = A_rt_bound * c[f"D_S{s}"].value
        variance = loss * loss * v_dt + (1.0 - loss) ** 2 * v_Sf + SR_p * SR_p * v_P
        total += Po * ndtr((loss - 1.0 + SR_p) / np.sqrt(variance))
    return _f(total / c["P_ref"].value)
