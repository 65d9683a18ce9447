"""The big site: sizes, headings like those of the crude unit, determinism, truth that fits the readings."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

MAKE = Path(__file__).resolve().parents[2] / "sample_plants" / "big_site" / "make.py"
CRUDE = MAKE.parents[1] / "crude_unit" / "files"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("big_site_make", MAKE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["big_site_make"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(make: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("big")
    assert make.make(2000, 5, out, seed=7) == 10_000
    return out


def test_rows_and_headings(site: Path) -> None:
    lines = (site / "05_ut_long_gauge.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 10 + 10_000
    crude = (CRUDE / "05_ut_long_gauge.csv").read_text(encoding="utf-8").splitlines()
    assert lines[9] == crude[9]
    master = (site / "04_cml_master.csv").read_text(encoding="utf-8").splitlines()
    assert len(master) == 2001
    assert master[0] == (CRUDE / "04_cml_master.csv").read_text(encoding="utf-8").splitlines()[0]
    heads = (site / "01_components.csv").read_text(encoding="utf-8").splitlines()
    assert len({line.count(",") for line in heads}) == 1


def test_two_runs_give_equal_bytes(make: ModuleType, site: Path, tmp_path: Path) -> None:
    make.make(2000, 5, tmp_path, seed=7)
    names = ("01_equipment.csv", "01_components.csv", "04_cml_master.csv", "05_ut_long_gauge.csv", "truth.npz")
    for name in (*names, "14_facts.csv", "15_damage.csv"):
        assert (tmp_path / name).read_bytes() == (site / name).read_bytes(), name


def test_the_last_readings_lie_near_the_truth(site: Path) -> None:
    truth = np.load(site / "truth.npz")
    lines = (site / "05_ut_long_gauge.csv").read_text(encoding="utf-8").splitlines()[-2000:]
    last = np.array([float(line.split(",")[5]) for line in lines])
    wall = truth["t0_mm"] - truth["rate_mm_y"] * truth["survey_days"][-1] / 365.25
    assert np.abs(last - wall).max() < 0.30
    assert truth["rate_mm_y"].min() == 0.0
    assert (truth["t_now_mm"] < truth["t_req_mm"][truth["component"]]).mean() < 0.02


def test_every_component_has_facts_and_decisions(site: Path) -> None:
    facts = (site / "14_facts.csv").read_text(encoding="utf-8").splitlines()
    assert len({line.count(",") for line in facts}) == 1
    components = (site / "01_components.csv").read_text(encoding="utf-8").splitlines()
    assert len(facts) - 1 - 12 == len(components) - 1 == 200
    decided = (site / "15_damage.csv").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("CL-") for line in decided) > 30
    assert sum(",rejected," in line for line in decided) == 2 * 200
