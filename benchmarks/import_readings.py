"""A million readings from file to committed database, against what the same bytes cost without any of the work.

    python benchmarks/import_readings.py [cmls] [surveys]

Floors in the same run: reading the file with the csv module into nothing, and inserting rows of the same cells with
SQLite's executemany into a table of the same columns and index, each commit on disk.
"""

from __future__ import annotations

import csv
import gc
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from integrity import bootstrap
from integrity.core.progress import SILENT
from integrity.services import imports
from integrity.services.imports_compare import Comparison
from integrity.services.imports_types import ImportPreview
from integrity.services.session import Session

ROOT = Path(__file__).resolve().parent.parent
MAKE = ROOT / "sample_plants" / "big_site" / "make.py"
READINGS = "05_ut_long_gauge.csv"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def timed(name: str, run: Callable[[], object]) -> tuple[float, object]:
    begin, cpu = time.perf_counter(), time.process_time()
    result = run()
    took, used = time.perf_counter() - begin, time.process_time() - cpu
    say(f"  {name:<46} {took:6.2f} s   cpu {used:6.2f} s   peak {peak_mb():5.0f} MB")
    return took, result


def peak_mb() -> float:
    unit = 1e6 if platform.system() == "Darwin" else 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def lists(session: Session, folder: Path) -> None:
    for name in ("01_equipment.csv", "01_components.csv", "04_cml_master.csv"):
        begin = time.perf_counter()
        for preview in imports.import_file(session, folder / name, profile_folder=folder):
            say(f"    {imports.line_of(preview, 'en')}  ({time.perf_counter() - begin:.1f} s)")
        gc.collect()


def csv_floor(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as f:
        return sum(1 for _ in csv.reader(f))


def stored_rows(source: Path) -> tuple[list[str], list[tuple[object, ...]]]:
    """How the table of readings and its index are made, and its rows."""
    with sqlite3.connect(source) as read:
        made = read.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'reading' AND type <> 'trigger'").fetchall()
        return [row[0] for row in made if row[0]], read.execute("SELECT * FROM reading").fetchall()


def sqlite_floor(target: Path, made: list[str], rows: list[tuple[object, ...]]) -> None:
    """Insert the same cells into the same table with its index, in one transaction, without keys to other tables."""
    write = sqlite3.connect(target, isolation_level=None)
    write.execute("PRAGMA journal_mode=WAL")
    write.execute("PRAGMA synchronous=FULL")
    for line in made:
        write.execute(line)
    write.execute("BEGIN")
    marks = ", ".join("?" * len(rows[0]))
    for start in range(0, len(rows), 20_000):
        write.executemany(f"INSERT INTO reading VALUES ({marks})", rows[start : start + 20_000])
    write.execute("COMMIT")
    write.close()


def run_import(session: Session, path: Path) -> ImportPreview:
    """The import in the steps of the wizard, each with its time."""
    _, tables = timed("read the file, guess kind and mapping", lambda: imports.read_tables(path))
    comparison = Comparison(session, list(tables), SILENT)  # type: ignore[call-overload]
    timed("parse into typed columns", comparison.parse)
    _, preview = timed("match, check plausibility, compare with plant", comparison.preview)
    assert isinstance(preview, ImportPreview)
    timed("write, one transaction", lambda: imports.commit(session, preview))
    return preview


def main() -> int:
    """Make the site, import it, print times against the floors."""
    cmls = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    surveys = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    say(f"{platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        subprocess.run(
            [sys.executable, str(MAKE), "--cmls", str(cmls), "--surveys", str(surveys), "--out", str(folder)],
            check=True,
        )
        session = bootstrap.create_plant(folder / "site.integrity", "Big site", "benchmark")
        lists(session, folder)
        path = folder / READINGS
        floor_csv, rows = timed("floor: csv module reads the file", lambda: csv_floor(path))
        begin, cpu = time.perf_counter(), time.process_time()
        preview = run_import(session, path)
        took, used = time.perf_counter() - begin, time.process_time() - cpu
        say(f"  {imports.line_of(preview, 'en')}")
        peak = peak_mb()
        del preview
        gc.collect()
        timed("the same file again: nothing to do", lambda: imports.import_file(session, path, profile_folder=folder))
        session.close()
        made, cells = stored_rows(folder / "site.integrity")
        target = folder / "floor.sqlite"
        floor_sql, _ = timed("floor: executemany of the same cells", lambda: sqlite_floor(target, made, cells))
        ratio = took / (floor_csv + floor_sql)
        say(f"import of {rows} lines: {took:.1f} s (cpu {used:.1f} s), {ratio:.2f} x both floors, peak {peak:.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
