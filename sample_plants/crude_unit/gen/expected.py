"""Writes the answer key: planted mistakes, dates to parse, counts and the truth."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

from .model import AS_OF, NOTE_EN, NOTE_ZH, SEED, Component, Plant
from .surveys import BIAS_MM, MAX_RISE_MM, REPEAT_MM, VELOCITY_PER_DEGC
from .tables import HOT_LINES, LOCAL_ELBOWS, PROCESS_CHANGE
from .truth import NO_RATE, UNSEEN
from .write_other import REGISTERED

FILES = {"05": "05_ut_long_gauge.csv", "07": "07_ut_piping_sheet.xlsx", "08": "08_ut_batch_2019.csv"}


def _file(src: str) -> str:
    return FILES.get(src) or f"06_ut_vessel_sheet_{src[3:]}.xlsx"


def error_list(plant: Plant) -> list[dict[str, object]]:
    wrong = [r for r in plant.readings if r.error is not None]
    wrong.sort(key=lambda r: (str(r.error and r.error["kind"]), _file(r.src), r.sheet, r.row, r.column))
    out: list[dict[str, object]] = []
    for n, r in enumerate(wrong, start=1):
        assert r.error is not None
        out.append(
            {
                "id": f"E{n:03d}",
                "kind": r.error["kind"],
                "file": _file(r.src),
                "sheet": r.sheet,
                "row": r.row,
                "column": r.column,
                "cml": r.id_text if r.error["kind"] == "unknown_cml" else r.cml.cid,
                "position": r.pos,
                "cell": r.cell,
                "date": r.day.isoformat(),
                **r.error,
            }
        )
    return out


def _beyond(plant: Plant) -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for item in plant.items:
        if item.kind not in REGISTERED:
            continue
        start = item.replaced or item.in_service
        stated = item.life not in ("", "—")
        years = int(item.life) if stated else 20
        reached = date(start.year + years, start.month, start.day)
        if reached <= AS_OF:
            out.append(
                {
                    "tag": item.tag,
                    "rule": "stated_life" if stated else "no_stated_life_20_years",
                    "reached": reached.isoformat(),
                }
            )
    return out


def _rebased(plant: Plant) -> list[dict[str, object]]:
    old: Counter[str] = Counter(r.cml.comp.cid for r in plant.readings if r.old_instance)
    return [
        {
            "component": c.cid,
            "replaced_on": c.start.isoformat(),
            "level": "item" if c.item.replaced else "component",
            "readings_before": old.get(c.cid, 0),
        }
        for c in plant.comps
        if c.replaced or c.item.replaced
    ]


def _repairs(plant: Plant, truth: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    facts = plant.facts["repairs"]
    assert isinstance(facts, list)
    return [{**r, "covers_worst_point": truth[r["component"]]["worst_cml"] == r["cml"]} for r in facts]


def mawp_left(c: Component, t: float) -> float:
    """Pressure (MPa) that a GB 150 cylinder of wall t still carries."""
    assert c.ID
    return 2.0 * c.S * c.E * t / (c.ID + t)


def write_expected(plant: Plant, truth: dict[str, dict[str, object]], path: Path) -> dict[str, object]:
    errors = error_list(plant)
    lives = [float(str(e["RL"])) for e in truth.values() if e["RL"] is not None]
    weak = next(c for c in plant.comps if c.cid == "V-103-SH1")
    files: Counter[str] = Counter(_file(r.src) for r in plant.readings)
    seen = plant.facts["date_seen"]
    assert isinstance(seen, dict)
    key: dict[str, object] = {
        "note": f"{NOTE_EN}; {NOTE_ZH}",
        "seed": SEED,
        "as_of": AS_OF.isoformat(),
        "counts": {
            "equipment": len(plant.items),
            "lines": len(plant.lines),
            "components": len(plant.comps),
            "components_equipment": sum(c.item.kind != "piping" for c in plant.comps),
            "components_piping": sum(c.item.kind == "piping" for c in plant.comps),
            "cmls": len(plant.cmls),
            "positions": sum(len(m.positions) for m in plant.cmls),
            "readings": len(plant.readings),
            "readings_by_file": dict(sorted(files.items())),
            "errors": len(errors),
            "errors_by_kind": dict(sorted(Counter(str(e["kind"]) for e in errors).items())),
        },
        "noise": {
            "bias_mm": BIAS_MM,
            "repeatability_mm": REPEAT_MM,
            "truncated_at_sigma": 2,
            "velocity_per_degC": round(VELOCITY_PER_DEGC, 7),
            "hot_lines": HOT_LINES,
            "max_clean_rise_mm": MAX_RISE_MM,
            "rounding_mm": [0.1, 0.01],
            "rounding_in": 0.001,
        },
        "errors": errors,
        "date_checks": list(seen.values()),
        "ambiguous_dates": {
            "file": "08_ut_batch_2019.csv",
            "column": "Survey Date",
            "order": "d/m/y",
            "deciding_rows": plant.facts["deciding_rows"],
        },
        "rebaselined": _rebased(plant),
        "process_changes": [{"circuit": k, "date": v[0], "rate_factor": v[1]} for k, v in PROCESS_CHANGE.items()],
        "local_thinning_elbows": {f"P-{k}-EL1": v for k, v in LOCAL_ELBOWS.items()},
        "no_measurable_rate": NO_RATE,
        "beyond_design_life": _beyond(plant),
        "unmonitored_worst": [{"component": cid, "line": "P-1012", **truth[cid]} for cid in UNSEEN],
        "relief_above_mawp": [
            {
                "prd": "PSV-V103",
                "item": "V-103",
                "component": weak.cid,
                "set_MPa": weak.P,
                "mawp_left_MPa": round(mawp_left(weak, float(str(truth[weak.cid]["t"]))), 4),
            }
        ],
        "temporary_repairs": _repairs(plant, truth),
        "sap_differences": plant.facts["sap_differences"],
        "life_bands": {
            "below_t_req": sum(x < 0 for x in lives),
            "0_to_2": sum(0 <= x < 2 for x in lives),
            "2_to_10": sum(2 <= x <= 10 for x in lives),
            "above_10": sum(x > 10 for x in lives),
            "no_rate": sum(e["RL"] is None for e in truth.values()),
        },
        "truth": {
            "basis": "t_req by the code formula with as-built inside diameter, stated S and E, design "
            "pressure plus static head, no allowance; external pressure with E_y 180000 and S_y 245 MPa",
            "components": truth,
            "positions": {
                m.cid: {
                    "p": m.positions,
                    "t": [round(float(x), 3) for x in m.wall(AS_OF)],
                    "rate": [round(float(x), 4) for x in m.rate],
                }
                for m in plant.cmls
            },
        },
    }
    path.write_bytes(_dump(key).encode("utf-8"))
    return key


def _dump(key: dict[str, object]) -> str:
    """Readable at the top, one line an entry below, so that the file stays small."""
    out = []
    for name, value in key.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            body = ",\n  ".join(json.dumps(v, ensure_ascii=False) for v in value)
            out.append(f" {json.dumps(name)}: [\n  {body}\n ]")
        elif name == "truth":
            assert isinstance(value, dict)
            parts = [f'  "basis": {json.dumps(value["basis"])}']
            for part in ("components", "positions"):
                body = ",\n   ".join(
                    f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in value[part].items()
                )
                parts.append(f'  "{part}": {{\n   {body}\n  }}')
            out.append(' "truth": {\n' + ",\n".join(parts) + "\n }")
        else:
            out.append(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(out) + "\n}\n"
