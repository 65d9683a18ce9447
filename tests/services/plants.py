"""Small plants as files, for tests of imports."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from integrity import bootstrap
from integrity.services import imports
from integrity.services.imports_types import ImportPreview
from integrity.services.session import Session

EQUIPMENT = [
    "Tag,Name,Kind,Unit,Corrosion loop,Code,Edition,In service,Design life (a),SAP Equipment",
    "V-1,Feed drum,drum,U1,CL-1,GB 150,1998,2000-05-01,20,1001",
    "V-2,Flash drum,drum,U1,CL-1,GB 150,1998,2000-05-01,20,1002",
]
COMPONENTS = [
    "Tag,Component,Chamber,Component type,Geometry,ID (mm),Nominal thk (mm),Material,Joint eff.,"
    "Design press. (MPa),Design temp. (℃),Allow. stress (MPa)",
    "V-1,V-1-SH1,main,DRUM,cylinder,2000,12,16MnR,0.85,1.0,200,170",
    "V-2,V-2-SH1,main,DRUM,cylinder,1600,10,16MnR,0.85,0.8,150,170",
]
CMLS = [
    "CML ID,Item,Component,Location,Position scheme,Positions,Nominal (mm),Status",
    "V-1-001,V-1,V-1-SH1,bottom,single,,12,active",
    "V-1-002,V-1,V-1-SH1,band,R1-R2,1;2,12,active",
    "V-2-001,V-2,V-2-SH1,bottom,single,,10,active",
]
FILE = "plant.integrity"
_kept = tempfile.TemporaryDirectory()
READING_HEAD = "CML,Thickness (mm),Survey date,Survey"


def write(folder: Path, name: str, lines: Sequence[str]) -> Path:
    """Write lines as a text file."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def readings(folder: Path, name: str, *rows: str, head: str = READING_HEAD) -> Path:
    """Write a file of readings."""
    return write(folder, name, [head, *rows])


@cache
def _template(lists: bool) -> Path:
    """A plant file to be copied: empty, or with the lists of two drums."""
    folder = Path(_kept.name) / ("lists" if lists else "empty")
    folder.mkdir()
    if not lists:
        bootstrap.create_plant(folder / FILE, "Small site", "A. Importer", as_of_d=20_000).close()
        return folder / FILE
    shutil.copy(_template(False), folder / FILE)
    session = bootstrap.open_plant(folder / FILE, "A. Importer")
    for name, lines in (("equipment", EQUIPMENT), ("components", COMPONENTS), ("cmls", CMLS)):
        take(session, write(folder, f"{name}.csv", lines))
    session.close()
    return folder / FILE


def new_plant(folder: Path, author: str = "A. Engineer", **lists: Sequence[str]) -> Session:
    """A plant with the lists of two drums in it, some of them replaced by others."""
    shutil.copy(_template(not lists), folder / FILE)
    session = bootstrap.open_plant(folder / FILE, author)
    if lists:
        for name, lines in {"equipment": EQUIPMENT, "components": COMPONENTS, "cmls": CMLS, **lists}.items():
            done = take(session, write(folder, f"{name}.csv", lines))
            assert not done.blocked, done.blocked
    return session


def take(session: Session, path: Path) -> ImportPreview:
    """Import one file as it is guessed."""
    (done,) = imports.import_file(session, path, profile_folder=path.parent)
    return done


def look(session: Session, path: Path) -> ImportPreview:
    """Preview of one file as it is guessed."""
    return imports.preview(session, imports.read_tables(path))
