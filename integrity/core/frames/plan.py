"""Frame of planned tasks, ready to be written to a maintenance system."""

from __future__ import annotations

from dataclasses import dataclass

from integrity.core.arrays import FloatArray, IntArray, TextArray
from integrity.core.frame import Frame, col


@dataclass(frozen=True, eq=False)
class TaskFrame(Frame):
    """One row a task: an item, a method and the date until which it must be done.

    `candidate_row` points to the candidate date it comes from. `statutory` is 1 where the date comes from a rule
    of the jurisdiction. Texts are in the language asked for when the frame was made.
    """

    task_key: TextArray = col("text")
    component_row: IntArray = col("id")
    candidate_row: IntArray = col("id")
    tag: TextArray = col("text")
    component: TextArray = col("text")
    unit: TextArray = col("text")
    kind: IntArray = col("code", codes="candidate_kind")
    method: IntArray = col("code", codes="task_method")
    effectiveness: IntArray = col("code", codes="effectiveness")
    on_stream: IntArray = col("flag")
    statutory: IntArray = col("flag")
    due_d: IntArray = col("date")
    start_d: IntArray = col("date")
    interval_y: FloatArray = col("time")
    priority: IntArray = col("id")
    hours: FloatArray = col("number")
    short_text: TextArray = col("text")
    long_text: TextArray = col("text")
    reference: TextArray = col("text")
    sap_equipment: TextArray = col("text")
    functional_location: TextArray = col("text")
    maximo_asset: TextArray = col("text")
    t_req_mm: FloatArray = col("thickness")
    t_alert_mm: FloatArray = col("thickness")
