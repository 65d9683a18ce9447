"""Sections of the validation report on what is verified: constants, data tables, interval rules."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from integrity.core.registry import procedures
from integrity.regulation.rules import rule_set
from tools.pages import ROOT, table

PACKAGE = ROOT / "integrity"

# Which calculation reads a data file; names of procedures, or of what else reads it.
READ_BY: Mapping[str, str] = {
    "design/tables/allowable_stress.csv": "materials.allowable_stress",
    "design/tables/constants.json": "design procedures, see the constants above",
    "design/tables/gb_pipe_od.csv": "sizes of pipe by DN",
    "design/tables/joint_quality.csv": "b31_3.2020.joint",
    "design/tables/material_aliases.csv": "names of steels",
    "design/tables/modulus.csv": "materials.strength",
    "design/tables/pipe_sizes.csv": "sizes of pipe by NPS and schedule",
    "design/tables/strength.csv": "materials.strength",
    "design/tables/structural_minimum.csv": "api574.structural",
    "design/tables/y_coefficient.csv": "b31_3.2020.pipe, b31_3.2020.bend, gb20801.2020.pipe, gb20801.2020.bend",
    "design/tables/yield_ratio.json": "materials.strength",
    "exchange/tables/plausibility.json": "findings of an import",
    "life/tables/life.json": "life procedures, see the constants above",
    "rbi/tables/brittle.json": "api581.2016.brittle, api581.2016.temper",
    "rbi/tables/bundle.json": "api581.2016.bundle_*",
    "rbi/tables/relief.json": "api581.2016.prd_*",
    "rbi/tables/embrittlement_885.json": "api581.2016.embrittlement_885",
    "rbi/tables/fatigue.json": "api581.2016.fatigue",
    "rbi/tables/external.json": "api581.2016.ext_corrosion, api581.2016.cui",
    "rbi/tables/lining.json": "api581.2016.lining",
    "rbi/tables/costs.json": "api581.2016.financial",
    "rbi/tables/costs_evaporation.csv": "api581.2016.financial",
    "rbi/tables/costs_material.csv": "api581.2016.financial, api581.2016.tank_financial",
    "rbi/tables/costs_outage.csv": "api581.2016.financial, api581.2016.tank_financial",
    "rbi/tables/costs_repair.csv": "api581.2016.financial, api581.2016.tank_financial",
    "rbi/tables/editions.json": "rules known to differ between editions, shown with the comparison of editions",
    "rbi/tables/finder.json": "conditions under which a damage mechanism is credible",
    "rbi/tables/flammable.csv": "api581.2016.flammable_area",
    "rbi/tables/fluids.csv": "api581.2016.release, api581.2016.flammable_area",
    "rbi/tables/gff.csv": "api581.2016.pof, api581.2016.consequence",
    "rbi/tables/htha.json": "api581.2016.htha",
    "rbi/tables/inspections.json": "which inspections count for a damage mechanism",
    "rbi/tables/management.json": "api581.2016.management_factor",
    "rbi/tables/owner_4m1e.json": "owner.4m1e_factor",
    "rbi/tables/rate_acid_sour_water.json": "api581.2016.rate_acid_sour_water",
    "rbi/tables/rate_alkaline_sour_water.json": "api581.2016.rate_alkaline_sour_water",
    "rbi/tables/rate_amine.json": "api581.2016.rate_amine",
    "rbi/tables/rate_co2.json": "api581.2016.rate_co2",
    "rbi/tables/rate_cooling_water.json": "api581.2016.rate_cooling_water",
    "rbi/tables/rate_groundwater.json": "api581.2016.rate_groundwater",
    "rbi/tables/rate_h2s_h2.json": "api581.2016.rate_h2s_h2",
    "rbi/tables/rate_hcl.json": "api581.2016.rate_hcl",
    "rbi/tables/rate_hf.json": "api581.2016.rate_hf",
    "rbi/tables/rate_oxidation.json": "api581.2016.rate_oxidation",
    "rbi/tables/rate_soil.json": "api581.2016.rate_soil",
    "rbi/tables/rate_sulfidic.json": "api581.2016.rate_sulfidic",
    "rbi/tables/rate_sulfuric.json": "api581.2016.rate_sulfuric",
    "rbi/tables/rate_tank_bottom.json": "api581.2016.rate_tank_bottom",
    "rbi/tables/level2.json": "api581.2016.level2_*",
    "rbi/tables/nfnt.json": "api581.2016.nfnt_area",
    "rbi/tables/release.json": "api581.2016.release, api581.2016.flammable_area",
    "rbi/tables/risk.json": "api581.2016.risk",
    "rbi/tables/sigma.json": "api581.2016.sigma",
    "rbi/tables/temper.json": "api581.2016.temper",
    "rbi/tables/scc.json": "api581.2016.scc_*, api581.2016.ext_clscc, api581.2016.cui_clscc",
    "rbi/tables/scc_base.csv": "api581.2016.scc_*, api581.2016.ext_clscc, api581.2016.cui_clscc",
    "rbi/tables/tank.json": "api581.2016.tank_shell, api581.2016.tank_bottom",
    "rbi/tables/thinning.json": "api581.2016.thinning",
    "rbi/tables/toxic.csv": "api581.2016.toxic_area",
    "rbi/tables/toxic.json": "api581.2016.toxic_area",
    "regulation/rules/scope.json": "scope test under the Chinese supervision rules",
}
# Files with words, codes, units, samples and hours, settings (in the handbook), and rules (below the tables).
ELSEWHERE = (
    "core/tables/codes.json",
    "core/tables/quantities.json",
    "core/tables/settings.json",
    "design/tables/sources.json",
    "exchange/tables/cmms_targets.json",
    "exchange/tables/fields.json",
    "exchange/tables/units.json",
    "exchange/tables/words.json",
    "services/tables/properties.json",
    "services/tables/samples.json",
    "services/tables/tasks.json",
    "regulation/rules/api.json",
    "regulation/rules/cn.json",
)


def data_files() -> list[str]:
    """Data files of the calculation rooms and of import, relative to the package.

    Returns
    -------
    list of str
    """
    found = [*PACKAGE.glob("*/tables/*"), *PACKAGE.glob("regulation/rules/*")]
    return sorted(p.relative_to(PACKAGE).as_posix() for p in found if p.suffix in (".csv", ".json"))


def constants_count() -> tuple[int, int]:
    """Constants of all procedures and how many of them are unverified; one used in two procedures counts twice.

    Returns
    -------
    (int, int)
    """
    every = [c for p in procedures() for c in p.constants.values()]
    return len(every), sum(not c.verified for c in every)


def constants_section() -> str:
    """Unverified constants of each procedure.

    Returns
    -------
    str
    """
    rows = [
        (f"`{p.key}`", f"`{name}`", f"{c.value:g}", c.edition, c.source)
        for p in procedures()
        for name, c in p.constants.items()
        if not c.verified
    ]
    return table(("procedure", "constant", "value", "edition or clause", "source"), rows)


def tables_section() -> str:
    """Data files with how many of their rows are verified.

    Returns
    -------
    str
    """
    rows = [row for name in data_files() if name in READ_BY for row in _rows(name)]
    return table(("file", "part", "rows", "unverified", "source of the unverified", "read by"), rows)


def _rows(name: str) -> Iterator[tuple[object, ...]]:
    path = PACKAGE / name
    read_by = READ_BY[name]
    parts = _csv_parts(path) if path.suffix == ".csv" else _json_parts(path)
    for part, n, weak, source in parts:
        yield f"`integrity/{name}`", part, n, weak or "—", source if weak else "", read_by


def _csv_parts(path: Path) -> Iterator[tuple[str, int, int, str]]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    marked = bool(rows) and "verified" in rows[0]
    whole = _whole_file(path)
    if not marked:
        yield "", len(rows), 0 if whole.get("verified") else len(rows), str(whole.get("source", ""))
        return
    weak = [r for r in rows if r["verified"] != "true"]
    sources = dict.fromkeys(r.get("source") or str(whole.get("source", "")) for r in weak)
    shown = "; ".join(list(sources)[:3]) + (f"; and {len(sources) - 3} more" if len(sources) > 3 else "")
    yield "", len(rows), len(weak), shown


def _whole_file(path: Path) -> Mapping[str, Any]:
    listed = path.parent / "sources.json"
    if not listed.exists():
        return {}
    found: Mapping[str, Any] = json.loads(listed.read_text(encoding="utf-8")).get(path.name, {})
    return found


def _json_parts(path: Path) -> Iterator[tuple[str, int, int, str]]:
    data = json.loads(path.read_text(encoding="utf-8"))
    base = (bool(data.get("verified", False)), str(data.get("source", "")))
    for part in ("constants", "limits", "curves", "counts_for", "rules", "mechanisms"):
        if part in data:
            held = data[part] if isinstance(data[part], list) else data[part].values()
            entries = [e if isinstance(e, dict) else {} for e in held]
            weak = [e for e in entries if not e.get("verified", base[0])]
            sources = dict.fromkeys(str(e.get("source", base[1])) for e in weak)
            yield part, len(entries), len(weak), "; ".join(list(sources)[:2])
    single = {k: data[k] for k in ("matrix", "four_colour") if k in data}
    for name, entry in {**data.get("tables", {}), **single}.items():
        rows = entry.get("rows", entry.get("map", ()))
        verified = entry.get("verified", base[0])
        yield name, len(rows), 0 if verified else len(rows), str(entry.get("source", base[1]))


def rules_section() -> str:
    """Interval rules by set and by how sure their source is.

    Returns
    -------
    str
    """
    head = ("rule", "clause", "decides", "how sure", "source")
    return table(
        head,
        (
            (f"`{r.id}`", r.clause, "yes" if r.decides else "informs", r.confidence, r.source)
            for r in rule_set("api+cn")
        ),
    )
