"""Frame of what the readings say of each component: walls, rates, lives, and the thickness for the damage factor."""

from __future__ import annotations

from dataclasses import dataclass

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.frame import Frame, col


@dataclass(frozen=True, eq=False)
class LifeComponentFrame(Frame):
    """Readings of one component reduced to it, same rows as `ComponentFrame`.

    `CR_LT` to `rate_basis` and `RL_*` are those of the governing position, the one with the least remaining life
    today. `RL_y` counts from `RL_from_d`, the day of that position's reading, which may be older than
    `last_reading_d`, the latest reading of the component. `flags` has the bits of `RESULT_FLAGS` that concern life.
    """

    component_row: IntArray = col("id")
    n_cml: IntArray = col("count")
    n_cml_read: IntArray = col("count")
    n_positions: IntArray = col("count")
    n_readings: IntArray = col("count")
    governing_cml_row: IntArray = col("id")
    governing_position_row: IntArray = col("id")
    t_min_mm: FloatArray = col("thickness")
    t_mean_mm: FloatArray = col("thickness")
    t_cov: FloatArray = col("ratio")
    last_reading_d: IntArray = col("date")
    CR_LT: FloatArray = col("rate")
    CR_ST: FloatArray = col("rate")
    CR_reg: FloatArray = col("rate")
    CR_reg_lo: FloatArray = col("rate")
    CR_reg_hi: FloatArray = col("rate")
    CR_hist: FloatArray = col("rate")
    CR_gov: FloatArray = col("rate")
    CR_max: FloatArray = col("rate")
    CR_mean: FloatArray = col("rate")
    rate_basis: IntArray = col("code", codes="rate_basis")
    t_req_mm: FloatArray = col("thickness")
    RL_y: FloatArray = col("time")
    RL_lo_y: FloatArray = col("time")
    RL_hi_y: FloatArray = col("time")
    RL_today_y: FloatArray = col("time")
    RL_from_d: IntArray = col("date")
    t_alert_reached_d: IntArray = col("date")
    t_min_reached_d: IntArray = col("date")
    t_retire_reached_d: IntArray = col("date")
    t_rdi_mm: FloatArray = col("thickness")
    t_rdi_d: IntArray = col("date")
    t_rdi_choice: IntArray = col("code", codes="t_rdi_choice")
    flags: IntArray = col("id")
