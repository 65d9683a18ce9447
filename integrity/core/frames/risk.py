"""Frames of risk: what risk needs of a component, what it concludes, and when a target is reached."""

from __future__ import annotations

from dataclasses import dataclass

from integrity.core.arrays import FloatArray, IntArray, TextArray
from integrity.core.frame import Frame, col


@dataclass(frozen=True, eq=False)
class RiskInputFrame(Frame):
    """What other rooms hand to risk, same rows as `ComponentFrame`; build it with `from_columns`, rest is blank.

    `t_rdi_mm`, `t_rdi_d`: thickness and day of the last valid survey; where missing, the furnished thickness and
    the day of installation are used. `CR`: governing rate of the readings, mm/year, `rate_basis` what it rests on
    (missing: set by somebody), `CR_LT` and `CR_ST` its long-term and short-term parts. `P_MPa`: pressure of
    the strength ratio, where it is not the design pressure of the component. `injection_inspected`,
    `dead_leg_inspected`: 1 where a highly effective inspection was aimed at that feature.
    """

    t_rdi_mm: FloatArray = col("thickness")
    t_rdi_d: IntArray = col("date")
    CR: FloatArray = col("rate")
    rate_basis: IntArray = col("code", codes="rate_basis")
    CR_LT: FloatArray = col("rate")
    CR_ST: FloatArray = col("rate")
    t_req_mm: FloatArray = col("thickness")
    t_c_mm: FloatArray = col("thickness")
    S_MPa: FloatArray = col("stress")
    YS_MPa: FloatArray = col("stress")
    TS_MPa: FloatArray = col("stress")
    P_MPa: FloatArray = col("pressure")
    clad: IntArray = col("flag")
    t_bm_mm: FloatArray = col("thickness")
    CR_cm: FloatArray = col("rate")
    injection_inspected: IntArray = col("flag")
    dead_leg_inspected: IntArray = col("flag")
    tank_construction: IntArray = col("code", codes="tank_construction")
    tank_maintenance: IntArray = col("code", codes="tank_maintenance")


@dataclass(frozen=True, eq=False)
class RiskFrame(Frame):
    """Risk of each component at the as-of date, same rows as `ComponentFrame`.

    Areas m2, frequencies 1/year, risk m2/year. `toxic_missing` is 1 where the fluid is also toxic and only its
    flammable consequence is counted. `CA_f_inj` is the greatest area of injury of any kind, `CA_basis` which area
    became `CA`. `unverified` is 1 where a constant or table cell without two agreeing
    sources moved `P_f` or `CA`. `reasons` holds what is missing or outside a limit ("missing:x; limit:y").

    `P_f_owner` (with the owner's factor) and `P_f_local` (with the local factor from own failures) stand beside
    `P_f`, which alone goes into the risk.

    `FC` is the cost of a failure in the currency of the settings, `FC_bound` what of it is known, `risk_FC` their
    risk a year. A tank bottom has money only.

    `acting` names the mechanisms that act on a component, `unassessed` those of them that could not be assessed,
    both by key, separated by blanks. With one of those there is no total, and `D_f_low`, `P_f_low` and `risk_low`
    are lower bounds from what is known; else they equal the totals. A group in which nothing acts has factor 0, one
    with something unassessed NaN.
    """

    component_row: IntArray = col("id")
    t_rdi_mm: FloatArray = col("thickness")
    t_rdi_d: IntArray = col("date")
    t_rdi_basis: IntArray = col("code", codes="t_rdi_basis")
    age_tk_y: FloatArray = col("time")
    confidence: IntArray = col("code", codes="confidence")
    N_A: FloatArray = col("count")
    N_B: FloatArray = col("count")
    N_C: FloatArray = col("count")
    N_D: FloatArray = col("count")
    C_r: FloatArray = col("rate")
    rate_source: IntArray = col("code", codes="rate_source")
    model_used: IntArray = col("code", codes="rate_model")
    A_rt: FloatArray = col("ratio")
    SR_p: FloatArray = col("ratio")
    SR_p_branch: IntArray = col("code", codes="strength_branch")
    D_f_thin: FloatArray = col("damage_factor")
    D_f_branch: IntArray = col("code", codes="D_f_branch")
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
    gff_total: FloatArray = col("frequency")
    F_MS: FloatArray = col("ratio")
    P_f: FloatArray = col("frequency")
    P_f_low: FloatArray = col("frequency")
    F_owner: FloatArray = col("ratio")
    P_f_owner: FloatArray = col("frequency")
    P_f_local: FloatArray = col("frequency")
    two_phase_case: IntArray = col("code", codes="two_phase_case")
    CA_cmd: FloatArray = col("area")
    CA_inj: FloatArray = col("area")
    CA_tox: FloatArray = col("area")
    CA_nfnt: FloatArray = col("area")
    CA_f_inj: FloatArray = col("area")
    CA: FloatArray = col("area")
    CA_basis: IntArray = col("code", codes="CA_basis")
    risk: FloatArray = col("risk_area")
    risk_low: FloatArray = col("risk_area")
    FC: FloatArray = col("money")
    FC_bound: FloatArray = col("money")
    FC_category: IntArray = col("id")
    risk_FC: FloatArray = col("money_rate")
    risk_FC_low: FloatArray = col("money_rate")
    FC_cell: IntArray = col("code", codes="risk_category")
    P_f_category: IntArray = col("id")
    CA_category: IntArray = col("id")
    risk_category: IntArray = col("code", codes="risk_category")
    four_colour: IntArray = col("code", codes="four_colour")
    toxic_state: IntArray = col("code", codes="toxic_state")
    toxic_missing: IntArray = col("flag")
    unverified: IntArray = col("flag")
    reasons: TextArray = col("text")


@dataclass(frozen=True, eq=False)
class TargetFrame(Frame):
    """Day on which a quantity reaches its target, same rows as `ComponentFrame`.

    `target_d` is the day of the crossing, the first day of the panel where the target is already reached, and
    missing where it is not reached within the panel or nothing could be assessed.
    """

    component_row: IntArray = col("id")
    target_state: IntArray = col("code", codes="target_state")
    target_d: IntArray = col("date")
    target: FloatArray = col("number")
    value_now: FloatArray = col("number")
