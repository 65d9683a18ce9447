"""Small plants for the tests of this room, from compact lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame

GOOD, VERIFY, IGNORED = (index_of("reading_quality", q) for q in ("good", "verify", "ignored"))
READING = ("cml_row", "position", "date_d", "t_mm", "quality", "accept_short", "is_nominal")


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


AS_OF = day("2026-11-01")


def reading(when: str, t: float, quality: int = GOOD, *, accept: int = 0, nominal: int = 0) -> tuple[Any, ...]:
    return (day(when), t, quality, accept, nominal)


def plant(
    readings: dict[tuple[int, int], list[tuple[Any, ...]]],
    cmls: dict[str, Any] | None = None,
    components: dict[str, Any] | None = None,
    as_of_d: int = AS_OF,
) -> Plant:
    """Readings by (CML row, position); CMLs and components default to one component."""
    rows = [(c, p, *r) for (c, p), many in sorted(readings.items()) for r in sorted(many, key=lambda r: r[0])]
    columns = dict(zip(READING, zip(*rows, strict=True), strict=True)) if rows else {}
    n_cml = max([c for c, _ in readings], default=-1) + 1
    given = {"component_row": np.zeros(n_cml, dtype=np.int64), **(cmls or {})}
    n_cml = len(given["component_row"])
    given = {"cml_id": np.arange(n_cml), "cml": [f"CML-{i}" for i in range(n_cml)], "active": np.ones(n_cml), **given}
    comps = {"component_id": [1], **(components or {})}
    n = len(comps["component_id"])
    comps = {"circuit_id": np.full(n, 7), "circuit": ["CC-7"] * n, **comps}
    columns["reading_id"] = np.arange(len(rows))
    columns["position_text"] = [f"p{r[1]}" for r in rows]
    return Plant(
        "test",
        as_of_d,
        ComponentFrame.from_columns(comps),
        CmlFrame.from_columns(given, n_cml),
        ReadingFrame.from_columns(columns, len(rows)),
        InspectionFrame.from_columns({}, 0),
    )


def random_plant(seed: int, n_comp: int = 5, messy: bool = True) -> Plant:
    """A plant with repeats of a day, short intervals, bad qualities, gaps, empty CMLs and components."""
    rng = np.random.default_rng(seed)
    owner = np.sort(rng.integers(0, n_comp, int(rng.integers(0, 3 * n_comp + 1))))
    many: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for cml in range(owner.size):
        for position in range(int(rng.choice([0, 1, 1, 2, 4]))):
            n = int(rng.choice([1, 2, 3, 4, 6, 9]))
            days = 9000 + np.cumsum(rng.choice([0, 60, 170, 200, 365, 366, 900, 1500], n))
            t = 12.0 - rng.uniform(-0.02, 0.4) * (days - days[0]) / 365.25 + rng.normal(0, 0.12, n)
            quality = rng.choice([GOOD, VERIFY, IGNORED], n, p=[0.86, 0.08, 0.06] if messy else [1, 0, 0])
            accept, nominal = rng.choice([0, 1], n, p=[0.8, 0.2]), np.zeros(n, dtype=int)
            nominal[0] = int(messy and rng.random() < 0.15)
            many[cml, position] = [
                (int(d), float(v), int(q), int(a), int(k))
                for d, v, q, a, k in zip(days, np.round(t, 2), quality, accept, nominal, strict=True)
            ]
    start = rng.choice([NO_DATE, 8000, 9500], owner.size)
    reason = np.array(["", "study 12"], dtype=object)[rng.integers(0, 2, n_comp)]
    comps = {
        "component_id": np.arange(n_comp),
        "t_nom_mm": np.full(n_comp, 12.7),
        "in_service_d": np.full(n_comp, 8000),
        "CR_owner": np.where(rng.random(n_comp) < 0.4, rng.uniform(0, 0.4, n_comp), np.nan),
        "CR_owner_reason": reason,
        "circuit_id": np.sort(rng.integers(-1, 3, n_comp)),
        "circuit": ["c"] * n_comp,
        "local_mechanism": rng.integers(-1, 2, n_comp),
        "temp_repair_expiry_d": rng.choice([NO_DATE, 21000], n_comp),
    }
    cmls = {"component_row": owner, "start_d": start, "t_nom_mm": np.full(owner.size, 12.7)}
    return plant(many, cmls, comps)
