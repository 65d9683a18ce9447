"""Sample inputs of the planning procedures, one for each branch."""

from __future__ import annotations

SAMPLES = {
    "plan.interval": [
        (
            {
                "anchor_d": [18000, 18000, 18000, 18000, 18000, 18000, 18000],
                "by_life": [1, 1, 1, 1, 1, 0, 1],
                "years_max": [10.0, 10.0, 10.0, 15.0, 10.0, 6.0, 10.0],
                "RL_y": [13.0, 40.0, 3.2, 12.0, -1.5, float("nan"), float("nan")],
                "share": [float("nan"), float("nan"), float("nan"), 0.5, float("nan"), float("nan"), float("nan")],
                "short_life_y": [4.0, 4.0, 4.0, float("nan"), 4.0, float("nan"), 4.0],
                "short_max_y": [2.0, 2.0, 2.0, float("nan"), 2.0, float("nan"), 2.0],
            },
            {},
        )
    ]
}
