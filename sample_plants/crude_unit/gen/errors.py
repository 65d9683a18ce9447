"""Plants the known mistakes in the readings; each carries its line of the answer key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from .model import AS_OF, Cml, Plant, Reading

FLAGGED, REJECTED = "flagged", "rejected"


class Planter:
    """Chooses clean readings, one mistake a CML, and never the governing point of a short-lived part."""

    def __init__(self, plant: Plant, protected: set[str], rng: np.random.Generator) -> None:
        self.plant, self.rng = plant, rng
        self.used = set(protected)
        self.by_point: dict[tuple[str, str], list[Reading]] = defaultdict(list)
        for r in plant.readings:
            if not r.old_instance:
                self.by_point[(r.cml.cid, r.pos)].append(r)

    def pick(self, src: str, n: int, ok: Callable[[Reading, int], bool]) -> list[Reading]:
        """n readings of a source whose place in their series passes `ok`."""
        out: list[Reading] = []
        points = [k for k, rs in self.by_point.items() if any(r.src.startswith(src) for r in rs)]
        for i in self.rng.permutation(len(points)):
            cid, pos = points[i]
            if (
                cid in self.used
                or self.by_point[(cid, pos)][0].cml.comp.start != self.by_point[(cid, pos)][0].cml.comp.item.in_service
            ):
                continue
            series = self.by_point[(cid, pos)]
            fits = [r for k, r in enumerate(series) if r.src.startswith(src) and ok(r, k)]
            if not fits:
                continue
            out.append(fits[len(fits) // 2])
            self.used.add(cid)
            if len(out) == n:
                return out
        raise ValueError(f"not enough readings in {src}")

    def series(self, r: Reading) -> list[Reading]:
        return self.by_point[(r.cml.cid, r.pos)]


def mark(r: Reading, kind: str, outcome: str, wrong: str, **more: object) -> None:
    r.error = {
        "kind": kind,
        "expected_finding": kind,
        "expected_outcome": outcome,
        "what_is_wrong": wrong,
        **more,
    }


def plant_errors(plant: Plant, protected: set[str], rng: np.random.Generator) -> None:
    """Plant every kind in a fixed order."""
    p = Planter(plant, protected, rng)
    _first_is_nominal(p)
    _decimal(p)
    _growth(p)
    _texts(p)
    _above_nominal(p)
    _units(p)
    _typos(p)
    _unknown(p)
    _duplicates(p)
    _short_interval(p)


def _not_first(r: Reading, k: int) -> bool:
    return k >= 1


def _decimal(p: Planter) -> None:
    for (src, n), factor in zip((("05", 2), ("07", 1), ("06", 1)), (10.0, 10.0, 0.1), strict=True):
        for i, r in enumerate(p.pick(src, n, _not_first)):
            f = factor if i == 0 else 0.1
            right = r.mm
            r.mm = right * f
            word = "ten times too large" if f > 1 else "ten times too small"
            mark(r, "decimal_slip", FLAGGED, f"decimal point slipped: value {word}", right_mm=round(right, 3))


def _growth(p: Planter) -> None:
    def ok(r: Reading, k: int) -> bool:
        s = p.series(r)
        return k >= 1 and s[k - 1].mm + 0.75 <= r.cml.comp.nominal * 1.03

    for src, n in (("05", 3), ("07", 1), ("06", 1)):
        for r in p.pick(src, n, ok):
            s = p.series(r)
            before = s[s.index(r) - 1].mm
            room = min(r.cml.comp.nominal * 1.05 - before, 1.6)
            right, r.mm = r.mm, round(before + max(0.72, room * 0.9), 2)
            mark(
                r,
                "growth",
                FLAGGED,
                f"wall grew {r.mm - before:.2f} mm since the last survey",
                right_mm=round(right, 3),
            )


def _texts(p: Planter) -> None:
    for src, words in (("05", ("N/A", "n/a")), ("07", ("N/A",)), ("06", ("N/A",))):
        for r, word in zip(p.pick(src, len(words), _not_first), words, strict=True):
            r.text = word
            mark(r, "not_a_number", REJECTED, f"text {word!r} in place of a thickness")
    for src, words in (("05", ("OBSTR", "obstructed")), ("07", ("OBSTR",)), ("06", ("OBS",))):
        for r, word in zip(p.pick(src, len(words), _not_first), words, strict=True):
            r.text, r.flags = word, "obstructed"
            mark(r, "obstructed", REJECTED, "point was obstructed, no value taken")


def _above_nominal(p: Planter) -> None:
    def first_pipe(r: Reading, k: int) -> bool:
        return k == 0 and not r.cml.comp.is_plate and r.cml.comp.nominal >= 6.0

    def first_plate(r: Reading, k: int) -> bool:
        return k == 0 and r.cml.comp.is_plate and r.cml.comp.geometry == "cylinder"

    for src, n, ok, factor in (
        ("05", 2, first_pipe, 1.24),
        ("07", 1, first_pipe, 1.21),
        ("05", 1, first_plate, 1.17),
    ):
        for r in p.pick(src, n, ok):
            right, r.mm = r.mm, round(r.cml.comp.nominal * factor, 1)
            mark(
                r,
                "above_nominal",
                FLAGGED,
                f"first reading is {factor:.2f} of nominal",
                right_mm=round(right, 3),
            )


def _units(p: Planter) -> None:
    """A block of one day's batch rows typed in inches, and two millimetre values in an inch sheet."""
    block = [
        r for r in p.plant.readings if r.src == "08" and r.cml.comp.item.short == "P-1043" and r.cml.cid not in p.used
    ][:5]
    for r in block:
        p.used.add(r.cml.cid)
        r.unit = "in"
        mark(r, "unit_mixup", FLAGGED, "inches typed in a millimetre file", right_mm=round(r.mm, 3))
    for r in p.pick("06", 2, _not_first):
        r.unit = "mm"
        mark(r, "unit_mixup", FLAGGED, "millimetres typed in an inch sheet", right_mm=round(r.mm, 3))


def _letter_o(text: str) -> str:
    """Replace the zero of the item number by the letter O."""
    head, number, tail = text.rsplit("-", 2)
    return f"{head}-{number.replace('0', 'O', 1)}-{tail}"


def _typos(p: Planter) -> None:
    for src, n in (("05", 2), ("08", 1), ("07", 1)):
        for r in p.pick(src, n, lambda r, k: k >= 1 and "0" in r.cml.cid.rsplit("-", 2)[1]):
            typed = _letter_o(r.cml.cid)
            rows = [q for q in p.plant.readings if q.cml is r.cml and q.day == r.day and q.src == r.src]
            for q in rows:
                q.id_text = typed
            mark(
                rows[0],
                "id_typo",
                REJECTED,
                f"letter O for zero: {typed}",
                suggestion=r.cml.cid,
                whole_row=True,
                readings=len(rows),
            )


def _unknown(p: Planter) -> None:
    for src, ids in (("05", ("C-101-977", "E-102-451")), ("08", ("P-1099-003",))):
        for r, typed in zip(p.pick(src, len(ids), _not_first), ids, strict=True):
            extra = Reading(r.cml, "", r.day, round(r.mm - 0.1, 2), src, id_text=typed)
            mark(
                extra,
                "unknown_cml",
                REJECTED,
                f"{typed} is not in the CML master",
                whole_row=True,
                readings=1,
            )
            p.plant.readings.append(extra)


def _duplicates(p: Planter) -> None:
    """The survey of one small component was exported twice."""
    r = p.pick("05", 1, lambda r, k: k >= 1 and r.cml.comp.item.tag == "V-109" and r.cml.comp.cid.endswith("HD1"))[0]
    rows = [q for q in p.plant.readings if q.cml.comp is r.cml.comp and q.day == r.day and q.error is None]
    for q in rows:
        p.used.add(q.cml.cid)
        twin = Reading(q.cml, q.pos, q.day, q.mm, q.src, copy=1)
        mark(
            twin,
            "duplicate_survey",
            FLAGGED,
            "same point, day and value already in the file",
            whole_row=True,
            readings=1,
        )
        p.plant.readings.append(twin)


def _short_interval(p: Planter) -> None:
    def last(r: Reading, k: int) -> bool:
        return k == len(p.series(r)) - 1 and k >= 2 and r.day + timedelta(days=80) < AS_OF

    for r in p.pick("05", 3, last):
        gap = int(p.rng.integers(55, 66))
        day = r.day + timedelta(days=gap)
        again = Reading(r.cml, r.pos, day, round(r.mm - float(p.rng.uniform(0.05, 0.18)), 2), "05", temp=r.temp)
        mark(again, "short_interval", FLAGGED, f"{gap} days after the last survey of the point")
        p.plant.readings.append(again)


def _first_is_nominal(p: Planter) -> None:
    """Design walls typed in as if they had been measured in the year of start-up."""
    for cid in ("V-106-HD1", "E-119-CH1", "P-1047-ST1"):
        for m in [m for m in p.plant.cmls if m.comp.cid == cid]:
            p.used.add(m.cid)
            src = "07" if m.scheme == "R1-R4" else "05"
            rows = [Reading(m, pos, date(1992, 9, 18), m.comp.nominal, src) for pos in m.positions]
            for q in rows:
                mark(
                    q,
                    "nominal_as_first",
                    FLAGGED,
                    "first reading equals nominal at every point of the part",
                    group=cid,
                )
            p.plant.readings.extend(rows)


def protected_points(plant: Plant, truth: dict[str, dict[str, object]]) -> set[str]:
    """CMLs that govern a component with less than ten years, and points under repair."""
    out = {
        str(e["worst_cml"])
        for e in truth.values()
        if e["worst_cml"] and e["RL"] is not None and float(str(e["RL"])) < 10.0
    }
    return out | {m.cid for m in plant.cmls if m.removed_at} | _local(plant.cmls)


def _local(cmls: list[Cml]) -> set[str]:
    return {m.cid for m in cmls if len(m.rate) > 1 and m.rate.max() > 2.5 * max(float(np.median(m.rate)), 1e-9)}
