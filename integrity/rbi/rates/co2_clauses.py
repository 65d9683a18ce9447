"""Formulas of CO2 corrosion (API RP 581, Part 2, Annex 2.B, section 13), one function a clause."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.reference import API581_2016

_A = "Part 2 Annex 2.B "


@clause(
    API581_2016.at(_A + "Table 2.B.13.1", "Partial pressure of CO2"),
    symbol="P_CO2_MPa",
    expr="(P_op_MPa + P_atm_MPa)*CO2_mol/pct",
    quantity="pressure_abs",
)
def partial_pressure(P_op_MPa: FloatArray, P_atm_MPa: FloatArray, CO2_mol: FloatArray, pct: float) -> FloatArray:
    """Partial pressure of CO2.

    Parameters
    ----------
    P_op_MPa : ndarray
        Operating pressure, gauge, MPa.
    P_atm_MPa : ndarray
        Atmosphere, MPa.
    CO2_mol : ndarray
        CO2 of the gas, mol%.
    pct : float

    Returns
    -------
    ndarray of float64, MPa absolute
    """
    return (P_op_MPa + P_atm_MPa) * CO2_mol / pct


@clause(
    API581_2016.at(_A + "§13.3.2 eq. (2.B.24)", "Water to dry gas by mass"),
    symbol="x_w",
    expr="water_wt/(pct - water_wt)",
    quantity="ratio",
)
def water_ratio(water_wt: FloatArray, pct: float) -> FloatArray:
    """Mass of water to that of dry gas.

    Parameters
    ----------
    water_wt : ndarray
        Water of the gas, wt%, below 100.
    pct : float

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(water_wt / (pct - water_wt), dtype=np.float64)


@clause(
    API581_2016.at(_A + "§13.3.2 eq. (2.B.24)", "Relative humidity"),
    symbol="RH",
    expr="x_w/(M_ratio + x_w)*(P_op_MPa + P_atm_MPa)/P_sat_MPa",
    quantity="ratio",
)
def humidity(
    x_w: FloatArray, P_op_MPa: FloatArray, P_atm_MPa: FloatArray, P_sat_MPa: FloatArray, M_ratio: float
) -> FloatArray:
    """Relative humidity of the gas; shown beside the dew point, it decides nothing.

    Parameters
    ----------
    x_w : ndarray
        Water to dry gas by mass.
    P_op_MPa, P_atm_MPa : ndarray
        Operating pressure, gauge, and the atmosphere, MPa.
    P_sat_MPa : ndarray
        Saturation pressure of water at the temperature, MPa absolute.
    M_ratio : float
        Ratio of molar masses, that of air.

    Returns
    -------
    ndarray of float64
        Above 1 water condenses; not cut off there.
    """
    return np.asarray(x_w / (M_ratio + x_w) * (P_op_MPa + P_atm_MPa) / P_sat_MPa, dtype=np.float64)


@clause(
    API581_2016.at(_A + "§13.3.2 eq. (2.B.25)", "Dew point of the water in the gas"),
    symbol="T_dew_C",
    expr="(10**(a_dew + b_dew*log10(water_wt/pct) + c_dew*log10(psi_per_MPa*(P_op_MPa + P_atm_MPa))) - F_0)/f_F",
    quantity="temperature",
)
def dew_point(
    water_wt: FloatArray,
    P_op_MPa: FloatArray,
    P_atm_MPa: FloatArray,
    a_dew: float,
    b_dew: float,
    c_dew: float,
    pct: float,
    psi_per_MPa: float,
    F_0: float,
    f_F: float,
) -> FloatArray:
    """Dew point of the water, not better than 10 degF.

    Parameters
    ----------
    water_wt : ndarray
        Water of the gas, above 0 and up to 30 wt%.
    P_op_MPa, P_atm_MPa : ndarray
        Operating pressure, gauge, and the atmosphere, MPa.
    a_dew, b_dew, c_dew : float
    pct, psi_per_MPa, F_0, f_F : float
        To the units of the relation: mass fraction, psi absolute, degF.

    Returns
    -------
    ndarray of float64, degC
    """
    exponent = a_dew + b_dew * np.log10(water_wt / pct) + c_dew * np.log10(psi_per_MPa * (P_op_MPa + P_atm_MPa))
    return np.asarray((10.0**exponent - F_0) / f_F, dtype=np.float64)


@clause(
    API581_2016.at(_A + "§13.3.4 eqs. (2.B.27) to (2.B.29)", "pH of the water"),
    symbol="pH",
    expr="a_pH + b_pH*log10(f_F*T_op_C + F_0) - c_pH*log10(psi_per_MPa*P_CO2_MPa)",
    quantity="number",
)
def estimated_pH(
    T_op_C: FloatArray,
    P_CO2_MPa: FloatArray,
    a_pH: float,
    b_pH: float,
    c_pH: float,
    f_F: float,
    F_0: float,
    psi_per_MPa: float,
) -> FloatArray:
    """Approximate pH of water with dissolved CO2.

    Parameters
    ----------
    T_op_C : ndarray
        Temperature, degC.
    P_CO2_MPa : ndarray
        Partial pressure, MPa absolute, positive.
    a_pH, b_pH, c_pH : float
        Coefficients of condensate, of water saturated with iron, or of 46 g/L salt.
    f_F, F_0, psi_per_MPa : float
        To the units of the relation, degF and psi.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(
        a_pH + b_pH * np.log10(f_F * T_op_C + F_0) - c_pH * np.log10(psi_per_MPa * P_CO2_MPa), dtype=np.float64
    )


@clause(
    API581_2016.at(_A + "§13.3.5 eqs. (2.B.31) to (2.B.32)", "Fugacity coefficient of CO2"),
    symbol="phi_CO2",
    expr="10**(min(p_cap_bar, bar_per_MPa*P_CO2_MPa)*(a_phi - b_phi/(T_op_C + T_0)))",
    quantity="number",
)
def fugacity_coefficient(
    P_CO2_MPa: FloatArray,
    T_op_C: FloatArray,
    p_cap_bar: float,
    bar_per_MPa: float,
    a_phi: float,
    b_phi: float,
    T_0: float,
) -> FloatArray:
    """Fugacity coefficient of CO2.

    Parameters
    ----------
    P_CO2_MPa : ndarray
        Partial pressure, MPa absolute.
    T_op_C : ndarray
        Temperature, degC.
    p_cap_bar : float
        Pressure at which the exponent stops growing, bar.
    bar_per_MPa : float
    a_phi, b_phi, T_0 : float
        Coefficients; the printed 273 is used, not 273.15.

    Returns
    -------
    ndarray of float64
    """
    exponent = np.minimum(p_cap_bar, bar_per_MPa * P_CO2_MPa) * (a_phi - b_phi / (T_op_C + T_0))
    return np.asarray(10.0**exponent, dtype=np.float64)


@clause(
    API581_2016.at(_A + "§13.3.5 eq. (2.B.30)", "Fugacity of CO2"),
    symbol="f_CO2_bar",
    expr="phi_CO2*bar_per_MPa*P_CO2_MPa",
    quantity="number",
)
def fugacity(phi_CO2: FloatArray, P_CO2_MPa: FloatArray, bar_per_MPa: float) -> FloatArray:
    """Fugacity of CO2.

    Parameters
    ----------
    phi_CO2 : ndarray
        Fugacity coefficient.
    P_CO2_MPa : ndarray
        Partial pressure, MPa absolute.
    bar_per_MPa : float

    Returns
    -------
    ndarray of float64, bar
    """
    return phi_CO2 * bar_per_MPa * P_CO2_MPa


@clause(
    API581_2016.at(_A + "§13.3.6 eq. (2.B.35)", "Reynolds number of the mixture"),
    symbol="Re",
    expr="D_mm/mm_per_m*density*velocity_m_s/mu_Pa_s",
    quantity="number",
)
def reynolds(
    D_mm: FloatArray, density: FloatArray, velocity_m_s: FloatArray, mu_Pa_s: FloatArray, mm_per_m: float
) -> FloatArray:
    """Reynolds number of the flowing mixture.

    Parameters
    ----------
    D_mm : ndarray
        Inside diameter, mm.
    density : ndarray
        Density of the mixture, kg/m3.
    velocity_m_s : ndarray
        Velocity of the mixture, m/s.
    mu_Pa_s : ndarray
        Viscosity of the mixture, Pa s.
    mm_per_m : float

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_mm / mm_per_m * density * velocity_m_s / mu_Pa_s, dtype=np.float64)


@clause(
    API581_2016.at(_A + "§13.3.6 eq. (2.B.34)", "Friction factor, turbulent"),
    symbol="f_friction",
    expr="f_0*(1 + (k_e*e_D + k_Re/Re)**n_f)",
    quantity="number",
)
def friction_factor(Re: FloatArray, e_D: FloatArray, f_0: float, k_e: float, k_Re: float, n_f: float) -> FloatArray:
    """Friction factor of turbulent flow.

    Parameters
    ----------
    Re : ndarray
        Reynolds number, above 2300.
    e_D : ndarray
        Relative roughness.
    f_0, k_e, k_Re, n_f : float
        Coefficients; the printed exponent is 0.33, not one third.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(f_0 * (1.0 + (k_e * e_D + k_Re / Re) ** n_f), dtype=np.float64)


@clause(
    API581_2016.at(_A + "§13.3.6 eq. (2.B.33)", "Shear stress at the wall"),
    symbol="S_Pa",
    expr="f_friction*density*velocity_m_s**2/2",
    quantity="shear",
)
def shear_stress(f_friction: FloatArray, density: FloatArray, velocity_m_s: FloatArray) -> FloatArray:
    """Shear stress of the mixture at the wall.

    Parameters
    ----------
    f_friction : ndarray
    density : ndarray
        kg/m3.
    velocity_m_s : ndarray
        m/s.

    Returns
    -------
    ndarray of float64, Pa
    """
    return f_friction * density * velocity_m_s**2 / 2.0


@clause(
    API581_2016.at(_A + "§13.3.6", "Shear stress that counts"),
    symbol="S_used_Pa",
    expr="min(S_Pa, S_cap_Pa)",
    quantity="shear",
)
def capped_shear(S_Pa: FloatArray, S_cap_Pa: float) -> FloatArray:
    """Shear stress of the rate, not above its cap.

    Parameters
    ----------
    S_Pa : ndarray
        Shear stress, Pa.
    S_cap_Pa : float

    Returns
    -------
    ndarray of float64, Pa
    """
    return np.minimum(S_Pa, S_cap_Pa)


@clause(
    API581_2016.at(_A + "§13.3.3 eq. (2.B.26)", "Base rate of CO2 corrosion"),
    symbol="C_r_base",
    expr="f_T_pH*f_CO2_bar**n_CO2*(S_used_Pa/S_ref_Pa)**(a_S + b_S*f_CO2_bar)",
    quantity="rate",
)
def base_rate(
    f_T_pH: FloatArray,
    f_CO2_bar: FloatArray,
    S_used_Pa: FloatArray,
    n_CO2: float,
    S_ref_Pa: float,
    a_S: float,
    b_S: float,
) -> FloatArray:
    """Rate of carbonic acid corrosion before reductions.

    Parameters
    ----------
    f_T_pH : ndarray
        Factor of temperature and pH.
    f_CO2_bar : ndarray
        Fugacity, bar.
    S_used_Pa : ndarray
        Shear stress, Pa.
    n_CO2, S_ref_Pa, a_S, b_S : float
        Coefficients; the exponent of the shear holds the fugacity itself.

    Returns
    -------
    ndarray of float64, mm/year
        Zero without shear: the equation, no proof that standing water is safe.
    """
    return np.asarray(
        f_T_pH * f_CO2_bar**n_CO2 * (S_used_Pa / S_ref_Pa) ** (a_S + b_S * f_CO2_bar), dtype=np.float64
    )


@clause(
    API581_2016.at(_A + "§13.3.3 eq. (2.B.26)", "Base rate of CO2 corrosion, logarithm in the exponent"),
    symbol="C_r_base",
    expr="f_T_pH*f_CO2_bar**n_CO2*(S_used_Pa/S_ref_Pa)**(a_S + b_S*log10(f_CO2_bar))",
    quantity="rate",
)
def base_rate_logarithm(
    f_T_pH: FloatArray,
    f_CO2_bar: FloatArray,
    S_used_Pa: FloatArray,
    n_CO2: float,
    S_ref_Pa: float,
    a_S: float,
    b_S: float,
) -> FloatArray:
    """Rate of carbonic acid corrosion before reductions, with the exponent of the model it comes from.

    Parameters
    ----------
    f_T_pH : ndarray
        Factor of temperature and pH.
    f_CO2_bar : ndarray
        Fugacity, bar.
    S_used_Pa : ndarray
        Shear stress, Pa.
    n_CO2, S_ref_Pa, a_S, b_S : float
        Coefficients; the exponent of the shear holds the logarithm of the fugacity.

    Returns
    -------
    ndarray of float64, mm/year
    """
    exponent = a_S + b_S * np.log10(f_CO2_bar)
    return np.asarray(f_T_pH * f_CO2_bar**n_CO2 * (S_used_Pa / S_ref_Pa) ** exponent, dtype=np.float64)


@clause(
    API581_2016.at(_A + "§13.3.7 eq. (2.B.36)", "Factor of glycol"),
    symbol="F_glycol",
    expr="max(((pct - glycol_wt)/pct)**n_glyc, F_glyc_min)",
    quantity="number",
)
def glycol_factor(glycol_wt: FloatArray, pct: float, n_glyc: float, F_glyc_min: float) -> FloatArray:
    """Reduction by glycol.

    Parameters
    ----------
    glycol_wt : ndarray
        Glycol of the glycol and water, wt%.
    pct, n_glyc : float
    F_glyc_min : float
        Least factor, as the text orders.

    Returns
    -------
    ndarray of float64
        The printed sum of logarithms, written as a power.
    """
    return np.maximum(((pct - glycol_wt) / pct) ** n_glyc, F_glyc_min)


@clause(
    API581_2016.at(_A + "§13.3 eq. (2.B.23)", "Rate with the greater reduction"),
    symbol="C_r_bound",
    expr="C_r_base*min(F_glycol, F_inhibitor)",
    quantity="rate",
)
def reduced_rate(C_r_base: FloatArray, F_glycol: FloatArray, F_inhibitor: FloatArray) -> FloatArray:
    """Rate with glycol or inhibitor, never both.

    Parameters
    ----------
    C_r_base : ndarray
        Base rate, mm/year.
    F_glycol, F_inhibitor : ndarray
        1 where there is none.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_base * np.minimum(F_glycol, F_inhibitor)
