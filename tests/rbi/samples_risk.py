"""Sample inputs of risk, under every source of bounds, matrix and lines."""

from __future__ import annotations

from typing import Any

NAN = float("nan")

SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "api581.2016.risk": [
        (
            {
                "P_f": [3.06e-5, 3.0600001e-5, 1e-3, 0.05, 2.0, NAN],
                "CA": [9.29, 9.2901, 500.0, 9290.0, 2e4, 10.0],
                "D_f_total": [1.0, 1.1, 30.0, 1600.0, 6e4, NAN],
            },
            {},
        )
    ],
    "owner.local_calibration": [
        (
            {"calibration_group": ["plant", "quiet loop", "no record"]},
            {
                "members": {
                    "case": [0, 0, 1],
                    "failures_observed": [2.0, 0.0, 0.0],
                    "observed_y": [10.0, 10.0, 12.0],
                    "P_f": [1e-3, 5e-2, 1e-4],
                }
            },
        )
    ],
}

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "api581.2016.risk": [
        {"rbi.matrix_cells": "/".join(["H H H H H", "M M M M M", "L L L L L", "L L L L L", "L L L L MH"])},
        {"rbi.category_by": "iso_risk"},
        {"rbi.category_from": "D_f", "rbi.edition": "2008"},
        {"rbi.P_f_bounds": "1e-6 1e-5 1e-4 1e-3", "rbi.CA_bounds": "1 10 100 1000"},
    ],
}
