"""Registered procedures of planning: the interval and due date of one rule."""

from __future__ import annotations

import numpy as np

from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import OWN_METHOD
from integrity.core.registry import register
from integrity.plan import intervals

BRANCHES = ("half_life", "short_life", "life_share", "used_up", "fixed")


def _compute(x: Inputs) -> Columns:
    RL, cap, share, short, short_max = (x[s] for s in ("RL_y", "years_max", "share", "short_life_y", "short_max_y"))
    by_life = x["by_life"] == 1
    branch = stack_codes(
        (~by_life, BRANCHES.index("fixed")),
        (RL <= 0.0, BRANCHES.index("used_up")),
        (~np.isnan(share), BRANCHES.index("life_share")),
        (short * (1.0 - 1e-9) > RL, BRANCHES.index("short_life")),
        default=BRANCHES.index("half_life"),
    )
    interval = np.select(
        [branch == i for i in range(len(BRANCHES))],
        [
            intervals.half_life(RL, cap),
            intervals.short_life(RL, short_max),
            intervals.life_share(RL, share, cap),
            intervals.used_up(RL),
            intervals.fixed(cap),
        ],
        np.nan,
    )
    return {"branch": branch, "interval_y": interval, "due_d": intervals.due_date(x["anchor_d"], interval)}


INTERVAL = register(
    Procedure(
        key="plan.interval",
        ref=OWN_METHOD.at("interval and due date of a rule"),
        inputs=(
            Param("anchor_d", "date"),
            Param("by_life", "flag"),
            Param("years_max", "time"),
            Param("RL_y", "time", required=False),
            Param("share", "ratio", required=False),
            Param("short_life_y", "time", required=False),
            Param("short_max_y", "time", required=False),
        ),
        outputs=(
            Param("branch", "code", codes=BRANCHES),
            Param("interval_y", "time", conclusion=True),
            Param("due_d", "date", conclusion=True),
        ),
        compute=_compute,
        limits=(
            Limit(
                "plan.remaining_life_known",
                OWN_METHOD.at("interval and due date of a rule"),
                lambda c: (c["by_life"] != 1) | ~np.isnan(c["RL_y"]),
            ),
        ),
        steps=(
            Step(intervals.half_life, "interval_y", when=("branch", "half_life")),
            Step(intervals.short_life, "interval_y", when=("branch", "short_life")),
            Step(intervals.life_share, "interval_y", when=("branch", "life_share")),
            Step(intervals.used_up, "interval_y", when=("branch", "used_up")),
            Step(intervals.fixed, "interval_y", when=("branch", "fixed")),
            Step(intervals.due_date, "due_d", note_params=("anchor_d", "interval_y")),
        ),
    )
)
