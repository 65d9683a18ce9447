"""Worked examples of the handbook: commands and scripts that are run, with what they said."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from tools.pages import ROOT, fence, run

SHELLS = """\
case_id,P,S,E,D,t
A1,150,20,0.85,72,0.58
A2,150,20,0.85,,0.58
A3,9000,20,0.85,72,0.58
"""
STEEL = """\
case_id,material,construction_code,code_edition,t_nom,T
V-1,SA-516-70,ASME_VIII_1,2010,20,340
"""
SURVEY = """\
CML,Position,Thickness (in),Survey date,Technician
P-1045-010,1,0.314,2026-10-12,A
P-1045-010,2,0.128,2026-10-12,A
P-1045-010,3,0.309,2026-10-12,A
P-1045-010,4,3.17,2026-10-12,A
P-1045-01O,1,0.301,2026-10-12,A
P-1045-011,1,obstructed,2026-10-12,A
"""
SCRIPT = """\
from integrity import api

cases = {"case_id": ["P-7/1", "P-7/2"], "start_d": ["2006-05-20", "2006-05-20"]}
readings = {
    "case_id": ["P-7/1", "P-7/1", "P-7/1", "P-7/2"],
    "date_d": ["2011-06-01", "2017-06-01", "2023-06-01", "2023-06-01"],
    "t_mm": [9.10, 8.62, 7.42, 8.90],
    "quality": ["good", "good", "good", "good"],
}
settings = {"rate.owner_minimum": 0.05}

out = api.calc("life.position_rates", cases, {"readings": readings}, settings)
for name in ("case_id", "CR_LT", "CR_ST", "CR_gov", "rate_basis", "verdict", "reasons"):
    print(f"{name:<11}", *(round(v, 4) if isinstance(v, float) else v or "-" for v in out[name]))

result = api.run("life.position_rates", cases, {"readings": readings}, settings)
for step in api.explain("life.position_rates", result, row=0):
    if step.symbol in ("CR_LT", "CR_ST", "CR_gov"):
        print(step.symbol, "=", step.expr, "=", step.numbers, "|", step.ref)
"""
APPROVE = """\
from integrity import bootstrap
from integrity.services import snapshots

kim = bootstrap.open_plant("out/crude_unit.sqlite", "kim")
last = snapshots.latest(kim)
print(last.id, last.name, last.state, "by", last.author)
stale = snapshots.stale_rows(kim, last.id, kim.plant())
print("stale:", *kim.plant().components.component[stale])

lee = bootstrap.open_plant("out/crude_unit.sqlite", "lee")
snapshots.check(lee, last.id)
ann = bootstrap.open_plant("out/crude_unit.sqlite", "ann")
snapshots.approve(ann, last.id)
print(snapshots.latest(kim).state)
"""
SETTING = """\
from integrity import bootstrap
from integrity.db.engine import backup
from integrity.db.models import SettingRecord

session = bootstrap.create_plant("plant.integrity", "East refinery", "kim")
why = "site agreement 12"
with session.uow("set_setting", reason=why) as unit:
    unit.add(SettingRecord(site_id=session.site_id, key="plan.rule_set", value="api", reason=why))
    unit.commit()
print(dict(session.settings().changed))

print(backup(session.engine, "plant-2026-11-01.integrity"))
"""
OWN_TABLE = """\
import csv
from pathlib import Path

import numpy as np

from integrity.core.codes import index_of
from integrity.core.settings import DEFAULTS
from integrity.core.working import working
from integrity.design.procedures import procedures_for
from integrity.design.table_files import TABLES

with (TABLES / "allowable_stress.csv").open(encoding="utf-8-sig", newline="") as f:
    rows = list(csv.DictReader(f))
for row in rows:
    if row["material"] == "SA-516-70":
        row |= {"source": "our licensed copy of ASME II-D", "n_agree": "1", "verified": "true"}
own = Path("own_tables")
own.mkdir()
with (own / "allowable_stress.csv").open("w", encoding="utf-8", newline="") as f:
    out = csv.DictWriter(f, list(rows[0]))
    out.writeheader()
    out.writerows(rows)

steel = {
    "material": np.array(["SA-516-70"], dtype=object),
    "construction_code": [index_of("construction_code", "ASME_VIII_1")],
    "code_edition": np.array(["2010"], dtype=object),
    "t_nom": [20.0],
    "T": [340.0],
}
for tables in (None, own):
    procedure = procedures_for(tables)["materials.allowable_stress"]
    result = procedure.run(steel, DEFAULTS)
    marked = [name for step in working(procedure, result, 0) for name in step.unverified]
    print(f"S = {result['S'][0]:.1f} MPa, {result['S_source'][0]}; unverified: {marked}")
"""
STUDY = """\
from pathlib import Path

import numpy as np

from integrity import bootstrap
from integrity.services.exports import export_sap
from integrity.services.study import headline, run_study

session = bootstrap.open_plant("out/crude_unit.sqlite", "kim")
study = run_study(session.plant(), session.settings())
for name, value in headline(study).items():
    print(f"{name:<20}{value}")

k, r = study.plant.components, study.components
i = int(np.nanargmin(r.t_min_mm / r.t_req_mm))
print(f"{k.component[i]}: {r.t_min_mm[i]:.2f} mm, required {r.t_req_mm[i]:.2f} mm, {r.CR_gov[i]:.3f} mm/y")

codes = {"plant": "2100", "work_center": "INSP-E", "order_type": "PM01"}
written = export_sap(study, Path("sap"), "en", codes)
print(written.tasks, "tasks written,", len(written.refused), "refused")
"""
RISK = (
    "decide out/crude_unit.sqlite V-105",
    "what-if out/crude_unit.sqlite V-101-SH1 --change T_op_C=60",
    "choices out/crude_unit.sqlite",
    "monte-carlo out/crude_unit.sqlite C-101-SH1,V-101-SH1 --set rbi.draws=500",
    "editions out/crude_unit.sqlite",
)
# Lines of each answer that stand in the handbook.
SHOWN = 8
PROGRESS = re.compile(r"\d+/\d+$")


@contextlib.contextmanager
def workplace(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder of its own with some files and the sample plants.

    Parameters
    ----------
    files : mapping of name to content

    Yields
    ------
    Path
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sample_plants").symlink_to(ROOT / "sample_plants", target_is_directory=True)
        for file, content in files.items():
            (folder / file).write_text(content, encoding="utf-8")
        yield folder


def shown(command: str, folder: Path) -> str:
    """A command with its output and, where it is not 0, its exit code; lines of progress are left out.

    Parameters
    ----------
    command : str
        What stands after `integrity`.
    folder : Path

    Returns
    -------
    str
    """
    code, out, err = run(command.split(), folder)
    said = [line for line in (err + out).splitlines() if line.strip() and not PROGRESS.search(line)]
    tail = [f"(exit code {code})"] if code else []
    return "\n".join([f"$ integrity {command}", *said, *tail])


def script(code: str, folder: Path) -> str:
    """What a script prints, run in a folder.

    Parameters
    ----------
    code : str
    folder : Path

    Returns
    -------
    str
    """
    out = io.StringIO()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(code, "<handbook>", "exec"), {"__name__": "__main__"})
    finally:
        os.chdir(before)
    return out.getvalue()


def _spoken(language: str) -> str:
    return "" if language == "en" else f" --lang {language}"


def _calc_block(language: str) -> str:
    """Three shells, two of which get no conclusion."""
    with workplace({"shells.csv": SHELLS}) as folder:
        said = shown(f"calc asme8.2021.cylinder shells.csv --units US{_spoken(language)}", folder)
    return fence(SHELLS, "csv") + "\n" + fence(said)


def _working_block(language: str) -> str:
    """The working of one shell, and of an allowable stress that is not verified."""
    with workplace({"shells.csv": SHELLS, "steel.csv": STEEL}) as folder:
        shell = shown(f"working asme8.2021.cylinder shells.csv --row 0 --units US{_spoken(language)}", folder)
        steel = shown(f"working materials.allowable_stress steel.csv --row 0{_spoken(language)}", folder)
    return fence(shell) + "\n" + fence(STEEL, "csv") + "\n" + fence(steel)


def _python_block(language: str) -> str:
    """The contract from Python."""
    with workplace({}) as folder:
        return fence(SCRIPT, "python") + "\n" + fence(script(SCRIPT, folder))


def _setting_block(language: str) -> str:
    """A setting of the site recorded with its reason, and a backup."""
    with workplace({}) as folder:
        return fence(SETTING, "python") + "\n" + fence(script(SETTING, folder))


def _table_block(language: str) -> str:
    """An owner's table before the shipped one."""
    with workplace({}) as folder:
        return fence(OWN_TABLE, "python") + "\n" + fence(script(OWN_TABLE, folder))


@cache
def _told(language: str) -> dict[str, str]:
    """The sample plant from files to approval, and what each step said."""
    lang = _spoken(language)
    with workplace({"survey_2026.csv": SURVEY}) as folder:
        said = {
            "study": shown(f"study sample_plants/crude_unit --out out --no-pictures --author kim{lang}", folder),
        }
        said["script"] = script(STUDY, folder)
        said["import"] = shown(f"import out/crude_unit.sqlite survey_2026.csv{lang}", folder)
        said["import"] += "\n" + shown(f"import out/crude_unit.sqlite survey_2026.csv{lang}", folder)
        said["import"] += "\n\n" + _findings(folder / "out" / "crude_unit.sqlite", language)
        said["risk"] = "\n\n".join(_brief(shown(f"{c}{lang}", folder)) for c in RISK)
        said["approve"] = script(APPROVE, folder)
        said["verify"] = shown(f"verify out/crude_unit.sqlite{lang}", folder)
    return said


def _findings(plant: Path, language: str) -> str:
    """What the import kept about the survey, as report and findings file print it."""
    from integrity import bootstrap
    from integrity.services import imports

    session = bootstrap.open_plant(plant, "kim")
    rows = [r for r in imports.rejects(session, language) if r[0].startswith("survey_2026.csv")]
    session.close()
    return "\n\n".join(f"{outcome}: {what}\n  {remedy}" for _, outcome, what, remedy in rows)


def _study_block(language: str) -> str:
    """The study of the sample plant."""
    return fence(_told(language)["study"])


def _script_block(language: str) -> str:
    """The same study from Python, and a file for SAP PM with the site's own codes."""
    return fence(STUDY, "python") + "\n" + fence(_told(language)["script"])


def _brief(said: str) -> str:
    """The first lines of what a command said, progress left out."""
    lines = [line for line in said.splitlines() if not line.startswith("  ")]
    return "\n".join([*lines[:SHOWN], *(["…"] if len(lines) > SHOWN else [])])


def _risk_block(language: str) -> str:
    """Questions about risk: what stands recorded, what if, the cheapest inspections, how sure, other editions."""
    return fence(_told(language)["risk"])


def _import_block(language: str) -> str:
    """A new survey with mistakes, imported twice."""
    return fence(SURVEY, "csv") + "\n" + fence(_told(language)["import"])


def _approve_block(language: str) -> str:
    """A study checked and approved by two other people."""
    return fence(APPROVE, "python") + "\n" + fence(_told(language)["approve"])


def _verify_block(language: str) -> str:
    """Stored studies run again."""
    return fence(_told(language)["verify"])


QUICK: Mapping[str, Callable[[str], str]] = {
    "example-calc": _calc_block,
    "example-working": _working_block,
    "example-python": _python_block,
    "example-setting": _setting_block,
    "example-table": _table_block,
}
WITH_STUDY: Mapping[str, Callable[[str], str]] = {
    "example-study": _study_block,
    "example-script": _script_block,
    "example-risk": _risk_block,
    "example-import": _import_block,
    "example-approve": _approve_block,
    "example-verify": _verify_block,
}
