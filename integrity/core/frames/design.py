"""Frame of design results: required thickness with its case, and the allowable pressures, one row a component."""

from __future__ import annotations

from dataclasses import dataclass

from integrity.core.arrays import FloatArray, IntArray, TextArray
from integrity.core.frame import Frame, col


@dataclass(frozen=True, eq=False)
class DesignFrame(Frame):
    """Design of each component, same rows as `ComponentFrame`.

    Thicknesses exclude corrosion allowance and mill tolerance and include mechanical allowance. A case that does
    not compete is 0, one that cannot be had is NaN, and then so is `t_req_mm`. MAWP columns refer to the top of
    the vessel (static head taken off): `new` is t_nom cold, `now` the present wall hot, `next` the wall after
    twice the expected loss (setting), `next_1x` after once. `MAWP_vessel_*` is the least over the parts of the
    same equipment and chamber, NaN where one part is not known. `t_req_away_mm` is the
    required wall with joint efficiency 1, for points known to lie away from welds. `H_max_*` is the liquid height that
    a tank course carries. `refusal` joins catalogue keys by blanks.
    """

    component_row: IntArray = col("id")
    procedure: TextArray = col("text")
    S_MPa: FloatArray = col("stress")
    S_amb_MPa: FloatArray = col("stress")
    S_case: IntArray = col("code", codes="stress_case")
    S_source: TextArray = col("text")
    S_verified: IntArray = col("flag")
    S_y_T_MPa: FloatArray = col("stress")
    E_used: FloatArray = col("ratio")
    P_head_MPa: FloatArray = col("pressure")
    P_total_MPa: FloatArray = col("pressure")
    t_circ_mm: FloatArray = col("thickness")
    t_long_mm: FloatArray = col("thickness")
    t_pressure_mm: FloatArray = col("thickness")
    t_ext_mm: FloatArray = col("thickness")
    t_struct_mm: FloatArray = col("thickness")
    t_code_mm: FloatArray = col("thickness")
    t_req_mm: FloatArray = col("thickness")
    t_req_case: IntArray = col("code", codes="t_req_case")
    t_req_away_mm: FloatArray = col("thickness")
    t_alert_mm: FloatArray = col("thickness")
    t_retire_mm: FloatArray = col("thickness")
    t_now_mm: FloatArray = col("thickness")
    t_next_mm: FloatArray = col("thickness")
    t_next_1x_mm: FloatArray = col("thickness")
    MAWP_new: FloatArray = col("pressure")
    MAWP_now: FloatArray = col("pressure")
    MAWP_next: FloatArray = col("pressure")
    MAWP_next_1x: FloatArray = col("pressure")
    MAWP_vessel_now: FloatArray = col("pressure")
    MAWP_vessel_next: FloatArray = col("pressure")
    P_ext_now: FloatArray = col("pressure")
    P_ext_next: FloatArray = col("pressure")
    H_max_now_m: FloatArray = col("height")
    H_max_next_m: FloatArray = col("height")
    interval_max_y: FloatArray = col("time")
    set_above_mawp: IntArray = col("flag")
    refusal: TextArray = col("text")
