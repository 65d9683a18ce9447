"""Procedures `level2_toxic` and `level2_toxic_dose`: the concentration that a toxic cloud is drawn to, and its dose."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_most
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.group import group_sum
from integrity.core.procedure import CaseTable, Columns, Inputs, Limit, Param, Procedure, Step, TableSpec
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.verdict import Verdict
from integrity.rbi.data import keyed, number
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.blast import probability
from integrity.rbi.level2.common import f

KEY = "api581.2016.level2_toxic"
DOSE_KEY = "api581.2016.level2_toxic_dose"
SPECIES = keyed("level2", "toxic_impact").keys
CRITERIA = ("probit", "erpg3", "aegl3", "idlh")
FORMS = ("previous", "linear")
ATTAINED = ("not_attainable", "attainable")
PROFILES = ("unusable", "usable")

_S = "Part 3 §5.9"
_REF = API581_2016.at(_S, "Level 2 toxic consequence")
_IMPACT = API581_2016.at(_S + ".2 Table 4.14", "Printed toxic criteria")


def _impact(species: IntArray, column: int) -> FloatArray:
    return f(keyed("level2", "toxic_impact").rows[:, column][species])


@clause(_IMPACT, symbol="tox_A", expr="", quantity="number", kind=TABLE, note="level2.note.impact")
def probit_A(toxic_species: IntArray) -> FloatArray:
    """Intercept of the probit of a species.

    Parameters
    ----------
    toxic_species : ndarray of int64

    Returns
    -------
    ndarray of float64
        NaN where none is printed.
    """
    return _impact(toxic_species, 0)


@clause(_IMPACT, symbol="tox_B", expr="", quantity="number", kind=TABLE, note="level2.note.impact")
def probit_B(toxic_species: IntArray) -> FloatArray:
    """Slope of the probit of a species.

    Parameters
    ----------
    toxic_species : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return _impact(toxic_species, 1)


@clause(_IMPACT, symbol="tox_N", expr="", quantity="number", kind=TABLE, note="level2.note.impact")
def probit_N(toxic_species: IntArray) -> FloatArray:
    """Exponent of the concentration in the probit of a species.

    Parameters
    ----------
    toxic_species : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return _impact(toxic_species, 2)


def _for(seconds: float, t_exp_s: FloatArray) -> BoolArray:
    return np.abs(t_exp_s - seconds) <= 1e-9 * seconds


@clause(_IMPACT, symbol="C_idlh_ppm", expr="", quantity="number", kind=TABLE, note="level2.note.window")
def idlh(toxic_species: IntArray, t_exp_s: FloatArray) -> FloatArray:
    """Concentration immediately dangerous to life or health: for half an hour only.

    Parameters
    ----------
    toxic_species : ndarray of int64
    t_exp_s : ndarray, s

    Returns
    -------
    ndarray of float64, ppm
    """
    return np.where(_for(1800.0, t_exp_s), _impact(toxic_species, 3), np.nan)


@clause(_IMPACT, symbol="C_aegl_ppm", expr="", quantity="number", kind=TABLE, note="level2.note.window")
def aegl3(toxic_species: IntArray, t_exp_s: FloatArray) -> FloatArray:
    """Acute exposure guideline level 3: for 10, 30 or 60 minutes only.

    Parameters
    ----------
    toxic_species : ndarray of int64
    t_exp_s : ndarray, s

    Returns
    -------
    ndarray of float64, ppm
    """
    windows = [_for(s, t_exp_s) for s in (600.0, 1800.0, 3600.0)]
    return np.select(windows, [_impact(toxic_species, 4 + i) for i in range(3)], np.nan)


@clause(_IMPACT, symbol="C_erpg_ppm", expr="", quantity="number", kind=TABLE, note="level2.note.window")
def erpg3(toxic_species: IntArray, t_exp_s: FloatArray) -> FloatArray:
    """Emergency response planning guideline 3: for one hour only.

    Parameters
    ----------
    toxic_species : ndarray of int64
    t_exp_s : ndarray, s

    Returns
    -------
    ndarray of float64, ppm
    """
    return np.where(_for(3600.0, t_exp_s), _impact(toxic_species, 8), np.nan)


@clause(
    API581_2016.at(_S + ".3 eq. (3.186)", "Duration of the toxic release"),
    symbol="ld_tox_s",
    expr="min(t_tox_max_s, mass_avail_kg/W_n, 60*ld_max_min)",
    quantity="duration_s",
)
def duration(t_tox_max_s: float, mass_avail_kg: FloatArray, W_n: FloatArray, ld_max_min: FloatArray) -> FloatArray:
    """Duration of the release: one hour, until the mass is out, or until it is stopped.

    Parameters
    ----------
    t_tox_max_s : float, s
    mass_avail_kg : ndarray, kg
    W_n : ndarray, kg/s
        Rate of the whole mixture.
    ld_max_min : ndarray, minutes

    Returns
    -------
    ndarray of float64, s
    """
    return np.minimum(np.minimum(t_tox_max_s, mass_avail_kg / W_n), 60.0 * ld_max_min)


@clause(
    API581_2016.at(_S + ".3", "Exposed as long as the release lasts"),
    symbol="t_exp_s",
    expr="ld_tox_s",
    quantity="duration_s",
)
def exposed(ld_tox_s: FloatArray) -> FloatArray:
    """Time of exposure where none is given.

    Parameters
    ----------
    ld_tox_s : ndarray, s

    Returns
    -------
    ndarray of float64, s
    """
    return f(ld_tox_s)


@clause(
    API581_2016.at(_S + ".3", "Time of exposure, given"),
    symbol="t_exp_s",
    expr="t_exposure_s",
    quantity="duration_s",
)
def exposed_given(t_exposure_s: FloatArray) -> FloatArray:
    """Time of exposure that is given.

    Parameters
    ----------
    t_exposure_s : ndarray, s

    Returns
    -------
    ndarray of float64, s
    """
    return f(t_exposure_s)


@clause(
    API581_2016.at("Annex 3.A eq. (3.A.5)", "Concentration at which half of those exposed die, ppm"),
    symbol="C_probit_ppm",
    expr="exp(((Pr_half - tox_A)/tox_B - log(t_exp_s))/tox_N)",
    quantity="number",
)
def lethal(Pr_half: float, tox_A: FloatArray, tox_B: FloatArray, t_exp_s: FloatArray, tox_N: FloatArray) -> FloatArray:
    """Concentration whose probit over the time of exposure is 5.

    Parameters
    ----------
    Pr_half : float
    tox_A, tox_B, tox_N : ndarray
    t_exp_s : ndarray, s

    Returns
    -------
    ndarray of float64, ppm
    """
    return f(np.exp(((Pr_half - tox_A) / tox_B - np.log(t_exp_s)) / tox_N))


@clause(
    API581_2016.at(_S + ".2", "Criterion of the first rank that there is"),
    symbol="C_limit_ppm",
    expr="",
    quantity="number",
    kind=REDUCTION,
    note="level2.note.criterion",
)
def chosen(
    C_probit_ppm: FloatArray, C_erpg_ppm: FloatArray, C_aegl_ppm: FloatArray, C_idlh_ppm: FloatArray
) -> FloatArray:
    """Probit first, then the lesser of ERPG-3 and AEGL-3, then IDLH.

    Parameters
    ----------
    C_probit_ppm, C_erpg_ppm, C_aegl_ppm, C_idlh_ppm : ndarray, ppm

    Returns
    -------
    ndarray of float64, ppm
    """
    second = np.fmin(C_erpg_ppm, C_aegl_ppm)
    return np.where(np.isnan(C_probit_ppm), np.where(np.isnan(second), C_idlh_ppm, second), C_probit_ppm)


@clause(
    API581_2016.at(_S + ".5 eqs. (3.189), (3.190)", "Limit for the whole cloud, ppm"),
    symbol="C_cloud_ppm",
    expr="C_limit_ppm/y_tox",
    quantity="number",
)
def of_mixture(C_limit_ppm: FloatArray, y_tox: FloatArray) -> FloatArray:
    """Concentration of the mixture at which the component is at its limit.

    Parameters
    ----------
    C_limit_ppm : ndarray, ppm
    y_tox : ndarray
        Mole fraction of the component.

    Returns
    -------
    ndarray of float64, ppm
    """
    return f(C_limit_ppm / y_tox)


@clause(
    API581_2016.at("Annex 3.A eq. (3.A.5)", "Probit of the exposure"),
    symbol="Pr_tox",
    expr="tox_A + tox_B*log(C_at_ppm**tox_N*t_exp_s)",
    quantity="number",
)
def exposure_probit(
    tox_A: FloatArray, tox_B: FloatArray, C_at_ppm: FloatArray, tox_N: FloatArray, t_exp_s: FloatArray
) -> FloatArray:
    """Probit of an exposure to a constant concentration of the component.

    Parameters
    ----------
    tox_A, tox_B, tox_N : ndarray
    C_at_ppm : ndarray, ppm
    t_exp_s : ndarray, s

    Returns
    -------
    ndarray of float64
    """
    return f(tox_A + tox_B * np.log(C_at_ppm**tox_N * t_exp_s))


@clause(
    OWN_METHOD.at("toxic dose", "Dose of a concentration that changes"),
    symbol="dose",
    expr="",
    quantity="number",
    kind=REDUCTION,
    note="level2.note.dose",
)
def dose(concentration: CaseTable, tox_N: FloatArray, profile_form: IntArray) -> FloatArray:
    """Sum of the power of the concentration over time, each step held or linear.

    Parameters
    ----------
    concentration : CaseTable
        Columns `time_s`, `C_ppm`.
    tox_N : ndarray
    profile_form : ndarray of int64
        Index of `FORMS`.

    Returns
    -------
    ndarray of float64, ppm^N s
    """
    g, c = concentration.groups, concentration.columns
    if g.members == 0:
        return np.full(g.n, np.nan)
    owner = g.owner
    N, linear = tox_N[owner], profile_form[owner] == FORMS.index("linear")
    before, dt = np.empty(g.members), np.zeros(g.members)
    before[:1], before[1:] = np.nan, c["C_ppm"][:-1]
    dt[1:] = np.diff(c["time_s"])
    first = np.zeros(g.members, dtype=np.bool_)
    first[g.offsets[:-1][g.counts > 0]] = True
    high, low = np.maximum(before, c["C_ppm"]), np.minimum(before, c["C_ppm"])
    with np.errstate(all="ignore"):
        ratio = np.where(high > 0.0, low / high, 1.0)
        sloped = -np.expm1((N + 1.0) * np.log(ratio)) / ((N + 1.0) * (1.0 - ratio))
        share = np.where(ratio >= 1.0, 1.0, np.where(ratio == 0.0, 1.0 / (N + 1.0), sloped))
        part = dt * np.where(linear, high**N * share, before**N)
    return group_sum(np.where(first, 0.0, part), g)


@clause(
    API581_2016.at("Annex 3.A eq. (3.A.5)", "Probit of a dose"),
    symbol="Pr_tox",
    expr="tox_A + tox_B*log(dose)",
    quantity="number",
)
def dose_probit(tox_A: FloatArray, tox_B: FloatArray, dose: FloatArray) -> FloatArray:
    """Probit of a dose.

    Parameters
    ----------
    tox_A, tox_B : ndarray
    dose : ndarray, ppm^N s

    Returns
    -------
    ndarray of float64
    """
    return f(tox_A + tox_B * np.log(dose))


def _branches(x: Inputs, _: Columns) -> Columns:
    at = x["C_at_ppm"] > 0.0
    return {"exposed_case": (~np.isnan(x["t_exposure_s"])).astype(np.int64), "at_case": at.astype(np.int64)}


def _named(x: Inputs, c: Columns) -> Columns:
    order = [c[s] for s in ("C_probit_ppm", "C_erpg_ppm", "C_aegl_ppm", "C_idlh_ppm")]
    named = np.select([c["C_limit_ppm"] == v for v in order], list(range(4)), -1)
    attained = at_most(c["C_cloud_ppm"], number("level2", "ppm_whole"))
    blank = np.isnan(c["C_cloud_ppm"])
    return {"criterion": named, "attainable": np.where(blank, -1, attained.astype(np.int64))}


def _receptor(x: Inputs, c: Columns) -> Columns:
    return {"at_case": np.where(np.isnan(c["tox_A"]), 0, c["at_case"])}


def _concentration(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~((c["C_at_ppm"] <= 0.0) | (c["C_at_ppm"] > number("level2", "ppm_whole"))))


_PROBIT = (
    Step(probit_A, "tox_A", note_params=("toxic_species",)),
    Step(probit_B, "tox_B", note_params=("toxic_species",)),
    Step(probit_N, "tox_N", note_params=("toxic_species",)),
)
_PROBIT_PARAMS = tuple(Param(s, "number") for s in ("tox_A", "tox_B", "tox_N"))
_SPECIES = Param("toxic_species", "code", codes=SPECIES)
INPUTS = (
    _SPECIES,
    Param("y_tox", "ratio"),
    Param("W_n", "mass_rate"),
    Param("mass_avail_kg", "mass"),
    Param("ld_max_min", "number"),
    Param("t_exposure_s", "duration_s", required=False),
    Param("C_at_ppm", "number", required=False),
)
OUTPUTS = (
    *_PROBIT_PARAMS,
    Param("ld_tox_s", "duration_s", conclusion=True),
    Param("exposed_case", "code", codes=("release", "given")),
    Param("t_exp_s", "duration_s", conclusion=True),
    *(Param(f"C_{s}_ppm", "number") for s in ("probit", "erpg", "aegl", "idlh")),
    Param("criterion", "code", codes=CRITERIA, conclusion=True),
    Param("C_limit_ppm", "number", conclusion=True),
    Param("C_cloud_ppm", "number", conclusion=True),
    Param("attainable", "code", codes=ATTAINED, conclusion=True),
    Param("at_case", "code", codes=cm.AT_CASES),
    Param("Pr_tox", "number"),
    Param("p_fatal", "ratio", conclusion=True),
)
_ITEMS: tuple[Step | cm.Branch, ...] = (
    _branches,
    *_PROBIT,
    Step(duration, "ld_tox_s"),
    Step(exposed, "t_exp_s", when=("exposed_case", "release")),
    Step(exposed_given, "t_exp_s", when=("exposed_case", "given")),
    Step(lethal, "C_probit_ppm"),
    Step(erpg3, "C_erpg_ppm", note_params=("toxic_species", "t_exp_s")),
    Step(aegl3, "C_aegl_ppm", note_params=("toxic_species", "t_exp_s")),
    Step(idlh, "C_idlh_ppm", note_params=("toxic_species", "t_exp_s")),
    Step(chosen, "C_limit_ppm", note_params=("criterion",)),
    Step(of_mixture, "C_cloud_ppm"),
    _named,
    _receptor,
    Step(exposure_probit, "Pr_tox", when=("at_case", "given")),
    Step(probability, "p_fatal", {"Pr": "Pr_tox"}, when=("at_case", "given")),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.above_zero("level2.toxic_positive", _REF, "y_tox", "W_n", "mass_avail_kg", "ld_max_min", "t_exposure_s"),
        cm.shares("level2.fractions", _REF, "y_tox"),
        Limit("level2.concentration", _REF, _concentration),
        Limit(
            "level2.toxic_criterion",
            API581_2016.at(_S + ".2 Table 4.14"),
            lambda c: ~np.isnan(c["C_limit_ppm"]) | (c["toxic_species"] < 0) | np.isnan(c["t_exp_s"]),
            Verdict.INSUFFICIENT_DATA,
        ),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
)


def _profile(x: Inputs, _: Columns) -> Columns:
    table = x.tables["concentration"]
    g, t, ppm = table.groups, table.columns["time_s"], table.columns["C_ppm"]
    bad = np.isnan(t) | np.isnan(ppm) | (ppm < 0.0) | (ppm > number("level2", "ppm_whole"))
    starts = np.zeros(t.size, dtype=np.bool_)
    starts[g.offsets[:-1][g.counts > 0]] = True
    later = np.ones(t.size, dtype=np.bool_)
    later[1:] = np.diff(t) > 0.0
    bad |= np.where(starts, t != 0.0, ~later)
    usable = (group_sum(bad.astype(np.float64), g) == 0.0) & (g.counts >= 2)
    return {"profile": usable.astype(np.int64)}


def _dosed(x: Inputs, c: Columns) -> Columns:
    return {"dose": dose(x.tables["concentration"], c["tox_N"], x["profile_form"])}


DOSE_INPUTS = (_SPECIES, Param("profile_form", "code", codes=FORMS))
DOSE_OUTPUTS = (
    *_PROBIT_PARAMS,
    Param("profile", "code", codes=PROFILES),
    Param("dose", "number", conclusion=True),
    Param("Pr_tox", "number"),
    Param("p_fatal", "ratio", conclusion=True),
)
_DOSE_ITEMS: tuple[Step | cm.Branch, ...] = (
    *_PROBIT,
    _profile,
    _dosed,
    Step(dose, "dose", {"concentration": "profile_form"}, note_params=("profile_form",)),
    Step(dose_probit, "Pr_tox"),
    Step(probability, "p_fatal", {"Pr": "Pr_tox"}),
)
DOSE = Procedure(
    key=DOSE_KEY,
    ref=API581_2016.at("Annex 3.A", "Dose and effect of a toxic cloud"),
    inputs=DOSE_INPUTS,
    outputs=DOSE_OUTPUTS,
    compute=cm.follow(DOSE_INPUTS, DOSE_OUTPUTS, *_DOSE_ITEMS),
    tables=(TableSpec("concentration", (Param("time_s", "duration_s"), Param("C_ppm", "number")), required=True),),
    limits=(
        Limit("level2.probit_printed", _REF, lambda c: (c["toxic_species"] < 0) | ~np.isnan(c["tox_A"])),
        Limit("level2.profile", _REF, lambda c: c["profile"] == 1, Verdict.INSUFFICIENT_DATA),
    ),
    steps=cm.steps_of(*_DOSE_ITEMS),
    constants=cm.constants_of(*_DOSE_ITEMS),
)
