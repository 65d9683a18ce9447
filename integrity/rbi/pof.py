"""Probability of failure: generic frequency, total damage factor and management factor (API RP 581, Part 2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import combine
from integrity.rbi.data import HOLES, frequencies

KEY = "api581.2016.pof"
LINING = ("absent", "present")
SPREADS = ("local", "general", "unknown")
CHECKS = ("unverified", "verified")

_OPTIONAL = ("D_f_ext", "D_f_scc", "D_f_htha", "D_f_brit", "D_f_temp", "D_f_885", "D_f_sigma", "D_f_mfat")


@clause(
    API581_2016.at("Part 2 §3.3 Table 3.1", "Generic failure frequencies"),
    symbol="gff",
    expr="",
    quantity="frequency",
    kind=TABLE,
    note="rbi.note.gff",
)
def generic_frequency(component_type: IntArray) -> FloatArray:
    """Generic failure frequency of each hole size.

    Parameters
    ----------
    component_type : ndarray of int64
        Index of the enumeration `component_type`.

    Returns
    -------
    ndarray of float64, shape (n, 4), 1/year
        NaN for a component type the table does not have (heater tubes).
    """
    return frequencies().by_hole[component_type]


@clause(
    API581_2016.at("Part 2 §3.3 Table 3.1", "Total generic failure frequency"),
    symbol="gff_total",
    expr="gff_small + gff_medium + gff_large + gff_rupture",
    quantity="frequency",
)
def total_frequency(
    gff_small: FloatArray, gff_medium: FloatArray, gff_large: FloatArray, gff_rupture: FloatArray
) -> FloatArray:
    """Sum over the holes; the printed total of tanks is rounded and not used, so that the weights add up to one.

    Parameters
    ----------
    gff_small, gff_medium, gff_large, gff_rupture : ndarray, 1/year

    Returns
    -------
    ndarray of float64, 1/year
    """
    return np.asarray(gff_small + gff_medium + gff_large + gff_rupture, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §3.5", "Management systems factor"),
    symbol="F_MS",
    expr="where(F_MS_given > 0, F_MS_given, F_MS_setting)",
    quantity="ratio",
)
def factor_in_force(F_MS_given: FloatArray, F_MS_setting: FloatArray) -> FloatArray:
    """Management systems factor: from the questionnaire where there is one, else that of the settings.

    Parameters
    ----------
    F_MS_given : ndarray
        Missing where no questionnaire was scored.
    F_MS_setting : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.where(F_MS_given > 0.0, F_MS_given, F_MS_setting)


@clause(
    API581_2016.at("Part 2 §3.2 eq. (2.1)", "Probability of failure"),
    symbol="P_f",
    expr="gff_total*F_MS*D_f_total",
    quantity="frequency",
)
def failure_frequency(gff_total: FloatArray, F_MS: FloatArray, D_f_total: FloatArray) -> FloatArray:
    """Probability of failure, a frequency; it may exceed one a year and is not cut off.

    Parameters
    ----------
    gff_total : ndarray, 1/year
    F_MS : ndarray
        Management systems factor.
    D_f_total : ndarray
        Total damage factor.

    Returns
    -------
    ndarray of float64, 1/year
    """
    return np.asarray(gff_total * F_MS * D_f_total, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §3.4", "What is known of the thinning term"),
    symbol="D_f_thin_low",
    expr="where(thin_known == 1, D_f_thin_gov, 0)",
    quantity="damage_factor",
)
def known_thinning(D_f_thin_gov: FloatArray, thin_known: IntArray) -> FloatArray:
    """Governing thinning factor where thinning and an existing lining are assessed, else nothing: a lower bound.

    Parameters
    ----------
    D_f_thin_gov : ndarray
    thin_known : ndarray of int64
        1 where thinning and, if there is one, the lining are known: an unknown lining may bring the term down.

    Returns
    -------
    ndarray of float64
    """
    return np.where(thin_known == 1, D_f_thin_gov, 0.0)


def frequency_columns(component_type: IntArray) -> Columns:
    """Generic frequencies of the holes and their sum.

    Parameters
    ----------
    component_type : ndarray of int64

    Returns
    -------
    dict of str to ndarray
    """
    by_hole = generic_frequency(component_type)
    out: Columns = {f"gff_{h}": by_hole[:, i] for i, h in enumerate(HOLES)}
    out["gff_total"] = total_frequency(*(out[f"gff_{h}"] for h in HOLES))
    out["gff_printed"] = frequencies().total_printed[component_type]
    out["gff_check"] = frequencies().verified[component_type]
    return out


def _compute(x: Inputs) -> Columns:
    out = frequency_columns(x["component_type"])
    out |= {s: np.where(np.isnan(x[s]), 0.0, x[s]) for s in _OPTIONAL}
    lined = ~np.isnan(x["D_f_lining"])
    local = x["local"] == 1
    thin = np.where(
        lined,
        combine.thinning_with_lining(x["D_f_thin"], x["D_f_lining"]),
        combine.thinning_alone(x["D_f_thin"]),
    )
    wall = np.where(local, combine.wall_local(thin, out["D_f_ext"]), combine.wall_general(thin, out["D_f_ext"]))
    brittle = combine.brittle_governing(out["D_f_brit"], out["D_f_temp"], out["D_f_885"], out["D_f_sigma"])
    out |= {
        "lining_case": lined.astype(np.int64),
        "spread": stack_codes((local, 0), (x["local"] == 0, 1), default=2),
        "D_f_thin_gov": thin,
        "D_f_wall": wall,
        "D_f_brit_gov": brittle,
        "D_f_total": combine.total_factor(wall, out["D_f_scc"], out["D_f_htha"], brittle, out["D_f_mfat"]),
        "F_MS_setting": np.full(x.n, x.settings.number("rbi.F_MS")),
    }
    out["F_MS"] = factor_in_force(x["F_MS_given"], out["F_MS_setting"])
    out["thin_known"] = (~np.isnan(x["D_f_thin"]) & (x["lining_unknown"] != 1)).astype(np.int64)
    low = out["D_f_thin_low"] = known_thinning(thin, out["thin_known"])
    out["D_f_wall_low"] = np.where(
        local, combine.wall_local(low, out["D_f_ext"]), combine.wall_general(low, out["D_f_ext"])
    )
    out["D_f_low"] = combine.total_factor(
        out["D_f_wall_low"], out["D_f_scc"], out["D_f_htha"], brittle, out["D_f_mfat"]
    )
    out["P_f_low"] = failure_frequency(out["gff_total"], out["F_MS"], out["D_f_low"])
    out["P_f"] = failure_frequency(out["gff_total"], out["F_MS"], out["D_f_total"])
    return out


def _no_negative_factor(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.all([~(c[s] < 0.0) for s in ("D_f_thin", "D_f_lining", *_OPTIONAL)], axis=0)


PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at("Part 2 §3", "Probability of failure"),
    inputs=(
        Param("component_type", "code", codes=codes("component_type")),
        Param("D_f_thin", "damage_factor"),
        Param("D_f_lining", "damage_factor", required=False),
        *(Param(s, "damage_factor", required=False) for s in _OPTIONAL),
        Param("local", "flag", required=False),
        Param("mechanism_unknown", "flag", required=False),
        Param("lining_unknown", "flag", required=False),
        Param("F_MS_given", "ratio", required=False),
        Param("score_incomplete", "flag", required=False),
    ),
    outputs=(
        *(Param(f"gff_{h}", "frequency") for h in HOLES),
        Param("gff_total", "frequency"),
        Param("gff_printed", "frequency"),
        Param("gff_check", "code", codes=CHECKS),
        Param("lining_case", "code", codes=LINING),
        Param("spread", "code", codes=SPREADS),
        Param("D_f_thin_gov", "damage_factor"),
        Param("D_f_wall", "damage_factor"),
        Param("D_f_brit_gov", "damage_factor"),
        Param("D_f_total", "damage_factor", conclusion=True),
        Param("F_MS_setting", "ratio"),
        Param("F_MS", "ratio"),
        Param("P_f", "frequency", conclusion=True),
        Param("thin_known", "flag"),
        Param("D_f_thin_low", "damage_factor"),
        Param("D_f_wall_low", "damage_factor"),
        Param("D_f_low", "damage_factor"),
        Param("P_f_low", "frequency"),
    ),
    compute=_compute,
    limits=(
        Limit(
            "rbi.has_generic_frequency",
            API581_2016.at("Part 2 §3.3 Table 3.1"),
            lambda c: (c["component_type"] < 0) | ~np.isnan(c["gff_total"]),
        ),
        Limit(
            "rbi.mechanisms_known",
            API581_2016.at("Part 2 §3.4"),
            lambda c: c["mechanism_unknown"] != 1,
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit(
            "rbi.chapters_scored",
            API581_2016.at("Part 2 Annex 2.A"),
            lambda c: c["score_incomplete"] != 1,
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit("rbi.factor_not_negative", API581_2016.at("Part 2 §3.4"), _no_negative_factor),
    ),
    steps=(
        *(
            Step(generic_frequency, f"gff_{h}", note_params=("component_type", "gff_check", "gff_printed"))
            for h in HOLES
        ),
        Step(total_frequency, "gff_total"),
        Step(combine.thinning_with_lining, "D_f_thin_gov", when=("lining_case", "present")),
        Step(combine.thinning_alone, "D_f_thin_gov", when=("lining_case", "absent")),
        Step(combine.wall_local, "D_f_wall", when=("spread", "local")),
        Step(combine.wall_general, "D_f_wall", when=("spread", "general")),
        Step(combine.wall_general, "D_f_wall", when=("spread", "unknown")),
        Step(combine.brittle_governing, "D_f_brit_gov"),
        Step(combine.total_factor, "D_f_total"),
        Step(factor_in_force, "F_MS"),
        Step(failure_frequency, "P_f"),
        Step(known_thinning, "D_f_thin_low"),
        *(
            Step(f, "D_f_wall_low", {"D_f_thin_gov": "D_f_thin_low"}, when=("spread", spread))
            for f, spread in (
                (combine.wall_local, "local"),
                (combine.wall_general, "general"),
                (combine.wall_general, "unknown"),
            )
        ),
        Step(combine.total_factor, "D_f_low", {"D_f_wall": "D_f_wall_low"}),
        Step(failure_frequency, "P_f_low", {"D_f_total": "D_f_low"}),
    ),
    settings=("rbi.F_MS",),
)
