"""Formulas of the Level 1 release rate: hole, fluid, liquid and gas (API RP 581, Part 3, section 4)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import fluids, keyed

_S = "Part 3 §4"
_GAS = "Cd_gas/C2*A_mm2*P_s_kPa*"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".2 Table 4.4M", "Representative hole"),
    symbol="d_hole_mm",
    expr="",
    quantity="length",
    kind=TABLE,
    note="rbi.note.hole",
)
def hole_diameter(hole: IntArray) -> FloatArray:
    """Diameter of the representative hole.

    Parameters
    ----------
    hole : ndarray of int64
        Index of small, medium, large, rupture.

    Returns
    -------
    ndarray of float64, mm
        The SI column: 6.4, 25, 102, 406.
    """
    return keyed("release", "hole").rows[hole, 0]


@clause(
    API581_2016.at(_S + ".2 Table 4.4M", "Hole not greater than the component"),
    symbol="d_n_mm",
    expr="min(d_hole_mm, D_ref_mm)",
    quantity="length",
)
def hole_in_component(d_hole_mm: FloatArray, D_ref_mm: FloatArray) -> FloatArray:
    """Diameter of the hole, at most that of the component.

    Parameters
    ----------
    d_hole_mm, D_ref_mm : ndarray, mm

    Returns
    -------
    ndarray of float64, mm
    """
    return np.minimum(d_hole_mm, D_ref_mm)


@clause(
    API581_2016.at(_S + ".3 eq. (3.8)", "Area of the hole"),
    symbol="A_n_mm2",
    expr="pi*d_n_mm**2/4",
    quantity="hole_area",
)
def hole_area(pi: float, d_n_mm: FloatArray) -> FloatArray:
    """Area of the hole.

    Parameters
    ----------
    pi : float
    d_n_mm : ndarray, mm

    Returns
    -------
    ndarray of float64, mm2
    """
    return _f(pi * d_n_mm**2 / 4.0)


@clause(
    API581_2016.at(_S + ".3", "Absolute pressure of the store, kPa"),
    symbol="P_s_kPa",
    expr="P_s_MPa*kPa_per_MPa + P_atm_kPa",
    quantity="number",
)
def absolute_pressure(P_s_MPa: FloatArray, kPa_per_MPa: float, P_atm_kPa: FloatArray) -> FloatArray:
    """Gauge pressure in MPa to absolute pressure in kPa, the basis of the release equations.

    Parameters
    ----------
    P_s_MPa : ndarray, MPa gauge
    kPa_per_MPa : float
    P_atm_kPa : ndarray, kPa absolute

    Returns
    -------
    ndarray of float64, kPa absolute
    """
    return _f(P_s_MPa * kPa_per_MPa + P_atm_kPa)


@clause(
    API581_2016.at(_S + ".3", "Absolute temperature of the store, K"),
    symbol="T_s_K",
    expr="T_s_C + T_zero_K",
    quantity="number",
)
def absolute_temperature(T_s_C: FloatArray, T_zero_K: float) -> FloatArray:
    """Celsius to kelvin.

    Parameters
    ----------
    T_s_C : ndarray, degC
    T_zero_K : float

    Returns
    -------
    ndarray of float64, K
    """
    return _f(T_s_C + T_zero_K)


@clause(
    API581_2016.at(_S + ".1 Table 4.2M", "Property of the representative fluid"),
    symbol="MW",
    expr="",
    quantity="molar_mass",
    kind=TABLE,
    note="rbi.note.fluid",
)
def molar_mass(fluid: IntArray) -> FloatArray:
    """Molar mass of the representative fluid.

    Parameters
    ----------
    fluid : ndarray of int64

    Returns
    -------
    ndarray of float64, kg/kmol
    """
    return fluids().MW[fluid]


@clause(
    API581_2016.at(_S + ".1 Table 4.2M", "Property of the representative fluid"),
    symbol="rho_l",
    expr="",
    quantity="density",
    kind=TABLE,
    note="rbi.note.fluid",
)
def liquid_density(fluid: IntArray) -> FloatArray:
    """Liquid density of the representative fluid.

    Parameters
    ----------
    fluid : ndarray of int64

    Returns
    -------
    ndarray of float64, kg/m3
    """
    return fluids().rho_liq[fluid]


@clause(
    API581_2016.at(_S + ".1 Table 4.2M", "Constants of the heat capacity"),
    symbol="Cp_A",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.Cp",
)
def heat_capacity_constants(fluid: IntArray) -> FloatArray:
    """Constants A to E of the ideal gas heat capacity.

    Parameters
    ----------
    fluid : ndarray of int64

    Returns
    -------
    ndarray of float64, shape (n, 5)
    """
    return fluids().Cp[fluid]


@clause(
    API581_2016.at(_S + ".1 Table 4.2M note 1", "Heat capacity, J/(mol K)"),
    symbol="C_p",
    expr="Cp_A + Cp_B*T_s_K + Cp_C*T_s_K**2 + Cp_D*T_s_K**3",
    quantity="number",
)
def Cp_note_1(Cp_A: FloatArray, Cp_B: FloatArray, Cp_C: FloatArray, Cp_D: FloatArray, T_s_K: FloatArray) -> FloatArray:
    """Ideal gas heat capacity, form of note 1, constants in J/(mol K).

    Parameters
    ----------
    Cp_A, Cp_B, Cp_C, Cp_D : ndarray
    T_s_K : ndarray, K

    Returns
    -------
    ndarray of float64, J/(mol K)
    """
    return _f(Cp_A + T_s_K * (Cp_B + T_s_K * (Cp_C + T_s_K * Cp_D)))


@clause(
    API581_2016.at(_S + ".1 Table 4.2M note 2", "Heat capacity, J/(mol K)"),
    symbol="C_p",
    expr="(Cp_A + Cp_B*((Cp_C/T_s_K)/sinh(Cp_C/T_s_K))**2 + Cp_D*((Cp_E/T_s_K)/cosh(Cp_E/T_s_K))**2)/mol_per_kmol",
    quantity="number",
)
def Cp_note_2(
    Cp_A: FloatArray,
    Cp_B: FloatArray,
    Cp_C: FloatArray,
    Cp_D: FloatArray,
    Cp_E: FloatArray,
    T_s_K: FloatArray,
    mol_per_kmol: float,
) -> FloatArray:
    """Ideal gas heat capacity, form of note 2, constants in J/(kmol K).

    Parameters
    ----------
    Cp_A, Cp_B, Cp_C, Cp_D, Cp_E : ndarray
        The second term has the hyperbolic sine, the third the cosine.
    T_s_K : ndarray, K
    mol_per_kmol : float
        1000.

    Returns
    -------
    ndarray of float64, J/(mol K)
    """
    a, b = Cp_C / T_s_K, Cp_E / T_s_K
    return _f((Cp_A + Cp_B * (a / np.sinh(a)) ** 2 + Cp_D * (b / np.cosh(b)) ** 2) / mol_per_kmol)


@clause(
    API581_2016.at(_S + ".1 Table 4.2M note 3", "Heat capacity, J/(mol K)"),
    symbol="C_p",
    expr="(Cp_A + Cp_B*T_s_K + Cp_C*T_s_K**2 + Cp_D*T_s_K**3 + Cp_E*T_s_K**4)/mol_per_kmol",
    quantity="number",
)
def Cp_note_3(
    Cp_A: FloatArray,
    Cp_B: FloatArray,
    Cp_C: FloatArray,
    Cp_D: FloatArray,
    Cp_E: FloatArray,
    T_s_K: FloatArray,
    mol_per_kmol: float,
) -> FloatArray:
    """Heat capacity, form of note 3, constants in J/(kmol K).

    Parameters
    ----------
    Cp_A, Cp_B, Cp_C, Cp_D, Cp_E : ndarray
    T_s_K : ndarray, K
    mol_per_kmol : float
        1000.

    Returns
    -------
    ndarray of float64, J/(mol K)
    """
    T = T_s_K
    return _f((Cp_A + T * (Cp_B + T * (Cp_C + T * (Cp_D + T * Cp_E)))) / mol_per_kmol)


@clause(
    API581_2016.at(_S + ".1 eq. (3.1)", "Ratio of specific heats"),
    symbol="k",
    expr="C_p/(C_p - R_gas)",
    quantity="ratio",
)
def specific_heat_ratio(C_p: FloatArray, R_gas: float) -> FloatArray:
    """Ratio of specific heats of the ideal gas.

    Parameters
    ----------
    C_p : ndarray, J/(mol K)
        Greater than the gas constant.
    R_gas : float, J/(mol K)

    Returns
    -------
    ndarray of float64
    """
    return _f(C_p / (C_p - R_gas))


@clause(
    API581_2016.at(_S + ".3 eq. (3.5)", "Transition pressure, kPa absolute"),
    symbol="P_trans_kPa",
    expr="P_atm_kPa*((k + 1)/2)**(k/(k - 1))",
    quantity="number",
)
def transition_pressure(P_atm_kPa: FloatArray, k: FloatArray) -> FloatArray:
    """Pressure above which the flow of gas is sonic.

    Parameters
    ----------
    P_atm_kPa : ndarray, kPa absolute
    k : ndarray

    Returns
    -------
    ndarray of float64, kPa absolute
    """
    return _f(P_atm_kPa * ((k + 1.0) / 2.0) ** (k / (k - 1.0)))


@clause(
    API581_2016.at(_S + ".3.2 eq. (3.3)", "Liquid rate"),
    symbol="W",
    expr="Cd_liquid*K_v*rho_l*A_mm2/C1*sqrt(2*g_c*(P_s_kPa - P_atm_kPa)/rho_l)",
    quantity="mass_rate",
)
def liquid_rate(
    Cd_liquid: float,
    K_v: float,
    rho_l: FloatArray,
    A_mm2: FloatArray,
    C1: float,
    g_c: float,
    P_s_kPa: FloatArray,
    P_atm_kPa: FloatArray,
) -> FloatArray:
    """Theoretical rate of liquid through a hole.

    Parameters
    ----------
    Cd_liquid, K_v : float
        Discharge coefficient, viscosity correction.
    rho_l : ndarray, kg/m3
    A_mm2 : ndarray, mm2
    C1, g_c : float
        Unit constant of the SI form (mm2 and kPa); 1.
    P_s_kPa, P_atm_kPa : ndarray, kPa absolute

    Returns
    -------
    ndarray of float64, kg/s
    """
    head = 2.0 * g_c * (P_s_kPa - P_atm_kPa) / rho_l
    return _f(Cd_liquid * K_v * rho_l * A_mm2 / C1 * np.sqrt(head))


@clause(
    API581_2016.at(_S + ".3.3 eq. (3.6)", "Gas rate, sonic"),
    symbol="W",
    expr=_GAS + "sqrt(k*MW*g_c/(R_kmol*T_s_K)*(2/(k + 1))**((k + 1)/(k - 1)))",
    quantity="mass_rate",
)
def sonic_rate(
    Cd_gas: float,
    C2: float,
    A_mm2: FloatArray,
    P_s_kPa: FloatArray,
    k: FloatArray,
    MW: FloatArray,
    g_c: float,
    R_kmol: float,
    T_s_K: FloatArray,
) -> FloatArray:
    """Theoretical rate of gas through a hole, sonic flow.

    Parameters
    ----------
    Cd_gas, C2 : float
        Discharge coefficient, unit constant of the SI form (mm2 and kPa).
    A_mm2 : ndarray, mm2
    P_s_kPa : ndarray, kPa absolute
    k : ndarray
    MW : ndarray, kg/kmol
    g_c : float
    R_kmol : float, J/(kmol K)
        8314, not 8.314, which would give 31.6 times the rate.
    T_s_K : ndarray, K

    Returns
    -------
    ndarray of float64, kg/s
    """
    flow = k * MW * g_c / (R_kmol * T_s_K) * (2.0 / (k + 1.0)) ** ((k + 1.0) / (k - 1.0))
    return _f(Cd_gas / C2 * A_mm2 * P_s_kPa * np.sqrt(flow))


@clause(
    API581_2016.at(_S + ".3.3 eq. (3.7)", "Gas rate, subsonic"),
    symbol="W",
    expr=_GAS
    + "sqrt(MW*g_c/(R_kmol*T_s_K)*2*k/(k - 1)*(P_atm_kPa/P_s_kPa)**(2/k)"
    + "*(1 - (P_atm_kPa/P_s_kPa)**((k - 1)/k)))",
    quantity="mass_rate",
)
def subsonic_rate(
    Cd_gas: float,
    C2: float,
    A_mm2: FloatArray,
    P_s_kPa: FloatArray,
    P_atm_kPa: FloatArray,
    k: FloatArray,
    MW: FloatArray,
    g_c: float,
    R_kmol: float,
    T_s_K: FloatArray,
) -> FloatArray:
    """Theoretical rate of gas through a hole, subsonic flow.

    Parameters
    ----------
    Cd_gas, C2 : float
        Discharge coefficient, unit constant of the SI form (mm2 and kPa).
    A_mm2 : ndarray, mm2
    P_s_kPa, P_atm_kPa : ndarray, kPa absolute
    k : ndarray
    MW : ndarray, kg/kmol
    g_c : float
    R_kmol : float, J/(kmol K)
    T_s_K : ndarray, K

    Returns
    -------
    ndarray of float64, kg/s
    """
    ratio = P_atm_kPa / P_s_kPa
    flow = MW * g_c / (R_kmol * T_s_K) * 2.0 * k / (k - 1.0) * ratio ** (2.0 / k)
    return _f(Cd_gas / C2 * A_mm2 * P_s_kPa * np.sqrt(flow * (1.0 - ratio ** ((k - 1.0) / k))))


@clause(
    API581_2016.at(_S + ".1.2", "Molar mass, given"),
    symbol="MW",
    expr="MW",
    quantity="molar_mass",
)
def mass_given(MW: FloatArray) -> FloatArray:
    """Molar mass that the engineer gives; it replaces that of the representative fluid.

    Parameters
    ----------
    MW : ndarray, kg/kmol

    Returns
    -------
    ndarray of float64, kg/kmol
    """
    return _f(MW)


@clause(
    API581_2016.at(_S + ".1.2", "Liquid density, given"),
    symbol="rho_l",
    expr="rho_liq",
    quantity="density",
)
def density_given(rho_liq: FloatArray) -> FloatArray:
    """Liquid density that the engineer gives; it replaces that of the representative fluid.

    Parameters
    ----------
    rho_liq : ndarray, kg/m3

    Returns
    -------
    ndarray of float64, kg/m3
    """
    return _f(rho_liq)


@clause(
    API581_2016.at(_S + ".1.2", "Ratio of specific heats, given"),
    symbol="k",
    expr="k_ratio",
    quantity="ratio",
)
def ratio_given(k_ratio: FloatArray) -> FloatArray:
    """Ratio of specific heats that the engineer gives; it replaces that of the representative fluid.

    Parameters
    ----------
    k_ratio : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(k_ratio)
