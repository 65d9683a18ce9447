"""Sample inputs of the procedures of this room, one row for each branch."""

from __future__ import annotations

from typing import Any

from integrity.core.arrays import NO_DATE

NAN = float("nan")
D = 15000
G, V, X = 0, 1, 2

_READINGS: list[list[tuple[int, float, int, int, int]]] = [
    [(D, 12.0, G, 0, 0), (D + 1800, 11.5, G, 0, 0), (D + 3600, 10.0, G, 0, 0)],  # short-term governs
    [(D, 12.0, G, 0, 0), (D + 1800, 10.5, G, 0, 0), (D + 3600, 10.1, G, 0, 0)],  # long-term governs
    [(D, 12.0, G, 0, 0), (D + 3000, 11.0, G, 0, 0), (D + 3090, 10.4, G, 0, 0)],  # short interval, lower
    [(D, 12.0, G, 0, 0), (D + 3000, 12.1, G, 0, 0)],  # growth, no measurable rate
    [(D + 3000, 11.0, G, 0, 0)],  # one reading, estimate from nominal
    [(D + 3000, 11.0, V, 0, 0), (D + 3100, 9.0, X, 0, 0)],  # nothing good
    [],  # nothing at all
    [(D, 12.0, G, 0, 0), (D + 2000, 11.2, G, 0, 0)],  # override
    [(D, 12.0, G, 0, 0), (D + 2000, 11.2, G, 0, 0), (D + 2000, 11.1, G, 0, 0)],  # owner's rate without a reason
    [(D, 12.0, G, 0, 1), (D + 2000, 11.2, G, 0, 0)],  # entered nominal
    [(D, 12.0, G, 0, 0), (D + 100, 11.2, G, 1, 0)],  # accepted short interval, no short-term pair
    [(D - 500, 8.0, G, 0, 0), (D, 12.0, G, 0, 0), (D + 3000, 11.9, G, 0, 0)],  # earlier baseline, below the minimum
]

_RATE_COLUMNS: dict[str, Any] = {
    "start_d": [NO_DATE, NO_DATE, D, D, D, D, D, NO_DATE, NO_DATE, NO_DATE, D, D],
    "as_of_d": [NO_DATE, *[D + 5000] * 11],
    "t_nom_mm": [NAN, 12.7, 12.7, 12.7, 12.7, 12.7, 12.7, NAN, NAN, NAN, 12.7, 12.7],
    "CR_owner": [NAN, NAN, NAN, NAN, NAN, NAN, 0.3, 0.12, 0.4, NAN, NAN, NAN],
    "owner_reason": [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0],
}


def _long(rows: list[list[tuple[int, float, int, int, int]]]) -> dict[str, list[Any]]:
    flat = [(case, *r) for case, many in enumerate(rows) for r in many]
    names = ("case", "date_d", "t_mm", "quality", "accept_short", "is_nominal")
    return dict(zip(names, (list(c) for c in zip(*flat, strict=True)), strict=True))


_LIFE_COLUMNS: dict[str, Any] = {
    "t_last_mm": [10.0, 10.0, 6.5, 10.0, 10.0, NAN, 10.0, 7.0, 10.0],
    "t_req_mm": [7.0, 7.0, 7.0, 7.0, 7.0, 7.0, NAN, 7.0, 7.0],
    "last_d": [D + 3600, D + 3600, D + 3600, D + 3600, D + 3600, NO_DATE, D, D, D],
    "CR_gov": [0.3, 0.2, 0.1, 0.0, 0.1, 0.1, 0.1, 0.1, 0.025],
    "CR_reg_lo": [0.1, 0.15, 0.05, NAN, -0.1, NAN, NAN, 0.05, NAN],
    "CR_reg_hi": [0.4, 0.18, 0.2, NAN, 0.3, NAN, NAN, 0.2, NAN],
    "CR_other_side": [NAN, 0.1, NAN, NAN, NAN, NAN, NAN, NAN, NAN],
    "t_alert_mm": [8.0, 8.0, 8.0, 8.0, NAN, 8.0, 8.0, 8.0, 8.0],
    "t_retire_mm": [7.0, 7.0, 7.0, 7.0, NAN, 7.0, 7.0, 7.0, 7.0],
    "temp_repair_expiry_d": [NO_DATE, NO_DATE, D + 4000, NO_DATE, D + 4000, NO_DATE, NO_DATE, D + 9000, NO_DATE],
    "as_of_d": [D + 5000, D + 5000, D + 5000, D + 5000, NO_DATE, D + 5000, D + 5000, D + 5000, D + 5000],
}

_POSITIONS: dict[str, Any] = {
    "case": [0, 0, 0, 1, 2, 2, *[4] * 16],
    "cml": ["A-001", "A-001", "A-002", "B-001", "C-001", "C-002", *["E-001"] * 16],
    "position_text": ["0", "90", "0", "", "1", "2", *[str(i) for i in range(16)]],
    "t_last_mm": [9.0, 10.0, 8.0, 7.0, NAN, 9.0, *[10.0 + 0.05 * i for i in range(16)]],
    "last_d": [D, D, D + 900, D, NO_DATE, D, *[D + i for i in range(16)]],
    "CR_gov": [0.2, 0.5, 0.025, 0.1, NAN, NAN, *[0.1] * 16],
    "RL_y": [10.0, 6.0, 40.0, NAN, NAN, NAN, *[30.0 + i for i in range(16)]],
    "RL_today_y": [2.0, -2.0, 33.0, NAN, NAN, NAN, *[20.0 + i for i in range(16)]],
    "active": [1, 1, 1, 1, 1, 1, *[1] * 16],
}

SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, dict[str, Any]]]]] = {
    "life.position_rates": [(_RATE_COLUMNS, {"readings": _long(_READINGS)})],
    "life.remaining_life": [(_LIFE_COLUMNS, {})],
    "life.component": [
        (
            {
                "t_nom_mm": [12.0, 12.0, 12.0, 12.7, 12.0],
                "installed_d": [9000, 9000, 9000, 9000, 9000],
                "local_mechanism": [0, 1, -1, 0, 0],
            },
            {"positions": _POSITIONS},
        )
    ],
    "life.extreme_value": [
        (
            {"coverage": [0.02, 0.5, 1.5]},
            {
                "points": {
                    "case": [0] * 12 + [1] * 3 + [2] * 10,
                    "t_mm": [
                        9.1,
                        9.4,
                        8.8,
                        9.6,
                        9.2,
                        9.0,
                        9.5,
                        9.3,
                        8.6,
                        9.4,
                        9.1,
                        9.2,
                        9.0,
                        8.0,
                        7.0,
                        *[9.0, 8.0] * 5,
                    ],
                }
            },
        )
    ],
}

# Settings under which the samples run once more, so that every branch is reached.
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "life.position_rates": [
        {"rate.policy": "long_term"},
        {"rate.policy": "short_term"},
        {"rate.policy": "regression_bound"},
        {"rate.nominal_as_first": True},
    ],
    "life.component": [{"rbi.t_rdi": "average_if_general"}],
}
