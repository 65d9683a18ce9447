"""Toxic area: where it comes from, printed durations and borders, phases, screens, and what is refused."""

from __future__ import annotations

import csv
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS
from integrity.rbi.data import FOLDER, PHASES, TOXIC_ROWS, toxic_table
from integrity.rbi.procedures import TOXIC_AREA
from integrity.rbi.toxic import DURATIONS, FRACTIONS, MAGNITUDES
from integrity.rbi.toxic_clauses import CANDIDATES
from tests.rbi.samples import fluid
from tests.rbi.samples_consequence import GAS, INST, LIQUID, TOXIC_BASE, poison, stated

NAMES = codes("toxic_fluid")


def run(settings: dict[str, Any] | None = None, **changes: Any) -> Result:
    return TOXIC_AREA.run({**TOXIC_BASE, **changes}, DEFAULTS.with_(**(settings or {})))


def test_constants_typed_again() -> None:
    t = toxic_table()
    wanted = {
        ("HF", GAS): ((5, 1.1401, 3.5683), (60, 1.1031, 4.4576)),
        ("H2S", GAS): ((5, 1.2411, 3.9686), (60, 1.2266, 4.4365)),
        ("Ammonia", GAS): ((5, 636.7, 1.183), (60, 2714, 1.145)),
        ("Chlorine", GAS): ((5, 3350, 1.097), (60, 10994, 1.026)),
        ("CO", GAS): ((3, 9.55, 1.15), (60, 1521.89, 1.21)),
        ("HCL", GAS): ((3, 47.39, 1.09), (60, 2118.87, 1.23)),
        ("Nitric Acid", LIQUID): ((3, 1114.96, 1.08), (60, 9458.29, 1.12)),
        ("NO2", GAS): ((3, 1071.74, 0.7), (60, 4070.48, 0.71)),
        ("Phosgene", LIQUID): ((3, 733.39, 1.06), (60, 77287.7, 1.23)),
        ("TDI", LIQUID): ((3, 793.04, 1.06), (60, 1252.57, 1.03)),
        ("EE", GAS): ((1.5, 0.8954, 1.171), (60, 59.67, 0.899)),
        ("EO", GAS): ((1.5, 0.5085, 1.222), (60, 1767.5, 1.203)),
        ("PO", LIQUID): ((5, 2.4084, 1.198), (60, 367.06, 0.9855)),
    }
    for (name, phase), ends in wanted.items():
        i, last = NAMES.index(name), t.n_nodes[NAMES.index(name), phase] - 1
        for node, row in zip((0, last), ends, strict=True):
            assert (t.duration_min[i, phase, node], t.c[i, phase, node], t.d[i, phase, node]) == row, name
    instant = {"HF": (1.4056, 3.3606), "H2S": (0.9674, 2.784), "Ammonia": (2.684, 0.9011), "Chlorine": (3.528, 1.177)}
    assert {n for n in NAMES if not np.isnan(t.inst_c[NAMES.index(n), GAS])} == set(instant)
    for name, pair in instant.items():
        assert (t.inst_c[NAMES.index(name), GAS], t.inst_d[NAMES.index(name), GAS]) == pair
    limits = {"HF": 30.0, "H2S": 100.0, "Ammonia": 300.0, "Chlorine": 10.0}
    assert {n: c for n, c in zip(NAMES, t.cutoff, strict=False) if not np.isnan(c)} == limits


def test_every_row_says_where_it_comes_from_and_none_is_called_verified() -> None:
    rows = list(csv.DictReader((FOLDER / "toxic.csv").open(encoding="utf-8")))
    assert len(rows) == 126
    assert all(r["edition"] and r["source"] == "one public transcription" and r["verified"] == "false" for r in rows)
    assert (toxic_table().verified[:-1] == 0).all()


def test_a_missing_code_gives_a_missing_constant() -> None:
    t = toxic_table()
    assert np.isnan(t.c[-1]).all() and np.isnan(t.c[:, -1]).all() and (t.phase_case[-1] == -1).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("phase", PHASES)
def test_printed_durations_give_the_printed_relation(name: str, phase: str) -> None:
    t, i, j = toxic_table(), NAMES.index(name), PHASES.index(phase)
    nodes = t.duration_min[i, j, : t.n_nodes[i, j]]
    if not nodes.size:
        assert (name, phase) == ("TDI", "gas")
        return
    ld = np.where(nodes == 0.0, 7.0, nodes)
    r = run(**stated(name, release_phase=j, ld_max_min=ld, mass_avail_kg=1e9, toxic_mass_fraction=1.0, W_n=1.7))
    c, d = t.c[i, j, : nodes.size], t.d[i, j, : nodes.size]
    power = c * 1.7**d
    want = 0.0929 * 10 ** (c * np.log10(2.205 * 1.7) + d) if name in ("HF", "H2S") else power
    np.testing.assert_allclose(r["CA_tox"], want, rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_area_is_continuous_and_grows_with_duration_between_nodes(name: str) -> None:
    phase = LIQUID if name == "TDI" else GAS
    ld = np.linspace(1.0, 60.0, 591)
    r = run(**stated(name, release_phase=phase, ld_max_min=ld, mass_avail_kg=1e9, toxic_mass_fraction=1.0))
    step = np.diff(r["CA_tox"])
    # The printed curves of 10 and 20 minutes of TDI cross: there a longer release has a slightly smaller area.
    falls = 1e-3 if name == "TDI" else 1e-12
    assert (step >= -falls * r["CA_tox"].max()).all()
    assert step.max() <= 0.06 * r["CA_tox"].max()


@pytest.mark.parametrize("name", NAMES)
def test_more_toxic_is_never_a_smaller_area(name: str) -> None:
    phase = LIQUID if name == "TDI" else GAS
    fraction = np.array([0.0, 1e-6, 1e-3, 0.1, 0.5, 1.0])
    for kind in (0, 1):
        r = run(**stated(name, release_phase=phase, release_type=kind, toxic_mass_fraction=fraction))
        assert (np.diff(r["CA_tox"]) > 0.0).all() and r["CA_tox"][0] == 0.0


def test_shorter_than_printed_takes_the_first_printed_duration() -> None:
    short, first = (run(ld_max_min=m, mass_avail_kg=1e9) for m in (1.0, 5.0))
    assert DURATIONS[short["duration_case"][0]] == "below_printed"
    assert short["CA_tox"][0] == pytest.approx(first["CA_tox"][0], rel=1e-12)
    strict = run({"rbi__toxic_short": "refuse"}, ld_max_min=1.0)
    assert ("limit", "rbi.toxic_short_release") in reasons(TOXIC_AREA, strict, 0)


def test_border_of_the_table_is_within_it_whatever_the_units() -> None:
    r = run({"rbi__toxic_short": "refuse"}, ld_max_min=5.0 * (1.0 - 1e-12), mass_avail_kg=1e9)
    assert r.refused[0] == 0


def test_instantaneous_without_a_relation_takes_the_continuous_one_at_the_unreduced_rate() -> None:
    case = stated("HCL", release_type=INST, ld_max_min=20.0, mass_avail_kg=1e9, toxic_mass_fraction=0.5)
    r = run(**case)
    assert MAGNITUDES[r["magnitude_case"][0]] == "rate_no_relation"
    assert r["CA_tox"][0] == pytest.approx(950.02 * 1.0**1.18, rel=1e-12)
    strict = run({"rbi__toxic_instantaneous": "refuse"}, **case)
    assert ("limit", "rbi.toxic_instantaneous") in reasons(TOXIC_AREA, strict, 0)


def test_mass_fraction_is_stated_from_ppm_or_pure_in_that_order() -> None:
    basis = [
        run(toxic_mass_fraction=0.2, H2S_ppmw=5e4),
        run(H2S_ppmw=5e4),
        run(),
        run(candidate=0, toxic_fluid=poison("HF")),
    ]
    assert [FRACTIONS[r["mfrac_basis"][0]] for r in basis] == ["stated", "ppmw", "pure", "unknown"]
    np.testing.assert_allclose([r["mfrac_tox"][0] for r in basis[:3]], [0.2, 0.05, 1.0], rtol=1e-15)
    assert np.isnan(basis[3]["CA_tox"][0])


def test_ammonia_from_its_ppm() -> None:
    r = run(candidate=CANDIDATES.index("NH3"), fluid=fluid("Water"), NH3_ppmw=2000.0, release_phase=LIQUID)
    assert NAMES[r["toxic_component"][0]] == "Ammonia"
    assert r["rate_tox"][0] == pytest.approx(2.0 * 2e-3, rel=1e-15)
    assert TOXIC_ROWS[r["toxic_row"][0]] == "vapour_assumed"


def test_screen_by_concentration_is_inclusive_and_only_where_a_limit_is_printed() -> None:
    at, above = (run(**stated("H2S", toxic_ppm=p)) for p in (100.0, 100.001))
    assert (at["CA_tox"][0], at["screen_case"][0]) == (0.0, 1)
    assert above["CA_tox"][0] > 0.0 and above["screen_case"][0] == 0
    assert run(**stated("CO", toxic_ppm=1.0))["CA_tox"][0] > 0.0


def test_owner_reductions_and_ignition_enter_once() -> None:
    plain = run(mass_avail_kg=1e9, ld_max_min=60.0)
    assert run(mass_avail_kg=1e9, ld_max_min=60.0, P_no_ignition=0.3)["CA_tox"][0] == pytest.approx(
        0.3 * plain["CA_tox"][0], rel=1e-12
    )
    half = run(mass_avail_kg=1e9, ld_max_min=60.0, tox_rate_cut=0.5, tox_duration_cut=0.5)
    assert (half["rate_tox"][0], half["ld_tox_s"][0]) == (1.0, 1800.0)


def test_what_is_not_printed_is_refused() -> None:
    tdi = run(**stated("TDI", release_phase=GAS))
    assert ("limit", "rbi.toxic_row_printed") in reasons(TOXIC_AREA, tdi, 0)
    unnamed = run(candidate=0, toxic_mass_fraction=0.1)
    assert ("limit", "rbi.toxic_component_known") in reasons(TOXIC_AREA, unnamed, 0)
    too_much = run(**stated("HF", toxic_mass_fraction=1.01))
    assert reasons(TOXIC_AREA, too_much, 0) == [("limit", "rbi.toxic_fractions")]


def test_any_order_of_rows_gives_the_same() -> None:
    g = np.random.default_rng(7)
    n = 300
    case = {
        "candidate": np.zeros(n, dtype=np.int64),
        "toxic_fluid": g.integers(0, len(NAMES), n),
        "toxic_mass_fraction": g.random(n),
        "W_n": 10 ** g.uniform(-2, 2, n),
        "mass_kg": 10 ** g.uniform(0, 4, n),
        "mass_avail_kg": 10 ** g.uniform(1, 5, n),
        "ld_max_min": g.uniform(1, 60, n),
        "release_type": g.integers(0, 2, n),
        "release_phase": g.integers(0, 2, n),
    }
    whole = TOXIC_AREA.run(case, DEFAULTS)["CA_tox"]
    order = g.permutation(n)
    shuffled = TOXIC_AREA.run({s: v[order] for s, v in case.items()}, DEFAULTS)["CA_tox"]
    np.testing.assert_array_equal(whole[order], shuffled)
    parts = [TOXIC_AREA.run({s: v[i : i + 7] for s, v in case.items()}, DEFAULTS)["CA_tox"] for i in range(0, n, 7)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_every_stated_component_has_words_of_its_index() -> None:
    assert [index_of("toxic_fluid", n) for n in NAMES] == list(range(len(NAMES)))
