"""Frames of results: rates by position, CML, component and circuit, design, risk, candidate dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, TextArray
from integrity.core.frame import Frame, col
from integrity.core.group import Groups, groups_of


@dataclass(frozen=True, eq=False)
class PositionFrame(Frame):
    """Rates of one reading position (CML and position), ordered by CML row, then position.

    `reading_start`/`reading_count` point into the reading frame. Rates in mm/year, loss positive.
    `t_last_mm` is the least good value of the latest survey day; a latest reading that is a short interval and
    lower is used as present thickness (`short_interval` = 1) but not as an end of the short-term pair.
    """

    cml_row: IntArray = col("id")
    position: IntArray = col("id")
    reading_start: IntArray = col("id")
    reading_count: IntArray = col("id")
    n_good: IntArray = col("count")
    first_d: IntArray = col("date")
    prev_d: IntArray = col("date")
    last_d: IntArray = col("date")
    t_first_mm: FloatArray = col("thickness")
    t_prev_mm: FloatArray = col("thickness")
    t_last_mm: FloatArray = col("thickness")
    CR_LT: FloatArray = col("rate")
    CR_ST: FloatArray = col("rate")
    CR_reg: FloatArray = col("rate")
    CR_reg_lo: FloatArray = col("rate")
    CR_reg_hi: FloatArray = col("rate")
    s_reg_mm: FloatArray = col("thickness")
    CR_hist: FloatArray = col("rate")
    CR_noise: FloatArray = col("rate")
    CR_gov: FloatArray = col("rate")
    rate_basis: IntArray = col("code", codes="rate_basis")
    no_measurable_rate: IntArray = col("flag")
    growth: IntArray = col("flag")
    short_interval: IntArray = col("flag")
    outlier: IntArray = col("flag")
    one_reading: IntArray = col("flag")
    nominal_first: IntArray = col("flag")
    verify_lower: IntArray = col("flag")
    repeat_spread: IntArray = col("flag")
    t_req_mm: FloatArray = col("thickness")
    RL_y: FloatArray = col("time")
    RL_lo_y: FloatArray = col("time")
    RL_hi_y: FloatArray = col("time")
    RL_today_y: FloatArray = col("time")


@dataclass(frozen=True, eq=False)
class CmlResultFrame(Frame):
    """Result of one CML, same rows as `CmlFrame`; the governing position is a row of `PositionFrame`."""

    cml_row: IntArray = col("id")
    n_positions: IntArray = col("count")
    n_surveys: IntArray = col("count")
    governing_position_row: IntArray = col("id")
    t_min_mm: FloatArray = col("thickness")
    t_mean_mm: FloatArray = col("thickness")
    last_d: IntArray = col("date")
    CR_gov: FloatArray = col("rate")
    CR_max: FloatArray = col("rate")
    CR_mean: FloatArray = col("rate")
    CR_min_to_min: FloatArray = col("rate")
    rate_basis: IntArray = col("code", codes="rate_basis")
    RL_y: FloatArray = col("time")
    RL_today_y: FloatArray = col("time")
    flags: IntArray = col("id")


@dataclass(frozen=True, eq=False)
class ComponentResultFrame(Frame):
    """Everything concluded of one component, same rows as `ComponentFrame`; what screens, plan and report show.

    `*_why` columns hold message keys; `flags` is a bit mask of `RESULT_FLAGS`. A number that could not be had is
    NaN and `refusal` (joined keys) says why.
    """

    component_row: IntArray = col("id")
    n_cml: IntArray = col("count")
    n_cml_read: IntArray = col("count")
    n_readings: IntArray = col("count")
    governing_cml_row: IntArray = col("id")
    t_min_mm: FloatArray = col("thickness")
    t_mean_mm: FloatArray = col("thickness")
    t_cov: FloatArray = col("ratio")
    last_reading_d: IntArray = col("date")
    CR_LT: FloatArray = col("rate")
    CR_ST: FloatArray = col("rate")
    CR_reg_hi: FloatArray = col("rate")
    CR_gov: FloatArray = col("rate")
    CR_max: FloatArray = col("rate")
    CR_mean: FloatArray = col("rate")
    rate_basis: IntArray = col("code", codes="rate_basis")
    S_MPa: FloatArray = col("stress")
    S_verified: IntArray = col("flag")
    P_total_MPa: FloatArray = col("pressure")
    t_req_mm: FloatArray = col("thickness")
    t_req_case: IntArray = col("code", codes="t_req_case")
    t_alert_mm: FloatArray = col("thickness")
    t_retire_mm: FloatArray = col("thickness")
    MAWP_new: FloatArray = col("pressure")
    MAWP_now: FloatArray = col("pressure")
    MAWP_next: FloatArray = col("pressure")
    design_procedure: TextArray = col("text")
    RL_y: FloatArray = col("time")
    RL_lo_y: FloatArray = col("time")
    RL_hi_y: FloatArray = col("time")
    RL_today_y: FloatArray = col("time")
    t_min_reached_d: IntArray = col("date")
    C_r: FloatArray = col("rate")
    rate_source: IntArray = col("code", codes="rate_source")
    model_used: IntArray = col("code", codes="rate_model")
    A_rt: FloatArray = col("ratio")
    SR_p: FloatArray = col("ratio")
    D_f_thin: FloatArray = col("damage_factor")
    D_f_lining: FloatArray = col("damage_factor")
    D_f_ext: FloatArray = col("damage_factor")
    D_f_scc: FloatArray = col("damage_factor")
    D_f_htha: FloatArray = col("damage_factor")
    D_f_brit_gov: FloatArray = col("damage_factor")
    D_f_mfat: FloatArray = col("damage_factor")
    D_f_total: FloatArray = col("damage_factor")
    D_f_low: FloatArray = col("damage_factor")
    acting: TextArray = col("text")
    unassessed: TextArray = col("text")
    P_f: FloatArray = col("frequency")
    P_f_low: FloatArray = col("frequency")
    P_f_owner: FloatArray = col("frequency")
    P_f_local: FloatArray = col("frequency")
    CA_cmd: FloatArray = col("area")
    CA_inj: FloatArray = col("area")
    CA_tox: FloatArray = col("area")
    CA_nfnt: FloatArray = col("area")
    CA: FloatArray = col("area")
    CA_basis: IntArray = col("code", codes="CA_basis")
    risk: FloatArray = col("risk_area")
    risk_low: FloatArray = col("risk_area")
    FC: FloatArray = col("money")
    FC_bound: FloatArray = col("money")
    FC_category: IntArray = col("id")
    risk_FC: FloatArray = col("money_rate")
    risk_FC_low: FloatArray = col("money_rate")
    P_f_category: IntArray = col("id")
    CA_category: IntArray = col("id")
    risk_category: IntArray = col("code", codes="risk_category")
    four_colour: IntArray = col("code", codes="four_colour")
    risk_target_d: IntArray = col("date")
    risk_at_next: FloatArray = col("risk_area")
    age_y: FloatArray = col("time")
    design_life_end_d: IntArray = col("date")
    life_state: IntArray = col("code", codes="life_state")
    next_d: IntArray = col("date")
    next_kind: IntArray = col("code", codes="candidate_kind")
    flags: IntArray = col("id")
    refusal: TextArray = col("text")


RESULT_FLAGS = (
    "no_readings",
    "no_cml",
    "below_t_req",
    "below_alert",
    "growth",
    "short_interval",
    "one_reading",
    "no_measurable_rate",
    "assumed_rate",
    "unverified_constant",
    "set_pressure_above_mawp",
    "beyond_design_life",
    "overdue",
    "temporary_repair",
    "not_assessed_risk",
    "lt_st_differ",
    "outlier",
    "verify_lower",
    "repeat_spread",
)


@dataclass(frozen=True, eq=False)
class CircuitFrame(Frame):
    """Rates of a circuit: the greatest beside the mean, the worst CML, and components without a CML."""

    circuit_id: IntArray = col("id")
    circuit: TextArray = col("text")
    n_components: IntArray = col("count")
    n_without_cml: IntArray = col("count")
    n_cml: IntArray = col("count")
    governing_cml_row: IntArray = col("id")
    t_min_mm: FloatArray = col("thickness")
    CR_max: FloatArray = col("rate")
    CR_mean: FloatArray = col("rate")
    RL_min_y: FloatArray = col("time")


@dataclass(frozen=True, eq=False)
class CandidateFrame(Frame):
    """Candidate dates, one row a component and rule, ordered by component row, then date.

    `decides` is 0 for a date that may inform but not decide (unsure rule, replaced, outside scope).
    `reason` is a message key.
    """

    component_row: IntArray = col("id")
    kind: IntArray = col("code", codes="candidate_kind")
    due_d: IntArray = col("date")
    interval_y: FloatArray = col("time")
    anchor_d: IntArray = col("date")
    RL_y: FloatArray = col("time")
    position_row: IntArray = col("id")
    rule: TextArray = col("text")
    reference: TextArray = col("text")
    decides: IntArray = col("flag")
    governs: IntArray = col("flag")
    verified: IntArray = col("flag")
    reason: TextArray = col("text")


@dataclass(frozen=True)
class RiskPanel:
    """Damage factor and risk along time, component rows x dates.

    `D_f_known` is what is known of the factor: where a mechanism could not be assessed, `D_f`, `P_f` and `risk` are
    NaN, and it is a lower bound. `frequency` (generic frequency times management factor, 1/year) and `CA` (m2) turn
    it into lower bounds of the others.
    """

    dates_d: IntArray
    D_f: FloatArray
    P_f: FloatArray
    risk: FloatArray
    D_f_known: FloatArray | None = None
    frequency: FloatArray | None = None
    CA: FloatArray | None = None

    def low(self, row: int, quantity: str) -> FloatArray:
        """Lower bound of one component along time.

        Parameters
        ----------
        row : int
        quantity : str
            "D_f", "P_f" or "risk".

        Returns
        -------
        ndarray of float64, one value a date
            Equal to the quantity itself where all of it is assessed; NaN where nothing is known.
        """
        if self.D_f_known is None or self.frequency is None or self.CA is None:
            return np.full(self.dates_d.size, np.nan)
        factor = {"D_f": 1.0, "P_f": self.frequency[row], "risk": self.frequency[row] * self.CA[row]}[quantity]
        return np.asarray(self.D_f_known[row] * factor, dtype=np.float64)


def positions_of_cml(positions: PositionFrame, n_cml: int) -> Groups:
    """Position rows of each CML.

    Parameters
    ----------
    positions : PositionFrame
    n_cml : int

    Returns
    -------
    Groups
    """
    return groups_of(positions.cml_row, n_cml)
