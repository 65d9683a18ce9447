"""Frames of what to do about risk: choices of inspection, what-if, causes of a change, uncertainty, editions."""

from __future__ import annotations

from dataclasses import dataclass

from integrity.core.arrays import FloatArray, IntArray, TextArray
from integrity.core.frame import Frame, col

CAUSES = ("program", "edition", "date", "inspection", "rate", "process", "design")


@dataclass(frozen=True, eq=False)
class ChoiceFrame(Frame):
    """Cheapest inspection that keeps a quantity below its target up to a day, one row a component and horizon.

    `horizon` is 0 for the next turnaround, 1 for the one after. `without` and `with_` are the quantity on the last
    day of the horizon without and with the choice; `best` is what the best grade on the first possible day would
    leave. `date_d`, `effectiveness` and `cost` are blank where nothing is needed or nothing suffices.
    """

    component_row: IntArray = col("id")
    horizon: IntArray = col("id")
    until_d: IntArray = col("date")
    choice_state: IntArray = col("code", codes="choice_state")
    date_d: IntArray = col("date")
    effectiveness: IntArray = col("code", codes="effectiveness")
    cost: FloatArray = col("number")
    without: FloatArray = col("number")
    with_: FloatArray = col("number")
    best: FloatArray = col("number")
    target: FloatArray = col("number")


@dataclass(frozen=True, eq=False)
class WaterfallFrame(Frame):
    """Change of a quantity between two runs by cause, one row a component that both runs have.

    The causes are taken in the order of `CAUSES`; each column is the change when the inputs of that cause are
    exchanged after those before it, so that old + changes = new. NaN where a step could not be assessed.
    """

    component_id: IntArray = col("id")
    old: FloatArray = col("number")
    program: FloatArray = col("number")
    edition: FloatArray = col("number")
    date: FloatArray = col("number")
    inspection: FloatArray = col("number")
    rate: FloatArray = col("number")
    process: FloatArray = col("number")
    design: FloatArray = col("number")
    new: FloatArray = col("number")


@dataclass(frozen=True, eq=False)
class TornadoFrame(Frame):
    """A quantity when one variable stands at its lower or upper share, the others as assessed."""

    component_row: IntArray = col("id")
    variable: TextArray = col("text")
    base: FloatArray = col("number")
    at_low: FloatArray = col("number")
    at_high: FloatArray = col("number")


@dataclass(frozen=True, eq=False)
class UncertaintyFrame(Frame):
    """Distribution of a quantity over random draws, one row a component.

    `above` is the share of draws that reach the target; `s_mean` the standard error of the mean; `n_refused` the
    draws that could not be assessed (they are in no other column).
    """

    component_row: IntArray = col("id")
    base: FloatArray = col("number")
    mean: FloatArray = col("number")
    s_mean: FloatArray = col("number")
    p05: FloatArray = col("number")
    p50: FloatArray = col("number")
    p95: FloatArray = col("number")
    greatest: FloatArray = col("number")
    above: FloatArray = col("ratio")
    n_draws: FloatArray = col("count")
    n_refused: FloatArray = col("count")


@dataclass(frozen=True, eq=False)
class EditionFrame(Frame):
    """What an assessment gives under one edition, one row a component and edition, in the order of the editions."""

    component_row: IntArray = col("id")
    edition: TextArray = col("text")
    D_f_total: FloatArray = col("damage_factor")
    P_f: FloatArray = col("frequency")
    CA: FloatArray = col("area")
    risk: FloatArray = col("risk_area")
    P_f_category: IntArray = col("id")
    risk_category: IntArray = col("code", codes="risk_category")
    moved: TextArray = col("text")
