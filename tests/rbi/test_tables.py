"""Tables of risk: provenance, shape, and values typed in a second time."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from integrity.core.codes import codes
from integrity.rbi.data import FOLDER, HOLES, PHASES, constants, flammable, fluids, frequencies, keyed
from integrity.rbi.risk import risk_matrix

CSV = ("fluids.csv", "flammable.csv", "gff.csv")
JSON = ("thinning.json", "release.json", "risk.json", "inspections.json", "external.json", "lining.json")


@pytest.mark.parametrize("name", CSV)
def test_every_row_says_where_it_comes_from(name: str) -> None:
    rows = list(csv.DictReader((FOLDER / name).open(encoding="utf-8")))
    assert rows
    for r in rows:
        assert r["edition"] and r["source"] and r["verified"] in ("true", "false"), r
        if r["verified"] == "true":
            assert "agree" in r["source"], r


@pytest.mark.parametrize("name", JSON)
def test_every_file_says_where_it_comes_from(name: str) -> None:
    data = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    assert data["edition"] and data["source"] and isinstance(data["verified"], bool)
    for table in data.get("tables", {}).values():
        assert len(table["keys"]) == len(table["rows"])


def test_no_single_source_is_called_verified() -> None:
    for name in ("thinning", "release"):
        for c in constants(name).values():
            if c.verified:
                assert not c.source.startswith("one public transcription"), c.symbol


def test_thinning_constants_typed_again() -> None:
    c = {s: v.value for s, v in constants("thinning").items()}
    likelihood = {
        "A": (0.90, 0.09, 0.01),
        "B": (0.70, 0.20, 0.10),
        "C": (0.50, 0.30, 0.20),
        "D": (0.40, 0.33, 0.27),
    }
    for grade, row in likelihood.items():
        assert tuple(c[f"Co_{grade}{s}"] for s in (1, 2, 3)) == row
        assert sum(row) == pytest.approx(1.0)
    priors = keyed("thinning", "prior")
    assert priors.keys == codes("confidence")
    np.testing.assert_array_equal(priors.rows[:-1], [[0.5, 0.3, 0.2], [0.7, 0.2, 0.1], [0.8, 0.15, 0.05]])
    assert (c["COV_dt"], c["COV_Sf"], c["COV_P"], c["P_ref"]) == (0.20, 0.20, 0.05, 1.56e-4)
    assert (c["D_S1"], c["D_S2"], c["D_S3"], c["f_flow"], c["D_f_min"]) == (1, 2, 4, 1.1, 0.1)


def test_release_constants_typed_again() -> None:
    c = {s: v.value for s, v in constants("release").items()}
    assert c["C1"] == pytest.approx(1000.0 * np.sqrt(1000.0), rel=1e-5)
    assert c["C4A"] == pytest.approx(1.0 / 0.45359237, rel=5e-4)
    assert c["C5"] == pytest.approx(4536.0 / 180.0)
    assert c["C6"] == pytest.approx(100.0 / 1.8, rel=1e-3)
    assert c["A_max8_mm2"] == pytest.approx(np.pi / 4.0 * 203.2**2, rel=2e-3)
    np.testing.assert_array_equal(keyed("release", "fact_di").rows[:-1, :3].diagonal(), [0.25, 0.15, 0.0])


def test_frequencies_typed_again() -> None:
    types = codes("component_type")
    f = frequencies()
    vessel = (8e-6, 2e-5, 2e-6, 6e-7)
    wanted = {
        "COLTOP": vessel,
        "DRUM": vessel,
        "HEXSS": vessel,
        "PIPE-1": (2.8e-5, 0.0, 0.0, 2.6e-6),
        "PIPE-4": (8e-6, 2e-5, 0.0, 2.6e-6),
        "PIPE-8": vessel,
        "COMPC": (8e-6, 2e-5, 2e-6, 0.0),
        "COURSE-5": (7e-5, 2.5e-5, 5e-6, 1e-7),
        "TANKBOTTOM": (7.2e-4, 0.0, 0.0, 2e-6),
    }
    for name, row in wanted.items():
        np.testing.assert_array_equal(f.by_hole[types.index(name)], row)
    without = [t for t in types if np.isnan(f.by_hole[types.index(t)]).any()]
    assert without == ["HEATERTUBE"]
    assert len(HOLES) == f.by_hole.shape[1]


def test_a_missing_code_gives_a_missing_value() -> None:
    assert np.isnan(frequencies().by_hole[-1]).all()
    assert np.isnan(fluids().MW[-1]) and fluids().fluid_type[-1] == -1
    assert np.isnan(flammable().a[-1]).all() and np.isnan(flammable().a[:, -1]).all()
    assert np.isnan(keyed("thinning", "prior").rows[-1]).all()


def test_every_flammable_row_has_component_and_personnel_cells() -> None:
    t = flammable()
    for i, name in enumerate(fluids().names):
        for j, phase in enumerate(PHASES):
            blank = np.isnan(t.a[i, j])
            assert t.has_row[i, j] == (not blank.all()), (name, phase)
            if t.has_row[i, j]:
                assert not blank[:, 0].any() and not blank[:, 2].any(), (name, phase)
                assert (np.isnan(t.b[i, j]) == blank).all()
    assert {n for n, k in zip(fluids().names, fluids().fluid_type, strict=False) if k == -1} >= {"Water", "Steam", "HF"}


def test_exponents_are_those_of_an_area() -> None:
    b = flammable().b
    assert np.nanmax(b) < 2.0 and np.nanmin(b) > 0.2


def test_properties_are_of_the_right_size() -> None:
    f = fluids()
    assert (f.MW[:-1] >= 2.0).all() and (f.MW[:-1] <= 422.0).all()
    assert (f.rho_liq[:-1] > 70.0).all()
    suspect = {n for n, s in zip(f.names, f.NBP_suspect, strict=False) if s == 1}
    assert suspect == {"Phosgene", "NO2", "EO"}
    assert all(f.verified[f.names.index(n)] == 0 for n in suspect)


def test_every_fluid_of_the_enumeration_is_in_the_table() -> None:
    assert set(codes("fluid")) <= set(fluids().names)


def test_matrix_rises_with_likelihood_and_consequence() -> None:
    m = risk_matrix()
    cell = m.cell[1:, 1:]
    assert cell.shape == (5, 5) and (cell >= 0).all()
    assert (np.diff(cell, axis=0) >= 0).all() and (np.diff(cell, axis=1) >= 0).all()
    assert not m.verified
    assert (m.cell[0] == -1).all() and (m.cell[:, 0] == -1).all()
    names = codes("four_colour")
    assert [names[i] for i in m.colour[:-1]] == ["blue", "yellow", "orange", "red"]
