"""Parts of a plant in any order, and comparisons of what two studies say of the same component."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from integrity.core.frame import Frame
from integrity.core.frames.plant import Plant
from integrity.services.types import Study

# Columns that point to rows of another frame.
ROWS = ("component_row", "governing_cml_row")


def _of(owner: np.ndarray, rows: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Members of the rows in their order, and the new owner of each."""
    place = np.full(n, -1, dtype=np.int64)
    place[rows] = np.arange(rows.size)
    kept = np.flatnonzero(place[owner] >= 0)
    kept = kept[np.argsort(place[owner[kept]], kind="stable")]
    return kept, place[owner[kept]]


def part(plant: Plant, rows: np.ndarray) -> Plant:
    """The plant of some components in the order given, with their CMLs, readings and inspections."""
    n = plant.components.n
    of_cml, cml_owner = _of(plant.cmls.component_row, rows, n)
    of_reading, reading_owner = _of(plant.readings.cml_row, of_cml, plant.cmls.n)
    of_inspection, inspection_owner = _of(plant.inspections.component_row, rows, n)
    return Plant(
        plant.site,
        plant.as_of_d,
        plant.components.take(rows),
        replace(plant.cmls.take(of_cml), component_row=cml_owner),
        replace(plant.readings.take(of_reading), cml_row=reading_owner),
        replace(plant.inspections.take(of_inspection), component_row=inspection_owner),
    )


def joined(first: Plant, second: Plant) -> Plant:
    """Both plants in one, the second behind the first."""

    def both(a: Frame, b: Frame, **shift: int) -> dict[str, np.ndarray]:
        return {
            name: np.concatenate([values, getattr(b, name) + shift.get(name, 0) if name in shift else getattr(b, name)])
            for name, values in a.columns().items()
        }

    n, m = first.components.n, first.cmls.n
    return Plant(
        first.site,
        first.as_of_d,
        type(first.components)(**both(first.components, second.components, component_id=n, equipment_id=10**6)),
        type(first.cmls)(**both(first.cmls, second.cmls, component_row=n)),
        type(first.readings)(**both(first.readings, second.readings, cml_row=m)),
        type(first.inspections)(**both(first.inspections, second.inspections, component_row=n)),
    )


def digests(study: Study) -> dict[str, str]:
    """Digest of every frame and panel that a study returns, and of what design, life and risk gave it."""
    assert study.parts is not None
    names = ("positions", "cmls", "components", "circuits", "candidates")
    out = {name: getattr(study, name).digest() for name in names}
    out |= {"design": study.parts.design.frame.digest(), "risk": study.parts.risk.frame.digest()}
    out["life"] = study.parts.life.components.digest()
    for name in ("panel", "panel_planned"):
        panel = getattr(study, name)
        data = b"".join(a.tobytes() for a in (panel.dates_d, panel.D_f, panel.P_f, panel.risk))
        out[name] = hashlib.sha256(data).hexdigest()
    return out


def differing(a: Frame, rows_a: np.ndarray, b: Frame, rows_b: np.ndarray) -> list[str]:
    """Columns in which rows of two frames are not the same to the last bit."""
    out = []
    for name in a.quantities():
        x, y = getattr(a, name)[rows_a], getattr(b, name)[rows_b]
        same = np.array_equal(x, y) if x.dtype != np.float64 else np.array_equal(x, y, equal_nan=True)
        if name not in ROWS and not same:
            out.append(name)
    return out
