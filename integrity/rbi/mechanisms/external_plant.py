"""External corrosion and corrosion under insulation among the mechanisms: columns from the plant, and along time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, years_between
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Param, Procedure, Result
from integrity.rbi import effectiveness as insp
from integrity.rbi.case import RiskCase, counting_start, inspection_table, recorded, service_start, strength_diameter
from integrity.rbi.mechanisms import (
    AtDates,
    Columns,
    Mechanism,
    Planned,
    Tables,
    acts_where_accepted,
    bound,
    register_mechanism,
)
from integrity.rbi.mechanisms import external as ex
from integrity.rbi.mechanisms.thinning_plant import failure_probabilities, inspected, weighted

_LOW = index_of("confidence", "low")


def _confidence(case: RiskCase) -> IntArray:
    """Low for a rate of the table; for a measured rate as recorded, else the setting."""
    default = index_of("confidence", case.settings.code("rbi.confidence_default"))
    stated = case.facts.column(Param("confidence_ext", "code", codes=codes("confidence")))
    measured = ~np.isnan(case.facts.column(Param("CR_ext", "rate")))
    return np.where(measured, np.where(stated >= 0, stated, default), _LOW)


def _columns(key: str, procedure: Procedure) -> Callable[[RiskCase], tuple[Columns, Tables]]:
    def columns(case: RiskCase) -> tuple[Columns, Tables]:
        """Columns and tables of the procedure for the components of a case.

        The thickness counts from the last look at the bare outside where one is recorded, else from the furnished
        thickness and the day of installation.
        """
        c, i = case.components, case.inputs
        today = np.full(case.n, case.as_of_d, dtype=np.int64)
        t_rde = case.facts.column(Param("t_rde_mm", "thickness"))
        seen = ~np.isnan(t_rde)
        day = np.where(seen, case.facts.column(Param("t_rde_d", "date")), service_start(c))
        out: dict[str, AnyArray] = {
            "component_type": c.component_type,
            "insulated": c.insulated,
            "t_rde_mm": np.where(seen, t_rde, c.t_nom_mm),
            "age_tke_y": years_between(day, today),
            "confidence": _confidence(case),
            "E": c.E,
            "YS_MPa": i.YS_MPa,
            "TS_MPa": i.TS_MPa,
            "S_MPa": i.S_MPa,
            "t_req_mm": i.t_req_mm,
            "t_c_mm": i.t_c_mm,
            "P_MPa": np.where(np.isnan(i.P_MPa), c.P_MPa, i.P_MPa),
            "D_ref_mm": strength_diameter(c),
            "geometry": c.geometry,
            "T_op_C": c.T_op_C,
            "age_coat_y": years_between(case.facts.column(Param("coating_d", "date")), today),
            "start_d": counting_start(c),
            "as_of_d": today,
            **{f"N_{g}": np.full(case.n, np.nan) for g in insp.GRADES},
        }
        keep = recorded(case, key)
        return bound(case, procedure, out), {"inspections": inspection_table(case, keep)}

    return columns


def loss_along(result: Result, rows: slice, years: FloatArray) -> FloatArray:
    """External wall loss fraction at days after the assessment.

    Parameters
    ----------
    result : Result
        Of one of the two procedures at the as-of day.
    rows : slice
    years : ndarray, shape (m,)
        Years after the as-of day.

    Returns
    -------
    ndarray of float64, rows x m
        Coating and reading grow older together, so the part of the credit used up before the reading stays.
    """
    named = ("C_r_ext", "t_rde_mm", "age_tke_y", "age_coat_y", "C_age_y", "coating_case")
    C_r, t, age, age_coat, C_age, case = (result[s][rows] for s in named)
    with np.errstate(all="ignore"):
        slope = (C_r / t)[:, None]
    older = case == ex.COATING_CASES.index("older")
    credited = older | (case == ex.COATING_CASES.index("newer"))
    if not credited.any():
        return np.asarray((age[:, None] + years) * slope, dtype=np.float64)
    used = np.where(older, np.minimum(C_age, age_coat - age), 0.0)
    left = np.where(credited, age_coat, 0.0)[:, None] + years
    np.minimum(left, np.where(credited, C_age, 0.0)[:, None], out=left)
    np.subtract(years, left, out=left)
    left += (age + used)[:, None]
    left *= slope
    return np.asarray(left, dtype=np.float64)


def _at_dates(output: str) -> AtDates:
    def at_dates(
        result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
    ) -> tuple[FloatArray, FloatArray | None]:
        """Damage factor at days, without and with planned inspections, each counted from its day on.

        The thickness they will find is not known, so the baseline stays.
        """
        with np.errstate(all="ignore"):
            F = failure_probabilities(loss_along(result, rows, years), result["SR_p"][rows][:, None])
        Po = np.stack([result[f"Po_p{s}"][rows] for s in insp.STATES])
        refused = np.isnan(result[output][rows])
        plain = weighted(Po[:, :, None], *F)
        better = None if planned is None else inspected(plain, Po, F, planned, dates_d)
        for value in (plain, better):
            if value is not None and refused.any():
                value[refused] = np.nan
        return plain, better

    return at_dates


def _unverified(result: Result) -> BoolArray:
    return np.asarray(result["cells_verified"] == 0)


def _mechanism(key: str, procedure: Procedure, output: str) -> Mechanism:
    columns, at_dates = _columns(key, procedure), _at_dates(output)
    return register_mechanism(
        Mechanism(key, "external", procedure, output, acts_where_accepted(key), columns, at_dates, _unverified)
    )


EXT_MECHANISM = _mechanism("ext_corrosion", ex.EXT_CORROSION, "D_f_extcorr")
CUI_MECHANISM = _mechanism("cui", ex.CORROSION_UNDER_INSULATION, "D_f_cui")
