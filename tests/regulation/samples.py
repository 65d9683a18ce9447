"""Sample inputs of the regulation procedures."""

from __future__ import annotations

SAMPLES = {
    "regulation.design_life": [
        (
            {
                "in_service_d": [8000, 8000, 18000, 8000, 8000],
                "as_of_d": [20758] * 5,
                "design_life_y": [15.0, float("nan"), 20.0, 15.0, float("nan")],
                "assessed_until_d": [-(2**31), -(2**31), -(2**31), 22000, -(2**31)],
                "twenty_year_rule": [1, 1, 1, 1, 0],
            },
            {},
        )
    ]
}
