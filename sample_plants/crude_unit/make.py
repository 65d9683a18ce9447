"""Generates the files of the sample crude unit and their answer key (generated sample, no real plant)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import numpy as np  # noqa: E402
from gen import (  # noqa: E402
    build,
    errors,
    expected,
    surveys,
    truth,
    write_devices,
    write_facts,
    write_lists,
    write_other,
    write_surveys,
)
from gen.model import SEED  # noqa: E402


def make(files: Path, answer_key: Path) -> dict[str, object]:
    """Write every file of the plant into `files` and the answer key beside it.

    Parameters
    ----------
    files : Path
        Folder for the files that the plant hands over; created when absent.
    answer_key : Path
        Path of expected.json.

    Returns
    -------
    dict
        The answer key as written.
    """
    files.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    plant = build.build()
    truth.lay_out(plant, rng)
    surveys.survey_all(plant, rng)
    state = truth.component_truth(plant)
    errors.plant_errors(plant, errors.protected_points(plant, state), rng)
    write_lists.equipment_list(plant, files)
    write_lists.line_list(plant, files)
    write_lists.sap_extract(plant, files)
    write_lists.cml_master(plant, files)
    write_surveys.long_gauge(plant, files)
    write_surveys.vessel_sheets(plant, files)
    write_surveys.piping_sheet(plant, files)
    write_surveys.batch_2019(plant, files)
    write_other.history(plant, files, rng)
    write_other.streams(plant, files, rng)
    write_other.registry(plant, files)
    write_other.relief_devices(plant, files)
    write_other.temporary_repairs(plant, files)
    own = write_facts.generator()
    write_facts.facts(plant, files, own)
    write_facts.damage(plant, files)
    write_facts.inspections(plant, files, own)
    write_devices.devices(plant, files, own)
    return expected.write_expected(plant, state, answer_key)


def main() -> int:
    """Parse the command line and generate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=None, help="folder for the files; expected.json goes into it too")
    out = parser.parse_args().out
    key = make(HERE / "files", HERE / "expected.json") if out is None else make(out, out / "expected.json")
    sys.stdout.write(f"{key['counts']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
